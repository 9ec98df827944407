"""Two examinations of evoked responses held against each other, response by response.

What was there and is not seen any more has gone only if the later examination could have shown it: its noise must be
below it, and the stimulated muscle must still answer as it did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

from facialis import knowledge, ratios
from facialis.document import Document
from facialis.emg.evoked.blink import SPREAD_TO
from facialis.emg.evoked.response import NAMES, WORDS
from facialis.emg.evoked.signs import DAYS_PER_MONTH
from facialis.emg.evoked.sweeps import Stimulated
from facialis.findings import Estimate, Side, State
from facialis.measures import Gap
from facialis.ratios import Change

SCHEMA = "facialis.evoked/1"
GONE, NEW, STILL, NONE, CANNOT_TELL = "gone", "new", "still there", "absent in both", "cannot tell"
CODES = {"lateral-spread": "lateral_spread_response", "blink": "blink_spread_lower"}
HIDDEN = 4.0
"""Times the noise of an average: a peak below it could be there unseen."""
_MOST_MS, _MOST_UV = 1e4, 1e6


class Key(NamedTuple):
    """Which response: the same in both examinations."""

    stimulated: str
    muscle: str
    side: str
    name: str

    @property
    def words(self) -> str:
        """Name it as in a text."""
        where = self.muscle.replace("_", " ") if self.side == "none" else f"{self.side} {self.muscle.replace('_', ' ')}"
        return f"{WORDS[self.name]} of {where} after stimuli to the {Stimulated.of(self.stimulated).words}"

    @property
    def spreads(self) -> bool:
        """Whether a finding rests on it: spread to where the stimulus does not reach."""
        if not self.stimulated.endswith(f"_{self.side}"):
            return False
        return self.name == "LSR" or (self.name == "R1" and self.muscle in SPREAD_TO)


@dataclass(frozen=True, slots=True)
class Seen:
    """A response in one examination; ``hidden_uv`` is what its noise would hide."""

    channel: str
    state: State
    latency_ms: Estimate | None
    amplitude_uv: Estimate | None
    persistence: float | None
    sweeps: int
    because: tuple[str, ...]
    hidden_uv: float

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "channel": self.channel,
            "state": self.state.value,
            "latency_ms": _interval(self.latency_ms),
            "amplitude_uv": _interval(self.amplitude_uv),
            "persistence": self.persistence,
            "sweeps": self.sweeps,
        }


@dataclass(frozen=True, slots=True)
class Examined:
    """One examination, as far as it can be compared."""

    name: str
    sha256: str
    kind: str
    verdict: str
    reasons: tuple[str, ...]
    days_since_toxin: float | None
    seen: Mapping[Key, Seen]

    @property
    def recent_toxin(self) -> float | None:
        """Days since botulinum toxin that can still hide a response; None where there is none that anybody tells of."""
        days, months = self.days_since_toxin, knowledge.threshold("recent_toxin_months")
        return days if days is not None and days < months * DAYS_PER_MONTH else None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {"name": self.name, "sha256": self.sha256, "kind": self.kind, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Changed:
    """A response in both examinations; changes are None where it is not there in both."""

    key: Key
    before: Seen
    after: Seen
    change: str
    because: tuple[str, ...]
    latency_ms: Change | None = None
    amplitude: Change | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            **self.key._asdict(),
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "change": self.change,
            "latency_change_ms": None if self.latency_ms is None else self.latency_ms.to_json(),
            "amplitude_ratio": None if self.amplitude is None else self.amplitude.to_json(),
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed; ``verdict`` is None, and ``because`` says why, where the two cannot be compared."""

    before: Examined
    after: Examined
    because: tuple[str, ...]
    changes: tuple[Changed, ...] = ()
    not_compared: tuple[Gap, ...] = ()
    verdict: str | None = None
    headline: str = ""

    @property
    def comparable(self) -> bool:
        """Whether the two could be compared."""
        return self.verdict is not None

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.evoked_compare/1``."""
        return {
            "schema": "facialis.evoked_compare/1",
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "comparable": self.comparable,
            "because": list(self.because),
            "verdict": self.verdict,
            "headline": self.headline,
            "changes": [one.to_json() for one in self.changes],
            "not_compared": [gap.to_json() for gap in self.not_compared],
        }


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Hold two examinations of one person against each other.

    Parameters
    ----------
    before, after : mapping
        Public results ``facialis.evoked/1``.

    Raises
    ------
    DocumentError
        If a mapping is no ``facialis.evoked/1``.
    """
    first, second = examined(before, "before"), examined(after, "after")
    shared = [key for key in first.seen if key in second.seen]
    against = _refusals(first, second, shared)
    if against:
        return Comparison(first, second, tuple(against), headline=f"Not compared: {against[0]}.")
    weaker = _weaker(first, second, shared)
    changes = tuple(_changed(key, first, second, weaker.get(key.stimulated)) for key in shared)
    gaps = [
        Gap(key.words, f"only in {one.name}")
        for one, other in ((first, second), (second, first))
        for key in one.seen
        if key not in other.seen
    ]
    verdict, headline = _overall(CODES[first.kind], changes)
    return Comparison(first, second, tuple(_cautions(first, second, weaker)), changes, tuple(gaps), verdict, headline)


