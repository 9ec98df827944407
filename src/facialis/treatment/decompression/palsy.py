"""A facial palsy after the operation, and the eye beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.decompression_path import EyeCare
from facialis.knowledge.treatment.rates import Rate
from facialis.treatment.decompression.attention import Attention, word
from facialis.treatment.decompression.record import Eye, Record

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
_NORMAL = 1
# With one of these a palsy is no longer one of the face alone.
WITH_STROKE = ("arm_or_leg_weakness", "speech_trouble", "drowsiness")


@dataclass(frozen=True)
class PalsyPath:
    """Where a palsy stands.

    Attributes
    ----------
    state : str
        ``"none_told"``, ``"active"`` or ``"recovered"``.
    kind : str
        ``"at_once"``, ``"delayed"`` or ``"later"``; empty where there is none.
    onset : date or None
    onset_day : int or None
        From the operation.
    lasted : int or None
        Days until it was gone, or until now.
    grade : int or None
        The latest House-Brackmann grade.
    outlook : Rate or None
        How many recover.
    eye : EyeCare or None
        What the eye needs; None where there is neither palsy nor finding.
    eye_because, because, plain : tuple of str
    attention : tuple of Attention
    sources : tuple of str
    """

    state: str
    kind: str
    onset: date | None
    onset_day: int | None
    lasted: int | None
    grade: int | None
    outlook: Rate | None
    eye: EyeCare | None
    eye_because: tuple[str, ...]
    because: tuple[str, ...]
    plain: tuple[str, ...]
    attention: tuple[Attention, ...]
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public form of the palsy."""
        return {
            "state": self.state,
            "kind": self.kind or None,
            "onset": None if self.onset is None else self.onset.isoformat(),
            "onset_day": self.onset_day,
            "lasted_days": self.lasted,
            "house_brackmann": self.grade,
            "outlook": None if self.outlook is None else self.outlook.to_json(),
            "because": list(self.because),
            "plain": list(self.plain),
            "sources": list(self.sources),
        }

    def eye_to_json(self) -> dict[str, Any]:
        """Return the public form of the eye."""
        if self.eye is None:
            return {"state": "not_needed", "urgency": None, "title": None, "action": None, "plain_action": None} | {
                "because": [],
                "basis": None,
                "sources": [],
            }
        return {
            "state": self.eye.key,
            "urgency": word(self.eye.urgency),
            "title": self.eye.title,
            "action": self.eye.action,
            "plain_action": self.eye.plain_action,
            "because": list(self.eye_because),
            "basis": self.eye.basis.value,
            "sources": list(self.eye.sources),
        }


def palsy(record: Record, on: date) -> PalsyPath:
    """Say where a palsy and the eye beside it stand."""
    told = record.palsy
    eye = record.eye[-1] if record.eye else None
    if told is None:
        care = _care(eye, None) if eye is not None and eye.found else None
        because = _eye_because(eye, None, on) if care is not None else ()
        attention = _eye_attention(care, because, None)
        return PalsyPath("none_told", "", None, None, None, None, None, care, because, (), (), attention, ())
    grade = told.grades[-1][1] if told.grades else None
    gone = _gone(told.grades)
    state = "recovered" if gone else "active"
    day = record.day_of(told.onset)
    lasted = ((gone or on) - told.onset).days
    kind = _kind(day)
    care = (
        _care(eye, grade) if state == "active" or (eye is not None and eye.found and eye.day >= (gone or on)) else None
    )
    eye_because = _eye_because(eye, grade, on) if care is not None else ()
    rates = treatment.decompression().palsy
    outlook = rates["at_once_lasting"] if kind == "at_once" else rates["recovered"]
    attention = (
        *(_attention(record, on, kind, lasted) if state == "active" else ()),
        *_eye_attention(care, eye_because, told.onset),
    )
    used = [outlook, rates["usual_days"], rates["last_day"]]
    return PalsyPath(
        state,
        kind,
        told.onset,
        day,
        lasted,
        grade,
        outlook if kind != "later" else None,
        care,
        eye_because,
        tuple(_because(state, kind, day, lasted, grade)),
        tuple(_plain(state, kind)),
        attention,
        tuple(dict.fromkeys(key for rate in used for key in rate.sources)),
    )


def _kind(day: int) -> str:
    rates = treatment.decompression().palsy
    if day < rates["first_day"].value:
        return "at_once"
    return "delayed" if day <= rates["last_day"].value else "later"


def _gone(grades: tuple[tuple[date, int], ...]) -> date | None:
    """Return the day since which the grade is normal; None where the latest is not."""
    since = None
    for day, grade in grades:
        since = (since or day) if grade == _NORMAL else None
    return since


def _care(eye: Eye | None, grade: int | None) -> EyeCare:
    """Return what the eye needs: by what was found, then by its closure, then by the grade."""
    known = treatment.decompression()
    told = {*(eye.found if eye is not None else ()), eye.closure if eye is not None else ""} - {""}
    if not told & {"complete", "incomplete"} and grade is not None:
        told.add("incomplete" if grade >= known.palsy["open_from_grade"].value else "complete")
    return next((care for care in known.eye if told & set(care.when)), known.eye[-1])


