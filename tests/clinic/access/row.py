"""What a row of the access matrix says: who gets what from an address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ROLES = ("anonymous", "patient", "proxy", "neurologist", "nurse", "front_desk", "administrator")
# "own" is Alice's thing, "other" is Charlie's, "missing" exists nowhere.
Whose = Literal["own", "other", "missing"]


@dataclass(frozen=True)
class Row:
    """One address and method. Whoever is not named in ``allow`` gets 404 (signed in) or is led to sign in (not).

    Attributes
    ----------
    allow : mapping
        From role to "own" (only where Alice is concerned), "all" (Charlie's thing too) or "page" (an address without
        an id). ``PUBLIC`` names everybody.
    args : callable or None
        From (world, whose) to the address's arguments; None for an address without an id.
    method : str
        What is sent.
    data : callable or mapping
        The form that is sent, valid, so that a refusal is the gate's and not the form's.
    ok : tuple of int
        The answers that count as let in.
    denied : tuple of int
        The answers that count as kept out for somebody signed in.
    why : str
        For an address that a framework serves: why it has no ids of its own.
    """

    allow: Mapping[str, str]
    args: Callable[[Any, Whose], Mapping[str, Any]] | None = None
    method: str = "get"
    data: Callable[[Any, Whose], Mapping[str, Any]] | Mapping[str, Any] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 302)
    denied: tuple[int, ...] = (403, 404)
    why: str = ""


# An id of the right form that belongs to nothing.
NOWHERE = uuid.UUID("00000000-0000-4000-8000-000000000000")

PUBLIC = dict.fromkeys(ROLES, "page")
SIGNED_IN = {role: "page" for role in ROLES if role != "anonymous"}
