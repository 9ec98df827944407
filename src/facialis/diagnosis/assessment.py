"""The assessment as a whole: red flags, differential, why, what next; its public result is made in ``result``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from facialis import flags, knowledge
from facialis.case import Case
from facialis.diagnosis import explain, next_step, sensitivity
from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.fit import tail
from facialis.diagnosis.inference import expected_chances, expected_given
from facialis.diagnosis.network import Network, Values, network
from facialis.diagnosis.readings import Read, SideTold, evidence, gaps, readings, side_told
from facialis.diagnosis.sampling import DRAWS, SEED, Posterior, Sampler
from facialis.findings import Estimate, Finding, State
from facialis.knowledge.differential import Share

# As many draws carry the intervals of the weights of evidence.
_WEIGHED = 200
# With fewer draws the ends of a 95 % interval are single ones.
LEAST_DRAWS = 200
# A weight below this many bans is not worth a line: 1.02 times as likely.
_LEAST_BANS = 0.01
_IMAGING = ("mri_contact_root", "mri_deformity_proximal", "mri_contact_cisternal_only", "mri_lesion")


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of a disorder and how likely the two are together."""

    cause: str
    name: str
    probability: Estimate


@dataclass(frozen=True, slots=True)
class Ranked:
    """A disorder of the differential.

    Attributes
    ----------
    disorder : str
    probability : Estimate
        With the 95 % interval that the uncertainty of the numbers leaves.
    cause : str or None
        ``"vascular"`` or ``"lesion"`` only where a scan was read and settles it; ``"unknown"`` else; None where
        causes are not told apart.
    causes : tuple of Cause
    fit : float or None
        How often a person with it would be at least as odd as this one; None where it was not asked.
    rival : str
        Which disorder the weights are counted against.
    weights : tuple of explain.Weight
        The strongest first.
    """

    disorder: str
    probability: Estimate
    cause: str | None
    causes: tuple[Cause, ...]
    fit: float | None
    rival: str
    weights: tuple[explain.Weight, ...]


@dataclass(frozen=True, eq=False)
class Assessment:
    """What is known of a person, weighed.

    Attributes
    ----------
    case : Case
    red_flags : tuple of flags.Raised
        The most urgent first.
    side : SideTold
    reads : tuple of Read
        Every finding and what became of it.
    differential : tuple of Ranked
        All disorders, the most probable first.
    explained : bool
        Whether some disorder of the list explains the case.
    sensitivity : tuple of sensitivity.Turn
        Empty where nothing explains the case: then nobody leads.
    next_steps : tuple of next_step.Next
    evidence : Evidence
    draws, seed : int
    """

    case: Case
    red_flags: tuple[flags.Raised, ...]
    side: SideTold
    reads: tuple[Read, ...]
    differential: tuple[Ranked, ...]
    explained: bool
    sensitivity: tuple[sensitivity.Turn, ...]
    next_steps: tuple[next_step.Next, ...]
    evidence: Evidence
    draws: int
    seed: int

    @property
    def leader(self) -> Ranked:
        """The most probable disorder."""
        return self.differential[0]

    @property
    def not_assessable(self) -> Mapping[str, str]:
        """Findings that somebody looked for and nobody could tell, with the reason."""
        return gaps(self.reads)

    def to_json(self) -> dict[str, Any]:
        """Return the public result, see ``facialis.schemas.load("facialis.assessment/1")``."""
        from facialis.diagnosis.result import to_json

        return to_json(self)


def assess(case: Case, *, draws: int = DRAWS, seed: int = SEED, steps: bool = True) -> Assessment:
    """Weigh what is known of a person.

    Parameters
    ----------
    case : Case
        Half a case is a fine case; an empty one returns what the setting alone says.
    draws : int
        Of the numbers, for the intervals.
    seed : int
        The same seed gives the same result.
    steps : bool
        Whether to look for the next steps too.

    Returns
    -------
    Assessment

    Raises
    ------
    facialis.knowledge.KnowledgeError
        If a knowledge file is wrong.
    TypeError, ValueError
        If it is no case, or the draws are too few for an interval.
    """
    if not isinstance(case, Case):
        raise TypeError(f"a Case is asked for, not {type(case).__name__}; from_mapping makes one of a mapping")
    if draws < LEAST_DRAWS:
        raise ValueError(f"draws is {draws}; an interval needs {LEAST_DRAWS}")
    net, prior = network(), knowledge.setting(case.setting)
    side = side_told(case)
    reads = readings(case, net, side)
    told = evidence(reads, case, net)
    posterior = sampler(net, draws, seed).posterior(prior, told)
    raised = tuple(flags.of_case(case))
    ranked = _ranked(net, told, (prior, posterior), case, seed)
    fits = explained(ranked)
    return Assessment(
        case,
        raised,
        side,
        tuple(reads),
        ranked,
        fits,
        tuple(sensitivity.turns(net, prior, told)) if fits else (),
        tuple(next_step.flagged_first(next_step.next_steps(net, prior, told, case.findings), raised)) if steps else (),
        told,
        draws,
        seed,
    )


@lru_cache(maxsize=1)
def sampler(net: Network, draws: int, seed: int) -> Sampler:
    """Return the sampler of a network; its draws are kept from one case to the next."""
    return Sampler(net, draws, seed)


