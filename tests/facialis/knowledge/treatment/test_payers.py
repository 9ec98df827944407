"""What payers ask: read with file and key in every error, invented ones marked, codes only with a source."""

import pytest

from facialis import knowledge
from facialis.knowledge import KnowledgeError, treatment
from facialis.knowledge.treatment.payer import Asked, own

PRODUCTS = ("onabotulinumtoxinA", "abobotulinumtoxinA")
OWN = """
name = "Our payer"
[[asks]]
kind = "interval"
text = "Twelve weeks."
weeks = 12
source = "its policy of 2026"
"""


def test_a_payer_without_a_source_is_an_example_and_says_so():
    for payer in treatment.payers().values():
        sourced = all(rule.sources for rule in payer.rules)
        assert sourced or payer.example
        assert not payer.example or "invented" in payer.note.lower()


def test_one_example_shows_every_kind_of_rule():
    assert {rule.kind for rule in treatment.payers()["example_detailed"].rules} == set(Asked)


def test_every_code_has_a_source_that_is_known():
    codes = treatment.billing_codes()
    named = {codes.procedure_source, codes.waste_source, codes.rounding_source}
    assert named | {drug.source for drug in codes.drugs.values()} <= set(knowledge.sources())


def test_units_of_a_code_belong_to_their_product():
    drugs = treatment.billing_codes().drugs
    assert (drugs["onabotulinumtoxinA"].code, drugs["onabotulinumtoxinA"].units) == ("J0585", 1)
    assert (drugs["abobotulinumtoxinA"].code, drugs["abobotulinumtoxinA"].units) == ("J0586", 5)
    assert set(drugs) <= set(treatment.products())


def test_a_practice_can_write_its_own_payer():
    payer = own(OWN, "ours", PRODUCTS, "ours.toml")
    assert (payer.key, payer.name, payer.example) == ("ours", "Our payer", False)
    assert payer.rules[0].number == 12
    assert payer.rules[0].sources == ("its policy of 2026",)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ('kind = "intervall"', r'asks\[?.*kind is "intervall".*did you mean "interval"'),
        ('kind = "units"', r'units is missing: "units" needs it'),
        ('kind = "film"', r"days is missing"),
        ("weeks = -1", r"weeks needs a number above 0"),
        ('when = "sometimes"', r'when is "sometimes"; it must be one of always, first, continuation'),
        ("weekss = 3", r"weekss is not a key"),
        ('source = ""', r"source must be a text"),
    ],
)
def test_a_rule_that_is_wrong_is_told_in_one_line_with_file_and_key(change, line):
    key = change.split(" ")[0]
    kept = [row for row in OWN.splitlines() if not row.startswith(f"{key} ")]
    with pytest.raises(KnowledgeError, match=line) as told:
        own("\n".join([*kept, change]), "ours", PRODUCTS, "ours.toml")
    assert str(told.value).startswith("ours.toml: ")
    assert "\n" not in str(told.value)


def test_a_product_that_nobody_knows_is_told_its_nearest():
    text = OWN.replace('kind = "interval"', 'kind = "units"').replace("weeks = 12", "units = {onabotulinumtoxin = 50}")
    with pytest.raises(KnowledgeError, match=r'did you mean "onabotulinumtoxinA"'):
        own(text, "ours", PRODUCTS, "ours.toml")


@pytest.mark.parametrize("days", ["[56, 14]", "[14]", "[1.5, 3]", '"14"'])
def test_days_that_are_no_span_are_refused(days):
    text = OWN.replace('kind = "interval"', 'kind = "film"').replace("weeks = 12", f"days = {days}")
    with pytest.raises(KnowledgeError, match="days must be two whole numbers"):
        own(text, "ours", PRODUCTS, "ours.toml")


def test_a_payer_that_asks_for_nothing_is_refused():
    with pytest.raises(KnowledgeError, match=r"^ours.toml: asks is missing"):
        own('name = "Ours"', "ours", PRODUCTS, "ours.toml")


def test_a_file_that_is_no_toml_is_told():
    with pytest.raises(KnowledgeError, match=r"^ours.toml: not TOML"):
        own("name =", "ours", PRODUCTS, "ours.toml")
