"""Accounts: one's own are everybody's who is signed in; those of staff are an administrator's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from facialis_clinic.accounts.models import Invitation, Lockout, User
from tests.clinic.access.row import NOWHERE, ROLES, SIGNED_IN, Row, Whose
from tests.clinic.conftest import NOW, World


def colleague(world: World, whose: Whose) -> dict[str, Any]:
    """Staff accounts belong to no patient: the administrator sees the one on Alice's team and the other alike."""
    return {"user_id": {"own": world.eve.pk, "other": world.frank.pk, "missing": NOWHERE}[whose]}


def lockout(world: World, whose: Whose) -> dict[str, Any]:
    """A locked account is the administrator's to open, a patient's too; it shows nothing of the record."""
    if whose == "missing":
        return {"lockout_id": NOWHERE}
    user = world.alice if whose == "own" else world.charlie
    return {"lockout_id": Lockout.objects.create(user=user, at=NOW, until=now() + timedelta(minutes=5)).pk}


def invited(world: World, whose: Whose) -> dict[str, Any]:
    """The link itself is the key: whoever holds it may set the account up; one that is wrong opens nothing."""
    if whose == "missing":
        return {"token": "wrong"}
    from facialis_clinic.accounts.actions.staff import hashed

    user = User.objects.create_user(f"{whose}@example.net", None, name="Ingrid Example", role="nurse")
    Invitation.objects.create(user=user, hashed=hashed(whose), until=now() + timedelta(hours=1))
    return {"token": whose}


ADMINISTRATOR = {"administrator": "all"}
ROWS = {
    "accounts:account": Row(SIGNED_IN, ok=(200,)),
    "accounts:second_factor": Row(SIGNED_IN, ok=(200,)),
    "accounts:places": Row(SIGNED_IN, ok=(200,)),
    "accounts:places post": Row(SIGNED_IN, method="post", data={"place": "none"}, ok=(404,)),
    "accounts:staff": Row({"administrator": "page"}, ok=(200,)),
    "accounts:invite": Row({"administrator": "page"}, ok=(200,)),
    "accounts:invite post": Row(
        {"administrator": "page"},
        method="post",
        data={"email": "new@example.org", "name": "New Example", "role": "nurse"},
        ok=(302,),
    ),
    "accounts:lost_factor": Row({"administrator": "page"}, ok=(200,)),
    "accounts:lost_factor post": Row(
        {"administrator": "page"}, method="post", data={"email": "alice@example.org", "sure": "on"}, ok=(302,)
    ),
    "accounts:member": Row(ADMINISTRATOR, args=colleague, ok=(200,)),
    "accounts:member role": Row(
        ADMINISTRATOR, args=colleague, method="post", data={"do": "role", "role": "nurse"}, ok=(302,)
    ),
    "accounts:member deactivate": Row(
        ADMINISTRATOR, args=colleague, method="post", data={"do": "deactivate"}, ok=(302,)
    ),
    "accounts:member reset": Row(ADMINISTRATOR, args=colleague, method="post", data={"do": "reset"}, ok=(302,)),
    "accounts:lift": Row(ADMINISTRATOR, args=lockout, method="post", ok=(302,)),
    "accounts:invitation": Row(dict.fromkeys(ROLES, "all"), args=invited, ok=(200,)),
}
