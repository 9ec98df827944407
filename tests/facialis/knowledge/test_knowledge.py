"""The vocabulary and the thresholds: every word is there, every number has a source, a wrong file is named."""

import subprocess
import sys

import pytest

from facialis import knowledge
from facialis.knowledge import read

# The words are public: add below, never rename. Columns: code, who can tell, hidden nodes, urgency.
VOCABULARY = """
involuntary_movement PVC - none
strictly_unilateral PVCE B none
bilateral_synchronous PVCE B soon
bilateral_lid_spasm PVC B soon
upper_lower_synchronous VCE A none
other_babinski_sign VC A none
onset_eye_first P A,O none
onset_lower_first P O none
onset_whole_side P O none
spread_same_side PC A none
eyelid_only PVC T none
lower_face_only PVC T none
tonic_sustained PVCE F none
mouth_pulled_down VC F none
continuous_rippling PVC Y soon
regular_rhythm VCE - none
voluntary_locked PVCE R none
synkinesis VCE A,R none
provoked_by_movement PVC A none
persists_in_sleep RE - none
relieved_by_sleep P - none
premonitory_urge P K none
suppressible PVC K none
childhood_tics PR K none
distractible VC F none
abrupt_onset P F none
abrupt_remissions PR F none
stress_worse P - none
sensory_trick PVC D none
ocular_irritation PC D none
increased_blinking VC D none
prior_facial_palsy PR R none
prior_facial_injury PR R none
facial_weakness VC R,S none
resting_contracture VC R none
ear_click P A none
jaw_spasm PC J soon
hemifacial_atrophy C J none
lid_moves_with_gaze VC - none
palate_eye_oscillation C Z none
family_hfs P - none
hypertension PR - none
dopamine_blocker PR - none
recent_toxin PR - none
prior_decompression PR - none
toxin_no_response PR - soon
vision_blocked P S none
fixed_asymmetry VC S none
low_mood P S none
sudden_weakness PC - emergency
limb_speech_deficit PC - emergency
impaired_awareness PC Z emergency
march PC Z emergency
jerks_every_10s PCV Z emergency
other_body_parts PVC - none
thunderclap_headache P - emergency
meningism_csf_leak PC - emergency
bulbar_breathing P - emergency
painful_red_eye P - same_day
vertigo_or_sudden_deafness P - same_day
diplopia_or_pupil PC - same_day
self_harm P - emergency
hearing_loss_unilateral PCR L soon
facial_numbness PC L soon
neuralgic_pain P L soon
progressive_weakness PC L soon
lateral_spread_response E X none
blink_spread_lower E X none
emg_bursts_150_400 E X none
emg_myokymic E Y none
emg_slow_3_8hz E Y none
emg_dystonic E D none
emg_voluntary_like E F none
emg_masseter_bursts E J none
eeg_contralateral E Z none
mri_contact_root M M none
mri_deformity_proximal M M none
mri_contact_cisternal_only M M none
mri_vertebral_artery M - none
mri_lesion M L soon
"""
WHO = {"P": "patient", "V": "video", "C": "clinician", "E": "emg", "M": "mri", "R": "record"}
ROWS = [line.split() for line in VOCABULARY.split("\n") if line]


@pytest.mark.parametrize(("code", "who", "nodes", "urgency"), ROWS, ids=[row[0] for row in ROWS])
def test_a_word_of_the_vocabulary_keeps_its_meaning(code, who, nodes, urgency):
    definition = knowledge.finding(code)
    assert set(definition.assessed_by) == {WHO[letter] for letter in who}
    assert set(definition.nodes) == set(nodes.split(",")) - {"-"}
    assert definition.urgency == urgency


def test_the_vocabulary_holds_these_words_and_no_others():
    assert list(knowledge.findings()) == [row[0] for row in ROWS]


def test_every_node_is_used_and_named():
    used = {letter for definition in knowledge.findings().values() for letter in definition.nodes}
    assert used == set(knowledge.nodes())


def test_only_what_a_person_can_be_asked_has_a_question():
    for definition in knowledge.findings().values():
        if "patient" in definition.assessed_by:
            assert definition.question is not None
            assert definition.question.rstrip(")").endswith(("?", "(PHQ-2", "item 9"))
        if set(definition.assessed_by) <= {"emg", "mri"}:
            assert definition.question is None


def test_a_sign_of_spasm_needs_spasms():
    needs = {code for code, definition in knowledge.findings().items() if definition.needs_events}
    assert {"strictly_unilateral", "other_babinski_sign", "upper_lower_synchronous", "tonic_sustained"} <= needs
    assert not needs & {"involuntary_movement", "increased_blinking", "facial_weakness", "lateral_spread_response"}


def test_recent_toxin_masks_brow_weakness_and_lateral_spread():
    masked = {code for code, definition in knowledge.findings().items() if definition.masked_by_toxin}
    assert masked == {"other_babinski_sign", "facial_weakness", "lateral_spread_response"}


