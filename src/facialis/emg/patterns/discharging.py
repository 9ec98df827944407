"""Patterns that lie in the discharges: fast and irregular, grouped with silence between, the slow beat of a lid."""

from __future__ import annotations

import numpy as np

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.patterns.seen import Floats, Seen, absent, joined, named, present, unknown
from facialis.findings import Estimate, Finding, State
from facialis.intervals import median, proportion, variation
from facialis.units import count

LOUD_DB, LEAST_S = 6.0, 0.015
"""Below this loudness, or shorter, a burst shows no rate whatever it holds."""
BRIEF_S = 0.04
"""A discharge or a doublet by itself takes up to this long."""
PAUSE_S = 0.5
"""Discharges of a myokymic group follow each other within this time: 2 Hz."""
REGULAR = 0.35
"""Intervals within groups that vary by less than this are a repeated discharge, not what happens to be near."""
BEATS = 5
"""So many intervals in a row make a beat of the lid."""


def fast(seen: Seen) -> Finding:
    """Judge whether bursts hold irregular trains of 150 to 400 discharges a second.

    Of bursts whose discharges merge nobody knows the rate. But of spasm's bursts a third and more show theirs: where
    none of many does, that is told as absent.
    """
    code = "emg_bursts_150_400"
    low, high = knowledge.threshold("emg_burst_low_hz"), knowledge.threshold("emg_burst_high_hz")
    slowest = knowledge.threshold("emg_discharge_rate_least_hz")
    sides, told, rates, checked = [], [], [], []
    for place, channel, bursts in seen.of_face():
        if channel.rate_hz < slowest:
            continue
        asked = _asked(bursts)
        hits = (asked.discharge_hz >= low) & (asked.discharge_hz <= high)
        number, share = int(hits.sum()), proportion(int(hits.sum()), len(asked))
        checked.append((number, len(asked), share))
        often = share is not None and share.low > knowledge.threshold("emg_fast_share_min")
        if often and seen.enough(number, float(seen.usable_s[place])) and not _even(asked.onset_s[hits]):
            sides.append(channel.side)
            rates += asked.discharge_hz[hits].tolist()
            told.append(f"{named(channel)}: {number} of {len(asked)} bursts")
    if told:
        known = median(rates, "Hz")
        span = f"{low:.0f} to {high:.0f} discharges a second, irregular"
        return present(code, joined(sides), known, f"{span}: {'; '.join(told)}", "also seen in some myokymia")
    return _not_fast(seen, code, checked)


def _not_fast(seen: Seen, code: str, checked: list[tuple[int, int, Estimate | None]]) -> Finding:
    if not checked:
        return unknown(code, "needs 1,000 samples a second and more")
    events = int(seen.events.sum())
    if short := seen.too_little(events):
        return unknown(code, short)
    number, asked = sum(one[0] for one in checked), sum(one[1] for one in checked)
    share = proportion(number, asked)
    if share is None or share.high >= knowledge.threshold("emg_fast_share_absent"):
        return unknown(code, f"the rate shows in {number} of {asked} bursts, too few to tell")
    return absent(
        code, share, f"{number} of {count(asked, 'burst')} show such a rate; of simulated spasm's a third and more do"
    )


def _asked(bursts: Bursts) -> Bursts:
    return bursts.where((bursts.snr_db >= LOUD_DB) & (bursts.offset_s - bursts.onset_s >= LEAST_S))


def _even(onset_s: Floats) -> bool:
    """Say whether onsets come in an even beat: bursts of spasm do not."""
    if len(onset_s) < knowledge.threshold("regular_rhythm_events_min"):
        return False
    beat = variation(np.diff(onset_s).tolist())
    return beat is not None and beat.high < knowledge.threshold("regular_rhythm_cv_max")


