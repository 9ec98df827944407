"""Hard cases: what looks like hemifacial spasm and is not, what hides it; and false alarms over minutes.

A false spasm is a found one that no true spasm of the clip answers to (IoU 0.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks import bands, corpus, score
from benchmarks.accuracy import OVERLAPS, Scored, measured
from benchmarks.score import Event

LOOSE = 0.2
MIXED = ("weakness and spasms", "looks and spasms")
SQUEEZED, SYNKINESIS = "squeezed lids", "synkinesis"
KINDS = ("spasm", "synkinesis", "blink", "expression", "head_motion")


def run(part: str = "report", *, quick: bool = False) -> dict[str, Any]:
    """Make, examine and score the hard clips and the quiet minutes of one part.

    Parameters
    ----------
    part : {"report", "tune"}
    quick : bool
        One clip of each case and one quiet minute.

    Returns
    -------
    dict
        ``cases`` by name, ``false_alarms`` a usable minute, ``quiet``, ``synkinesis``, ``squeezed_lids``, ``mixed``,
        ``blink``, and ``false``: each false spasm with what really went on then.
    """
    hard = measured(_chosen([clip for clip in corpus.HARD if clip.part == part], quick=quick))
    quiet = measured([clip for clip in corpus.QUIET_LONG if clip.part == part][: 1 if quick else None])
    return {"part": part, "quick": quick} | figures(hard, quiet)


def figures(hard: Sequence[Scored], quiet: Sequence[Scored]) -> dict[str, Any]:
    """Return every score of the hard clips and of the quiet ones."""
    by_case = _grouped(hard, lambda s: s.clip.case)
    without = [s for s in hard if not bands.of_kind(s.true, "spasm")]
    return {
        "clips": len(hard) + len(quiet),
        "minutes": sum(s.minutes for s in (*hard, *quiet)),
        "refused": sum(s.verdict == "refused" for s in (*hard, *quiet)),
        "cases": {case: _case(clips) for case, clips in by_case.items()},
        "false_alarms": {
            "hard clips without spasms": alarms(without),
            "hard clips, all": alarms(hard),
            "quiet": alarms(quiet),
            "all without spasms": alarms([*without, *quiet]),
        },
        "quiet": {
            "by": {
                "face": _rates(quiet, lambda s: s.clip.face),
                "frames a second": _rates(quiet, lambda s: f"{s.clip.fps:.0f}"),
                "CRF": _rates(quiet, lambda s: str(s.clip.crf)),
                "glasses": _rates(quiet, lambda s: "drawn" if s.clip.plan and s.clip.plan.appearance.glasses else "-"),
                "skin": _rates(quiet, _skin),
            },
            "blink": blinks(quiet),
        },
        "synkinesis": synkinesis(
            by_case.get(SYNKINESIS, []), [s for s in (*hard, *quiet) if s.clip.case != SYNKINESIS]
        ),
        "squeezed_lids": squeezed(by_case.get(SQUEEZED, [])),
        "mixed": mixed([s for s in hard if s.clip.case in MIXED]),
        "blink": blinks(hard),
        "false": [told for s in (*hard, *quiet) for told in _listed(s)],
    }


def alarms(clips: Sequence[Scored]) -> dict[str, float | None]:
    """Return the false spasms a usable minute with the exact Poisson interval."""
    return bands.rate(sum(len(_false(s)) for s in clips), sum(s.minutes for s in clips))


def blinks(clips: Sequence[Scored]) -> dict[str, Any]:
    """Return F1 of blinks."""
    return {f"iou {overlap}": bands.counted([s.tally("blink", overlap) for s in clips]) for overlap in OVERLAPS}


def synkinesis(clips: Sequence[Scored], others: Sequence[Scored]) -> dict[str, Any]:
    """Return how much synkinesis was named, on which side, and how often it was named where there is none.

    Parameters
    ----------
    clips, others : sequence of Scored
        With synkinesis and without.
    """
    tallies = [s.tally("synkinesis", LOOSE) for s in clips]
    pairs = [pair for tally in tallies for pair in tally.pairs]
    true = sum(len(tally.pairs) + len(tally.missed) for tally in tallies)
    missed = [(event, s) for s, tally in zip(clips, tallies, strict=True) for event in tally.missed]
    invented = sum(len(bands.of_kind(s.found, "synkinesis")) for s in others)
    right = sum(a["side"] == b["side"] for a, b in pairs)
    return {
        "true": true,
        "named": bands.share(len(pairs), true) if true else None,
        "side_right": bands.share(right, len(pairs)) if pairs else None,
        "f1": bands.counted(tallies).get("f1"),
        "false": sum(len(tally.false) for tally in tallies),
        # The blink that it came with is found beside it.
        "missed_taken_for": _counts(
            taken_for(event, [other for other in s.found if other["kind"] != "blink"]) for event, s in missed
        ),
        "elsewhere": bands.rate(invented, sum(s.minutes for s in others)),
        "by_clip": {s.clip.name: bands.recalled([tally]) for s, tally in zip(clips, tallies, strict=True)},
    }


def squeezed(clips: Sequence[Scored]) -> dict[str, Any]:
    """Return how well lids of both sides that squeeze are told from blinks and from lids that are closed gently."""
    loose = [s.tally("spasm", LOOSE) for s in clips]
    pairs = [pair for tally in loose for pair in tally.pairs]
    of_both = [_of_both(s) for s in clips]
    missed = [(event, s) for s, tally in zip(clips, loose, strict=True) for event in tally.missed]
    closures = [(t, s) for s in clips for t in s.true if t.get("pattern") == "gentle_closure"]
    ordinary = [(t, s) for s in clips for t in bands.of_kind(s.true, "blink")]
    return {
        "spasm": {f"iou {o}": bands.counted([s.tally("spasm", o) for s in clips]) for o in OVERLAPS},
        "spasm_of_both": {
            f"iou {o}": bands.counted([score.match(*events, o, s.clip.name, s.minutes) for events, s in of_both])
            for o in OVERLAPS
        },
        "side_both": bands.share(sum(b["side"] == "both" for _, b in pairs), len(pairs)) if pairs else None,
        "missed_taken_for": _counts(taken_for(event, s.found) for event, s in missed),
        "closures_taken_for": _counts(taken_for(event, s.found) for event, s in closures),
        "blinks_taken_for": _counts(taken_for(event, s.found) for event, s in ordinary),
        "blink": blinks(clips),
    }


def mixed(clips: Sequence[Scored]) -> dict[str, Any]:
    """Return F1 of spasms in clips that hold a hard case as well."""
    strict, loose = ([s.tally("spasm", overlap) for s in clips] for overlap in OVERLAPS)
    return {
        "spasm": {"iou 0.5": bands.by_size(strict), "iou 0.2": bands.by_size(loose)},
        "agreement": bands.agreement(strict),
    }


def taken_for(event: Event, found: Sequence[Event]) -> str:
    """Return the kind of the found event that overlaps a true one most (IoU 0.2); "nothing" where none does."""
    best = max(found, key=lambda other: score.iou(event, other), default=None)
    return str(best["kind"]) if best is not None and score.iou(event, best) >= LOOSE else "nothing"


def _of_both(s: Scored) -> tuple[tuple[list[Event], list[Event]], Scored]:
    """Return true and found spasms with the found ones of one side left out: they do not say what there is."""
    true, found = (bands.of_kind(events, "spasm") for events in (s.true, s.found))
    return (true, [event for event in found if event["side"] == "both"]), s


def _case(clips: Sequence[Scored]) -> dict[str, Any]:
    return {
        "clips": len(clips),
        "minutes": sum(s.minutes for s in clips),
        "refused": sum(s.verdict == "refused" for s in clips),
        "false_alarms": alarms(clips),
        "blink": blinks(clips),
    }


def _false(s: Scored) -> list[Event]:
    return s.tally("spasm", LOOSE).false


def _listed(s: Scored) -> list[dict[str, Any]]:
    keys = ("side", "onset_s", "offset_s", "amplitude_iod", "regions", "probability")
    return [
        {"clip": s.clip.name, "case": s.clip.case}
        | {key: event.get(key) for key in keys}
        | {"during": sorted({t.get("pattern") or t["kind"] for t in s.true if score.iou(t, event) > 0})}
        for event in _false(s)
    ]


def _skin(s: Scored) -> str:
    tone = s.clip.plan.appearance.tone if s.clip.plan else None
    return "own" if tone is None else min(corpus.TONES, key=lambda name: abs(corpus.TONES[name] - tone))


def _rates(clips: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, Any]:
    return {name: alarms(members) for name, members in sorted(_grouped(clips, key).items())}


def _grouped(clips: Iterable[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for s in clips:
        groups.setdefault(key(s), []).append(s)
    return groups


def _counts(kinds: Iterable[str]) -> dict[str, int]:
    every = list(kinds)
    return {kind: every.count(kind) for kind in (*KINDS, "nothing") if kind in every}


def _chosen(clips: Sequence[corpus.Clip], *, quick: bool) -> list[corpus.Clip]:
    """Return the clips, or the first one of each case."""
    return list({clip.case: clip for clip in reversed(clips)}.values()) if quick else list(clips)
