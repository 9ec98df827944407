"""Is the arithmetic of the diagnosis right, and how fast is it.

Simulation-based calibration (Talts and others 2018, arXiv 1804.06788): the numbers are drawn from their distributions,
a person from the network at those numbers, what is read of that person by readers as good as drawn. What the true
numbers say of the case must then be a draw like any other among the program's own draws: its rank is uniform. This
shows that the arithmetic is right, not the medicine: the people are drawn from the very network that is asked.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks import kept
from facialis import knowledge
from facialis.diagnosis import Case, assess, next_step
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.inference import branch_given, node_given, touched
from facialis.diagnosis.network import Network, Rows, network
from facialis.diagnosis.sampling import Sampler
from facialis.findings import Finding, State

Values = npt.NDArray[np.float64]

CASES = 10_000
DRAWS = 199
"""The 5th smallest and the 5th largest of so many enclose another one like them in exactly 95 %."""
TAIL = 5
BINS = 20
EDGES = (0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
SETTINGS = ("specialist", "primary_care", "self_referred")
SURE = (0.6, 0.8, 0.95)
REPEATS = 30

TWELVE = (
    "involuntary_movement", "strictly_unilateral", "onset_eye_first", "spread_same_side", "upper_lower_synchronous",
    "other_babinski_sign", "persists_in_sleep", "-premonitory_urge", "-prior_facial_palsy", "-synkinesis",
    "-sensory_trick", "mri_contact_root",
)  # fmt: skip
TWENTY_FIVE = (
    *TWELVE, "-suppressible", "-distractible", "-tonic_sustained", "-facial_weakness", "-voluntary_locked", "ear_click",
    "-abrupt_onset", "stress_worse", "-jaw_spasm", "-hemifacial_atrophy", "-continuous_rippling",
    "lateral_spread_response", "emg_bursts_150_400",
)  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """One case: who it is, what the true numbers and the program say of it.

    Attributes
    ----------
    disorder : int
        The one that the person has.
    true : (D,) float
        What the true numbers say.
    shown : (D,) float
        What the program shows.
    ranks : (D,) int
        How many of the program's draws lie below the true one.
    readings : int
    """

    disorder: int
    true: Values
    shown: Values
    ranks: npt.NDArray[np.intp]
    readings: int


def run(quick: bool = False) -> dict[str, Any]:
    """Simulate cases, weigh them, and take the time."""
    count = 400 if quick else CASES
    cases = []
    for i in range(count):
        cases.append(simulated(network(), i))
        if (i + 1) % 2000 == 0:
            kept.say(f"{i + 1} of {count} cases")
    return {
        "shows": "that the arithmetic is right, not the medicine: people are drawn from the network itself",
        "cases": count,
        "draws": DRAWS,
        "readings": {"mean": float(np.mean([case.readings for case in cases]))},
        **calibration(cases),
        "speed": speed(5 if quick else REPEATS),
    }


def simulated(net: Network, seed: int) -> Simulated:
    """Draw numbers and a person, have the person read, and weigh what was read."""
    rng = np.random.default_rng([20_260, seed])
    prior = knowledge.setting(SETTINGS[seed % len(SETTINGS)])
    truth = _Truth(net, rng)
    before = rng.dirichlet(np.array(prior.mean) * prior.weight)
    leaf = int(rng.choice(len(net.leaves), p=before))
    codes = [str(code) for code in rng.choice(list(net.node_of), int(rng.integers(5, 21)), replace=False)]
    readings: dict[str, list[Reading]] = {}
    likely: dict[str, Values] = {}
    for code in codes:
        for who in _readers(code, rng):
            reading, told = truth.read(code, who, leaf)
            readings.setdefault(net.node_of[code], []).append(reading)
            likely[net.node_of[code]] = likely.get(net.node_of[code], 1.0) * told
    known = {}
    for node in ("sex", "age_at_onset"):
        if rng.random() < 0.7:
            likely[node] = known[node] = np.eye(len(net.nodes[node].states))[truth.state(node, leaf)]
    evidence = Evidence({node: tuple(some) for node, some in readings.items()}, known)
    true = before * truth.likelihood(evidence, likely)
    posterior = Sampler(net, DRAWS, seed).posterior(prior, evidence)
    true, drawn = net.by_disorder(true / true.sum()), net.by_disorder(posterior.draws)
    ranks = (drawn < true).sum(axis=0)
    disorder = int(net.of_leaf[leaf])
    return Simulated(disorder, true, net.by_disorder(posterior.value), ranks, sum(map(len, readings.values())))


def _readers(code: str, rng: np.random.Generator) -> list[str]:
    able = knowledge.finding(code).assessed_by
    return [str(who) for who in rng.choice(able, min(len(able), 1 + int(rng.random() < 0.2)), replace=False)]


class _Truth:
    """The true numbers and one person, each drawn when it is first asked for."""

    def __init__(self, net: Network, rng: np.random.Generator) -> None:
        self.net, self.rng = net, rng
        self.shares: dict[str, Values] = {}
        self.states: dict[str, int] = {}
        every = [branch for top in net.branches for branch in top.all_branches() if branch.rows is not None]
        self.rows: dict[str, Rows] = {branch.key: branch.rows for branch in every if branch.rows is not None}
        self.above = {name: branch.key for branch in every for name in branch.nodes}
        self.above |= {low.key: branch.key for branch in every for low in branch.below}
        self.rows |= net.rows

    def share(self, name: str) -> Values:
        """Return the true shares of a node or a trait, (R, H, S)."""
        if name not in self.shares:
            gammas = np.maximum(self.rng.standard_gamma(self.rows[name].alpha), 1e-300)
            self.shares[name] = gammas / gammas.sum(axis=-1, keepdims=True)
        return self.shares[name]

    def state(self, name: str, leaf: int) -> int:
        """Return the person's state of a node or a trait."""
        if name not in self.states:
            above = self.state(self.above[name], leaf) if name in self.above else 0
            chances = self.share(name)[self.rows[name].of_leaf[leaf], above]
            self.states[name] = int(self.rng.choice(len(chances), p=chances))
        return self.states[name]

    def read(self, code: str, who: str, leaf: int) -> tuple[Reading, Values]:
        """Read one code: the reading, and how likely it is in each state at the reader's true accuracy."""
        reader = knowledge.reader(code, who)
        right, spared = (
            self.rng.dirichlet(np.array(share.mean) * share.weight)[0]
            for share in (reader.sensitivity, reader.specificity)
        )
        says = np.where(self.net.present(code) > 0, right, 1.0 - spared)
        yes = self.rng.random() < says[self.state(self.net.node_of[code], leaf)]
        # Who is in doubt and says "80 % sure" is right in 80 % of such readings.
        sure = 1.0 if self.rng.random() < 0.75 else float(self.rng.choice(SURE))
        chance = sure if yes == (self.rng.random() < sure) else 1.0 - sure
        return Reading(code, who, chance, reader), chance * says + (1.0 - chance) * (1.0 - says)

    def likelihood(self, evidence: Evidence, likely: Mapping[str, Values]) -> Values:
        """Return how likely all that was read is in each leaf at the true numbers, (L,)."""
        nodes = {name: node_given(self.share(name), self.rows[name].of_leaf, told) for name, told in likely.items()}
        whole = np.ones(len(self.net.leaves))
        for top in touched(self.net, evidence):
            inner = [branch for branch in top.all_branches() if branch.rows is not None]
            chances = {branch.key: self.share(branch.key)[self.rows[branch.key].of_leaf] for branch in inner}
            whole = whole * branch_given(top, nodes, chances)[..., 0]
        return whole


