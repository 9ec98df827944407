"""What speaks for a disorder and what against it, held against one rival, as bars in bans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.diagnosis.page import draw
from facialis.diagnosis.page.differential import shown
from facialis.diagnosis.page.sources import Sources
from facialis.diagnosis.page.words import bans, likelihood_ratio, percent, readers, state
from facialis.paper import plot


@dataclass(frozen=True)
class Weight:
    """A finding and what it weighs.

    `met` says how often it is present in the disorder and in its rival, each with whether that number is elicited.
    """

    name: str
    definition: str
    state: str
    readers: str
    basis: str
    met: tuple[tuple[str, bool], ...]
    cited: list[int]
    drawn: plot.Plot
    bans: str
    interval: str
    ratio: str


@dataclass(frozen=True)
class Direction:
    """All that weighs in one direction; `none` is said where nothing does."""

    title: str
    weights: tuple[Weight, ...]
    none: str


@dataclass(frozen=True)
class Balance:
    """A disorder held against a rival: what speaks for it, and as prominently what against it.

    `inside` and `rival` are the names as written inside a sentence; `before` says what stood before anything was read.
    """

    before: str
    name: str
    inside: str
    rival: str
    chance: str
    summary: str
    sides: tuple[Direction, Direction]

    @property
    def met(self) -> bool:
        """Whether some finding says how often it is met."""
        return any(weight.met for side in self.sides for weight in side.weights)

    @property
    def empty(self) -> bool:
        """Whether nothing weighs either way."""
        return not any(side.weights for side in self.sides)


def balances(entries: Sequence[Mapping[str, Any]], sources: Sources) -> tuple[list[Balance], plot.Plot]:
    """Weigh every disorder that has a row of its own, the leader first, all on one scale; return the scale as well."""
    named = {entry["disorder"]: entry["name"] for entry in entries}
    own = shown(entries)
    axis = draw.bans_axis(one for entry in own for side in ("for", "against") for one in entry[side])
    return [_balance(entry, named, axis, sources) for entry in own], draw.bans_scale(axis)


def bases(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, plot.Plot]]:
    """Return the key: a bar of each basis that the page shows."""
    seen = {one["basis"] for entry in shown(entries) for side in ("for", "against") for one in entry[side]}
    return [(basis, draw.sample(basis)) for basis in ("published", "calculated", "elicited") if basis in seen]


def _balance(entry: Mapping[str, Any], named: Mapping[str, str], axis: plot.Axis, sources: Sources) -> Balance:
    name = _inside(entry["name"])
    rival = _inside(named.get(entry["against_whom"], entry["against_whom"].replace("_", " ")))
    pro, con = ([_weight(one, axis, sources) for one in entry[side]] for side in ("for", "against"))
    return Balance(
        before=_before(entry),
        name=entry["name"],
        inside=name,
        rival=rival,
        chance=percent(entry["probability"]["value"]),
        summary=f"{len(pro)} for, {len(con)} against",
        sides=(
            Direction(f"For {name}, against {rival}", tuple(pro), "Nothing that was read speaks for it."),
            Direction(f"Against {name}, for {rival}", tuple(con), "Nothing that was read speaks against it."),
        ),
    )


def _before(entry: Mapping[str, Any]) -> str:
    """Say what stood before anything was known, so that the weights can be added up."""
    before = entry["before"]
    shares = " v ".join(f"{100 * share:.1f} %" for share in before["shares"])
    elicited = ", elicited" if before["basis"] == "elicited" else ""
    start = f"{bans(before['bans'])} bans ({bans(before['low'])} to {bans(before['high'])}; {shares}{elicited})"
    return f"Before anything was known, by the setting: {start}. After all: {bans(entry['total_bans'])} bans."


def _weight(one: Mapping[str, Any], axis: plot.Axis, sources: Sources) -> Weight:
    definition = knowledge.findings().get(one["finding"])
    return Weight(
        name=one["name"],
        definition=definition.definition if definition else "",
        state=state(one["state"]),
        readers=readers(one["readers"]),
        basis=one["basis"],
        met=_met(one.get("shares") or ()),
        cited=sources.numbers([one["source"], *one["sources"]]),
        drawn=draw.weight(one, axis),
        bans=bans(one["bans"]),
        interval=f"{bans(one['low'])} to {bans(one['high'])}",
        ratio=likelihood_ratio(one["bans"]),
    )


def _met(shares: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, bool], ...]:
    if any(share["share"] is None for share in shares):
        return ()
    return tuple((percent(share["share"]), share["basis"] == "elicited") for share in shares)


def _inside(name: str) -> str:
    """Write a name as inside a sentence: only an abbreviation keeps its capital."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
