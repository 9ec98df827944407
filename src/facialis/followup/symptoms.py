"""What was told in the diary, with what treatment explains of it, as findings that red flags are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from facialis import flags, knowledge
from facialis.findings import Finding, Side, State
from facialis.followup.diary import Diary, Symptom
from facialis.followup.treatments import Treatments, symptoms
from facialis.knowledge import treatment

_DAYS_A_MONTH = 30.4375


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
