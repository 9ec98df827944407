"""How long the questions take: what has to be read and tapped from the first to the last, and to where it may be ended.

Nobody is timed here. Words are counted on the way that an invented person takes through the questions, and divided by
published speeds of silent reading; what an answer takes beside the reading is assumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from facialis.diagnosis import hardly_tells, rank_questions
from facialis.history import Interview, questionnaire
from facialis.history.answers import shown
from facialis.history.questions import Item, Stage

# Silent reading of English non-fiction, words a minute: the mean of adults, and the lower end of where most of them
# lie (Brysbaert 2019, 10.1016/j.jml.2019.104047: 190 studies). Older people read more slowly than the mean.
AVERAGE, SLOW = 238.0, 175.0
SOURCE = "Brysbaert 2019, 10.1016/j.jml.2019.104047"
# Assumed: to choose, to tap twice, and to wait for the next page. No study of this page stands behind it.
ANSWER_S = 3.0
TARGET_MIN = 6.0
YEAR, SEED = 2026, 20260601
TYPICAL: dict[str, object] = {
    "age": 61, "sex": "female", "moves": "yes", "side": "left", "always_that_side": "yes", "onset": 55, "pain": "none",
    "began_where": "eye", "spread": "yes", "where_now": "more", "worse_after_movement": "yes", "stress": "yes",
    "ear_sound": "yes", "seen_asleep": "nobody", "phq_interest": "not_at_all", "phq_down": "several_days",
}  # fmt: skip
Choose = Callable[[Item], object]


@dataclass
class Way:
    """A way through the questions: how many there were and how many words, in all and to where it may be ended."""

    questions: int = 0
    words: int = 0
    enough_questions: int | None = None
    enough_words: int | None = None
    page_ms: float = 0.0


def run(*, quick: bool) -> dict[str, Any]:
    """Walk a typical way, ways without movement and ways at random; the longest of them is kept."""
    rng = Random(SEED)
    rank_questions((), {}, ("stress_worse",))  # what is loaded once stands apart from a page
    typical = walk(lambda item: TYPICAL.get(item.key, "no"))
    ways = [typical, *(walk(lambda item: _any(item, rng)) for _ in range(5 if quick else 60))]
    longest = max(ways, key=minutes)
    shortest = walk(lambda item: (TYPICAL | {"moves": "no"}).get(item.key, "no"))
    return {
        "words_per_min": {"average": AVERAGE, "slow": SLOW, "source": SOURCE},
        "answer_s": ANSWER_S,
        "target_min": TARGET_MIN,
        "ways": {
            name: _figures(way) for name, way in (("typical", typical), ("longest", longest), ("no movement", shortest))
        },
        "drawn": len(ways) - 1,
        "slowest_next_ms": max(way.page_ms for way in ways),
    }


def walk(choose: Choose) -> Way:
    """Go through the questions as the site asks them, in its order."""
    told, way, headings = Interview(questionnaire(), YEAR), Way(), set[Stage]()
    while True:
        began = time.perf_counter()
        item = told.next(rank_questions)
        codes = [code for one in told.open() for code in one.codes]
        enough = bool(
            item and item.stage is Stage.RANKED and hardly_tells(told.all_findings(), told.all_fields(), codes)
        )
        way.page_ms = max(way.page_ms, 1000.0 * (time.perf_counter() - began))
        if enough and way.enough_questions is None:
            way.enough_questions, way.enough_words = way.questions, way.words
        if item is None:
            return way
        heading = told.questionnaire.headings[item.stage] if item.stage not in headings else ""
        headings.add(item.stage)
        texts = [heading, shown(told.questionnaire, item, item.question, told.answers)]
        texts += [choice.text for choice in item.choices.values()]
        way.questions += 1
        way.words += sum(len(text.split()) for text in texts)
        told = told.tell(item.key, choose(item))


def _any(item: Item, rng: Random) -> object:
    if item.choices:
        return rng.choice(list(item.choices))
    return 18 if item.key == "months" else 40 if item.key == "onset" else 61


def minutes(way: Way, speed: float = SLOW) -> float:
    """Return how long a way takes, minutes."""
    return way.words / speed + way.questions * ANSWER_S / 60.0


def _figures(way: Way) -> dict[str, Any]:
    end = Way(way.enough_questions, way.enough_words or 0) if way.enough_questions is not None else way
    return {
        "questions": way.questions,
        "words": way.words,
        "minutes_average": minutes(way, AVERAGE),
        "minutes_slow": minutes(way),
        "enough_questions": end.questions,
        "enough_words": end.words,
        "enough_minutes_average": minutes(end, AVERAGE),
        "enough_minutes_slow": minutes(end),
    }
