"""The patient's page: nothing of the answer before it is released, plain words after, always when to call for help."""

import re

import pytest

from facialis.case import from_mapping
from facialis.diagnosis import page
from facialis.diagnosis.page.patient import flags_for_the_patient
from facialis.flags import of_case

CASES = ("assessment", "emergency", "unexplained", "unknown", "extreme")


def words(text):
    plain = re.sub(r"<(style|desc)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", plain)


@pytest.fixture(params=CASES)
def result(request, invented):
    return getattr(invented, request.param)()


def test_until_it_is_released_the_page_holds_neither_answer_nor_disorder(result):
    text = page.compose_patient(result, released=False)
    told = words(text).lower()
    for entry in result["differential"]:
        if entry["disorder"] in ("normal", "other"):
            continue
        assert entry["name"].lower() not in told
        assert entry["plain"].lower() not in told
        assert entry["disorder"].replace("_", " ") not in re.sub(r"\btics?\b", "tic!", told).replace("tic!", "") or (
            entry["disorder"] == "tic" and not re.search(r"\btics?\b", told)
        )
    sentences = [*result["answer"]["sentences"], *result["answer"]["plain"]]
    assert not any(sentence.lower().rstrip(".") in told for sentence in sentences)
    assert "your neurologist will go through the answer with you" in told
    assert not re.search(r"most likely|also possible", told)


def test_a_step_or_a_gap_that_names_a_disorder_is_left_out_until_it_is_released(invented):
    result = invented.assessment(not_assessable=["childhood_tics", "ear_click"])
    result["next_steps"][0]["plain"] = "a test for Hemifacial Spasms"
    before, after = (words(page.compose_patient(result, released=released)) for released in (False, True))
    assert "a test for Hemifacial Spasms" not in before
    assert "Did you have tics as a child?" not in before
    assert "Does that ear click?" in before
    assert "A test for Hemifacial Spasms" in after
    assert "Did you have tics as a child?" in after


@pytest.mark.parametrize("released", [False, True])
def test_red_flags_come_first_with_what_to_do(invented, released):
    told = words(page.compose_patient(invented.emergency(), released=released))
    order = [
        "Call your local emergency number now",
        "Your face dropped suddenly, and an arm or your speech is affected.",
        "This may be a stroke. Do not drive, and do not wait.",
        "See a doctor today",
        "Have this looked at soon",
        "What usually happens next",
    ]
    places = [told.index(text) for text in order]
    assert places == sorted(places)


def test_several_emergencies_call_for_help_once(invented):
    result = invented.emergency()
    result["red_flags"] *= 2
    told = words(page.compose_patient(result, released=False))
    assert told.count("Call your local emergency number now") == 1
    assert told.count("This may be a stroke.") == 2


def test_a_sign_without_plain_words_is_left_to_the_clinician(invented):
    steps = [invented.step("palate_eye_oscillation", 0.2, "sign"), invented.step("synkinesis", 0.1, "sign")]
    told = words(page.compose_patient(invented.assessment(next_steps=steps), released=True))
    assert "Oscillation" not in told
    assert "Does another part of the face move along? This one helps most." in told


def test_without_red_flags_nobody_is_told_to_call_now(invented):
    told = words(page.compose_patient(invented.assessment(), released=True))
    assert "Call your local emergency number now" not in told
    assert "Call your local emergency number at once if you can say yes to one of these: In the last" in told


def test_released_it_says_the_answer_in_words(invented):
    told = words(page.compose_patient(invented.assessment(), released=True))
    assert "The movements of the left side of your face are most likely hemifacial spasm." in told
    assert told.count("It is not dangerous by itself and can be treated.") == 1
    assert "Most likely hemifacial spasm This fits best so far, but it is not settled." in told
    assert "Did it begin at the eye? Yes." in told
    assert "Was that side of the face ever paralysed? No." in told
    assert "This speaks against it Does another part of the face move along? Yes." in told


