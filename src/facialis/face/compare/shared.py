"""What two recordings could both show, and what stands in the way of comparing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from facialis import knowledge
from facialis.face.compare.visit import Spasm, Visit
from facialis.face.signals import REGIONS
from facialis.face.volleys import Counted, counted, volleys
from facialis.findings import Side
from facialis.units import count

_ONE = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, eq=False)
class Shared:
    """The part of two recordings that both could show.

    Attributes
    ----------
    before, after : Visit
    limits : mapping of region to float
        The larger of the two detection limits, for each region that both saw.
    """

    before: Visit
    after: Visit
    limits: Mapping[str, float]

    @cached_property
    def spasms(self) -> tuple[list[Spasm], list[Spasm]]:
        """The spasms before and after that the other recording could have shown too."""
        before, after = ([one for one in visit.spasms if self.shown(one)] for visit in (self.before, self.after))
        return before, after

    @cached_property
    def counted(self) -> tuple[Counted, Counted]:
        """The same as counts and lengths."""
        before, after = (
            counted(spasms, visit.usable_s, visit.duration_s)
            for spasms, visit in zip(self.spasms, (self.before, self.after), strict=True)
        )
        return before, after

    @cached_property
    def dispersion(self) -> float:
        """How much the spasms come in volleys."""
        return volleys(*self.counted)

    def shown(self, spasm: Spasm) -> bool:
        """Say whether a spasm is above the shared limit of the region that moved most, of those that both saw."""
        region = next((region for region in spasm.regions if region in self.limits), None)
        if region is None or spasm.amplitude_iod is None:
            return False
        return spasm.amplitude_iod >= self.limits[region]

    @property
    def side(self) -> Side:
        """The affected side that one of the recordings names; NONE if neither does."""
        return next((visit.side for visit in (self.before, self.after) if visit.side is not Side.NONE), Side.NONE)

    @property
    def sides_agree(self) -> bool:
        """Whether left and right are known to be the same in both."""
        known = all(visit.mirrored != "unknown" for visit in (self.before, self.after))
        return known or (self.before.side is self.after.side and self.side in _ONE)


def share(before: Visit, after: Visit) -> Shared:
    """Return what two recordings could both show."""
    pairs = {region: (before.limits.get(region), after.limits.get(region)) for region in REGIONS}
    limits = {region: max(a, b) for region, (a, b) in pairs.items() if a is not None and b is not None}
    return Shared(before, after, limits)


def refusals(both: Shared) -> list[str]:
    """Return why two recordings cannot be compared; empty if they can."""
    before, after = both.before, both.after
    if before.sha256 == after.sha256:
        return ["both are the same recording"]
    reasons = [
        f"{visit.name} was refused: {visit.reasons[0] if visit.reasons else 'no reason is given'}"
        for visit in (before, after)
        if visit.verdict == "refused"
    ]
    least = knowledge.threshold("compare_usable_s_min")
    reasons += [
        f"{visit.name} has {visit.usable_s:.0f} usable seconds; a comparison needs {least:.0f}"
        for visit in (before, after)
        if visit.verdict != "refused" and visit.usable_s < least
    ]
    if not reasons and not both.limits:
        reasons.append("no region of the face was seen in both")
    if before.side in _ONE and after.side is before.side.other:
        text = f"the spasms are on the {before.side} before and on the {after.side} after"
        unsure = [visit.name for visit in (before, after) if visit.mirrored == "unknown"]
        if unsure:
            text += f", and nobody knows whether {' and '.join(unsure)} is mirrored: measure with --mirrored or not"
        reasons.append(text)
    return reasons


def cautions(both: Shared) -> list[str]:
    """Return what may make two recordings differ though the face does not."""
    before, after = both.before, both.after
    found = [*_filming(before, after), *_handling(before, after)]
    for visit, kept, when in ((before, both.spasms[0], "before"), (after, both.spasms[1], "after")):
        lost = len(visit.spasms) - len(kept)
        if lost:
            seen = count(len(visit.spasms), "spasm")
            found.append(f"{lost} of {seen} {when} left out: the other recording could not have shown it")
    hidden = [region.replace("_", " ") for region in REGIONS if region not in both.limits]
    if hidden:
        found.append(f"not seen in both: {', '.join(hidden)}")
    if Side.BOTH in (before.side, after.side) and {before.side, after.side} & set(_ONE):
        found.append("one recording shows spasms of one side, the other of both")
    return found


def _filming(before: Visit, after: Visit) -> list[str]:
    """Name what differs in how the two were filmed."""
    found = [
        f"{visit.name} is limited: {visit.reasons[0]}"
        for visit in (before, after)
        if visit.verdict == "limited" and visit.reasons
    ]
    if before.iod_px and after.iod_px:
        apart = max(before.iod_px, after.iod_px) / min(before.iod_px, after.iod_px)
        if apart > knowledge.threshold("compare_distance_ratio_max"):
            found.append(
                f"filmed from another distance: the eyes are {before.iod_px:.0f} pixels apart before, "
                f"{after.iod_px:.0f} after"
            )
    if before.fps and after.fps:
        faster = max(before.fps, after.fps) / min(before.fps, after.fps)
        if faster > knowledge.threshold("compare_frame_rate_ratio_max"):
            found.append(
                f"{before.fps:.0f} frames a second before, {after.fps:.0f} after: the slower one blurs short twitches"
            )
    return found


def _handling(before: Visit, after: Visit) -> list[str]:
    """Name what differs in what was asked for, measured and reviewed."""
    found = []
    if before.protocol != after.protocol:
        names = [visit.protocol or "none" for visit in (before, after)]
        found.append(f"the tasks differ (protocol {names[0]} before, {names[1]} after), and the whole rates with them")
    found += [
        f"{visit.name}: toxin {visit.days_since_toxin:.0f} days before may weaken the face and hide spasms"
        for visit in (before, after)
        if knowledge.toxin_is_recent(visit.days_since_toxin)
    ]
    if before.software != after.software:
        found.append(f"measured by other versions ({before.software[0]} before, {after.software[0]} after)")
    if bool(before.reviewer) is not bool(after.reviewer):
        who = before if before.reviewer else after
        found.append(f"only {who.name} was reviewed ({who.reviewer})")
    return found
