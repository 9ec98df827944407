"""Brings a photo to life: one picture, a script of movements, a swaying head, a phone's camera."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from facialis.face.simulate import sway
from facialis.face.simulate.ahead import ahead
from facialis.face.simulate.camera import Camera, Sensor, planes
from facialis.face.simulate.encode import write
from facialis.face.simulate.locate import Face, Image, Points, locate
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Map, Place, Planes, Window, apply, look
from facialis.face.simulate.portrait import Portrait
from facialis.face.simulate.script import Plan
from facialis.face.simulate.script import write as write_script
from facialis.face.simulate.tissue import Tissue
from facialis.face.simulate.truth import Truth, events, reach
from facialis.face.simulate.video import Progress, SimulationError, Video, counted, frame_times
from facialis.face.simulate.warp import Raster, pulls, warp
from facialis.findings import Side

_WANTED_IOD_PX = 120.0
_LONGEST_PX = 1280


def simulate_photo(
    photo: Path,
    out: Path,
    *,
    plan: Plan | None = None,
    seed: int = 0,
    video: Video | None = None,
    camera: Camera | None = None,
    progress: Progress | None = None,
) -> Truth:
    """Write a clip made from a photo, and its truth beside it.

    Parameters
    ----------
    photo : Path
        A picture of one face, upright and not mirrored.
    out : Path
        The clip to write (MP4); its truth is written to the same name ending in ``.truth.json``.
    plan : Plan, optional
        What happens; by default 30 s with left-sided spasms and every distractor.
    seed : int
        The same seed gives the same clip.
    video, camera : Video, Camera, optional
    progress : callable, optional
        Called with frames done and frames in all.

    Raises
    ------
    SimulationError
        If the photo cannot be read or shows no face.
    """
    plan, video, camera = plan or Plan(), video or Video(), camera or Camera()
    image, face = _open(photo, video.size)
    frame = FaceFrame.of(face.mesh)
    draws = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(6)]
    # A beard is no brow and no rim of glasses: what the lids can do is read from the picture as it came.
    tissue = Tissue.of(face, frame, planes(image).luma)
    person = Portrait(image, face, frame, plan.appearance, draws[4])
    actions = [reach(action, tissue) for action in write_script(plan, draws[0])]
    motion = sway.draw(plan, draws[1])
    time_s = frame_times(plan.seconds, video, draws[2])
    head = _Head(image.shape[:2], face, frame)
    poses = motion.pose(time_s)
    props = person.props(time_s, poses, draws[5])
    found = events(actions, tissue) + sway.quick_events(motion, head.face_points, head.face_depth)
    drives = [drive for action in actions for drive in action.drives]
    openings = tissue.openings(drives, time_s)
    truth = Truth(
        source={"kind": "photo", "name": photo.name, "width": image.shape[1], "height": image.shape[0]},
        seed=seed,
        fps=float(1 / np.median(np.diff(time_s))),
        iod_px=frame.iod_px,
        natural="none",
        time_s=time_s,
        events=tuple(sorted(found, key=lambda event: event.onset_s)),
        courses=tissue.region_courses(drives, time_s),
        closure={Side.LEFT: openings.left, Side.RIGHT: openings.right},
        weakness=plan.weakness,
        covered=props.covered if props is not None else (),
    )
    sensor = Sensor(camera, time_s, draws[3])
    pull = pulls(tissue, drives, time_s)
    raster, place = Raster(tissue), Place(frame.to_face, frame.to_image)
    window = Window(0, 0, image.shape[1], image.shape[0])
    person.wrinkle(drives, time_s)

    def picture(i: int) -> Planes:
        back = head.back(poses[i], sensor.shake[i])
        made = warp(person.at_rest(i), place, raster, pull[i], window, back)
        if props is not None:
            made = props.over(made, apply(place.to_face, back(window.nodes())), window, i)
        return sensor.expose(made, i)

    frames = counted(ahead(picture, range(len(time_s))), len(time_s), progress)
    write(out, frames, time_s, (image.shape[1], image.shape[0]), video.crf, truth.to_json())
    return truth


class _Head:
    """The head of a photo: how deep each point lies, and how much of the head's motion it takes part in."""

    def __init__(self, shape: tuple[int, int], face: Face, frame: FaceFrame) -> None:
        height, width = shape
        mesh = transform(frame.to_face, face.mesh[:, :2])
        depth = -face.mesh[:, 2] / frame.iod_px
        self.face_points, self.face_depth = mesh, depth - depth.mean()
        self._frame = frame
        self._step = 8
        columns, rows = np.arange(0, width + 8, 8), np.arange(0, height + 8, 8)
        pixels = np.stack(np.meshgrid(columns, rows), axis=-1).astype(np.float64)
        self._points = transform(frame.to_face, pixels)
        self._pixels = pixels.astype(np.float32)
        self._depth = self._depths(mesh, depth - depth.mean())
        self._weight = self._weights(mesh)

    def _depths(self, mesh: Points, depth: Points) -> Points:
        """Spread the mesh's depth over the picture, smoothly: a hard edge of depth would tear it."""
        total, weight = np.zeros(self._points.shape[:2]), np.zeros(self._points.shape[:2])
        for point, height in zip(mesh, depth, strict=True):
            # Heavy tails, so that far from the face the depth tends to that of the nearest side.
            near = (1 + ((self._points - point) ** 2).sum(axis=-1) / 0.08**2) ** -2
            total += near * height
            weight += near
        return np.asarray(total / weight)

    def _weights(self, mesh: Points) -> Points:
        """1 on the head, a third far from it: what lies behind moves less."""
        low, high = mesh.min(axis=0), mesh.max(axis=0)
        middle, half = (low + high) / 2 - [0.0, 0.15], (high - low) / 2
        away = np.hypot(*np.moveaxis((self._points - middle) / half, -1, 0))
        near = np.clip((2.6 - away) / (2.6 - 1.35), 0, 1)
        return np.asarray(0.3 + 0.7 * near * near * (3 - 2 * near))

    def back(self, pose: Points, shake: Points) -> Callable[[Map], Map]:
        """Return the map from the moved picture's pixels to the resting picture's."""
        moved = sway.displacement(self._points, self._depth, pose) * self._weight[..., None]
        field = (moved @ self._frame.to_image[:, :2].T + shake).astype(np.float32)

        def take_back(pixels: Map) -> Map:
            source = pixels
            for _ in range(3):
                source = pixels - look(field, source / np.float32(self._step), cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
            return source

        return take_back


def _open(photo: Path, size: tuple[int, int] | None) -> tuple[Image, Face]:
    """Read the photo, bring it to size and find its face."""
    if not photo.is_file():
        raise SimulationError(f"there is no file {photo}: give the path of a photo or a clip")
    stored = cv2.imread(str(photo), cv2.IMREAD_COLOR)
    if stored is None:
        raise SimulationError(f"{photo.name} cannot be read as a picture: give a JPEG or PNG photo, or a video clip")
    image = np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    face = locate(image)
    if face is None:
        raise SimulationError(
            f"no face was found in {photo.name}: give a photo of one face, seen from the front and upright"
        )
    frame = FaceFrame.of(face.mesh)
    image = _fit(image, frame, size)
    again = locate(image)
    if again is None:
        raise SimulationError(f"the face in {photo.name} is lost at this size: give a larger --size")
    return image, again


def _fit(image: Image, frame: FaceFrame, size: tuple[int, int] | None) -> Image:
    """Scale the photo, by default so that the eyes are 120 px apart, and cut it around the face."""
    height, width = image.shape[:2]
    if size is None:
        scale = _WANTED_IOD_PX / frame.iod_px
        wanted = [min(_LONGEST_PX, round(scale * side)) // 2 * 2 for side in (width, height)]
    else:
        wanted = list(size)
        scale = max(wanted[0] / width, wanted[1] / height)
    middle = scale * transform(frame.to_image, np.array([0.0, 0.35]))
    left, top = (min(max(middle[i] - wanted[i] / 2, 0), max(scale * (width, height)[i] - wanted[i], 0)) for i in (0, 1))
    to_source = np.array([[1 / scale, 0, (left + 0.5) / scale - 0.5], [0, 1 / scale, (top + 0.5) / scale - 0.5]])
    if scale < 0.5:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 / scale), dtype=np.uint8)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, to_source, wanted, flags=flags, borderMode=cv2.BORDER_REFLECT_101), dtype=np.uint8
    )
