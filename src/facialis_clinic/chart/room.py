"""What the examination room shows: the events with what was said of them, and the figures before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from facialis_clinic.chart.actions.verdicts import mark, newest
from facialis_clinic.chart.models import Verdict
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.recordings.models import Measurement

LOOKED_FOR: Final = ("spasm", "synkinesis")
A_PAGE: Final = 15
WORDS: Final = ("kind", "side_word", "at", "length", "amplitude", "regions", "probability")
CALLS: Final = ("spasm", "synkinesis", "blink", "expression", "head_motion")


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it was measured, and what was said of it.

    Attributes
    ----------
    number : int
        Its place in the result, from 0.
    event : mapping
        As in ``facialis.video/1``.
    line : object
        The same in words, as the page of an examination says it.
    verdict : Verdict or None
    state : str
        ``open``, ``stands``, ``out`` or ``other``.
    word : str
        The same in words.
    """

    number: int
    event: Mapping[str, Any]
    line: Any
    verdict: Verdict | None
    state: str
    word: str

    @property
    def called(self) -> int:
        """What pages call it: events are counted from 1."""
        return self.number + 1

    @property
    def mark(self) -> str:
        """What tells this state of the event from the next."""
        return mark(self.verdict)

    def to_json(self) -> dict[str, Any]:
        """Return what the page's own script needs of it."""
        line = self.line
        return {
            "number": self.number,
            **{name: self.event[name] for name in ("kind", "side", "onset_s", "apex_s", "offset_s")},
            "regions": list(self.event["regions"]),
            "words": [getattr(line, name) for name in WORDS],
            "why": list(line.why),
            **self.said(),
        }  # fmt: skip

    def said(self) -> dict[str, Any]:
        """Return what was said of it, for the page's own script."""
        return {
            "number": self.number,
            "state": self.state,
            "word": self.word,
            "mark": self.mark,
            "reason": self.verdict.reason if self.verdict else "",
        }


def rows(measurement: Measurement, said: list[Verdict]) -> list[Row]:
    """Return every measured event with what was said of it, in order of onset."""
    from facialis.face.page.events import lines
    from facialis.face.page.words import KIND, anchor

    known = {(one.kind, one.side, one.apex_s): one for one in said}
    in_words = {line.anchor: line for looked in (True, False) for line in lines(measurement.result, looked_for=looked)}
    found = []
    for number, event in enumerate(measurement.result["events"]):
        verdict = known.get((event["kind"], event["side"], event["apex_s"]))
        if verdict is None:
            state, word = "open", "not looked at"
        elif verdict.to == verdict.kind:
            state, word = "stands", "accepted"
        elif verdict.to == "out":
            state, word = "out", "taken out"
        else:
            state, word = "other", f"called {KIND[verdict.to].lower()}"
        found.append(Row(number, event, in_words[anchor(number)], verdict, state, word))
    return found


def page(
    measurement: Measurement, said: list[Verdict], asked: Mapping[str, str], *, judges: bool, now: datetime
) -> dict[str, Any]:
    """Return what the room shows.

    Parameters
    ----------
    measurement : Measurement
        From a gate.
    said : list of Verdict
        All that was said of it.
    asked : mapping
        ``event``: the one in hand, counted from 1; ``all``: also what is not looked for.
    judges : bool
        Whether who looks may say what an event is.
    now : datetime
        The moment.
    """
    every = rows(measurement, said)
    wide = asked.get("all") == "1"
    listed = [row for row in every if wide or row.event["kind"] in LOOKED_FOR or row.verdict]
    at = _chosen(listed, asked.get("event", ""))
    first = at - at % A_PAGE
    return {
        "measurement": measurement,
        "recording": measurement.recording,
        "person": measurement.recording.person,
        "judges": judges,
        "wide": wide,
        "listed": listed[first : first + A_PAGE],
        "in_all": len(listed),
        "more": len(every) - len(listed),
        "shown_from": first + 1,
        "shown_to": min(first + A_PAGE, len(listed)),
        "row": listed[at] if listed else None,
        "before": listed[at - 1] if at else None,
        "after": listed[at + 1] if at + 1 < len(listed) else None,
        "page_before": listed[first - A_PAGE] if first else None,
        "page_after": listed[first + A_PAGE] if first + A_PAGE < len(listed) else None,
        "calls": _calls(),
        **figures(measurement, said, every),
    }


