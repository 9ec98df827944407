"""The film for eyes shows at each moment what was measured at that moment."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from facialis_clinic.recordings.apart.copy import copy
from tests.clinic.chart.examined import number_of, numbered


def uneven(rng: np.random.Generator) -> list[float]:
    """Pictures of a phone in dim light: between 24 and 60 a second."""
    return list(np.cumsum(rng.choice([1 / 60, 1 / 30, 1 / 24], 150)))


CASES = {
    "30 a second": [n / 30 for n in range(150)],
    "60 a second": [n / 60 for n in range(240)],
    "begins late": [1.5 + n / 30 for n in range(120)],
    "uneven": uneven(np.random.default_rng(1)),
    "a gap": [n / 30 for n in range(60)] + [4 + n / 30 for n in range(60)],
}


@pytest.mark.parametrize("name", CASES)
def test_the_copy_shows_each_picture_when_it_was_measured(tmp_path: Path, name: str) -> None:
    """A picture of the copy bears the number of the one that was measured then; none is off by a frame."""
    from facialis.face.recording import Recording

    source = numbered(tmp_path / "film.mp4", CASES[name])
    with Recording(source) as film:
        measured_s = {number_of(frame.rgb()): frame.time_s for frame in film}
    copy(source, tmp_path / "copy.mp4", tmp_path / "poster.jpg")

    with av.open(str(tmp_path / "copy.mp4")) as film:
        shown = [(number_of(frame.to_ndarray(format="rgb24")), frame.time) for frame in film.decode(video=0)]
    assert len(shown) >= 100
    assert max(abs(measured_s[number] - at) for number, at in shown) < 0.001
