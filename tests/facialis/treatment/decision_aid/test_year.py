"""The first year: waves of injections, a rise after an operation, and nothing where nobody counted."""

import numpy as np

from facialis.treatment.decision_aid.year import year


def test_injections_come_and_go_with_every_session(made):
    told = year(made.TOXIN, 0.935)
    days = np.array(told.days)
    best, before_next = told.people[days <= 45].max(), told.people[days == 90][0]
    assert before_next < 0.7 * best
    assert told.people.max() <= 935


def test_an_operation_never_falls_within_the_year_and_stays_within_its_range(made):
    told = year(made.OPERATION, 0.911)
    assert np.all(np.diff(told.people) >= -1e-9)
    assert np.all((told.low <= told.people + 1e-9) & (told.people <= told.high + 1e-9))
    assert told.people[-1] <= 911
    assert "S141" in told.sources


def test_where_nobody_counted_nothing_is_drawn_and_it_is_said(made):
    for option, relieved in ((made.WAITING, 0.4), (made.TOXIN, None)):
        told = year(option, relieved).to_json()
        assert told["points"] == []
        assert told["basis"] is None
        assert told["text"]