def _changed(key: Key, first: Examined, second: Examined, weaker: tuple[str, float] | None) -> Changed:
    before, after = first.seen[key], second.seen[key]
    states = before.state, after.state
    if State.NOT_ASSESSABLE in states:
        which, one = ("before", before) if before.state is State.NOT_ASSESSABLE else ("after", after)
        return Changed(key, before, after, CANNOT_TELL, (f"not assessable {which}: {one.because[0]}",))
    if states == (State.PRESENT, State.PRESENT):
        later = _change(before.latency_ms, after.latency_ms, ratios.difference)
        size = _change(before.amplitude_uv, after.amplitude_uv, ratios.ratio)
        return Changed(key, before, after, STILL, ("seen in both",), later, size)
    if states == (State.ABSENT, State.ABSENT):
        return Changed(key, before, after, NONE, ("seen in neither",))
    there, blank, when = (before, after, "after") if before.state is State.PRESENT else (after, before, "before")
    against = _hidden(there, blank, when)
    if (days := (second if when == "after" else first).recent_toxin) is not None:
        against.append(f"botulinum toxin {days:.0f} days before the examination {when} can hide it")
    if weaker is not None and weaker[0] == when and key.name != "M":
        against.append(f"the direct response is {weaker[1]:.1f} times as large {when}: the stimulus may be too weak")
    if against:
        return Changed(key, before, after, CANNOT_TELL, tuple(against))
    told = f"not seen {when}, where {blank.hidden_uv:.0f} µV would be"
    return Changed(key, before, after, GONE if when == "after" else NEW, (told,))


def _change(before: Estimate | None, after: Estimate | None, of: Any) -> Change | None:
    return None if before is None or after is None else of(before, after)


def _hidden(there: Seen, blank: Seen, when: str) -> list[str]:
    """Say why a response that is not seen may be there all the same."""
    if there.amplitude_uv is None or there.amplitude_uv.low > blank.hidden_uv:
        return []
    size = f"{there.amplitude_uv.value:.0f} µV ({there.amplitude_uv.low:.0f} to {there.amplitude_uv.high:.0f})"
    return [f"{size} would be hidden in the noise {when}, up to {blank.hidden_uv:.0f} µV"]


def _weaker(first: Examined, second: Examined, shared: Sequence[Key]) -> dict[str, tuple[str, float]]:
    """Return, by stimulated branch, in which examination the direct response is much smaller, and how many times."""
    least, told = knowledge.threshold("evoked_direct_ratio_min"), {}
    for key in shared:
        before, after = first.seen[key].amplitude_uv, second.seen[key].amplitude_uv
        if key.name == "M" and before is not None and after is not None and before.value > 0 and after.value > 0:
            times = after.value / before.value
            if min(times, 1 / times) < least:
                told[key.stimulated] = ("after", times) if times < 1 else ("before", 1 / times)
    return told


def _overall(code: str, changes: Sequence[Changed]) -> tuple[str, str]:
    """Return the verdict on the finding, and the headline: a sentence a side that was stimulated."""
    term, said, verdicts = knowledge.finding(code).term, [], []
    for side in (Side.LEFT, Side.RIGHT):
        own = [one for one in changes if one.key.spreads and one.key.side == side.value]
        if own:
            verdict = _of_side([one.change for one in own])
            count = sum(one.change == verdict for one in own)
            verdicts.append(verdict)
            of = "" if verdict in (NONE, CANNOT_TELL) or len(own) == 1 else f" in {count} of {len(own)} muscles"
            said.append(f"{term}, {side.value}: {verdict}{of}")
    if not said:
        return CANNOT_TELL, f"{term}: cannot tell, no muscle that could show it was recorded in both."
    return _of_side(verdicts), "; ".join(said) + "."


