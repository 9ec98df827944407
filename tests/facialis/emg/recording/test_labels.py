"""A label says what it says and no more; the montage goes before it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from facialis.document import DocumentError
from facialis.emg.recording import Montage, open_recording
from facialis.emg.recording.labels import MUSCLES, is_ecg, muscle_of, side_of, unique, use_of
from facialis.findings import Side
from tests.facialis.emg.recording.made import Edf, Signal, ramp

L, R, N = Side.LEFT, Side.RIGHT, Side.NONE


@pytest.mark.parametrize(
    ("label", "muscle", "side"),
    [
        ("L OOc", "orbicularis_oculi", L),
        ("LOOc", "orbicularis_oculi", L),
        ("OOc R", "orbicularis_oculi", R),
        ("OOcL", "orbicularis_oculi", L),
        ("Orb oculi li", "orbicularis_oculi", L),
        ("M. orb. oculi re.", "orbicularis_oculi", R),
        ("orbicularis_oculi_left", "orbicularis_oculi", L),
        ("EMG RightOrbicularisOculi", "orbicularis_oculi", R),
        ("R-Orbicularis oris", "orbicularis_oris", R),
        ("L OOr", "orbicularis_oris", L),
        ("mentalis dx", "mentalis", R),
        ("mentalis sin", "mentalis", L),
        ("masseter R", "masseter", R),
        ("Rmasseter", "masseter", R),
        ("frontalis left", "frontalis", L),
        ("Zygomaticus major Lt", "zygomaticus", L),
        ("depressor anguli oris L", "depressor_anguli_oris", L),
        ("DAO links", "depressor_anguli_oris", L),
        ("NASALIS 2", "nasalis", N),
        ("Platysma gauche", "platysma", L),
        ("EMG1", None, N),
        ("EMG chin", None, N),
        ("EMG submental", None, N),
        ("OO L", None, L),
        ("masseter-temporalis", "both", N),
        ("L-R", None, N),
        ("", None, N),
        ("sine 5Hz", None, N),
        ("Resp oro-nasal", None, N),
        ("Temp rectal", None, N),
    ],
)
def test_muscle_and_side_are_read_from_a_label(label, muscle, side):
    assert muscle_of(label) == (None if muscle == "both" else muscle)
    assert side_of(label) == side


@pytest.mark.parametrize("muscle", MUSCLES)
def test_each_muscle_is_known_by_its_own_name(muscle):
    assert muscle_of(muscle) == muscle
    assert muscle_of(f"EMG {muscle.replace('_', ' ')} right") == muscle


@pytest.mark.parametrize(
    ("labels", "use"),
    [
        (["EMG1", "EMG chin", "A1", "L OOc", "Ch 3", "sine"], "emg"),
        (["EEG Fpz-Cz", "Fp1", "C3", "C4-A1", "EOG horizontal", "HEOGli", "ECG", "EKG II", "MLII"], "other"),
        (
            ["SpO2", "SaO2", "Resp oro-nasal", "Temp rectal", "Flow", "Pulse", "Snore", "Position", "PLETH"],
            "other",
        ),
        (["Status", "STI 014", "TRIG", "Trigger", "tRigGer", "Event marker", "TTL"], "trigger"),
    ],
)
def test_the_kind_of_channel_is_read_from_a_label(labels, use):
    assert {label: use_of(label) for label in labels} == dict.fromkeys(labels, use)


def test_the_heart_is_found():
    assert [is_ecg(label) for label in ("ECG", "EKG 1", "ecg II", "MLII", "EMG", "L OOc")] == [True] * 4 + [False] * 2


def test_names_are_unique_and_can_be_printed():
    assert unique(["x", "x", "", "a\nb"]) == ["x", "x (2)", "channel 3", "a b"]


@pytest.fixture
def path(tmp_path):
    labels = ["EMG1", "EMG2", "R OOc", "C3"]
    return Edf([Signal(ramp(1, 100), 100, label) for label in labels], kind="").write(tmp_path / "x.edf")


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_a_montage_goes_before_the_labels(path, tmp_path, suffix):
    rows = [("emg 1", "mentalis", "left"), ("R OOc", "nasalis", "left"), ("C3", "temporalis", "right")]
    table = {"channels": [{"name": name, "muscle": muscle, "side": side} for name, muscle, side in rows]}
    montage = tmp_path / f"m.{suffix}"
    montage.write_text(
        json.dumps(table)
        if suffix == "json"
        else "".join(f'[[channels]]\nname = "{n}"\nmuscle = "{m}"\nside = "{s}"\n' for n, m, s in rows)
    )
    with open_recording(path, montage=montage) as recording:
        told = [(c.muscle, c.side, c.use) for c in recording.source.channels]
    assert told == [("mentalis", L, "emg"), (None, N, "emg"), ("nasalis", L, "emg"), ("temporalis", R, "emg")]


@pytest.mark.parametrize(
    ("channels", "why"),
    [
        ([{"name": "EMG3"}], r'channels\[0\]\.name is "EMG3"; did you mean'),
        ([{"name": "EMG1", "muscle": "orbicularis_occuli"}], 'did you mean "orbicularis_oculi"'),
        ([{"name": "EMG1", "side": "links"}], "side"),
        ([{"name": "EMG1", "muskle": "nasalis"}], '"muskle" is not known; did you mean "muscle"'),
        ([{"name": "EMG1"}, {"name": "EMG1"}], "a second time"),
        ("EMG1", "must be a list"),
    ],
)
def test_a_wrong_word_in_a_montage_is_told_the_nearest_right_one(path, channels, why):
    with pytest.raises(DocumentError, match=why):
        open_recording(path, montage=Montage.of({"channels": channels}, "m.json"))


def test_samples_of_what_is_no_muscle_are_still_read(path):
    with open_recording(path) as recording:
        (piece,) = recording.window(0, 1, [3])
        assert np.allclose(piece.samples, ramp(1, 100) * 0.1, atol=1e-3)
