"""The tasks of a guided examination as the page shows them: how far each side went, what moved along, what set off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.face.page.words import listed, rate, region, sentence, share
from facialis.paper import plot
from facialis.paper.charts import round_up
from facialis.units import count

WIDTH, HEIGHT = 176.0, 30.0
_BAR = 8.0
_SMALLEST_SCALE = 0.05
WORD = {"more": "more", "less": "fewer", "cannot tell": "cannot tell"}


@dataclass(frozen=True)
class Line:
    """A task in words, with its bars where a side was measured.

    Where the two sides may be alike it is `level`; `why` says what could not be assessed.
    """

    name: str
    at: str
    bars: plot.Plot | None
    balance: str
    weaker: str
    level: bool
    along: tuple[str, ...]
    spasms: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What a task does to the spasms, in words."""

    term: str
    task: str
    verdict: str
    numbers: str


@dataclass(frozen=True)
class Tasks:
    """All that a guided examination adds to the page."""

    name: str
    headline: str
    lines: tuple[Line, ...]
    unassessable: tuple[tuple[str, str], ...]
    effects: tuple[Effect, ...]
    full: str
    arrow: str
    bars: bool
    along: bool


def tasks(result: Mapping[str, Any]) -> Tasks | None:
    """Put the tasks of a guided examination into words; None where there was none.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.
    """
    done: list[Mapping[str, Any]] = result.get("tasks") or []
    if not done:
        return None
    full = _full(done)
    lines = tuple(_line(task, full) for task in done if task["assessable"])
    protocol = result.get("protocol") or {}
    return Tasks(
        name=protocol.get("name", ""),
        headline=_headline(done),
        lines=lines,
        unassessable=tuple(
            (task["name"], " ".join(sentence(reason) for reason in task["because"]))
            for task in done
            if not task["assessable"]
        ),
        effects=tuple(_effect(effect) for effect in result.get("effects") or []),
        full=f"{100 * full:g} % IOD",
        arrow=_arrow(protocol),
        bars=any(line.bars for line in lines),
        along=any(line.along for line in lines),
    )


def _headline(done: Sequence[Mapping[str, Any]]) -> str:
    """Say in one sentence what a reader wants to know first: weakness, and what moves along."""
    weak = {
        side: [t["name"] for t in done if t["assessable"] and t.get("weaker") == side] for side in ("left", "right")
    }
    said = [f"the {side} side moves less in {listed(names)}" for side, names in weak.items() if names]
    with_along = [t["name"] for t in done if t["assessable"] and t.get("synkinesis")]
    if with_along:
        said.append(f"something moves along in {listed(with_along)}")
    if said:
        return sentence("; ".join(said))
    balances = [t["asymmetry"] for t in done if t["assessable"] and t.get("asymmetry")]
    if balances and all(map(_alike, balances)):
        return f"Both sides move alike, as far as {count(len(balances), 'task')} can tell."
    if balances and all(map(_level, balances)):
        return f"{count(len(balances), 'task')}: no side is surely weaker, but both need not be alike."
    return ""


def _arrow(protocol: Mapping[str, Any]) -> str:
    turned = protocol.get("mirrored_by_arrow")
    because = " ".join(sentence(reason) for reason in protocol.get("because") or [])
    if turned in ("yes", "no"):
        is_not = "" if turned == "yes" else "not "
        return f"The turn to the arrow shows that the recording is {is_not}mirrored. {because}".strip()
    return because


def _full(done: Sequence[Mapping[str, Any]]) -> float:
    """Return the excursion that fills a bar, the same for all tasks so that they can be compared."""
    ends = [e["high"] for task in done for e in (task.get("excursion_iod") or {}).values() if e]
    return round_up(max([_SMALLEST_SCALE, *ends]))


def _line(task: Mapping[str, Any], full: float) -> Line:
    size = task.get("excursion_iod") or {}
    measured = any(size.get(side) for side in ("left", "right"))
    repeats = task.get("repeats") or 0
    length = f"{task['end_s'] - task['start_s']:.0f} s"
    return Line(
        name=task["name"][:1].upper() + task["name"][1:],
        at=f"{count(repeats, 'time')} in {length}" if repeats else length,
        bars=_bars(task["name"], size, full) if measured else None,
        balance=_balance(task.get("asymmetry")),
        weaker=task["weaker"] if task.get("weaker") in ("left", "right") else "",
        level=_level(task.get("asymmetry")),
        along=tuple(_along(moved) for moved in task.get("synkinesis") or []),
        spasms=_spasms(task),
        why=tuple(sentence(reason) for reason in task["because"]),
    )


