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


def _rate(what: str, default: str) -> Any:
    return typer.Option(min=0, max=120, help=f"{what} a minute.", show_default=default)


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
    tone: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Skin of the head, 0 light, 1 dark.", show_default="drawn from the seed"),
    ] = None,
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
    of_head = _given({"tone": tone, "shadow": shadow})
    of_sway = _given({"quick_moves_per_min": quick_moves_per_min, "sway": sway})
    if kind == "clip":
        _refuse([*of_camera, *of_sway, *_given({"jitter": jitter})], "a photo or a head; a clip has its own motion")
    if kind != "head":
        _refuse([*of_head], "a head")
    rates = {
        "seconds": seconds,
        "blinks_per_min": blinks_per_min,
        "smiles_per_min": smiles_per_min,
        "speech_per_min": speech_per_min,
        "brows_per_min": brows_per_min,
        "chews_per_min": chews_per_min,
    }
    spasms = {"side": side, "spasms_per_min": spasms_per_min, "amplitude": amplitude, "tonic_share": tonic_share}
    video = {"fps": fps, "crf": crf, "size": _size(size), "jitter": jitter or 0.0}
    _make(kind, source, out, seed, {**spasms, **_given(rates), **of_sway}, video, of_camera, of_head)


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
    counts = {"spasm": "spasms", "blink": "blinks", "expression": "expressions", "head_motion": "quick head moves"}
    told = [f"{sum(event.kind == kind for event in truth.events)} {word}" for kind, word in counts.items()]
    typer.echo(f"{out}: {len(truth.time_s)} frames, {', '.join(told)}; the truth is in {out.stem}.truth.json")
