"""The first migration is made quick, and makes everything all the same."""

from __future__ import annotations

import gc

import pgtrigger
import pytest
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from facialis_clinic.config.prepare import quick_migrations


@pytest.mark.django_db
def test_every_trigger_that_a_table_asks_for_guards_it() -> None:
    status = {f"{model._meta.label} {trigger.name}": trigger.get_installation_status(model)[0]
              for model, trigger in pgtrigger.registered()}  # fmt: skip

    assert len(status) > 50
    assert {name: told for name, told in status.items() if told != pgtrigger.core.INSTALLED} == {}


def test_after_it_everything_is_as_it_was() -> None:
    before = AddTrigger.state_forwards, RemoveTrigger.state_forwards
    with quick_migrations():
        assert (AddTrigger.state_forwards, RemoveTrigger.state_forwards) != before
        assert not gc.isenabled()

    assert (AddTrigger.state_forwards, RemoveTrigger.state_forwards) == before
    assert gc.isenabled()
