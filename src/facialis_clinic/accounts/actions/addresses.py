"""Whose an e-mail address is."""

from __future__ import annotations

from django.db import transaction

from facialis_clinic.accounts.actions.sweeping import never_confirmed
from facialis_clinic.accounts.models import User


@transaction.atomic
def claim_address(*, user: User, email: str) -> bool:
    """Make way for whoever has just shown that an address is theirs; False where it is another account's.

    Somebody may have signed up with that address and never confirmed it. Such an account is nobody's, and goes.
    """
    email = email.strip().lower()
    never_confirmed().filter(email=email).exclude(pk=user.pk).delete()
    return not User.objects.filter(email=email).exclude(pk=user.pk).exists()
