"""Writes docs/figures.md from benchmarks/results: no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks import (
    emg_bursts_figures,
    emg_evoked_figures,
    emg_patterns_figures,
    emg_synchrony_figures,
    kept,
    site_figures,
)
from benchmarks.layout import Figures, number, percent, ranged, table

PAGE = kept.ROOT / "docs" / "figures.md"
HEAD = """# Figures

Written by `python -m benchmarks` (`make bench`) from `benchmarks/results/`; never edit it by hand. A range in brackets
is the 95 % interval: of F1 by drawing clips with replacement, of a rate the exact Poisson interval, of a share the
exact binomial one. All of the video is measured on simulated spasms and on people without the disorder: no patient's
recording is among them. The differential is measured on published descriptions of patients, the follow-up on people
who are made.
"""


def write() -> None:
    """Write the page from all results that there are."""
    parts = [HEAD]
    for name in SECTIONS:
        record = kept.read(name)
        if record:
            parts.append(section(name, record))
    PAGE.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def section(name: str, record: Figures) -> str:
    """Return one benchmark's figures as Markdown."""
    title, body = SECTIONS[name]
    lines = [f"## {title}", "", *body(record["figures"])]
    if "command" in record:
        lines += ["", f"`{record['command']}`, {record['date']}, {record['machine']}."]
    return "\n".join(lines) + "\n"


def accuracy(f: Figures) -> list[str]:
    """Spasms found, and found exactly."""
    clips = f["clips"]
    refused = sum(clip["verdict"] == "refused" for clip in clips)
    lines = [
        f"{len(clips)} clips with spasms of known time, side and size ({f['minutes']:.1f} usable minutes; "
        f"{refused} refused by quality): the part called `{f['part']}` of `benchmarks/corpus.py`, which shares no face "
        "and no recording with the part that the weights were fitted on.",
        "",
        "### Spasms by size",
        "",
    ]
    sizes = f["spasm"]["iou 0.5"]
    lines += table(
        ("size, % IOD", "true", "recall", "false", "F1 at IoU 0.5", "F1 at IoU 0.2"),
        [
            (band, str(part["true"]), number(part.get("recall")), str(part["false"]), ranged(part.get("f1")),
             ranged(f["spasm"]["iou 0.2"][band].get("f1")))
            for band, part in sizes.items()
        ],
    )  # fmt: skip
    lines += ["", "### How exactly, of those matched at IoU 0.5", "", *_agreement(f["agreement"])]
    lines += ["", *_whole(f["clips in whole"]), "", *_reliability(f["reliability"])]
    blink = f["blink"]
    lines += [
        "",
        "### Blinks (simulated clips)",
        "",
        *table(
            ("overlap", "true", "recall", "false", "F1"),
            [
                (k, str(b["true"]), number(b.get("recall")), str(b["false"]), ranged(b.get("f1")))
                for k, b in blink.items()
            ],
        ),
        "",
        "### By what was changed",
        "",
        *table(
            ("", "clips", "true", "F1 at IoU 0.5", "of 4 % and more"),
            [
                (f"{key}: {name}", str(p["all"]["clips"]), str(p["all"]["true"]), ranged(p["all"].get("f1")),
                 ranged(p["4 % and more"].get("f1")))
                for key, group in f["by"].items()
                for name, p in group.items()
            ],
        ),
    ]  # fmt: skip
    return [*lines, "", *_alarms(f["false_alarms"])]


def _agreement(a: Figures) -> list[str]:
    if not a.get("matched"):
        return ["None matched."]
    side = f"{percent(a['side']['low'])} to {percent(a['side']['high'])}"
    frames = a.get("onset_frames")
    rows = [
        ("side right", f"{a['side_right']} of {a['matched']}", side),
        *(
            (f"{edge}, found less true", f"{number(a[f'{edge}_ms']['median'], 0)} ms",
             f"{number(a[f'{edge}_ms']['p10'], 0)} to {number(a[f'{edge}_ms']['p90'], 0)} ms")
            for edge in ("onset", "offset")
        ),
        ("size, found over true", number(a["amplitude_ratio"]["median"]),
         f"{number(a['amplitude_ratio']['p10'])} to {number(a['amplitude_ratio']['p90'])}"),
    ]  # fmt: skip
    lines = table(("", "median (side: count)", "middle 80 % (side: 95 % interval)"), rows)
    if frames:
        lines += [
            "",
            f"Onsets are off by {number(frames['median'])} frames in the median, {number(frames['p95'])} in 95 %.",
        ]
    return lines


