"""The knowledge checked as a whole: nothing is missing, nothing is left over, no number is impossible.

Each file checks itself when it is read; here they are held against each other. A fault is one line with file and key.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any, TypeVar

from facialis.knowledge import order_sheet, read, read_disorders, read_network, read_settings
from facialis.knowledge.definitions import FindingDefinition, Kind, KnowledgeError, Source, Threshold, Urgency
from facialis.knowledge.differential import Basis, Disorder, Flag, Node, Step

T = TypeVar("T")

# A number in one of these cannot be 0 or below.
POSITIVE = {"s", "ms", "h", "min", "months", "years", "mm", "mmHg", "Hz", "1/min", "IOD", "degrees"}
# What the software itself rests on: it needs no finding to cite it.
OWN = {"elicited"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes
    ----------
    faults : tuple of str
        One line each, with file and key; empty where all is well.
    findings, disorders : int
        How many were read.
    shares : mapping of Basis to int
        How many shares of findings in disorders, of disorders in settings and of readers have which basis.
    """

    faults: tuple[str, ...]
    findings: int
    disorders: int
    shares: Mapping[Basis, int]


@dataclass(slots=True)
class _Base:
    """What could be read; None where a file is wrong."""

    sources: dict[str, Source] | None = None
    thresholds: dict[str, Threshold] | None = None
    findings: dict[str, FindingDefinition] | None = None
    disorders: dict[str, Disorder] | None = None
    flags: dict[str, Flag] | None = None
    steps: dict[str, Step] | None = None
    nodes: dict[str, Node] | None = None
    settings: read_settings.Settings | None = None
    readers: read_settings.Readers | None = None


def check(folder: Traversable | None = None) -> Checked:
    """Check the knowledge files of a folder, or those that Facialis came with.

    Parameters
    ----------
    folder : Traversable or None
        For example a :class:`pathlib.Path`.

    Raises
    ------
    KnowledgeError
        If a file is not there at all.
    """
    reading = _Reading(files("facialis.knowledge") if folder is None else folder)
    base = reading.everything()
    if folder is None:
        reading.treatment()
    faults = [*reading.faults, *_held_together(base, reading.cited)]
    shares: Counter[Basis] = Counter()
    for node in (base.nodes or {}).values():
        shares.update(share.basis for share in node.shares.values())
    if base.settings:
        shares.update(share.basis for share in base.settings.shares.values())
    if base.readers:
        readers = chain(
            *(table.values() for table in (base.readers.defaults, base.readers.outside, base.readers.codes))
        )
        shares.update(share.basis for reader in readers for share in (reader.sensitivity, reader.specificity))
    return Checked(
        faults=tuple(dict.fromkeys(faults)),
        findings=len(base.findings or ()),
        disorders=len(base.disorders or ()),
        shares={basis: shares[basis] for basis in Basis},
    )


class _Reading:
    """Reads file after file and keeps what is wrong instead of stopping at it."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.cited: set[str] = set()

    def everything(self) -> _Base:
        """Read all files; what rests on a file that is wrong is read with the bare names in it."""
        base = _Base()
        base.sources = self._try(lambda: read.sources(self._text("sources.toml")))
        known = base.sources or self._names("sources.toml")
        base.thresholds = self._try(lambda: read.thresholds(self._text("thresholds.toml"), known))
        numbers = base.thresholds or self._names("thresholds.toml")
        vocabulary = self._try(lambda: read.findings(self._text("findings.toml"), numbers, known))
        self._try(lambda: read.glossary(self._text("glossary.toml")))
        base.disorders = self._try(lambda: read_disorders.disorders(self._text("disorders.toml"), known))
        causes = {key: tuple(disorder.causes) for key, disorder in (base.disorders or {}).items()}
        if causes:
            base.settings = self._try(lambda: read_settings.settings(self._text("settings.toml"), causes, known))
        for name in self._tables():
            self._sources_named_in(name, known)
        if vocabulary is None:
            return base
        base.findings = findings = vocabulary[0]
        named = base.disorders or self._names("disorders.toml")
        base.steps = self._try(lambda: read_disorders.steps(self._text("steps.toml"), findings, named))
        asked_for = base.steps or self._names("steps.toml")
        self._try(lambda: order_sheet.orders(self._text("orders.toml"), findings, asked_for, known))
        base.readers = self._try(lambda: read_settings.readers(self._text("readers.toml"), findings))
        if base.thresholds is not None:
            limits = base.thresholds
            tests = base.steps or self._names("steps.toml")
            base.flags = self._try(
                lambda: read_disorders.flags(self._text("red_flags.toml"), findings, limits, known, tests)
            )
        drawn = self._try(lambda: read_network.network(self._text("network.toml"), findings))
        if drawn is not None and causes:
            # As in the settings, but here a disorder that they do not know lacks its frequencies as well.
            leaves = tuple(
                f"{key}:{cause}" if cause else key for key, some in causes.items() for cause in some or ("",)
            )
            nodes = drawn[1]
            base.nodes = self._try(
                lambda: read_network.frequencies(self._text("frequencies.toml"), nodes, leaves, known)
            )
        return base

    def treatment(self) -> None:
        """Read what is known of treatment, as it came with Facialis: each of its files is strict by itself."""
        from facialis.knowledge import treatment

        for name, accessor in list(vars(treatment).items()):
            if not name.startswith("_") and hasattr(accessor, "cache_info"):
                self._try(accessor)

    def _tables(self) -> Iterator[str]:
        """Yield the name of every file, those on treatment with their folder."""
        for part in ("", "treatment/"):
            folder = self.folder.joinpath(part) if part else self.folder
            if folder.is_dir():
                yield from sorted(f"{part}{file.name}" for file in folder.iterdir() if file.name.endswith(".toml"))

    def _try(self, reader: Callable[[], T]) -> T | None:
        try:
            return reader()
        except KnowledgeError as error:
            self.faults.append(str(error))
            return None

    def _text(self, name: str) -> str:
        try:
            return self.folder.joinpath(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KnowledgeError(f"{name}: cannot be read: {error}") from None

    def _raw(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text(name))
        except (KnowledgeError, ValueError, RecursionError):
            return {}

    def _names(self, name: str) -> Any:
        return dict.fromkeys(self._raw(name))

    def _sources_named_in(self, name: str, known: Collection[str]) -> None:
        """Note every source that a file names; a file stops reading at its first fault, this does not."""
        for place, source in _named(self._raw(name)):
            self.cited.add(source)
            if source not in known:
                self.faults.append(f'{name}: {place} does not know "{source}"')


def _named(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text under a key ``source``, ``sources`` or ``..._source``, with its place."""
    if isinstance(value, list):
        for part in value:
            yield from _named(part, place)
    elif isinstance(value, dict):
        for key, part in value.items():
            inner = f"{place}.{key}".lstrip(".")
            if (key in {"source", "sources"} or key.endswith("_source")) and isinstance(part, str | list):
                names = [part] if isinstance(part, str) else part
                yield from ((inner, name) for name in names if isinstance(name, str))
            else:
                yield from _named(part, inner)


