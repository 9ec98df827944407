"""Put an examination of five minutes and a clip of one into a running site: run as ``python -m``.

The signals are made up: noise, eighty twitches of one side, the tasks of the clinic's protocol, each done as often as
it asks. The film is ten seconds of moving grey over and over, in the form of a copy for eyes. Everybody is invented.
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

FPS, SECONDS, CLIP_S, TWITCHES, LOOP_S = 60, 300, 60, 80, 10
GONE = 0.05
"""How far each place goes in a repeat of a task, distances between the eyes."""


def examination(seconds: int = SECONDS, *, guided: bool = True) -> Any:
    """Return an examination at 60 frames a second, guided or of a face at rest."""
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

    rng, frames = np.random.default_rng(0), FPS * seconds
    time_s = np.arange(frames) / FPS

    def noise(*more: int) -> Any:
        return rng.normal(0, 0.002, (frames, *more)).astype(np.float32)

    half = ("zygomaticus", "orbicularis_oculi")
    at = np.sort(rng.uniform(2, seconds - 3, TWITCHES * seconds // SECONDS))
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
    quality = Quality("good", (), seconds - 3.0, 120.0, "no", dict.fromkeys(REGIONS, 0.02))
    source = Source("film", "ab" * 32, float(seconds), frames, float(FPS), False, 1280, 720, 0)
    yaw = np.zeros(frames)
    view = View(yaw, np.ones(frames, np.float32))
    if not guided:
        return Examination(source, quality, tuple(events), signals, view=view)
    asked = load("clinic").within(float(seconds))
    _perform(signals, asked)
    return Examination(source, quality, tuple(events), signals, guided=guide(asked, time_s, yaw, "no"), view=view)


def _perform(signals: Any, asked: Any) -> None:
    """Move what each task asks for as often as it asks: up within a fifth of its turn, held, and back."""
    from facialis.face.regions import PARTS
    from facialis.face.signals import SIDES
    from facialis.findings import Side

    for task in asked.tasks:
        turns = (signals.time_s - task.start_s) / (task.end_s - task.start_s) * max(task.repeats, 1)
        inside = (turns >= 0) & (turns < max(task.repeats, 1))
        height = np.where(inside, np.clip((0.4 - np.abs(turns % 1 - 0.5)) / 0.2, 0, 1), 0) * GONE
        rise = np.diff(height, prepend=0.0)
        for channel, way in (*task.asks.moves, *task.asks.found_by):
            for side in SIDES if task.asks.side is Side.BOTH else (task.asks.side,):
                if channel == "lid":
                    signals.closure[side][:] += height
                    signals.aperture[side][:] -= height / GONE
                    continue
                region, members = PARTS[channel]
                signals.parts[channel, side][:] += np.outer(height, way)
                outward = np.array(way) * (1 if side is Side.LEFT else (-1, 1))
                signals.steps[region, side][:, list(members)] += np.outer(rise, outward)[:, None].astype(np.float16)


def film(folder: Path, seconds: int = SECONDS) -> Path:
    """Return a film, 1280 x 720, 30 pictures a second, as copies for eyes are written."""
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
            for turn in range(seconds // LOOP_S):
                once.seek(0)
                for packet in once.demux(pictures):
                    if packet.size and packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + turn * length, packet.dts + turn * length
                        packet.stream = to
                        out.mux(packet)
    return folder / "film.mp4"


def main(own: Path | None = None, own_film: Path | None = None) -> dict[str, Any]:
    """Make the people of the tests, sign the neurologist in, and return the cookies and the paths of the rooms."""
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
        guided = kept.read(own) if own else examination()
        clip = examination(CLIP_S, guided=False)
        for number, seen in enumerate((guided, guided, clip)):
            kept.write(seen, folder / "kept")
            result = seen.to_json()
            if number != 1:
                moving = own_film or film(folder, CLIP_S if seen is clip else SECONDS)
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
        "clip": reverse("chart:room", args=[paths[2]]),
        "beside": reverse("chart:beside", args=paths[:2]),
        "recording": reverse("recordings:show", args=[recording.pk]),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(Path, sys.argv[1:]))))
