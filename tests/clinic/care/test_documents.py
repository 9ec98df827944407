"""Letters: drafted from what is on record, signed once, corrected in a new version, read by the patient when shared."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from facialis.paper import pdf
from facialis_clinic.audit.models import Event
from facialis_clinic.care import documents, writing
from facialis_clinic.care.actions import documents as actions
from facialis_clinic.care.models import Document, Order
from facialis_clinic.chart.models import Assessment
from facialis_clinic.intake.models import Medicine
from facialis_clinic.people.answers import Refused
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def begun(world: World, **more: Any) -> Document:
    told = {"kind": "letter", "title": "Clinic letter", "body": "Dear colleague,\n\n## Plan\n\n- A scan."} | more
    return documents.draft(person=world.record, by=world.eve, now=NOW, facts={}, **told)


def signed(world: World) -> Document:
    found = actions.sign(document=begun(world), by=world.eve, now=NOW)
    assert isinstance(found, Document)
    return found


def text_of(answer: Any) -> str:
    return answer.content.decode().split("</header>")[-1]


def result() -> dict[str, Any]:
    """An assessment as small as the letter's own needs."""
    weight = {"name": "Strictly unilateral", "state": "present", "readers": ["video"], "bans": 0.9}
    first = {
        "name": "Hemifacial spasm",
        "icd10cm": "G51.32",
        "against_whom": "blepharospasm",
        "causes": [],
        "for": [weight],
        "against": [],
    }
    return {
        "answer": {"sentences": ["Hemifacial spasm is most likely: 97 % (90 to > 99 %)."], "explained": True},
        "case": {"age": 52.0, "sex": "female", "age_at_onset": 50.0},
        "differential": [first],
        "next_steps": [],
        "readings": [],
        "red_flags": [],
        "side": {"side": "left", "settled": True, "because": ["video: left"]},
        "not_assessable": ["synkinesis"],
        "not_assessable_because": {"synkinesis": "the video could not tell"},
    }


def test_a_draft_is_put_together_from_what_is_on_record(world: World, sign_in: Any) -> None:
    told = {"person": world.record, "by": world.eve}
    Assessment.objects.create(case={}, result=result(), version="0", made_at=NOW, words="Not released yet.", **told)
    Order.objects.create(kind="mri", indication="x", ordered_at=NOW, **told)
    Medicine.objects.create(
        person=world.record, kind="allergy", name="Penicillin\n## Diagnosis", told_by=world.alice, told_at=NOW
    )
    answer = sign_in(world.eve).post(f"/care/of/{world.record.pk}/documents/draft/", {"kind": "letter"}, follow=True)

    body = Document.objects.get().body
    assert "Hemifacial spasm is most likely: 97 % (90 to > 99 %). ICD-10-CM G51.32." in body
    assert "Synkinesis: not assessable (the video could not tell)." in body
    assert "MRI of the posterior fossa ordered on 1 June 2026." in body
    assert "- Allergy: Penicillin ## Diagnosis (as told, not reconciled)" in body
    assert "Not released yet." not in body
    assert "Dear colleague," in text_of(answer)


def test_a_referral_says_what_the_surgeon_would_miss(world: World) -> None:
    found = writing.begin(world.record, "referral")

    assert isinstance(found, writing.Begun)
    assert "No scan is on record." in found.body
    assert "No audiogram with speech discrimination is on record" in found.body


@pytest.mark.parametrize(
    ("kind", "why"), [("report", "No film"), ("packet", "Choose"), ("", "Choose"), ("x\0", "Choose")]
)
def test_what_cannot_be_drafted_says_why_and_makes_nothing(world: World, sign_in: Any, kind: str, why: str) -> None:
    answer = sign_in(world.eve).post(f"/care/of/{world.record.pk}/documents/draft/", {"kind": kind}, follow=True)

    assert why in text_of(answer)
    assert not Document.objects.exists()


