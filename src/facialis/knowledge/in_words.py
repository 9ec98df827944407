"""How a share, a source and a code are printed, the same on the command line and in the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from facialis.knowledge.definitions import Source
from facialis.knowledge.differential import Basis, Disorder, Share

COVERAGE = 0.95


def interval(share: Share, state: int = 0) -> tuple[float, float]:
    """Return the central 95 % interval of one state's share: that state against all others is a Beta distribution."""
    from scipy.special import betaincinv

    with_it = share.mean[state] * share.weight
    without = share.weight - with_it
    tail = (1 - COVERAGE) / 2
    return float(betaincinv(with_it, without, tail)), float(betaincinv(with_it, without, 1 - tail))


def percent(fraction: float) -> str:
    """Print a fraction as per cent: 0.46 is "46", 0.0052 is "0.5", 0.9971 is "99.7", 0.0001 is "0"."""
    from_an_end = min(fraction, 1 - fraction)
    return f"{100 * fraction:.{1 if 0.0005 <= from_an_end < 0.0995 else 0}f}"


def share_in_words(share: Share, state: int = 0) -> str:
    """Print a share with its interval: "46 % (35 to 57)"."""
    low, high = interval(share, state)
    return f"{percent(share.mean[state])} % ({percent(low)} to {percent(high)})"


def people(share: Share) -> str:
    """Print on how many people it rests: counted where it is published, else as how many it weighs."""
    if share.basis is not Basis.PUBLISHED:
        return f"weighs {share.weight:.0f}"
    counted = sum(sum(study.counts) for study in share.studies)
    weight = round(share.weight)
    return f"n = {counted:.0f}" + (f", weighs {weight}" if weight < 0.9 * counted else "")


def grounds(share: Share) -> str:
    """Print where a share comes from, without its sources: "published", "calculated: the rule" or "elicited"."""
    return f"{share.basis}: {share.rule.rstrip('.')}" if share.rule else str(share.basis)


def in_order(shares: Mapping[str, Share], disorders: Mapping[str, Disorder]) -> Iterator[tuple[str, Share]]:
    """Yield the shares in the order of the disorders, each before those of its causes."""
    for name, disorder in disorders.items():
        for key in (name, *(f"{name}:{cause}" for cause in disorder.causes)):
            if key in shares:
                yield key, shares[key]


def leaf_in_words(key: str, disorders: Mapping[str, Disorder]) -> str:
    """Print the name of a disorder, or of ``disorder:cause``."""
    name, _, cause = key.partition(":")
    disorder = disorders[name]
    return f"{disorder.name}: {disorder.causes[cause]}" if cause else disorder.name


def source_in_words(source: Source) -> str:
    """Print a source with title, DOI and PMID where they are known, and whether it could be checked."""
    parts = [source.cite]
    if source.title and source.title.casefold() not in source.cite.casefold():
        parts.append(source.title)
    if source.doi:
        parts.append(f"doi {source.doi}")
    if source.pmid:
        parts.append(f"PMID {source.pmid}")
    return ". ".join(parts) + ("" if source.seen else " (from memory, not checked)")
