"""A one-time link that is sent twice at the same moment."""

from __future__ import annotations

from datetime import datetime

from facialis_clinic.accounts import actions
from facialis_clinic.accounts.models import Invitation, User
from tests.clinic.conftest import World


def test_the_second_of_two_is_told_that_the_link_is_used(world: World, now: datetime) -> None:
    """Both have read the invitation; one of them is first."""
    user = actions.invite(email="new@example.org", name="New Example", role="nurse", by=world.adam, now=now)
    assert isinstance(user, User)
    invitation = Invitation.objects.get(user=user)
    given = {"name": "New Example", "password": "an invented nurse walks in", "now": now}

    assert isinstance(actions.accept_invitation(invitation=invitation, **given), User)
    invitation.pk = invitation.pk or Invitation().pk
    second = actions.accept_invitation(invitation=invitation, **given)

    assert not isinstance(second, User)
