"""Two recordings held against each other: better, worse or cannot tell; and when they cannot be compared at all."""

from __future__ import annotations

import copy
import json
from types import ModuleType
from typing import Any

import jsonschema
import pytest

import facialis
from facialis import schemas
from facialis.document import DocumentError
from facialis.face import Examination
from facialis.face.compare import Comparison, compare
from facialis.face.compare.visit import visit
from facialis.findings import Side
from facialis.measures import Measure


def filmed(made: ModuleType, count: int, name: str, side: Side = Side.LEFT, **others: Any) -> Examination:
    """A minute with so many spasms, evenly spread; ``limits`` and other fields of the quality and the source."""
    spasm = {"amplitude_iod": 0.06, "seconds": 0.3} | others.pop("spasm", {})
    limits = others.pop("limits", {})
    usable_s, verdict = others.pop("usable_s", 60.0), others.pop("verdict", "good")
    judged = made.quality(usable_s, verdict, others.pop("mirrored", "no"), **limits)
    spasms = [made.spasm(0.5 + max(usable_s - 2, 1) * t / max(count, 1), side, **spasm) for t in range(count)]
    seen: Examination = made.examination(spasms, judged, name, **others)
    return seen


def measure(told: Comparison, name: str) -> Measure:
    return next(measure for measure in told.measures if measure.name == name)


def task(name: str, start_s: float, **others: Any) -> dict[str, Any]:
    """A task as the public result tells it."""
    told: dict[str, Any] = {
        "name": name, "kind": "smile", "start_s": start_s, "end_s": start_s + 20, "usable_s": 20.0, "repeats": 5,
        "assessable": True, "because": [], "weaker": "none", "synkinesis": [], "spasms": 0, "spasms_per_min": None,
        "excursion_iod": {"left": {"value": 0.1, "low": 0.09, "high": 0.11},
                          "right": {"value": 0.1, "low": 0.09, "high": 0.11}},
        "asymmetry": {"value": 0.0, "low": -0.05, "high": 0.05}, "spasms_after_per_min": None,
    }  # fmt: skip
    return told | others


def guided(examination: Examination, *tasks: dict[str, Any]) -> dict[str, Any]:
    return {**examination.to_json(), "protocol": {"name": "home"}, "tasks": list(tasks)}


def test_far_fewer_spasms_are_better_and_far_more_are_worse(made: ModuleType) -> None:
    many, few = filmed(made, 24, "a.mp4"), filmed(made, 4, "b.mp4")
    better, worse = compare(many, few), compare(few, many)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert better.headline.startswith("Better: 4.0 (")
    rate = measure(better, "spasms_per_min")
    assert rate.change.value == pytest.approx(1 / 6)
    assert rate.before is not None
    assert rate.before.value == pytest.approx(24)


def test_about_as_many_spasms_cannot_be_told_apart(made: ModuleType) -> None:
    told = compare(filmed(made, 12, "a.mp4"), filmed(made, 9, "b.mp4"))
    assert told.verdict == "cannot tell"
    assert told.headline.startswith("Cannot tell: ")


def test_a_change_too_small_to_matter_is_not_called_better(made: ModuleType) -> None:
    # Sure, but small: the interval of 2000 to 1800 excludes one and not the smallest change that matters.
    long = {"usable_s": 3600.0}
    before, after = filmed(made, 2000, "a.mp4", **long), filmed(made, 1800, "b.mp4", **long)
    rate = measure(compare(before, after), "spasms_per_min")
    assert rate.change.high is not None
    assert 0.8 < rate.change.high < 1
    assert rate.verdict == "cannot tell"


def test_a_rate_and_a_time_that_point_apart_cannot_tell(made: ModuleType) -> None:
    short = filmed(made, 24, "a.mp4", spasm={"seconds": 0.1})
    long = filmed(made, 4, "b.mp4", spasm={"seconds": 9.0, "form": "tonic"})
    told = compare(short, long)
    assert measure(told, "spasms_per_min").verdict == "better"
    assert measure(told, "spasm_time_fraction").change.value == pytest.approx(15)
    assert told.verdict == "cannot tell"


