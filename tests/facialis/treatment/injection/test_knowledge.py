"""What is known of products, muscles, intervals and safety: each number with its basis."""

from __future__ import annotations

from decimal import Decimal

import pytest

from facialis import knowledge
from facialis.knowledge import KnowledgeError, treatment
from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.exact import parse, proof
from facialis.knowledge.treatment.interval import intervals, of_label
from facialis.knowledge.treatment.product import products
from facialis.knowledge.treatment.safety import Does

PRODUCT = """
[{key}]
names = ["Name"]
serotype = "A"
form = "powder"
vials = [{{units = 100}}]
sold = {{sources = ["practice"]}}
use_within_hours = 24
keep_at = "2 to 8"
storage = {{basis = "elicited", rule = "told"}}
"""


def test_the_current_label_of_incobotulinum_is_taken_and_not_the_35_units_of_an_old_page() -> None:
    (us,) = treatment.products()["incobotulinumtoxinA"].labels_in("US")
    eye = {limit.first: limit.most for limit in us.limits if limit.what == "eye"}
    assert eye == {True: Decimal(25), False: Decimal(50)}


def test_every_published_number_has_a_source_and_every_elicited_one_a_rule() -> None:
    for product in treatment.products().values():
        proofs = [product.storage, *(one.proof for one in product.dilutions)]
        for label in product.labels:
            proofs += [label.proof, *(limit.proof for limit in label.limits)]
        for told in proofs:
            assert told.sources if told.basis is Basis.PUBLISHED else told.rule or told.sources


def test_the_limits_of_the_us_label_of_onabotulinum_are_kept_apart() -> None:
    (us,) = treatment.products()["onabotulinumtoxinA"].labels_in("US")
    assert {limit.days: limit.most for limit in us.limits if limit.what == "cumulative"} == {
        30: Decimal(200),
        92: Decimal(400),
    }


def test_each_product_has_a_rule_of_when_it_may_be_given_again_and_the_longest_holds_without_a_country() -> None:
    for product in treatment.products():
        known = of_label(treatment.intervals(), product, "")
        assert known is not None
        assert known.days == max(row.days for row in treatment.intervals() if row.product == product)
    assert of_label(treatment.intervals(), "daxibotulinumtoxinA", "EU") is None


def test_the_lids_have_a_site_for_what_labels_inject_and_mark_what_they_avoid() -> None:
    sites = treatment.muscles()["orbicularis_oculi"].sites
    assert {key for key, site in sites.items() if site.avoid} == {"medial_lower_lid", "central_upper_lid"}
    assert "diplopia" in sites["medial_lower_lid"].risks
    assert "ptosis" in sites["central_upper_lid"].risks


def test_every_site_has_a_place_on_the_drawing() -> None:
    from facialis.treatment.injection.page.places import place

    for muscle in treatment.muscles().values():
        for site in muscle.sites:
            assert place(muscle.key, site) is not None, f"{muscle.key}: {site}"


def test_antithrombotics_need_care_and_never_stop_or_ask_for_a_reason() -> None:
    rules = [
        rule for rule in treatment.injection_safety().values() if {"anticoagulant", "antiplatelet"} & set(rule.when)
    ]
    assert [rule.does for rule in rules] == [Does.CARE]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PRODUCT.format(key="x").replace("100", "-1"), r"products.toml: x.vials.units must be a number above 0"),
        (PRODUCT.format(key="x").replace("100", "nan"), "must be a number above 0"),
        (PRODUCT.format(key="x").replace('rule = "told"', 'rule = ""'), "needs a rule: it is elicited"),
        (PRODUCT.format(key="x").replace('"powder"', '"solution"'), "must hold sizes"),
        (PRODUCT.format(key="x") + "size = 1\n", "size is not a key of such a table"),
        (PRODUCT.format(key="x").replace('["practice"]', '["nobody"]'), 'does not know "nobody"'),
        ("x = ", "not TOML"),
    ],
)
def test_a_wrong_file_of_products_is_said_in_one_line_with_file_and_key(text, says) -> None:
    with pytest.raises(KnowledgeError, match=says):
        products(text, knowledge.sources())


def test_two_rules_for_one_product_and_country_are_refused() -> None:
    row = '[[label]]\nproduct = "x"\ncountries = ["US"]\ndays = 84\ntext = "t"\nsources = ["practice"]\n'
    with pytest.raises(KnowledgeError, match="has a rule already"):
        intervals(row + row, ["x"], knowledge.sources())


def test_a_published_number_without_a_source_is_refused() -> None:
    with pytest.raises(KnowledgeError, match="needs a source unless it is elicited"):
        proof(parse('basis = "published"', "x.toml"), knowledge.sources())
