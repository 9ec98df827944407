"""One channel's stretch of samples: conditioned, and its bursts found, placed and measured.

Nothing here knows where a recording is cut: levels of rest, frames and blocks lie on a grid that begins with the
recording, and each stretch comes with as much before and after it as they look at.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg import artefacts, baseline, conditioning
from facialis.emg.artefacts import Quality
from facialis.emg.baseline import FRAME_S, Rest
from facialis.emg.bursts import find, place
from facialis.emg.bursts.beside import Beside, Grid, against_rest, at_work
from facialis.emg.bursts.open import Open
from facialis.emg.bursts.table import Bursts
from facialis.emg.lines import without_lines
from facialis.emg.recording.model import Channel, FloatArray, Span

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MARGIN_S = 8.0
"""What :func:`examine_chunk` needs before and after its core: the mains are followed over 4 s to each side, rest is
looked for 3 s ahead, and the band settles in half a second. Less is right only where the recording has no more."""
STEP_S = 0.001
EXCESS = 2.0
"""Bursts are sought as if they were this much louder than rest; louder ones are found all the more."""
CLIMB = 13.0
"""A climb of this many nats is a burst: of noise alone one in many minutes reaches it."""
PAUSE = 7.0
"""A fall of this many nats, with the burst's own loudness, ends it."""
AROUND_S = 0.05
LEAST_EXCESS = 0.3
COARSE_S = 0.01
WEAK_EXCESS = 0.7
LEAST_HELD = 30
"""Weak activity is sought over frames of 10 ms, at least 0.3 s of it."""
JOINED = 3
STRONG = 6.0
NO_REST = 0.25
SURELY = 4.0
"""A pause is no rest where its mean square is a quarter above that of rest, and by four times its spread."""
JOIN_S = 0.015
"""Parts this close are one before they are placed: no edge is known well enough to keep them apart."""
SETTLED_S = 0.5
"""So much of the margin's end is not trusted to show that a burst has ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a stretch holds.

    Attributes
    ----------
    bursts : Bursts
        Those whose onset lies in the core, and one that began in a stretch before and has ended in this one. A burst
        that is still going on where the margin ends is carried in ``rest.open`` and given with the stretch it ends in.
    clean : array of float32, shape (n,)
        Conditioned samples, microvolts, as many as were given: margins too.
    noise_uv : float or None
        Root mean square of rest between 20 and 500 Hz; None where nothing was recorded.
    rest : Rest
        For the next stretch of this channel.
    envelope_uv : array of float32, shape (m,)
        Root mean square of each 50 ms of the core.
    envelope_s : float
        When the first of them begins.
    quality : Quality
    """

    bursts: Bursts
    clean: FloatArray = field(repr=False)
    noise_uv: float | None
    rest: Rest
    envelope_uv: FloatArray = field(repr=False)
    envelope_s: float
    quality: Quality


def examine_chunk(
    samples: FloatArray,
    rate_hz: float,
    start_s: float,
    core: Span,
    channel: Channel,
    rest: Rest | None,
    *,
    number: int = 0,
) -> Found:
    """Find the bursts of one channel in a stretch of samples.

    Parameters
    ----------
    samples : array of float32, shape (n,)
        Microvolts, from :data:`MARGIN_S` before the core to as much after it; NaN where there is no number.
    rate_hz : float
    start_s : float
        When the first sample was taken.
    core : Span
        Bursts are given whose onset lies in it.
    channel : Channel
    rest : Rest or None
        What the stretch before has found. Without it the first minute that is given stands for the past, turned about
        its start: give the first stretch a minute or more where the cut shall make no difference.
    number : int
        Place of the channel in the source, for the table of bursts.

    Returns
    -------
    Found
    """
    given, missing = conditioning.filled(samples)
    lines = without_lines(given, rate_hz, round(start_s * rate_hz))
    clean = conditioning.banded(lines.samples, rate_hz)
    work, grid = at_work(clean, rate_hz, start_s)
    lost = None if missing is None else at_work(missing.astype(np.float32), rate_hz, start_s)[0]
    beside = against_rest(work, grid, core, rest, lost)
    level = beside.level
    every = _placed(beside, work, grid, _sought(beside.ratio, grid.rate_hz), number)
    most = 2 * np.log(knowledge.threshold("emg_noise_uv_max"))
    resting = bool(not np.isfinite(level).any() or np.nanmedian(level) < most)
    # Artefacts are looked for in the samples as they came: conditioning would hide them.
    seen = artefacts.Seen(samples, given, missing, clean, rate_hz, start_s, channel)
    held = artefacts.stuck(seen)
    every = replace(every, doubt=artefacts.doubts(every, seen, held, resting=resting))
    bursts, still = _handed(every, work, grid, core, rest, start_s + len(samples) / rate_hz)
    frame_0, frames = beside.first_frame, beside.frames
    lo, hi = (max(int(np.floor(t / FRAME_S + 1e-6)) - frame_0, 0) for t in (core.start_s, core.end_s))
    inside = frames[lo:hi]
    left = beside.left(rest, slice(lo, hi), core.end_s, still)
    noise = float(np.exp(np.nanmedian(level) / 2)) if np.isfinite(level).any() else None
    quality = replace(
        artefacts.quality(seen, held, core, bursts.doubt),
        mains_hz=lines.mains_hz,
        mains_uv=lines.rms_uv,
        harmonics=lines.harmonics,
        rest=resting,
    )
    envelope = np.sqrt(np.exp(np.where(np.isfinite(inside), inside, -np.inf)))
    return Found(bursts, clean, noise, left, envelope, (lo + frame_0) * FRAME_S, quality)


