"""What is drawn: averages and single sweeps, thinned so that a page stays small."""

from __future__ import annotations

from typing import Any

import numpy as np

from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.sweeps import Floats

POINTS = 480
SWEEPS = 12
_SHOWN_MS = (-5.0, 100.0)


def traces(clean: Clean) -> dict[str, Any]:
    """Return one block as it is drawn: times, the average, and sweeps spread over the examination.

    The artefact is taken out and what cannot be seen (None) is left open.
    """
    time = clean.time_ms
    inside = np.flatnonzero((time >= _SHOWN_MS[0]) & (time <= _SHOWN_MS[1]))
    picked = inside[np.unique(np.linspace(0, len(inside) - 1, min(POINTS, len(inside))).astype(int))]
    rows = np.unique(np.linspace(0, len(clean) - 1, min(SWEEPS, len(clean))).astype(int))
    blind = (time > -0.1) & (time < clean.from_ms)
    return {
        "channel": clean.block.channel,
        "stimulated": str(clean.block.stimulated),
        "time_ms": [round(float(value), 3) for value in time[picked]],
        "average_uv": _row(clean.average, blind, picked),
        "sweeps_uv": [_row(clean.uv[row], blind, picked) for row in rows],
        "seen_from_ms": round(clean.from_ms, 2),
    }


def _row(values: Floats, blind: Any, picked: Any) -> list[float | None]:
    return [None if blind[place] else round(float(values[place]), 2) for place in picked]