def test_none_in_either_cannot_tell_and_says_above_what(made: ModuleType) -> None:
    told = compare(filmed(made, 0, "a.mp4"), filmed(made, 0, "b.mp4"))
    assert told.headline == "Cannot tell: no spasm above 2.0 % IOD in either recording."
    assert measure(told, "spasm_time_fraction").before is None


def test_no_spasm_after_many_is_better_and_many_after_none_worse(made: ModuleType) -> None:
    many, none = filmed(made, 24, "a.mp4"), filmed(made, 0, "b.mp4")
    assert compare(many, none).verdict == "better"
    back = compare(none, many)
    assert back.verdict == "worse"
    assert measure(back, "spasms_per_min").change.value is None
    assert "times as many" not in back.headline


def test_only_spasms_that_both_could_show_are_counted(made: ModuleType) -> None:
    small = filmed(made, 20, "a.mp4", spasm={"amplitude_iod": 0.03})
    blurred = filmed(made, 0, "b.mp4", limits={"zygomaticus": 0.05})
    told = compare(small, blurred)
    assert told.verdict == "cannot tell"
    assert measure(told, "spasms_per_min").before is not None
    assert measure(told, "spasms_per_min").because[1] == "0 in 60 s before, 0 in 60 s after"
    assert any("20 of 20 spasms before left out" in reason for reason in told.because)
    clear = filmed(made, 0, "b.mp4", limits={"mentalis": 0.05})
    assert compare(small, clear).verdict == "better"


def test_a_region_that_one_did_not_see_is_not_compared(made: ModuleType) -> None:
    chin = filmed(made, 20, "a.mp4", spasm={"regions": ("mentalis",)})
    told = compare(chin, filmed(made, 0, "b.mp4", limits={"mentalis": None}))
    assert told.verdict == "cannot tell"
    assert "not seen in both: mentalis" in told.because


def test_the_amplitude_is_that_of_six_spasms_or_more(made: ModuleType) -> None:
    large = filmed(made, 30, "a.mp4", spasm={"amplitude_iod": 0.12})
    told = compare(large, filmed(made, 30, "b.mp4", spasm={"amplitude_iod": 0.05}))
    assert measure(told, "amplitude_iod").verdict == "better"
    assert told.verdict == "cannot tell", "the headline is of rate and time alone"
    few = compare(large, filmed(made, 5, "b.mp4"))
    assert [gap.because for gap in few.not_compared if gap.name == "amplitude_iod"] == [
        "30 spasms before and 5 after; the interval of a median needs 6 in each"
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"verdict": "refused", "usable_s": 0.5}, "b.mp4 was refused"),
        ({"usable_s": 12.0}, "b.mp4 has 12 usable seconds; a comparison needs 20"),
        ({"side": Side.RIGHT}, "on the left before and on the right after"),
        ({"side": Side.RIGHT, "mirrored": "unknown"}, "whether b.mp4 is mirrored"),
        ({"sha256": (b"a.mp4".hex() + 64 * "0")[:64]}, "the same recording"),
        (
            {"limits": dict.fromkeys(schemas.load("facialis.video/1")["$defs"]["region"]["enum"])},
            "no region of the face was seen in both",
        ),
    ],
)
def test_what_cannot_be_compared_says_why(made: ModuleType, change: dict[str, Any], words: str) -> None:
    told = compare(filmed(made, 12, "a.mp4"), filmed(made, 12, "b.mp4", **change))
    assert not told.comparable
    assert (told.verdict, told.measures) == (None, ())
    assert words in told.because[0]
    assert words in told.headline
    jsonschema.validate(told.to_json(), schemas.load("facialis.compare/1"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fps_median": 60.0}, "30 frames a second before, 60 after"),
        ({"verdict": "limited"}, None),
        ({"limits": {"platysma": None}}, "not seen in both: platysma"),
    ],
)
def test_what_may_make_them_differ_is_said(made: ModuleType, change: dict[str, Any], words: str | None) -> None:
    told = compare(filmed(made, 12, "a.mp4"), filmed(made, 12, "b.mp4", **change))
    assert told.comparable
    assert list(told.because) == ([words + ": the slower one blurs short twitches"] if "frames" in str(words) else
                                  [words] if words else [])  # fmt: skip


