"""Write recordings and sweeps as CSV (DESIGN section 4)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facialis.emg.simulate.beside import replacing
from facialis.emg.simulate.evoked_truth import Sweeps
from facialis.emg.simulate.truth import Simulated


def write_csv(path: Path, made: Simulated | Sweeps) -> Path:
    """Write a recording (a row a sample; rows of a gap are left out) or sweeps (a block a channel)."""
    with replacing(path) as temporary:
        if isinstance(made, Sweeps):
            _sweeps(temporary, made)
        else:
            _recording(temporary, made)
    return path


def _recording(path: Path, made: Simulated) -> None:
    time_s = np.arange(made.signals.shape[1]) / made.rate_hz
    kept = ~np.isnan(made.signals).all(axis=0)
    rows = np.vstack((time_s[kept], made.signals[:, kept])).T
    head = f"# unit: uV\n# rate_hz: {made.rate_hz:g}\ntime_s,{','.join(one.name for one in made.channels)}"
    np.savetxt(path, rows, ["%.6f"] + ["%.2f"] * len(made.channels), ",", header=head, comments="")


def _sweeps(path: Path, made: Sweeps) -> None:
    count = made.signals.shape[1]
    columns = ",".join(f"sweep_{number}" for number in range(1, count + 1))
    with path.open("w", encoding="utf-8") as file:
        for channel, block in zip(made.channels, made.signals, strict=True):
            file.write(f"# channel: {channel.name}\n# unit: uV\n# stimulated: {made.stimulated}\n")
            file.write(f"# muscle: {channel.muscle}\n# side: {channel.side.value}\n")
            rows = np.vstack((made.time_ms, block)).T
            head = f"time_ms,{columns}"
            np.savetxt(file, rows, ["%.4f"] + ["%.2f"] * count, ",", header=head, comments="")
