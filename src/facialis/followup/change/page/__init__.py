"""The page of a change, from the public result alone: the verdict first, then why, then each measure drawn.

One file that asks nothing of a network and needs no JavaScript; the PDF is made of the same HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from pathlib import Path
from typing import Any

from facialis.followup.diary import MEASURES
from facialis.followup.page.sentences import in_full
from facialis.paper import plot
from facialis.paper.charts import round_up
from facialis.paper.files import write_whole
from facialis.paper.frame import render

Told = Mapping[str, Any]
WIDTH, HEIGHT = 460.0, 74.0
_LEFT, _RIGHT = 52.0, 448.0
_ROWS = (24.0, 46.0)
WORD = {"better": "Better", "worse": "Worse", "cannot_tell": "Cannot tell"}
LOOK = {"better": "good", "worse": "refused", "cannot_tell": "limited"}
_HEADLINE = {
    "better": "Better than at the visit before, beyond chance.",
    "worse": "Worse than at the visit before, beyond chance.",
    "cannot_tell": "Whether this visit is really different cannot be told.",
}
_BEYOND = {
    "better": "Beyond what the toxin cycle explains it is better, too.",
    "worse": "Beyond what the toxin cycle explains it is worse, too.",
    "cannot_tell": "Where the toxin stood at the two visits may explain that: beyond it no change can be told.",
}
_BY = {
    "cycle": "the toxin cycle, in people at large",
    "forecast": "what was forecast for this person",
    "nothing": "no toxin at either visit",
    "unknown": "not known: nobody said where the toxin stood",
}


def compose(result: Told) -> str:
    """Return the page of a result ``facialis.change/1``."""
    numbers = {source["key"]: place for place, source in enumerate(result["sources"], 1)}
    verdict = result["verdict"]
    toxin = any(one["explained_by"] != "nothing" for one in result["measures"])
    return render(
        __name__,
        "change.html",
        {
            "verdict": WORD[verdict],
            "look": LOOK[verdict],
            "headline": _HEADLINE[verdict],
            "beyond": _beyond(result, toxin),
            "evidence": [_sentence(text) for text in result["evidence"]],
            "visits": [_visit(name, result[name]) for name in ("before", "after")],
            "days_between": result["days_between"],
            "measures": [_measure(one, numbers) for one in result["measures"]],
            "not_counted": [(_named(one["key"]), _sentence(one["because"])) for one in result["not_counted"]],
            "alpha": f"{100 * result['alpha']:g} %",
            "sources": result["sources"],
            "software": result["software"],
        },
    )


def _beyond(result: Told, toxin: bool) -> str:
    """Say what is left of the verdict beyond what the toxin cycle explains; empty where no toxin was in it."""
    beyond = result["beyond_cycle"]
    if result["verdict"] == "cannot_tell" and beyond != "cannot_tell":
        return f"Against what the toxin cycle would make it, it is {beyond}."
    return _BEYOND[beyond] if toxin and result["verdict"] != "cannot_tell" else ""


def write(result: Told, folder: Path) -> Path:
    """Write the page as ``folder/change.html``, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    return write_whole(folder / "change.html", compose(result).encode())


def _named(key: str) -> str:
    name = MEASURES[key].name
    return name[:1].upper() + name[1:]


def _visit(name: str, told: Told) -> dict[str, Any]:
    facts = [told["toxin"]]
    if told["product"]:
        facts.append(told["product"])
    if told["side"] in ("left", "right"):
        facts.append(f"{told['side']} side")
    return {
        "when": name.capitalize(),
        "date": in_full(told["date"]) if told["date"] else "no date",
        "name": told["name"],
        "facts": [*facts, *told["limits"]],
    }


def _measure(one: Told, numbers: Mapping[str, int]) -> dict[str, Any]:
    ratio = one["difference_is"] == "ratio"
    smallest = one["smallest_important"]
    return {
        "name": one["name"][:1].upper() + one["name"][1:],
        "unit": one["unit"],
        "before": _amount(one["before"], ratio),
        "after": _amount(one["after"], ratio),
        "behind": [_entries(one[when]) for when in ("before", "after")],
        "seen": _difference(one["seen"], ratio),
        "left": _difference(one["left"], ratio),
        "explained": _explained(one, ratio),
        "by": _BY[one["explained_by"]],
        "smallest": f"{smallest['value']:g} {'times' if ratio else 'points'}",
        "basis": smallest["basis"],
        "rule": _sentence(smallest["rule"]),
        "numbers": [numbers[key] for key in smallest["sources"]],
        "verdict": WORD[one["verdict"]],
        "look": LOOK[one["verdict"]],
        "because": [_sentence(text) for text in one["because"]],
        "drawn": _drawn(one),
    }


