"""Recordings and signals made for the tests of the face: all that happens in them is known."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.face import Examination
    from facialis.face.signals import Signals

Picture = npt.NDArray[np.uint8]
TICK = Fraction(1, 600)  # of phones; 20 ticks are a thirtieth of a second


@pytest.fixture(scope="session")
def film() -> Callable[..., Path]:
    """Write pictures as a video: see :func:`write`."""
    return write


@pytest.fixture(scope="session")
def scene() -> Callable[..., Picture]:
    """A smooth coloured picture with a white top left corner, so that no turn or flip looks like another."""

    def make(width: int = 96, height: int = 64) -> Picture:
        y, x = np.mgrid[:height, :width]
        red, green, blue = 40 + 120 * x / width, 40 + 120 * y / height, 100 + 50 * np.sin(x / 9) * np.cos(y / 7)
        picture = np.stack([red, green, blue], axis=-1)
        picture[: height // 4, : width // 4] = 230
        return picture.astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def steps() -> Callable[..., list[Picture]]:
    """Pictures whose grey level is 20 + 3 x their number."""

    def make(count: int, width: int = 96, height: int = 64) -> list[Picture]:
        return [np.full((height, width, 3), 20 + 3 * number, np.uint8) for number in range(count)]

    return make


@pytest.fixture(scope="session")
def noisy() -> Callable[..., list[Picture]]:
    """Pictures that do not compress, so that a file is mostly pictures."""

    def make(count: int) -> list[Picture]:
        rng = np.random.default_rng(0)
        return [rng.integers(0, 256, (64, 96, 3), dtype=np.uint8) for _ in range(count)]

    return make


def write(
    path: Path,
    pictures: Sequence[Picture],
    *,
    ticks: Sequence[int] | None = None,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    rotation: int = 0,
    matrix: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    rate: Fraction | int = 30,
) -> Path:
    """Write pictures as a video, at ``ticks`` of 1/600 s or every 20."""
    with av.open(str(path), "w", options=container or {}) as output:
        stream = output.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixels
        stream.codec_context.time_base = TICK if codec != "gif" else Fraction(1, 100)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        if matrix:
            stream.set_display_matrix(list(matrix))
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = ticks[number] if ticks else 20 * number
            frame.time_base = TICK
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


@pytest.fixture(scope="session")
def portraits() -> dict[str, Path]:
    """The two portraits in the public domain, as files."""
    import importlib.util

    import matplotlib

    scikit = importlib.util.find_spec("skimage")
    assert scikit is not None
    assert scikit.origin is not None
    return {
        "grace_hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        "astronaut": Path(scikit.origin).parent / "data" / "astronaut.png",
    }


@pytest.fixture(scope="session")
def simulated(
    nets: dict[str, Path], portraits: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """Eight seconds of a portrait with large spasms of the left side, and the truth; made once for all workers."""
    from facialis.face import simulate

    base = tmp_path_factory.getbasetemp()
    # With pytest-xdist each worker has a folder of its own below the one that they share.
    folder = (base.parent if base.name.startswith("popen-") else base) / "simulated"
    clip = folder / "clip.mp4"
    if _mine(folder):
        plan = simulate.Plan(
            seconds=8,
            spasms_per_min=30,
            amplitude=(0.07, 0.1),
            tonic_share=0.0,
            blinks_per_min=20,
            smiles_per_min=0,
            speech_per_min=0,
            brows_per_min=0,
            quick_moves_per_min=0,
        )
        video = simulate.Video(size=(480, 600))
        simulate.simulate_photo(portraits["grace_hopper"], clip, plan=plan, seed=SEED, video=video)
        (folder / "ready").touch()
    for _ in range(1200):
        if (folder / "ready").exists():
            return clip, json.loads((folder / "clip.truth.json").read_text())
        time.sleep(0.1)
    pytest.fail("the other worker did not make the clip")


SEED = 16  # four twitches of a third of a second and more, and two blinks


def _mine(folder: Path) -> bool:
    """Say whether this worker is the first to come."""
    try:
        folder.mkdir()
    except FileExistsError:
        return False
    return True


@pytest.fixture(scope="session")
def examination(simulated: tuple[Path, dict[str, Any]]) -> Examination:
    """The clip examined."""
    from facialis.face import examine

    return examine(simulated[0])


@pytest.fixture(scope="session")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    """Events, qualities and examinations made by hand."""
    return script("tests/facialis/face/made.py")


@pytest.fixture
def face() -> type[Face]:
    """Build signals of a face of which every movement is known: see :class:`Face`."""
    return Face


class Face:
    """Signals made by hand, in inter-ocular distances; x towards the ear of its own side, y towards the chin."""

    def __init__(self, seconds: float = 10.0, fps: float = 30.0, *, noise: float = 0.0004, seed: int = 0) -> None:
        from facialis.face.regions import PARTS

        self.time_s = np.arange(round(seconds * fps)) / fps
        self._rng = np.random.default_rng(seed)
        count = len(self.time_s)
        self.parts = {
            (part, side): self._rng.normal(0, noise, (count, 2)) for part in PARTS for side in (Side.LEFT, Side.RIGHT)
        }
        self.closure = {side: self._rng.normal(0, noise, count) for side in (Side.LEFT, Side.RIGHT)}
        self.usable = np.ones(count, bool)
        self.head_speed = np.zeros(count)

    def course(self, onset: float, offset: float, hold: float = 0.0) -> npt.NDArray[np.float64]:
        """A movement that is at 10 % of its peak at onset and offset: raised cosines, and a hold between them."""
        flank = (offset - onset - hold) / 2
        # A raised cosine passes 10 % after a share of 0.2048 of its rise.
        rise = flank / (1 - 0.2048)
        middle = (onset + offset) / 2
        away = np.clip((np.abs(self.time_s - middle) - hold / 2) / rise, 0, 1)
        return np.asarray(0.5 + 0.5 * np.cos(np.pi * away))

    def pull(self, side: Side, part: str, vector: tuple[float, float], course: npt.NDArray[np.float64]) -> Face:
        """Move one part of the skin on one side, or on both."""
        for one in (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,):
            self.parts[part, one] += course[:, None] * np.array(vector)
        return self

    def close(self, side: Side, course: npt.NDArray[np.float64], depth: float = 0.12) -> Face:
        """Close the lids of one eye, or of both; 0.14 is shut."""
        for one in (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,):
            self.closure[one] += depth * course
        return self

    def spasm(self, side: Side, onset: float, offset: float, size: float = 0.06, hold: float = 0.0) -> Face:
        """Eye and mouth of one side together."""
        course = self.course(onset, offset, hold)
        self.pull(side, "zygomaticus corner", (0.71 * size, -0.71 * size), course)
        self.pull(side, "zygomaticus cheek", (0.5 * size, -0.5 * size), course)
        self.pull(side, "orbicularis_oculi lower", (-0.2 * size, -0.5 * size), course)
        return self.close(side, course, 0.8 * size)

    def blink(self, onset: float, seconds: float = 0.25) -> Face:
        """Both lids shut and open again."""
        return self.close(Side.BOTH, self.course(onset, onset + seconds), 0.13)

    def signals(self) -> Signals:
        """Return the signals."""
        from facialis.face.regions import MUSCLES, PARTS, pull_direction
        from facialis.face.signals import REGIONS, Signals

        parts = {key: moved.astype(np.float32) for key, moved in self.parts.items()}
        shift, pull, steps = {}, {}, {}
        for region in REGIONS:
            for side in (Side.LEFT, Side.RIGHT):
                count = len(MUSCLES[region].left)
                points = np.zeros((len(self.time_s), count, 2))
                for part, (home, members) in PARTS.items():
                    if home == region:
                        points[:, list(members)] = self.parts[part, side][:, None]
                shift[region, side] = points.mean(axis=1).astype(np.float32)
                pull[region, side] = (shift[region, side] @ pull_direction(region, Side.LEFT)).astype(np.float32)
                mirror = 1 if side is Side.LEFT else -1
                step = np.diff(points, axis=0, prepend=points[:1]) * [mirror, 1]
                steps[region, side] = step.astype(np.float16)
        return Signals(
            time_s=self.time_s,
            pull=pull,
            shift=shift,
            parts=parts,
            closure={side: shut.astype(np.float32) for side, shut in self.closure.items()},
            aperture={side: (1 - shut / 0.14).astype(np.float32) for side, shut in self.closure.items()},
            usable=self.usable,
            head_speed=self.head_speed.astype(np.float32),
            pose=np.zeros((len(self.time_s), 6), np.float32),
            iod_px=np.full(len(self.time_s), 120, np.float32),
            steps=steps,
        )
