"""Exact inference against another program and against counting; the draws against what they are draws of."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.inference import exact
from facialis.diagnosis.network import Network, Values, network
from facialis.diagnosis.people import Hidden, pick
from facialis.diagnosis.sampling import Sampler
from facialis.knowledge.differential import Share

Peer = Callable[[Network, Share, Evidence], Values]


@pytest.fixture(scope="module")
def peer() -> Peer:
    """The posterior by pgmpy's variable elimination, over a network built from the tables alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination
        from pgmpy.models import DiscreteBayesianNetwork

    def posterior(net: Network, prior: Share, evidence: Evidence) -> Values:
        tables = _tables(net, prior, evidence)
        model = DiscreteBayesianNetwork([(parent, name) for name, (_, parents) in tables.items() for parent in parents])
        model.add_nodes_from(tables)
        size = {name: len(table) for name, (table, _) in tables.items()}
        for name, (table, parents) in tables.items():
            sizes = [size[parent] for parent in parents]
            model.add_cpds(TabularCPD(name, len(table), table, parents or None, sizes or None))
        seen = {name: 0 for name in tables if name.startswith("seen ")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = VariableElimination(model).query(["leaf"], evidence=seen, show_progress=False)
        return np.asarray(answer.values, dtype=float)

    return posterior


def _tables(net: Network, prior: Share, evidence: Evidence) -> dict[str, tuple[Values, list[str]]]:
    """Return the table of every variable that the evidence needs, (states, parents' states), with its parents."""
    tables: dict[str, tuple[Values, list[str]]] = {"leaf": (np.array(prior.mean)[:, None], [])}
    trait_of = {name: b.key for top in net.branches for b in top.all_branches() for name in b.nodes if b.key}
    over = {low.key: b.key for top in net.branches for b in top.all_branches() for low in b.below}
    rows_of = {b.key: b.rows for top in net.branches for b in top.all_branches() if b.rows is not None}

    def put(name: str, mean: Values, of_leaf: Values, above: str) -> None:
        whole = mean[of_leaf].reshape(-1, mean.shape[-1]).T
        tables[name] = (whole, ["leaf", f"trait {above}"] if above else ["leaf"])

    for node in (*evidence.known, *evidence.readings):
        trait = trait_of.get(node, "")
        for key in (trait, over.get(trait, "")):
            if key:
                put(f"trait {key}", rows_of[key].mean, rows_of[key].of_leaf, over.get(key, ""))
        put(node, net.rows[node].mean, net.rows[node].of_leaf, trait)
    for node, states in evidence.known.items():
        tables[f"seen {node}"] = (np.stack([states, 1.0 - states]), [node])
    for node, readings in evidence.readings.items():
        for i, reading in enumerate(readings):
            codes = net.nodes[node].codes[reading.code]
            right, slip = reading.reader.sensitivity.mean[0], 1.0 - reading.reader.specificity.mean[0]
            says = np.array([right if state in codes else slip for state in net.nodes[node].states])
            tables[f"{node} read {i}"] = (np.stack([says, 1.0 - says]), [node])
            sure = reading.probability
            tables[f"seen {node} {i}"] = (np.array([[sure, 1.0 - sure], [1.0 - sure, sure]]), [f"{node} read {i}"])
    return tables


@pytest.mark.parametrize("part", range(8))
def test_the_posterior_is_that_of_another_program(peer: Peer, made: ModuleType, part: int) -> None:
    net, rng = network(), np.random.default_rng(part)
    for _ in range(50):
        prior = knowledge.setting(str(rng.choice(["specialist", "primary_care", "self_referred"])))
        evidence = made.random_case(net, rng, int(rng.integers(0, 14)))
        np.testing.assert_allclose(exact(net, prior, evidence), peer(net, prior, evidence), rtol=1e-9, atol=1e-12)


def test_the_posterior_is_what_counting_every_world_gives(made: ModuleType) -> None:
    net, rng = made.small(), np.random.default_rng(1)
    for _ in range(15):
        codes = rng.choice(list(net.node_of), 4, replace=False)
        readings = [
            made.reading(code, float(rng.choice([0, 1, 0.3])), by=made.reader(*rng.uniform(0.6, 1, 2)))
            for code in codes
        ]
        evidence = made.told(net, *readings, sex=(0.0, 1.0))
        whole = made.counted(net, made.PRIOR, evidence)
        np.testing.assert_allclose(exact(net, made.PRIOR, evidence), whole / whole.sum(), rtol=1e-9)


def test_no_evidence_leaves_the_prior(made: ModuleType) -> None:
    np.testing.assert_allclose(exact(made.small(), made.PRIOR, made.told(made.small())), made.PRIOR.mean)


@pytest.mark.parametrize("others", [(), ("click", "spread")])
def test_a_reading_at_one_half_changes_nothing(made: ModuleType, others: tuple[str, ...]) -> None:
    net = made.small()
    before = made.told(net, *(made.reading(code) for code in others))
    after = made.told(net, *(made.reading(code) for code in others), made.reading("brow", 0.5))
    np.testing.assert_allclose(exact(net, made.PRIOR, after), exact(net, made.PRIOR, before), rtol=1e-12)


@pytest.mark.parametrize("code", ["brow", "narrow", "wide", "urge", "bursts"])
def test_the_surer_a_reading_the_more_it_tells(made: ModuleType, code: str) -> None:
    net = made.small()
    prior = net.by_disorder(np.array(made.PRIOR.mean))
    told = []
    for sure in (0.5, 0.6, 0.8, 1.0):
        odds = net.by_disorder(exact(net, made.PRIOR, made.told(net, made.reading(code, sure)))) / prior
        told.append(np.abs(np.log(odds[:, None] / odds)))
    np.testing.assert_allclose(told[0], 0.0, atol=1e-9)
    apart = ~np.eye(len(prior), dtype=bool) & (told[3] > 1e-9)
    assert np.all((told[1] < told[2]) & (told[2] < told[3]), where=apart)
    assert apart.any()


def test_readers_together_never_tell_more_than_the_sign_itself() -> None:
    net, flat = network(), Share(tuple(np.full(14, 1 / 14)), 14.0, knowledge.setting(None).basis)
    for code, node in net.node_of.items():
        able = knowledge.finding(code).assessed_by
        voices = {who: knowledge.reader(code, who) for who in dict.fromkeys((*able, "patient", "clinician", "record"))}
        mean = np.array([net.share(node, leaf).mean for leaf in range(len(net.leaves))])
        for yes in (1.0, 0.0):
            readings = tuple(Reading(code, who, yes, reader) for who, reader in voices.items())
            value = exact(net, flat, Evidence({node: readings}, {}))
            ratio = np.log(value[:, None] / value)
            sign = np.log(mean[:, None, :] / mean)
            assert np.all(ratio <= sign.max(axis=-1) + 1e-9), code
            assert np.all(ratio >= sign.min(axis=-1) - 1e-9), code


def test_the_mean_of_the_draws_is_the_exact_value(made: ModuleType) -> None:
    net, rng = network(), np.random.default_rng(7)
    for seed in range(6):
        evidence, prior = made.random_case(net, rng, 8), knowledge.setting("primary_care")
        posterior = Sampler(net, 4000, seed).posterior(prior, evidence)
        error = posterior.draws.std(axis=0) / np.sqrt(len(posterior.draws))
        np.testing.assert_allclose(posterior.draws.sum(axis=1), 1.0, rtol=1e-5)
        assert np.all(np.abs(posterior.draws.mean(axis=0) - posterior.value) < 4.5 * error + 1e-5)


def test_the_spread_of_the_draws_is_that_of_weighed_draws_from_before_the_case(made: ModuleType) -> None:
    net = made.small()
    sure = made.reader(0.9, 0.8, 1e9)
    evidence = made.told(
        net, made.reading("brow", by=sure), made.reading("spread", by=sure), made.reading("urge", by=sure)
    )
    ours = Sampler(net, 40_000, 3).posterior(made.PRIOR, evidence).draws
    rng, found, weights = np.random.default_rng(5), [], []
    rows = {name: net.rows[name] for name in ("brow", "spread", "urge")}
    chance = {key: branch.rows for key, branch in made.branches(net).items()}
    for _ in range(20_000):
        told = rng.dirichlet(np.array(made.PRIOR.mean) * made.PRIOR.weight)
        p = {
            name: 0.2 + 0.7 * np.array([[rng.beta(*a) for a in row] for row in one.alpha])[one.of_leaf]
            for name, one in rows.items()
        }
        t = {
            key: np.array([[rng.beta(*a) for a in row] for row in one.alpha])[one.of_leaf]
            for key, one in chance.items()
        }
        deep = t["Q"] * p["spread"][:, :1] + (1.0 - t["Q"]) * p["spread"][:, 1:]
        whole = t["P"] * p["brow"][:, :1] * deep[:, :1] + (1.0 - t["P"]) * p["brow"][:, 1:] * deep[:, 1:]
        told = told * whole[:, 0] * p["urge"][:, 0]
        weights.append(told.sum())
        found.append(told / told.sum())
    theirs, share = np.array(found), np.array(weights) / np.sum(weights)
    for leaf in range(len(net.leaves)):
        order = np.argsort(theirs[:, leaf])
        ends = np.interp((0.025, 0.25, 0.5, 0.75, 0.975), np.cumsum(share[order]), theirs[order, leaf])
        np.testing.assert_allclose(np.quantile(ours[:, leaf], (0.025, 0.25, 0.5, 0.75, 0.975)), ends, atol=0.01)


def test_intervals_shrink_as_the_numbers_rest_on_more_people(made: ModuleType) -> None:
    widths = []
    for weight in (20.0, 200.0, 20_000.0):
        net = made.small(weight=weight)
        by = made.reader(0.9, 0.8, weight)
        evidence = made.told(
            net, made.reading("brow", by=by), made.reading("spread", by=by), made.reading("urge", by=by)
        )
        draws = Sampler(net, 2000, 1).posterior(replace(made.PRIOR, weight=weight), evidence).draws
        low, high = np.quantile(draws, (0.025, 0.975), axis=0)
        widths.append(high - low)
    assert np.all(widths[1] < widths[0])
    assert np.all(widths[2] < 0.2 * widths[1])


def test_the_same_seed_draws_the_same_and_another_does_not(made: ModuleType) -> None:
    net = made.small()
    evidence = made.told(net, made.reading("brow"), made.reading("wide", 0.7))
    first, same, other = (Sampler(net, 300, seed).posterior(made.PRIOR, evidence).draws for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.allclose(first, other)


def test_what_is_hidden_is_drawn_from_its_exact_distribution(made: ModuleType) -> None:
    net, rng = made.small(), np.random.default_rng(2)
    evidence = made.told(net, made.reading("brow"), made.reading("bursts", 0.2), made.reading("wide"))
    value = exact(net, made.PRIOR, evidence)
    leaf = pick(np.broadcast_to(value, (60_000, len(value))), rng)
    hidden = Hidden.draw(net, evidence, leaf, ("brow", "ladder", "bursts", "click"), rng)
    for node in ("brow", "ladder", "bursts", "click"):
        sure = []
        for state in range(len(net.nodes[node].states)):
            outright = [float(i == state) for i in range(len(net.nodes[node].states))]
            sure.append(_with_state(made, net, evidence, node, outright).sum())
        drawn = np.bincount(hidden.nodes[node][2], minlength=len(sure)) / len(leaf)
        np.testing.assert_allclose(drawn, np.array(sure) / np.sum(sure), atol=0.01)


def _with_state(made: ModuleType, net: Network, evidence: Evidence, node: str, outright: list[float]) -> Values:
    """Count the worlds in which a node is in one state and the evidence is as it is."""
    found = np.zeros(len(net.leaves))
    names = list(dict.fromkeys((*evidence.readings, node)))
    for leaf, states, chance in made.worlds(net, names):
        likely = chance * outright[states[node]] * made.PRIOR.mean[leaf]
        for one in (one for some in evidence.readings.values() for one in some):
            likely *= made.given_state(net, one)[states[net.node_of[one.code]]]
        found[leaf] += likely
    return found
