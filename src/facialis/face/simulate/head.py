"""A 3-D head whose muscles pull single sides: ICT-FaceKit's shapes, driven like tissue, with exact displacements.

Centimetres, x towards the subject's left, y up, z towards the camera. The ICT Face Model: R. Li et al., "Learning
Formation of Physically-Based Face Attributes", CVPR 2020 (https://github.com/ICT-VGL/ICT-FaceKit, MIT).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.face.signals import REGIONS, SIDES
from facialis.face.simulate.actions import CLOSURE, DEPRESSOR, JAW, LID, Drive
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Points
from facialis.face.simulate.tissue import Openings, value, value_sum
from facialis.face.simulate.video import SimulationError
from facialis.findings import Side

MESH, IDENTITY, NUMBERS = "ict_facekit_light.npz", "ict_facekit_identity20_f16.npz", "vertex_indices.json"
SKIN, BACK = "M_Face", "M_BackHead"
_LANDMARKS = "idx_to_landmark_verts"
_OUTER, _INNER = {Side.RIGHT: 36, Side.LEFT: 45}, {Side.RIGHT: 39, Side.LEFT: 42}  # of the 68 landmarks
_UPPER_LID, _LOWER_LID = {Side.RIGHT: (37, 38), Side.LEFT: (43, 44)}, {Side.RIGHT: (41, 40), Side.LEFT: (47, 46)}
_OVERLAP_CM = 0.05
_SIDE_SOFTNESS_CM = 0.7  # over the midline, where a shape of both sides is cut in two

# The shapes that stand for each muscle; those without a side of their own are cut at the midline.
_MUSCLES: Mapping[str, Mapping[str, float]] = {
    "frontalis": {"browOuterUp": 1.0, "browInnerUp": 0.6},
    "orbicularis_oculi": {"eyeSquint": 1.0, "cheekSquint": 0.8, "browDown": 0.3},
    "nasalis": {"noseSneer": 1.0},
    "zygomaticus": {"mouthSmile": 0.8, "mouthDimple": 0.2, "mouthUpperUp": 0.15},
    "orbicularis_oris": {"mouthPucker": 0.7, "mouthPress": 0.6},
    "mentalis": {"mouthShrugLower": 1.0},
    "platysma": {"mouthStretch": 0.8, "mouthFrown": 0.6},
    DEPRESSOR: {"mouthFrown": 0.8, "mouthLowerDown": 0.6, "mouthStretch": 0.5},
}
_UNSIDED = ("mouthPucker", "mouthShrugLower")


@dataclass(frozen=True, eq=False)
class Head:
    """One person's head.

    Attributes
    ----------
    rest : (V, 3) float64
        Vertices with a still face.
    quads, quads_uv : (F, 4) int32
        Vertex and texture indices; -1 in the last place makes a triangle.
    uv : (U, 2) float64
        Texture positions; each whole number of u is another picture.
    material : (F,) of str
        Name of each face's material.
    landmarks : (68,) int64
        Vertices of the usual 68 points.
    mean : (V, 3) float64
        Vertices of the average head, on which the skin is painted.
    fields : dict of (part, side) to (V, 3) float64
        Displacement at gain 1, centimetres; the largest on the skin, seen from the front, is one inter-ocular distance.
    blink : dict of side to (V, 3) float64
        Displacement of a whole blink.
    skin : (N,) int64
        Vertices of the face's skin.
    iod_cm : float
    """

    rest: Points
    quads: npt.NDArray[np.int32]
    quads_uv: npt.NDArray[np.int32]
    uv: Points
    material: npt.NDArray[np.str_]
    landmarks: npt.NDArray[np.int64]
    mean: Points
    fields: Mapping[tuple[str, Side], Points]
    blink: Mapping[Side, Points]
    skin: npt.NDArray[np.int64]
    iod_cm: float

    @classmethod
    def load(cls, folder: Path, rng: np.random.Generator) -> Head:
        """Read the model and draw a person.

        Raises
        ------
        SimulationError
            If a file is missing or is not the model.
        """
        missing = [name for name in (MESH, IDENTITY, NUMBERS) if not (folder / name).is_file()]
        if missing:
            raise SimulationError(
                f"{folder} lacks {', '.join(missing)}: give a folder with the converted ICT-FaceKit head"
            )
        try:
            with np.load(folder / MESH) as mesh, np.load(folder / IDENTITY) as people:
                data, shifts = dict(mesh), people["delta"].astype(np.float64)
            numbers = json.loads((folder / NUMBERS).read_text(encoding="utf-8"))
            landmarks = np.array(numbers[_LANDMARKS], dtype=np.int64)
            names = [str(name) for name in data["expr_names"]]
            mean = data["V"].astype(np.float64)
            shapes = {name: _shape(data, i, mean.shape) for i, name in enumerate(names)}
        except (KeyError, ValueError, OSError) as error:
            raise SimulationError(f"{folder} does not hold the converted ICT-FaceKit head: {error}") from error
        rest = mean + np.tensordot(rng.normal(0, 0.7, len(shifts)), shifts, axes=1)
        material = data["mats"][data["M"]]
        skin = np.unique(data["F"][material == SKIN])
        skin = skin[skin >= 0]
        eyes = [(rest[landmarks[_OUTER[side]]] + rest[landmarks[_INNER[side]]]) / 2 for side in SIDES]
        iod = float(np.linalg.norm(eyes[0] - eyes[1]))
        return cls(
            rest=rest,
            quads=data["F"],
            quads_uv=data["FT"],
            uv=data["UV"].astype(np.float64),
            material=material,
            landmarks=landmarks,
            mean=mean,
            fields=_fields(shapes, mean, skin, iod),
            blink={side: _shut(shapes[f"eyeBlink_{_letter(side)}"], rest, landmarks, side) for side in SIDES},
            skin=skin,
            iod_cm=iod,
        )

    @property
    def lid_travel(self) -> Mapping[Side, float]:
        """Travel of the upper lid from open to shut seen from the front, IOD."""
        return {side: _longest(self.blink[side][self.skin]) / self.iod_cm for side in SIDES}

    def openings(self, drives: Sequence[Drive], time_s: Times) -> Openings:
        """Add up the closure of each eye and the travel of the jaw; an eye closes at most once."""
        closure = {side: np.zeros(len(time_s)) for side in SIDES}
        jaw = np.zeros(len(time_s))
        for drive in drives:
            if drive.part == JAW:
                jaw += drive.gain * value(drive, time_s)
            elif drive.part in (LID, CLOSURE):
                full = self.lid_travel[drive.side] if drive.part == LID else 1.0
                closure[drive.side] += drive.gain / full * value(drive, time_s)
        return Openings(np.clip(closure[Side.LEFT], 0, 1), np.clip(closure[Side.RIGHT], 0, 1), jaw)

    def moved(self, drives: Sequence[Drive], time_s: Times, vertices: npt.NDArray[np.int64]) -> Points:
        """Return the displacement (T, N, 3) of vertices (N,), centimetres."""
        total = np.zeros((len(time_s), len(vertices), 3))
        for drive in drives:
            field = self.fields.get((drive.part, drive.side))
            force = drive.gain * value(drive, time_s)
            if field is not None and force.any():
                total += force[:, None, None] * field[vertices]
        openings = self.openings(drives, time_s)
        for side, closure in ((Side.LEFT, openings.left), (Side.RIGHT, openings.right)):
            if closure.any():
                total += closure[:, None, None] * self.blink[side][vertices]
        return total

    def course(self, drives: Sequence[Drive], time_s: Times) -> Times:
        """Return the largest displacement (T,) of any skin point over time, seen from the front, fraction of IOD."""
        top = int(value_sum(drives, time_s).argmax())
        at_top = np.hypot(*self.moved(drives, time_s[top : top + 1], self.skin)[0, :, :2].T)
        leading = self.skin[np.argsort(at_top)[-24:]]
        moved = self.moved(drives, time_s, leading)
        return np.asarray(np.hypot(moved[..., 0], moved[..., 1]).max(axis=1) / self.iod_cm)

    def region_courses(self, drives: Sequence[Drive], time_s: Times) -> Mapping[tuple[str, Side], Times]:
        """Return the displacement of each region's most mobile point along its muscle's pull over time."""
        courses = {}
        for key in [(region, side) for region in REGIONS for side in SIDES]:
            field = self.fields[key][self.skin][:, :2]
            anchor = int(np.hypot(*field.T).argmax())
            pull = np.append(field[anchor] / np.hypot(*field[anchor]), 0.0)
            # The picture's y runs down, the head's up; along a pull they agree.
            courses[key] = self.moved(drives, time_s, self.skin[[anchor]])[:, 0] @ pull / self.iod_cm
        return courses


def _letter(side: Side) -> str:
    return side.value[0].upper()


def _shape(data: Mapping[str, npt.NDArray[np.float32]], number: int, shape: tuple[int, ...]) -> Points:
    part = slice(*data["expr_ptr"][number : number + 2])
    delta = np.zeros(shape)
    delta[data["expr_idx"][part]] = data["expr_delta"][part]
    return delta


def _shut(shape: Points, rest: Points, landmarks: npt.NDArray[np.int64], side: Side) -> Points:
    """Scale a blink so that this person's lids meet: the shape closes the average eye."""
    upper, lower = (landmarks[list(lid[side])] for lid in (_UPPER_LID, _LOWER_LID))
    open_by = (rest[upper, 1] - rest[lower, 1]).mean() + _OVERLAP_CM
    closes_by = (shape[lower, 1] - shape[upper, 1]).mean()
    return shape * float(np.clip(open_by / closes_by, 1.0, 1.4))


def _longest(delta: Points) -> float:
    return float(np.hypot(delta[:, 0], delta[:, 1]).max())


def _fields(
    shapes: Mapping[str, Points], mean: Points, skin: npt.NDArray[np.int64], iod: float
) -> dict[tuple[str, Side], Points]:
    fields = {}
    for side in SIDES:
        sign = 1 if side is Side.LEFT else -1
        share = (1 + np.tanh(sign * mean[:, :1] / _SIDE_SOFTNESS_CM)) / 2
        for region, parts in _MUSCLES.items():
            total = np.zeros(mean.shape)
            for name, weight in parts.items():
                total += weight * (share * shapes[name] if name in _UNSIDED else shapes[f"{name}_{_letter(side)}"])
            fields[region, side] = total * iod / _longest(total[skin])
    fields[JAW, Side.BOTH] = shapes["jawOpen"] * iod / _longest(shapes["jawOpen"][skin])
    return fields
