"""The knowledge is whole; a broken copy of it is named by file and key, fault by fault."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from facialis import commands
from facialis.knowledge.check import check
from facialis.knowledge.differential import Basis

OWN = Path(str(files("facialis.knowledge")))


@pytest.fixture
def copy(tmp_path):
    """A copy of the knowledge files; ``copy(name, old, new)`` changes one of them."""
    shutil.copytree(OWN, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    def change(name, old, new):
        file = tmp_path / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    change.folder = tmp_path
    return change


@pytest.fixture
def facialis(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            commands.main(["knowledge", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def test_the_knowledge_has_no_fault():
    assert check().faults == ()


def test_the_check_counts_findings_disorders_and_every_share_by_its_basis():
    found = check()
    assert (found.findings, found.disorders) == (len(files_findings()), 12)
    assert all(found.shares[basis] > 0 for basis in Basis)


def files_findings():
    from facialis import knowledge

    return knowledge.findings()


NEW_SOURCE = '[S999]\ncite = "Nobody 1999"\n\n[vocabulary]'
NEW_FINDING = '[findings.orphan]\nterm = "Orphan"\ndefinition = "x"\nassessed_by = ["emg"]\n\n[findings.march]'
NEW_DISORDER = (
    '[extra]\nname = "x"\nplain = "x"\ndefinition = "x"\nin_plain_words = "x"\nsources = ["practice"]\n\n[normal]'
)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("findings.toml", 'sources = ["S1"]', 'sources = ["S0"]', 'strictly_unilateral.sources does not know "S0"'),
        (
            "red_flags.toml",
            '["S54", "practice"]',
            '["S0"]',
            'red_flags.toml: jerks_every_10s.sources does not know "S0"',
        ),
        ("frequencies.toml", 'source = "S32"', 'source = "S0"', 'source does not know "S0"'),
        (
            "frequencies.toml",
            "elicited.tic = [0.3, 0.7]",
            "elicited.tic = [0.3, 0.8]",
            "frequencies.toml: sex.elicited",
        ),
        ("frequencies.toml", "counts = [101, 63]", "counts = [101, -63]", "frequencies.toml: sex.published"),
        (
            "frequencies.toml",
            "counts = [101, 63]",
            "counts = [100.5, 63]",
            "sex.published.hemifacial_spasm counts parts",
        ),
        ("thresholds.toml", "value = 60.0", "value = -60.0", "thresholds.toml: absent_rest_s.value must be above 0 s"),
        ("thresholds.toml", "value = 150.0", "value = 500.0", "emg_burst_low_hz.value must be below that of emg_burst"),
        (
            "thresholds.toml",
            "value = 60.0",
            "value = nan",
            "thresholds.toml: absent_rest_s.value must be a finite number",
        ),
        (
            "findings.toml",
            "[findings.march]",
            NEW_FINDING,
            "findings.toml: findings.orphan is used by no node, rule or",
        ),
        ("sources.toml", "[vocabulary]", NEW_SOURCE, "sources.toml: S999 is cited nowhere"),
        ("red_flags.toml", '[["march"]]', '[["marches"]]', 'red_flags.toml: march.when does not know "marches"'),
        ("steps.toml", '"march",', '"marches",', 'steps.toml: question.findings does not know "marches"'),
        ("network.toml", "[nodes.march]", "[nodes.marches]", "network.toml: nodes.marches"),
        ("disorders.toml", "[normal]", NEW_DISORDER, 'frequencies.toml: sex has no share for "extra"'),
        ("disorders.toml", "[normal]", NEW_DISORDER, "settings.toml: settings.specialist.shares.extra is missing"),
        ("findings.toml", 'urgency = "emergency"', 'urgency = "soon"', 'in red_flags.toml it is "emergency"'),
        ("glossary.toml", "text = ", "txt = ", "glossary.toml: "),
        ("disorders.toml", 'sources = ["S60"]', "sources = [{}]", "eyelid_myokymia.sources must be a list of texts"),
        ("disorders.toml", "rare = true", "rare = []", "disorders.toml: facial_myokymia.rare must be true or false"),
    ],
)
def test_each_kind_of_fault_is_named_with_its_file_and_key(copy, name, old, new, fault):
    found = check(copy(name, old, new))
    assert [line for line in found.faults if fault in line]
    assert not [line for line in found.faults if "\n" in line]


def test_a_number_that_is_not_verified_and_yet_shown_is_a_fault(copy):
    text = (copy.folder / "thresholds.toml").read_text(encoding="utf-8")
    entry = text[text.index("[recent_toxin_months]") :].split("\n\n")[0]
    found = check(copy("thresholds.toml", entry, entry.replace('"elicited"', '"to_verify"')))
    assert found.faults[0].startswith("thresholds.toml: recent_toxin_months.kind is to_verify, and the finding")


def test_several_faults_are_all_named(copy):
    copy("thresholds.toml", "value = 60.0", "value = nan")
    copy("glossary.toml", "text = ", "txt = ")
    copy("findings.toml", 'sources = ["S1"]', 'sources = ["S0"]')
    faults = check(copy.folder).faults
    assert {fault.partition(":")[0] for fault in faults} == {"thresholds.toml", "glossary.toml", "findings.toml"}


def test_a_file_that_is_missing_or_no_toml_is_a_fault_and_no_traceback(copy):
    (copy.folder / "steps.toml").unlink()
    (copy.folder / "glossary.toml").write_text("[", encoding="utf-8")
    faults = check(copy.folder).faults
    assert any(fault.startswith("steps.toml: cannot be read") for fault in faults)
    assert any(fault.startswith("glossary.toml: not TOML") for fault in faults)


def test_the_command_prints_counts_and_leaves_with_0(facialis):
    code, out, err = facialis("check")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert out.startswith(f"{len(files_findings())} findings, 12 disorders, ")
    assert all(f" {basis}" in out for basis in Basis)


def test_the_command_prints_a_line_a_fault_and_leaves_with_2(copy, facialis):
    code, out, err = facialis("check", "--dir", copy("sources.toml", "[vocabulary]", NEW_SOURCE))
    assert (code, out, err) == (2, "sources.toml: S999 is cited nowhere and does not say what it is kept for\n", "")


def test_a_folder_without_knowledge_is_refused_in_one_line(tmp_path, facialis):
    code, out, err = facialis("check", "--dir", tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith(f"facialis: {tmp_path / 'nowhere'}: no knowledge files")
    assert err.count("\n") == 1


def test_show_tells_a_finding_with_its_shares_their_basis_and_their_sources(facialis):
    code, out, _ = facialis("show", "other_babinski_sign")
    assert code == 0
    assert "Hemifacial spasm: " in out
    assert "published [S32, S33, S34]" in out
    assert "elicited" in out
    assert "[S32] Varanda" in out


def test_show_tells_what_a_word_means_in_each_of_its_roles(facialis):
    code, out, _ = facialis("show", "march")
    assert code == 0
    assert "Jacksonian march" in out
    assert "red flag: March to arm or tongue within seconds (emergency" in out


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("hemifacial_spasm", "right G51.31"),
        ("mri_posterior_fossa", "never proves or excludes it"),
        ("mri_posterior_fossa", "done whatever it tells in: Hemifacial spasm, Facial myokymia"),
        ("both_sides", "or: somebody says that both sides move"),
        ("tonic_sustained_s", "3 s (elicited, vocabulary)"),
        ("S101", "Campos-Benitez"),
        ("child", "age below 18 years"),
        ("mri_contact_root", "neurovascular conflict"),
    ],
)
def test_show_knows_disorders_tests_thresholds_sources_and_rules(facialis, word, told):
    code, out, _ = facialis("show", word)
    assert code == 0
    assert told in out


def test_show_names_the_nearest_word(facialis):
    code, out, err = facialis("show", "other_babinsky_sign")
    assert (code, out) == (2, "")
    assert err == 'facialis: the knowledge holds no "other_babinsky_sign"; did you mean "other_babinski_sign"?\n'
