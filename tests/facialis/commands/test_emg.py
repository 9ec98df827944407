"""`facialis emg` and two of its results compared: what is printed, what is written, and one line for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from facialis import commands, schemas
from facialis.emg.simulate import simulate, write_edf

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two recordings of somebody invented: many spasms, and none."""
    folder = tmp_path_factory.mktemp("electrodes")
    before = write_edf(folder / "before.edf", simulate("hemifacial_spasm", seed=1003, seconds=60.0, rate_hz=2000.0))
    after = write_edf(folder / "after.edf", simulate("rest", seed=1004, seconds=60.0, rate_hz=2000.0))
    return before, after


@pytest.fixture(scope="session")
def results(recordings: tuple[Path, Path]) -> tuple[Path, Path]:
    """What is found in them."""
    made = []
    for path in recordings:
        out = path.with_suffix(".json")
        with pytest.raises(SystemExit):
            commands.main(["emg", str(path), "--json", str(out)])
        made.append(out)
    return made[0], made[1]


def test_the_answer_is_printed_and_everything_is_written(
    call: Call, recordings: tuple[Path, Path], tmp_path: Path
) -> None:
    words = ("--json", tmp_path / "a.json", "--report", tmp_path / "page", "--bursts", tmp_path / "a.csv")
    code, out, err = call("emg", recordings[0], *words, "--window", "3", "9")

    assert (code, err) == (0, "")
    assert "bursts a minute" in out
    jsonschema.validate(json.loads((tmp_path / "a.json").read_text()), schemas.load("facialis.emg/1"))
    page = (tmp_path / "page" / "report.html").read_text()
    assert page.count("<script>") == 1  # the zoom; the page says all it has to say without
    assert "As asked: 0:03.0" in page
    assert "What fires together" in page
    assert len(page) < 4_000_000


def test_the_result_can_be_piped(call: Call, recordings: tuple[Path, Path]) -> None:
    code, out, err = call("emg", recordings[1], "--json", "-")

    assert (code, err) == (0, "")
    assert json.loads(out)["schema"] == "facialis.emg/1"


def test_fewer_spasms_are_better(call: Call, results: tuple[Path, Path], tmp_path: Path) -> None:
    code, out, err = call("compare", *results, "--json", tmp_path / "c.json", "--report", tmp_path)
    told = json.loads((tmp_path / "c.json").read_text())

    assert (code, err) == (0, "")
    assert out.startswith("Better:")
    jsonschema.validate(told, schemas.load("facialis.emg_compare/1"))
    assert told["verdict"] == "better"
    assert "Better" in (tmp_path / "comparison.html").read_text()


def test_a_recording_is_not_compared_with_itself(call: Call, results: tuple[Path, Path]) -> None:
    code, out, _ = call("compare", results[0], results[0])

    assert code == 3
    assert "same recording" in out


def test_electrodes_are_not_compared_with_a_film(call: Call, results: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "film.json").write_text('{"schema": "facialis.video/1"}')
    code, _, err = call("compare", results[0], tmp_path / "film.json")

    assert code == 2
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [("nowhere.edf",), (".",)])
def test_what_is_no_recording_is_said_in_one_line(call: Call, words: tuple[str, ...]) -> None:
    code, out, err = call("emg", *words)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_what_cannot_be_written_is_said_before_the_work(call: Call, recordings: tuple[Path, Path]) -> None:
    code, _, err = call("emg", recordings[0], "--json", recordings[0])

    assert code == 2
    assert "is the file that is read" in err


def test_a_recording_without_muscles_is_refused_and_the_result_says_why(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "temperature.csv"
    rows = "\n".join(f"{at / 100:.2f},{20 + np.sin(at):.3f}" for at in range(3000))
    path.write_text(f"# unit: uV\n# rate_hz: 100\ntime_s,Temperature\n{rows}\n")
    code, out, err = call("emg", path, "--json", tmp_path / "r.json")

    assert (code, err) == (3, "")
    assert "could not be measured" in out
    assert json.loads((tmp_path / "r.json").read_text())["quality"]["verdict"] == "refused"


def test_a_stretch_outside_the_recording_is_said_before_the_work(call: Call, recordings: tuple[Path, Path]) -> None:
    for ends in (("500", "600"), ("30", "20")):
        code, out, err = call("emg", recordings[0], "--window", *ends)

        assert (code, out) == (2, "")
        assert "within the recording's 60.0 s" in err


def test_a_result_given_for_its_recording_is_said(call: Call, results: tuple[Path, Path]) -> None:
    code, _, err = call("emg", results[0])

    assert code == 2
    assert "give the recording that it was made from" in err


@pytest.mark.slow
def test_the_page_goes_on_paper(call: Call, recordings: tuple[Path, Path], tmp_path: Path) -> None:
    if not _has_pango():
        pytest.skip("Pango is not here")
    code, _, err = call("emg", recordings[0], "--pdf", tmp_path / "a.pdf")

    assert (code, err) == (0, "")
    assert (tmp_path / "a.pdf").read_bytes()[:5] == b"%PDF-"


def _has_pango() -> bool:
    from facialis.paper.pdf import PdfMissing, check

    try:
        check()
    except PdfMissing:
        return False
    return True
