"""What began at once, on which side, in which half of the face: one-sided, both sides, blinks, acts that drag along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Channel
from facialis.emg.synchrony.axis import Floats
from facialis.findings import Side

UPPER = ("orbicularis_oculi", "frontalis", "corrugator", "procerus", "depressor_supercilii")
"""Muscles of the eye and the brow; the others of the face are lower."""
NOT_FACIAL = ("masseter", "temporalis", "pterygoid", "digastric", "sternocleidomastoid")
"""Muscles that another nerve drives: they take no part in what the two halves of the face do."""
QUARTERS = ((Side.LEFT, True), (Side.LEFT, False), (Side.RIGHT, True), (Side.RIGHT, False))
"""Side, and whether upper: columns of :attr:`Moments.start_s`."""
KINDS = ("left", "right", "both", "blink", "beside")
LEFT, RIGHT, BOTH, BLINK, BESIDE = range(5)

AT_ONCE_S = 0.06
"""What begins within this time of the first is one moment: an act begins on both sides within some 30 ms, and what it
drags along follows 10-40 ms later."""
OVERLAP_MAX = 0.3
"""A moment is one-sided if the other side is active during at most this part of it: a long spasm may hold a blink."""
BESIDE_S = 0.25
"""What begins this close to activity of the other side, and is no longer than twice this, may be a piece of an act or
of a blink that broke up, on one side and not on the other: it counts for neither."""
LONE_BLINKS_MAX = 0.15
"""Of the blinks, so many at most are seen on one side alone: the other one's burst was not found."""
ACT_S = 3.0
"""An annotated act without a duration takes this long at most."""
_INSTANT_S = 1e-6
_ACTS = re.compile(
    r"clos\w* (?:the )?eyes?|eyes? clos|blink|squeeze|smil|pucker|show\w* (?:\w+ )?teeth|frown|wrinkle|puff|"
    r"(?:raise|lift)\w* (?:\w+ )?brow|grimac|whistl|speak|talk|count|read|chew|clench|swallow|"
    r"open\w* (?:\w+ )?mouth|voluntary",
    re.IGNORECASE,
)
_NOT_ACTS = re.compile(r"\b(?:no|without|spontaneous|spasm|open eyes|eyes open)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Moments in order of onset.

    Attributes
    ----------
    onset_s, offset_s : array, shape (n,)
        When the first muscle begins and the last one ends.
    start_s, length_s : array, shape (n, 4)
        When each of :data:`QUARTERS` begins and how long it lasts; NaN where it does not begin.
    unsure_s : array, shape (n, 4)
        How far that beginning may lie to either side, by the interval of the onset.
    going : array of bool, shape (n, 4)
        Which quarters are active already.
    kind : array of int, shape (n,)
        Place in :data:`KINDS`.
    asked : array of bool, shape (n,)
        Within an act that an annotation names.
    recorded : tuple of bool
        Which quarters have a channel.
    row : array of int, shape (bursts,)
        Which moment each burst of the table belongs to; -1 where it belongs to none.
    """

    onset_s: Floats
    offset_s: Floats
    start_s: Floats
    length_s: Floats
    unsure_s: Floats
    going: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.int8]
    asked: npt.NDArray[np.bool_]
    recorded: tuple[bool, ...]
    row: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.onset_s)

    @property
    def unasked(self) -> npt.NDArray[np.bool_]:
        """What is no blink, no piece of something else, not asked for, and no act that drags along."""
        return (self.kind < BLINK) & ~self.asked & (self.dragged_lag_s[0] < 0)

    def bursts_of(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return the mask of bursts that belong to chosen moments, shape (bursts,)."""
        return np.append(chosen, False)[self.row]

    @property
    def acts(self) -> npt.NDArray[np.bool_]:
        """What both sides do in one half of the face and not in the other, out of rest: blinks, movements at will."""
        begun = np.isfinite(self.start_s)
        eye, mouth = begun[:, 0] & begun[:, 2], begun[:, 1] & begun[:, 3]
        return np.asarray((eye != mouth) & ~self.going.any(axis=1))

    @property
    def dragged_lag_s(self) -> tuple[npt.NDArray[np.int8], Floats]:
        """Return which side an act drags along in the other half of the face and how much later.

        Returns
        -------
        side : array of int, shape (n,)
            0 left, 1 right, -1 none.
        lag : array, shape (n,)
            Seconds after the half that acts, on whichever side that was seen first: an act swells, and its onset is
            rather found late. NaN where nothing is dragged along.
        """
        begun = np.isfinite(self.start_s)
        half = np.where(begun[:, 0] & begun[:, 2], 1, 0)
        left, right = (np.take_along_axis(begun, (half + at)[:, None], 1)[:, 0] for at in (0, 2))
        side = np.where(self.acts & (left != right), np.where(left, 0, 1), -1).astype(np.int8)
        own = np.maximum(side, 0)[:, None] * 2
        follows = np.take_along_axis(self.start_s, own + half[:, None], 1)[:, 0]
        leads = np.where(half == 1, np.fmin(self.start_s[:, 0], self.start_s[:, 2]), np.nan)
        leads = np.where(half == 0, np.fmin(self.start_s[:, 1], self.start_s[:, 3]), leads)
        return side, np.where(side >= 0, follows - leads, np.nan)

    @property
    def apart_s(self) -> Floats:
        """Return how much later the right side begins than the left, by a half that both begin; NaN if one is still."""
        eye, mouth = self.start_s[:, 2] - self.start_s[:, 0], self.start_s[:, 3] - self.start_s[:, 1]
        sides = np.fmin(self.start_s[:, 2], self.start_s[:, 3]) - np.fmin(self.start_s[:, 0], self.start_s[:, 1])
        return np.asarray(np.where(np.isfinite(eye), eye, np.where(np.isfinite(mouth), mouth, sides)))


def moments(
    bursts: Bursts,
    channels: Sequence[Channel],
    annotations: Sequence[Annotation] = (),
    willed: npt.NDArray[np.bool_] | None = None,
) -> Moments:
    """Put together what begins at once.

    Parameters
    ----------
    bursts : Bursts
        In order of onset; those with a doubt are left out.
    channels : sequence of Channel
    annotations : sequence of Annotation
        Those that name an act make what happens within it asked for.
    willed : array of bool, shape (n,), optional
        Bursts that look like movements at will; a moment of which all do counts as asked for too.
    """
    quarter = np.array([_quarter(channel) for channel in channels], np.int64)
    kept = (bursts.doubt == 0) & (quarter[bursts.channel] >= 0)
    sound, own = bursts.where(kept), quarter[bursts.channel[kept]]
    row = _rows(sound.onset_s)
    number = int(row[-1]) + 1 if len(row) else 0
    start, unsure = np.full((number, 4), np.nan), np.full((number, 4), np.nan)
    end = np.full((number, 4), -np.inf)
    np.maximum.at(end, (row, own), sound.offset_s)
    # In reverse, so that of two in one moment the first is kept.
    start[row[::-1], own[::-1]] = sound.onset_s[::-1]
    unsure[row[::-1], own[::-1]] = np.nan_to_num(sound.onset_high_s - sound.onset_low_s)[::-1] / 2
    length = np.where(np.isfinite(start), end - np.nan_to_num(start), np.nan)
    onset, offset = np.fmin.reduce(start, axis=1), end.max(axis=1)
    eyes = _eyes(sound, channels, row, number)
    kind = _kinds(sound, own, start, onset, offset, eyes)
    before = onset - _INSTANT_S
    active = [_active(sound.onset_s[own == at], sound.offset_s[own == at], before, onset) > 0 for at in range(4)]
    recorded = tuple(place in quarter for place in range(4))
    asked = _asked(onset, annotations)
    if willed is not None and number:
        asked |= np.bincount(row, ~willed[kept], number) == 0
    rows = np.full(len(bursts), -1)
    rows[kept] = row
    made = Moments(onset, offset, start, length, unsure, np.column_stack(active), kind, asked, recorded, rows)
    made = _with_lips(made, eyes)
    return _without_lone_blinks(made, eyes, {one.side for one in channels if one.muscle == "orbicularis_oculi"})


def _quarter(channel: Channel) -> int:
    """Return the column of a channel; -1 where its side or muscle is not known, or is none of the face."""
    if channel.use != "emg" or channel.muscle is None or channel.muscle in NOT_FACIAL:
        return -1
    return QUARTERS.index((channel.side, channel.muscle in UPPER)) if channel.side in (Side.LEFT, Side.RIGHT) else -1


def _rows(onset_s: Floats) -> npt.NDArray[np.int64]:
    """Return which moment each onset belongs to: the first opens it, what comes within AT_ONCE_S joins."""
    following = np.searchsorted(onset_s, onset_s + AT_ONCE_S, side="right").tolist()
    first = np.zeros(len(onset_s), np.int64)
    at = 0
    while at < len(onset_s):
        first[at] = 1
        at = following[at]
    return np.cumsum(first) - 1


def _eyes(sound: Bursts, channels: Sequence[Channel], row: npt.NDArray[np.int64], number: int) -> Floats:
    """Return onset, length and half the onset's interval of the orbiculares oculi, shape (number, 2 sides, 3)."""
    found = np.full((number, 2, 3), np.nan)
    for place, channel in enumerate(channels):
        if channel.muscle == "orbicularis_oculi" and channel.side in (Side.LEFT, Side.RIGHT):
            at = np.flatnonzero(sound.channel == place)[::-1]
            side = int(channel.side is Side.RIGHT)
            found[row[at], side, 0] = sound.onset_s[at]
            found[row[at], side, 1] = sound.offset_s[at] - sound.onset_s[at]
            found[row[at], side, 2] = np.nan_to_num(sound.onset_high_s[at] - sound.onset_low_s[at]) / 2
    return found


def _kinds(
    sound: Bursts, own: npt.NDArray[np.int64], start: Floats, onset: Floats, offset: Floats, eyes: Floats
) -> npt.NDArray[np.int8]:
    begun = np.isfinite(start)
    left, right = begun[:, :2].any(axis=1), begun[:, 2:].any(axis=1)
    kind = np.where(left & right, BOTH, np.where(left, LEFT, RIGHT)).astype(np.int8)
    for side, place in ((LEFT, 2), (RIGHT, 0)):
        other = (own == place) | (own == place + 1)
        alone = kind == side
        bursts, begin, end = (sound.onset_s[other], sound.offset_s[other]), onset[alone], offset[alone]
        near = (_active(*bursts, begin - BESIDE_S, begin + BESIDE_S) > 0) & (end - begin <= 2 * BESIDE_S)
        over = _active(*bursts, begin, end) > OVERLAP_MAX * (end - begin)
        going = _active(*bursts, begin - _INSTANT_S, begin) > 0
        # What the other side joins later was begun by both; what joins the other side was counted there.
        kind[np.flatnonzero(alone)[over]] = BOTH
        kind[np.flatnonzero(alone)[near | (over & going)]] = BESIDE
    kind[_at_once(eyes) & _short(eyes).all(axis=1) & ~(begun[:, 1] & begun[:, 3])] = BLINK
    return kind


def _at_once(eyes: Floats) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        apart = np.abs(eyes[:, 1, 0] - eyes[:, 0, 0]) - eyes[:, :, 2].sum(axis=1)
        return np.asarray(apart <= knowledge.threshold("emg_blink_together_s"))


def _short(eyes: Floats) -> npt.NDArray[np.bool_]:
    low, high = knowledge.threshold("emg_blink_shortest_s"), knowledge.threshold("emg_blink_longest_s")
    with np.errstate(invalid="ignore"):
        return np.asarray((eyes[:, :, 1] >= low) & (eyes[:, :, 1] <= high))


def _active(onset: Floats, offset: Floats, start: Floats, stop: Floats) -> Floats:
    """Return for how long any of some bursts is active within each of some stretches, seconds."""
    if not len(onset):
        return np.zeros(len(start))
    latest = np.maximum.accumulate(offset)
    free = np.maximum(onset, np.concatenate(([-np.inf], latest[:-1])))
    done = np.concatenate(([0.0], np.cumsum(np.maximum(latest - free, 0.0))))

    def until(time: Floats) -> Floats:
        seen = np.searchsorted(onset, time, side="right")
        last = np.maximum(seen - 1, 0)
        return np.asarray(done[seen] - np.where(seen > 0, np.maximum(latest[last] - time, 0.0), 0.0))

    return until(stop) - until(start)


def _asked(onset: Floats, annotations: Sequence[Annotation]) -> npt.NDArray[np.bool_]:
    asked = np.zeros(len(onset), bool)
    for one in annotations:
        if _ACTS.search(one.text) and not _NOT_ACTS.search(one.text):
            low, high = np.searchsorted(onset, (one.onset_s, one.onset_s + (one.duration_s or ACT_S)))
            asked[low:high] = True
    return asked


def _with_lips(made: Moments, eyes: Floats) -> Moments:
    """Call short closures of both eyes with the lips of both sides blinks, where either side moves by itself as well.

    A blink drags along the lips of the side that has spasms; if both have them, of both.
    """
    kind, least = made.kind.copy(), knowledge.threshold("absent_opportunities_min")
    if min(np.count_nonzero(kind == LEFT), np.count_nonzero(kind == RIGHT)) >= least:
        kind[_at_once(eyes) & _short(eyes).all(axis=1)] = BLINK
    return replace(made, kind=kind)


def _without_lone_blinks(made: Moments, eyes: Floats, recorded: set[Side]) -> Moments:
    """Call lone short closures of an eye blinks, where they are few beside the blinks of both: the other was missed.

    Where only one eye is recorded, each of them may be a blink: they count for neither side.
    """
    blinks = int(np.count_nonzero(made.kind == BLINK))
    kind, begun = made.kind.copy(), np.isfinite(made.start_s)
    for side, column in ((LEFT, 0), (RIGHT, 2)):
        eye_only = begun[:, column] & (begun.sum(axis=1) == 1) & _short(eyes)[:, column // 2]
        lone = (made.kind == side) & eye_only
        if not {Side.LEFT, Side.RIGHT} <= recorded:
            kind[lone] = BESIDE
            continue
        few = np.count_nonzero(lone) <= LONE_BLINKS_MAX * blinks
        if few and np.count_nonzero(lone) == np.count_nonzero(kind == side):
            kind[lone] = BLINK
    return replace(made, kind=kind)
