"""The face from the front as a few curves: one half, in drawing units from the midline; the other is its mirror image.

It shows no person. Each muscle of the facial nerve is a band between two edges that run with its fibres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin
from types import MappingProxyType

from facialis.treatment.injection.page.curves import Point, Points

WIDTH, HEIGHT = 380.0, 444.0
MIDDLE = WIDTH / 2.0


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle of one half.

    Attributes
    ----------
    one, other : tuple of (float, float)
        Its two edges, with as many points each, running with the fibres; x from the midline outwards, y downwards.
    closed : bool
        Whether the edges are rings, as round the eye.
    fibres : int
        How many lines are drawn between the edges.
    flat : bool
        Whether it is cut straight at the midline, where its other half goes on; the ends of others are round.
    """

    one: Points
    other: Points
    closed: bool = False
    fibres: int = 3
    flat: bool = False


def _arc(middle: Point, wide: float, tall: float, start: float, stop: float, count: int, *, closed: bool) -> Points:
    steps = count if closed else count - 1
    turns = [start + (stop - start) * i / steps for i in range(count)]
    return tuple((middle[0] + wide * cos(turn), middle[1] + tall * sin(turn)) for turn in turns)


EYE: Point = (61.0, 209.0)
# The opening of the lids, from the inner corner over the upper lid and back.
LIDS: Points = ((34, 212), (46, 200), (61, 196), (76, 199), (89, 208), (76, 217), (61, 220), (46, 218))
_LID_RING = _arc(EYE, 31.0, 15.0, 0.0, 2.0 * pi, 12, closed=True)
_ORBIT_RING = _arc((62.0, 208.0), 48.0, 39.0, 0.0, 2.0 * pi, 12, closed=True)
_MOUTH: Point = (0.0, 322.0)

MUSCLES: Mapping[str, Muscle] = MappingProxyType(
    {
        "frontalis": Muscle(
            ((8, 171), (6, 150), (7, 126), (14, 108)), ((93, 176), (97, 152), (91, 128), (76, 112)), fibres=7
        ),
        "procerus": Muscle(((1, 200), (1, 182), (2, 162)), ((8, 204), (8, 182), (12, 163)), fibres=1),
        "corrugator": Muscle(((10, 187), (25, 173), (46, 165)), ((13, 193), (29, 182), (52, 171)), fibres=1),
        "platysma": Muscle(
            ((32, 384), (34, 404), (37, 428), (39, 470)), ((90, 354), (86, 388), (94, 424), (116, 470)), fibres=6
        ),
        "buccinator": Muscle(((60, 315), (76, 298), (94, 296)), ((60, 328), (77, 336), (94, 330)), fibres=3),
        "orbicularis_oculi": Muscle(_LID_RING, _ORBIT_RING, closed=True, fibres=4),
        "nasalis": Muscle(((3, 244), (14, 248), (23, 262)), ((3, 255), (11, 259), (16, 271)), fibres=2),
        "levator_labii": Muscle(((15, 224), (20, 252), (22, 290)), ((23, 223), (31, 257), (34, 294)), fibres=2),
        "zygomaticus_minor": Muscle(((78, 254), (58, 275), (37, 294)), ((88, 258), (68, 280), (46, 301)), fibres=1),
        "zygomaticus_major": Muscle(((98, 254), (76, 283), (52, 312)), ((110, 262), (88, 291), (59, 320)), fibres=2),
        "risorius": Muscle(((97, 315), (80, 317), (60, 320)), ((95, 325), (80, 325), (60, 326)), fibres=1),
        "depressor_anguli_oris": Muscle(((51, 328), (48, 347), (44, 376)), ((60, 329), (68, 346), (78, 364)), fibres=3),
        "depressor_labii": Muscle(((14, 341), (19, 356), (24, 380)), ((36, 339), (40, 356), (44, 376)), fibres=2),
        "mentalis": Muscle(((3, 352), (3, 367), (5, 385)), ((12, 350), (19, 366), (21, 384)), fibres=2),
        "orbicularis_oris": Muscle(
            _arc(_MOUTH, 56.0, 31.0, -pi / 2, pi / 2, 9, closed=False),
            _arc(_MOUTH, 39.0, 9.0, -pi / 2, pi / 2, 9, closed=False),
            flat=True,
        ),
    }
)
# `zygomaticus` of a video is drawn where the major one lies.
ALSO: Mapping[str, str] = MappingProxyType({"zygomaticus": "zygomaticus_major"})

# Half outlines from the midline at the top to the midline at the bottom.
HEAD: Points = (
    (0, 32),
    (48, 38),
    (92, 64),
    (117, 110),
    (123, 160),
    (122, 214),
    (117, 262),
    (106, 310),
    (84, 352),
    (54, 384),
    (24, 400),
    (0, 403),
)
HAIR: Points = ((0, 84), (32, 82), (64, 88), (90, 106), (106, 138), (116, 178))
EAR: Points = ((122, 196), (132, 190), (138, 203), (135, 226), (129, 246), (119, 252))
NECK: Points = ((93, 342), (91, 380), (99, 414), (128, 442), (156, 456))
BROW: Points = ((20, 186), (42, 175), (66, 173), (99, 188), (66, 180), (42, 182))
IRIS = (61.0, 208.0, 9.6)
FOLD: Points = ((37, 203), (48, 192), (62, 188), (78, 191), (92, 203))
NOSE: tuple[Points, ...] = (
    ((14, 198), (11, 224), (13, 246)),
    ((20, 257), (27, 268), (24, 279), (15, 279)),
    ((15, 279), (8, 284), (0, 286)),
)
UPPER_LIP: Points = ((0, 313), (8, 309), (24, 315), (39, 322))
LIP_LINE: Points = ((0, 322.5), (12, 321), (26, 323), (39, 322))
LOWER_LIP: Points = ((0, 337), (14, 336), (28, 331), (39, 322))
PHILTRUM: Points = ((5, 291), (5, 300), (7, 307))
