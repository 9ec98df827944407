"""Mail: a subject, a link and nothing of anybody's health."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import filebased
from django.template.loader import render_to_string
from django.utils import timezone

from facialis_clinic.library.here import here


def send(to: str, *, template: str, context: Mapping[str, Any]) -> None:
    """Send the mail whose template is ``template``; its first line is the subject.

    Parameters
    ----------
    to : str
        An address.
    template : str
        For example ``people/mail/invitation.txt``.
    context : mapping
        What the template names. ``site``, the address of this site, is added.
    """
    with timezone.override(here().zone):
        text = render_to_string(template, {**context, "site": settings.URL.geturl().rstrip("/")})
    subject, _, body = text.lstrip().partition("\n")
    EmailMessage(subject=subject.strip(), body=body.lstrip("\n"), to=[to]).send()


class Folder(filebased.EmailBackend):
    """Writes each mail to a file of its own in ``EMAIL_FILE_PATH``; the newest has the highest name.

    Django's own names a file by the second and by where the sender lies in memory: two mails of one second may share
    a file, and who is forgotten would take somebody else's mail along.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them, one file each."""
        return sum(self._write(message) for message in email_messages)

    def _write(self, message: EmailMessage) -> int:
        self._fname = str(Path(self.file_path) / f"{time.time_ns()}-{uuid.uuid4().hex}.log")
        return super().send_messages([message]) or 0
