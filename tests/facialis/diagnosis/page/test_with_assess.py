"""The pages of what ``facialis.diagnosis.assess`` says, with the knowledge as it is."""

import re

import pytest

from facialis import knowledge
from facialis.diagnosis import assess, from_mapping, page

HISTORY = [
    ("onset_eye_first", "present", "patient"),
    ("strictly_unilateral", "present", "clinician"),
    ("prior_facial_palsy", "absent", "patient"),
    ("other_babinski_sign", "absent", "video"),
    ("other_babinski_sign", "present", "clinician"),
    ("synkinesis", "present", "clinician"),
    ("lateral_spread_response", "not_assessable", "emg"),
]
ALARM = [
    ("sudden_weakness", "present", "patient"),
    ("limb_speech_deficit", "present", "patient"),
    ("painful_red_eye", "present", "patient"),
]
CASES = {
    "a history": {"age": 57, "age_at_onset": 52, "sex": "female", "setting": "specialist", "findings": HISTORY},
    "an alarm": {"age": 34, "findings": ALARM},
    "nothing": {"findings": []},
}


@pytest.fixture(scope="module", params=CASES)
def told(request):
    case = dict(CASES[request.param])
    findings = [
        {"code": code, "state": state, "side": "left", "source": source} for code, state, source in case["findings"]
    ]
    return assess(from_mapping(case | {"findings": findings}), draws=200).to_json()


def words(text):
    plain = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", plain)


def test_the_report_shows_it(told):
    said = words(page.compose(told)).replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<")
    for sentence in told["answer"]["sentences"]:
        assert sentence in said
    for entry in told["differential"]:
        assert entry["name"] in said
    for flag in told["red_flags"]:
        assert said.index(flag["title"]) < said.index(told["answer"]["sentences"][0])
        assert flag["action"] in said
    for reading in told["readings"]:
        assert reading["name"] in said


def test_the_patient_reads_no_name_until_it_is_released(told):
    said = words(page.compose_patient(told, released=False)).lower()
    for key, disorder in knowledge.disorders().items():
        if key not in ("normal", "other"):
            for name in (disorder.name, disorder.plain, key.replace("_", " ")):
                assert not re.search(rf"(?<!\w){re.escape(name.lower())}s?(?!\w)", said), name
    for flag in told["red_flags"]:
        assert flag["plain_action"].lower() in said.replace("&#39;", "'")


def test_the_patient_reads_the_answer_once_it_is_released(told):
    said = words(page.compose_patient(told, released=True)).replace("&#39;", "'")
    assert all(sentence in said for sentence in told["answer"]["plain"])
    assert not re.search(r"\d ?%|\bbans?\b", said)
