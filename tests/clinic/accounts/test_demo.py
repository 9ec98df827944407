"""Everybody of the demonstration is invented and signs in as at any practice."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from facialis_clinic.accounts.demo import demo_people
from facialis_clinic.accounts.invented import lines, sign_ins
from facialis_clinic.accounts.models import User
from tests.clinic.accounts.conftest import is_in, try_code, try_password


@pytest.mark.django_db
def test_each_role_signs_in_with_what_is_printed_and_staff_with_a_code_too() -> None:
    demo_people()

    for one in sign_ins():
        client = Client()
        try_password(client, one.email, one.password)
        code = one.code(time.time())
        assert (code is not None) == User.objects.get(email=one.email).is_staff_member
        if code is not None:
            assert not is_in(client)
            try_code(client, code)
        assert is_in(client), one.role
    printed = "\n".join(lines())
    assert all(one.email in printed and one.password in printed for one in sign_ins())
    assert {one.role for one in sign_ins()} == {
        "patient", "proxy", "neurologist", "nurse", "front_desk", "administrator",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_second_start_makes_nobody_twice() -> None:
    demo_people()
    before = User.objects.count()

    demo_people()

    assert User.objects.count() == before
