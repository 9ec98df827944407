"""The face map: every site has a place, left mirrors right, labels stay apart, marks tell planned from given."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.knowledge import treatment
from facialis.treatment.injection.page import anatomy, labels, places
from facialis.treatment.injection.page.face_map import SIDES, Mark, face_map, numbered

EVERY = [(muscle.key, site) for muscle in treatment.muscles().values() for site in muscle.sites]
TYPICAL = [
    ("orbicularis_oculi", "medial_upper_lid"),
    ("orbicularis_oculi", "lateral_upper_lid"),
    ("orbicularis_oculi", "lateral_lower_lid"),
    ("orbicularis_oculi", "lateral_canthus"),
    ("corrugator", "medial"),
    ("frontalis", "lateral"),
    ("zygomaticus_major", "belly"),
    ("mentalis", "belly"),
]


def marks(which, sides=("left",), planned="2.5", given=None):
    return numbered([Mark(muscle, site, side, planned, given) for side in sides for muscle, site in which])


def drawn(which, side="left", **told):
    sides = SIDES if side == "both" else (side,)
    return face_map(marks(which, sides, **told), side, session="given" in told)


def overlaps(face):
    return [
        (one.amount, other.amount)
        for one, other in itertools.combinations(face.sites, 2)
        if one.box.overlaps(other.box)
    ]


@pytest.mark.parametrize(("muscle", "site"), EVERY)
def test_every_site_that_is_known_has_a_place_on_the_map(muscle, site):
    x, y = places.place(muscle, site)
    assert 0 <= x < anatomy.MIDDLE
    assert 0 < y < anatomy.HEIGHT


def test_no_place_is_kept_for_a_site_that_nobody_knows():
    assert {(muscle, site) for muscle, sites in places.PLACES.items() for site in sites} == set(EVERY)


def test_every_muscle_that_is_known_is_drawn():
    assert set(treatment.muscles()) == set(anatomy.MUSCLES)


def test_marks_of_different_sites_do_not_lie_upon_each_other():
    at = [places.place(*site) for site in EVERY]
    nearest = min(abs(complex(*a) - complex(*b)) for a, b in itertools.combinations(at, 2))
    assert nearest > 2 * 6.2


def test_left_and_right_are_exact_mirrors():
    face = drawn(EVERY, "both")
    for left in (one for one in face.sites if one.mark.side == "left"):
        right = next(
            one
            for one in face.sites
            if one.mark.side == "right" and (one.mark.muscle, one.mark.site) == (left.mark.muscle, left.mark.site)
        )
        assert left.at[0] + right.at[0] == pytest.approx(anatomy.WIDTH, abs=1e-9)
        assert left.at[1] == right.at[1]
        assert left.box.x + right.box.x + right.box.wide == pytest.approx(anatomy.WIDTH, abs=1e-9)


def test_the_patients_left_lies_at_the_right_of_the_drawing():
    assert all(one.at[0] > anatomy.MIDDLE for one in drawn(EVERY, "left").sites)
    assert all(one.at[0] < anatomy.MIDDLE for one in drawn(EVERY, "right").sites)


@pytest.mark.parametrize("which", [TYPICAL, EVERY], ids=["typical", "every site"])
@pytest.mark.parametrize("side", ["left", "right", "both"])
def test_no_two_labels_overlap(which, side):
    assert overlaps(drawn(which, side)) == []


def test_no_two_labels_overlap_where_another_dose_was_given_than_planned():
    assert overlaps(drawn(TYPICAL, "both", planned="12.25", given="10.75")) == []


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    which=st.lists(st.sampled_from(EVERY), unique=True, min_size=1, max_size=14), units=st.sampled_from(["5", "11.25"])
)
def test_labels_of_any_plan_stay_apart_off_other_marks_and_within_the_drawing(which, units):
    face = drawn(which, "left", planned=units)
    assert overlaps(face) == []
    for one in face.sites:
        assert one.box.x >= anatomy.MIDDLE
        assert one.box.x + one.box.wide <= anatomy.WIDTH
        assert 0 <= one.box.y <= anatomy.HEIGHT - one.box.tall
        assert all(one.box.gap(other.at) > 2 for other in face.sites)


def test_a_label_stands_at_its_mark_or_has_a_line_to_it():
    for one in drawn(EVERY, "left").sites:
        assert one.leader or one.box.gap(one.at) < 11


def test_a_field_that_is_full_still_gives_every_label_a_box():
    tight = labels.placed([(5.0, 5.0)] * 5, ["L1 2.5"] * 5, labels.Box(0, 0, 50, 30))
    assert len(tight) == 5


@pytest.mark.parametrize(("side", "closed"), [("left", "right"), ("right", "left"), ("both", "")])
def test_the_side_that_is_not_injected_is_closed_and_only_that_one(side, closed):
    face = drawn(TYPICAL, side)
    assert face.closed_side == closed
    assert (face.closed is None) == (closed == "")


def test_left_and_right_have_marks_of_different_shape():
    left, right = (drawn(TYPICAL[:1], side).sites[0].shapes[0].d for side in ("left", "right"))
    assert "a" in left
    assert "a" not in right


@pytest.mark.parametrize(
    ("planned", "given", "looks"),
    [
        ("2.5", None, ["planned left"]),
        ("2.5", "2.5", ["planned left", "given left"]),
        ("2.5", "0", ["planned left", "left-out left"]),
        (None, "2.5", ["given left"]),
    ],
)
def test_planned_given_left_out_and_added_look_different(planned, given, looks):
    site = drawn(TYPICAL[:1], planned=planned, given=given).sites[0]
    assert [shape.look for shape in site.shapes] == looks


def test_the_units_stand_beside_the_mark_and_both_where_they_differ():
    assert drawn(TYPICAL[:1]).sites[0].amount == "2.5"
    assert drawn(TYPICAL[:1], planned="2.50", given="2.5").sites[0].amount == "2.5"
    assert drawn(TYPICAL[:1], planned="2.5", given="5.0").sites[0].amount == "5 / 2.5"
    assert drawn(TYPICAL[:1], planned=None, given="5").sites[0].amount == "5 / none"


def test_a_site_without_a_place_is_told_and_not_drawn():
    face = face_map(numbered([Mark("orbicularis_oculi", "nowhere", "left", "1", None)]), "left", session=False)
    assert face.sites == ()
    assert [mark.number for mark in face.undrawn] == ["L1"]


def test_the_text_alternative_tells_every_site_its_units_and_the_closed_side():
    told = drawn(TYPICAL).summary
    assert all(f"L{i}" in told for i in range(1, len(TYPICAL) + 1))
    assert "patient's right is hatched: not to be injected" in told
