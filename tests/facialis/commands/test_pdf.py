"""``--pdf``: a page on paper, and one line where it cannot be had, before anything is measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from facialis import commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main([*map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def writable() -> None:
    """Skip where no PDF can be written."""
    from facialis.paper import pdf

    try:
        pdf.check()
    except pdf.PdfMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, hopper: Any) -> Path:
    """A second and a half of a portrait whose left mouth corner twitches once."""
    import cv2

    path = tmp_path_factory.mktemp("clips") / "face.mp4"
    height, width = hopper.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    weight = np.exp(-((x - 308) ** 2 + (y - 292) ** 2) / (2 * 22.0**2))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(45):
            pull = 9 * np.exp(-(((number - 22) / 3.0) ** 2))
            sources = ((x - 0.8 * pull * weight).astype(np.float32), (y + 0.6 * pull * weight).astype(np.float32))
            moved = cv2.remap(hopper, *sources, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        output.mux(stream.encode())
    return path


@pytest.fixture
def results(tmp_path: Path, script: Any) -> tuple[Path, Path]:
    """Two invented results, as files."""
    invented = script("tests/facialis/face/page/invented.py")
    paths = []
    for name, seed, spasms in (("before", 1, 12), ("after", 2, 4)):
        result, _ = invented.examination(60, seed=seed, spasms=spasms, name=f"{name}.mp4")
        result["source"]["sha256"] = str(seed) * 64
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(result))
    return paths[0], paths[1]


def test_without_weasyprint_one_line_says_so_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    for words in (("video", "no such clip.mp4"), ("compare", "no such.mp4", "nor this.mp4")):
        code, out, err = run(*words, "--pdf", tmp_path / "page.pdf")
        assert (code, out) == (2, "")
        assert err.startswith("facialis: ")
        assert err.count("\n") == 1
        assert "pip install 'facialis[pdf]'" in err
    assert list(tmp_path.iterdir()) == []


def test_where_the_pdf_cannot_be_written_is_said_before_the_work(run: Run, tmp_path: Path) -> None:
    code, _, err = run("video", "no such clip.mp4", "--pdf", tmp_path / "missing" / "page.pdf")
    assert code == 2
    assert err.startswith("facialis: --pdf ")


def test_a_comparison_can_be_had_on_paper(run: Run, results: tuple[Path, Path], tmp_path: Path, writable: None) -> None:
    pypdf = pytest.importorskip("pypdf")
    code, out, err = run("compare", *results, "--pdf", tmp_path / "page.pdf", "--report", tmp_path / "page")
    assert (code, err) == (0, "")
    assert out.strip()
    told = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "page.pdf").pages)
    assert "comparison of two recordings" in told
    assert "before.mp4" in told
    assert (tmp_path / "page" / "comparison.html").is_file()


def test_an_examination_can_be_had_on_paper(
    run: Run, clip: Path, tmp_path: Path, writable: None, nets: dict[str, Path]
) -> None:
    pypdf = pytest.importorskip("pypdf")
    code, _, err = run("video", clip, "--pdf", tmp_path / "page.pdf")
    assert (code, err) == (0, "")
    document = pypdf.PdfReader(tmp_path / "page.pdf")
    told = "".join(sheet.extract_text() for sheet in document.pages)
    assert "video examination" in told
    assert "not a certified medical device" in " ".join(told.split())
    assert sum(len(sheet.images) for sheet in document.pages) >= 6
