"""A letter says what is on record, with its intervals, and what could not be seen."""

from __future__ import annotations

from copy import deepcopy

from facialis.letters import Facts, letter, measured, referral, report
from facialis.paper.markup import written
from tests.facialis.face.page import invented

SCAN = {"kind": "mri", "name": "MRI of the posterior fossa", "state": "ordered", "day": "2026-05-20", "answer": ""}
HEARING = {"kind": "audiogram", "name": "Audiogram", "state": "done", "day": "2026-05-02", "answer": "Normal."}


def named(sections, heading):
    """The lines under a heading, in one text."""
    return "\n".join(
        "\n".join((*one.paragraphs, *one.items)) for one in sections if one.heading == heading and one != sections[0]
    )


def test_the_diagnosis_stands_first_with_its_interval_and_code(weighed):
    sections = letter(Facts(assessment=weighed))
    assert sections[1].heading == "Diagnosis"
    assert "Hemifacial spasm of the left side is most likely" in sections[1].paragraphs[0]
    assert " to " in sections[1].paragraphs[0]
    assert "ICD-10-CM G51.32" in sections[1].paragraphs[0]


def test_what_nothing_is_known_of_is_left_out_and_what_matters_is_said_to_be_missing():
    text = written(letter(Facts()))
    assert "The findings have not been weighed yet." in text
    assert "No film has been measured." in text
    assert "Treatment so far" not in text
    assert "None" not in text


def test_a_film_is_told_with_its_interval_and_with_what_could_not_be_seen(weighed, film):
    sections = letter(Facts(assessment=weighed, films=[film]))
    assert "14 a minute (7.1 to 25)" in named(sections, "What was measured")
    unseen = named(sections, "What could not be seen")
    assert "platysma" in unseen
    assert "Synkinesis: not assessable" in unseen
    assert "IOD" not in written(sections)


def test_a_short_film_without_a_spasm_claims_no_share_of_the_time():
    quiet = {"day": "20 May 2026", "result": invented.examination(6, spasms=0, unseen=())[0]}
    assert "Share of the time in spasm" not in written(letter(Facts(films=[quiet])))


def test_what_could_not_be_seen_for_one_reason_stands_in_one_line(film):
    twice = deepcopy(film)
    unseen = [one for one in twice["result"]["findings"] if one["state"] == "not_assessable"]
    assert len(unseen) > 1
    for one in unseen:
        one["because"] = ["too short to tell"]
    lines = [line for line in measured.unseen([twice]) if line.startswith("Not assessable")]
    assert len(lines) == 1
    assert lines[0].endswith(" Too short to tell.")


def test_a_refused_film_gives_no_figures():
    refused = {"day": "20 May 2026", "result": invented.refused()[0]}
    told = named(letter(Facts(films=[refused])), "What was measured")
    assert "could not be measured" in told
    assert "a minute" not in told
    assert "Smallest movement" not in written(report(refused))


def test_the_newest_film_that_could_be_measured_is_told_of(film):
    refused = {"day": "30 May 2026", "result": invented.refused()[0]}
    assert "Film of 20 May 2026" in named(letter(Facts(films=[refused, film])), "What was measured")


def test_too_little_seen_is_said_and_no_rate_is_made_up(film):
    short = deepcopy(film)
    short["result"]["summary"]["spasms_per_min"] = {"value": None, "low": None, "high": None}
    assert "Spasms a minute: not assessable, too little was seen." in written(report(short))


def test_a_test_that_is_ordered_is_not_proposed_again(weighed):
    free = named(letter(Facts(assessment=weighed)), "Plan")
    assert "What would tell most next: magnetic resonance imaging" in free
    ordered = named(letter(Facts(assessment=weighed, orders=[SCAN])), "Plan")
    assert "MRI of the posterior fossa ordered on 20 May 2026." in ordered
    assert "magnetic resonance imaging" not in ordered
    again = named(letter(Facts(assessment=weighed, orders=[SCAN | {"state": "cancelled"}])), "Plan")
    assert "magnetic resonance imaging" in again


def test_units_stand_with_their_product_and_what_nobody_reconciled_says_so():
    row = {"kind": "injection", "date": "2026-03-02", "side": "left", "product": "onabotulinumtoxinA", "units": "20"}
    drugs = [
        {"kind": "allergy", "name": "Penicillin", "detail": "rash", "reconciled": True},
        {"kind": "medicine", "name": "Amlodipine", "detail": "5 mg", "reconciled": False},
    ]
    text = written(letter(Facts(treatments=[row], medicines=drugs)))
    assert "2 March 2026: Botulinum toxin: onabotulinumtoxinA, 20 units, left side." in text
    assert "- Amlodipine, 5 mg (as told, not reconciled)\n- Allergy: Penicillin, rash" in text


def test_a_referral_asks_its_question_first_and_names_what_is_missing(weighed):
    sections = referral(Facts(assessment=weighed))
    assert "Is microvascular decompression advisable" in sections[1].paragraphs[0]
    assert "of the left side" in sections[1].paragraphs[0]
    assert "No scan is on record." in named(sections, "Imaging")
    assert "No audiogram with speech discrimination is on record" in named(sections, "Hearing")


def test_a_scan_that_no_radiologist_read_whole_says_so(weighed):
    done = SCAN | {"state": "done", "answer": "AICA at the left root."}
    assert "read by a radiologist" in named(referral(Facts(assessment=weighed, orders=[done])), "Imaging")
    read = deepcopy(weighed)
    read["readings"].append(
        {"code": "mri_lesion", "name": "Lesion", "state": "absent", "side": "none", "source": "mri", "used": True}
    )
    told = named(referral(Facts(assessment=read, orders=[done])), "Imaging")
    assert "Lesion: absent" in told
    assert "read by a radiologist" not in told


def test_hearing_before_an_operation_is_quoted(weighed):
    told = named(referral(Facts(assessment=weighed, orders=[HEARING])), "Hearing")
    assert told == "Audiogram, done 2 May 2026: Normal."


def test_a_side_that_is_not_settled_is_not_told_as_if_it_were(weighed):
    torn = weighed | {"side": {"side": "none", "settled": False, "because": ["patient: left", "video: right"]}}
    text = written(referral(Facts(assessment=torn)))
    assert "The side is not settled (patient: left; video: right)." in text
    assert "spasm of the none" not in text