def _whole(w: Figures) -> list[str]:
    side = w["side_right"]
    told = f"{side['count']} of {w['clips']} ({percent(side['low'])} to {percent(side['high'])})" if side else "-"
    return [
        "### Clips as a whole",
        "",
        f"Affected side right in {told}; in {w['no_side']} no side was named. The rate is off by "
        f"{percent(w['rate_error'], 0)} in the median clip.",
    ]


def _reliability(bins: Sequence[Figures]) -> list[str]:
    """A reliability diagram in words and bars: what was said, and how often it was true."""
    rows = [
        (f"{b['from']:.2f} to {b['to']:.2f}", str(b["events"]), number(b["said"]), ranged(b["true"]),
         "█" * round(20 * b["true"]["value"]))
        for b in bins
    ]  # fmt: skip
    return [
        "### Are the probabilities true",
        "",
        "One-sided events of all clips above by the probability of a spasm that was given to them; true if a spasm of "
        "that side overlaps by half.",
        "",
        *table(("said", "events", "mean", "true", ""), rows),
    ]


def _alarms(f: Figures) -> list[str]:
    rows = [
        (name, str(part["count"]), number(part["minutes"]), ranged(part))
        for name, part in f.items()
        if name != "clips" and part["minutes"]
    ]
    lines = ["### False alarms: clips without spasms", ""]
    lines += table(("clips", "false", "usable minutes", "a minute"), rows)
    lines += [
        "",
        "Two of the real recordings hold winks and grimaces of one side made at will, hard to tell from "
        "spasms; their moments, seen by eye, are in `benchmarks/corpus.py`. Each false spasm:",
        "",
    ]
    listed = [
        (clip["name"], f"{event['onset_s']:.2f}-{event['offset_s']:.2f}", event["side"],
         percent(event["amplitude_iod"]), ", ".join(event["regions"]), number(event["probability"]),
         "at will" if event.get("willed") else ", ".join(event.get("during", [])))
        for clip in f["clips"]
        for event in clip["false"]
    ]  # fmt: skip
    return lines + table(("clip", "seconds", "side", "size", "regions", "probability", "during"), listed)


def speed(f: Figures) -> list[str]:
    """Speed."""
    clip = f["clip"]
    rows = [
        (name, number(f["times_real_time"][name], 1), number(over), ", ".join(number(s, 1) for s in f["seconds"][name]))
        for name, over in f["examination_over"].items()
    ]
    return [
        f"{clip['seconds']:.0f} s of {clip['width']} x {clip['height']} at {clip['fps']} frames a second; "
        f"{f['repeats']} repeats in turn in one run, medians.",
        "",
        *table(("", "times real time", "examination takes so many times as long", "seconds"), rows),
        "",
        f"`import facialis` takes {f['import_s']:.3f} s.",
    ]


def memory(f: Figures) -> list[str]:
    """Memory."""
    lines = [f"The most memory that `facialis video` holds, {_size(f['clip'])}.", ""]
    lines += table(("minutes of film", "MB"), [(k, number(v, 0)) for k, v in f["peak_mb"].items()])
    if "fast" in f:
        fast = f["fast"]
        lines += ["", f"{_size(fast['clip'])}: {number(fast['bytes_a_frame'], 0)} bytes more for each frame.", ""]
        lines += table(("seconds of film", "MB"), [(k, number(v, 0)) for k, v in fast["peak_mb"].items()])
    return lines


def _size(clip: Figures) -> str:
    return f"{clip['width']} x {clip['height']} at {clip['fps']} frames a second"


def blink(f: Figures) -> list[str]:
    """Blinks that must not move the mouth."""
    if not f["heads"]:
        return ["Not measured: the 3-D head is not here."]
    rows = [(h["name"], str(h["blinks"]), percent(h["largest_iod"], 2)) for h in f["heads"]]
    return [
        "The 3-D head blinks with both eyes and its mouth does not move. How far mouth and cheek (`zygomaticus`, "
        "`orbicularis_oris`, both sides, along the pull and in the plane) seem to move in a blink:",
        "",
        *table(("head", "blinks", "largest, IOD"), rows),
        "",
        f"Over {f['blinks']} blinks: median {percent(f['median_iod'], 2)}, 95 % below {percent(f['p95_iod'], 2)}, "
        f"largest {percent(f['largest_iod'], 2)}; between blinks 95 % below {percent(f['resting_p95_iod'], 2)}.",
    ]


