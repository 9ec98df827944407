"""``facialis evoked`` as it is called: files, findings, exit codes, one line, the page."""

import json

import jsonschema
import pytest

from facialis import schemas
from facialis.emg.simulate.edf import write_edf
from facialis.emg.simulate.laid_out import continuous
from facialis.emg.simulate.sweeps import sweeps
from facialis.emg.simulate.tables import write_csv
from facialis.findings import Side

MUSCLES = [("orbicularis_oculi", Side.LEFT), ("orbicularis_oris", Side.LEFT)]


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schemas.load("facialis.evoked/1"))


def test_a_table_becomes_a_result_that_keeps_its_promise(run, spread_file, validator):
    code, out, err = run(spread_file, "--kind", "lateral-spread", "--json", "-")
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert run(spread_file, "--kind", "lateral-spread", "--json", "-")[1] == out, "the same call gives the same bytes"
    validator.validate(result)
    (finding,) = result["findings"]
    assert (finding["code"], finding["state"], finding["side"]) == ("lateral_spread_response", "present", "left")


def test_a_recording_gives_the_same_finding_as_its_table(run, spread, tmp_path, validator):
    path = tmp_path / "spread.edf"
    write_edf(path, continuous(spread, every_s=0.5))
    code, out, _ = run(path, "--kind", "lateral-spread", "--stimulated", "zygomatic_left", "--json", "-")
    result = json.loads(out)
    assert code == 0
    validator.validate(result)
    assert result["source"]["stimuli_from"] == "annotations"
    assert result["findings"][0]["state"] == "present"


def test_recent_toxin_hides_what_is_absent_and_not_what_is_present(run, spread_file, tmp_path):
    absent = write_csv(
        tmp_path / "absent.csv", sweeps("lateral_spread", 1030, n=8, rate_hz=5_000.0, present=False, muscles=MUSCLES)
    )
    _, out, _ = run(absent, "--kind", "lateral-spread", "--days-since-toxin", "60", "--json", "-")
    assert json.loads(out)["findings"][0]["state"] == "not_assessable"
    _, out, _ = run(absent, "--kind", "lateral-spread", "--days-since-toxin", "200", "--json", "-")
    assert json.loads(out)["findings"][0]["state"] == "absent"
    _, out, _ = run(spread_file, "--kind", "lateral-spread", "--days-since-toxin", "60", "--json", "-")
    assert json.loads(out)["findings"][0]["state"] == "present"


def test_one_branch_alone_cannot_show_lateral_spread(run, tmp_path):
    made = sweeps("lateral_spread", 1031, n=10, rate_hz=5_000.0, muscles=[("orbicularis_oculi", Side.LEFT)])
    _, out, _ = run(write_csv(tmp_path / "one.csv", made), "--kind", "lateral-spread", "--json", "-")
    (finding,) = json.loads(out)["findings"]
    assert finding["state"] == "not_assessable"
    assert "not stimulated" in finding["because"][0]


def test_too_few_sweeps_are_read_and_refused_and_the_result_is_written(run, tmp_path, validator):
    made = sweeps("lateral_spread", 1032, n=3, rate_hz=5_000.0, muscles=[("orbicularis_oris", Side.LEFT)], late=0.0)
    target = tmp_path / "few.json"
    code, _, err = run(write_csv(tmp_path / "few.csv", made), "--kind", "lateral-spread", "--json", target)
    assert (code, err) == (3, "")
    result = json.loads(target.read_text())
    validator.validate(result)
    assert result["quality"]["verdict"] == "refused"


