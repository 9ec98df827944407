"""The blink reflex: R1 and R2 in orbicularis oculi, both sides, and what of them spreads to the lower face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from facialis import knowledge
from facialis.emg.evoked import early, late
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.response import Response
from facialis.findings import Side, State

EYE = "orbicularis_oculi"
SPREAD_TO = ("orbicularis_oris", "mentalis")
"""Muscles in which a response is spread of the blink reflex (vocabulary: blink_spread_lower)."""

# A copy that small, of the same form and at the same moment, may be the eye's muscle seen from afar.
_COPY_SHARE, _COPY_CORRELATION = 0.12, 0.97


def responses(cleans: Sequence[Clean], rng: np.random.Generator) -> list[Response]:
    """Return what the channels show after stimuli to one supraorbital nerve."""
    found: list[Response] = []
    for clean in cleans:
        block = clean.block
        if block.muscle is None or block.side is Side.NONE:
            found.append(
                early.refused(block, "R1", len(clean), "muscle and side are not known; say them with --montage")
            )
            continue
        if block.ipsilateral:
            found.append(_conducted(early.look(clean, _r1(), rng), clean, cleans))
        found.append(_r2(clean, "R2i" if block.ipsilateral else "R2c", rng))
    return found


def _r1() -> early.Asked:
    number = knowledge.threshold
    return early.Asked(
        "R1", number("blink_r1_from_ms"), number("blink_r1_until_ms"), int(number("blink_sweeps_min")),
        number("lateral_spread_share_min"), number("lateral_spread_amplitude_min_uv"),
    )  # fmt: skip


def _r2(clean: Clean, name: str, rng: np.random.Generator) -> Response:
    number = knowledge.threshold
    return late.look(
        clean, name, number("blink_r2_from_ms"), number("blink_r2_until_ms"), int(number("blink_sweeps_min")), rng
    )


def _conducted(response: Response, clean: Clean, cleans: Sequence[Clean]) -> Response:
    """Say of an R1 in another muscle that it may be the eye's, conducted, where it is a small copy of it."""
    if clean.block.muscle == EYE or not response.present or response.latency_ms is None:
        return response
    for other in cleans:
        if other.block.muscle != EYE or other.block.side is not clean.block.side or other is clean:
            continue
        if len(other.time_ms) != len(clean.time_ms):
            continue
        inside = (clean.time_ms >= response.latency_ms.value - 0.5) & (clean.time_ms <= (response.end_ms or 16.0) + 0.5)
        mine, theirs = clean.average[inside], other.average[inside]
        length = float(np.linalg.norm(mine) * np.linalg.norm(theirs))
        same = abs(float(mine @ theirs)) / length if length > 0 else 0.0
        if same > _COPY_CORRELATION and np.linalg.norm(mine) < _COPY_SHARE * np.linalg.norm(theirs):
            return replace(
                response, state=State.NOT_ASSESSABLE, volume_conducted=True, probability=None,
                because=("a small copy of R1 of the eye at the same moment: it may be conducted through the tissue",),
            )  # fmt: skip
    return response
