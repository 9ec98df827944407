"""The error budget as Markdown: the sums first, then each cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.budget import TYPICAL
from benchmarks.figures import number, percent, table

Figures = dict[str, Any]


def lines(f: Figures) -> list[str]:
    """Return the section's lines."""
    return [
        f"A millimetre is {number(100 / f['iod_mm'], 1)} % IOD, with {f['iod_mm']:.0f} mm between the eyes. A spread "
        "is half of the middle 68 % of the errors.",
        "",
        *_sums(f),
        *_cameras(f),
        *_shares(f),
        *_heads(f),
        *_holds(f),
        *_regions(f),
        *_laid(f),
        *_levels(f),
        *_whole(f),
        *_clocks(f),
        *_rates(f),
    ]


def _mm(f: Figures, iod: float | None, digits: int = 2) -> str:
    return "-" if iod is None else f"{f['iod_mm'] * iod:.{digits}f}"


def _off(part: Figures, digits: int = 0) -> str:
    """Return a median with its spread."""
    if part["median"] is None:
        return "-"
    return f"{number(part['median'], digits)} ± {number(part['half68'], digits)}"


def _sums(f: Figures) -> list[str]:
    s, size = f["sums"], percent(TYPICAL, 0)
    shown = {**s["rows"], "in quadrature": s["sum"], "measured, all at once": s["measured"]}
    ratio = [(name, percent(row["ratio"]), percent(TYPICAL * row["ratio"], 2), _mm(f, TYPICAL * row["ratio"]))
             for name, row in shown.items()]  # fmt: skip
    time = [(name, number(row["onset_ms"], 1), number(row["offset_ms"], 1)) for name, row in shown.items()]
    b, matched = s["bias"], s["matched"]
    likely = {key: f"{number(low, 1)} to {number(high, 1)}" for key, (low, high) in s["interval"].items()}
    size_likely = " to ".join(percent(bound) for bound in s["interval"]["ratio"])
    return [
        f"### Where a millimetre goes: the size of a spasm of {size} IOD ({_mm(f, TYPICAL, 1)} mm)",
        "",
        *table(("spread by", "of the size", "IOD", "mm"), ratio),
        "",
        f"At 30 frames a second, {matched} spasms in portraits; the median size found is {number(b['ratio'])} of the "
        f"true one; the 95 % interval of the last row is {size_likely}.",
        "",
        "### Where a millisecond goes",
        "",
        *table(("spread by", "onset, ms", "offset, ms"), time),
        "",
        f"The median is off by {number(b['onset_ms'], 1)} ms at the onset, by {number(b['offset_ms'], 1)} ms at the "
        f"offset; the 95 % intervals of the last row are {likely['onset_ms']} and {likely['offset_ms']} ms.",
        "",
    ]


def _cameras(f: Figures) -> list[str]:
    rows = [
        (name, percent(c["noise"]["usual"], 3), _mm(f, c["noise"]["usual"], 3), percent(c["noise"]["worst"], 3),
         percent(c["noise"]["lid"], 2), percent(c["noise"]["wander"], 3), f"{c['found']} of {c['events']}",
         _off(c["onset_ms"]), _off(c["offset_ms"]))
        for name, c in f["cameras"].items()
    ]  # fmt: skip
    heads = ("", "noise, IOD", "mm", "worst region", "lid", "from one half second to the next", "found", "onset, ms",
             "offset, ms")  # fmt: skip
    return [
        "### Camera and codec",
        "",
        "A portrait kept still, filmed by a hand that shakes by 0.6 pixels, 30 frames a second at CRF 23 with the eyes "
        "120 pixels apart if nothing else is said; noise is the deviation an axis within half a second. The corner of "
        "its mouth twitches nine times.",
        "",
        *table(heads, rows),
        "",
    ]


def _shares(f: Figures) -> list[str]:
    sizes = list(next(iter(f["cameras"].values()))["share"]["3"])
    rows = [
        (f"{name}, {frames} frames", *(percent(row[size], 0) for size in sizes))
        for name, c in f["cameras"].items()
        if name in ("CRF 20", "CRF 23", "CRF 30", "eyes 60 pixels apart", "60 frames a second", "another face")
        for frames, row in c["share"].items()
    ]
    return [
        "### Pixels: what a twitch gives back of its largest displacement, nothing put right",
        "",
        *table(("length at 30 a second", *(f"{percent(float(size), 0)} IOD" for size in sizes)), rows),
        "",
    ]


def _heads(f: Figures) -> list[str]:
    rows = [
        (name, percent(h["went"], 0), percent(h["edge_median"], 2), percent(h["edge_p95"], 2), _mm(f, h["edge_p95"]),
         percent(h["own_p95"], 2), percent(h["wander"], 2), percent(h["usable"], 0), str(h["events"]))
        for name, h in f["heads"].items()
    ]  # fmt: skip
    heads = ("", "went, IOD", "left in 0.2 s, median", "95 %", "mm", "95 %, one side", "wander", "usable", "false")
    text = [
        "### Head: what is left of its motion",
        "",
        "Nothing in the face moves. What the skin seems to go in a fifth of a second, before and after the other side "
        "has explained its part, and from one half second to the next.",
        "",
        *table(heads, rows),
        "",
    ]
    if f["blink"].get("blinks"):
        b = f["blink"]
        text += [
            f"In a blink mouth and cheek seem to move by {percent(b['median_iod'], 2)} IOD in the median, "
            f"{percent(b['p95_iod'], 2)} in 95 % ({_mm(f, b['p95_iod'])} mm), {percent(b['largest_iod'], 2)} at most.",
            "",
        ]
    return text


