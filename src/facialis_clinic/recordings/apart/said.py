"""A result as the version that measured it says it to a clinician: the words of the examination's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

MOST_EVENTS = 100
_OF_EVENT = (
    "number",
    "kind",
    "side",
    "side_word",
    "at",
    "length",
    "form",
    "regions",
    "amplitude",
    "probability",
    "why",
)
_OF_SIGN = ("term", "side", "side_word", "number", "because")


def said(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of a result, ready to be shown.

    Parameters
    ----------
    result : mapping
        ``facialis.video/1``.

    Returns
    -------
    dict
        ``headline``, ``cautions``, ``events`` (the first hundred that are looked for), ``events_in_all``,
        ``set_aside``, ``signs`` by state, ``facts`` and ``limits``.
    """
    from facialis import knowledge
    from facialis.face.page.answer import answer
    from facialis.face.page.events import lines, set_aside
    from facialis.face.page.quality import facts, limits
    from facialis.paper.signs import groups

    told = answer(result)
    events = lines(result, looked_for=True)
    return {
        "headline": told.headline,
        "cautions": list(told.cautions),
        "events": [{name: getattr(line, name) for name in _OF_EVENT} for line in events[:MOST_EVENTS]],
        "events_in_all": len(events),
        "set_aside": set_aside(result),
        "signs": [
            {"state": state, "name": name, "signs": [{key: getattr(sign, key) for key in _OF_SIGN} for sign in signs]}
            for state, name, signs in groups(result, knowledge.finding)
        ],
        "facts": [[name, value] for name, value, _ in facts(result)],
        "limits": [asdict(one) for one in limits(result)],
    }
