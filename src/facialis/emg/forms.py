"""How a burst stands in time: held, one of a group, or alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facialis import knowledge
from facialis.emg.bursts import FORMS, Bursts

ISOLATED, GROUPED, TONIC = (FORMS.index(name) for name in ("isolated", "grouped", "tonic"))


def formed(bursts: Bursts) -> Bursts:
    """Return the bursts with their forms.

    A burst is tonic from two seconds on. Three or more of a channel with less than a second between each two are
    grouped. Every other one is isolated, whatever its length: it stands alone. Bursts in doubt neither make a group
    nor part one.

    Parameters
    ----------
    bursts : Bursts
        In order of onset.
    """
    form = np.full(len(bursts), ISOLATED, np.int8)
    gap_s, least = knowledge.threshold("emg_group_gap_s"), int(knowledge.threshold("emg_group_bursts_min"))
    for channel in np.unique(bursts.channel[bursts.doubt == 0]):
        own = np.flatnonzero((bursts.channel == channel) & (bursts.doubt == 0))
        ends = np.maximum.accumulate(bursts.offset_s[own])
        begins = np.concatenate([[True], bursts.onset_s[own][1:] - ends[:-1] >= gap_s])
        group = np.cumsum(begins) - 1
        form[own[np.bincount(group)[group] >= least]] = GROUPED
    form[bursts.offset_s - bursts.onset_s >= knowledge.threshold("emg_tonic_s")] = TONIC
    return replace(bursts, form=form)