def _holds(f: Figures) -> list[str]:
    rows = [
        (f"{name}, {h['held_s']:.0f} s", percent(h["sag"], 0), percent(TYPICAL * h["sag"], 2),
         _mm(f, TYPICAL * h["sag"]), percent(h["rest_iod"], 2), number(h["ratio"]), number(h["onset_ms"], 0),
         number(h["offset_ms"], 0))
        for name, part in f["holds"].items()
        for h in part
    ]  # fmt: skip
    heads = ("hold of 6 %", "end over beginning", "IOD", "mm", "rest afterwards", "size, found over true", "onset, ms",
             "offset, ms")  # fmt: skip
    return ["### Drift and rest level", "", *table(heads, rows), ""]


def _regions(f: Figures) -> list[str]:
    rows = [
        (name, _listed(r["share"]), _listed(r["ratio"]), f"{r['found']} of {r['true']}", str(r["other_side"]))
        for name, r in f["regions"].items()
    ]
    heads = ("region alone, 6 %", "given back, left and right", "found over true", "found", "spasm on the other side")
    lids = f"Nine twitches of the lid, 2 to 8 %; those that were found, size over true: {_listed(f['lids'])}."
    return ["### Regions", "", *table(heads, rows), "", lids, ""]


def _listed(shares: Sequence[float]) -> str:
    return ", ".join(percent(share, 0) for share in shares)


def _laid(f: Figures) -> list[str]:
    rows = [
        (name, f"{p['found']} of {p['laid']}", _off(p["onset_ms"], 1), _off(p["offset_ms"], 1), _off(p["ratio"], 2))
        for name, p in f["laid"].items()
    ]
    return [
        "### Events: known movements laid into measured signals",
        "",
        "Twitches of the mouth's corner, 3 to 10 % IOD, whatever they are called; median and spread.",
        "",
        *table(("into", "found", "onset, ms", "offset, ms", "size, found over true"), rows),
        "",
    ]


def _levels(f: Figures) -> list[str]:
    rows = [
        (percent(float(level), 0), number(part["late_ms"], 0), number(part["spread_ms"], 1))
        for level, part in f["levels"].items()
    ]
    heads = ("read where the course crosses", "after it began, ms", "spread, ms")
    return [
        "### Events: where the onset is read",
        "",
        f"Twitches of {percent(TYPICAL, 0)} IOD as the simulator draws them, 30 a second, with the noise of CRF 23.",
        "",
        *table(heads, rows),
        "",
    ]


def _whole(f: Figures) -> list[str]:
    rows = [
        (name, str(w["matched"]), str(w["side_right"]), _off(w["onset_ms"], 1), _off(w["offset_ms"], 1),
         number(w["onset_frames_median"]), percent(w["onset_over_2_frames"], 0), _off(w["ratio"], 2))
        for name, w in f["whole"].items()
    ]  # fmt: skip
    heads = ("portraits, all at once", "matched", "side right", "onset, ms", "offset, ms", "onset, frames",
             "off by over 2", "size, found over true")  # fmt: skip
    return ["### Events: end to end", "", *table(heads, rows), ""]


def _clocks(f: Figures) -> list[str]:
    rows = [
        (name, number(c["seconds"], 1), number(c["usual_ms"], 1), number(c["longest_ms"], 1),
         number(c["mean_worst_ms"], 0), number(c["mean_span_p95_ms"], 0), number(c["usual_worst_ms"], 0),
         number(c["usual_span_p95_ms"], 0))
        for name, c in f["clock"].items()
    ]  # fmt: skip
    heads = ("variable rate", "seconds", "usual step, ms", "longest", "at the mean rate: a moment", "0.3 s, 95 %",
             "at the usual rate: a moment", "0.3 s, 95 %")  # fmt: skip
    return [
        "### Clock: what frame number over rate would have cost, milliseconds",
        "",
        *table(heads, rows),
        "",
        "With presentation times, which Facialis uses, all of these are 0.",
        "",
    ]


def _rates(f: Figures) -> list[str]:
    r = f["rate"]
    rows = [(name, number(c["found_over_true"]), percent(c["held"], 0)) for name, c in r["cases"].items()]
    return [
        "### Rate",
        "",
        "Twelve spasms a minute over two minutes, drawn 4000 times. Missed and false are those of the first section: "
        f"recall {number(r['recall'])}, {number(r['false_per_min'], 1)} false a minute.",
        "",
        *table(("", "rate, found over true", "its 95 % interval holds the true one"), rows),
    ]