def _eye_because(eye: Eye | None, grade: int | None, on: date) -> tuple[str, ...]:
    found = []
    if eye is not None:
        words = [name.replace("_", " ") for name in eye.found]
        words += [f"closure {eye.closure}"] if eye.closure else []
        found.append(f"{', '.join(words) or 'nothing found'} on {eye.day}")
        if (on - eye.day).days > treatment.decompression().number("old_eye_days"):
            found.append(f"looked at {(on - eye.day).days} days ago: look again")
    if (eye is None or not eye.closure) and grade is not None:
        found.append(f"closure judged by House-Brackmann {_ROMAN[grade]} alone, which does not tell whether it is safe")
    return tuple(found) or ("nobody has told how the lid closes",)


def _eye_attention(care: EyeCare | None, because: tuple[str, ...], since: date | None) -> tuple[Attention, ...]:
    if care is None or word(care.urgency) == "routine":
        return ()
    return (
        Attention(
            f"eye_{care.key}",
            word(care.urgency),
            care.title,
            care.action,
            care.plain_action,
            because,
            since,
            care.basis,
            care.sources,
        ),
    )


def _attention(record: Record, on: date, kind: str, lasted: int) -> Iterator[Attention]:
    assert record.palsy is not None
    rates, onset = treatment.decompression().palsy, record.palsy.onset
    beside = [one.key for one in record.symptoms if one.key in WITH_STROKE and one.until is None]
    if beside:
        names = ", ".join(key.replace("_", " ") for key in beside)
        yield Attention(
            "palsy_and_more",
            "emergency",
            "Facial palsy with more than the face",
            "Ambulance: stroke until shown otherwise.",
            "Call the ambulance now.",
            (f"palsy since {onset}, with {names}",),
            onset,
        )
    elif kind == "later":
        new = (on - onset).days <= treatment.decompression().number("new_palsy_days")
        yield Attention(
            "palsy_later",
            "emergency" if new else "same_day",
            "A palsy later than any delayed one that was published",
            "Stroke or acute facial palsy until shown otherwise; the operation does not explain it."
            if new
            else "Seen the same day as a facial palsy of unknown cause.",
            "Your face: call the emergency number now. So long after the operation it can be a stroke."
            if new
            else "Call the team today. With a weak arm or leg, or trouble speaking: ambulance.",
            (f"began on day {record.day_of(onset)}; the latest published is day {rates['last_day'].value:.0f}",),
            onset,
            Basis.PUBLISHED,
            rates["last_day"].sources,
        )
    elif kind == "delayed" and (on - onset).days <= treatment.decompression().number("new_palsy_days"):
        watch = next(one for one in treatment.decompression().watch if one.key == "delayed_palsy")
        yield Attention(
            "palsy_new",
            "same_day",
            "A new facial palsy after the operation, of the face alone",
            watch.action,
            watch.plain_action,
            (f"began on {onset}, day {record.day_of(onset)}",),
            onset,
            watch.days_basis,
            watch.days_sources,
        )
    yield from _slow(record, lasted)


def _slow(record: Record, lasted: int) -> Iterator[Attention]:
    """Yield what a palsy that does not go away needs."""
    assert record.palsy is not None
    rates, grades = treatment.decompression().palsy, record.palsy.grades
    refer, still = rates["refer_days"], rates["no_change_days"]
    unchanged = len(grades) > 1 and grades[-1][1] >= grades[0][1] and (grades[-1][0] - grades[0][0]).days >= still.value
    if lasted <= refer.value and not unchanged:
        return
    rate = refer if lasted > refer.value else still
    yield Attention(
        "palsy_slow",
        "soon",
        "The palsy is slow to go",
        "Refer to a facial nerve specialist; most still recover.",
        "Ask for an appointment with a specialist for the facial nerve. Most people still recover.",
        (f"{lasted} days; {rate.rule}",),
        record.palsy.onset,
        rate.basis,
        rate.sources,
    )


def _because(state: str, kind: str, day: int, lasted: int, grade: int | None) -> Iterator[str]:
    rates = treatment.decompression().palsy
    told = "grade not told" if grade is None else f"House-Brackmann {_ROMAN[grade]}"
    if state == "recovered":
        yield f"Began on day {day}, gone after {lasted} days."
        return
    yield f"Began on day {day}, {lasted} days ago; {told}."
    recovered, usual = rates["recovered"], rates["usual_days"]
    if kind == "delayed":
        present, of = (sum(one) for one in zip(*((s.counts[0], sum(s.counts)) for s in recovered.studies), strict=True))
        assert recovered.low is not None
        assert recovered.high is not None
        yield (
            f"{present:.0f} of {of:.0f} with a delayed palsy recovered completely "
            f"({100 * recovered.low:.0f} to {100 * recovered.high:.0f} %), on average after about {usual.value:.0f} "
            f"days, some after up to {rates['longest_days'].value / 30.4:.0f} months."
        )
    elif kind == "at_once":
        lasting, transient = rates["at_once_lasting"], rates["at_once_transient"]
        yield (
            f"There from the start, so not a delayed palsy: after {100 * transient.value:.1f} % of operations there is "
            f"a transient one, after {100 * lasting.value:.1f} % a lasting one (no interval published)."
        )
    else:
        yield "Later than any delayed palsy that was published: its outlook is not known."


def _plain(state: str, kind: str) -> Iterator[str]:
    if state == "recovered":
        yield "The weakness of your face has gone."
    elif kind == "delayed":
        rates = treatment.decompression().palsy
        yield "A weak face some days after the operation is a known thing."
        yield (
            f"About {100 * rates['recovered'].value:.0f} of 100 people recover fully, on average after "
            f"about {rates['usual_days'].value / 30.4:.0f} months."
        )
    elif kind == "at_once":
        yield "A weak face right after the operation mostly gets better."
    else:
        yield "A weak face so long after the operation should be looked at today."
