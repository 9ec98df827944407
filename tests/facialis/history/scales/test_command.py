"""``facialis scale`` as it is called: what it prints, what it keeps, exit codes and one line for what is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from facialis import commands
from facialis.history.scales import scales

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `facialis scale`, with these lines typed; return exit code, standard output and standard error."""

    def call(*words: str | Path, typed: str | bytes = "") -> tuple[int, str, str]:
        keys = typed if isinstance(typed, bytes) else typed.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(keys), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            commands.main(["scale", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def answered(path: Path, **answers: int | None) -> Path:
    path.write_text(json.dumps({key.lstrip("i"): value for key, value in answers.items()}))
    return path


def test_a_byte_that_is_no_text_is_a_wrong_answer_and_asked_again(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("ask", "phq_2", "--json", tmp_path / "score.json", typed=b"\xff\xfe\n1\n2\n")
    assert code == 0
    assert json.loads((tmp_path / "score.json").read_text())["answers"] == {"1": 1, "2": 2}


def test_list_names_every_scale_and_which_were_made_for_another_disorder(run: Run) -> None:
    code, out, _ = run("list")
    assert code == 0
    assert all(key in out for key in scales())
    assert " ".join(out.split()).count("made for") == 3


@pytest.mark.parametrize("key", list(scales()))
def test_show_says_what_a_scale_is_for_and_where_that_stands(run: Run, key: str) -> None:
    code, out, _ = run("show", key)
    assert code == 0
    for head in (
        "Made for:",
        "Not for:",
        "Range:",
        "Missing items:",
        "Smallest important change:",
        "Licence:",
        "Sources",
    ):
        assert head in out
    assert "0.84" not in out


def test_score_takes_a_file_and_answers_and_prints_the_total(run: Run, tmp_path: Path) -> None:
    file = answered(tmp_path / "a.json", i1=1, i2=1)
    code, out, _ = run("score", "phq-2", file, "--answer", "2=2")
    assert code == 0
    assert "PHQ-2: 3, on a scale of 0 to 6: ask further" in out
    assert "ask next: facialis scale ask phq_9" in out


def test_score_says_first_what_must_be_done_now(run: Run, tmp_path: Path) -> None:
    out_file = tmp_path / "score.json"
    code, out, err = run("score", "phq_9", "--answer", "9=1", "--json", out_file)
    assert code == 0
    assert "NOW (emergency): " in err
    assert "For the patient: " in err
    assert "no score; between 1 and 25" in out
    written = json.loads(out_file.read_text())
    assert [urgent["code"] for urgent in written["urgent"]] == ["self_harm"]


def test_json_on_standard_output_is_nothing_but_json(run: Run) -> None:
    _, out, err = run("score", "phq_9", "--answer", "9=1", "--json", "-")
    assert json.loads(out)["schema"] == "facialis.scale/1"
    assert "NOW (emergency)" in err
    _, out, _ = run("ask", "phq_2", "--json", "-", typed="1\n2\n")
    assert json.loads(out)["score"]["total"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "hsf_7"), 'no scale "hsf_7"; did you mean "hfs_7"?'),
        (("score", "hfs_7"), "there are no answers"),
        (("score", "hfs_7", "--answer", "1"), "--answer is"),
        (("score", "hfs_7", "--answer", "1=7"), "from 0 to 4"),
        (("score", "hfs_7", "--answer", "9=1"), 'item "9" is not known'),
        (("score", "hfs_7", "--answer", "1=1", "--on", "yesterday"), "--on is"),
        (("score", "hfs_7", "gone.json"), "gone.json"),
        (("score", "tunc", "--answer", "brow=1"), "--wording FILE"),
        (("ask", "tunc"), "--wording FILE"),
        (("ask", "hfs_7", "--json", "gone/a.json"), "give a file in a folder that exists"),
        (("chnge", "hfs_7"), "chnge"),
    ],
)
def test_what_is_wrong_with_a_call_is_one_line_and_exit_code_2(run: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be an object"),
        ('{"8": 1}', '"8" is not known'),
        ('{"1": [2]}', "must be a number, a word or null"),
        ('{"1": 9}', "from 0 to 4"),
        ('{"scale": "jrs", "answers": {"1": 1}}', "scale is"),
        ('{"schema": "facialis.video/1", "answers": {"1": 1}}', "schema is"),
        ('{"answered_on": "soon", "answers": {"1": 1}}', "answered_on is"),
        ('{"answers": {"9": 1}}', '"9" is not known'),
    ],
)
def test_a_wrong_file_of_answers_is_one_line_and_nothing_is_written(
    run: Run, tmp_path: Path, text: str, said: str
) -> None:
    file, out_file = tmp_path / "a.json", tmp_path / "out.json"
    file.write_text(text)
    code, _, err = run("score", "hfs_7", file, "--json", out_file)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
    assert not out_file.exists()


