"""The person on a photo, made up: skin tone, beard, folds, and what comes before the face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facialis.face.simulate import complexion
from facialis.face.simulate.actions import Drive
from facialis.face.simulate.camera import planes
from facialis.face.simulate.canvas import Marks
from facialis.face.simulate.cases import Appearance
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Face, Image, Points
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Map, Planes, apply
from facialis.face.simulate.props import Props

_BLACK = 16


class Portrait:
    """The resting picture of a photo's person, as it looks in each frame before anything moves.

    Parameters
    ----------
    image : (H, W, 3) uint8
        RGB.
    face, frame : Face, FaceFrame
        Where the face lies in it.
    looks : Appearance
    rng : Generator
        Draws beard and folds.
    """

    def __init__(self, image: Image, face: Face, frame: FaceFrame, looks: Appearance, rng: np.random.Generator) -> None:
        self._looks = looks
        self._marks = Marks.of_mesh(transform(frame.to_face, face.mesh[:, :2]))
        rows, columns = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
        self._at = apply(frame.to_face, np.stack([columns, rows], axis=-1))
        made: Map = image.astype(np.float32)
        if looks.tone is not None:
            made = complexion.toned(made, self._at, self._marks, looks.tone)
        self._plain = np.clip(np.rint(made), 0, 255).astype(np.uint8)
        if looks.beard:
            made = complexion.bearded(made, self._at, self._marks, looks.beard, rng)
        self.rest = planes(np.clip(np.rint(made), 0, 255).astype(np.uint8))
        self._folds = complexion.folds(self._marks, looks.wrinkles, rng) if looks.wrinkles else []
        self._folded: complexion.Folded | None = None

    def wrinkle(self, drives: Sequence[Drive], time_s: Times) -> None:
        """Lay folds into the skin that deepen as the face is driven."""
        if self._folds:
            self._folded = complexion.Folded(self._folds, self._at, drives, time_s)

    def at_rest(self, i: int) -> Planes:
        """Return the picture of frame ``i`` before the tissue moves."""
        if self._folded is None:
            return self.rest
        luma, box = self.rest.luma.copy(), self._folded.box
        lit = _BLACK + (luma[box].astype(np.float32) - _BLACK) * self._folded.light(i)
        luma[box] = np.clip(lit + np.float32(0.5), 0, 255).astype(np.uint8)
        return Planes(luma, self.rest.cb, self.rest.cr)

    def props(self, time_s: Times, poses: Points, rng: np.random.Generator) -> Props | None:
        """Return what comes between the face and the camera; None where nothing does."""
        looks = self._looks
        if not looks.covers:
            return None
        cheek = complexion.usual_skin(self._plain.astype(np.float32), self._at, self._marks)
        luma, cb, cr = planes(np.tile(np.rint(cheek).astype(np.uint8), (2, 2, 1)))
        return Props(looks, self._marks, (float(luma[0, 0]), float(cb[0, 0]), float(cr[0, 0])), time_s, poses, rng)