def _bars(name: str, size: Mapping[str, Any], full: float) -> plot.Plot:
    axis = plot.Axis(0, full, 14, WIDTH - 4)
    marks: list[plot.Path | plot.Text] = []
    said = []
    for row, side in enumerate(("left", "right")):
        y = 3 + row * (_BAR + 8)
        marks.append(plot.Text(0, y + _BAR - 0.5, side[0].upper(), look=side))
        moved = size.get(side)
        if not moved:
            marks.append(plot.Text(14, y + _BAR - 0.5, "not measured", look="quiet"))
            said.append(f"patient's {side} not measured")
            continue
        numbers = f"{100 * moved['value']:.1f} % IOD ({100 * moved['low']:.1f} to {100 * moved['high']:.1f})"
        said.append(f"patient's {side} {numbers}")
        marks.append(plot.Path(plot.box(14, y, axis(moved["value"]) - 14, _BAR), f"bar {side}", said[-1]))
        marks.append(plot.Path(plot.whisker(axis, y + _BAR / 2, moved["low"], moved["high"], 3), "whisker"))
    return plot.Plot(name, f"Excursion in {name}: {', '.join(said)}", WIDTH, HEIGHT, tuple(marks))


def _balance(asymmetry: Mapping[str, Any] | None) -> str:
    """Say how far the lesser side goes as a share of the other one: easier to picture than an index."""
    if asymmetry is None:
        return ""
    lesser, larger = ("right", "left") if asymmetry["value"] >= 0 else ("left", "right")
    sign = 1 if asymmetry["value"] >= 0 else -1
    value, *ends = (_as_share(sign * asymmetry[key]) for key in ("value", "low", "high"))
    return f"{lesser} {share(value)} of {larger} ({share(min(ends))} to {share(max(ends))})"


def _level(asymmetry: Mapping[str, Any] | None) -> bool:
    """Tell whether the two sides may be alike."""
    return asymmetry is not None and asymmetry["low"] <= 0 <= asymmetry["high"]


def _alike(asymmetry: Mapping[str, Any]) -> bool:
    """Tell whether the two sides may be alike and surely differ by less than weakness."""
    return _level(asymmetry) and max(-asymmetry["low"], asymmetry["high"]) < knowledge.threshold(
        "weakness_asymmetry_min"
    )


def _as_share(index: float) -> float:
    """Return the lesser side as a share of the larger one, of (larger - lesser) / (larger + lesser)."""
    index = min(max(index, -0.99), 1.0)
    return (1 - index) / (1 + index)


def _along(moved: Mapping[str, Any]) -> str:
    size = moved["excursion_iod"]
    numbers = f" {100 * size['value']:.1f} % ({100 * size['low']:.1f} to {100 * size['high']:.1f})" if size else ""
    return f"{moved['side']} {region(moved['region'])}{numbers}"


def _spasms(task: Mapping[str, Any]) -> str:
    inside, after = task.get("spasms_per_min"), task.get("spasms_after_per_min")
    if inside is None:
        return ""
    return f"{_rate(inside)}; after it {_rate(after)}" if after else _rate(inside)


def _rate(often: Mapping[str, float]) -> str:
    return f"{rate(often['value'])} ({rate(often['low'])} to {rate(often['high'])})"


def _effect(effect: Mapping[str, Any]) -> Effect:
    before, during, ratio = effect.get("rest_per_min"), effect.get("task_per_min"), effect.get("ratio")
    said = []
    if before and during:
        said.append(f"{rate(during['value'])} a minute against {rate(before['value'])} at rest")
    if ratio and ratio["value"] is not None:
        high = "more" if ratio["high"] is None else f"{ratio['high']:.2g}"
        said.append(f"{ratio['value']:.2g} times ({ratio['low']:.2g} to {high})")
    return Effect(
        knowledge.finding(effect["code"]).term,
        effect["task"],
        WORD.get(effect["verdict"], effect["verdict"]),
        ", ".join(said) or "too little was seen",
    )