def test_a_neurologist_signs_and_nobody_else(world: World) -> None:
    found = begun(world)

    for by in (world.nora, world.alice, world.dana):
        assert isinstance(actions.sign(document=found, by=by, now=NOW), Refused)
        assert isinstance(actions.write(document=found, by=by, title="x", recipient="", body="x", now=NOW), Refused)
    found.refresh_from_db()
    assert (found.signed_at, found.title) == (None, "Clinic letter")


def test_an_empty_letter_is_not_signed(world: World) -> None:
    assert isinstance(actions.sign(document=begun(world, body=" \n"), by=world.eve, now=NOW), Refused)


def test_what_is_signed_stays_whoever_tries(world: World) -> None:
    found = signed(world)
    said = {"title": "Other", "recipient": "", "body": "Other"}

    assert isinstance(actions.write(document=found, by=world.eve, now=LATER, **said), Refused)
    assert isinstance(actions.discard(document=found, by=world.eve), Refused)
    assert isinstance(actions.sign(document=found, by=world.eve, now=LATER), Refused)


@pytest.mark.parametrize("changed", [{"body": "Other"}, {"title": "Other"}, {"facts": {}}, {"signed_at": None}])
def test_the_database_itself_refuses_to_change_what_is_signed(world: World, changed: dict[str, Any]) -> None:
    found = signed(world)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Document.objects.filter(pk=found.pk).update(**changed)
    Document.objects.filter(pk=found.pk).update(shared_at=LATER)


def test_a_correction_is_a_new_version_and_both_are_kept(world: World, sign_in: Any) -> None:
    first = signed(world)
    second = actions.amend(document=first, by=world.eve, now=LATER)
    assert isinstance(second, Document)
    assert isinstance(actions.amend(document=first, by=world.eve, now=LATER), Refused)
    eve = sign_in(world.eve)
    assert "A new version is being written" in text_of(eve.get(f"/care/documents/{first.pk}/"))

    actions.write(document=second, by=world.eve, title="Clinic letter", recipient="", body="Corrected.", now=LATER)
    actions.sign(document=second, by=world.eve, now=LATER)
    assert "There is a newer version" in text_of(eve.get(f"/care/documents/{first.pk}/"))
    assert "A scan." in text_of(eve.get(f"/care/documents/{first.pk}/"))
    assert "superseded" in text_of(eve.get(f"/care/of/{world.record.pk}/documents/"))


def test_a_version_thrown_away_leaves_room_for_another(world: World) -> None:
    first = signed(world)
    second = actions.amend(document=first, by=world.eve, now=LATER)
    assert isinstance(second, Document)
    assert actions.discard(document=second, by=world.eve) is None

    first = Document.objects.get(pk=first.pk)
    assert isinstance(actions.amend(document=first, by=world.eve, now=LATER), Document)


def test_the_patient_reads_what_is_signed_and_shared(
    world: World, sign_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    found, alice = begun(world), sign_in(world.alice)
    path = f"/care/documents/{found.pk}/"
    assert isinstance(actions.share(document=found, by=world.eve, now=NOW), Refused)
    assert alice.get(path).status_code == 404
    actions.sign(document=found, by=world.eve, now=NOW)
    assert alice.get(path).status_code == 404
    assert "Clinic letter" not in text_of(alice.get(f"/care/of/{world.record.pk}/documents/"))

    with django_capture_on_commit_callbacks(execute=True):
        actions.share(document=found, by=world.eve, now=LATER)
        actions.share(document=found, by=world.eve, now=LATER)
    assert "A scan." in text_of(alice.get(path))
    assert "Clinic letter" in text_of(alice.get(f"/care/of/{world.record.pk}/documents/"))
    assert [sent.to for sent in mail.outbox] == [[world.alice.email]]
    assert path in mail.outbox[0].body
    assert "scan" not in mail.outbox[0].body


def test_a_patient_sees_no_way_to_a_version_that_is_not_shared(world: World, sign_in: Any) -> None:
    first = signed(world)
    actions.share(document=first, by=world.eve, now=NOW)
    second = actions.amend(document=first, by=world.eve, now=LATER)
    assert isinstance(second, Document)
    actions.sign(document=second, by=world.eve, now=LATER)

    assert str(second.pk) not in text_of(sign_in(world.alice).get(f"/care/documents/{first.pk}/"))


def test_what_is_done_with_a_letter_is_in_the_log(world: World) -> None:
    found = begun(world)
    actions.write(document=found, by=world.eve, title="Letter", recipient="", body="x", now=NOW)
    actions.sign(document=found, by=world.eve, now=NOW)
    actions.share(document=found, by=world.eve, now=NOW)

    verbs = Event.objects.filter(thing=found.pk, kind="document").order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["drafted", "wrote", "signed", "shared"]


def test_signing_asks_for_a_fresh_proof(world: World, sign_in: Any) -> None:
    found, eve = begun(world), sign_in(world.eve)
    session = eve.session
    told = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 3600} for one in told]
    session.save()
    answer = eve.post(f"/care/documents/{found.pk}/sign/")

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    found.refresh_from_db()
    assert found.signed_at is None


