"""The next plan from the last session: the doses that were given, copied; what was measured since, as advice."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from facialis.document import Document, DocumentError, json_file
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.knowledge.treatment.interval import of_label
from facialis.treatment.injection.amounts import text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import LastSession, session_of
from facialis.treatment.injection.result import advice_of

COURSE = "facialis.course/1"
_MEASURED = ("relief", "onset_day", "peak_day", "wear_off_day")


@dataclass(frozen=True, slots=True)
class Next:
    """A plan to begin from.

    Attributes
    ----------
    toml : str
        The whole file.
    day : date
    notes : tuple of str
        What whoever asked for it should know at once.
    """

    toml: str
    day: date
    notes: tuple[str, ...]

    def to_mapping(self) -> dict[str, Any]:
        """Return the plan as :func:`facialis.treatment.injection.wanted.of` takes it."""
        return tomllib.loads(self.toml, parse_float=Decimal)


def next_plan(path: Path, course: Path | None, day: date | None) -> Next:
    """Return the next plan: same product, same mixture, the doses that were given. It raises none and adds none.

    Parameters
    ----------
    path : Path
        The last session, ``facialis.session/1``.
    course : Path or None
        Its ``facialis.course/1``, for what was measured since.
    day : date or None
        Of the next session; the earliest that label, payer and clinic all allow when None.

    Raises
    ------
    DocumentError
        In one line; also where the day lies before the last session.
    """
    return next_of(json_file(path), json_file(course) if course else None, day, str(path), str(course))


def next_of(
    told: object, course: object | None, day: date | None, name: str = "session", course_name: str = "course"
) -> Next:
    """Return the next plan from a session, and the course where there is one, that are at hand.

    Parameters
    ----------
    told : mapping
        The last session, ``facialis.session/1``.
    course : mapping or None
        ``facialis.course/1``.
    day : date or None
        As for :func:`next_plan`.
    name, course_name : str
        How the two are called in errors.

    Raises
    ------
    DocumentError
        In one line.
    """
    last = session_of(told, name)
    known = treatment.intervals()
    label = of_label(known, last.product, last.country) or of_label(known, last.product, "")
    if day is not None and day <= last.day:
        raise DocumentError(f"--date {day.isoformat()} is not after the last session, on {last.day.isoformat()}")
    effect, advice, newer = _measured(Document.of(course, course_name, COURSE), last) if course else ({}, [], {})
    waits = {**last.intervals, **newer}
    days = ({"label": label.days} if label else {}) | waits
    when = day or last.day + timedelta(days=max(days.values(), default=max(row.days for row in known)))
    notes = [
        f"{dose.named} is not in the plan: nothing was given there ({dose.differs or 'no reason told'})."
        for dose in last.given
        if not dose.units
    ]
    advice = [*advice, *advice_of(last), *notes]
    for rule, length in days.items():
        earliest = last.day + timedelta(days=length)
        if when < earliest:
            what = f"is before {earliest.isoformat()}, the earliest by the {rule}: it needs a reason."
            notes.append(f"{when.isoformat()} {what}")
    return Next(_toml(last, when, effect, advice, waits), when, tuple(notes))


def _measured(top: Document, last: LastSession) -> tuple[dict[str, Any], list[str], dict[str, int]]:
    """Return what was measured after the last session, what follows from it, and the intervals of payer and clinic."""
    sides = top.inner("sides")
    effect: dict[str, Any] = {}
    advice: list[str] = []
    waits: dict[str, int] = {}
    treated = dict.fromkeys(dose.side for dose in last.given if dose.units)
    for side in treated:
        if not sides.has(side.value):
            continue
        one = sides.inner(side.value)
        cycle = next((row for row in one.rows("cycles") if _is_of(row, last)), None)
        if cycle is not None:
            lead = f"{side.value}_" if len(treated) > 1 else ""
            effect |= {f"{lead}{key}": value for key, value in _numbers(cycle).items()}
            advice += _advice(cycle, side, last)
        waits |= _waits(one)
    if not effect:
        advice.append(f"The course says nothing of the session on {last.day.isoformat()}.")
    return effect, advice, waits


def _is_of(row: Document, last: LastSession) -> bool:
    same_product = not row.has("product") or row.take("product") in ("", last.product)
    return row.has("date") and row.take("date") == last.day.isoformat() and same_product


def _numbers(cycle: Document) -> dict[str, Any]:
    """Return the estimates of a cycle that are known, and its state."""
    found: dict[str, Any] = {"state": cycle.text("state")} if cycle.has("state") else {}
    for key in _MEASURED:
        if cycle.has(key):
            row = cycle.inner(key)
            found[key] = {end: row.number_or_none(end) for end in ("value", "low", "high")}
            found[key] = {end: value for end, value in found[key].items() if value is not None}
            found[key]["unit"] = row.text("unit", empty=True) if row.has("unit") else ""
    return found


def _advice(cycle: Document, side: Side, last: LastSession) -> Iterator[str]:
    """Yield what the measured effect asks the clinician to think of; the doses stay as they were."""
    state = cycle.text("state") if cycle.has("state") else ""
    if state == "no_response":
        yield (
            f"No effect was measured on the {side.value}: look at diagnosis, dose, sites, product and interval before "
            "antibodies are thought of."
        )
    if state == "working":
        yield f"The effect on the {side.value} had not worn off at the latest entry."
    held = cycle.inner("wear_off_day").number_or_none("value") if cycle.has("wear_off_day") else None
    if held is None or state != "worn_off":
        return
    for label in treatment.products()[last.product].labels_in(last.country):
        days, times = label.short_effect_days, label.raise_most_times
        if days is not None and times is not None and held <= days:
            yield (
                f"The effect on the {side.value} held {held:.0f} days. Where it holds no longer than two months the "
                f"label lets a dose grow, up to {text(times)} times; whether it does is the clinician's choice: this "
                "plan copies what was given."
            )
            return


def _waits(side: Document) -> dict[str, int]:
    """Return the intervals of payer and clinic that the forecast of a side was held against."""
    if not side.has("forecast") or not side.inner("forecast").has("next_session"):
        return {}
    session_ = side.inner("forecast").inner("next_session")
    rows = session_.rows("earliest") if session_.has("earliest") else []
    found = {}
    for row in rows:
        if row.has("rule") and row.text("rule") in ("payer", "clinic"):
            found[row.text("rule")] = int(row.number("days", 1, 730))
    return found


def _toml(
    last: LastSession, when: date, effect: Mapping[str, Any], advice: Sequence[str], waits: Mapping[str, int]
) -> str:
    assert last.mixed is not None
    lines = [
        f"# The next plan, from the session on {last.day.isoformat()}: the doses that were given, copied. Nothing was",
        "# raised and no product changed; every change from here is the clinician's.",
        f"date = {when.isoformat()}",
        f"side = {_quoted(last.side)}",
        *([f"country = {_quoted(last.country)}"] if last.country else ['# country = "EU"']),
        "# Ask for toxin of other indications since then: date, product, units, indication of each; [] for none.",
        "# other_injections = []",
        "",
        "[product]",
        f"name = {_quoted(last.product)}",
        f"vial_units = {text(last.mixed.vial_units)}",
        *([f"diluent_ml = {text(last.mixed.diluent_ml)}"] if last.mixed.diluent_ml else []),
        f"syringe_step_ml = {text(last.mixed.step_ml)}",
        "",
        "# To be asked anew at every visit: the plan is blocked until patient and clinician have said the side.",
        "[side_told]",
        *(f'# {who} = "{last.side}"' for who in ("stated", "filmed", "clinician")),
        "",
        *(["[intervals]", *(f"{rule}_days = {days}" for rule, days in waits.items()), ""] if waits else []),
        *_sites(dose for dose in last.given if dose.units),
        "[from_last]",
        f"date = {last.day.isoformat()}",
        f"product = {_quoted(last.product)}",
        f"advice = [{', '.join(_quoted(line) for line in advice)}]",
        "",
        *_given(last.given),
        *_effect(effect),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _sites(doses: Iterator[Dose]) -> Iterator[str]:
    for dose in doses:
        yield "[[sites]]"
        yield from _dose(dose)
        yield ""


def _given(doses: Sequence[Dose]) -> Iterator[str]:
    for dose in doses:
        yield "[[from_last.given]]"
        yield from _dose(dose)
        yield ""


def _dose(dose: Dose) -> Iterator[str]:
    yield f"muscle = {_quoted(dose.muscle)}"
    yield f"site = {_quoted(dose.site)}"
    yield f"side = {_quoted(dose.side.value)}"
    yield f"units = {text(dose.units)}"


def _effect(effect: Mapping[str, Any]) -> Iterator[str]:
    if not effect:
        return
    yield "[from_last.measured_effect]"
    for key, value in effect.items():
        if isinstance(value, str):
            yield f"{key} = {_quoted(value)}"
        else:
            inner = ", ".join(
                f"{end} = {_quoted(it) if isinstance(it, str) else repr(it)}" for end, it in value.items()
            )
            yield f"{key} = {{{inner}}}"


def _quoted(told: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(told, ensure_ascii=False).replace("\x7f", "\\u007f")
