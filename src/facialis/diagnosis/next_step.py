"""What to ask or test next: what each unanswered question, sign and test is expected to tell, against its price.

The information is the mutual information between the disorder (with its cause) and what would be read, in bits, given
all that is known. One answer is counted exactly; a test that gives several is drawn. The price in bits for cost, burden
and risk is elicited. Red-flag questions come first whatever they tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from facialis import knowledge
from facialis.diagnosis.evidence import Evidence, Reading, likelihood, says_present
from facialis.diagnosis.inference import branch_given, expected_chances, expected_given, node_given, touched
from facialis.diagnosis.network import Network, Values
from facialis.diagnosis.people import Hidden, pick, read_anew
from facialis.findings import Finding, State
from facialis.flags import Raised
from facialis.knowledge.differential import Share, Step
from facialis.units import in_text

RED_FLAG_QUESTIONS = "red_flag_questions"
_PEOPLE = 500
# Below this many bits a step hardly tells the disorders apart any further.
HARDLY = 0.005
_LEVELS = ("none", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Next:
    """A step with what it is expected to tell.

    Attributes
    ----------
    step : Step
    bits : float
        Expected information.
    net_bits : float
        The same less its price, which is no reason against a test that is done anyway in what is most probable.
    cause_bits : float
        How much of it tells the cause of one disorder only.
    between : tuple of str
        The two disorders that it is most expected to tell apart.
    standing : str
        The most probable disorder, where the test is done in it anyway; else empty.
    flag : str
        The red flag that asks for it, or empty.
    likely : float or None
        For a single answer: how likely "present" is.
    """

    step: Step
    bits: float
    net_bits: float
    cause_bits: float
    between: tuple[str, str]
    standing: str
    likely: float | None
    flag: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        step = self.step
        return {
            "ask_or_test": step.key,
            "kind": step.kind,
            "name": step.name,
            "plain": step.plain,
            "expected_information_bits": round(self.bits, 4),
            "cost": step.cost,
            "burden": step.burden,
            "risk": step.risk,
            "because": self.because(),
        }

    def because(self) -> str:
        """Say why, in words."""
        names = knowledge.disorders()
        one, other = (in_text(names[key].name) for key in self.between)
        told = f"expected to tell most between {one} and {other} ({self.bits:.2f} bits)"
        if self.cause_bits > 0.5 * self.bits:
            told = f"expected to tell most of the cause of {one} ({self.bits:.2f} bits)"
        if self.bits < HARDLY:
            told = "hardly tells the disorders apart any further"
        price = [f"{level} {what}" for what, level in self._prices() if level != "none"]
        told += f"; {', '.join(price)}" if price else "; costs nothing but the asking"
        if self.flag:
            told = f"asked for by the red flag “{in_text(self.flag)}”; {told}"
        if self.standing:
            told += f"; done in {in_text(names[self.standing].name)} whatever it tells"
        return told + (f". {self.step.also}" if self.step.also else "")

    def _prices(self) -> tuple[tuple[str, str], ...]:
        return ("cost", self.step.cost), ("burden", self.step.burden), ("risk", self.step.risk)


def next_steps(
    net: Network, prior: Share, evidence: Evidence, findings: Sequence[Finding], only: Collection[str] | None = None
) -> list[Next]:
    """Return every step that is left, the most worth its price first.

    Parameters
    ----------
    net : Network
    prior : Share
        Over the leaves.
    evidence : Evidence
    findings : sequence of Finding
        What was asked already: a question that somebody could not answer is not asked again.
    only : collection of str or None
        Keys of the steps to look at; all when None.
    """
    ask = _Asker(net, prior, evidence)
    asked = {(f.code, f.source) for f in findings}
    # A test of which one thing was read is done: it may be repeated, but not as a matter of course.
    read = {(f.code, f.source) for f in findings if f.state is not State.NOT_ASSESSABLE}
    unread = {(f.code, f.source) for f in findings if f.state is State.NOT_ASSESSABLE}
    found = []
    for step in knowledge.steps().values():
        if only is not None and step.key not in only:
            continue
        # A test can be done again where it could not tell; a question not.
        open_to = asked - unread if step.kind == "test" else asked
        wanted = [
            Reading(code, who, 1.0, knowledge.reader(code, who))
            for code, who in step.yields
            if (code, who) not in open_to and code in net.node_of
        ]
        if wanted:
            done = not read.isdisjoint(step.yields)
            found.append(ask.step(replace(step, standing=()) if done else step, wanted))
    looked = any(_looked(finding) for finding in findings)
    return sorted(found, key=lambda one: (one.step.after_looking and not looked, -one.net_bits))


def _looked(finding: Finding) -> bool:
    """Say whether somebody has looked at the face, or filmed it, and could tell."""
    definition = knowledge.finding(finding.code)
    moves = definition.needs_events or finding.code == "involuntary_movement"
    return moves and finding.source in ("clinician", "video") and finding.state is not State.NOT_ASSESSABLE


def flagged_first(steps: Sequence[Next], raised: Sequence[Raised]) -> list[Next]:
    """Put the tests that red flags ask for before all others, in the order of the flags.

    Parameters
    ----------
    steps : sequence of Next
        In their order.
    raised : sequence of Raised
        The most urgent first.
    """
    asked: dict[str, str] = {}
    for one in raised:
        for key in one.flag.tests:
            asked.setdefault(key, one.flag.title)
    place = {key: i for i, key in enumerate(asked)}
    marked = [replace(step, flag=asked[step.step.key]) if step.step.key in asked else step for step in steps]
    return sorted(marked, key=lambda step: place.get(step.step.key, len(place)))


def price(step: Step) -> float:
    """Return what a step costs, in bits."""
    return sum(
        knowledge.threshold(f"step_price_{level}")
        for level in (step.cost, step.burden, step.risk)
        if level in _LEVELS[1:]
    )


def red_flag_codes() -> list[str]:
    """Return the findings that some red flag asks for and the patient can tell, the most urgent first."""
    urgency = ("emergency", "same_day", "soon", "none")
    found: dict[str, int] = {}
    for flag in knowledge.red_flags().values():
        for code in (code for together in flag.when for code in together):
            if "patient" in knowledge.finding(code).assessed_by:
                place = urgency.index(knowledge.finding(code).urgency.value)
                found[code] = min(found.get(code, place), place)
    return [code for code in sorted(found, key=found.__getitem__) if found[code] < len(urgency) - 1]


@dataclass(eq=False)
class _Asker:
    """What is known, made ready to be asked about many readings."""

    net: Network
    prior: Share
    evidence: Evidence

    def __post_init__(self) -> None:
        self.nodes, self.chances = expected_given(self.net, self.evidence), expected_chances(self.net)
        self.told = {
            self.net.branch_of[branch.all_nodes()[0]]: branch_given(branch, self.nodes, self.chances)[..., 0]
            for branch in touched(self.net, self.evidence)
        }
        whole = np.log(np.array(self.prior.mean))
        for likely in self.told.values():
            whole = whole + np.log(np.maximum(likely, 1e-300))
        self.whole = np.exp(whole - whole.max())
        self.whole /= self.whole.sum()
        self.before = _entropy(self.whole)

    def step(self, step: Step, wanted: Sequence[Reading]) -> Next:
        """Return what a step is expected to tell."""
        if len(wanted) == 1:
            given, weights = self._answers(wanted[0])
        else:
            given, weights = self._drawn(wanted, step)
        after = self.whole * given
        sums = after.sum(axis=1)
        chance = sums if weights is None else weights
        after = after / np.maximum(sums, 1e-300)[:, None]
        bits = max(float(self.before - (chance * _entropy(after)).sum() / chance.sum()), 0.0)
        likely = float(sums[0] / sums.sum()) if weights is None else None
        coarse = (
            _entropy(self.net.by_disorder(self.whole))
            - (chance * _entropy(self.net.by_disorder(after))).sum() / chance.sum()
        )
        own = max(bits - max(float(coarse), 0.0), 0.0)
        before = self.net.by_disorder(self.whole)
        leader = self.net.disorders[int(before.argmax())]
        anyway = leader in step.standing and before.max() >= knowledge.threshold("leader_named_min")
        net_bits = bits if anyway else bits - price(step)
        return Next(step, bits, net_bits, own, self._between(after, chance), leader if anyway else "", likely)

    def _answers(self, reading: Reading) -> tuple[Values, None]:
        """Return the likelihood of "present" and of "absent" by leaf, (2, L)."""
        says = says_present(reading.reader, self.net.present(reading.code))
        node = self.net.node_of[reading.code]
        return self._given({node: np.stack([says, 1.0 - says])}), None

    def _drawn(self, wanted: Sequence[Reading], step: Step) -> tuple[Values, Values]:
        """Return the likelihood of what would be read in people like this one, (N, L), all counting alike."""
        rng = np.random.default_rng([len(wanted), sum(map(ord, step.key))])
        leaf = pick(np.broadcast_to(self.whole, (_PEOPLE, len(self.whole))), rng)
        by_node: dict[str, tuple[Reading, ...]] = {}
        for reading in wanted:
            node = self.net.node_of[reading.code]
            by_node[node] = (*by_node.get(node, ()), reading)
        people = Hidden.draw(self.net, self.evidence, leaf, by_node, rng)
        return self._given(read_anew(self.net, Evidence(by_node, {}), people, rng)), np.ones(_PEOPLE)

    def _given(self, states: Mapping[str, Values]) -> Values:
        """Return how likely new readings are by leaf, given what is known, (N, L)."""
        branches = sorted({self.net.branch_of[node] for node in states})
        told = np.ones(1)
        for place in branches:
            branch = self.net.branches[place]
            names = set(branch.all_nodes())
            nodes = {name: given for name, given in self.nodes.items() if name in names}
            for node in names & states.keys():
                rows = self.net.rows[node]
                known = likelihood(self.net, self.evidence, node) if node in nodes else 1.0
                nodes[node] = node_given(rows.mean, rows.of_leaf, states[node] * known)
            now = branch_given(branch, nodes, self.chances)[..., 0]
            told = told * now / np.maximum(self.told.get(place, 1.0), 1e-300)
        return np.asarray(told)

    def _between(self, after: Values, chance: Values) -> tuple[str, str]:
        """Return the two disorders whose odds move most, each counted by how probable the pair is."""
        before = self.net.by_disorder(self.whole)
        spread = np.log(np.maximum(self.net.by_disorder(after), 1e-12) / np.maximum(before, 1e-12))
        apart = spread[:, :, None] - spread[:, None, :]
        moved = np.einsum("n,nij->ij", chance / chance.sum(), np.abs(apart)) * np.outer(before, before)
        one, other = np.unravel_index(int(np.argmax(np.triu(moved, 1))), moved.shape)
        pair = sorted((int(one), int(other)), key=lambda i: -before[i])
        return self.net.disorders[pair[0]], self.net.disorders[pair[1]]


def _entropy(shares: Values) -> Values:
    """Return the entropy of the last axis, bits."""
    return np.asarray(-(shares * np.log2(np.maximum(shares, 1e-300))).sum(axis=-1))


def order(codes: Iterable[str], steps: Sequence[Next]) -> list[str]:
    """Return codes in the order of asking: red flags, then by what their question tells, then as they came.

    Parameters
    ----------
    codes : iterable of str
    steps : sequence of Next
        In their order.
    """
    first = {code: i for i, code in enumerate(red_flag_codes())}
    then: dict[str, int] = {}
    for i, step in enumerate(steps):  # a code may be a question and a sign: the better place counts
        then.setdefault(step.step.key, i)
    return sorted(codes, key=lambda code: (code not in first, first.get(code, 0), then.get(code, len(then))))
