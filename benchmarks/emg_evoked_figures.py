"""The figures of evoked responses as Markdown."""

from __future__ import annotations

from benchmarks.layout import Figures, number, ranged, table

NAMES = {
    "facialis": "Facialis",
    "threshold": "average, band-passed, three deviations for 0.5 ms",
    "single": "rectified single sweeps, half of them",
}
SETS = {
    "own": "a patient and muscle, all sweeps",
    "drawn": "a patient and muscle, eight drawn",
    "mixed": "ten drawn from all patients",
}


def emg_evoked(f: Figures) -> list[str]:
    """Lateral spread, blink reflex, real artefacts."""
    lines = [
        f"{f['sets']} sets of 8 to 30 simulated sweeps (10 or 20 kHz, noise of 3 to 15 uV rms, mains, an artefact of 1 "
        "to 5 mV, direct response seen from afar in 70 %, F-waves, late reflexes), seeds from 1000 on, on which "
        "nothing was chosen. The size of a response is its peak over the noise's root mean square in the band as "
        "recorded: a ratio of 1 is about twice the noise from peak to peak. Latencies are those of the first 5 % of "
        "the true response. "
        "What a user does today sees the direct response of the other branch as well, which makes its false calls and "
        "its early latencies.",
        "",
        "### Lateral spread response",
        "",
    ]
    rows = []
    for ratio, part in f["lateral"].items():
        for who, one in part.items():
            rows.append(
                (f"{ratio} times the noise, {NAMES[who]}", ranged(one["found"]), ranged(one["median_ms"]),
                 number(one["p95_ms"]), number(one["bias_ms"]), ranged(one.get("inside")))
            )  # fmt: skip
    lines += table(("", "found", "latency off, ms, median", "95 %", "bias", "truth in the 95 % interval"), rows)
    lines += ["", "No response there:", ""]
    lines += table(
        ("", "muscles", "called present"),
        [(NAMES[who], str(one["of"]), ranged(one, 3)) for who, one in f["absent"].items()],
    )
    m, wave = f["m"], f["f"]
    lines += [
        "",
        f"The direct response is off by {ranged(m['median_ms'])} ms. F-waves in stimulated muscles are found in "
        f"{ranged(wave['found'])}, called where there is none in {ranged(wave['false'])}; none is ever called lateral "
        "spread, which is looked for in other muscles only.",
        "",
        "### Blink reflex",
        "",
    ]
    lines += table(
        ("", "found", "of", "called where none is", "of", "latency off, ms, median", "95 %"),
        [
            (name, ranged(one["found"]), str(one["of"]), ranged(one["false"], 3), str(one["without"]),
             ranged(one["median_ms"]), number(one["p95_ms"]))
            for name, one in f["blink"].items()
        ],
    )  # fmt: skip
    return [*lines, "", *_real(f["real"])]


def _real(real: Figures | None) -> list[str]:
    if not real:
        return ["The real artefacts were not there."]
    rows = [
        (SETS[name], str(real[name]["sets"]), ranged(real[name]["false"], 3), str(real[name]["sweeps"]),
         ranged(real[name]["false_sweeps"], 3))
        for name in SETS
    ]  # fmt: skip
    added = [
        (name, str(one["sets"]), ranged(one["found"]), ranged(one["median_ms"]))
        for name, one in real.items()
        if name.startswith("added")
    ]
    return [
        "### Real artefacts without a response",
        "",
        "190 sweeps of orbicularis oris and nasalis of 24 patients (deep brain stimulation, 22 kHz, artefact of 0.8 to "
        "8 mV, noise of 1 to 2 uV). A set is false if it is called present, a sweep if its set is and it is said to "
        "show the response.",
        "",
        *table(("sets", "number", "false", "sweeps", "false"), rows),
        "",
        "Simulated responses added to sets of a patient and muscle:",
        "",
        *table(("", "sets", "found", "latency off, ms, median"), added),
    ]
