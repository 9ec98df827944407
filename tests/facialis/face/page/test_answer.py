"""The answer says what was found and no more, and beside it what could not be seen."""

import pytest

from facialis.face.page.answer import answer
from facialis.face.page.quality import limits, none_above
from facialis.face.page.summary import tiles


def plain(text):
    """Return a text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def headline(result):
    return plain(answer(result).headline)


def test_spasms_are_counted_on_their_side_with_the_rate_and_its_interval(invented):
    result, _ = invented.examination(spasms=14)
    result["summary"]["spasms_per_min"] = {"value": 29.9, "low": 16.6, "high": 50.2}
    assert headline(result) == "Spasms on the patient's left side: 14 in 28 usable seconds, 30 a minute (17 to 50)."


def test_a_slow_rate_keeps_its_decimal(invented):
    result, _ = invented.examination(spasms=2, side="right")
    result["summary"]["spasms_per_min"] = {"value": 4.27, "low": 0.52, "high": 15.4}
    assert headline(result) == "Spasms on the patient's right side: 2 in 28 usable seconds, 4.3 a minute (0.5 to 15)."


def test_without_a_rate_the_count_stands_alone(invented):
    result, _ = invented.examination(spasms=3)
    result["summary"]["spasms_per_min"] = {"value": None, "low": None, "high": None}
    assert headline(result) == "Spasms on the patient's left side: 3 in 28 usable seconds."


def test_minutes_are_said_as_minutes(invented):
    result, _ = invented.examination(400, spasms=4, unseen=())
    assert "4 in 6 min 40 s of usable time, " in headline(result)


def test_one_spasm_is_only_possible(invented):
    result, _ = invented.examination(spasms=1)
    result["findings"] = [
        {"code": "involuntary_movement", "state": "not_assessable", "side": "none", "because": ["one spasm"]}
    ]
    said = answer(result)
    assert plain(said.headline) == "Possible spasm on the patient's left side: 1 in 28 usable seconds."
    assert "Not enough to call it a spasm: one spasm." in said.cautions


def test_a_side_that_is_not_settled_is_not_named(invented):
    result, _ = invented.examination(spasms=3)
    result["summary"]["affected_side"] = "none"
    assert headline(result).startswith("Spasms, side not settled: 3 in ")
    result["summary"]["affected_side"] = "both"
    assert headline(result).startswith("Spasms on both sides: 3 in ")


def test_none_seen_names_the_limit_and_the_time(invented):
    result, _ = invented.examination(62, spasms=0, unseen=())
    result["quality"]["detection_limit_iod"] = {"orbicularis_oculi": 0.010, "zygomaticus": 0.012, "platysma": None}
    assert headline(result) == "No spasm seen above 1.2 % IOD (about 0.8 mm) in 62 usable seconds."


def test_limits_that_differ_much_are_both_named(invented):
    result, _ = invented.examination(62, spasms=0, unseen=())
    result["quality"]["detection_limit_iod"] = {"orbicularis_oculi": 0.010, "mentalis": 0.090}
    assert headline(result) == "No spasm seen above 1.0 to 9.0 % IOD, by region, in 62 usable seconds."
    result["quality"]["detection_limit_iod"] = {"orbicularis_oculi": None}
    assert headline(result) == "No spasm seen in 62 usable seconds."


def test_none_seen_in_a_short_recording_rules_nothing_out(invented):
    result, _ = invented.examination(20, spasms=0, unseen=())
    assert "Spasms are not ruled out: 20 s of usable rest; 60 s are needed." in answer(result).cautions
    long, _ = invented.examination(62, spasms=0, unseen=())
    assert not [caution for caution in answer(long).cautions if "ruled out" in caution]


def test_synkinesis_alone_is_not_called_spasm(invented):
    result, _ = invented.examination(62, spasms=0, synkineses=2, unseen=())
    assert headline(result).startswith("Synkinesis on the patient's left side, twice; no spasm seen above ")


def test_a_refused_recording_gives_its_reason_and_no_number(invented):
    result, _ = invented.refused()
    said = answer(result)
    assert (
        said.headline
        == "This clip could not be measured: the face is too small: 29 pixels between the eyes, 60 are needed."
    )
    assert said.cautions == ()
    assert tiles(result) == []
    assert none_above(result) == ""
    result["quality"]["reasons"] = []
    assert answer(result).headline == "This clip could not be measured."


@pytest.mark.parametrize(
    ("mirrored", "caution"),
    [
        ("unknown", "Left and right hold only if the recording is not mirrored, and nothing in it tells."),
        ("yes", "The recording is mirrored. Left and right here are the patient's own."),
        ("no", None),
    ],
)
def test_a_mirrored_recording_is_warned_of(invented, mirrored, caution):
    said = answer(invented.examination(mirrored=mirrored)[0]).cautions
    warned = [text for text in said if "mirrored" in text]
    assert warned == ([caution] if caution else [])


def test_regions_that_were_not_seen_are_named(invented):
    result, _ = invented.examination(hidden=("frontalis", "platysma"), verdict="limited")
    said = answer(result).cautions
    assert said[0] == "A hand covers the chin for 1.9 s."
    assert said[-1] == "Not seen well enough to be measured: frontalis and platysma."
    seen = {limit.region: limit.seen for limit in limits(result)}
    assert seen["Platysma"] == "cannot tell"
    assert seen["Orbicularis oculi"] == "14 of 14 events"
    assert seen["Mentalis"] == "none above 0.8 mm"


def test_still_regions_are_summed_up_with_the_worst_of_their_limits(invented):
    result, _ = invented.examination(30)
    expected = "Frontalis and mentalis: no spasm or synkinesis above 1.2 % IOD (about 0.8 mm) in 28 s of usable time."
    assert none_above(result) == expected


def test_the_numbers_of_the_strip(invented):
    result, _ = invented.examination()
    result["summary"] |= {"spasm_time_fraction": 0.0931, "side_probability": 0.998, "synchrony_chance": 0.04}
    shown = {tile.label: tile for tile in tiles(result)}
    assert shown["Time in spasm"].value == "9.3 %"
    assert shown["Side of the patient"].value == "left"
    assert shown["Side of the patient"].detail == "probability > 0.99; 14 of 14 spasms are on the left"
    assert shown["Synchrony"].value == "89 %"
    assert shown["Synchrony"].detail.endswith("begin together; 4.0 % by chance")
    assert shown["Form"].value == "12 clonic, 2 tonic"
    assert shown["Spread"].detail == "orbicularis oculi; nasalis; zygomaticus; orbicularis oris"
    drawn = shown["Spasms"].range
    assert 0 <= drawn.low < drawn.value < drawn.high <= 100


def test_blinks_have_their_interval(invented):
    result, _ = invented.examination()
    blink = result["events"][0] | {"kind": "blink", "side": "both", "form": None}
    result["events"] = [blink] * 14
    result["quality"]["usable_s"] = 60.0
    (shown,) = (tile for tile in tiles(result) if tile.label == "Blinks")
    assert (shown.value, shown.detail) == ("14 a minute", "14 blinks; 95 % interval 7.7 to 23")


def test_what_is_not_known_is_said_to_be_not_known(invented):
    result, _ = invented.examination(spasms=1, tonic=0)
    result["events"] = [event | {"form": None} for event in result["events"]]
    unknown = ("side_probability", "synchrony", "synchrony_chance", "spasm_time_fraction")
    rate = dict.fromkeys(("value", "low", "high"))
    result["summary"] |= dict.fromkeys(unknown) | {"affected_side": "none", "side_because": [], "spasms_per_min": rate}
    shown = {tile.label: tile.value for tile in tiles(result)}
    assert {shown[label] for label in ("Spasms", "Time in spasm", "Side of the patient", "Synchrony", "Form")} == {
        "not known"
    }
