"""A scale and a score in words, for the terminal and for whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping

from facialis.history.scales.definitions import How, Number, Scale
from facialis.history.scales.scoring import Scored
from facialis.knowledge import Source


def in_words(scale: Scale, result: Scored) -> str:
    """Say a score in one line: its total or grade, or what is possible."""
    if result.low is None or result.high is None:
        return "no total"
    if _graded(scale):
        texts = {band.name: band.text for band in scale.bands}
        return f"grade {result.grade}" + (f", {texts[result.grade]}" if result.grade in texts else "")
    if result.total is None:
        total = f"no score; between {result.low:g} and {result.high:g}"
    elif result.estimated:
        total = f"about {result.total:g} (estimated; between {result.low:g} and {result.high:g})"
    else:
        total = f"{result.total:g}"
    return f"{total}, on a scale of {range_of(scale)}" + (f": {_called(scale, result)}" if result.grade else "")


def _called(scale: Scale, result: Scored) -> str:
    """Name what was chosen where there is one choice, else the band."""
    answers = list(result.answers.values())
    if scale.how is How.CHOICE and answers[0] is not None:
        return scale.items[0].levels[answers[0]]
    return str(result.grade)


def _graded(scale: Scale) -> bool:
    """Say whether each step of the scale has a name of its own."""
    return scale.high is not None and scale.low == 1 and len(scale.bands) == scale.high


def range_of(scale: Scale) -> str:
    """Say the ends of the total, as numbers or as grades."""
    if scale.low is None or scale.high is None:
        return "by the form"
    if _graded(scale):
        return f"{scale.bands[0].name} to {scale.bands[-1].name}"
    return f"{scale.low:g} to {scale.high:g}"


def described(scale: Scale, sources: Mapping[str, Source]) -> list[str]:
    """Tell all that is known of a scale, line by line; what is not verified is named without its number."""
    lines = [
        f"{scale.name} ({scale.key}): {scale.about}",
        f"Made for: {scale.made_for}",
        f"Not for: {scale.not_for}",
        f"Filled in by: {scale.who}. {'Higher is worse' if scale.higher_is_worse else 'Higher is better'}.",
        f"Range: {range_of(scale)}. {scale.rule} [{scale.basis.value}]",
        f"Missing items: {scale.missing_text}",
        *_change_lines(scale),
        *(f"{number.name}: {_number(number)} ({number.source})" for number in scale.reliability),
        *(f"From {band.at}: {band.name} ({band.text})" for band in scale.bands),
        *(f"Not verified: {text}." for text in scale.unverified),
        f"Licence: {scale.licence}",
        *(["", scale.instruction] if scale.instruction else [""]),
    ]
    told = None
    for item in scale.items:
        if item.key:
            lines.append(f"  {item.key}  {item.topic} ({item.low} to {item.high}, {scale.teller(item)})")
        if item.levels != told:
            lines += [f"       {number}  {text}" for number, text in item.levels.items()]
        told = item.levels
    cited = [f"  {key}: {sources[key].cite}" for key in scale.sources]
    return [*lines, "", "Sources", *cited]


def _change_lines(scale: Scale) -> list[str]:
    least = scale.smallest_change
    if least is None:
        return [f"Smallest important change: {scale.no_change_because}"]
    ends = f" ({least.low:g} to {least.high:g})" if least.low is not None and least.high is not None else ""
    where = f"{least.value:g}{ends} points, {least.measured_in} ({least.source})"
    return [f"Smallest important change: {where}. {least.note}".rstrip()]


def _number(number: Number) -> str:
    if number.value is None:
        return f"{number.low:g} to {number.high:g}"
    return f"{number.value:g}"
