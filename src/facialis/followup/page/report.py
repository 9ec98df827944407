"""What the clinician's page of a course shows, from the public result alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis.followup.diary import MEASURES
from facialis.followup.page import draw, overlaid, sentences
from facialis.followup.page.draw import Layout
from facialis.followup.page.lanes import RULES, letter
from facialis.followup.page.operated import operated
from facialis.followup.page.timeline import NARROW, WIDE, is_long, timeline
from facialis.units import count

Told = Mapping[str, Any]
# So many cycles are drawn by themselves; the table has them all.
MOST_SINGLE = 6


def report(result: Told) -> dict[str, Any]:
    """Return what the template ``report.html`` is filled with.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.course/1``.
    """
    cited = Cited(result["sources"])
    sides = [_side(name, side, result, cited) for name, side in result["sides"].items()]
    alarms = [_alarm(place, alarm, cited) for place, alarm in enumerate(result["alarms"])]
    diary = result["source"]["diary"]
    return {
        "on": sentences.day(result["on"]),
        "alarms": alarms,
        "urgent": any(alarm["urgency"] in ("emergency", "same_day") for alarm in alarms),
        "sides": sides,
        "many": len(sides) > 1,
        "diary": diary,
        "rows": count(diary["rows"], "row"),
        "kept": _kept(diary),
        "gaps": [
            f"{sentences.day(gap['from'])} to {sentences.day(gap['to'])}, {gap['days']} days" for gap in diary["gaps"]
        ],
        "assumptions": [sentences.with_days(sentences.sentence(text)) for text in result["assumptions"]],
        "sources": cited.listed(),
        "software": result["software"],
        "looks": draw.LOOKS,
    }


def layouts(result: Told) -> list[Layout]:
    """Return the pictures of the sides that have an entry, as they are on the page."""
    return [timeline(name, side, result, WIDE) for name, side in result["sides"].items() if side["measure"]]


class Cited:
    """Numbers sources in the order in which a page uses them."""

    def __init__(self, known: list[Told]) -> None:
        self._known = {source["key"]: source for source in known}
        self._numbers: dict[str, int] = {}

    def numbers(self, keys: list[str]) -> list[int]:
        """Return the numbers of those sources that the result lists."""
        return [self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys if key in self._known]

    def listed(self) -> list[tuple[int, str, str]]:
        """Return number, citation and where it is found; those that nothing names by itself come last."""
        self.numbers(list(self._known))
        told = []
        for key, number in self._numbers.items():
            source = self._known[key]
            where = [f"{name} {source[field]}" for field, name in (("doi", "doi"), ("pmid", "PMID")) if source[field]]
            told.append((number, source["cite"], ", ".join(where)))
        return told


def _alarm(place: int, alarm: Told, cited: Cited) -> dict[str, Any]:
    told = {"none": "", "both": "both sides"}.get(alarm["side"], alarm["side"])
    return dict(alarm) | {
        "letter": letter(place),
        "word": sentences.URGENCIES[alarm["urgency"]],
        "side_word": told,
        # A red flag is up today; when what it rests on was told stands in its reasons.
        "since_word": "" if alarm["kind"] == "red_flag" else f"Since {sentences.day(alarm['since'])}.",
        "numbers": cited.numbers(alarm["sources"]),
        "because": [sentences.with_days(sentences.sentence(text)) for text in alarm["because"]],
    }


def _kept(diary: Told) -> str:
    if not diary["from"]:
        return "no entry"
    return f"{sentences.day(diary['from'])} to {sentences.day(diary['to'])}"


def _side(name: str, side: Told, result: Told, cited: Cited) -> dict[str, Any]:
    drawn = side["measure"] is not None
    ahead = side["forecast"]
    over = overlaid.overlay(name, side, result) if drawn else None
    long = drawn and is_long(side, result)
    return {
        "name": name,
        "word": sentences.SIDES[name],
        "headline": sentences.headline(side, result["on"]),
        "measured": sentences.standing(name, side, result["on"])[0],
        "changed": sentences.changed(side),
        "facts": _facts(side),
        "because": [sentences.sentence(text) for text in ahead["next_session"]["because"]] if ahead else [],
        "ahead": ahead is not None,
        "wide": draw.in_page(timeline(name, side, result, WIDE)) if drawn else None,
        "narrow": draw.in_page(timeline(name, side, result, NARROW)) if drawn else None,
        "whole": draw.in_page(timeline(name, side, result, WIDE, whole=True)) if long else None,
        "overlay": draw.in_page(over) if over else None,
        "overlay_narrow": _narrow_overlay(name, side, result) if over else None,
        "single": _single(name, side, result) if drawn else [],
        "cycles": [_cycle(cycle) for cycle in side["cycles"]],
        "earliest": [_rule(rule, cited) for rule in ahead["next_session"]["earliest"]] if ahead else [],
        "no_rule": [sentences.RULES[key] for key in RULES if ahead and key not in _rules(ahead)],
        "measures": _measures(side),
        "points": _points(side),
        "usual": cited.numbers(ahead["population"]["sources"]) if ahead else [],
        "against": _against(side),
        "operated": operated(side["decompression"], name, cited) if side["decompression"] else None,
        "gaps": [sentences.sentence(text) for text in side["not_assessable"]],
    }


def _rules(ahead: Told) -> list[str]:
    return [rule["rule"] for rule in ahead["next_session"]["earliest"]]


def _facts(side: Told) -> list[tuple[str, str, str]]:
    """Return the numbers that are asked for first: what, the value, what it rests on."""
    unit = side["measure"]["unit"] if side["measure"] else ""
    told = []
    ahead = side["forecast"]
    if ahead:
        session = ahead["next_session"]
        told += [
            ("Wear-off", sentences.day(ahead["wear_off"]["date"]), _ends(ahead["wear_off"])),
            ("Worn off by now", sentences.percent(ahead["worn_off_probability"]), "probability"),
        ]
        if session["best"]:
            bound = sentences.RULES.get(session["bound_by"], session["bound_by"])
            told.append(("Next session, best", sentences.day(session["best"]), f"bound by {bound}"))
            told.append(
                (
                    "Days without effect by then",
                    f"{session['days_without']['value']:.0f}",
                    _range(session["days_without"]),
                )
            )
        told.append(
            (
                "Effect holds, days",
                f"{ahead['wear_off_day']['value']:.0f}",
                f"{_range(ahead['wear_off_day'])}, {sentences.learned(ahead)}",
            )
        )
        told.append(
            (
                "Usual for the product, median days",
                f"{ahead['population']['wear_off_day']['value']:.0f}",
                f"{_range(ahead['population']['wear_off_day'])}, {ahead['population']['basis']}",
            )
        )
    if side["untreated"]:
        told.append((f"Untreated burden, {unit}", f"{side['untreated']['value']:.1f}", _range(side["untreated"], 1)))
    if side["noise"]:
        told.append(("From day to day, SD", f"{side['noise']['value']:.1f}", _range(side["noise"], 1)))
    if side.get("untreated_grown"):
        grown = side["untreated_grown"]
        told.append(("Untreated burden, times the first", f"{grown['value']:.2f}", _range(grown, 2)))
    return told


def _ends(told: Told) -> str:
    return f"{sentences.day(told['low'])} to {sentences.day(told['high'])}"


def _range(told: Told, digits: int = 0) -> str:
    return f"{told['low']:.{digits}f} to {told['high']:.{digits}f}"


def _narrow_overlay(name: str, side: Told, result: Told) -> Any:
    drawn = overlaid.overlay(name, side, result, narrow=True)
    return draw.in_page(drawn) if drawn else None


def _single(name: str, side: Told, result: Told) -> list[dict[str, Any]]:
    longest = overlaid.longest(side, result)
    told = overlaid.cycles_of(side, result)
    return [
        {
            "drawn": draw.in_page(overlaid.single(name, side, cycle, curve, longest)),
            "title": f"{cycle['number']}: {sentences.day(cycle['date'])}",
            "given": sentences.injected(cycle),
            "state": sentences.state(cycle["state"]),
        }
        for cycle, curve in told[-MOST_SINGLE:]
        if cycle["entries"]
    ]


def _cycle(cycle: Told) -> dict[str, Any]:
    return {
        "number": cycle["number"],
        "day": sentences.day(cycle["date"]),
        "given": sentences.injected(cycle),
        "entries": cycle["entries"],
        "state": sentences.state(cycle["state"]),
        "relief": sentences.share(cycle["relief"]),
        "onset": sentences.number(cycle["onset_day"]),
        "peak": sentences.number(cycle["peak_day"]),
        "wear_off": sentences.number(cycle["wear_off_day"]),
        "because": [sentences.sentence(text) for text in cycle["because"]],
    }


def _rule(rule: Told, cited: Cited) -> dict[str, Any]:
    return {
        "name": RULES[rule["rule"]],
        "day": sentences.day(rule["date"]),
        "days": rule["days"],
        "text": sentences.sentence(rule["text"]),
        "numbers": cited.numbers([rule["source"]]),
    }


def _measures(side: Told) -> list[str]:
    told = []
    for used in side["measures_used"]:
        measure = MEASURES[used["key"]]
        beside = ""
        if used is not side["measures_used"][0]:
            scale, noise = _plain(used["scale"]), _plain(used["noise"])
            beside = f", laid on the first by a factor of {scale:.2f}, scatter {noise:.1f} times the first's"
        told.append(f"{sentences.sentence(measure.name).rstrip('.')} ({measure.unit}): {used['rows']} entries{beside}")
    return told


def _plain(told: Any) -> float:
    return float(told["value"] if isinstance(told, Mapping) else told)


def _points(side: Told) -> list[tuple[str, str, str, str, str]]:
    """Return each entry as a line: day, measure, value, expected, source."""
    return [
        (
            sentences.day(point["date"]),
            MEASURES[point["measure"]].name,
            f"{point['value']:g}",
            sentences.number(point["expected"], 1) if point["expected"] else "",
            point["source"],
        )
        for point in side["points"]
    ]


def _against(side: Told) -> str:
    told = side.get("against_forecast")
    if told is None:
        return "The latest entries cannot be held against a forecast: there is too little before or among them."
    times = sentences.number(told["times"], 1)
    state = "That is an alarm" if told["raised"] else "That is no alarm"
    return (
        f"{told['entries']} entries since {sentences.day(told['since'])} were {times} times what was forecast before "
        f"them, {told['bans']:.1f} bans for worse. {state}."
    )
