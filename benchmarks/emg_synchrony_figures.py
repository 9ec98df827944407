"""How the figures of synchrony are laid out."""

from __future__ import annotations

from benchmarks.layout import Figures, number, percent, ranged, table

_SIGNS = {
    "strictly_unilateral": "one side",
    "bilateral_synchronous": "both sides at once",
    "upper_lower_synchronous": "eye and mouth at once",
    "voluntary_locked": "locked to acts",
}


def emg_synchrony(f: Figures) -> list[str]:
    """False alarms, lags, cross-talk, patterns, signs, time."""
    return [
        "Simulated recordings of six muscles, seeds that nothing was tuned on, 2 kHz; judged by their true bursts and "
        "by those found in the signals. NeuroKit2 and BioSPPy do not look at two muscles at once; beside it stands the "
        "correlation of two envelopes.",
        "",
        "### Muscles that know nothing of each other",
        "",
        "Pairs of independent trains said to begin together above chance; 5 % is allowed.",
        "",
        *table(
            ("each by itself", "pairs", "above chance"),
            [(name, str(part["count"]), ranged(part, 3)) for name, part in f["independent"].items()],
        ),
        "",
        "### The lag of spasms, muscles of one side",
        "",
        *_lags(f["lag"]),
        "",
        *_crosstalk(f["crosstalk"]),
        "",
        "### Which pattern, in one minute",
        "",
        "Area under the curve of each pattern against the other three.",
        "",
        *table(
            ("by the bursts", *(name.replace("_", " ") for name in next(iter(f["pattern"].values())))),
            [(word, *(ranged(part, 3) for part in each.values())) for word, each in f["pattern"].items()],
        ),
        "",
        *_signs(f["signs"]),
        "",
        f"{f['speed']['pairs']} pairs over 72 hours with {f['speed']['bursts']} bursts: {f['speed']['seconds']:.1f} s.",
    ]


def _lags(each: Figures) -> list[str]:
    rows = [
        (word, str(one["recordings"]), str(one["pairs"]), str(one["missed"]), ranged(one["median_ms"]),
         ranged(one["p95_ms"]), number(one["bias_ms"]), percent(one["within_1_ms"], 0),
         percent(one["interval_holds"], 0), ranged(one["across_sides"], 3))
        for word, one in each.items()
    ]  # fmt: skip
    return table(
        ("by the bursts", "recordings", "pairs", "no lag", "off by, median, ms", "95th percentile, ms", "bias, ms",
         "within 1 ms", "interval holds it", "left and right above chance"),
        rows,
    )  # fmt: skip


def _crosstalk(f: Figures) -> list[str]:
    low, high = f["share"]
    return [
        f"A channel that hears its neighbour at {low:g} to {high:g} of its size and nothing else is called cross-talk "
        f"in {ranged(f['copies'])} of {f['copies']['count']}; other pairs of one side in {ranged(f['own'])} of "
        f"{f['own']['count']}.",
    ]


def _signs(f: Figures) -> list[str]:
    rows = []
    for kind, codes in f["counts"].items():
        told = [_told(codes.get(code, {})) for code in _SIGNS]
        rows.append((kind.replace("_", " "), *told))
    return [
        "### Which signs, in the bursts found at 10 dB",
        "",
        f"{f['recordings']} recordings of {f['minutes']:g} minutes each: present / absent / not assessable. Movements "
        "at will are not annotated in them.",
        "",
        *table(("simulated", *_SIGNS.values()), rows),
    ]


def _told(counts: Figures) -> str:
    return " / ".join(str(counts.get(state, 0)) for state in ("present", "absent", "not_assessable"))
