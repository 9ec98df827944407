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
    assert set(icons.LOOKS) == {form.value for form in Form}


def test_a_group_of_nobody_is_said_and_not_drawn():
    drawn = icon_array("Deaths", [Group(0, Form.CROSS, "died"), Group(1000, Form.SMALL, "lived")])
    assert [mark.look for mark in drawn.marks] == [Form.SMALL.value]
    assert "0 died" in drawn.summary


@pytest.mark.parametrize("groups", [[], [Group(0, Form.FULL, "one")], [Group(-1, Form.FULL, "one"), RELIEVED]])
def test_nobody_or_fewer_cannot_be_drawn(groups):
    with pytest.raises(ValueError, match="cannot be drawn"):
        icon_array("", groups)
