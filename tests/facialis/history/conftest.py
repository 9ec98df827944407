from __future__ import annotations

import pytest

from facialis.history.interview import Interview
from facialis.history.questions import Questionnaire
from facialis.history.read import questionnaire


@pytest.fixture(scope="session")
def shipped() -> Questionnaire:
    """The questionnaire that is shipped."""
    return questionnaire()


@pytest.fixture
def begun(shipped: Questionnaire) -> Interview:
    """An interview of 2026 before its first answer."""
    return Interview(shipped, 2026)
