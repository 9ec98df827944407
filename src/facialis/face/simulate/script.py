"""The script of a clip: which movements happen when, drawn from a seed, before any picture is touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from facialis.face.simulate import repertoire
from facialis.face.simulate.actions import LID, Action, Drive
from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

LEAD_IN_S = 0.5  # nothing happens at the very beginning and end
LARGEST_IOD = 0.15  # beyond it neighbouring fields would fold the skin


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clip shall hold. Rates are events a minute; amplitudes fractions of IOD.

    ``tonic_share`` is the share of tonic spasms among separate attacks (a train is one attack), ``partial_blinks`` the
    share of blinks that stop before the lids meet; ``sway`` scales the head's slow motion, 0 holds it still.
    """

    seconds: float = 30.0
    side: Side = Side.LEFT
    spasms_per_min: float = 24.0
    amplitude: tuple[float, float] = (0.03, 0.10)
    tonic_share: float = 0.2
    blinks_per_min: float = 16.0
    partial_blinks: float = 0.2
    smiles_per_min: float = 2.0
    speech_per_min: float = 2.0
    brows_per_min: float = 1.0
    chews_per_min: float = 0.0
    quick_moves_per_min: float = 1.0
    sway: float = 1.0

    def __post_init__(self) -> None:
        low, high = self.amplitude
        if not 0.005 <= low <= high <= LARGEST_IOD:
            raise ValueError(f"amplitudes {low:g} to {high:g}: both must lie between 0.005 and {LARGEST_IOD:g} IOD")
        if self.side not in (Side.LEFT, Side.RIGHT):
            raise ValueError("spasms are on the left or on the right")


_GROUP_GAP_S = 0.6
_LONGEST_BLINK_S = 0.4


def write(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]] = ()) -> list[Action]:
    """Draw the movements of a clip, sorted by their start.

    Head motion is not among them: it belongs to the camera's view, not to the face (see ``sway``). Nothing is placed in
    the ``blocked`` times.
    """
    spasms = _spasms(plan, rng, blocked)
    busy_eye = [
        (action.start_s, action.end_s) for action in spasms if any(drive.part == LID for drive in action.drives)
    ]
    actions = [*spasms, *_blinks(plan, rng, [*busy_eye, *blocked]), *_expressions(plan, rng, blocked)]
    return sorted(actions, key=lambda action: action.start_s)


def place(
    lengths: Sequence[float],
    seconds: float,
    gap_s: float,
    rng: np.random.Generator,
    blocked: Sequence[tuple[float, float]] = (),
) -> list[float | None]:
    """Return random starts of stretches of the given lengths, ``gap_s`` apart; None for one that finds no room.

    Parameters
    ----------
    lengths : sequence of float
        Seconds.
    seconds : float
        Length of the clip; its first and last half second stay free.
    gap_s : float
        Rest between stretches.
    rng : Generator
    blocked : sequence of (float, float)
        Times in which nothing may lie.
    """
    starts: list[float | None] = [None] * len(lengths)
    taken = list(blocked)
    # The long ones first: they find room last.
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        possible = np.arange(LEAD_IN_S, seconds - LEAD_IN_S - lengths[i], 0.01)
        for begin, end in taken:
            possible = possible[(possible + lengths[i] <= begin) | (possible >= end)]
        if len(possible):
            start = float(rng.choice(possible) + rng.uniform(0, 0.01))
            starts[i] = start
            taken.append((start - gap_s, start + lengths[i] + gap_s))
    return starts


def _count(per_min: float, seconds: float, rng: np.random.Generator) -> int:
    """Return a whole number of events with the right mean, so that a short clip can have one of a rare kind."""
    return int(per_min * seconds / 60 + rng.uniform(0, 1)) if per_min > 0 else 0


def _spasms(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]]) -> list[Action]:
    left = round(plan.spasms_per_min * plan.seconds / 60)
    groups: list[Callable[[float], list[Action]]] = []
    lengths: list[float] = []
    due = float(rng.uniform())
    while left > 0:
        # Tonic attacks come at an even share, not by lot: a short clip shall have one.
        due += plan.tonic_share
        make, length, events = _group(plan, rng, left, tonic=due >= 1)
        due %= 1
        groups.append(make)
        lengths.append(length)
        left -= events
    starts = place(lengths, plan.seconds, _GROUP_GAP_S, rng, blocked)
    placed = [(make, start) for make, start in zip(groups, starts, strict=True) if start is not None]
    return [action for make, start in placed for action in make(start)]


def _group(
    plan: Plan, rng: np.random.Generator, left: int, *, tonic: bool
) -> tuple[Callable[[float], list[Action]], float, int]:
    """Draw one tonic spasm, one twitch or a train; return how to start it, its length and its number of events."""
    recruited = repertoire.recruited(rng)
    amplitude = float(rng.uniform(*plan.amplitude))
    if tonic:
        pulses = [repertoire.tonic(rng)]
    elif left >= 3 and rng.random() < 0.45:
        pulses = repertoire.train(rng, min(left, int(rng.integers(3, 7))), max(0.6, plan.amplitude[0] / amplitude))
    else:
        pulses = [repertoire.twitch(rng, 0.0)]
    lags = {part: float(rng.uniform(0, 0.03)) for part in recruited}

    def start(at: float) -> list[Action]:
        return [_spasm(pulse, at, recruited, lags, amplitude, plan.side) for pulse in pulses]

    return start, pulses[-1].end_s + max(lags.values()), len(pulses)


def _spasm(
    pulse: Pulse, at: float, recruited: dict[str, float], lags: dict[str, float], amplitude: float, side: Side
) -> Action:
    drives = tuple(
        Drive(part, side, gain * amplitude, (replace(pulse, start_s=at + pulse.start_s + lags[part], peak=1.0),))
        for part, gain in recruited.items()
    )
    form: Literal["clonic", "tonic"] = "tonic" if pulse.hold_s >= 1.0 else "clonic"
    return Action("spasm", side, form, drives, amplitude * pulse.peak)


def _blinks(plan: Plan, rng: np.random.Generator, busy: Sequence[tuple[float, float]]) -> list[Action]:
    count = _count(plan.blinks_per_min, plan.seconds, rng)
    # The lid that a spasm already holds shut cannot show a blink.
    starts = place([_LONGEST_BLINK_S] * count, plan.seconds, 0.3, rng, busy)
    return [repertoire.blink(rng, start, plan.partial_blinks) for start in starts if start is not None]


def _expressions(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]]) -> list[Action]:
    makers: list[Callable[[np.random.Generator, float], Action]] = []
    for maker, per_min in (
        (repertoire.smile, plan.smiles_per_min),
        (repertoire.speech, plan.speech_per_min),
        (repertoire.brow_raise, plan.brows_per_min),
        (repertoire.chewing, plan.chews_per_min),
    ):
        makers += [maker] * _count(per_min, plan.seconds, rng)
    # Each is drawn at time 0 to learn its length, then drawn again from the same seed at its place.
    seeds = [int(rng.integers(2**32)) for _ in makers]
    lengths = [maker(np.random.default_rng(seed), 0.0).end_s for maker, seed in zip(makers, seeds, strict=True)]
    starts = place(lengths, plan.seconds, 0.8, rng, blocked)
    return [
        maker(np.random.default_rng(seed), start)
        for maker, seed, start in zip(makers, seeds, starts, strict=True)
        if start is not None
    ]
