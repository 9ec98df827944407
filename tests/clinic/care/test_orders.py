"""Tests ordered: by neurologists, with an indication; a scan is never printed as cleared while something is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from facialis.paper.sheet import compose
from facialis_clinic.audit.models import Event
from facialis_clinic.care import order_paper, safety
from facialis_clinic.care.actions import orders as actions
from facialis_clinic.care.models import Order, Treatment
from facialis_clinic.care.panel_orders import panel
from facialis_clinic.chart.models import Assessment
from facialis_clinic.people.answers import Refused
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
ALL_NO = dict.fromkeys(
    ("pacemaker", "cochlear_implant", "aneurysm_clip", "metal_in_eye", "implants", "pregnancy", "claustrophobia"), "no"
)
CONTRAST = ALL_NO | {"kidney": "no", "contrast_reaction": "no"}


def mri(world: World, *parts: str, **more: Any) -> Order:
    told = {"person": world.record, "by": world.eve, "kind": "mri", "indication": "The cause.", "now": NOW} | more
    made = actions.order(parts=parts or ("t2_ciss", "tof"), **told)
    assert isinstance(made, Order)
    return made


def answered(order: Order, by: Any, **changed: str) -> Order:
    keys = {one.key for one in safety.asked(order)}
    said = {key: told for key, told in (CONTRAST | changed).items() if key in keys}
    found = actions.answer_safety(order=order, by=by, answers=said, weight_kg=70.0, now=NOW)
    assert isinstance(found, Order)
    return found


def weigh(world: World, *steps: str) -> None:
    told = [{"ask_or_test": step, "because": "expected to tell the cause"} for step in steps]
    result = {"next_steps": told, "readings": []}
    Assessment.objects.create(person=world.record, case={}, result=result, version="0", by=world.eve, made_at=NOW)


def text_of(answer: Any) -> str:
    return answer.content.decode().split("</header>")[-1]


@pytest.mark.parametrize("name", ["nora", "alice", "dana"])
def test_a_neurologist_orders_and_nobody_else(world: World, name: str) -> None:
    by = getattr(world, name)
    answer = actions.order(person=world.record, by=by, kind="mri", indication="The cause.", parts=["tof"], now=NOW)

    assert isinstance(answer, Refused)
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"indication": "  "}, "what the test shall answer"),
        ({"parts": []}, "what of the test"),
        ({"parts": ["lateral_spread"]}, "what of the test"),
        ({"parts": ["nothing"]}, "what of the test"),
        ({"parts": ["t2_ciss", "t2_fiesta"]}, "one of each kind"),
    ],
)
def test_an_order_that_says_too_little_or_too_much_is_refused(world: World, changed: dict[str, Any], why: str) -> None:
    told = {"person": world.record, "by": world.eve, "kind": "mri", "indication": "The cause.", "parts": ["tof"]}
    answer = actions.order(**(told | changed), now=NOW)

    assert isinstance(answer, Refused)
    assert why in answer.why


def test_what_is_done_with_an_order_is_in_the_log(world: World) -> None:
    order = answered(mri(world), world.alice, pacemaker="yes")
    actions.clear(order=order, by=world.eve, key="pacemaker", name="R. Example", note="Card seen.", now=NOW)
    actions.end(order=order, by=world.eve, done=True, answer="No lesion.", now=LATER)

    done = list(Event.objects.filter(thing=order.pk).order_by("seq").values_list("verb", "kind"))
    assert done == [
        ("ordered", "order"), ("answered", "safety_form"), ("cleared", "safety_form"), ("finished", "order"),
    ]  # fmt: skip


def test_an_unanswered_form_and_an_open_answer_stand_loudly_on_the_sheet(world: World) -> None:
    order = mri(world)
    page = compose(order_paper.sheet(order))
    assert "the MRI safety form has not been answered" in page
    assert "not cleared" in page

    order = answered(order, world.alice, metal_in_eye="unknown")
    page = compose(order_paper.sheet(order))
    assert "Not cleared for the scanner. Metal in the eye" in page
    assert "NOT KNOWN, NOT CLEARED" in page


def test_every_open_answer_is_cleared_by_itself_by_somebody_with_a_name(world: World) -> None:
    order = answered(mri(world), world.nora, pacemaker="yes", claustrophobia="unknown")
    nameless = actions.clear(order=order, by=world.eve, key="pacemaker", name=" ", note="Card.", now=NOW)
    assert isinstance(nameless, Refused)
    nurse = actions.clear(order=order, by=world.nora, key="pacemaker", name="R. Example", note="Card.", now=NOW)
    assert isinstance(nurse, Refused)
    nothing = actions.clear(order=order, by=world.eve, key="kidney", name="R. Example", note="eGFR.", now=NOW)
    assert isinstance(nothing, Refused)

    order = actions.clear(order=order, by=world.eve, key="pacemaker", name="R. Example", note="Card seen.", now=NOW)
    assert isinstance(order, Order)
    assert not safety.form_of(order).is_cleared  # type: ignore[union-attr]
    order = actions.clear(order=order, by=world.eve, key="claustrophobia", name="E. Example", note="Talked.", now=NOW)
    assert isinstance(order, Order)
    assert safety.form_of(order).is_cleared  # type: ignore[union-attr]
    sheet = order_paper.sheet(order)
    assert (sheet.mark, sheet.warnings) == ("", ())
    assert "Cleared by R. Example: Card seen." in compose(sheet)


def test_an_answer_that_changes_takes_its_clearance_back(world: World) -> None:
    order = answered(mri(world), world.alice, pacemaker="unknown", claustrophobia="yes")
    for key in ("pacemaker", "claustrophobia"):
        actions.clear(order=order, by=world.eve, key=key, name="R. Example", note="Seen.", now=NOW)
    order = answered(order, world.alice, pacemaker="yes", claustrophobia="yes")

    assert [flag.question.key for flag in safety.form_of(order).open] == ["pacemaker"]  # type: ignore[union-attr]


def test_contrast_is_asked_about_only_where_there_is_some(world: World) -> None:
    plain, contrast = mri(world), mri(world, "tof", "t1_contrast")

    assert {one.key for one in safety.asked(contrast)} - {one.key for one in safety.asked(plain)} == {
        "kidney", "contrast_reaction",
    }  # fmt: skip


def test_half_a_form_is_refused_and_what_stood_there_stays(world: World) -> None:
    order = answered(mri(world), world.alice)
    half = actions.answer_safety(order=order, by=world.alice, answers={"pacemaker": "no"}, weight_kg=None, now=NOW)

    assert isinstance(half, Refused)
    order.refresh_from_db()
    assert safety.form_of(order).is_cleared  # type: ignore[union-attr]


def test_an_order_that_has_ended_is_not_changed_any_more(world: World) -> None:
    order = mri(world)
    actions.end(order=order, by=world.eve, done=False, answer="Scanned elsewhere.", now=LATER)

    assert isinstance(actions.end(order=order, by=world.eve, done=True, answer="x", now=LATER), Refused)
    again = actions.answer_safety(order=order, by=world.alice, answers=ALL_NO, weight_kg=None, now=LATER)
    assert isinstance(again, Refused)


def test_the_form_comes_filled_in_from_the_newest_assessment(world: World, sign_in: Any) -> None:
    weigh(world, "emg_lateral_spread")
    eve = sign_in(world.eve)
    text = text_of(eve.get(f"/care/of/{world.record.pk}/orders/"))
    assert "Order: Electromyography" in text

    text = text_of(eve.get(f"/care/of/{world.record.pk}/orders/new/emg/"))
    assert "Abnormal spread between branches" in text
    assert "Expected to tell the cause" in text
    assert "within the last 4 months" not in text


def test_recent_toxin_is_known_from_the_record_and_warned_of(world: World, sign_in: Any) -> None:
    day = timezone.localdate() - timedelta(days=30)
    Treatment.objects.create(
        person=world.record, kind="injection", day=day, side="left", by=world.eve, written_at=timezone.now()
    )
    path = f"/care/of/{world.record.pk}/orders/new/emg/"
    text = text_of(sign_in(world.eve).get(path))
    assert "within the last 4 months" in text
    assert day.isoformat() in text

    said = {"indication": "Spread.", "parts": ["lateral_spread"], "last_toxin": day.isoformat()}
    sign_in(world.eve).post(path, said)
    order = Order.objects.get()
    assert any("not assessable" in text for text in order.protocol["cautions"])
    assert "Last botulinum toxin" in compose(order_paper.sheet(order))


def test_a_child_is_always_proposed_a_scan(world: World, sign_in: Any) -> None:
    record = world.record
    record.born = timezone.localdate() - timedelta(days=4000)
    record.save()

    text = text_of(sign_in(world.eve).get(f"/care/of/{record.pk}/orders/"))
    assert "paediatric neurology" in text


def test_a_bad_form_is_shown_again_with_what_was_typed(world: World, sign_in: Any) -> None:
    path = f"/care/of/{world.record.pk}/orders/new/emg/"
    ahead = (timezone.localdate() + timedelta(days=3)).isoformat()
    answer = sign_in(world.eve).post(path, {"indication": "A <b>question</b>", "parts": [], "last_toxin": ahead})
    text = text_of(answer)

    assert "This day lies ahead" in text
    assert "Choose what of the test is to be done" in text
    assert "A &lt;b&gt;question&lt;/b&gt;" in text
    assert not Order.objects.exists()


@pytest.mark.parametrize("weight", ["0", "4000", "heavy", "nan", "-70"])
def test_a_weight_that_nobody_has_is_asked_for_again(world: World, sign_in: Any, weight: str) -> None:
    order = mri(world)
    answer = sign_in(world.alice).post(f"/care/orders/{order.pk}/safety/", {**ALL_NO, "weight_kg": weight})

    assert "There is a problem" in text_of(answer)
    order.refresh_from_db()
    assert order.safety == {}


def test_the_patient_reads_why_and_how_to_prepare_and_nothing_of_the_weighing(world: World, sign_in: Any) -> None:
    order = mri(world, indication="Lesion suspected: exclude schwannoma.")
    text = text_of(sign_in(world.alice).get(f"/care/orders/{order.pk}/"))

    assert "The scan shows the nerve of your face" in text
    assert "A scan of your head (MRI)" in text
    assert "How to prepare" in text
    assert "Answer the safety questions" in text
    assert "schwannoma" not in text


def test_the_result_stays_with_the_clinicians(world: World, sign_in: Any) -> None:
    order = mri(world)
    actions.end(order=order, by=world.eve, done=True, answer="A schwannoma on the left.", now=LATER)
    path = f"/care/orders/{order.pk}/"

    assert "schwannoma" not in text_of(sign_in(world.alice).get(path))
    assert "schwannoma" in text_of(sign_in(world.nora).get(path))


def test_an_unknown_test_is_no_page(world: World, sign_in: Any) -> None:
    assert sign_in(world.eve).get(f"/care/of/{world.record.pk}/orders/new/ct/").status_code == 404


def test_only_a_scan_has_a_safety_form(world: World, sign_in: Any) -> None:
    order = mri(world, "pure_tone", kind="audiogram")

    assert sign_in(world.eve).get(f"/care/orders/{order.pk}/safety/").status_code == 404
    assert sign_in(world.eve).get(f"/care/orders/{order.pk}/clear/").status_code == 404


def test_without_what_writes_pdfs_the_page_says_so_and_stays(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facialis.paper.pdf import PdfMissing

    def missing(html: str) -> bytes:
        raise PdfMissing("WeasyPrint does not find Pango")

    monkeypatch.setattr(order_paper, "pdf", missing)
    order = mri(world)
    answer = sign_in(world.eve).get(f"/care/orders/{order.pk}/sheet.pdf", follow=True)

    assert "No PDF can be made here: WeasyPrint does not find Pango." in text_of(answer)


def test_the_panel_asks_twice_and_shows_the_patient_no_draft(world: World, django_assert_num_queries: Any) -> None:
    from facialis_clinic.care.actions.documents import draft

    mri(world)
    draft(person=world.record, kind="letter", by=world.eve, now=NOW, facts={}, title="Letter", body="x")
    person = world.record
    with django_assert_num_queries(2):
        patient = panel(person, user=world.alice, now=NOW)
    assert (len(patient["orders"]), len(patient["papers"])) == (1, 0)
    assert len(panel(person, user=world.eve, now=NOW)["papers"]) == 1
