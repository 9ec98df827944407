"""What a diary may look like, what is assumed, and what is refused with line and column."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.document import DocumentError
from facialis.findings import Side
from facialis.followup import diary
from facialis.followup.diary import Entry, Symptom

BOTH_READINGS = "12/01/2026 may be 2026-01-12 or 2026-12-01"


@pytest.fixture
def read(tmp_path):
    def from_text(text, encoding="utf-8", **kept):
        path = tmp_path / "diary.csv"
        path.write_bytes(text.encode(encoding))
        return diary.read(path, **kept)

    return from_text


def refused(read, text, **kept):
    with pytest.raises(DocumentError) as error:
        read(text, **kept)
    line = str(error.value)
    assert "\n" not in line
    return line.partition("diary.csv: ")[2]


def values(told):
    return [(entry.day.isoformat(), entry.measure, entry.value) for entry in told.entries]


def test_a_diary_holds_its_values_by_day(read):
    told = read("date,score,spasms_per_min,side,source\n2026-02-03,4,12.5,left,video\n2026-02-01,6,,left,patient\n")
    assert told.entries == (
        Entry(date(2026, 2, 1), Side.LEFT, "score", 6.0, "patient"),
        Entry(date(2026, 2, 3), Side.LEFT, "score", 4.0, "video"),
        Entry(date(2026, 2, 3), Side.LEFT, "spasms_per_min", 12.5, "video"),
    )
    assert (told.rows, told.aside, told.name, len(told.sha256)) == (2, (), "diary.csv", 64)


def test_an_empty_cell_is_a_gap_and_no_nought(read):
    told = read("date,score\n2026-02-01,\n2026-02-02,0\n")
    assert values(told) == [("2026-02-02", "score", 0.0)]
    assert [(one.line, one.because) for one in told.aside] == [(2, "it holds no value: a gap, not nought")]
    assert "1 row set aside (line 2): it holds no value: a gap, not nought." in told.assumptions


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffdate,score\n2026-02-01,4.5\n",
        "date,score\r\n2026-02-01,4.5\r\n",
        "date;score\n2026-02-01;4,5\n",
        "date\tscore\n2026-02-01\t4,5\n",
        '"date","score"\n"2026-02-01","4,5"\n',
        "Date , SCORE ,\n 2026-02-01 , 4.5 ,\n,,\n\n",
        "date,score\n2026/2/1,4.50",
        "date,score\n01.02.2026,4.5\n",
        "date,score\n2026-02-01T23:30,4.5\n",
        "date,score\n2026-02-01T23:30:00+02:00,4.5\n",
    ],
)
def test_the_same_day_and_value_however_it_is_written(read, text):
    assert values(read(text)) == [("2026-02-01", "score", 4.5)]


def test_a_decimal_comma_is_said(read):
    assert "A comma within a number is a decimal comma." in read("date;score\n2026-02-01;4,5\n").assumptions


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("11", "line 2, score: 11 cannot be: it must be from 0 to 10"),
        ("-1", "line 2, score: -1 cannot be: it must be from 0 to 10"),
        ("bad", 'line 2, score: "bad" is no number; leave it empty where nothing was measured'),
        ("1e3", 'line 2, score: "1e3" is no number; leave it empty where nothing was measured'),
        ("nan", 'line 2, score: "nan" is no number; leave it empty where nothing was measured'),
        ('"1.234,5"', 'line 2, score: "1.234,5" is no number; leave it empty where nothing was measured'),
    ],
)
def test_an_impossible_value_is_refused_with_line_and_column(read, cell, said):
    assert refused(read, f"date,score\n2026-02-01,{cell}\n") == said


def test_a_negative_rate_and_an_endless_one_are_refused(read):
    wrong = "line 3, spasms_per_min: -2 cannot be: it must be at least 0"
    assert refused(read, "date,spasms_per_min\n2026-02-01,2\n2026-02-02,-2\n") == wrong
    assert "it must be at least 0" in refused(read, f"date,spasms_per_min\n2026-02-01,{'9' * 400}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; its first line names the columns, for example date,score"),
        ("date,scor\n", 'line 1: column "scor" is not known; did you mean "score"?'),
        ("score\n1\n", 'line 1: there is no column "date"'),
        ("date,side\n2026-01-01,left\n", "line 1: there is no measure; give one of score,"),
        ("date,score,score\n", 'line 1: there are two columns "score"'),
        ("date,,score\n2026-01-01,,1\n", "line 1: column 2 has no name"),
        ("date,score\n", "there is no row below the header"),
        ("date,score\n2026-01-01,4,5\n", "line 2 has 3 cells and the header 2; put a cell"),
        ('date,score\n2026-01-01,"4\n', "line 2 is no line of a table: "),
        ("date,score\nyesterday,4\n", 'line 2, date: "yesterday" is no date; write it as 2026-01-31'),
        ("date,score\n,4\n", "line 2, date: is missing"),
        ("date,score\n31/02/2026,4\n", 'line 2, date: "31/02/2026" is no day of the calendar'),
        ("date,score\n1026-01-01,4\n", "line 2, date: 1026-01-01 cannot be: the year must lie between 1970 and 2099"),
        ("date,score,side\n2026-01-01,4,lefft\n", 'line 2, side: "lefft" is not known; did you mean "left"?'),
        ("date,score,source\n2026-01-01,4,pateint\n", 'line 2, source: "pateint" is not known; did you mean "patient"'),
        ("date,symptoms\n2026-01-01,ptosys\n", 'line 2, symptoms: "ptosys" is not known; did you mean "ptosis"?'),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(read, text, said):
    assert refused(read, text).startswith(said)


def test_a_file_that_is_no_text_or_not_there_is_refused_in_one_line(tmp_path):
    path = tmp_path / "diary.csv"
    with pytest.raises(DocumentError, match="No such file"):
        diary.read(path)
    for held in ("date,score\n".encode("utf-16"), b"PK\x03\x04\x00date", b"date,note\n2026-02-01,\x81\n"):
        path.write_bytes(held)
        with pytest.raises(DocumentError, match='save it as "CSV UTF-8"'):
            diary.read(path)


def test_a_table_as_an_older_spreadsheet_saves_it_is_read_and_that_is_said(read):
    text = "date;score;note\r\n2026-02-01;4,5;müde – schlecht geschlafen\r\n"
    said = "The table is not in UTF-8: its letters are read as Windows-1252."
    told = read(text, encoding="cp1252")
    assert values(told) == values(read(text)) == [("2026-02-01", "score", 4.5)]
    assert told.assumptions == (said, *read(text).assumptions)


def test_a_path_may_be_a_text(tmp_path):
    (tmp_path / "diary.csv").write_text("date,score\n2026-02-01,4\n")
    assert diary.read(str(tmp_path / "diary.csv")) == diary.read(tmp_path / "diary.csv")


def test_columns_for_people_are_kept_out_and_said(read):
    told = read("date,score,x_sleep,note_2,note\n2026-02-01,4,7,a,b\n")
    assert values(told) == [("2026-02-01", "score", 4.0)]
    assert "Not read: 3 columns (x_sleep, note_2, note)." in told.assumptions


def test_two_values_of_one_day_and_source_are_averaged_and_said(read):
    told = read("date,score,source\n2026-02-01,4,patient\n2026-02-01,7,patient\n2026-02-01,2,clinician\n")
    assert [(entry.source, entry.value) for entry in told.entries] == [("clinician", 2.0), ("patient", 5.5)]
    first = "the patient's own score, patient, 2 values on 2026-02-01"
    assert f"Several values of one day, side, measure and source are averaged ({first})." in told.assumptions


def test_dates_that_can_be_read_in_two_ways_are_refused(read):
    said = refused(read, "date,score\n12/01/2026,4\n11/01/2026,4\n")
    assert said == f"line 2, date: {BOTH_READINGS}; write it as 2026-01-31"


def test_dates_that_fit_one_way_only_are_taken_that_way_and_said(read):
    told = read("date,score\n12/01/2026,4\n25/01/2026,5\n")
    assert [entry.day for entry in told.entries] == [date(2026, 1, 12), date(2026, 1, 25)]
    assert "Dates such as 12/01/2026 are day/month/year: no other way fits them all." in told.assumptions
    told = read("date,score\n01/25/2026,5\n12/01/2026,4\n")
    assert [entry.day for entry in told.entries] == [date(2026, 1, 25), date(2026, 12, 1)]


def test_dates_that_fit_no_single_way_are_refused_where_they_break(read):
    said = refused(read, "date,score\n25/01/2026,4\n01/26/2026,5\n")
    assert said.startswith("line 3, date: 01/26/2026 cannot be day/month/year as line 2 is")


def test_times_of_several_zones_count_for_the_day_at_their_own_place(read):
    told = read("date,score\n2026-02-01T23:30+02:00,4\n2026-02-02T00:30-05:00,5\n")
    assert [entry.day for entry in told.entries] == [date(2026, 2, 1), date(2026, 2, 2)]
    zones = "The times are of several zones (+02:00, -05:00): each counts for the calendar day at its own place."
    assert zones in told.assumptions


def test_rows_of_later_days_are_set_aside_and_said(read):
    told = read("date,score\n2026-02-01,4\n2026-02-09,5\n", on=date(2026, 2, 5))
    assert values(told) == [("2026-02-01", "score", 4.0)]
    assert [(one.line, one.because) for one in told.aside] == [(3, "it is of 2026-02-09, after 2026-02-05")]
    assert "1 row set aside (line 3): of a later day." in told.assumptions


def test_a_row_without_a_side_is_of_the_side_that_is_treated(read):
    text = "date,score\n2026-02-01,4\n"
    assert read(text).entries[0].side is Side.NONE
    told = read(text, side=Side.RIGHT)
    assert told.entries[0].side is Side.RIGHT
    assert "1 row without a side: taken as the right, the side that is treated." in told.assumptions
    assert refused(read, text, side=Side.BOTH).startswith("line 2, side: is missing: both sides are treated")


def test_rows_without_a_side_beside_rows_that_name_one_are_told(read):
    rows = "date,score,side\n2026-02-01,5,\n2026-02-02,6,\n2026-02-03,,\n2026-02-04,2,left\n"
    told = read(rows)
    assert "No side is told in line 2 to 3, beside rows that name one: they count for neither side." in told.assumptions
    assert not any("neither side" in said for said in read(rows.replace("left", "")).assumptions)
    assert not any("neither side" in said for said in read(rows, side=Side.LEFT).assumptions)


def test_both_sides_are_each_their_own(read):
    told = read("date,score,side,symptoms\n2026-02-01,4,both,dry_eye\n")
    assert [entry.side for entry in told.entries] == [Side.LEFT, Side.RIGHT]
    assert [symptom.side for symptom in told.symptoms] == [Side.LEFT, Side.RIGHT]


def test_symptoms_are_findings_and_what_a_treatment_may_bring(read):
    told = read('date;symptoms\n2026-02-01;"sudden_weakness; Ptosis;;ptosis"\n', side=Side.LEFT)
    day = date(2026, 2, 1)
    assert told.symptoms == (
        Symptom(day, Side.LEFT, "ptosis", "patient"),
        Symptom(day, Side.LEFT, "sudden_weakness", "patient"),
    )


def scale(total, **more):
    return {"schema": "facialis.scale/1", "scale": "hfs_7", "score": {"total": total}, "answered_on": None} | more


def video(side="left", rate=3.5, verdict="good"):
    summary = {
        "affected_side": side,
        "spasms_per_min": {"value": rate, "low": 1, "high": 9},
        "spasm_time_fraction": 0.1,
    }
    return {"schema": "facialis.video/1", "quality": {"verdict": verdict}, "summary": summary}


@pytest.fixture
def result(tmp_path):
    def write(value):
        (tmp_path / "result.json").write_text(json.dumps(value))

    return write


NAMED = "date,result\n2026-02-01,result.json\n"


def test_a_named_result_gives_its_own_values(read, result):
    result(video())
    told = read(NAMED)
    assert [(e.measure, e.value, e.source, e.side) for e in told.entries] == [
        ("spasms_per_min", 3.5, "video", Side.LEFT),
        ("spasm_time_fraction", 0.1, "video", Side.LEFT),
    ]
    result(scale(14))
    assert [(e.measure, e.value, e.source) for e in read(NAMED).entries] == [("hfs_7", 14.0, "patient")]


def test_a_video_that_may_be_mirrored_tells_no_side(read, result):
    result(video() | {"quality": {"verdict": "good", "mirrored": "unknown"}})
    told = read("date,result,side\n2026-02-01,result.json,right\n")
    assert {entry.side for entry in told.entries} == {Side.RIGHT}
    said = "Nobody knows whether the video of line 2 is mirrored: its own side is not counted."
    assert said in told.assumptions


@pytest.mark.parametrize(
    ("value", "because"),
    [
        (video(verdict="refused"), "the recording was refused by its quality"),
        (video(side="both"), "both sides move, and the video counts them together"),
        (scale(None), "hfs_7 has no total: items are missing"),
    ],
)
def test_a_result_without_a_value_is_set_aside_with_its_reason(read, result, value, because):
    result(value)
    told = read(NAMED)
    assert (told.entries, [one.because for one in told.aside]) == ((), [because])


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("date,result\n2026-02-01,other.json\n", video(), 'line 2, result: "other.json" is not there'),
        ("date,result\n2026-02-01,../result.json\n", video(), 'line 2, result: "../result.json" must be the name'),
        ("date,result,side\n2026-02-01,result.json,right\n", video(), "line 2, side: result.json shows the left"),
        (NAMED, scale(14, answered_on="2026-02-03"), "line 2, result: result.json is of 2026-02-03, the row of"),
        (NAMED, scale(14, scale="jrs"), "line 2, result: "),
        (NAMED, {"schema": "facialis.mri/1"}, "line 2, result: "),
        (NAMED, [], "line 2, result: "),
        ("date,result,hfs_7\n2026-02-01,result.json,13\n", scale(14), "line 2, hfs_7: is 13, and result.json says 14"),
    ],
)
def test_a_result_that_does_not_fit_its_row_is_refused(read, result, text, value, said):
    result(value)
    assert refused(read, text).startswith(said)


def test_every_row_that_is_set_aside_is_named_by_its_line(read):
    told = read(
        "date,score\n2026-02-01,4\n" + "2026-02-09,5\n" * 8 + "2026-02-02,5\n2026-02-09,5\n", on=date(2026, 2, 5)
    )
    assert "9 rows set aside (line 3 to 10, 12): of a later day." in told.assumptions


cells = st.tuples(
    st.dates(date(2026, 1, 1), date(2026, 2, 1)),
    st.one_of(st.just(""), st.decimals(0, 10, places=2).map(str)),
    st.sampled_from(["left", "right", "both"]),
    st.sampled_from(["patient", "clinician", ""]),
    st.sampled_from(["", "ptosis", "dry_eye;ptosis"]),
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(rows=st.lists(cells, min_size=1, max_size=12), data=st.data())
def test_shuffled_rows_give_the_same_diary_and_none_is_lost(tmp_path_factory, rows, data):
    folder = tmp_path_factory.mktemp("shuffled")
    told = []
    for order in (rows, data.draw(st.permutations(rows))):
        lines = [",".join(map(str, row)) for row in order]
        (folder / "diary.csv").write_text("\n".join(["date,score,side,source,symptoms", *lines]))
        told.append(diary.read(folder / "diary.csv", on=date(2026, 1, 20)))
    one, other = told
    assert (one.entries, one.symptoms) == (other.entries, other.symptoms)
    assert sorted(aside.because for aside in one.aside) == sorted(aside.because for aside in other.aside)
    used = [row for row in rows if row[0] <= date(2026, 1, 20) and (row[1] or row[4])]
    assert one.rows == len(rows) == len(used) + len(one.aside)
    counted = {(row[0], side, row[3] or "patient") for row in used if row[1] for side in sides(row[2])}
    assert {(entry.day, entry.side.value, entry.source) for entry in one.entries} == counted


def sides(word):
    return ("left", "right") if word == "both" else (word,)


SOUND = (
    '\ufeffdate;score;side;source;symptoms;note\r\n2026-02-01T08:00+01:00;4,5;left;patient;"ptosis";"a;b"\r\n'
    "2026-02-02;;left;video;;\r\n03.02.2026;7;both;;dry_eye;x\r\n"
)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    at=st.integers(0, len(SOUND)),
    drop=st.integers(0, 6),
    put=st.one_of(st.text(st.sampled_from('",;\t\r\n-./:0129eT+ab\u00e4\x00\ufeff'), max_size=4), st.text(max_size=3)),
)
def test_a_mutated_diary_is_read_or_refused_in_one_line(tmp_path_factory, at, drop, put):
    path = tmp_path_factory.mktemp("mutated") / "diary.csv"
    path.write_bytes((SOUND[:at] + put + SOUND[at + drop :]).encode("utf-8", "surrogatepass"))
    try:
        told = diary.read(path, on=date(2026, 3, 1), side=Side.LEFT)
    except DocumentError as error:
        told = str(error)
    if isinstance(told, str):
        assert told.startswith(str(path))
    else:
        assert told.rows >= len(told.aside)
        assert all(0 <= entry.value <= 10 for entry in told.entries)


def test_a_diary_of_values_is_that_of_the_same_file(read):
    told = read("date,score,side,symptoms\n2026-02-01,4,left,bruise\n2026-02-01,6,left,\n")
    day = date(2026, 2, 1)
    values = [Entry(day, Side.LEFT, "score", 6.0, "patient"), Entry(day, Side.LEFT, "score", 4.0, "patient")]
    bruise = Symptom(day, Side.LEFT, "bruise", "patient")

    made = diary.of(values, [bruise, bruise])

    assert (made.entries, made.symptoms) == (told.entries, told.symptoms)
    assert "averaged" in made.assumptions[0]
    assert (made.name, made.rows, len(made.sha256)) == ("diary", 3, 64)
    assert made.sha256 != diary.of(values).sha256


@pytest.mark.parametrize(
    ("measure", "value", "why"),
    [
        ("score", 11.0, "score of 2026-02-01 is 11"),
        ("score", float("nan"), "which cannot be"),
        ("mood", 1.0, "no measure"),
    ],
)
def test_a_value_that_cannot_be_makes_no_diary(measure, value, why):
    with pytest.raises(ValueError, match=why):
        diary.of([Entry(date(2026, 2, 1), Side.LEFT, measure, value, "patient")])


def test_a_symptom_that_nobody_knows_makes_no_diary():
    with pytest.raises(ValueError, match="no code of a symptom"):
        diary.of([], [Symptom(date(2026, 2, 1), Side.LEFT, "hiccups", "patient")])
