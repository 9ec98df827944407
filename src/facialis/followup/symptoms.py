"""What was told in the diary, with what treatment explains of it, as findings that red flags are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from facialis import flags, knowledge
from facialis.findings import Finding, Side, State
from facialis.followup.diary import Diary, Symptom
from facialis.followup.treatments import Treatments, symptoms
from facialis.knowledge import Urgency, treatment

_DAYS_A_MONTH = 30.4375
# Said by a side effect of a treatment in the same words, or asked for elsewhere with more care.
_NOT_TO_TICK = ("bulbar_breathing", "diplopia_or_pupil", "self_harm")
_AT_ONCE = (Urgency.EMERGENCY, Urgency.SAME_DAY)


@dataclass(frozen=True, slots=True)
class Warned:
    """What somebody who tells a symptom is told at once.

    Attributes
    ----------
    code : str
        The symptom, or the flag.
    urgency : str
        ``emergency``, ``same_day``, ``soon`` or ``routine``.
    plain, plain_action : str
        For patients.
    """

    code: str
    urgency: str
    plain: str
    plain_action: str


def to_tick() -> Mapping[str, str]:
    """Return what a patient may tick in a diary beside the score, in plain words: side effects, then warning signs."""
    effects = {one.key: one.plain for one in treatment.alarms().side_effects.values()}
    signs = {
        flag.when[0][0]: flag.plain
        for flag in knowledge.red_flags().values()
        if flag.urgency in _AT_ONCE and len(flag.when) == len(flag.when[0]) == 1 and flag.when[0][0] not in _NOT_TO_TICK
    }
    return {**effects, **signs}


def warned(diary: Diary, treatments: Treatments, on: date, findings: Sequence[Finding] = ()) -> list[Warned]:
    """Return what is said at once of the symptoms that were told on a day, the most urgent first.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
    on : date
    findings : sequence of Finding
        What else is known: toxin of late or a decompression changes what a weak face means.
    """
    today = replace(diary, symptoms=tuple(one for one in diary.symptoms if one.day == on))
    effects = treatment.alarms().side_effects
    codes = dict.fromkeys(one.code for one in today.symptoms)
    words = [effects[code] for code in codes if code in effects]
    said = [Warned(one.key, one.urgency, one.plain, one.plain_action) for one in words]
    known = {one.flag.key for one in flags.red_flags(findings)}
    raised = red_flags(today, treatments, on, findings)
    said += [
        Warned(one.flag.key, one.urgency.value, one.flag.plain, one.flag.plain_action)
        for one in raised
        if one.flag.key not in known
    ]
    order = (*(urgency.value for urgency in flags.ORDER), "routine")
    return sorted(said, key=lambda one: order.index(one.urgency))


def red_flags(
    diary: Diary,
    treatments: Treatments,
    on: date,
    findings: Sequence[Finding] = (),
    fields: Mapping[str, Any] | None = None,
) -> list[flags.Raised]:
    """Return the red flags that are up on a day.

    Toxin of the last months and a decompression count as known: sudden weakness after them has wording of its own,
    unless it came so long after them, or before, that they do not explain it: then it is what it is without them.

    Parameters
    ----------
    diary : Diary
    treatments : Treatments
    on : date
    findings : sequence of Finding
        What else is known of the person, for example from a case.
    fields : mapping or None
        ``age`` and ``age_at_onset`` in years, where known.
    """
    from_diary = _told(diary, treatments)
    sudden = [one.day for one in from_diary if one.code == "sudden_weakness" and _recent(on) <= one.day <= on]
    sudden += [on for one in findings if one.code == "sudden_weakness" and one.state is State.PRESENT]
    told = [*findings, *_of_symptoms(from_diary, on), *_of_treatments(treatments, on, sudden)]
    return flags.red_flags(told, fields)


def earlier(diary: Diary, treatments: Treatments, on: date) -> tuple[str, ...]:
    """Say which findings were told so long ago that they flag nothing."""
    old = [one for one in _told(diary, treatments) if _is_finding(one) and one.day < _recent(on)]
    recent = {one.code for one in _told(diary, treatments) if one.day >= _recent(on)}
    names = dict.fromkeys(
        f"{knowledge.finding(one.code).term.lower()} ({one.day.isoformat()})" for one in old if one.code not in recent
    )
    if not names:
        return ()
    days = treatment.alarms().number("recent_days")
    return (f"Told more than {days:.0f} days ago, so that it raises no flag now: {', '.join(names)}.",)


def _told(diary: Diary, treatments: Treatments) -> tuple[Symptom, ...]:
    return (*diary.symptoms, *symptoms(treatments))


def _recent(on: date) -> date:
    return on - timedelta(days=treatment.alarms().number("recent_days"))


def _is_finding(symptom: Symptom) -> bool:
    return symptom.code in knowledge.findings()


def _of_symptoms(told: Sequence[Symptom], on: date) -> Iterator[Finding]:
    for one in told:
        if _is_finding(one) and _recent(on) <= one.day <= on:
            who = f"{one.source} on {one.day.isoformat()}"
            yield Finding(one.code, State.PRESENT, one.side, source=who, because=("told in the diary",))


def _of_treatments(treatments: Treatments, on: date, sudden: Sequence[date]) -> Iterator[Finding]:
    """Yield what follows from what was given: of each kind the latest, if it explains a sudden weakness."""
    number = treatment.alarms().number
    explains = {"injection": number("toxin_explains_days"), "decompression": number("operation_explains_days")}
    within = timedelta(days=knowledge.threshold("recent_toxin_months") * _DAYS_A_MONTH)
    latest = {row.kind: row for row in sorted(treatments.rows, key=lambda row: row.day) if row.day <= on}
    for kind, code in (("injection", "recent_toxin"), ("decompression", "prior_decompression")):
        row = latest.get(kind)
        if row is None or (kind == "injection" and on - row.day > within):
            continue
        if any(not 0 <= (day - row.day).days <= explains[kind] for day in sudden):
            continue
        who = f"record of {row.day.isoformat()}"
        yield Finding(code, State.PRESENT, Side.NONE, source=who, because=("given as a treatment",))
