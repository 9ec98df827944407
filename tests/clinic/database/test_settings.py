"""The address of a database becomes Django's settings, without a word of it lost."""

from __future__ import annotations

import pytest

from facialis_clinic.database import DatabaseError, settings_of


def test_an_address_with_all_its_parts_is_taken_apart() -> None:
    found = settings_of(
        "postgresql://app:p%40ss%2Fword@db.example.org:5433/clinic?sslmode=verify-full&connect_timeout=5"
    )
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "clinic",
        "USER": "app",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full", "connect_timeout": "5"},
    }


def test_a_socket_folder_with_spaces_is_a_host() -> None:
    found = settings_of("postgres://app@/clinic?host=%2Frun%2Ftwo%20words")
    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/run/two words", "", {})


def test_several_hosts_are_passed_on() -> None:
    found = settings_of("postgresql://one:5432,two:5433/clinic?target_session_attrs=read-write&sslmode=verify-full")
    assert (found["HOST"], found["PORT"]) == ("one,two", "5432,5433")
    assert found["OPTIONS"] == {"target_session_attrs": "read-write", "sslmode": "verify-full"}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///clinic.db", "only PostgreSQL"),
        ("mysql://app@host/clinic", "only PostgreSQL"),
        ("", "only PostgreSQL"),
        ("postgresql://app@host", "name of the database is missing"),
        ("postgresql://app@host/clinic?colour=blue", '"colour"'),
        ("postgresql://app:hush%zz@host/clinic", "cannot be read"),
        ("postgresql://app:hush hush@host/clinic", "cannot be read"),
        ("postgresql://app:hush/hush#?@host/clinic", "DATABASE_URL"),
    ],
)
def test_an_address_that_will_not_do_is_refused_in_one_line_without_its_password(url: str, words: str) -> None:
    with pytest.raises(DatabaseError, match=words) as told:
        settings_of(url)
    assert "\n" not in str(told.value)
    assert "hush" not in str(told.value)
