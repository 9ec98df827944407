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
THRESHOLDS = (3.0, 5.0)

Edges = tuple[np.ndarray, np.ndarray]


def neurokit(method: str, samples: np.ndarray, rate: int) -> Edges:
    """Clean, take the amplitude, find the activations."""
    import neurokit2 as nk

    clean = nk.emg_clean(samples, sampling_rate=rate)
    asked = {"emg_cleaned": clean} if method == "biosppy" else {"emg_amplitude": nk.emg_amplitude(clean)}
    active = nk.emg_activation(sampling_rate=rate, method=method, **asked)[0]["EMG_Activity"].to_numpy()
    steps = np.diff(np.concatenate([[0], active, [0]]))
    return np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)


def hodges_bui(threshold: float, samples: np.ndarray, rate: int) -> Edges:
    """Hodges and Bui 1996 as BioSPPy does it, with a window of 20 ms."""
    from biosppy.signals import emg, tools

    clean = tools.filter_signal(
        samples, ftype="butter", band="bandpass", order=4, frequency=[20, min(450, 0.45 * rate)], sampling_rate=rate
    )["signal"]
    rest = {
        "mean": np.mean(np.abs(clean[: int(REST_S * rate)])),
        "std_dev": np.std(np.abs(clean[: int(REST_S * rate)])),
    }
    found = emg.hodges_bui_onset_detector(
        signal=clean, rest=rest, sampling_rate=float(rate), size=round(0.02 * rate), threshold=threshold
    )["onsets"]
    return np.asarray(found[::2]), np.asarray(found[1::2])


def find_onsets(samples: np.ndarray, rate: int) -> Edges:
    """BioSPPy's own, as it comes."""
    from biosppy.signals import emg

    found = emg.find_onsets(signal=samples, sampling_rate=float(rate))["onsets"]
    return np.asarray(found[::2]), np.asarray(found[1::2])


DETECTORS: dict[str, Callable[[np.ndarray, int], Edges]] = {
    "NeuroKit2 threshold": partial(neurokit, "threshold"),
    "NeuroKit2 mixture": partial(neurokit, "mixture"),
    "NeuroKit2 biosppy": partial(neurokit, "biosppy"),
    "BioSPPy find_onsets": find_onsets,
} | {f"BioSPPy Hodges-Bui {threshold:g}": partial(hodges_bui, threshold) for threshold in THRESHOLDS}


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
