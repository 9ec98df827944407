"""What a new weighing says differently from the one before it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from facialis import knowledge
from facialis.diagnosis.sentences import percent
from facialis.units import in_text

Result = Mapping[str, Any]
# So many disorders are named whose probability moved.
_MOST_SHARES = 4
_SIDE = {"left": "left", "right": "right", "both": "both sides", "none": "not settled"}


def moved(before: Result, after: Result) -> list[str]:
    """Return what changed from one assessment to the next, what matters most first.

    Parameters
    ----------
    before, after : mapping
        Public results ``facialis.assessment/1`` of one person.

    Returns
    -------
    list of str
        One line each; a single line where nothing worth a word changed.
    """
    said = [*_flags(before, after), *_side(before, after), *_leader(before, after), *_shares(before, after)]
    said += [*_next(before, after)]
    return said or ["Nothing that is worth a word has changed."]


def _flags(before: Result, after: Result) -> Iterator[str]:
    was, now = ({flag["code"]: flag["title"] for flag in one["red_flags"]} for one in (before, after))
    yield from (f"New red flag: {in_text(title)}." for code, title in now.items() if code not in was)
    yield from (f"No red flag any more: {in_text(title)}." for code, title in was.items() if code not in now)


def _side(before: Result, after: Result) -> Iterator[str]:
    was, now = (one["side"]["side"] for one in (before, after))
    if was != now:
        yield f"Side: {_SIDE[was]} before, {_SIDE[now]} now."


def _leader(before: Result, after: Result) -> Iterator[str]:
    was, now = (one["differential"][0] for one in (before, after))
    if was["disorder"] != now["disorder"]:
        yield f"{now['name']} comes first now, {in_text(was['name'])} did before."
    if before["answer"]["explained"] and not after["answer"]["explained"]:
        yield "No disorder of the list explains the findings any more."
    if after["answer"]["explained"] and not before["answer"]["explained"]:
        yield "A disorder of the list explains the findings now."


def _shares(before: Result, after: Result) -> Iterator[str]:
    """Say which probabilities moved most, out of those that are worth a row and differ in what is printed of them."""
    least = knowledge.threshold("probability_shown_min")
    was = {entry["disorder"]: entry["probability"]["value"] for entry in before["differential"]}
    both = [(e["name"], was.get(e["disorder"], 0.0), e["probability"]["value"]) for e in after["differential"]]
    said = [one for one in both if max(one[1:]) >= least and percent(one[1]) != percent(one[2])]
    for name, then, now in sorted(said, key=lambda one: -abs(one[2] - one[1]))[:_MOST_SHARES]:
        yield f"{name}: {percent(then)} before, {percent(now)} now."


def _next(before: Result, after: Result) -> Iterator[str]:
    was, now = (one["next_steps"][0]["name"] if one["next_steps"] else "" for one in (before, after))
    if now and was != now:
        yield f"The next step is now: {in_text(now)}."
