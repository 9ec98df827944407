"""Two examinations of evoked responses: what has gone, what only cannot be seen."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from facialis import commands, schemas
from facialis.document import DocumentError
from facialis.emg.evoked.compare import CANNOT_TELL, GONE, NEW, NONE, STILL, compare
from facialis.emg.evoked.study import examine
from facialis.emg.page import evoked_comparison
from facialis.emg.simulate.sweeps import sweeps
from facialis.emg.simulate.tables import write_csv
from facialis.findings import Side

MUSCLES = [("orbicularis_oculi", Side.LEFT), ("orbicularis_oris", Side.LEFT)]
Result = dict[str, Any]


def of(folder: Path, name: str, *, seed: int = 1040, kind: str = "lateral_spread", **told: Any) -> Result:
    made = sweeps(kind, seed, n=10, rate_hz=10_000.0, muscles=MUSCLES, **told)
    return examine(write_csv(folder / f"{name}.csv", made), kind.replace("_", "-")).to_json()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    """Left lateral spread, and the same person without."""
    folder = tmp_path_factory.mktemp("evoked")
    return of(folder, "before", present=True), of(folder, "after", present=False, seed=1041)


@pytest.fixture
def before(pair: tuple[Result, Result]) -> Result:
    return copy.deepcopy(pair[0])


@pytest.fixture
def after(pair: tuple[Result, Result]) -> Result:
    return copy.deepcopy(pair[1])


def spread(told: Result) -> Result:
    (found,) = [one for one in told["responses"] if one["name"] == "LSR"]
    return found


def direct(told: Result) -> Result:
    return next(one for one in told["responses"] if one["name"] == "M" and not one["volume_conducted"])


def change(first: Result, second: Result) -> tuple[str, str]:
    told = compare(first, second)
    (one,) = [one for one in told.changes if one.key.name == "LSR"]
    assert told.verdict == one.change
    return one.change, "; ".join(one.because)


def test_a_response_that_is_seen_before_and_not_after_has_gone(before: Result, after: Result) -> None:
    told = compare(before, after)

    jsonschema.validate(told.to_json(), schemas.load("facialis.evoked_compare/1"))
    assert change(before, after)[0] == GONE
    assert told.headline == "Lateral spread response, left: gone."
    assert change(after, before)[0] == NEW


def test_what_is_there_both_times_is_measured_against_itself(before: Result, tmp_path: Path) -> None:
    later = of(tmp_path, "later", present=True)
    later["source"]["sha256"] = "0" * 64
    spread(later)["latency_ms"] = {
        key: value + 0.5 if value is not None else None for key, value in spread(before)["latency_ms"].items()
    }
    told = next(one for one in compare(before, later).changes if one.key.name == "LSR")

    assert told.change == STILL
    assert told.latency_ms is not None
    assert told.latency_ms.value == pytest.approx(0.5)
    assert told.latency_ms.low is not None
    assert told.latency_ms.low < 0.5 < (told.latency_ms.high or 0.0)
    assert told.amplitude is not None
    assert told.amplitude.value == pytest.approx(1.0, abs=1e-6)


def test_what_is_there_neither_time_is_absent_in_both(after: Result) -> None:
    other = copy.deepcopy(after)
    other["source"]["sha256"] = "1" * 64
    assert change(after, other)[0] == NONE


def test_noise_that_would_hide_it_makes_no_response_gone(before: Result, after: Result) -> None:
    spread(after)["detection_limit_uv"] = spread(before)["amplitude_uv"]["low"] + 0.1
    verdict, why = change(before, after)
    assert verdict == CANNOT_TELL
    assert "after only what is above" in why
    spread(after)["detection_limit_uv"] = spread(before)["amplitude_uv"]["low"] - 0.1
    assert change(before, after)[0] == GONE


@pytest.mark.parametrize("without", [{"detection_limit_uv": None}, {}])
def test_what_nobody_says_the_noise_would_hide_has_not_gone(
    before: Result, after: Result, without: dict[str, None]
) -> None:
    """A result of an older version, or a response that is seen in too few sweeps to be called one."""
    del spread(after)["detection_limit_uv"]
    spread(after).update(without, because=["seen in 20 % of 10 sweeps only; at least 50 % are asked for"])
    assert change(before, after) == (CANNOT_TELL, f"after: {spread(after)['because'][0]}")


@pytest.mark.parametrize("how", ["absent", "not_assessable", "not recorded", "conducted"])
def test_without_a_direct_response_no_response_has_gone(before: Result, after: Result, how: str) -> None:
    """Nobody knows then whether the stimulus has reached the nerve."""
    if how == "not recorded":
        after["responses"].remove(direct(after))
    elif how == "conducted":
        direct(after)["volume_conducted"] = True
    else:
        direct(after).update(state=how, latency_ms=None, amplitude_uv=None)
    verdict, why = change(before, after)
    assert verdict == CANNOT_TELL
    assert why == "no response of the stimulated muscle itself is seen after: the stimulus may have been too weak"
    assert change(after, before)[1] == why.replace("seen after", "seen before")


def test_a_weaker_stimulus_makes_no_response_gone(before: Result, after: Result) -> None:
    one = direct(after)
    one["amplitude_uv"] = {key: value / 5 for key, value in direct(before)["amplitude_uv"].items()}
    verdict, why = change(before, after)
    assert verdict == CANNOT_TELL
    assert "0.2 times as large after" in why
    assert "direct motor response of left orbicularis oculi" in why
    assert "electrodes or stimulus differ" in compare(before, after).because[0]
    assert change(after, before) == (CANNOT_TELL, why.replace("after", "before"))


@pytest.mark.parametrize(("days", "expected"), [(60.0, CANNOT_TELL), (400.0, GONE), (None, GONE)])
def test_recent_toxin_makes_no_response_gone(before: Result, after: Result, days: float | None, expected: str) -> None:
    after["source"]["days_since_toxin"] = days
    assert change(before, after)[0] == expected


def test_what_is_not_assessable_once_cannot_be_told(before: Result, after: Result) -> None:
    spread(after).update(state="not_assessable", because=["the noise would hide a response below 90 µV"])
    assert change(before, after) == (CANNOT_TELL, "not assessable after: the noise would hide a response below 90 µV")


def test_one_muscle_that_still_shows_it_is_enough_and_one_that_cannot_be_told_is_too_much(
    before: Result, after: Result
) -> None:
    for told in (before, after):
        other = copy.deepcopy(spread(told)) | {"muscle": "mentalis", "channel": "L mentalis"}
        told["responses"].append(other)
    assert compare(before, after).headline == "Lateral spread response, left: gone in 2 of 2 muscles."
    after["responses"][-1]["state"] = "not_assessable"
    assert compare(before, after).verdict == CANNOT_TELL
    after["responses"][-1] = copy.deepcopy(before["responses"][-1])
    assert compare(before, after).headline == "Lateral spread response, left: still there in 1 of 2 muscles."


def test_spread_of_the_blink_reflex_has_gone_only_where_the_eye_still_answers(tmp_path: Path) -> None:
    first = of(tmp_path, "spreads", kind="blink", affected=Side.LEFT)
    second = of(tmp_path, "healthy", kind="blink", seed=1042, affected=Side.NONE)
    assert compare(first, second).headline == "Spread of the blink reflex, left: gone."
    for one in second["responses"]:
        if one["muscle"] == "orbicularis_oculi" and one["name"] == "R1":
            one.update(state="absent", latency_ms=None, amplitude_uv=None)
    assert compare(first, second).verdict == CANNOT_TELL


def test_only_what_goes_together_is_compared(before: Result, after: Result, tmp_path: Path) -> None:
    assert compare(before, before).because == ("both results are of the same recording",)
    blink = of(tmp_path, "blink", kind="blink")
    assert "the other of blink" in compare(before, blink).headline
    after["quality"]["verdict"] = "refused"
    assert "was refused" in compare(before, after).headline
    with pytest.raises(DocumentError, match="schema"):
        compare(before, {"schema": "facialis.emg/1"})


def test_what_only_one_has_is_named_and_left_out(before: Result, after: Result) -> None:
    after["responses"] = [one for one in after["responses"] if one["name"] != "LSR"]
    told = compare(before, after)
    assert told.verdict == CANNOT_TELL
    assert any("lateral spread response of left orbicularis oris" in gap.name for gap in told.not_compared)


def test_the_page_draws_both_averages_and_says_what_it_does_not_tell(before: Result, after: Result) -> None:
    page = evoked_comparison.compose(compare(before, after).to_json(), before, after, "0")
    assert "<script" not in page
    assert page.count('class="course both"') == page.count('class="course left"') == 1
    assert "foretells spasms only weakly" in page


def test_the_command_compares_two_results_and_no_other(
    pair: tuple[Result, Result], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, told in zip(paths, pair, strict=True):
        path.write_text(json.dumps(told))

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["compare", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    code, out, err = call(*paths, "--report", tmp_path / "page")
    assert (code, err) == (0, "")
    assert out.startswith("Lateral spread response, left: gone.")
    assert "gone" in (tmp_path / "page" / "comparison.html").read_text()
    assert call(paths[0], paths[0])[0] == 3
    (tmp_path / "emg.json").write_text('{"schema": "facialis.emg/1"}')
    code, out, err = call(paths[0], tmp_path / "emg.json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    paths[1].write_text(json.dumps(pair[1] | {"responses": [{"name": "LSR"}]}))
    code, out, err = call(*paths)
    assert (code, out, err.count("\n")) == (2, "", 1)
