"""Published single patients, coded twice blind: is the right disorder first, or in the first three? Flags missed?

None of the papers was used for the knowledge base. Nothing is fitted to the cases; still, a third of them
(``tune``) was looked at one by one while the rules were written, the rest (``report``) only in sum.

Beside it, on the same codings: the commonest disorder of the setting; a checklist (each present finding that half of
the people with a disorder have counts one for it, each that a tenth has one against it); and the same network without
its hidden traits (every finding independent).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import stats

from benchmarks import kept
from facialis import knowledge
from facialis.diagnosis import Case, assess, from_mapping
from facialis.diagnosis.assessment import Assessment
from facialis.diagnosis.inference import exact
from facialis.diagnosis.network import build, network
from facialis.diagnosis.readings import evidence, readings, side_told
from facialis.findings import State

FOLDER = kept.ROOT / "benchmarks" / "cases"
CODERS = ("coded_a", "coded_b")
ORDER = ("soon", "same_day", "emergency")


def run(part: str = "report", *, quick: bool = False) -> dict[str, Any]:
    """Assess every case in both codings and score the answers."""
    truth = load("cases")
    keys = [key for key in truth if (int(key[1:]) % 3 == 0) == (part == "tune") or part == "all"]
    keys = keys[:6] if quick else keys
    figures: dict[str, Any] = {
        "part": part,
        "cases": len(keys),
        "truth": dict(Counter(diagnosis(truth, k) for k in keys)),
    }
    told = {coder: {key: assess(from_mapping(load(coder)[key])) for key in keys} for coder in CODERS}
    for coder in CODERS:
        figures[coder] = scored(truth, told[coder])
        cases = {key: from_mapping(load(coder)[key]) for key in keys}
        loose = [
            independent_chances(case)[network().disorders.index(diagnosis(truth, key))] for key, case in cases.items()
        ]
        figures[coder]["log_score_bits_independent"] = float(-np.mean(np.log2(np.maximum(loose, 1e-9))))
        figures[coder]["beside"] = {name: beside(truth, cases, rank) for name, rank in BESIDE.items()}
    figures["agreement"] = agreement({coder: load(coder) for coder in CODERS}, keys)
    figures["rows"] = [row(truth, key, {coder: told[coder][key] for coder in CODERS}) for key in keys]
    return figures


def load(name: str) -> dict[str, Any]:
    """Read one file of the cases."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def diagnosis(truth: Mapping[str, Any], key: str) -> str:
    return str(truth[key]["diagnosis"])


def scored(truth: Mapping[str, Any], told: Mapping[str, Assessment]) -> dict[str, Any]:
    """Count the right answers of one coding."""
    keys = list(told)
    first = [place(told[key], diagnosis(truth, key)) == 0 for key in keys]
    three = [place(told[key], diagnosis(truth, key)) < 3 for key in keys]
    chances = [chance(told[key], diagnosis(truth, key)) for key in keys]
    spasm = [diagnosis(truth, key) == "hemifacial_spasm" for key in keys]
    flagged = [key for key in keys if truth[key].get("red_flag") and truth[key].get("red_flag_kind") == "real"]
    raised = [any(told[key].red_flags) for key in flagged]
    urgent = [highest(told[key]) >= ORDER.index(truth[key]["urgency"]) for key in flagged]
    return {
        "first": share(first),
        "first_hemifacial_spasm": share([f for f, s in zip(first, spasm, strict=True) if s]),
        "first_mimics": share([f for f, s in zip(first, spasm, strict=True) if not s]),
        "first_three": share(three),
        "chance_of_truth_mean": float(np.mean(chances)),
        "log_score_bits": float(-np.mean(np.log2(np.maximum(chances, 1e-9)))),
        "red_flags_raised": share(raised),
        "red_flags_urgent_enough": share(urgent),
        "sure_and_wrong": share(
            [told[k].leader.probability.value > 0.9 and not f for k, f in zip(keys, first, strict=True)]
        ),
        "sure": share([told[key].leader.probability.value > 0.9 for key in keys]),
        "unexplained": share([not told[key].explained for key in keys]),
        "unexplained_other": share([not told[key].explained for key in keys if diagnosis(truth, key) == "other"]),
    }


def place(told: Assessment, disorder: str) -> int:
    """Return how far down the differential a disorder stands, 0 for the first."""
    return [one.disorder for one in told.differential].index(disorder)


