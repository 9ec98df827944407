"""``facialis packet`` as it is called: exit codes, one line for what is wrong, whole files, nothing half."""

import json
import re
from io import BytesIO

import pytest

from facialis.paper import pdf as room
from facialis.treatment.authorisation import page


def plain(text):
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S))


def test_it_prints_whether_it_can_be_sent_and_what_is_missing(run, files):
    code, out, err = run(*files.words(leave=("--course",)), "--payer", "example_detailed")
    assert (code, err) == (0, "")
    assert "An invented payer" in out
    assert "NOT READY TO SEND: 1 of 16 missing" in out
    assert "missing: Benefit of at least 8 weeks" in " ".join(out.split())


def test_an_option_that_is_given_again_for_each_is_called_by_one_and_by_its_older_name(run, files):
    words = [str(word) for word in files.words()]
    singular = [{"--sessions": "--session", "--scales": "--scale"}.get(word, word) for word in words]
    assert singular != words
    payer = ("--payer", "example_detailed", "--json", "-")
    assert run(*singular, *payer) == run(*words, *payer)


def test_it_writes_json_page_and_pdf(run, files, tmp_path):
    wanted = ["--json", tmp_path / "packet.json", "--report", tmp_path / "report"]
    code, _, err = run(*files.words(), "--payer", "medicare_noridian", *wanted)
    assert (code, err) == (0, "")
    assert json.loads((tmp_path / "packet.json").read_text())["payer"]["key"] == "medicare_noridian"
    assert [file.name for file in (tmp_path / "report").iterdir()] == ["packet.html"]


def test_a_practices_own_payer_is_read_from_its_file(made, files):
    own = files.write(
        "ours.toml",
        'name = "Our payer"\n[[asks]]\nkind = "lots"\ntext = "Lots."\nsource = "policy 7"\n',
    )
    packet = made(payer=own)
    assert packet["payer"] == {"key": "ours", "name": "Our payer", "country": None, "note": "", "example": False}
    assert packet["sources"] == [{"key": "policy 7", "cite": "policy 7", "doi": "", "pmid": ""}]


def refused(run, *words):
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_a_payer_that_is_not_known_is_told_the_nearest(run, files):
    assert 'did you mean "medicare_noridian"' in refused(run, *files.words(), "--payer", "medicare_norridian")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("session-2026-04-01.json", "{", "is not JSON"),
        ("session-2026-04-01.json", {"schema": "facialis.scale/1"}, 'schema is "facialis.scale/1"'),
        ("session-2026-04-01.json", {"schema": "facialis.session/1", "given": []}, "totals is missing"),
        ("course.json", {"schema": "facialis.course/1", "on": "soon", "sides": {}}, "on must be a date"),
        ("tried.toml", '[[tried]]\noption = "carbamazepin"\noutcome = "no_benefit"', 'did you mean "carbamazepine"'),
        ("tried.toml", '[[tried]]\noption = "baclofen"\noutcome = "failed"', "it must be one of no_benefit"),
        ("tried.toml", '[[tried]]\noption = "baclofen"\noutcomes = "no_benefit"', 'did you mean "outcome"'),
        (
            "tried.toml",
            '[[tried]]\noption = "baclofen"\noutcome = "no_benefit"\nsince = 2025-01-01\nuntil = 2024-01-01',
            "tried[0].until is 2024-01-01, before 2025-01-01",
        ),
        ("assessment.json", {"schema": "facialis.assessment/1", "differential": []}, "differential is empty"),
    ],
)
def test_a_file_that_is_wrong_is_told_in_one_line_with_its_name(run, files, name, content, line):
    files.write(name, content)
    told = refused(run, *files.words(), "--payer", "example_detailed")
    assert name in told
    assert line in told


@pytest.mark.parametrize("units", ["-1", "NaN", "1e9", "many", True])
def test_units_that_are_no_units_are_refused(run, files, invented, units):
    wrong = invented.session()
    wrong["given"][0]["units"] = units
    files.write("session-2026-04-01.json", wrong)
    assert "given[0].units" in refused(run, *files.words(), "--payer", "example_detailed")


def test_sites_that_do_not_add_up_to_the_total_are_refused(run, files, invented):
    wrong = invented.session()
    wrong["totals"]["units"] = "20"
    files.write("session-2026-04-01.json", wrong)
    assert "totals.units" in refused(run, *files.words(), "--payer", "example_detailed")


def test_a_record_after_the_day_of_the_packet_is_refused(run, files):
    told = refused(run, *files.words(), "--payer", "example_detailed", "--on", "2026-01-01")
    assert "after the day of the packet" in told


