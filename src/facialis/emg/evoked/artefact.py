"""The stimulus artefact, modelled out before anything is filtered: what is left is noise and responses.

The electrodes and the amplifier let the stimulus decay as a sum of exponentials (Liu 2014; sweeps of facial muscles
show an overshoot of about 10 ms as well, which exponentials of both signs make). It is fitted once, robustly, on the
average to learn where it fails (there a response stands) and then on each sweep with those weights: linear, so that no
response is moved or smeared in time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facialis.emg.evoked.sweeps import Bools, Floats, Sweeps

BLANK_MS = 1.5
"""Nothing is looked at before: the pulse itself and the amplifier's edge."""

# Time constants of the tail (notes D5: 0.3-1 ms and 3-8 ms), those between them, and a slower one for the electrodes.
_TAILS_MS = (0.7, 1.4, 2.8, 5.6, 11.0, 25.0)
# The direct response of a stimulated muscle: the model must not bend to it.
_DIRECT_MS = (2.0, 14.0)
_ROUNDS = 12
# Tukey's bisquare at its usual 95 % efficiency.
_BISQUARE = 4.685
# So many equal samples at the very end of the range are a stuck amplifier, not a peak.
_STUCK_SAMPLES = 3
_RECOVERY_MS = 0.5
_MAINS_HZ = (50.0, 60.0)
# Three turns of the mains: fewer cannot be told from a slow response.
_MAINS_NEEDS_MS = 50.0
# A sweep this much louder than the middle one before its stimulus holds a spasm, a blink or a movement.
_LOUD = 3.0
_QUIET_NEEDS_MS = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """Sweeps without the stimulus artefact.

    Attributes
    ----------
    block : Sweeps
        As they were read.
    uv : float64, shape (k, n)
        Kept sweeps less their artefact and level; 0 up to `from_ms`.
    kept : bool, shape (sweeps of the block,)
        Those that are in `uv`.
    quiet : bool, shape (n,)
        Where neither artefact nor response is expected.
    from_ms : float
        Before it nothing can be seen.
    noise_uv : float64, shape (k,)
        Root mean square where it is quiet, in the band as recorded.
    artefact_uv : float
        Largest of the artefact, the middle sweep.
    saturated : int
        Sweeps in which the amplifier was driven to its end.
    alternates : bool
        Whether the stimulus changed its polarity from sweep to sweep.
    notes : tuple of str
        What must be said of them.
    misfit_uv : float64, shape (n,)
        How large what is left of another muscle's response may be; 0 where none was taken out.
    lefts_uv : float64, shape (v, n)
        What other models of it, as good as the one that was taken out, would leave more; none where none was.
    """

    block: Sweeps
    uv: Floats
    kept: Bools
    quiet: Bools
    from_ms: float
    noise_uv: Floats
    artefact_uv: float
    saturated: int
    alternates: bool
    notes: tuple[str, ...]
    misfit_uv: Floats
    lefts_uv: Floats

    def __len__(self) -> int:
        return len(self.uv)

    @property
    def time_ms(self) -> Floats:
        """When each sample was taken, from the stimulus."""
        return self.block.time_ms

    @property
    def rms_uv(self) -> float:
        """Noise of the middle sweep."""
        return float(np.median(self.noise_uv))

    @property
    def average(self) -> Floats:
        """The mean of the kept sweeps."""
        return np.asarray(self.uv.mean(axis=0))


def without(block: Sweeps, late_from_ms: float) -> Clean:
    """Take the artefact out of sweeps.

    Parameters
    ----------
    block : Sweeps
    late_from_ms : float
        From here on no response is expected any more.
    """
    time = block.time_ms
    quiet = _quiet(time, late_from_ms)
    uv = block.uv - np.median(block.uv[:, quiet], axis=1, keepdims=True)
    from_ms, saturated = _from(block, time)
    early = (time >= 0) & (time <= BLANK_MS)
    peaks = _signed_peak(uv[:, early]) if early.any() else np.zeros(len(uv))
    cleaned = _modelled(uv, time, quiet, from_ms, block.direct)
    alternates = _alternates(peaks)
    if alternates:
        cleaned -= _with_polarity(cleaned, peaks) * (time >= 0)
    cleaned[:, (time >= -0.1) & (time < from_ms)] = 0.0
    noise = np.asarray(np.sqrt(np.mean(cleaned[:, quiet] ** 2, axis=1)))
    kept = noise <= _LOUD * max(float(np.median(noise)), 1e-9)
    notes = _notes(block, kept, saturated, from_ms)
    size = float(np.median(abs(peaks)))
    return Clean(
        block, cleaned[kept], kept, quiet, from_ms, noise[kept], size, saturated, alternates, notes,
        np.zeros(len(time)), np.empty((0, len(time))),
    )  # fmt: skip


def _quiet(time: Floats, late_from_ms: float) -> Bools:
    """Return where it is quiet: before the stimulus, and late; where there is neither, the last third."""
    before = time < -0.5
    late = time > late_from_ms
    step = time[1] - time[0]
    enough = _QUIET_NEEDS_MS / step
    quiet = (before if before.sum() >= enough else False) | (late if late.sum() >= enough else np.zeros_like(late))
    return quiet if quiet.sum() >= enough else time > time[-1] - (time[-1] - BLANK_MS) / 3


