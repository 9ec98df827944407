"""What letters are made of in tests: a case of nobody, weighed, and an invented film."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facialis import diagnosis
from tests.facialis.face.page import invented


@pytest.fixture(scope="session")
def weighed() -> dict[str, Any]:
    """An assessment as the software writes it."""
    return diagnosis.assess(diagnosis.read(Path(__file__).with_name("case.json")), draws=200).to_json()


@pytest.fixture(scope="session")
def film() -> dict[str, Any]:
    """A film of a left spasm, with its day."""
    return {"day": "20 May 2026", "result": invented.examination(60)[0]}
