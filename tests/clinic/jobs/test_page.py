"""The administrator's page: states, reasons, once more; nobody is named."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.models import User
from facialis_clinic.jobs import enqueue, status
from facialis_clinic.jobs.models import Job
from facialis_clinic.jobs.testing import run_waiting
from tests.clinic.conftest import World
from tests.clinic.jobs import bodies
from tests.clinic.jobs.conftest import Lines

SignIn = Callable[[User | None], Client]


def test_the_page_counts_and_gives_reasons_and_names_nobody(world: World, lines: Lines, sign_in: SignIn) -> None:
    enqueue(bodies.refusing, 1, whose=world.record.id)
    run_waiting()
    enqueue(bodies.mistaken, 2, whose=world.record.id)
    run_waiting()
    enqueue(bodies.quick, 3, whose=world.record.id)

    page = sign_in(world.adam).get(reverse("jobs:list")).content.decode()

    assert "It is too dark." in page
    assert "<dd>2</dd>" in page.replace("\n", "").replace(" ", "")  # one waits, one waits to be tried again
    assert "refusing" in page
    for word in (world.record.name, str(world.record.id), bodies.SECRET, "Alice"):
        assert word not in page


def test_an_empty_queue_says_so(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.adam).get(reverse("jobs:list")).content.decode()

    assert "Nothing waits." in page
    assert "Nothing has failed" in page


def test_a_failed_job_is_tried_again_as_if_new_and_a_later_attempt_stands_above_the_old(
    world: World, lines: Lines, sign_in: SignIn
) -> None:
    id = enqueue(bodies.refusing, 1)
    run_waiting()
    adam = sign_in(world.adam)

    answer = adam.post(reverse("jobs:again", args=[id]))

    assert answer.status_code == 302
    job = Job.objects.get(pk=id)
    assert (status(id).state, job.deaths, job.mistakes, job.reason) == ("waiting", 0, 0, "")
    assert run_waiting() == ["failed"]
    assert status(id).attempt == 2
    assert lines("waiting") == ["1"]


def test_a_job_that_has_not_failed_cannot_be_queued_twice(world: World, lines: Lines, sign_in: SignIn) -> None:
    id = enqueue(bodies.quick, 1)

    assert sign_in(world.adam).post(reverse("jobs:again", args=[id])).status_code == 404
    run_waiting()
    assert sign_in(world.adam).post(reverse("jobs:again", args=[id])).status_code == 404
    assert lines("done") == ["1"]


def test_nobody_but_an_administrator_sees_the_queue(world: World, sign_in: SignIn) -> None:
    for user in (world.alice, world.bob, world.dana, world.eve, world.nora):
        assert sign_in(user).get(reverse("jobs:list")).status_code == 404
    assert Client().get(reverse("jobs:list")).status_code == 302