def test_there_are_no_codes_no_bans_and_no_percentages(result):
    for released in (False, True):
        told = words(page.compose_patient(result, released=released))
        assert not re.search(r"\d ?%|\bbans?\b|\bbits?\b|G51|ICD|\bLR\b|S\d+", told)
        assert not any(reading["code"] in told for reading in result["readings"] if "_" in reading["code"])


def test_a_rare_disorder_is_named_only_where_it_leads(invented):
    result = invented.emergency()
    result["answer"]["plain"].append("It could also be a seizure that stays in one place.")
    told = words(page.compose_patient(result, released=True))
    assert "seizure" not in told
    result["differential"][0]["probability"]["value"] = 0.6
    told = words(page.compose_patient(result, released=True))
    assert "Also possible movements left over after a facial palsy" in told
    assert "seizure" not in told
    leading = invented.differential({"focal_seizure": (0.8, 0.5, 0.9)})
    leading[0]["for"] = [invented.evidence("impaired_awareness", 1.2)]
    told = words(page.compose_patient(invented.assessment(differential=leading), released=True))
    assert "Most likely a seizure that stays in one place This fits best so far, but it is not settled." in told


def test_where_nothing_fits_or_nothing_is_known_no_disorder_leads(invented):
    for case in (invented.unexplained(), invented.unknown(), invented.emergency()):
        told = words(page.compose_patient(case, released=True))
        assert "What can be said so far" in told
        assert "Most likely" not in told


def test_the_step_that_tells_most_is_marked_once(invented):
    told = words(page.compose_patient(invented.assessment(), released=False))
    assert told.count("This one helps most.") == 1
    assert "A test of the nerve and the muscles of the face This one helps most." in told
    assert "A film, old letters or a test show what a visit alone cannot." in told


def test_what_could_not_be_seen_is_asked_in_plain_words(invented):
    told = words(page.compose_patient(invented.assessment(), released=False))
    assert "Nobody can say yes or no to these so far: Is that side thinner?" in told
    assert "There is more that only an examination or a test can show." in told


def test_texts_are_escaped_and_nothing_is_fetched(invented):
    for released in (False, True):
        text = page.compose_patient(invented.extreme("<script>alert(1)</script>"), released=released)
        assert "<script" not in text
        assert not re.search(r"https?:|<(img|link|iframe|form)\b", text)


def test_it_is_written_whole_as_patient_html(invented, tmp_path):
    path = page.write_patient(invented.assessment(), tmp_path / "report", released=False)
    assert path == tmp_path / "report" / "patient.html"
    assert path.read_text(encoding="utf-8") == page.compose_patient(invented.assessment(), released=False)


def test_it_is_called_quite_sure_only_where_the_interval_is_high_at_both_ends(invented):
    result = invented.assessment()
    result["differential"][0]["probability"] = {"value": 0.97, "low": 0.93, "high": 0.99}
    assert "This fits well. It is very likely, though never quite certain." in words(
        page.compose_patient(result, released=True)
    )


def test_what_hardly_weighs_is_no_reason_for_a_patient(invented):
    result = invented.assessment()
    for one in result["differential"][0]["against"]:
        one["bans"] = -0.05
    assert "This speaks against it" not in words(page.compose_patient(result, released=True))


def test_thoughts_of_self_harm_are_met_without_an_order_to_dial(invented):
    flag = {
        "code": "self_harm",
        "urgency": "emergency",
        "because": ["patient: present"],
        "title": "Thoughts of self-harm",
        "action": "Speak with the person now.",
        "plain": "You have thought of harming yourself.",
        "plain_action": "You are not alone.",
    }
    told = words(page.compose_patient(invented.assessment(red_flags=[flag]), released=False))
    assert "Get help now You have thought of harming yourself. You are not alone." in told
    assert "Call your local emergency number now" not in told


def test_red_flags_of_a_story_alone_are_told_without_an_assessment():
    case = from_mapping({"findings": [{"code": "sudden_weakness", "state": "present", "side": "left"}]})

    (group,) = flags_for_the_patient([flag.to_json() for flag in of_case(case)])

    assert (group["urgency"], group["call"]) == ("emergency", "Call your local emergency number now")
    assert all(what and what_to_do for what, what_to_do in group["lines"])
