"""The numbers that come with the knowledge: complete, sourced, and right in their medicine.

The likelihood ratios are of the expected shares, as a neurologist would check them.
"""

from itertools import pairwise
from math import erf, sqrt

import pytest

from facialis import knowledge
from facialis.knowledge import Basis

HFS, PALSY, BLEPHAROSPASM = "hemifacial_spasm", "post_paralytic_synkinesis", "blepharospasm"
DISORDERS = list(knowledge.disorders())
CAUSES = ("vascular", "lesion", "unknown")


def share(finding, who, state=None):
    """How often a finding (or a node's state) is there in a disorder, averaged over its causes, or in one leaf."""
    nodes = knowledge.nodes_of_the_network().items()
    node = next(node for name, node in nodes if finding in node.codes or finding == name)
    states = node.codes[finding] if state is None else (state,)
    prior = dict(zip(knowledge.leaves(), knowledge.setting("specialist").mean, strict=True))
    weights = {leaf: weight for leaf, weight in prior.items() if who in (leaf, leaf.partition(":")[0])}
    total = 0.0
    for leaf, weight in weights.items():
        mean = node.shares.get(leaf, node.shares[leaf.partition(":")[0]]).mean
        total += weight * sum(mean[node.states.index(one)] for one in states)
    return total / sum(weights.values())


def ratio(finding, disorder, other, state=None):
    """The likelihood ratio of a finding that is there."""
    return share(finding, disorder, state) / share(finding, other, state)


def ratio_absent(finding, disorder, other):
    return (1 - share(finding, disorder)) / (1 - share(finding, other))


# --- the files that come with it ---------------------------------------------------------------------------------


def test_the_leaves_are_the_disorders_with_hemifacial_spasm_split_by_cause():
    assert list(knowledge.leaves()) == [f"{HFS}:{cause}" for cause in CAUSES] + DISORDERS[1:]


def test_every_node_is_covered_in_every_leaf_and_no_share_is_nought_or_one():
    for node in knowledge.nodes_of_the_network().values():
        assert set(DISORDERS) <= set(node.shares)
        assert set(node.shares) <= {*DISORDERS, *knowledge.leaves()}
        for one in node.shares.values():
            assert len(one.mean) == len(node.states)
            assert sum(one.mean) == pytest.approx(1)
            assert min(one.mean) > 0
            assert one.weight > 0


def test_a_number_that_is_not_elicited_names_its_source_and_an_elicited_one_none():
    for node in knowledge.nodes_of_the_network().values():
        for one in node.shares.values():
            assert bool(one.sources) == (one.basis is not Basis.ELICITED)
            assert set(one.sources) <= set(knowledge.sources())
            assert bool(one.studies) == (one.basis is Basis.PUBLISHED)


def test_what_is_calculated_says_how():
    for node in knowledge.nodes_of_the_network().values():
        for one in node.shares.values():
            assert one.rule or one.basis is not Basis.CALCULATED


def test_a_trait_is_of_the_letters_of_the_vocabulary_and_goes_with_its_findings():
    assert set(knowledge.traits()) <= set(knowledge.nodes())
    for node in knowledge.nodes_of_the_network().values():
        for code in node.codes if len(node.codes) == 1 else ():
            letters = set(knowledge.finding(code).nodes)
            assert not node.trait or node.trait in letters


def test_all_findings_are_weighed_that_tell_disorders_apart():
    weighed = {code for node in knowledge.nodes_of_the_network().values() for code in node.codes}
    left_out = set(knowledge.findings()) - weighed
    assert {"recent_toxin", "prior_decompression", "mri_vertebral_artery", "self_harm", "low_mood"} <= left_out
    assert not {code for code in left_out if set(knowledge.finding(code).nodes) - {"S"}}


