"""``facialis simulate``: a clip with spasms of known time, side and size, made from a photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.face.simulate import Truth

_RATE = "a minute"


def command(
    source: Annotated[Path, typer.Argument(help="A photo of one face, upright and not mirrored.")],
    out: Annotated[Path, typer.Option(help="The clip to write (.mp4); the truth goes to the same name, .truth.json.")],
    seconds: Annotated[float, typer.Option(min=2, max=3600, help="Length of the clip.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clip.")] = 0,
    side: Annotated[Side, typer.Option(help="The patient's side that has the spasms: left or right.")] = Side.LEFT,
    spasms_per_min: Annotated[float, typer.Option(min=0, max=120, help=f"Spasms {_RATE}.")] = 24.0,
    amplitude: Annotated[
        tuple[float, float], typer.Option(help="Smallest and largest spasm, as a fraction of the eyes' distance.")
    ] = (0.03, 0.10),
    tonic_share: Annotated[float, typer.Option(min=0, max=1, help="Share of attacks that are held.")] = 0.2,
    blinks_per_min: Annotated[float, typer.Option(min=0, max=60, help=f"Blinks of both eyes {_RATE}.")] = 16.0,
    smiles_per_min: Annotated[float, typer.Option(min=0, max=20, help=f"Smiles {_RATE}.")] = 2.0,
    speech_per_min: Annotated[float, typer.Option(min=0, max=20, help=f"Bouts of speech {_RATE}.")] = 2.0,
    brows_per_min: Annotated[float, typer.Option(min=0, max=20, help=f"Raises of both brows {_RATE}.")] = 1.0,
    chews_per_min: Annotated[float, typer.Option(min=0, max=20, help=f"Bouts of chewing {_RATE}.")] = 0.0,
    quick_moves_per_min: Annotated[float, typer.Option(min=0, max=20, help=f"Quick head moves {_RATE}.")] = 1.0,
    sway: Annotated[float, typer.Option(min=0, max=3, help="Head sway; 1 is a person sitting, 0 a still head.")] = 1.0,
    fps: Annotated[float, typer.Option(min=5, max=240, help="Frames a second.")] = 30.0,
    crf: Annotated[int, typer.Option(min=0, max=51, help="Compression (H.264): 20 is good, 30 poor.")] = 23,
    size: Annotated[
        str | None, typer.Option(help="Size of the clip, as 720x1280; chosen by the face if left out.")
    ] = None,
    jitter: Annotated[
        float, typer.Option(min=0, max=0.6, help="Variation of the frame times; 0 is a steady rate.")
    ] = 0.0,
    noise: Annotated[float, typer.Option(min=0, max=10, help="Sensor noise; 1 is a phone indoors.")] = 1.0,
    shake: Annotated[float, typer.Option(min=0, max=20, help="Shake of the hand that holds the camera, pixels.")] = 0.6,
    defocus: Annotated[float, typer.Option(min=0, max=10, help="Largest blur while the focus hunts, pixels.")] = 0.0,
) -> None:
    """Make a clip with spasms of known time, side and size, and write down the truth beside it."""
    from facialis.commands import CallError

    if side not in (Side.LEFT, Side.RIGHT):
        raise CallError(f"--side {side.value}: give left or right")
    low, high = amplitude
    if not 0.005 <= low <= high <= 0.3:
        raise CallError(
            f"--amplitude {low:g} {high:g}: give the smaller first, both between 0.005 and 0.3 (0.04 is 4 %)"
        )
    if out.suffix.lower() != ".mp4" or not out.parent.is_dir():
        raise CallError(f"--out {out}: give a name ending in .mp4 in a folder that exists")
    from facialis.face.simulate import Camera, Plan, SimulationError, Video, simulate_photo

    plan = Plan(
        seconds=seconds,
        side=side,
        spasms_per_min=spasms_per_min,
        amplitude=amplitude,
        tonic_share=tonic_share,
        blinks_per_min=blinks_per_min,
        smiles_per_min=smiles_per_min,
        speech_per_min=speech_per_min,
        brows_per_min=brows_per_min,
        chews_per_min=chews_per_min,
        quick_moves_per_min=quick_moves_per_min,
        sway=sway,
    )
    camera = Camera(noise=noise, shake_px=shake, defocus_px=defocus)
    video = Video(fps=fps, crf=crf, size=_size(size), jitter=jitter)
    try:
        with _progress() as step:
            truth = simulate_photo(source, out, plan=plan, seed=seed, video=video, camera=camera, progress=step)
    except SimulationError as error:
        raise CallError(str(error)) from error
    _report(out, truth)


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
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("frames", total=None)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield step


def _report(out: Path, truth: Truth) -> None:
    counts = {"spasm": "spasms", "blink": "blinks", "expression": "expressions", "head_motion": "quick head moves"}
    told = [f"{sum(event.kind == kind for event in truth.events)} {word}" for kind, word in counts.items()]
    typer.echo(f"{out}: {len(truth.time_s)} frames, {', '.join(told)}; the truth is in {out.stem}.truth.json")