def _chosen(listed: list[Row], asked: str) -> int:
    """Return the place of the event in hand: the one asked for, else the first that nobody has looked at."""
    wanted = int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 7 else None
    if wanted is not None:
        places = [place for place, row in enumerate(listed) if row.number <= wanted]
        return places[-1] if places else 0
    return next((place for place, row in enumerate(listed) if row.state == "open"), 0)


def _calls() -> list[tuple[int, str, str]]:
    from facialis.face.page.words import KIND

    return [(key, kind, KIND[kind].lower()) for key, kind in enumerate(CALLS, start=1)]


def figures(measurement: Measurement, said: list[Verdict], every: list[Row]) -> dict[str, Any]:
    """Return the figures and findings as they stand, beside what was measured."""
    now_stands = result_of(measurement)
    measured = _words(measurement.result)
    stands = _words(now_stands) if said else measured
    looked = [row for row in every if row.event["kind"] in LOOKED_FOR]
    return {
        "reviewed": bool(said),
        "headline": stands["headline"],
        "cautions": stands["cautions"],
        "tiles": _beside(measured["tiles"], stands["tiles"]),
        "groups": _groups(measured, stands),
        "effects": _effects(now_stands),
        "looked_at": sum(row.state != "open" for row in looked),
        "to_look_at": len(looked),
        "newest": newest(sorted(said, key=lambda one: (one.at, one.pk))),
        "changed": sum(row.state in ("out", "other") for row in every),
    }


def _words(result: Mapping[str, Any]) -> dict[str, Any]:
    from facialis import knowledge
    from facialis.face.page.answer import answer
    from facialis.face.page.summary import tiles
    from facialis.paper.signs import groups

    told = answer(result)
    return {
        "headline": told.headline,
        "cautions": told.cautions,
        "tiles": tiles(result),
        "groups": groups(result, knowledge.finding),
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it stands, and as it was measured where that differs."""

    name: str
    value: str
    detail: str
    side: str
    was: str


def _beside(measured: list[Any], stands: list[Any]) -> list[Figure]:
    """Put each number beside what was measured; what only one of the two has is said too."""
    was = {tile.label: tile for tile in measured}
    now = {tile.label: tile for tile in stands}
    found = []
    for name in dict.fromkeys([*now, *was]):
        one, other = now.get(name), was.get(name)
        same = one == other
        before = "" if same else f"{other.value}, {other.detail}".rstrip(", ") if other else "not said"
        found.append(
            Figure(name, one.value if one else "not said", one.detail if one else "", one.side if one else "", before)
        )
    return found


def _groups(measured: Mapping[str, Any], stands: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the findings by state, each with the state that it had before the review where that differs."""
    was = {sign.term: name for _, name, signs in measured["groups"] for sign in signs}
    return [
        {
            "state": state,
            "name": name,
            "signs": [(sign, was.get(sign.term, "") if was.get(sign.term) != name else "") for sign in signs],
            "changed": any(was.get(sign.term) != name for sign in signs),
        }
        for state, name, signs in stands["groups"]
    ]


def _effects(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what tasks did to the rate of spasms, in words."""
    told = []
    for one in result.get("effects", ()):
        ratio = one["ratio"]
        high = "no upper bound" if ratio is None or ratio["high"] is None else f"{ratio['high']:.2f}"
        shown = "too little was seen" if ratio is None else f"rate against rest between {ratio['low']:.2f} and {high}"
        told.append(
            {"name": f"{one['code'].replace('_', ' ')}: {one['task']}", "verdict": one["verdict"], "ratio": shown}
        )
    return told


def side_words(measurement: Measurement) -> str:
    """Say whose left and right are meant, and whether the film shows them exchanged."""
    match measurement.result["quality"].get("mirrored"):
        case "yes":
            return "Left and right are the patient's own. The film is mirrored: their left is on its left."
        case "no":
            return "Left and right are the patient's own: the patient's left is on the right of the film."
        case _:
            return (
                "Left and right are the patient's own, if the film is not mirrored: nothing in it tells. "
                "Then the patient's left is on the right of the film."
            )
