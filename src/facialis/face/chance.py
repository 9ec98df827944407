"""How likely a one-sided event is a spasm: a logistic model of a dozen measures, its weights in a table one can read.

The weights are fitted by ``python -m benchmarks.fit`` on simulated spasms in recordings and on faces that no figure is
reported on. Each measure's share of the sum is given with the event, so that a reader can see what spoke for it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from facialis.face.candidate import Candidate


def measures(candidate: Candidate) -> dict[str, float]:
    """Return what a candidate is judged by, each number between about -2 and 3."""
    m = candidate.measures
    size = max(candidate.sizes.values())
    return {
        "log_excess": float(np.log(max(m.excess, 1e-3))),
        "one_sided": m.one_sided,
        "not_own": abs(m.own_share - 1),
        "flank_other": min(m.flank_other, 1.5),
        "along_pull": m.along,
        "upper_and_lower": float(m.upper_and_lower),
        "spread": float(min(m.spread, 4) - 1),
        "slow_rise": 10 * max(m.rise_s - 0.12, 0.0),
        "common": min(m.common / max(size, 1e-6), 1.0),
        "restless": min(m.restless, 1.0),
        "astray": min(m.astray, 1.5),
        "head_speed": min(m.head, 3.0),
        "seconds": min(candidate.offset_s - candidate.onset_s, 3.0),
        "lid_down": 10 * float(np.clip(m.lid_down, 0, 0.1)),
        "log_size": float(np.log(max(size, 1e-4) / 0.04)),
    }


@cache
def weights() -> dict[str, float]:
    """Return the fitted weight of each measure, and the ``bias``."""
    return dict(tomllib.loads(files("facialis.face").joinpath("chance.toml").read_text(encoding="utf-8"))["weights"])


def spasm_probability(candidate: Candidate) -> float:
    """Return the probability that a one-sided event is a spasm."""
    table = weights()
    logit = table["bias"] + sum(table[name] * value for name, value in measures(candidate).items())
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
