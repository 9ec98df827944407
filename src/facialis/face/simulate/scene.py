"""Films a 3-D head: pose, perspective camera, light, eyes and background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facialis.face.simulate import complexion, sway
from facialis.face.simulate.actions import Drive
from facialis.face.simulate.ahead import ahead
from facialis.face.simulate.camera import Camera, Sensor, planes
from facialis.face.simulate.canvas import Marks
from facialis.face.simulate.cases import Appearance
from facialis.face.simulate.courses import Times
from facialis.face.simulate.encode import write
from facialis.face.simulate.head import BACK, SKIN, Head
from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import Planes, Window, apply, look
from facialis.face.simulate.props import Props
from facialis.face.simulate.raster import Drawn, draw
from facialis.face.simulate.script import Plan
from facialis.face.simulate.script import write as write_script
from facialis.face.simulate.skin import Looks, Texture, in_face, paint, triangles
from facialis.face.simulate.truth import Truth, events, reach
from facialis.face.simulate.video import Progress, Video, counted, frame_times
from facialis.findings import Side

_SIZE = (540, 720)
_IOD_PX = 120.0
_AWAY_CM = 55.0  # an arm's length and a little more
_FINER = 1.5  # the head is drawn larger and shrunk, so that its edges are smooth
_NECK_CM = np.array([0.0, -7.0, 0.0])
_MIDDLE_CM = np.array([0.0, 2.0, 9.0])  # what the camera is turned to
_DARK_HAIRS = ((24, 20, 20), (38, 28, 24), (122, 118, 114))
_HAIRS = (*_DARK_HAIRS, (70, 48, 34), (112, 82, 54))
_IRISES = ((78, 52, 34), (92, 110, 124), (96, 102, 66), (48, 32, 24))
_SCLERA, _PUPIL = (226, 218, 212), (14, 12, 12)
_IRIS_CM, _PUPIL_CM = 0.58, 0.22
_EYES = ("M_ScleraLeft", "M_ScleraRight")
_INSIDE = {"M_GumsTongue": (120, 62, 60), "M_Teeth": (214, 206, 190)}
_OTHERS = (*_EYES, *_INSIDE)  # materials by number from 1; the skin is 0
_OWN = 0


@dataclass(frozen=True, slots=True)
class Person:
    """How the head looks and how it is lit.

    Attributes
    ----------
    tone : float or None
        0 is the lightest skin, 1 the darkest; None draws it from the seed.
    shadow : float
        0 is light from everywhere, 1 a hard lamp from one side.
    """

    tone: float | None = None
    shadow: float = 0.4


def simulate_head(
    folder: Path,
    out: Path,
    *,
    plan: Plan | None = None,
    seed: int = 0,
    video: Video | None = None,
    camera: Camera | None = None,
    person: Person | None = None,
    progress: Progress | None = None,
) -> Truth:
    """Write a clip of a 3-D head, and its truth beside it.

    Parameters
    ----------
    folder : Path
        The converted ICT-FaceKit head (``ict_facekit_light.npz``, ``ict_facekit_identity20_f16.npz``,
        ``vertex_indices.json``).
    out : Path
        The clip to write (MP4); its truth is written to the same name ending in ``.truth.json``.
    plan, seed, video, camera
        As for :func:`~facialis.face.simulate.simulate_photo`; the seed also draws the person.
    person : Person, optional
    progress : callable, optional
        Called with frames done and frames in all.

    Raises
    ------
    SimulationError
        If the head cannot be read.
    """
    plan, video, camera, person = plan or Plan(), video or Video(), camera or Camera(), person or Person()
    draws = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(7)]
    head = Head.load(folder, draws[4])
    asked = person.tone if plan.appearance.tone is None else plan.appearance.tone
    tone = float(draws[4].uniform()) if asked is None else asked
    # Fair and brown hair go with lighter skin.
    hairs = _HAIRS if tone < 0.5 else _DARK_HAIRS
    looks = Looks(tone, hairs[draws[4].integers(len(hairs))])
    actions = [reach(action, head) for action in write_script(plan, draws[0])]
    motion = sway.draw(plan, draws[1])
    time_s = frame_times(plan.seconds, video, draws[2])
    drives = [drive for action in actions for drive in action.drives]
    openings = head.openings(drives, time_s)
    size = video.size or _SIZE
    film = _Film(head, looks, person, size, draws[4])
    film.make_up(plan.appearance, drives, time_s, draws[5])
    poses = motion.pose(time_s)
    props = film.props(plan.appearance, time_s, poses, draws[6])
    # The sway's frame: y down, the eyes at its origin.
    face = (head.rest[head.skin] - head.rest[head.landmarks[36:48]].mean(axis=0)) / head.iod_cm * [1, -1, 1]
    found = events(actions, head) + sway.quick_events(motion, face[:, :2], face[:, 2] - _NECK_CM[2] / head.iod_cm)
    truth = Truth(
        source={"kind": "head", "name": folder.name, "width": size[0], "height": size[1], "tone": round(looks.tone, 3)},
        seed=seed,
        fps=float(1 / np.median(np.diff(time_s))),
        iod_px=film.iod_px,
        natural="none",
        time_s=time_s,
        events=tuple(sorted(found, key=lambda event: event.onset_s)),
        courses=head.region_courses(drives, time_s),
        closure={Side.LEFT: openings.left, Side.RIGHT: openings.right},
        weakness=plan.weakness,
        covered=props.covered if props is not None else (),
    )
    sensor = Sensor(camera, time_s, draws[3])
    every = np.arange(len(head.rest))
    window = Window(0, 0, *size)

    def picture(i: int) -> Planes:
        vertices = head.rest + head.moved(drives, time_s[i : i + 1], every)[0]
        made = film.frame(vertices, poses[i], sensor.shake[i], i)
        if props is not None:
            still = apply(film.to_face(poses[i], sensor.shake[i]), window.nodes())
            made = props.over(made, still, window, i)
        return sensor.expose(made, i)

    frames = counted(ahead(picture, range(len(time_s))), len(time_s), progress)
    write(out, frames, time_s, size, video.crf, truth.to_json())
    return truth


class _Film:
    """Everything of a clip that stays the same from frame to frame."""

    def __init__(
        self, head: Head, looks: Looks, person: Person, size: tuple[int, int], rng: np.random.Generator
    ) -> None:
        self._head, self._size, self._looks = head, size, looks
        scale = min(size[0] / _SIZE[0], size[1] / _SIZE[1])
        self.iod_px = _IOD_PX * scale
        self._texture = paint(head, looks, rng)
        shown = np.isin(head.material, [SKIN, BACK, *_EYES, *_INSIDE])
        self._corners, quad = triangles(head.quads[shown])
        self._corners_uv, _ = triangles(head.quads_uv[shown])
        names = head.material[shown][quad]
        self._material = np.full(len(names), _OWN, np.uint8)
        for number, name in enumerate(_OTHERS, start=1):
            self._material[names == name] = number
        self._uv = head.uv.astype(np.float32)
        self._iris = np.array(_IRISES[rng.integers(len(_IRISES))], dtype=np.float32)
        self._light = _light(person, rng)
        self._shadow = person.shadow
        self._background = _background(size, rng)
        self._folded: complexion.Folded | None = None

    def make_up(self, looks: Appearance, drives: Sequence[Drive], time_s: Times, rng: np.random.Generator) -> None:
        """Grow a beard and lay folds into the skin."""
        if not (looks.beard or looks.wrinkles):
            return
        at, marks = in_face(self._head)
        own = self._texture[:, : at.shape[1]]
        if looks.beard:
            own[:] = complexion.bearded(own, at, marks, looks.beard, rng)
        if looks.wrinkles:
            self._folded = complexion.Folded(complexion.folds(marks, looks.wrinkles, rng), at, drives, time_s)

    def props(self, looks: Appearance, time_s: Times, poses: Points, rng: np.random.Generator) -> Props | None:
        """Return what comes between the head and the camera; None where nothing does."""
        if not looks.covers:
            return None
        skin = np.tile(np.rint(0.85 * self._looks.base).astype(np.uint8), (2, 2, 1))
        luma, cb, cr = (float(plane[0, 0]) for plane in planes(skin))
        return Props(looks, Marks.of_usual(self._usual()[:, :2]), (luma, cb, cr), time_s, poses, rng)

    def _usual(self) -> Points:
        """Return this person's 68 points (68, 3) in the sway's frame: y down, the eyes at its origin."""
        points = self._head.rest[self._head.landmarks]
        return np.asarray((points - points[36:48].mean(axis=0)) / self._head.iod_cm * [1, -1, 1])

    def to_face(self, pose: Points, shake: Points) -> Points:
        """Return the map (2, 3) from pixels to the face frame that fits the unmoved face best, posed and shaken."""
        pixels, _ = self._projected(self._posed(self._head.rest[self._head.landmarks], pose), shake, 1.0)
        known = np.column_stack([pixels, np.ones(len(pixels))])
        fit, *_ = np.linalg.lstsq(known, self._usual()[:, :2], rcond=None)
        return np.asarray(fit.T)

    def _projected(self, posed: Points, shake: Points, finer: float) -> tuple[Points, Points]:
        """Return the pixels (V, 2) of posed points and their distance (V,) from the camera, centimetres."""
        distance = _AWAY_CM + _MIDDLE_CM[2] - posed[:, 2]
        # The eyes lie near the middle's depth, so that there one IOD spans ``iod_px``.
        focal = self.iod_px / self._head.iod_cm * _AWAY_CM * finer
        middle = finer * (np.array(self._size) / 2 + shake) - 0.5
        return (posed[:, :2] - _MIDDLE_CM[:2]) * [1, -1] * (focal / distance)[:, None] + middle, distance

    def frame(self, vertices: Points, pose: Points, shake: Points, i: int) -> Planes:
        """Return frame ``i`` of vertices (V, 3) of the unmoved head, the head posed and the camera shaken."""
        posed = self._posed(vertices, pose)
        width, height = self._size
        points, distance = self._projected(posed, shake, _FINER)
        large = (round(width * _FINER), round(height * _FINER))
        drawn = draw(points.astype(np.float32), -distance.astype(np.float32), self._corners, large)
        canvas = np.zeros((large[1], large[0], 4), np.float32)
        canvas[drawn.rows, drawn.columns, :3] = self._colours(vertices, posed, drawn, self._skin(i))
        canvas[drawn.rows, drawn.columns, 3] = 1
        small = np.asarray(cv2.resize(canvas, self._size, interpolation=cv2.INTER_AREA), dtype=np.float32)
        shift = np.array([[1, 0, shake[0]], [0, 1, shake[1]]])
        behind = cv2.warpAffine(self._background, shift, self._size, borderMode=cv2.BORDER_REPLICATE)
        whole = small[..., :3] + (1 - small[..., 3:]) * np.asarray(behind, dtype=np.float32)
        return planes(np.clip(np.rint(whole), 0, 255).astype(np.uint8))

    def _posed(self, vertices: Points, pose: Points) -> Points:
        tx, ty, roll, yaw, pitch, zoom = pose
        shift = np.array([tx, -ty, 0.0]) * self._head.iod_cm
        shift[2] = _AWAY_CM * (1 - np.exp(-zoom))
        return np.asarray((vertices - _NECK_CM) @ _rotation(roll, yaw, pitch).T + _NECK_CM + shift)

    def _skin(self, i: int) -> Texture:
        """Return the skin's texture in frame ``i``."""
        if self._folded is None:
            return self._texture
        texture, box = self._texture.copy(), self._folded.box
        texture[box] *= self._folded.light(i)[..., None]
        return texture

    def _colours(self, still: Points, posed: Points, drawn: Drawn, texture: Texture) -> Texture:
        """Return the lit colour (N, 3) of every pixel drawn."""
        corners, weights = self._corners[drawn.triangle], drawn.corners
        material = self._material[drawn.triangle]
        shade, shine = (np.einsum("nc,nc->n", each[corners], weights) for each in self._lit(posed))
        colour = np.empty((len(corners), 3), np.float32)
        own = material == _OWN
        uv = self._uv[self._corners_uv[drawn.triangle[own]]]
        colour[own] = _sampled(texture, np.einsum("ncd,nc->nd", uv, weights[own]))
        for number, name in enumerate(_OTHERS, start=1):
            here = material == number
            if name in _INSIDE:
                colour[here] = 0.55 * np.array(_INSIDE[name], np.float32)
            else:
                place = np.einsum("ncd,nc->nd", still[corners[here]], weights[here])
                colour[here] = self._eye(place, name)
        return np.asarray(colour * shade[:, None] + (own * shine)[:, None], dtype=np.float32)

    def _lit(self, posed: Points) -> Texture:
        """Return light and shine (2, V) of every vertex."""
        normal = self._normals(posed)
        # Skin lets light in beyond the terminator: half-wrapped shading. What looks away from the camera is darker.
        lit = np.clip((normal @ self._light + 0.35) / 1.35, 0, 1)
        shade = 1 - self._shadow * (1 - lit) - 0.25 * (1 - np.clip(normal[:, 2], 0, 1))
        half = self._light + np.array([0.0, 0.0, 1.0])
        shine = 14 * np.clip(normal @ half / np.linalg.norm(half), 0, 1) ** 24
        return np.stack([shade, shine]).astype(np.float32)

    def _eye(self, position: Points, name: str) -> Texture:
        ball = self._head.rest[np.unique(self._head.quads[self._head.material == name][:, :3])]
        middle = (ball.min(axis=0) + ball.max(axis=0)) / 2
        away = np.hypot(*(position - middle)[:, :2].T)[:, None]
        ring = np.clip((_IRIS_CM - away) / 0.05 + 0.5, 0, 1)
        hole = np.clip((_PUPIL_CM - away) / 0.04 + 0.5, 0, 1)
        colour = np.array(_SCLERA) + ring * (self._iris - np.array(_SCLERA))
        glint = np.clip((0.09 - np.hypot(*(position - middle - [0.22, 0.25, 0])[:, :2].T)[:, None]) / 0.04 + 0.5, 0, 1)
        colour = colour + hole * (np.array(_PUPIL) - colour)
        return np.asarray(colour + glint * (245 - colour), dtype=np.float32)

    def _normals(self, vertices: Points) -> Points:
        a, b, c = (vertices[self._corners[:, i]] for i in range(3))
        face = np.cross(b - a, c - a)
        total = np.empty_like(vertices)
        for axis in range(3):
            weights = np.repeat(face[:, axis], 3)
            total[:, axis] = np.bincount(self._corners.ravel(), weights, minlength=len(vertices))
        return np.asarray(total / (np.linalg.norm(total, axis=1, keepdims=True) + 1e-12))


