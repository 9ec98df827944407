"""What can happen in a story: each verb calls the action that a page would call, as the person who would press it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from facialis_clinic.demo.verbs import cared, filmed, studied, told, treated, weighed

VERBS: Mapping[str, Callable[..., None]] = {
    "interview": told.interview,
    "diary": told.diary,
    "scale": told.scale,
    "medicines": told.medicines,
    "reconcile": told.reconcile,
    "circumstances": told.circumstances,
    "film": filmed.film,
    "judge": filmed.judge,
    "electrodes": studied.electrodes,
    "assess": weighed.assess,
    "release": weighed.release,
    "order": cared.order,
    "safety": cared.safety,
    "test_done": cared.test_done,
    "letter": cared.letter,
    "aid": treated.aid,
    "lean": treated.lean,
    "injected": treated.injected,
    "plan": treated.plan,
}
