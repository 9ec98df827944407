"""What happened: head motion and what both sides do together are explained first; what is left is named side by side.

Rules: ``clinical practice`` 1-4 of the intended use. A blink is conjugate: both lids, within a frame, alike (Graefe's
Archive 2019: the non-conjugate movements of hemifacial spasm are smaller and slower than blinks).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.face.candidate import Candidate, Measures, crossing, farthest
from facialis.face.chance import spasm_probability
from facialis.face.channels import CHANNELS, LOWER, REGION_OF, Channels, channels, frame_rate
from facialis.face.fusion import level, segments, stretches
from facialis.face.onesided import one_sided
from facialis.face.signals import Signals
from facialis.findings import Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]

_BLINK_SHARE = 0.3
_CONJUGATE = 0.4
_EXPRESSION_IOD = 0.025
_SPASM = 0.5
_DRAGGED = 0.35
_SURE = 0.7
_EXPECTED_ODDS = 2.0
_HEAD_SPEED = 0.6
_POSTURE_SECONDS = 6.0
_WILLED = [i for i, name in enumerate(CHANNELS) if REGION_OF[name] in LOWER or REGION_OF[name] == "frontalis"]


@dataclass(frozen=True)
class Event:
    """Something the face or the head did; see the public JSON for the keys.

    Attributes
    ----------
    kind : str
        ``spasm``, ``synkinesis``, ``blink``, ``expression`` or ``head_motion``.
    side : Side
        The patient's side.
    onset_s, apex_s, offset_s : float
        10 % crossings of the event's own peak, and the peak.
    amplitude_iod : float
        Largest displacement over the event's regions, inter-ocular distances.
    regions : tuple of str
        Muscles that took part, largest first.
    form : str or None
        ``clonic`` or ``tonic``; None where the word has no meaning.
    probability : float
        That the event is of this kind.
    why : tuple of str
        The reasons in words.
    measures : Measures or None
        The numbers behind a one-sided event.
    """

    kind: str
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    amplitude_iod: float
    regions: tuple[str, ...]
    form: str | None
    probability: float
    why: tuple[str, ...] = ()
    measures: Measures | None = None

    def to_json(self) -> dict[str, object]:
        """Return the public JSON form."""
        return {
            "kind": self.kind,
            "side": self.side.value,
            "onset_s": round(self.onset_s, 4),
            "apex_s": round(self.apex_s, 4),
            "offset_s": round(self.offset_s, 4),
            "amplitude_iod": round(self.amplitude_iod, 5),
            "regions": list(self.regions),
            "form": self.form,
            "probability": round(self.probability, 3),
            "why": list(self.why),
        }


class Asked(NamedTuple):
    """What the person was asked to do for a while: a movement asked for is no spasm.

    Attributes
    ----------
    start_s, stop_s : float
        When it was asked for, seconds.
    side : Side
        LEFT or RIGHT for one side alone, BOTH otherwise.
    lids, lower, brow : bool
        Which parts of the face the movement takes: the eyelids, the lower face, the brows.
    """

    start_s: float
    stop_s: float
    side: Side
    lids: bool = False
    lower: bool = False
    brow: bool = False


def find_events(signals: Signals, asked: Sequence[Asked] = ()) -> list[Event]:
    """Return everything that happened in a recording, in order of onset.

    Parameters
    ----------
    signals : Signals
    asked : sequence of Asked
        What tasks asked for, and when; such a movement is an expression.
    """
    ch = channels(signals)
    if len(ch.time_s) < 8 or not ch.usable.any():
        return []
    blinks, closures = both_lids(ch, signals)
    explained = [*blinks, *closures, *head_motions(ch), *expressions(ch)]
    sided = name_one_sided(signals, likeliest(one_sided(ch)), [*blinks, *closures])
    return sorted([*explained, *sided], key=lambda event: (event.onset_s, event.kind))


def both_lids(ch: Channels, signals: Signals) -> tuple[list[Event], list[Event]]:
    """Return the blinks, and the longer closures of both eyes."""
    lid = CHANNELS.index("lid")
    shares = np.stack([1 - signals.aperture[side].astype(np.float64) for side in (Side.LEFT, Side.RIGHT)])
    both = np.nan_to_num(shares.min(axis=0))
    depth = np.maximum(ch.moved[Side.LEFT][:, lid, 1], ch.moved[Side.RIGHT][:, lid, 1])
    # The eyes' own level shortly before and after: a person who looks down or squints still blinks from there.
    window = max(3, round(1.0 * frame_rate(ch.time_s))) | 1
    calm = ndimage.percentile_filter(both, 25, size=window, mode="nearest")
    deep = both - np.clip(calm, 0, None)
    blinks: list[Event] = []
    closures: list[Event] = []
    for part in segments((deep > _BLINK_SHARE) & ch.usable):
        apex = part.start + int(deep[part.start : part.stop].argmax())
        event = _closure(ch, both, depth, shares, apex)
        kept = blinks if event.kind == "blink" else closures
        if not kept or event.onset_s >= kept[-1].offset_s:
            kept.append(event)
    return blinks, _stereotyped(closures)


def _stereotyped(closures: list[Event]) -> list[Event]:
    """Keep the name of spasm only for a squeeze of both eyes that came three times: once or twice may be willed."""
    squeezed = [event for event in closures if event.kind == "spasm"]
    if len(squeezed) >= 3:
        return closures
    return [
        replace(
            event, kind="expression", form=None, why=(*event.why, f"{len(squeezed)} such in this clip: may be willed")
        )
        if event.kind == "spasm"
        else event
        for event in closures
    ]


def _closure(ch: Channels, both: Floats, depth: Floats, shares: Floats, apex: int) -> Event:
    """Name one closure of both eyes."""
    reach = round(1.5 * frame_rate(ch.time_s))
    low, high = max(0, apex - reach), min(len(both), apex + reach + 1)
    rate = frame_rate(ch.time_s)
    onset, offset = (
        crossing(ch.time_s[low:high], both[low:high], apex - low, _lid_level(both, apex, step, rate, reach), step)
        for step in (-1, 1)
    )
    peaks = np.sort(shares[:, apex])
    alike = float(peaks[0] / max(peaks[1], 1e-6))
    seconds = offset - onset
    why = [f"both lids close together, the one {100 * alike:.0f} % as far as the other", f"{seconds:.2f} s"]
    amplitude = float(max(depth[apex], 0.0))
    regions = ("orbicularis_oculi",)
    if seconds < threshold("bilateral_lid_spasm_s"):
        return Event(
            "blink", Side.BOTH, onset, float(ch.time_s[apex]), offset, amplitude, regions, None,
            float(np.clip(0.5 + both[apex] / 2, 0, 0.99) * (alike > _CONJUGATE or 0.6)), tuple(why),
        )  # fmt: skip
    squeeze = _squeeze(ch, onset, offset)
    if squeeze > _EXPRESSION_IOD and both[apex] > 0.7:
        why.append(f"the skin round both eyes is drawn in by {100 * squeeze:.1f} % IOD")
        form = "tonic" if seconds >= threshold("tonic_plateau_s") else "clonic"
        return Event(
            "spasm", Side.BOTH, onset, float(ch.time_s[apex]), offset, amplitude, regions, form, 0.6, tuple(why)
        )
    why.append("the skin round the eyes stays at rest: closed, not squeezed")
    return Event(
        "expression", Side.BOTH, onset, float(ch.time_s[apex]), offset, amplitude, regions, None, 0.8, tuple(why)
    )


def _lid_level(both: Floats, apex: int, step: int, rate: float, reach: int) -> float:
    """Return the 10 % level of one flank of a closure, above the level at which the lids have come to rest.

    At rest: slower than one closure a second over 70 ms. After a blink the lids often stay a little lower for a while.
    """
    flank = both[apex : apex + reach] if step > 0 else both[max(apex - reach, 0) : apex + 1][::-1]
    still = max(1, round(0.07 * rate))
    falls = flank[:-still] - flank[still:] if len(flank) > still else np.zeros(0)
    calm = np.flatnonzero((falls < still / rate * both[apex]) & (flank[: len(falls)] < 0.4 * both[apex]))
    foot = float(flank[calm[0]] if len(calm) else flank.min())
    return foot + threshold("event_edge_fraction") * (float(both[apex]) - foot)


def _squeeze(ch: Channels, onset: float, offset: float) -> float:
    """Return how far the skin round both eyes is drawn in during a closure, the lesser side."""
    inside = (ch.time_s >= onset) & (ch.time_s <= offset)
    before = (ch.time_s < onset) & (ch.time_s >= onset - 0.3)
    if not inside.any() or not before.any():
        return 0.0
    eye = CHANNELS.index("orbicularis_oculi lower")
    moved = [ch.moved[side][:, eye] for side in (Side.LEFT, Side.RIGHT)]
    return float(min(np.hypot(*(np.median(m[inside], axis=0) - np.median(m[before], axis=0))) for m in moved))


def head_motions(ch: Channels) -> list[Event]:
    """Return the quick movements of the head."""
    events = []
    for part in _bridged(segments(ch.head > _HEAD_SPEED), 0.3, ch.time_s):
        window = slice(part[0], part[1])
        apex = part[0] + int(ch.head[window].argmax())
        step = np.diff(ch.time_s, prepend=ch.time_s[:1])[window]
        events.append(
            Event(
                "head_motion",
                Side.BOTH,
                float(ch.time_s[part[0]]),
                float(ch.time_s[apex]),
                float(ch.time_s[part[1] - 1]),
                float((ch.head[window] * step).sum()),
                (),
                None,
                0.95,
                (f"the head moves at up to {ch.head[apex]:.1f} inter-ocular distances a second",),
            )
        )
    return events


def expressions(ch: Channels) -> list[Event]:
    """Return what both sides of the face did together: speech, smiles, chewing, raised brows."""
    sizes = np.zeros((len(ch.time_s), len(_WILLED)))
    for part in stretches(ch.usable, ch.time_s):
        window = slice(part.start, part.stop)
        each = []
        for side in (Side.LEFT, Side.RIGHT):
            path = ch.moved[side][window][:, _WILLED].reshape(part.stop - part.start, -1)
            path = path - level(path, ch.time_s[window], _POSTURE_SECONDS)
            each.append(np.hypot(path[:, ::2], path[:, 1::2]))
        sizes[window] = np.minimum(*each)
    size = sizes.max(axis=1)
    events = []
    for start, stop in _bridged(segments((size > _EXPRESSION_IOD) & ch.usable), 0.4, ch.time_s):
        if ch.time_s[stop - 1] - ch.time_s[start] < 0.15:
            continue
        window = slice(start, stop)
        apex = start + int(size[window].argmax())
        names = [REGION_OF[CHANNELS[_WILLED[i]]] for i in np.argsort(-sizes[apex]) if sizes[apex, i] > _EXPRESSION_IOD]
        took = tuple(dict.fromkeys(names))
        events.append(
            Event(
                "expression",
                Side.BOTH,
                float(ch.time_s[start]),
                float(ch.time_s[apex]),
                float(ch.time_s[stop - 1]),
                float(size[apex]),
                took,
                None,
                0.9,
                (f"both sides move together by up to {100 * size[apex]:.1f} % IOD",),
            )
        )
    return events


def _bridged(parts: Iterable[tuple[int, int]], gap_s: float, time_s: Floats) -> list[tuple[int, int]]:
    """Join stretches that are less than a gap apart."""
    joined: list[tuple[int, int]] = []
    for start, stop in parts:
        if joined and time_s[start] - time_s[joined[-1][1] - 1] < gap_s:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


def likeliest(found: list[Candidate]) -> list[Candidate]:
    """Let the likelier of two overlapping events stand, then merge twitches of one side less than 0.1 s apart."""
    kept: list[Candidate] = []
    for new in sorted(found, key=lambda c: -spasm_probability(c)):
        if not any(new.onset_s < old.offset_s and old.onset_s < new.offset_s for old in kept):
            kept.append(new)
    merged: list[Candidate] = []
    for new in sorted(kept, key=lambda c: c.onset_s):
        last = merged[-1] if merged else None
        if last and last.side is new.side and new.onset_s - last.offset_s < threshold("event_merge_s"):
            merged[-1] = _joined(last, new)
        else:
            merged.append(new)
    return merged


def _joined(first: Candidate, second: Candidate) -> Candidate:
    """Return two twitches as one event, judged by the likelier of the two."""
    likely = max((first, second), key=spasm_probability)
    names = {**first.sizes, **second.sizes}
    return likely._replace(
        onset_s=min(first.onset_s, second.onset_s),
        offset_s=max(first.offset_s, second.offset_s),
        plateau_s=max(first.plateau_s, second.plateau_s),
        sizes={name: max(first.sizes.get(name, 0.0), second.sizes.get(name, 0.0)) for name in names},
    )


def name_one_sided(signals: Signals, found: list[Candidate], lids: list[Event]) -> list[Event]:
    """Tell spasm from synkinesis and expression among the one-sided events.

    A lid that closes a little further than the other in a blink is the blink. A mouth that pulls at most blinks is
    synkinesis, however strong it is; once or twice it may be chance.
    """
    with_blink = [_during(candidate, lids) for candidate in found]
    lower = [bool(LOWER & candidate.sizes.keys()) for candidate in found]
    locked = sum(inside and low for inside, low in zip(with_blink, lower, strict=True))
    habit = locked >= 3 and locked >= 0.5 * max(len(lids), 1)
    known = _known_side(found)
    events = []
    for candidate, inside, low in zip(found, with_blink, lower, strict=True):
        if inside and not low:
            continue
        event = _named(
            signals, candidate, synkinesis=inside and habit, in_blink=inside, expected=candidate.side is known
        )
        if event.kind != "expression" or max(candidate.sizes.values()) >= _EXPRESSION_IOD:
            events.append(event)
    return events


def _known_side(found: list[Candidate]) -> Side:
    """Return the side that has had three sure spasms while the other had none; NONE if there is no such side."""
    sure = [candidate.side for candidate in found if spasm_probability(candidate) >= _SURE]
    for side in (Side.LEFT, Side.RIGHT):
        if sure.count(side) >= 3 and side.other not in sure:
            return side
    return Side.NONE


def _during(candidate: Candidate, lids: list[Event]) -> bool:
    """Say whether a one-sided event lies within a closure of both eyes."""
    length = max(candidate.offset_s - candidate.onset_s, 1e-6)
    shared = max(
        (min(candidate.offset_s, e.offset_s + 0.1) - max(candidate.onset_s, e.onset_s - 0.1) for e in lids), default=0.0
    )
    return shared > 0.6 * length


def _named(signals: Signals, candidate: Candidate, synkinesis: bool, in_blink: bool, expected: bool) -> Event:
    m = candidate.measures
    chance = spasm_probability(candidate)
    if expected:
        # Hemifacial spasm stays on its side: where it was seen thrice, a doubtful one is likelier to be another.
        chance = chance * _EXPECTED_ODDS / (1 - chance + chance * _EXPECTED_ODDS)
    if in_blink and not synkinesis:
        chance *= 0.5
    kind = "synkinesis" if synkinesis else "spasm" if chance >= _SPASM else "expression"
    seconds = candidate.offset_s - candidate.onset_s
    tonic = candidate.plateau_s >= threshold("tonic_plateau_s")
    largest = max(candidate.sizes.values())
    # Skin is continuous: what moves by less than a third of the most moved region is mostly dragged along.
    regions = tuple(name for name, size in candidate.sizes.items() if size >= _DRAGGED * largest)
    span = (candidate.onset_s, candidate.apex_s, candidate.offset_s)
    amplitude = max(farthest(signals, regions, candidate.side, span), largest)
    why = [
        f"the {candidate.side} side moves, the other {100 * (1 - m.one_sided):.0f} % as much",
        f"{m.excess:.1f} times what noise, head and both sides together explain",
        f"up in {1000 * m.rise_s:.0f} ms, {seconds:.2f} s in all",
    ]
    if m.upper_and_lower:
        why.append("eye and lower face together")
    if expected and kind == "spasm":
        why.append("surer ones on the same side")
    if synkinesis:
        why.append("this happens at most blinks")
    elif in_blink:
        why.append("it falls into a blink")
    return Event(
        kind, candidate.side, candidate.onset_s, candidate.apex_s, candidate.offset_s, amplitude,
        regions, ("tonic" if tonic else "clonic") if kind != "expression" else None,
        chance if kind == "spasm" else 0.8 if synkinesis else 1 - chance, tuple(why), m,
    )  # fmt: skip
