"""Write docs/knowledge.md from the knowledge files, or with --check fail where it is no longer what they say.

Every number stands with its source: what was published as it is, what was calculated with its rule, what was elicited
in italics with the word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from facialis import knowledge
from facialis.knowledge.check import check
from facialis.knowledge.differential import Basis, Node, Share
from facialis.knowledge.in_words import in_order, leaf_in_words, people, share_in_words

PAGE = Path(__file__).resolve().parent.parent / "docs" / "knowledge.md"
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
    yield from _row("disorder", "definition", "ICD-10-CM", "other codes")
    yield from _row("---", "---", "---", "---")
    for disorder in knowledge.disorders().values():
        sided = dict.fromkeys(disorder.icd10cm.values())
        same = len(sided) == 1
        icd = next(iter(sided)) if same else ", ".join(f"{code} {side}" for side, code in disorder.icd10cm.items())
        others = ", ".join(f"{one.system} {one.code} {one.display} {_cited([one.source])}" for one in disorder.codes)
        causes = f" Causes: {', '.join(disorder.causes.values())}." if disorder.causes else ""
        words = f"{disorder.definition}{causes} {_cited(disorder.sources)}"
        yield from _row(f"**{disorder.name}** (`{disorder.key}`)", words, icd or "none fits", others)
    yield "\nIn ICD-10-CM left and right are the patient's own; *none* is no side known."


def _settings() -> Iterator[str]:
    yield "## How common each is, before anything else is known\n"
    settings = dict(knowledge.settings())
    settings["not known"] = knowledge.setting(None)
    yield from _row("", *(name.replace("_", " ") for name in settings))
    yield from _row("---", *("--:" for _ in settings))
    for place, leaf in enumerate(knowledge.leaves()):
        cells = (_marked(share, share_in_words(share, place)) for share in settings.values())
        yield from _row(leaf_in_words(leaf, knowledge.disorders()), *cells)
    yield ""
    for name, share in settings.items():
        grounds = f"weighs {share.weight:.0f} people, {share.basis}. {share.rule} {_cited(share.sources)}".rstrip()
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
        told = f"Told by {', '.join(code.assessed_by)}{side}{other} {_cited(code.sources)}".rstrip()
        yield f"- `{code.code}`{where}: {code.definition} {told}"
    states = node.states[:1] if len(node.states) == 2 and len(codes) == 1 else node.states
    yield ""
    yield from _row("disorder", *states, "rests on")
    yield from _row("---", *("--:" for _ in states), "---")
    for names, share in _alike(node):
        cells = (_marked(share, share_in_words(share, node.states.index(state))) for state in states)
        yield from _row("; ".join(names), *cells, _rests_on(share))


def _alike(node: Node) -> Iterable[tuple[list[str], Share]]:
    """Put the disorders with one and the same share into one row."""
    rows: dict[Share, list[str]] = {}
    for key, share in in_order(node.shares, knowledge.disorders()):
        rows.setdefault(share, []).append(leaf_in_words(key, knowledge.disorders()))
    return ((names, share) for share, names in rows.items())


def _traits() -> Iterator[str]:
    yield "## What goes together\n"
    yield "Within one disorder these findings are not independent; how strongly they go together is elicited.\n"
    yield from _row("trait", "strength", "under it", "why")
    yield from _row("---", "--:", "---", "---")
    for trait in knowledge.traits().values():
        under = [node.name for node in knowledge.nodes_of_the_network().values() if node.trait == trait.key]
        parent = f" (part of {knowledge.traits()[trait.parent].name})" if trait.parent else ""
        strength = f"*{trait.strength:g} (elicited)*"
        yield from _row(f"{trait.name}{parent}", strength, ", ".join(f"`{name}`" for name in under), trait.why)


def _readers() -> Iterator[str]:
    yield "## Who reads what how well\n"
    yield "Read as present where it is (sensitivity), as absent where it is not (specificity). The reader in whose"
    yield "words the shares above are counted is right by definition, up to a slip of the pen.\n"
    yield from _row("who", "sensitivity", "specificity", "findings")
    yield from _row("---", "--:", "--:", "---")
    for who in knowledge.ASSESSORS:
        rows: dict[tuple[Share, Share], list[str]] = {}
        for code, definition in knowledge.findings().items():
            if who in definition.assessed_by:
                reader = knowledge.reader(code, who)
                rows.setdefault((reader.sensitivity, reader.specificity), []).append(code)
        for shares, codes in rows.items():
            cells = (_marked(share, share_in_words(share)) for share in shares)
            yield from _row(who, *cells, ", ".join(f"`{code}`" for code in codes))


def _flags() -> Iterator[str]:
    yield "## Red flags\n"
    yield "Rules outside all probabilities. With `limb_speech_deficit` everything of the same day is an emergency."
    yield "Twitching alone, however long it lasts, is none ([why](decisions/0010-urgency-of-a-march.md)).\n"
    yield from _row("flag", "urgency", "when", "for clinicians", "for patients")
    yield from _row("---", "---", "---", "---", "---")
    for flag in knowledge.red_flags().values():
        when = [" and ".join(f"`{code}`" for code in together) for together in flag.when]
        when += [f"onset below {flag.onset_below:g} years"] if flag.onset_below is not None else []
        when += [f"age below {flag.age_below:g} years"] if flag.age_below is not None else []
        when += ["both sides move"] if flag.both_sides else []
        unless = f"; unless {', '.join(f'`{code}`' for code in flag.unless)}" if flag.unless else ""
        urgency = URGENCIES[flag.urgency]
        mark = f"*{urgency} (elicited)*" if flag.basis is Basis.ELICITED else f"{urgency} ({flag.basis})"
        plain = f"{flag.plain} {flag.plain_action}"
        yield from _row(f"{flag.title} {_cited(flag.sources)}", mark, "; or ".join(when) + unless, flag.action, plain)


def _tests() -> Iterator[str]:
    yield "## Tests that can come next\n"
    yield "Questions and signs are the findings themselves. Cost, burden and risk are elicited.\n"
    yield from _row("test", "tells", "cost, burden, risk", "done whatever it tells in", "also")
    yield from _row("---", "---", "---", "---", "---")
    for step in knowledge.steps().values():
        if step.kind == "test":
            tells = ", ".join(f"`{code}`" for code, _ in step.yields)
            price = f"*{step.cost}, {step.burden}, {step.risk} (elicited)*"
            standing = ", ".join(knowledge.disorders()[key].name for key in step.standing)
            yield from _row(f"{step.name} (`{step.key}`)", tells, price, standing, step.also)


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
    return f"{rule}{people(share)} {_cited(share.sources)}"


def _marked(share: Share, text: str) -> str:
    return f"*{text} (elicited)*" if share.basis is Basis.ELICITED else text


def _cited(keys: Sequence[str]) -> str:
    return f"[{', '.join(f'[{key}](#{key})' for key in keys)}]" if keys else ""


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cell.strip().replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def main(words: Sequence[str]) -> int:
    """Write the page, or compare it with what is there."""
    text = page()
    if list(words) == ["--check"]:
        stale = not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text
        print(
            "docs/knowledge.md is not what the knowledge files say: run `make docs`"
            if stale
            else f"{PAGE.name} is fresh"
        )
        return 1 if stale else 0
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
