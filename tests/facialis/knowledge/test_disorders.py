"""Disorders, red flags and next steps: all are there, their codes are right, a wrong file is named."""

import re

import pytest

from facialis import knowledge
from facialis.knowledge import Basis, Urgency, read, read_disorders

DISORDERS = (
    "hemifacial_spasm",
    "post_paralytic_synkinesis",
    "blepharospasm",
    "functional",
    "tic",
    "facial_myokymia",
    "eyelid_myokymia",
    "hemimasticatory_spasm",
    "focal_seizure",
    "tardive_dyskinesia",
    "normal",
    "other",
)


def test_the_twelve_disorders_stand_in_the_order_of_the_differential():
    assert tuple(knowledge.disorders()) == DISORDERS


def test_hemifacial_spasm_is_coded_by_the_side_of_the_patient():
    sided = knowledge.disorders()["hemifacial_spasm"].icd10cm
    assert sided == {"right": "G51.31", "left": "G51.32", "both": "G51.33", "none": "G51.39"}


@pytest.mark.parametrize(
    ("disorder", "code"),
    [
        ("facial_myokymia", "G51.4"),
        ("blepharospasm", "G24.5"),
        ("tardive_dyskinesia", "G24.01"),
        ("functional", "F44.4"),
        ("tic", "F95.9"),
    ],
)
def test_a_code_without_sides_is_the_same_on_every_side(disorder, code):
    assert knowledge.disorders()[disorder].icd10cm == dict.fromkeys(("left", "right", "both", "none"), code)


def test_where_no_code_fits_there_is_none():
    for key in ("normal", "other", "hemimasticatory_spasm", "eyelid_myokymia"):
        assert knowledge.disorders()[key].icd10cm == {}


def test_hemifacial_spasm_alone_has_causes():
    told = {key: tuple(disorder.causes) for key, disorder in knowledge.disorders().items() if disorder.causes}
    assert told == {"hemifacial_spasm": ("vascular", "lesion", "unknown")}


def test_the_code_of_the_term_that_is_the_disorder_is_there():
    codes = {(one.system, one.code) for one in knowledge.disorders()["hemifacial_spasm"].codes}
    assert codes == {("snomed", "13753008"), ("hpo", "HP:0010828")}


def test_every_code_has_a_display_and_the_form_of_its_system():
    forms = {"hpo": r"HP:\d{7}", "snomed": r"\d{6,18}", "loinc": r"\d+-\d", "icd10cm": r"[A-Z]\d\d(\.\w+)?"}
    entries = [*knowledge.disorders().values(), *knowledge.findings().values()]
    for one in (code for entry in entries for code in entry.codes):
        assert re.fullmatch(forms[one.system], one.code), one


def holds(flag, present):
    return any(set(together) <= set(present) for together in flag.when) and not set(flag.unless) & set(present)


def firing(*present):
    return {key: flag.urgency for key, flag in knowledge.red_flags().items() if holds(flag, present)}


def test_every_urgent_finding_has_a_rule_of_its_urgency_unless_another_takes_over():
    for code, definition in knowledge.findings().items():
        if definition.urgency is not Urgency.NONE:
            assert definition.urgency in firing(code).values(), code


def test_no_other_finding_alone_is_a_red_flag():
    calm = [code for code, definition in knowledge.findings().items() if definition.urgency is Urgency.NONE]
    for code in calm:
        assert firing(code) == {}


def test_twitching_that_lasts_is_no_red_flag_and_neither_is_a_click_of_the_ear():
    assert firing("involuntary_movement", "tonic_sustained", "persists_in_sleep", "ear_click", "vision_blocked") == {}


@pytest.mark.parametrize(
    "code",
    [
        "sudden_weakness",
        "limb_speech_deficit",
        "impaired_awareness",
        "march",
        "jerks_every_10s",
        "thunderclap_headache",
        "meningism_csf_leak",
        "bulbar_breathing",
        "self_harm",
    ],
)
def test_these_alone_are_emergencies(code):
    assert set(firing(code).values()) == {Urgency.EMERGENCY}


