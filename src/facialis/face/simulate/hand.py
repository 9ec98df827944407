"""A hand that comes up to the cheek or the chin, stays for a while and goes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.simulate.canvas import Marks, paint, shade, sign
from facialis.face.simulate.courses import Pulse, Times
from facialis.face.simulate.locate import Points
from facialis.face.simulate.picture import Map, Planes, Window, look
from facialis.findings import Side

_PER_IOD = 110  # pixels of the hand's own picture
_WIDE, _HIGH = 3.0, 10.0  # its extent, IOD; the middle finger's tip lies at its upper middle
_TIP = np.array([1.5, 0.3])
# Fingers and thumb from knuckle to tip, then width, IOD: a hand is three inter-ocular distances long.
_FINGERS = (
    ((-0.42, 1.32), (-0.55, 0.30), 0.25),
    ((-0.14, 1.22), (-0.17, 0.06), 0.27),
    ((0.14, 1.22), (0.16, 0.0), 0.28),
    ((0.42, 1.30), (0.48, 0.14), 0.27),
    ((0.45, 2.20), (0.92, 1.35), 0.31),
)
_PALM = ((-0.5, 1.35), (0.5, 1.3), (0.58, 2.1), (0.4, 2.75), (-0.36, 2.75), (-0.55, 2.1))
_ARM = ((-0.34, 2.6), (0.38, 2.6), (0.62, 10.0), (-0.55, 10.0))
_SLEEVE_Y = 3.4
_GONE = np.array([0.6, 5.5])  # where the hand is while it is away, aside and down, IOD


class Hand:
    """One visit of a hand.

    Parameters
    ----------
    stays : Pulse
        1 while it lies on the face.
    marks : Marks
    skin : (float, float, float)
        Luma and chroma of the face's skin.
    time_s : (T,) float64
    rng : Generator
    """

    def __init__(
        self, stays: Pulse, marks: Marks, skin: tuple[float, float, float], time_s: Times, rng: np.random.Generator
    ) -> None:
        side = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
        out = sign(side)
        if rng.random() < 0.6:
            rests, tilt = 0.25 * marks.corner[side] + 0.75 * marks.jaw[0 if out < 0 else -1] + [0.0, 0.1], 0.3
        else:
            rests, tilt = marks.corner[side] + [0.1 * out, 0.12], -0.45
        angle = out * (tilt + float(rng.uniform(-0.12, 0.12)))
        cosine, sine = np.cos(angle), np.sin(angle)
        self._turn = np.array([[cosine, -sine], [sine, cosine]])
        self._mirror = np.array([out, 1.0])
        away = 1 - stays(time_s)
        wobble = 0.008 * np.sin(2 * np.pi * rng.uniform(0.3, 1.2, 2) * time_s[:, None] + rng.uniform(0, 6, 2))
        self._tips = rests + rng.uniform(-0.06, 0.06, 2) + away[:, None] * _GONE * [out, 1.0] + wobble
        self._here = stays(time_s) > 0
        self._skin = skin
        self._light, self._alpha, self._sleeve = _picture(rng)
        self.covers = (stays.start_s, stays.end_s)

    def draw(self, out: Planes, still: Map, window: Window, i: int) -> None:
        """Draw the hand of frame ``i`` over a picture; ``still`` are the window's nodes in the head's frame."""
        if not self._here[i]:
            return
        own = self._own(still, i)
        inside = ((own > -8) & (own < np.array([_WIDE, _HIGH]) * _PER_IOD + 8)).all(axis=-1)
        part = window.part(np.asarray(inside))
        if part is None:
            return
        at = self._own(window.fine(still, part), i)
        # Its shadow falls a little beside it.
        dark = cv2.GaussianBlur(_seen(self._alpha, at - np.float32(0.05 * _PER_IOD)), (0, 0), 5)
        shade(out, part, np.asarray(0.35 * dark, np.float32))
        light, alpha, sleeve = (_seen(each, at) for each in (self._light, self._alpha, self._sleeve))
        luma, cb, cr = self._skin
        cloth = 60.0 * light
        bare = 16 + (luma - 16) * light
        colours = [bare + sleeve * (cloth - bare), cb + sleeve * (134 - cb), cr + sleeve * (124 - cr)]
        paint(out, part, alpha, [np.asarray(colour, np.float32) for colour in colours])

    def _own(self, still: Map, i: int) -> Map:
        """Return points of the face frame in pixels of the hand's picture."""
        local = ((still - self._tips[i].astype(np.float32)) @ self._turn.astype(np.float32)) * self._mirror
        return np.asarray((local + _TIP) * _PER_IOD, dtype=np.float32)


def _seen(picture: Map, at: Map) -> Map:
    return look(picture, at, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)


def _picture(rng: np.random.Generator) -> tuple[Map, Map, Map]:
    """Return light, cover and sleeve of the hand in its own picture."""
    shape = (round(_HIGH * _PER_IOD), round(_WIDE * _PER_IOD))
    light, alpha = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for outline in (_ARM, _PALM):
        light, alpha = _laid(light, alpha, _polygon(shape, outline), 0.34)
    for knuckle, tip, width in _FINGERS:
        light, alpha = _laid(light, alpha, _capsule(shape, knuckle, tip, width), width / 2)
    pores = rng.standard_normal(shape, dtype=np.float32)
    light *= 1 + 0.05 * cv2.GaussianBlur(pores, (0, 0), 1.5) * 3 + 0.04 * cv2.GaussianBlur(pores, (0, 0), 9) * 18
    rows = (np.arange(shape[0], dtype=np.float32) / _PER_IOD - _TIP[1])[:, None]
    sleeve = np.clip((rows - _SLEEVE_Y) / 0.03 + 0.5, 0, 1) * np.ones(shape, np.float32)
    return light, np.asarray(cv2.GaussianBlur(alpha, (0, 0), 0.8), np.float32), np.asarray(sleeve, np.float32)


def _laid(light: Map, alpha: Map, mask: Map, round_over: float) -> tuple[Map, Map]:
    """Lay one part over the others, rounded towards its edge."""
    deep = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / (round_over * _PER_IOD)
    height = np.sqrt(np.clip(1 - (1 - np.clip(deep, 0, 1)) ** 2, 0, 1))
    lit = 0.62 + 0.4 * height
    return np.asarray(light + mask * (lit - light), np.float32), np.asarray(np.maximum(alpha, mask), np.float32)


def _polygon(shape: tuple[int, int], outline: Sequence[tuple[float, float]]) -> Map:
    mask = np.zeros(shape, np.float32)
    cv2.fillPoly(mask, [_pixels(np.array(outline))], 1.0, cv2.LINE_AA, 4)
    return np.asarray(np.clip((cv2.GaussianBlur(mask, (0, 0), 9) - 0.5) * 6 + 0.5, 0, 1), np.float32)


def _capsule(shape: tuple[int, int], start: tuple[float, float], end: tuple[float, float], width: float) -> Map:
    mask = np.zeros(shape, np.float32)
    points = _pixels(np.array([start, end]))
    cv2.line(mask, points[0].tolist(), points[1].tolist(), 1.0, round(width * _PER_IOD), cv2.LINE_AA, 4)
    return mask


def _pixels(points: Points) -> npt.NDArray[np.int32]:
    return np.asarray(np.rint(16 * (points + _TIP) * _PER_IOD), dtype=np.int32)
