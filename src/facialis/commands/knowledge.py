"""``facialis knowledge``: what is known, with its sources; show one entry, check the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What the answers rest on: show an entry, check the files.")

FAULTY = 2


@app.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--dir", metavar="DIR", help="Check the knowledge files of this folder instead of those that are shipped."
        ),
    ] = None,
) -> None:
    """Check the knowledge: no source missing, no number impossible, nothing left over; else exit 2, a line a fault."""
    from facialis.commands import CallError
    from facialis.knowledge.check import check

    if folder is not None and not any(folder.glob("*.toml")):
        raise CallError(f"{folder}: no knowledge files (*.toml) are there; give the folder that holds them")
    found = check(folder)
    for fault in found.faults:
        typer.echo(fault)
    if found.faults:
        raise typer.Exit(FAULTY)
    numbers = ", ".join(f"{number} {basis}" for basis, number in found.shares.items())
    typer.echo(
        f"{found.findings} findings, {found.disorders} disorders, {sum(found.shares.values())} shares: {numbers}"
    )


@app.command()
def show(
    code: Annotated[
        str,
        typer.Argument(help="A finding, disorder, red flag, test, threshold or source; docs/knowledge.md lists them."),
    ],
) -> None:
    """Show what a word means, the numbers behind it, and where they come from."""
    from difflib import get_close_matches

    from facialis import knowledge
    from facialis.commands import CallError

    showing = {
        _finding: knowledge.findings(),
        _flag: knowledge.red_flags(),
        _disorder: knowledge.disorders(),
        _test: {step.key: step for step in knowledge.steps().values() if step.kind == "test"},
        _threshold: knowledge.thresholds(),
        _source: knowledge.sources(),
    }
    known = [name for entries in showing.values() for name in entries]
    if code not in known:
        near = get_close_matches(code, known, n=1) or [key for key in known if code in key]
        raise CallError(f'the knowledge holds no "{code}"' + (f'; did you mean "{near[0]}"?' if near else ""))
    blocks = ("\n".join(show(code)) for show, entries in showing.items() if code in entries)
    typer.echo("\n\n".join(blocks))


def _finding(code: str) -> Iterator[str]:
    from facialis import knowledge

    definition = knowledge.finding(code)
    yield f"{code}: {definition.term}"
    yield definition.definition
    if definition.question:
        yield f"question: {definition.question}"
    yield f"told by: {', '.join(definition.assessed_by)}"
    if definition.nodes:
        yield "speaks for: " + ", ".join(knowledge.nodes()[letter] for letter in definition.nodes)
    yield f"urgency: {definition.urgency.replace('_', ' ')}"
    if definition.same_side:
        yield "counts only on the side that moves"
    if definition.needs_events:
        yield "not assessable where no spasm was seen"
    if definition.masked_by_toxin:
        yield "not absent under recent botulinum toxin"
    for name in definition.thresholds:
        yield from _threshold(name)
    for one in definition.codes:
        yield f"{one.system}: {one.code} {one.display} [{one.source}]"
    sources = list(definition.sources)
    for node in knowledge.nodes_of_the_network().values():
        if code in node.codes:
            yield from _shares(node.name, code)
            sources += [source for share in node.shares.values() for source in share.sources]
    yield from _sources(sources)


def _shares(name: str, code: str) -> Iterator[str]:
    """Say how often the finding occurs in each disorder: the sum of the states in which it is present."""
    from facialis import knowledge
    from facialis.knowledge.differential import Share
    from facialis.knowledge.in_words import grounds, in_order, leaf_in_words, people, share_in_words

    node = knowledge.nodes_of_the_network()[name]
    yield "how often (95 % interval):"
    for key, share in in_order(node.shares, knowledge.disorders()):
        present = sum(share.mean[node.states.index(state)] for state in node.codes[code])
        both = Share((present, 1 - present), share.weight, share.basis)
        cited = f" [{', '.join(share.sources)}]" if share.sources else ""
        where = leaf_in_words(key, knowledge.disorders())
        yield f"  {where}: {share_in_words(both)}, {people(share)}, {grounds(share)}{cited}"


def _flag(key: str) -> Iterator[str]:
    from facialis import knowledge

    flag = knowledge.red_flags()[key]
    yield f"red flag: {flag.title} ({flag.urgency.replace('_', ' ')}, {flag.basis})"
    yield f"for patients: {flag.plain} {flag.plain_action}"
    yield f"for clinicians: {flag.action}"
    if flag.when:
        yield "when: " + ", or ".join(" and ".join(together) for together in flag.when)
    if flag.both_sides:
        yield "or: somebody says that both sides move"
    if flag.unless:
        yield f"unless: {', '.join(flag.unless)}"
    if flag.onset_below is not None:
        yield f"onset below {flag.onset_below:g} years"
    if flag.age_below is not None:
        yield f"age below {flag.age_below:g} years"
    yield from _sources(flag.sources)


def _disorder(key: str) -> Iterator[str]:
    from facialis import knowledge
    from facialis.knowledge.in_words import share_in_words

    disorder = knowledge.disorders()[key]
    yield f"{key}: {disorder.name}"
    yield disorder.definition
    yield f"for patients: {disorder.plain}. {disorder.in_plain_words}"
    if disorder.icd10cm:
        same = len(set(disorder.icd10cm.values())) == 1
        sided = ", ".join(f"{side} {code}" for side, code in disorder.icd10cm.items())
        yield "icd10cm: " + (next(iter(disorder.icd10cm.values())) if same else sided)
    for one in disorder.codes:
        yield f"{one.system}: {one.code} {one.display} [{one.source}]"
    for cause, name in disorder.causes.items():
        yield f"cause {cause}: {name}"
    places = [place for place, leaf in enumerate(knowledge.leaves()) if leaf.partition(":")[0] == key]
    for setting, share in knowledge.settings().items():
        told = ", ".join(f"{knowledge.leaves()[place]} {share_in_words(share, place)}" for place in places)
        yield f"before anything is known, {setting.replace('_', ' ')}: {told}, {share.basis}"
    yield from _sources(disorder.sources)


def _test(key: str) -> Iterator[str]:
    from facialis import knowledge

    test = knowledge.steps()[key]
    yield f"{key}: {test.name}"
    yield f"for patients: {test.plain}"
    yield f"cost {test.cost}, burden {test.burden}, risk {test.risk} (elicited)"
    yield "tells: " + ", ".join(f"{code} ({who})" for code, who in test.yields)
    if test.standing:
        yield "done whatever it tells in: " + ", ".join(knowledge.disorders()[key].name for key in test.standing)
    if test.also:
        yield test.also


def _threshold(name: str) -> Iterator[str]:
    from facialis import knowledge

    threshold = knowledge.thresholds()[name]
    value = f"{threshold.value:g} {threshold.unit}".rstrip()
    yield f"threshold {name}: {value} ({threshold.kind}, {threshold.source}). {threshold.meaning}"


def _source(key: str) -> Iterator[str]:
    from facialis import knowledge
    from facialis.knowledge.in_words import source_in_words

    yield f"[{key}] {source_in_words(knowledge.sources()[key])}"


def _sources(keys: list[str] | tuple[str, ...]) -> Iterator[str]:
    for key in dict.fromkeys(keys):
        yield from _source(key)