def _from(block: Sweeps, time: Floats) -> tuple[float, int]:
    """Return from when on the sweeps can be seen, and how many of them the amplifier was stuck in."""
    uv = block.uv
    high = uv.max(axis=1, keepdims=True) if block.high_uv is None else block.high_uv
    low = uv.min(axis=1, keepdims=True) if block.low_uv is None else block.low_uv
    step = time[1] - time[0]
    ends = []
    for stuck in (uv >= high, uv <= low):
        long = stuck & (time > -0.1)
        for shift in range(1, _STUCK_SAMPLES):
            long[:, shift:] &= stuck[:, :-shift]
        # The last sample of such a run; sweeps without one have none.
        last = np.where(long.any(axis=1), time[len(time) - 1 - np.argmax(long[:, ::-1], axis=1)], -np.inf)
        ends.append(last)
    last = np.maximum(*ends)
    # A resting signal of few steps is flat as well: only what is stuck far from the rest counts.
    loud = abs(uv - np.median(uv, axis=1, keepdims=True)).max(axis=1) > 100.0
    stuck_sweeps = np.isfinite(last) & loud
    if not stuck_sweeps.any():
        return BLANK_MS, 0
    latest = float(np.quantile(np.where(stuck_sweeps, last, 0.0), 0.9))
    return max(BLANK_MS, latest + step + _RECOVERY_MS) if latest > 0 else BLANK_MS, int(stuck_sweeps.sum())


def _signed_peak(early: Floats) -> Floats:
    place = np.argmax(abs(early), axis=1)
    return np.asarray(early[np.arange(len(early)), place])


def _alternates(peaks: Floats) -> bool:
    """Whether artefacts of about the same size have both signs, in turn or in any order."""
    if len(peaks) < 4:
        return False
    share = float(np.mean(peaks > 0))
    return bool(0.3 <= share <= 0.7 and np.median(abs(peaks)) > 0)


def _with_polarity(uv: Floats, peaks: Floats) -> Floats:
    """Return what follows the artefact's sign and size from sweep to sweep: no response does."""
    size = peaks / np.median(abs(peaks))
    sides = np.column_stack([np.ones_like(size), size])
    fit, *_ = np.linalg.lstsq(sides, uv, rcond=None)
    return np.asarray(np.outer(size, fit[1]))


def _modelled(uv: Floats, time: Floats, quiet: Bools, from_ms: float, direct: bool) -> Floats:
    """Return the sweeps less level, mains and the tail of the artefact."""
    after = time >= from_ms
    seen = after | (time < -0.5)
    basis = _basis(uv, time, quiet, from_ms)
    average = uv.mean(axis=0)
    noise = float(np.median(np.sqrt(np.mean(uv[:, quiet] ** 2, axis=1)))) / np.sqrt(len(uv))
    weight = seen.astype(float)
    if direct:
        weight[(time >= _DIRECT_MS[0]) & (time <= _DIRECT_MS[1])] = 0.0
    weight = _robust(average, basis, weight, noise)
    fit = uv @ _solver(basis, weight).T
    if direct:
        # Under a direct response of millivolts a single sweep's tail is not to be had: it gets that of the average.
        tails = slice(2, 2 + len(_TAILS_MS))
        fit[:, tails] = fit[:, tails].mean(axis=0)
    return np.asarray(uv - fit @ basis.T)


def _robust(average: Floats, basis: Floats, start: Floats, noise: float) -> Floats:
    """Return weights under which the model fits all but responses."""
    weight = start.copy()
    used = start > 0
    for _ in range(_ROUNDS):
        rest = average - basis @ (_solver(basis, weight) @ average)
        scale = max(float(np.median(abs(rest[used]))) / 0.6745, noise, 1e-9)
        ratio = np.clip(rest / (_BISQUARE * scale), -1, 1)
        weight = start * np.maximum((1 - ratio**2) ** 2, 1e-3)
    return weight


def _solver(basis: Floats, weight: Floats) -> Floats:
    """Return the matrix (m, n) that gives the coefficients of the weighted fit."""
    weighted = basis * weight[:, None]
    square = basis.T @ weighted
    square[np.diag_indices_from(square)] += 1e-9 * max(float(np.trace(square)), 1e-12)
    return np.asarray(np.linalg.solve(square, weighted.T))


def _basis(uv: Floats, time: Floats, quiet: Bools, from_ms: float) -> Floats:
    """Return level, slope, tails and the mains, each of size about 1; shape (n, m)."""
    since = np.clip(time - from_ms, 0.0, None)
    after = time >= from_ms
    columns = [np.ones_like(time), (time - time[0]) / (time[-1] - time[0]) - 0.5]
    columns += [np.where(after, np.exp(-since / tail), 0.0) for tail in _TAILS_MS]
    if quiet.sum() * (time[1] - time[0]) >= _MAINS_NEEDS_MS:
        hertz = max(_MAINS_HZ, key=lambda hertz: _power(uv, time, quiet, hertz))
        phase = 2 * np.pi * hertz * time / 1000.0
        columns += [np.sin(phase), np.cos(phase)]
    return np.column_stack(columns)


def _power(uv: Floats, time: Floats, quiet: Bools, hertz: float) -> float:
    wave = np.exp(-2j * np.pi * hertz * time[quiet] / 1000.0)
    return float(np.mean(abs(uv[:, quiet] @ wave) ** 2))


def _notes(block: Sweeps, kept: Bools, saturated: int, from_ms: float) -> tuple[str, ...]:
    notes = [f"{text} (left out)" for text in block.left_out]
    if saturated:
        notes.append(
            f"the amplifier was driven to its end in {saturated} of {len(block)} sweeps: "
            f"not assessable until {from_ms:.1f} ms"
        )
    if not kept.all():
        notes.append(f"{int((~kept).sum())} sweeps were restless before the stimulus or long after it and left out")
    return tuple(notes)
