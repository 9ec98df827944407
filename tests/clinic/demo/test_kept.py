"""Films and results are found again by what they were made of, and by nothing else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from facialis_clinic.demo import clips, kept
from facialis_clinic.demo.verbs.filmed import told_of


def test_a_film_is_found_by_its_options_in_any_order_and_another_one_is_another_film() -> None:
    assert clips.path_of({"seed": 1, "side": "left"}) == clips.path_of({"side": "left", "seed": 1})
    assert clips.path_of({"seed": 1}) != clips.path_of({"seed": 2})


def test_a_film_of_another_version_of_the_simulator_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clips.path_of({"seed": 1})
    monkeypatch.setattr(clips, "code", lambda *_: "another")

    assert clips.path_of({"seed": 1}) != before


def test_a_result_is_found_by_the_film_what_was_told_with_it_the_code_and_the_nets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"a")
    place = kept.place_of(film, told_of("no"))

    assert kept.place_of(film, told_of("no")) == place
    assert kept.place_of(film, told_of("yes")) != place
    with monkeypatch.context() as patch:
        patch.setattr(kept, "NETS", {"mesh": "another"})
        assert kept.place_of(film, told_of("no")) != place
    with monkeypatch.context() as patch:
        patch.setattr(kept, "code", lambda *_: "another")
        assert kept.place_of(film, told_of("no")) != place
    film.write_bytes(b"b")
    assert kept.place_of(film, told_of("no")) != place


def test_a_film_is_made_by_the_command_and_from_then_on_only_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_DEMO_CACHE", str(tmp_path))
    options = {"seed": 1, "seconds": 2, "size": "320x240", "side": "left", "amplitude": [0.05, 0.1], "flip": True}

    made = clips.make(options)
    at = made.stat().st_mtime_ns

    assert made.stat().st_size > 1000
    assert clips.make(options).stat().st_mtime_ns == at


def test_options_that_the_command_does_not_take_are_told_in_its_own_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACIALIS_DEMO_CACHE", str(tmp_path))

    with pytest.raises(clips.NoFilm, match="side"):
        clips.make({"side": "both"})


def test_without_the_portrait_the_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(clips.NoFilm, match="pip install matplotlib"):
        clips.portrait()
