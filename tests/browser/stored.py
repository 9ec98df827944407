"""Tell what a running site keeps of a recording: run as ``python -m`` in the site's own settings and role."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main(recording_id: str) -> dict[str, Any]:
    """Return the row of a recording as far as a test asks, and the streams of its film."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    import av

    from facialis_clinic.recordings.models import Recording
    from facialis_clinic.storage import recordings_storage

    recording = Recording.objects.get(pk=recording_id)
    with recordings_storage().fetch(recording.original) as path, av.open(str(path)) as film:
        streams = [stream.type for stream in film.streams]
    names = ("protocol", "format", "mirrored", "state", "duration_s")
    return {"streams": streams, **{name: getattr(recording, name) for name in names}}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
