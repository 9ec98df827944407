"""Sweeps for the tests: simulated ones with their truth, and files of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facialis import commands
from facialis.emg.evoked import Stimulated, Sweeps
from facialis.emg.simulate.sweeps import sweeps
from facialis.emg.simulate.tables import write_csv

Run = Callable[..., tuple[int, str, str]]


def blocks(made: Any) -> list[Sweeps]:
    """Return simulated sweeps as they would be read."""
    stimulated = Stimulated.of(made.stimulated)
    return [
        Sweeps(one.name, one.muscle, one.side, stimulated, made.time_ms, made.signals[place].astype(np.float64))
        for place, one in enumerate(made.channels)
    ]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `facialis evoked`; return exit code, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["evoked", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="session")
def spread() -> Any:
    """Left zygomatic branch stimulated, lateral spread in orbicularis oris and mentalis."""
    return sweeps("lateral_spread", 1001, n=12, rate_hz=10_000.0, lsr_uv=40.0, volume=1.0, f_wave=1.0, late=0.0)


@pytest.fixture(scope="session")
def spread_file(spread: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as CSV."""
    return write_csv(tmp_path_factory.mktemp("evoked") / "spread.csv", spread)


@pytest.fixture(scope="session")
def reflex_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blink reflex to stimuli on the left and on the right of a person with spasms of the left side."""
    folder = tmp_path_factory.mktemp("evoked")
    parts = []
    for side in ("left", "right"):
        made = sweeps("blink", 1002, n=8, rate_hz=5_000.0, stimulated=f"supraorbital_{side}", r2_ms=30.0)
        parts.append(write_csv(folder / f"{side}.csv", made).read_text())
    whole = folder / "blink.csv"
    whole.write_text("".join(parts))
    return whole
