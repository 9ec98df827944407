"""How the numbers of the differential are read: how counts become shares, and what a wrong file says."""

import pytest

from facialis import knowledge
from facialis.knowledge import Basis, Share, Study, read_network, read_settings

# --- how counts become shares ------------------------------------------------------------------------------------


def test_counts_are_added_up_with_half_a_person_more_in_every_state():
    pooled = read_network.pool([Study((3, 7), "a"), Study((6, 14), "b")])
    assert pooled.mean == pytest.approx((9.5 / 31, 21.5 / 31))
    assert pooled.weight == pytest.approx(31)
    assert pooled.sources == ("a", "b")
    assert pooled.basis is Basis.PUBLISHED


def test_studies_that_contradict_each_other_weigh_less_than_their_people():
    # 5 are expected in each of four cells, so chi-squared is 4 x 16/5 = 12.8, with one degree of freedom.
    studies = [Study((9, 1), "a"), Study((1, 9), "b")]
    assert read_network.overdispersion(studies) == pytest.approx(12.8)
    pooled = read_network.pool(studies)
    assert pooled.weight == pytest.approx(20 / 12.8 + 1)
    assert pooled.mean == pytest.approx((0.5, 0.5))


def test_studies_that_agree_better_than_chance_gain_nothing_by_it():
    assert read_network.overdispersion([Study((5, 5), "a"), Study((5, 5), "b")]) == 1.0


def test_a_state_that_nobody_was_in_counts_for_no_degree_of_freedom():
    two, three = [Study((9, 1), "a"), Study((1, 9), "b")], [Study((9, 1, 0), "a"), Study((1, 9, 0), "b")]
    assert read_network.overdispersion(three) == pytest.approx(read_network.overdispersion(two))


def test_one_study_alone_cannot_contradict_itself():
    assert read_network.overdispersion([Study((0, 12), "a")]) == 1.0
    assert read_network.pool([Study((12, 0), "a")]).mean == pytest.approx((12.5 / 13, 0.5 / 13))


def test_what_is_elicited_puts_at_least_one_person_into_the_rarest_state():
    assert read_network.elicited([0.4, 0.6]).weight == 3
    assert read_network.elicited([0.005, 0.995]).weight == pytest.approx(200)
    assert read_network.elicited([0.5, 0.5], 20).weight == 20


def test_the_mixture_of_settings_is_wider_than_each_by_what_they_disagree_about():
    parts = [Share((0.2, 0.8), 100, Basis.ELICITED), Share((0.6, 0.4), 100, Basis.ELICITED)]
    mixed = read_settings.mixture(parts)
    assert mixed.mean == pytest.approx((0.4, 0.6))
    variance = 0.2**2 + (0.2 * 0.8 + 0.6 * 0.4) / 2 / 101
    assert 0.4 * 0.6 / (mixed.weight + 1) == pytest.approx(variance)


# --- what a wrong file says --------------------------------------------------------------------------------------

NETWORK = """
[traits.A]
name = "co-activation"
strength = 0.5
why = "one nerve"
[nodes.sign]
trait = "A"
[nodes.place]
states = ["eye", "mouth", "else"]
codes = { eye_first = ["eye"], not_else = ["eye", "mouth"] }
"""
CODES = ("sign", "eye_first", "not_else")
LEAVES = ("spasm:vessel", "spasm:lesion", "tic")
FREQUENCIES = """
[sign]
about = "counted once"
published.spasm = [{ present = 3, of = 10, source = "S1" }]
calculated."spasm:lesion" = { share = 0.3, weight = 20, sources = ["S1"], rule = "as many again" }
elicited = { tic = 0.01 }
[place]
published.spasm = [{ counts = [1, 2, 3], source = "S1" }]
elicited = { tic = [0.2, 0.3, 0.5] }
"""


def nodes_of(frequencies=FREQUENCIES, network=NETWORK):
    _, outlines = read_network.network(network, CODES)
    return read_network.frequencies(frequencies, outlines, LEAVES, ("S1",))


def test_a_small_network_is_read():
    nodes = nodes_of()
    assert nodes["sign"].states == ("present", "absent")
    assert nodes["sign"].codes == {"sign": ("present",)}
    assert nodes["sign"].shares["spasm"].mean == pytest.approx((3.5 / 11, 7.5 / 11))
    assert nodes["sign"].shares["spasm:lesion"].weight == 20
    assert nodes["place"].codes["not_else"] == ("eye", "mouth")
    assert nodes["place"].shares["tic"].weight == pytest.approx(5)


