"""A surgeon's own figures: counted people of one clinic, in place of those of the literature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from facialis.document import Document, toml_file
from facialis.knowledge import treatment
from facialis.knowledge.treatment.option import Kind, Option
from facialis.treatment.decision_aid.counts import Count

KEYS = ("schema", "option", "whose", "operations", "from", "to", "counted", "looked_at", "counts", "note")
_ENDS = (0.025, 0.975)
_EARLIEST = 1950


@dataclass(frozen=True, slots=True)
class Figures:
    """What one surgeon or one clinic has counted.

    Attributes
    ----------
    option : str
        Key of the option that they are of.
    whose : str
        The surgeon or the clinic, as the page names them.
    operations : int
    first, last : int
        Years of the operations.
    counted : str
        How they were counted, for example ``"every operation in a row"``.
    looked_at : str
        When, for example ``"1 year"``.
    counts : tuple of (str, int)
        People by outcome or harm of the option.
    """

    option: str
    whose: str
    operations: int
    first: int
    last: int
    counted: str
    looked_at: str
    counts: tuple[tuple[str, int], ...]

    @property
    def too_few(self) -> bool:
        """Whether they say too little by themselves."""
        return self.operations < treatment.decision_aid().number("few_operations")

    def count(self, key: str) -> Count | None:
        """Return an outcome or a harm with its Jeffreys interval; None where it was not counted."""
        found = dict(self.counts).get(key)
        return None if found is None else jeffreys(found, self.operations)

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "option": self.option,
            "whose": self.whose,
            "operations": self.operations,
            "from": self.first,
            "to": self.last,
            "counted": self.counted,
            "looked_at": self.looked_at,
            "counts": dict(self.counts),
            "too_few": self.too_few,
        }


def jeffreys(people: int, of: int) -> Count:
    """Return a share with its 95 % Jeffreys interval; an end reaches 0 or 1 where nobody or everybody was counted."""
    from scipy.special import betaincinv

    low, high = (float(betaincinv(people + 0.5, of - people + 0.5, end)) for end in _ENDS)
    share = people / of
    return Count(share, 0.0 if people == 0 else min(low, share), 1.0 if people == of else max(high, share))


def read(path: Path, options: tuple[Option, ...], on: date) -> Figures:
    """Read a surgeon's figures.

    Parameters
    ----------
    path : Path
        TOML.
    options : tuple of Option
        Those that the aid holds side by side; the figures must be of one of them.
    on : date
        Today: nobody has counted the future.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest valid word.
    """
    told = Document(toml_file(path), str(path))
    told.only(KEYS)
    able = {option.key: option for option in options if option.kind in (Kind.OPERATION, Kind.PROCEDURE)}
    if not able:
        raise told.error("is of no use here: none of these options is an operation")
    option = able[told.word("option", able)]
    most = int(treatment.decision_aid().number("most_operations"))
    operations = _whole(told, "operations", 1, most)
    first, last = _whole(told, "from", _EARLIEST, on.year), _whole(told, "to", _EARLIEST, on.year)
    if last < first:
        raise told.error(f"is {last}, before {first}", "to")
    figures = Figures(
        option.key,
        told.text("whose"),
        operations,
        first,
        last,
        told.text("counted"),
        told.text("looked_at"),
        _counts(told.inner("counts"), option, operations),
    )
    _check(told, figures)
    return figures


def _counts(told: Document, option: Option, operations: int) -> tuple[tuple[str, int], ...]:
    words = treatment.decision_aid().surgeon_words
    own = {one.key for one in option.outcomes} | {one.key for one in option.harms}
    found: dict[str, int] = {}
    names = [name for name, _ in told.items()]
    for name in names:
        key = next((one for one in words.get(name, ()) if one in own), name)
        if key not in own:
            known = sorted(own | {word for word, keys in words.items() if own & set(keys)})
            near = get_close_matches(name, known, 1)
            hint = f'did you mean "{near[0]}"? ' if near else ""
            raise told.error(f"is no outcome or harm of {option.key}; {hint}it must be one of {', '.join(known)}", name)
        if key in found:
            raise told.error(f"counts {key} a second time", name)
        found[key] = _whole(told, name, 0, operations)
    if not found:
        raise told.error("counts nothing")
    return tuple(found.items())


def _check(told: Document, figures: Figures) -> None:
    """Refuse what cannot be so: more without spasms than relieved."""
    counts = dict(figures.counts)
    if "relief" in counts and counts.get("relief_complete", 0) > counts["relief"]:
        raise told.error("has more people without any spasm than people with relief", "counts")


def _whole(told: Document, key: str, least: int, most: int) -> int:
    value = told.number(key, least, most)
    if value != int(value):
        raise told.error(f"is {value:g}; it must be a whole number", key)
    return int(value)
