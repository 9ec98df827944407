"""What can be done with a patient's record: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.people.actions.consents import give_consent, withdraw_consent
from facialis_clinic.people.actions.forgetting import finish_forgetting, forget, forget_again, forget_due
from facialis_clinic.people.actions.glass import break_glass, find_person, tell_of_broken_glass
from facialis_clinic.people.actions.leaving import ask_to_be_forgotten, decide, hold, lift_hold, take_back
from facialis_clinic.people.actions.proxies import (
    accept,
    decline,
    invite_proxy,
    name_parent,
    tell_of_endings,
    withdraw_proxy,
)
from facialis_clinic.people.actions.records import (
    change_contact,
    join,
    new_code,
    open_record,
    open_record_for_child,
    register,
)
from facialis_clinic.people.actions.team import join_team, leave_team

__all__ = [
    "accept",
    "ask_to_be_forgotten",
    "break_glass",
    "change_contact",
    "decide",
    "decline",
    "find_person",
    "finish_forgetting",
    "forget",
    "forget_again",
    "forget_due",
    "give_consent",
    "hold",
    "invite_proxy",
    "join",
    "join_team",
    "leave_team",
    "lift_hold",
    "name_parent",
    "new_code",
    "open_record",
    "open_record_for_child",
    "register",
    "take_back",
    "tell_of_broken_glass",
    "tell_of_endings",
    "withdraw_consent",
    "withdraw_proxy",
]
