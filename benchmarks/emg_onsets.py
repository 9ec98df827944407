"""The public onset benchmark (Yuvaraj 2024, F1000Research 12:429): 50 simulated contractions, noise added.

A trial of 13 s at 1 kHz is rest for 8 s and active for 5 s. Noise is white, Gaussian or Laplacian; the ratio is
10 log10 of the mean square of the active signal over that of the noise. A trial is right where at most 20 % of the
samples of rest are called active, at most 20 % of the active ones are called rest, and the activity begins at most 50
ms from 8 s.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import bands, kept
from benchmarks.emg_bursts import CHANNEL, RUN
from benchmarks.speed import PEER
from facialis.emg.bursts.chunk import examine_chunk
from facialis.emg.recording import Span

FILE = "emg/emg_detectors/TestDataRawEMGforce300.mat"
RATE_HZ = 1000.0
ONSET_S = 8.0
SNRS = (0, -3)
NOISES = ("gaussian", "laplacian")
WRONG_MOST = 0.2
LATE_MOST_S = 0.05
REPEATS = 4
LOUD_UV = 5.0
"""The file names no unit: the noise is given this size, which is an amplifier's."""


def run(*, quick: bool = False) -> dict[str, Any]:
    """Score every trial at each ratio, with several draws of noise."""
    folder = kept.shared_data()
    if folder is None or not (folder / FILE).is_file() or not PEER.is_file():
        kept.say("onsets left out: the public trials or the peers' environment (which reads HDF5) are not here")
        return {"trials": 0}
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "trials.npy"
        subprocess.run([PEER, RUN, "--hdf5", folder / FILE, path], check=True)
        trials = np.load(path).T
    result: dict[str, Any] = {"trials": len(trials), "draws": 1 if quick else REPEATS}
    for snr in SNRS:
        for noise in NOISES:
            rows = [
                _trial(one, snr, noise, 1000 + r, k) for r in range(result["draws"]) for k, one in enumerate(trials)
            ]
            result[f"{snr} dB {noise}"] = _summed(rows)
    return result


def _trial(signal: npt.NDArray[np.float32], snr: int, noise: str, seed: int, trial: int) -> tuple[float, float, float]:
    """Return false positives, false negatives and latency (s) of one trial."""
    rng = np.random.default_rng([seed, trial, snr + 100])
    begin = round(ONSET_S * RATE_HZ)
    size = float(np.sqrt(np.mean(signal[begin:] ** 2))) * 10 ** (-snr / 20)
    drawn = rng.standard_normal(len(signal)) if noise == "gaussian" else rng.laplace(0, np.sqrt(0.5), len(signal))
    samples = ((signal + size * drawn) * (LOUD_UV / size)).astype(np.float32)
    found = examine_chunk(samples, RATE_HZ, 0.0, Span(0.0, len(samples) / RATE_HZ), CHANNEL, None).bursts
    active = np.zeros(len(samples), bool)
    for onset, offset in zip(found.onset_s, found.offset_s, strict=True):
        active[max(round(onset * RATE_HZ), 0) : round(offset * RATE_HZ)] = True
    during = found.offset_s > ONSET_S
    late = float(abs(found.onset_s[during][0] - ONSET_S)) if during.any() else np.inf
    return float(active[:begin].mean()), float((~active[begin:]).mean()), late


def _summed(rows: list[tuple[float, float, float]]) -> dict[str, Any]:
    false, missed, late = np.array(rows).T
    right = (false <= WRONG_MOST) & (missed <= WRONG_MOST) & (late <= LATE_MOST_S)
    return {
        "right": bands.share(int(right.sum()), len(right)),
        "false positives": float(false.mean()),
        "false negatives": float(missed.mean()),
        "latency median ms": float(np.median(late) * 1000) if np.isfinite(np.median(late)) else None,
        "latency within 50 ms": float((late <= LATE_MOST_S).mean()),
    }
