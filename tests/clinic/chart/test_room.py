"""The examination room: what it shows, what is said of events there, and what follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from facialis_clinic import home
from facialis_clinic.audit.models import Event
from facialis_clinic.chart.actions import verdicts
from facialis_clinic.chart.models import Review, Verdict
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.chart.room import rows
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.models import Measurement
from facialis_clinic.storage import recordings_storage
from tests.clinic.chart import examined
from tests.clinic.conftest import NOW, World

LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> Path:
    """Keep the files of each test in its own folder."""
    settings.HOME = tmp_path / "home"
    home.prepare(settings.HOME)
    return Path(settings.HOME)


@pytest.fixture
def measurement(world: World) -> Measurement:
    return examined.measured(world.record, now=NOW)


@pytest.fixture
def eve(world: World, sign_in: Callable[..., Client]) -> Client:
    return sign_in(world.eve)


def judge(measurement: Measurement, number: int, to: str, world: World, **changed: Any) -> Any:
    given = {"reason": "", "seen": "", "by": world.eve, "now": NOW, **changed}
    return verdicts.judge(measurement=measurement, number=number, to=to, **given)


def spasms(measurement: Measurement) -> list[int]:
    return [place for place, event in enumerate(measurement.result["events"]) if event["kind"] == "spasm"]


def fresh(measurement: Measurement) -> Measurement:
    return Measurement.objects.get(pk=measurement.pk)


def test_a_veto_gives_what_the_command_line_gives_for_the_same_review(
    measurement: Measurement, world: World, tmp_path: Path
) -> None:
    """``facialis video --review`` reads a file of changes and applies it to what was measured."""
    from facialis.face import review

    out, other = spasms(measurement)[:2]
    judge(measurement, out, "out", world, reason="chewing")
    judge(measurement, other, "expression", world, reason="a smile", now=LATER)

    events = measurement.result["events"]
    names = ("kind", "side", "apex_s", "onset_s", "offset_s")
    file = tmp_path / "review.json"
    file.write_text(
        json.dumps(
            {
                "schema": review.SCHEMA,
                "recording_sha256": measurement.result["source"]["sha256"],
                "reviewer": "Eve Example",
                "changes": [
                    {**{name: events[out][name] for name in names}, "to": "out", "reason": "chewing"},
                    {**{name: events[other][name] for name in names}, "to": "expression", "reason": "a smile"},
                ],
            }
        )
    )
    by_command = review.apply(examined.examination(), review.read(file)).to_json()
    stands = result_of(fresh(measurement))
    assert {**by_command, "source": stands["source"]} == stands
    assert stands["summary"]["spasms_per_min"]["value"] < measurement.result["summary"]["spasms_per_min"]["value"]


def test_what_was_measured_stays_beside_what_stands(measurement: Measurement, world: World) -> None:
    judge(measurement, spasms(measurement)[0], "out", world)

    stands = result_of(fresh(measurement))
    assert len(stands["events"]) == len(measurement.result["events"]) - 1
    assert measurement.result["events"] == stands["review"]["measured"]["events"]
    assert measurement.result == fresh(measurement).result
    assert stands["review"]["reviewer"] == "Eve Example"
    assert stands["review"]["changes"][0]["reason"] == verdicts.NO_REASON


def test_an_accepted_event_changes_no_figure_and_is_written_down(measurement: Measurement, world: World) -> None:
    judge(measurement, spasms(measurement)[0], "spasm", world)

    stands = result_of(fresh(measurement))
    assert measurement.result["summary"] == stands["summary"]
    assert stands["review"]["changes"] == []
    assert Event.objects.filter(verb="judged", kind="event", actor=world.eve.pk, thing=measurement.pk).exists()


def test_of_two_who_look_at_the_same_the_second_is_told(measurement: Measurement, world: World) -> None:
    place = spasms(measurement)[0]
    judge(measurement, place, "out", world)

    answer = judge(measurement, place, "spasm", world, by=world.frank, now=LATER)

    assert isinstance(answer, Refused)
    assert answer.why.startswith("Eve Example has said something")
    assert Verdict.objects.get().to == "out"


def test_of_two_who_look_at_different_events_both_are_heard(measurement: Measurement, world: World) -> None:
    first, second = spasms(measurement)[:2]
    judge(measurement, first, "out", world)
    judge(measurement, second, "out", world, by=world.frank, now=LATER)

    stands = result_of(fresh(measurement))
    assert len(stands["review"]["changes"]) == 2
    assert stands["review"]["reviewer"] == "Eve Example, Frank Example"


def test_a_verdict_can_be_changed_by_whoever_has_seen_it(measurement: Measurement, world: World) -> None:
    place = spasms(measurement)[0]
    judge(measurement, place, "out", world)
    judge(measurement, place, "blink", world, seen=NOW.isoformat(), now=LATER)
    assert [(one.to, one.at) for one in Verdict.objects.all()] == [("blink", LATER)]


def test_what_is_taken_back_counts_as_measured_again(measurement: Measurement, world: World) -> None:
    place = spasms(measurement)[0]
    judge(measurement, place, "out", world)

    verdicts.take_back(measurement=measurement, number=place, seen=NOW.isoformat(), by=world.eve, now=LATER)

    assert not Review.objects.exists()
    assert measurement.result == result_of(fresh(measurement))
    assert Event.objects.filter(verb="took_back", kind="event").exists()


def test_all_that_remain_are_accepted_at_once_and_undone_at_once(measurement: Measurement, world: World) -> None:
    judge(measurement, spasms(measurement)[0], "out", world)
    seen = verdicts.newest(list(Verdict.objects.all()))
    kinds = ("spasm", "synkinesis")

    verdicts.accept_rest(measurement=measurement, kinds=kinds, seen=seen, by=world.eve, now=LATER)
    assert Verdict.objects.filter(to="spasm").count() == len(spasms(measurement)) - 1

    seen = verdicts.newest(list(Verdict.objects.all()))
    verdicts.undo(measurement=measurement, seen=seen, by=world.eve, now=LATER)
    assert [one.to for one in Verdict.objects.all()] == ["out"]


def test_nothing_is_accepted_or_undone_that_was_not_seen(measurement: Measurement, world: World) -> None:
    judge(measurement, spasms(measurement)[0], "out", world)
    given = {"measurement": measurement, "seen": "", "by": world.eve, "now": LATER}
    assert verdicts.accept_rest(kinds=("spasm",), **given) == verdicts.CHANGED
    assert verdicts.undo(**given) == verdicts.CHANGED
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(("number", "to"), [(999, "out"), (-1, "out"), (0, "sneeze"), (0, "")])
def test_what_is_no_event_or_no_kind_is_refused(measurement: Measurement, world: World, number: int, to: str) -> None:
    assert isinstance(judge(measurement, number, to, world), Refused)
    assert not Verdict.objects.exists()


def test_without_signals_nothing_is_said_and_the_page_offers_measuring_again(world: World, eve: Client) -> None:
    old = examined.measured(world.record, now=NOW, signals=False)
    assert judge(old, 0, "out", world) == verdicts.NOT_KEPT
    assert not Verdict.objects.exists()
    body = eve.get(reverse("chart:room", args=[old.pk])).content.decode()
    assert "The signals were not kept" in body
    assert reverse("recordings:remeasure", args=[old.recording_id]) in body
    assert eve.get(reverse("chart:signals", args=[old.pk])).status_code == 404


def test_signals_that_are_not_what_was_measured_are_not_shown(measurement: Measurement, eve: Client) -> None:
    measurement.result["events"] = measurement.result["events"][1:]
    measurement.save()
    assert eve.get(reverse("chart:signals", args=[measurement.pk])).status_code == 404
    assert eve.get(reverse("chart:traces", args=[measurement.pk])).status_code == 404


def test_the_page_shows_events_figures_and_what_could_not_be_seen(measurement: Measurement, eve: Client) -> None:
    body = eve.get(reverse("chart:room", args=[measurement.pk])).content.decode()
    assert "Left and right are the patient&#x27;s own" in body
    assert "95 % interval" in body
    assert "Not assessable" in body
    assert "one side alone" in body.lower()
    assert 'name="do" value="out"' in body


def test_a_veto_by_a_plain_form_leads_to_the_next_event(measurement: Measurement, eve: Client) -> None:
    place = spasms(measurement)[0]
    data = {"number": place, "number1": place + 1, "seen": "", "next": place + 2, "all": "0", "do": "out"}
    answer = eve.post(reverse("chart:verdict", args=[measurement.pk]), data, follow=True)

    assert answer.redirect_chain[0][0].endswith(f"?event={place + 2}#event")
    body = answer.content.decode()
    assert "As it stands after the review: 1 of 8" in body
    assert "Measured:" in body


def test_a_veto_by_the_script_answers_with_the_figures(measurement: Measurement, eve: Client) -> None:
    place = spasms(measurement)[0]
    where = reverse("chart:verdict", args=[measurement.pk])
    data = {"number": place, "seen": "", "do": "out"}
    told = eve.post(where, data, headers={"accept": "application/json"}).json()
    assert told["why"] == ""
    assert [(one["number"], one["state"]) for one in told["said"]] == [(place, "out")]
    assert "7 spasms" in told["figures"] or "7 in" in told["figures"]

    again = eve.post(where, data, headers={"accept": "application/json"})
    assert again.status_code == 409
    assert "in the meantime" in again.json()["why"]


def test_the_curves_go_out_as_they_were_measured(measurement: Measurement, eve: Client) -> None:
    body = eve.get(reverse("chart:signals", args=[measurement.pk])).content
    length = int.from_bytes(body[:4], "little")
    head = json.loads(body[4 : 4 + length])
    at = 4 + -(-length // 4) * 4
    count = head["count"]
    time_s = np.frombuffer(body, "<f4", count, at)
    curves = np.frombuffer(body, "<i2", 16 * count, at + 4 * count).reshape(16, count)
    seen = examined.examination().signals

    from facialis.findings import Side

    assert np.abs(time_s - seen.time_s).max() < 1e-5
    left = 2 * head["rows"].index("zygomaticus")
    assert np.abs(curves[left] * head["step"] - seen.pull["zygomaticus", Side.LEFT]).max() < 1e-4
    assert 59.9 < head["gaps"][0][0] < 60.1
    assert len(head["events"]) == len(measurement.result["events"])


def test_no_twitch_is_lost_when_a_long_recording_is_thinned() -> None:
    from facialis_clinic.chart import room_signals

    values = np.zeros(100_000, np.float32)
    values[77_777] = 0.08
    values[5:9] = np.nan
    each = room_signals._stretch(len(values))
    thin = room_signals._thinned(values, each)
    assert len(thin) <= room_signals.MOST + 2
    assert np.nanmax(thin) == pytest.approx(0.08)
    assert len(room_signals._moments(np.arange(100_000) / 60, each)) == len(thin)


def test_without_a_script_the_curves_are_a_drawing(measurement: Measurement, eve: Client) -> None:
    answer = eve.get(reverse("chart:traces", args=[measurement.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    body = answer.content.decode()
    assert body.startswith("<svg")
    assert "orbicularis oculi" in body
    assert "style=" not in body
    assert body.count("<title>Event") == 8


def test_a_nurse_looks_and_does_not_judge(measurement: Measurement, world: World, sign_in: Any) -> None:
    nora = sign_in(world.nora)
    body = nora.get(reverse("chart:room", args=[measurement.pk])).content.decode()
    assert "A neurologist on the patient's team" in body
    assert 'name="do"' not in body
    answer = nora.post(reverse("chart:verdict", args=[measurement.pk]), {"number": 0, "do": "out", "seen": ""})
    assert answer.status_code == 404


def test_every_state_has_a_word(measurement: Measurement, world: World) -> None:
    first, second, third = spasms(measurement)[:3]
    judge(measurement, first, "out", world)
    judge(measurement, second, "spasm", world)
    judge(measurement, third, "head_motion", world)
    words = {row.number: row.word for row in rows(measurement, list(Verdict.objects.all()))}
    assert [words[n] for n in (first, second, third)] == ["taken out", "accepted", "called head movement"]


def test_two_visits_stand_beside_one_another(measurement: Measurement, world: World, eve: Client) -> None:
    later = examined.measured(world.record, now=LATER)
    judge(later, spasms(later)[0], "out", world)
    body = eve.get(reverse("chart:beside", args=[later.pk, measurement.pk])).content.decode()
    assert body.index("Earlier:") < body.index("Later:")
    assert "reviewed" in body
    assert "Spasms a minute" in body or "cannot be compared" in body


def test_visits_of_two_people_never_stand_beside_one_another(
    measurement: Measurement, world: World, eve: Client
) -> None:
    from facialis_clinic.people.models import CareTeam

    CareTeam.objects.create(person=world.other, staff=world.eve, since=NOW, by=world.dana)
    other = examined.measured(world.other, now=NOW)
    assert eve.get(reverse("chart:beside", args=[measurement.pk, other.pk])).status_code == 404
    assert eve.get(reverse("chart:beside", args=[measurement.pk, measurement.pk])).status_code == 404


def test_the_signals_go_with_the_recording(
    measurement: Measurement, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    from facialis_clinic.recordings import actions

    store = recordings_storage()
    assert store.exists(measurement.signals)
    with django_capture_on_commit_callbacks(execute=True):
        answer = actions.delete(recording=measurement.recording, by=world.alice, now=measurement.recording.created_at)
    assert answer is None
    assert not store.exists(measurement.signals)


def test_the_signals_of_somebody_forgotten_are_removed(
    measurement: Measurement, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    from facialis_clinic.people.actions import forget

    with django_capture_on_commit_callbacks(execute=True):
        forget(person=world.record, by=None, now=NOW, role="nobody")
    assert not recordings_storage().exists(measurement.signals)
    assert not Verdict.objects.exists()


def test_signals_that_nothing_belongs_to_are_swept_and_others_stay(measurement: Measurement) -> None:
    from io import BytesIO

    from django.utils import timezone

    from facialis_clinic.recordings import actions

    store = recordings_storage()
    stray = store.keep("signals", BytesIO(b"x"))
    actions.sweep(now=timezone.now() + timedelta(days=30))
    assert not store.exists(stray)
    assert store.exists(measurement.signals)


def test_the_panel_tells_a_clinician_what_stands_and_a_patient_nothing_of_it(
    measurement: Measurement, world: World, django_assert_max_num_queries: Any
) -> None:
    from facialis_clinic.chart import panels

    judge(measurement, spasms(measurement)[0], "out", world)
    record = world.record
    with django_assert_max_num_queries(2):
        told = panels.recording(record, user=world.eve, now=LATER)
    assert "7 in 68" in told["headline"]
    assert told["reviewed"]
    assert "headline" not in panels.recording(world.record, user=world.alice, now=LATER)
    assert panels.recording(world.other, user=world.eve, now=LATER)["measurement"] is None


def test_the_patient_reads_the_answer_as_it_stands_after_the_review(
    measurement: Measurement, world: World, sign_in: Any
) -> None:
    measurement.released_at = NOW
    measurement.save()
    page = reverse("recordings:show", args=[measurement.recording_id])
    assert "twitched 8 times" in sign_in(world.alice).get(page).content.decode()

    judge(measurement, spasms(measurement)[0], "out", world)

    assert "twitched 7 times" in sign_in(world.alice).get(page).content.decode()
