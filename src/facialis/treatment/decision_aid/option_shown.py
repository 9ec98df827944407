"""One option over the horizon: the number that stands first, what it does, what it asks, what holds for this person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.aid import KindWords
from facialis.knowledge.treatment.option import Kind, Option
from facialis.treatment.decision_aid import person, shown
from facialis.treatment.decision_aid.shown import SURGEON, Shown
from facialis.treatment.decision_aid.surgeon import Figures
from facialis.treatment.decision_aid.year import Year, year
from facialis.treatment.options import Placed


@dataclass(frozen=True, slots=True)
class OptionShown:
    """One option over the horizon.

    Attributes
    ----------
    option : Option
    times : int or None
        How many sessions the horizon has; None where a treatment is not given again and again.
    outcomes, harms : tuple of Shown
    main : Shown or None
        The number that stands first.
    beside : Shown or None
        The published one where `main` is the surgeon's own; the surgeon's own where that was looked at earlier.
    year : Year
    holds, unasked : tuple of str
        What holds for this person, what nobody has asked, in plain words.
    figures : Figures or None
        The surgeon's own.
    """

    option: Option
    times: int | None
    outcomes: tuple[Shown, ...]
    harms: tuple[Shown, ...]
    main: Shown | None
    beside: Shown | None
    year: Year
    holds: tuple[str, ...]
    unasked: tuple[str, ...]
    figures: Figures | None

    @property
    def words(self) -> KindWords:
        """What its kind asks of a person."""
        return treatment.decision_aid().kinds[self.option.kind]

    def to_json(self, years: int) -> dict[str, Any]:
        """Return the public form."""
        option, words = self.option, self.words
        return {
            "key": option.key,
            "name": option.name,
            "plain_name": option.plain_name,
            "kind": option.kind.value,
            "standing": option.standing.value,
            "plain": option.plain,
            "evidence": {
                "certainty": option.evidence.certainty.value,
                "plain": option.evidence.plain,
                "sources": list(option.evidence.sources),
            },
            "each": words.each,
            "once": words.once,
            "times": self.times,
            "main": None if self.main is None else self._main(self.main, years),
            "beside": None if self.beside is None else self._main(self.beside, years),
            "outcomes": [one.to_json() for one in self.outcomes],
            "harms": [one.to_json() | {"overlap": self._overlap(one)} for one in self.harms],
            "year": self.year.to_json(),
            "asks": {
                name: getattr(words, name) for name in ("visits", "anaesthesia", "recovery", "money", "undone", "feel")
            },
            "asks_too": list(option.asks),
            "note": treatment.decision_aid().notes.get(option.key, ""),
            "must_not": [rule.plain for rule in option.never],
            "first": [rule.plain for rule in option.first if person.for_everybody(rule)],
            "holds": list(self.holds),
            "unasked": list(self.unasked),
            "surgeon": None if self.figures is None else self.figures.to_json(),
        }

    def _overlap(self, harm: Shown) -> str:
        """Say with which other harm of this option a harm overlaps, so that nobody adds them up."""
        keys = {one.key for one in self.harms}
        for overlap in treatment.decision_aid().overlaps:
            if harm.key in overlap.harms and len(keys & set(overlap.harms)) > 1:
                return overlap.text
        return ""

    def _main(self, one: Shown, years: int) -> dict[str, Any]:
        words = treatment.decision_aid().outcomes[one.key]
        return one.to_json() | {
            "yes": words.yes,
            "no": words.no,
            "whole_horizon": shown.holds_over(one, years),
            "each_time": self.times is not None and one.key != "lasting",
            "wears_off": self.times is not None,
        }


def _gravity(harm: Shown) -> tuple[int, bool, bool, float]:
    share = None if harm.count is None else harm.count.share
    return shown.gravity(harm.severity, lasting=harm.lasting, share=share)


def show(option: Option, years: int, placed: Placed | None, figures: Figures | None) -> OptionShown:
    """Return an option over a horizon, for a person and with a surgeon's own figures where they are known."""
    outcomes = {one.key: shown.outcome(one, figures, option.key) for one in option.outcomes}
    first = shown.main(outcomes, years)
    beside = None
    if first is not None and first.whose == SURGEON:
        beside = shown.main({one.key: shown.outcome(one, None, option.key) for one in option.outcomes}, years)
    elif figures is not None:
        beside = shown.main({key: one for key, one in outcomes.items() if one.whose == SURGEON}, years)
    harms = sorted((shown.harm(one, figures, years) for one in option.harms), key=_gravity)
    again = treatment.decision_aid().kinds[option.kind].each == "session"
    holds, unasked = person.told(placed) if placed is not None else ((), ())
    # The studies behind the line of an operation counted who was free of spasms, those of toxin who was relieved.
    order = ("relief_complete", "relief") if option.kind is Kind.OPERATION else ("relief", "relief_complete")
    early = next((outcomes[key] for key in order if key in outcomes and outcomes[key].count), first)
    relieved = None if early is None or early.count is None else early.count.share
    return OptionShown(
        option,
        shown.sessions(years) if again else None,
        tuple(outcomes.values()),
        tuple(harms),
        first,
        beside,
        year(option, relieved, early.key if early is not None else "relief"),
        holds,
        unasked,
        figures,
    )
