"""Every option that a person meets is there, with what is known of it and with what is not."""

from __future__ import annotations

import pytest

from facialis import knowledge
from facialis.knowledge import KnowledgeError, treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment import read_options
from facialis.knowledge.treatment.option import Certainty, Option, Rule, Standing
from facialis.knowledge.treatment.rates import Rate

OPTIONS = treatment.options()
NAMED = [
    "onabotulinumtoxinA",
    "incobotulinumtoxinA",
    "abobotulinumtoxinA",
    "daxibotulinumtoxinA",
    "rimabotulinumtoxinB",
    "carbamazepine",
    "clonazepam",
    "baclofen",
    "gabapentin",
    "levetiracetam",
    "topiramate",
    "calcium_channel_blockers",
    "steroids",
    "microvascular_decompression",
    "endoscopic_decompression",
    "redo_decompression",
    "radiofrequency",
    "pulsed_radiofrequency",
    "selective_neurectomy",
    "rhizotomy",
    "pallidotomy",
    "tens",
    "implanted_stimulation",
    "deep_brain_stimulation",
    "acupuncture",
    "massage",
    "meditation",
    "ice",
    "stress_reduction",
    "watchful_waiting",
]


def rules(option: Option) -> tuple[Rule, ...]:
    return option.never + option.caution + option.first


def rates(option: Option) -> list[Rate]:
    return [one.rate for one in (*option.outcomes, *option.harms) if one.rate is not None]


@pytest.mark.parametrize("key", NAMED)
def test_nothing_that_a_patient_meets_is_left_out(key: str) -> None:
    assert key in OPTIONS


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_an_option_without_evidence_says_so_and_what_it_is_really_for(option: Option) -> None:
    without = option.standing is Standing.NO_EVIDENCE
    assert (option.evidence.certainty is Certainty.NONE) is without
    assert option.evidence.text.startswith("No evidence found in hemifacial spasm") is without
    if without:
        assert option.really_for
        assert all(one.rate is None for one in option.outcomes)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_every_number_has_a_source_or_is_called_elicited(option: Option) -> None:
    for rate in rates(option):
        assert rate.sources or rate.basis is Basis.ELICITED
        assert rate.rule or rate.basis is not Basis.CALCULATED
        if rate.low is not None and rate.high is not None:
            assert rate.low <= rate.value <= rate.high


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_what_is_not_counted_says_why(option: Option) -> None:
    for one in (*option.outcomes, *option.harms):
        assert bool(one.why_not) is (one.rate is None)


def test_relief_after_decompression_is_as_counted() -> None:
    told = OPTIONS["microvascular_decompression"].outcome("relief_complete")
    assert told is not None
    assert told.rate is not None
    assert told.rate.value == pytest.approx(0.911, abs=0.0005)
    assert told.rate.low is not None
    assert told.rate.low == pytest.approx(0.9034, abs=0.001)


def test_an_operation_names_death_deafness_and_palsy() -> None:
    told = {harm.key for harm in OPTIONS["microvascular_decompression"].harms}
    assert {"death", "stroke", "hearing", "lasting_palsy", "delayed_palsy", "csf_leak"} <= told


def test_steroids_are_never_recommended() -> None:
    assert OPTIONS["steroids"].standing is Standing.NO_EVIDENCE
    for option in OPTIONS.values():
        if option.key != "steroids":
            assert "steroid" not in f"{option.what} {option.evidence.text}".lower()


def test_the_gene_is_tested_before_carbamazepine_in_people_at_risk() -> None:
    carbamazepine = OPTIONS["carbamazepine"]
    first = [rule for rule in carbamazepine.first if "hla_b1502_ancestry" in rule.when]
    assert [rule.if_unknown for rule in first] == [True]
    assert any("hla_b1502_positive" in rule.when for rule in carbamazepine.never)


def test_a_blood_thinner_is_never_stopped_for_an_injection() -> None:
    for option in OPTIONS.values():
        if option.kind.value == "toxin":
            told = next(rule for rule in option.caution if "anticoagulant" in rule.when)
            assert "not stopped" in told.text


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_rules_name_what_a_case_can_hold(option: Option) -> None:
    known = set(treatment.circumstances()) | set(knowledge.findings())
    for rule in rules(option):
        assert set(rule.when) <= known


def test_medicines_that_imply_a_circumstance_belong_to_one_each() -> None:
    named = [name for one in treatment.circumstances().values() for name in one.medicines]
    assert len(named) == len(set(named))


def test_evidence_of_two_sources_that_contradict_each_other_is_told_as_both() -> None:
    told = OPTIONS["endoscopic_decompression"].evidence
    assert {"S139", "S140"} <= set(told.sources)
    assert "contradict" in told.text


SMALL = """
[thing]
name = "Thing"
plain_name = "Thing"
kind = "medicine"
standing = "limited"
what = "It does."
plain = "It does."
aid = false
asks = ["Nothing."]
[thing.evidence]
certainty = "low"
text = "Some."
plain = "Some."
sources = []
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("limited", "best"), 'thing.standing does not know "best"'),
        (("medicine", "pill"), 'thing.kind does not know "pill"'),
        (("limited", "no_evidence"), "thing.evidence.certainty is none if and only if"),
        (('certainty = "low"', 'certainty = "none"'), "thing.evidence.certainty is none if and only if"),
        (("aid = false", "aid = 0"), "thing.aid must be true or false"),
        (('asks = ["Nothing."]', "asks = [3]"), "thing.asks must be a list of texts"),
        (('text = "Some."', 'text = "Some."\nwhy = "x"'), "thing.evidence.why is not a key"),
        (("aid = false", 'aid = false\nreally = "x"'), "thing.really is not a key"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_in_one_line(change: tuple[str, str], said: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_options.options(SMALL.replace(*change, 1), (), knowledge.sources())
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("{value = 1.2, source = 'S1'}", "a share lies between 0 and 1"),
        ("{value = 0.2}", "needs a source unless it is elicited"),
        ("{value = 0.2, low = 0.3, high = 0.4, source = 'S1'}", "lies outside"),
        ("{value = 0.2, low = 0.1, source = 'S1'}", "one end of an interval only"),
        ("{studies = [{present = 9, of = 5, source = 'S1'}]}", "cannot be"),
        ("{value = 0.2, basis = 'calculated', source = 'S1'}", "a calculated number says how"),
        ("{value = 0.2, per = 'week', source = 'S1'}", "it must be one of person"),
        ("{value = 5, of = 3, unit = 'days', source = 'S1'}", "needs sd beside it"),
    ],
)
def test_an_impossible_number_is_refused(rate: str, said: str) -> None:
    text = SMALL + f'[[thing.outcomes]]\nkey = "relief"\nname = "x"\nplain = "x"\nrate = {rate}\n'
    with pytest.raises(KnowledgeError, match="outcomes") as caught:
        read_options.options(text, (), knowledge.sources())
    assert said in str(caught.value)


def test_counts_are_added_up_and_their_interval_holds_the_share() -> None:
    text = SMALL + (
        '[[thing.outcomes]]\nkey = "relief"\nname = "x"\nplain = "x"\n'
        "rate = {studies = [{present = 5, of = 5, source = 'S1'}, {present = 3, of = 5, source = 'S11'}]}\n"
    )
    told = read_options.options(text, (), knowledge.sources())["thing"].outcomes[0].rate
    assert told is not None
    assert told.value == 0.8
    assert told.low is not None
    assert told.high is not None
    assert 0.4 < told.low < 0.8 < told.high < 1.0
    assert told.sources == ("S1", "S11")
