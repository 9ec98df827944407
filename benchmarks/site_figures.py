"""What docs/figures.md says of the site."""

from __future__ import annotations

from benchmarks.layout import Figures, table


def _table(rows: list[tuple[str, str, str]]) -> list[str]:
    return table(("", "measured", "asked"), rows)


def site(f: Figures) -> list[str]:
    """Starts, and pages under a crowd."""
    first, second = f["first_start_s"], f["second_start_s"]
    rows = [
        (
            "from nothing to the first page, s: median (longest)",
            f"{first['median']:.1f} ({first['longest']:.1f})",
            "10",
        ),
        ("second start, s: median (longest)", f"{second['median']:.1f} ({second['longest']:.1f})", "4"),
        (f"page with {f['people']} people at once, p95, ms", f"{f['p95_ms']:.0f}", "150"),
        ("the same, p50 and p99, ms", f"{f['p50_ms']:.0f} and {f['p99_ms']:.0f}", ""),
        ("pages a second", f"{f['pages_per_s']:.0f}", ""),
        ("pages that failed", f"{f['failed']} of {f['pages']}", "0"),
    ]
    return [
        f"{f['starts']} starts in folders that did not exist, each with a second start after it. "
        "The crowd is wrk with one connection "
        "a person, no pause between pages, half of "
        "them signed in; load, site and database share the same cores.",
        "",
        *_table(rows),
    ]


def intake(f: Figures) -> list[str]:
    """How long the questions take, whole and to where they may be ended."""
    speeds = f["words_per_min"]
    rows = []
    for name, way in f["ways"].items():
        rows += [
            (
                f"{name}: all {way['questions']} questions, {way['words']} words; slow reader, min",
                f"{way['minutes_slow']:.1f}",
                f"{f['target_min']:g}",
            ),
            (
                f"{name}: to “you have told what matters most” ({way['enough_questions']} questions); slow reader, min",
                f"{way['enough_minutes_slow']:.1f}",
                f"{f['target_min']:g}",
            ),
            (
                f"{name}: the same two at average speed, min",
                f"{way['minutes_average']:.1f} and {way['enough_minutes_average']:.1f}",
                "",
            ),
        ]
    return [
        "Calculated and not timed: the words that stand on the way through the questions, without the help that is "
        f"folded away, at {speeds['slow']:g} words a minute (the lower end of where most adults lie) and "
        f"{speeds['average']:g} (their mean; {speeds['source']}), and {f['answer_s']:g} s an answer for choosing, two "
        f"taps and the next page, which is assumed. The longest is the longest of {f['drawn']} ways drawn at random. "
        f"To find the next question took at most {f['slowest_next_ms']:.0f} ms.",
        "",
        *_table(rows),
    ]


def access(f: Figures) -> list[str]:
    """The access matrix and what pages cost."""
    rows = [
        ("addresses with a row in the access matrix", f"{f['with_a_row']} of {f['addresses']}", "all"),
        ("cells (address and method, role, own / other's / missing)", f"{f['cells']}", ""),
        ("tests of access: passed, failed", f"{f['passed']}, {f['failed']}", "failed 0"),
        ("queries of a page: most (median)", f"{f['most_queries']} ({f['queries_median']})", "12"),
    ]
    return [
        f"{f['pages']} pages counted, each as every role that may open it; queries are pinned.",
        "",
        *_table(rows),
    ]


def audit(f: Figures) -> list[str]:
    """The log."""
    rows = [
        (f"verifying {f['rows']:,} rows in {f['chains']:,} chains, s: median (worst)",
         f"{f['seconds']:.1f} ({f['seconds_worst']:.1f})", "10"),
        ("rows a second", f"{f['rows_per_second']:,.0f}", ""),
        ("memory grown over it, MB", f"{f['memory_grown_mb']:.0f}", ""),
        ("one flipped bit found, at its place", "yes" if f["found"] else "no", "yes"),
        ("a whole log said to be whole", "yes" if f["whole_said_whole"] else "no", "yes"),
    ]  # fmt: skip
    return _table(rows)


def jobs(f: Figures) -> list[str]:
    """Recordings measured while workers are killed."""
    rows = [
        ("recordings recorded once", f"{f['recorded_once']} of {f['recordings']}", "all"),
        ("recorded twice, lost, stuck", f"{f['recorded_twice']}, {f['lost']}, {f['stuck']}", "0, 0, 0"),
        ("workers killed at random moments", f"{f['killed']}", "10"),
        (
            "starts, deaths in mid-job, errors, failed",
            f"{f['starts']}, {f['deaths']}, {f['errors']}, {f['failed']}",
            "",
        ),
        ("minutes, recordings a minute", f"{f['minutes']:.1f}, {f['per_minute']:.0f}", ""),
    ]
    return [
        f"{f['clips']} recordings of {f['clip_seconds']:.0f} s each wait for {f['workers']} workers; each "
        "killed worker is started again by its keeper.",
        "",
        *_table(rows),
    ]