def test_weakness_after_toxin_and_after_decompression_has_words_of_its_own():
    assert firing("sudden_weakness", "recent_toxin") == {"weakness_after_toxin": Urgency.SAME_DAY}
    assert firing("sudden_weakness", "prior_decompression") == {"weakness_after_decompression": Urgency.SAME_DAY}


@pytest.mark.parametrize("before", [(), ("recent_toxin",), ("prior_decompression",)])
@pytest.mark.parametrize("more", ["limb_speech_deficit", "bulbar_breathing"])
def test_weakness_with_limb_speech_or_breathing_is_always_the_ambulance(before, more):
    told = firing("sudden_weakness", more, *before)
    assert set(told.values()) == {Urgency.EMERGENCY}
    assert ("weakness_with_more" if before else "sudden_weakness") in told


def test_both_rules_for_treated_faces_say_when_it_is_the_ambulance_after_all():
    for key in ("weakness_after_toxin", "weakness_after_decompression"):
        assert "emergency number" in knowledge.red_flags()[key].plain_action
        assert "emergency" in knowledge.red_flags()[key].action


def test_age_decides_by_the_thresholds():
    flags = knowledge.red_flags()
    assert flags["onset_below_40"].onset_below == knowledge.threshold("early_onset_age") == 40
    assert flags["child"].age_below == knowledge.threshold("childhood_age") == 18
    assert "magnetic resonance" in flags["child"].action


def test_no_action_offers_steroids_and_no_country_s_number_is_written():
    for flag in knowledge.red_flags().values():
        words = f"{flag.action} {flag.plain_action}".lower()
        assert not [word for word in ("steroid", "cortison", "prednis", "dexameth") if word in words]
        assert not [number for number in ("911", "999", "112", "988") if number in words]


def test_every_rule_tells_the_patient_what_to_do_in_short_sentences():
    for flag in knowledge.red_flags().values():
        for sentence in flag.plain_action.split(". "):
            assert len(sentence.split()) <= 36, (flag.key, sentence)


def test_a_rule_that_is_called_published_names_a_publication():
    for flag in knowledge.red_flags().values():
        assert (flag.basis is Basis.PUBLISHED) <= bool(set(flag.sources) - {"practice", "vocabulary"})


def test_every_finding_of_the_network_can_be_asked_for_looked_for_or_tested():
    read_by = {code for step in knowledge.steps().values() for code, _ in step.yields}
    weighed = {code for node in knowledge.nodes_of_the_network().values() for code in node.codes}
    flags = {code for flag in knowledge.red_flags().values() for together in flag.when for code in together}
    assert weighed - read_by - flags == set()


def test_a_step_yields_only_what_its_reader_can_tell():
    for step in knowledge.steps().values():
        for code, who in step.yields:
            assert who in knowledge.finding(code).assessed_by


def test_a_question_is_asked_in_the_finding_s_own_words():
    step = knowledge.steps()["question:onset_eye_first"]
    assert (step.key, step.kind, step.plain) == ("onset_eye_first", "question", "Did it begin at the eye?")
    assert knowledge.steps()["sign:other_babinski_sign"].yields == (("other_babinski_sign", "clinician"),)


def test_a_scan_is_said_to_support_and_never_to_prove():
    also = knowledge.steps()["mri_posterior_fossa"].also
    assert "Excludes tumour" in also
    assert "never proves or excludes" in also


def test_these_count_only_on_the_side_that_moves():
    same_side = {code for code, definition in knowledge.findings().items() if definition.same_side}
    assert same_side >= {
        "prior_facial_palsy",
        "prior_facial_injury",
        "ear_click",
        "hearing_loss_unilateral",
        "facial_weakness",
        "resting_contracture",
        "hemifacial_atrophy",
    }


def test_what_has_no_side_of_its_own_does_not_depend_on_one():
    for code in ("bilateral_lid_spasm", "hypertension", "sudden_weakness", "limb_speech_deficit", "mri_lesion"):
        assert not knowledge.finding(code).same_side


