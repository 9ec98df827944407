"""The public result ``facialis.assessment/1``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betaincinv

from facialis import knowledge
from facialis.diagnosis import next_step, sentences
from facialis.diagnosis.network import Network, network
from facialis.findings import Estimate
from facialis.knowledge.differential import Basis, Share
from facialis.units import in_text
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.diagnosis.assessment import Assessment, Ranked
    from facialis.diagnosis.explain import Weight
    from facialis.diagnosis.sensitivity import Turn

# So many steps are shown; what tells nothing beyond its price is left out.
_STEPS = 10


def to_json(told: Assessment) -> dict[str, Any]:
    """Return an assessment as its public result.

    Parameters
    ----------
    told : Assessment
    """
    case = told.case
    differential = [_ranked(told, one) for one in told.differential]
    return {
        "schema": "facialis.assessment/1",
        "case": {
            "age": case.age,
            "age_at_onset": case.age_at_onset,
            "duration_months": case.duration_months,
            "sex": case.sex,
            "setting": case.setting,
            "results": list(case.results),
        },
        "answer": {
            "sentences": sentences.answer(told),
            "explained": told.explained,
            "because": sentences.because(told),
            "plain": sentences.plain(told),
        },
        "side": told.side.to_json(),
        "red_flags": [flag.to_json() for flag in told.red_flags],
        "differential": differential,
        "sensitivity": [_turn(turn) for turn in told.sensitivity],
        "next_steps": _steps(told),
        "readings": [read.to_json() for read in told.reads],
        "not_assessable": list(told.not_assessable),
        "not_assessable_because": dict(told.not_assessable),
        "sources": _sources(differential, told),
        "software": {
            "version": __version__,
            "knowledge_sha256": knowledge.digest(),
            "draws": told.draws,
            "seed": told.seed,
        },
    }


def _rounded(chance: Estimate) -> dict[str, float]:
    return {"value": round(chance.value, 6), "low": round(chance.low, 6), "high": round(chance.high, 6)}


def _ranked(told: Assessment, one: Ranked) -> dict[str, Any]:
    disorder = knowledge.disorders()[one.disorder]
    weighed = [_weight(told, one, weight) for weight in one.weights]
    return {
        "disorder": one.disorder,
        "name": disorder.name,
        "plain": disorder.plain,
        "rare": disorder.rare,
        "cause": one.cause,
        "icd10cm": disorder.icd10cm.get(told.side.side.value, disorder.icd10cm.get("none", "")),
        "probability": _rounded(one.probability),
        "causes": [
            {"cause": c.cause, "name": c.name, "probability": _rounded(c.probability)}
            for c in sorted(one.causes, key=lambda c: -c.probability.value)
        ],
        "fit": None if one.fit is None else round(one.fit, 4),
        "against_whom": one.rival,
        "before": _before(told, one),
        "total_bans": round(log10(_value(told, one.disorder) / _value(told, one.rival)), 4),
        "for": [weight for weight in weighed if weight["bans"] > 0],
        "against": [weight for weight in weighed if weight["bans"] < 0],
    }


def _value(told: Assessment, disorder: str) -> float:
    return max(next(one.probability.value for one in told.differential if one.disorder == disorder), 1e-300)


def _before(told: Assessment, one: Ranked) -> dict[str, Any]:
    """Return how much likelier the disorder is than its rival before anything is known, by the setting."""
    net, prior = network(), knowledge.setting(told.case.setting)
    by_disorder = net.by_disorder(np.array(prior.mean))
    shares = [float(by_disorder[net.disorders.index(name)]) for name in (one.disorder, one.rival)]
    # One part of a Dirichlet distribution against another is a Beta distribution.
    ends = betaincinv(prior.weight * shares[0], prior.weight * shares[1], (0.025, 0.975))
    low, high = (float(np.log10(end / (1.0 - end))) for end in np.clip(ends, 1e-12, 1.0 - 1e-12))
    return {
        "bans": round(float(np.log10(shares[0] / shares[1])), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "shares": [round(share, 4) for share in shares],
        "basis": prior.basis.value,
        "sources": list(prior.sources) or ["elicited"],
    }


def _weight(told: Assessment, one: Ranked, weight: Weight) -> dict[str, Any]:
    net = network()
    codes = sentences.codes_read(told, weight.node)
    code = next((c for c in codes if sentences.state_read(told, c) == "present"), codes[0])
    prior = knowledge.setting(told.case.setting)
    shares = [_used(net, prior, weight.node, disorder) for disorder in (one.disorder, one.rival)]
    sources = list(dict.fromkeys(key for share in shares for key in share.sources))
    readings = told.evidence.readings.get(weight.node, ())
    return {
        "finding": code,
        "name": sentences.name_of(code),
        "state": sentences.state_read(told, code),
        "readers": list(dict.fromkeys(reading.who for reading in readings)),
        "bans": round(weight.bans, 4),
        "low": round(weight.low, 4),
        "high": round(weight.high, 4),
        "source": sources[0] if sources else "elicited",
        "sources": sources or ["elicited"],
        "basis": basis_of(told, one, weight).value,
        "shares": [_share(net, weight.node, code, share) for share in shares],
    }


def basis_of(told: Assessment, one: Ranked, weight: Weight) -> Basis:
    """Return how well a weight is founded: as the poorer founded of its two numbers."""
    prior = knowledge.setting(told.case.setting)
    shares = (_used(network(), prior, weight.node, disorder) for disorder in (one.disorder, one.rival))
    return max((share.basis for share in shares), key=tuple(Basis).index)


def _used(net: Network, prior: Share, node: str, disorder: str) -> Share:
    """Return the number that a weight rests on: a node's share in a disorder, over its causes as they are at first."""
    leaves = net.leaves_of(disorder)
    shares = list(dict.fromkeys(net.share(node, int(leaf)) for leaf in leaves))
    if len(shares) == 1:
        return shares[0]
    chances = np.array(prior.mean)[leaves]
    mean = np.average([net.share(node, int(leaf)).mean for leaf in leaves], axis=0, weights=chances)
    return Share(
        tuple(float(value) for value in mean),
        min(share.weight for share in shares),
        _mixed([(net.share(node, int(leaf)).basis, float(chances[i])) for i, leaf in enumerate(leaves)]),
        tuple(dict.fromkeys(key for share in shares for key in share.sources)),
        rule="its causes as they are before anything is known",
    )


