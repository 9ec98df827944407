"""What a phone's camera adds: colour planes, sensor noise, wavering light, a shaking hand, a hunting focus."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Image, Points
from facialis.face.simulate.picture import Plane, Planes

# ITU-R BT.709, limited range.
_RED, _BLUE = 0.2126, 0.0722
_READ_NOISE = 1.1  # levels of 255
_SHOT_NOISE = 0.022  # variance per level
_BANK = 1536  # side of the noise bank; each frame takes another corner of it


def planes(image: Image) -> Planes:
    """Turn RGB (H, W, 3) uint8 of even size into BT.709 limited-range planes."""
    red, green, blue = np.moveaxis(image.astype(np.float32) / 255, -1, 0)
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    cb, cr = (blue - luma) / (2 * (1 - _BLUE)), (red - luma) / (2 * (1 - _RED))
    half = (image.shape[1] // 2, image.shape[0] // 2)
    small = [cv2.resize(chroma, half, interpolation=cv2.INTER_AREA) for chroma in (cb, cr)]
    return Planes(
        *(
            np.clip(np.rint(plane), 0, 255).astype(np.uint8)
            for plane in (16 + 219 * luma, 128 + 224 * small[0], 128 + 224 * small[1])
        )
    )


@dataclass(frozen=True, slots=True)
class Camera:
    """How the camera behaves; every number may be 0 to switch its effect off.

    Attributes
    ----------
    noise : float
        Of the sensor; 1 is a phone indoors.
    flicker : float
        Share by which the light wavers.
    shake_px : float
        Of the hand, standard deviation.
    defocus_px : float
        Largest blur while the focus hunts (once in about ten seconds).
    """

    noise: float = 1.0
    flicker: float = 0.012
    shake_px: float = 0.6
    defocus_px: float = 0.0


class Sensor:
    """Noise, light, shake and focus of one clip, drawn from a seed."""

    def __init__(self, camera: Camera, time_s: Times, rng: np.random.Generator) -> None:
        self._camera = camera
        self._bank = rng.standard_normal((_BANK, _BANK), dtype=np.float32)
        self._corners = rng.integers(0, _BANK, (len(time_s), 3, 2))
        level = np.arange(256, dtype=np.float32)
        self._sigma = camera.noise * np.sqrt(_READ_NOISE**2 + _SHOT_NOISE * level)
        self._gain = 1 + camera.flicker * _wander(time_s, ((0.03, 0.3, 0.8), (2.0, 9.0, 0.2)), 1, rng)[:, 0]
        self.shake = camera.shake_px * _wander(time_s, ((0.5, 2.5, 0.9), (4.0, 9.0, 0.3)), 2, rng)
        hunt = _wander(time_s, ((0.05, 0.3, 1.0),), 1, rng)[:, 0]
        self._blur = camera.defocus_px * np.clip(hunt - 0.8, 0, 1)

    def expose(self, picture: Planes, index: int) -> Planes:
        """Return the picture as the sensor records it in frame ``index``."""
        luma, cb, cr = picture
        if self._blur[index] > 0.3:
            luma = np.asarray(cv2.GaussianBlur(luma, (0, 0), float(self._blur[index])), dtype=np.uint8)
        if not (self._camera.noise or self._camera.flicker):
            return Planes(luma, cb, cr)
        noisy = self._noisy(luma, float(self._gain[index]), self._corners[index, 0])
        if not self._camera.noise:
            return Planes(noisy, cb, cr)
        # Chroma noise is weaker: the camera smooths it away first.
        colours = []
        for plane, corner in ((cb, self._corners[index, 1]), (cr, self._corners[index, 2])):
            grain = self._grain(plane.shape, corner) * np.float32(0.6 * self._camera.noise)
            colours.append(cv2.add(plane, grain, dtype=cv2.CV_8U))
        return Planes(noisy, *(np.asarray(colour, dtype=np.uint8) for colour in colours))

    def _noisy(self, luma: Plane, gain: float, corner: npt.NDArray[np.int64]) -> Plane:
        light = np.clip((np.arange(256, dtype=np.float32) - 16) * gain + 16, 0, 255)
        value, sigma = cv2.LUT(luma, light), cv2.LUT(luma, self._sigma)
        grain = cv2.multiply(sigma, self._grain(luma.shape, corner))
        return np.asarray(cv2.add(value, grain, dtype=cv2.CV_8U), dtype=np.uint8)

    def _grain(self, shape: tuple[int, ...], corner: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        rows, columns = shape
        if rows > _BANK or columns > _BANK:
            tiled = np.tile(self._bank, (-(-rows // _BANK) + 1, -(-columns // _BANK) + 1))
            return tiled[corner[0] : corner[0] + rows, corner[1] : corner[1] + columns]
        row, column = corner[0] % (_BANK - rows + 1), corner[1] % (_BANK - columns + 1)
        return self._bank[row : row + rows, column : column + columns]


def _wander(
    time_s: Times, bands: tuple[tuple[float, float, float], ...], axes: int, rng: np.random.Generator
) -> Points:
    """Return a smooth random course (T, axes) of deviation about 1 from sines in (low Hz, high Hz, weight) bands."""
    total = np.zeros((len(time_s), axes))
    for low, high, weight in bands:
        frequency = np.exp(rng.uniform(np.log(low), np.log(high), (6, axes)))
        phase = rng.uniform(0, 2 * np.pi, (6, axes))
        total += weight * np.sin(2 * np.pi * frequency * time_s[:, None, None] + phase).sum(axis=1) / np.sqrt(3)
    return total
