"""A released answer, and the whole record, as tagged PDFs for the patient."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from facialis.paper import frame, pdf
from facialis.version import __version__
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart import mine_copy
from facialis_clinic.chart.mine_answer import Answer
from facialis_clinic.chart.mine_tables import day, tables
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Recording
from facialis_clinic.storage import recordings_storage

PACKAGE: Final = "facialis_clinic.chart"
LARGEST_PICTURE: Final = 2_000_000


def answer_pdf(answer: Answer) -> bytes:
    """Return a released answer as PDF; the pictures stand in it, the films do not."""
    one = answer.assessment
    pictures = {film.recording.pk: _picture(film.recording) for film in answer.films}
    html = frame.render(
        PACKAGE,
        "chart/mine_answer.jinja",
        {
            "answer": answer,
            "told": answer.told,
            "one": one,
            "paragraphs": [part.strip() for part in one.words.split("\n\n") if part.strip()],
            "person": one.person,
            "day": day,
            "pictures": pictures,
            "version": __version__,
        },
    )
    return pdf.pdf(html)


def record_pdf(person: Person, *, by: User, now: datetime) -> bytes:
    """Return the record as PDF, as far as the patient may see it, and log that it was taken."""
    record(subject=person.pk, actor=by, verb="downloaded", kind="record_copy", thing=person.pk)
    copy = {
        key: list(value) if isinstance(value, Iterator) else value for key, value in mine_copy.copy_of(person, now=now)
    }
    told = {
        "person": person,
        "born": day(person.born),
        "now": day(now),
        "tables": tables(copy),
        "kept": copy["not_yet_released"],
        "version": __version__,
    }
    return pdf.pdf(frame.render(PACKAGE, "chart/mine_record.jinja", told))


def _picture(recording: Recording) -> str:
    """Return the picture that stands for a film as an address of its own bytes; nothing where there is none."""
    store = recordings_storage()
    if not recording.poster or not store.exists(recording.poster) or store.size(recording.poster) > LARGEST_PICTURE:
        return ""
    content = b"".join(store.stream(recording.poster, 0, int(store.size(recording.poster))))
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}"
