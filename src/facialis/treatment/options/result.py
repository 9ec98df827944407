"""The public result ``facialis.options/1``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from facialis import knowledge
from facialis.treatment.options.sentences import ORDER, sentences
from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.knowledge.treatment.option import Harm, Label, Outcome
    from facialis.treatment.options.choose import Chosen, Placed, Question
    from facialis.treatment.options.rules import Held


def to_json(told: Chosen) -> dict[str, Any]:
    """Return the options for one person as their public result.

    Parameters
    ----------
    told : Chosen
    """
    from facialis.knowledge import treatment

    options = [_placed(one) for one in told.options]
    return {
        "schema": "facialis.options/1",
        "on": told.on.isoformat() if told.on else None,
        "for": _for(told),
        "red_flags": [flag.to_json() for flag in told.red_flags],
        "sentences": sentences(told),
        "order": ORDER,
        "ground_rules": [_held(one) for one in told.ground],
        "options": options,
        "not_assessable": list(told.not_assessable),
        "sources": _sources(told),
        "software": {"version": __version__, "knowledge_sha256": treatment.digest()},
    }


def _for(told: Chosen) -> dict[str, Any]:
    case, diagnosis, side = told.case, told.diagnosis, told.side
    return {
        "age": case.age,
        "sex": case.sex,
        "side": side.side.value,
        "side_told": {"settled": side.settled, "disagree": side.disagree, "because": list(side.because)},
        "diagnosis": diagnosis
        and {
            "disorder": diagnosis.disorder,
            "name": diagnosis.name,
            "probability": diagnosis.probability.to_json(),
            "leads": diagnosis.leads,
        },
        "circumstances": {key: state.value for key, state in case.circumstances.items()},
        "medicines": list(case.medicines),
        "not_asked": [_question(one) for one in told.questions],
    }


def _question(one: Question) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "question": one.question,
        "would": one.would,
        "who": "patient" if one.of_patient else "record",
    }


def _placed(one: Placed) -> dict[str, Any]:
    option = one.option
    return {
        "key": option.key,
        "name": option.name,
        "plain_name": option.plain_name,
        "kind": option.kind.value,
        "standing": option.standing.value,
        "state": one.state.value,
        "rank": one.rank,
        "what": option.what,
        "plain": option.plain,
        "really_for": option.really_for,
        "evidence": {
            "certainty": option.evidence.certainty.value,
            "text": option.evidence.text,
            "plain": option.evidence.plain,
            "sources": list(option.evidence.sources),
        },
        "outcomes": [_number(outcome) for outcome in option.outcomes],
        "harms": [
            {**_number(harm), "severity": harm.severity, "lasting": harm.lasting, "lasts": harm.lasts}
            for harm in option.harms
        ],
        "excluded_because": [_held(held) for held in one.excluded],
        "cautions": [_held(held) for held in one.cautions],
        "needs_first": [_held(held) for held in one.first],
        "not_asked": [_question(asked) for asked in one.questions],
        "asks": list(option.asks),
        "labels": [_label(label) for label in option.labels],
    }


def _number(one: Outcome | Harm) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "plain": one.plain,
        "rate": one.rate.to_json() if one.rate else None,
        "why_not": one.why_not,
    }


def _held(one: Held) -> dict[str, Any]:
    rule = one.rule
    return {
        "text": rule.text,
        "plain": rule.plain,
        "basis": rule.basis.value,
        "sources": list(rule.sources),
        "because": one.because,
        "personal": one.personal,
    }


def _label(one: Label) -> dict[str, Any]:
    return {
        "country": one.country,
        "text": one.text,
        "source": one.sources[0] if one.sources else "",
        "basis": one.basis.value,
        "sources": list(one.sources),
    }


def _sources(told: Chosen) -> list[dict[str, str]]:
    """Return every source that the result names, in the order in which it first does."""
    keys = [key for held in told.ground for key in held.rule.sources]
    for placed in told.options:
        option = placed.option
        rates = [one.rate for one in option.outcomes if one.rate] + [one.rate for one in option.harms if one.rate]
        rules = [held.rule for held in (*placed.excluded, *placed.first, *placed.cautions)]
        named: Sequence[Any] = (option.evidence, *rates, *rules, *option.labels)
        keys += [key for part in named for key in part.sources]
    keys += [key for raised in told.red_flags for key in raised.flag.sources]
    known = knowledge.sources()
    return [
        {"key": key, "cite": known[key].cite, "doi": known[key].doi, "pmid": known[key].pmid}
        for key in dict.fromkeys(keys)
        if key in known
    ]