def myokymic(seen: Seen, fast: Finding) -> Finding:
    """Judge whether discharges come in groups of 2 to 60 a second with silence between the groups.

    Two things show them: single discharges that stand apart as brief bursts and are repeated at even intervals, and
    bursts within which so slow a rate is read.
    """
    code, sides, told, chances = "emg_myokymic", [], [], 0
    low, high = knowledge.threshold("emg_myokymic_low_hz"), knowledge.threshold("emg_myokymic_high_hz")
    for place, channel, bursts in seen.of_face():
        brief = bursts.offset_s - bursts.onset_s < BRIEF_S
        slow = (bursts.discharge_hz >= low) & (bursts.discharge_hz <= high)
        hits = slow | (brief & _repeated(bursts, brief))
        number, share = int(hits.sum()), proportion(int(hits.sum()), len(bursts))
        chances += len(bursts)
        grouped = share is not None and share.low > knowledge.threshold("emg_grouped_share_min")
        if grouped and number >= 2 * BEATS and seen.enough(number, float(seen.usable_s[place])):
            sides.append(channel.side)
            told.append(f"{named(channel)}: {number} of {len(bursts)} bursts")
    if told:
        text = f"discharges in groups of {low:.0f} to {high:.0f} a second, silence between: {'; '.join(told)}"
        beside = ("fast irregular bursts beside them",) if fast.state is State.PRESENT else ()
        return present(code, joined(sides), None, text, *beside)
    if short := seen.too_little(int(seen.events.sum())):
        return unknown(code, short)
    return absent(code, None, f"no muscle repeats single discharges, in {count(chances, 'burst')}")


def _repeated(
    bursts: Bursts, brief: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say which brief bursts follow or precede another one within a group, at the interval of that channel."""
    hits = np.zeros(len(bursts), bool)
    own = np.flatnonzero(brief)
    if len(own) < 2 * BEATS:
        return hits
    apart = np.diff(bursts.onset_s[own])
    near = apart < PAUSE_S
    if near.sum() < BEATS:
        # Doublets that come one by one: even over the whole of the recording, or nothing.
        middle = float(np.median(apart))
        hits[own] = bool(np.median(np.abs(apart - middle)) < REGULAR / 3 * middle)
        return hits
    middle = np.median(apart[near])
    if np.median(np.abs(apart[near] - middle)) < REGULAR * middle:
        hits[own[:-1][near]] = hits[own[1:][near]] = True
    return hits


def slow(seen: Seen, fast: Finding) -> Finding:
    """Judge whether a lid beats by itself at 3 to 8 a second while the lower face is still."""
    code, lids, others, chances = "emg_slow_3_8hz", [], 0, 0
    low, high = knowledge.threshold("emg_eyelid_low_hz"), knowledge.threshold("emg_eyelid_high_hz")
    recorded = False
    for _, channel, bursts in seen.of_face():
        beats = _beats(bursts, low, high)
        if channel.muscle == "orbicularis_oculi":
            recorded, chances = True, chances + len(bursts)
            if beats:
                lids.append((channel, beats))
        else:
            others += beats
    if not recorded:
        return unknown(code, "needs electrodes on the eyelid")
    if not lids:
        short = seen.too_little(chances)
        return (
            unknown(code, short)
            if short
            else absent(code, None, f"no such beat in {count(chances, 'burst')} of the lid")
        )
    if others or fast.state is State.PRESENT or len({channel.side for channel, _ in lids}) > 1:
        return unknown(code, "a beat of 3 to 8 a second, and not of one lid alone")
    text = "; ".join(f"{named(channel)}: {number} beats" for channel, number in lids)
    return present(code, lids[0][0].side, None, f"{low:.0f} to {high:.0f} a second, five and more in a row: {text}")


def _beats(bursts: Bursts, low: float, high: float) -> int:
    """Return how many intervals of that rate stand in rows of at least so many, each row even."""
    apart = np.diff(bursts.onset_s)
    inside = np.concatenate([[False], (apart >= 1 / high) & (apart <= 1 / low), [False]])
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    rows = [apart[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True) if end - begin >= BEATS]
    even = [len(row) for row in rows if np.std(row) < REGULAR * np.mean(row)]
    # By chance a row comes now and then; a lid that beats does so for most of its bursts.
    return sum(even) if sum(even) > 0.3 * max(len(apart), 1) else 0