def _sought(ratio: FloatArray, rate_hz: float) -> tuple[Places, Places, Floats]:
    """Return first and last sample of work of each burst, and how much louder than rest it is."""
    step = max(1, round(STEP_S * rate_hz))
    count = len(ratio) // step
    coarse = ratio[: count * step].reshape(count, step).mean(axis=1, dtype=np.float64)
    dof = baseline.freedom(step / rate_hz, rate_hz)
    if count < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)
    bottoms, tops = find.climbs(np.cumsum(find.evidence(coarse, EXCESS, dof)), CLIMB)
    whole = np.concatenate([[0.0], np.cumsum(coarse)])
    if not len(bottoms):
        bottoms, tops = _held(coarse, bottoms, tops, dof, round(COARSE_S * rate_hz / step))
        excess = np.maximum((whole[tops + 1] - whole[bottoms]) / (tops + 1 - bottoms) - 1, LEAST_EXCESS)
        return bottoms * step, tops * step + step - 1, excess
    # Seen again with its own loudness, each region falls apart where it pauses.
    excess = np.maximum((whole[tops + 1] - whole[bottoms + 1]) / (tops - bottoms) - 1, LEAST_EXCESS)
    middle = (tops[:-1] + bottoms[1:]) // 2
    own = np.repeat(np.maximum(excess / 2, LEAST_EXCESS), np.diff(np.concatenate([[0], middle, [count]])))
    around = round(AROUND_S * rate_hz / step)
    near = np.zeros(count + 1, np.int32)
    np.add.at(near, np.maximum(bottoms - around, 0), 1)
    np.add.at(near, np.minimum(tops + around, count), -1)
    nats = find.evidence(coarse, own, dof)
    nats[np.cumsum(near[:-1]) == 0] = -1.0
    bottoms, tops = find.climbs(np.cumsum(nats), PAUSE)
    bottoms = bottoms + 1
    apart = np.flatnonzero((bottoms[1:] - tops[:-1]) * step > JOIN_S * rate_hz)
    bottoms, tops = bottoms[np.concatenate([[0], apart + 1])], tops[np.concatenate([apart, [len(tops) - 1]])]
    for _ in range(JOINED):
        # A pause between weak parts must speak for rest as clearly as a climb speaks for a burst.
        excess = np.maximum((whole[tops + 1] - whole[bottoms]) / (tops + 1 - bottoms) - 1, LEAST_EXCESS)
        least, long = np.minimum(excess[1:], excess[:-1]), bottoms[1:] - tops[:-1] - 1
        loud = whole[bottoms[1:]] - whole[tops[:-1] + 1]
        spoken = (dof / 2) * (loud * least / (1 + least) - long * np.log1p(least))
        apart = np.flatnonzero(spoken < -CLIMB)
        bottoms, tops = bottoms[np.concatenate([[0], apart + 1])], tops[np.concatenate([apart, [len(tops) - 1]])]
    bottoms, tops = _held(coarse, bottoms, tops, dof, round(COARSE_S * rate_hz / step))
    excess = np.maximum((whole[tops + 1] - whole[bottoms]) / (tops + 1 - bottoms) - 1, LEAST_EXCESS)
    return bottoms * step, tops * step + step - 1, excess


