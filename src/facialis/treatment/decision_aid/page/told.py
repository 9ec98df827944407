"""What the page of the decision aid is filled with: the same fields, in the same order, for every option."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from facialis.paper import icons
from facialis.paper.icons import Form
from facialis.treatment.decision_aid.page import draw

# These have a row of their own whatever is known of them.
ALWAYS = ("death", "stroke")

CERTAINTY = {
    "high": "We are sure of these numbers.",
    "moderate": "We are fairly sure of these numbers.",
    "low": "We are not very sure of these numbers.",
    "very_low": "We are not sure of these numbers at all.",
    "none": "We found no study that counts this.",
}
ASKS = (
    ("visits", "Visits"),
    ("anaesthesia", "Being put to sleep"),
    ("recovery", "Time to recover"),
    ("money", "Money"),
    ("undone", "Can it be undone?"),
    ("feel", "What it is like"),
)
# Numbers of outcomes that are shown below the first one; the first one is not said twice.
OUTCOMES = ("onset", "duration", "relief", "relief_complete", "lasting", "recurrence", "again")
NOT_COUNTED = {"text": "Nobody has counted it.", "small": ""}
# A number that nobody counted as it stands is said to be so.
BASIS = {"elicited": "This number is our own guess.", "calculated": "This number is worked out from others."}
# When an operation is asked for: days, and how they are said.
_SOON = ((0, "on the first day"), (7, "after a week"), (30, "after a month"), (183, "after six months"))
_UNITS = {"days": "day", "weeks": "week", "months": "month", "years": "year"}


def told(result: Mapping[str, Any], *, small: bool = False) -> dict[str, Any]:
    """Return what the template ``aid.html`` is filled with.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.aid/1``.
    small : bool
        Whether pictures of a thousand are areas that a page's patterns fill.
    """
    years = result["years"]
    numbers = {source["key"]: place for place, source in enumerate(result["sources"], 1)}
    return {
        "result": result,
        "years": f"{years} years" if years != 1 else "1 year",
        "columns": [_column(option, years, numbers, small=small) for option in result["options"]],
        "outcome_rows": list(_outcome_rows(result["options"], numbers)),
        "harm_rows": [
            _harm_row(row, result["options"], numbers, small=small)
            for row in result["harm_rows"]
            if _stands_alone(row, result["options"])
        ],
        "uncounted": _uncounted(result["harm_rows"], result["options"]),
        "many": next((option["times"] for option in result["options"] if option["times"]), None),
        "asks": ASKS,
        "reason": _reasons(result["options"]),
        "natural": [numbers[key] for key in result["natural_sources"]],
        "keys": {form.value: icons.example(form) for form in Form},
        "looks": draw.LOOKS,
    }


def lapse(one: Mapping[str, Any]) -> str:
    """Print when somebody looked: "10 years", "about 3 years", "6 months"."""
    years = one["years"]
    about = "about " if re.search(r"mean|median|average|about", one["at"]) else ""
    more = " or more" if "or more" in one["at"] else ""
    if years < 1.0:
        months = max(1, round(years * 12))
        return f"{about}{months} month{'' if months == 1 else 's'}{more}"
    return f"{about}{years:.2g} year{'' if years == 1 else 's'}{more}"


def capital(text: str) -> str:
    """Begin a text as a sentence."""
    return text[:1].upper() + text[1:]


def _column(option: Mapping[str, Any], years: int, numbers: Mapping[str, int], *, small: bool) -> dict[str, Any]:
    name, main = option["plain_name"], option["main"]
    return {
        "name": name,
        "option": option,
        "certainty": CERTAINTY[option["evidence"]["certainty"]],
        "lines": list(_lines(main)) if main else [],
        "array": draw.relieved(main, name, small=small) if main else None,
        "when": _when(main) if main else "",
        "counted": main["plain"].rstrip(".") if main else "",
        "note": _note(main, years) if main else "",
        "beside": _beside(option) if option["beside"] else "",
        "cited": _cited(main, numbers) if main else [],
        "basis": BASIS.get(main["basis"], "") if main else "",
        "year": draw.first_year(option["year"], name),
        "evidence_cited": sorted(numbers[key] for key in option["evidence"]["sources"]),
        "year_cited": sorted(numbers[key] for key in option["year"]["sources"]),
    }


def _lines(main: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield icon, number and words of those who are relieved, those who are not, and of whom nobody knows."""
    count, rest, partly = main["count"], main["rest"], main["partly"]
    if partly is None:
        yield Form.FULL.value, count["short"], f"{main['yes']} ({count['interval']})"
        yield Form.OPEN.value, rest["short"], f"{main['no']} ({rest['interval']})"
        return
    if partly["bound"] == "floor":
        yield Form.FULL.value, f"At least {count['short']}", f"{main['yes']} ({count['interval']}), {partly['brief']}"
        yield Form.OPEN.value, f"At least {partly['no']} of 1,000", main["no"]
        yield Form.HALF.value, f"{partly['not_counted']} of 1,000", "were not counted"
        return
    words = f"{main['yes']} ({count['interval']}), {partly['brief']}"
    yield Form.HALF.value, f"At most {count['short']}", words
    yield Form.OPEN.value, f"At least {rest['short']}", f"{main['no']} ({rest['interval']})"


