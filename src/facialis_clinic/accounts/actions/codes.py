"""A code of an authenticator app is good once."""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

PERIOD = 30
LAST = "last_step"


def steps_of(secret: str, code: str, at: float) -> list[int]:
    """Return the half minutes around a moment whose code this is."""
    here = int(at) // PERIOD
    near = (here - 1, here, here + 1)
    return [
        step for step in near if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    ]


@transaction.atomic
def spend_code(*, authenticator: Authenticator, code: str, at: float) -> bool:
    """Use a code up; False where it, or a later one, was used before (RFC 6238, 5.2).

    Parameters
    ----------
    authenticator : Authenticator
        An authenticator app.
    code : str
        What its owner typed.
    at : float
        Now, in seconds since 1970. The half minute before and after are taken too: clocks differ, and people type.
    """
    # The same code sent twice at once: whoever comes second waits here and then sees that it is used.
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    steps = [step for step in steps_of(decrypt(row.data["secret"]), code, at) if step > row.data.get(LAST, -1)]
    if not steps:
        return False
    row.data[LAST] = max(steps)
    row.save(update_fields=["data"])
    return True
