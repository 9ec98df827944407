"""The decision aid itself: options chosen, refused where they must not be given, put together as a public result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Any

from facialis import flags, knowledge
from facialis.case import Case
from facialis.knowledge import treatment
from facialis.knowledge.treatment.option import Option
from facialis.treatment.decision_aid import check, person, shown
from facialis.treatment.decision_aid.counts import PEOPLE
from facialis.treatment.decision_aid.option_shown import OptionShown, show
from facialis.treatment.decision_aid.shown import Shown
from facialis.treatment.decision_aid.surgeon import Figures
from facialis.treatment.options import SideKnown
from facialis.version import __version__

SCHEMA = "facialis.aid/1"
FEWEST, MOST = 2, 3
# Said of every option, whether its own list names them or not: nobody should have to ask.
ALWAYS = ("death", "stroke")


class NotShown(ValueError):
    """These options cannot be held side by side; the text is one line: which, why, what instead."""


@dataclass(frozen=True, slots=True)
class DecisionAid:
    """Two or three options over the same years.

    Attributes
    ----------
    options : tuple of OptionShown
        In the order in which they were asked for.
    years : int
        The horizon, the same for all.
    on : date
        Today.
    case : Case or None
    """

    options: tuple[OptionShown, ...]
    years: int
    on: date
    case: Case | None

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.aid/1``."""
        known = treatment.decision_aid()
        about = {field.name: getattr(known.about, field.name) for field in fields(known.about)}
        told = [one.to_json(self.years) for one in self.options]
        result = {
            "schema": SCHEMA,
            "on": self.on.isoformat(),
            "years": self.years,
            "people": PEOPLE,
            "for": _for(self.case),
            "red_flags": [raised.to_json() for raised in flags.of_case(self.case)] if self.case else [],
            "decision": dict(known.decision),
            "natural_sources": list(known.natural_sources),
            "steps": list(known.steps),
            "options": told,
            "harm_rows": list(_rows(self.options)),
            "values": self._values(),
            "questions": [*known.questions, *_unique(text for one in self.options for text in one.words.questions)],
            "check": check.questions(self.options),
            "not_known": self._not_known(),
            "help": {"now": list(known.now), "today": list(known.today), "where": known.where},
            "about": {key: value.isoformat() if isinstance(value, date) else value for key, value in about.items()},
            "overdue": self.on > known.about.review_due,
            "software": {
                "version": __version__,
                "knowledge_sha256": knowledge.digest(),
                "treatment_sha256": treatment.digest(),
            },
        }
        return result | {"sources": _sources(result)}

    def _values(self) -> list[dict[str, str]]:
        """Return for each kind what speaks for it and against it; options of one kind share theirs."""
        kinds = _unique(one.option.kind for one in self.options)
        words = treatment.decision_aid().kinds
        toward = [{"text": words[kind].toward, "kind": kind.value, "way": "for"} for kind in kinds]
        away = [{"text": words[kind].away, "kind": kind.value, "way": "against"} for kind in kinds]
        return [one for pair in zip(toward, away, strict=True) for one in pair]

    def _not_known(self) -> list[str]:
        texts = list(treatment.decision_aid().unknown)
        for one in self.options:
            if one.main is None:
                texts.append(f"{one.option.plain_name}: nobody has counted how many people it helps.")
            elif not shown.holds_over(one.main, self.years):
                texts.append(f"{one.option.plain_name}: {not_so_long(one.main, self.years)}")
        return texts


