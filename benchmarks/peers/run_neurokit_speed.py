"""Time what NeuroKit2 needs for one channel, and print it as JSON.

Runs in the peers' environment, as a program of its own, and imports nothing of Facialis::

    .venv-peers/bin/python benchmarks/peers/run_neurokit_speed.py SAMPLES.npy RATE_HZ
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import neurokit2 as nk
import numpy as np

METHODS = ("threshold", "mixture", "biosppy")
"""The detectors of ``emg_activation`` that end within minutes; ``pelt`` takes as long for a tenth."""


def main() -> None:
    """Clean, take the amplitude, find the activations: by each detector."""
    warnings.simplefilter("ignore")
    samples, rate = np.load(sys.argv[1]).astype(np.float64), int(float(sys.argv[2]))
    # Once for what is loaded only when it is first used.
    nk.emg_process(samples[: 5 * rate], sampling_rate=rate)
    seconds = {}
    for method in METHODS:
        start, used = time.perf_counter(), time.process_time()
        clean = nk.emg_clean(samples, sampling_rate=rate)
        amplitude = nk.emg_amplitude(clean)
        asked = {"emg_cleaned": clean} if method == "biosppy" else {"emg_amplitude": amplitude}
        nk.emg_activation(sampling_rate=rate, method=method, **asked)
        seconds[method] = {"wall_s": time.perf_counter() - start, "processor_s": time.process_time() - used}
    print(json.dumps({"version": nk.__version__, "seconds": seconds}))


if __name__ == "__main__":
    main()
