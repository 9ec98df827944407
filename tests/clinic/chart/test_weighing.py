"""What is weighed, what overrules it, and what is kept of it."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest

from facialis.findings import Side, State
from facialis_clinic.audit.models import Event
from facialis_clinic.care.models import Treatment
from facialis_clinic.chart import weighing
from facialis_clinic.chart.actions import assess_now, put_down, take_back
from facialis_clinic.chart.models import Assessment, Remark, Review
from facialis_clinic.intake.models import Interview
from facialis_clinic.people.answers import Refused
from tests.clinic.chart import answers
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
TOLD = {
    "age": 50, "age_at_onset": 50, "duration_months": 8, "sex": "female", "setting": "specialist",
    "findings": [
        {"code": "strictly_unilateral", "state": "present", "side": "left", "source": "patient"},
        {"code": "persists_in_sleep", "state": "absent", "source": "patient"},
    ],
}  # fmt: skip


def told(world: World, *, said: dict[str, Any] | None = None, days: int = 10) -> Interview:
    at = NOW - timedelta(days=days)
    return Interview.objects.create(
        person=world.record, by=world.alice, saved=said or TOLD, begun_at=at, touched_at=at, finished_at=at
    )


def remark(world: World, code: str, state: str = "present", **changed: Any) -> Remark | Refused:
    given = {"side": "none", "reason": "", "by": world.eve, "now": NOW, **changed}
    return put_down(person=world.record, code=code, state=state, **given)


def weigh(world: World, **changed: Any) -> Assessment:
    made = assess_now(**{"person": world.record, "by": world.eve, "now": NOW, **changed})
    assert isinstance(made, Assessment)
    return made


def codes(world: World) -> dict[tuple[str, str], tuple[State, Side]]:
    case = weighing.case_of(world.record, now=NOW)
    return {(one.code, one.source): (one.state, one.side) for one in case.findings}


def test_a_person_of_whom_nothing_is_known_is_weighed_by_age_alone(world: World) -> None:
    case = weighing.case_of(world.record, now=NOW)

    assert (case.age, case.findings) == (56, ())
    assert weigh(world).result["answer"]["sentences"][0].startswith("Nothing is known yet")


def test_what_was_told_and_filmed_goes_in_together(world: World) -> None:
    told(world)
    answers.measured(world.record, now=NOW)

    assert set(codes(world)) == {
        ("strictly_unilateral", "patient"), ("persists_in_sleep", "patient"), ("involuntary_movement", "video")
    }  # fmt: skip


def test_an_old_story_ages_with_the_person(world: World) -> None:
    told(world, days=400)
    case = weighing.case_of(world.record, now=NOW)

    assert case.age == 56
    # Six years have gone by the ages, and not twenty-one months: what cannot be both is left to the ages.
    assert case.duration_months is None


def test_the_film_counts_as_it_stands_after_the_verdicts(world: World) -> None:
    film = answers.measured(world.record, now=NOW)
    stands = copy.deepcopy(answers.VIDEO) | {"findings": [{"code": "involuntary_movement", "state": "not_assessable"}]}
    Review.objects.create(measurement=film, reviewed=stands, by=world.eve, at=NOW)

    assert codes(world)["involuntary_movement", "video"][0] is State.NOT_ASSESSABLE


def test_a_film_that_cannot_be_used_leaves_its_place_to_the_one_before(world: World) -> None:
    good = answers.measured(world.record, now=NOW - timedelta(days=3))
    good.recording.filmed_on = date(2026, 5, 1)
    good.recording.save()
    bad = answers.measured(world.record, now=NOW)
    bad.result["quality"]["verdict"] = "refused"
    bad.save()

    assert weighing.known_of(world.record, now=NOW).measurements == [good]


def test_films_of_an_earlier_day_are_not_weighed_beside_the_newest(world: World) -> None:
    for day in (1, 2, 2):
        film = answers.measured(world.record, now=NOW)
        film.recording.filmed_on = date(2026, 5, day)
        film.recording.save()

    found = weighing.known_of(world.record, now=NOW).measurements
    assert [one.recording.filmed_on.day for one in found] == [2, 2]  # type: ignore[union-attr]


def test_toxin_of_late_stands_in_the_record_whatever_was_told(world: World) -> None:
    Treatment.objects.create(
        person=world.record, kind="injection", day=date(2026, 5, 1), side="left", by=world.eve, written_at=NOW
    )
    assert codes(world)["recent_toxin", "record"] == (State.PRESENT, Side.NONE)


def test_a_remark_that_says_what_nobody_said_needs_no_reason(world: World) -> None:
    assert isinstance(remark(world, "other_babinski_sign", side="left"), Remark)
    assert codes(world)["other_babinski_sign", "clinician"] == (State.PRESENT, Side.LEFT)


def test_a_remark_overrules_what_was_told_with_a_reason_and_not_without(world: World) -> None:
    told(world)
    refused = remark(world, "strictly_unilateral", "absent")
    assert isinstance(refused, Refused)
    assert "patient: present, left" in refused.why

    assert isinstance(remark(world, "strictly_unilateral", "absent", reason="Both sides in the room"), Remark)
    found = codes(world)
    assert ("strictly_unilateral", "patient") not in found
    assert found["strictly_unilateral", "clinician"] == (State.ABSENT, Side.NONE)
    assert "Both sides in the room" in weigh(world).case["note"]


def test_another_side_overrules_too(world: World) -> None:
    told(world)
    assert isinstance(remark(world, "strictly_unilateral", side="right"), Refused)
    assert isinstance(remark(world, "strictly_unilateral", side="left"), Remark)


def test_what_cannot_be_judged_takes_a_measured_finding_out(world: World) -> None:
    answers.measured(world.record, now=NOW)
    assert isinstance(remark(world, "involuntary_movement", "not_assessable", reason="A tremor of the phone"), Remark)
    assert ("involuntary_movement", "video") not in codes(world)


def test_a_remark_taken_back_lets_what_was_told_count_again_and_stays_to_be_seen(world: World) -> None:
    told(world)
    made = remark(world, "strictly_unilateral", "absent", reason="Both sides")
    assert isinstance(made, Remark)
    take_back(remark=made, by=world.eve, now=NOW)

    assert ("strictly_unilateral", "patient") in codes(world)
    assert (NOW, world.eve) == (Remark.objects.get().withdrawn_at, Remark.objects.get().withdrawn_by)


def test_a_second_remark_of_a_finding_takes_the_place_of_the_first(world: World) -> None:
    remark(world, "other_babinski_sign", side="left")
    remark(world, "other_babinski_sign", "absent")

    assert [(one.state, one.withdrawn_at is None) for one in Remark.objects.order_by("pk")].count(("absent", True)) == 1
    assert Remark.objects.count() == 2


def test_a_remark_that_cannot_stand_beside_another_is_not_kept(world: World) -> None:
    remark(world, "involuntary_movement", side="left")
    refused = remark(world, "bilateral_synchronous", side="both")

    assert isinstance(refused, Refused)
    assert "cannot stand" in refused.why
    assert Remark.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"code": "sneeze"}, {"state": "maybe"}, {"side": "up"}, {"reason": "x" * 501}], ids=str
)
def test_what_is_no_finding_is_refused(world: World, wrong: dict[str, str]) -> None:
    assert isinstance(remark(world, **{"code": "ear_click", **wrong}), Refused)
    assert not Remark.objects.exists()


def test_a_nurse_puts_no_finding_down_and_weighs_nothing(world: World) -> None:
    assert isinstance(remark(world, "ear_click", by=world.nora), Refused)
    assert isinstance(assess_now(person=world.record, by=world.nora, now=NOW), Refused)


def test_what_contradicts_itself_is_not_weighed_and_says_so(world: World) -> None:
    told(world, said={"findings": [
        {"code": "ear_click", "state": "present", "source": "patient"},
        {"code": "ear_click", "state": "absent", "source": "patient"},
    ]})  # fmt: skip
    answer = assess_now(person=world.record, by=world.eve, now=NOW)

    assert isinstance(answer, Refused)
    assert "both present and absent" in answer.why


def test_the_same_is_weighed_once_and_something_new_again(world: World) -> None:
    told(world)
    first = weigh(world)
    assert first == weigh(world, now=NOW + timedelta(days=20))

    answers.measured(world.record, now=NOW)
    second = weigh(world, now=NOW + timedelta(days=21))
    assert first != second
    assert second == weighing.newest(world.record)
    assert Event.objects.filter(verb="weighed", kind="assessment").count() == 2


def studied(world: World, kind: str = "free", *, days: int = 5, state: str = "read") -> Any:
    """Have a recording of electrodes on record that was read."""
    from io import BytesIO

    from facialis_clinic.electrodes.models import Study
    from tests.clinic.electrodes import kept

    at = NOW - timedelta(days=days)
    study = Study.objects.create(
        person=world.record, kind=kind, name="x.edf", state=state, sha256=f"{days:064d}", ending="edf",
        original=kept.stored("electrodes", BytesIO(b"x")), created_at=at, recorded_on=at.date(),
    )  # fmt: skip
    kept.reading_of(study)
    return study


def test_what_electrodes_found_is_weighed_as_theirs(world: World) -> None:
    studied(world)
    studied(world, "lateral-spread")

    known = codes(world)
    assert known["emg_bursts_150_400", "emg"][0] is State.PRESENT
    assert known["lateral_spread_response", "emg"] == (State.PRESENT, Side.LEFT)
    assert weigh(world).result["differential"][0]["name"] == "Hemifacial spasm"


def test_what_could_not_be_read_is_not_weighed(world: World) -> None:
    studied(world, state="refused")

    assert not [source for _, source in codes(world) if source == "emg"]


def test_of_each_examination_the_newest_counts(world: World) -> None:
    old, new = studied(world, days=90), studied(world, days=5)
    reading = old.readings.get()
    reading.result = {**reading.result, "findings": [{"code": "emg_myokymic", "state": "present", "source": "emg"}]}
    reading.save()

    names = list(weighing.known_of(world.record, now=NOW).results)
    assert [str(new.pk)[:8] in name for name in names] == [True]


def test_a_remark_overrules_what_electrodes_found(world: World) -> None:
    studied(world)
    remark(world, "emg_bursts_150_400", "absent", reason="The needle lay in the masseter.")

    known = codes(world)
    assert ("emg_bursts_150_400", "emg") not in known
    assert known["emg_bursts_150_400", "clinician"][0] is State.ABSENT