def test_a_disorder_may_be_like_another_one():
    nodes = nodes_of(FREQUENCIES.replace("elicited = { tic = 0.01 }", 'like = { tic = "spasm" }'))
    assert nodes["sign"].shares["tic"] is nodes["sign"].shares["spasm"]


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("strength = 0.5", "strength = 1.5", "network.toml: traits.A.strength must be from 0 to 1"),
        ("strength = 0.5", 'strength = 0.5\nparent = "Q"', "network.toml: traits.A.parent must be a trait that has no"),
        ("strength = 0.5", 'strength = 0.5\nparent = "A"', "network.toml: traits.A.parent must be a trait that has no"),
        ('why = "one nerve"', "", "network.toml: traits.A.why is missing"),
        ('trait = "A"', 'trait = "B"', 'network.toml: nodes.sign.trait does not know "B"'),
        ('trait = "A"', "", "network.toml: traits.A is the trait of no node"),
        ('trait = "A"', 'trait = "A"\nweight = 3', "network.toml: nodes.sign.weight is not a key of such a table"),
        ("[nodes.sign]", "[nodes.sing]", "network.toml: nodes.sing.codes.sing is not a finding"),
        (
            'not_else = ["eye", "mouth"]',
            'sign = ["eye"]',
            'network.toml: nodes.place.codes.sign is already a code of "s',
        ),
        ('["eye", "mouth"] }', '["eye", "nose"] }', 'network.toml: nodes.place.codes.not_else does not know "nose"'),
        ('["eye", "mouth"] }', "[] }", "network.toml: nodes.place.codes.not_else must be present in some states and"),
        ('"mouth", "else"]\n', '"mouth", "eye"]\n', "network.toml: nodes.place.states must be a list of at least two"),
    ],
)
def test_a_wrong_network_is_refused_in_one_line_with_file_and_key(good, bad, message):
    assert good in NETWORK
    with pytest.raises(knowledge.KnowledgeError) as caught:
        nodes_of(network=NETWORK.replace(good, bad))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("elicited = { tic = 0.01 }", "", 'frequencies.toml: sign has no share for "tic"'),
        ("tic = 0.01", "tic = 0.01, spasm = 0.3", "frequencies.toml: sign.elicited.spasm has a share already"),
        ("tic = 0.01", "tick = 0.01", "frequencies.toml: sign.elicited.tick is no disorder, nor a cause of one"),
        ("tic = 0.01", "tic = 0", "frequencies.toml: sign.elicited.tic must be the shares of 2 states, each between 0"),
        ("tic = 0.01", "tic = 1.0", "frequencies.toml: sign.elicited.tic must be the shares of 2 states, each between"),
        ("[0.2, 0.3, 0.5]", "[0.2, 0.3, 0.4]", "frequencies.toml: place.elicited.tic adds up to 0.9, not to 1"),
        ("[0.2, 0.3, 0.5]", "[0.5, 0.5]", "frequencies.toml: place.elicited.tic must be the shares of 3 states, each"),
        ("present = 3", "present = 13", "frequencies.toml: sign.published.spasm must count people in 2 states, none"),
        ("[1, 2, 3]", "[0, 0, 0]", "frequencies.toml: place.published.spasm must count people in 3 states, none below"),
        ("[1, 2, 3]", "[1, 2, inf]", "frequencies.toml: place.published.spasm must count people in 3 states, none be"),
        ("[1, 2, 3]", "[1, 2]", "frequencies.toml: place.published.spasm must count people in 3 states, none below 0"),
        ('of = 10, source = "S1"', 'of = 10, source = "S9"', "frequencies.toml: sign.published.spasm.source does not"),
        ('sources = ["S1"]', 'sources = ["S9"]', "frequencies.toml: sign.calculated.spasm:lesion.sources does not kn"),
        ('sources = ["S1"]', "sources = []", "frequencies.toml: sign.calculated.spasm:lesion.sources must name one at"),
        ("weight = 20", "weight = 0", "frequencies.toml: sign.calculated.spasm:lesion.weight must be above 0"),
        (', rule = "as many again"', "", "frequencies.toml: sign.calculated.spasm:lesion.rule is missing"),
        ('[{ present = 3, of = 10, source = "S1" }]', "[]", "frequencies.toml: sign.published.spasm must be a list of"),
        ("[place]", "[places]", "frequencies.toml: place is missing"),
        ("[sign]", "[stray]\n[sign]", "frequencies.toml: stray is not a key of such a table"),
        (
            'about = "counted once"',
            "like = { tic = 'other' }",
            'frequencies.toml: sign.like.tic is like "other", which',
        ),
    ],
)
def test_wrong_frequencies_are_refused_in_one_line_with_file_and_key(good, bad, message):
    assert good in FREQUENCIES
    with pytest.raises(knowledge.KnowledgeError) as caught:
        nodes_of(FREQUENCIES.replace(good, bad))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


