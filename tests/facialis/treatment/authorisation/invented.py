"""The record of a person who does not exist, as files: sessions, scales, films, a course, what was tried."""

import json
from datetime import date, timedelta
from pathlib import Path

CASE = """
note = "invented: Example Person"
age = 52
age_at_onset = 49
sex = "female"
findings = [
    { code = "involuntary_movement", state = "present", side = "left", source = "clinician" },
    { code = "vision_blocked", state = "present", side = "left", source = "patient" },
]
"""
TRIED = """
[[tried]]
option = "carbamazepine"
outcome = "not_tolerated"
since = 2024-03-01
until = 2024-04-15
note = "giddiness"
[[tried]]
option = "baclofen"
outcome = "no_benefit"
"""
DAYS = ("2025-12-09", "2026-04-01")


def session(day=DAYS[1], side="left", product="onabotulinumtoxinA", units="17.5", wasted="82.5", **changes):
    sides = ("left", "right") if side == "both" else (side,)
    each = float(units) / (2 * len(sides))
    given = [
        {"muscle": muscle, "site": site, "side": one, "units": f"{each:g}", "volume_ml": "0.1", "differs": None}
        for one in sides
        for muscle, site in (("orbicularis_oculi", "lateral_lower_lid"), ("corrugator", "medial"))
    ]
    result = {
        "schema": "facialis.session/1",
        "date": day,
        "side": side,
        "product": {"key": product, "name": product, "vial_units": "100"},
        "lots": [{"lot": f"EX{day[5:7]}", "expires": "2027-05-31", "vials": 1}],
        "operator": "Dr Example",
        "consent": {"given": True, "date": day, "by": "the patient"},
        "time_out": {"patient_states": side, "marked": side, "record": side, "at": f"{day}T09:00"},
        "planned": given,
        "given": given,
        "totals": {"units": units, "volume_ml": "0.7"},
        "waste": {"units": wasted, "ml": "3.3", "witness": "Nurse Example"},
        "adverse_events": [],
        "blocks": [],
        "cautions": [],
    }
    return result | changes


def plan(day="2026-07-20", state="ready", **changes):
    sites = session()["given"]
    return {
        "schema": "facialis.injection_plan/1",
        "date": day,
        "side": "left",
        "product": {"key": "onabotulinumtoxinA", "vial_units": "100"},
        "state": state,
        "sites": sites,
        "totals": {"units": "17.5"},
    } | changes


def scale(day="2026-03-30", total=18.0, name="hfs_7"):
    return {
        "schema": "facialis.scale/1",
        "scale": name,
        "answered_on": day,
        "score": {"total": total, "low": total, "high": total, "estimated": False},
        "grade": None,
        "missing": [],
    }


def film(day="2025-12-08", rate=12.0, side="left", **quality):
    name = f"visit-{day}.mp4" if day else "visit.mp4"
    return {
        "schema": "facialis.video/1",
        "source": {"name": name},
        "quality": {"verdict": "good", "usable_s": 70.0, "mirrored": "no"} | quality,
        "summary": {
            "affected_side": side,
            "spasm_time_fraction": 0.1,
            "spasms_per_min": {"value": rate, "low": rate / 2, "high": 2 * rate},
        },
    }


def cycle(day, state="worn_off", wear_off=90.0, onset=5.0, relief=0.8):
    def about(value, by):
        return None if value is None else {"value": value, "low": value - by, "high": value + by, "unit": "days"}

    return {
        "kind": "injection",
        "date": day,
        "state": state,
        "relief": None if relief is None else {"value": relief, "low": relief - 0.1, "high": relief + 0.1, "unit": ""},
        "onset_day": about(onset, 3.0),
        "wear_off_day": about(wear_off, 10.0),
    }


def course(cycles=None, on="2026-06-01", side="left"):
    told = [cycle(DAYS[0]), cycle(DAYS[1], state="working")] if cycles is None else cycles
    return {"schema": "facialis.course/1", "on": on, "sides": {side: {"cycles": told}}}


def assessment(disorder="hemifacial_spasm", probability=0.96, explained=True):
    return {
        "schema": "facialis.assessment/1",
        "differential": [{"disorder": disorder, "name": disorder, "probability": {"value": probability}}],
        "answer": {"explained": explained},
    }


class Files:
    """A folder with a whole record; what a test changes replaces its file."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.write("case.toml", CASE)
        self.write("tried.toml", TRIED)
        for day in DAYS:
            self.write(f"session-{day}.json", session(day))
        self.write("before.json", film())
        self.write("after.json", film(str(date.fromisoformat(DAYS[1]) + timedelta(days=21)), 1.5))
        self.write("hfs7-before.json", scale())
        self.write("hfs7-after.json", scale("2026-05-01", 6.0))
        self.write("course.json", course())
        self.write("assessment.json", assessment())

    def write(self, name, content):
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def words(self, *, leave=()):
        """Return the words of the call, without the files that are left out."""
        named = [
            ("--sessions", f"session-{DAYS[0]}.json"),
            ("--sessions", f"session-{DAYS[1]}.json"),
            ("--video", "before.json"),
            ("--video", "after.json"),
            ("--scales", "hfs7-before.json"),
            ("--scales", "hfs7-after.json"),
            ("--course", "course.json"),
            ("--assessment", "assessment.json"),
            ("--tried", "tried.toml"),
        ]
        kept = [(option, self.folder / name) for option, name in named if name not in leave and option not in leave]
        return [self.folder / "case.toml", "--on", "2026-07-01", *(word for pair in kept for word in pair)]
