"""The public results as JSON Schema (draft 2020-12), one file a result and version.

>>> from facialis import schemas
>>> schemas.load("facialis.video/1")["properties"]["schema"]
{'const': 'facialis.video/1'}
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

NAMES = (
    "facialis.aid/1",
    "facialis.assessment/1",
    "facialis.case/1",
    "facialis.change/1",
    "facialis.compare/1",
    "facialis.course/1",
    "facialis.decompression/1",
    "facialis.emg/1",
    "facialis.emg_compare/1",
    "facialis.evoked/1",
    "facialis.evoked_compare/1",
    "facialis.injection_plan/1",
    "facialis.packet/1",
    "facialis.options/1",
    "facialis.review/1",
    "facialis.scale/1",
    "facialis.scale_change/1",
    "facialis.session/1",
    "facialis.truth/1",
    "facialis.video/1",
    "facialis.visit/1",
)


def load(name: str) -> dict[str, Any]:
    """Return the schema of a public result.

    Parameters
    ----------
    name : str
        As the result's own ``schema`` key says it, for example ``"facialis.video/1"``.

    Returns
    -------
    dict
        The schema, a fresh copy at each call.

    Raises
    ------
    LookupError
        If there is no such result; one line that names those there are.
    """
    if name not in NAMES:
        raise LookupError(f'no schema "{name}"; there are {", ".join(NAMES)}')
    file = name.removeprefix("facialis.").replace("/", "-") + ".schema.json"
    schema: dict[str, Any] = json.loads(files(__name__).joinpath(file).read_text(encoding="utf-8"))
    return schema
