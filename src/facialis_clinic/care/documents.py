"""Letters and other papers: begun from what is on record, laid on the practice's sheet, written as PDF."""

from __future__ import annotations

from datetime import date, datetime

from facialis.paper.markup import blocks
from facialis.paper.pdf import pdf
from facialis.paper.sheet import Letterhead, Sheet, compose
from facialis_clinic.care.actions.documents import draft
from facialis_clinic.care.models import Document
from facialis_clinic.library.here import here
from facialis_clinic.people.models import Person

__all__ = ["born", "day_of", "draft", "html", "letterhead", "paper", "sheet"]


def paper(document: Document) -> bytes:
    """Return a document as tagged PDF; a draft is marked as one on each sheet.

    Raises
    ------
    facialis.paper.pdf.PdfMissing
        If no PDF can be written here.
    """
    return pdf(html(document))


def html(document: Document) -> str:
    """Return the document as a page of its own, as it is made into a PDF."""
    packet = document.facts.get("packet")
    if document.kind == Document.Kind.PACKET and packet:
        from facialis.treatment.authorisation.page import compose as of_packet

        return of_packet(packet)
    return compose(sheet(document))


def sheet(document: Document) -> Sheet:
    """Lay a document on the practice's sheet."""
    signed = document.signed_at is not None
    title = document.title
    letter = document.kind in (Document.Kind.LETTER, Document.Kind.REFERRAL)
    return Sheet(
        head=letterhead(),
        title=title,
        patient=document.person.name,
        born=born(document.person),
        day=day_of(document.signed_at or document.made_at),
        body=tuple(blocks(document.body)),
        to=tuple(line.strip() for line in document.recipient.split(",") if line.strip()),
        signed=f"{document.facts['signed_by']}, signed on {day_of(document.signed_at)}" if document.signed_at else "",
        close="Yours sincerely," if letter else "",
        mark="" if signed else "draft",
        foot=f"{here().name} · document {document.pk}",
    )


def letterhead() -> Letterhead:
    """Return who writes: the practice with its first office."""
    practice = here()
    office = practice.offices[0]
    invented = ("This practice is invented: a demonstration.",) if practice.invented else ()
    return Letterhead(practice.name, (", ".join(office.address), f"{office.phone} · {practice.email}", *invented))


def born(person: Person) -> str:
    """Print a birth date as it stands on a sheet; empty where it is not known."""
    return day_of(person.born) if person.born else ""


def day_of(when: date | datetime) -> str:
    """Print a day by the practice's own calendar: "1 June 2026"."""
    day = when.astimezone(here().zone) if isinstance(when, datetime) else when
    return f"{day.day} {day:%B %Y}"
