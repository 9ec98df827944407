"""What a person was given: what the file may say, what is kept apart, what is refused."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.document import DocumentError
from facialis.findings import Side
from facialis.followup import treatments
from facialis.followup.diary import Symptom
from facialis.followup.treatments import Treatment

ONA = "onabotulinumtoxinA"


@pytest.fixture
def read(tmp_path):
    def from_text(text, **kept):
        path = tmp_path / "treatments.toml"
        path.write_text(text)
        return treatments.read(path, **kept)

    return from_text


def refused(read, text, **kept):
    with pytest.raises(DocumentError) as error:
        read(text, **kept)
    line = str(error.value)
    assert "\n" not in line
    return line.partition("treatments.toml: ")[2]


def one(**told):
    return "[[treatments]]\n" + "".join(f"{key} = {value}\n" for key, value in told.items())


def injection(day="2026-01-12", product=f'"{ONA}"', units="22.5", side='"left"', **more):
    return one(kind='"injection"', date=day, product=product, units=units, side=side, **more)


def test_units_are_kept_to_the_last_digit_with_their_product(read):
    told = read(injection(units="22.50"))
    assert told.rows == (Treatment("injection", date(2026, 1, 12), Side.LEFT, ONA, Decimal("22.50")),)
    assert str(told.rows[0].units) == "22.50"


def test_a_whole_file_with_all_kinds(read):
    told = read(
        'side = "right"\ncountry = "uk"\nnote = "invented"\n'
        + one(kind='"injection"', date="2026-01-12", product=f'"{ONA}"', units="20")
        + one(kind='"decompression"', date="2026-03-01", note='"retrosigmoid"')
        + one(kind='"medicine"', name='"Carbamazepine"', date='"2026-02-01"', until="2026-03-01")
        + "[intervals]\npayer_weeks = 12\nclinic_days = 90\n"
    )
    assert [(row.kind, row.day, row.side) for row in told.rows] == [
        ("injection", date(2026, 1, 12), Side.RIGHT),
        ("medicine", date(2026, 2, 1), Side.NONE),
        ("decompression", date(2026, 3, 1), Side.RIGHT),
    ]
    assert (told.payer_days, told.clinic_days, told.country) == (84, 90, "UK")
    assert (told.rows[1].name, told.rows[1].until) == ("carbamazepine", date(2026, 3, 1))
    assert told.assumptions == ("The treatments did not stand in the order of their days: they were sorted.",)


def test_the_side_of_the_file_is_the_side_of_a_row_that_says_none(read):
    told = read('side = "right"\n' + one(kind='"injection"', date="2026-01-12", product='"unknown"'))
    assert (told.rows[0].side, told.rows[0].product, told.rows[0].units) == (Side.RIGHT, "unknown", None)


def test_what_is_to_come_is_planned_and_not_given(read):
    told = read(injection() + injection("2026-04-20"), on=date(2026, 4, 1))
    assert [row.day for row in told.rows] == [date(2026, 1, 12)]
    assert [row.day for row in told.planned] == [date(2026, 4, 20)]
    assert told.assumptions == ("1 treatment after 2026-04-01 (2026-04-20): planned, not given.",)


def test_both_sides_are_each_their_own(read):
    told = read(one(kind='"injection"', date="2026-01-12", side='"both"', product=f'"{ONA}"'))
    assert [row.side for row in told.rows] == [Side.LEFT, Side.RIGHT]
    assert treatments.sides(told) is Side.BOTH
    assert treatments.sides(read(injection())) is Side.LEFT
    assert treatments.sides(read("")) is Side.NONE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("treatments = 4", "treatments must be a list"),
        ("[[treatments]\n", "is not TOML"),
        ("sides = 'left'", '"sides" is not known; did you mean "side"?'),
        ('side = "lft"', 'side is "lft"; did you mean "left"?'),
        (one(kind='"injektion"', date="2026-01-12"), 'treatments[0].kind is "injektion"; did you mean "injection"?'),
        (injection(unit="3"), 'treatments[0] "unit" is not known; did you mean "units"?'),
        (injection(product='"onabotulinumtoxin"'), 'treatments[0].product is "onabotulinumtoxin"; did you mean "onab'),
        (one(kind='"injection"', date="2026-01-12", side='"left"', units="20"), "treatments[0].units need a product"),
        (injection(units="-2"), "treatments[0].units must be more than 0"),
        (injection(units="0"), "treatments[0].units must be more than 0"),
        (injection(units="nan"), "treatments[0].units must be more than 0"),
        (injection(units="1e400"), "treatments[0].units must be more than 0"),
        (injection(units='"20"'), "treatments[0].units must be a number"),
        (injection(units="true"), "treatments[0].units must be a number"),
        (injection(side='"both"'), "treatments[0].units of both sides together say of no side what it got"),
        (one(kind='"injection"', date="2026-01-12"), "treatments[0].side is missing: left, right or both"),
        (one(kind='"injection"', date="2026-01-12", side='"left"'), "treatments[0].product is missing; write"),
        (injection(product='"unknown"'), "treatments[0].units need a product"),
        ('country = "Narnia"', "country must be two letters, for example EU"),
        (injection(day='"12.1.2026"'), "treatments[0].date must be a date, as 2026-01-31"),
        (injection(day="12"), "treatments[0].date must be a date"),
        (injection(day="07:32:00"), "treatments[0].date must be a date"),
        (injection(day="1026-01-12"), "treatments[0].date 1026-01-12 cannot be"),
        (injection() + injection(), "treatments has two injections on 2026-01-12, left of onabotulinumtoxinA"),
        (
            injection() + one(kind='"injection"', date="2026-01-12", side='"left"', product='"unknown"'),
            "treatments has 2 injections on 2026-01-12, left; name the product of each",
        ),
        (one(kind='"medicine"', date="2026-01-12"), "treatments[0].name is missing"),
        (
            one(kind='"medicine"', date="2026-01-12", name='"baclofen"', until="2026-01-02"),
            "treatments[0].until is 2026-01-02, before it began on 2026-01-12",
        ),
        ("[intervals]\npayer_days = 84.0", "intervals.payer_days must be a whole number"),
        ("[intervals]\npayer_days = 84\npayer_weeks = 12", "intervals.payer_days stands beside its weeks"),
        ("[intervals]\nclinic_weeks = 0", "intervals.clinic_weeks must be a whole number, at least 1 and at most 104"),
        ("[intervals]\nlabel_days = 84", 'intervals "label_days" is not known'),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(read, text, said):
    assert refused(read, text).startswith(said)


def test_a_country_without_a_known_label_is_said(read):
    told = read('country = "NZ"\n')
    assert told.country == "NZ"
    assert "No label's interval is known for NZ (known are EU, " in told.assumptions[0]


@pytest.mark.parametrize(("country", "whose"), [("DE", "EU"), ("fr", "EU"), ("GB", "UK"), ("USA", "US"), ("US", "US")])
def test_the_label_of_a_country_is_found_by_the_countrys_own_name(read, country, whose):
    told = read(f'country = "{country}"\n')
    assert (told.country, told.assumptions) == (whose, ())


def test_two_products_on_one_day_and_side_are_two_injections(read):
    told = read(injection() + injection(product='"abobotulinumtoxinA"', units="60"))
    assert [row.product for row in told.rows] == ["abobotulinumtoxinA", ONA]


SESSION = {
    "schema": "facialis.session/1",
    "date": "2026-01-12",
    "side": "both",
    "product": {"key": ONA},
    "given": [
        {"site": "lateral_lower_lid", "side": "left", "units": "2.5"},
        {"site": "medial_upper_lid", "side": "left", "units": "1.25"},
        {"site": "lateral_lower_lid", "side": "right", "units": "2.5"},
    ],
    "totals": {"units": "6.25"},
    "adverse_events": [
        {"code": "ptosis", "side": "left", "onset": "2026-01-18", "resolved": None},
        {"code": "bruise", "side": None, "onset": None},
    ],
}
NAMED = one(kind='"injection"', session='"session.json"')


@pytest.fixture
def session(tmp_path):
    def write(**changed):
        (tmp_path / "session.json").write_text(json.dumps(SESSION | changed))

    write()
    return write


def test_a_named_session_gives_each_side_its_units_and_its_adverse_events(read, session):
    told = read(NAMED)
    assert [(row.side, row.product, row.units) for row in told.rows] == [
        (Side.LEFT, ONA, Decimal("3.75")),
        (Side.RIGHT, ONA, Decimal("2.5")),
    ]
    ptosis = Symptom(date(2026, 1, 18), Side.LEFT, "ptosis", "clinician")
    bruise = Symptom(date(2026, 1, 12), Side.NONE, "bruise", "clinician")
    assert treatments.symptoms(told) == (ptosis, bruise)
    assert ptosis not in treatments.symptoms(read(NAMED, on=date(2026, 1, 15)))


def test_an_adverse_event_that_is_over_is_named_and_no_longer_handed_on(read, session):
    session(adverse_events=[SESSION["adverse_events"][0] | {"resolved": "2026-02-20"}])
    assert len(treatments.symptoms(read(NAMED, on=date(2026, 2, 19)))) == 1
    told = read(NAMED, on=date(2026, 2, 20))
    assert treatments.symptoms(told) == ()
    assert told.assumptions == ("ptosis of session.json is over since 2026-02-20: no alarm.",)


@pytest.mark.parametrize(
    ("text", "changed", "said"),
    [
        (one(kind='"injection"', session='"other.json"'), {}, 'treatments[0].session "other.json" is not there'),
        (one(kind='"injection"', session='"/etc/passwd"'), {}, 'treatments[0].session "/etc/passwd" must be the name'),
        (NAMED.replace("injection", "medicine"), {}, 'treatments[0].kind is "medicine"; it must be one of injection'),
        (NAMED + "units = 3\n", {}, "treatments[0].units stands in the session"),
        (NAMED + "date = 2026-01-13\n", {}, "treatments[0].date is 2026-01-13, the session is of 2026-01-12"),
        (NAMED + 'side = "left"\n', {}, "treatments[0].side is left, the session is of both"),
        (NAMED, {"totals": {"units": "7"}}, "treatments[0].session "),
        (NAMED, {"totals": {"units": "9e999999"}}, "treatments[0].session "),
        (NAMED, {"given": []}, "treatments[0].session "),
        (NAMED, {"product": {"key": "toxin"}}, "treatments[0].session "),
        (NAMED, {"schema": "facialis.video/1"}, "treatments[0].session "),
        (NAMED, {"date": "soon"}, "treatments[0].session "),
    ],
)
def test_a_session_that_does_not_fit_is_refused(read, session, text, changed, said):
    session(**changed)
    assert refused(read, text).startswith(said)


SOUND = (
    'side = "left"\n[[treatments]]\nkind = "injection"\ndate = 2026-01-12\nproduct = "onabotulinumtoxinA"\n'
    'units = 22.5\n[[treatments]]\nkind = "injection"\nsession = "session.json"\nside = "both"\n'
    "[intervals]\npayer_days = 84\n"
)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    at=st.integers(0, len(SOUND)),
    drop=st.integers(0, 8),
    put=st.one_of(st.text(st.sampled_from("'\"[]=.-0129eE+_ntruz\n\x00"), max_size=5), st.text(max_size=3)),
)
def test_a_mutated_file_is_read_or_refused_in_one_line(tmp_path_factory, at, drop, put):
    folder = tmp_path_factory.mktemp("mutated")
    path = folder / "treatments.toml"
    (folder / "session.json").write_text(json.dumps(SESSION | {"date": "2026-02-12"}))
    path.write_bytes((SOUND[:at] + put + SOUND[at + drop :]).encode("utf-8", "surrogatepass"))
    try:
        told = treatments.read(path, on=date(2026, 3, 1))
    except DocumentError as error:
        told = str(error)
    if isinstance(told, str):
        assert told.startswith(str(path))
    else:
        assert all(row.units is None or row.units > 0 for row in told.rows)


WHOLE = json.dumps(SESSION)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    at=st.integers(0, len(WHOLE)),
    drop=st.integers(0, 8),
    put=st.text(st.sampled_from('"[]{}:,.-0129eEntrul'), max_size=4),
)
def test_a_mutated_session_is_read_or_refused_in_one_line(tmp_path_factory, at, drop, put):
    folder = tmp_path_factory.mktemp("mutated")
    (folder / "treatments.toml").write_text(NAMED)
    (folder / "session.json").write_text(WHOLE[:at] + put + WHOLE[at + drop :])
    try:
        told = treatments.read(folder / "treatments.toml")
    except DocumentError as error:
        told = str(error)
    if isinstance(told, str):
        assert "\n" not in told
    else:
        assert sum(row.units for row in told.rows) > 0
