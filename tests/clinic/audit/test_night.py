"""Each night the log is looked through, and where the chains end is written down outside the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event, Verification
from facialis_clinic.audit.tasks import look_through_the_log
from facialis_clinic.jobs.periodic import table
from tests.clinic.audit.conftest import PEOPLE, below, seals

pytestmark = pytest.mark.usefixtures("log")


def test_it_is_a_job_of_every_day() -> None:
    assert look_through_the_log.module_path in table


def test_a_whole_log_gets_a_checkpoint(home: Path) -> None:
    look_through_the_log.func()

    assert Verification.objects.get().broken == 0
    assert len(seals(home)) == 2
    assert Event.objects.filter(subject=None, verb="checkpointed").count() == 2
    assert actions.verify().whole


def test_a_broken_log_is_kept_as_broken_and_gets_none(home: Path) -> None:
    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s AND seq = 4", PEOPLE[0])

    look_through_the_log.func()

    kept = Verification.objects.get()
    assert kept.broken == 1
    assert kept.first_break == f"the chain of {PEOPLE[0]}, row 4: it was changed"
    assert len(seals(home)) == 1


@pytest.mark.parametrize("content", ["", "\udcff", "[]", "{", '{"seal": 1}', '{"seal": "x", "heads": {}}', "\0"])
def test_a_line_of_the_checkpoints_that_is_none_is_told_as_a_break(home: Path, content: str) -> None:
    (home / "audit" / "checkpoints.jsonl").write_text(content + "\n", encoding="utf-8", errors="surrogateescape")

    look_through_the_log.func()

    assert Verification.objects.get().broken >= 1
