"""The protocol of a guided examination as it is read from a file, and what is said of a wrong one."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from facialis.document import DocumentError
from facialis.face.events.channels import CHANNELS
from facialis.face.guided import protocol
from facialis.face.guided.kinds import KINDS
from facialis.findings import Side

REST = '[[task]]\nkind = "rest"\nduration_s = 60\n'
SMILE = '[[task]]\nkind = "smile"\nduration_s = 6\nrepeats = 3\n'


def refusal(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        protocol.parse(text, "mine.toml")
    return str(caught.value)


def test_a_task_follows_the_one_before_it() -> None:
    read = protocol.parse(f'name = "mine"\n{REST}{SMILE}', "mine.toml")
    assert read.name == "mine"
    assert [(task.name, task.start_s, task.end_s) for task in read.tasks] == [("rest", 0, 60), ("smile", 60, 66)]
    assert read.tasks[1].repeats == 3


def test_a_task_may_say_when_it_starts_and_ends() -> None:
    read = protocol.parse(f'{REST}[[task]]\nname = "wide smile"\nkind = "smile"\nstart_s = 70\nend_s = 80', "mine.toml")
    assert read.name == "mine"
    assert (read.tasks[1].name, read.tasks[1].start_s, read.tasks[1].end_s) == ("wide smile", 70, 80)


@pytest.mark.parametrize("offset", [4.5, -4.5])
def test_an_offset_moves_every_task(offset: float) -> None:
    read = protocol.parse(f"offset_s = {offset}\n{REST}{SMILE}", "mine.toml")
    assert [task.start_s for task in read.tasks] == [offset, 60 + offset]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (REST.replace('"rest"', '"smirk"'), 'task 1 kind "smirk" is not known; '),
        (REST.replace('"rest"', '"smlie"'), 'did you mean "smile"?'),
        (SMILE + REST + '[[task]]\nkind = "snarl"\nstart_s = 60\nend_s = 70', 'task 3 "snarl" begins at 60 s, before'),
        ('[[task]]\nkind = "rest"\nstart_s = 9\nend_s = 5', 'task 1 "rest" ends at 5 s, not after its beginning at 9'),
        ('[[task]]\nkind = "rest"\nstart_s = -1\nend_s = 5', "set offset_s"),
        ('[[task]]\nkind = "rest"', "either end_s or duration_s"),
        (REST + "end_s = 60", "either end_s or duration_s"),
        ("[[task]]\nduration_s = 6", "task 1.kind is missing"),
        ('[[task]]\nkind = "rest"\nduration_s = "long"', "task 1.duration_s must be a number"),
        ('[[task]]\nkind = "arrow"\nduration_s = 5', "on which edge of the screen"),
        ('[[task]]\nkind = "arrow"\nduration_s = 5\narrow = "up"', "must be one of left, right"),
        (REST + 'arrow = "left"', "no other does"),
        (SMILE + "times = 3", '"times" is not known'),
        (SMILE.replace("= 3", "= 2.5"), "whole number"),
        ("days_since_toxin = -3\n" + REST, "days_since_toxin must be at least 0"),
        ("task = 3", "has no task"),
        ("task = [3]", "task 1 must be"),
        ('name = "empty"', "has no task"),
        ("[[task", "docs/protocol.md"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_file_and_task(text: str, said: str) -> None:
    line = refusal(text)
    assert line.startswith("mine.toml: ")
    assert said in line
    assert "\n" not in line


def test_a_task_beyond_the_clip_is_refused_and_one_cut_short_is_not() -> None:
    read = protocol.parse(REST + SMILE, "mine.toml")
    read.fit(63.0)
    with pytest.raises(DocumentError, match=r'"smile" from 60 to 66 s lies beyond the clip.*offset_s'):
        read.fit(60.0)
    with pytest.raises(DocumentError, match=r'"rest" from -70 to -10 s lies before the clip.*offset_s'):
        read.later(-70).fit(60.0)


def test_a_file_that_is_not_there_names_the_ones_that_are(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="clinic, home"):
        protocol.load(tmp_path / "none.toml")
    picture = tmp_path / "picture.toml"
    picture.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match="not a text file"):
        protocol.load(picture)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text(REST + SMILE)
    assert protocol.load(path).name == "short"


def test_the_example_of_the_manual_is_read(root: Path) -> None:
    manual = (root / "docs" / "protocol.md").read_text(encoding="utf-8")
    example = manual.split("```toml\n")[1].split("```")[0]
    read = protocol.parse(example, "visit.toml")
    assert [(task.name, task.start_s) for task in read.tasks] == [
        ("arrow", 3.5),
        ("rest, eyes open", 8.5),
        ("smile", 73.5),
    ]
    assert read.days_since_toxin == 90


def test_the_manual_names_every_kind(root: Path) -> None:
    manual = (root / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in manual] == []


def test_the_clinic_examination_is_that_of_the_practice() -> None:
    clinic = protocol.load("clinic")
    seconds: dict[str, float] = {}
    for task in clinic.tasks:
        seconds[task.kind] = seconds.get(task.kind, 0) + task.end_s - task.start_s
    assert seconds["arrow"] == 5
    assert seconds["rest"] == 140
    assert seconds["gaze"] == 10
    assert seconds["closure_forced"] == 5 * (3 + 5)
    assert seconds["clench"] + seconds["open_mouth"] + seconds["tongue"] == 10
    assert (seconds["read"], seconds["distraction"], seconds["suppression"], seconds["own_trick"]) == (30, 20, 30, 10)
    repeats = {task.kind: task.repeats for task in clinic.tasks if task.repeats}
    assert repeats == dict.fromkeys(("closure_gentle", "closure_forced"), 5) | dict.fromkeys(
        ("brow_raise", "snarl", "smile", "pucker", "cheek_puff"), 3
    )
    assert clinic.tasks[-1].end_s < 6 * 60


def test_the_home_examination_is_the_short_one() -> None:
    home = protocol.load("home")
    kinds = [task.kind for task in home.tasks]
    assert kinds == ["arrow", "rest", "closure_gentle", "closure_forced", "smile", "brow_raise", "rest"]
    assert [task.end_s - task.start_s for task in home.tasks if task.kind == "rest"] == [60, 20]
    assert home.tasks[-1].end_s < 3 * 60


def test_what_a_task_asks_for_is_told_to_the_finder_of_spasms() -> None:
    text = "".join(f'[[task]]\nkind = "{kind}"\nduration_s = 5\n' for kind in ("smile", "wink_left", "closure_forced"))
    asked = protocol.parse(REST + text + '[[task]]\nkind = "brow_raise"\nduration_s = 5\n', "mine.toml").asked()
    assert [(a.start_s, a.side, a.lids, a.lower, a.brow) for a in asked] == [
        (60, Side.BOTH, False, True, False),
        (65, Side.LEFT, True, True, False),
        (70, Side.BOTH, True, False, False),
        (75, Side.BOTH, False, False, True),
    ]
    assert all(a.stop_s > a.start_s + 5 for a in asked)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_names_places_that_there_are_and_asks_none_to_move_and_be_still(kind: str) -> None:
    asks = KINDS[kind]
    moving = {name for name, _ in (*asks.moves, *asks.found_by)}
    assert moving | set(asks.still) <= set(CHANNELS)
    assert not moving & set(asks.still)
    assert bool(asks.moves) != bool(asks.unmeasured)


@pytest.mark.parametrize("name", protocol.shipped())
def test_a_protocol_written_as_json_is_read_as_the_same(name: str) -> None:
    one = replace(protocol.load(name), days_since_toxin=12.0).later(-2.5)

    again = protocol.read(json.loads(json.dumps(one.to_json())), "mine")

    assert again == one


def test_what_a_recording_holds_nothing_of_is_left_out() -> None:
    one = protocol.parse(f"{REST}{SMILE}{REST}", "mine.toml").later(-10)

    assert [task.kind for task in one.within(51).tasks] == ["rest", "smile"]
    assert one.within(50).tasks == one.tasks[:1]
    assert [task.kind for task in one.later(-50).within(100).tasks] == ["smile", "rest"]


def test_a_protocol_is_read_without_what_measures() -> None:
    """The site's pages show tasks and load neither OpenCV nor a decoder for it."""
    program = "import sys; from facialis.face.guided import protocol; protocol.load('home'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"cv2", "av", "scipy", "ai_edge_litert"} & set(loaded)
