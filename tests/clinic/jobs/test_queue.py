"""What may be queued, in which order it is done, and what becomes of what goes wrong."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django_tasks_db.models import DBTaskResult

from facialis_clinic.jobs import JobMissing, Superseded, enqueue, rows, status
from facialis_clinic.jobs.models import Job
from facialis_clinic.jobs.testing import run_waiting
from facialis_clinic.jobs.worker import _where
from tests.clinic.conftest import World
from tests.clinic.jobs import bodies
from tests.clinic.jobs.conftest import Lines

PACE = rows.Pace()


def let_wait_be_over() -> None:
    """Bring every waiting job to the end of its wait."""
    DBTaskResult.objects.filter(status="READY").update(run_after=Now() - timedelta(seconds=1))


def give_up_worker(id: uuid.UUID) -> None:
    """Have a worker that is no more claim the job."""
    let_wait_be_over()
    claimed = rows.claim(uuid.uuid4().hex)
    assert claimed is not None
    assert claimed.id == id


def test_a_job_that_is_done_says_so(lines: Lines) -> None:
    id = enqueue(bodies.quick, 7)
    assert status(id).state == "waiting"

    assert run_waiting() == ["done"]

    assert (status(id).state, status(id).attempt, status(id).progress) == ("done", 1, 1.0)
    assert lines() == ["7"]


def test_nothing_is_queued_where_the_page_fails(lines: Lines) -> None:
    @transaction.atomic
    def page() -> None:
        enqueue(bodies.quick, 1, whose=uuid.uuid4())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page()

    assert DBTaskResult.objects.count() == Job.objects.count() == 0


@pytest.mark.parametrize("value", ["Alice Example", "alice@example.org", "1970-01-01", 1.5, None, ["a"], {"name": 1}])
def test_only_ids_and_numbers_can_be_queued(lines: Lines, value: Any) -> None:
    with pytest.raises(TypeError, match="ids and numbers") as caught:
        enqueue(bodies.quick, value)
    with pytest.raises(TypeError, match="ids and numbers"):
        bodies.quick.enqueue(value)

    assert "Alice" not in str(caught.value)
    assert DBTaskResult.objects.count() == 0


def test_the_queue_holds_nothing_of_a_person_but_opaque_ids(world: World, lines: Lines) -> None:
    """Even an error that cites a person leaves nothing of it behind."""
    enqueue(bodies.quick, 1, whose=world.record.id)
    enqueue(bodies.mistaken, 2, whose=world.record.id)
    run_waiting()

    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text || j::text FROM django_tasks_database_dbtaskresult r, jobs_job j")
        everything = " ".join(row[0] for row in cursor.fetchall())
    assert "ValueError" in everything
    for word in (bodies.SECRET, world.record.name, world.alice.email):
        assert word not in everything


def test_a_missing_job_is_told_from_a_waiting_one(lines: Lines) -> None:
    with pytest.raises(JobMissing):
        status(uuid.uuid4())


def test_one_persons_hundred_recordings_do_not_stand_before_another_persons_first(lines: Lines) -> None:
    alice, charlie = uuid.uuid4(), uuid.uuid4()
    for number in range(10):
        enqueue(bodies.quick, number, whose=alice)
    run_waiting(3)
    for number in (100, 101):
        enqueue(bodies.quick, number, whose=charlie)

    run_waiting()

    assert lines() == ["0", "1", "2", "3", "100", "4", "101", "5", "6", "7", "8", "9"]


def test_a_person_who_comes_late_does_not_get_the_turns_that_passed(lines: Lines) -> None:
    alice, charlie = uuid.uuid4(), uuid.uuid4()
    for number in range(4):
        enqueue(bodies.quick, number, whose=alice)
    run_waiting()
    for number in range(100, 103):
        enqueue(bodies.quick, number, whose=charlie)
    enqueue(bodies.quick, 4, whose=alice)

    run_waiting()

    assert lines()[4:] == ["100", "4", "101", "102"]


def test_short_work_of_the_practice_goes_first(lines: Lines) -> None:
    enqueue(bodies.quick, 1)
    enqueue(bodies.short, 2)

    run_waiting()

    assert lines() == ["2", "1"]


def test_a_job_that_gives_a_reason_fails_at_once_and_shows_it(lines: Lines) -> None:
    id = enqueue(bodies.refusing, 1)

    assert run_waiting() == ["failed"]

    found = status(id)
    assert (found.state, found.why, found.attempt) == ("failed", "refused", 1)
    assert found.reason == "It is too dark. Film again with the window in front of you."
    assert lines("failed refused") == ["1"]


def test_an_error_of_ours_is_tried_again_later_and_in_the_end_called_ours(lines: Lines) -> None:
    id = enqueue(bodies.mistaken, 1)
    waits = []
    while status(id).state != "failed":
        assert run_waiting()[0].startswith("went wrong (ValueError in bodies.py:")
        assert run_waiting() == []  # not again at once
        job = Job.objects.select_related("result").get(pk=id)
        if job.result.status == "READY":
            with connection.cursor() as cursor:
                cursor.execute("SELECT extract(epoch FROM %s - now())", [job.result.run_after])
                waits.append(float(cursor.fetchone()[0]))
        let_wait_be_over()

    assert status(id).attempt == rows.MOST_MISTAKES
    assert "our side" in status(id).reason
    assert [round(wait / 5) for wait in waits] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert lines("waiting") == ["1"] * 9
    assert lines("failed mistake") == ["1"]


def test_a_death_is_counted_apart_and_waits_longer_each_time(lines: Lines) -> None:
    id = enqueue(bodies.quick, 1)
    for deaths in range(1, rows.MOST_DEATHS):
        give_up_worker(id)
        taken = rows.take_over(PACE)
        assert [(one.deaths, one.failed) for one in taken] == [(deaths, False)]
        assert rows.claim("x") is None  # the others come first meanwhile

    give_up_worker(id)
    assert [one.failed for one in rows.take_over(PACE)] == [True]

    job = Job.objects.get(pk=id)
    assert (job.deaths, job.mistakes, job.why) == (rows.MOST_DEATHS, 0, "deaths")
    assert "stops our program" in job.reason


def test_a_job_that_is_given_back_counts_neither_as_death_nor_as_error(lines: Lines) -> None:
    id = enqueue(bodies.quick, 1)
    for _ in range(30):
        claimed = rows.claim("somebody")
        assert claimed is not None
        assert rows.give_back(claimed)

    job = Job.objects.get(pk=id)
    assert (job.deaths, job.mistakes) == (0, 0)
    assert run_waiting() == ["done"]


def test_a_late_result_is_refused_by_every_way(lines: Lines) -> None:
    """Whoever lost a job can neither finish nor fail it, nor record under its fence."""
    id = enqueue(bodies.quick, 1)
    late = rows.claim("late")
    assert late is not None
    rows.take_over(PACE)
    let_wait_be_over()
    new = rows.claim("new")
    assert new is not None

    assert not rows.done(late)
    assert not rows.refuse(late, "no")
    assert not rows.went_wrong(late, ValueError(), PACE)
    assert not rows.give_back(late)
    with pytest.raises(Superseded):
        rows.hold(late)
    rows.hold(new)
    assert status(id).state == "running"
    assert rows.done(new)


def test_a_job_whose_follower_breaks_is_taken_over_all_the_same(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    from facialis_clinic.jobs import queue

    def broken(status: object, key: int) -> None:
        raise ValueError("no")

    monkeypatch.setitem(queue.followers, bodies.quick.module_path, broken)
    id = enqueue(bodies.quick, 1)
    rows.claim("gone")

    assert len(rows.take_over(PACE)) == 1
    assert status(id).state == "waiting"


def test_a_task_that_is_no_more_is_our_mistake_and_not_the_end(lines: Lines) -> None:
    id = enqueue(bodies.quick, 1)
    DBTaskResult.objects.filter(id=id).update(task_path="facialis_clinic.jobs.tasks.gone")

    assert run_waiting()[0].startswith("went wrong (ImportError")
    assert status(id).state == "waiting"


def test_finished_jobs_are_swept_after_a_month_and_no_others(lines: Lines) -> None:
    from facialis_clinic.jobs.tasks import sweep_finished_jobs

    ids = [enqueue(bodies.quick, number) for number in range(3)]
    run_waiting(2)
    DBTaskResult.objects.filter(id=ids[0]).update(finished_at=Now() - timedelta(days=31))
    DBTaskResult.objects.filter(id=ids[1]).update(finished_at=Now() - timedelta(days=29))
    DBTaskResult.objects.filter(id=ids[2]).update(enqueued_at=Now() - timedelta(days=300))

    sweep_finished_jobs.call()

    assert {row.pk for row in Job.objects.all()} == set(ids[1:])
    assert DBTaskResult.objects.count() == 2


def test_where_an_error_lies_is_said_without_its_message() -> None:
    with pytest.raises(ValueError, match=bodies.SECRET) as caught:
        bodies.mistaken.call(5)

    assert bodies.SECRET not in _where(caught.value)
    assert _where(caught.value).startswith("ValueError in bodies.py:")