def test_the_blink_reflex_of_both_sides_is_compared_and_set_beside_norms(run, reflex_file, tmp_path, validator):
    own = tmp_path / "norms.toml"
    own.write_text('laboratory = "Ours"\n[[norms]]\nresponse = "R1"\nmeasure = "latency_ms"\nupper = 5.0\n')
    code, out, _ = run(reflex_file, "--kind", "blink", "--norms", own, "--json", "-")
    result = json.loads(out)
    assert code == 0
    validator.validate(result)
    states = {finding["side"]: finding["state"] for finding in result["findings"]}
    assert states == {"left": "present", "right": "absent"}
    assert {one["name"] for one in result["sides"]} == {"R1", "R2i", "R2c"}
    assert all(one["own"] and one["beyond"] for one in result["norms"])


def test_a_norm_that_is_still_to_be_verified_is_shown_to_nobody(run, reflex_file):
    _, out, _ = run(reflex_file, "--kind", "blink", "--json", "-")
    norms = json.loads(out)["norms"]
    assert norms
    assert all(one["upper"] is None and one["beyond"] is None for one in norms)


def test_stimuli_in_quick_succession_are_warned_of(run, reflex_file, tmp_path):
    quick = tmp_path / "quick.csv"
    quick.write_text(reflex_file.read_text().replace("# unit: uV", "# unit: uV\n# interval_s: 2"))
    _, out, _ = run(quick, "--kind", "blink", "--json", "-")
    assert any("habituates" in reason for reason in json.loads(out)["quality"]["reasons"])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--kind", "blink"), "evokes no blink reflex"),
        (("--kind", "lateral-spread", "--stimulated", "buccal_left"), "give only one"),
        (("--kind", "lateral-spread", "--stimulated", "tibial_left"), "is no branch with its side"),
        (("--kind", "tibial"), "Invalid value"),
        (("--kind", "lateral-spread", "--montage", "nowhere.toml"), "nowhere.toml"),
        (("--kind", "lateral-spread", "--days-since-toxin", "-3"), "Invalid value"),
    ],
)
def test_a_wrong_call_is_one_line(run, spread_file, words, line):
    code, out, err = run(spread_file, *words)
    assert (code, out) == (2, "")
    assert line in err
    assert err.count("\n") == 1


def test_a_file_that_is_not_there_or_no_sweeps_is_one_line(run, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("nothing of interest")
    for path in (tmp_path / "none.csv", tmp_path, other):
        code, _, err = run(path, "--kind", "blink")
        assert code == 2
        assert err.count("\n") == 1


def test_a_montage_names_what_the_labels_do_not(run, spread_file, tmp_path):
    text = spread_file.read_text()
    for place, name in enumerate(("L orb oculi", "L orb oris", "L mentalis")):
        text = text.replace(f"# channel: {name}", f"# channel: input {place}")
    text = "".join(line for line in text.splitlines(True) if not line.startswith(("# muscle", "# side")))
    plain = tmp_path / "plain.csv"
    plain.write_text(text)
    code, out, _ = run(plain, "--kind", "lateral-spread", "--json", "-")
    assert json.loads(out)["findings"][0]["state"] == "not_assessable"
    assert code == 3
    montage = tmp_path / "montage.toml"
    muscles = ("orbicularis_oculi", "orbicularis_oris", "mentalis")
    montage.write_text(
        "".join(
            f'[[channels]]\nname = "input {place}"\nmuscle = "{muscle}"\nside = "left"\n'
            for place, muscle in enumerate(muscles)
        )
    )
    _, out, _ = run(plain, "--kind", "lateral-spread", "--montage", montage, "--json", "-")
    assert json.loads(out)["findings"][0]["state"] == "present"


def test_the_page_shows_marks_and_limits_without_a_script(run, spread_file, tmp_path):
    code, out, _ = run(spread_file, "--kind", "lateral-spread", "--report", tmp_path / "page")
    page = (tmp_path / "page" / "report.html").read_text()
    assert code == 0
    assert "Lateral spread response, left: present" in out
    assert "<script" not in page
    assert "Negative is up" in page
    assert "LSR" in page
    assert "it does not decide" in page
    assert "volume-conducted" in page
    assert "S39: Neurophysiol Clin" in page
    assert page.count("<svg class") == 3
