"""Events in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from facialis_clinic.accounts.models import Role

ROLES = {str(role.value): str(role.label) for role in Role}
KINDS = {
    "person": "the record",
    "contact": "the contact details",
    "recording": "a recording",
    "film": "the film of a recording",
    "measurement": "the result of a recording",
    "log": "this list",
    "consent": "a consent",
    "proxy": "who may act for the patient",
    "care_team": "the care team",
    "deletion": "the wish to be forgotten",
    "join_code": "a code to join the record",
    "account": "an account",
    "article": "an article",
    "call_back": "a call that was asked for",
    "job": "a piece of background work",
}
# What stands here needs no thing named after it, or says it in words of its own.
SENTENCES = {
    ("broke_glass", "person"): "opened the record in an emergency",
    ("forgot", "person"): "removed the record for good",
    ("joined", "care_team"): "put somebody on the care team",
    ("left", "care_team"): "took somebody off the care team",
    ("joined", "person"): "joined the record with an account",
    ("opened", "person"): "began the record",
    ("registered", "person"): "began the record at the front desk",
    ("searched", "person"): "searched for the record by name and birthday",
    ("searched", "contact"): "searched the list of patients",
    ("listed", "contact"): "looked at the list of patients",
    ("allowed", "consent"): "gave a consent",
    ("withdrew", "consent"): "took a consent back",
    ("invited", "proxy"): "invited somebody to act for the patient",
    ("accepted", "proxy"): "accepted to act for the patient",
    ("ended", "proxy"): "ended that somebody acts for the patient",
    ("asked", "deletion"): "asked for the record to be removed",
    ("took_back", "deletion"): "took the wish to be forgotten back",
    ("measured", "recording"): "measured a recording",
    ("failed_to_measure", "recording"): "could not measure a recording",
    ("queued", "recording"): "asked for a recording to be measured",
    ("sent", "recording"): "sent a recording",
    ("released", "measurement"): "released the result of a recording",
    ("checkpointed", "log"): "wrote down where the log ends",
    ("verified", "log"): "checked that the log is whole",
    ("exported", "log"): "took a copy of the log",
    ("read", "glass"): "looked at the emergency openings",
    ("read", "practice"): "looked at the practice's own log",
    ("read", "log"): "looked at who opened the record",
}
VERBS = {
    "read": "opened",
    "wrote": "changed",
    "shared": "shared",
    "deleted": "deleted",
    "broke_glass": "opened in an emergency",
}


def what(verb: str, kind: str) -> str:
    """Return what was done: "opened a recording"."""
    done = VERBS.get(verb) or verb.replace("_", " ")
    thing = KINDS.get(kind) or "a " + kind.replace("_", " ")
    return SENTENCES.get((verb, kind)) or f"{done} {thing}"


def who(actor: UUID | None, role: str, names: Mapping[UUID, str]) -> str:
    """Return who did it: the name while the account exists, and the role that they had then."""
    if actor is None:
        return "The practice's own system"
    name = names.get(actor)
    had = ROLES.get(role, role.replace("_", " "))
    return f"{name}, {had}" if name else f"Somebody whose account was deleted, {had}"
