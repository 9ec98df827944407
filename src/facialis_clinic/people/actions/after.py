"""What is done once a change stands: mails and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from django.db import transaction

P = ParamSpec("P")


def once_committed(do: Callable[P, object], *args: P.args, **more: P.kwargs) -> None:
    """Do something after the transaction has committed; its failure is logged and undoes nothing."""

    def done() -> None:  # a function and no partial: Django names it in the log when it fails
        do(*args, **more)

    transaction.on_commit(done, robust=True)
