"""A simulated clip from end to end."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import jsonschema
import numpy as np
import pytest

from facialis import schemas
from facialis.face import Examination, examine, strips, tables
from facialis.findings import Side, State

Simulated = tuple[Path, dict[str, Any]]


def overlap(a: dict[str, Any], b: dict[str, Any]) -> float:
    inside = min(a["offset_s"], b["offset_s"]) - max(a["onset_s"], b["onset_s"])
    return max(0.0, inside) / (max(a["offset_s"], b["offset_s"]) - min(a["onset_s"], b["onset_s"]))


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["kind"] == kind]


def test_large_spasms_are_found_on_their_side(simulated: Simulated, examination: Examination) -> None:
    true, found = of(simulated[1]["events"], "spasm"), of(examination.to_json()["events"], "spasm")
    assert len(true) >= 3
    matched = [(t, f) for t in true for f in found if overlap(t, f) >= 0.2]
    assert len(matched) >= len(true) - 1
    assert {f["side"] for _, f in matched} == {"left"}
    assert len(found) - len(matched) <= 1
    for t, f in matched:
        assert 0.4 < f["amplitude_iod"] / t["amplitude_iod"] < 1.6


def test_the_result_is_what_its_schema_says(examination: Examination) -> None:
    result = json.loads(json.dumps(examination.to_json(), allow_nan=False))
    jsonschema.validate(result, schemas.load("facialis.video/1"))


def test_the_recording_is_usable_nearly_throughout(simulated: Simulated, examination: Examination) -> None:
    assert examination.quality.verdict in ("good", "limited")
    assert examination.quality.usable_s > 0.9 * simulated[1]["duration_s"]
    assert examination.quality.iod_px_median == pytest.approx(simulated[1]["iod_px"], rel=0.05)


def test_the_truth_is_what_the_quality_says_can_be_seen(examination: Examination) -> None:
    limit = examination.quality.detection_limit_iod["zygomaticus"]
    assert limit is not None
    assert 0.005 < limit < 0.06


def test_the_affected_side_is_found(examination: Examination) -> None:
    assert examination.summary.affected_side is Side.LEFT
    assert {f.code: f for f in examination.findings()}["involuntary_movement"].state is State.PRESENT


def test_a_second_run_gives_the_same(simulated: Simulated, examination: Examination) -> None:
    again = examine(simulated[0])
    assert again.to_json() == examination.to_json()
    for region, side in again.signals.pull:
        np.testing.assert_array_equal(again.signals.pull[region, side], examination.signals.pull[region, side])


def test_mirrored_swaps_the_sides_and_nothing_else(simulated: Simulated, examination: Examination) -> None:
    straight, turned = examination.to_json(), examine(simulated[0], mirrored="yes").to_json()
    swap = {"left": "right", "right": "left"}
    assert len(straight["events"]) == len(turned["events"])
    for a, b in zip(straight["events"], turned["events"], strict=True):
        assert swap.get(a["side"], a["side"]) == b["side"]
        assert (a["kind"], a["onset_s"], a["offset_s"]) == (b["kind"], b["onset_s"], b["offset_s"])
    assert turned["summary"]["affected_side"] == "right"
    assert turned["quality"]["mirrored"] == "yes"


def test_a_mirror_picture_has_the_other_side(simulated: Simulated, film: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "mirror.mp4"
    with av.open(str(simulated[0])) as source:
        pictures = [np.ascontiguousarray(f.to_ndarray(format="rgb24")[:, ::-1]) for f in source.decode(video=0)]
    film(path, pictures, options={"crf": "18", "preset": "ultrafast"})
    spasms = [event for event in examine(path).events if event.kind == "spasm"]
    right = sum(event.side is Side.RIGHT for event in spasms)
    assert len(spasms) >= 2
    assert right >= len(spasms) - 1


def test_another_word_for_mirrored_is_refused(simulated: Simulated) -> None:
    with pytest.raises(ValueError, match="mirrored"):
        examine(simulated[0], mirrored="maybe")


def test_times_are_those_of_the_recording_at_a_variable_rate(
    simulated: Simulated, film: Callable[..., Path], tmp_path: Path
) -> None:
    """Every third frame left out, the others at their own times."""
    with av.open(str(simulated[0])) as source:
        frames = [(f.pts * f.time_base, f.to_ndarray(format="rgb24")) for f in source.decode(video=0)]
    kept = [frame for number, frame in enumerate(frames) if number % 3 != 1]
    path = film(
        tmp_path / "variable.mp4",
        [picture for _, picture in kept],
        ticks=[round(at * 600) for at, _ in kept],
        options={"crf": "18", "preset": "ultrafast"},
    )
    result = examine(path).to_json()
    assert result["source"]["variable_rate"] is True
    true, found = of(simulated[1]["events"], "spasm"), of(result["events"], "spasm")
    hits = sum(any(overlap(t, f) >= 0.2 for f in found) for t in true)
    assert hits >= len(true) // 2
    assert all(event["offset_s"] <= simulated[1]["duration_s"] + 0.1 for event in result["events"])


def test_a_still_room_is_refused_with_a_reason(
    film: Callable[..., Path], scene: Callable[..., Any], tmp_path: Path
) -> None:
    result = examine(film(tmp_path / "room.mp4", [scene(320, 240)] * 20)).to_json()
    assert result["quality"]["verdict"] == "refused"
    assert result["quality"]["reasons"]
    assert result["events"] == []
    assert result["quality"]["iod_px_median"] is None
    assert {finding["state"] for finding in result["findings"]} == {"not_assessable"}
    jsonschema.validate(result, schemas.load("facialis.video/1"))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_clip_of_a_few_frames_is_refused(count: int, hopper: Any, film: Callable[..., Path], tmp_path: Path) -> None:
    result = examine(film(tmp_path / "short.mp4", [hopper] * count)).to_json()
    assert result["quality"]["verdict"] == "refused"
    assert result["events"] == []
    jsonschema.validate(json.loads(json.dumps(result, allow_nan=False)), schemas.load("facialis.video/1"))


def test_a_portrait_that_does_not_move_has_no_events(hopper: Any, film: Callable[..., Path], tmp_path: Path) -> None:
    result = examine(film(tmp_path / "still.mp4", [hopper] * 60)).to_json()
    assert result["events"] == []
    assert any("repeat" in reason for reason in result["quality"]["reasons"])


def test_the_larger_face_is_measured_though_the_smaller_was_first(
    hopper: Any, astronaut: Any, film: Callable[..., Path], tmp_path: Path
) -> None:
    small = np.zeros((600, 900, 3), np.uint8)
    small[200:456, 600:856] = astronaut[::2, ::2]
    both = small.copy()
    both[:, :512] = hopper
    result = examine(film(tmp_path / "two.mp4", [small] * 8 + [both] * 130)).to_json()
    assert result["quality"]["iod_px_median"] == pytest.approx(87, rel=0.05)


PEAK = "import sys, resource; from facialis.face import examine; examine(sys.argv[1]); "
PEAK += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024) / 1e6)"


def peak_mb(path: Path) -> float:
    """The most memory that an examination holds, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], check=True, capture_output=True, text=True)
    return float(done.stdout)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(simulated: Simulated, tmp_path: Path) -> None:
    """Five times as long by the same packets: what is kept of a frame is less than 10 kB."""
    short, long_ = simulated[0], tmp_path / "long.mp4"
    with av.open(str(long_), "w") as output, av.open(str(short)) as source:
        target = output.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.pts is not None]
        step = packets[1].pts - packets[0].pts
        length = packets[-1].pts - packets[0].pts + step
        for turn in range(5):
            for packet in packets:
                copy = av.Packet(bytes(packet))
                copy.pts, copy.dts = packet.pts + turn * length, packet.dts + turn * length
                copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, target
                output.mux(copy)
    assert frames_in(long_) == 5 * len(packets)
    assert peak_mb(long_) - peak_mb(short) < 0.010 * 4 * len(packets) + 15


