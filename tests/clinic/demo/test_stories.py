"""The stories that are shipped can be played, and say of everybody that they are invented."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from facialis.followup.diary import symptom_codes
from facialis.history import questionnaire
from facialis_clinic.accounts.invented import STAFF
from facialis_clinic.demo.stories import Step, Story, stories
from facialis_clinic.demo.verbs import VERBS


def steps() -> Iterator[tuple[Story, Step]]:
    return ((story, step) for story in stories().stories for step in story.steps)


def test_a_dozen_people_who_are_named_as_invented_stand_at_different_points() -> None:
    told = stories().stories

    assert len(told) >= 12
    assert all(story.name.endswith(" Example") for story in told)
    assert len({story.where for story in told}) == len(told)


def test_every_step_is_a_verb_that_is_told_what_it_asks_for_by_somebody_who_is_there() -> None:
    for story, step in steps():
        asked = inspect.signature(VERBS[step.do])
        given = dict(step.told) | ({"options": {}} if step.do == "film" else {})
        asked.bind(None, **given)
        assert not step.by or step.by in STAFF, (story.key, step)


def test_days_go_forward_and_a_film_is_waited_for_after_it_was_sent() -> None:
    for story in stories().stories:
        sent: set[str] = set()
        moments = [(step.day, step.at) for step in story.steps]
        assert moments == sorted(moments), story.key
        assert all(step.day >= story.since for step in story.steps), story.key
        for step in story.steps:
            assert not step.after or step.after in sent, (story.key, step)
            sent |= {step.told["clip"]} if step.do == "film" else set()


def test_every_film_is_made_for_somebody_and_differs_from_the_others() -> None:
    sent = [step.told["clip"] for _, step in steps() if step.do == "film"]
    clips = stories().clips

    assert sorted(sent) == sorted(clips)
    assert len({str(options) for options in clips.values()}) == len(clips)


def test_every_answer_is_one_that_the_questionnaire_offers() -> None:
    items = questionnaire().items
    for story, step in steps():
        for key, answer in step.told.get("answers", {}).items() if step.do == "interview" else ():
            assert not items[key].choices or answer in items[key].choices, (story.key, key, answer)


def test_every_sign_of_a_diary_is_one_that_the_diary_offers() -> None:
    told = {sign for _, step in steps() for sign in step.told.get("noticed", ())}

    assert told
    assert told <= set(symptom_codes())
