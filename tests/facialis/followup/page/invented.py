"""Courses of people who do not exist, as facialis.course/1, made by hand: each number is easy to find on a page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

SHA = "0123456789abcdef" * 4
ON = date(2026, 6, 1)
GIVEN = (date(2025, 12, 1), date(2026, 3, 9))


def estimate(value: float, low: float, high: float, unit: str = "") -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "unit": unit}


def day(value: date, low: date, high: date) -> dict[str, str]:
    return {"date": value.isoformat(), "low": low.isoformat(), "high": high.isoformat()}


def burden(days: int) -> float:
    return 7.0 if days < 4 or days > 95 else 1.0 if days < 80 else 1.0 + 0.4 * (days - 80)


def row(at: date, days: int) -> dict[str, Any]:
    value = burden(days)
    return {"date": at.isoformat(), "value": value, "low": max(value - 1.0, 0.0), "high": min(value + 1.0, 10.0)}


def cycle(number: int, **changed: Any) -> dict[str, Any]:
    begin = GIVEN[number - 1]
    return {
        "number": number,
        "kind": "injection",
        "date": begin.isoformat(),
        "product": "onabotulinumtoxinA",
        "units": "22.5",
        "until": GIVEN[number].isoformat() if number < len(GIVEN) else None,
        "entries": 14,
        "state": "worn_off" if number < len(GIVEN) else "working",
        "relief": estimate(0.86, 0.77, 0.94),
        "onset_day": estimate(4, 2, 6, "days"),
        "peak_day": estimate(13, 11, 17, "days"),
        "wear_off_day": estimate(87, 81, 93, "days"),
        "wear_off": day(*(begin + timedelta(days=days) for days in (87, 81, 93))),
        "because": ["half of the effect gone before day 98, probability 97 %"],
    } | changed


def earliest(rule: str, days: int) -> dict[str, Any]:
    told = (GIVEN[-1] + timedelta(days=days)).isoformat()
    return {"rule": rule, "date": told, "days": days, "text": f"the {rule} asks for {days} days", "source": ""}


def forecast(**changed: Any) -> dict[str, Any]:
    curve = [row(GIVEN[-1] + timedelta(days=days), days) for days in range(0, 121, 3)]
    return {
        "from": GIVEN[-1].isoformat(),
        "wear_off_day": estimate(88, 80, 99, "days"),
        "wear_off": day(date(2026, 6, 5), date(2026, 5, 28), date(2026, 6, 16)),
        "worn_off_probability": 0.34,
        "learned_from_cycles": 1,
        "population": {"wear_off_day": estimate(85.4, 31, 192, "days"), "basis": "published", "sources": ["S111"]},
        "next_session": {
            "best": "2026-06-07",
            "low": "2026-06-07",
            "high": "2026-06-20",
            "days_without": estimate(3, 0, 11, "days"),
            "bound_by": "clinic",
            "earliest": [earliest("label", 84), earliest("payer", 86), earliest("clinic", 90)],
            "because": ["moved to 7 June 2026 by the clinic's interval"],
        },
        "curve": curve,
    } | changed


def side(**changed: Any) -> dict[str, Any]:
    points = []
    for at in range(0, 180, 7):
        when = GIVEN[0] + timedelta(days=at)
        begin = max(one for one in GIVEN if one <= when)
        value = burden((when - begin).days)
        who = ("patient", "clinician", "video")[at % 3]
        expected = {"value": value, "low": max(value - 1.5, 0.0), "high": min(value + 1.5, 10.0)}
        points.append(
            {"date": when.isoformat(), "measure": "score", "value": value, "source": who, "expected": expected}
        )
    fitted = [
        row(begin + timedelta(days=days), days)
        for begin, end in ((GIVEN[0], GIVEN[1]), (GIVEN[1], ON))
        for days in range(0, (end - begin).days, 3)
    ]
    return {
        "measure": {"key": "score", "name": "the patient's own score", "unit": "0-10", "low": 0.0, "high": 10.0},
        "measures_used": [{"key": "score", "rows": len(points), "scale": 1.0, "noise": 1.0}],
        "untreated": estimate(6.8, 6.1, 7.7),
        "noise": estimate(0.8, 0.6, 1.0),
        "cycles": [cycle(1), cycle(2)],
        "forecast": forecast(),
        "fitted": fitted,
        "points": points,
        "against_forecast": None,
        "untreated_grown": estimate(1.05, 0.9, 1.2),
        "decompression": None,
        "change": None,
        "not_assessable": [],
    } | changed


def nothing(**changed: Any) -> dict[str, Any]:
    """A side of which nobody wrote anything down."""
    empty: dict[str, Any] = dict.fromkeys(
        ("measure", "untreated", "noise", "forecast", "against_forecast", "untreated_grown", "decompression", "change")
    )
    lists: dict[str, Any] = {key: [] for key in ("measures_used", "cycles", "fitted", "points")}
    return side(**empty, **lists, not_assessable=["no entry of this side"]) | changed


def decompression(**changed: Any) -> dict[str, Any]:
    curve = [
        {"day": at, "value": 1 - 0.6 * 0.99**at, "low": 1 - 0.9 * 0.99**at, "high": 1.0} for at in range(0, 1100, 50)
    ]
    return {
        "operated": "2026-01-12",
        "on": ON.isoformat(),
        "days": 140,
        "state": "not_yet",
        "free_since": None,
        "share_free_by_now": estimate(0.88, 0.74, 1.0, "share"),
        "chance_still": estimate(0.61, 0.4, 0.8, "share"),
        "not_failure_until": "2028-01-12",
        "curve": curve,
        "studies": [{"source": "S141", "points": [{"day": 7, "share": 0.35}, {"day": 365, "share": 0.97}]}],
        "because": ["spasms in the entries up to 2026-05-28"],
        "plain": ["Your diary shows spasms up to 2026-05-28. Many people become free later."],
        "sources": ["S141"],
    } | changed


def alarm(**changed: Any) -> dict[str, Any]:
    return {
        "code": "worse_than_forecast",
        "kind": "worsening",
        "side": "left",
        "urgency": "soon",
        "since": "2026-05-20",
        "title": "Worse than forecast",
        "because": ["4 entries of the last 21 days are 2.6 times what was forecast"],
        "action": "Hold against the forecast.",
        "plain": "Your spasms are clearly stronger than expected.",
        "plain_action": "Please call the practice this week.",
        "basis": "elicited",
        "sources": ["practice"],
    } | changed


def course(sides: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    gap = {"from": "2026-01-05", "to": "2026-02-09", "days": 35}
    diary = {"name": "diary.csv", "sha256": SHA, "rows": 26, "from": "2025-12-01", "to": "2026-05-25", "gaps": [gap]}
    return {
        "schema": "facialis.course/1",
        "on": ON.isoformat(),
        "source": {"diary": diary, "treatments": {"rows": 2}},
        "assumptions": ["A comma within a number is a decimal comma."],
        "sides": {"left": side()} if sides is None else sides,
        "alarms": [],
        "sources": [
            {"key": "S111", "cite": "A source of courses", "doi": "10.1000/a", "pmid": None},
            {"key": "S141", "cite": "A source of relief", "doi": None, "pmid": "1234"},
        ],
        "software": {"version": "0.1.0", "knowledge_sha256": SHA, "draws": 2000, "seed": 1},
    } | changed
