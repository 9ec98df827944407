"""Put an examination of five minutes into a running site, and tell a browser how to get in: run as ``python -m``.

The signals are made up: noise, eighty twitches of one side, the tasks of the clinic's protocol. The film is ten seconds
of moving grey over and over, in the form of a copy for eyes. Everybody is invented.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

FPS, SECONDS, TWITCHES, LOOP_S = 60, 300, 80, 10


def examination() -> Any:
    """Return a guided examination of five minutes at 60 frames a second."""
    from facialis.face import Examination
    from facialis.face.events import Event
    from facialis.face.guided import guide
    from facialis.face.guided.protocol import load
    from facialis.face.guided.stills import View
    from facialis.face.quality import Quality
    from facialis.face.recording import Source
    from facialis.face.regions import MUSCLES, PARTS
    from facialis.face.signals import REGIONS, SIDES, Signals
    from facialis.findings import Side

    rng, frames = np.random.default_rng(0), FPS * SECONDS
    time_s = np.arange(frames) / FPS

    def noise(*more: int) -> Any:
        return rng.normal(0, 0.002, (frames, *more)).astype(np.float32)

    half = ("zygomaticus", "orbicularis_oculi")
    at = np.sort(rng.uniform(2, SECONDS - 3, TWITCHES))
    events = [Event("spasm", Side.LEFT, t, t + 0.15, t + 0.4, 0.06, half, "clonic", 0.9) for t in map(float, at)]
    pull = {(region, side): noise() for region in REGIONS for side in SIDES}
    parts = {(part, side): noise(2) for part in PARTS for side in SIDES}
    for one in events:
        inside = (time_s >= one.onset_s) & (time_s < one.offset_s)
        for region in half:
            pull[region, Side.LEFT][inside] += 0.06
    signals = Signals(
        time_s=time_s,
        pull=pull,
        shift={(region, side): noise(2) for region in REGIONS for side in SIDES},
        parts=parts,
        closure={side: noise() for side in SIDES},
        aperture={side: 1 + noise() for side in SIDES},
        usable=rng.random(frames) > 0.01,
        head_speed=np.abs(noise()),
        pose=noise(6),
        iod_px=120 + noise(),
        steps={(r, s): noise(len(m.left), 2).astype(np.float16) for r, m in MUSCLES.items() for s in SIDES},
    )
    quality = Quality("good", (), SECONDS - 3.0, 120.0, "no", dict.fromkeys(REGIONS, 0.02))
    source = Source("film", "ab" * 32, float(SECONDS), frames, float(FPS), False, 1280, 720, 0)
    yaw = np.zeros(frames)
    view = View(yaw, np.ones(frames, np.float32))
    asked = load("clinic").within(float(SECONDS))
    return Examination(source, quality, tuple(events), signals, guided=guide(asked, time_s, yaw, "no"), view=view)


def film(folder: Path) -> Path:
    """Return a film of five minutes, 1280 x 720, 30 pictures a second, as copies for eyes are written."""
    import av

    from facialis_clinic.recordings.apart.copy import copy
    from tests.clinic.recordings.films import write_film

    short = write_film(folder / "short.mp4", seconds=LOOP_S, size=(1280, 720))
    copy(short, folder / "copy.mp4", folder / "poster.jpg")
    with av.open(str(folder / "copy.mp4")) as once:
        pictures = once.streams.video[0]
        assert pictures.time_base is not None
        length = round(LOOP_S / pictures.time_base)
        # The index stands in front, as in a copy for eyes.
        with av.open(str(folder / "film.mp4"), "w", container_options={"movflags": "faststart"}) as out:
            to = out.add_stream_from_template(pictures)
            to.time_base = pictures.time_base
            for turn in range(SECONDS // LOOP_S):
                once.seek(0)
                for packet in once.demux(pictures):
                    if packet.size and packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + turn * length, packet.dts + turn * length
                        packet.stream = to
                        out.mux(packet)
    return folder / "film.mp4"


def main(own: Path | None = None, own_film: Path | None = None) -> dict[str, Any]:
    """Make the people of the tests, sign the neurologist in, and return the cookies and the paths of two rooms."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from facialis.face import kept
    from facialis_clinic.accounts.testing import sign_in
    from facialis_clinic.recordings.apart.said import said
    from facialis_clinic.recordings.models import Measurement, Recording, State
    from facialis_clinic.storage import keep_path, recordings_storage
    from tests.clinic.conftest import make_world

    world, store, now = make_world(), recordings_storage(), timezone.now()
    paths = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seen = kept.read(own) if own else examination()
        kept.write(seen, folder / "kept")
        result = seen.to_json()
        moving = own_film or film(folder)
        for number in range(2):
            recording = Recording.objects.create(
                person=world.record, name=f"film {number + 1}.mp4", state=State.MEASURED, mirrored="no",
                duration_s=seen.source.duration_s, copy=store.keep("copies", BytesIO(moving.read_bytes())),
            )  # fmt: skip
            measurement = Measurement.objects.create(
                recording=recording, version="1", words=said(result), attempt=1, measured_at=now,
                result={**result, "source": {**result["source"], "name": str(recording.pk)}},
                signals=keep_path(store, "signals", folder / "kept"),
            )  # fmt: skip
            paths.append(measurement.pk)
    client = Client(SERVER_NAME="localhost")
    sign_in(client, world.eve)
    return {
        "cookies": {cookie: morsel.value for cookie, morsel in client.cookies.items()},
        "room": reverse("chart:room", args=[paths[0]]),
        "beside": reverse("chart:beside", args=paths),
        "recording": reverse("recordings:show", args=[recording.pk]),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(Path, sys.argv[1:]))))