def calibration(cases: Sequence[Simulated]) -> dict[str, Any]:
    """Say whether the ranks are uniform, the probabilities true and the intervals as wide as they should be."""
    ranks = np.array([case.ranks for case in cases])
    rng = np.random.default_rng(1)
    # One disorder a case: the ranks of one case hang together, for its probabilities add up to one.
    one = ranks[np.arange(len(ranks)), rng.integers(0, ranks.shape[1], len(ranks))]
    names = network().disorders
    # As many tests as disorders: the band of each is so wide that all hold together in 95 %.
    by_disorder = {name: uniform(ranks[:, i], len(names)) for i, name in enumerate(names)}
    least = min(part["chi2_p"] for part in by_disorder.values())
    shown = np.array([case.shown for case in cases])
    truth = np.array([case.disorder for case in cases])[:, None] == np.arange(len(names))
    first = shown.argmax(axis=1)
    leading = np.arange(len(cases)), first
    return {
        "pooled": uniform(one),
        "by_disorder": by_disorder,
        "least_p_times_disorders": min(1.0, least * len(names)),
        "beyond_the_band": [name for name, part in by_disorder.items() if part["ecdf_off"] > part["ecdf_band"]],
        "coverage": {"pooled": covered(one)} | {name: covered(ranks[:, i]) for i, name in enumerate(names)},
        "leader": {
            "said": float(shown[leading].mean()),
            "true": share(int(truth[leading].sum()), len(cases)),
            "bins": reliability(shown[leading], truth[leading]),
        },
        "every_disorder": {"bins": reliability(shown.ravel(), truth.ravel())},
    }