def _held_together(base: _Base, cited: Collection[str]) -> Iterator[str]:
    yield from _left_over(base, cited)
    yield from _impossible(base)
    yield from _shown_unverified(base)
    yield from _urgencies(base)


def _left_over(base: _Base, cited: Collection[str]) -> Iterator[str]:
    for key, source in (base.sources or {}).items():
        if key not in cited and key not in OWN and not source.kept_for:
            yield f"sources.toml: {key} is cited nowhere and does not say what it is kept for"
    if base.findings is None or base.flags is None or base.steps is None or base.nodes is None:
        return
    used = {code for node in base.nodes.values() for code in node.codes}
    used |= {code for flag in base.flags.values() for code in chain(flag.unless, *flag.when)}
    used |= {code for step in base.steps.values() for code, _ in step.yields}
    for code, definition in base.findings.items():
        if code not in used and definition.question is None:
            yield f"findings.toml: findings.{code} is used by no node, rule or step and asked by no question"
    told = {name for definition in base.findings.values() for name in definition.nodes}
    for node in base.nodes.values():
        if node.trait and node.trait not in told:
            yield f"network.toml: nodes.{node.name}.trait is a letter that no finding speaks for"


def _impossible(base: _Base) -> Iterator[str]:
    for name, threshold in (base.thresholds or {}).items():
        if threshold.unit in POSITIVE and threshold.value <= 0:
            yield f"thresholds.toml: {name}.value must be above 0 {threshold.unit}"
    for name, threshold in (base.thresholds or {}).items():
        if name.endswith("_low_hz"):
            upper = (base.thresholds or {}).get(name.replace("_low_hz", "_high_hz"))
            if upper is not None and upper.value <= threshold.value:
                yield f"thresholds.toml: {name}.value must be below that of {upper.name}"
    for node in (base.nodes or {}).values():
        for disorder, share in node.shares.items():
            for study in share.studies:
                if any(count != int(count) for count in study.counts):
                    yield f"frequencies.toml: {node.name}.published.{disorder} counts parts of people ({study.source})"


def _shown_unverified(base: _Base) -> Iterator[str]:
    for definition in (base.findings or {}).values():
        for name in definition.thresholds:
            if base.thresholds and base.thresholds[name].kind is Kind.TO_VERIFY:
                yield f"thresholds.toml: {name}.kind is to_verify, and the finding {definition.code} shows it as a fact"


def _urgencies(base: _Base) -> Iterator[str]:
    """Hold the urgency in the vocabulary against the rules: one finding must not be urgent in two ways."""
    if base.findings is None or base.flags is None:
        return
    ruled: dict[str, list[Urgency]] = {}
    for flag in base.flags.values():
        for together in flag.when:
            if len(together) == 1:
                ruled.setdefault(together[0], []).append(flag.urgency)
    for code, definition in base.findings.items():
        if ruled.get(code, [Urgency.NONE]) != [definition.urgency]:
            told = ", ".join(ruled.get(code, ["none"]))
            yield f'findings.toml: findings.{code}.urgency is "{definition.urgency}", in red_flags.toml it is "{told}"'
