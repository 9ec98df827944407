"""Where bursts are: stretches whose energy rest does not explain.

Each frame says by how much a burst explains its energy better than rest does (the log likelihood ratio). Summed up,
that falls at rest and climbs in a burst. A burst is a climb that chance does not make; it has ended when the sum has
fallen from its top by as much as a pause must (Page 1954, the cumulative sum; two states, a price for each change).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def evidence(ratio: Floats, excess: float | Floats, freedom: float) -> Floats:
    """Return by how much each frame speaks for a burst, in nats.

    Parameters
    ----------
    ratio : array, shape (n,)
        Mean square of the frames over that of rest.
    excess : float or array
        How much louder than rest the burst would be, as a ratio of mean squares.
    freedom : float
        Independent numbers in a frame.
    """
    louder = 1 + excess
    return np.asarray((freedom / 2) * (ratio * (excess / louder) - np.log(louder)))


def climbs(sums: Floats, least: float) -> tuple[Places, Places]:
    """Return where a sum climbs by at least so much, not falling by as much in between.

    Parameters
    ----------
    sums : array, shape (n,)
    least : float

    Returns
    -------
    bottoms, tops : arrays of int, shape (k,)
    """
    rising = np.diff(sums) > 0
    turns = np.flatnonzero(rising[1:] != rising[:-1]) + 1
    places = np.concatenate([[0], turns, [len(sums) - 1]])
    heights = sums[places]
    while True:
        swings = np.abs(np.diff(heights))
        around = np.concatenate([[np.inf], swings, [np.inf]])
        # The smallest swing of its surroundings goes, with both of its ends: the order of the others does not matter.
        small = (swings < least) & (swings <= around[:-2]) & (swings < around[2:])
        if not small.any():
            break
        keep = np.ones(len(places), bool)
        gone = np.flatnonzero(small)
        # At the ends of the sum only what lies outside goes: the turn inside belongs to the next swing.
        keep[gone[gone > 0]] = False
        keep[gone[gone < len(swings) - 1] + 1] = False
        if small[0]:
            keep[:2] = False, True
        if small[-1]:
            keep[-2:] = True, False
        places, heights = places[keep], heights[keep]
    if len(places) < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    up = np.flatnonzero(np.diff(heights) >= least)
    return places[up], places[up + 1]
