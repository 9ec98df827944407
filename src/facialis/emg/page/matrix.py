"""Which muscles fire together: a square for each two, filled by how far they exceed chance, with the lag in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facialis.emg.page.traces import side_look
from facialis.findings import Side
from facialis.paper import plot
from facialis.paper.words import region, share

CELL, NAMES, HEAD = 74.0, 180.0, 8.0


def matrix(result: Mapping[str, Any]) -> plot.Plot | None:
    """Draw the pairs of muscles; None where fewer than two have electrodes.

    The filled square grows with the share of bursts that begin together; a ring stands for what chance gives. Dashed:
    one channel hears the other's muscle.
    """
    pairs = result["synchrony"]
    names = list(dict.fromkeys(name for pair in pairs for name in pair["channels"]))
    if len(names) < 2:
        return None
    channels = {one["name"]: one for one in result["source"]["channels"]}
    marks: list[plot.Path | plot.Text] = []
    for row, name in enumerate(names):
        marks += _named(channels[name], NAMES - 12, HEAD + (row + 0.5) * CELL)
    place = {name: at for at, name in enumerate(names)}
    for pair in pairs:
        first, second = (place[name] for name in pair["channels"])
        look = _look(*(channels[name] for name in pair["channels"]))
        marks += _cell(pair, NAMES + second * CELL, HEAD + first * CELL, look)
    for at, name in enumerate(names):
        # The diagonal bears the name of its column, where nothing else would stand.
        x, y = NAMES + (at + 0.5) * CELL, HEAD + (at + 0.5) * CELL
        marks += _below(channels[name], x, y)
    width, height = NAMES + len(names) * CELL + 10, HEAD + len(names) * CELL + 4
    together = sum(bool(pair.get("above_chance")) for pair in pairs)
    said = f"{together} of {len(pairs)} pairs of muscles begin together more often than chance gives"
    return plot.Plot("Which muscles fire together", said, width, height, tuple(marks))


def _named(channel: Mapping[str, Any], x: float, y: float) -> list[plot.Path | plot.Text]:
    muscle = region(channel["muscle"]) if channel["muscle"] else channel["name"]
    side = channel["side"] if channel["side"] != "none" else ""
    look = side if side in ("left", "right") else "ink"
    return [plot.Text(x, y, muscle, "end", "ink"), plot.Text(x, y + 13, side, "end", look)]


def _below(channel: Mapping[str, Any], x: float, y: float) -> list[plot.Path | plot.Text]:
    """Name a column, a line a word."""
    words = (region(channel["muscle"]) if channel["muscle"] else channel["name"]).split()[:3]
    lines = [(word[:12], "ink") for word in words]
    if channel["side"] != "none":
        lines.append((channel["side"], channel["side"] if channel["side"] in ("left", "right") else "ink"))
    top = y + 4 - 6.5 * (len(lines) - 1)
    return [plot.Text(x, top + 13 * at, word, "middle", look) for at, (word, look) in enumerate(lines)]


def _look(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    same = first["side"] == second["side"]
    return side_look(Side(first["side"])) if same else "both"


def _cell(pair: Mapping[str, Any], x: float, y: float, look: str) -> list[plot.Path | plot.Text]:
    told, chance, lag = pair["coincident_fraction"], pair["chance_fraction"], pair["lag_ms"]["value"]
    middle, room = CELL / 2, CELL - 10
    marks: list[plot.Path | plot.Text] = [plot.Path(plot.box(x, y, CELL, CELL), "grid")]
    if told is None:
        return [*marks, plot.Text(x + middle, y + middle + 4, "–", "middle")]
    label = f"{pair['channels'][0]} and {pair['channels'][1]}: {share(told)} together, {share(chance)} by chance"
    half = room / 2 * told**0.5
    kind = "unseen" if pair.get("crosstalk") else f"filled {look}" if pair.get("above_chance") else "filled quiet"
    marks.append(plot.Path(plot.box(x + middle - half, y + middle - half, 2 * half, 2 * half), kind, label))
    ring = room / 2 * (chance or 0.0) ** 0.5
    marks.append(plot.Path(plot.box(x + middle - ring, y + middle - ring, 2 * ring, 2 * ring), "ring"))
    marks.append(plot.Text(x + CELL - 5, y + 14, share(told), "end", "ink"))
    if lag is not None and pair.get("above_chance"):
        marks.append(
            plot.Text(x + CELL - 5, y + CELL - 6, f"{lag:+.1f} ms".replace("-", "\N{MINUS SIGN}"), "end", "ink")
        )
    return marks
