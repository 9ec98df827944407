"""The answer in words: two sentences for the clinician, two for the patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from facialis import knowledge
from facialis.findings import Estimate, Side
from facialis.knowledge.definitions import FindingDefinition, Urgency
from facialis.knowledge.differential import Basis
from facialis.units import count, in_text

if TYPE_CHECKING:
    from facialis.diagnosis.assessment import Assessment, Ranked
    from facialis.diagnosis.explain import Weight


def answer(told: Assessment) -> list[str]:
    """Return the answer for the clinician, in two sentences.

    Parameters
    ----------
    told : Assessment
    """
    return [_first(told), _second(told)]


def plain(told: Assessment) -> list[str]:
    """Return the answer for the patient, in two sentences, with no rare disorder named unless it leads."""
    names, leader = knowledge.disorders(), told.leader
    whole = names[leader.disorder]
    if not told.evidence.readings:
        return ["Too little is known yet for an answer.", "The next questions and tests will tell more."]
    if not told.explained:
        return [
            "What you told and what was seen fits none of the disorders that we look for well.",
            "Your neurologist will look further, and may ask for more tests.",
        ]
    if not stands_out(told):
        common = [one for one in told.differential[:3] if not names[one.disorder].rare and one.disorder != "other"]
        if len(common) < 2:
            return ["There is no clear answer yet.", "The next questions and tests will tell more."]
        listed = _listed([in_text(names[one.disorder].plain.split(":")[0]) for one in common], "or")
        return [f"It is not settled yet what this is: {listed} is possible.", "The next step will tell more."]
    likely = "very likely" if leader.probability.low >= knowledge.threshold("very_likely_min") else "most likely"
    return [f"This is {likely} {in_text(whole.plain)}.", _in_plain(whole.in_plain_words)]


def stands_out(told: Assessment) -> bool:
    """Say whether the first disorder may be called most likely: more than all others, and not by its mean alone."""
    chance = told.leader.probability
    return chance.value >= knowledge.threshold("leader_named_min") and chance.low >= knowledge.threshold(
        "leader_low_min"
    )


def because(told: Assessment) -> list[str]:
    """Return what the answer rests on, or why there is none."""
    if not told.evidence.readings:
        return ["No sign, answer or test is known yet: the shares are those of the setting, at this age and sex."]
    reasons = [f"Rests on {count(len(told.evidence.nodes), 'known thing')}.", *_elicited(told)]
    fit = [(one.disorder, one.fit) for one in told.differential if one.fit is not None and one.disorder != "other"]
    if not told.explained:
        if told.leader.disorder == "other":
            reasons.append("Something outside the list is more probable than each disorder on it.")
        reasons.extend(
            f"{knowledge.disorders()[name].name}: {_rare(value)} of people with it would be as odd as this case."
            for name, value in fit[:3]
        )
    return reasons


def _elicited(told: Assessment) -> list[str]:
    """Say how many of the leader's weights rest on elicited numbers."""
    from facialis.diagnosis.result import basis_of

    bases = [basis_of(told, told.leader, weight) for weight in told.leader.weights]
    guessed = sum(basis is Basis.ELICITED for basis in bases)
    return [f"{guessed} of its {len(bases)} weights rest on elicited numbers."] if guessed else []


def _rare(share: float) -> str:
    return "fewer than 1 in 1,000" if share < 0.001 else f"{1000 * share:.0f} in 1,000"


def _first(told: Assessment) -> str:
    names, leader = knowledge.disorders(), told.leader
    if not told.evidence.readings:
        first = _listed([_share(one) for one in told.differential[:3]], "and")
        where = "in this setting" if told.case.setting else "over all settings"
        return f"Nothing is known yet that tells the disorders apart; {where} the commonest are {first}."
    if not told.explained:
        return "None of the disorders on the list explains these findings well."
    side = _of_side(told) if leader.disorder != "normal" else ""
    if stands_out(told):
        return f"{names[leader.disorder].name}{side} is most likely: {interval(leader.probability)}."
    if leader.probability.value >= knowledge.threshold("leader_named_min"):
        return f"{names[leader.disorder].name}{side} comes first, but hardly surely: {interval(leader.probability)}."
    several = [one for one in told.differential if one.probability.value >= 0.1][:3]
    return f"No single disorder stands out: {_listed([_share(one) for one in several], 'and')}."


