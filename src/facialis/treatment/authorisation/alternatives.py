"""What was tried instead of toxin, or cannot be: as told, as taken now, and as this case rules out."""

from __future__ import annotations

from dataclasses import dataclass

from facialis.knowledge import treatment
from facialis.treatment.authorisation.record import Record
from facialis.treatment.authorisation.records import Tried
from facialis.treatment.authorisation.said import Place, day

# Outcomes that a payer counts: it failed, or it cannot be had.
COUNTING = ("no_benefit", "wore_off", "not_tolerated", "contraindicated")
_WORDS = {
    "no_benefit": "tried, without benefit",
    "wore_off": "tried, benefit lost",
    "not_tolerated": "tried, not tolerated",
    "contraindicated": "contraindicated",
    "declined": "declined by the patient",
    "in_use": "taken now",
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One alternative and what came of it.

    Attributes
    ----------
    option, name : str
        Key and name of the option.
    outcome : str
        One of the outcomes of ``tried`` rows.
    text : str
        In a sentence.
    place : Place
    counts : bool
        Whether it counts as failed or contraindicated.
    """

    option: str
    name: str
    outcome: str
    text: str
    place: Place
    counts: bool


def alternatives(record: Record) -> list[Alternative]:
    """Return the alternatives that the record tells, first those told, then what follows from the case."""
    found = [_told(one) for one in record.tried]
    told = {one.option for one in found}
    for option, why, where in record.contraindicated():
        if option.key not in told:
            place = Place(record.case_file, where, f"{option.name}: contraindicated: {why}")
            found.append(Alternative(option.key, option.name, "contraindicated", place.text, place, counts=True))
            told.add(option.key)
    for i, name in enumerate(record.case.medicines):
        known = treatment.options().get(name.strip().lower().replace(" ", "_"))
        if known and known.key not in told:
            place = Place(record.case_file, f"medicines[{i}]", f"{known.name}: taken now, its effect is not told")
            found.append(Alternative(known.key, known.name, "in_use", place.text, place, counts=False))
    return found


def _told(one: Tried) -> Alternative:
    name = treatment.options()[one.option].name
    when = [f"{word} {day(at)}" for word, at in (("from", one.since), ("until", one.until)) if at]
    parts = ", ".join([_WORDS[one.outcome], *([" ".join(when)] if when else []), *([one.note] if one.note else [])])
    text = f"{name}: {parts}"
    return Alternative(
        one.option, name, one.outcome, text, Place(one.file, one.at, text), counts=one.outcome in COUNTING
    )
