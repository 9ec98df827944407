"""Opening hours by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis_practice.hours import (
    MIDNIGHT,
    Closure,
    Hours,
    Span,
    closures_ahead,
    is_open,
    moments,
    week_in_words,
)

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
WORKDAY = (Span(8 * 60, 17 * 60),)
OFFICE = ((WORKDAY,) * 5) + ((), ())
SCANNER = ((WORKDAY,) * 6) + ((),)


def hours(zone: ZoneInfo = NEW_YORK, *closures: Closure, **week: object) -> Hours:
    return Hours(zone, week or {"visits": OFFICE, "mri": SCANNER}, closures)  # type: ignore[arg-type]


def at(text: str, zone: ZoneInfo = NEW_YORK, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def test_it_opens_with_the_minute_and_closes_with_it():
    # 1 June 2026 is a Monday. Half-open: at 17:00 sharp it is closed.
    assert not is_open(hours(), "visits", at("2026-06-01T07:59:59")).open
    assert is_open(hours(), "visits", at("2026-06-01T08:00")).open
    assert is_open(hours(), "visits", at("2026-06-01T16:59:59")).open
    assert not is_open(hours(), "visits", at("2026-06-01T17:00")).open


def test_on_saturday_only_the_scanner_is_open_and_on_sunday_nothing():
    saturday, sunday = at("2026-06-06T10:00"), at("2026-06-07T10:00")

    assert is_open(hours(), "mri", saturday).open
    assert not is_open(hours(), "visits", saturday).open
    assert not is_open(hours(), "mri", sunday).open


@pytest.mark.parametrize(
    ("moment", "because"),
    [
        ("2026-06-01T09:00", "Open until 17:00 today."),
        ("2026-06-01T06:00", "Not yet open today. Opens at 8:00 today."),
        ("2026-06-01T18:00", "Closed for today. Opens at 8:00 tomorrow."),
        ("2026-06-05T18:00", "Closed for today. Opens at 8:00 on Monday."),
        ("2026-06-06T09:00", "Closed on Saturdays. Opens at 8:00 on Monday."),
        ("2026-12-25T09:00", "Closed today: Christmas Day. Opens at 8:00 on Monday."),
    ],
)
def test_it_says_why_in_one_breath(moment, because):
    christmas = Closure(date(2024, 12, 25), date(2024, 12, 25), "Christmas Day", yearly=True)

    assert is_open(hours(NEW_YORK, christmas), "visits", at(moment)).because == because


def test_the_noon_break_is_closed():
    split = {"visits": ((Span(480, 720), Span(780, 1020)),) * 7}
    told = is_open(hours(NEW_YORK, **split), "visits", at("2026-06-01T12:30"))

    assert not told.open
    assert told.opens == at("2026-06-01T13:00")
    assert told.because == "Closed at this hour. Opens at 13:00 today."


def test_a_closure_is_over_the_day_after_its_last():
    week_off = Closure(date(2026, 6, 1), date(2026, 6, 3), "Renovation", services=("visits",))
    told = is_open(hours(NEW_YORK, week_off), "visits", at("2026-06-02T09:00"))

    assert told.opens == at("2026-06-04T08:00")
    assert told.because == "Closed today: Renovation. Opens at 8:00 on Thursday."
    assert is_open(hours(NEW_YORK, week_off), "mri", at("2026-06-02T09:00")).open


def test_far_ahead_the_day_is_named():
    away = Closure(date(2026, 6, 1), date(2026, 6, 30), "Holiday")

    assert is_open(hours(NEW_YORK, away), "visits", at("2026-06-01T09:00")).because.endswith("Opens at 8:00 on 1 July.")


def test_what_never_opens_says_so():
    assert is_open(hours(NEW_YORK, visits=((),) * 7), "visits", at("2026-06-01T09:00")).because == (
        "Closed on Mondays. No opening within a year."
    )


def test_on_days_when_the_clock_changes_the_wall_still_holds():
    # Berlin, last Sundays of March and October 2026: opening is at eight on the wall, an hour apart in UTC.
    everyday = {"visits": (WORKDAY,) * 7}
    spring = is_open(hours(BERLIN, **everyday), "visits", at("2026-03-28T20:00", BERLIN))
    autumn = is_open(hours(BERLIN, **everyday), "visits", at("2026-10-24T20:00", BERLIN))

    assert spring.opens.astimezone(UTC) == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert autumn.opens.astimezone(UTC) == datetime(2026, 10, 25, 7, tzinfo=UTC)
    assert spring.because.endswith("Opens at 8:00 tomorrow.")


def test_an_hour_that_is_never_shown_is_not_opening_time():
    # The clock goes from 2:00 to 3:00: what opens at 2:30 opens at 3:00 on the wall, which is 1:00 UTC.
    night = {"visits": ((Span(150, 240),),) * 7}

    assert moments(hours(BERLIN, **night), "visits", date(2026, 3, 29)) == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))
    ]


def test_an_hour_that_is_shown_twice_is_opening_time_twice():
    # The clock goes from 3:00 back to 2:00: the sign says 2:15 to 2:45, and the wall shows that twice.
    night = {"visits": ((Span(135, 165),),) * 7}
    found = moments(hours(BERLIN, **night), "visits", date(2026, 10, 25))

    assert [(ends - begins) for begins, ends in found] == [timedelta(minutes=30)] * 2
    assert found[1][0] - found[0][1] == timedelta(minutes=30)


def test_a_night_that_goes_on_is_one_opening():
    always = {"visits": ((Span(0, MIDNIGHT),),) * 4 + ((Span(0, 600),), (), ())}

    told = is_open(hours(BERLIN, **always), "visits", at("2026-06-01T23:00", BERLIN))

    assert told.until == at("2026-06-05T10:00", BERLIN)


@settings(max_examples=300, deadline=None)
@given(
    moment=st.integers(0, 730 * MIDNIGHT).map(lambda minutes: BEGINS + timedelta(minutes=minutes)),
    spans=st.lists(
        st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda pair: pair[0] < pair[1]),
        min_size=7,
        max_size=7,
    ),
    zone=st.sampled_from([NEW_YORK, BERLIN, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Africa/Cairo")]),
)
def test_open_is_when_the_wall_shows_a_time_within_the_hours(moment, spans, zone):
    week = tuple((Span(*pair),) for pair in spans)
    told = is_open(Hours(zone, {"visits": week}), "visits", moment)
    wall = moment.astimezone(zone)
    span = week[wall.weekday()][0]

    assert told.open is (span.begins <= wall.hour * 60 + wall.minute + wall.second / 60 < span.ends)
    if told.opens is not None:
        assert told.opens > moment
        assert is_open(Hours(zone, {"visits": week}), "visits", told.opens).open
        # It was closed all the way: a minute before too.
        assert not is_open(Hours(zone, {"visits": week}), "visits", told.opens - timedelta(seconds=1)).open
    if told.until is not None:
        assert not is_open(Hours(zone, {"visits": week}), "visits", told.until).open


def test_days_alike_are_told_together():
    assert week_in_words(hours(), "visits") == [
        ("Monday to Friday", "8:00 to 17:00"),
        ("Saturday and Sunday", "closed"),
    ]
    assert week_in_words(hours(), "mri") == [("Monday to Saturday", "8:00 to 17:00"), ("Sunday", "closed")]


def test_closures_ahead_are_those_to_come_the_next_first():
    christmas = Closure(date(2024, 12, 25), date(2024, 12, 25), "Christmas Day", yearly=True)
    past = Closure(date(2026, 1, 5), date(2026, 1, 6), "Past")
    thanks = Closure(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving")

    found = closures_ahead(hours(NEW_YORK, christmas, past, thanks), date(2026, 11, 27))

    assert [(first.isoformat(), closure.reason) for first, _, closure in found] == [
        ("2026-11-26", "Thanksgiving"),
        ("2026-12-25", "Christmas Day"),
    ]


@pytest.mark.parametrize(("begins", "ends"), [(-1, 10), (10, 10), (20, 10), (0, 1441)])
def test_a_span_must_be_part_of_a_day(begins, ends):
    with pytest.raises(ValueError, match="is no part of a day"):
        Span(begins, ends)


def test_a_moment_without_a_zone_and_an_unknown_service_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        is_open(hours(), "visits", datetime(2026, 6, 1, 9))  # noqa: DTZ001
    with pytest.raises(ValueError, match='no service "surgery"'):
        is_open(hours(), "surgery", at("2026-06-01T09:00"))
