"""The published cases: they load, no paper of them is a source of the base, and the scores count what they say."""

from __future__ import annotations

import re

import pytest

from benchmarks import published
from facialis import knowledge
from facialis.diagnosis import assess, from_mapping


def test_every_case_has_a_story_two_codings_and_a_diagnosis_of_the_list() -> None:
    truth = published.load("cases")
    for name in ("vignettes", *published.CODERS):
        assert published.load(name).keys() == truth.keys()
    assert len(truth) >= 30
    assert {case["diagnosis"] for case in truth.values()} <= knowledge.disorders().keys()
    mimics = sum(case["diagnosis"] != "hemifacial_spasm" for case in truth.values())
    assert mimics >= len(truth) / 2
    for coder in published.CODERS:
        for case in published.load(coder).values():
            from_mapping(case)


def test_no_paper_of_a_case_is_a_source_of_the_base() -> None:
    sources = knowledge.sources().values()
    dois = {source.doi.lower() for source in sources if source.doi}
    pmids = {source.pmid for source in sources if source.pmid}
    for key, case in published.load("cases").items():
        assert case["source"].get("doi", "").lower() not in dois, key
        assert case["source"].get("pmid", "") not in pmids, key


def test_no_story_names_its_diagnosis() -> None:
    banned = (
        r"hemifacial spasm|blepharospasm|meige|myokymia|tardive|hemimasticatory|synkinesis|functional disorder|\btic\b"
    )
    for key, story in published.load("vignettes").items():
        assert not re.search(banned, story["text"], re.IGNORECASE), key


def test_a_share_has_its_exact_interval() -> None:
    told = published.share([True] * 9 + [False])
    assert (told["right"], told["of"]) == (9, 10)
    assert (told["low"], told["high"]) == (pytest.approx(0.555, abs=1e-3), pytest.approx(0.9975, abs=1e-3))
    assert published.share([])["value"] is None


def test_a_diagnosis_that_leads_is_counted_and_one_that_does_not_is_not() -> None:
    case = {
        "findings": [{"code": "premonitory_urge", "state": "present"}, {"code": "suppressible", "state": "present"}]
    }
    told = {"x": assess(from_mapping(case), draws=200)}
    for diagnosis, right in (("tic", 1), ("hemimasticatory_spasm", 0)):
        scored = published.scored({"x": {"diagnosis": diagnosis}}, told)
        assert scored["first"]["right"] == right
        assert scored["first_three"]["right"] >= right


def test_the_ways_beside_it_rank_every_disorder_once() -> None:
    case = from_mapping({"findings": [{"code": "jaw_spasm", "state": "present"}]})
    for rank in published.BESIDE.values():
        assert sorted(rank(case)) == sorted(knowledge.disorders())
    assert published.checklist(case)[0] in ("hemimasticatory_spasm", "tardive_dyskinesia")
