"""A recording of electrodes as a whole: what is found, what is written, and what the diagnosis makes of it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from facialis import knowledge, schemas
from facialis.emg.artefacts import DOUBTS
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Channel, Source, Span
from facialis.emg.recording.memory import Memory
from facialis.emg.result import CSV_COLUMNS, csv_pieces, json_pieces
from facialis.emg.simulate import Simulated, simulate
from facialis.emg.study import Study, examine, studied
from facialis.findings import Side, State

RATE = 2000.0


def quiet(seconds: float, *channels: Channel, seed: int = 0) -> Memory:
    rng = np.random.default_rng(seed)
    return Memory({one: rng.normal(0, 3, int(seconds * RATE)).astype(np.float32) for one in channels})


EYE = Channel("OOc L", "orbicularis_oculi", Side.LEFT, RATE)
MOUTH = Channel("OOr L", "orbicularis_oris", Side.LEFT, RATE)


def state(study: Study, code: str) -> State:
    return next(one.state for one in study.findings() if one.code == code)


def test_bursts_are_those_that_were_made(spasms: Simulated, spasms_study: Study) -> None:
    for place in range(len(spasms.channels)):
        true = [one for one in spasms.truth.bursts if one.channel == place]
        found = spasms_study.bursts.sound().of(place).onset_s
        assert abs(len(found) - len(true)) <= max(2, 0.05 * len(true)), spasms.channels[place].name
        # A blink swells too slowly for its beginning to be a moment.
        sharp = [float(np.abs(found - one.onset_s).min()) for one in true if one.kind == "spasm"]
        if sharp:
            assert np.median(sharp) < 0.003


def test_the_affected_side_and_what_fires_together_are_found(spasms_study: Study) -> None:
    assert spasms_study.summary.affected_side is Side.LEFT
    assert state(spasms_study, "strictly_unilateral") is State.PRESENT
    assert state(spasms_study, "upper_lower_synchronous") is State.PRESENT
    assert state(spasms_study, "lateral_spread_response") is State.NOT_ASSESSABLE


def test_the_result_keeps_its_promise(spasms_study: Study) -> None:
    result = spasms_study.to_json()

    jsonschema.validate(result, schemas.load("facialis.emg/1"))
    assert len(result["bursts"]) == len(spasms_study.bursts.sound())
    assert [one["onset_s"] for one in result["bursts"]] == sorted(one["onset_s"] for one in result["bursts"])
    assert len(result["synchrony"]) == 15


def test_every_finding_of_electrodes_is_told_once_and_with_its_reason(spasms_study: Study) -> None:
    told = [one.code for one in spasms_study.findings()]

    assert told == [code for code, one in knowledge.findings().items() if "emg" in one.assessed_by]
    assert all(one.because for one in spasms_study.findings())


def test_the_table_of_bursts_opens_in_a_spreadsheet(spasms_study: Study) -> None:
    rows = list(csv.DictReader(io.StringIO(b"".join(spasms_study.csv()).decode())))

    assert list(rows[0]) == list(CSV_COLUMNS)
    assert len(rows) == len(spasms_study.bursts)
    assert {row["muscle"] for row in rows} <= {"orbicularis_oculi", "orbicularis_oris", "mentalis"}


def test_a_burst_is_told_by_json_and_table_alike_and_what_is_unknown_is_null_and_empty() -> None:
    unknown, endless = [np.nan, 7.25, np.nan], [np.inf, 3.5, np.inf]
    table = Bursts.of_columns(
        3, channel=[0, 1, 0], onset_s=[1.0, 2.123456789, 3.0], offset_s=[1.5, 2.5, 3.5], discharge_hz=unknown,
        onset_high_s=endless, doubt=[0, 0, DOUBTS["pop"]],
    )  # fmt: skip
    source = Source("two", 10.0, (Span(0.0, 10.0),), (EYE, MOUTH), None, ())
    told = json.loads(b"".join(json_pieces({"bursts": [], "artefacts": [], "last": {"a": 1}}, table, source)))
    first, second = told["bursts"]
    _, *rows = csv.reader(io.StringIO(b"".join(csv_pieces(table, source)).decode()))
    columns = [dict(zip(CSV_COLUMNS, row, strict=True)) for row in rows]

    assert (first["channel"], second["channel"]) == (EYE.name, MOUTH.name)
    assert (first["discharge_hz"]["value"], first["onset_interval"]["high"]) == (None, None)
    assert (second["onset_s"], second["discharge_hz"]["value"], second["onset_interval"]["high"]) == (2.12346, 7.2, 3.5)
    assert [row["discharge_hz"] for row in columns] == ["", "7.25", ""]
    assert [row["onset_s"] for row in columns] == ["1.0", "2.12346", "3.0"]
    assert [len(one["because"]) for one in told["artefacts"]] == [1]
    assert [row["doubt"] for row in columns] == ["", "", "; ".join(told["artefacts"][0]["because"])]
    assert told["last"] == {"a": 1}


def test_the_same_recording_gives_the_same_result_however_many_threads(spasms: Simulated) -> None:
    channels = [Channel(one.name, one.muscle, Side(one.side), spasms.rate_hz) for one in spasms.channels]
    memory = Memory(dict(zip(channels, spasms.signals, strict=True)))

    assert studied(memory, workers=1).to_json() == studied(memory, workers=3).to_json()


def test_silence_has_no_burst_and_says_for_how_long_it_was_watched() -> None:
    study = studied(quiet(180.0, EYE, MOUTH))
    told = study.summary.bursts_per_min

    assert told is not None
    assert told.value * 3 <= 1
    assert told.high < 2
    assert study.summary.affected_side is Side.NONE


def test_a_recording_without_a_muscle_is_refused_and_says_so() -> None:
    study = studied(quiet(60.0, Channel("ECG", None, Side.NONE, RATE, use="other")))

    assert study.quality.verdict == "refused"
    assert study.quality.reasons
    assert {one.state for one in study.findings()} == {State.NOT_ASSESSABLE}
    jsonschema.validate(study.to_json(), schemas.load("facialis.emg/1"))


def test_one_muscle_alone_says_nothing_of_sides() -> None:
    made = simulate("hemifacial_spasm", seed=1002, seconds=90.0, rate_hz=RATE)
    study = studied(Memory({EYE: made.signals[0]}))

    assert len(study.bursts.sound()) > 10
    assert state(study, "strictly_unilateral") is State.NOT_ASSESSABLE
    assert state(study, "upper_lower_synchronous") is State.NOT_ASSESSABLE


def test_a_neighbour_heard_is_no_second_muscle(spasms: Simulated) -> None:
    heard = 0.4 * spasms.signals[0] + np.random.default_rng(0).normal(0, 2, spasms.signals.shape[1])
    study = studied(Memory({EYE: spasms.signals[0], MOUTH: heard.astype(np.float32)}))

    assert study.pairs[0].crosstalk
    assert len(study.bursts.sound().of(1)) < 0.2 * len(study.bursts.sound().of(0))
    assert any("seen from afar" in " ".join(one["because"]) for one in study.to_json()["artefacts"])


def test_bursts_in_scored_sleep_persist_in_sleep(spasms: Simulated) -> None:
    stages = [Annotation(0.0, 20.0, "Sleep stage W"), Annotation(20.0, 40.0, "Sleep stage N2")]
    study = studied(Memory({EYE: spasms.signals[0]}, annotations=stages))
    found = next(one for one in study.findings() if one.code == "persists_in_sleep")

    assert found.state is State.PRESENT
    assert found.estimate is not None
    assert study.to_json()["summary"]["sleep"]["asleep_s"] == 40.0


def test_recent_toxin_is_said(spasms: Simulated) -> None:
    study = studied(Memory({EYE: spasms.signals[0]}), days_since_toxin=30)

    assert any("toxin 30 days" in reason for reason in study.quality.reasons)
    assert study.to_json()["summary"]["days_since_toxin"] == 30


def test_a_gap_is_no_silence(spasms: Simulated) -> None:
    signal = spasms.signals[0]
    apart = Memory({EYE: np.concatenate([signal, np.zeros(len(signal)), signal])}, gaps=[Span(60.0, 120.0)])
    study = studied(apart)

    assert study.summary.usable_s == pytest.approx(120.0, abs=1)
    assert study.to_json()["source"]["gaps"] == [{"start_s": 60.0, "end_s": 120.0}]
    assert not np.any((study.bursts.onset_s >= 60.0) & (study.bursts.onset_s < 120.0))
    assert np.sum(study.bursts.onset_s >= 120.0) == pytest.approx(np.sum(study.bursts.onset_s < 60.0), abs=2)


def test_the_diagnosis_takes_the_result(spasms_study: Study, tmp_path: Path) -> None:
    from facialis import assess
    from facialis.case import read

    path = tmp_path / "emg.json"
    path.write_bytes(b"".join(spasms_study.json()))
    case = read(path)
    without, told = assess(replace(case, findings=())), assess(case)

    assert {one.source for one in case.findings} == {"emg"}
    assert told.leader is not None
    assert without.leader is not None
    assert told.leader.disorder == "hemifacial_spasm"
    assert told.leader.probability.value > without.leader.probability.value


def test_annotations_alone_are_refused_and_say_what_is_missing(tmp_path: Path) -> None:
    import edfio

    path = tmp_path / "hypnogram.edf"
    edfio.Edf([], annotations=[edfio.EdfAnnotation(0, 30, "Sleep stage W")]).write(path)
    study = examine(path)

    assert study.quality.verdict == "refused"
    assert "muscle" in study.quality.reasons[0]
    jsonschema.validate(study.to_json(), schemas.load("facialis.emg/1"))


def test_a_muscle_without_a_side_is_said() -> None:
    sideless = Channel("orb oculi", "orbicularis_oculi", Side.NONE, RATE)
    reasons = studied(quiet(70.0, sideless, MOUTH)).quality.reasons
    assert any("orb oculi: no side is named" in reason for reason in reasons)
