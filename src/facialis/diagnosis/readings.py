"""From findings to evidence: who may tell what, what hides what, and one voice for each reader.

The same sign from patient, camera, clinician and electrode is one thing seen through several readers, never
multiplied. What the clinician enters overrules what was measured; both are kept. Toxin hides what it weakens, and a
sign of spasms tells nothing where none was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from facialis import knowledge
from facialis.case import Case
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.network import Network, Values
from facialis.findings import Finding, Side, State

MEASURED = ("video", "emg", "mri")
_ONE_SIDE = (Side.LEFT, Side.RIGHT)
# What tells the side of the movement itself; a palsy, a click or a vessel may lie on another.
_BEGINNINGS = ("involuntary_movement", "onset_eye_first", "onset_lower_first", "onset_whole_side", "spread_same_side")


@dataclass(frozen=True, slots=True)
class Read:
    """One finding of a case, and what became of it.

    Attributes
    ----------
    finding : Finding
        As it was handed in.
    state : State
        As it counts: what toxin may hide, for example, is not assessable although it was said to be absent.
    why_not : str
        Why it is not used in the differential; empty where it is.
    """

    finding: Finding
    state: State
    why_not: str = ""

    @property
    def used(self) -> bool:
        """Whether it counts in the differential."""
        return not self.why_not

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        finding = self.finding
        return {
            "code": finding.code,
            "name": knowledge.finding(finding.code).term,
            "state": finding.state.value,
            "side": finding.side.value,
            "source": finding.source,
            "probability": finding.probability,
            "used": self.used,
            "why_not": self.why_not,
            "because": list(finding.because),
        }


@dataclass(frozen=True, slots=True)
class SideTold:
    """Which side moves, as far as those who told agree.

    Attributes
    ----------
    side : Side
        NONE where nobody told one, or where they disagree.
    settled : bool
        The clinician, or two others, name one side and nobody another.
    because : tuple of str
    disagree : bool
        Two sources name different sides.
    """

    side: Side
    settled: bool
    because: tuple[str, ...] = field(default=())
    disagree: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {"side": self.side.value, "settled": self.settled, "because": list(self.because)}


def side_told(case: Case) -> SideTold:
    """Return the side of the movement: stated, filmed and clinician's side must agree.

    Parameters
    ----------
    case : Case
    """
    told: dict[str, set[Side]] = {}
    for finding in case.findings:
        definition = knowledge.finding(finding.code)
        sided = finding.state is State.PRESENT and finding.side is not Side.NONE
        if sided and (finding.code in _BEGINNINGS or definition.needs_events):
            told.setdefault(finding.source, set()).add(finding.side)
    if not told:
        return SideTold(Side.NONE, False, ("nobody has named a side",))
    because = [f"{who}: {' and '.join(sorted(side.value for side in sides))}" for who, sides in told.items()]
    because.extend(doubt for doubt in case.doubts if "mirrored" in doubt)
    sides = set().union(*told.values())
    if Side.BOTH in sides or len(sides) > 1:
        if all(Side.BOTH in theirs for theirs in told.values()):
            return SideTold(Side.BOTH, len(told) > 1 or "clinician" in told, tuple(because))
        return SideTold(
            Side.NONE, False, (*because, "they do not agree: settle the side before anything rests on it"), True
        )
    doubtful = "video" in told and any("mirrored" in doubt for doubt in case.doubts)
    sure = "clinician" in told or len(told) - doubtful >= 2
    return SideTold(sides.pop(), sure, tuple(because))


def readings(case: Case, net: Network, side: SideTold) -> list[Read]:
    """Return every finding of a case with what becomes of it, in the order of the case.

    Parameters
    ----------
    case : Case
    net : Network
    side : SideTold
    """
    toxin = any(f.code == "recent_toxin" and f.state is State.PRESENT for f in case.findings)
    told = [f for f in case.findings if f.source == "clinician" and f.state is not State.NOT_ASSESSABLE]
    clinician = {f.code: f.state for f in told}
    moves = [f for f in case.findings if f.code == "involuntary_movement"]
    unseen = {f.source for f in moves} - {f.source for f in moves if f.state is State.PRESENT}
    return [_read(finding, net, side.side, clinician, (toxin, finding.source in unseen)) for finding in case.findings]


def _read(
    finding: Finding, net: Network, side: Side, clinician: Mapping[str, State], hidden: tuple[bool, bool]
) -> Read:
    definition = knowledge.finding(finding.code)
    toxin, unseen = hidden
    if finding.state is State.NOT_ASSESSABLE:
        return Read(finding, State.NOT_ASSESSABLE, "; ".join(finding.because) or f"the {finding.source} could not tell")
    if finding.source in MEASURED and finding.source not in definition.assessed_by:
        able = ", ".join(definition.assessed_by)
        return Read(finding, State.NOT_ASSESSABLE, f"{finding.source} cannot tell this; it takes {able}")
    if finding.state is State.ABSENT and toxin and definition.masked_by_toxin:
        return Read(finding, State.NOT_ASSESSABLE, "recent botulinum toxin may hide it")
    if finding.state is State.ABSENT and unseen and definition.needs_events:
        return Read(finding, State.NOT_ASSESSABLE, f"a sign of spasms, and the {finding.source} saw none")
    if finding.code not in net.node_of:
        return Read(finding, finding.state, "it is no evidence for or against a disorder")
    if finding.source in MEASURED and finding.code in clinician:
        same = clinician[finding.code] is finding.state
        return Read(finding, finding.state, "the clinician says the same" if same else "overruled by the clinician")
    if definition.same_side and {finding.side, side} == set(_ONE_SIDE):
        return Read(finding, finding.state, f"it is on the {finding.side.value}, the movement on the {side.value}")
    return Read(finding, finding.state)


def evidence(reads: Sequence[Read], case: Case, net: Network) -> Evidence:
    """Return what the network is told.

    A reader who reads one code twice (two videos) is one voice: the mean of what was read. What is told of each side
    by itself is present where it is so on one of them.

    Parameters
    ----------
    reads : sequence of Read
    case : Case
    net : Network
    """
    voices: dict[tuple[str, str], list[Finding]] = {}
    for read in reads:
        if read.used:
            voices.setdefault((read.finding.code, read.finding.source), []).append(read.finding)
    by_node: dict[str, list[Reading]] = {}
    for (code, who), told in voices.items():
        reading = Reading(code, who, _one_voice(told), knowledge.reader(code, who))
        by_node.setdefault(net.node_of[code], []).append(reading)
    return Evidence({node: tuple(told) for node, told in by_node.items()}, known(case, net))


def _one_voice(told: Sequence[Finding]) -> float:
    """Return how likely one reader read a finding as present: on the side where that is likelier."""
    unsided = [_as_present(finding) for finding in told if finding.side not in _ONE_SIDE]
    by_side = [[_as_present(finding) for finding in told if finding.side is side] for side in _ONE_SIDE]
    heard = [chances + unsided for chances in by_side if chances] or [unsided]
    return max(float(np.mean(chances)) for chances in heard)


def _as_present(finding: Finding) -> float:
    sure = 1.0 if finding.probability is None else finding.probability
    return sure if finding.state is State.PRESENT else 1.0 - sure


def known(case: Case, net: Network) -> dict[str, Values]:
    """Return the likelihood of the states that a case's own fields tell: sex, age at onset.

    Where the age at onset is not known, the age tells that it was not later.
    """
    told: dict[str, Values] = {}
    if case.sex is not None and "sex" in net.nodes:
        told["sex"] = np.array([state == case.sex for state in net.nodes["sex"].states], dtype=float)
    if "age_at_onset" in net.nodes:
        starts = np.array([float(state) for state in net.nodes["age_at_onset"].states])
        if case.age_at_onset is not None:
            band = int(np.searchsorted(starts, case.age_at_onset, side="right")) - 1
            told["age_at_onset"] = (np.arange(len(starts)) == band).astype(float)
        elif case.age is not None:
            told["age_at_onset"] = (starts <= case.age).astype(float)
    if "duration" in net.nodes and (lasted := _lasted(case)) is not None:
        starts = np.array([float(state) for state in net.nodes["duration"].states])
        ends = np.append(starts[1:], np.inf)
        told["duration"] = ((starts <= lasted[1]) & (ends > lasted[0])).astype(float)
    return told


def _lasted(case: Case) -> tuple[float, float] | None:
    """Return the least and the most months that it can have lasted; ages in whole years leave a year either way."""
    if case.duration_months is not None:
        return case.duration_months, case.duration_months
    if case.age is None or case.age_at_onset is None:
        return None
    years = case.age - case.age_at_onset
    return max(12.0 * (years - 1.0), 0.0), 12.0 * years + 11.0


def gaps(reads: Sequence[Read]) -> Mapping[str, str]:
    """Return the findings that somebody looked for and nobody could tell, with the reason."""
    told = {read.finding.code for read in reads if read.state is not State.NOT_ASSESSABLE}
    found: dict[str, str] = {}
    for read in reads:
        if read.state is State.NOT_ASSESSABLE and read.finding.code not in told:
            code, reason = read.finding.code, f"{read.finding.source}: {read.why_not}"
            found[code] = f"{found[code]}; {reason}" if code in found else reason
    return found
