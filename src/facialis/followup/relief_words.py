"""How relief after decompression is told: to clinicians with numbers and sources, to the patient in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from facialis import knowledge
from facialis.findings import Estimate
from facialis.followup.diary import MEASURES
from facialis.followup.relief_diary import Told
from facialis.knowledge import treatment
from facialis.units import count

ByDay = Callable[[float], Estimate]
# The study of early reappearance followed spasms that came back within a month.
EARLY_RELAPSE_DAYS = 31
# From here on the silent period of the first days is over.
_MONTH_DAYS = 30.4


@dataclass(frozen=True)
class Standing:
    """All that there is to tell."""

    told: Told
    state: str
    operated: date
    on: date
    free_by_now: Estimate
    free_of_all: Estimate
    chance_still: Estimate | None
    until: date
    again: int

    @property
    def days(self) -> int:
        """Days from the operation to today."""
        return (self.on - self.operated).days


def because(at: Standing) -> tuple[str, ...]:
    """Return the reasons for clinicians, the state's own first."""
    return tuple(_because(at))


def plain(at: Standing) -> tuple[str, ...]:
    """Return what the patient is told."""
    return tuple(_plain(at))


def sources(at: Standing) -> tuple[str, ...]:
    """Return the keys of the sources that this rests on, each once."""
    known = treatment.relief()
    keys = [study.source for study in known.fitted] + [share.source for share in known.shares]
    if at.state == "free":
        keys += [key for rate in (*known.relapse.values(), known.silent["share"]) for key in rate.sources]
    if at.state == "relapse":
        keys += [key for rate in (known.relapse["wait_days"], known.silent["free_again"]) for key in rate.sources]
    if at.state in ("not_yet", "improving", "relapse", "late"):
        keys += [key for conflict in known.conflicts for key in conflict.sources]
    return tuple(dict.fromkeys(keys))


def _because(at: Standing) -> Iterator[str]:
    told = at.told
    yield _of_state(at)
    if told.less is not None and told.before is not None and told.now is not None and at.state != "free":
        change = f"{_percent(told.less)} less" if told.less >= 0 else f"{_percent(-told.less)} more"
        yield f"{MEASURES[told.measure].name}: {change} than before the operation."
    elif told.entries and told.before is None:
        yield "No entry from before the operation: how much less it is cannot be said."
    now, of_all = at.free_by_now, at.free_of_all
    yield (
        f"By day {at.days} {_range(now)} of those who become free are free, {_range(of_all)} of all who were operated; "
        "the intervals hold the spread between studies."
    )
    yield from _of_chance(at)
    yield from _of_limits(at)
    if at.state in ("not_yet", "improving", "relapse", "late"):
        yield _of_until(at)
        yield from _of_redo()


def _of_state(at: Standing) -> str:
    told = at.told
    if at.state == "not_assessable":
        if told.entries:
            return f"{MEASURES[told.measure].name} tells how life is with spasms, not whether there are any."
        return "No entry after the operation."
    if at.state == "free" and told.free_since is not None:
        stray = f", {count(told.stray, 'single small one', 'single small ones')} aside" if told.stray else ""
        return f"No spasm in {count(told.free_entries, 'entry', 'entries')} since {told.free_since.isoformat()}{stray}."
    if at.state == "relapse" and told.relapsed is not None:
        return f"Spasms again since {told.relapsed.isoformat()}, after a time without."
    if told.latest_free:
        return "The latest entry tells of no spasm; too little yet to call it free."
    still = told.still.isoformat() if told.still is not None else "the operation"
    if at.state == "late":
        return f"Spasms on {still}, after {at.until.isoformat()}: time to speak with the surgeon."
    return f"Spasms, the latest on {still}."


