"""Movements that are not hemifacial spasm and look like it: squeezed lids, winks, smirks, lip pulls, synkinesis."""

from __future__ import annotations

from typing import Literal

import numpy as np

from facialis.face.signals import SIDES
from facialis.face.simulate.actions import CLOSURE, DEPRESSOR, Action, Drive
from facialis.face.simulate.cases import LipPulls, Squeezes, Synkinesis
from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

_HELD_S = 1.0  # a squeeze held longer is tonic
_SMALLEST_PULL = 0.015  # IOD, of a synkinesis with a partial blink


def one_side(rng: np.random.Generator) -> Side:
    """Draw a side."""
    return Side.LEFT if rng.random() < 0.5 else Side.RIGHT


def squeezes(rng: np.random.Generator, plan: Squeezes, left: int) -> list[Action]:
    """Draw one squeeze of the lids, or a run of them, from time 0; at most ``left``."""
    count = min(left, int(rng.integers(2, 5))) if rng.random() < plan.clustered else 1
    made: list[Action] = []
    at = 0.0
    for _ in range(count):
        made.append(_squeeze(rng, plan, at, in_run=count > 1))
        at = made[-1].end_s + float(rng.uniform(0.2, 0.7))
    return made


def _squeeze(rng: np.random.Generator, plan: Squeezes, start: float, *, in_run: bool) -> Action:
    low, high = plan.length_s
    length = float(rng.uniform(low, min(high, low + 1.0) if in_run else high))
    rise, fall = float(rng.uniform(0.1, 0.2)), float(rng.uniform(0.15, 0.35))
    hold = max(length - 0.8 * (rise + fall), 0.05)
    trembles = rng.random() < plan.tremulous
    hertz, depth = float(rng.uniform(3, 7)), float(rng.uniform(0.3, 0.6))
    amplitude = float(rng.uniform(*plan.amplitude))
    brows = float(rng.uniform(0.5, 1.0)) if rng.random() < plan.with_brows else 0.0
    nose = float(rng.uniform(0.2, 0.5)) if rng.random() < 0.4 else 0.0
    drives = []
    for side in SIDES:
        even = float(rng.uniform(0.9, 1.0))
        begin = start + float(rng.uniform(0, 0.015))
        # The lids shut ahead of the squeeze and flutter less than the skin around them.
        lids = Pulse(begin, 0.8 * rise, hold + 0.2 * rise, fall, 1.0, hertz, 0.25 * depth if trembles else 0.0)
        skin = Pulse(begin, rise, hold, fall, 1.0, hertz, depth if trembles else 0.0)
        drives.append(Drive(CLOSURE, side, 1.0, (lids,)))
        drives.append(Drive("orbicularis_oculi", side, amplitude * even, (skin,)))
        if brows:
            # Corrugator and procerus draw the brow down: the frontalis' field the other way.
            drives.append(Drive("frontalis", side, -amplitude * brows * even, (skin,)))
        if nose:
            drives.append(Drive("nasalis", side, amplitude * nose * even, (skin,)))
    form: Literal["clonic", "tonic"] = "tonic" if length >= _HELD_S else "clonic"
    return Action("spasm", Side.BOTH, form, tuple(drives), pattern="blepharospasm")


def closure(rng: np.random.Generator, start: float) -> Action:
    """Draw a gentle closure of both eyes at will: nothing is drawn in."""
    rise, fall = float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.25, 0.5))
    pulse = Pulse(start, rise, float(rng.uniform(0.4, 2.5)), fall)
    drives = tuple(Drive(CLOSURE, side, 1.0, (pulse,)) for side in SIDES)
    return Action("expression", Side.BOTH, None, drives, pattern="gentle_closure")


def wink(rng: np.random.Generator, start: float) -> Action:
    """Draw a wink: one eye shut at will for 0.25 to 1.2 s, the cheek a little raised."""
    side = one_side(rng)
    rise, fall = float(rng.uniform(0.12, 0.22)), float(rng.uniform(0.15, 0.3))
    hold = max(float(rng.uniform(0.25, 1.2)) - 0.8 * (rise + fall), 0.0)
    pulse = Pulse(start, rise, hold, fall)
    drives = (
        Drive(CLOSURE, side, 1.0, (pulse,)),
        Drive("orbicularis_oculi", side, float(rng.uniform(0.01, 0.03)), (pulse,)),
        Drive("zygomaticus", side, float(rng.uniform(0.01, 0.035)), (pulse,)),
        # Few people can keep the other lid quite still.
        Drive(CLOSURE, Side.LEFT if side is Side.RIGHT else Side.RIGHT, float(rng.uniform(0.02, 0.2)), (pulse,)),
    )
    return Action("expression", side, None, drives, pattern="wink")


def smirk(rng: np.random.Generator, start: float) -> Action:
    """Draw a smile of one side, slow."""
    side = one_side(rng)
    pulse = Pulse(start, float(rng.uniform(0.25, 0.6)), float(rng.uniform(0.3, 2.0)), float(rng.uniform(0.3, 0.8)))
    size = float(rng.uniform(0.03, 0.09))
    drives = (
        Drive("zygomaticus", side, size, (pulse,)),
        Drive("orbicularis_oculi", side, 0.2 * size, (pulse,)),
    )
    return Action("expression", side, None, drives, pattern="smirk")


def lip_pull(rng: np.random.Generator, plan: LipPulls) -> Action:
    """Draw a functional lip pull from time 0: platysma and lower lip, never the eye."""
    rise, fall = float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.25, 1.0))
    pulse = Pulse(0.0, rise, float(rng.uniform(*plan.hold_s)), fall, 1.0, float(rng.uniform(0.2, 0.6)), 0.15)
    size = float(rng.uniform(*plan.amplitude))
    drives = [
        Drive(DEPRESSOR, plan.side, size, (pulse,)),
        Drive("platysma", plan.side, float(rng.uniform(0.3, 0.8)) * size, (pulse,)),
    ]
    if rng.random() < 0.5:
        drives.append(Drive("mentalis", plan.side, -0.3 * size, (pulse,)))
    return Action("expression", plan.side, None, tuple(drives), size, pattern="functional_lip_pull")


def synkinesis(rng: np.random.Generator, plan: Synkinesis, blink: Action) -> Action | None:
    """Draw the pull of the lower face that follows a blink: the lid's own course, a little later."""
    lids = [drive for drive in blink.drives if drive.part == CLOSURE and drive.side is plan.side]
    size = float(rng.uniform(*plan.amplitude))
    lag = float(rng.uniform(*plan.lag_s))
    mouth = {"zygomaticus": float(rng.uniform(0.7, 1.0))}
    if rng.random() < 0.6:
        mouth["mentalis"] = float(rng.uniform(0.3, 0.8))
    if rng.random() < 0.3:
        mouth["platysma"] = float(rng.uniform(0.3, 0.7))
    if rng.random() >= plan.chance:
        return None
    (pulse,) = lids[0].pulses
    late = Pulse(pulse.start_s + lag, pulse.rise_s, pulse.hold_s, pulse.fall_s)
    drives = tuple(Drive(part, plan.side, gain * size, (late,)) for part, gain in mouth.items())
    reached = max(size * min(lids[0].gain, 1.0), _SMALLEST_PULL)
    return Action("synkinesis", plan.side, None, drives, reached, pattern="oculo_oral")
