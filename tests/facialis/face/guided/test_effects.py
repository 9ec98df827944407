"""What tasks do to the rate of spasms, and the findings that follow, from spasms at known times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

from facialis.face.events import Event
from facialis.face.guided import merged
from facialis.face.guided.effects import EVERY, effects, ratio_of
from facialis.face.guided.excursion import Along
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.signs import task_findings
from facialis.face.guided.tasks import Filmed, Performed
from facialis.findings import Estimate, Finding, Side, State

Make = Any
TASKS = (
    Task("rest", "rest", 0, 120),
    Task("forced closure", "closure_forced", 120, 160, 5),
    Task("smile", "smile", 160, 166, 3),
    Task("count backwards", "distraction", 200, 220),
    Task("hold it back", "suppression", 220, 250),
)


def every(seconds: float, start: float, end: float) -> list[float]:
    return [float(at) for at in np.arange(start + seconds / 2, end, seconds)]


def spasms(*times: float) -> list[Event]:
    return [Event("spasm", Side.LEFT, t, t + 0.1, t + 0.3, 0.06, ("zygomaticus",), "clonic", 0.9) for t in times]


def filmed(face: Make, events: Sequence[Event], **words: Any) -> Filmed:
    signals = face(250).signals()
    return Filmed(Ground(signals), list(events), Protocol("made", TASKS, **words), np.zeros(len(signals.time_s)))


def performed(**changes: dict[str, Any]) -> list[Performed]:
    """Every task performed, both sides alike; ``changes`` by kind."""
    closures = tuple((120.5 + 8 * i, 123.0 + 8 * i) for i in range(5))
    smiles = tuple((160.5 + 2 * i, 161.5 + 2 * i) for i in range(3))
    alike = Estimate(0.0, -0.05, 0.05)
    moved: dict[str, dict[str, Any]] = {
        "closure_forced": {"acts": closures, "asymmetry": alike},
        "smile": {"acts": smiles, "asymmetry": alike},
    }
    return [
        Performed(task, task.end_s - task.start_s, True, (), **(moved.get(task.kind, {}) | changes.get(task.kind, {})))
        for task in TASKS
    ]


def signs(face: Make, times: Sequence[float], toxin: float | None = 400, **changes: Any) -> dict[str, Finding]:
    seen = filmed(face, spasms(*times), days_since_toxin=toxin)
    tasks = performed(**changes)
    return task_findings(seen, tasks, effects(seen, tasks))


@pytest.mark.parametrize(("more", "rest"), [(12, 5), (1, 8), (40, 40), (3, 0), (0, 7)])
def test_the_ratio_has_the_exact_conditional_interval(more: int, rest: int) -> None:
    ratio = ratio_of(more, 30.0, rest, 120.0)
    assert ratio is not None
    # At each end of the interval what was seen has a probability of one in forty, given the sum of both.
    share = ratio.low * 30 / (ratio.low * 30 + 120)
    assert stats.binom.sf(more - 1, more + rest, share) == pytest.approx(0.025 if more else 1)
    if ratio.high is None:
        assert rest == 0
        assert ratio.value is None
    else:
        share = ratio.high * 30 / (ratio.high * 30 + 120)
        assert stats.binom.cdf(more, more + rest, share) == pytest.approx(0.025)
        assert ratio.value == pytest.approx(4 * more / rest)


def test_where_nothing_happened_or_was_watched_there_is_no_ratio() -> None:
    assert ratio_of(0, 30, 0, 120) is None
    assert ratio_of(3, 0, 4, 120) is None


def test_spasms_after_closures_are_provoked_by_movement(face: Make) -> None:
    times = [*every(20, 0, 120), *(at for i in range(5) for at in (124.0 + 8 * i, 126.0 + 8 * i))]
    seen = filmed(face, spasms(*times))
    found = {(e.code, e.task): e for e in effects(seen, performed())}
    for name in (EVERY, "forced closure"):
        effect = found["provoked_by_movement", name]
        assert effect.verdict == "more"
        assert effect.counts == (6, 10)
    assert found["provoked_by_movement", "smile"].verdict == "cannot tell"
    finding = signs(face, times)["provoked_by_movement"]
    assert finding.state is State.PRESENT
    assert "at rest" in finding.because[0]


def test_spasms_in_the_act_itself_do_not_count_as_after_it(face: Make) -> None:
    seen = filmed(face, spasms(*(121.0 + 8 * i for i in range(5))))
    found = {(e.code, e.task): e for e in effects(seen, performed())}
    assert found["provoked_by_movement", EVERY].counts == (0, 0)


def test_rest_that_follows_a_movement_is_not_rest(face: Make) -> None:
    tasks = (Task("smile", "smile", 0, 6, 3), Task("rest", "rest", 6, 106))
    signals = face(106).signals()
    seen = Filmed(Ground(signals), spasms(8, 10, 12, 60), Protocol("made", tasks), np.zeros(len(signals.time_s)))
    done = [
        Performed(tasks[0], 6, True, (), acts=((0.5, 1.5), (2.5, 3.5), (4.5, 5.5))),
        Performed(tasks[1], 100, True, ()),
    ]
    effect = effects(seen, done)[0]
    assert effect.counts == (1, 3)
    assert effect.rest_per_min is not None
    # From ten seconds after the last smile on.
    assert effect.rest_per_min.value == pytest.approx(60 / 90.5, rel=0.01)


def test_as_many_spasms_as_at_rest_are_not_provoked(face: Make) -> None:
    assert signs(face, every(2, 0, 250))["provoked_by_movement"].state is State.ABSENT


def test_few_spasms_cannot_tell(face: Make) -> None:
    found = signs(face, [30, 90, 150])
    assert found["provoked_by_movement"].state is State.NOT_ASSESSABLE
    assert found["distractible"].state is State.NOT_ASSESSABLE


def test_spasms_that_stop_when_busy_are_distractible(face: Make) -> None:
    found = signs(face, [*every(2, 0, 200), *every(2, 220, 250)])
    assert found["distractible"].state is State.PRESENT
    assert found["suppressible"].state is State.ABSENT


def test_spasms_that_go_on_when_busy_are_not_distractible(face: Make) -> None:
    assert signs(face, every(1.4, 0, 250))["distractible"].state is State.ABSENT


def test_held_back_for_half_a_minute_is_suppressible(face: Make) -> None:
    assert signs(face, every(2, 0, 220))["suppressible"].state is State.PRESENT


def test_one_spasm_while_held_back_is_not_held_back(face: Make) -> None:
    found = signs(face, [*every(2, 0, 220), 235])["suppressible"]
    assert found.state is State.NOT_ASSESSABLE
    assert any("1 spasm while" in reason for reason in found.because)


def test_without_spasms_no_effect_can_be_told(face: Make) -> None:
    found = signs(face, [])
    for code in ("distractible", "suppressible", "provoked_by_movement", "voluntary_locked"):
        assert found[code].state is State.NOT_ASSESSABLE
        assert found[code].because


WEAK = {"asymmetry": Estimate(0.4, 0.3, 0.5), "weaker": Side.RIGHT}


def test_a_weaker_side_is_facial_weakness(face: Make) -> None:
    found = signs(face, [], smile=WEAK)["facial_weakness"]
    assert (found.state, found.side) == (State.PRESENT, Side.RIGHT)
    assert "43 %" in found.because[0]


def test_tasks_that_disagree_on_the_weaker_side_do_not_tell_weakness(face: Make) -> None:
    other = {"asymmetry": Estimate(-0.4, -0.5, -0.3), "weaker": Side.LEFT}
    found = signs(face, [], smile=WEAK, closure_forced=other)["facial_weakness"]
    assert (found.state, found.side) == (State.NOT_ASSESSABLE, Side.NONE)
    assert found.because[0] == "the tasks disagree on which side is the weaker"
    assert len(found.because) == 3


def test_weakness_is_not_assessable_within_four_months_of_toxin(face: Make) -> None:
    assert signs(face, [], 119, smile=WEAK)["facial_weakness"].state is State.NOT_ASSESSABLE
    assert signs(face, [], 125, smile=WEAK)["facial_weakness"].state is State.PRESENT


def test_how_much_less_the_weaker_side_goes_has_its_interval(face: Make) -> None:
    assert "43 % (33 to 54 %)" in signs(face, [], smile=WEAK)["facial_weakness"].because[0]


def test_weakness_of_unknown_toxin_says_that_nobody_knows(face: Make) -> None:
    found = signs(face, [], None, smile=WEAK)["facial_weakness"]
    assert any("toxin" in reason for reason in found.because)


def test_weakness_is_absent_only_if_eye_and_mouth_were_shown_alike(face: Make) -> None:
    assert signs(face, [])["facial_weakness"].state is State.ABSENT
    unsure = {
        "asymmetry": Estimate(0.1, -0.1, 0.3),
    }
    assert signs(face, [], smile=unsure)["facial_weakness"].state is State.NOT_ASSESSABLE


PULL = {"along": (Along("zygomaticus", Side.LEFT, Estimate(0.04, 0.03, 0.05, "IOD")),)}


def test_a_region_that_moves_along_is_synkinesis(face: Make) -> None:
    found = signs(face, [], closure_forced=PULL)["synkinesis"]
    assert (found.state, found.side) == (State.PRESENT, Side.LEFT)
    assert "forced closure" in found.because[0]
    assert signs(face, [])["synkinesis"].state is State.ABSENT
    assert signs(face, [], smile={"acts": ()})["synkinesis"].state is State.NOT_ASSESSABLE


def blinks(*times: float) -> list[Event]:
    eye = ("orbicularis_oculi",)
    return [Event("blink", Side.BOTH, t, t + 0.1, t + 0.2, 0.06, eye, None, 0.9) for t in times]


def test_blinking_is_judged_in_the_rest_tasks_alone(face: Make) -> None:
    tasks = performed()
    calm = filmed(face, blinks(*every(5, 0, 120), *every(0.5, 120, 250)))
    assert task_findings(calm, tasks, ())["increased_blinking"].state is State.ABSENT
    many = filmed(face, blinks(*every(1, 0, 120)))
    assert task_findings(many, tasks, ())["increased_blinking"].state is State.PRESENT


def test_blinks_outside_rest_do_not_stand_against_the_rest_tasks() -> None:
    code = "increased_blinking"
    general = [Finding(code, State.PRESENT, Side.BOTH, because=("at any time",))]
    shown = {code: Finding(code, State.ABSENT, Side.BOTH, because=("at rest",))}
    assert merged(general, shown)[0].because == ("at rest",)


def test_a_handful_of_spasms_never_calls_distraction_without_effect(face: Make) -> None:
    assert signs(face, [60, 205, 210, 215])["distractible"].state is State.NOT_ASSESSABLE


def test_movement_along_with_ten_acts_and_never_at_rest_is_locked_to_will(face: Make) -> None:
    ten = {"acts": tuple((120.5 + 4 * i, 122.0 + 4 * i) for i in range(10)), **PULL}
    still = signs(face, [], closure_forced=ten)["voluntary_locked"]
    assert still.state is State.NOT_ASSESSABLE  # a smile without it speaks against "every act"
    assert still.because[0].startswith("a region moves along in 10 of 13 acts")
    assert still.because[1] == "nothing moved along in smile: locked would be every act"
    none: dict[str, Any] = {"acts": (), "asymmetry": None}
    assert signs(face, [], closure_forced=ten, smile=none)["voluntary_locked"].state is State.PRESENT
    assert signs(face, [], closure_forced=PULL)["voluntary_locked"].state is State.NOT_ASSESSABLE
    assert signs(face, every(10, 0, 120), closure_forced=ten)["voluntary_locked"].state is State.ABSENT
    few = signs(face, [20, 40], closure_forced=ten)["voluntary_locked"]
    assert few.state is State.NOT_ASSESSABLE  # no more than the false alarms that are allowed for


def test_what_was_seen_without_a_task_stands_beside_what_tasks_did_not_show() -> None:
    general = [
        Finding("synkinesis", State.PRESENT, Side.LEFT, None, "video", ("at blinks",)),
        Finding("distractible", State.NOT_ASSESSABLE, because=("needs a guided examination",)),
        Finding("involuntary_movement", State.PRESENT, because=("seen",)),
    ]
    guided = {
        "synkinesis": Finding("synkinesis", State.ABSENT, because=("in tasks",)),
        "distractible": Finding("distractible", State.ABSENT, because=("in tasks",)),
    }
    assert [one.because[0] for one in merged(general, guided)] == ["at blinks", "in tasks", "seen"]
