"""The films and their pictures, through the gates."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from facialis_clinic.recordings import access
from facialis_clinic.recordings.serving import answer

ENDINGS = {
    "mov": ("mov", "video/quicktime"),
    "matroska": ("mkv", "video/x-matroska"),
    "avi": ("avi", "video/x-msvideo"),
}


@login_required
@require_safe
def film(request: HttpRequest, recording_id: UUID) -> HttpResponseBase:
    """Send the copy for eyes."""
    recording = access.access_film(request, recording_id, "film")
    return answer(request, _there(recording.copy), kind="video/mp4")


@login_required
@require_safe
def poster(request: HttpRequest, recording_id: UUID) -> HttpResponseBase:
    """Send the picture that stands for the film."""
    recording = access.access_film(request, recording_id, "poster")
    return answer(request, _there(recording.poster), kind="image/jpeg")


@login_required
@require_safe
def original(request: HttpRequest, recording_id: UUID) -> HttpResponseBase:
    """Send the film that was measured, to be saved."""
    recording = access.access_film(request, recording_id, "original")
    ending, kind = ENDINGS.get(recording.format, ("bin", "application/octet-stream"))
    return answer(request, _there(recording.original), kind=kind, download_as=f"recording-{recording.pk}.{ending}")


def _there(name: str) -> str:
    if not name:
        raise Http404
    return name
