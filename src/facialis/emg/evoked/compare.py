"""Two examinations of evoked responses held against each other, response by response.

What was there and is not seen any more has gone only if the later examination could have shown it: its noise must be
below it, the stimulus must have reached the nerve as it did before, and no recent toxin may hide it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from facialis import knowledge, ratios
from facialis.document import Document
from facialis.emg.evoked.blink import SPREAD_TO
from facialis.emg.evoked.response import NAMES, WORDS
from facialis.emg.evoked.sweeps import Stimulated
from facialis.findings import Estimate, Side, State
from facialis.measures import CANNOT_TELL, Compared, Gap, why_not
from facialis.ratios import Change

SCHEMA = "facialis.evoked/1"
GONE, NEW, STILL, NONE = "gone", "new", "still there", "absent in both"
CODES = {"lateral-spread": "lateral_spread_response", "blink": "blink_spread_lower"}
_MOST_MS, _MOST_UV = 1e4, 1e6


class Key(NamedTuple):
    """Which response: the same in both examinations."""

    stimulated: str
    muscle: str
    side: str
    name: str

    @property
    def where(self) -> str:
        """The muscle as in a text: "left orbicularis oris"."""
        muscle = self.muscle.replace("_", " ")
        return muscle if self.side == Side.NONE.value else f"{self.side} {muscle}"

    @property
    def stimulus(self) -> str:
        """What was stimulated, as in a text."""
        return Stimulated.of(self.stimulated).words

    @property
    def words(self) -> str:
        """Name it as in a text."""
        return f"{WORDS[self.name]} of {self.where} after stimuli to the {self.stimulus}"

    @property
    def spreads(self) -> bool:
        """Whether a finding rests on it: spread to where the stimulus does not reach."""
        return self._ipsilateral and (self.name == "LSR" or (self.name == "R1" and self.muscle in SPREAD_TO))

    @property
    def controls(self) -> bool:
        """Whether it shows that the stimulus has reached the nerve: the direct response, or R1 of the eye."""
        return self.name == "M" or (self._ipsilateral and self.name == "R1" and self.muscle == "orbicularis_oculi")

    @property
    def _ipsilateral(self) -> bool:
        return self.stimulated.endswith(f"_{self.side}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A response in one examination."""

    channel: str
    state: State
    latency_ms: Estimate | None
    amplitude_uv: Estimate | None
    persistence: float | None
    sweeps: int
    because: tuple[str, ...]
    detection_limit_uv: float | None

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

    def there(self, key: Key) -> bool:
        """Whether a response was seen."""
        return key in self.seen and self.seen[key].state is State.PRESENT

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Compared):
    """What changed; the verdict is that of the finding, of both sides together."""

    before: Examined
    after: Examined
    changes: tuple[Changed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.evoked_compare/1``."""
        return self.told("facialis.evoked_compare/1", self.before, self.after, "changes", self.changes)


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
        return Comparison(before=first, after=second, **why_not(against))
    weaker = {branch: _weaker(first, second, branch) for branch in dict.fromkeys(key.stimulated for key in shared)}
    changes = tuple(_changed(key, first, second, weaker[key.stimulated]) for key in shared)
    gaps = [
        Gap(key.words, f"only in {one.name}")
        for one, other in ((first, second), (second, first))
        for key in one.seen
        if key not in other.seen
    ]
    verdict, headline = _overall(CODES[first.kind], changes)
    return Comparison(
        before=first,
        after=second,
        because=tuple(_cautions(first, second, weaker)),
        changes=changes,
        not_compared=tuple(gaps),
        verdict=verdict,
        headline=headline,
    )


def _changed(key: Key, first: Examined, second: Examined, weaker: Mapping[str, str]) -> Changed:
    before, after = first.seen[key], second.seen[key]
    states = before.state, after.state
    if State.NOT_ASSESSABLE in states:
        which, one = ("before", before) if before.state is State.NOT_ASSESSABLE else ("after", after)
        return Changed(key, before, after, CANNOT_TELL, (f"not assessable {which}: {one.because[0]}",))
    if states == (State.PRESENT, State.PRESENT):
        later, size = _change(before, after)
        return Changed(key, before, after, STILL, ("seen in both",), later, size)
    if states == (State.ABSENT, State.ABSENT):
        return Changed(key, before, after, NONE, ("seen in neither",))
    there, blank, when, examined = (
        (before, after, "after", second) if before.state is State.PRESENT else (after, before, "before", first)
    )
    against = _hidden(there, blank, when)
    if knowledge.toxin_is_recent(examined.days_since_toxin):
        against.append(
            f"botulinum toxin {examined.days_since_toxin:.0f} days before the examination {when} can hide it"
        )
    if when in weaker and not key.controls:
        against.append(f"{weaker[when]}: the stimulus may have been too weak")
    if against:
        return Changed(key, before, after, CANNOT_TELL, tuple(against))
    told = f"not seen {when}; from {blank.detection_limit_uv:.0f} µV on it would"
    return Changed(key, before, after, GONE if when == "after" else NEW, (told,))


def _change(before: Seen, after: Seen) -> tuple[Change | None, Change | None]:
    """Return how much later it is, and how many times as large."""
    pairs = (before.latency_ms, after.latency_ms), (before.amplitude_uv, after.amplitude_uv)
    return (
        None if None in pairs[0] else ratios.difference(*pairs[0]),  # type: ignore[arg-type]
        None if None in pairs[1] else ratios.ratio(*pairs[1]),  # type: ignore[arg-type]
    )


def _hidden(there: Seen, blank: Seen, when: str) -> list[str]:
    """Say why a response that is not called present may be there all the same."""
    limit, size = blank.detection_limit_uv, there.amplitude_uv
    if limit is None:
        # Something is seen that is not called the response, or nobody can say how small a one the noise would hide.
        return [f"{when}: {blank.because[0]}"]
    if size is not None and size.low > limit:
        return []
    told = "its size is not known" if size is None else f"{size.value:.0f} µV ({size.low:.0f} to {size.high:.0f})"
    return [f"{told}, and {when} only what is above {limit:.0f} µV would be seen"]


def _weaker(first: Examined, second: Examined, branch: str) -> dict[str, str]:
    """Say of which examination, by ``before`` and ``after``, the stimulus may have been weaker, and by what."""
    least, told = knowledge.threshold("evoked_direct_ratio_min"), {}
    controls = [key for key in dict.fromkeys([*first.seen, *second.seen]) if key.stimulated == branch and key.controls]
    for when, one, other in (("before", first, second), ("after", second, first)):
        mine = [key for key in controls if one.there(key)]
        if not mine:
            told[when] = f"no response of the stimulated muscle itself is seen {when}"
        for key in mine:
            size, beside = one.seen[key].amplitude_uv, other.seen[key].amplitude_uv if other.there(key) else None
            if size is not None and beside is not None and size.value < least * beside.value:
                times = size.value / beside.value
                told[when] = f"the {WORDS[key.name]} of {key.where} is {times:.2g} times as large {when}"
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


def _cautions(first: Examined, second: Examined, weaker: Mapping[str, Mapping[str, str]]) -> list[str]:
    told = [
        f"{why} (stimuli to the {Stimulated.of(branch).words}): electrodes or stimulus differ"
        for branch, whys in weaker.items()
        for why in whys.values()
    ]
    told += [
        f"the examination {when} was made {one.days_since_toxin:.0f} days after botulinum toxin, "
        "which makes responses small"
        for when, one in (("before", first), ("after", second))
        if knowledge.toxin_is_recent(one.days_since_toxin)
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
    seen: dict[Key, Seen] = {}
    for row in told.rows("responses"):
        if row.has("volume_conducted") and row.take("volume_conducted"):
            continue
        channel, branch = row.text("channel"), _branch(row)
        muscle = row.text("muscle") if row.has("muscle") else channel
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
            row.number_or_none("detection_limit_uv", 0.0),
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
