"""The vocabulary as the page of findings shows it: what is known of each, who says so, and what was said by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from facialis import knowledge
from facialis.findings import State
from facialis.knowledge import FindingDefinition
from facialis_clinic.chart.forms import Finding as Form
from facialis_clinic.chart.models import Remark
from facialis_clinic.chart.weighing import Known, differs, said

READERS: Final = {"patient": "told", "video": "filmed", "record": "on record", "emg": "EMG", "mri": "MRI"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one source says of a finding."""

    who: str
    words: str
    state: State
    overruled: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with what is known of it."""

    definition: FindingDefinition
    told: list[Told]
    remark: Remark | None
    words: str

    @property
    def stands(self) -> State | None:
        """What is known of it without a clinician: present where anybody says so; None where nobody says anything."""
        if self.remark is not None:
            return None
        return next((state for state in State if any(one.state is state for one in self.told)), None)

    @property
    def known(self) -> bool:
        """Whether anybody says anything of it."""
        return bool(self.told or self.remark)


def page(known: Known, remarks: Iterable[Remark], asked: Mapping[str, str], form: Form | None) -> dict[str, Any]:
    """Return what the page shows.

    Parameters
    ----------
    known : Known
        What is weighed.
    remarks : iterable of Remark
        All that was ever put down by hand.
    asked : mapping
        ``q``: words to look for. ``code``: the finding to be put down.
    form : Form or None
        As it was filled in, where it is shown again.
    """
    query = asked.get("q", "").strip()[:80]
    every = {code: _row(one, known) for code, one in knowledge.findings().items()}
    chosen = every.get(asked.get("code", ""))
    if chosen is not None and form is None:
        form = Form(initial=_initial(chosen))
    return {
        "query": query,
        "chosen": chosen,
        "form": form if chosen is not None else None,
        "groups": _groups([row for row in every.values() if _fits(row.definition, query)], query),
        "history": [(one, every[one.code].definition.term, said({"state": one.state, "side": one.side}))
                    for one in remarks if one.code in every],
    }  # fmt: skip


def _row(definition: FindingDefinition, known: Known) -> Row:
    remark = next((one for one in known.remarks if one.code == definition.code), None)
    told = [
        Told(
            READERS.get(row["source"], row["source"]),
            said(row),
            State(row["state"]),
            remark is not None and differs(row, remark.state, remark.side),
        )
        for row in known.said_of(definition.code)
    ]
    return Row(definition, told, remark, said({"state": remark.state, "side": remark.side}) if remark else "")


def _initial(row: Row) -> dict[str, str]:
    told: dict[str, str] = {"code": row.definition.code}
    if row.remark is not None:
        told |= {"state": row.remark.state, "side": row.remark.side, "reason": row.remark.reason}
    return told


def _fits(definition: FindingDefinition, query: str) -> bool:
    text = " ".join(
        (definition.code.replace("_", " "), definition.term, definition.definition, definition.question or "")
    )
    return all(word in text.lower() for word in query.lower().split())


def _groups(rows: list[Row], query: str) -> list[tuple[str, list[Row], bool]]:
    """Return what is known by its state, then what nobody said by what it speaks for."""
    names = knowledge.nodes()
    by_hand = [row for row in rows if row.remark is not None]
    there, not_there, unclear = ([row for row in rows if row.stands == state] for state in State)
    found: dict[str, list[Row]] = {}
    for row in rows:
        if not row.known:
            node = row.definition.nodes[0] if row.definition.nodes else ""
            found.setdefault(names.get(node, "what stands for itself"), []).append(row)
    head = [
        ("Put down by hand", by_hand, True), ("Present", there, True), ("Absent", not_there, bool(query)),
        ("Nobody could tell", unclear, bool(query)),
    ]  # fmt: skip
    return [one for one in head if one[1]] + [
        (name[:1].upper() + name[1:], group, bool(query)) for name, group in found.items()
    ]
