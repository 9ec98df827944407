"""What the lids of both eyes do together: blinks, closures, squeezes.

A blink is conjugate: both lids, within a frame, alike (Graefe's Archive 2019: the non-conjugate movements of hemifacial
spasm are smaller and slower than blinks). A weak lid goes along on a shorter way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.face.events.candidate import PLATEAU_SHARE, crossing
from facialis.face.events.channels import CHANNELS, Channels, frame_rate
from facialis.face.events.event import Asked, Event
from facialis.face.fusion import segments
from facialis.face.regions import pull_direction
from facialis.face.signals import Signals
from facialis.findings import Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.floating[Any]]

_BLINK_SHARE = 0.3
_CONJUGATE = 0.4
_SQUEEZED_IOD = 0.012
_SQUEEZED_SURELY = 0.025
_NEARLY = 0.9
_DIP = 0.14
_DIP_FIT = 0.8
_RING = ("orbicularis_oculi lower", "orbicularis_oculi lateral", "frontalis lateral", "frontalis medial")
_LOWER_PULL = pull_direction("orbicularis_oculi", Side.LEFT)
_SHUT = 0.6
_WEAK_SHARE = 0.04
_WEAK_FIT = 0.85
_WEAK_LEAST = 3
_WEAK_OFTEN = 0.2
_REST_SECONDS = 10.0


def both_lids(ch: Channels, signals: Signals, asked: Sequence[Asked] = ()) -> tuple[list[Event], list[Event]]:
    """Return the blinks, and the closures of both eyes of half a second or more.

    Parameters
    ----------
    ch : Channels
    signals : Signals
    asked : sequence of Asked
        What tasks asked for: a squeeze that was asked for is no spasm.
    """
    shares = np.nan_to_num(
        np.stack([1 - signals.aperture[side].astype(np.float64) for side in (Side.LEFT, Side.RIGHT)])
    )
    rate = frame_rate(ch.time_s)
    both = _together(shares, ch, rate)
    lid = CHANNELS.index("lid")
    depth = np.maximum(ch.moved[Side.LEFT][:, lid, 1], ch.moved[Side.RIGHT][:, lid, 1])
    closures = [
        event
        for apex in _deepest(both, ch, rate, _REST_SECONDS)
        if (event := _closure(ch, both, depth, shares, apex)).kind != "blink"
    ]
    closures = [event for i, event in enumerate(closures) if not i or event.onset_s >= closures[i - 1].offset_s]
    blinks: list[Event] = []
    # The eyes' own level shortly before and after: a person who looks down or squints still blinks from there.
    for apex in _deepest(both, ch, rate, 1.0, _DIP):
        event = _closure(ch, both, depth, shares, apex)
        free = all(event.offset_s <= one.onset_s or event.onset_s >= one.offset_s for one in (*closures, *blinks[-1:]))
        if event.kind == "blink" and free and (both[apex] > _BLINK_SHARE or _dips(shares, apex, rate)):
            blinks.append(event)
    return blinks, _unwilled(closures, asked)


def _dips(shares: Floats, apex: int, rate: float) -> bool:
    """Say whether both lids dip and come back together, as in a blink that stops half-way; a gaze stays down."""
    reach = max(2, round(0.2 * rate))
    near = shares[:, max(apex - reach, 0) : apex + reach + 1]
    if near.shape[1] <= reach or near.std(axis=1).min() < 1e-6:
        return False
    ends = np.maximum(near[:, 0], near[:, -1])
    down = shares[:, apex] - ends
    return bool(_fit(near) > _DIP_FIT and down.min() > _CONJUGATE * down.max() > 0)


def _fit(both: Floats) -> float:
    """Return the correlation of two courses (2, T)."""
    left, right = both - both.mean(axis=1, keepdims=True)
    return float((left * right).sum() / max(float(np.sqrt((left**2).sum() * (right**2).sum())), 1e-12))


def _deepest(both: Floats, ch: Channels, rate: float, seconds: float, least: float = _BLINK_SHARE) -> list[int]:
    """Return the deepest frame of each closure, held against the lids' level over some seconds."""
    window = max(3, round(seconds * rate)) | 1
    # A percentile over every frame of many seconds is slow and no better than one over every tenth of a second.
    stride = max(1, round(rate / 10)) if seconds > 2 else 1
    few = ndimage.percentile_filter(both[::stride], 25, size=max(3, window // stride) | 1, mode="nearest")
    calm = np.interp(np.arange(len(both)), np.arange(len(few)) * stride, few)
    deep = both - np.clip(calm, 0, None)
    return [part.start + int(deep[part.start : part.stop].argmax()) for part in segments((deep > least) & ch.usable)]


def _together(shares: Floats, ch: Channels, rate: float) -> Floats:
    """Return how far both lids are closed, (T,): the lesser of the two, a weak lid by its own usual way.

    A lid counts as weak if it goes along with the other in time at a fifth of the closings or more, spasms being among
    them, and always stays behind alike.
    """
    around = max(2, round(0.1 * rate))
    greater = shares.max(axis=0)
    ratios = []
    for part in segments((greater > _BLINK_SHARE) & ch.usable):
        near = shares[:, max(part.start - around, 0) : part.stop + around]
        near = near - np.linspace(near[:, 0], near[:, -1], near.shape[1], axis=1)
        left, right = np.sqrt((near**2).sum(axis=1))
        goes = _fit(near) > _WEAK_FIT and min(left, right) > _WEAK_SHARE * max(left, right)
        ratios.append(np.log(left / right) if goes else np.nan)
    usual = np.array(ratios)
    known = np.isfinite(usual)
    if known.sum() < _WEAK_LEAST or known.mean() < _WEAK_OFTEN:
        return np.asarray(shares.min(axis=0))
    middle = float(np.median(usual[known]))
    if np.median(np.abs(usual[known] - middle)) > 0.3:
        return np.asarray(shares.min(axis=0))
    raised = shares / np.minimum([[np.exp(middle)], [np.exp(-middle)]], 1.0)
    return np.asarray(np.minimum(raised.min(axis=0), 1.2))


def _unwilled(closures: list[Event], asked: Sequence[Asked]) -> list[Event]:
    """Keep the name of spasm only for squeezes that nobody asked for and that came often enough not to be willed."""
    least = threshold("bilateral_lid_spasm_squeezes_min")
    tasks = [(one.start_s, one.stop_s) for one in asked if one.lids]
    willed = {
        id(event)
        for event in closures
        if any(
            min(event.offset_s, b) - max(event.onset_s, a) > 0.5 * (event.offset_s - event.onset_s) for a, b in tasks
        )
    }
    squeezed = [event for event in closures if event.kind == "spasm" and id(event) not in willed]
    result = []
    for event in closures:
        if event.kind == "spasm" and (id(event) in willed or len(squeezed) < least):
            words = (
                "a task asked for it" if id(event) in willed else f"{len(squeezed)} such in this clip: may be willed"
            )
            event = replace(event, kind="expression", form=None, why=(*event.why, words))
        result.append(event)
    return result


def _closure(ch: Channels, both: Floats, depth: Floats, shares: Floats, apex: int) -> Event:
    """Name one closure of both eyes."""
    rate = frame_rate(ch.time_s)
    # Where the lids stay shut the deepest frame may lie far from both ends.
    ends, held = (_reach(both > share * both[apex], apex) for share in (0.5, PLATEAU_SHARE))
    plateau = float(ch.time_s[held[1]] - ch.time_s[held[0]])
    reach = round(1.5 * rate)
    low, high = max(0, ends[0] - reach), min(len(both), ends[1] + reach + 1)
    onset, offset = (
        crossing(
            ch.time_s[low:high], both[low:high], end - low,
            _lid_level(both, end, float(both[apex]), step, rate, reach), step,
        )
        for end, step in zip(ends, (-1, 1), strict=True)
    )  # fmt: skip
    peaks = np.sort(shares[:, apex])
    alike = float(np.clip(peaks[0] / max(peaks[1], 1e-6), 0, 1))
    seconds = offset - onset
    why = [f"both lids close together, the one {100 * alike:.0f} % as far as the other", f"{seconds:.2f} s"]
    amplitude, regions = float(max(depth[apex], 0.0)), ("orbicularis_oculi",)
    span = (onset, float(ch.time_s[apex]), offset, amplitude, regions)
    squeeze, least = _squeeze(ch, onset, offset), threshold("bilateral_lid_spasm_s")
    # The ends of a closure are read to within a frame or two: a strong squeeze need not lose its name to that.
    if seconds < least * (_NEARLY if squeeze > _SQUEEZED_SURELY else 1.0):
        sure = float(np.clip(0.5 + both[apex] / 2, 0, 0.99) * (alike > _CONJUGATE or 0.8))
        return Event("blink", Side.BOTH, *span, None, sure, tuple(why))
    if squeeze > _SQUEEZED_IOD and both[apex] > _SHUT:
        why.append(f"the skin round both eyes is drawn in by {100 * squeeze:.1f} % IOD")
        form = "tonic" if seconds >= threshold("tonic_plateau_s") else "clonic"
        sure = float(np.clip(0.5 + (squeeze - _SQUEEZED_IOD) / (2 * _SQUEEZED_SURELY), 0.5, 0.95))
        return Event("spasm", Side.BOTH, *span, form, sure, tuple(why), plateau_s=plateau)
    why.append("the skin round the eyes stays at rest: closed, not squeezed")
    return Event("expression", Side.BOTH, *span, None, 0.8, tuple(why), plateau_s=plateau)


def _reach(shut: npt.NDArray[np.bool_], apex: int) -> list[int]:
    """Return the first and the last frame of the unbroken stretch round the apex for which something holds, (T,)."""
    ends = [apex, apex]
    for place, step in ((0, -1), (1, 1)):
        while 0 <= ends[place] + step < len(shut) and shut[ends[place] + step]:
            ends[place] += step
    return ends


def _lid_level(both: Floats, end: int, top: float, step: int, rate: float, reach: int) -> float:
    """Return the 10 % level of one flank of a closure, above the level at which the lids have come to rest.

    At rest: slower than one closure a second over 70 ms. After a blink the lids often stay a little lower for a while.
    """
    flank = both[end : end + reach] if step > 0 else both[max(end - reach, 0) : end + 1][::-1]
    still = max(1, round(0.07 * rate))
    falls = flank[:-still] - flank[still:] if len(flank) > still else np.zeros(0)
    calm = np.flatnonzero((falls < still / rate * top) & (flank[: len(falls)] < 0.4 * top))
    foot = float(flank[calm[0]] if len(calm) else flank.min())
    return foot + threshold("event_edge_fraction") * (top - foot)


def _squeeze(ch: Channels, onset: float, offset: float) -> float:
    """Return how far the skin round both eyes is drawn in during a closure, the lesser side, inter-ocular distances.

    The ring muscle draws the lower lid along its pull and the outer corner inwards, and the brow comes down; a lid that
    merely closes does neither. The three add up; rest is shortly before and shortly after.
    """
    quarter = (offset - onset) / 4
    inside = (ch.time_s >= onset + quarter) & (ch.time_s <= offset - quarter)
    away = np.maximum(onset - ch.time_s, ch.time_s - offset)
    around = (away > 0.03) & (away <= 0.35)
    if not inside.any() or not around.any():
        return 0.0
    drawn = []
    for moved in ch.moved.values():
        way = np.median(moved[inside], axis=0) - np.median(moved[around], axis=0)
        lower, lateral, *brow = (way[CHANNELS.index(name)] for name in _RING)
        drawn.append(lower @ _LOWER_PULL - lateral[0] + np.mean([one[1] for one in brow]))
    return float(min(drawn))
