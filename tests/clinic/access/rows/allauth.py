"""The pages of django-allauth that are served. None takes an id of anybody but the keys of one's own account."""

from __future__ import annotations

from typing import Any

from facialis_clinic.accounts.testing import give_key
from tests.clinic.access.row import PUBLIC, SIGNED_IN, Row, Whose
from tests.clinic.conftest import World

OPEN = "before anybody is signed in"
MINE = "one's own account, from the session alone"
LINK = "the link is the key; a wrong one gets a page that says so, and opens nothing"
STAFF = dict.fromkeys(("neurologist", "nurse", "front_desk", "administrator"), "page")


def key(world: World, whose: Whose) -> dict[str, Any]:
    """Alice's key, Charlie's and none."""
    if whose == "missing":
        return {"pk": 2**31}
    return {"pk": give_key(world.alice if whose == "own" else world.charlie).pk}


ROWS = {
    "account_login": Row(PUBLIC, why=OPEN),
    "account_signup": Row(PUBLIC, why=OPEN),
    "account_logout": Row(PUBLIC, why=OPEN),
    "account_inactive": Row(PUBLIC, ok=(200,), why=OPEN),
    "account_email_verification_sent": Row(PUBLIC, ok=(200,), why=OPEN),
    "account_confirm_email": Row({}, args=lambda world, whose: {"key": "wrong"}, denied=(200,), why=LINK),
    "account_reset_password": Row(PUBLIC, ok=(200,), why=OPEN),
    "account_reset_password_done": Row(PUBLIC, ok=(200,), why=OPEN),
    "account_reset_password_from_key": Row(
        {}, args=lambda world, whose: {"uidb36": "1", "key": "wrong"}, denied=(200,), why=LINK
    ),
    "account_reset_password_from_key_done": Row(PUBLIC, ok=(200,), why=OPEN),
    "account_reauthenticate": Row(SIGNED_IN, ok=(200,), why=MINE),
    "account_email": Row(SIGNED_IN, ok=(200,), why=MINE),
    "account_change_password": Row(SIGNED_IN, ok=(200,), why=MINE),
    "mfa_index": Row(SIGNED_IN, ok=(200,), why=MINE),
    "mfa_reauthenticate": Row(SIGNED_IN, ok=(200, 302), why=MINE),
    "mfa_authenticate": Row(SIGNED_IN, ok=(302,), why="half way in; whoever is in is led on"),
    "mfa_login_webauthn": Row(SIGNED_IN, ok=(302,), why="the question to a passkey; whoever is in is led on"),
    "mfa_activate_totp": Row(SIGNED_IN, ok=(200, 302), why=MINE),
    "mfa_deactivate_totp": Row(STAFF, ok=(200,), why=MINE),
    "mfa_view_recovery_codes": Row(STAFF, ok=(200,), why=MINE),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, ok=(200,), why=MINE),
    "mfa_download_recovery_codes": Row(STAFF, ok=(200,), why=MINE),
    "mfa_list_webauthn": Row(SIGNED_IN, ok=(200,), why=MINE),
    "mfa_add_webauthn": Row(SIGNED_IN, ok=(200,), why=MINE),
    "mfa_reauthenticate_webauthn": Row(SIGNED_IN, ok=(200, 302), why=MINE),
    "mfa_edit_webauthn": Row({"patient": "own"}, args=key, ok=(200,)),
    "mfa_remove_webauthn": Row({"patient": "own"}, args=key, ok=(200,)),
    "mfa_remove_webauthn post": Row({"patient": "own"}, args=key, method="post", ok=(302,)),
}