def test_distance_version_review_and_protocol_are_told(made: ModuleType) -> None:
    before = filmed(made, 12, "a.mp4").to_json()
    after = guided(filmed(made, 12, "b.mp4"))
    after["quality"]["iod_px_median"] = 60.0
    after["quality"] |= {"verdict": "limited", "reasons": ["the face is small"]}
    after["software"]["version"] = "9.9"
    after["review"] = {"reviewer": "Dr Ochoa", "changes": [], "measured": {}}
    told = " | ".join(compare(before, after).because)
    for words in ("the eyes are 120 pixels apart before, 60 after", "9.9 after", "only b.mp4 was reviewed (Dr Ochoa)",
                  "protocol none before, home after", "b.mp4 is limited: the face is small"):  # fmt: skip
        assert words in told


def test_toxin_within_four_months_of_a_visit_is_told(made: ModuleType) -> None:
    before, after = (filmed(made, count, name).to_json() for count, name in ((18, "a.mp4"), (6, "b.mp4")))
    untasked = {"name": "none", "mirrored_by_arrow": "unknown", "because": []}
    before["protocol"] = untasked | {"days_since_toxin": 150}
    after["protocol"] = untasked | {"days_since_toxin": 40}
    told = [reason for reason in compare(before, after).because if "toxin" in reason]
    assert told == ["b.mp4: toxin 40 days before may weaken the face and hide spasms"]
    assert not any("tasks differ" in reason for reason in compare(before, filmed(made, 6, "b.mp4")).because)


def test_a_task_of_both_is_compared_side_by_side(made: ModuleType) -> None:
    strong = {"value": 0.1, "low": 0.095, "high": 0.105}
    weak = {"value": 0.04, "low": 0.035, "high": 0.045}
    before = guided(filmed(made, 12, "a.mp4"), task("smile", 0.0))
    after = guided(
        filmed(made, 12, "b.mp4"),
        task(
            "smile",
            10.0,
            excursion_iod={"left": weak, "right": strong},
            asymmetry={"value": -0.43, "low": -0.5, "high": -0.36},
        ),
    )
    told = compare(before, after)
    assert measure(told, "task:smile:excursion_left").verdict == "worse"
    assert measure(told, "task:smile:excursion_left").change.value == pytest.approx(0.4)
    assert measure(told, "task:smile:excursion_right").verdict == "cannot tell"
    assert measure(told, "task:smile:asymmetry").verdict == "worse"
    assert measure(told, "task:smile:asymmetry").change.value == pytest.approx(0.43)
    back = compare(after, before)
    assert measure(back, "task:smile:excursion_left").verdict == "better"
    assert measure(back, "task:smile:asymmetry").verdict == "better"
    jsonschema.validate(told.to_json(), schemas.load("facialis.compare/1"))


def test_the_rate_of_a_task_counts_what_began_in_it(made: ModuleType) -> None:
    before = guided(
        made.examination([made.spasm(2.0 + t) for t in range(18)], made.quality(), "a.mp4"),
        task("rest", 0.0, kind="rest"),
    )
    after = guided(
        made.examination([made.spasm(40.0 + t) for t in range(18)], made.quality(), "b.mp4"),
        task("rest", 0.0, kind="rest"),
    )
    rate = measure(compare(before, after), "task:rest:spasms_per_min")
    assert rate.because[1] == "18 in 20 s before, 0 in 20 s after"


def test_tasks_that_only_one_has_or_that_were_not_assessable_are_named(made: ModuleType) -> None:
    before = guided(
        filmed(made, 12, "a.mp4"), task("smile", 0.0), task("smile", 20.0), task("snarl", 40.0, kind="snarl")
    )
    unseen = {"assessable": False, "excursion_iod": None, "asymmetry": None}
    after = guided(
        filmed(made, 12, "b.mp4"),
        task("smile", 0.0),
        task("snarl", 20.0, kind="snarl", **unseen),
        task("pucker", 40.0, kind="pucker"),
    )
    gaps = {gap.name: gap.because for gap in compare(before, after).not_compared}
    assert gaps["task:smile (2)"] == "filmed only before"
    assert gaps["task:pucker"] == "filmed only after"
    assert gaps["task:snarl"] == "not assessable in one of the recordings"


