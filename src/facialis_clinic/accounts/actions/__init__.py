"""What can be done with an account: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.accounts.actions.addresses import claim_address
from facialis_clinic.accounts.actions.codes import spend_code
from facialis_clinic.accounts.actions.lockouts import lift_lockout, lock_out
from facialis_clinic.accounts.actions.sessions import end_session, end_sessions, sign_out_everywhere
from facialis_clinic.accounts.actions.staff import (
    accept_invitation,
    change_role,
    deactivate,
    first_administrator,
    invite,
    invite_again,
    reactivate,
    reset_patients_factor,
    reset_second_factor,
)
from facialis_clinic.accounts.actions.sweeping import sweep

__all__ = [
    "accept_invitation",
    "change_role",
    "claim_address",
    "deactivate",
    "end_session",
    "end_sessions",
    "first_administrator",
    "invite",
    "invite_again",
    "lift_lockout",
    "lock_out",
    "reactivate",
    "reset_patients_factor",
    "reset_second_factor",
    "sign_out_everywhere",
    "spend_code",
    "sweep",
]
