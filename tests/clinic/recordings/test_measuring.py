"""A recording is measured as often as workers die, and its result is recorded once."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic import jobs
from facialis_clinic.audit.models import Event
from facialis_clinic.jobs.testing import run_waiting
from facialis_clinic.people.actions import withdraw_consent
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import actions, bounds
from facialis_clinic.recordings.actions import measuring
from facialis_clinic.recordings.actions.measuring import Failed, Gone, Measured, token
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.models import Measurement, Recording, State
from facialis_clinic.recordings.words import MEASURE_FAILED, OURS
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import NOW, World
from tests.clinic.recordings.conftest import Send


def result(verdict: str = "good", reasons: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an answer as the process apart gives it."""
    quality = {"verdict": verdict, "reasons": list(reasons), "usable_s": 2.0, "mirrored": "no"}
    video = {
        "schema": "facialis.video/1", "source": {"name": "x"}, "quality": quality, "events": [], "findings": [],
        "summary": {"affected_side": "none"}, "software": {"version": "1"},
    }  # fmt: skip
    return {"video": video, "words": {"headline": "h"}}


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the process apart answer so, after something else has happened."""

    def answer(outcome: Any, meanwhile: Any = lambda: None, shares: tuple[float, ...] = ()) -> None:
        def run(task: str, *, progress: Any = None, **_: Any) -> Any:
            for share in shares:
                progress(share)
            meanwhile()
            return outcome

        monkeypatch.setattr(measuring.apart, "run", run)

    return answer


def measure(recording: Recording, attempt: int = 1, **more: Any) -> Any:
    return actions.measure(recording.pk, attempt=attempt, clock=lambda: NOW, **more)


def test_the_job_measures_and_makes_the_copy(send: Send, face: Path) -> None:
    recording = send(face)

    assert run_waiting() == ["done"]

    recording.refresh_from_db()
    assert recording.state == State.MEASURED
    assert recording.progress == 1
    kept = recording.measurements.get()
    assert version("facialis") == kept.version
    assert recording.sha256 == kept.result["source"]["sha256"]
    assert str(recording.pk) == kept.result["source"]["name"]
    assert kept.words["headline"]
    assert recordings_storage().exists(recording.copy)
    assert recordings_storage().exists(recording.poster)
    assert Event.objects.filter(verb="measured", thing=recording.pk, actor=None).exists()


def test_measured_from_what_was_kept_is_measured_from_what_was_sent(face: Path, tmp_path: Path) -> None:
    """Sound and names taken out change nothing in the result but the name and the hash of the file."""
    from facialis.face import examine
    from tests.clinic.recordings.films import as_by_phone

    sent = as_by_phone(face, tmp_path / "sent.mov", turned=False)
    paths = {"source": sent, "target": tmp_path / "kept"}
    apart.run("keep", limits=bounds.keeping(sent.stat().st_size), paths=paths, told={"longest_s": 900})
    kept = tmp_path / "kept"
    assert kept.stat().st_size < sent.stat().st_size

    results = [examine(path, mirrored="no").to_json() for path in (sent, kept)]

    for one in results:
        one["source"] = {key: value for key, value in one["source"].items() if key not in ("name", "sha256")}
    assert results[0] == results[1]


def test_the_copy_for_eyes_plays_at_once_and_has_no_sound(send: Send, by_phone: Path) -> None:
    import av

    recording = send(by_phone)
    run_waiting()
    recording.refresh_from_db()

    with recordings_storage().fetch(recording.copy) as path:
        data = path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")
        with av.open(str(path)) as film:
            assert [stream.type for stream in film.streams] == ["video"]
            picture = next(film.decode(video=0))
            # The quarter turn is in the pixels now.
            assert (picture.width, picture.height) == (120, 160)
            assert film.streams.video[0].codec_context.name == "h264"
    with recordings_storage().fetch(recording.poster) as path:
        assert path.read_bytes().startswith(b"\xff\xd8\xff")


def test_a_film_without_a_face_is_refused_in_words_that_help(send: Send, grey: Path) -> None:
    recording = send(grey)

    assert run_waiting() == ["done"]

    recording.refresh_from_db()
    assert recording.state == State.REFUSED
    assert recording.reason.startswith("We could not find your face.")
    assert recording.measurements.get().result["quality"]["verdict"] == "refused"


def test_the_result_is_recorded_once(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Answered(result()))
    measure(recording)
    says(apart.Answered(result("refused", ("no face was found: x",))))

    assert Measured(refused=False) == measure(recording, attempt=2)

    assert Measurement.objects.count() == 1
    recording.refresh_from_db()
    assert recording.state == State.MEASURED


def test_a_late_old_attempt_cannot_write_over_a_newer_one(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)

    def newer() -> None:
        says(apart.Answered(result("refused", ("no face was found: x",))))
        measure(recording, attempt=2)

    says(apart.Answered(result()), meanwhile=newer)

    with pytest.raises(jobs.Superseded):
        measure(recording, attempt=1)

    assert Measurement.objects.get().attempt == 2
    recording.refresh_from_db()
    assert recording.state == State.REFUSED


def test_an_old_attempt_ends_at_its_next_sign_of_progress(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)

    def taken_over() -> None:
        Recording.objects.filter(pk=recording.pk).update(attempt=5)

    def run(task: str, *, progress: Any, **_: Any) -> Any:
        taken_over()
        progress(0.5)
        raise AssertionError("it went on")

    says(None)
    measuring.apart.run = run

    with pytest.raises(jobs.Superseded):
        measure(recording, attempt=4)
    recording.refresh_from_db()
    assert recording.progress == 0


def test_an_old_attempt_that_begins_late_does_nothing(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    Recording.objects.filter(pk=recording.pk).update(attempt=3)
    says(AssertionError("it was measured"))

    with pytest.raises(jobs.Superseded):
        measure(recording, attempt=2)


def test_a_worker_that_lost_its_job_records_nothing(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Answered(result()))

    def lost() -> None:
        raise jobs.Superseded

    with pytest.raises(jobs.Superseded):
        measure(recording, fence=lost)

    assert Measurement.objects.count() == 0


def test_a_later_round_stands_above_every_attempt_of_an_earlier_one() -> None:
    assert token(0, 1) < token(0, 999) < token(1, 1)


def test_progress_is_written_at_most_once_a_second(
    send: Send, grey: Path, says: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = send(grey)
    seen: list[float] = []
    ticks = iter(range(1000))
    monkeypatch.setattr(measuring.time, "monotonic", lambda: next(ticks) / 20)
    says(apart.Answered(result()), shares=tuple(index / 100 for index in range(100)))

    measure(recording, progress=seen.append)

    assert 4 <= len(seen) <= 12


def test_a_broken_film_fails_for_a_reason_that_a_patient_can_act_on(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Refused("broken", "x is damaged"))

    run_waiting()

    recording.refresh_from_db()

    assert (State.FAILED, MEASURE_FAILED["broken"]) == (recording.state, recording.reason)
    assert jobs.status(recording.job).state == "failed"
    assert MEASURE_FAILED["broken"] == jobs.status(recording.job).reason


@pytest.mark.parametrize("how", ["time", "memory", "error"])
def test_a_film_that_breaks_the_measuring_is_not_tried_again(send: Send, grey: Path, says: Any, how: Any) -> None:
    recording = send(grey)
    says(apart.Broke(how))

    assert Failed(MEASURE_FAILED[how]) == measure(recording)


def test_an_answer_that_is_none_is_not_believed(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Answered({"video": {"schema": "facialis.video/1", "events": "many"}, "words": {}}))

    assert Failed(MEASURE_FAILED["error"]) == measure(recording)
    assert Measurement.objects.count() == 0


def test_a_measurer_that_was_ended_from_outside_is_tried_again(send: Send, grey: Path, says: Any) -> None:
    """That says nothing about the film, so it does not fail."""
    recording = send(grey)
    says(apart.Lost("ended by SIGKILL"))

    run_waiting()

    recording.refresh_from_db()
    assert recording.state == State.QUEUED
    assert jobs.status(recording.job).state == "waiting"


def test_a_job_that_was_given_up_is_shown_on_the_recording(send: Send, grey: Path) -> None:
    recording = send(grey)

    actions.note_job(recording.pk, 0, failed=True)

    recording.refresh_from_db()
    assert (recording.state, recording.reason) == (State.FAILED, OURS)


def test_a_deleted_recording_is_not_measured(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Answered(result()), meanwhile=lambda: Recording.objects.filter(pk=recording.pk).delete())

    assert Gone() == measure(recording)
    assert Gone() == measure(recording)


def test_without_consent_nothing_is_measured_and_no_copy_made(send: Send, grey: Path, world: World, says: Any) -> None:
    recording = send(grey)
    withdraw_consent(person=world.record, use="care", by=world.alice, now=NOW, recording_id=recording.pk)
    says(AssertionError("it was measured"))

    assert Failed(MEASURE_FAILED["no_consent"]) == measure(recording)
    assert not actions.copy_for_eyes(recording.pk, now=NOW)


def test_a_copy_that_fails_leaves_the_result(send: Send, grey: Path, says: Any) -> None:
    recording = send(grey)
    says(apart.Answered(result()))
    measure(recording)
    says(apart.Broke("error"))

    assert not actions.copy_for_eyes(recording.pk, now=NOW)

    recording.refresh_from_db()
    assert recording.copy_failed
    assert recording.state == State.MEASURED


def test_a_newer_version_measures_anew_and_the_old_result_stays(
    send: Send, grey: Path, world: World, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = send(grey)
    says(apart.Answered(result()))
    measure(recording)
    Measurement.objects.update(signals="signals/00/none")
    assert isinstance(actions.remeasure(recording=recording, by=world.eve), Refused)

    for module in (measuring, __import__("facialis_clinic.recordings.actions.keeping", fromlist=["x"])):
        monkeypatch.setattr(module, "version", lambda _: "99.0")
    again = actions.remeasure(recording=recording, by=world.eve)

    assert isinstance(again, Recording)
    assert again.state == State.QUEUED
    assert Measured(refused=False) == measure(recording, attempt=token(again.round, 1))
    assert {"99.0", version("facialis")} == set(Measurement.objects.values_list("version", flat=True))


def test_each_change_of_a_recording_is_kept_and_its_progress_is_not(send: Send, grey: Path, says: Any) -> None:
    from django.apps import apps

    recording = send(grey)
    events = apps.get_model("recordings", "RecordingEvent").objects.filter(pgh_obj_id=recording.pk)
    before = events.count()
    Recording.objects.filter(pk=recording.pk).update(progress=0.3)
    assert before == events.count()
    says(apart.Answered(result()))

    measure(recording)

    assert list(events.order_by("pgh_id").values_list("state", flat=True))[-2:] == [State.MEASURING, State.MEASURED]