def _of_side(changes: Sequence[str]) -> str:
    """Return what holds of several: still there if one is; gone, or absent in both, if all of them can be told."""
    told = next((word for word in (STILL, NEW) if word in changes), None)
    if told is None and CANNOT_TELL not in changes:
        told = GONE if GONE in changes else NONE
    return told or CANNOT_TELL


def _refusals(first: Examined, second: Examined, shared: Sequence[Key]) -> list[str]:
    against = []
    if first.kind != second.kind:
        words = [kind.replace("-", " ") for kind in (first.kind, second.kind)]
        against.append(f"one is an examination of {words[0]}, the other of {words[1]}")
    if first.sha256 == second.sha256:
        against.append("both results are of the same recording")
    against += [
        f"{one.name} was refused: {one.reasons[0] if one.reasons else 'nothing could be measured'}"
        for one in (first, second)
        if one.verdict == "refused"
    ]
    if not shared and not against:
        against.append("no muscle was recorded in both after stimuli to the same branch")
    return against


def _cautions(first: Examined, second: Examined, weaker: Mapping[str, tuple[str, float]]) -> list[str]:
    told = [
        f"after stimuli to the {Stimulated.of(branch).words} the direct response is {times:.1f} times as large {when} "
        f"as {'before' if when == 'after' else 'after'}: electrodes or stimulus differ"
        for branch, (when, times) in weaker.items()
    ]
    told += [
        f"the examination {when} was made {one.recent_toxin:.0f} days after botulinum toxin, "
        "which makes responses small"
        for when, one in (("before", first), ("after", second))
        if one.recent_toxin is not None
    ]
    return told


def examined(result: Mapping[str, Any], name: str = "result") -> Examined:
    """Return what of a public result can be compared.

    Raises
    ------
    DocumentError
        If it is no ``facialis.evoked/1``, or a number in it is not one.
    """
    told = Document(result, name)
    told.word("schema", (SCHEMA,))
    source, quality = told.inner("source"), told.inner("quality")
    noise = {}
    for row in quality.rows("channels"):
        used = row.number("sweeps_used", 0.0) if row.has("sweeps_used") else 0.0
        level = row.number_or_none("noise_uv", 0.0)
        branch = row.text("stimulated") if row.has("stimulated") else ""
        noise[row.text("name"), branch] = float("inf") if level is None or not used else HIDDEN * level / sqrt(used)
    seen: dict[Key, Seen] = {}
    for row in told.rows("responses"):
        if row.has("volume_conducted") and row.take("volume_conducted"):
            continue
        channel, branch = row.text("channel"), _branch(row)
        muscle = row.text("muscle") if row.has("muscle") and row.take("muscle") else channel
        key = Key(branch, muscle, row.word("side", [side.value for side in Side]), row.word("name", NAMES))
        # Two pairs of electrodes over one muscle are told apart by their channels.
        key = key._replace(muscle=channel) if key in seen else key
        seen[key] = Seen(
            channel,
            State(row.word("state", [state.value for state in State])),
            row.estimate("latency_ms", _MOST_MS),
            row.estimate("amplitude_uv", _MOST_UV),
            row.number_or_none("persistence", 0.0, 1.0),
            int(row.number("sweeps", 0.0)),
            row.words("because") or ("no reason is given",),
            noise.get((channel, branch), float("inf")),
        )
    return Examined(
        source.text("name"),
        source.text("sha256"),
        source.word("kind", tuple(CODES)),
        quality.word("verdict", ("good", "limited", "refused")),
        quality.words("reasons"),
        source.number_or_none("days_since_toxin", 0.0) if source.has("days_since_toxin") else None,
        seen,
    )


def _branch(row: Document) -> str:
    word = row.text("stimulated")
    try:
        return str(Stimulated.of(word))
    except ValueError as error:
        raise row.error(str(error), "stimulated") from None


def _interval(told: Estimate | None) -> dict[str, float] | None:
    return None if told is None else {"value": told.value, "low": told.low, "high": told.high}
