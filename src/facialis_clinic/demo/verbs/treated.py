"""What is chosen, planned and given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from facialis_clinic.care.models import Plan
from facialis_clinic.demo.verbs.scene import Halt, Scene, taken
from facialis_clinic.library.here import today


def aid(scene: Scene, *, options: Sequence[str]) -> None:
    """Hand the decision aid over."""
    from facialis_clinic.care.actions import choices

    taken(choices.hand(person=scene.person, by=scene.by, options=options, now=scene.now))


def lean(scene: Scene, *, matters: Mapping[str, int], to: str, sure: str, question: str = "") -> None:
    """Answer the aid that was handed over: what matters how much, which way, how sure, and what is still asked."""
    from facialis_clinic.care import choices
    from facialis_clinic.care.actions.choices import answer

    found = choices.newest(scene.person)
    if found is None:
        raise Halt("no decision aid was handed over")
    said = {f"value-{number}": str(much) for number, much in matters.items()} | {"leaning": to, "sure": sure}
    taken(answer(choice=found, by=scene.by, step="matters", said=said, now=scene.now))
    if question:
        now = scene.now + timedelta(minutes=3)
        taken(answer(choice=found, by=scene.by, step="questions", said={"note": question}, now=now))


def plan(scene: Scene, *, asked: Mapping[str, Any] | None = None) -> None:
    """Plan an injection of that day and make it ready; what is not told is as it was given last."""
    _ready(scene, asked)


def _ready(scene: Scene, asked: Mapping[str, Any] | None) -> Plan:
    from facialis_clinic.care.actions import plans
    from facialis_clinic.care.injecting import begun, known_of

    first, _ = begun(scene.person, known_of(scene.person, now=scene.now))
    wanted = {**first, **(asked or {}), "date": today(scene.now).isoformat()}
    made = taken(plans.write(person=scene.person, by=scene.by, asked=wanted, now=scene.now))
    return taken(plans.make_ready(plan=made, by=scene.by, now=scene.now))


def injected(scene: Scene, *, lot: str, asked: Mapping[str, Any] | None = None) -> None:
    """Plan an injection, confirm its side by two people, give it as planned and write it down."""
    from facialis_clinic.care.actions import plans, treatments

    ready, day = _ready(scene, asked), today(scene.now)
    side, operator, second = ready.plan["side"], scene.by.name, scene.staff["nora"].name
    said = {"first": operator, "second": second, "patient_states": side, "marked": side}
    ticked = said | dict.fromkeys(plans.TICKS, True)
    confirmed = taken(plans.confirm(plan=ready, by=scene.by, told=ticked, now=scene.now + timedelta(minutes=10)))
    told = {
        "date": day.isoformat(),
        "as_planned": True,
        "lots": [{"lot": lot, "expires": (day + timedelta(days=300)).isoformat()}],
        "operator": operator,
        "consent": {"given": True, "date": day.isoformat(), "by": scene.person.name},
    }
    now = scene.now + timedelta(minutes=25)
    taken(treatments.record_session(plan=confirmed, by=scene.by, told=told, now=now))