def test_the_age_bands_of_hemifacial_spasm_follow_from_the_means_and_deviations_that_its_rule_names():
    node = knowledge.nodes_of_the_network()["age_at_onset"]
    bounds = [float(state) for state in node.states]
    assert bounds == sorted(bounds)

    def below(age, mean, deviation):
        return (1 + erf((age - mean) / deviation / sqrt(2))) / 2

    bands = [0.0] * len(bounds)
    for mean, deviation in ((48.5, 14.1), (54.9, 13.5), (54.9, 12.7)):
        inside = below(100, mean, deviation) - below(0, mean, deviation)
        for i, (low, high) in enumerate(pairwise([*bounds, 100.0])):
            bands[i] += (below(high, mean, deviation) - below(low, mean, deviation)) / inside / 3
    assert node.shares[HFS].mean == pytest.approx(bands, abs=0.01)


def test_the_knowledge_of_the_network_cannot_be_changed_in_passing():
    nodes = knowledge.nodes_of_the_network()
    for mapping in (nodes, nodes["laterality"].shares, nodes["laterality"].codes, knowledge.traits()):
        with pytest.raises(TypeError):
            mapping["new"] = None


# --- settings and readers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["specialist", "primary_care", "self_referred", None])
def test_a_setting_is_a_distribution_over_the_leaves(name):
    setting = knowledge.setting(name)
    assert len(setting.mean) == len(knowledge.leaves())
    assert sum(setting.mean) == pytest.approx(1)
    assert min(setting.mean) * setting.weight > 0.2


def test_tic_and_eyelid_myokymia_are_commoner_outside_the_clinic_and_hemifacial_spasm_in_it():
    def of(setting, disorder):
        pairs = zip(knowledge.leaves(), knowledge.setting(setting).mean, strict=True)
        return sum(mean for leaf, mean in pairs if leaf.partition(":")[0] == disorder)

    assert of("specialist", HFS) > 0.45
    for setting in ("primary_care", "self_referred"):
        assert of(setting, "eyelid_myokymia") > of(setting, HFS) > of(setting, BLEPHAROSPASM)
        assert of(setting, "tic") > 3 * of("specialist", "tic")
        assert of("specialist", HFS) > of(None, HFS) > of(setting, HFS)


def test_an_unknown_setting_is_less_sure_than_each_known_one():
    assert all(knowledge.setting(None).weight < share.weight for share in knowledge.settings().values())


def test_lesions_cause_few_hemifacial_spasms():
    prior = dict(zip(knowledge.leaves(), knowledge.setting("specialist").mean, strict=True))
    total = sum(prior[f"{HFS}:{cause}"] for cause in CAUSES)
    assert 0.02 <= prior[f"{HFS}:lesion"] / total <= 0.03


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("other_babinski_sign", "clinician"),
        ("onset_eye_first", "patient"),
        ("hypertension", "patient"),
        ("lateral_spread_response", "emg"),
        ("mri_lesion", "mri"),
    ],
)
def test_the_reader_in_whose_words_the_shares_are_counted_errs_by_a_slip_of_the_pen_only(code, who):
    reader = knowledge.reader(code, who)
    assert reader.sensitivity.mean[0] == pytest.approx(0.998)
    assert reader.specificity.mean[0] == pytest.approx(0.998)


def test_a_patient_reads_signs_worse_than_a_video_and_a_video_worse_than_a_clinician():
    patient, video, clinician = (knowledge.reader("tonic_sustained", who) for who in ("patient", "video", "clinician"))
    for one, other in ((patient, video), (video, clinician)):
        assert one.sensitivity.mean[0] < other.sensitivity.mean[0]
        assert one.specificity.mean[0] < other.specificity.mean[0]


def test_every_assessor_reads_every_finding_that_they_can_tell():
    for code, definition in knowledge.findings().items():
        for who in definition.assessed_by:
            reader = knowledge.reader(code, who)
            assert reader.sensitivity.mean[0] + reader.specificity.mean[0] > 1.2


def test_a_person_may_speak_of_what_they_are_no_assessor_of_and_a_machine_may_not():
    assert knowledge.reader("persists_in_sleep", "patient").sensitivity.mean[0] < 0.7
    with pytest.raises(knowledge.UnknownNameError, match=r'^"persists_in_sleep" cannot be read by video, only by'):
        knowledge.reader("persists_in_sleep", "video")


