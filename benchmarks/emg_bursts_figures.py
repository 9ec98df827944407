"""How the figures of the bursts of electrodes are laid out."""

from __future__ import annotations

from benchmarks.layout import Figures, Row, number, percent, ranged, table

HEADS = ("dB", "true", "missed", "false", "F1", "onset, median ms", "95th percentile", "bias", "interval holds it")

DISTURBS = {
    "pink": "5 uV of noise whose power falls with frequency",
    "mains50": "mains",
    "ecg": "heart",
    "noise_level": "noise that doubles for a while",
}

BESIDE = (
    "BioSPPy's Hodges-Bui, Bonato and Silva are given the first half second for rest and the best of 12 to 18 "
    "settings, chosen on seeds of which none is here; the rest run as they come. Bursts less than 30 ms apart are one "
    "for each of them."
)


def _rows(parts: Figures) -> list[Row]:
    return [
        (snr, str(part["true"]), str(part["missed"]), str(part["false"]), ranged(part["f1"], 3),
         ranged(part.get("onset median ms")), ranged(part.get("onset p95 ms"), 1), ranged(part.get("onset bias ms")),
         ranged(part.get("held"), 3))
        for snr, part in parts.items()
    ]  # fmt: skip


def emg_bursts(f: Figures) -> list[str]:
    """Return what is said of bursts found and placed."""
    lines = [
        f"{f['recordings']} simulated recordings of {f['seconds']:g} s with seeds that nothing was chosen on: "
        "potentials of three kinds, 1, 2, 4 and 10 kHz. Onsets match within 50 ms, one to one. dB: mean square of "
        "the burst over that of the noise, both as recorded.",
        "",
        *table(HEADS, _rows(f["by snr"])),
    ]
    for name, words in (("by shape", "potentials"), ("by rate", "Hz")):
        for part, rows in f[name].items():
            lines += ["", f"### {part} {words}", "", *table(HEADS, _rows(rows))]
    lines += [
        "",
        "### Where there is no burst",
        "",
        *table(
            ("what disturbs", "minutes", "bursts found", "marked as artefacts"),
            [
                (DISTURBS.get(name, name), number(q["minutes"], 0), str(q["false"]), str(q["marked"]))
                for name, q in f["quiet"].items()
            ],
        ),
    ]  # fmt: skip
    if "beside" in f:
        lines += ["", "### Beside what is there, on the same recordings at 2 kHz", "", BESIDE, ""]
        lines += table(
            ("", "dB", "F1", "onset, median ms", "95th percentile", "bias"),
            [
                (name, snr, ranged(part["f1"]), ranged(part.get("onset median ms"), 1),
                 ranged(part.get("onset p95 ms"), 1), ranged(part.get("onset bias ms"), 1))
                for name, parts in f["beside"].items() for snr, part in parts.items()
            ],
        )  # fmt: skip
    if "time" in f:
        t = f["time"]
        times = ", ".join(
            f"{name} {number(value, 0 if value >= 10 else 1)}"
            for name, value in t["times as long"].items()
            if value is not None
        )
        lines += [
            "",
            f"One channel of {t['seconds']:g} s at 2 kHz takes {number(t['own_s'])} s of the processor "
            f"({number(t['ns a sample with bursts'], 0)} ns a sample; at rest {number(t['ns a sample at rest'], 0)}). "
            f"Times as long: {times}.",
        ]
    return lines


def emg_onsets(f: Figures) -> list[str]:
    """Return what is said of the public onset benchmark."""
    if not f["trials"]:
        return ["The public trials are not here."]
    parts = {name: part for name, part in f.items() if isinstance(part, dict)}
    return [
        f"{f['trials']} simulated contractions (Yuvaraj 2024, F1000Research 12:429), each with {f['draws']} draws of "
        "noise. Right: at most 20 % of samples wrong at rest and in activity, onset within 50 ms. dB: mean square of "
        "the active signal over that of the noise. The best published detector is right in about 90 % at 0 dB and "
        "40 % at -3 dB.",
        "",
        *table(
            ("", "right", "false positives", "false negatives", "latency, median ms", "within 50 ms"),
            [
                (name, ranged(part["right"]), percent(part["false positives"]), percent(part["false negatives"]),
                 number(part["latency median ms"], 1), percent(part["latency within 50 ms"]))
                for name, part in parts.items()
            ],
        ),
    ]  # fmt: skip