def test_a_session_that_is_given_twice_is_refused(run, files):
    again = files.folder / "session-2026-04-01.json"
    assert "again" in refused(run, *files.words(), "--sessions", again, "--payer", "example_detailed")


@pytest.mark.parametrize(
    ("changes", "line"), [({"state": "blocked"}, "is blocked"), ({"day": "2026-03-01"}, "not after the last session")]
)
def test_a_plan_that_is_blocked_or_lies_before_the_last_session_is_refused(run, files, invented, changes, line):
    plan = files.write("plan.json", invented.plan(**changes))
    assert line in refused(run, *files.words(), "--plan", plan, "--payer", "example_detailed")


def test_a_film_whose_date_is_no_day_is_refused(run, files):
    wrong = f"2026-02-30={files.folder / 'before.json'}"
    assert "no day of the calendar" in refused(run, *files.words(), "--video", wrong, "--payer", "example_detailed")


def test_the_case_is_never_written_over(run, files):
    case = files.folder / "case.toml"
    assert "is the file that is read" in refused(run, *files.words(), "--payer", "example_short", "--json", case)


def test_the_page_says_first_that_it_is_not_ready(made):
    told = plain(page.compose(made(leave=("--course", "--tried"))))
    assert told.index("Not ready to send: 2 of 16 missing") < told.index("Letter")
    assert "invented payer, an example" in told
    assert "not in the record" in told


def test_the_page_shows_letter_rules_sessions_map_and_codes(made):
    text = page.compose(made())
    told = plain(text)
    for part in ("All 16 rules are met", "G51.32", "EX04, expires 31 May 2027", "64612", "J0585", "JW", "not injected"):
        assert part in told
    assert 'class="face"' in text
    assert "<script" not in text
    assert set(re.findall(r'(?:href|src)="([^#"][^"]*)"', text)) == set()


def test_texts_of_a_record_cannot_become_markup(made, files, invented):
    files.write("tried.toml", invented.TRIED.replace("giddiness", "<i>giddy</i>"))
    assert "&lt;i&gt;giddy" in page.compose(made())


def test_the_page_of_a_bare_record_says_what_it_does_not_have(made):
    bare = made(leave=("--sessions", "--course", "--assessment", "--tried", "--video", "--scales"))
    told = plain(page.compose(bare))
    assert "None is told." in told
    assert "not told" in told


def test_on_paper_it_is_tagged_and_the_letter_has_a_sheet_of_its_own(made):
    pypdf = pytest.importorskip("pypdf")
    try:
        room.check()
    except room.PdfMissing as missing:
        pytest.skip(str(missing))
    document = pypdf.PdfReader(BytesIO(room.pdf(page.compose(made()))))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    first, second = (document.pages[i].extract_text() for i in (0, 1))
    assert "Letter" in first
    assert "What is asked" not in first
    assert "What is asked" in second


def test_a_lot_without_an_expiry_is_shown_as_that(run, files, invented, tmp_path):
    files.write("session-2026-04-01.json", invented.session(lots=[{"lot": "EX04", "expires": None, "vials": 1}]))
    code, _, said = run(*files.words(), "--payer", "example_detailed", "--report", tmp_path / "out")
    assert (code, said) == (0, "")
    assert "EX04, expires not told" in (tmp_path / "out" / "packet.html").read_text()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"lots": [{"lot": "EX04", "expires": "soon", "vials": 1}]}, "lots[0].expires must be a date"),
        ({"lots": [{"lot": "EX04", "expires": [None], "vials": 1}]}, "lots[0].expires must be a date"),
        ({"consent": {"given": "no"}}, "consent.given must be true or false"),
        ({"adverse_events": [{"code": "ptosis", "onset": 7}]}, "adverse_events[0].onset must be a date"),
    ],
)
def test_a_session_that_somebody_changed_by_hand_is_refused_in_one_line(run, files, invented, tmp_path, changes, place):
    files.write("session-2026-04-01.json", invented.session(**changes))
    out = tmp_path / "out"
    code, printed, said = run(*files.words(), "--payer", "example_detailed", "--report", out)
    assert (code, printed, out.exists()) == (2, "", False)
    assert place in said


@pytest.mark.parametrize(
    "name", ["case.toml", "session-2026-04-01.json", "after.json", "hfs7-after.json", "tried.toml"]
)
def test_no_file_of_the_record_is_written_over(run, files, name):
    before = (files.folder / name).read_bytes()
    code, _, said = run(*files.words(), "--payer", "example_detailed", "--json", files.folder / name)
    assert code == 2
    assert "is the file that is read" in said
    assert (files.folder / name).read_bytes() == before
