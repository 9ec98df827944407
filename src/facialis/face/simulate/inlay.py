"""Draws what a slit shows: the dark of a mouth, the eyeball, and the lid skin that unrolls over it."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from facialis.face.simulate.locate import Points
from facialis.face.simulate.muscles import transform
from facialis.face.simulate.picture import Map, Part, Place, Plane, Planes, apply, halve, look
from facialis.face.simulate.slits import Lid, Opened, Slit

_MOUTH_DARK = (38, 122, 140)  # luma, Cb, Cr of the inside of a mouth in shadow
_GRAIN = 0.035  # of the lid's brightness; fine enough to be followed as it slides
_GRAIN_SIDE = 1024
_LIGHTER_THAN_BELOW = 0.88  # brightness of a lid against the skin below the eye
_LASH_DARK = 0.75
_BLACK, _GREY = 16, 128


def draw(changed: Planes, picture: Planes, place: Place, part: Part, slit: Slit, opened: Opened) -> None:
    """Draw one slit into its part of the changed picture, skin and inside taken from the resting picture."""
    weight = opened.alpha.astype(np.float32)
    skin, inside = (apply(place.to_image, points.astype(np.float32)) for points in (opened.skin, opened.inside))
    shade = _MOUTH_DARK if slit.height == 0 else (None, None, None)
    half = Part(*(slice(each.start // 2, each.stop // 2) for each in part))
    for i, plane in enumerate(picture):
        where, mix = (part, weight) if i == 0 else (half, _small(weight))
        over_at, under_at = (skin, inside) if i == 0 else (halve(skin), halve(inside))
        over = look(plane, over_at, cv2.INTER_CUBIC if i == 0 else cv2.INTER_LINEAR).astype(np.float32)
        if opened.lid is not None:
            over = _with_lid(over, plane, i, place, slit, opened.lid, opened.skin[..., 0])
        dark = shade[i]
        under = look(plane, under_at, cv2.INTER_LINEAR).astype(np.float32) if dark is None else np.float32(dark)
        changed[i][where] = np.clip(over + mix * (under - over) + np.float32(0.5), 0, 255).astype(np.uint8)


def _with_lid(over: Map, plane: Plane, i: int, place: Place, slit: Slit, lid: Lid, x: Points) -> Map:
    """Lay unrolled lid skin and the line of the lashes over the skin of one plane; ``i`` 0 is luma."""
    fold, below = (np.interp(x, slit.x, colours) for colours in _around(plane, i, place, slit))
    share = np.clip(lid.down / 0.35, 0, 1)
    colour = fold + share * share * (3 - 2 * share) * (below - fold)
    if i:
        weight, lash, tint = (_small(each.astype(np.float32)) for each in (lid.weight, lid.lash, colour))
        return _laid(over, tint, weight, 0.5 * lash, _GREY)
    # A lid is round: lightest in its middle. Its grain has its own place, so that it slides with the margin.
    per_iod = float(np.hypot(*place.to_image[:, 0]))
    at = np.stack([x, lid.above], axis=-1) * per_iod + _GRAIN_SIDE / 2
    grain = look(_grain(), at.astype(np.float32), cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    lit = _BLACK + (colour - _BLACK) * (1 + 0.05 * np.sin(np.pi * lid.down) + _GRAIN * grain)
    return _laid(over, lit.astype(np.float32), lid.weight.astype(np.float32), lid.lash.astype(np.float32), _BLACK)


def _laid(over: Map, lid: Map, weight: Map, lash: Map, dark: int) -> Map:
    whole = over + weight * (lid - over)
    return np.asarray(whole - _LASH_DARK * lash * (whole - dark), dtype=np.float32)


def _around(plane: Plane, i: int, place: Place, slit: Slit) -> tuple[Points, Points]:
    """Return the colour along the lid's fold (65,) and along the skin below the eye (65,)."""
    lines = [np.subtract(slit.edge("upper"), (0.0, 0.035))]
    lines += [np.add(slit.edge("lower"), (0.0, away)) for away in (0.05, 0.08, 0.11)]
    at = transform(place.to_image, np.array(lines))
    if i:
        at = (at - 0.5) / 2
    colours = look(plane, at.astype(np.float32), cv2.INTER_LINEAR, cv2.BORDER_REPLICATE).astype(np.float64)
    smooth = cv2.GaussianBlur(colours, (0, 0), sigmaX=5, sigmaY=0.01, borderType=cv2.BORDER_REPLICATE)
    fold, below = np.asarray(smooth[0]), np.asarray(smooth[1:].mean(axis=0))
    return fold, below if i else _BLACK + _LIGHTER_THAN_BELOW * (below - _BLACK)


def _small(values: Map) -> Map:
    size = (values.shape[1] // 2, values.shape[0] // 2)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


@lru_cache(maxsize=1)
def _grain() -> Map:
    """Return fine noise of deviation 1, the same for every lid."""
    noise = np.random.default_rng(0).standard_normal((_GRAIN_SIDE, _GRAIN_SIDE), dtype=np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.2), dtype=np.float32)
    return np.asarray(smooth / smooth.std(), dtype=np.float32)
