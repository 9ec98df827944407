"""The path round one operation as a whole, and its public result ``facialis.decompression/1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.treatment.decompression.attention import Attention, in_order, word
from facialis.treatment.decompression.hearing import Hearing, hearing, signed
from facialis.treatment.decompression.palsy import PalsyPath, palsy
from facialis.treatment.decompression.record import Record
from facialis.treatment.decompression.steps import Taken, Watched, taken, watched
from facialis.version import __version__

SCHEMA = "facialis.decompression/1"
# Together with one of these a fever is an emergency.
_WITH_FEVER = ("neck_stiffness", "clear_fluid", "thunderclap_headache", "drowsiness")


@dataclass(frozen=True)
class Path:
    """The path round one operation.

    Attributes
    ----------
    record : Record
    on : date
    attention : tuple of Attention
        The most urgent first.
    steps : tuple of Taken
    watch : tuple of Watched
    hearing : Hearing
    palsy : PalsyPath
    relief : mapping or None
        How the spasms stand, in the form of the follow-up; None where nobody told of them.
    not_assessable : tuple of str
    """

    record: Record
    on: date
    attention: tuple[Attention, ...]
    steps: tuple[Taken, ...]
    watch: tuple[Watched, ...]
    hearing: Hearing
    palsy: PalsyPath
    relief: Mapping[str, Any] | None
    not_assessable: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public result."""
        record = self.record
        told: dict[str, Any] = {
            "schema": SCHEMA,
            "on": self.on.isoformat(),
            "source": {"name": record.name, "sha256": record.sha256},
            "side": record.side.value,
            "operated": None if record.operated is None else record.operated.isoformat(),
            "planned": None if record.planned is None else record.planned.isoformat(),
            "day": None if record.operated is None else record.day_of(self.on),
            "assumptions": list(record.assumptions),
            "attention": [one.to_json() for one in self.attention],
            "steps": [one.to_json() for one in self.steps],
            "watch": [one.to_json() for one in self.watch],
            "hearing": self.hearing.to_json(),
            "palsy": self.palsy.to_json(),
            "eye": self.palsy.eye_to_json(),
            "lateral_spread": [{"date": day.isoformat(), "state": state} for day, state in record.lateral_spread],
            "spasms_on": _spasms_on(record),
            "relief": None if self.relief is None else dict(self.relief),
            "not_assessable": list(self.not_assessable),
        }
        told["sources"] = _sources(told)
        told["software"] = {"version": __version__, "knowledge_sha256": treatment.digest()}
        return told


def path(record: Record, on: date, relief: Mapping[str, Any] | None = None) -> Path:
    """Say what is done, due and overdue, what to watch for, and how hearing, face and eye are.

    Parameters
    ----------
    record : Record
    on : date
        Today.
    relief : mapping or None
        How the spasms stand: the part ``decompression`` of ``facialis.course/1``.
    """
    heard, face = hearing(record), palsy(record, on)
    steps = taken(record, heard, on)
    found = [*_of_symptoms(record), *face.attention, *_of_hearing(heard), *_of_steps(record, steps, on)]
    found += _of_relief(relief)
    return Path(
        record,
        on,
        in_order(found),
        steps,
        watched(record, heard, on),
        heard,
        face,
        relief,
        tuple(_not_assessable(record, heard, face, relief)),
    )


def _spasms_on(record: Record) -> str | None:
    """Return the last day on which spasms were written down; None where there is none."""
    free = 10.0 * treatment.relief().number("free_level")
    days = [day for day, score in record.spasms if score > free]
    return max(days).isoformat() if days else None


def _of_symptoms(record: Record) -> Iterator[Attention]:
    going_on = [one for one in record.symptoms if one.until is None]
    keys = {one.key for one in going_on}
    for told in going_on:
        what = treatment.decompression().complaints[told.key]
        urgency, action = word(what.urgency), what.action
        if told.key == "fever" and keys & set(_WITH_FEVER):
            urgency, action = "emergency", "Emergency department now: meningitis until shown otherwise."
        yield Attention(
            told.key,
            urgency,
            what.title,
            action,
            "Go to hospital at once." if urgency == "emergency" and told.key == "fever" else what.plain_action,
            (f"told on {told.day}, day {record.day_of(told.day)}; no end is told",),
            told.day,
        )


