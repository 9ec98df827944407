"""What is known of treatment: options, products, muscles, courses, rules of intervals; each number with its source.

>>> from facialis.knowledge import treatment
>>> treatment.options()["microvascular_decompression"].kind
<Kind.OPERATION: 'operation'>
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from facialis import knowledge

if TYPE_CHECKING:
    from facialis.knowledge.treatment.aid import Aid
    from facialis.knowledge.treatment.alarm import Alarms
    from facialis.knowledge.treatment.change import Changes
    from facialis.knowledge.treatment.course import Courses
    from facialis.knowledge.treatment.decompression_path import PathKnown
    from facialis.knowledge.treatment.ground_rule import GroundRules
    from facialis.knowledge.treatment.interval import Interval
    from facialis.knowledge.treatment.muscle import Muscle
    from facialis.knowledge.treatment.option import Circumstance, Option
    from facialis.knowledge.treatment.payer import Codes, Payer
    from facialis.knowledge.treatment.product import Product
    from facialis.knowledge.treatment.relief_curve import ReliefKnown
    from facialis.knowledge.treatment.safety import SafetyRule

# One accessor a file, each cached and read on first use; a reader takes the text and the known sources.
# No module here may have the name of an accessor (option.py, not options.py): importing it would take its place.


@cache
def circumstances() -> Mapping[str, Circumstance]:
    """Return what matters for a treatment and is no sign of the disorder, by key."""
    from facialis.knowledge.treatment import read_options

    return MappingProxyType(read_options.circumstances(_text("circumstances.toml")))


@cache
def options() -> Mapping[str, Option]:
    """Return every option of treatment by key, in the order of the file.

    Raises
    ------
    KnowledgeError
        If the file is wrong; one line with file and key.
    """
    from facialis.knowledge.treatment import read_options

    known = frozenset(circumstances()) | frozenset(knowledge.findings())
    return MappingProxyType(read_options.options(_text("options.toml"), known, knowledge.sources()))


@cache
def ground_rules() -> GroundRules:
    """Return what stands above all single options: the side, the age, what went before, another cause."""
    from facialis.knowledge.treatment.ground_rule import ground_rules as read

    known = frozenset(circumstances()) | frozenset(knowledge.findings())
    return read(_text("ground_rules.toml"), known, options(), knowledge.sources())


@cache
def courses() -> Courses:
    """Return how injections work over time in people at large."""
    from facialis.knowledge.treatment.course import courses as read

    return read(_text("courses.toml"), knowledge.sources())


@cache
def alarms() -> Alarms:
    """Return what the follow-up watches for."""
    from facialis.knowledge.treatment.alarm import alarms as read

    return read(_text("alarms.toml"), knowledge.sources())


@cache
def changes() -> Changes:
    """Return what a difference between two visits is held against."""
    from facialis.knowledge.treatment.change import changes as read

    return read(_text("change.toml"), knowledge.sources())


@cache
def relief() -> ReliefKnown:
    """Return how freedom from spasm comes after microvascular decompression."""
    from facialis.knowledge.treatment.relief_curve import relief as read

    return read(_text("relief.toml"), knowledge.sources())


@cache
def decision_aid() -> Aid:
    """Return what the decision aid says beside the numbers of the options."""
    from facialis.knowledge.treatment.aid import aid as read

    return read(_text("aid.toml"), knowledge.sources())


@cache
def payers() -> Mapping[str, Payer]:
    """Return what payers ask before they pay for toxin, by key."""
    return MappingProxyType(_payers()[0])


def billing_codes() -> Codes:
    """Return the codes that toxin in hemifacial spasm is billed with."""
    return _payers()[1]


@cache
def _payers() -> tuple[dict[str, Payer], Codes]:
    from facialis.knowledge.treatment.payer import read

    return read(_text("payers.toml"), knowledge.sources(), products())


@cache
def decompression() -> PathKnown:
    """Return the path round microvascular decompression."""
    from facialis.knowledge.treatment.decompression_path import decompression as read

    return read(_text("decompression.toml"), knowledge.sources())


@cache
def products() -> Mapping[str, Product]:
    """Return the toxin products by their generic names."""
    from facialis.knowledge.treatment.product import products as read

    return MappingProxyType(read(_text("products.toml"), knowledge.sources()))


@cache
def muscles() -> Mapping[str, Muscle]:
    """Return the muscles that are injected, each with its sites."""
    from facialis.knowledge.treatment.muscle import muscles as read

    return MappingProxyType(read(_text("muscles.toml"), products(), alarms().side_effects, knowledge.sources()))


@cache
def intervals() -> tuple[Interval, ...]:
    """Return from when the labels allow an injection again."""
    from facialis.knowledge.treatment.interval import intervals as read

    return read(_text("intervals.toml"), products(), knowledge.sources())


@cache
def label_countries() -> Mapping[str, str]:
    """Return whose label holds in a country that goes by another name there: ``"DE"`` goes by ``"EU"``."""
    from facialis.knowledge.treatment.interval import countries as read

    known = {name for product in products().values() for label in product.labels for name in label.countries}
    return MappingProxyType(read(_text("countries.toml"), known))


@cache
def injection_safety() -> Mapping[str, SafetyRule]:
    """Return what stops an injection of toxin, what needs a reason and what needs care."""
    from facialis.knowledge.treatment.safety import injection_safety as read

    known = frozenset(circumstances()) | frozenset(knowledge.findings())
    text = _text("injection_safety.toml")
    countries = {name for product in products().values() for label in product.labels for name in label.countries}
    return MappingProxyType(read(text, known, products(), muscles(), countries, knowledge.sources()))


@cache
def digest() -> str:
    """Return the SHA-256 over the names and contents of the files on treatment."""
    total = sha256()
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            text = file.read_bytes()
            total.update(f"{file.name} {len(text)}\n".encode() + text)
    return total.hexdigest()


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