def chance(told: Assessment, disorder: str) -> float:
    return told.differential[place(told, disorder)].probability.value


def highest(told: Assessment) -> int:
    """Return the highest urgency raised, -1 for none."""
    return max((ORDER.index(raised.urgency.value) for raised in told.red_flags), default=-1)


def share(right: list[bool]) -> dict[str, Any]:
    """Return a share with its exact binomial interval."""
    k, n = int(sum(right)), len(right)
    if not n:
        return {"of": 0, "right": 0, "value": None, "low": None, "high": None}
    low = float(stats.beta.ppf(0.025, k, n - k + 1)) if k else 0.0
    high = float(stats.beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0
    return {"of": n, "right": k, "value": k / n, "low": low, "high": high}


def agreement(coded: Mapping[str, Mapping[str, Any]], keys: list[str]) -> dict[str, Any]:
    """Return how often the two codings say the same: of all findings that either codes, and of those that both do."""
    pairs = []
    for key in keys:
        one, other = (states(coded[coder][key]) for coder in CODERS)
        pairs += [(one.get(code, "-"), other.get(code, "-")) for code in {*one, *other}]
    same = sum(a == b for a, b in pairs) / len(pairs)
    both = [(a, b) for a, b in pairs if "-" not in (a, b)]
    return {
        "findings_by_either": len(pairs),
        "same": same,
        "by_both": len(both),
        "same_state_where_both": sum(a == b for a, b in both) / len(both),
    }


def states(case: Mapping[str, Any]) -> dict[str, str]:
    return {row["code"]: row["state"] for row in case["findings"]}


def row(truth: Mapping[str, Any], key: str, told: Mapping[str, Assessment]) -> dict[str, Any]:
    return {
        "case": key,
        "truth": diagnosis(truth, key),
        "chance": {coder: round(chance(one, diagnosis(truth, key)), 4) for coder, one in told.items()},
        "leader": {coder: one.leader.disorder for coder, one in told.items()},
        "place": {coder: place(one, diagnosis(truth, key)) for coder, one in told.items()},
    }


def beside(truth: Mapping[str, Any], cases: Mapping[str, Case], rank: Callable[[Case], list[str]]) -> dict[str, Any]:
    """Score another way to rank the disorders."""
    places = [rank(case).index(diagnosis(truth, key)) for key, case in cases.items()]
    return {"first": share([place == 0 for place in places]), "first_three": share([place < 3 for place in places])}


def commonest(case: Case) -> list[str]:
    """Rank the disorders as the setting has them."""
    net = network()
    return ranked(net.by_disorder(np.array(knowledge.setting(case.setting).mean)))


def checklist(case: Case) -> list[str]:
    """Rank the disorders by the findings typical of them less those that are not; ties as the setting has them."""
    net = network()
    points = net.by_disorder(np.array(knowledge.setting(case.setting).mean)) / 2.0
    for finding in case.findings:
        if finding.state is State.NOT_ASSESSABLE or finding.code not in net.node_of:
            continue
        node = net.node_of[finding.code]
        for place_of, disorder in enumerate(net.disorders):
            share_there = float(
                np.dot(net.share(node, int(net.leaves_of(disorder)[0])).mean, net.present(finding.code))
            )
            seen = share_there if finding.state is State.PRESENT else 1.0 - share_there
            points[place_of] += (seen >= 0.5) - (seen <= 0.1)
    return ranked(points)


def independent(case: Case) -> list[str]:
    """Rank the disorders by the same shares, every finding independent of the others."""
    return ranked(independent_chances(case))


def independent_chances(case: Case) -> Any:
    """Return the disorders' probabilities with every finding independent of the others, (D,)."""
    net = network()
    loose = build(net.leaves, net.nodes, {key: replace(trait, strength=0.0) for key, trait in net.traits.items()})
    told = evidence(readings(case, net, side_told(case)), case, net)
    return net.by_disorder(exact(loose, knowledge.setting(case.setting), told))


def ranked(points: Any) -> list[str]:
    """Return the disorders, the one with most points first."""
    return [network().disorders[i] for i in np.argsort(-np.asarray(points), kind="stable")]


BESIDE = {
    "the commonest disorder of the setting": commonest,
    "a checklist of typical findings": checklist,
    "the same network without hidden traits": independent,
}
