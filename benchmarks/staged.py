"""Short films in which every movement is put where it is wanted: twitches by size and length, holds, still heads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks import kept, portraits
from facialis.face.signals import REGIONS
from facialis.face.simulate import Camera, Plan, Video, photo, scene, simulate_head, simulate_photo, sway
from facialis.face.simulate.actions import LID, Action, Drive
from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

SIDES = (Side.LEFT, Side.RIGHT)
SIZES = (0.02, 0.04, 0.08)
FRAMES = (3, 5, 9)
"""Lengths of the twitches, frames at 30 a second."""
HOLDS_S = (1.0, 3.0, 6.0)
HELD = 0.06
YAW = np.radians(15.0)
_CLOSE_IOD_PX = 93.6
"""Distance between the eyes in the portrait as it was scanned; a wider face holds no finer detail."""

_BARE = {"spasms_per_min": 0.0, "blinks_per_min": 0.0, "smiles_per_min": 0.0, "speech_per_min": 0.0,
         "brows_per_min": 0.0, "quick_moves_per_min": 0.0, "sway": 0.0}  # fmt: skip


@dataclass(frozen=True)
class Film:
    """What a film shows and how it is shot.

    Attributes
    ----------
    play : str
        What is played: a key of ``PLAYS``; "turning" is the 3-D head, the others are a portrait.
    face : str
        One of the free portraits.
    iod_px : int
        Distance between the eyes.
    sway, quick_per_min : float
        The head's slow motion, 0 holds it still; and its quick moves.
    """

    play: str
    face: str = "hopper"
    fps: float = 30.0
    crf: int = 23
    iod_px: int = 120
    jitter: float = 0.0
    defocus_px: float = 0.0
    sway: float = 0.0
    quick_per_min: float = 0.0


def pull(part: str, side: Side, start: float, size: float, times: tuple[float, float, float]) -> Action:
    """Return one movement of one muscle: its rise, hold and fall in seconds."""
    drive = Drive(part, side, size, (Pulse(start, *times),))
    return Action("spasm", side, "tonic" if times[1] >= 1 else "clonic", (drive,), size)


def twitches() -> list[Action]:
    """Return the corner of the mouth pulled nine times, each size and length once, sides in turn."""
    found = []
    for place, (frames, size) in enumerate(product(FRAMES, SIZES)):
        # Never at the same phase between two frames.
        start = 1.0 + 1.1 * place + 0.0137 * (place * 5 % 9)
        found.append(pull("zygomaticus", SIDES[place % 2], start, size, (frames / 60, 0.0, frames / 60)))
    return found


def lids() -> list[Action]:
    """Return the same nine twitches of the eye, its lid in front."""
    found = []
    for one in twitches():
        (drive,) = one.drives
        drives = (replace(drive, part="orbicularis_oculi", gain=0.6 * drive.gain), replace(drive, part=LID))
        found.append(replace(one, drives=drives))
    return found


def holds() -> list[Action]:
    """Return the corner of the mouth held for one, three and six seconds."""
    starts = np.cumsum([1.5, *(held + 2.5 for held in HOLDS_S[:-1])])
    return [
        pull("zygomaticus", SIDES[place % 2], float(start), HELD, (0.15, held, 0.3))
        for place, (start, held) in enumerate(zip(starts, HOLDS_S, strict=True))
    ]


def every_region() -> list[Action]:
    """Return each region pulled alone on either side."""
    return [
        pull(region, side, 1.0 + 1.1 * place, HELD, (0.12, 0.06, 0.15))
        for place, (region, side) in enumerate(product(REGIONS, SIDES))
    ]


PLAYS: dict[str, tuple[Callable[[], list[Action]], float]] = {
    "twitches": (twitches, 11.5),
    "lids": (lids, 11.5),
    "holds": (holds, 19.0),
    "regions": (every_region, 17.0),
    "nothing": (list, 20.0),
    "turning": (list, 6.0),
}
"""What is played, and for how many seconds."""


@contextmanager
def _script(actions: Sequence[Action]) -> Iterator[None]:
    """Let the simulator play these movements and no others."""
    with mock.patch.object(photo, "write_script", return_value=list(actions)):
        yield


@contextmanager
def _turning() -> Iterator[None]:
    """Let the simulated head turn to either side every four seconds and do nothing else."""
    waves = np.zeros((6, 1, 3))
    waves[3, 0] = YAW, 0.25, 0.0
    with (
        mock.patch.object(scene, "write_script", return_value=[]),
        mock.patch.object(sway, "draw", return_value=sway.Sway(waves, ())),
    ):
        yield


def missing(film: Film) -> bool:
    """Return whether a film cannot be made here: the 3-D head is among the shared data."""
    return film.play == "turning" and kept.shared_data() is None


def made(film: Film) -> Path:
    """Return the film, made now if the cache does not hold it; its truth lies beside it."""
    actions, seconds = PLAYS[film.play][0](), PLAYS[film.play][1]
    path = kept.cache("clips") / f"staged-{kept.digest(film, actions, seconds, YAW, kept.simulator())}.mp4"
    if path.is_file():
        return path
    plan = Plan(seconds=seconds, **_BARE | {"sway": film.sway, "quick_moves_per_min": film.quick_per_min})
    video = Video(fps=film.fps, crf=film.crf, jitter=film.jitter)
    if film.play == "turning":
        shared = kept.shared_data()
        assert shared is not None
        with _turning():
            simulate_head(shared / "heads" / "ICT-FaceKit", path, plan=plan, seed=3, video=video)
        return path
    picture = portraits.close(portraits.free()[film.face])
    camera = Camera(defocus_px=film.defocus_px)
    with _script(actions):
        simulate_photo(picture, path, plan=plan, seed=3, video=_sized(video, picture, film), camera=camera)
    return path


def _sized(video: Video, picture: Path, film: Film) -> Video:
    """Return how to write a film whose eyes are as far apart as asked; without a wish the simulator's 120 pixels."""
    if film.iod_px == 120:
        return video
    import cv2

    height, width = np.asarray(cv2.imread(str(picture))).shape[:2]
    scale = film.iod_px / _CLOSE_IOD_PX
    size = (round(scale * width / 2) * 2, round(scale * height / 2) * 2)
    return Video(fps=video.fps, crf=video.crf, jitter=video.jitter, size=size)
