"""``facialis interview`` as it is called, with its answers out of a pipe."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from facialis import commands

Run = Callable[..., tuple[int, str, str]]

WARNINGS = 15
"""Warning signs that everybody is asked who was not operated on."""
CALM = ["n"] * WARNINGS
CALM_STORED = ["no"] * WARNINGS


class Keys(io.StringIO):
    """A keyboard on which Ctrl-C is pressed after the last line."""

    def readline(self, size: int | None = -1) -> str:
        line = super().readline(-1 if size is None else size)
        if not line:
            raise KeyboardInterrupt
        return line


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Call `facialis interview` with lines typed; return exit code, standard output in one line, standard error."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path, typed: list[str] | None = None, keys: type[io.StringIO] = io.StringIO) -> Any:
        monkeypatch.setattr(sys, "stdin", keys("".join(f"{line}\n" for line in typed or [])))
        with pytest.raises(SystemExit) as left:
            commands.main(["interview", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), " ".join(said.out.split()), said.err

    return call


def case(path: str | Path = "case.json") -> dict[str, Any]:
    told = json.loads(Path(path).read_text())
    assert isinstance(told, dict)
    return told


def test_a_whole_interview_out_of_a_pipe_ends_with_what_comes_next(tmp_path: Path) -> None:
    environment = {**os.environ, "TERM": "dumb", "LC_ALL": "C"}
    call = [sys.executable, "-c", "from facialis.commands import main; main(['interview'])"]
    typed = "\n".join([*CALM, "52", "f", "y", "left", "y", "50", *["d"] * 60])
    done = subprocess.run(call, input=typed, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    out = " ".join(done.stdout.split())
    assert "call the emergency number now" in out
    assert "facialis assess case.json says what it may be" in out
    assert "not asked yet" not in out
    assert "--resume" not in out
    told = case(tmp_path / "case.json")
    assert (told["age"], told["age_at_onset"], told["sex"], told["setting"]) == (52, 50, "female", "self_referred")
    assert {finding["state"] for finding in told["findings"]} == {"present", "absent", "not_assessable"}


def test_the_end_of_the_input_saves_and_the_rest_is_asked_when_it_is_resumed(run: Run) -> None:
    code, out, err = run(typed=[*CALM[:4], "q"])
    assert (code, err) == (0, "")
    assert "Recorded in case.json: 4 answered, up to" in out
    assert "facialis interview --resume case.json goes on" in out
    code, out, _ = run("--resume", "case.json", typed=CALM[4:])
    assert "4 answers are there already" in out
    assert "has it become hard to breathe?" in out
    assert "gone weak and dropped" not in out.split("4 answers are there")[1]
    assert list(case()["interview"]["answers"].values()) == CALM_STORED


def test_resumed_after_every_answer_it_comes_to_the_same_case(run: Run, tmp_path: Path) -> None:
    typed = [*CALM, "52", "f", "y", "left", "y", "50"]
    run("--out", "once.json", typed=typed)
    run("--out", "often.json", typed=typed[:1])
    for line in typed[1:]:
        assert run("--resume", "often.json", typed=[line])[0] == 0
    assert case("often.json") == case("once.json")


def test_ctrl_c_leaves_with_130_and_loses_no_answer(run: Run) -> None:
    code, _, err = run(typed=CALM[:3], keys=Keys)
    assert (code, err) == (130, "facialis: stopped\n")
    assert list(case()["interview"]["answers"].values()) == CALM_STORED[:3]


def test_an_emergency_is_said_at_once_and_goes_on_only_on_request(run: Run) -> None:
    code, out, _ = run(typed=["y"])
    assert code == 0
    assert "EMERGENCY: One side of the face dropped suddenly. Call the emergency number now." in out
    assert out.index("EMERGENCY") < out.index("Go on all the same?")
    assert "an arm or a leg" not in out
    code, out, _ = run("--resume", "case.json", typed=["y", "n", "q"])
    assert out.index("EMERGENCY") < out.index("Go on all the same?") < out.index("has an arm or a leg become weak")
    assert list(case()["interview"]["answers"].values()) == ["yes", "no"]


def test_an_emergency_by_mistake_is_taken_back(run: Run) -> None:
    code, out, _ = run(typed=["y", "what", "b", "n", "q"])
    assert code == 0
    assert out.count("suddenly gone weak and dropped") == 2
    assert case()["findings"][0]["state"] == "absent"
    assert "EMERGENCY" not in out.split("an arm or a leg become")[1]


def test_what_must_be_seen_today_is_said_at_once_and_the_questions_go_on(run: Run) -> None:
    _, out, _ = run(typed=[*CALM[:10], "y", "n"])
    assert "TODAY: The eye is red and hurts." in out
    assert "Go on all the same?" not in out
    assert out.index("TODAY") < out.index("suddenly gone deaf")


def test_what_must_be_seen_soon_is_said_at_the_end(run: Run) -> None:
    _, out, _ = run(typed=[*CALM, "52", "f", "y", "l", "y", "50", "n", "n", "y"])
    assert out.index("Recorded in") < out.index("SOON: The skin of the face ripples")


def test_how_long_it_has_lasted_is_asked_in_months_only_where_it_began_lately(run: Run) -> None:
    _, out, _ = run(typed=[*CALM, "30", "f", "y", "l", "y", "30", "y", "2", "q"])
    assert "How many months ago did it begin?" in out
    assert case()["duration_months"] == 2
    Path("case.json").unlink()
    _, out, _ = run(typed=[*CALM, "60", "f", "y", "l", "y", "50", "n", "q"])
    assert "How many months ago" not in out
    assert case()["duration_months"] is None


def test_months_that_do_not_fit_the_ages_are_left_out_and_said(run: Run) -> None:
    _, out, _ = run(typed=[*CALM, "60", "f", "y", "l", "y", "50", "y", "2", "q"])
    assert "You said that it began 2 months ago, which does not fit" in out
    assert case()["duration_months"] is None


def test_help_back_skip_and_dont_know(run: Run) -> None:
    code, out, _ = run(typed=["b", "?", "perhaps", "s", "d", "b", "n", "q"])
    assert code == 0
    assert "This is the first question." in out
    assert "Suddenly means within minutes or hours." in out
    assert "Please type y for yes or n for no. Or ? for help." in out
    assert case()["interview"]["answers"] == {"face_dropped": "skipped", "arm_or_leg": "no"}
    assert "1 answered, 1 skipped" in out


def test_what_does_not_fit_together_is_said_once_in_one_plain_line(run: Run) -> None:
    _, out, _ = run(typed=[*CALM, "52", "f", "y", "left", "y", "60", "b", "50", "n", "y", "n"])
    assert "You said that you are 52 and that it began at age 60." in out
    assert "always the same side, and that both eyes squeeze shut together. Which is right? Type b" in out
    end = out[out.index("Recorded in") :]
    assert "began at age 60" not in end
    assert "Does not fit together: You said that it is always the same side" in end
    assert len(case()["interview"]["contradictions"]) == 1


def test_low_mood_is_met_with_advice_and_thoughts_of_self_harm_with_what_to_do(run: Run, tmp_path: Path) -> None:
    typed = [*CALM, "52", "f", "n", *["n"] * 3, "1", "n"]
    rest = ["d"] * 6
    _, out, _ = run(typed=[*typed, *rest, "4", "2", "y"])
    assert "facialis scale ask phq_9" in out
    assert "EMERGENCY: You have thought of harming yourself." in out


def test_a_file_that_is_there_is_never_overwritten(run: Run) -> None:
    run(typed=["n"])
    before = Path("case.json").read_bytes()
    code, _, err = run(typed=["y"])
    assert (code, Path("case.json").read_bytes()) == (2, before)
    assert err == (
        "facialis: case.json: is there already; go on with --resume case.json, or name another file with --out\n"
    )
    assert run("--resume", "case.json", "--out", "other.json", typed=["n"])[0] == 0
    assert (Path("case.json").read_bytes(), len(case("other.json")["interview"]["answers"])) == (before, 2)


def test_without_an_answer_nothing_is_written(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(typed=[])
    assert code == 0
    assert "Nothing was answered" in out
    assert list(tmp_path.iterdir()) == []


def test_a_practice_asks_its_own_questions_and_says_where_it_is_asked(run: Run, shipped: object) -> None:
    from importlib.resources import files

    text = files("facialis.history").joinpath("questionnaire.toml").read_text()
    Path("ours.toml").write_text(text.replace("How old are you?", "What is your age?"))
    _, out, _ = run("--questionnaire", "ours.toml", "--setting", "specialist", typed=[*CALM, "52"])
    assert "What is your age?" in out
    assert case()["setting"] == "specialist"
    run("--resume", "case.json", typed=["f"])
    assert case()["setting"] == "specialist"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--setting", "specialst"], 'did you mean "specialist"?'),
        (["--resume", "none.json"], "none.json: No such file or directory"),
        (["--out", "no/such/folder/case.json"], "give a file in a folder that exists"),
        (["--questionnaire", "none.toml"], "none.toml: No such file or directory"),
        (["--questionnaire", "bad.toml"], 'bad.toml: itmes is not a key of such a table; did you mean "items"?'),
        (["--resume", "bad.json"], 'bad.json: interview.answers.sid is no question; did you mean "side"?'),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_2(run: Run, shipped: Any, words: list[str], line: str) -> None:
    Path("bad.toml").write_text("[itmes.age]\nkind = 'number'\n")
    told = {"schema": "facialis.interview/1", "questionnaire": shipped.digest, "year": 2026, "answers": {"sid": "left"}}
    Path("bad.json").write_text(json.dumps({"interview": told}))
    code, out, err = run(*words, typed=CALM)
    assert (code, out) == (2, "")
    assert line in err
    assert err.startswith("facialis: ")
    assert err.count("\n") == 1


def test_bytes_that_are_no_text_are_a_wrong_answer(tmp_path: Path) -> None:
    call = [sys.executable, "-c", "from facialis.commands import main; main(['interview'])"]
    done = subprocess.run(call, input=b"\xff\xfe\x00\nn\nq\n", cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert case(tmp_path / "case.json")["interview"]["answers"] == {"face_dropped": "no"}


def test_the_differential_says_which_question_comes_next(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from facialis import diagnosis

    monkeypatch.setattr(diagnosis, "rank_questions", lambda findings, fields, codes: ["family_hfs", "ear_click"])
    _, out, _ = run(typed=[*CALM, *["d"] * 16, "n", "n", "q"])
    asked = out[out.index("Now the rest.") :]
    assert asked.index("blood relative") < asked.index("click or rumble") < asked.index("Where in your face")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_typed_it_ends_without_an_error_and_leaves_a_case_that_can_be_resumed(run: Run, seed: int) -> None:
    chance = Random(seed)
    words = [
        "y",
        "n",
        "d",
        "s",
        "b",
        "?",
        "1",
        "2",
        "3",
        "52",
        "2020",
        "",
        "left",
        "female",
        "x y",
        "no thanks",
        "99999",
    ]
    code, out, err = run(typed=chance.choices(words, k=400))
    assert (code, err) == (0, "")
    assert "Recorded in case.json" in out
    before = case()
    assert run("--resume", "case.json", typed=["q", "q"])[0] == 0
    assert case() == before
