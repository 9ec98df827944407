"""Nobody between the site and its database listens in."""

from __future__ import annotations

import pytest

from facialis_clinic.database import DatabaseError, settings_of


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:hush@db.example/clinic",
        "postgresql://app:hush@db.example/clinic?sslmode=prefer",
        "postgresql://app:hush@db.example/clinic?sslmode=allow",
        "postgresql://app:hush@db.example/clinic?sslmode=disable",
        "postgresql://app:hush@localhost,db.example/clinic",
        "postgresql://app:hush@localhost/clinic?hostaddr=192.0.2.1",
        "postgresql://app:hush@[2001:db8::1]:5432/clinic",
    ],
)
def test_another_machine_is_never_asked_in_the_open(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"without TLS: add \?sslmode=verify-full") as told:
        settings_of(url)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@db.example/clinic?sslmode=verify-full",
        "postgresql://app@db.example/clinic?sslmode=require",
        "postgresql://app@localhost/clinic",
        "postgresql://app@[::1]/clinic",
        "postgresql://app@/clinic?host=%2Frun%2Fpostgresql",
        "postgresql://app@/clinic",
    ],
)
def test_this_machine_and_encrypted_lines_will_do(url: str) -> None:
    assert settings_of(url)["NAME"] == "clinic"
