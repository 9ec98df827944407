"""Three questions on what a person has read, with their answers: one on a benefit, one on a harm, one on waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from facialis.knowledge import treatment
from facialis.treatment.decision_aid.counts import PEOPLE
from facialis.treatment.decision_aid.option_shown import OptionShown
from facialis.treatment.decision_aid.shown import Shown, when
from facialis.units import in_text

_GRAVEST = ("death", "serious", "minor")


def questions(options: Sequence[OptionShown]) -> list[dict[str, Any]]:
    """Return the questions, each with its choices, which of them is right, and why.

    Parameters
    ----------
    options : sequence of OptionShown
        As the aid shows them; the questions are about their own numbers.
    """
    known = treatment.decision_aid()
    natural = {
        "question": known.check["natural"],
        "choices": sorted(known.natural_choices),
        "right": known.natural_choices[0],
        "answer": known.check["natural_answer"],
    }
    return [_relief(options), *_harm(options), natural]


def _relief(options: Sequence[OptionShown]) -> dict[str, Any]:
    words = treatment.decision_aid().check
    # A number that was counted in some people only is no number to be learnt by heart.
    counted = [one for one in options if one.main is not None]
    option = next((one for one in counted if one.main is not None and one.main.partly is None), None)
    if option is None and counted and counted[0].main is not None and counted[0].main.partly is not None:
        asked = words["partly"].format(option=counted[0].option.plain_name)
        answer = f"{words['partly_answer']} {counted[0].main.partly.text}"
        return {"question": asked, "choices": [words["yes"], words["no"]], "right": words["no"], "answer": answer}
    if option is None or option.main is None or option.main.count is None:
        name = options[0].option.plain_name
        asked, answer = words["uncounted"].format(option=name), words["uncounted_answer"]
        return {"question": asked, "choices": [words["yes"], words["no"]], "right": words["no"], "answer": answer}
    one, said = option.main.count, treatment.decision_aid().outcomes[option.main.key]
    choices = sorted({one.people, PEOPLE // 2 if abs(one.people - PEOPLE // 2) > PEOPLE // 10 else PEOPLE // 5, PEOPLE})
    names = [f"All {people:,}." if people == PEOPLE != one.people else f"About {people:,}." for people in choices]
    return {
        "question": words["relief"].format(
            option=option.option.plain_name, yes=said.yes, when=when(option.main, again=option.times is not None)
        ),
        "choices": names,
        "right": names[choices.index(one.people)],
        "answer": words["relief_answer"].format(count=one.text, rest=one.rest.short, no=said.no),
    }


def _harm(options: Sequence[OptionShown]) -> list[dict[str, Any]]:
    """Ask for the gravest harm of any option: the one that must not be overlooked."""
    words = treatment.decision_aid().check
    if not any(option.harms for option in options):
        return []
    option, worst = min(_harms(options), key=lambda pair: _rank(pair[1]))
    said = "Nobody has counted how often." if worst.count is None else f"It happens to {worst.count.text}."
    asked = words["harm"].format(option=option.option.plain_name, harm=in_text(worst.name))
    answer = words["harm_answer"].format(said=said)
    return [{"question": asked, "choices": [words["yes"], words["never"]], "right": words["yes"], "answer": answer}]


def _harms(options: Sequence[OptionShown]) -> Iterator[tuple[OptionShown, Shown]]:
    for option in options:
        for harm in option.harms:
            yield option, harm


def _rank(harm: Shown) -> tuple[bool, int, bool]:
    return harm.count is None, _GRAVEST.index(harm.severity), not harm.lasting