def test_the_sides_of_a_task_are_compared_only_where_left_is_left_in_both(made: ModuleType) -> None:
    before = guided(filmed(made, 0, "a.mp4", mirrored="unknown"), task("smile", 0.0))
    after = guided(filmed(made, 0, "b.mp4"), task("smile", 0.0))
    told = compare(before, after)
    assert not [measure for measure in told.measures if "excursion" in measure.name]
    assert "--mirrored" in next(gap.because for gap in told.not_compared if gap.name == "task:smile")
    # The same affected side in both says that left is left.
    known = compare(guided(filmed(made, 12, "a.mp4", mirrored="unknown"), task("smile", 0.0)),
                    guided(filmed(made, 12, "b.mp4"), task("smile", 0.0)))  # fmt: skip
    assert measure(known, "task:smile:excursion_left")


def test_the_amplitude_is_also_told_as_a_share_of_the_voluntary_maximum(made: ModuleType) -> None:
    closer = {"left": {"value": 0.1, "low": 0.09, "high": 0.11}, "right": {"value": 0.2, "low": 0.18, "high": 0.22}}
    before = guided(filmed(made, 12, "a.mp4"), task("smile", 0.0))
    after = guided(filmed(made, 12, "b.mp4"), task("smile", 0.0, excursion_iod=closer))
    scaled = measure(compare(before, after), "amplitude_of_voluntary")
    assert scaled.before is not None
    assert scaled.after is not None
    assert (scaled.before.value, scaled.after.value) == pytest.approx((0.6, 0.3))
    assert scaled.because[1] == "spasms over the voluntary maximum of the unaffected side (smile)"
    without = compare(filmed(made, 12, "a.mp4"), filmed(made, 12, "b.mp4"))
    assert "amplitude_of_voluntary" in {gap.name for gap in without.not_compared}


def test_examinations_and_their_results_compare_alike_and_twice_the_same(made: ModuleType) -> None:
    before, after = filmed(made, 24, "a.mp4"), filmed(made, 9, "b.mp4")
    told = compare(before, after).to_json()
    text = json.dumps(told, allow_nan=False)
    jsonschema.validate(json.loads(text), schemas.load("facialis.compare/1"))
    stored = [json.loads(json.dumps(one.to_json())) for one in (before, after)]
    assert json.dumps(compare(*stored).to_json()) == text
    assert facialis.compare is compare


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("schema", "facialis.truth/1", 'schema is "facialis.truth/1"'),
        ("source", None, "source must be an object"),
        ("source.sha256", 3, "source.sha256 must be a text"),
        ("quality.usable_s", "60", "quality.usable_s must be a number"),
        ("quality.usable_s", -1, "quality.usable_s must be at least 0"),
        ("source.duration_s", 1e308, "source.duration_s must be at most"),
        ("events.0.amplitude_iod", -0.1, r"events[0].amplitude_iod must be at least 0"),
        ("quality.verdict", "fine", 'quality.verdict is "fine"'),
        ("summary.affected_side", "up", 'summary.affected_side is "up"'),
        ("events", {}, "events must be a list"),
        ("events.0.onset_s", float("nan"), r"events[0].onset_s must be a number"),
        ("events.0.offset_s", 0.1, r"events[0].offset_s must not be before onset_s"),
        ("events.0.regions", "zygomaticus", r"events[0].regions must be a list of texts"),
        ("events.0.side", "none", r'events[0].side is "none"'),
        ("tasks", [{"name": "rest"}], r"tasks[0].kind is missing"),
        ("tasks", [task("smile", 0, asymmetry={"value": 2, "low": 3, "high": 4})], "lies outside its interval"),
    ],
)
def test_a_result_that_is_wrong_is_named_with_its_key(made: ModuleType, path: str, value: Any, words: str) -> None:
    result = copy.deepcopy(filmed(made, 3, "a.mp4").to_json())
    *way, last = path.split(".")
    place: Any = result
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    with pytest.raises(DocumentError) as told:
        visit(result, "before.json")
    assert words in str(told.value)
    assert str(told.value).startswith("before.json: ")
