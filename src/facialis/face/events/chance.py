"""How likely a one-sided event is a spasm: a few hundred small trees over measures that one can read.

The trees are fitted by ``python -m benchmarks.fit`` on simulated spasms in recordings and on faces that no figure is
reported on. Most measures may push one way only: the more the other side moves along, for instance, the less likely a
spasm. What each measure added to the answer is given with the event (Saabas 2014, "Interpreting random forests").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.events.candidate import Candidate

Floats = npt.NDArray[np.float64]

TABLE = "chance.json"
_BLOCK = 1024
_SPEAKS = 0.3


def measures(candidate: Candidate) -> dict[str, float]:
    """Return what a candidate is judged by."""
    m = candidate.measures
    size = max(candidate.sizes.values())
    seconds = candidate.offset_s - candidate.onset_s
    return {
        "excess": float(np.log(max(m.excess, 1e-3))),
        "one_sided": m.one_sided,
        "not_own": abs(m.own_share - 1),
        "flank_other": min(m.flank_other, 1.5),
        "along_pull": m.along,
        "upper_and_lower": float(m.upper_and_lower),
        "spread": float(min(m.spread, 4)),
        "rise": m.rise_s,
        "fall": m.fall_s,
        "common": min(m.common / max(size, 1e-6), 1.0),
        "restless": min(m.restless, 1.5),
        "astray": min(m.astray, 1.5),
        "head_speed": min(m.head, 3.0),
        "seconds": min(seconds, 4.0),
        "lid_down": float(np.clip(m.lid_down, -0.1, 0.15)),
        "other_lid_down": float(np.clip(m.other_lid, -0.1, 0.15)),
        "size": float(np.log(max(size, 1e-4) / 0.04)),
        "alone": m.alone,
        "turns": min(m.turns, 4.0),
        "echo": m.echo,
        "echo_fit": m.echo_fit,
        "usual": min(m.usual, 2.0),
        "bustle": min(m.bustle, 3.0),
        "held": min(candidate.plateau_s / max(seconds, 1e-3), 1.0),
        "brow_up": float(np.clip(m.brow_up, -0.1, 0.1)),
    }


WORDS = {
    "excess": "how far it stands out from noise",
    "one_sided": "how little the other side moves",
    "not_own": "whose motion makes the difference",
    "flank_other": "what the other side does as it starts and ends",
    "along_pull": "how well it follows the muscles' pull",
    "upper_and_lower": "eye and lower face together",
    "spread": "how many regions take part",
    "rise": "how fast it rises",
    "fall": "how fast it falls",
    "common": "what both sides do meanwhile",
    "restless": "how restless the same pattern is around it",
    "astray": "whether it comes back to where it began",
    "head_speed": "how the head moves",
    "seconds": "how long it lasts",
    "lid_down": "how far that eye closes",
    "other_lid_down": "how far the other eye closes",
    "size": "how large it is",
    "alone": "whether one pull explains the motion",
    "turns": "a single rise and fall",
    "echo": "how much the other side follows",
    "echo_fit": "whether the other side keeps time with it",
    "usual": "how usual this pattern is in this face",
    "bustle": "how busy the face is",
    "held": "how much of it is held",
    "brow_up": "what the brow does",
}
"""Each measure in words, for the reasons given with an event."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees as flat arrays, one row a tree.

    Attributes
    ----------
    names : tuple of str
        The measures, in the order of the columns.
    bias : float
        Log odds before any measure is looked at.
    feature : (K, N) int
        Column that a node asks about; -1 for a leaf.
    bound : (K, N) float
        A value up to the bound goes to the first child.
    child : (K, N, 2) int
        Places of the children in the row.
    value : (K, N) float
        Log odds that the tree adds at a node: at a leaf its answer, elsewhere the mean of what lies below.
    slope, offset : float
        From the sum to calibrated log odds.
    """

    names: tuple[str, ...]
    bias: float
    feature: npt.NDArray[np.int64]
    bound: Floats
    child: npt.NDArray[np.int64]
    value: Floats
    slope: float
    offset: float

    def parts(self, rows: Floats) -> Floats:
        """Return what each measure adds to the calibrated log odds, (R, M); rows (R, M) are measures."""
        trees = np.arange(len(self.feature))
        added = np.zeros(rows.shape)
        for begin in range(0, len(rows), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            each = np.arange(len(block))[:, None]
            node = np.zeros((len(block), len(trees)), np.int64)
            while (asks := self.feature[trees, node]).max(initial=-1) >= 0:
                asked = np.maximum(asks, 0)
                right = (block[each, asked] > self.bound[trees, node]).astype(np.int64)
                below = np.where(asks >= 0, self.child[trees, node, right], node)
                gain = self.value[trees, below] - self.value[trees, node]
                np.add.at(added[begin : begin + _BLOCK], (np.broadcast_to(each, asked.shape), asked), gain)
                node = below
        return added * self.slope

    def start(self) -> float:
        """Return the calibrated log odds of a candidate that nothing is known of."""
        return float(self.slope * (self.bias + self.value[:, 0].sum()) + self.offset)


def read(text: str) -> Forest:
    """Return a forest from its JSON form."""
    table: dict[str, Any] = json.loads(text)
    trees = table["trees"]
    width = max(len(tree["feature"]) for tree in trees)

    def filled(key: str, empty: float, kind: type, shape: tuple[int, ...] = ()) -> npt.NDArray[Any]:
        rows: npt.NDArray[Any] = np.full((len(trees), width, *shape), empty, kind)
        for place, tree in enumerate(trees):
            rows[place, : len(tree[key])] = tree[key]
        return rows

    return Forest(
        tuple(table["measures"]), table["bias"], filled("feature", -1, np.int64), filled("bound", 0, np.float64),
        filled("child", 0, np.int64, (2,)), filled("value", 0, np.float64), table["slope"], table["offset"],
    )  # fmt: skip


@cache
def forest() -> Forest:
    """Return the fitted trees."""
    return read(files("facialis.face.events").joinpath(TABLE).read_text(encoding="utf-8"))


def judged(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the probability that each is a spasm, and what spoke for it."""
    if not candidates:
        return []
    trees = forest()
    measured = [measures(one) for one in candidates]
    rows = np.array([[one[name] for name in trees.names] for one in measured])
    parts = trees.parts(rows)
    odds = np.clip(trees.start() + parts.sum(axis=1), -30, 30)
    chance = 1 / (1 + np.exp(-odds))
    return [
        one._replace(chance=float(p), spoke=dict(zip(trees.names, map(float, part), strict=True)))
        for one, p, part in zip(candidates, chance, parts, strict=True)
    ]


def reasons(candidate: Candidate, most: int = 3) -> tuple[str, str]:
    """Return what spoke for and what against a spasm, strongest first, in words; empty where nothing did."""
    ranked = sorted(candidate.spoke.items(), key=lambda item: -abs(item[1]))
    ways = ([WORDS[name] for name, part in ranked if way * part > _SPEAKS][:most] for way in (1, -1))
    spoke_for, spoke_against = (", ".join(words) for words in ways)
    return spoke_for, spoke_against
