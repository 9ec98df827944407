"""The newest recordings of electrodes, in a few words, for a person's chart: one query."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import OuterRef, Subquery

from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.electrodes.shown import Row
from facialis_clinic.people.models import Person

TEMPLATE: Final = "electrodes/_panel.html"
_MOST: Final = 4


def panel(person: Person) -> dict[str, Any]:
    """Return what the newest studies of a person showed, to a clinician.

    Parameters
    ----------
    person : Person
        From a gate.
    """
    newest = Reading.objects.filter(study=OuterRef("pk")).order_by("-read_at")
    studies = Study.objects.filter(person=person).annotate(result=Subquery(newest.values("result")[:1]))
    lines = [(Row.of(one), _said(one)) for one in studies.order_by("-created_at", "-id")[:_MOST]]
    return {"person": person, "lines": lines}


def _said(study: Study) -> list[str]:
    """Return what a study showed: the headline of free-running EMG, the findings of evoked responses."""
    result = study.result  # type: ignore[attr-defined]
    if result is None:
        return []
    if study.is_free:
        from facialis.emg.answer import answer

        return [answer(result).headline]
    from facialis import knowledge
    from facialis.paper.signs import groups

    return [
        f"{sign.term}{f', {sign.side_word}' if sign.side_word else ''}: {name.lower()}"
        for _, name, signs in groups(result, knowledge.finding)
        for sign in signs
    ]
