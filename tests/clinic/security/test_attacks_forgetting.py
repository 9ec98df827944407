"""Attacks by way of being forgotten: nobody takes along what is another's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic import mail
from facialis_clinic.people import actions, traces
from facialis_clinic.people.models import Person
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.EMAIL_BACKEND = "facialis_clinic.mail.Folder"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def test_a_name_of_one_letter_takes_nobodys_mails_along(world: World, mails: Path) -> None:
    for user in (world.bob, world.eve):
        mail.send(user.email, template="accounts/mail/factor_reset.txt", context={})
    record = actions.change_contact(person=world.record, by=world.alice, name="e", phone="2", born=None, now=NOW)
    assert isinstance(record, Person)

    assert traces.mails(record) == []


def test_an_address_that_ends_like_another_takes_nobodys_mails_along(world: World, mails: Path) -> None:
    mail.send(f"not-{world.alice.email}", template="accounts/mail/factor_reset.txt", context={})
    mail.send(f"{world.alice.email}.example", template="accounts/mail/factor_reset.txt", context={})

    assert traces.mails(world.record) == []


def test_mails_to_the_person_and_about_their_record_go(world: World, mails: Path) -> None:
    mail.send(world.alice.email, template="accounts/mail/factor_reset.txt", context={})
    mail.send(world.bob.email, template="people/mail/broken_glass.txt", context={"page": f"/people/{world.record.pk}/"})
    child = Person.objects.create(name="Carol Example", born=date(2020, 1, 1))

    assert len(traces.mails(world.record)) == 2
    assert traces.mails(child) == []


def test_two_mails_of_one_moment_never_share_a_file(world: World, mails: Path) -> None:
    for user in (world.alice, world.charlie) * 20:
        mail.send(user.email, template="accounts/mail/factor_reset.txt", context={})

    files = [path.read_text(encoding="utf-8") for path in mails.iterdir()]

    assert len(files) == 40
    assert all((world.alice.email in text) != (world.charlie.email in text) for text in files)
