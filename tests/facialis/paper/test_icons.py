"""Icon arrays: everybody is drawn once, forms tell the groups apart, and words say what is drawn."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.paper import icons
from facialis.paper.icons import Form, Group, icon_array

RELIEVED, NOT = Group(911, Form.FULL, "relieved"), Group(89, Form.OPEN, "not relieved")


def icons_of(path):
    """Count the icons of one path: an icon of discs begins with the first M, a cross with each M."""
    return len(re.findall(r"M", path.d)) // (2 if path.look == Form.HALF.value else 1)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(full=st.integers(0, 1000), form=st.sampled_from([Form.CROSS, Form.HALF, Form.FULL]))
def test_everybody_is_drawn_once_and_inside_the_drawing(full, form):
    drawn = icon_array("of 1,000", [Group(full, form, "one"), Group(1000 - full, Form.SMALL, "other")])
    assert sum(icons_of(mark) for mark in drawn.marks) == 1000
    for mark in drawn.marks:
        for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)", mark.d):
            assert 0 <= float(x) <= drawn.width
            assert 0 <= float(y) <= drawn.height


def test_the_summary_says_each_group_with_its_number():
    assert icon_array("After ten years", [RELIEVED, NOT]).summary == ("After ten years: 911 relieved; 89 not relieved.")


def test_forms_differ_in_their_path_and_not_only_in_colour():
    drawn = {icons.example(form).marks[0].d for form in Form}
    assert len(drawn) == len(Form)


def test_each_form_has_its_look():
    areas = {form.value + icons.AREA for form in Form}

    assert set(icons.LOOKS) == {form.value for form in Form} | areas | {icons.PLACES}


def test_a_group_of_nobody_is_said_and_not_drawn():
    drawn = icon_array("Deaths", [Group(0, Form.CROSS, "died"), Group(1000, Form.SMALL, "lived")])
    assert [mark.look for mark in drawn.marks] == [Form.SMALL.value]
    assert "0 died" in drawn.summary


@pytest.mark.parametrize("groups", [[], [Group(0, Form.FULL, "one")], [Group(-1, Form.FULL, "one"), RELIEVED]])
def test_nobody_or_fewer_cannot_be_drawn(groups):
    with pytest.raises(ValueError, match="cannot be drawn"):
        icon_array("", groups)


def test_a_field_has_ten_blocks_of_a_hundred_and_draws_only_those_affected():
    drawn = icons.field("Deaf", [Group(23, Form.CROSS, "deaf")])
    places, deaf = drawn.marks
    assert places.d.count("M") == 10
    assert deaf.d.count("M") == 23
    assert drawn.summary == "Deaf, of 1,000: 23 deaf."
    assert (drawn.width, drawn.height) == (312.0, 123.0)


def test_a_field_of_nobody_is_empty_and_says_so():
    assert len(icons.field("Deaths", [Group(0, Form.CROSS, "died")]).marks) == 1


def test_a_field_refuses_more_people_than_it_has_places():
    with pytest.raises(ValueError, match="cannot be drawn"):
        icons.field("Deaf", [Group(1001, Form.CROSS, "deaf")])
