"""A table of sweeps: what it may hold, and that every fault is one line."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis.emg.evoked import Stimulated
from facialis.emg.evoked.table import is_sweeps, read
from facialis.emg.recording import RecordingError
from facialis.findings import Side

ROWS = "\n".join(f"{t / 2:g},{t % 7},{t % 5}" for t in range(-10, 100))
GOOD = f"# channel: L orb oris\n# unit: uV\n# stimulated: zygomatic_left\ntime_ms,sweep_1,sweep_2\n{ROWS}\n"


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "sweeps.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_block_says_its_muscle_side_branch_and_microvolts(file):
    (block,) = read(file(GOOD.replace("uV", "mV")))
    assert (block.muscle, block.side, str(block.stimulated)) == ("orbicularis_oris", Side.LEFT, "zygomatic_left")
    assert block.uv.shape == (2, 110)
    assert block.uv.max() == 6000.0
    assert block.time_ms[0] == -5.0


def test_each_block_stands_for_itself(file):
    blocks = read(file(GOOD + GOOD.replace("L orb oris", "R mentalis").replace("zygomatic_left", "zygomatic_right")))
    assert [str(block.stimulated) for block in blocks] == ["zygomatic_left", "zygomatic_right"]
    assert [block.muscle for block in blocks] == ["orbicularis_oris", "mentalis"]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_semicolons_and_tabs_do_as_well(file, sign):
    (block,) = read(file(GOOD.replace(",", sign)))
    assert len(block) == 2


def test_a_sweep_with_a_cell_that_is_no_number_is_left_out_and_named(file):
    (block,) = read(file(GOOD.replace("\n5,3,0\n", "\n5,nan,0\n")))
    assert len(block) == 1
    assert block.left_out == ("sweep_1: a cell holds no number, or one beyond 10 V",)


def test_the_branch_may_come_from_the_call_and_must_not_contradict(file):
    text = GOOD.replace("# stimulated: zygomatic_left\n", "")
    asked = Stimulated.of("marginal_mandibular_left")
    assert read(file(text), stimulated=asked)[0].stimulated == asked
    with pytest.raises(RecordingError, match="give only one"):
        read(file(GOOD), stimulated=asked)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("# unit: uV\n", ""), "does not say its unit"),
        (("uV", "furlong"), 'unit "furlong" is no voltage'),
        (("# channel: L orb oris\n", ""), "does not say its channel"),
        (("# stimulated: zygomatic_left\n", ""), "which branch was stimulated"),
        (("zygomatic_left", "zygomatik_left"), 'did you mean "zygomatic_left"'),
        (("zygomatic_left", "zygomatic"), "is no branch with its side"),
        (("\n5,3,0\n", "\n5,3\n"), "has 2 cells, its header has 3"),
        (("\n5,3,0\n", "\n5,three,0\n"), '"three" is no number'),
        (("\n5,3,0\n", "\n,3,0\n"), "has no time"),
        (("\n5,3,0\n", "\n2,3,0\n"), "does not go on evenly"),
        ((",sweep_1,sweep_2", ""), "names no sweep"),
        ((ROWS, ""), "is empty"),
        ((ROWS, "\n".join(f"{t / 2},1,2" for t in range(-100, -2))), "must reach at least"),
        ((ROWS, "\n".join(f"{t / 2},1,2" for t in range(10, 100))), "must begin with it"),
        ((ROWS, "\n".join(f"{t * 5},1,2" for t in range(-5, 30))), "samples a second"),
        ((ROWS, ROWS.replace(",3,", ",nan,").replace(",4\n", ",inf\n")), "no sweep is whole"),
        ((GOOD, "# channel: a\n"), "holds no sweeps"),
        ((GOOD, "1,2,3\n"), "stands before a header"),
        (("# unit", "# muscle: biceps\n# unit"), 'muscle "biceps" is not known'),
        (("# unit", "# side: up\n# unit"), "neither left nor right"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(file, change, line):
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(RecordingError, match=line) as error:
        read(file(text))
    assert "\n" not in str(error.value)
    assert "sweeps.csv" in str(error.value)


def test_a_table_of_sweeps_is_told_from_a_recording(file):
    assert is_sweeps(file(GOOD))
    assert not is_sweeps(file("# unit: uV\n# rate_hz: 2000\ntime_s,a\n0,1\n"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_a_file_holds_it_is_read_or_refused(file, data):
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 40))
        text = text[:at] + data.draw(st.text(max_size=12)) + text[at + cut :]
    with suppress(RecordingError):
        blocks = read(file(text.encode("utf-8", "replace")))
        assert all(np.isfinite(block.uv).all() and len(block) for block in blocks)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_bytes_that_are_no_table_are_refused(file, content):
    with pytest.raises(RecordingError):
        read(file(content))