def test_ask_goes_through_the_items_says_what_it_refuses_and_lets_one_skip_and_go_back(run: Run) -> None:
    code, out, err = run("ask", "jrs", typed="9\n3\nback\n2\n\n")
    assert code == 0
    assert 'item severity is "9"; it must be a whole number from 0 to 4' in err
    assert "no score; between 2 and 6" in out
    assert "facialis scale score jrs --answer severity=2" in err


def test_ask_takes_words_and_says_what_to_do_the_moment_it_is_needed(run: Run) -> None:
    code, out, err = run("ask", "smc", typed="at least II\nno\nyes\n")
    assert code == 0
    assert "grade IV" in out
    _, _, err = run("ask", "phq_9", typed="\n" * 8 + "2\n")
    assert err.count("NOW (emergency)") == 2


@pytest.mark.parametrize(("typed", "left_with"), [("1\n2\nstop\n", 0), ("1\n2\n", 130)])
def test_stopping_loses_no_answer_and_the_same_file_goes_on(
    run: Run, tmp_path: Path, typed: str, left_with: int
) -> None:
    kept = tmp_path / "kept.json"
    code, _, err = run("ask", "hfs_7", "--json", kept, "--on", "2025-03-01", typed=typed)
    assert code == left_with
    assert f"--from {kept}" in err
    assert json.loads(kept.read_text())["answers"]["2"] == 2
    code, out, err = run("ask", "hfs_7", "--from", kept, "--json", kept, typed="0\n" * 5)
    assert code == 0
    assert "1 of 5" in err
    assert "HFS-7: 3, on a scale of 0 to 28" in out
    assert json.loads(kept.read_text())["answered_on"] == "2025-03-01"


def test_change_reads_what_score_wrote_and_says_its_verdict(run: Run, tmp_path: Path) -> None:
    before, after, told = (tmp_path / name for name in ("before.json", "after.json", "told.json"))
    items = [word for n in range(1, 8) for word in ("--answer", f"{n}=3")]
    run("score", "hfs_7", *items, "--json", before)
    answered(after, **{f"i{n}": 1 for n in range(1, 8)})
    code, out, _ = run("change", "hfs_7", before, after, "--json", told)
    assert code == 0
    assert "HFS-7: better" in out
    assert "21 before, 7 after: 14 points better" in out
    assert json.loads(told.read_text())["verdict"] == "better"


def test_change_says_what_must_be_done_now_of_the_later_answers(run: Run, tmp_path: Path) -> None:
    before = answered(tmp_path / "b.json", **{f"i{n}": 2 for n in range(1, 10)})
    after = answered(tmp_path / "a.json", **{f"i{n}": 1 for n in range(1, 10)})
    _, out, err = run("change", "phq_9", before, after)
    assert "better" in out
    assert "NOW (emergency)" in err


def test_a_practices_wording_is_shown_and_asked(run: Run, tmp_path: Path) -> None:
    form = tmp_path / "form.toml"
    form.write_text('scale = "tunc"\npermission = "own"\ntotal = "sum"\n[items]\nbrow = "The brow"\nlid = "The lid"\n')
    assert "The brow" in run("show", "tunc", "--wording", form)[1]
    code, out, err = run("ask", "tunc", "--wording", form, typed="1\n4\n")
    assert code == 0
    assert "The lid" in err
    assert "Tunc's scale: 5, on a scale of 0 to 8" in out
