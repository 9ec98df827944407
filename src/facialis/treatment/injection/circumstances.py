"""What is known of the person that stops an injection, needs a reason or needs care; and what nobody has asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from facialis import knowledge
from facialis.case import Case
from facialis.findings import State
from facialis.knowledge import treatment
from facialis.knowledge.treatment.safety import Does, SafetyRule
from facialis.treatment.injection.reasons import Reason


def check(
    case: Case | None,
    product: str,
    muscles: Collection[str],
    countries: Collection[str],
    *,
    known: Collection[str] = (),
) -> Iterator[Reason]:
    """Yield what the rules of safety say of a person, and which medicines none of them knows.

    Parameters
    ----------
    case : Case or None
        None where there is no case: then nothing was asked.
    product : str
    muscles : collection of str
        What is to be injected.
    countries : collection of str
        Whose labels the plan is held against.
    known : collection of str
        Circumstances that the plan itself settles, such as other toxin that it lists.
    """
    for rule, present in _held(case, product, muscles, countries):
        if present:
            yield _reason(rule, present)
    missing = not_asked(case, product, muscles, countries, known=known)
    if missing:
        text = f"Not asked yet, ask before the injection: {'; '.join(term(key) for key in missing)}."
        yield Reason("not_asked", Does.CARE, text, "We will ask you some questions before the treatment.", "practice")
    for name in _unknown_medicines(case):
        text = f"No rule here names this medicine: {name}. Its interactions were not looked at."
        yield Reason("unknown_medicine", Does.CARE, text)


def not_asked(
    case: Case | None,
    product: str,
    muscles: Collection[str],
    countries: Collection[str],
    *,
    known: Collection[str] = (),
) -> tuple[str, ...]:
    """Return what has to be asked before such an injection and was not; parameters as for :func:`check`."""
    held = _held(case, product, muscles, countries)
    asked_by = [key for rule, present in held if rule.ask and not present for key in rule.when]
    return tuple(key for key in dict.fromkeys(asked_by) if not _asked(case, key) and key not in known)


def _held(
    case: Case | None, product: str, muscles: Collection[str], countries: Collection[str]
) -> Iterator[tuple[SafetyRule, list[tuple[str, str]]]]:
    """Yield each rule that is of this injection, with what is present of it and why."""
    rules = [one for one in treatment.injection_safety().values() if _is_of(one, product, muscles, countries)]
    stopped = {key for rule in rules if rule.does is Does.STOP for key in rule.when}
    for rule in rules:
        # What stops the product is not said again as something that a reason could lift.
        keys = [key for key in rule.when if rule.does is Does.STOP or key not in stopped]
        yield rule, [(key, why) for key in keys if (why := _present(case, key))]


def _unknown_medicines(case: Case | None) -> list[str]:
    known = treatment.circumstances().values()
    return [name for name in (case.medicines if case else ()) if not any(one.named_by(name) for one in known)]


def _is_of(rule: SafetyRule, product: str, muscles: Collection[str], countries: Collection[str]) -> bool:
    """Say whether a rule is of what is to be injected."""
    held = ((rule.products, {product}), (rule.muscles, muscles), (rule.countries, countries))
    return all(not named or set(named) & set(planned) for named, planned in held)


def _reason(rule: SafetyRule, present: list[tuple[str, str]]) -> Reason:
    because = "; ".join(f"{term(key)}: {why}" for key, why in present)
    source = rule.proof.first
    return Reason(rule.key, rule.does, f"{rule.text} ({because})", rule.plain, source)


def term(key: str) -> str:
    """Return what a circumstance or a finding is called."""
    known = treatment.circumstances()
    return known[key].term if key in known else knowledge.finding(key).term


def _present(case: Case | None, key: str) -> str:
    """Return why a circumstance or a finding is present: who told it, or which medicine; empty where it is not."""
    if case is None:
        return ""
    if case.circumstances.get(key) is State.PRESENT:
        return "told"
    told = next((one for one in case.findings if one.code == key and one.state is State.PRESENT), None)
    if told is not None:
        return f"as the {told.source} tells it"
    known = treatment.circumstances().get(key)
    taken = next((name for name in case.medicines if known is not None and known.named_by(name)), "")
    return f"takes {taken}" if taken else ""


def _asked(case: Case | None, key: str) -> bool:
    """Say whether somebody answered it, or it is not asked of such a person."""
    if case is None:
        return False
    spared = (one for one in treatment.ground_rules().spared if key in one.keys)
    return case.circumstances.get(key) in (State.PRESENT, State.ABSENT) or any(
        one.of(case.sex, case.age) for one in spared
    )