def flow(f: Figures) -> list[str]:
    """Lucas-Kanade against dense inverse search."""
    rows = [
        (r["way"], percent(r["size_iod"], 0), str(r["crf"]), percent(r["recovered"], 0), percent(r["noise_iod"], 2),
         number(r["snr"], 1), number(r["ms_a_frame"], 1))
        for r in f["rows"]
    ]  # fmt: skip
    heads = ("", "twitch", "CRF", "recovered", "noise, IOD", "SNR", "ms a frame")
    return ["A twitch of five frames at one mouth corner of a portrait.", "", *table(heads, rows)]


def peers(f: Figures) -> list[str]:
    """What a user can build today."""
    if not f["detectors"]:
        return ["Not measured: the peers' environment is not here (`make peers`)."]
    rows = []
    for d in f["detectors"]:
        strict = d["iou 0.5"]
        large, middle = strict["over 8 %"], strict["4-8 %"]
        rows.append(
            (f"{d['name']}{', ' + d['mode'] + ' mode' if d['mode'] else ''}", ranged(strict["all"].get("f1")),
             ranged(d["iou 0.2"]["all"].get("f1")), number(middle.get("recall")), number(large.get("recall")),
             str(strict["all"]["false"]), percent((d["side"] or {"value": None})["value"], 0))
        )  # fmt: skip
    heads = ("", "F1 at IoU 0.5", "F1 at IoU 0.2", "recall 4-8 %", "recall over 8 %", "false", "side right")
    return [
        "Detectors on the landmarks of MediaPipe's FaceLandmarker, each with the threshold that serves it best on the "
        f"clips to tune on, and Facialis; the {f['clips']} clips of the first table.",
        "",
        *table(heads, rows),
    ]


def hard(f: Figures) -> list[str]:
    """What looks like hemifacial spasm and is not."""
    lines = [
        f"{f['clips']} simulated clips, {number(f['minutes'], 1)} usable minutes, of the part called `{f['part']}`; "
        f"{f['refused']} refused by quality. A false spasm is one that no true spasm answers to.",
        "",
        *table(
            ("false spasms", "false", "usable minutes", "a minute"),
            [
                (name, str(part["count"]), number(part["minutes"]), ranged(part))
                for name, part in [
                    *f["false_alarms"].items(),
                    *((f"{name}: {case['clips']} clips", case["false_alarms"]) for name, case in f["cases"].items()),
                ]
                if part["minutes"]
            ],
        ),
        "",
    ]
    s, q, mixed = f["synkinesis"], f["squeezed_lids"], f["mixed"]
    if s.get("true"):
        named, right = ranged(s["named"]), ranged(s["side_right"])
        lines += [f"Synkinesis: {s['true']} pulls at blinks, share named {named}, side right {right}.", ""]
    rows = []
    for name, part in (
        ("squeezes of both eyes", q.get("spasm_of_both", {})),
        ("blinks beside squeezes", q.get("blink", {})),
        ("blinks in all hard clips", f["blink"]),
    ):
        if "iou 0.5" in part:
            rows.append((name, str(part["iou 0.5"]["true"]), ranged(part["iou 0.5"].get("f1")),
                         ranged(part["iou 0.2"].get("f1"))))  # fmt: skip
    if mixed.get("spasm"):
        strict, loose = (mixed["spasm"][f"iou {o}"]["all"] for o in (0.5, 0.2))
        rows.append(("spasms beside weakness, beards, glasses", str(strict["true"]), ranged(strict.get("f1")),
                     ranged(loose.get("f1"))))  # fmt: skip
    lines += table(("", "true", "F1 at IoU 0.5", "F1 at IoU 0.2"), rows)
    listed = [
        (e["clip"], e["case"], f"{e['onset_s']:.2f}-{e['offset_s']:.2f}", e["side"], percent(e["amplitude_iod"]),
         number(e["probability"]), ", ".join(e["during"]))
        for e in f["false"]
    ]  # fmt: skip
    if listed:
        heads = ("clip", "case", "seconds", "side", "size", "probability", "during")
        lines += ["", "Each false spasm:", "", *table(heads, listed)]
    return lines


