"""Find bursts with NeuroKit2 and BioSPPy and print them as JSON; imports nothing of Facialis.

Runs in the peers' environment, as a program of its own::

    .venv-peers/bin/python benchmarks/peers/run_emg.py RATE_HZ SAMPLES.npy...
    .venv-peers/bin/python benchmarks/peers/run_emg.py --hdf5 FILE.mat OUT.npy
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np

REST_S = 0.5
"""BioSPPy wants rest: the simulator leaves this much at the start."""

Edges = tuple[np.ndarray, np.ndarray]


def neurokit(method: str, samples: np.ndarray, rate: int) -> Edges:
    """Clean, take the amplitude, find the activations."""
    import neurokit2 as nk

    clean = nk.emg_clean(samples, sampling_rate=rate)
    asked = {"emg_cleaned": clean} if method == "biosppy" else {"emg_amplitude": nk.emg_amplitude(clean)}
    active = nk.emg_activation(sampling_rate=rate, method=method, **asked)[0]["EMG_Activity"].to_numpy()
    return _runs(active)


def _runs(active: np.ndarray) -> Edges:
    """Return first sample of each run, and the first one after it."""
    steps = np.diff(np.concatenate([[0], active.astype(int), [0]]))
    return np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)


def _banded(samples: np.ndarray, rate: int) -> np.ndarray:
    from biosppy.signals import tools

    return tools.filter_signal(
        samples, ftype="butter", band="bandpass", order=4, frequency=[20, min(450, 0.45 * rate)], sampling_rate=rate
    )["signal"]


def hodges_bui(samples: np.ndarray, rate: int, threshold: float = 0.75, size_s: float = 0.05) -> Edges:
    """Hodges and Bui 1996, from BioSPPy's test function.

    Its ``onsets`` are every crossing in one list, and where the function dips for one sample both crossings are one
    entry: taken in pairs they are out of step from there on, so that bursts would be pauses.
    """
    from biosppy.signals import emg

    clean, size = _banded(samples, rate), round(size_s * rate)
    quiet = np.abs(clean[: int(REST_S * rate)])
    tested = emg.hodges_bui_onset_detector(
        signal=clean,
        rest={"mean": np.mean(quiet), "std_dev": np.std(quiet)},
        sampling_rate=float(rate),
        size=size,
        threshold=threshold,
    )["processed"]
    onsets, offsets = _runs(tested >= threshold)
    return onsets + size // 2, offsets + size // 2


def bonato(samples: np.ndarray, rate: int, threshold: float = 4.0, held_s: float = 0.02) -> Edges:
    """Bonato 1998 as BioSPPy does it: on and off in turn; it counts pairs of samples."""
    from biosppy.signals import emg

    clean = _banded(samples, rate)
    quiet = clean[: int(REST_S * rate)]
    found = emg.bonato_onset_detector(
        signal=clean,
        rest={"mean": 0.0, "std_dev": np.std(quiet), "var": np.var(quiet)},
        sampling_rate=float(rate),
        threshold=threshold,
        active_state_duration=round(held_s * rate / 2),
        samples_above_fail=2,
        fail_size=round(0.005 * rate / 2),
    )["onsets"]
    return np.asarray(found[::2]), np.asarray(found[1::2])


def silva(samples: np.ndarray, rate: int, times: float = 1.5, size_s: float = 0.05, long_s: float = 0.5) -> Edges:
    """Silva 2012 as BioSPPy does it, with a fixed threshold of some times the mean of rest: on and off in turn."""
    from biosppy.signals import emg

    clean = _banded(samples, rate)
    found = emg.silva_onset_detector(
        signal=clean,
        sampling_rate=float(rate),
        size=round(size_s * rate),
        threshold_size=round(long_s * rate),
        threshold=times * np.mean(np.abs(clean[: int(REST_S * rate)])),
    )["onsets"]
    return np.asarray(found[::2]), np.asarray(found[1::2])


def find_onsets(samples: np.ndarray, rate: int) -> Edges:
    """BioSPPy's ``emg``: high-pass at 100 Hz, then ``find_onsets`` with its own smoother and threshold.

    The crossings are taken from the smoothed signal, for the reason told at `hodges_bui`.
    """
    from biosppy.signals import tools

    high = tools.filter_signal(
        samples, ftype="butter", band="highpass", order=4, frequency=100, sampling_rate=float(rate)
    )["signal"]
    smooth = tools.smoother(signal=np.abs(high), kernel="boxzen", size=int(0.05 * rate), mirror=True)["signal"]
    return _runs(smooth > 1.2 * np.mean(smooth) + 2.0 * np.std(smooth, ddof=1))


DETECTORS: dict[str, Callable[[np.ndarray, int], Edges]] = {
    "NeuroKit2 threshold": partial(neurokit, "threshold"),
    "NeuroKit2 mixture": partial(neurokit, "mixture"),
    "NeuroKit2 biosppy": partial(neurokit, "biosppy"),
    "BioSPPy find_onsets": find_onsets,
    "BioSPPy Hodges-Bui": hodges_bui,
    "BioSPPy Bonato": bonato,
    "BioSPPy Silva": silva,
}
"""Settings of the last three: the best of 18, 18 and 12 by mean F1 over 20, 10, 6 and 3 dB on seeds 71 and 72."""


def main() -> None:
    """Run every detector on every file."""
    warnings.simplefilter("ignore")
    if sys.argv[1] == "--hdf5":
        import h5py

        with h5py.File(sys.argv[2]) as file:
            np.save(sys.argv[3], file["data"][:].astype(np.float32))
        return
    rate = int(float(sys.argv[1]))
    rng = np.random.default_rng(0)
    for detect in DETECTORS.values():
        try:
            detect(rng.standard_normal(5 * rate), rate)
        except Exception as error:
            print(f"{detect}: {error}", file=sys.stderr)
    records = []
    for path in sys.argv[2:]:
        samples, found = np.load(path).astype(np.float64), {}
        for name, detect in DETECTORS.items():
            used = time.process_time()
            try:
                onsets, offsets = detect(samples, rate)
            except Exception as error:
                found[name] = {"error": str(error)[:200], "bursts": []}
                continue
            count = min(len(onsets), len(offsets))
            bursts = [[float(a) / rate, float(b) / rate] for a, b in zip(onsets[:count], offsets[:count], strict=True)]
            found[name] = {"bursts": bursts, "processor_s": time.process_time() - used}
        records.append(found)
    print(json.dumps(records))


if __name__ == "__main__":
    main()
