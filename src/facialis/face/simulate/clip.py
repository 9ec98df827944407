"""Puts spasms into a real clip: every frame keeps its own picture and time, the skin is moved where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.recording import Frame, Recording
from facialis.face.signals import SIDES
from facialis.face.simulate.cases import Appearance
from facialis.face.simulate.encode import write
from facialis.face.simulate.locate import Face
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Planes, Window
from facialis.face.simulate.script import Plan
from facialis.face.simulate.script import write as write_script
from facialis.face.simulate.slits import Slit
from facialis.face.simulate.tissue import Tissue
from facialis.face.simulate.track import Track, follow
from facialis.face.simulate.truth import Truth, events, reach
from facialis.face.simulate.video import Progress, SimulationError, Video, counted
from facialis.face.simulate.warp import Pull, Raster, pulls, warp
from facialis.findings import Side


def only_spasms(seconds: float = 0.0) -> Plan:
    """Return the plan for a real clip: spasms alone, since the person blinks and speaks without our help."""
    return Plan(
        seconds=seconds,
        blinks_per_min=0.0,
        smiles_per_min=0.0,
        speech_per_min=0.0,
        brows_per_min=0.0,
        quick_moves_per_min=0.0,
        sway=0.0,
    )


def simulate_clip(
    clip: Path,
    out: Path,
    *,
    plan: Plan | None = None,
    seed: int = 0,
    video: Video | None = None,
    progress: Progress | None = None,
) -> Truth:
    """Write a real clip with spasms added, and their truth beside it.

    Frames in which no face is found stay as they are and nothing is placed near them, nor where the person blinks. What
    the person does by nature is not in the truth (``natural`` is "unknown"). The side is the patient's own if the clip
    is not mirrored.

    Parameters
    ----------
    clip : Path
        A video that :class:`~facialis.face.recording.Recording` reads.
    out : Path
        The clip to write (MP4); its truth is written to the same name ending in ``.truth.json``.
    plan : Plan, optional
        What to add to its first ``seconds`` (0: all of it); by default :func:`only_spasms`.
    seed : int
        The same seed gives the same clip.
    video : Video, optional
        A lower ``fps`` leaves frames out, ``size`` is the box that the picture is shrunk into.
    progress : callable, optional
        Called with steps done and steps in all; every frame is read twice.

    Raises
    ------
    SimulationError
        If no face is found, or if the plan asks for looks or for a weakness: the person has their own.
    facialis.face.recording.RecordingError
        If the clip cannot be read.
    """
    plan, video = plan or only_spasms(), video or Video()
    if plan.appearance != Appearance() or plan.weakness is not None:
        raise SimulationError(f"{clip.name} is a real recording: its person has their own looks and strength")
    track = follow(clip, plan.seconds, video.fps, progress)
    plan = replace(plan, seconds=float(track.time_s[-1]))
    tissue = Tissue.of(*_at_rest(clip, track))
    draw = np.random.default_rng(np.random.SeedSequence(seed).spawn(1)[0])
    actions = [reach(action, tissue) for action in write_script(plan, draw, track.blocked())]
    drives = [drive for action in actions for drive in action.drives]
    kept = track.time_s[track.kept]
    openings = tissue.openings(drives, kept)
    size, scale = _shrunk(track.size, video.size)
    iods = np.array([np.hypot(*place.to_image[:, 0]) for place in track.places])
    truth = Truth(
        source={"kind": "clip", "name": clip.name, "width": size[0], "height": size[1]},
        seed=seed,
        fps=float(1 / np.median(np.diff(kept))),
        iod_px=float(np.median(iods[track.found])) * scale,
        natural="unknown",
        time_s=kept,
        events=tuple(events(actions, tissue)),
        courses=tissue.region_courses(drives, kept),
        closure={Side.LEFT: openings.left, Side.RIGHT: openings.right},
    )
    pictures = _pictures(clip, track, tissue, pulls(tissue, drives, track.time_s), size)
    steps = len(track.time_s)
    told = (lambda done, total: progress(steps * (total + done) // total, 2 * steps)) if progress else None
    write(out, counted(pictures, len(kept), told), kept, size, video.crf, truth.to_json(), track.matrix)
    return truth


def _at_rest(clip: Path, track: Track) -> tuple[Face, FaceFrame, npt.NDArray[np.uint8]]:
    """Return the face as it mostly is (usual mesh, open lids), laid into the picture that comes nearest to it."""
    away = np.abs(np.minimum(*(track.opening(side) for side in SIDES)) - 1)
    nearest = int(np.where(track.found, away, np.inf).argmin())
    opened = track.found & ~track.blinking()
    to_image = track.places[nearest].to_image
    margins = (
        {side.value: transform(to_image, np.median(lines[side][opened], axis=0)) for side in SIDES}
        for lines in (track.upper, track.lower)
    )
    pixels = transform(to_image, track.usual)
    iod = float(np.hypot(*to_image[:, 0]))
    frame = next(frame for frame in Recording(clip) if frame.index == nearest)
    face = Face(np.column_stack([pixels, np.zeros(len(pixels))]), *margins)
    return face, FaceFrame(to_image[:, 2], to_image[:, 0] / iod, iod), frame.luma


def _pictures(
    clip: Path, track: Track, tissue: Tissue, pull: Sequence[Pull], size: tuple[int, int]
) -> Iterator[Planes]:
    raster = Raster(tissue)
    made: Planes | None = None
    for frame, kept in zip(Recording(clip), track.kept, strict=False):
        if made is None or not frame.duplicate:
            # A repeated frame stays one: the camera saw nothing new.
            made = _four_two_zero(frame, track.size)
            force = pull[frame.index]
            if track.found[frame.index] and force.moves:
                place = track.places[frame.index]
                now = Pull(force.gains, _slits(track, tissue, force, frame.index))
                made = warp(made, place, raster, now, Window.around(place, *track.size))
        if kept:
            yield made if size == track.size else _resized(made, size)


def _slits(track: Track, tissue: Tissue, force: Pull, i: int) -> list[tuple[Slit, float, float]]:
    """Return the slits with the lids where they are in frame ``i``: a spasm closes the eye from where it stands."""
    side_of = {id(slit): side for side, slit in tissue.eyes.items()}
    slits = []
    for slit, down, up in force.slits:
        side = side_of.get(id(slit))
        if side is not None:
            slit = Slit.eye(track.upper[side][i], track.lower[side][i], slit.reach_up)
        slits.append((slit, down, up))
    return slits


def _four_two_zero(frame: Frame, size: tuple[int, int]) -> Planes:
    """Return the frame's planes in limited range, both chromas at half size."""
    width, height = size
    half = (width // 2, height // 2)
    planes = [np.ascontiguousarray(frame.luma[:height, :width])]
    for plane in frame.chroma:
        same = plane.shape == half[::-1]
        planes.append(plane if same else np.asarray(cv2.resize(plane, half, interpolation=cv2.INTER_AREA), np.uint8))
    if frame.full_range:
        level = np.arange(256)
        colour = 128 + (level - 128) * 224 / 255
        tables = [np.rint(table).astype(np.uint8) for table in (16 + level * 219 / 255, colour, colour)]
        planes = [table[plane] for table, plane in zip(tables, planes, strict=True)]
    return Planes(*planes)


def _shrunk(size: tuple[int, int], box: tuple[int, int] | None) -> tuple[tuple[int, int], float]:
    scale = 1.0 if box is None else min(box[0] / size[0], box[1] / size[1], 1.0)
    return (round(size[0] * scale / 2) * 2, round(size[1] * scale / 2) * 2), scale


def _resized(picture: Planes, size: tuple[int, int]) -> Planes:
    half = (size[0] // 2, size[1] // 2)
    sizes = zip(picture, (size, half, half), strict=True)
    return Planes(*(np.asarray(cv2.resize(p, each, interpolation=cv2.INTER_AREA), dtype=np.uint8) for p, each in sizes))
