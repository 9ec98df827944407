"""What a page says of a recording, to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.people.access import Asked, may, on_care_team
from facialis_clinic.people.models import Consent
from facialis_clinic.people.wording import current
from facialis_clinic.recordings import actions, consent
from facialis_clinic.recordings.models import Measurement, Recording, State
from facialis_clinic.recordings.words import quality_for_patient, verdict

UNDER_WAY: Final = (State.QUEUED, State.MEASURING)
BADGES: Final = {
    State.QUEUED: ("waiting", "plain"),
    State.MEASURING: ("being measured", "plain"),
    State.MEASURED: ("measured", "good"),
    State.REFUSED: ("film it again", "warn"),
    State.FAILED: ("not measured", "bad"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A recording in a list."""

    recording: Recording
    word: str
    kind: str

    @classmethod
    def of(cls, recording: Recording) -> Row:
        """Say where it stands in a word."""
        return cls(recording, *BADGES[State(recording.state)])


def stage(recording: Recording) -> dict[str, Any]:
    """Return how far a recording is: ``waits`` while its page has something to wait for."""
    under_way = recording.state in UNDER_WAY
    copying = recording.state in (State.MEASURED, State.REFUSED) and not recording.copy and not recording.copy_failed
    name = "measuring" if under_way else "copying" if copying else "done"
    return {"recording": recording, "under_way": under_way, "waits": under_way or copying, "stage": name}


def page(
    recording: Recording, measurements: list[Measurement], user: User, asked: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return what the page of one recording shows.

    Parameters
    ----------
    recording : Recording
        From a gate.
    measurements : list of Measurement
        The newest first.
    user : User
        Who looks.
    asked : mapping
        ``measurement``: the id of an older one to be shown.
    now : datetime
        The moment.
    """
    chosen = next((one for one in measurements if str(one.pk) == asked.get("measurement")), None)
    shown = chosen or (measurements[0] if measurements else None)
    allowed = consent.uses(recording.person_id, now=now, recording_id=recording.pk)
    told: dict[str, Any] = {
        **stage(recording),
        "person": recording.person,
        "row": Row.of(recording),
        "measurements": measurements,
        "shown": shown,
        "uses": [(use, Consent.Use(use).label, use in allowed, current(use)) for use in Consent.Use.values],
        "minutes": f"{recording.duration_s / 60:.0f} min"
        if recording.duration_s >= 120
        else f"{recording.duration_s:.0f} s",
    }
    if user.is_clinician:
        return told | _for_clinician(recording, measurements, user, now)
    return told | _for_patient(recording, measurements, user, now)


def _for_clinician(recording: Recording, measurements: list[Measurement], user: User, now: datetime) -> dict[str, Any]:
    installed = version("facialis")
    return {
        "may_download": user.role == Role.NEUROLOGIST and on_care_team.test(user, Asked(user, recording.person, now)),
        "may_release": user.role == Role.NEUROLOGIST,
        "may_measure": recording.state not in UNDER_WAY
        and all(one.version != installed or not one.signals for one in measurements),
        "installed": installed,
    }


def _for_patient(recording: Recording, measurements: list[Measurement], user: User, now: datetime) -> dict[str, Any]:
    newest = measurements[0] if measurements else None
    released = next((one for one in measurements if one.released_at is not None), None)
    return {
        "verdict": verdict(newest.result) if newest else "",
        "quality": quality_for_patient(newest.result) if newest else [],
        "released": released,
        "answer": answer_for_patient(_stands(released)) if released else [],
        "may_change": may(user, recording.person, "share", now=now),
        "may_delete": actions.deletable(recording, now=now),
        "own": recording.person.user_id == user.pk,
    }


def _stands(measurement: Measurement) -> dict[str, Any]:
    """Return the result after what neurologists said of its events, which the room of the chart keeps beside it."""
    try:
        return dict(measurement.review.reviewed)
    except ObjectDoesNotExist:
        return dict(measurement.result)


def answer_for_patient(result: Mapping[str, Any]) -> list[str]:
    """Return the answer in plain words, no more than it can carry; a neurologist has released it.

    Absence needs looking: what was not seen is said with the time watched and the smallest movement that would have
    been seen. A count bears its rate and interval where the measurement has one.
    """
    if result["quality"]["verdict"] == "refused":
        return ["This video could not tell anything about your face. That is neither good nor bad news."]
    usable = round(result["quality"]["usable_s"])
    spasms = [event for event in result["events"] if event["kind"] == "spasm"]
    moved = next((one["state"] for one in result["findings"] if one["code"] == "involuntary_movement"), "")
    if not spasms:
        return [
            f"No spasm was seen in {usable} seconds of your video{_smallest(result)}.",
            "That does not rule a spasm out: it may come at other times, or be too small to be seen in a video.",
            *(["This video alone is not enough to say that there is none."] if moved != "absent" else []),
        ]
    side = result["summary"]["affected_side"]
    where = {"left": " on your left side", "right": " on your right side", "both": " on both sides"}.get(side, "")
    times = {1: "once", 2: "twice"}.get(len(spasms), f"{len(spasms)} times")
    told = [
        f"In {usable} seconds of your video your face twitched {times}{where} in the way of a spasm.{_rate(result)}"
        if moved == "present"
        else f"In {usable} seconds of your video your face moved {times}{where} in what may be a spasm."
    ]
    if side in ("left", "right") and result["quality"]["mirrored"] == "unknown":
        told.append("Left and right may be exchanged: the video does not say whether it is mirrored.")
    told.append("What it means for you is for your neurologist to say.")
    return told


def _smallest(result: Mapping[str, Any]) -> str:
    """Say which movements would have been seen: the worst of the regions, in hundredths of the eyes' distance."""
    limits = [value for value in result["quality"]["detection_limit_iod"].values() if value is not None]
    if not limits:
        return ""
    return f" that moved the skin by more than {100 * max(limits):.1f} hundredths of the distance between your eyes"


def _rate(result: Mapping[str, Any]) -> str:
    rate = result["summary"]["spasms_per_min"]
    if any(rate[key] is None for key in ("value", "low", "high")):
        return ""
    low, high = (f"{rate[key]:.0f}" if rate[key] >= 2 else f"{rate[key]:.1f}" for key in ("low", "high"))
    return f" At that pace it would be between {low} and {high} a minute."
