"""Films before treatment and while it works, told by their dates; figures only, nobody's face."""

from __future__ import annotations

from facialis.treatment.authorisation.record import Record
from facialis.treatment.authorisation.records import Film
from facialis.treatment.authorisation.said import Place, day


def sorted_by_effect(record: Record, days: tuple[int, ...]) -> tuple[list[Film], list[Film]]:
    """Return the usable films from before treatment, and those from while it works.

    Parameters
    ----------
    record : Record
    days : tuple of int
        First and last day after a session on which a film counts as taken while it works. A film counts as before
        where no toxin was given so lately.
    """
    first, last = days
    before, after = [], []
    for one in record.films:
        since = _since(record, one)
        if not one.usable:
            continue
        if since is not None and first <= since <= last:
            after.append(one)
        elif (since is None and one.day is not None) or (since is not None and since > last):
            before.append(one)
    return before, after


def place(one: Film, when: str) -> Place:
    """Say what a film shows, with its date and figures."""
    return Place(one.file, "summary", f"{when}: {figures(one)}")


def figures(one: Film) -> str:
    """Print a film's name, date, watched time and figures."""
    parts = [one.name, day(one.day) if one.day else "date not told"]
    if one.since_toxin is not None:
        parts.append(f"{one.since_toxin:g} days after toxin as told then")
    if not one.usable:
        return ", ".join([*parts, "refused by its quality"])
    parts.append(f"{one.usable_s:.0f} s watched")
    rate = one.rate
    parts.append(
        f"spasms {rate.value:.1f} ({rate.low:.1f} to {rate.high:.1f}) a minute" if rate else "rate of spasms not known"
    )
    if one.in_spasm is not None:
        parts.append(f"{100 * one.in_spasm:.1f} % of the time in spasm")
    return ", ".join(parts)


def _since(record: Record, one: Film) -> float | None:
    """Return days since the last session before a film; on the day of a session it is taken as filmed before it."""
    if one.day is None:
        return one.since_toxin
    earlier = [session.day for session in record.sessions if session.day < one.day]
    return float((one.day - max(earlier)).days) if earlier else one.since_toxin
