"""Stories are played through the site's own actions: each step once, in its time, whatever ends the play."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from facialis_clinic.audit.models import Event
from facialis_clinic.demo import kept, play, progress
from facialis_clinic.demo.models import Played
from facialis_clinic.demo.verbs import VERBS
from facialis_clinic.demo.verbs.filmed import MEASURED_IN, told_of
from facialis_clinic.demo.verbs.scene import Scene, taken
from facialis_clinic.intake.models import Entry, Interview
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.models import Measurement, Recording, State
from tests.clinic.demo.conftest import step

Plays = Callable[..., play.Play]
ANSWERS = {"sex": "female", "moves": "yes", "side": "left", "onset": 4, "began_where": "eye"}
pytestmark = pytest.mark.django_db


def test_a_story_is_told_in_its_own_time_and_stands_in_the_log(played: Plays, film: Path, measured: Path) -> None:
    said: list[str] = []
    steps = [step("interview", -400, answers=ANSWERS), step("film", -30, clip="one")]
    whole = played([*steps, step("diary", -1, side="left", every=7, values=[3, 5])]).run(said.append)

    interview, measurement = Interview.objects.get(), Measurement.objects.get()
    now = timezone.now()
    assert whole
    assert not said
    assert interview.finished_at is not None
    assert timedelta(days=399) < now - interview.finished_at < timedelta(days=401)
    assert interview.saved["interview"]["answers"]["onset"] == interview.begun_at.year - 4
    assert timedelta(days=29) < now - measurement.measured_at < timedelta(days=31)
    assert [(one.severity, one.written_at.date() == one.day) for one in Entry.objects.order_by("day")] == [
        (3, True), (5, True),
    ]  # fmt: skip
    logged = set(Event.objects.filter(subject=interview.person_id).values_list("verb", "kind"))
    assert {("sent", "recording"), ("measured", "recording"), ("began", "interview"), ("wrote", "diary")} <= logged


def test_a_second_play_adds_nothing(played: Plays, film: Path, measured: Path) -> None:
    steps = [step("interview", -9, answers=ANSWERS), step("film", -8, clip="one")]
    played(steps).run(print)
    before = Event.objects.count()

    assert played(steps).run(print)

    assert Event.objects.count() == before
    assert Recording.objects.count() == 1


def test_a_play_that_was_ended_within_a_step_goes_on_with_that_step(
    played: Plays, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    steps = [step("diary", -5, side="left", every=1, values=[1]), step("diary", -4, side="left", every=1, values=[2])]
    told = played(steps)
    with monkeypatch.context() as patch:
        patch.setattr(Played.objects, "create", ended)
        with pytest.raises(KeyboardInterrupt):
            told.run(print)
    assert not Entry.objects.exists()  # what was done goes with the note that it was done

    assert played(steps).run(print)

    assert list(Entry.objects.order_by("day").values_list("severity", flat=True)) == [1, 2]


def test_a_story_that_is_refused_stops_with_the_reason_and_the_others_go_on(
    played: Plays, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_scene: Scene) -> None:
        taken(Refused("Not today."))

    monkeypatch.setattr(play, "VERBS", {**VERBS, "ask": refuses})
    said: list[str] = []
    one = step("diary", -5, side="left", every=1, values=[1])

    whole = played([step("ask", -6), one], [one]).run(said.append)

    assert not whole
    assert said == ["the story of alice stops: ask on day -6: Not today."]
    assert [entry.person.name for entry in Entry.objects.all()] == ["Charlie Example"]


def test_who_waits_for_a_film_lets_the_others_go_on(played: Plays, film: Path) -> None:
    diary = step("diary", -5, side="left", every=1, values=[1])
    told = played([step("film", -7, clip="one"), step("diary", -6, "one", side="left", every=1, values=[9])], [diary])

    moved = [told.advance(story, make=True) for story in told.told.stories]

    assert moved == [True, True]
    assert [entry.person.name for entry in Entry.objects.all()] == ["Charlie Example"]
    assert told.left() == (1, 1)


def test_what_the_worker_measures_is_kept_and_dated_to_its_film(played: Plays, film: Path) -> None:
    told = played([step("film", -30, clip="one")])
    told.advance(told.told.stories[0], make=True)
    sent = Recording.objects.get()
    result: dict[str, Any] = {"schema": "facialis.video/1", "events": []}
    made = Measurement.objects.create(
        recording=sent, version="1", result=result, words={"sentence": "x"}, attempt=1, measured_at=timezone.now()
    )
    Recording.objects.update(state=State.MEASURED)

    told.keep_results()

    made.refresh_from_db()
    assert made.measured_at == sent.created_at + MEASURED_IN
    assert kept.is_kept(kept.place_of(film, told_of("no")))


def test_nothing_is_dated_ahead(played: Plays) -> None:
    told = played([])
    now = timezone.now()

    assert step("diary", 3).moment(told.first, now) == now


def test_the_pages_can_tell_what_is_to_come_until_all_stands(played: Plays, film: Path) -> None:
    progress.write(3, 2)
    assert progress.read() == progress.Left(3, 2)
    progress.write(0, 0)
    assert progress.read() is None