def frames_in(path: Path) -> int:
    with av.open(str(path)) as source:
        return sum(1 for _ in source.decode(video=0))


BRIEF_S = 2.0


@pytest.fixture(scope="module")
def brief(simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the clip: how far one is does not hang on how long it takes."""
    path = tmp_path_factory.mktemp("brief") / "brief.mp4"
    with av.open(str(path), "w") as output, av.open(str(simulated[0])) as source:
        target = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None and packet.dts * packet.time_base < BRIEF_S:
                packet.stream = target
                output.mux(packet)
    return path


def test_progress_reaches_the_end(brief: Path) -> None:
    told: list[tuple[float, float | None]] = []
    examine(brief, progress=lambda done, total: told.append((done, total)))
    seconds = [done for done, _ in told]
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(BRIEF_S, abs=0.3)
    assert told[-1][1] == pytest.approx(BRIEF_S, abs=0.3)


def test_progress_survives_a_worker_that_is_quicker_than_its_master(
    brief: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class AtOnce:
        """A pool whose work is done before ``submit`` returns."""

        def __init__(self, workers: int) -> None: ...

        def __enter__(self) -> AtOnce:
            return self

        def __exit__(self, *error: object) -> None: ...

        def submit(self, work: Callable[..., Any], *words: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_result(work(*words))
            return future

    monkeypatch.setattr("facialis.face.measure.ThreadPoolExecutor", AtOnce)
    told: list[float] = []
    examine(brief, progress=lambda done, total: told.append(done))
    assert told == sorted(told)
    assert told[-1] > 0


def test_the_table_of_events_opens_in_a_spreadsheet(examination: Examination) -> None:
    rows = list(csv.DictReader(io.StringIO(tables.events_csv(examination.events).decode())))
    assert tuple(rows[0]) == tables.EVENT_COLUMNS
    assert len(rows) == len(examination.events)
    for row, event in zip(rows, examination.events, strict=True):
        assert float(row["onset_s"]) == pytest.approx(event.onset_s, abs=1e-4)
        assert row["kind"] == event.kind
        assert tuple(row["regions"].split("; ") if row["regions"] else ()) == event.regions


def test_the_table_of_signals_has_a_row_a_frame_and_no_nan(examination: Examination) -> None:
    signals = examination.signals
    hidden = signals.pull["zygomaticus", Side.LEFT].copy()
    hidden[10] = np.nan
    changed = replace(signals, pull={**signals.pull, ("zygomaticus", Side.LEFT): hidden})
    text = tables.signals_csv(changed).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(signals.time_s)
    assert rows[10]["zygomaticus_left"] == ""
    assert "nan" not in text.lower()
    assert float(rows[20]["zygomaticus_right"]) == pytest.approx(
        float(signals.pull["zygomaticus", Side.RIGHT][20]), rel=1e-4, abs=1e-6
    )


def test_pictures_of_an_event_are_those_of_its_moments(simulated: Simulated, examination: Examination) -> None:
    spasms = [event for event in examination.events if event.kind == "spasm"][:2]
    shown = list(strips.pictures(simulated[0], spasms, examination.places))
    assert len(shown) == len(spasms)
    for event, pictures in zip(spasms, shown, strict=True):
        times = [at for at, _ in pictures]
        assert times == sorted(set(times))
        assert min(abs(at - event.apex_s) for at in times) < 0.05
        assert {picture.shape for _, picture in pictures} == {(strips.PIXELS, strips.PIXELS, 3)}
        assert all(picture.std() > 20 for _, picture in pictures)


def test_without_a_place_there_is_no_picture(simulated: Simulated, examination: Examination) -> None:
    spasm = next(event for event in examination.events if event.kind == "spasm")
    assert list(strips.pictures(simulated[0], [spasm], [])) == [[]]