def _rotation(roll: float, yaw: float, pitch: float) -> Points:
    """Return the turn of the head: roll and pitch as the picture shows them, yaw towards the subject's left."""
    turns = []
    for angle, (i, j) in ((-roll, (0, 1)), (yaw, (2, 0)), (pitch, (1, 2))):
        matrix = np.eye(3)
        matrix[[i, j], [i, j]] = np.cos(angle)
        matrix[i, j], matrix[j, i] = -np.sin(angle), np.sin(angle)
        turns.append(matrix)
    return np.asarray(turns[0] @ turns[1] @ turns[2])


def _light(person: Person, rng: np.random.Generator) -> Points:
    aside = float(rng.uniform(-1, 1)) * (0.4 + 0.8 * person.shadow)
    light = np.array([aside, float(rng.uniform(0.3, 0.7)), 1.0])
    return np.asarray(light / np.linalg.norm(light))


def _sampled(texture: Texture, uv: Points) -> Texture:
    """Return the colours (N, 3) of a texture at positions (N, 2) in its heights."""
    texel = (uv * texture.shape[0] - 0.5).astype(np.float32)
    # OpenCV takes no row longer than 32,767: the list is folded into a picture.
    folded = np.zeros((-(-len(texel) // 1024), 1024, 2), np.float32)
    folded.reshape(-1, 2)[: len(texel)] = texel
    return look(texture, folded, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE).reshape(-1, 3)[: len(texel)]


def _background(size: tuple[int, int], rng: np.random.Generator) -> Texture:
    """Return an indoor background out of focus."""
    width, height = size
    small = rng.uniform(60, 170) + rng.uniform(-30, 30, (6, 5, 1)) + rng.uniform(-7, 7, (6, 5, 3))
    return np.asarray(cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC))