def _held(coarse: Floats, bottoms: Places, tops: Places, dof: float, many: int) -> tuple[Places, Places]:
    """Join what is held weakly: parts of a contraction between which there is no rest.

    Weak activity shows only over long stretches. Where one is louder than rest without the bursts in it, too, they are
    parts of one: pauses that are not rest are no pauses.
    """
    count = len(coarse) // many
    if count < 3:
        return bottoms, tops
    slow = coarse[: count * many].reshape(count, many).mean(axis=1)
    low, high = find.climbs(np.cumsum(find.evidence(slow, WEAK_EXCESS, dof * many)), CLIMB)
    between = np.ones(count * many, bool)
    for begin, end in zip(bottoms, tops, strict=True):
        # What the filter leaves of a strong burst beside it is no sign that there is no rest.
        clear = 2 * many if coarse[begin : end + 1].mean() > STRONG else 0
        between[max(begin - clear, 0) : end + 1 + clear] = False
    keep = np.ones(len(bottoms), bool)
    added: list[tuple[int, int]] = []
    for begin, end in zip((low + 1) * many, (high + 1) * many, strict=True):
        pauses = coarse[begin:end][between[begin:end]]
        if end - begin < LEAST_HELD * many or not len(pauses):
            continue
        # The mean square of noise is spread by this much.
        if pauses.mean() - 1 < max(NO_REST, SURELY * np.sqrt(2 / (dof * len(pauses)))):
            continue
        inside = (bottoms < end) & (tops >= begin)
        keep &= ~inside
        first, last = int(begin), int(end) - 1
        if inside.any():
            first, last = min(first, int(bottoms[inside].min())), max(last, int(tops[inside].max()))
        added.append((first, last))
    if not added:
        return bottoms, tops
    more = np.array(added, np.intp)
    bottoms, tops = np.concatenate([bottoms[keep], more[:, 0]]), np.concatenate([tops[keep], more[:, 1]])
    order = np.argsort(bottoms, kind="stable")
    bottoms, tops = bottoms[order], tops[order]
    apart = np.flatnonzero(bottoms[1:] > np.maximum.accumulate(tops)[:-1])
    last_of = np.maximum.accumulate(tops)
    return bottoms[np.concatenate([[0], apart + 1])], last_of[np.concatenate([apart, [len(tops) - 1]])]


def _placed(beside: Beside, work: FloatArray, grid: Grid, sought: tuple[Places, Places, Floats], number: int) -> Bursts:
    """Return every burst of the stretch, placed and measured."""
    starts, stops, excess = sought
    if not len(starts):
        return Bursts.of_columns(0)
    dof = baseline.freedom(1 / grid.rate_hz, grid.rate_hz)
    ratio = beside.ratio
    n = len(ratio)
    on = place.onsets(ratio, starts, np.concatenate([[0], stops[:-1] + 1]), stops + 1, excess, grid.rate_hz, dof)
    off = place.offsets(ratio, stops, starts, np.concatenate([starts[1:], [n]]), excess, grid.rate_hz, dof)
    apart = np.flatnonzero(on.at[1:] - off.at[:-1] - 1 >= knowledge.threshold("emg_burst_merge_s") * grid.rate_hz)
    first, last = np.concatenate([[0], apart + 1]), np.concatenate([apart, [len(starts) - 1]])
    times = {
        "onset_s": on.at[first],
        "onset_low_s": on.low[first],
        "onset_high_s": on.high[first],
        "offset_s": off.at[last] + 1,
        "offset_low_s": off.low[last] + 1,
        "offset_high_s": off.high[last] + 1,
    }
    begin = np.clip(np.round(on.at[first]).astype(np.intp), 0, n - 1)
    end = np.clip(np.round(off.at[last]).astype(np.intp) + 1, begin + 1, n)
    squares = np.concatenate([[0.0], np.cumsum(work * work, dtype=np.float64)])
    over = np.concatenate([[0.0], np.cumsum(beside.plain, dtype=np.float64)])
    edges = np.minimum(np.stack([begin, end], axis=1).ravel(), n - 1)
    return Bursts.of_columns(
        len(first),
        channel=np.full(len(first), number),
        rms_uv=np.sqrt((squares[end] - squares[begin]) / (end - begin)),
        peak_uv=np.maximum.reduceat(np.abs(work), edges)[::2],
        snr_db=10 * np.log10(np.maximum((over[end] - over[begin]) / (end - begin) - 1, 1e-3)),
        **{key: grid.seconds(value) for key, value in times.items()},
    )