def _second(told: Assessment) -> str:
    names, leader = knowledge.disorders(), told.leader
    least = knowledge.threshold("step_named_bits_min")
    worth = (one for one in told.next_steps if one.flag or (one.net_bits > 0 and one.bits >= least))
    step = next(worth, None)
    urgent = bool(told.red_flags) and told.red_flags[0].urgency is Urgency.EMERGENCY
    word = "what comes first" if step and step.flag else "what would tell most next"
    then = f"; {word}: {in_text(step.step.name)}" if step else ""
    if urgent and not (step and step.flag):
        then = "; the emergency comes first"
    if not told.evidence.readings:
        return f"Ask and look first{then}."
    if not told.explained:
        return f"The nearest is {_share(leader)}{then}."
    rival = names[leader.rival].name
    least = knowledge.threshold("reason_named_bans_min")
    against = [weight for weight in leader.weights if weight.bans <= -least]
    if against:
        worst = min(against, key=lambda weight: weight.bans)
        it = "it" if stands_out(told) else "the first"
        return f"Against {it}, compared with {in_text(rival)}, speaks most: {_named(told, worst)}{then}."
    it = "it" if stands_out(told) else "the first"
    return f"Nothing that is known speaks clearly against {it}, compared with {in_text(rival)}{then}."


def interval(chance: Estimate) -> str:
    """Return a probability in per cent with its interval, no finer than the model can be trusted."""
    value, low, high = percent(chance.value), percent(chance.low, bare=True), percent(chance.high)
    return value if value == high == f"{low} %" else f"{value} ({low} to {high})"


def percent(chance: float, *, bare: bool = False) -> str:
    """Return a probability in per cent; beyond a bound it is only said to lie there.

    The numbers' own uncertainty is in the interval, the model's is not: nobody has tried it on enough people to tell
    99.5 % from 99.9 %.
    """
    unit, bound = "" if bare else " %", knowledge.threshold("probability_shown_min")
    if chance < bound:
        return f"< {100 * bound:.0f}{unit}"
    if chance > 1.0 - bound:
        return f"> {100 * (1.0 - bound):.0f}{unit}"
    return f"{100 * chance:.0f}{unit}"


def codes_read(told: Assessment, node: str) -> list[str]:
    """Return the findings of a node that were read, each once; the node's own name for sex and age."""
    readings = told.evidence.readings.get(node, ())
    return list(dict.fromkeys(reading.code for reading in readings)) or [node]


def state_read(told: Assessment, code: str) -> str:
    """Return how a finding was read by those who count: present, absent, or both."""
    for readings in told.evidence.readings.values():
        chances = [reading.probability for reading in readings if reading.code == code]
        if chances:
            said = {"present" if chance >= 0.5 else "absent" for chance in chances}
            return said.pop() if len(said) == 1 else "present and absent"
    return {"sex": told.case.sex, "age_at_onset": _years(told), "duration": _duration(told)}.get(code) or ""


def name_of(code: str) -> str:
    """Return how a finding, or what a case tells by itself, is called."""
    own = {"sex": "Sex", "age_at_onset": "Age at onset", "duration": "Duration"}
    return own[code] if code in own else _definition(code).term


def _definition(code: str) -> FindingDefinition:
    return knowledge.finding(code)


def _years(told: Assessment) -> str:
    case = told.case
    if case.age_at_onset is not None:
        return f"{case.age_at_onset:g} years"
    return f"at most {case.age:g} years" if case.age is not None else ""


def _duration(told: Assessment) -> str:
    case = told.case
    if case.duration_months is not None:
        return f"{case.duration_months:g} months"
    if case.age is None or case.age_at_onset is None:
        return ""
    return f"about {case.age - case.age_at_onset:g} years" if case.age > case.age_at_onset else "less than a year"


def _named(told: Assessment, weight: Weight) -> str:
    """Name what was read: "other Babinski sign absent"."""
    codes = codes_read(told, weight.node)
    present = [code for code in codes if state_read(told, code) == "present"] or codes[:1]
    return " and ".join(f"{in_text(name_of(code))} {state_read(told, code)}".strip() for code in present)


def _of_side(told: Assessment) -> str:
    side = told.side.side
    if told.side.disagree:
        return " (the sources name different sides)"
    if side is Side.NONE:
        return ""
    words = "both sides" if side is Side.BOTH else f"the {side.value} side"
    return f" of {words}" + ("" if told.side.settled else " (side not settled)")


def _share(one: Ranked) -> str:
    return f"{in_text(knowledge.disorders()[one.disorder].name)} {interval(one.probability)}"


def _in_plain(words: str) -> str:
    return words.split(". ")[0].rstrip(".") + "."


def _listed(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
