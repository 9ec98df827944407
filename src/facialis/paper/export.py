"""Figures as SVG and PNG. OpenCV, which is there anyway, draws the pixels and brings the letters."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.paper.figure import Area, Figure, Line, Word

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
# Pixels a drawing unit: sharp in print and on dense screens.
PIXELS = 2
# OpenCV takes whole numbers; so many of their bits are below the point.
FRACTION = 4
HATCH = 7.0

Picture = npt.NDArray[np.uint8]


def svg(figure: Figure) -> bytes:
    """Write a figure as SVG; its texts stay texts.

    Parameters
    ----------
    figure : Figure
        What to write.

    Returns
    -------
    bytes
        The file, the same for the same figure.
    """
    size = (
        f'width="{figure.width:.0f}" height="{figure.height:.0f}" viewBox="0 0 {figure.width:.0f} {figure.height:.0f}"'
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONTS}">',
        f"<title>{escape(figure.title)}</title>",
        *_patterns(figure),
        *(_written(mark) for mark in figure.marks),
        "</svg>",
    ]
    return "\n".join(parts).encode()


def png(figure: Figure) -> bytes:
    """Draw a figure as PNG, two pixels a drawing unit.

    Parameters
    ----------
    figure : Figure
        What to draw.

    Returns
    -------
    bytes
        The file, the same for the same figure.
    """
    import cv2

    shape = (round(figure.height * PIXELS), round(figure.width * PIXELS), 3)
    picture = np.full(shape, 255, dtype=np.uint8)
    letters = cv2.FontFace("sans")
    for mark in figure.marks:
        match mark:
            case Area():
                _draw_area(picture, mark)
            case Line():
                _draw_line(picture, mark)
            case Word():
                _draw_word(picture, mark, letters)
    _, content = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return content.tobytes()


def _patterns(figure: Figure) -> list[str]:
    colours = sorted({mark.fill or "" for mark in figure.marks if isinstance(mark, Area) and mark.hatched})
    return [
        f'<defs><pattern id="hatch{colour[1:]}" width="{HATCH}" height="{HATCH}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="{HATCH}" stroke="{colour}" stroke-width="1.4"/>'
        "</pattern></defs>"
        for colour in colours
    ]


def _written(mark: Area | Line | Word) -> str:
    match mark:
        case Area():
            fill = "none" if mark.fill is None else f"url(#hatch{mark.fill[1:]})" if mark.hatched else mark.fill
            edge = f' stroke="{mark.edge}" stroke-width="{mark.width:g}" stroke-linejoin="round"' if mark.edge else ""
            return f'<path d="M{_points(mark.points)}Z" fill="{fill}" fill-opacity="{mark.opacity:.2f}"{edge}/>'
        case Line():
            dots = ' stroke-dasharray="1 4"' if mark.dotted else ""
            look = f'fill="none" stroke="{mark.colour}" stroke-width="{mark.width:g}"{dots}'
            return f'<path d="M{_points(mark.points)}" {look}/>'
        case Word():
            look = f'font-size="{mark.size:g}" fill="{mark.colour}" text-anchor="{mark.anchor}"'
            weight = ' font-weight="600"' if mark.bold else ""
            return f'<text x="{mark.x:.1f}" y="{mark.y:.1f}" {look}{weight}>{escape(mark.text)}</text>'


def _points(points: npt.NDArray[np.float64]) -> str:
    return " ".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _draw_area(picture: Picture, area: Area) -> None:
    import cv2

    points = _pixels(area.points)
    if area.fill is not None:
        left, top, width, height = cv2.boundingRect(points // 2**FRACTION)
        part = picture[max(top - 1, 0) : top + height + 2, max(left - 1, 0) : left + width + 2]
        corner = np.array([max(left - 1, 0), max(top - 1, 0)], dtype=np.int32) * 2**FRACTION
        drawn = part.copy()
        if area.hatched:
            _hatch(drawn, points - corner, area.fill)
        else:
            cv2.fillPoly(drawn, [points - corner], _bgr(area.fill), cv2.LINE_AA, FRACTION)
        part[:] = cv2.addWeighted(drawn, area.opacity, part, 1 - area.opacity, 0)
    if area.edge is not None:
        cv2.polylines(picture, [points], True, _bgr(area.edge), _thickness(area.width), cv2.LINE_AA, FRACTION)


def _hatch(part: Picture, points: npt.NDArray[np.int32], colour: str) -> None:
    """Draw lines across a polygon, rising to the right."""
    import cv2

    height, width = part.shape[:2]
    lines = part.copy()
    for start in np.arange(-height, width, HATCH * PIXELS * 2**0.5):
        cv2.line(lines, (round(start), height), (round(start) + height, 0), _bgr(colour), PIXELS, cv2.LINE_AA)
    inside = np.zeros((height, width), dtype=np.uint8)
    cv2.fillPoly(inside, [points], 1, cv2.LINE_8, FRACTION)
    part[inside > 0] = lines[inside > 0]


def _draw_line(picture: Picture, line: Line) -> None:
    import cv2

    width, colour = _thickness(line.width), _bgr(line.colour)
    if not line.dotted:
        cv2.polylines(picture, [_pixels(line.points)], False, colour, width, cv2.LINE_AA, FRACTION)
        return
    (x, y), (end, _) = line.points
    for at in np.arange(x, end, 5.0):
        dot = _pixels(np.array([[at, y], [at + 1.0, y]]))
        cv2.polylines(picture, [dot], False, colour, width, cv2.LINE_AA, FRACTION)


def _draw_word(picture: Picture, word: Word, letters: Any) -> None:
    import cv2

    size, weight = round(word.size * PIXELS), 600 if word.bold else 400
    place = (round(word.x * PIXELS), round(word.y * PIXELS))
    # OpenCV's own alignment wraps instead of shifting, so the text is measured first.
    _, _, width, _ = cv2.getTextSize((picture.shape[1], picture.shape[0]), word.text, (0, 0), letters, size, weight)
    shift = {"start": 0.0, "middle": width / 2, "end": width}[word.anchor]
    cv2.putText(picture, word.text, (round(place[0] - shift), place[1]), _bgr(word.colour), letters, size, weight)


def _thickness(width: float) -> int:
    # OpenCV's smoothed lines come out about a pixel wider than asked for.
    return max(1, round(width * PIXELS) - 1)


def _pixels(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    # OpenCV counts from the middle of a pixel, drawing units from the corner.
    whole: npt.NDArray[np.int32] = np.round((points * PIXELS - 0.5) * 2**FRACTION).astype(np.int32)
    return whole


def _bgr(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return blue, green, red