def _handed(
    every: Bursts, work: FloatArray, grid: Grid, core: Span, rest: Rest | None, end_s: float
) -> tuple[Bursts, Open | None]:
    """Return the bursts that begin in the core and end in sight, with one that was open; and one that stays open."""
    mine = (every.onset_s >= core.start_s) & (every.onset_s < core.end_s)
    # Where the margin is short the recording ends, and so does what goes on.
    sight = end_s - SETTLED_S if end_s >= core.end_s + MARGIN_S - 1.5 / grid.rate_hz else np.inf
    given: list[Bursts] = []
    before = rest.open if rest is not None else None
    still: Open | None = None
    if before is not None:
        # What is going on where the stretch before lost sight of it is the rest of that burst.
        over = np.flatnonzero((every.onset_s <= before.seen_until_s) & (every.offset_s >= before.seen_until_s - 0.1))
        if len(over):
            end = int(over[-1])
            mine[end] = False
            if every.offset_s[end] > sight:
                still = _onward(before, work, grid, core.end_s, sight)
            else:
                given.append(_closed(before, every.where(over[-1:]), work, grid))
        else:
            given.append(_closed(before, None, work, grid))
    goes_on = np.flatnonzero(mine & (every.offset_s > sight))
    if len(goes_on):
        one = every.where(goes_on[-1:])
        mine[goes_on] = False
        noise = float(one.rms_uv[0] ** 2 / (1 + 10 ** (one.snr_db[0] / 10)))
        begun = Open(
            float(one.onset_s[0]), float(one.onset_low_s[0]), float(one.onset_high_s[0]), sight,
            float(one.onset_s[0]), 0.0, 0, 0.0, noise, int(one.doubt[0]), int(one.channel[0]),
        )  # fmt: skip
        still = _onward(begun, work, grid, core.end_s, sight)
    return Bursts.joined([*given, every.where(mine)]), still


def _counted(before: Open, work: FloatArray, grid: Grid, until_s: float) -> tuple[float, int, float]:
    """Return the sums of an open burst up to a moment."""
    low, high = (max(round(t * grid.rate_hz) - grid.first, 0) for t in (before.counted_until_s, until_s))
    part = work[low:high]
    largest = float(np.abs(part).max()) if len(part) else 0.0
    return before.squares + float(np.dot(part, part)), before.count + len(part), max(before.peak_uv, largest)


def _onward(before: Open, work: FloatArray, grid: Grid, until_s: float, sight: float) -> Open:
    """Carry an open burst through the core."""
    until = max(until_s, before.counted_until_s)
    squares, count, peak = _counted(before, work, grid, until)
    return replace(before, seen_until_s=sight, counted_until_s=until, squares=squares, count=count, peak_uv=peak)


def _closed(before: Open, end: Bursts | None, work: FloatArray, grid: Grid) -> Bursts:
    """Return an open burst that has ended: as the one found here does, or where it was last seen."""
    seen = before.seen_until_s
    offset, low, high = (
        (seen, seen, seen)
        if end is None
        else (float(end.offset_s[0]), float(end.offset_low_s[0]), float(end.offset_high_s[0]))
    )
    squares, count, peak = _counted(before, work, grid, offset)
    mean = squares / max(count, 1)
    return Bursts.of_columns(
        1,
        channel=[before.channel],
        onset_s=[before.onset_s],
        onset_low_s=[before.onset_low_s],
        onset_high_s=[before.onset_high_s],
        offset_s=[offset],
        offset_low_s=[low],
        offset_high_s=[high],
        rms_uv=[np.sqrt(mean)],
        peak_uv=[peak],
        snr_db=[10 * np.log10(max(mean / max(before.noise, 1e-12) - 1, 1e-3))],
        doubt=[before.doubt | (int(end.doubt[0]) if end is not None else 0)],
    )
