"""What a change of hearing after the operation means: how far it fell, of which kind, and whether it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.rates import Rate
from facialis.treatment.decompression.audiogram import Audiogram
from facialis.treatment.decompression.record import Record

# Kinds of a loss, each with its outlook in ``decompression.toml``.
PROPORTIONAL, SPEECH_ALONE, DEAF, MIDDLE_EAR = "proportional", "speech_alone", "deaf", "middle_ear"


@dataclass(frozen=True)
class Hearing:
    """How hearing of the operated ear is, compared with before.

    Attributes
    ----------
    state : str
        ``"same"``, ``"worse"``, ``"better"`` or ``"not_assessable"``.
    before, latest : Audiogram or None
    change_db, change_speech : float or None
        Latest minus before: more decibels are worse, more per cent better.
    kind : str
        Of a loss; empty where there is none.
    delayed : bool
        It was as before at first and fell later.
    sudden : bool
        It fell by so much that it is treated as a sudden loss of hearing.
    outlook : Rate or None
        How many came back.
    because, plain : tuple of str
    sources : tuple of str
    """

    state: str
    before: Audiogram | None
    latest: Audiogram | None
    change_db: float | None
    change_speech: float | None
    kind: str
    delayed: bool
    sudden: bool
    outlook: Rate | None
    because: tuple[str, ...]
    plain: tuple[str, ...]
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "state": self.state,
            "before": _audiogram(self.before),
            "latest": _audiogram(self.latest),
            "change_db": self.change_db,
            "change_speech": self.change_speech,
            "kind": self.kind or None,
            "delayed": self.delayed,
            "sudden": self.sudden,
            "outlook": None if self.outlook is None else self.outlook.to_json(),
            "because": list(self.because),
            "plain": list(self.plain),
            "sources": list(self.sources),
        }


def class_of(one: Audiogram) -> str:
    """Return how useful an ear is: ``"good"``, ``"useful"``, ``"not_useful"``, or empty where speech is not known."""
    limit = treatment.decompression().hearing
    if one.average is None:
        return "not_useful"
    if one.speech is None:
        return ""
    if one.average <= limit["good_db"].value and one.speech >= limit["good_speech"].value:
        return "good"
    useful = one.average <= limit["useful_db"].value and one.speech >= limit["useful_speech"].value
    return "useful" if useful else "not_useful"


def hearing(record: Record) -> Hearing:
    """Compare the latest audiogram of the operated ear with the last one before the operation."""
    ear = [one for one in record.audiograms if one.ear is record.side]
    before = [one for one in ear if record.day_of(one.day) <= 0]
    after = [one for one in ear if record.day_of(one.day) > 0]
    if not before or not after:
        return _not_assessable(before, after, record)
    old, new = before[-1], after[-1]
    change, speech = _changes(old, new)
    kind = _kind(old, new, change, speech)
    state = "worse" if kind else _otherwise(change, speech)
    earlier = [one for one in after[:-1] if not _kind(old, one, *_changes(old, one))]
    delayed = bool(kind) and kind != MIDDLE_EAR and bool(earlier)
    limits = treatment.decompression().hearing
    # Whether a delayed loss that is total comes back, nobody has counted.
    outlook = (None if kind == DEAF else limits["delayed"]) if delayed else limits.get(kind)
    # Against the latest that was still as before: a loss that was there at once is none that came suddenly.
    sudden = delayed and _fell(earlier[-1], new, limits["sudden_db"].value)
    told = Hearing(state, old, new, change, speech, kind, delayed, sudden, outlook, (), (), ())
    rates = [limits["loss_db"], *([outlook] if outlook else []), *([limits["sudden_db"]] if sudden else [])]
    sources = tuple(dict.fromkeys(key for rate in rates for key in rate.sources))
    return replace(told, because=tuple(_because(told, record)), plain=tuple(_plain(told)), sources=sources)


def _not_assessable(before: list[Audiogram], after: list[Audiogram], record: Record) -> Hearing:
    missing = "before the operation" if not before else "after the operation"
    if not before and not after:
        missing = "before or after the operation"
    why = f"No audiogram of the {record.side.value} ear {missing}."
    return Hearing(
        "not_assessable",
        before[-1] if before else None,
        after[-1] if after else None,
        None,
        None,
        "",
        False,
        False,
        None,
        (why,),
        ("It is not known yet whether your hearing has changed.",) if record.operated else (),
        (),
    )


def _changes(old: Audiogram, new: Audiogram) -> tuple[float | None, float | None]:
    change = None if old.average is None or new.average is None else new.average - old.average
    speech = None if old.speech is None or new.speech is None else new.speech - old.speech
    return change, speech


def _kind(old: Audiogram, new: Audiogram, change: float | None, speech: float | None) -> str:
    """Return which kind of loss it is, empty where it is none."""
    limit = treatment.decompression().hearing
    if old.average is None:
        return ""
    if new.average is None:
        return DEAF
    fell = change is not None and change > limit["loss_db"].value
    if fell and new.gap is not None and new.gap > limit["gap_db"].value:
        return MIDDLE_EAR
    misheard = speech is not None and speech < -limit["speech_points"].value
    # The nerve: words are lost though the tones are still there.
    poor = new.speech is not None and new.speech < limit["useful_speech"].value
    if misheard and (not fell or (poor and new.average <= limit["useful_db"].value)):
        return SPEECH_ALONE
    return PROPORTIONAL if fell else ""


def _otherwise(change: float | None, speech: float | None) -> str:
    limit = treatment.decompression().hearing
    better = change is not None and change < -limit["loss_db"].value
    return "better" if better or (speech is not None and speech > limit["speech_points"].value) else "same"


def _fell(earlier: Audiogram, new: Audiogram, decibels: float) -> bool:
    if new.average is None:
        return True
    common = sorted(set(earlier.thresholds) & set(new.thresholds))
    if len(common) >= 3:
        falls = [new.thresholds[hertz] - earlier.thresholds[hertz] >= decibels for hertz in common]
        return any(all(falls[i : i + 3]) for i in range(len(falls) - 2))
    return earlier.average is not None and new.average - earlier.average >= decibels


def _because(told: Hearing, record: Record) -> Iterator[str]:
    old, new, limits = told.before, told.latest, treatment.decompression().hearing
    assert old is not None
    assert new is not None
    yield f"Before: {_ear(old)} ({old.day}). Latest: {_ear(new)} ({new.day}, day {record.day_of(new.day)})."
    if told.change_db is not None:
        limit = limits["loss_db"].value
        beyond = "beyond" if told.change_db > limit else "not beyond"
        yield f"The average changed by {signed(told.change_db)} dB, {beyond} the {limit:.0f} dB that count as a loss."
    if told.change_speech is None:
        yield "Speech discrimination was not tested both times: a loss of the nerve could hide."
    else:
        yield f"Speech discrimination changed by {signed(told.change_speech)} points."
    yield from _of_kind(told, limits["gap_days"].value)
    if told.outlook is not None:
        yield f"{_came_back(told.outlook)}: {told.outlook.rule}."
    classes = class_of(old), class_of(new)
    if all(classes) and classes[0] != classes[1]:
        words = {"good": "good (30 dB, 70 %)", "useful": "useful (50 dB, 50 %)", "not_useful": "not useful"}
        yield f"By the 70/30 and 50/50 rules {words[classes[0]]} became {words[classes[1]]}."


def signed(value: float) -> str:
    """Print a change with its sign."""
    return f"{value:+.0f}".replace("-", "\N{MINUS SIGN}")


def _of_kind(told: Hearing, gap_days: float) -> Iterator[str]:
    if told.kind == MIDDLE_EAR:
        yield (
            "Air and bone lie apart: the middle ear. Fluid of the operation is gone within days; longer than "
            f"{gap_days:.0f} days, look for a leak of cerebrospinal fluid."
        )
    elif told.kind == SPEECH_ALONE:
        yield "Speech fell more than the tones: the nerve rather than the cochlea."
    elif told.kind == PROPORTIONAL and told.change_speech is not None:
        yield "Tones and speech fell together: the cochlea rather than the nerve."
    elif told.kind == DEAF:
        yield "The ear does not answer any more."
    if told.delayed:
        yield "At first it was as before: a delayed loss."
        if told.kind == DEAF:
            yield "Whether a delayed loss that is total comes back is not published."


def _plain(told: Hearing) -> Iterator[str]:
    if told.state in ("same", "better"):
        yield "Your hearing is about as good as before the operation."
        return
    yield "Your hearing on the side of the operation is worse than before."
    if told.kind == MIDDLE_EAR:
        yield "There may be fluid in the middle ear. That usually goes away within days."
    elif told.outlook is not None:
        present, of = (int(sum(counts)) for counts in zip(*_counts(told.outlook), strict=True))
        yield f"In studies the hearing came back in {present} of {of} people with this kind of change."


def _counts(rate: Rate) -> list[tuple[float, float]]:
    return [(study.counts[0], sum(study.counts)) for study in rate.studies]


def _came_back(rate: Rate) -> str:
    present, of = (sum(counts) for counts in zip(*_counts(rate), strict=True))
    ends = "" if rate.low is None or rate.high is None else f" ({100 * rate.low:.0f} to {100 * rate.high:.0f} %)"
    return f"{present:.0f} of {of:.0f}{ends}"


def _ear(one: Audiogram) -> str:
    average = "no response" if one.average is None else f"{one.average:.0f} dB"
    return average if one.speech is None else f"{average}, speech {one.speech:.0f} %"


def _audiogram(one: Audiogram | None) -> dict[str, Any] | None:
    if one is None:
        return None
    day: date = one.day
    return {
        "date": day.isoformat(),
        "pure_tone_average_db": one.average,
        "no_response": one.average is None,
        "speech_discrimination": one.speech,
        "air_bone_gap_db": one.gap,
        "useful": class_of(one) or None,
    }
