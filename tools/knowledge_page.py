"""Write docs/knowledge.md from the knowledge files, or with --check fail where it is no longer what they say.

Every number stands with its source: what was published as it is, what was calculated with its rule, what was elicited
in italics with the word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

from pages import cited, row, write

from facialis import knowledge
from facialis.knowledge.check import check
from facialis.knowledge.differential import Basis, Node, Share
from facialis.knowledge.in_words import in_order, leaf_in_words, people, share_in_words

URGENCIES = {"emergency": "emergency", "same_day": "the same day", "soon": "soon"}

HEAD = """\
# What the diagnosis rests on

<!-- Written by `make docs` from src/facialis/knowledge/. Change the files there, not this page. -->

Every number that the differential diagnosis uses, with where it comes from. The files behind it can be read and changed
by a neurologist: `src/facialis/knowledge/*.toml`. `facialis knowledge show CODE` prints one entry,
`facialis knowledge check` looks for faults.

How to read a number, by the example of the other Babinski sign:

- {published}: *published* for hemifacial spasm. What the sources counted, added up (half a person is added to each
  state, so that none is 0 or 100 %), with its 95 % interval. Where sources contradict each other, they weigh less than
  the people they counted: the weight is given then.
- {elicited}: *elicited* for tics, agreed with no publication behind it. It weighs as much as three people, or as
  makes its rarest state one person. The answer says so where such a number decides.
- What is *calculated* follows from a source by the rule that stands with it.

