"""``facialis simulate``: a clip with spasms of known time, side and size, made from a photo, a clip or a 3-D head."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.face.simulate import Truth

_PHOTO = ("jpg", "jpeg", "png", "bmp", "tif", "tiff", "webp")


_HARD, _LOOKS = "Hard cases", "Looks (photo and head)"


def _rate(what: str, default: str, panel: str | None = None) -> Any:
    return typer.Option(min=0, max=120, help=f"{what} a minute.", show_default=default, rich_help_panel=panel)


def _share(what: str, panel: str = _LOOKS) -> Any:
    return typer.Option(min=0, max=1, help=what, show_default="none", rich_help_panel=panel)


def _sided(what: str) -> Any:
    return typer.Option(help=what, show_default="none", rich_help_panel=_HARD)


def command(
    source: Annotated[
        Path, typer.Argument(help="A photo of one face (upright, not mirrored), a clip, or the ICT-FaceKit folder.")
    ],
    out: Annotated[Path, typer.Option(help="The clip to write (.mp4); the truth goes to the same name, .truth.json.")],
    seconds: Annotated[
        float | None, typer.Option(min=2, max=3600, help="Length.", show_default="30; all of a clip")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clip.")] = 0,
    side: Annotated[Side, typer.Option(help="The patient's side that has the spasms: left or right.")] = Side.LEFT,
    spasms_per_min: Annotated[float, typer.Option(min=0, max=120, help="Spasms a minute.")] = 24.0,
    amplitude: Annotated[
        tuple[float, float], typer.Option(help="Smallest and largest spasm, as a fraction of the eyes' distance.")
    ] = (0.03, 0.10),
    tonic_share: Annotated[float, typer.Option(min=0, max=1, help="Share of attacks that are held.")] = 0.2,
    blinks_per_min: Annotated[float | None, _rate("Blinks of both eyes", "16; none in a clip")] = None,
    smiles_per_min: Annotated[float | None, _rate("Smiles", "2; none in a clip")] = None,
    speech_per_min: Annotated[float | None, _rate("Bouts of speech", "2; none in a clip")] = None,
    brows_per_min: Annotated[float | None, _rate("Raises of both brows", "1; none in a clip")] = None,
    chews_per_min: Annotated[float | None, _rate("Bouts of chewing", "none")] = None,
    quick_moves_per_min: Annotated[float | None, _rate("Quick head moves", "1; not in a clip")] = None,
    sway: Annotated[
        float | None, typer.Option(min=0, max=3, help="Head sway; 0 is a still head.", show_default="1; not in a clip")
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(min=0, max=10, help="Sensor noise; 1 is a phone indoors.", show_default="1; not in a clip"),
    ] = None,
    shake: Annotated[
        float | None,
        typer.Option(min=0, max=20, help="Shake of the camera, pixels.", show_default="0.6; not in a clip"),
    ] = None,
    defocus: Annotated[
        float | None,
        typer.Option(min=0, max=10, help="Blur of a hunting focus, pixels.", show_default="0; not in a clip"),
    ] = None,
    weak_side: Annotated[Side | None, _sided("The side that moves less at will and in blinks.")] = None,
    weakness: Annotated[
        float, typer.Option(min=0.05, max=1, help="By what share it moves less.", rich_help_panel=_HARD)
    ] = 0.5,
    synkinesis: Annotated[Side | None, _sided("The side whose mouth pulls along with blinks.")] = None,
    lopsided: Annotated[Side | None, _sided("The side that does less in speech and smiles, by habit.")] = None,
    lip_pull: Annotated[Side | None, _sided("The side whose corner of the mouth is drawn down at will.")] = None,
    squeezes_per_min: Annotated[float | None, _rate("Squeezes of both eyes' lids", "none", _HARD)] = None,
    closures_per_min: Annotated[float | None, _rate("Gentle closures of both eyes", "none", _HARD)] = None,
    winks_per_min: Annotated[float | None, _rate("Winks", "none", _HARD)] = None,
    smirks_per_min: Annotated[float | None, _rate("Smiles of one side", "none", _HARD)] = None,
    tone: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Skin, 0 light, 1 dark.",
            show_default="a photo's own, a head's from the seed",
            rich_help_panel=_LOOKS,
        ),
    ] = None,
    glasses: Annotated[float | None, _share("Glasses; how strongly they mirror.")] = None,
    beard: Annotated[float | None, _share("A beard; how full.")] = None,
    wrinkles: Annotated[float | None, _share("Folds that deepen with movement; how deep.")] = None,
    shadow_edge: Annotated[float | None, _share("A hard shadow whose edge wanders; how dark.")] = None,
    hands_per_min: Annotated[float | None, _rate("Hands to the face", "none", _LOOKS)] = None,
    shadow: Annotated[
        float | None, typer.Option(min=0, max=1, help="Shadow on the head: 1 is a hard lamp.", show_default="0.4")
    ] = None,
    fps: Annotated[
        float | None, typer.Option(min=5, max=240, help="Frames a second.", show_default="30; a clip's own")
    ] = None,
    jitter: Annotated[
        float | None,
        typer.Option(min=0, max=0.6, help="Variation of the frame times.", show_default="0; a clip's own"),
    ] = None,
    crf: Annotated[int, typer.Option(min=0, max=51, help="Compression (H.264): 20 is good, 30 poor.")] = 23,
    size: Annotated[
        str | None, typer.Option(help="Size of the clip, as 720x1280.", show_default="by the face; a clip's own")
    ] = None,
) -> None:
    """Make a clip with spasms of known time, side and size, and write down the truth beside it."""
    _check(side, amplitude, out)
    kind = "head" if source.is_dir() else "photo" if source.suffix.lower().lstrip(".") in _PHOTO else "clip"
    of_camera = _given({"noise": noise, "shake_px": shake, "defocus_px": defocus})
    of_head = _given({"shadow": shadow})
    looks = _given({"tone": tone, "glasses": glasses, "beard": beard, "wrinkles": wrinkles})
    looks |= _given({"shadow_edge": shadow_edge, "hands_per_min": hands_per_min})
    of_sway = _given({"quick_moves_per_min": quick_moves_per_min, "sway": sway})
    if kind == "clip":
        _refuse([*of_camera, *of_sway, *_given({"jitter": jitter})], "a photo or a head; a clip has its own motion")
        own = [*looks, *(["weak_side"] if weak_side is not None else [])]
        _refuse(own, "a photo or a head; a clip's person has their own looks and strength")
    if kind != "head":
        _refuse([*of_head], "a head")
    rates = {
        "seconds": seconds,
        "blinks_per_min": blinks_per_min,
        "smiles_per_min": smiles_per_min,
        "speech_per_min": speech_per_min,
        "brows_per_min": brows_per_min,
        "chews_per_min": chews_per_min,
        "winks_per_min": winks_per_min,
        "smirks_per_min": smirks_per_min,
        "closures_per_min": closures_per_min,
    }
    _one_side(weak_side=weak_side, synkinesis=synkinesis, lopsided=lopsided, lip_pull=lip_pull)
    cases = _cases(weak_side, weakness, synkinesis, lopsided, lip_pull, squeezes_per_min, looks)
    spasms = {"side": side, "spasms_per_min": spasms_per_min, "amplitude": amplitude, "tonic_share": tonic_share}
    video = {"fps": fps, "crf": crf, "size": _size(size), "jitter": jitter or 0.0}
    _make(kind, source, out, seed, {**spasms, **_given(rates), **of_sway, **cases}, video, of_camera, of_head)


def _cases(
    weak_side: Side | None,
    weakness: float,
    synkinesis: Side | None,
    lopsided: Side | None,
    lip_pull: Side | None,
    squeezes_per_min: float | None,
    looks: dict[str, float],
) -> dict[str, Any]:
    """Return the fields of the plan that the hard cases fill."""
    from facialis.face import simulate

    return {
        "weakness": simulate.Weakness(weak_side, weakness) if weak_side else None,
        "synkinesis": simulate.Synkinesis(synkinesis) if synkinesis else None,
        "lopsided": simulate.Lopsided(lopsided) if lopsided else None,
        "lip_pulls": simulate.LipPulls(side=lip_pull) if lip_pull else None,
        "squeezes": simulate.Squeezes(squeezes_per_min) if squeezes_per_min else None,
        "appearance": simulate.Appearance(**looks),
    }


def _one_side(**sides: Side | None) -> None:
    from facialis.commands import CallError

    for name, side in sides.items():
        if side is not None and side not in (Side.LEFT, Side.RIGHT):
            raise CallError(f"--{name.replace('_', '-')} {side.value}: give left or right")


def _make(
    kind: str,
    source: Path,
    out: Path,
    seed: int,
    of_plan: dict[str, Any],
    of_video: dict[str, Any],
    of_camera: dict[str, float],
    of_head: dict[str, float],
) -> None:
    from facialis.commands import CallError
    from facialis.face import simulate

    plan = replace(simulate.only_spasms() if kind == "clip" else simulate.Plan(), **of_plan)
    given: dict[str, Any] = {"plan": plan, "seed": seed, "video": simulate.Video(**of_video)}
    if kind != "clip":
        given["camera"] = simulate.Camera(**of_camera)
    if kind == "head":
        given["person"] = simulate.Person(**of_head)
    makers: dict[str, Callable[..., Truth]] = {
        "head": simulate.simulate_head,
        "photo": simulate.simulate_photo,
        "clip": simulate.simulate_clip,
    }
    try:
        with _progress() as step:
            truth = makers[kind](source, out, **given, progress=step)
    except simulate.SimulationError as error:
        raise CallError(str(error)) from error
    _report(out, truth)


def _given(options: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in options.items() if value is not None}


def _check(side: Side, amplitude: tuple[float, float], out: Path) -> None:
    from facialis.commands import CallError

    if side not in (Side.LEFT, Side.RIGHT):
        raise CallError(f"--side {side.value}: give left or right")
    low, high = amplitude
    if not 0.005 <= low <= high <= 0.15:
        raise CallError(f"--amplitude {low:g} {high:g}: give the smaller first, both from 0.005 to 0.15 (0.04 is 4 %)")
    if out.suffix.lower() != ".mp4" or not out.parent.is_dir():
        raise CallError(f"--out {out}: give a name ending in .mp4 in a folder that exists")


def _refuse(options: list[str], whom: str) -> None:
    from facialis.commands import CallError

    words = {"shake_px": "shake", "defocus_px": "defocus"}
    for name in options:
        raise CallError(f"--{words.get(name, name).replace('_', '-')} is for {whom}: leave it out")


def _size(text: str | None) -> tuple[int, int] | None:
    from facialis.commands import CallError

    if text is None:
        return None
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 160 <= int(width) <= 4096 and 160 <= int(height) <= 4096):
        raise CallError(f"--size {text}: give width and height in pixels from 160 to 4096, as 720x1280")
    # H.264 stores colour for two pixels at a time.
    return int(width) // 2 * 2, int(height) // 2 * 2


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("making the clip"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("frames", total=None)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield step


def _report(out: Path, truth: Truth) -> None:
    counts = {
        "spasm": "spasms",
        "synkinesis": "synkinetic pulls",
        "blink": "blinks",
        "expression": "expressions",
        "head_motion": "quick head moves",
    }
    told = [f"{sum(event.kind == kind for event in truth.events)} {word}" for kind, word in counts.items()]
    typer.echo(f"{out}: {len(truth.time_s)} frames, {', '.join(told)}; the truth is in {out.stem}.truth.json")