def decision_aid(
    keys: Sequence[str],
    years: int,
    on: date,
    case: Case | None = None,
    figures: Figures | None = None,
    side: SideKnown | None = None,
) -> DecisionAid:
    """Hold two or three options side by side.

    Parameters
    ----------
    keys : sequence of str
        Of ``options.toml``; their order is kept.
    years : int
        The horizon.
    on : date
        Today.
    case : Case or None
        Whom it is for: an option that must not be given to this person is refused.
    figures : Figures or None
        A surgeon's own, in place of the published ones.
    side : SideKnown or None
        Which side moves, as far as those who told agree.

    Raises
    ------
    NotShown
        In one line: which option, why, what instead.
    """
    options = chosen(keys, years)
    places = person.placed(case, side)
    for option in options:
        against = person.barred(places[option.key]) if places else ""
        if against:
            raise NotShown(f"{option.key}: must not be given here: {against}")
    own = {figures.option: figures} if figures is not None else {}
    parts = (show(option, years, places.get(option.key), own.get(option.key)) for option in options)
    return DecisionAid(tuple(parts), years, on, case)


def chosen(keys: Sequence[str], years: int) -> tuple[Option, ...]:
    """Return options that can be held side by side.

    Raises
    ------
    NotShown
        If there are too few or too many, one is named twice or is not known, or the horizon cannot be shown.
    """
    known = treatment.options()
    kinds = treatment.decision_aid().kinds
    able = [option.key for option in known.values() if option.aid and option.kind in kinds]
    longest = int(treatment.decision_aid().number("longest_years"))
    if not 1 <= years <= longest:
        raise NotShown(f"{years} years cannot be shown; give 1 to {longest}")
    for place, key in enumerate(keys):
        if key not in known:
            near = get_close_matches(key, able, 1, 0.4)
            hint = f'did you mean "{near[0]}"? ' if near else ""
            raise NotShown(f'"{key}" is no option of treatment; {hint}the aid shows {", ".join(able)}')
        if key in keys[:place]:
            raise NotShown(f"{key} is named twice; name two or three different options")
        if key not in able:
            raise NotShown(f"{key}: nobody has counted what it does over ten years; the aid shows {', '.join(able)}")
    if not FEWEST <= len(keys) <= MOST:
        raise NotShown(f"{len(keys)} options cannot be held side by side; name two or three")
    return tuple(known[key] for key in keys)


def not_so_long(one: Shown, years: int) -> str:
    """Say that nobody looked as late as the horizon reaches, and how long the longest look was."""
    if not one.at:
        return f"nobody has counted this over {years} years, and the sources do not say how long they looked."
    return f"nobody has counted this over {years} years. The longest look was {one.at}."


def _rows(options: Sequence[OptionShown]) -> Iterator[dict[str, Any]]:
    """Yield every harm of any option once, the gravest first, so that each option is asked for each."""
    found: dict[str, Shown] = {}
    shares: dict[str, float] = {}
    for option in options:
        for one in option.harms:
            found.setdefault(one.key, one)
            if one.count is not None:
                shares[one.key] = max(one.count.share, shares.get(one.key, 0.0))
    rows: dict[str, dict[str, Any]] = {
        key: {"key": key, "name": one.name, "plain": one.plain, "severity": one.severity, "lasting": one.lasting}
        for key, one in found.items()
    }
    for key in ALWAYS:
        severity = "death" if key == "death" else "serious"
        rows.setdefault(key, {"key": key, "name": key.capitalize(), "plain": "", "severity": severity, "lasting": True})
    yield from sorted(
        rows.values(),
        key=lambda row: shown.gravity(row["severity"], lasting=row["lasting"], share=shares.get(row["key"])),
    )


def _for(case: Case | None) -> dict[str, Any] | None:
    return None if case is None else {"age": case.age, "sex": case.sex, "side": _side(case)}


def _side(case: Case) -> str | None:
    sides = {finding.side.value for finding in case.findings if finding.side.value in ("left", "right")}
    return sides.pop() if len(sides) == 1 else None


def _unique(values: Iterator[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _sources(result: object) -> list[dict[str, str]]:
    """Return all that the result cites, in the order in which it does."""
    named = list(dict.fromkeys(_cited(result)))
    known = knowledge.sources()
    return [{"key": key, "cite": known[key].cite, "doi": known[key].doi, "pmid": known[key].pmid} for key in named]


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from inner if key in ("sources", "natural_sources") else _cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cited(inner)
