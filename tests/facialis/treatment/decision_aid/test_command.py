"""``facialis aid``: what it writes, and one line with exit code 2 where the call or a file is wrong."""

import json

import pytest

from facialis import commands

PAIR = ("onabotulinumtoxinA", "microvascular_decompression")


@pytest.fixture
def run(capsys, made):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            commands.main(["aid", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def test_the_result_and_the_page_are_written(run, tmp_path):
    code, said, _ = run(*PAIR, "--on", "2026-12-01", "--json", tmp_path / "aid.json", "--report", tmp_path / "out")
    assert code == 0
    told = json.loads((tmp_path / "aid.json").read_text(encoding="utf-8"))
    assert told["on"] == "2026-12-01"
    assert (tmp_path / "out" / "aid.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "840 of 1,000 (790 to 880) are relieved, looked at: 10 years" in " ".join(said.split())
    assert "at least once in 40" in " ".join(said.split())


def test_a_dash_prints_the_result_and_nothing_else(run):
    code, said, _ = run(*PAIR, "--json", "-")
    assert code == 0
    assert json.loads(said)["schema"] == "facialis.aid/1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("watchful_waiting", "watchful_waiting"), "named twice"),
        (("onabotulinumtoxin", "watchful_waiting"), 'did you mean "onabotulinumtoxinA"?'),
        ((*PAIR, "watchful_waiting", "redo_decompression"), "name two or three"),
        (("carbamazepine", "watchful_waiting"), "carbamazepine: nobody has counted"),
        ((*PAIR, "--years", "50"), "50 years cannot be shown"),
        ((*PAIR, "--on", "yesterday"), "--on yesterday: give a date, as 2026-01-31"),
        ((*PAIR, "--on", "23.11.2026"), "--on 23.11.2026: give a date, as 2026-01-31"),
        ((*PAIR, "--surgeon", "nowhere.toml"), "nowhere.toml"),
        ((*PAIR, "--case", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(run, tmp_path, words, said):
    code, out, error = run(*words, "--report", tmp_path / "out")
    assert code == 2
    assert said in error
    assert error.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "out").exists()


def test_a_surgeons_figures_are_read_from_their_file(run, figures_file):
    code, said, _ = run(*PAIR, "--surgeon", figures_file("relieved = 11\ndied = 0", operations="12"))
    assert code == 0
    said = " ".join(said.split())
    assert "Clinic A (made for a test), of 12 operations, at 1 year: relief 11, death 0; too few to say much" in said


def test_a_case_refuses_what_the_person_must_not_have(run, tmp_path):
    case = tmp_path / "case.toml"
    case.write_text('[circumstances]\nmyasthenia_gravis = "present"\n', encoding="utf-8")
    code, _, error = run(*PAIR, "--case", case)
    assert code == 2
    assert "onabotulinumtoxinA: must not be given here" in error


def test_a_file_that_is_read_is_never_written_over(run, figures_file):
    path = figures_file()
    before = path.read_bytes()
    code, _, error = run(*PAIR, "--surgeon", path, "--json", path)
    assert code == 2
    assert "is the file that is read" in error
    assert path.read_bytes() == before
