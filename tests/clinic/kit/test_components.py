"""What the components write, as a browser and a screen reader take it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

SCRIPT = "<script>alert(1)</script>"


class Asked(forms.Form):
    name = forms.CharField(label="Your name", help_text="As in your passport.")
    phone = forms.CharField(label="Telephone", required=False)
    side = forms.ChoiceField(
        label="Which side?", choices=(("left", "Left"), ("right", "Right")), widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="I agree")

    def clean(self) -> None:
        raise forms.ValidationError("These do not go together.")


def shown(source: str, **context: object) -> str:
    return Template("{% load kit %}" + source).render(Context(context))


def test_a_field_is_tied_to_its_label_its_hint_and_its_mistake() -> None:
    text = shown("{% field form.name %}", form=Asked({}))

    assert '<label for="id_name">Your name</label>' in text
    assert re.search(r'<input[^>]*aria-describedby="id_name_helptext id_name_error"', text)
    assert 'id="id_name_helptext"' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text


def test_an_untouched_field_is_tied_to_its_hint_alone() -> None:
    text = shown("{% field form.name %}", form=Asked())

    assert 'aria-describedby="id_name_helptext"' in text
    assert "error" not in text


def test_a_hint_of_the_page_goes_before_the_forms_own() -> None:
    text = shown('{% field form.name hint="As we know you." %}', form=Asked())

    assert "As we know you." in text
    assert "passport" not in text


def test_what_may_be_left_empty_says_so() -> None:
    assert "(optional)" in shown("{% field form.phone %}", form=Asked())
    assert "(optional)" not in shown("{% field form.name %}", form=Asked())


def test_a_group_of_choices_is_a_fieldset_with_its_question_as_the_legend() -> None:
    text = shown("{% field form.side %}", form=Asked({}))

    assert re.search(r'<fieldset[^>]*aria-describedby="id_side_error"', text)
    assert "<legend>Which side?</legend>" in text


def test_a_single_box_stands_before_its_words() -> None:
    text = shown("{% field form.agree %}", form=Asked())

    assert text.index('type="checkbox"') < text.index("I agree")


def test_the_summary_leads_to_each_field_and_names_it() -> None:
    text = shown("{% errors form %}", form=Asked({}))

    assert '<a href="#id_name">Your name: This field is required.</a>' in text
    assert '<a href="#id_side_0">Which side? This field is required.</a>' in text
    assert "<li>These do not go together.</li>" in text
    assert 'role="alert" tabindex="-1" autofocus' in text


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert shown("{% errors form none %}", form=Asked(), none=None).strip() == ""


def test_what_somebody_typed_is_never_markup() -> None:
    item = {"at": datetime(2026, 5, 4, 9, tzinfo=UTC), "title": SCRIPT, "text": SCRIPT}
    text = shown(
        "{% card title=bad %}{{ bad }}{% endcard %}{% notice title=bad %}{{ bad }}{% endnotice %}{% badge bad %}"
        "{% empty bad bad %}{% timeline items label=bad %}{% progress 0.5 label=bad %}{% crumbs bad bad bad %}"
        '{% facts pairs %}{% submit bad %}{% post "/x/" bad %}'
        '{% table caption=bad columns="A" %}<tr><td>{{ bad }}</td></tr>{% endtable %}',
        bad=SCRIPT,
        items=[item],
        pairs={SCRIPT: SCRIPT},
        csrf_token="mark",
    )

    assert "<script" not in text


def test_a_cell_knows_its_column_where_the_table_is_laid_out_as_a_list() -> None:
    text = shown(
        '{% table caption="Days" columns="Name|Seconds#|" %}'
        '<tr><th scope="row">Rest</th><td class="n">12</td><td>Open</td></tr>{% endtable %}'
    )

    assert '<th role="rowheader" scope="row">Rest</th>' in text
    assert '<td role="cell" data-label="Seconds" class="n">12</td>' in text
    assert '<td role="cell" data-label="">Open</td>' in text
    assert '<span class="unseen">Actions</span>' in text


def test_progress_is_told_by_the_element_and_not_by_a_style() -> None:
    text = shown('{% progress 1.7 label="Measuring" %}{% progress None label="Waiting" id="w" %}')

    assert '<progress id="progress" max="100" value="100">' in text
    assert '<progress id="w" max="100">' in text
    assert "style" not in text


def test_a_moment_bears_its_time_for_machines_too() -> None:
    text = shown(
        "{% timeline items %}", items=[{"at": datetime(2026, 5, 4, 9, tzinfo=UTC), "title": "Sent", "url": "/r/"}]
    )

    assert '<time datetime="2026-05-04T09:00:00+00:00">4 May 2026, 09:00</time>' in text
    assert '<a href="/r/">Sent</a>' in text


@pytest.mark.parametrize(
    "source", ['{% badge "x" kind="green" %}', '{% notice kind="red" %}{% endnotice %}', '{% submit "x" kind="big" %}']
)
def test_a_kind_that_is_not_known_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="one of"):
        shown(source)


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% table %}{% endtable %}")
