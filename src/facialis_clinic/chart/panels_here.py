"""The panels of the other parts that stand on a person's chart."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from facialis_clinic.care import panel_orders, panel_treat
from facialis_clinic.chart import panels
from facialis_clinic.chart.access import Opened
from facialis_clinic.electrodes import panel as of_electrodes


def of(opened: Opened) -> list[tuple[str, SafeString]]:
    """Return the panels as they are shown, with a title where one has none; each asks the database twice at most."""
    given: dict[str, Any] = {"user": opened.user, "now": opened.now}
    film = panels.recording(opened.person, judges=opened.decides, **given)
    told = [
        ("Newest film", film["template"], film),
        ("EMG and evoked responses", of_electrodes.TEMPLATE, of_electrodes.panel(opened.person)),
        ("", panel_treat.TEMPLATE, panel_treat.panel(opened.person, **given)),
        ("", panel_orders.TEMPLATE, panel_orders.panel(opened.person, **given)),
    ]
    return [(title, render_to_string(template, shown)) for title, template, shown in told]


def medicines(opened: Opened, shown: dict[str, Any]) -> SafeString:
    """Return the panel of medicines and allergies, of what came with the person."""
    return render_to_string("intake/_panel_medicines.html", {"person": opened.person, **shown})
