"""Make a clip with spasms of known time, side and size, measure it, and print what was found beside what is true.

Then electrodes: a simulated recording and the responses to a stimulus, read and shown. Then weigh all three together
with an invented history (``case.toml``): the explained diagnosis. Then the
options for this person, a decision aid, an injection on the face map (``plan.toml``), and the course of somebody
simulated. Last the site of a practice with a dozen invented patients at different points of the pathway.
The face is Grace Hopper's portrait (public domain) from matplotlib's sample data. Everything lands in ``demo/``; a
second run reuses the clip and its measurement for as long as neither the program nor this script has changed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import matplotlib
from demo_site import show
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDER = Path("demo")
CLIP, TRUTH, FOUND = FOLDER / "clip.mp4", FOLDER / "clip.truth.json", FOLDER / "video.json"
REPORT, INPUTS = FOLDER / "report.html", FOLDER / "inputs.sha256"
CASE, DIAGNOSIS = FOLDER / "case.toml", FOLDER / "diagnosis"
# Seed of the simulated person whose course is followed, and the day on which it is looked at.
FOLLOWED, ON = 7, "2025-03-20"
PAGES = {
    "report.html": "What the clip shows: each spasm with its time, side, muscles and size",
    "emg/report.html": "What electrodes show: bursts of each muscle, their discharges, what fires together",
    "evoked/report.html": "Responses to a stimulus: the lateral spread response",
    "diagnosis/report.html": "What it may be, why, and what would tell most next",
    "diagnosis/patient.html": "The same for the patient",
    "options/report.html": "What can be done for this person",
    "aid/aid.html": "Three choices side by side, for the patient",
    "plan/plan.html": "An injection on the face map",
    "course/report.html": "The course of somebody simulated: wear-off, next session, alarms",
    "course/patient.html": "The same for the patient",
}
SHOWN = ("spasm", "blink", "expression")

Event = dict[str, Any]
Pair = tuple[Event | None, Event | None]


def inputs() -> str:
    """Return a hash of everything that the result depends on."""
    digest = hashlib.sha256()
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    for path in [Path(__file__), HERE / "case.toml", *sorted((ROOT / "src").rglob("*")), *locks]:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def facialis(*words: str | Path, may_refuse: bool = False, quiet: bool = False) -> None:
    """Run the command line; leave with its exit code when it fails (3, refused by quality, is still a result)."""
    said = subprocess.DEVNULL if quiet else None
    code = subprocess.run([Path(sys.executable).with_name("facialis"), *words], stdout=said).returncode
    if code and not (may_refuse and code == 3):
        sys.exit(code)


def measure() -> None:
    """Make the clip and examine it."""
    portrait = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    facialis("simulate", portrait, "--out", CLIP, "--seconds", "30", "--seed", "1", "--side", "left")
    facialis("video", CLIP, "--json", FOUND, "--report", FOLDER, may_refuse=True)


def electrodes() -> None:
    """Make a recording of electrodes and sweeps after a stimulus, and read them."""
    for kind, name in (("hemifacial_spasm", "emg.edf"), ("lateral_spread", "evoked.csv")):
        facialis("simulate-emg", kind, "--out", FOLDER / name, "--seed", "1", "--side", "left", quiet=True)
    facialis("emg", FOLDER / "emg.edf", "--json", FOLDER / "emg.json", "--report", FOLDER / "emg")
    kind = ("--kind", "lateral-spread")
    facialis("evoked", FOLDER / "evoked.csv", *kind, "--json", FOLDER / "evoked.json", "--report", FOLDER / "evoked")


def weigh() -> None:
    """Weigh what the clip and the electrodes show together with what an invented person tells."""
    results = json.dumps([FOUND.name, "emg.json", "evoked.json"])
    CASE.write_text(f"results = {results}\n" + (HERE / "case.toml").read_text(encoding="utf-8"), encoding="utf-8")
    facialis("assess", CASE, "--report", DIAGNOSIS, "--release")


def treat() -> None:
    """Show what can be done for this person, and plan an injection."""
    facialis("options", CASE, "--report", FOLDER / "options", quiet=True)
    choices = ("onabotulinumtoxinA", "microvascular_decompression", "watchful_waiting")
    facialis("aid", *choices, "--case", CASE, "--report", FOLDER / "aid", quiet=True)
    facialis("injection", "plan", HERE / "plan.toml", "--on", "2026-01-12", "--report", FOLDER / "plan", quiet=True)


def follow() -> None:
    """Follow somebody simulated through four injections."""
    from facialis.followup.simulate import person, to_files

    diary, treatments = to_files(person(FOLLOWED), FOLDER / "followed")
    facialis("course", diary, "--treatment", treatments, "--on", ON, "--report", FOLDER / "course")


def index() -> Path:
    """Write one page that leads to the others."""
    rows = "".join(f'<li><a href="{page}">{text}</a></li>\n' for page, text in PAGES.items())
    style = (
        "body{font:17px/1.6 system-ui,sans-serif;max-width:44em;margin:3em auto;padding:0 1em;color-scheme:light dark}"
    )
    page = (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Facialis: demo</title><style>{style}</style>\n'
        f"<h1>Facialis: the demo</h1>\n<p>Everybody here is invented or simulated.</p>\n<ol>\n{rows}</ol>\n</html>\n"
    )
    path = FOLDER / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def overlap(a: Event, b: Event) -> float:
    """Return the intersection of two events over their union, 0 to 1."""
    shared = min(a["offset_s"], b["offset_s"]) - max(a["onset_s"], b["onset_s"])
    union = max(a["offset_s"], b["offset_s"]) - min(a["onset_s"], b["onset_s"])
    return max(0.0, shared) / union if union > 0 else 0.0


def match(true: list[Event], found: list[Event]) -> list[Pair]:
    """Pair events of one kind that overlap, the best overlaps first; what stays alone is paired with None."""
    ranked = sorted(product(true, found), key=lambda pair: overlap(*pair), reverse=True)
    pairs: list[Pair] = []
    left, over = list(true), list(found)
    for a, b in ranked:
        if overlap(a, b) > 0 and any(a is event for event in left) and any(b is event for event in over):
            pairs.append((a, b))
            left = [event for event in left if event is not a]
            over = [event for event in over if event is not b]
    return pairs + [(a, None) for a in left] + [(None, b) for b in over]


def table(pairs: list[Pair]) -> Table:
    """Lay the pairs out in time, a row each."""
    laid = Table("kind", title="found against true")
    for head in ("onset, s\ntrue", "\nfound", "side\ntrue", "\nfound", "size, % IOD\ntrue", "\nfound"):
        laid.add_column(head, justify="right")
    for pair in sorted(pairs, key=lambda pair: (pair[0] or pair[1] or {})["onset_s"]):
        cells = [
            *(f"{event['onset_s']:.2f}" if event else "-" for event in pair),
            *(event["side"] if event else "-" for event in pair),
            *(f"{100 * event['amplitude_iod']:.1f}" if event and event["amplitude_iod"] else "-" for event in pair),
        ]
        kind = (pair[0] or pair[1] or {})["kind"]
        laid.add_row(kind, *cells, style=None if all(pair) else "yellow")
    return laid


def summary(pairs: list[Pair]) -> str:
    """Say in one line how the spasms fared."""
    spasms = [pair for pair in pairs if (pair[0] or pair[1] or {})["kind"] == "spasm"]
    both = [(true, found) for true, found in spasms if true and found]
    sided = sum(true["side"] == found["side"] for true, found in both)
    made = sum(true is not None for true, _ in spasms)
    false = sum(true is None for true, _ in spasms)
    return f"spasms: {len(both)} of {made} found, {false} false; side right in {sided} of {len(both)}"


def main() -> None:
    """Measure if anything has changed, then compare and print."""
    FOLDER.mkdir(exist_ok=True)
    now = inputs()
    fresh = INPUTS.is_file() and INPUTS.read_text() == now
    if not (fresh and all(path.is_file() for path in (CLIP, TRUTH, FOUND, REPORT))):
        INPUTS.unlink(missing_ok=True)
        measure()
        INPUTS.write_text(now)
    true, found = (json.loads(path.read_text(encoding="utf-8"))["events"] for path in (TRUTH, FOUND))
    pairs = [
        pair
        for kind in SHOWN
        for pair in match([e for e in true if e["kind"] == kind], [e for e in found if e["kind"] == kind])
    ]
    console = Console()
    console.print(table(pairs))
    console.print(summary(pairs), highlight=False)
    electrodes()
    weigh()
    treat()
    follow()
    print(f"all pages: {index()}; the clip's report: {REPORT}", flush=True)
    sys.exit(show(FOLDER))


if __name__ == "__main__":
    main()
