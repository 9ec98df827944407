"""``facialis injection`` as it is called: one line for what is wrong, whole files, never a conversion."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product as pairs
from pathlib import Path

import jsonschema
import pytest

from facialis import commands, schemas
from facialis.knowledge import treatment

Run = Callable[..., tuple[int, str, str]]
PLAN = """
date = 2026-04-20
side = "left"
country = "EU"
other_injections = []
side_told = {stated = "left", filmed = "left", clinician = "left"}
product = {name = "onabotulinumtoxinA", vial_units = 100, diluent_ml = 4}
sites = [{muscle = "orbicularis_oculi", site = "lateral_lower_lid", units = 2.5}]
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["injection", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "session.toml"
    path.write_text(
        'date = 2026-04-20\noperator = "Dr Example"\nas_planned = true\n'
        'lots = [{lot = "EX1", expires = "2027-05"}]\n'
        'consent = {given = true, date = 2026-04-20, by = "the patient"}\n'
        'time_out = {patient_states = "left", marked = "left", record = "left", at = 2026-04-20T09:12:00}\n'
    )
    return path


def test_plan_record_next_and_plan_again(run: Run, plan: Path, session: Path, tmp_path: Path) -> None:
    code, out, err = run("plan", plan, "--on", "2026-04-01", "--json", tmp_path / "plan.json", "--report", tmp_path)
    assert (code, err) == (0, "")
    missing = json.loads((tmp_path / "plan.json").read_text())["not_asked"]
    assert out.startswith(f"READY, {len(missing)} not asked: 2026-04-20, left, 2.5 U of onabotulinumtoxinA")
    assert "no earlier session told, ask when" in out
    assert "waste 97.5 U in 3.9 mL" in out
    assert (tmp_path / "plan.html").stat().st_size > 1000
    there = ["--plan", tmp_path / "plan.json", "--on", "2026-06-01", "--report", tmp_path]
    code, out, err = run("record", session, *there, "--json", tmp_path / "session.json")
    assert (code, err) == (0, "")
    assert "drawn 100 U in 4 mL = given 2.5 U in 0.1 mL + wasted 97.5 U in 3.9 mL" in out
    assert (tmp_path / "session.html").stat().st_size > 1000
    code, out, err = run("next", tmp_path / "session.json", "--out", tmp_path / "next.toml")
    assert (code, err) == (0, "")
    assert "2026-07-13" in out
    code, out, err = run(
        "plan", tmp_path / "next.toml", "--last", tmp_path / "session.json", "--on", "2026-07-13", "--json", "-"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    jsonschema.Draft202012Validator(schemas.load(told["schema"])).validate(told)
    assert told["from_last"]["date"] == "2026-04-20"


def test_the_same_call_writes_the_same_bytes(run: Run, plan: Path) -> None:
    assert run("plan", plan, "--on", "2026-04-01", "--json", "-") == run(
        "plan", plan, "--on", "2026-04-01", "--json", "-"
    )


@pytest.mark.parametrize(("one", "other"), list(pairs(sorted(treatment.products()), repeat=2)))
def test_units_are_never_converted(run: Run, one: str, other: str) -> None:
    code, out, err = run("convert", "25", one, other)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "not converted" in err or "nothing to convert" in err


def test_a_refused_conversion_says_what_to_do_instead(run: Run) -> None:
    _, _, err = run("convert", "25", "Botox", "Xeomin")
    assert "Start incobotulinumtoxinA from its own label's first doses" in err
    assert "25 U an eye" in err
    _, _, err = run("convert", "lots", "Dysprt", "Botox")
    assert err.startswith('facialis: "lots" is no number of units above 0; "Dysprt" is no product')
    assert 'did you mean "abobotulinumtoxinA"' in err


@pytest.mark.parametrize("units", ["abc", "-5", "0", "nan", "inf", ""])
def test_what_is_no_number_of_units_is_named_and_nothing_is_converted(run: Run, units: str) -> None:
    code, out, err = run("convert", units, "Botox", "Xeomin")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f'facialis: "{units}" is no number of units above 0; ')
    assert "not converted" in err


def test_adverse_events_are_listed(run: Run, session: Path, plan: Path, tmp_path: Path) -> None:
    run("plan", plan, "--on", "2026-04-01", "--json", tmp_path / "plan.json")
    rows = (
        'adverse_events = [{code = "ptosis", side = "right", onset = 2026-04-27, severity = "mild"}, {code = "ptosis"}]'
    )
    session.write_text(f"{rows}\n{session.read_text()}")
    code, out, _ = run("record", session, "--plan", tmp_path / "plan.json", "--on", "2026-06-01")
    assert code == 0
    assert "adverse event: drooping lid, right, mild, from 2026-04-27, not over, or not told" in out.lower()
    assert "adverse event: drooping lid, day of onset not told" in out.lower()
    assert "on the side that was not treated" in out


BAD = [
    ('{name = "onabotulinumtoxinA", vial_units = 100, diluent_ml = 4}', '"Botox"', '"Botox"; give the vial too'),
    ('{name = "onabotulinumtoxinA", vial_units = 100, diluent_ml = 4}', '"Xeomin"', 'name = "incobotulinumtoxinA"'),
    ("product = ", 'x = "y"\n# ', '"x" is not known'),
    ('product = {name = "onabotulinumtoxinA", vial_units = 100, diluent_ml = 4}', "", "units without a product"),
    ('name = "onabotulinumtoxinA", ', "", "product.name is missing: units without a product mean nothing"),
    ('"onabotulinumtoxinA"', '"Botox"', "give the generic name, onabotulinumtoxinA"),
    ('"onabotulinumtoxinA"', '["onabotulinumtoxinA", "incobotulinumtoxinA"]', "names more than one product"),
    ('"onabotulinumtoxinA"', '"onabotulinumtoxin"', 'did you mean "onabotulinumtoxinA"'),
    ("product = {", "product = [{name = 1}, {", "is not TOML"),
    ("vial_units = 100", "vial_units = 75", "comes in vials of 50, 100, 200 U"),
    ("diluent_ml = 4", "diluent_ml = 0", "diluent_ml is 0; it must be more than 0"),
    ("diluent_ml = 4", "diluent_ml = -4", "diluent_ml is -4; it cannot be less than 0"),
    ("diluent_ml = 4", "diluent_ml = nan", "diluent_ml must be a number"),
    ("diluent_ml = 4", "diluent_ml = 1e400", "it must be at most 1000"),
    ("units = 2.5", "units = -2.5", r"sites[0].units is -2.5; it cannot be less than 0"),
    ("units = 2.5", "units = 0", "is 0; it must be more than 0"),
    ("units = 2.5", "units = inf", "must be a number"),
    ("units = 2.5", "units = nan", "must be a number"),
    ("units = 2.5", "units = true", "must be a number"),
    ("units = 2.5", "units = 1e99999", "must be at most"),
    ("units = 2.5", "units = 1e-99999", "at most 6 places"),
    ("units = 2.5", "units = 2.6", "what can be drawn is 2.5 U or 2.75 U"),
    ("units = 2.5", "units = 0.1", "what can be drawn is 0.25 U"),
    ("units = 2.5", "unit = 2.5", 'did you mean "units"'),
    ("lateral_lower_lid", "lateral_lower_lit", 'did you mean "lateral_lower_lid"'),
    ('"orbicularis_oculi"', '"orbicularis_occuli"', 'did you mean "orbicularis_oculi"'),
    ('"orbicularis_oculi", site', '"zygomaticus", site', 'did you mean "zygomaticus_'),
    ("units = 2.5}", 'units = 2.5, side = "right"}', "is right, and the plan is of the left side"),
    ("units = 2.5}]", "units = 2.5}, {site = \"lateral_lower_lid\", units = 2.5}]", "a second time"),
    ("units = 2.5}", 'units = 2.5, product = "incobotulinumtoxinA"}', "a plan has one product"),
    ("sites = [", "site = [", 'did you mean "sites"'),
    ("2026-04-20", "2026-04-31", "is not TOML"),
    ("2026-04-20", "1926-04-20", "the year must lie between 1970 and 2099"),
    ('side = "left"', 'side = "Left"', 'did you mean "left"'),
    ("other_injections = []", 'other_injections = [{units = 5, date = 2026-04-01}]', "without a product"),
    (
        "other_injections = []",
        'other_injections = [{product = "onabotulinumtoxinA", date = 2026-05-01, indication = "x"}]',
        "after the plan's own day",
    ),
]  # fmt: skip


LAST = 'from_last = {date = 2026-01-12, product = "onabotulinumtoxinA", %s}\n'
BAD += [
    ("date = 2026-04-20\n", f"date = 2026-04-20\n{LAST % told}", says)
    for told, says in (
        ('advice = [""]', "from_last.advice[0] must be a text that is not empty"),
        ('advice = ["look", "  "]', "from_last.advice[1] must be a text that is not empty"),
        ('measured_effect = {relief = {value = "much"}}', "measured_effect.relief.value must be a number"),
        ("measured_effect = {relief = {value = {low = 1}}}", "measured_effect.relief.value must be a number"),
        ('measured_effect = {relief = {value = 0.5, low = "", high = 0.6}}', "relief.low must be a number"),
        ("measured_effect = {relief = {value = nan}}", "relief.value must be a number"),
        ("measured_effect = {relief = {value = 1, hihg = 2}}", 'did you mean "high"'),
        ("measured_effect = {relief = {value = 1, unit = 5}}", "relief.unit must be a text"),
        ("measured_effect = {relief = true}", "measured_effect.relief must be a number"),
    )
]


@pytest.mark.parametrize(("old", "new", "says"), BAD)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(
    run: Run, plan: Path, tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in PLAN
    plan.write_text(PLAN.replace(old, new, 1))
    code, out, err = run(
        "plan", plan, "--on", "2026-04-01", "--json", tmp_path / "out.json", "--report", tmp_path / "r"
    )
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert says in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.toml"]


@pytest.mark.parametrize("content", ["", "x", "[[sites]]", "\x00", "sites = 5", "side = ['left']", '"a" = 1'])
def test_any_other_file_is_refused_in_one_line(run: Run, plan: Path, content: str) -> None:
    plan.write_text(content)
    code, _, err = run("plan", plan)
    assert code == 2
    assert err.count("\n") == 1


def test_an_existing_plan_is_not_written_over(run: Run, plan: Path, session: Path, tmp_path: Path) -> None:
    run("plan", plan, "--on", "2026-04-01", "--json", tmp_path / "plan.json")
    run("record", session, "--plan", tmp_path / "plan.json", "--json", tmp_path / "session.json")
    code, _, err = run("next", tmp_path / "session.json", "--out", plan)
    assert code == 2
    assert "never written over" in err
    assert plan.read_text() == PLAN


def test_nothing_that_is_read_is_written_over(run: Run, plan: Path, session: Path, tmp_path: Path) -> None:
    last, case = tmp_path / "last.json", tmp_path / "plan.html"
    run("plan", plan, "--on", "2026-04-01", "--json", tmp_path / "made.json")
    run("record", session, "--plan", tmp_path / "made.json", "--on", "2026-06-01", "--json", last)
    case.write_text("{}")
    read = {path: path.read_bytes() for path in (plan, last, case, session, tmp_path / "made.json")}
    for path in (plan, last, case):
        code, _, err = run("plan", plan, "--last", last, "--case", case, "--json", path)
        assert (code, err) == (2, f"facialis: --json {path}: is the file that is read; name another one\n")
    code, _, err = run("plan", plan, "--case", case, "--report", tmp_path)
    assert (code, err) == (2, f"facialis: --report {case}: is the file that is read; name another one\n")
    for path in (session, tmp_path / "made.json"):
        code, _, err = run("record", session, "--plan", tmp_path / "made.json", "--json", path)
        assert (code, err) == (2, f"facialis: --json {path}: is the file that is read; name another one\n")
    assert {path: path.read_bytes() for path in read} == read


def test_two_results_are_not_written_into_one_file(run: Run, plan: Path, tmp_path: Path) -> None:
    one, same = tmp_path / "one", tmp_path / "x" / ".." / "one"
    (tmp_path / "x").mkdir()
    code, _, err = run("plan", plan, "--json", one, "--pdf", same)
    assert (code, err) == (2, f"facialis: --pdf {same}: is where --json writes too; name another one\n")
    page = tmp_path / "plan.html"
    code, _, err = run("plan", plan, "--json", page, "--report", tmp_path)
    assert (code, err) == (2, f"facialis: --report {page}: is where --json writes too; name another one\n")
    assert not one.exists()
    assert not page.exists()


def test_a_date_that_is_none_is_refused(run: Run, plan: Path) -> None:
    code, _, err = run("plan", plan, "--on", "tomorrow")
    assert (code, err) == (2, "facialis: --on tomorrow: give a date, as 2026-01-31\n")


@pytest.mark.parametrize("what", ["products", "muscles"])
def test_what_is_known_is_listed_for_people_and_for_programs(run: Run, what: str) -> None:
    code, out, _ = run(what)
    assert code == 0
    assert "onabotulinumtoxinA" in out
    code, out, _ = run(what, "--json", "-")
    assert code == 0
    assert {row["key"] for row in json.loads(out)} == set(getattr(treatment, what)())


def test_a_session_is_no_plan(run: Run, plan: Path, session: Path, tmp_path: Path) -> None:
    run("plan", plan, "--on", "2026-04-01", "--json", tmp_path / "plan.json")
    code, _, err = run("plan", plan, "--last", tmp_path / "plan.json")
    assert code == 2
    assert 'schema is "facialis.injection_plan/1", not "facialis.session/1"' in err
