"""What toxin hides is not called absent while it may work."""

from __future__ import annotations

import pytest

from facialis.face.toxin import unhidden
from facialis.findings import Finding, State


def absent(code: str) -> Finding:
    return Finding(code, State.ABSENT, source="video", because=("looked for",))


@pytest.mark.parametrize(("days", "state"), [(30.0, State.NOT_ASSESSABLE), (None, State.ABSENT), (200.0, State.ABSENT)])
def test_the_brow_sign_is_absent_only_without_recent_toxin(days: float | None, state: State) -> None:
    (finding,) = unhidden([absent("other_babinski_sign")], days)
    assert finding.state is state
    assert any("toxin" in reason for reason in finding.because) is (days != 200.0)


def test_what_toxin_does_not_hide_or_what_was_seen_stays() -> None:
    kept = [absent("regular_rhythm"), Finding("other_babinski_sign", State.PRESENT, because=("seen",))]
    assert unhidden(kept, 30.0) == kept