def _of_chance(at: Standing) -> Iterator[str]:
    known, told = treatment.relief(), at.told
    if at.state == "free":
        rates = known.relapse
        yield (
            f"Spasms come back in {_percent(rates['one_year'].value)} within a year and in "
            f"{_percent(rates['five_years'].value)} within five (no interval published); "
            f"after two years without, in about {_percent(rates['after_two_years'].value)}."
        )
        if at.days <= _MONTH_DAYS:
            share = known.silent["share"]
            yield (
                f"Early days: {_percent(share.value)} of those who became free in the end had a silent period of up to "
                f"{known.silent['days'].value:.0f} days first, then spasms that faded."
            )
    elif at.state == "relapse" and at.chance_still is not None:
        yield (
            f"Of people free at once whose spasms came back within a month {_range(at.chance_still)} became free again "
            "over several weeks."
        )
    elif at.state == "relapse":
        yield "How many become free again after a later relapse is not published: not assessable."
        yield "One series saw relapses peak at about month 8 and a second remission at about month 16."
    elif at.chance_still is not None and told.still is not None:
        yield (
            f"Of people not free by day {(told.still - at.operated).days}, {_range(at.chance_still)} still become "
            "free; the studies differ widely."
        )


def _of_limits(at: Standing) -> Iterator[str]:
    told = at.told
    stale = treatment.relief().number("stale_days")
    if told.masked:
        yield f"{count(told.masked, 'entry', 'entries')} without spasm under toxin: they say nothing of the operation."
    if told.silent is not None and at.state != "relapse":
        yield "Spasms came back after a short silence: the usual way of late relief, no relapse."
    if told.known_until is not None and (at.on - told.known_until).days > stale:
        yield f"The diary ends on {told.known_until.isoformat()}: of the time since nothing is known."
    if at.again > 1:
        yield f"Operation {at.again} on this side; the curve is of first operations."
    if at.state == "improving":
        yield "Whether somebody who improves is likelier to become free, nobody has counted; the chance is that of all."


def _of_until(at: Standing) -> str:
    rate = treatment.relief().not_failure
    if at.state == "relapse" and at.told.relapsed is not None:
        return f"Until {at.until.isoformat()} a relapse is no failure: {treatment.relief().relapse['wait_days'].rule}."
    return f'Until {at.until.isoformat()} "not yet" is no failure: {rate.rule}.'


def _of_redo() -> Iterator[str]:
    told = " ".join(
        f"{conflict.text.rstrip('.')} ({'; '.join(map(_cited, conflict.sources))})."
        for conflict in treatment.relief().conflicts
    )
    yield f"When to operate again is in conflict, a specialist decides. {told}"


def _cited(key: str) -> str:
    source = knowledge.sources()[key]
    return f"{source.authors} {source.year}" if source.authors and source.year else source.cite


def _plain(at: Standing) -> Iterator[str]:
    told, still = at.told, at.chance_still
    if at.state == "free" and told.free_since is not None:
        yield f"Your diary shows no spasms since {told.free_since.isoformat()}."
        if at.days <= _MONTH_DAYS:
            yield "Spasms often come back for a while in the first weeks and then fade. That is common."
        else:
            yield "In most people it stays that way. Tell your doctor if the spasms come back."
    elif at.state == "relapse":
        yield "Your spasms have come back after a time without them. In some people this goes away again."
        yield "Please tell the team that operated on you."
    elif at.state == "late":
        yield "You still have spasms a long time after the operation. Please speak with your surgeon: what comes next?"
    elif at.state == "not_assessable":
        yield "There is nothing in your diary yet that shows how it is since the operation."
        yield "Please write down once a week how strong the spasms are. A 0 matters too: it means no spasms."
    else:
        yield "You still have spasms after the operation. It does not mean that it has failed: the nerve may need time."
        if at.state == "improving":
            yield "Your diary shows fewer or weaker spasms than before the operation."
    if at.state in ("improving", "not_yet") and still is not None:
        yield (
            f"Of 100 people who still have spasms at this point, about {100 * still.value:.0f} become free later. "
            f"Studies differ a lot: between {100 * still.low:.0f} and {100 * still.high:.0f}."
        )
        yield f"It is too early to call it a failure before {at.until.isoformat()}."


def _percent(share: float) -> str:
    digits = 1 if 0.0 < 100 * share < 10 else 0
    return f"{100 * share:.{digits}f} %"


def _range(at: Estimate) -> str:
    return f"{100 * at.value:.0f} % ({100 * at.low:.0f} to {100 * at.high:.0f} %)"
