"""Every option that a person meets is there, with what is known of it and with what is not."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.option import Certainty, Kind, Option, Rule, Standing
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


TOXINS = [option.key for option in OPTIONS.values() if option.kind is Kind.TOXIN]
# As the labels call them: whose words a rule may rest on.
BRANDS = {
    "onabotulinumtoxinA": "Botox",
    "incobotulinumtoxinA": "Xeomin",
    "abobotulinumtoxinA": "Dysport",
    "daxibotulinumtoxinA": "Daxxify",
    "rimabotulinumtoxinB": "NeuroBloc",
}
GRADE = 7.0  # of school, Flesch and Kincaid: reading age 12


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_counted_people_give_their_share_and_its_interval(option: Option) -> None:
    for rate in rates(option):
        if rate.studies:
            present, absent = (sum(study.counts[place] for study in rate.studies) for place in (0, 1))
            assert rate.value == pytest.approx(present / (present + absent))
            assert rate.low is not None
            assert rate.high is not None
            assert 0.0 <= rate.low <= rate.value <= rate.high <= 1.0
            assert set(rate.sources) == {study.source for study in rate.studies}


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_what_is_published_in_an_option_names_sources_that_exist(option: Option) -> None:
    known = knowledge.sources()
    told = chain((option.evidence.sources,), (one.sources for one in (*rules(option), *option.labels)))
    assert set(chain.from_iterable(told)) <= set(known)
    for one in (*rules(option), *option.labels):
        assert one.sources or one.basis is Basis.ELICITED


@pytest.mark.parametrize("option", OPTIONS.values(), ids=lambda option: option.key)
def test_plain_words_can_be_read_at_twelve(option: Option) -> None:
    told = [option.plain, option.evidence.plain, *option.asks]
    told += [one.plain for one in (*rules(option), *option.outcomes, *option.harms)]
    text = " ".join(line if line.endswith(".") else line + "." for line in told)
    words, sentences = re.findall(r"[A-Za-z']+", text), len(re.findall(r"[.!?:](?:\s|$)", text))
    beats = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().rstrip("e")))) for word in words)
    assert 0.39 * len(words) / sentences + 11.8 * beats / len(words) - 15.59 <= GRADE


@pytest.mark.parametrize("key", TOXINS)
def test_a_contraindication_of_a_product_stands_in_its_own_label(key: str) -> None:
    told = [rule for rule in OPTIONS[key].never if rule.basis is Basis.PUBLISHED]
    assert told
    for rule in told:
        assert any(BRANDS[key] in knowledge.sources()[source].cite for source in rule.sources), rule.text


@pytest.mark.parametrize("key", ["incobotulinumtoxinA", "rimabotulinumtoxinB"])
def test_a_label_that_forbids_a_toxin_in_myasthenia_excludes_it(key: str) -> None:
    (told,) = [rule for rule in OPTIONS[key].never if "myasthenia_gravis" in rule.when]
    assert told.basis is Basis.PUBLISHED
    assert told.if_unknown
    assert "lambert_eaton" in told.when


@pytest.mark.parametrize("key", TOXINS)
def test_where_hemifacial_spasm_is_labelled_agrees_with_the_label_that_a_dose_is_held_against(key: str) -> None:
    for told in OPTIONS[key].labels:
        named = "hemifacial spasm" in told.text and not re.search(r"not hemifacial|not for|not named", told.text)
        for label in treatment.products()[key].labels:
            if set(label.countries) & set(told.country.split(", ")):
                assert named is label.hemifacial_spasm, told.country


def test_only_people_who_were_all_counted_tell_the_natural_course() -> None:
    waiting = OPTIONS["watchful_waiting"]
    told = waiting.outcome("lasting")
    assert told is not None
    assert told.rate is not None
    assert told.rate.value == pytest.approx(43 / 1775)
    assert "41.3 %" in told.rate.rule
    assert "a floor" in told.rate.rule


def test_poor_results_of_decompression_stand_beside_the_good_ones() -> None:
    told = OPTIONS["microvascular_decompression"].evidence
    assert {"S1", "S151b", "decompression_55"} <= set(told.sources)
    assert "Where fewer are operated on results were worse" in told.text


@pytest.mark.parametrize("key", ["endoscopic_decompression", "redo_decompression"])
def test_another_operation_takes_no_number_of_the_first(key: str) -> None:
    first = OPTIONS["microvascular_decompression"]
    theirs = {one.rate for one in (*first.outcomes, *first.harms) if one.rate is not None}
    assert not theirs & set(rates(OPTIONS[key]))


def test_acupuncture_is_not_called_effective_by_poor_reviews() -> None:
    told = OPTIONS["acupuncture"]
    assert told.evidence.certainty is Certainty.VERY_LOW
    assert "critically low" in told.evidence.text
    assert rates(told) == []


def test_nobody_is_asked_in_vain() -> None:
    used = set(chain.from_iterable(rule.when + rule.done_by for option in OPTIONS.values() for rule in rules(option)))
    used |= set(chain.from_iterable(rule.when for rule in treatment.injection_safety().values()))
    assert set(treatment.circumstances()) <= used