def _mixed(bases: Sequence[tuple[Basis, float]]) -> Basis:
    """Return how well an average over causes is founded: calculated, unless more than a little of it is elicited."""
    elicited = sum(chance for basis, chance in bases if basis is Basis.ELICITED) / sum(chance for _, chance in bases)
    return Basis.ELICITED if elicited > knowledge.threshold("elicited_share_max") else Basis.CALCULATED


def _share(net: Network, node: str, code: str, share: Share) -> dict[str, Any]:
    """Return how often the finding occurs by one of the two numbers that a weight rests on."""
    states = net.nodes[node].states
    inside = net.nodes[node].codes.get(code)
    often = None if inside is None else round(sum(share.mean[states.index(state)] for state in inside), 4)
    return {"share": often, "people": round(share.weight, 1), "basis": share.basis.value}


def _turn(turn: Turn) -> dict[str, Any]:
    names = knowledge.disorders()
    then = names[turn.leader].name
    if not turn.disorder:
        what = f"If the findings of “{knowledge.traits()[turn.node].name}” were " + (
            "independent of each other" if turn.at == 0.0 else "one and the same thing"
        )
        text = f"{what} (strength {turn.share:g} is elicited), {in_text(then)} would lead."
    else:
        name = _node_name(turn.node)
        disorder = in_text(names[turn.disorder].name)
        text = (
            f"If {in_text(name)} ({turn.state.replace('_', ' ')}) occurred in {100 * turn.at:.1f} % "
            f"instead of {100 * turn.share:.1f} % of {disorder} (elicited), {in_text(then)} would lead."
        )
    return {
        "node": turn.node,
        "finding": turn.node if turn.node in knowledge.findings() else "",
        "disorder": turn.disorder,
        "share": turn.share,
        "low": turn.low,
        "high": turn.high,
        "basis": "elicited",
        "leader_then": turn.leader,
        "text": text,
    }


def _node_name(node: str) -> str:
    return knowledge.finding(node).term if node in knowledge.findings() else node.replace("_", " ").capitalize()


def _steps(told: Assessment) -> list[dict[str, Any]]:
    """Return the red-flag questions that nobody has asked, as one step, then what tells most."""
    asked = {finding.code for finding in told.case.findings}
    left = [code for code in next_step.red_flag_codes() if code not in asked]
    steps = [step.to_json() for step in told.next_steps if step.net_bits > 0 or step.flag][:_STEPS]
    if not left or not told.next_steps:
        return steps
    first = {
        "ask_or_test": next_step.RED_FLAG_QUESTIONS,
        "kind": "question",
        "name": f"The red-flag questions that nobody has asked yet ({len(left)})",
        "plain": "The safety questions that come first",
        "expected_information_bits": 0.0,
        "cost": "none",
        "burden": "low",
        "risk": "none",
        "because": "asked first, whatever they tell of the disorder: they decide how soon somebody must be seen",
        "codes": left,
    }
    return [first, *steps]


def _sources(differential: Iterable[dict[str, Any]], told: Assessment) -> list[dict[str, str]]:
    """Return every source that the result names, in the order in which it first does."""
    keys = [key for one in differential for side in ("for", "against") for w in one[side] for key in w["sources"]]
    keys += [key for raised in told.red_flags for key in raised.flag.sources]
    keys += list(knowledge.setting(told.case.setting).sources)
    known = knowledge.sources()
    return [
        {"key": key, "cite": known[key].cite, "doi": known[key].doi, "pmid": known[key].pmid}
        for key in dict.fromkeys(keys)
        if key in known
    ]
