"""What a case tells of the things that a rule of treatment asks for: present, absent, not to be told, or not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from facialis import knowledge
from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.knowledge.treatment.ground_rule import Spared
from facialis.knowledge.treatment.option import CASE_FACTS, SIDE_FACTS, Circumstance

AGE = "age"
BOTH_SIDES, SIDES_DISAGREE, SIDE_NOT_SETTLED, SIDE_SETTLED = SIDE_FACTS
_ONE_SIDE = (Side.LEFT, Side.RIGHT)
_MEASURED = ("video", "emg", "mri")


@dataclass(frozen=True, slots=True)
class SideKnown:
    """Which side moves, as far as those who told agree.

    Attributes
    ----------
    side : Side
        NONE where nobody told one, or where they disagree.
    settled : bool
        The clinician, or two others, name one side and nobody another.
    disagree : bool
        Two sources name different sides.
    because : tuple of str
        Who names which.
    """

    side: Side = Side.NONE
    settled: bool = False
    disagree: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one thing.

    Attributes
    ----------
    state : State or None
        None where nobody was asked.
    because : str
        As printed: what, how it is, and who says so.
    """

    state: State | None
    because: str


@dataclass(frozen=True)
class Facts:
    """A case, asked by the keys that rules use.

    Attributes
    ----------
    case : Case
    side : SideKnown
    circumstances : mapping of str to Circumstance
        Those that there are, by key.
    spared : tuple of Spared
        Whom some of them are not asked.
    another : str
        What leads the diagnosis where hemifacial spasm does not, or not surely; empty where it does or nobody asked.
    """

    case: Case
    side: SideKnown
    circumstances: Mapping[str, Circumstance] = field(default_factory=dict)
    spared: tuple[Spared, ...] = ()
    another: str = ""

    def told(self, key: str) -> Told:
        """Return what is known of a circumstance, a finding, or the side.

        Parameters
        ----------
        key : str
            A key of ``circumstances.toml``, a code of the vocabulary, or one of ``SIDE_FACTS``.
        """
        if key in CASE_FACTS:
            return Told(State.PRESENT if self.another else State.ABSENT, self.another or "hemifacial spasm leads")
        if key in SIDE_FACTS:
            return self._of_side(key)
        circumstance = self.circumstances.get(key)
        return self._finding(key) if circumstance is None else self._circumstance(circumstance)

    def name(self, key: str) -> str:
        """Return what a key stands for, as clinicians call it."""
        if key in self.circumstances:
            return self.circumstances[key].term
        found = knowledge.findings().get(key)
        return found.term if found else key.replace("_", " ").capitalize()

    def question(self, key: str) -> str:
        """Return the question behind a key, in plain words."""
        if key == AGE:
            return "How old are you?"
        if key in self.circumstances:
            return self.circumstances[key].question
        found = knowledge.findings().get(key)
        return (found.question if found else "") or f"{self.name(key)}: is it so?"

    def asked_of_the_patient(self, key: str) -> bool:
        """Say whether a person can answer it; else it is looked up."""
        if key in self.circumstances:
            return self.circumstances[key].ask
        found = knowledge.findings().get(key)
        return found is None or "patient" in found.assessed_by

    def unknown_medicines(self) -> list[str]:
        """Return the medicines that no circumstance names."""
        known = self.circumstances.values()
        return [taken for taken in self.case.medicines if not any(one.named_by(taken) for one in known)]

    def _of_side(self, key: str) -> Told:
        said = "; ".join(self.side.because) or "nobody has named a side"
        holds = {
            BOTH_SIDES: self.side.side is Side.BOTH,
            SIDES_DISAGREE: self.side.disagree,
            SIDE_NOT_SETTLED: not self.side.settled and not self.side.disagree,
            SIDE_SETTLED: self.side.settled,
        }[key]
        return Told(State.PRESENT if holds else State.ABSENT, f"Side: {said}")

    def _circumstance(self, one: Circumstance) -> Told:
        state = self.case.circumstances.get(one.key)
        taken = [name for name in self.case.medicines if one.named_by(name)]
        if taken:
            denied = "; answered as absent" if state is State.ABSENT else ""
            return Told(State.PRESENT, f"{one.term}: takes {' and '.join(taken)}{denied}")
        if state is not None:
            return Told(state, f"{one.term}: {_word(state)}")
        for some in self.spared:
            if one.key in some.keys and some.of(self.case.sex, self.case.age):
                return Told(State.ABSENT, f"{one.term}: {some.because}")
        return self._from_findings(one)

    def _from_findings(self, one: Circumstance) -> Told:
        """Return what findings tell: a scan with findings was made, one looked at for lesions was read."""
        read = [f for f in self.case.findings if f.source == "mri" and f.state is not State.NOT_ASSESSABLE]
        if one.key == "whole_scan_read":
            read = [finding for finding in read if finding.code == "mri_lesion"]
        if one.key in ("mri_done", "whole_scan_read") and read:
            term = knowledge.finding(read[0].code).term
            return Told(State.PRESENT, f"{one.term}: {term} is told by MRI")
        return Told(None, f"{one.term}: not asked")

    def _finding(self, code: str) -> Told:
        """Whoever says that it is so is heard, beside who denies it; but the clinician overrules what was measured."""
        term = knowledge.finding(code).term
        told = [finding for finding in self.case.findings if finding.code == code and not self._elsewhere(finding)]
        overruled = any(f.source == "clinician" and f.state is State.ABSENT for f in told)
        present = [f for f in told if f.state is State.PRESENT and not (overruled and f.source in _MEASURED)]
        absent = [f for f in told if f.state is State.ABSENT]
        heard = present + absent if present else absent or told
        if not heard:
            return Told(None, f"{term}: not asked")
        return Told(heard[0].state, f"{term}: {', '.join(dict.fromkeys(_who(finding) for finding in heard))}")

    def _elsewhere(self, finding: Finding) -> bool:
        """Say whether it counts on the side that moves only, and is on the other."""
        only = knowledge.finding(finding.code).same_side or finding.code == "prior_decompression"
        return only and {finding.side, self.side.side} == set(_ONE_SIDE)


def _who(finding: Finding) -> str:
    side = f", {finding.side.value}" if finding.side in (*_ONE_SIDE, Side.BOTH) else ""
    source = {"emg": "EMG", "mri": "MRI"}.get(finding.source, finding.source)
    return f"{_word(finding.state)}{side} ({source})"


def _word(state: State) -> str:
    return state.value.replace("_", " ")
