"""What is known of ordering tests."""

from __future__ import annotations

from importlib.resources import files

import pytest

from facialis import knowledge
from facialis.knowledge import order_sheet
from facialis.knowledge.definitions import KnowledgeError


def read(text: str) -> order_sheet.Orders:
    return order_sheet.orders(text, knowledge.findings(), knowledge.steps(), knowledge.sources())


@pytest.fixture(scope="module")
def text() -> str:
    return (files("facialis.knowledge") / "orders.toml").read_text(encoding="utf-8")


def test_the_scan_of_the_practice_is_the_usual_one():
    """Thin T2, time of flight and T1 with contrast; of CISS and FIESTA one is usual, never both."""
    parts = knowledge.orders().parts_of("mri")
    usual = [part.key for part in parts if part.usual]
    assert usual == ["t2_ciss", "tof", "t1_contrast"]
    assert [part.key for part in parts if part.one_of == "thin_t2"] == ["t2_ciss", "t2_fiesta"]
    assert [part.key for part in parts if part.contrast] == ["t1_contrast"]


def test_the_radiologist_is_asked_first_whether_the_whole_scan_was_read():
    questions = [one.text for one in knowledge.orders().questions if one.test == "mri"]
    assert questions[0].startswith("Whole scan read: lesion yes, no or unread?")


def test_the_safety_form_asks_all_that_it_must():
    assert set(knowledge.orders().safety) == {
        "pacemaker", "cochlear_implant", "aneurysm_clip", "metal_in_eye", "implants", "pregnancy", "kidney",
        "contrast_reaction", "claustrophobia",
    }  # fmt: skip


def test_lateral_spread_is_asked_for_on_two_branches_and_both_sides():
    name = knowledge.orders().parts["lateral_spread"].name
    assert "zygomatic and marginal mandibular" in name
    assert "both sides" in name


@pytest.mark.parametrize(
    ("what", "instead", "said"),
    [
        ('test = "mri"\nwhen = "child"', 'test = "ct"\nwhen = "child"', 'does not know "ct"'),
        ('when = "child"', 'when = "never"', 'does not know "never"'),
        ("weight_to_kg = 400", "weight_to_kg = 1", "must be above weight_from_kg"),
        ('sources = ["kanal_2007"]', 'sources = ["nobody_1900"]', 'does not know "nobody_1900"'),
        ("usual = true", 'usual = "yes"', "must be true or false"),
        ("always = true\n", "", "must say when it holds"),
        ("prepare = [", "prepare = [3, ", "must be a list of texts"),
        ('question = "Are you afraid', 'asks = "Are you afraid', "question is missing"),
        ("toxin = true", "toxin = true\nhalf = 1", "is not a key of such a table"),
        ('test = "mri"\nwhen = "child"', 'test = "mri"\nwhen = "finding"', "belong to when"),
    ],
)
def test_a_slip_in_the_file_is_one_line_with_file_and_key(text, what, instead, said):
    assert what in text
    with pytest.raises(KnowledgeError, match=r"orders\.toml") as caught:
        read(text.replace(what, instead, 1))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
