"""How far one reading may be off: the error of its measurement, and the variation of the days that it stands for."""

from __future__ import annotations

from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING

from facialis.findings import Estimate
from facialis.followup.change.visit import Reading
from facialis.knowledge import treatment

if TYPE_CHECKING:
    from facialis.knowledge.treatment.change import Varying

NORMAL = 1.959963984540054


def placed(varying: Varying, value: float) -> float:
    """Return a value on the scale on which differences are taken: itself, or its logarithm."""
    # A forecast may reach below nought, where there is nothing to measure.
    return log(max(value, 0.0) + varying.least) if varying.how == "ratio" else value


def back(varying: Varying, difference: float) -> float:
    """Return a difference as it is told: itself, or the ratio of which it is the logarithm."""
    return exp(difference) if varying.how == "ratio" else difference


def spread(varying: Varying, one: Reading) -> float:
    """Return the standard error of a value as one of the days it stands for."""
    measured = varying.measured.value
    if one.low is not None and one.high is not None:
        measured = (placed(varying, one.high) - placed(varying, one.low)) / (2.0 * NORMAL)
    elif one.entries > 1:
        measured /= sqrt(one.entries)
    day = varying.day.value if one.day_sd is None else one.day_sd
    return sqrt(measured**2 + day**2 * kept(one.entries, one.over_days))


def kept(entries: int, over: float) -> float:
    """Return which share of the variance of single days is left in the mean of several.

    A part of the variation lasts for days (exponential correlation): entries of one week are worth less than those of a
    month.
    """
    number = treatment.changes().number
    lasting, days = number("lasting"), over / number("lasting_days")
    along = 1.0 if days <= 0 else 2.0 / days * (1.0 - (1.0 - exp(-days)) / days)
    return lasting * max(along, 1.0 / entries) + (1.0 - lasting) / entries


def opened(one: Reading) -> float:
    """Return by how much missing answers leave a value open, to either side."""
    return 0.0 if one.open_low is None or one.open_high is None else 0.5 * (one.open_high - one.open_low)


def with_error(varying: Varying, one: Reading, sd: float) -> Estimate:
    """Return a value with its error and the variation of its days, within what the measure can be."""
    wide = NORMAL * sd
    ends = [placed(varying, one.value) - wide, placed(varying, one.value) + wide]
    low, high = (exp(end) - varying.least if varying.how == "ratio" else end for end in ends)
    if one.open_low is not None and one.open_high is not None:
        low, high = low - opened(one), high + opened(one)
    top = inf if varying.top is None else varying.top
    return Estimate(one.value, min(max(low, 0.0), one.value), max(min(high, top), one.value), varying.unit)
