"""The script of a clip: which movements happen when, drawn from a seed, before any picture is touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

Kind = Literal["spasm", "blink", "expression", "head_motion"]

# Parts that are no muscle region: the lids by their travel, the lids by their closure (1 is closed), the jaw.
LID = "lid"
CLOSURE = "closure"
JAW = "jaw"


LEAD_IN_S = 0.5  # nothing happens at the very beginning and end
LARGEST_IOD = 0.15  # beyond it neighbouring fields would fold the skin


@dataclass(frozen=True, slots=True)
class Drive:
    """One part of the face driven by one pulse.

    Parameters
    ----------
    part : str
        A muscle region, ``LID``, ``CLOSURE`` or ``JAW``.
    side : Side
        LEFT or RIGHT; BOTH for ``JAW``.
    gain : float
        Largest displacement at the pulse's peak, fraction of IOD; for ``CLOSURE`` the share of the opening that closes.
    pulses : tuple of Pulse
        Added up.
    """

    part: str
    side: Side
    gain: float
    pulses: tuple[Pulse, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One movement to play: what the truth will list as one event.

    Parameters
    ----------
    kind, side, form
        As in the public events; ``form`` is None where it has no meaning.
    drives : tuple of Drive
        Empty for head motion.
    amplitude_iod : float or None
        The largest displacement to reach; the source scales the drives to it. None leaves the gains as they are.
    """

    kind: Kind
    side: Side
    form: Literal["clonic", "tonic"] | None
    drives: tuple[Drive, ...]
    amplitude_iod: float | None = None

    @property
    def start_s(self) -> float:
        """Time at which the first drive begins."""
        return min(pulse.start_s for drive in self.drives for pulse in drive.pulses)

    @property
    def end_s(self) -> float:
        """Time at which the last drive has gone."""
        return max(pulse.end_s for drive in self.drives for pulse in drive.pulses)

    @property
    def regions(self) -> tuple[str, ...]:
        """Muscle regions moved, in the order of first mention."""
        names = {LID: "orbicularis_oculi", CLOSURE: "orbicularis_oculi", JAW: "orbicularis_oris"}
        return tuple(dict.fromkeys(names.get(drive.part, drive.part) for drive in self.drives))

    def scaled(self, factor: float) -> Action:
        """Return the action with every gain multiplied."""
        return replace(self, drives=tuple(replace(drive, gain=drive.gain * factor) for drive in self.drives))


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
    recruited = _recruited(rng)
    amplitude = float(rng.uniform(*plan.amplitude))
    if tonic:
        pulses = [_tonic(rng)]
    elif left >= 3 and rng.random() < 0.45:
        pulses = _train(rng, min(left, int(rng.integers(3, 7))), max(0.6, plan.amplitude[0] / amplitude))
    else:
        pulses = [_twitch(rng, 0.0)]
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


def _twitch(rng: np.random.Generator, start_s: float, longest_s: float = 0.5) -> Pulse:
    """Draw a twitch; between its 10 % crossings lie four fifths of its length, 80 to 400 ms."""
    length = float(rng.uniform(0.1, longest_s))
    # Half of the twitches are symmetric, half rise fast and decay slowly.
    share = 0.5 if rng.random() < 0.5 else float(rng.uniform(0.25, 0.4))
    return Pulse(start_s, length * share, 0.0, length * (1 - share))


def _train(rng: np.random.Generator, count: int, weakest: float) -> list[Pulse]:
    period = 1 / float(rng.uniform(2.0, 5.5))
    pulses: list[Pulse] = []
    at = 0.0
    for _ in range(count):
        # The rest between twitches keeps each an event of its own (more than 0.1 s between their 10 % crossings).
        pulse = _twitch(rng, at, min(0.5, period - 0.07))
        pulses.append(replace(pulse, peak=float(rng.uniform(weakest, 1.0))))
        # Spasms keep no beat.
        at += period * float(rng.uniform(1.0, 1.3))
    return pulses


def _tonic(rng: np.random.Generator) -> Pulse:
    tremulous = rng.random() < 0.4
    return Pulse(
        0.0,
        float(rng.uniform(0.08, 0.2)),
        float(rng.uniform(1.05, 4.5)),
        float(rng.uniform(0.2, 0.5)),
        tremor_hz=float(rng.uniform(6, 10)) if tremulous else 0.0,
        tremor_depth=float(rng.uniform(0.05, 0.2)) if tremulous else 0.0,
    )


def _recruited(rng: np.random.Generator) -> dict[str, float]:
    """Draw which parts a spasm takes and how strongly; most take the eye and the lower face together."""
    draw = rng.random()
    eye = {"orbicularis_oculi": float(rng.uniform(0.4, 0.8)), LID: float(rng.uniform(0.6, 1.2))}
    mouth = {"zygomaticus": float(rng.uniform(0.7, 1.0)), "orbicularis_oris": float(rng.uniform(0.25, 0.5))}
    if rng.random() < 0.25:
        mouth = {"platysma": float(rng.uniform(0.7, 1.0)), "mentalis": float(rng.uniform(0.25, 0.5))}
    extra = {"nasalis": float(rng.uniform(0.25, 0.4))} if rng.random() < 0.35 else {}
    if rng.random() < 0.35:
        extra["mentalis"] = float(rng.uniform(0.25, 0.45))
    if draw < 0.22:
        return eye
    if draw < 0.35:
        return {**mouth, **extra}
    if rng.random() < 0.25:
        # The other Babinski sign: the brow rises while the eye closes.
        extra["frontalis"] = float(rng.uniform(0.4, 0.7))
    return {**eye, **mouth, **extra}


