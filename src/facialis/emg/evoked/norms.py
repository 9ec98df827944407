"""Latencies beside norms: the laboratory's own where there are some, else published ones; none that is to verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facialis.document import Document, DocumentError, toml_file
from facialis.emg.evoked.response import Response
from facialis.findings import Estimate, Side
from facialis.knowledge import evoked as known
from facialis.knowledge.definitions import Kind
from facialis.knowledge.evoked import Norm

EYE = "orbicularis_oculi"
# The usual limit of a laboratory that knows mean and deviation of its norms.
DEVIATIONS = 2.5


@dataclass(frozen=True, slots=True)
class Beside:
    """A measured value beside a norm.

    Attributes
    ----------
    response, measure : str
    side : str
        The stimulated one; ``"both"`` of a difference.
    value : Estimate
        Milliseconds.
    norm : Norm
    own : bool
        Whether it is the laboratory's own.
    beyond : bool or None
        Whether the value lies above the limit; None where nobody set one: published means set none.
    """

    response: str
    measure: str
    side: str
    value: Estimate
    norm: Norm
    own: bool
    beyond: bool | None

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        norm = self.norm
        return {
            "response": self.response,
            "measure": self.measure,
            "side": self.side,
            "value": round(self.value.value, 3),
            "low": round(self.value.low, 3),
            "high": round(self.value.high, 3),
            "mean": norm.mean,
            "sd": norm.sd,
            "upper": norm.upper,
            "population": norm.population,
            "source": norm.source,
            "own": self.own,
            "beyond": self.beyond,
        }


@dataclass(frozen=True, slots=True)
class Sides:
    """One response of both sides compared.

    Attributes
    ----------
    name : str
    left, right : Response
        After stimuli to the left and to the right.
    difference_ms : Estimate
        The later less the earlier one.
    area_ratio : float or None
        Area of the larger over that of the smaller one; of R2.
    """

    name: str
    left: Response
    right: Response
    difference_ms: Estimate
    area_ratio: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        value, low, high = (
            round(n, 3) for n in (self.difference_ms.value, self.difference_ms.low, self.difference_ms.high)
        )
        return {
            "name": self.name,
            "later": self.later,
            "difference_ms": {"value": value, "low": low, "high": high},
            "area_ratio": None if self.area_ratio is None else round(self.area_ratio, 2),
        }

    @property
    def later(self) -> str:
        """The side whose stimulus was answered later."""
        assert self.left.latency_ms is not None
        assert self.right.latency_ms is not None
        return "left" if self.left.latency_ms.value > self.right.latency_ms.value else "right"


def read(path: Path) -> tuple[Norm, ...]:
    """Read a laboratory's own norms (TOML): ``[[norms]]`` with response, measure, and upper or mean and sd.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    whole = Document(toml_file(path), str(path))
    whole.only(("norms", "laboratory"))
    name = whole.text("laboratory") if whole.has("laboratory") else "the laboratory's own"
    found = tuple(_own(row, name) for row in whole.rows("norms"))
    if not found:
        raise DocumentError(f"{path}: norms is empty; give at least one [[norms]]")
    return found


def _own(row: Document, laboratory: str) -> Norm:
    row.only(("response", "measure", "mean", "sd", "upper", "population"))
    mean, sd, upper = (row.number_or_none(key, 0.0, 1000.0) for key in ("mean", "sd", "upper"))
    if upper is None and (mean is None or sd is None):
        raise row.error("needs upper, or mean and sd")
    if upper is None and mean is not None and sd is not None:
        upper = mean + DEVIATIONS * sd
    return Norm(
        row.word("response", known.RESPONSES), row.word("measure", known.MEASURES), mean, sd, upper,
        row.text("population") if row.has("population") else "", Kind.ELICITED, laboratory,
    )  # fmt: skip


def sides(responses: Sequence[Response]) -> tuple[Sides, ...]:
    """Compare the responses of the eyes to stimuli on either side."""
    found = []
    for name in known.RESPONSES:
        left, right = (_of(responses, name, side) for side in (Side.LEFT, Side.RIGHT))
        if left is None or right is None or left.latency_ms is None or right.latency_ms is None:
            continue
        one, other = left.latency_ms, right.latency_ms
        value = abs(one.value - other.value)
        # Two independent intervals: their half-widths add in squares.
        reach = ((one.high - one.low) ** 2 + (other.high - other.low) ** 2) ** 0.5 / 2
        areas = sorted(area for area in (left.area_uvms, right.area_uvms) if area)
        ratio = areas[1] / areas[0] if len(areas) == 2 else None
        found.append(Sides(name, left, right, Estimate(value, max(value - reach, 0.0), value + reach, "ms"), ratio))
    return tuple(found)


def beside(responses: Sequence[Response], compared: Sequence[Sides], own: Sequence[Norm] | None) -> tuple[Beside, ...]:
    """Set each latency and each difference of the sides beside its norms."""
    norms = own if own is not None else [norm for norm in known.norms() if norm.kind is not Kind.TO_VERIFY]
    values: list[tuple[str, str, str, Estimate]] = []
    for name in known.RESPONSES:
        for side in (Side.LEFT, Side.RIGHT):
            one = _of(responses, name, side)
            if one is not None and one.latency_ms is not None:
                values.append((name, "latency_ms", side.value, one.latency_ms))
    values += [(one.name, "side_difference_ms", "both", one.difference_ms) for one in compared]
    return tuple(
        Beside(name, measure, side, value, norm, own is not None,
               value.value > norm.upper if own is not None and norm.upper is not None else None)
        for name, measure, side, value in values
        for norm in norms
        if (norm.response, norm.measure) == (name, measure)
    )  # fmt: skip


def _of(responses: Sequence[Response], name: str, stimulated: Side) -> Response | None:
    """Return the eye's response of that name to a stimulus on a side, if it is there."""
    return next(
        (
            one
            for one in responses
            if one.present and one.name == name and one.block.muscle == EYE and one.block.stimulated.side is stimulated
        ),
        None,
    )