"""


def page() -> str:
    """Return the page as Markdown."""
    shares = knowledge.nodes_of_the_network()["other_babinski_sign"].shares
    published, elicited = shares["hemifacial_spasm"], shares["tic"]
    head = HEAD.format(
        published=f"{share_in_words(published)}, {_rests_on(published)}",
        elicited=_marked(elicited, share_in_words(elicited)),
    )
    parts = (
        _counts(),
        _disorders(),
        _settings(),
        _frequencies(),
        _traits(),
        _readers(),
        _flags(),
        _tests(),
        _sources(),
    )
    return head + "\n".join("\n".join(part) + "\n" for part in parts)


def _counts() -> Iterator[str]:
    found = check()
    numbers = ", ".join(f"{number} {basis}" for basis, number in found.shares.items())
    yield f"{found.findings} findings, {found.disorders} disorders, {sum(found.shares.values())} shares: {numbers}."


def _disorders() -> Iterator[str]:
    yield "## The disorders\n"
    yield from row("disorder", "definition", "ICD-10-CM", "other codes")
    yield from row("---", "---", "---", "---")
    for disorder in knowledge.disorders().values():
        sided = dict.fromkeys(disorder.icd10cm.values())
        same = len(sided) == 1
        icd = next(iter(sided)) if same else ", ".join(f"{code} {side}" for side, code in disorder.icd10cm.items())
        others = ", ".join(f"{one.system} {one.code} {one.display} {cited([one.source])}" for one in disorder.codes)
        causes = f" Causes: {', '.join(disorder.causes.values())}." if disorder.causes else ""
        words = f"{disorder.definition}{causes} {cited(disorder.sources)}"
        yield from row(f"**{disorder.name}** (`{disorder.key}`)", words, icd or "none fits", others)
    yield "\nIn ICD-10-CM left and right are the patient's own; *none* is no side known."


def _settings() -> Iterator[str]:
    yield "## How common each is, before anything else is known\n"
    settings = dict(knowledge.settings())
    settings["not known"] = knowledge.setting(None)
    yield from row("", *(name.replace("_", " ") for name in settings))
    yield from row("---", *("--:" for _ in settings))
    for place, leaf in enumerate(knowledge.leaves()):
        cells = (_marked(share, share_in_words(share, place)) for share in settings.values())
        yield from row(leaf_in_words(leaf, knowledge.disorders()), *cells)
    yield ""
    for name, share in settings.items():
        grounds = f"weighs {share.weight:.0f} people, {share.basis}. {share.rule} {cited(share.sources)}".rstrip()
        yield f"- {name.replace('_', ' ')}: {grounds}"


def _frequencies() -> Iterator[str]:
    yield "## How often each finding occurs in each disorder\n"
    yield "A finding marked *same side* counts only on the side that moves."
    for node in knowledge.nodes_of_the_network().values():
        yield from _node(node)


def _node(node: Node) -> Iterator[str]:
    codes = [knowledge.finding(code) for code in node.codes]
    title = codes[0].term if len(codes) == 1 else node.name.replace("_", " ").capitalize()
    yield f"\n### {title}\n"
    for code in codes:
        where = "" if len(codes) == 1 else f" ({' or '.join(node.codes[code.code])})"
        side = "; same side" if code.same_side else ""
        other = "".join(f"; {one.system} {one.code} {one.display}" for one in code.codes)
        told = f"Told by {', '.join(code.assessed_by)}{side}{other} {cited(code.sources)}".rstrip()
        yield f"- `{code.code}`{where}: {code.definition} {told}"
    states = node.states[:1] if len(node.states) == 2 and len(codes) == 1 else node.states
    yield ""
    yield from row("disorder", *states, "rests on")
    yield from row("---", *("--:" for _ in states), "---")
    for names, share in _alike(node):
        cells = (_marked(share, share_in_words(share, node.states.index(state))) for state in states)
        yield from row("; ".join(names), *cells, _rests_on(share))


def _alike(node: Node) -> Iterable[tuple[list[str], Share]]:
    """Put the disorders with one and the same share into one row."""
    rows: dict[Share, list[str]] = {}
    for key, share in in_order(node.shares, knowledge.disorders()):
        rows.setdefault(share, []).append(leaf_in_words(key, knowledge.disorders()))
    return ((names, share) for share, names in rows.items())


def _traits() -> Iterator[str]:
    yield "## What goes together\n"
    yield "Within one disorder these findings are not independent; how strongly they go together is elicited.\n"
    yield from row("trait", "strength", "under it", "why")
    yield from row("---", "--:", "---", "---")
    for trait in knowledge.traits().values():
        under = [node.name for node in knowledge.nodes_of_the_network().values() if node.trait == trait.key]
        parent = f" (part of {knowledge.traits()[trait.parent].name})" if trait.parent else ""
        strength = f"*{trait.strength:g} (elicited)*"
        yield from row(f"{trait.name}{parent}", strength, ", ".join(f"`{name}`" for name in under), trait.why)


def _readers() -> Iterator[str]:
    yield "## Who reads what how well\n"
    yield "Read as present where it is (sensitivity), as absent where it is not (specificity). The reader in whose"
    yield "words the shares above are counted is right by definition, up to a slip of the pen.\n"
    yield from row("who", "sensitivity", "specificity", "findings")
    yield from row("---", "--:", "--:", "---")
    for who in knowledge.ASSESSORS:
        rows: dict[tuple[Share, Share], list[str]] = {}
        for code, definition in knowledge.findings().items():
            if who in definition.assessed_by:
                reader = knowledge.reader(code, who)
                rows.setdefault((reader.sensitivity, reader.specificity), []).append(code)
        for shares, codes in rows.items():
            cells = (_marked(share, share_in_words(share)) for share in shares)
            yield from row(who, *cells, ", ".join(f"`{code}`" for code in codes))


def _flags() -> Iterator[str]:
    yield "## Red flags\n"
    yield "Rules outside all probabilities. With `limb_speech_deficit` everything of the same day is an emergency."
    yield "Twitching alone, however long it lasts, is none ([why](decisions/0010-urgency-of-a-march.md)).\n"
    yield from row("flag", "urgency", "when", "for clinicians", "for patients")
    yield from row("---", "---", "---", "---", "---")
    for flag in knowledge.red_flags().values():
        when = [" and ".join(f"`{code}`" for code in together) for together in flag.when]
        when += [f"onset below {flag.onset_below:g} years"] if flag.onset_below is not None else []
        when += [f"age below {flag.age_below:g} years"] if flag.age_below is not None else []
        when += ["both sides move"] if flag.both_sides else []
        unless = f"; unless {', '.join(f'`{code}`' for code in flag.unless)}" if flag.unless else ""
        urgency = URGENCIES[flag.urgency]
        mark = f"*{urgency} (elicited)*" if flag.basis is Basis.ELICITED else f"{urgency} ({flag.basis})"
        plain = f"{flag.plain} {flag.plain_action}"
        yield from row(f"{flag.title} {cited(flag.sources)}", mark, "; or ".join(when) + unless, flag.action, plain)


def _tests() -> Iterator[str]:
    yield "## Tests that can come next\n"
    yield "Questions and signs are the findings themselves. Cost, burden and risk are elicited.\n"
    yield from row("test", "tells", "cost, burden, risk", "done whatever it tells in", "also")
    yield from row("---", "---", "---", "---", "---")
    for step in knowledge.steps().values():
        if step.kind == "test":
            tells = ", ".join(f"`{code}`" for code, _ in step.yields)
            price = f"*{step.cost}, {step.burden}, {step.risk} (elicited)*"
            standing = ", ".join(knowledge.disorders()[key].name for key in step.standing)
            yield from row(f"{step.name} (`{step.key}`)", tells, price, standing, step.also)


def _sources() -> Iterator[str]:
    yield "## Sources\n"
    yield "Most were read as abstracts only. *Not checked*: authors or place of publication are from memory.\n"
    for source in knowledge.sources().values():
        title = f" {source.title}." if source.title and source.title not in source.cite else ""
        doi = f" [doi {escape(source.doi)}](https://doi.org/{quote(source.doi, safe='/')})" if source.doi else ""
        pmid = f" [PMID {source.pmid}](https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/)" if source.pmid else ""
        seen = "" if source.seen else " *Not checked.*"
        kept = f" (kept for {source.kept_for})" if source.kept_for else ""
        yield f'- <a id="{source.key}"></a>**{source.key}** {source.cite}.{title}{doi}{pmid}{kept}{seen}'


def _rests_on(share: Share) -> str:
    if share.basis is Basis.ELICITED:
        return f"*elicited, {people(share)}*"
    rule = f"calculated: {share.rule.rstrip('.')}; " if share.basis is Basis.CALCULATED else ""
    return f"{rule}{people(share)} {cited(share.sources)}"


def _marked(share: Share, text: str) -> str:
    return f"*{text} (elicited)*" if share.basis is Basis.ELICITED else text


if __name__ == "__main__":
    sys.exit(write("knowledge.md", page, sys.argv[1:]))