def _when(main: Mapping[str, Any]) -> str:
    if main["each_time"]:
        return "After one session"
    return f"After {lapse(main)}" if main["years"] is not None else "When it was looked at"


def _note(main: Mapping[str, Any], years: int) -> str:
    """Say how far the number holds: never further than somebody looked."""
    wears_off = "Each session wears off. So this holds only while the sessions go on. " if main["wears_off"] else ""
    if main["whole_horizon"]:
        return wears_off.strip()
    longest = (
        f"The longest look was {lapse(main)}."
        if main["years"] is not None
        else "The sources do not say how long they looked."
    )
    return f"{wears_off}Nobody has counted this over {years} years. {longest}"


def _beside(option: Mapping[str, Any]) -> str:
    one = option["beside"]
    when = f" after {lapse(one)}" if one["years"] is not None else ""
    where = option["surgeon"]["whose"] if one["whose"] == "surgeon" else "published studies"
    return f"In {where}: {one['count']['text']} {one['yes']}{when}."


def _outcome_rows(options: list[Mapping[str, Any]], numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield a row an outcome that at least one option has a number for, and has not said already."""
    for key in OUTCOMES:
        found = [next((one for one in option["outcomes"] if one["key"] == key), None) for option in options]
        first = [option["main"]["key"] if option["main"] else "" for option in options]
        new = any(one and (one["count"] or one["time"]) and main != key for one, main in zip(found, first, strict=True))
        if not new:
            continue
        cells = [_outcome(one, numbers, said=main == key) for one, main in zip(found, first, strict=True)]
        if key == "onset":
            cells = [_soon(option, numbers) or cell for option, cell in zip(options, cells, strict=True)]
        name = next(one["name"] for one in found if one)
        yield {"name": name, "cells": cells}


def _soon(option: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any] | None:
    """Read how soon an operation helps off the same line that is drawn; None for what works at a single time."""
    year = option["year"]
    if not year["points"] or option["kind"] != "operation":
        return None
    days, people = ([point[key] for point in year["points"]] for key in ("day", "people"))
    at = [round(float(np.interp(day, days, people)), -1) for day, _ in _SOON]
    said = ", ".join(f"{number:g} {when}" for number, (_, when) in zip(at, _SOON, strict=True))
    small = "Worked out over all studies that tell it, as the line below. Clinics lie far apart."
    one = next((one for one in option["outcomes"] if one["key"] == "onset"), None)
    cited = set(year["sources"])
    if one is not None and one["time"]:
        wait = _time(one["time"])[:-1]
        small += (
            f" In one study alone the middle one of those who became free had to wait: {wait[:1].lower()}{wait[1:]}."
        )
        cited |= set(one["sources"])
    text = f"Of 1,000 people, so many {year['of']}: about {said}."
    return {"text": text, "small": small, "cited": sorted(numbers[key] for key in cited)}


def _outcome(one: Mapping[str, Any] | None, numbers: Mapping[str, int], *, said: bool) -> dict[str, Any]:
    if one is None:
        return NOT_COUNTED | {"cited": []}
    looked = f"Looked at after {lapse(one)}." if one["years"] is not None else ""
    small = " ".join(part for part in (looked, BASIS.get(one["basis"], "")) if part)
    if one["count"]:
        bound = {"floor": "At least ", "ceiling": "At most "}.get((one["partly"] or {}).get("bound", ""), "")
        rest = _rest(one) if not bound else f"Counted {one['partly']['brief']}."
        text = capital(f"{bound}{one['count']['text']}. {rest}".strip())
        return {
            "text": "As shown above." if said else text,
            "small": small if not said else "",
            "cited": _cited(one, numbers),
        }
    if one["time"]:
        return {"text": _time(one["time"]), "small": small, "cited": _cited(one, numbers)}
    return NOT_COUNTED | {"cited": _cited(one, numbers)}


def _time(time: Mapping[str, Any]) -> str:
    """Print a time as a person says it: "about 5 days", with its range where one is published."""
    unit = _UNITS.get(time["unit"], time["unit"])
    value = round(time["value"])
    if time["sd"]:
        return (
            f"On average (mean) {value} {unit}s (SD {round(time['sd'])}). It differs a lot from one time to the next."
        )
    text = f"About {value} {unit}{'' if value == 1 else 's'}"
    if time["low"] is not None:
        return f"{text} ({round(time['low'])} to {round(time['high'])})."
    return f"{text}."


def _harm_row(
    row: Mapping[str, Any], options: list[Mapping[str, Any]], numbers: Mapping[str, int], *, small: bool
) -> dict[str, Any]:
    cells = []
    for option in options:
        harm = next((one for one in option["harms"] if one["key"] == row["key"]), None)
        cells.append(_harm(harm, option, numbers, small=small))
    return {"name": row["name"], "plain": row["plain"], "grave": _grave(row), "cells": cells}


def _stands_alone(row: Mapping[str, Any], options: list[Mapping[str, Any]]) -> bool:
    """Say whether a harm has a row of its own: where it was counted or is grave, and always for death and stroke."""
    counted = any(harm["count"] for option in options for harm in option["harms"] if harm["key"] == row["key"])
    return counted or row["severity"] != "minor" or row["key"] in ALWAYS


def _uncounted(rows: list[Mapping[str, Any]], options: list[Mapping[str, Any]]) -> list[list[str]]:
    """Return for each option the minor harms that nobody counted; empty where there are none."""
    alone = {row["key"] for row in rows if _stands_alone(row, options)}
    order = [row["key"] for row in rows if row["key"] not in alone]
    names = [[_named(harm) for key in order for harm in option["harms"] if harm["key"] == key] for option in options]
    return names if any(names) else []


def _named(harm: Mapping[str, Any]) -> str:
    """Name a harm with how long it lasts: "Dry eye (weeks)"."""
    grave = "grave, " if harm["severity"] == "serious" else ""
    lasts = "stays" if harm["lasting"] else harm["lasts"]
    return f"{harm['name']} ({grave}{lasts})" if lasts else f"{harm['name']}{' (grave)' if grave else ''}"


def _grave(row: Mapping[str, Any]) -> str:
    if row["severity"] != "serious":
        return ""
    return "grave, and it stays" if row["lasting"] else "grave"


def _harm(
    harm: Mapping[str, Any] | None, option: Mapping[str, Any], numbers: Mapping[str, int], *, small: bool
) -> dict[str, Any]:
    """Return one cell: the number over the same years for every option, and what it is made of."""
    if harm is None:
        return {"text": "Not named in what we read.", "lines": [], "drawn": None, "cited": []}
    if harm["count"] is None:
        lines = [_lasts(harm)] if harm["lasts"] or (harm["lasting"] and harm["severity"] != "death") else []
        return {"text": "Nobody has counted how often.", "lines": lines, "drawn": None, "cited": _cited(harm, numbers)}
    lines = list(_harm_lines(harm, option))
    over = harm["over"]
    text = capital(harm["count"]["text"])
    if over:
        # What somebody counted leads; the bounds and the guess between them follow in small print.
        counted = over["counted"]
        text = (
            f"{counted['count']['short']}, at least once over {counted['at']}, in one clinic"
            if counted
            else f"{text} {option['once']}"
        )
    return {
        "text": f"{text}.",
        "lines": lines,
        "drawn": draw.harmed(harm, option["plain_name"], small=small),
        "cited": _cited(harm, numbers),
    }


def _harm_lines(harm: Mapping[str, Any], option: Mapping[str, Any]) -> Iterator[str]:
    over = harm["over"]
    if over:
        same, most = over["same_people"]["short"].removesuffix(" of 1,000"), over["chance_alone"]["short"]
        if over["counted"]:
            yield f"{option['once'].capitalize()}: {harm['count']['text']}. {_rest(harm)}"
        else:
            yield _rest(harm)
        middle = over["middle"]["short"].removesuffix(" of 1,000")
        yield f"At least once in {over['times']} times, by our guess: {middle}. It lies between {same} and {most}."
    else:
        yield _rest(harm)
    if harm["whose"] == "surgeon":
        own = option["surgeon"]
        yield f"{own['whose']}: {own['counts'][harm['key']]} of {own['operations']:,} operations."
    if harm["elsewhere"]:
        yield f"In published studies: {harm['elsewhere']['text']}."
    if harm["lasts"] or (harm["lasting"] and harm["severity"] == "minor"):
        yield _lasts(harm)
    if harm["overlap"]:
        yield harm["overlap"]
    if harm["basis"] in BASIS:
        yield BASIS[harm["basis"]]


def _rest(harm: Mapping[str, Any]) -> str:
    if harm["rest"]["share"] in (0.0, 1.0):
        return ""
    rest = harm["rest"]["short"].removesuffix(" of 1,000")
    return f"{capital(rest)} do not." if rest.startswith("more") else f"The other {rest} do not."


def _lasts(harm: Mapping[str, Any]) -> str:
    return "It stays." if harm["lasting"] else f"It lasts {harm['lasts'].rstrip('.')}."


def _cited(one: Mapping[str, Any], numbers: Mapping[str, int]) -> list[int]:
    counted, partly = (one["over"] or {}).get("counted") or {}, one["partly"] or {}
    return sorted({numbers[key] for part in (one, counted, partly) for key in part.get("sources", ())})


def _reasons(options: list[Mapping[str, Any]]) -> bool:
    """Say whether anything is known of this person that matters for a choice."""
    return any(option["holds"] or option["unasked"] for option in options)