def test_the_digest_is_that_of_the_files_as_they_are():
    assert len(knowledge.digest()) == 64
    assert knowledge.digest() == knowledge.digest.__wrapped__()


DISORDER = 'name = "a"\nplain = "a"\ndefinition = "a"\nin_plain_words = "a"\nsources = ["own"]\n'


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('icd10cm = { left = "G1" }', "disorders.toml: x.icd10cm.right is missing"),
        ('codes = [{ system = "icd", code = "1", display = "1", source = "own" }]', 'system does not know "icd"'),
        ('codes = [{ system = "hpo", code = "1", display = "1", source = "S0" }]', 'source does not know "S0"'),
        ("codes = [1]", "disorders.toml: x.codes must be a table"),
        ("rare = 1", "disorders.toml: x.rare must be true or false"),
        ('side = "left"', "disorders.toml: x.side is not a key of such a table"),
    ],
)
def test_a_wrong_disorder_is_refused_with_file_and_key(more, message):
    with pytest.raises(knowledge.KnowledgeError, match=message):
        read_disorders.disorders(f"[x]\n{DISORDER}{more}", ("own",))


FLAG = 'title = "a"\nplain = "a"\naction = "a"\nplain_action = "a"\nbasis = "elicited"\nsources = ["own"]\n'


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('urgency = "soon"', "red_flags.toml: x.when must say when it holds"),
        ('urgency = "soon"\nwhen = [[]]', "red_flags.toml: x.when must be a list of lists that are not empty"),
        ('urgency = "soon"\nwhen = [["b"]]', 'red_flags.toml: x.when does not know "b"'),
        ('urgency = "soon"\nwhen = [["a"]]\nunless = ["a"]', "x.unless asks for a finding that hands it to another"),
        ('urgency = "none"\nwhen = [["a"]]', "red_flags.toml: x.urgency must not be none"),
        ('urgency = "soon"\nage_below = "size"', 'red_flags.toml: x.age_below "size" is no age'),
        ('urgency = "soon"\nage_below = 18', "red_flags.toml: x.age_below must be a text"),
    ],
)
def test_a_wrong_rule_is_refused_with_file_and_key(more, message):
    known = read.sources('[own]\ncite = "here"')
    limit = '[size]\nvalue = 1\nunit = "mm"\nkind = "elicited"\nsource = "own"\nmeaning = "a"'
    with pytest.raises(knowledge.KnowledgeError, match=message):
        read_disorders.flags(f"[x]\n{FLAG}{more}", ("a",), read.thresholds(limit, known), known, ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"march"', '"mri_lesion"', 'steps.toml: question.findings names "mri_lesion", which no patient can tell'),
        ('cost = "none"', 'cost = "free"', 'steps.toml: question.cost does not know "free"'),
        ('mri = ["mri_lesion"]', 'emg = ["mri_lesion"]', 'names "mri_lesion", which is not told by emg'),
        ('mri = ["mri_lesion"]', 'nurse = ["mri_lesion"]', "steps.toml: test.scan.yields.nurse is nobody who can tell"),
        ('mri = ["mri_lesion"]', "", "steps.toml: test.scan.yields must name a finding"),
        ("[question.also]", '[question.also]\nsex = "a"', "steps.toml: question.also.sex is not among the findings"),
    ],
)
def test_a_wrong_step_is_refused_with_file_and_key(old, new, message):
    amounts = 'cost = "none"\nburden = "low"\nrisk = "none"\n'
    good = f"""
[question]\n{amounts}findings = ["march"]
[question.also]
[sign]\n{amounts}findings = []
[test.scan]\n{amounts}name = "a"\nplain = "a"
[test.scan.yields]
mri = ["mri_lesion"]
"""
    assert len(read_disorders.steps(good, knowledge.findings(), knowledge.disorders())) == 2
    with pytest.raises(knowledge.KnowledgeError, match=message):
        read_disorders.steps(good.replace(old, new, 1), knowledge.findings(), knowledge.disorders())
