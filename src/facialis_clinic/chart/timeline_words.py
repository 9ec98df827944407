"""What a line of the timeline says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from facialis_clinic.care.models import Document, Order, Plan, Treatment
from facialis_clinic.chart.mine import NAMES, way
from facialis_clinic.electrodes.models import Kind as Electrodes
from facialis_clinic.electrodes.models import State as StudyState
from facialis_clinic.electrodes.shown import BADGES as OF_ELECTRODES
from facialis_clinic.people.models import Consent, Person
from facialis_clinic.recordings.models import State

Badge = tuple[str, str]
URGENT: Final = ("emergency", "same_day")


@dataclass(frozen=True, slots=True)
class Said:
    """A line in words; the address may be empty."""

    title: str
    url: str = ""
    detail: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the union: which thing, two words of it, what else is known, whose, and for whom it is written."""

    kind: str
    thing: UUID | None
    one: str
    two: str
    told: Mapping[str, Any]
    person: Person
    plain: bool


def worded(
    kind: str, thing: UUID | None, words: tuple[str, str], told: Mapping[str, Any], person: Person, *, for_patient: bool
) -> Said:
    """Return what a row says, to the patient or to a clinician."""
    return _WORDS[kind](Row(kind, thing, *words, told, person, for_patient))


def percent(share: float) -> str:
    """Print a probability without more digits than it carries."""
    from facialis.diagnosis.page.words import percent as printed

    return printed(share)


def day_of(iso: str) -> str:
    """Print a day that was stored as it is written."""
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def _interview(row: Row) -> Said:
    finished = row.one == "true"
    there = way("intake:done" if finished else "intake:question", row.thing)
    return Said("Told the story" if finished else "Began to tell the story", there)


def _scale(row: Row) -> Said:
    from facialis.history import scales

    known = scales.scales().get(row.one)
    name = known.name if known is not None else row.one.upper()
    if row.plain:
        return Said(f"Answered: {name}", way("intake:scored", row.thing))
    total = (row.told.get("score") or {}).get("total")
    detail = "no score: too little was answered" if total is None else f"score {total:g}"
    if row.told.get("grade"):
        detail += f", {row.told['grade']}"
    urgent = ("look now", "bad") if row.told.get("urgent") else None
    return Said(name, way("intake:scored", row.thing), detail, urgent)


def _diary(row: Row) -> Said:
    days = int(row.one)
    severity = f", severity {row.two} of 10" if row.two else ""
    return Said(
        f"Diary: {days} day{'' if days == 1 else 's'} this month", way("intake:diary", row.person.pk), severity[2:]
    )


def _recording(row: Row) -> Said:
    badges: dict[str, Badge] = {
        State.REFUSED: ("film it again", "warn"), State.FAILED: ("not measured", "bad"),
        State.QUEUED: ("waiting", "plain"), State.MEASURING: ("being measured", "plain"),
    }  # fmt: skip
    return Said("Sent a film", way("recordings:show", row.thing), "", badges.get(row.one))


def _measurement(row: Row) -> Said:
    told = row.told
    there = way("chart:room", row.thing)
    if told.get("verdict") == "refused":
        return Said("Film measured", there, "nothing could be read from it", ("refused", "warn"))
    rate = told.get("rate") or {}
    seen = "no rate"
    if rate.get("value") is not None:
        seen = f"{rate['value']:.1f} spasms a minute ({rate['low']:.1f} to {rate['high']:.1f})"
    side = f", {told['side']} side" if told.get("side") in ("left", "right") else ""
    after = ", after review" if told.get("reviewed") else ""
    return Said(
        "Film measured",
        there,
        f"{seen}{side}{after}",
        ("limited", "warn") if told.get("verdict") == "limited" else None,
    )


def _study(row: Row) -> Said:
    name = Electrodes(row.one).short
    if row.plain:
        return Said(f"Examined: {NAMES[Order.Kind.EMG]}")
    done = row.two in ("read", "refused")
    return Said(
        f"Sent: {name}", way("electrodes:show", row.thing), "", None if done else OF_ELECTRODES[StudyState(row.two)]
    )


def _reading(row: Row) -> Said:
    told, there = row.told, way("electrodes:show", UUID(row.two))
    name = Electrodes(row.one).short
    if told.get("verdict") == "refused":
        return Said(f"{name} read", there, "nothing could be read from it", ("refused", "warn"))
    rate = told.get("rate") or {}
    said = [finding_name(code) for code in told.get("present") or ()]
    if rate.get("value") is not None:
        side = f", {told['side']} side" if told.get("side") in ("left", "right") else ""
        said.insert(0, f"{rate['value']:.1f} bursts a minute ({rate['low']:.1f} to {rate['high']:.1f}){side}")
    limited = ("limited", "warn") if told.get("verdict") == "limited" else None
    return Said(f"{name} read", there, "; ".join(said) or "no sign is present", limited)


