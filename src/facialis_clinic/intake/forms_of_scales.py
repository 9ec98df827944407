"""Which scales can be answered here: those in words that are free or ours, or that the practice may use.

A scale whose wording is licensed is answered only where ``scales/KEY.toml`` lies in the folder of the site's state,
as ``facialis scale --wording`` reads it. Without it a clinician may still enter the numbers from the paper form.
"""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings

from facialis.document import DocumentError
from facialis.history.scales import Form, Scale, Wording, read_form, scales, worded

_log = logging.getLogger(__name__)


def form_of(name: str) -> Form | None:
    """Return the practice's own form of a scale; None where it has none, or it is wrong, which is logged."""
    path = Path(settings.HOME) / "scales" / f"{name}.toml"
    if name not in scales() or not path.is_file():
        return None
    try:
        return read_form(path, scales()[name])
    except DocumentError as error:
        _log.error("%s; the scale stays without its wording", error)
        return None


def scale_here(name: str) -> Scale | None:
    """Return a scale in the words that the practice may show; None where there is none of this name."""
    return worded(scales()[name], form_of(name)) if name in scales() else None


def answerable(scale: Scale, *, clinician: bool) -> bool:
    """Tell whether somebody can answer a scale here.

    Patients answer those that patients tell, and only in words. Clinicians answer each that has items.
    """
    if not scale.items or not scale.items[0].key:
        return False
    return clinician or (scale.who == "patient" and not numbered(scale))


def numbered(scale: Scale) -> bool:
    """Tell whether an item stands there by its number alone, because its words are licensed."""
    known = {(item.key, item.topic) for item in scales()[scale.key].items if item.wording is Wording.LICENSED}
    return any((item.key, item.topic) in known for item in scale.items)
