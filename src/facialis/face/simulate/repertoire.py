"""The movements themselves: twitches, trains and tonic spasms, blinks, smiles, speech, chewing, raised brows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facialis.face.simulate.actions import CLOSURE, JAW, LID, Action, Drive
from facialis.face.simulate.courses import Pulse
from facialis.findings import Side


def twitch(rng: np.random.Generator, start_s: float, longest_s: float = 0.5) -> Pulse:
    """Draw a twitch; between its 10 % crossings lie four fifths of its length, 80 to 400 ms."""
    length = float(rng.uniform(0.1, longest_s))
    # Half of the twitches are symmetric, half rise fast and decay slowly.
    share = 0.5 if rng.random() < 0.5 else float(rng.uniform(0.25, 0.4))
    return Pulse(start_s, length * share, 0.0, length * (1 - share))


def train(rng: np.random.Generator, count: int, weakest: float) -> list[Pulse]:
    """Draw a run of twitches at 2 to 5.5 Hz, each at least ``weakest`` times as strong as the strongest can be."""
    period = 1 / float(rng.uniform(2.0, 5.5))
    pulses: list[Pulse] = []
    at = 0.0
    for _ in range(count):
        # The rest between twitches keeps each an event of its own (more than 0.1 s between their 10 % crossings).
        pulse = twitch(rng, at, min(0.5, period - 0.07))
        pulses.append(replace(pulse, peak=float(rng.uniform(weakest, 1.0))))
        # Spasms keep no beat.
        at += period * float(rng.uniform(1.0, 1.3))
    return pulses


def tonic(rng: np.random.Generator) -> Pulse:
    """Draw a spasm held for more than a second, four in ten with a tremor."""
    tremulous = rng.random() < 0.4
    return Pulse(
        0.0,
        float(rng.uniform(0.08, 0.2)),
        float(rng.uniform(1.05, 4.5)),
        float(rng.uniform(0.2, 0.5)),
        tremor_hz=float(rng.uniform(6, 10)) if tremulous else 0.0,
        tremor_depth=float(rng.uniform(0.05, 0.2)) if tremulous else 0.0,
    )


def recruited(rng: np.random.Generator) -> dict[str, float]:
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


def blink(rng: np.random.Generator, start: float, partial: float) -> Action:
    """Draw a blink of both eyes; with probability ``partial`` it stops before the lids meet."""
    closing = float(rng.uniform(0.075, 0.105))
    opening = float(rng.uniform(0.12, 0.24))
    hold = float(rng.uniform(0.0, 0.035))
    depth = float(rng.uniform(0.45, 0.8)) if rng.random() < partial else 1.0
    lag = float(rng.uniform(0, 0.014))
    late = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    drives = []
    for side in (Side.LEFT, Side.RIGHT):
        pulse = Pulse(start + (lag if side is late else 0.0), closing, hold, opening)
        equal = depth if depth == 1.0 else depth * float(rng.uniform(0.95, 1.05))
        drives.append(Drive(CLOSURE, side, min(equal, 1.0), (pulse,)))
        drives.append(Drive("orbicularis_oculi", side, 0.006 * equal, (pulse,)))
    return Action("blink", Side.BOTH, None, tuple(drives))


def _both(part: str, gain: float, pulses: tuple[Pulse, ...], rng: np.random.Generator, skew: float) -> list[Drive]:
    """Drive both sides, one of them weaker by up to ``skew``: no face is quite even."""
    weak = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    less = 1 - float(rng.uniform(0, skew))
    return [Drive(part, side, gain * (less if side is weak else 1.0), pulses) for side in (Side.LEFT, Side.RIGHT)]


def smile(rng: np.random.Generator, start: float) -> Action:
    """Draw a smile of one to three seconds, a little uneven."""
    pulse = Pulse(start, float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.4, 1.6)), float(rng.uniform(0.4, 0.8)))
    size = float(rng.uniform(0.07, 0.13))
    drives = _both("zygomaticus", size, (pulse,), rng, 0.15)
    drives += _both("orbicularis_oculi", 0.25 * size, (pulse,), rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives), pattern="smile")


def brow_raise(rng: np.random.Generator, start: float) -> Action:
    """Draw a raise of both brows."""
    pulse = Pulse(start, float(rng.uniform(0.15, 0.3)), float(rng.uniform(0.1, 0.9)), float(rng.uniform(0.25, 0.5)))
    drives = _both("frontalis", float(rng.uniform(0.05, 0.1)), (pulse,), rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives), pattern="brow_raise")


def _syllables(rng: np.random.Generator, start: float, count: int, hz: float, spread: float) -> tuple[Pulse, ...]:
    pulses = []
    at = start
    for _ in range(count):
        length = float(rng.uniform(0.8, 1.25)) / hz
        pulses.append(Pulse(at, 0.45 * length, 0.0, 0.55 * length, peak=float(rng.uniform(1 - spread, 1.0))))
        at += length * float(rng.uniform(0.8, 1.0))
    return tuple(pulses)


def speech(rng: np.random.Generator, start: float) -> Action:
    """Draw a bout of speech: jaw and lips in syllables at 3 to 6 Hz."""
    hz = float(rng.uniform(3, 6))
    count = max(3, round(float(rng.uniform(1, 4)) * hz))
    jaw = _syllables(rng, start, count, hz, 0.8)
    lips = _syllables(rng, start, count, hz, 0.9)
    drives = [Drive(JAW, Side.BOTH, float(rng.uniform(0.06, 0.12)), jaw)]
    drives += _both("orbicularis_oris", float(rng.uniform(0.02, 0.05)), lips, rng, 0.1)
    drives += _both("mentalis", float(rng.uniform(0.005, 0.02)), lips, rng, 0.1)
    return Action("expression", Side.BOTH, None, tuple(drives), pattern="speech")


def talk(rng: np.random.Generator, start: float) -> Action:
    """Draw a bout of lively speech: the corners of the mouth are spread and drawn down with the syllables."""
    plain = speech(rng, start)
    spread = next(drive.pulses for drive in plain.drives if drive.part == "orbicularis_oris")
    drives = [*plain.drives]
    drives += _both("zygomaticus", float(rng.uniform(0.015, 0.045)), spread[::2], rng, 0.1)
    drives += _both("platysma", float(rng.uniform(0.01, 0.03)), spread[1::2], rng, 0.1)
    return replace(plain, drives=tuple(drives))


def chewing(rng: np.random.Generator, start: float) -> Action:
    """Draw a bout of chewing at 1 to 1.8 Hz."""
    hz = float(rng.uniform(1.0, 1.8))
    strokes = _syllables(rng, start, max(3, round(float(rng.uniform(2, 5)) * hz)), hz, 0.3)
    drives = [Drive(JAW, Side.BOTH, float(rng.uniform(0.03, 0.06)), strokes)]
    drives += _both("orbicularis_oris", float(rng.uniform(0.015, 0.03)), strokes, rng, 0.15)
    drives += _both("platysma", float(rng.uniform(0.01, 0.025)), strokes, rng, 0.15)
    return Action("expression", Side.BOTH, None, tuple(drives), pattern="chewing")