def uniform(ranks: npt.NDArray[np.intp], tests: int = 1) -> dict[str, Any]:
    """Test that ranks from 0 to DRAWS are uniform: chi-square over bins, and the largest gap of the ECDF.

    The band holds the whole ECDF in 95 %, or in as much more as so many tests take to hold together in 95 %.
    """
    width = (DRAWS + 1) // BINS
    chi2, p = stats.chisquare(np.bincount(ranks // width, minlength=BINS))
    counts = np.cumsum(np.bincount(ranks, minlength=DRAWS + 1)) / len(ranks)
    off = np.abs(counts - np.arange(1, DRAWS + 2) / (DRAWS + 1)).max()
    return {
        "chi2": float(chi2),
        "df": BINS - 1,
        "chi2_p": float(p),
        "ecdf_off": float(off),
        "ecdf_band": float(stats.kstwo.ppf(1.0 - 0.05 / tests, len(ranks))),
        "mean_rank": float(ranks.mean() / DRAWS),
    }


def covered(ranks: npt.NDArray[np.intp]) -> dict[str, Any]:
    """Return how often the 95 % interval holds the truth."""
    return share(int(((ranks >= TAIL) & (ranks <= DRAWS - TAIL)).sum()), len(ranks))


def reliability(said: Values, true: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return, by what was said, how often it was so."""
    place = np.clip(np.searchsorted(EDGES, said, side="right") - 1, 0, len(EDGES) - 2)
    bins = []
    for i in np.unique(place):
        inside = place == i
        bins.append(
            {
                "from": EDGES[i],
                "to": EDGES[i + 1],
                "cases": int(inside.sum()),
                "said": float(said[inside].mean()),
                "true": share(int(true[inside].sum()), int(inside.sum())),
            }
        )
    return bins


def share(count: int, of: int) -> dict[str, Any]:
    """Return a share with its exact binomial interval."""
    told = stats.binomtest(count, of)
    low, high = told.proportion_ci(0.95, "exact")
    return {"value": count / of, "low": float(low), "high": float(high), "count": count, "of": of}


def speed(repeats: int) -> dict[str, Any]:
    """Time one assessment, the next steps and a whole process."""
    net, found = network(), {}
    for words in (TWELVE, TWENTY_FIVE):
        case = told(words)
        evidence, prior = assess(case, steps=False).evidence, knowledge.setting(case.setting)
        found[f"{len(words)} findings"] = {
            "assess_ms": timed(partial(assess, case, steps=False), repeats),
            "next_steps_ms": timed(partial(next_step.next_steps, net, prior, evidence, case.findings), repeats),
        }
    return {"repeats": repeats, "draws": 4000, **found, "process": process(max(3, repeats // 5))}


def told(words: Sequence[str]) -> Case:
    """Return a case from words like "ear_click" and "-ear_click" (absent), each told by who is best able."""
    findings = []
    for word in words:
        code, state = word.lstrip("-"), State.ABSENT if word.startswith("-") else State.PRESENT
        able = knowledge.finding(code).assessed_by
        findings.append(Finding(code, state, source="clinician" if "clinician" in able else able[0]))
    return Case(tuple(findings), age=54.0, age_at_onset=50.0, sex="female", setting="specialist")


def timed(call: Callable[[], object], repeats: int) -> dict[str, float]:
    """Return the median and the 90th percentile of how long a call takes, ms, after one that is not counted."""
    call()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(1e3 * (time.perf_counter() - start))
    return {"median": float(np.median(taken)), "p90": float(np.quantile(taken, 0.9))}


def process(repeats: int) -> dict[str, float]:
    """Time `facialis assess` as a process, and hold it against one that only loads numpy and scipy."""
    case = told(TWELVE)
    lines = [f'age = {case.age}\nage_at_onset = {case.age_at_onset}\nsex = "{case.sex}"\nsetting = "{case.setting}"\n']
    lines += [
        f'[[findings]]\ncode = "{one.code}"\nstate = "{one.state.value}"\nsource = "{one.source}"\n'
        for one in case.findings
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.toml"
        path.write_text("".join(lines), encoding="utf-8")

        def started(*words: str) -> dict[str, float]:
            return timed(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True), repeats)

        whole = started("-c", "from facialis.commands import main; main()", "assess", str(path))["median"]
        least = started("-c", "import numpy, scipy")["median"]
    return {"assess_ms": whole, "numpy_scipy_ms": least, "times_numpy_scipy": whole / least}