def _entries(told: Told) -> str:
    if told["entries"] == 1:
        return "one entry"
    return f"mean of {told['entries']} entries over {told['over_days'] + 1:.0f} days"


def _amount(told: Told, ratio: bool) -> str:
    digits = ".2g" if ratio else ".1f"
    return f"{told['value']:{digits}} ({told['low']:{digits}} to {told['high']:{digits}})"


def _explained(one: Told, ratio: bool) -> str:
    if one["explained_by"] == "nothing":
        return "nothing"
    return _difference(one["explained"], ratio) if one["explained"] else "not known"


def _difference(told: Told, ratio: bool) -> str:
    if ratio:
        return f"× {told['value']:.2g} ({told['low']:.2g} to {told['high']:.2g})"
    # Nought has no sign.
    value, low, high = (round(told[end], 1) + 0.0 for end in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f}) points".replace("-", "\N{MINUS SIGN}").replace("+0.0", "0")


def _drawn(one: Told) -> plot.Plot:
    """Draw what was seen and what is left, round no change, with the band that people do not call important."""
    ratio = one["difference_is"] == "ratio"

    def placed(value: float) -> float:
        return log(max(value, 1e-6)) if ratio else value

    least = abs(placed(one["smallest_important"]["value"]))
    ends = [abs(placed(one[row][end])) for row in ("seen", "left") for end in ("low", "high")]
    most = round_up(max(2.0 * least, *ends))
    axis = plot.Axis(-most, most, _LEFT, _RIGHT)
    bottom = HEIGHT - 16
    marks: list[plot.Path | plot.Text] = [
        plot.Path(plot.box(axis(-least), 12, axis(least) - axis(-least), bottom - 12), "within both"),
        plot.Path(plot.upright(axis(0), 12, bottom), "zero"),
        plot.Text(_LEFT, 9, "better", "start", "end-word"),
        plot.Text(_RIGHT, 9, "worse", "end", "end-word"),
    ]
    for y, row, look in zip(_ROWS, ("seen", "left"), (LOOK[one["verdict"]], LOOK[one["beyond_cycle"]]), strict=True):
        value, low, high = (placed(one[row][end]) for end in ("value", "low", "high"))
        # "Left" is a side here: what is left of a difference is called what remains.
        word = "seen" if row == "seen" else "remaining"
        marks.append(plot.Text(0, y + 4, word, "start", "row-word"))
        marks.append(plot.Path(plot.whisker(axis, y, low, high), f"reach {look}"))
        marks.append(
            plot.Path(plot.diamond(axis(value), y), f"point {look}", f"{word}: {_difference(one[row], ratio)}")
        )
    marks += [plot.Text(axis(tick), HEIGHT - 3, _tick(one, tick), "middle", "tick") for tick in _ticks(one, axis)]
    said = f"{one['name']}: seen {_difference(one['seen'], ratio)}, remaining {_difference(one['left'], ratio)}"
    return plot.Plot(one["name"], said, WIDTH, HEIGHT, tuple(marks))


def _ticks(one: Told, axis: plot.Axis) -> list[float]:
    if one["difference_is"] != "ratio":
        return axis.ticks(7)
    return [log(times) for times in (0.01, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0) if abs(log(times)) <= axis.high]


def _tick(one: Told, tick: float) -> str:
    from math import exp

    text = f"× {exp(tick):.3g}" if one["difference_is"] == "ratio" else f"{tick:+g}" if tick else "0"
    return text.replace("-", "\N{MINUS SIGN}")


def _sentence(text: str) -> str:
    """Begin as a sentence and end as one, with the minus sign that print has."""
    text = text[:1].upper() + text[1:] if not text[:4].isupper() else text
    text = text.replace(" -", " \N{MINUS SIGN}").replace("(-", "(\N{MINUS SIGN}")
    text = "\N{MINUS SIGN}" + text[1:] if text.startswith("-") else text
    return text if not text or text[-1] in ".?!" else text + "."