def _of_hearing(heard: Hearing) -> Iterator[Attention]:
    if heard.state != "worse" or heard.latest is None:
        return
    rates = treatment.decompression().hearing
    rate = rates["sudden_db"] if heard.sudden else rates["loss_db"]
    fell = "no response" if heard.change_db is None else f"average {signed(heard.change_db)} dB"
    speech = "" if heard.change_speech is None else f", speech {signed(heard.change_speech)} points"
    because = (f"{fell}{speech} on {heard.latest.day}",)
    if heard.sudden:
        action = (
            "ENT the same day: treated as a sudden loss of hearing. In one series steroids were given and it came back."
        )
        plain = "Call the team today: your hearing fell quickly."
        code, urgency, title = "hearing_sudden", "same_day", "Hearing fell"
    else:
        action = "Audiogram again with speech discrimination, and an ENT opinion; advice on hearing aids if it stays."
        plain = "Have your hearing tested again."
        code, urgency, title = "hearing_loss_found", "soon", "Hearing is worse"
    yield Attention(code, urgency, title, action, plain, because, heard.latest.day, rate.basis, rate.sources)


def _of_steps(record: Record, steps: tuple[Taken, ...], on: date) -> Iterator[Attention]:
    lesion = record.scan == "lesion" and record.operated is None
    if lesion:
        action = "Settle what the lesion is before anybody decompresses: it may be the cause, and another operation."
        plain = "The scan shows something that must be cleared up first. Your doctor will explain it."
        yield Attention("lesion", "soon", "The scan shows a lesion", action, plain)
    lacking = [one for one in steps if one.step.phase == "before" and one.state in ("due", "incomplete")]
    if record.operated is None and record.planned is not None and lacking:
        left = (record.planned - on).days
        names = tuple(one.step.name + (f": {one.because}" if one.because else "") for one in lacking)
        action = f"Before the operation on {record.planned} ({left} days): {'; '.join(names)}."
        plain = "Some things are still to be done before the operation: " + "; ".join(one.step.plain for one in lacking)
        urgency = "soon" if left <= treatment.decompression().number("pressing_days") else "routine"
        yield Attention("not_ready", urgency, "Not ready for the operation", action, plain + ".")
    late = [one for one in steps if one.state == "overdue"]
    if late:
        names = tuple(f"{one.step.name}, by {one.end}" for one in late)
        plain = "These are overdue: " + "; ".join(one.step.plain for one in late) + ". Please make an appointment."
        yield Attention("overdue", "routine", "Overdue", f"Make good: {'; '.join(names)}.", plain)


def _of_relief(relief: Mapping[str, Any] | None) -> Iterator[Attention]:
    titles = {"late": "Still spasms, later than is usual", "relapse": "Spasms again after a time without"}
    if relief is None or relief["state"] not in titles:
        return
    action = "Speak with the surgeon; when to operate again is in conflict between sources."
    plain = "Please speak with your surgeon about the spasms."
    because = tuple(relief["because"][:1])
    yield Attention("spasms", "routine", titles[relief["state"]], action, plain, because)


def _not_assessable(record: Record, heard: Hearing, face: PalsyPath, relief: Mapping[str, Any] | None) -> Iterator[str]:
    if heard.state == "not_assessable":
        yield f"Hearing: {heard.because[0]}"
    elif heard.change_speech is None:
        yield "Whether the nerve of hearing was harmed: speech discrimination was not tested both times."
    if record.operated is None:
        return
    if face.state == "none_told" and not record.visits:
        yield "Whether there was a palsy: nobody told of one, and no visit is recorded."
    if relief is None:
        yield "How the spasms are: no score is recorded."
    hidden = treatment.relief().number("toxin_days")
    absent = [day for day, state in record.lateral_spread if state == "absent"]
    if any(0 <= (day - given).days <= hidden for given in record.toxin for day in absent):
        yield "A lateral spread response within 4 months of toxin: its absence says nothing."


def _sources(told: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return every source that the result names, as it is cited."""
    known, found = knowledge.sources(), dict.fromkeys(_named(told))
    return [
        {"key": key, "cite": known[key].cite, "doi": known[key].doi, "pmid": known[key].pmid}
        for key in found
        if key in known
    ]


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "sources" and isinstance(inner, list):
                yield from (one for one in inner if isinstance(one, str))
            elif key == "source" and isinstance(inner, str):
                yield inner
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