def _blinks(plan: Plan, rng: np.random.Generator, busy: Sequence[tuple[float, float]]) -> list[Action]:
    count = _count(plan.blinks_per_min, plan.seconds, rng)
    # The lid that a spasm already holds shut cannot show a blink.
    starts = place([_LONGEST_BLINK_S] * count, plan.seconds, 0.3, rng, busy)
    return [_blink(plan, rng, start) for start in starts if start is not None]


def _blink(plan: Plan, rng: np.random.Generator, start: float) -> Action:
    closing = float(rng.uniform(0.075, 0.105))
    opening = float(rng.uniform(0.12, 0.24))
    hold = float(rng.uniform(0.0, 0.035))
    depth = float(rng.uniform(0.45, 0.8)) if rng.random() < plan.partial_blinks else 1.0
    lag = float(rng.uniform(0, 0.014))
    late = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    drives = []
    for side in (Side.LEFT, Side.RIGHT):
        pulse = Pulse(start + (lag if side is late else 0.0), closing, hold, opening)
        equal = depth if depth == 1.0 else depth * float(rng.uniform(0.95, 1.05))
        drives.append(Drive(CLOSURE, side, min(equal, 1.0), (pulse,)))
        drives.append(Drive("orbicularis_oculi", side, 0.006 * equal, (pulse,)))
    return Action("blink", Side.BOTH, None, tuple(drives))


def _expressions(plan: Plan, rng: np.random.Generator, blocked: Sequence[tuple[float, float]]) -> list[Action]:
    makers: list[Callable[[np.random.Generator, float], Action]] = []
    for maker, per_min in (
        (_smile, plan.smiles_per_min),
        (_speech, plan.speech_per_min),
        (_brow_raise, plan.brows_per_min),
        (_chewing, plan.chews_per_min),
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


def _both(part: str, gain: float, pulses: tuple[Pulse, ...], rng: np.random.Generator, skew: float) -> list[Drive]:
    """Drive both sides, one of them weaker by up to ``skew``: no face is quite even."""
    weak = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    less = 1 - float(rng.uniform(0, skew))
    return [Drive(part, side, gain * (less if side is weak else 1.0), pulses) for side in (Side.LEFT, Side.RIGHT)]


def _smile(rng: np.random.Generator, start: float) -> Action:
    pulse = Pulse(start, float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.4, 1.6)), float(rng.uniform(0.4, 0.8)))
    size = float(rng.uniform(0.07, 0.13))
    drives = _both("zygomaticus", size, (pulse,), rng, 0.15)
    drives += _both("orbicularis_oculi", 0.25 * size, (pulse,), rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives))


def _brow_raise(rng: np.random.Generator, start: float) -> Action:
    pulse = Pulse(start, float(rng.uniform(0.15, 0.3)), float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.25, 0.5)))
    drives = _both("frontalis", float(rng.uniform(0.05, 0.1)), (pulse,), rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives))


def _syllables(rng: np.random.Generator, start: float, count: int, hz: float, spread: float) -> tuple[Pulse, ...]:
    pulses = []
    at = start
    for _ in range(count):
        length = float(rng.uniform(0.8, 1.25)) / hz
        pulses.append(Pulse(at, 0.45 * length, 0.0, 0.55 * length, peak=float(rng.uniform(1 - spread, 1.0))))
        at += length * float(rng.uniform(0.8, 1.0))
    return tuple(pulses)


def _speech(rng: np.random.Generator, start: float) -> Action:
    hz = float(rng.uniform(3, 6))
    count = max(3, round(float(rng.uniform(1, 4)) * hz))
    jaw = _syllables(rng, start, count, hz, 0.8)
    lips = _syllables(rng, start, count, hz, 0.9)
    drives = [Drive(JAW, Side.BOTH, float(rng.uniform(0.06, 0.12)), jaw)]
    drives += _both("orbicularis_oris", float(rng.uniform(0.02, 0.05)), lips, rng, 0.1)
    drives += _both("mentalis", float(rng.uniform(0.005, 0.02)), lips, rng, 0.1)
    return Action("expression", Side.BOTH, None, tuple(drives))


def _chewing(rng: np.random.Generator, start: float) -> Action:
    hz = float(rng.uniform(1.0, 1.8))
    strokes = _syllables(rng, start, max(3, round(float(rng.uniform(2, 5)) * hz)), hz, 0.3)
    drives = [Drive(JAW, Side.BOTH, float(rng.uniform(0.03, 0.06)), strokes)]
    drives += _both("orbicularis_oris", float(rng.uniform(0.015, 0.03)), strokes, rng, 0.15)
    drives += _both("platysma", float(rng.uniform(0.01, 0.025)), strokes, rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives))
