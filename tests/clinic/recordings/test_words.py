"""What is said to patients can be understood and acted on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from facialis.face import quality
from facialis_clinic.recordings.shown import answer_for_patient
from facialis_clinic.recordings.words import plainly, quality_for_patient


def reasons() -> list[str]:
    """Return every reason that the examination can give, with a number in each gap."""
    found = []
    for node in ast.walk(ast.parse(Path(quality.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if re.match(r"^[a-z0-9][^\n]+: [a-z]|.*in the picture: |.*repeat the one before", text):
            found.append(text)
    return found


def test_the_reasons_are_found_where_they_are_written() -> None:
    assert len(reasons()) >= 14


NUMBERS = ("value", "low", "high")


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_of_the_examination_has_plain_words(reason: str) -> None:
    said = plainly(reason)

    assert said.lower().rstrip(".") != reason.lower().rstrip(".")
    assert not re.search(r"IOD|pixels|frames|orbicularis|zygomaticus", said)


def test_a_reason_that_is_new_is_shown_as_it_is() -> None:
    assert plainly("the moon was full: wait") == "The moon was full: wait."


@pytest.mark.parametrize(
    ("events", "present", "words"),
    [
        (0, False, "No spasm was seen in 60 seconds of your video that moved the skin by more than 2.1 hundredths"),
        (0, False, "not enough to say that there is none"),
        (1, False, "may be a spasm"),
        (5, True, "twitched 5 times on your left side"),
        (5, True, "between 1.6 and 12 a minute"),
    ],
)
def test_the_answer_says_no_more_than_was_found(events: int, present: bool, words: str) -> None:
    result = {
        "quality": {
            "verdict": "good",
            "usable_s": 60.0,
            "mirrored": "no",
            "detection_limit_iod": {"orbicularis_oculi": 0.012, "zygomaticus": 0.021, "platysma": None},
        },
        "events": [{"kind": "spasm"}] * events,
        "findings": [{"code": "involuntary_movement", "state": "present" if present else "not_assessable"}],
        "summary": {
            "affected_side": "left",
            "spasms_per_min": {"value": 5.0, "low": 1.62, "high": 11.7} if present else dict.fromkeys(NUMBERS),
        },
    }

    assert words in " ".join(answer_for_patient(result))


def test_a_refused_film_is_no_news() -> None:
    assert "neither good nor bad news" in answer_for_patient({"quality": {"verdict": "refused"}})[0]


def test_why_comes_before_how_much_was_lost_by_it() -> None:
    reasons = [
        "only 0.0 s could be measured: film a minute, face to the camera, hands away",
        "too dark or too bright: light",
    ]

    said = quality_for_patient({"quality": {"reasons": reasons}})

    assert said[0].startswith("It was too dark")
    assert said[1].startswith("No part of the video")
