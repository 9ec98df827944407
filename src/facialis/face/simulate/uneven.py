"""Makes the two sides differ: a weak side, a lopsided habit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facialis.face.simulate.actions import Action, Drive
from facialis.face.simulate.cases import Lopsided, Weakness

_WILLED = ("expression", "blink")
_HABITUAL = ("speech", "smile")


def weakened(action: Action, weakness: Weakness) -> Action:
    """Return a voluntary movement or a blink as a face with one weak side does it; spasms stay as they are."""
    if action.kind not in _WILLED:
        return action
    left = 1 - weakness.share
    drives = tuple(
        replace(drive, gain=drive.gain * left) if drive.side is weakness.side else drive for drive in action.drives
    )
    size = action.amplitude_iod
    if size is not None and action.side is weakness.side:
        size *= left
    return replace(action, drives=drives, amplitude_iod=size)


def lopsided(action: Action, habit: Lopsided, rng: np.random.Generator) -> Action:
    """Return speech or a smile with one side less, and earlier or later, than the other."""
    if action.pattern not in _HABITUAL:
        return action
    share, lag = float(rng.uniform(*habit.share)), float(rng.uniform(-habit.lag_s, habit.lag_s))

    def own(drive: Drive) -> Drive:
        if drive.side is not habit.side:
            return drive
        pulses = tuple(replace(pulse, start_s=pulse.start_s + lag) for pulse in drive.pulses)
        return replace(drive, gain=drive.gain * share, pulses=pulses)

    return replace(action, drives=tuple(own(drive) for drive in action.drives))
