"""One-sided events get their names: spasm, synkinesis, or an expression of one side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facialis.face.events.candidate import Candidate, farthest
from facialis.face.events.chance import judged, reasons
from facialis.face.events.channels import LOWER, UPPER, frame_rate
from facialis.face.events.event import Asked, Event
from facialis.face.events.together import EXPRESSION_IOD
from facialis.face.signals import Signals
from facialis.findings import Side
from facialis.knowledge import threshold
from facialis.units import SECONDS_PER_MINUTE

_SPASM = 0.5
_LISTED = 0.02
_DRAGGED = 0.35
_SIDED = 1.5
_IN_BLINK_ODDS = 0.4
_TRAIN_DIP = 0.3
_BLINK_IOD = 0.012


def named(signals: Signals, found: list[Candidate], lids: list[Event], asked: Sequence[Asked] = ()) -> list[Event]:
    """Return what the candidates were.

    Parameters
    ----------
    signals : Signals
    found : list of Candidate
        From :func:`facialis.face.events.onesided.one_sided`; one event may be among them several times.
    lids : list of Event
        Blinks and closures of both eyes.
    asked : sequence of Asked
        What tasks asked for.
    """
    likely = likeliest(judged(found), 1 / frame_rate(signals.time_s))
    return name_one_sided(signals, by_side(likely), lids, asked)


def likeliest(found: list[Candidate], frame_s: float = 0.0) -> list[Candidate]:
    """Let the likelier of two overlapping events stand, then merge twitches of one side less than 0.1 s apart.

    The gap is read to within half a frame, and counts in favour of two.
    """
    gap_s = threshold("event_merge_s") - frame_s / 2
    kept: list[Candidate] = []
    # Each twitch of a train is an event of its own: the train as a whole stands only where its twitches do not.
    for new in sorted(found, key=lambda c: -c.chance * (0.5 if c.dip < _TRAIN_DIP else 1.0)):
        if new.chance >= _LISTED and not any(new.onset_s < o.offset_s and o.onset_s < new.offset_s for o in kept):
            kept.append(new)
    merged: list[Candidate] = []
    for new in sorted(kept, key=lambda c: c.onset_s):
        last = merged[-1] if merged else None
        if last and last.side is new.side and new.onset_s - last.offset_s < gap_s:
            merged[-1] = _joined(last, new)
        else:
            merged.append(new)
    return merged


def _joined(first: Candidate, second: Candidate) -> Candidate:
    """Return two twitches as one event, judged by the likelier of the two."""
    likely = max((first, second), key=lambda c: c.chance)
    names = {**first.sizes, **second.sizes}
    return likely._replace(
        onset_s=min(first.onset_s, second.onset_s),
        offset_s=max(first.offset_s, second.offset_s),
        plateau_s=max(first.plateau_s, second.plateau_s),
        sizes={name: max(first.sizes.get(name, 0.0), second.sizes.get(name, 0.0)) for name in names},
    )


def by_side(found: list[Candidate]) -> list[Candidate]:
    """Let the sides that sure spasms were on speak for or against the doubtful ones.

    Hemifacial spasm stays on its side in all but a few people: where one side has had many and the other none, the
    next one is on that side too. Where both have had as many, nothing changes.
    """
    chance = np.array([candidate.chance for candidate in found])
    left = np.array([candidate.side is Side.LEFT for candidate in found], dtype=bool)
    settled = chance
    for _ in range(4):
        sure = np.where(settled > _SPASM, settled, 0.0)
        share = (sure[left].sum() + 1) / (sure.sum() + 2)
        odds = chance / (1 - chance + 1e-9) * (2 * np.where(left, share, 1 - share)) ** _SIDED
        settled = odds / (1 + odds)
    return [
        candidate._replace(chance=float(p), alone=candidate.chance) for candidate, p in zip(found, settled, strict=True)
    ]


def name_one_sided(
    signals: Signals, found: list[Candidate], lids: list[Event], asked: Sequence[Asked] = ()
) -> list[Event]:
    """Tell spasm from synkinesis and expression among the one-sided events.

    A lid that closes a little further than the other in a blink is the blink. A mouth that pulls at most blinks is
    synkinesis, however strong it is; once or twice it may be chance.
    """
    with_blink = [_during(candidate, lids) or _both_lids_fall(candidate) for candidate in found]
    lower = [bool(LOWER & candidate.sizes.keys()) for candidate in found]
    habit = _pulled_at_blinks(found, with_blink, len(lids))
    stiff = _other_lid_never_blinks(found, lids, float(signals.usable.mean() * np.ptp(signals.time_s)))
    events = []
    for candidate, inside, low in zip(found, with_blink, lower, strict=True):
        if inside and not low:
            continue
        if candidate.side is stiff and _lid_alone(candidate):
            events.append(_blink_of_one_lid(candidate))
            continue
        task = next((one for one in asked if _answers(candidate, one)), None)
        event = _event(signals, candidate, synkinesis=inside and candidate.side is habit, in_blink=inside, task=task)
        if event.kind != "expression" or max(candidate.sizes.values()) >= EXPRESSION_IOD:
            events.append(event)
    return events


def _pulled_at_blinks(found: list[Candidate], with_blink: list[bool], closings: int) -> Side:
    """Return the side whose lower face pulls along at most closings of the eyes; NONE if neither does.

    Where most pulls come without a blink, those that fall into one do so by chance.
    """
    least = threshold("blink_synkinesis_pulls_min")
    some, most = threshold("blink_synkinesis_share_min"), threshold("blink_synkinesis_share_sure")
    for side in (Side.LEFT, Side.RIGHT):
        pulls = [
            (candidate.chance, inside)
            for candidate, inside in zip(found, with_blink, strict=True)
            if candidate.side is side and max(candidate.sizes, key=lambda name: candidate.sizes[name]) in LOWER
        ]
        locked = sum(inside for _, inside in pulls)
        free = sum(not inside and chance >= _SPASM for chance, inside in pulls)
        share = locked / max(closings, 1)
        if locked >= least and (share >= most or (share >= some and locked >= free)):
            return side
    return Side.NONE


def _during(candidate: Candidate, lids: list[Event]) -> bool:
    """Say whether a one-sided event lies within a closure of both eyes."""
    length = max(candidate.offset_s - candidate.onset_s, 1e-6)
    shared = max(
        (min(candidate.offset_s, e.offset_s + 0.1) - max(candidate.onset_s, e.onset_s - 0.1) for e in lids), default=0.0
    )
    return shared > 0.6 * length


def _lid_alone(candidate: Candidate) -> bool:
    """Say whether the lids of one eye closed and opened as in a blink, and nothing else moved."""
    short = candidate.offset_s - candidate.onset_s < threshold("bilateral_lid_spasm_s")
    return short and _took(candidate) == ("orbicularis_oculi",) and candidate.measures.lid_down > _BLINK_IOD


def _took(candidate: Candidate) -> tuple[str, ...]:
    """Return the regions that took part.

    Skin is continuous: what moves by less than a third of the most moved region is mostly dragged along.
    """
    largest = max(candidate.sizes.values())
    return tuple(name for name, size in candidate.sizes.items() if size >= _DRAGGED * largest)


def _other_lid_never_blinks(found: list[Candidate], lids: list[Event], seconds: float) -> Side:
    """Return the side whose lid blinks while the other does not follow; NONE if there is no such side.

    People blink many times a minute with both eyes. Where one lid alone closes again and again, hardly a blink of both
    is seen and the rest of that side is still, the other lid is weak or cannot be read, and what is seen are blinks. A
    lid that blinks with the other three times a minute can follow: then the lone closings are not explained by it.
    """
    blinks = sum(event.kind == "blink" for event in lids)
    watched, least = threshold("lone_lid_watched_s"), threshold("lone_lid_closures_min")
    often = threshold("lone_lid_blinks_per_min_max")
    for side in (Side.LEFT, Side.RIGHT):
        mine = [candidate for candidate in found if candidate.side is side]
        alone = sum(map(_lid_alone, mine))
        face = any(candidate.chance >= _SPASM and LOWER.intersection(_took(candidate)) for candidate in mine)
        hardly = 4 * blinks <= alone and blinks < often / SECONDS_PER_MINUTE * seconds
        if seconds >= watched and alone >= least and hardly and not face:
            return side
    return Side.NONE


def _blink_of_one_lid(candidate: Candidate) -> Event:
    why = (
        f"the {candidate.side} lid closes and opens",
        "the other hardly ever follows in this clip: weak, or not readable",
    )
    span = (candidate.onset_s, candidate.apex_s, candidate.offset_s, candidate.measures.lid_down)
    return Event("blink", Side.BOTH, *span, ("orbicularis_oculi",), None, 0.6, why, candidate.measures)


def _both_lids_fall(candidate: Candidate) -> bool:
    """Say whether the lids of both eyes come down alike at the apex: a blink within a smile may not be listed."""
    own, other = candidate.measures.lid_down, candidate.measures.other_lid
    return bool(min(own, other) > _BLINK_IOD and min(own, other) > 0.6 * max(own, other))


def _answers(candidate: Candidate, task: Asked) -> bool:
    """Say whether an event is what a task asked for: in its time, on its side, in its part of the face alone.

    An eye that closes while a smile is asked for is not what was asked.
    """
    shared = min(candidate.offset_s, task.stop_s) - max(candidate.onset_s, task.start_s)
    if shared < 0.6 * (candidate.offset_s - candidate.onset_s) or task.side not in (Side.BOTH, candidate.side):
        return False
    upper, lower = (bool(group & candidate.sizes.keys()) for group in (UPPER, LOWER))
    eye = "orbicularis_oculi" in candidate.sizes
    brow_only = upper and not eye
    return (
        (not lower or task.lower or task.lids) and (not eye or task.lids) and (not brow_only or task.brow or task.lids)
    )


def _event(signals: Signals, candidate: Candidate, synkinesis: bool, in_blink: bool, task: Asked | None) -> Event:
    odds = candidate.chance / (1 - candidate.chance + 1e-9) * (_IN_BLINK_ODDS if in_blink else 1.0)
    chance = odds / (1 + odds)
    spasm = chance >= _SPASM and not synkinesis and task is None
    kind = "synkinesis" if synkinesis else "spasm" if spasm else "expression"
    tonic = candidate.plateau_s >= threshold("tonic_plateau_s")
    largest = max(candidate.sizes.values())
    regions = _took(candidate)
    span = (candidate.onset_s, candidate.apex_s, candidate.offset_s)
    amplitude = max(farthest(signals, regions, candidate.side, span), largest)
    sure = {"spasm": chance, "synkinesis": 0.8, "expression": 1.0 if task else 1 - chance}[kind]
    return Event(
        kind, candidate.side, candidate.onset_s, candidate.apex_s, candidate.offset_s, amplitude,
        regions, ("tonic" if tonic else "clonic") if kind != "expression" else None,
        sure, _why(candidate, kind, in_blink, task), candidate.measures, candidate.plateau_s,
    )  # fmt: skip


def _why(candidate: Candidate, kind: str, in_blink: bool, task: Asked | None) -> tuple[str, ...]:
    m = candidate.measures
    seconds = candidate.offset_s - candidate.onset_s
    why = [
        f"the {candidate.side} side moves, the other {100 * (1 - m.one_sided):.0f} % as much",
        f"{m.excess:.1f} times what noise, head and the other side explain",
        f"up in {1000 * m.rise_s:.0f} ms, {seconds:.2f} s in all",
    ]
    if m.upper_and_lower:
        why.append("eye and lower face together")
    if kind == "synkinesis":
        return (*why, "this happens at most blinks")
    if task is not None:
        return (*why, "a task asked for it")
    if in_blink:
        why.append("it falls into a blink")
    spoke_for, spoke_against = reasons(candidate)
    if spoke_for:
        why.append(f"for a spasm: {spoke_for}")
    if spoke_against:
        why.append(f"against: {spoke_against}")
    if candidate.alone is not None and candidate.chance > candidate.alone + 0.1:
        why.append("surer ones are on the same side")
    if candidate.alone is not None and candidate.chance < candidate.alone - 0.1:
        why.append("surer ones are on the other side")
    return tuple(why)