def _finding(row: Row) -> Said:
    state, _, side = row.two.partition(" ")
    where = f", {side}" if side in ("left", "right", "both") else ""
    reason = row.told.get("reason") or ""
    detail = f"{state.replace('_', ' ')}{where}{': ' if reason else ''}{reason}"
    return Said(f"By hand: {finding_name(row.one)}", _findings(row), detail)


def _finding_end(row: Row) -> Said:
    return Said(f"Taken back: {finding_name(row.one)}", _findings(row))


def _findings(row: Row) -> str:
    return f"{way('chart:findings', row.person.pk)}?code={row.one}"


def finding_name(code: str) -> str:
    """Return the clinician's name of a finding."""
    from facialis import knowledge

    known = knowledge.findings().get(code)
    return known.term if known else code.replace("_", " ")


def _assessment(row: Row) -> Said:
    told, share = row.told, row.told.get("share") or {}
    detail = "nothing on the list explains it"
    if told.get("explained") and share:
        detail = f"{told['name']} {percent(share['value'])} ({percent(share['low'])} to {percent(share['high'])})"
    flags = (f"{told['flags']} red flag{'' if told['flags'] == 1 else 's'}", "bad") if told.get("flags") else None
    return Said("Weighed", way("chart:assessment", row.thing), detail, flags)


def _release(row: Row) -> Said:
    if row.plain:
        return Said(
            "Your answer was opened for you", way("chart:result", row.person.pk, row.thing), "", ("new", "good")
        )
    return Said("Answer released to the patient", way("chart:assessment", row.thing), "", ("released", "good"))


def _withdrawal(row: Row) -> Said:
    return Said("Answer taken back from the patient", way("chart:assessment", row.thing), "", ("taken back", "warn"))


def _order(row: Row) -> Said:
    kind = Order.Kind(row.one)
    name = NAMES[kind] if row.plain else str(kind.label)
    waits = ("no answer yet", "plain") if row.two == Order.State.ORDERED else None
    return Said(f"Ordered: {name}", way("care:order", row.thing), "", waits)


def _order_end(row: Row) -> Said:
    done = row.two == Order.State.DONE
    return Said(f"{'Answer' if done else 'Cancelled'}: {Order.Kind(row.one).label}", way("care:order", row.thing))


def _document(row: Row) -> Said:
    done: dict[str, tuple[str, Badge | None]] = {
        "document": ("Drafted", ("not signed", "warn")),
        "signed": ("Signed", None),
        "shared": ("For you" if row.plain else "Shared with the patient", None),
    }
    said, badge = done[row.kind]
    return Said(f"{said}: {row.one or Document.Kind(row.two).label}", way("care:document", row.thing), "", badge)


def _treatment(row: Row) -> Said:
    side = f", {row.two}" if row.two in ("left", "right", "both") else ""
    name = str(Treatment.Kind(row.one).label)
    return Said(f"{name.capitalize()}{side}", way("care:treatment", row.thing))


def _plan(row: Row) -> Said:
    state = Plan.State(row.one)
    look = "good" if state == Plan.State.READY else "plain"
    return Said("Injection plan", way("care:plan", row.thing), f"for {day_of(row.two)}", (str(state.label), look))


def _aid(row: Row) -> Said:
    return Said("Decision aid handed over", way("care:aid", row.thing))


def _aid_answer(row: Row) -> Said:
    leaning = f"leans to {row.one.replace('_', ' ')}" if row.one else ""
    return Said("Weighed what can be done", way("care:aid", row.thing), leaning)


def _alarm(row: Row) -> Said:
    urgent = row.told.get("urgency") in URGENT
    title = str(row.told.get("title") or row.one.replace("_", " "))
    return Said(title, way("care:course", row.person.pk), "", ("alarm", "bad" if urgent else "warn"))


def _consent(row: Row) -> Said:
    said = "No to" if row.two == "true" else "Yes to"
    return Said(f"{said} the use of films for {_use(row)}")


def _consent_end(row: Row) -> Said:
    return Said(f"Took back what was said on films for {_use(row)}")


def _use(row: Row) -> str:
    return str(Consent.Use(row.one).label).replace("my own", "your own" if row.plain else "their own")


_WORDS: Final[Mapping[str, Callable[[Row], Said]]] = {
    "interview": _interview, "scale": _scale, "diary": _diary, "recording": _recording, "measurement": _measurement,
    "study": _study, "reading": _reading, "finding": _finding, "finding_end": _finding_end,
    "assessment": _assessment, "release": _release, "withdrawal": _withdrawal, "order": _order,
    "order_end": _order_end, "document": _document, "signed": _document, "shared": _document,
    "treatment": _treatment, "plan": _plan, "aid": _aid, "aid_answer": _aid_answer,
    "alarm": _alarm, "consent": _consent, "consent_end": _consent_end,
}  # fmt: skip