SETTINGS = """
[causes.spasm]
shares = { vessel = 0.9, lesion = 0.1 }
rule = "by guess"
[settings.clinic]
weight = 50
rule = "by guess"
shares = { spasm = 0.6, tic = 0.4 }
"""
OF = {"spasm": ("vessel", "lesion"), "tic": ()}


def test_a_small_setting_is_read_and_split_by_cause():
    settings = read_settings.settings(SETTINGS, OF, ())
    assert settings.leaves == LEAVES
    assert settings.shares["clinic"].mean == pytest.approx((0.54, 0.06, 0.4))
    assert settings.mixture.mean == pytest.approx((0.54, 0.06, 0.4))


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("lesion = 0.1", "lesion = 0.2", "settings.toml: causes.spasm.shares adds up to 1.1, not to 1"),
        (", lesion = 0.1", "", "settings.toml: causes.spasm.shares.lesion is missing"),
        ("tic = 0.4", "tick = 0.4", "settings.toml: settings.clinic.shares.tic is missing"),
        ("tic = 0.4", "tic = 0.3", "settings.toml: settings.clinic.shares adds up to 0.9, not to 1"),
        ("weight = 50", "weight = -1", "settings.toml: settings.clinic.weight must be above 0"),
        ("weight = 50", 'weight = 50\nsources = ["S9"]', 'settings.toml: settings.clinic.sources does not know "S9"'),
        ("[causes.spasm]", "[causes.tic]\n[causes.spasm]", "settings.toml: causes.tic is not a key of such a table"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line_with_file_and_key(good, bad, message):
    with pytest.raises(knowledge.KnowledgeError) as caught:
        read_settings.settings(SETTINGS.replace(good, bad), OF, ())
    assert str(caught.value).startswith(message)


def test_without_a_setting_there_is_nothing_to_begin_with():
    text = SETTINGS.partition("[settings.clinic]")[0] + "[settings]\n"
    with pytest.raises(knowledge.KnowledgeError, match=r"^settings.toml: settings must name one setting at least$"):
        read_settings.settings(text, OF, ())


READERS = """
history = ["limb_speech_deficit"]
weight = 20
[defaults.patient]
history = { sensitivity = 0.9, specificity = 0.9 }
[defaults.clinician]
history = { sensitivity = 0.9, specificity = 0.9 }
[outside]
[codes.limb_speech_deficit]
clinician = { sensitivity = 0.95, specificity = 0.99 }
"""


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("weight = 20", "weight = 0", "readers.toml: weight must be above 0"),
        ('["limb_speech_deficit"]', '["limb"]', 'readers.toml: history does not know "limb"'),
        (
            '["limb_speech_deficit"]',
            "[]",
            'readers.toml: defaults.patient.sign is missing, which "limb_speech_deficit"',
        ),
        ("[defaults.patient]", "[defaults.parrot]", "readers.toml: defaults.parrot is not known here"),
        (
            "history = { sensitivity = 0.9",
            "hearsay = { sensitivity = 0.9",
            "readers.toml: defaults.patient.hearsay is not",
        ),
        (
            "sensitivity = 0.95",
            "sensitivity = 1.0",
            "readers.toml: codes.limb_speech_deficit.clinician.sensitivity must",
        ),
        (", specificity = 0.99", "", "readers.toml: codes.limb_speech_deficit.clinician.specificity is missing"),
        (
            "clinician = { sensitivity = 0.95",
            "mri = { sensitivity = 0.95",
            "readers.toml: codes.limb_speech_deficit.mri is",
        ),
    ],
)
def test_wrong_readers_are_refused_in_one_line_with_file_and_key(good, bad, message):
    findings = {"limb_speech_deficit": knowledge.finding("limb_speech_deficit")}
    assert read_settings.readers(READERS, findings).find(findings["limb_speech_deficit"], "video") is None
    with pytest.raises(knowledge.KnowledgeError) as caught:
        read_settings.readers(READERS.replace(good, bad), findings)
    assert str(caught.value).startswith(message)
