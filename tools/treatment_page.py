"""Write docs/treatments.md from the knowledge of treatment, or with --check fail where it is no longer what that says.

Every number stands with its source: what was published as it is, what was calculated with its rule, what was elicited
in italics with the word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pages import cited, row, write

from facialis.knowledge import treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.course import Number
from facialis.knowledge.treatment.option import Option, Rule
from facialis.knowledge.treatment.rates import SHARE, Rate

SOURCES = "knowledge.md"
KINDS = {
    "toxin": "Botulinum toxins",
    "medicine": "Medicines by mouth",
    "operation": "Operations",
    "procedure": "Procedures at the nerve",
    "stimulation": "Electrical and magnetic stimulation",
    "complementary": "What people try beside it",
    "waiting": "Waiting",
}

HEAD = """\
# What can be done

<!-- Written by `make docs` from src/facialis/knowledge/treatment/. Change the files there, not this page. -->

Every option that a person with hemifacial spasm is offered, reads of or asks for, with what is known of it. `facialis
options CASE` holds them against one person, `facialis aid` puts two or three of them side by side for a patient.

A number is *published* as its source gives it, with a 95 % interval where one is given or people were counted
(Jeffreys); *calculated* by the rule that stands with it; or *elicited*: agreed with no publication behind it, in
italics.
Where nobody has counted, the page says so. Counts that follow from a per cent and a number of people are taken as
counted. How certain the evidence is, is our own judgement in the words of GRADE. Units of one toxin product are never
converted into another's.

"""


def page() -> str:
    """Return the page as Markdown."""
    parts = [*_options(), *_numbers()]
    return HEAD + "\n".join(parts) + "\n"


def _options() -> Iterator[str]:
    yield from row("option", "stands", "worthwhile relief", "first effect", "holds", "certainty")
    yield from row("---", "---", "---", "---", "---", "---")
    for option in treatment.options().values():
        cells = (_outcome(option, key) for key in ("relief", "onset", "duration"))
        standing = option.standing.value.replace("_", " ")
        certainty = option.evidence.certainty.value.replace("_", " ")
        yield from row(f"[{option.name}](#{option.key})", standing, *cells, certainty)
    for kind, group in groupby(treatment.options().values(), key=lambda option: option.kind):
        yield f"\n## {KINDS[kind.value]}"
        for option in group:
            yield from _option(option)


def _outcome(option: Option, key: str) -> str:
    told = option.outcome(key)
    return number(told.rate) if told and told.rate else "not counted"


def _option(option: Option) -> Iterator[str]:
    yield f'\n### <a id="{option.key}"></a>{option.name}\n'
    yield f"{option.what} {option.evidence.text} {cited(option.evidence.sources, SOURCES)}".rstrip()
    standing, certainty = (word.value.replace("_", " ") for word in (option.standing, option.evidence.certainty))
    yield f"\nStands: {standing}; certainty of the evidence: {certainty}."
    yield f"\n> In plain words: {option.plain} {option.evidence.plain}"
    if option.really_for:
        yield f"\n**What it is really for:** {option.really_for}"
    for label in option.labels:
        mark = "*elicited*" if label.basis is Basis.ELICITED else cited(label.sources, SOURCES)
        yield f"\nLabel, {label.country}: {label.text} ({mark})."
    yield ""
    yield from row("what", "how much", "rests on")
    yield from row("---", "---", "---")
    for told in option.outcomes:
        yield from row(told.name, *_counted(told.rate, told.why_not))
    for harm in option.harms:
        stays = "; lasting" if harm.lasting else f"; {harm.lasts}" if harm.lasts else ""
        yield from row(f"{harm.name} ({harm.severity}{stays})", *_counted(harm.rate, harm.why_not))
    yield from _rules("Not with", option.never)
    yield from _rules("Care with", option.caution)
    yield from _rules("First", option.first)
    yield "\nAsks of the person: " + " ".join(option.asks)


def _counted(rate: Rate | None, why_not: str) -> tuple[str, str]:
    if rate is None:
        return "not known", why_not
    rule = f"{rate.basis.value}: {rate.rule}" if rate.rule else rate.basis.value
    return number(rate), f"{rule} {cited(rate.sources, SOURCES)}".rstrip()


def number(rate: Rate) -> str:
    """Print a number with its interval or that there is none, its spread and what it is counted over."""
    scale, unit = (100.0, " %") if rate.unit == SHARE else (1.0, f" {rate.unit}")
    told = f"{rate.value * scale:.3g}{unit}"
    if rate.low is not None and rate.high is not None:
        told += f" ({rate.low * scale:.3g} to {rate.high * scale:.3g})"
    elif rate.basis is not Basis.ELICITED:
        told += " (no interval published)"
    if rate.sd is not None:
        told += f", spread (SD) {rate.sd * scale:.3g}"
    told += f", {rate.at}" if rate.at else ""
    told += f", per {rate.per}" if rate.per and rate.per != "person" else ""
    return f"*{told} (elicited)*" if rate.basis is Basis.ELICITED else told


def _rules(title: str, rules: Sequence[Rule]) -> Iterator[str]:
    if not rules:
        return
    yield f"\n{title}:\n"
    for rule in rules:
        when = [f"`{key}`" for key in rule.when]
        when += [f"under {rule.age_below:g} years"] if rule.age_below is not None else []
        when += [f"over {rule.age_above:g} years"] if rule.age_above is not None else []
        mark = "*elicited*" if rule.basis is Basis.ELICITED else cited(rule.sources, SOURCES)
        yield f"- {' or '.join(when) or 'everybody'}: {rule.text} ({mark})"


def _numbers() -> Iterator[str]:
    courses = treatment.courses()
    yield "\n## How an injection works over time\n"
    yield "The prior of `facialis course`; a person's own cycles are weighed against it.\n"
    yield from row("product", "first effect", "holds", "no effect")
    yield from row("---", "---", "---", "---")
    for product, expected in courses.products.items():
        rates = (expected.onset, expected.duration, expected.failure)
        yield from row(product, *(f"{number(rate)} {cited(rate.sources, SOURCES)}" for rate in rates))
    relief = courses.relief
    yield f"\nRelief at its best: {number(relief)}; {relief.rule} {cited(relief.sources, SOURCES)}.\n"
    yield "Shapes and spreads, all *elicited* ([why](decisions/0012-the-persons-own-cycles.md)):\n"
    yield from _elicited(courses.numbers.values())
    yield "\n## When the follow-up speaks\n"
    yield "All *elicited*, chosen on simulated people ([figures](figures.md)):\n"
    alarms = treatment.alarms()
    yield from _elicited(alarms.numbers.values())
    yield ""
    yield from row("alarm", "urgency", "for clinicians", "for patients")
    yield from row("---", "---", "---", "---")
    for words in (*alarms.alarms.values(), *alarms.side_effects.values()):
        told = f"{words.title} {cited(words.sources, SOURCES)}"
        yield from row(told, words.urgency.replace("_", " "), words.action, f"{words.plain} {words.plain_action}")


def _elicited(numbers: Iterable[Number]) -> Iterator[str]:
    yield from row("number", "value", "what it decides")
    yield from row("---", "--:", "---")
    for one in numbers:
        yield from row(f"`{one.name}`", f"*{one.value:g}*", one.meaning)


if __name__ == "__main__":
    sys.exit(write("treatments.md", page, sys.argv[1:]))
