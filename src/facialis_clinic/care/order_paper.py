"""The sheet of an order: what is asked, of whom, why, and what must not be overlooked."""

from __future__ import annotations

from datetime import date

from facialis import knowledge
from facialis.paper.markup import Section, blocks, written
from facialis.paper.pdf import pdf
from facialis.paper.sheet import Sheet, compose
from facialis_clinic.care import safety
from facialis_clinic.care.documents import born, day_of, letterhead
from facialis_clinic.care.models import Order
from facialis_clinic.library.here import here


def paper(order: Order) -> bytes:
    """Return the sheet as tagged PDF.

    Raises
    ------
    facialis.paper.pdf.PdfMissing
        If no PDF can be written here.
    """
    return pdf(compose(sheet(order)))


def sheet(order: Order) -> Sheet:
    """Lay an order on the practice's sheet; one whose safety form is not clear says so across each page."""
    form = safety.form_of(order)
    by = order.by.get_full_name() if order.by else "an account that was deleted"
    mark = {Order.State.CANCELLED: "cancelled"}.get(Order.State(order.state), "")
    return Sheet(
        head=letterhead(),
        title=f"Request: {knowledge.orders().tests[order.kind].name}",
        patient=order.person.name,
        born=born(order.person),
        day=day_of(order.ordered_at),
        body=tuple(blocks(written(_sections(order, form)))),
        signed=f"Ordered by {by}, {day_of(order.ordered_at)}",
        mark=mark or ("not cleared" if form and not form.is_cleared else ""),
        warnings=tuple(warnings(form)),
        foot=f"{here().name} · order {order.pk}",
    )


def warnings(form: safety.Form | None) -> list[str]:
    """Return what must stand above all else on the sheet."""
    if form is None or form.is_cleared:
        return []
    if not form.answered:
        return ["Not cleared for the scanner: the MRI safety form has not been answered."]
    named = "; ".join(f"{flag.question.name}: {flag.word}" for flag in form.open)
    return [f"Not cleared for the scanner. {named}."]


def warned(order: Order) -> list[str]:
    """Return what stood against the test, or takes from what it tells, as it was ordered; and the last toxin."""
    told = list(order.protocol.get("cautions", ()))
    last = order.protocol.get("last_toxin")
    return [*told, f"Last botulinum toxin: {day_of(date.fromisoformat(last))}."] if last else told


def _sections(order: Order, form: safety.Form | None) -> list[Section]:
    known = knowledge.orders()
    parts = [known.parts[key] for key in order.protocol.get("parts", ()) if key in known.parts]
    note = order.protocol.get("note", "")
    return [
        Section("Indication", tuple(line for line in order.indication.splitlines() if line.strip())),
        Section("What is asked for, both sides", (), tuple(f"{part.name}. {part.text}" for part in parts)),
        Section("Please answer", (), tuple(one.text for one in known.questions if one.test == order.kind)),
        Section("Please note", (note,) if note else (), tuple(warned(order))),
        *([_safety(order, form)] if form else []),
    ]


def _safety(order: Order, form: safety.Form) -> Section:
    if not form.answered:
        return Section("MRI safety form", ("Not answered.",))
    told = order.safety
    weight = f" Weight {form.weight:g} kg." if form.weight else " Weight not told."
    flagged = {flag.question.key: flag for flag in form.flags}
    clear = [one.name for one in safety.asked(order) if one.key not in flagged]
    lines = []
    for one in safety.asked(order):
        flag = flagged.get(one.key)
        if flag is None:
            continue
        if flag.cleared is None:
            lines.append(f"{one.name}: {flag.word.upper()}, NOT CLEARED. {one.action}")
        else:
            lines.append(f"{one.name}: {flag.word}. Cleared by {flag.cleared['name']}: {flag.cleared['note']}")
    if clear:
        lines.append(f"Answered with no: {'; '.join(clear)}.")
    return Section("MRI safety form", (f"Answered by {told['name']} ({told['role'].lower()}).{weight}",), tuple(lines))
