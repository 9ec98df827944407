"""Mail: a subject, a link and nothing of anybody's health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
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