def clip(f: Figures) -> list[str]:
    """A patient's film from sent to result."""
    middle = sorted(f["runs"], key=lambda one: float(one["all"]))[len(f["runs"]) // 2]
    rows = [
        ("from sent to result, s: median (worst)", f"{f['median_s']:.1f} ({f['worst_s']:.1f})", "30"),
        ("of it looking into the file and keeping the film, s", f"{middle['taking']:.1f}", ""),
        ("of it waiting for a worker and measuring, s", f"{middle['measuring']:.1f}", ""),
        (f"sending {f['megabytes']:.0f} MB in parts before it, on the same machine, s", f"{middle['sending']:.1f}", ""),
        ("load of the machine before the runs", ", ".join(f"{one['load_before']:.1f}" for one in f["runs"]), ""),
    ]
    return [
        f"{len(f['runs'])} films of {f['seconds']:.0f} s at {f['width']} x {f['height']}, {f['fps']} pictures a "
        "second, sent one after the other as a patient's page sends them; the copy for watching is made after the "
        "result and waited for. Site, database, worker and the process that measures share the cores; the load is that "
        "of all else as well.",
        "",
        *_table(rows),
    ]


def axe(f: Figures) -> list[str]:
    """What axe finds."""
    rows = [
        ("pages, each as every role that sees something else there", f"{f['pages']}", ""),
        ("scans (360, 768 and 1280 px, light and dark)", f"{f['scans']}", ""),
        ("rules broken", f"{f['violations']}", "0"),
        ("heaviest page, kB of HTML", f"{f['heaviest_bytes'] / 1000:.1f}", "60"),
    ]
    return _table(rows)


def room(f: Figures) -> list[str]:
    """Steps through a film of five minutes in the examination room, and vetoes."""
    asked = {"key": "50", "drag": "50", "veto": "300", "clip_veto": "300"}
    words = {
        "key": "a key, to the painted cursor, ms: median (p95)",
        "drag": "a drag, to the painted cursor, ms: median (p95)",
        "picture": "either, to the film's picture, ms: median (p95)",
        "zoomed": "another stretch of time drawn, ms: median (p95)",
        "veto": "a veto by key, to the new figures, ms: median (p95)",
        "clip_veto": "a veto in a clip of one minute, ms: median (p95)",
    }
    rows = [
        (text, f"{f[name]['p50_ms']:.0f} ({f[name]['p95_ms']:.0f})", asked.get(name, ""))
        for name, text in words.items()
    ]
    rows.append(("the first veto after the site has started, ms", f"{f['first_veto']['p50_ms']:.0f}", ""))
    return [
        "A guided examination of five minutes at 60 pictures a second, its signals and its film made up, in Chromium "
        "on the machine that serves it. A step is timed from the event in the page to the frame after the cursor was "
        "painted; by then the film has been asked for its picture.",
        "",
        *_table(rows),
    ]


def pathway(f: Figures) -> list[str]:
    """The demonstration: when it opens and when it stands; and the clicks of two ways through the site."""
    rows = [
        (f"{words}: first page, all stories, s", f"{f[f'{name}_answers_s']:.1f}, {f[f'{name}_stands_s']:.1f}", asked)
        for name, words, asked in (
            ("first", "first start", "all in 180"),
            ("second", "second start", "all in 20"),
            ("cached", "a fresh home with films and results kept", ""),
        )
    ]
    ways = (
        ("work_list_to_released", "from the work list to a released answer", "6"),
        ("forecast_to_planned", "from the forecast to a session that is ready", "4"),
    )
    for name, words, asked in ways:
        typed = " and ".join(f'"{one}"' for one in f["clicks"][name]["typed"]) or "nothing"
        rows.append((f"{words}, clicks and keys ({typed} typed)", str(f["clicks"][name]["presses"]), asked))
    told = f"{f['people']} invented patients with {f['films']} films; the worker measures behind the pages. "
    return [told + f"Stories that stopped: {f['stopped']}.", "", *_table(rows)]


def chart(f: Figures) -> list[str]:
    """The chart and the work list of a patient with five hundred entries."""
    words = {
        "chart": ("the chart", "150"), "oldest": ("its 20th page", ""), "films": ("its films alone", ""),
        "work": ("the work list", ""),
    }  # fmt: skip
    rows = [
        (
            f"{words[name][0]}, {people} at once, p95 (p50), ms",
            f"{found['p95_ms']:.0f} ({found['p50_ms']:.0f})",
            words[name][1] if people == "1" else "",
        )
        for name, by_people in f["pages"].items()
        for people, found in by_people.items()
    ]
    heaviest = max(found["bytes"] for by_people in f["pages"].values() for found in by_people.values())
    return [
        f"{f['entries']} entries of all kinds, results of films and weighings as large as real ones, a page of them at "
        f"a time; {f['each']} requests each over connections that stay open. Load, site and database share the same "
        f"cores. The heaviest page has {heaviest / 1000:.1f} kB.",
        "",
        *_table(rows),
    ]