def explained(ranked: Sequence[Ranked]) -> bool:
    """Say whether some disorder of the list explains the case: it is not "something else", and not too odd for all."""
    odd = knowledge.threshold("fit_min")
    fits = [one.fit for one in ranked if one.fit is not None and one.disorder != "other"]
    return ranked[0].disorder != "other" and (not fits or max(fits) >= odd)


def _ranked(
    net: Network, told: Evidence, numbers: tuple[Share, Posterior], case: Case, seed: int
) -> tuple[Ranked, ...]:
    prior, posterior = numbers
    value, drawn = net.by_disorder(posterior.value), net.by_disorder(posterior.draws)
    order = np.argsort(-value, kind="stable")
    found = explain.weights(net, told, np.array(prior.mean), *_numbers(net, told, posterior))
    ranked = []
    for place in order:
        disorder = net.disorders[place]
        rival = int(order[1] if place == order[0] else order[0])
        asked = value[place] >= knowledge.threshold("fit_asked_probability_min") and bool(told.nodes)
        causes = _causes(net, posterior, disorder)
        ranked.append(
            Ranked(
                disorder,
                _estimate(value[place], drawn[:, place]),
                _cause(causes, value[place], case),
                causes,
                tail(net, told, posterior.value, disorder, seed) if asked else None,
                net.disorders[rival],
                tuple(w for w in explain.between(found, int(place), rival) if abs(w.bans) >= _LEAST_BANS),
            )
        )
    return tuple(ranked)


def _numbers(
    net: Network, told: Evidence, posterior: Posterior
) -> tuple[tuple[Mapping[str, Values], Mapping[str, Values]], tuple[Mapping[str, Values], Mapping[str, Values]]]:
    nodes = {name: given[:_WEIGHED] for name, given in posterior.nodes.items()}
    chances = {name: given[:_WEIGHED] for name, given in posterior.chances.items()}
    return (expected_given(net, told), expected_chances(net)), (nodes, chances)


def _estimate(value: float, drawn: Values) -> Estimate:
    low, high = np.quantile(drawn, (0.025, 0.975))
    value = float(np.clip(value, 0.0, 1.0))
    return Estimate(value, min(float(low), value), max(float(high), value))


def _causes(net: Network, posterior: Posterior, disorder: str) -> tuple[Cause, ...]:
    names = knowledge.disorders()[disorder].causes
    return tuple(
        Cause(cause, names[cause], _estimate(posterior.value[leaf], posterior.draws[:, leaf]))
        for leaf in net.leaves_of(disorder)
        if ":" in net.leaves[leaf]
        for cause in [net.leaves[leaf].split(":")[1]]
    )


def _cause(causes: Sequence[Cause], whole: float, case: Case) -> str | None:
    """Name a cause only where a scan was read and one is nearly sure: without one the commonest is a presumption."""
    if not causes:
        return None
    scanned = any(f.code in _IMAGING and f.state is not State.NOT_ASSESSABLE for f in case.findings)
    first = max(causes, key=lambda one: one.probability.value)
    sure = first.probability.value >= knowledge.threshold("cause_named_min") * whole
    return first.cause if scanned and sure else "unknown"


def rank_questions(findings: Sequence[Finding], fields: Mapping[str, Any], candidates: Sequence[str]) -> list[str]:
    """Return the order in which to ask: red flags first, then what is expected to tell most.

    Parameters
    ----------
    findings : sequence of Finding
        What is known so far. Where it contradicts itself it cannot be weighed: then the others keep their order.
    fields : mapping
        ``age``, ``age_at_onset``, ``duration_months``, ``sex``, ``setting``, where known.
    candidates : sequence of str
        Findings that can still be asked.

    Returns
    -------
    list of str
        The candidates, each once.
    """
    return next_step.order(dict.fromkeys(candidates), _steps(findings, fields, candidates) or ())


def hardly_tells(findings: Sequence[Finding], fields: Mapping[str, Any], candidates: Sequence[str]) -> bool:
    """Say whether no question that is left is expected to tell the disorders apart any further worth the name.

    It says nothing of what the answers are worth for a treatment.

    Parameters
    ----------
    findings : sequence of Finding
        What is known so far. Where it contradicts itself it cannot be weighed, and the answer is no.
    fields : mapping
        As :func:`rank_questions` takes them.
    candidates : sequence of str
        Findings that can still be asked.
    """
    steps = _steps(findings, fields, candidates)
    return steps is not None and all(step.bits < next_step.HARDLY for step in steps)


def _steps(
    findings: Sequence[Finding], fields: Mapping[str, Any], candidates: Sequence[str]
) -> list[next_step.Next] | None:
    """Return what asking for each finding is expected to tell; None where what is known contradicts itself."""
    age, onset, sex, setting = (fields.get(key) for key in ("age", "age_at_onset", "sex", "setting"))
    try:
        case = Case(tuple(findings), age, onset, sex, setting, duration_months=fields.get("duration_months"))
    except ValueError:
        return None
    net, prior = network(), knowledge.setting(case.setting)
    told = evidence(readings(case, net, side_told(case)), case, net)
    return next_step.next_steps(net, prior, told, findings, only=set(candidates))
