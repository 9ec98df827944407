"""Events in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from facialis_clinic.accounts.models import Role

ROLES = {str(role.value): str(role.label) for role in Role}
KINDS = {
    "account": "an account",
    "address": "an e-mail address",
    "answer": "the answer to the patient",
    "assessment": "what was weighed",
    "chart": "the chart",
    "finding": "a finding put down by hand",
    "article": "an article",
    "call_back": "a call that was asked for",
    "care_team": "the care team",
    "circumstance": "what was asked before a treatment",
    "consent": "a consent",
    "contact": "the contact details",
    "deletion": "the wish to be forgotten",
    "diary": "the diary",
    "document": "a letter or report",
    "film": "a video",
    "films": "all videos",
    "glass": "the emergency openings",
    "integrity": "whether the log is whole",
    "interview": "the answers to the questions",
    "job": "a piece of background work",
    "join_code": "a code to join the record",
    "log": "the log",
    "measurement": "the result of a video",
    "medicine": "the medicines and allergies",
    "order": "an order for a test",
    "original": "a video as it was sent",
    "password": "a password",
    "person": "the record",
    "poster": "the picture of a video",
    "practice": "the practice's own log",
    "proxy": "who may act for the patient",
    "record_copy": "a copy of the whole record",
    "recording": "a video",
    "recovery_codes": "recovery codes",
    "safety_form": "the safety form before a scan",
    "scale": "a scale",
    "second_factor": "a second factor",
    "totp": "an authenticator app",
    "webauthn": "a passkey",
}
VERBS = {
    "added": "added",
    "changed": "changed",
    "deleted": "deleted",
    "downloaded": "downloaded",
    "locked": "locked",
    "read": "opened",
    "removed": "removed",
    "renewed": "renewed",
    "reset": "reset",
    "shared": "shared",
    "unlocked": "unlocked",
    "used": "used",
    "watched": "watched",
    "wrote": "changed",
}
# What does not read well as a verb and a thing.
SENTENCES = {
    ("accepted", "account"): "set an account up",
    ("accepted", "proxy"): "accepted to act for the patient",
    ("added", "medicine"): "told of a medicine or an allergy",
    ("allowed", "consent"): "gave a consent",
    ("amended", "document"): "began a new version of a letter or report",
    ("answered", "safety_form"): "answered the safety form before a scan",
    ("asked", "deletion"): "asked for the record to be removed",
    ("asked", "verification"): "asked for the log to be checked",
    ("began", "interview"): "began the questions",
    ("broke_glass", "person"): "opened the record in an emergency",
    ("called", "call_back"): "noted that a call was made",
    ("cancelled", "order"): "cancelled an order for a test",
    ("changed_role", "account"): "changed what somebody does here",
    ("checkpointed", "log"): "wrote down where the log ends",
    ("cleared", "safety_form"): "cleared an answer of the safety form before a scan",
    ("deactivated", "account"): "closed an account",
    ("decided", "deletion"): "decided that the record is removed",
    ("declined", "proxy"): "declined to act for the patient",
    ("discarded", "document"): "threw a draft of a letter away",
    ("drafted", "document"): "drafted a letter or report",
    ("ended", "medicine"): "ended a medicine or an allergy",
    ("ended", "session"): "signed somebody out at one place",
    ("ended_all", "session"): "signed somebody out everywhere",
    ("exported", "log"): "took a copy of the log",
    ("failed", "code"): "turned away a wrong code",
    ("failed", "sign_in"): "turned away a sign-in: wrong password or code",
    ("failed_to_measure", "recording"): "could not measure a video",
    ("finished", "interview"): "finished the questions",
    ("finished", "order"): "wrote down what a test showed",
    ("forgot", "person"): "removed the record for good",
    ("held", "deletion"): "put the removal of the record on hold",
    ("invited", "account"): "invited somebody to work here",
    ("invited", "proxy"): "invited somebody to act for the patient",
    ("joined", "care_team"): "put somebody on the care team",
    ("joined", "person"): "joined the record with an account",
    ("judged", "event"): "said what events of a recording are",
    ("left", "care_team"): "took somebody off the care team",
    ("listed", "contact"): "looked at the list of patients",
    ("measured", "recording"): "measured a video",
    ("opened", "person"): "began the record",
    ("ordered", "order"): "ordered a test",
    ("queued", "job"): "had background work done again",
    ("queued", "recording"): "asked for a video to be measured",
    ("reactivated", "account"): "opened a closed account again",
    ("listed", "work"): "looked at the list of what is to be done",
    ("read", "deletion"): "looked at the wish to be forgotten",
    ("read", "glass"): "looked at the emergency openings",
    ("read", "integrity"): "looked whether the log is whole",
    ("read", "interview"): "looked at the answers to the questions",
    ("read", "log"): "looked at who opened the record",
    ("read", "practice"): "looked at the practice's own log",
    ("reconciled", "medicine"): "went through the medicines and allergies",
    ("registered", "person"): "began the record at the front desk",
    ("released", "assessment"): "released an answer to the patient",
    ("released", "deletion"): "took the hold off the removal of the record",
    ("released", "measurement"): "released the result of a video",
    ("reviewed", "article"): "reviewed an article",
    ("saw", "news"): "noted as seen what is new",
    ("searched", "contact"): "searched the list of patients",
    ("searched", "person"): "searched for the record by name and birthday",
    ("sent", "recording"): "sent a video",
    ("shared", "document"): "shared a letter with the patient",
    ("signed", "document"): "signed a letter or report",
    ("signed_in", "account"): "signed in",
    ("signed_out", "account"): "signed out",
    ("signed_up", "account"): "made an account",
    ("took_back", "assessment"): "took an answer to the patient back",
    ("took_back", "finding"): "took back a finding put down by hand",
    ("took_back", "event"): "took back what was said of events of a recording",
    ("took_back", "deletion"): "took the wish to be forgotten back",
    ("took_back", "diary"): "took back a line of the diary",
    ("verified", "log"): "checked whether the log is whole",
    ("weighed", "assessment"): "weighed what is known",
    ("went_on", "interview"): "went on with the questions after a warning",
    ("withdrew", "consent"): "took a consent back",
    ("withdrew", "proxy"): "ended that somebody acts for the patient",
    ("wrote", "diary"): "wrote in the diary",
    ("wrote", "finding"): "put down a finding by hand",
    ("wrote", "join_code"): "made a code to join the record",
    ("wrote", "scale"): "answered a scale",
}


def what(verb: str, kind: str) -> str:
    """Return what was done: "opened a video"."""
    if (verb, kind) in SENTENCES:
        return SENTENCES[verb, kind]
    if verb in VERBS and kind in KINDS:
        return f"{VERBS[verb]} {KINDS[kind]}"
    return f"{verb}: {kind}".replace("_", " ")


def who(actor: UUID | None, role: str, names: Mapping[UUID, str]) -> str:
    """Return who did it: the name while the account exists, and the role that they had then."""
    if actor is None:
        return "The practice's own system"
    name = names.get(actor)
    had = ROLES.get(role, role.replace("_", " "))
    return f"{name}, {had}" if name else f"Somebody whose account was deleted, {had}"
