"""An examination made by code, kept with a measurement: nobody is filmed for these tests."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement, Recording, State
from facialis_clinic.storage import recordings_storage

FPS = 30
SECONDS = 70


@cache
def examination() -> Any:
    """Return seventy seconds of a face with eight spasms of the left side, four blinks and a grimace."""
    from facialis.face import Examination
    from facialis.face.events import Event
    from facialis.face.quality import Quality
    from facialis.face.recording import Source
    from facialis.face.regions import MUSCLES, PARTS
    from facialis.face.signals import REGIONS, SIDES, Signals
    from facialis.findings import Side

    frames = SECONDS * FPS
    rng = np.random.default_rng(0)
    time_s = np.arange(frames) / FPS

    def event(at: float, kind: str, side: Side, seconds: float, regions: tuple[str, ...], p: float) -> Event:
        form = "clonic" if kind == "spasm" else None
        return Event(kind, side, at, at + seconds / 2, at + seconds, 0.06, regions, form, p, ("one side alone",))

    half = ("zygomaticus", "orbicularis_oculi")
    events = [event(5.0 * n + 2, "spasm", Side.LEFT, 0.4, half, 0.9) for n in range(8)]
    events += [event(5.0 * n + 4, "blink", Side.BOTH, 0.2, half[1:], 0.95) for n in range(4)]
    events.append(event(55.0, "expression", Side.LEFT, 1.0, half[:1], 0.7))
    pull = {(region, side): rng.normal(0, 0.002, frames).astype(np.float32) for region in REGIONS for side in SIDES}
    for one in events[:8]:
        inside = (time_s >= one.onset_s) & (time_s < one.offset_s)
        for region in half:
            pull[region, Side.LEFT][inside] += 0.06
    still, moved = np.zeros(frames, np.float32), np.zeros((frames, 2), np.float32)
    usable = (time_s < 60) | (time_s > 62)
    signals = Signals(
        time_s=time_s,
        pull=pull,
        shift={(region, side): moved for region in REGIONS for side in SIDES},
        parts={(part, side): moved for part in PARTS for side in SIDES},
        closure=dict.fromkeys(SIDES, still),
        aperture=dict.fromkeys(SIDES, still + 1),
        usable=usable,
        head_speed=still,
        pose=np.zeros((frames, 6), np.float32),
        iod_px=still + 120,
        steps={
            (region, side): np.zeros((frames, len(points.left), 2), np.float16)
            for region, points in MUSCLES.items()
            for side in SIDES
        },
    )
    quality = Quality("good", (), SECONDS - 2.0, 120.0, "no", dict.fromkeys(REGIONS, 0.02))
    source = Source("film", "ab" * 32, float(SECONDS), frames, float(FPS), False, 640, 480, 0)
    return Examination(source, quality, tuple(sorted(events, key=lambda one: one.onset_s)), signals)


@cache
def kept() -> tuple[bytes, dict[str, Any]]:
    """Return what is kept of it, and its public result."""
    from facialis.face.kept import write

    with tempfile.TemporaryDirectory() as folder:
        write(examination(), Path(folder) / "kept")
        return (Path(folder) / "kept").read_bytes(), examination().to_json()


def numbered(path: Path, times_s: Sequence[float]) -> Path:
    """Write a film whose pictures bear their own number, twelve bits in black and white; return its path."""
    import av

    with av.open(str(path), "w", format="mp4", container_options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        for number, at in enumerate(times_s):
            bits = np.array([number >> bit & 1 for bit in range(12)], np.uint8).reshape(3, 4)
            grey = np.kron(bits, np.full((40, 40), 255, np.uint8))
            frame = av.VideoFrame.from_ndarray(np.repeat(grey[..., None], 3, axis=2), format="rgb24")
            frame.pts, frame.time_base = round(at * 90_000), Fraction(1, 90_000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def number_of(picture: np.ndarray[Any, Any]) -> int:
    """Return the number that a picture bears; it may have been scaled."""
    high, wide = picture.shape[0] / 3, picture.shape[1] / 4
    bits = [picture[int((row + 0.5) * high), int((column + 0.5) * wide)].mean() > 127
            for row in range(3) for column in range(4)]  # fmt: skip
    return sum(bit << place for place, bit in enumerate(bits))


@cache
def film() -> bytes:
    """Return a numbered film as long as the examination, for eyes."""
    with tempfile.TemporaryDirectory() as folder:
        return numbered(Path(folder) / "film.mp4", [n / FPS for n in range(SECONDS * FPS)]).read_bytes()


def measured(
    person: Person, *, now: datetime, version: str = "1", signals: bool = True, filmed: bool = False, **changed: Any
) -> Measurement:
    """Return a measurement of a recording of a person, with its signals in the store."""
    from facialis_clinic.recordings.apart.said import said

    data, result = kept()
    name = ""
    if signals:
        name = recordings_storage().keep("signals", BytesIO(data))
    store = recordings_storage()
    if filmed:
        changed["copy"] = store.keep("copies", BytesIO(film()))
    recording = Recording.objects.create(
        person=person, name="film.mp4", state=State.MEASURED, duration_s=float(SECONDS), mirrored="no", **changed
    )
    return Measurement.objects.create(
        recording=recording,
        version=version,
        result={**result, "source": {**result["source"], "name": str(recording.pk)}},
        words=said(result),
        signals=name,
        attempt=1,
        measured_at=now,
    )
