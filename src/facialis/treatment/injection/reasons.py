"""What holds a plan up, what needs a reason, what needs care: each with its code, its words and its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from facialis.document import Document
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.shared_rows import Override

# The public word for what lifts it.
_NEEDS = {Does.STOP: "change", Does.REASON: "reason"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to look at before an injection.

    Attributes
    ----------
    code : str
    does : Does
        STOP: the plan must change; REASON: a clinician gives one; CARE: it is told.
    text, plain : str
        For clinicians and for patients; `plain` may be empty.
    source : str
        A key of ``sources.toml`` or ``"elicited"``; empty where it follows from the plan alone.
    """

    code: str
    does: Does
    text: str
    plain: str = ""
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        told: dict[str, Any] = {"code": self.code, "text": self.text, "plain": self.plain, "source": self.source}
        return told | ({"needs": _NEEDS[self.does]} if self.does in _NEEDS else {})


@dataclass(frozen=True, slots=True)
class Sorted:
    """The reasons of a plan after the clinician's overrides.

    Attributes
    ----------
    blocks : tuple of Reason
        What still holds the plan up.
    cautions : tuple of Reason
    lifted : tuple of (Reason, Override)
        What a clinician gave a reason for; recorded, never silent.
    """

    blocks: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    lifted: tuple[tuple[Reason, Override], ...]

    @property
    def state(self) -> str:
        """Return ``"ready"``, ``"blocked"`` or ``"needs_reason"``."""
        if any(reason.does is Does.STOP for reason in self.blocks):
            return "blocked"
        return "needs_reason" if self.blocks else "ready"

    def override_of(self, code: str) -> Override | None:
        """Return the reason that was given for a code."""
        return next((override for reason, override in self.lifted if reason.code == code), None)

    def overrides_to_json(self) -> list[dict[str, Any]]:
        """Return what was lifted, by whom and why."""
        return [
            {"code": given.code, "reason": given.reason, "by": given.by, "text": reason.text}
            for reason, given in self.lifted
        ]


def sort(reasons: Iterable[Reason], given: Sequence[Override], top: Document) -> Sorted:
    """Hold the reasons against the overrides that were given.

    Parameters
    ----------
    reasons : iterable of Reason
    given : sequence of Override
    top : Document
        For errors.

    Raises
    ------
    DocumentError
        If one is overridden that no reason lifts, or one that nobody raised.
    """
    found = list(dict.fromkeys(reasons))
    held = [reason for reason in found if reason.does is not Does.CARE]
    codes = {reason.code: reason.does for reason in held}
    for i, override in enumerate(given):
        _check(override, codes, top, f"overrides[{i}].code")
    by_code = {override.code: override for override in given}
    return Sorted(
        blocks=tuple(sorted((r for r in held if r.code not in by_code), key=lambda r: r.does is not Does.STOP)),
        cautions=tuple(reason for reason in found if reason.does is Does.CARE),
        lifted=tuple((reason, by_code[reason.code]) for reason in held if reason.code in by_code),
    )


def _check(override: Override, codes: dict[str, Does], top: Document, where: str) -> None:
    does = codes.get(override.code)
    if does is Does.STOP:
        raise top.error(f"is {override.code}: no reason lifts it, the plan must change", where)
    if does is None:
        able = [code for code, how in codes.items() if how is Does.REASON]
        near = get_close_matches(override.code, able, 1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        asks = f"a reason is asked for {', '.join(able)}" if able else "nothing here asks for a reason"
        raise top.error(f'is "{override.code}"; {hint}{asks}', where)
