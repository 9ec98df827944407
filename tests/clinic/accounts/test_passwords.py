"""Which passwords are taken: long ones that nobody tries first; what they are made of is nobody's business."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.models import User


@pytest.mark.parametrize(
    "good",
    [
        "violet ladder umbrella",
        "aaaa bbbb cccc dddd eeee ffff",
        "лошадь батарея скрепка",
        "x" * 10 + "y1z2q3w4",
        "a" * 3000 + "bcdefgh",
    ],
)
def test_a_long_password_is_taken_whatever_it_is_made_of(good: str) -> None:
    user = User(name="Erin Example", email="erin@example.org")
    validate_password(good, user)
    user.set_password(good)
    assert user.check_password(good)
    assert not user.check_password(good[:-1])


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("short words", "at least 12"),
        ("123456789012", "a row"),
        ("abababababab", "a row"),
        ("passwordpassword", "words that everybody"),
        ("Facialis-Clinic-2026!", "words that everybody"),
        ("hemifacialspasm1", "words that everybody"),
        ("erin.example12", "similar"),
        ("qwertyuiop123", "common|everybody"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(bad: str, why: str) -> None:
    import re

    with pytest.raises(ValidationError) as refused:
        validate_password(bad, User(name="Erin Example", email="erin.example@example.org"))

    assert any(re.search(why, message) for message in refused.value.messages), refused.value.messages


@pytest.mark.django_db
def test_the_name_counts_too_when_somebody_signs_up() -> None:
    answer = Client().post(
        reverse("account_signup"),
        {"name": "Wilhelmina Example", "email": "erin@example.org", "password1": "wilhelmina example"},
    )

    assert b"too similar" in answer.content


@pytest.mark.django_db
def test_the_fields_say_to_a_password_manager_what_they_are_for() -> None:
    sign_in, sign_up = (Client().get(reverse(name)).content for name in ("account_login", "account_signup"))

    assert b'autocomplete="current-password"' in sign_in
    assert b'autocomplete="username"' in sign_in
    assert b'autocomplete="new-password"' in sign_up
    assert b"onpaste" not in sign_in + sign_up


@pytest.mark.django_db
def test_a_password_longer_than_a_page_is_refused_before_it_is_hashed() -> None:
    answer = Client().post(
        reverse("account_signup"),
        {"name": "Erin Example", "email": "erin@example.org", "password1": "violet " * 1000},
    )

    assert answer.status_code == 200
    assert not User.objects.exists()
