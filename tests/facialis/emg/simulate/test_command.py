"""``facialis simulate-emg``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facialis import commands


def call(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        commands.main(["simulate-emg", *words])
    return int(left.value.code or 0)


@pytest.mark.parametrize("kind", ["myokymia", "lateral_spread"])
@pytest.mark.parametrize("ending", ["edf", "csv"])
def test_a_file_its_montage_and_its_truth_are_written(
    kind: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"a.{ending}"
    assert (
        call(kind, "--out", str(out), "--seconds", "4", "--sweeps", "3", "--every-s", "0.2", "--rate-hz", "4000") == 0
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([out.name, "a.montage.json", "a.truth.json"])
    assert json.loads((tmp_path / "a.truth.json").read_text())["kind"] == kind
    assert "the truth is in a.truth.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense", "--out", "a.edf"),
        ("train", "--out", "a.wav"),
        ("train", "--out", "a.edf", "--confounder", "rain"),
        ("train", "--out", "a.edf", "--side", "both"),
        ("blink", "--out", "a.edf", "--stimulated", "zygomatic_left"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*words) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
