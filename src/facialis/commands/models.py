"""``facialis models``: fetch the nets, say where they lie, check that they are unaltered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from facialis.face import nets

command = typer.Typer(help="The nets that find the face: fetch, where, check.")


@command.command()
def fetch(
    wheel: Annotated[
        Path | None,
        typer.Option("--from", metavar="WHEEL", help="Take them from this mediapipe 0.10.21 wheel: no network."),
    ] = None,
) -> None:
    """Put the three nets into the folder of the nets, unless they are there already."""
    typer.echo(nets.fetch(wheel))


@command.command()
def where() -> None:
    """Print the folder of the nets."""
    typer.echo(nets.folder())


@command.command()
def check() -> None:
    """Say whether each net is there and unaltered."""
    for name, path in nets.check().items():
        typer.echo(f"{name} {nets.NETS[name]} {path}")
