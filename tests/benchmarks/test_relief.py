"""The benchmark of late relief counts what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import relief
from facialis.followup.simulate_relief import people


def test_who_stopped_writing_before_freedom_is_not_counted_as_spared() -> None:
    person = next(one for one in people(200, seed=2) if (one.free_on or 0) > 300)
    read = relief._read(person)
    gone = relief._read(replace(person, until=100))
    assert relief.given_up_early([gone])["facialis"]["of"] == 0
    assert relief.given_up_early([read])["facialis"]["of"] == int(person.until >= (person.free_on or 0) - 35)


@pytest.mark.slow
def test_to_give_up_at_three_months_hits_whoever_becomes_free_later() -> None:
    read = [relief._read(one) for one in people(300, seed=2)]
    told = relief.given_up_early(read)["not free at 3 months"]
    late = [one for one in read if relief._late(one.person) and one.person.until >= (one.person.free_on or 0) - 35]
    assert told["of"] == len(late)
    assert told["count"] == sum((one.person.free_on or 0) > 91 for one in late if 91 in one.said)


def test_the_figures_are_told_in_lines() -> None:
    told = "\n".join(relief.lines(relief.run(quick=True)))
    assert "at most 5 %" in told
    assert "nan" not in told