def test_a_bad_text_is_shown_again_with_what_was_typed(world: World, sign_in: Any) -> None:
    found = begun(world)
    said = {"title": "", "recipient": "Dr A. <Example>", "body": "Kept words"}
    text = text_of(sign_in(world.eve).post(f"/care/documents/{found.pk}/edit/", said))

    assert "Give it a title" in text
    assert "Kept words" in text
    assert "Dr A. &lt;Example&gt;" in text
    found.refresh_from_db()
    assert found.title == "Clinic letter"


def test_nothing_that_is_typed_becomes_markup(world: World, sign_in: Any) -> None:
    bad = "<img src=x onerror=alert(1)>"
    found = begun(world, title=bad, body=f"## {bad}\n\n- {bad}\n\n{bad}", recipient=bad)

    assert "<img" not in text_of(sign_in(world.eve).get(f"/care/documents/{found.pk}/"))
    assert "<img" not in documents.html(found)


def test_the_name_under_a_letter_outlives_the_account(world: World) -> None:
    found = signed(world)
    Document.objects.filter(pk=found.pk).update(signed_by=None)

    assert documents.sheet(Document.objects.get(pk=found.pk)).signed == "Eve Example, signed on 1 June 2026"


def test_the_pdf_is_tagged_with_title_and_language_and_says_draft_until_it_is_signed(world: World) -> None:
    pypdf = pytest.importorskip("pypdf")
    try:
        pdf.check()
    except pdf.PdfMissing as missing:
        pytest.skip(str(missing))
    found = begun(world, body="text\n\n" * 60, recipient="Dr A. Example, Example House")
    read = pypdf.PdfReader(BytesIO(documents.paper(found)))
    catalog, first = read.trailer["/Root"], read.pages[0].extract_text()
    assert (catalog["/Lang"], bool(catalog["/MarkInfo"]["/Marked"]), "/StructTreeRoot" in catalog) == ("en", True, True)
    assert read.metadata.title == "Clinic letter · Alice Example · draft"
    assert "Example Neurology Practice" in first
    assert len(read.pages) > 1
    for number, page in enumerate(read.pages, 1):
        text = page.extract_text()
        assert "Alice Example, born 1 January 1970" in text
        assert f"Page {number} of {len(read.pages)}" in text
        assert "DRAFT" in text

    done = actions.sign(document=found, by=world.eve, now=NOW)
    assert isinstance(done, Document)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(documents.paper(done))).pages)
    assert "DRAFT" not in text
    assert re.search(r"Eve Example,\s+signed\s+on\s+1\s+June\s+2026", text)


def test_without_what_writes_pdfs_the_page_says_so_and_stays(
    world: World, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(html: str) -> bytes:
        raise pdf.PdfMissing("WeasyPrint does not find Pango")

    monkeypatch.setattr(documents, "pdf", missing)
    found = begun(world)
    answer = sign_in(world.eve).get(f"/care/documents/{found.pk}/paper.pdf", follow=True)

    assert "No PDF can be made here: WeasyPrint does not find Pango." in text_of(answer)
    assert "Dear colleague," in text_of(answer)