def test_a_published_number_rests_on_a_publication_and_an_elicited_one_does_not():
    own = {"vocabulary", "practice", "format", "elicited"}
    for threshold in knowledge.thresholds().values():
        if threshold.kind is knowledge.Kind.PUBLISHED:
            assert threshold.source not in own
        else:
            assert threshold.source in own


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tonic_plateau_s", 1.0),
        ("tonic_sustained_s", 3.0),
        ("synchrony_video_s", 0.040),
        ("present_events_min", 2),
        ("absent_rest_s", 60),
        ("absent_opportunities_min", 5),
        ("increased_blinking_per_min", 30),
        ("bilateral_lid_spasm_s", 0.5),
        ("regular_rhythm_cv_max", 0.2),
        ("regular_rhythm_events_min", 10),
        ("event_merge_s", 0.1),
        ("event_edge_fraction", 0.1),
    ],
)
def test_the_numbers_of_the_filmed_examination(name, value):
    assert knowledge.threshold(name) == value


def test_an_unknown_code_is_named_with_its_nearest_neighbour():
    with pytest.raises(knowledge.UnknownNameError, match=r'^no finding "other_babinsky_sign"; did you mean "other_bab'):
        knowledge.finding("other_babinsky_sign")
    with pytest.raises(knowledge.UnknownNameError, match=r'^no threshold "zzz"$'):
        knowledge.threshold("zzz")


def test_nobody_can_change_the_vocabulary_in_passing():
    with pytest.raises(TypeError):
        knowledge.findings()["new"] = knowledge.finding("synkinesis")
    with pytest.raises(AttributeError):
        knowledge.finding("synkinesis").term = "other"


def test_nothing_is_read_before_it_is_asked_for():
    code = "import sys; from facialis import knowledge; assert knowledge._vocabulary.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", code], check=True)


GOOD = """
[nodes]
A = "co-activation"
[findings.sign]
term = "Sign"
definition = "It is there."
assessed_by = ["video"]
nodes = ["A"]
"""


def test_a_small_vocabulary_is_read():
    definitions, nodes = read.findings(GOOD, (), ())
    assert definitions["sign"].nodes == ("A",)
    assert nodes == {"A": "co-activation"}


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ('nodes = ["A"]', 'nodes = ["Q"]', 'findings.toml: findings.sign.nodes does not know "Q"'),
        ('nodes = ["A"]', 'nodes = ["A", "A"]', "findings.toml: findings.sign.nodes names one twice"),
        ('nodes = ["A"]', 'nodes = "A"', "findings.toml: findings.sign.nodes must be a list of texts"),
        ('nodes = ["A"]', 'node = ["A"]', "findings.toml: findings.sign.node is not a key of such a table"),
        ('term = "Sign"', "", "findings.toml: findings.sign.term is missing"),
        ('term = "Sign"', 'term = " "', "findings.toml: findings.sign.term must be a text that is not empty"),
        ('["video"]', '["camera"]', 'findings.toml: findings.sign.assessed_by does not know "camera"'),
        ('["video"]', "[]", "findings.toml: findings.sign.assessed_by must name who can tell"),
        (
            "[findings.sign]",
            "[findings.sign]\nurgency = 'now'",
            'findings.toml: findings.sign.urgency does not know "now"',
        ),
        ("[findings.sign]", "[findings.sign]\nneeds_events = 1", "findings.sign.needs_events must be true or false"),
        ("[findings.sign]", "[findings.sign]\nthresholds = ['x']", 'findings.sign.thresholds does not know "x"'),
        ("[findings.sign]", "[findings]\nsign = 3\n[other]", "findings.toml: other is not a key of such a table"),
        ("[nodes]", "nodes = 3\n[elsewhere]", "findings.toml: nodes must be a table"),
        ("[nodes]", "[nodes", "findings.toml: not TOML: "),
        ("[nodes]", "deep = " + "[" * 3000 + "\n[nodes]", "findings.toml: not TOML: "),
    ],
)
def test_a_wrong_vocabulary_is_refused_in_one_line_with_file_and_key(good, bad, message):
    with pytest.raises(knowledge.KnowledgeError) as caught:
        read.findings(GOOD.replace(good, bad), (), ())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("value = nan", "thresholds.toml: limit.value must be a finite number"),
        (f"value = {10**400}", "thresholds.toml: limit.value must be a finite number"),
        ("value = true", "thresholds.toml: limit.value must be a finite number"),
        ('value = "1"', "thresholds.toml: limit.value must be a finite number"),
        ('value = 1\nkind = "guess"', 'thresholds.toml: limit.kind does not know "guess"'),
        ('value = 1\nkind = "elicited"\nsource = "S0"', 'thresholds.toml: limit.source does not know "S0"'),
        ('value = 1\nkind = "elicited"\nsource = "own"', "thresholds.toml: limit.meaning is missing"),
    ],
)
def test_a_wrong_threshold_is_refused_with_file_and_key(line, message):
    known = read.sources('[own]\ncite = "here"')
    with pytest.raises(knowledge.KnowledgeError, match=f"^{message}"):
        read.thresholds(f"[limit]\n{line}", known)
