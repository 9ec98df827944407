"""How odd a case is for a disorder: even for its own people, hardly ever for nonsense."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.fit import tail
from facialis.diagnosis.inference import exact
from facialis.diagnosis.network import Network, network
from facialis.diagnosis.people import Hidden
from facialis.findings import Finding, State

PEOPLE = 150


def people(net: Network, leaf: str, codes: list[str], made: ModuleType) -> list[Evidence]:
    """People with a disorder, read by the clinician or whoever is able."""
    rng = np.random.default_rng(len(leaf))
    at = np.full(PEOPLE, net.leaves.index(leaf))
    nodes = [*dict.fromkeys(net.node_of[code] for code in codes), "sex", "age_at_onset"]
    states = Hidden.draw(net, Evidence({}, {}), at, nodes, rng).nodes
    found = []
    for person in range(PEOPLE):
        readings = []
        for code in codes:
            node = net.node_of[code]
            reader = knowledge.reader(code, knowledge.finding(code).assessed_by[0])
            here = net.nodes[node].states[states[node][2][person]] in net.nodes[node].codes[code]
            yes = reader.sensitivity.mean[0] if here else 1.0 - reader.specificity.mean[0]
            readings.append(Reading(code, "one", float(rng.random() < yes), reader))
        known = {
            name: [float(i == states[name][2][person]) for i in range(len(net.nodes[name].states))]
            for name in ("sex", "age_at_onset")
        }
        found.append(made.told(net, *readings, **known))
    return found


@pytest.mark.parametrize("disorder", ["hemifacial_spasm", "functional", "blepharospasm", "tic"])
def test_people_with_a_disorder_are_as_odd_as_people_with_it_are(made: ModuleType, disorder: str) -> None:
    net, prior = network(), knowledge.setting("specialist")
    leaf = next(leaf for leaf in net.leaves if leaf.split(":")[0] == disorder)
    rng = np.random.default_rng(3)
    codes = [str(code) for code in rng.choice([c for c in net.node_of if "mri" not in c], 25, replace=False)]
    tails = np.array(
        [tail(net, case, exact(net, prior, case), disorder, i) for i, case in enumerate(people(net, leaf, codes, made))]
    )
    for bound in (0.02, 0.05, 0.1, 0.25, 0.5, 0.75):
        error = np.sqrt(bound * (1.0 - bound) / PEOPLE)
        share = float(np.mean(tails <= bound))
        assert bound - 3.5 * error - 0.02 <= share <= bound + 3.5 * error + 0.01, (disorder, bound, share)


def test_people_with_one_disorder_are_odd_for_another(made: ModuleType) -> None:
    net, prior = network(), knowledge.setting("specialist")
    codes = ["strictly_unilateral", "upper_lower_synchronous", "premonitory_urge", "suppressible", "spread_same_side"]
    tails = [
        tail(net, case, exact(net, prior, case), "tic", 1)
        for case in people(net, "hemifacial_spasm:vascular", codes, made)
    ]
    assert np.median(tails) < 0.02


def test_every_sign_at_once_is_nonsense_to_every_disorder() -> None:
    signs = [next(iter(node.codes)) for node in network().nodes.values() if node.codes]
    able = {code: knowledge.finding(code).assessed_by for code in signs}
    findings = tuple(
        Finding(code, State.PRESENT, source="clinician" if "clinician" in who else who[0]) for code, who in able.items()
    )
    told = assess(Case(findings, age=50.0), draws=200, steps=False)
    fits = {one.disorder: one.fit for one in told.differential if one.fit is not None}
    assert fits
    assert all(fit < knowledge.threshold("fit_min") for name, fit in fits.items() if name != "other"), fits
    assert not told.explained


def test_a_typical_case_fits_its_disorder() -> None:
    signs = ("involuntary_movement", "strictly_unilateral", "upper_lower_synchronous", "other_babinski_sign")
    findings = tuple(Finding(code, State.PRESENT, source="clinician") for code in signs)
    told = assess(Case(findings, age=55.0, age_at_onset=51.0, sex="female"), draws=200, steps=False)
    assert told.leader.disorder == "hemifacial_spasm"
    assert told.leader.fit is not None
    assert told.leader.fit > 0.2
    assert told.explained


def test_the_same_case_is_always_as_odd(made: ModuleType) -> None:
    net, prior = network(), knowledge.setting("specialist")
    case = made.random_case(net, np.random.default_rng(5), 8)
    value = exact(net, prior, case)
    one, same, other = (tail(net, case, value, "tic", seed) for seed in (1, 1, 2))
    assert one == same
    assert other == pytest.approx(one, abs=0.08)
    assert 0.0 <= one <= 1.0


def test_the_tail_is_what_counting_every_answer_gives(made: ModuleType) -> None:
    net = made.small()
    readings = [made.reading(code) for code in ("brow", "spread", "urge")]
    likely = {}
    for answers in np.ndindex(2, 2, 2):
        told = [type(r)(r.code, r.who, float(yes), r.reader) for r, yes in zip(readings, answers, strict=True)]
        joint = made.counted(net, made.PRIOR, made.told(net, *told))
        likely[answers] = joint[net.leaves.index("palsy")] / made.PRIOR.mean[net.leaves.index("palsy")]
    assert sum(likely.values()) == pytest.approx(1.0)
    for answers, chance in likely.items():
        told = [type(r)(r.code, r.who, float(yes), r.reader) for r, yes in zip(readings, answers, strict=True)]
        case = made.told(net, *told)
        odder = sum(other for other in likely.values() if other <= chance + 1e-12)
        found = tail(net, case, exact(net, made.PRIOR, case), "palsy", 1)
        assert found == pytest.approx(odder, abs=0.06), answers
