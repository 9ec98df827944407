"""What can be taken away: the file as it was sent, the whole result, and the bursts as a table."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_safe

from facialis_clinic.electrodes import access, drawing, shown
from facialis_clinic.electrodes.samples import NotKept
from facialis_clinic.recordings.serving import POLICY, answer
from facialis_clinic.storage import recordings_storage


@login_required
@require_safe
def original(request: HttpRequest, study_id: UUID) -> HttpResponseBase:
    """Send the file as it was sent, to be saved."""
    study = access.access_study(request, study_id, to="download")
    name = f"electrodes-{study.pk}.{study.ending}"
    return answer(request, study.original, kind="application/octet-stream", download_as=name)


@login_required
@require_GET
def result(request: HttpRequest, study_id: UUID, reading_id: UUID) -> HttpResponseBase:
    """Send the whole result as JSON."""
    reading = access.access_reading(request, study_id, reading_id)
    name = f"electrodes-{study_id}.json"
    if reading.whole:
        return _unpacked(reading.whole, "application/json", name)
    response = JsonResponse(reading.result, json_dumps_params={"indent": 1, "allow_nan": False})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_GET
def bursts(request: HttpRequest, study_id: UUID, reading_id: UUID) -> HttpResponseBase:
    """Send every burst, a row each."""
    reading = access.access_reading(request, study_id, reading_id)
    if not reading.table:
        raise Http404
    return _unpacked(reading.table, "text/csv", f"electrodes-{study_id}.csv")


@login_required
@require_GET
def picture(request: HttpRequest, study_id: UUID, reading_id: UUID, name: str) -> HttpResponse:
    """Send a picture of what was read; that the page was opened is logged with the page."""
    reading = access.access_picture(request, study_id, reading_id)
    try:
        drawn = shown.picture(reading, name, request.GET)
    except (drawing.NoSuch, NotKept) as missing:
        raise Http404 from missing
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _unpacked(name: str, kind: str, download_as: str) -> HttpResponseBase:
    """Answer with a packed file of the store, unpacked on the way."""
    store = recordings_storage()
    response: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
        _pieces(store.stream(name, 0, int(store.size(name)))), content_type=kind
    )
    response["Content-Disposition"] = f'attachment; filename="{download_as}"'
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _pieces(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    for piece in packed:
        yield unpack.decompress(piece)
    yield unpack.flush()