def tasks(f: Figures) -> list[str]:
    """What a guided examination measures."""

    def middle(part: Figures | None) -> str:
        return f"{number(part['median'])} ({number(part['p10'])} to {number(part['p90'])})" if part else "-"

    named, wrong, along, free = (f[key] for key in ("weaker_named", "weaker_wrong", "synkinesis", "synkinesis_wrong"))
    rows = [
        ("tasks found", f"{f['tasks_found']} of {f['tasks']}"),
        ("number of repeats right", percent(f["repeats_right"], 0)),
        ("excursion found over true, median (middle 80 %)", middle(f["excursion_ratio"])),
        ("asymmetry found less true, median (middle 80 %)", middle(f["asymmetry_error"])),
        ("true asymmetry inside its 95 % interval", percent(f["asymmetry_covered"], 0)),
        ("weaker side named where the asymmetry is over 0.25", f"{named['right']} of {named['of']}"),
        ("weaker side named where it is under 0.1", f"{wrong['named']} of {wrong['of']}"),
        ("movement along named", f"{along['named']} of {along['of']}"),
        ("movement along named where there is none", f"{free['named']} of {free['of']}"),
    ]
    return [f"{f['examinations']} simulated examinations, one side weaker by 0 to 80 %.", "", *table(("", ""), rows)]


def scaling(f: Figures) -> list[str]:
    """Many recordings."""
    from benchmarks import scaling

    return scaling.words(f)


def budget(f: Figures) -> list[str]:
    """Where each millimetre and millisecond is lost."""
    from benchmarks import budgeted

    return budgeted.lines(f)


def published(f: Figures) -> list[str]:
    """Published single patients."""
    from benchmarks import weighed

    return weighed.published(f)


def differential(f: Figures) -> list[str]:
    """The arithmetic of the differential, and its speed."""
    from benchmarks import weighed

    return weighed.differential(f)


def course(f: Figures) -> list[str]:
    """Forecasts and alarms after injections."""
    from benchmarks import course as followed_up

    return followed_up.lines(f)


def change(f: Figures) -> list[str]:
    """Two visits held against each other."""
    from benchmarks import change as visits

    return visits.lines(f)


def relief(f: Figures) -> list[str]:
    """Late relief after decompression."""
    from benchmarks import relief as late

    return late.lines(f)


def emg_long(f: Figures) -> list[str]:
    """Days of electrodes."""
    from benchmarks import emg_long as days

    return days.lines(f)


SECTIONS: dict[str, tuple[str, Callable[[Figures], list[str]]]] = {
    "accuracy": ("How many spasms are found", accuracy),
    "hard": ("Hard cases and long quiet", hard),
    "tasks": ("Guided examinations", tasks),
    "peers": ("Beside what a user can build today", peers),
    "blink": ("A blink must not move the mouth", blink),
    "flow": ("Why Lucas-Kanade reads the pixels", flow),
    "budget": ("The error budget", budget),
    "published": ("Which disorder: published patients", published),
    "differential": ("Is the differential's arithmetic right, and how fast", differential),
    "course": ("After an injection: forecasts and alarms", course),
    "change": ("Two visits: better, worse or cannot tell", change),
    "relief": ("After decompression: late relief", relief),
    "emg_bursts": ("Electrodes: bursts found and placed", emg_bursts_figures.emg_bursts),
    "emg_onsets": ("Electrodes: the public onset benchmark", emg_bursts_figures.emg_onsets),
    "emg_patterns": ("Electrodes: discharges and patterns", emg_patterns_figures.emg_patterns),
    "emg_long": ("Electrodes: three days of eight muscles", emg_long),
    "emg_synchrony": ("Electrodes: muscles that fire together", emg_synchrony_figures.emg_synchrony),
    "emg_evoked": ("Electrodes: lateral spread and blink reflex", emg_evoked_figures.emg_evoked),
    "intake": ("How long the questions take", site_figures.intake),
    "site": ("The site: starts, and pages with twenty people at once", site_figures.site),
    "access": ("The site: who gets in where", site_figures.access),
    "audit": ("The site: the log of reads and writes", site_figures.audit),
    "jobs": ("The site: recordings measured while workers are killed", site_figures.jobs),
    "clip": ("The site: a film from sent to result", site_figures.clip),
    "axe": ("The site: pages before axe", site_figures.axe),
    "pathway": ("The demonstration's practice", site_figures.pathway),
    "room": ("The site: the examination room", site_figures.room),
    "chart": ("The site: the chart with five hundred entries", site_figures.chart),
    "speed": ("Speed", speed),
    "memory": ("Memory", memory),
    "scaling": ("Many recordings", scaling),
}


if __name__ == "__main__":
    write()
