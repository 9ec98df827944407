"""What docs/figures.md says of the differential: published patients, and the arithmetic."""

from __future__ import annotations

from typing import Any

from benchmarks.figures import number, percent, table

Figures = dict[str, Any]
CODERS = {"coded_a": "first reading", "coded_b": "second reading"}
ASKED = (
    ("first", "right disorder first"),
    ("first_hemifacial_spasm", "of those with hemifacial spasm"),
    ("first_mimics", "of the mimics"),
    ("first_three", "right disorder among the first three"),
    ("sure_and_wrong", "above 90 % and wrong"),
    ("sure", "above 90 % at all"),
    ("unexplained", "called explained by none"),
    ("unexplained_other", "of those with something outside the list"),
    ("red_flags_raised", "red-flag cases with any flag raised"),
    ("red_flags_urgent_enough", "red-flag cases with one urgent enough"),
)


def published(f: Figures) -> list[str]:
    """Say how published patients fared."""
    same = f["agreement"]
    counts = ", ".join(
        f"{name.replace('_', ' ')} {count}" for name, count in sorted(f["truth"].items(), key=lambda i: -i[1])
    )
    named = sorted(f["truth"].items(), key=lambda item: -item[1])
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in named)
    lines = [
        f"{f['cases']} published single patients (part `{f['part']}` of `benchmarks/cases/`; {counts}), described "
        "without their diagnosis and coded twice by readers who did not know it. None of the papers was used for the "
        "knowledge base. The other third was looked at one by one while the rules were written, this part only in sum, "
        "but for the reasons of the red flags that were not raised.",
        "",
        f"The two readings agree in {percent(same['same'], 0)} of {same['findings_by_either']} findings that either "
        f"has coded, and in {percent(same['same_state_where_both'], 0)} of {same['by_both']} that both have.",
        "",
    ]
    rows = [(name, *(ratio(f[coder][key]) for coder in CODERS)) for key, name in ASKED]
    rows.append(
        ("mean probability of the right one", *(percent(f[coder]["chance_of_truth_mean"], 0) for coder in CODERS))
    )
    scores = {"": "log_score_bits", ", every finding independent": "log_score_bits_independent"}
    rows += [
        (f"surprise at the right one{what}, bits (less is better)", *(number(f[coder][key]) for coder in CODERS))
        for what, key in scores.items()
    ]
    lines += table(("", *CODERS.values()), rows)
    lines += ["", "Beside it, on the same codings: right disorder first, and among the first three.", ""]
    ways = f["coded_a"]["beside"]
    beside = [("Facialis", *(f"{short(f[c]['first'])}, {short(f[c]['first_three'])}" for c in CODERS))]
    beside += [
        (way, *(f"{short(f[c]['beside'][way]['first'])}, {short(f[c]['beside'][way]['first_three'])}" for c in CODERS))
        for way in ways
    ]
    lines += table(("", *CODERS.values()), beside)
    return [
        *lines,
        "",
        "Family doctors named hemifacial spasm in 9.4 % of 203 answers to one video (Tan 2004): another task, on other "
        "patients. Case reports tell of the unusual; their shares of disorders, ages and lesions are not those of a "
        "practice. Red flags that were not raised, or not as urgent, rest on signs for which the vocabulary has no "
        "word (coma, a mass of the parotid gland, an aneurysm that grows) or that the reader did not code.",
    ]


def ratio(part: Figures) -> str:
    """Return a share with its interval and its counts."""
    if part["value"] is None:
        return "-"
    low, high = (f"{100 * part[end]:.0f}" for end in ("low", "high"))
    return f"{part['right']} of {part['of']}: {percent(part['value'], 0)} ({low} to {high})"


def short(part: Figures) -> str:
    return f"{part['right']} of {part['of']}"


def differential(f: Figures) -> list[str]:
    """Say whether the arithmetic holds, and how long it takes."""
    one, names = f["pooled"], f["by_disorder"]
    leader, beyond = f["leader"], f["beyond_the_band"]
    lines = [
        f"{f['cases']} simulated people (simulation-based calibration): every number of the base is drawn from its "
        "distribution, a person from the network at those numbers, and readings of that person "
        f"({number(f['readings']['mean'], 0)} on average). **It shows that the arithmetic is right, not the "
        "medicine**: the people are drawn from the network itself.",
        "",
    ]
    rows = [
        ("rank of the true probability among the draws, uniform: p", number(one["chi2_p"], 3)),
        (
            "largest gap of its distribution (95 % band)",
            f"{one['ecdf_off']:.4f} ({one['ecdf_band']:.4f})",
        ),
        ("disorders of which it leaves the band of all together", f"{len(beyond)} of {len(names)}"),
        ("95 % interval holds the true probability", interval(f["coverage"]["pooled"])),
        ("probability of the leader, mean", percent(leader["said"])),
        ("leader right", interval(leader["true"])),
    ]
    lines += table(("", ""), rows)
    lines += ["", "Of the leader, what was said and how often it was so:", ""]
    bins = [
        (f"{100 * b['from']:g} to {100 * b['to']:g} %", str(b["cases"]), percent(b["said"]), interval(b["true"]))
        for b in leader["bins"]
    ]
    return lines + table(("said", "cases", "mean", "so"), bins) + ["", *_speed(f["speed"])]


def _speed(f: Figures) -> list[str]:
    cases = [key for key in f if key.endswith("findings")]
    rows = [
        (f"{name}, {case}", *(f"{f[case][key][end]:.0f} ms" for end in ("median", "p90")))
        for case in cases
        for key, name in (("assess_ms", "one assessment"), ("next_steps_ms", "the next steps"))
    ]
    process = f["process"]
    return [
        f"One assessment is everything but the next steps, with {f['draws']} draws; {f['repeats']} repeats after one.",
        "",
        *table(("", "median", "90th percentile"), rows),
        "",
        f"`facialis assess` as a process, cold: {process['assess_ms'] / 1000:.2f} s, "
        f'{process["times_numpy_scipy"]:.1f} times as long as `python -c "import numpy, scipy"`.',
    ]


def interval(part: Figures) -> str:
    """Return a share with its interval."""
    low, high = (f"{100 * part[end]:.1f}" for end in ("low", "high"))
    return f"{percent(part['value'])} ({low} to {high})"
