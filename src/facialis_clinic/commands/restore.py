"""``facialis restore``: a practice out of its archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    file: Annotated[Path, typer.Argument(help="An archive of `facialis backup`.")],
    home: Annotated[
        Path | None, typer.Option(help="The folder to restore into; new or empty.", show_default="FACIALIS_HOME")
    ] = None,
    forgotten: Annotated[
        Path | None,
        typer.Option(help="forgotten.jsonl of the home that was lost or left: those in it are forgotten again."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read the archive and hold it against its hashes.")
    ] = False,
) -> None:
    """Put an archive back into an empty home and bring it up to this release."""
    from facialis_clinic import backups
    from facialis_clinic.home import default_home

    place = (home or default_home()).expanduser().absolute()
    with backups.orderly():
        told = backups.check(file) if check else backups.restore(file, place, forgotten)
    made = f"made {told.made_at:%Y-%m-%d %H:%M} UTC by Facialis {told.version}"
    typer.echo(f"{file}: whole; {made}; {told.rows} rows, {told.files} files, {told.bytes / 1e6:.1f} MB")
    if not check:
        typer.echo(f"Restored into {place}. `facialis audit verify` holds the access log against itself.")
    if told.files_in != "archive":
        typer.echo(f"The recordings lie in {told.files_in}: set FACIALIS_STORAGE as it was.")
