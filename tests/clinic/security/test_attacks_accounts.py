"""Attacks on accounts, and what stands against them."""

from __future__ import annotations

import pytest

from facialis_clinic.accounts.access import user_at
from tests.clinic.conftest import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("looks_like", ["al\u0131ce@example.org", "al\u0130ce@example.org", "alice@example.org\u200b"])
def test_tries_at_an_address_that_looks_alike_are_not_laid_to_its_owner(world: World, looks_like: str) -> None:
    assert user_at(looks_like) is None


@pytest.mark.parametrize("typed", ["ALICE@example.org", " alice@example.org "])
def test_case_and_spaces_do_not_matter(world: World, typed: str) -> None:
    assert user_at(typed) == world.alice
