"""Red flags: rules over what was said, before and beside the network, never suppressed by a probability.

Whoever says that it is so is heard: a sign that one source names and another denies, or that is unlikely, still flags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from facialis import knowledge
from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.knowledge import Urgency
from facialis.knowledge.differential import Flag
from facialis.units import in_text

ORDER = (Urgency.EMERGENCY, Urgency.SAME_DAY, Urgency.SOON)
# With a new deficit of limb or speech every flag of the same day is an emergency.
_UPGRADES = "limb_speech_deficit"


@dataclass(frozen=True, slots=True)
class Raised:
    """A red flag that is up.

    Attributes
    ----------
    flag : Flag
    urgency : Urgency
        The flag's own, or higher beside a limb or speech deficit.
    because : tuple of str
        Who said what.
    """

    flag: Flag
    urgency: Urgency
    because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "code": self.flag.key,
            "urgency": self.urgency.value,
            "because": list(self.because),
            "title": self.flag.title,
            "action": self.flag.action,
            "plain": self.flag.plain,
            "plain_action": self.flag.plain_action,
        }


def red_flags(findings: Sequence[Finding], fields: Mapping[str, Any] | None = None) -> list[Raised]:
    """Return the red flags that are up, the most urgent first.

    Parameters
    ----------
    findings : sequence of Finding
    fields : mapping or None
        ``age`` and ``age_at_onset`` in years, where known.

    Returns
    -------
    list of Raised
    """
    fields = fields or {}
    said = {code: _said(code, findings) for code in {f.code for f in findings}}
    present = {code for code, words in said.items() if words}
    both = _both_sides(findings)
    if _still(findings):
        fields = {}
    raised = []
    for flag in knowledge.red_flags().values():
        because = list(_because(flag, present, said, fields)) or (both if flag.both_sides else [])
        if not because:
            continue
        urgency = flag.urgency
        if urgency is Urgency.SAME_DAY and _UPGRADES in present:
            urgency = Urgency.EMERGENCY
            because.append("with a new deficit of limb or speech it is an emergency")
            first = knowledge.red_flags()[_UPGRADES]
            flag = replace(flag, action=f"{first.action} Then: {flag.action}", plain_action=first.plain_action)
        raised.append(Raised(flag, urgency, tuple(because)))
    return sorted(raised, key=lambda one: ORDER.index(one.urgency))


def of_case(case: Case) -> list[Raised]:
    """Return the red flags of a case."""
    return red_flags(case.findings, {"age": case.age, "age_at_onset": case.age_at_onset})


def _said(code: str, findings: Sequence[Finding]) -> list[str]:
    """Return who says that it is so, and who says otherwise; empty where nobody says that it is so."""
    words = [_words(finding) for finding in findings if finding.code == code and finding.state is State.PRESENT]
    against = [f"{f.source}: absent" for f in findings if f.code == code and f.state is State.ABSENT]
    return words + against if words else []


def _still(findings: Sequence[Finding]) -> bool:
    """Say whether the face does not move as far as anybody tells: then no age of onset is a flag."""
    moves = [finding for finding in findings if finding.code == "involuntary_movement"]
    signs = [f for f in findings if f.state is State.PRESENT and knowledge.finding(f.code).needs_events]
    return bool(moves) and not signs and all(finding.state is State.ABSENT for finding in moves)


def _both_sides(findings: Sequence[Finding]) -> list[str]:
    """Return who says that both sides move, or that it is not always one."""
    words = []
    for finding in findings:
        name = in_text(knowledge.finding(finding.code).term)
        moves = knowledge.finding(finding.code).needs_events or finding.code == "involuntary_movement"
        if moves and finding.state is State.PRESENT and finding.side is Side.BOTH:
            words.append(f"{name} on both sides ({_words(finding)})")
        if finding.code == "strictly_unilateral" and finding.state is State.ABSENT:
            words.append(f"{name} ({finding.source}: absent)")
    return words


def _words(finding: Finding) -> str:
    doubt = "" if finding.probability is None else f", with probability {finding.probability:.2g}"
    return f"{finding.source}: present{doubt}"


def _because(
    flag: Flag, present: set[str], said: Mapping[str, Sequence[str]], fields: Mapping[str, Any]
) -> Iterator[str]:
    """Say why a flag is up; nothing where it is not."""
    if any(code in present for code in flag.unless):
        return
    years = list(_years(flag, fields))
    if (flag.onset_below is not None or flag.age_below is not None) and not years:
        return
    if not flag.when:
        yield from years
        return
    held = next((together for together in flag.when if all(code in present for code in together)), None)
    if held is not None:
        for code in held:
            yield f"{in_text(knowledge.finding(code).term)} ({', '.join(said[code])})"
        yield from years


def _years(flag: Flag, fields: Mapping[str, Any]) -> Iterator[str]:
    """Say which bound of age holds. An age below the bound for the onset means an onset below it too."""
    age, onset = fields.get("age"), fields.get("age_at_onset")
    begun = onset if onset is not None else age
    if flag.onset_below is not None and begun is not None and begun < flag.onset_below:
        what = "it began at" if onset is not None else "the person is"
        yield f"{what} {begun:g} years, below {flag.onset_below:g}"
    if flag.age_below is not None and age is not None and age < flag.age_below:
        yield f"the person is {age:g} years, below {flag.age_below:g}"
