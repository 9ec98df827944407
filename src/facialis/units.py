"""The units of Facialis and how they are printed: seconds, fractions of the inter-ocular distance, events a minute."""

from __future__ import annotations

from facialis.findings import Estimate

SECONDS_PER_MINUTE = 60.0
DAYS_PER_MONTH = 365.25 / 12


def per_minute(count: float, seconds: float) -> float | None:
    """Return ``count`` events in ``seconds`` as events a minute; ``None`` where nothing was watched."""
    return count * SECONDS_PER_MINUTE / seconds if seconds > 0 else None


def percent_iod(fraction: float | None, digits: int = 1) -> str:
    """Print a fraction of the inter-ocular distance as per cent: 0.04 is "4.0 % IOD"."""
    return "not known" if fraction is None else f"{100 * fraction:.{digits}f} % IOD"


def clock(seconds: float) -> str:
    """Print a time in a recording: 83.4 is "1:23.4"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def with_interval(estimate: Estimate | None, digits: int = 1) -> str:
    """Print an estimate as "3.2 (1.1 to 7.4) 1/min"; "not known" where there is none."""
    if estimate is None:
        return "not known"
    numbers = f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
    return f"{numbers} {estimate.unit}".rstrip()


def signed(value: float, digits: int) -> str:
    """Print a number with a minus sign, and none before a zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def in_text(name: str) -> str:
    """Begin a name as within a sentence: "Eyelid alone" is "eyelid alone"; an acronym stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def count(number: int, one: str, many: str = "") -> str:
    """Print "1 blink" or "3 blinks"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
