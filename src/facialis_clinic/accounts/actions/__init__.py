"""What can be done with an account: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.accounts.actions.lockouts import lift_lockout, lock_out
from facialis_clinic.accounts.actions.sessions import end_sessions
from facialis_clinic.accounts.actions.staff import (
    accept_invitation,
    change_role,
    deactivate,
    first_administrator,
    invite,
    invite_again,
    reactivate,
    reset_second_factor,
)

__all__ = [
    "accept_invitation",
    "change_role",
    "deactivate",
    "end_sessions",
    "first_administrator",
    "invite",
    "invite_again",
    "lift_lockout",
    "lock_out",
    "reactivate",
    "reset_second_factor",
]
