"""``facialis models``: fetch the nets, say where they lie, check that they are unaltered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

command = typer.Typer(help="The nets that find the face: fetch, where, check.")


@command.command()
def fetch(
    wheel: Annotated[
        Path | None,
        typer.Option("--from", metavar="WHEEL", help="Take them from this mediapipe 0.10.21 wheel: no network."),
    ] = None,
) -> None:
    """Put the three nets into the folder of the nets, unless they are there already."""
    from facialis.face import nets

    typer.echo(nets.fetch(wheel))


@command.command()
def where() -> None:
    """Print the folder of the nets."""
    from facialis.face import nets

    typer.echo(nets.folder())


@command.command()
def check() -> None:
    """Print each net that is there and unaltered, with its SHA-256; fail where one is not."""
    from facialis.face import nets

    for name, path in nets.check().items():
        typer.echo(f"{name} {nets.NETS[name]} {path}")