def test_an_unknown_setting_finding_or_reader_is_named_with_its_nearest_neighbour():
    with pytest.raises(knowledge.UnknownNameError, match=r'^no setting "specialst"; did you mean "specialist"\?$'):
        knowledge.setting("specialst")
    with pytest.raises(knowledge.UnknownNameError, match=r'^no assessor "vidio"; did you mean "video"\?$'):
        knowledge.reader("tonic_sustained", "vidio")
    with pytest.raises(knowledge.UnknownNameError, match=r'^no finding "tonic"'):
        knowledge.reader("tonic", "video")


# --- the medicine ------------------------------------------------------------------------------------------------


def test_the_other_babinski_sign_speaks_strongly_against_blepharospasm_and_its_absence_excludes_nothing():
    assert ratio("other_babinski_sign", HFS, BLEPHAROSPASM) > 20
    assert 1.5 < ratio("other_babinski_sign", HFS, PALSY) < 4
    assert ratio_absent("other_babinski_sign", HFS, BLEPHAROSPASM) > 0.45


def test_sources_that_disagree_about_the_other_babinski_sign_are_all_kept_and_weigh_little():
    one = knowledge.nodes_of_the_network()["other_babinski_sign"].shares[HFS]
    assert set(one.sources) == {"S32", "S33", "S34"}
    assert one.weight < 40


def test_lateral_spread_hardly_tells_hemifacial_spasm_from_synkinesis_after_palsy_but_locking_does():
    assert 1.1 < ratio("lateral_spread_response", HFS, PALSY) < 1.35
    assert ratio("lateral_spread_response", HFS, BLEPHAROSPASM) > 50
    assert ratio("voluntary_locked", PALSY, HFS) > 3
    assert ratio("voluntary_locked", PALSY, HFS) > 2 * ratio("synkinesis", PALSY, HFS)


def test_movement_in_sleep_and_relief_by_sleep_are_two_things_and_the_second_separates_nothing():
    assert share("persists_in_sleep", HFS) > 0.9
    assert all(0.01 < share("persists_in_sleep", disorder) < 0.9 for disorder in DISORDERS[1:])
    reliefs = [share("relieved_by_sleep", disorder) for disorder in DISORDERS]
    assert max(reliefs) / min(reliefs) < 1.5


def test_contact_of_a_vessel_supports_and_neither_proves_nor_excludes():
    for other in (PALSY, BLEPHAROSPASM, "normal", "other"):
        contact = (1 - share("conflict", HFS, "none")) / (1 - share("conflict", other, "none"))
        assert 1.7 < contact < 2.3
        assert 7 < ratio("mri_deformity_proximal", HFS, other) < 13
        assert 2 < ratio("conflict", HFS, other, "root_contact") < 5
        assert 0.3 < ratio("mri_contact_cisternal_only", HFS, other) < 1.5
        assert 0.1 < ratio("conflict", HFS, other, "none") < 0.3


def test_a_lesion_on_the_scan_decides_between_the_causes():
    assert ratio("mri_lesion", f"{HFS}:lesion", f"{HFS}:vascular") > 40
    assert ratio("conflict", f"{HFS}:vascular", f"{HFS}:lesion", "deformity") > 5


def test_synkinesis_follows_palsy_or_injury_and_hardly_comes_without_either():
    node = "palsy_or_injury_before"
    assert ratio(node, PALSY, HFS, "injury") > 4, "an injury alone is enough"
    assert ratio(node, PALSY, HFS, "neither") < 0.05
    assert ratio("prior_facial_palsy", PALSY, HFS) > 10


def test_what_takes_both_parts_of_the_face_is_no_commoner_than_both_parts_moving():
    for disorder in DISORDERS:
        assert share("upper_lower_synchronous", disorder) <= share("extent_now", disorder, "both"), disorder
        later = share("extent_now", disorder, "eyelid") + share("spread_same_side", disorder)
        assert later <= 1.1, f"{disorder}: a lid alone has not spread"


def test_tics_of_childhood_are_no_commoner_than_tics_that_begin_in_it():
    assert share("childhood_tics", "tic") <= share("age_at_onset", "tic", "0") + 0.05


