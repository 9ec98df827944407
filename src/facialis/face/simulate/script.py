"""The script of a clip: which movements happen when, drawn from a seed, before any picture is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from facialis.face.simulate import mimics, repertoire, uneven
from facialis.face.simulate.actions import Action, Drive
from facialis.face.simulate.cases import Appearance, LipPulls, Lopsided, Squeezes, Synkinesis, Weakness
from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

LEAD_IN_S = 0.5  # nothing happens at the very beginning and end
LARGEST_IOD = 0.15  # beyond it neighbouring fields would fold the skin


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clip shall hold. Rates are events a minute; amplitudes fractions of IOD.

    ``tonic_share`` is the share of tonic spasms among separate attacks (a train is one attack), ``partial_blinks`` the
    share of blinks that stop before the lids meet; ``closures_per_min`` are gentle closures of both eyes at will;
    ``sway`` scales the head's slow motion, 0 holds it still. The cases are None where the face does not have them.
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
    winks_per_min: float = 0.0
    smirks_per_min: float = 0.0
    closures_per_min: float = 0.0
    weakness: Weakness | None = None
    synkinesis: Synkinesis | None = None
    squeezes: Squeezes | None = None
    lopsided: Lopsided | None = None
    lip_pulls: LipPulls | None = None
    appearance: Appearance = field(default_factory=Appearance)

    def __post_init__(self) -> None:
        low, high = self.amplitude
        if not 0.005 <= low <= high <= LARGEST_IOD:
            raise ValueError(f"amplitudes {low:g} to {high:g}: both must lie between 0.005 and {LARGEST_IOD:g} IOD")
        if self.side not in (Side.LEFT, Side.RIGHT):
            raise ValueError("spasms are on the left or on the right")


_GROUP_GAP_S = 0.6
_ACT_GAP_S = 0.7
_LONGEST_BLINK_S = 0.4


def write(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]] = ()) -> list[Action]:
    """Draw the movements of a clip, sorted by their start.

    Head motion is not among them: it belongs to the camera's view, not to the face (see ``sway``). Nothing is placed in
    the ``blocked`` times.
    """
    # Children of the seed: a plan without hard cases draws what it always drew.
    of_mimics, of_habits = rng.spawn(2)
    spasms = _spasms(plan, rng, blocked)
    acts = _mimics(plan, of_mimics, [*blocked, *_times(spasms)])
    busy_eye = _times(action for action in (*spasms, *acts) if action.shuts)
    blinks = _blinks(plan, rng, [*busy_eye, *blocked])
    actions = [*spasms, *acts, *blinks, *_expressions(plan, rng, [*blocked, *_times(acts)])]
    return sorted(_as_this_face_does(plan, of_habits, actions), key=lambda action: action.start_s)


def _times(actions: Iterable[Action]) -> list[tuple[float, float]]:
    return [(action.start_s, action.end_s) for action in actions]


def _as_this_face_does(plan: Plan, rng: np.random.Generator, actions: Sequence[Action]) -> list[Action]:
    """Give the movements the sides and the company that this face gives them."""
    pulled = [mimics.synkinesis(rng, plan.synkinesis, a) for a in actions if plan.synkinesis and a.kind == "blink"]
    made = [*actions, *(action for action in pulled if action is not None)]
    if plan.lopsided is not None:
        made = [uneven.lopsided(action, plan.lopsided, rng) for action in made]
    if plan.weakness is not None:
        made = [uneven.weakened(action, plan.weakness) for action in made]
    return made


def _mimics(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]]) -> list[Action]:
    groups: list[list[Action]] = []
    left = _count(plan.squeezes.per_min, plan.seconds, rng) if plan.squeezes else 0
    while plan.squeezes and left > 0:
        groups.append(mimics.squeezes(rng, plan.squeezes, left))
        left -= len(groups[-1])
    if plan.lip_pulls:
        count = _count(plan.lip_pulls.per_min, plan.seconds, rng)
        groups += [[mimics.lip_pull(rng, plan.lip_pulls)] for _ in range(count)]
    for maker, per_min in (
        (mimics.wink, plan.winks_per_min),
        (mimics.smirk, plan.smirks_per_min),
        (mimics.closure, plan.closures_per_min),
    ):
        groups += [[maker(rng, 0.0)] for _ in range(_count(per_min, plan.seconds, rng))]
    starts = place([group[-1].end_s for group in groups], plan.seconds, _ACT_GAP_S, rng, blocked)
    return [
        action.moved(start)
        for group, start in zip(groups, starts, strict=True)
        if start is not None
        for action in group
    ]


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
    # A face whose sides differ shows it most where the corners of the mouth speak along.
    speaks = repertoire.talk if plan.weakness or plan.lopsided else repertoire.speech
    for maker, per_min in (
        (repertoire.smile, plan.smiles_per_min),
        (speaks, plan.speech_per_min),
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
