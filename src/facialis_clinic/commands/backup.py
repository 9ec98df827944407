"""``facialis backup``: the whole practice in one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    file: Annotated[Path, typer.Argument(help="The archive to write; it must not exist yet.")],
    home: Annotated[Path | None, typer.Option(help="The folder of the state.", show_default="FACIALIS_HOME")] = None,
) -> None:
    """Write database, recordings and keys into one archive, while the site runs. Whoever has it can read everything."""
    from datetime import UTC, datetime

    from facialis_clinic.backups import backup, orderly
    from facialis_clinic.home import default_home

    with orderly():
        told = backup(file.expanduser(), (home or default_home()).expanduser().absolute(), now=datetime.now(UTC))
    typer.echo(f"{file}: {told.rows} rows, {told.files} files, {told.bytes / 1e6:.1f} MB")
    if told.files_in != "archive":
        typer.echo(f"The recordings lie in {told.files_in} and are not in it: that store keeps its own copies.")