def test_a_lateral_spread_that_is_absent_lowers_and_does_not_exclude():
    for other in (BLEPHAROSPASM, "functional", "tic"):
        assert ratio_absent("lateral_spread_response", other, HFS) < 15
        assert ratio_absent("blink_spread_lower", other, HFS) < 15


def test_hypertension_does_not_split_hemifacial_spasm_from_synkinesis_after_palsy():
    assert 0.9 < ratio("hypertension", HFS, PALSY) < 1.15
    assert 0.35 < share("hypertension", HFS) < 0.45


def test_synchronous_spasm_of_both_sides_is_blepharospasm_and_no_variant_of_hemifacial_spasm():
    assert share("bilateral_synchronous", BLEPHAROSPASM) > 0.9
    assert ratio("bilateral_synchronous", BLEPHAROSPASM, HFS) > 100
    assert share("laterality", HFS, "both_apart") > share("bilateral_synchronous", HFS)
    assert share("strictly_unilateral", HFS) > 0.95


def test_a_regular_beat_speaks_against_hemifacial_spasm():
    for other in ("focal_seizure", "facial_myokymia", "tardive_dyskinesia", "other"):
        assert ratio("regular_rhythm", HFS, other) < 0.2


def test_many_irregular_spasms_are_no_seizure_but_an_hour_of_regular_jerks_may_be():
    assert ratio("jerks_every_10s", "focal_seizure", HFS) > 15


def test_a_sensory_trick_separates_weakly_and_sore_eyes_point_to_blepharospasm():
    assert 1 / 2 < ratio("sensory_trick", BLEPHAROSPASM, HFS) < 2
    assert ratio("ocular_irritation", BLEPHAROSPASM, HFS) > 3


def test_a_click_of_the_ear_is_a_sign_of_the_facial_nerve_and_hearing_loss_one_of_a_lesion():
    assert ratio("ear_click", HFS, BLEPHAROSPASM) > 10
    assert ratio("hearing_loss_unilateral", HFS, BLEPHAROSPASM) < 1.5
    assert ratio("hearing_loss_unilateral", f"{HFS}:lesion", f"{HFS}:vascular") > 4


def test_functional_spasm_is_known_by_what_is_there_not_by_what_is_missing():
    assert ratio("mouth_pulled_down", "functional", HFS) > 20
    assert ratio("distractible", "functional", HFS) > 20
    assert ratio_absent("other_babinski_sign", "functional", HFS) < 2.2


@pytest.mark.parametrize(
    ("finding", "disorder"),
    [
        ("prior_facial_palsy", PALSY),
        ("premonitory_urge", "tic"),
        ("childhood_tics", "tic"),
        ("emg_myokymic", "facial_myokymia"),
        ("emg_slow_3_8hz", "eyelid_myokymia"),
        ("jaw_spasm", "hemimasticatory_spasm"),
        ("emg_masseter_bursts", "hemimasticatory_spasm"),
        ("march", "focal_seizure"),
        ("eeg_contralateral", "focal_seizure"),
        ("dopamine_blocker", "tardive_dyskinesia"),
        ("lid_moves_with_gaze", "other"),
        ("palate_eye_oscillation", "other"),
    ],
)
def test_the_mark_of_a_disorder_speaks_for_it_against_hemifacial_spasm(finding, disorder):
    assert ratio(finding, disorder, HFS) >= 3


def test_a_normal_face_is_one_in_which_hardly_any_unwilled_movement_is_seen():
    assert share("involuntary_movement", "normal") < 0.15
    assert all(share("involuntary_movement", disorder) > 0.65 for disorder in DISORDERS if disorder != "normal")


def test_other_is_middling_everywhere_but_for_two_marks_of_its_own():
    own = {"lid_moves_with_gaze", "palate_eye_oscillation"}
    for name, node in knowledge.nodes_of_the_network().items():
        named = [node.shares[disorder].mean[0] for disorder in DISORDERS if disorder != "other"]
        if len(node.states) == 2:
            assert (node.shares["other"].mean[0] > max(named)) == (name in own), name
            assert node.shares["other"].mean[0] > min(named), name
