"""A reviewer's veto: what it changes, what it keeps, and what is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from facialis import schemas
from facialis.document import DocumentError
from facialis.face import Examination, review
from facialis.findings import Side, State

Write = Callable[..., Path]


@pytest.fixture
def seen(made: ModuleType) -> Examination:
    """Eight spasms of the left side, four blinks, and a grimace of the left side."""
    spasms = [made.spasm(5.0 * t) for t in range(8)]
    grimace = made.spasm(47, kind="expression", form=None, probability=0.7)
    measured: Examination = made.examination([*spasms, *(made.blink(5.0 * t + 2) for t in range(4)), grimace])
    return measured


@pytest.fixture
def write(tmp_path: Path, seen: Examination) -> Write:
    def to_file(*changes: dict[str, Any], **top: Any) -> Path:
        told = {"schema": review.SCHEMA, "recording_sha256": seen.source.sha256, "reviewer": "Dr Ochoa"}
        path = tmp_path / "review.json"
        path.write_text(json.dumps({**told, "changes": list(changes), **top}))
        return path

    return to_file


def change(apex_s: Any, to: str, **others: Any) -> dict[str, Any]:
    return {"kind": "spasm", "side": "left", "apex_s": apex_s, "to": to, "reason": "chewing"} | others


def reviewed(seen: Examination, path: Path) -> Examination:
    return review.apply(seen, review.read(path))


def state(examination: Examination, code: str) -> State:
    return {finding.code: finding.state for finding in examination.findings()}[code]


def test_an_event_that_is_taken_out_is_gone_from_events_rate_and_findings(seen: Examination, write: Write) -> None:
    told = reviewed(seen, write(*(change(5.0 * t + 0.15, "out") for t in range(7))))
    assert len(told.events) == len(seen.events) - 7
    assert told.summary.spasms_per_min is not None
    assert told.summary.spasms_per_min.value == pytest.approx(1)
    assert state(seen, "involuntary_movement") is State.PRESENT
    assert state(told, "involuntary_movement") is State.NOT_ASSESSABLE


def test_an_event_with_another_name_counts_as_that_and_says_who_named_it(seen: Examination, write: Write) -> None:
    told = reviewed(seen, write(change(47.15, "spasm", kind="expression", reason="the same pull as the others")))
    event = next(event for event in told.events if event.onset_s == 47)
    assert (event.kind, event.form) == ("spasm", "clonic")
    assert event.why[0] == "Dr Ochoa calls it spasm: the same pull as the others"
    assert event.why[1] == "measured as expression, probability 0.70"
    assert told.summary.spasms_per_min is not None
    assert told.summary.spasms_per_min.value == pytest.approx(9)


def test_a_long_event_that_is_called_a_spasm_has_no_form(made: ModuleType, write: Write, seen: Examination) -> None:
    long = made.spasm(50, seconds=2.0, kind="expression", form=None)
    told = reviewed(
        replace(seen, events=(*seen.events, long)), write(change(51.0, "spasm", kind="expression", reason="held"))
    )
    assert [event.form for event in told.events if event.onset_s == 50] == [None]
    assert told.summary.tonic_share is not None
    assert told.summary.tonic_share.value == 0


def test_both_versions_stay_visible(seen: Examination, write: Write) -> None:
    told = reviewed(seen, write(change(5.15, "out"), change(10.15, "expression"))).to_json()
    jsonschema.validate(told, schemas.load("facialis.video/1"))
    plain = seen.to_json()
    assert told["review"]["reviewer"] == "Dr Ochoa"
    assert told["review"]["measured"] == {key: plain[key] for key in ("events", "summary", "findings")}
    assert [line["applied"] for line in told["review"]["changes"]] == [True, True]
    assert len(told["events"]) == len(plain["events"]) - 1


def test_removing_the_line_undoes_the_change(seen: Examination, write: Write) -> None:
    told = reviewed(seen, write(change(5.15, "out")))
    assert reviewed(told, write()).to_json()["events"] == seen.to_json()["events"]


def test_an_examination_without_review_has_no_such_key(seen: Examination) -> None:
    assert "review" not in seen.to_json()


def test_the_template_changes_nothing(seen: Examination, tmp_path: Path) -> None:
    text = review.template(seen)
    draft = json.loads(text)
    jsonschema.validate(draft, schemas.load("facialis.review/1"))
    assert len(draft["changes"]) == len(seen.events)
    assert text.decode().count("\n") < len(seen.events) + 10
    (tmp_path / "r.json").write_text(json.dumps(draft | {"reviewer": "Dr Ochoa"}))
    told = reviewed(seen, tmp_path / "r.json")
    assert told.events == seen.events
    assert told.review is not None
    assert told.review.changes == ()


def test_a_template_of_no_events_is_one_too(made: ModuleType) -> None:
    jsonschema.validate(json.loads(review.template(made.examination([]))), schemas.load("facialis.review/1"))


def test_a_change_survives_a_measurement_that_differs_a_little(
    made: ModuleType, seen: Examination, write: Write
) -> None:
    path = write(change(5.15, "out"), change(10.15, "spasm", kind="expression"))
    moved = [replace(e, apex_s=e.apex_s + 0.1, kind="expression") if e.onset_s == 5 else e for e in seen.events]
    again = reviewed(replace(seen, events=tuple(moved)), path)
    assert not [event for event in again.events if event.onset_s == 5]
    # It is called a spasm by now: nothing is left to change, and that is no error.
    assert again.review is not None
    assert [line.applied for line in again.review.changes] == [True, False]


def test_the_apex_of_a_hold_may_wander_on_its_plateau(made: ModuleType, seen: Examination, write: Write) -> None:
    held = made.spasm(50, seconds=4.0, form="tonic")
    later = replace(seen, events=(*seen.events, replace(held, apex_s=50.5)))
    line = change(53.0, "out", onset_s=50.1, offset_s=53.8)
    assert len(reviewed(later, write(line)).events) == len(seen.events)
    with pytest.raises(DocumentError, match="no such event"):
        reviewed(later, write(change(53.0, "out")))
    with pytest.raises(DocumentError, match="no such event"):
        reviewed(later, write(change(53.0, "out", onset_s=52.5, offset_s=53.8)))


def test_of_two_events_at_one_moment_the_one_of_that_name_is_meant(
    made: ModuleType, seen: Examination, write: Write
) -> None:
    shake = made.spasm(2.05, Side.BOTH, kind="head_motion", form=None, regions=())
    path = write(change(2.15, "out", kind="head_motion", side="both"))
    told = reviewed(replace(seen, events=(*seen.events, shake)), path)
    assert not [event for event in told.events if event.kind == "head_motion"]
    assert len(told.events) == len(seen.events)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (change(5.15, "twitch"), r'changes\[0\]\.to is "twitch"; it must be one of out, spasm'),
        (change(5.15, "out", kind="tic"), r'changes\[0\]\.kind is "tic"'),
        (change(5.15, "out", side="none"), r'changes\[0\]\.side is "none"'),
        (change(5.15, "out", reason=" "), r"changes\[0\]\.reason must be a text that is not empty"),
        ({"kind": "spasm", "side": "left", "apex_s": 5.15, "to": "out"}, r"changes\[0\]\.reason is missing"),
        ({"kind": "spasm", "side": "left", "to": "out", "reason": "x"}, r"changes\[0\]\.apex_s is missing"),
        (change(-1, "out"), r"changes\[0\]\.apex_s must be at least 0"),
        (change("5", "out"), r"changes\[0\]\.apex_s must be a number"),
        (change(True, "out"), r"changes\[0\]\.apex_s must be a number"),
        (change(5.15, "out", knid="spasm"), r'"knid" is not known; did you mean "kind"'),
        (change(2.0, "spasm", kind="head_motion", side="both"), r"can only be taken out"),
        ("out", r"changes\[0\] must be an object"),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_place(write: Write, line: Any, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as told:
        review.read(write(line))
    assert "\n" not in str(told.value)
    assert str(told.value).endswith(str(told.value).strip())


@pytest.mark.parametrize(
    ("top", "words"),
    [
        ({"schema": "facialis.video/1"}, r'schema is "facialis.video/1", not "facialis.review/1"'),
        ({"schema": None}, r"schema is null"),
        ({"reviewer": ""}, r"reviewer must be a text that is not empty"),
        ({"changes": {}}, r"changes must be a list"),
        ({"reviwer": "x"}, r'did you mean "reviewer"'),
    ],
)
def test_a_file_that_is_wrong_is_named_with_its_key(write: Write, top: dict[str, Any], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        review.read(write(**top))


@pytest.mark.parametrize("text", ["", "[1]", "{", "nonsense", '{"schema": NaN}', "\x00", "[" * 100_000])
def test_a_file_that_is_no_review_at_all_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(DocumentError, match=r"r\.json: "):
        review.read(tmp_path / "r.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nowhere\.json: No such file"):
        review.read(tmp_path / "nowhere.json")


def test_a_review_of_another_recording_is_refused(seen: Examination, write: Write) -> None:
    with pytest.raises(DocumentError, match="a review of another recording"):
        reviewed(seen, write(recording_sha256="f" * 64))


def test_an_event_that_is_not_there_is_named_with_the_nearest(seen: Examination, write: Write) -> None:
    with pytest.raises(DocumentError, match=r"spasm, left, 5\.45 s: no such event .* nearest is: spasm, left, 5\.15 s"):
        reviewed(seen, write(change(5.45, "out")))
    with pytest.raises(DocumentError, match="one on the other side: was the recording reviewed as mirrored"):
        reviewed(seen, write(change(5.15, "out", side="right")))
    with pytest.raises(DocumentError, match="none on the side right"):
        reviewed(seen, write(change(6.15, "out", side="right")))


def test_two_changes_of_one_event_are_refused(seen: Examination, write: Write) -> None:
    with pytest.raises(DocumentError, match=r"changes\[1\] names the same event as changes\[0\]"):
        review.read(write(change(5.15, "out"), change(5.15, "blink")))
    with pytest.raises(DocumentError, match="are one event"):
        reviewed(seen, write(change(5.15, "out"), change(5.2, "blink")))


def test_a_refused_recording_has_no_event_to_change(made: ModuleType, seen: Examination, write: Write) -> None:
    refused = replace(seen, quality=made.quality(0.0, "refused"), events=())
    with pytest.raises(DocumentError, match="no such event"):
        reviewed(refused, write(change(5.15, "out")))


def test_the_kinds_are_those_of_the_public_result() -> None:
    kinds = schemas.load("facialis.video/1")["$defs"]["event"]["properties"]["kind"]["enum"]
    assert list(review.KINDS) == kinds
    line = schemas.load("facialis.review/1")["properties"]["changes"]["items"]["properties"]
    assert line["kind"]["enum"] == kinds
    assert line["to"]["enum"] == [review.OUT, *kinds]


def test_a_file_has_the_hash_that_its_examination_has(simulated: Any, examination: Examination) -> None:
    assert review.sha256(simulated[0]) == examination.source.sha256
