"""The clinician's pages: what is to be done, the chart, findings by hand, the weighing and its release."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facialis_clinic.audit.models import Event
from facialis_clinic.care.models import Alarm, Document, Order, Plan
from facialis_clinic.chart import timeline, work
from facialis_clinic.chart.actions import assess_now, put_down, release, seen, withdraw
from facialis_clinic.chart.models import Assessment, Look, Remark
from facialis_clinic.intake.models import Circumstance, Entry, Interview, Medicine, Scale
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import BreakGlass, CareTeam
from facialis_clinic.recordings.models import Measurement
from tests.clinic.care.treated import session
from tests.clinic.chart import answers, examined
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture
def eve(world: World, sign_in: Any) -> Client:
    client: Client = sign_in(world.eve)
    return client


def told(world: World, *findings: dict[str, str], at: Any = NOW) -> Interview:
    saved = {"age": 56, "sex": "female", "findings": list(findings)}
    return Interview.objects.create(
        person=world.record, by=world.alice, saved=saved, begun_at=at, touched_at=at, finished_at=at
    )


def listed(world: World, *, user: Any = None, now: Any = LATER) -> list[tuple[str, str]]:
    return [(line.part, line.what) for line in work.lines_of(user or world.eve, now=now)]


def weigh(world: World, *, now: Any = LATER) -> Assessment:
    made = assess_now(person=world.record, by=world.eve, now=now)
    assert isinstance(made, Assessment)
    return made


def body(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_anything_to_do_the_list_says_so(world: World, eve: Client) -> None:
    assert "Nothing waits and nothing is new" in body(eve, "chart:work")


def test_what_was_told_and_filmed_is_new_and_waits_to_be_weighed(world: World) -> None:
    told(world)
    answers.measured(world.record, now=NOW)

    assert set(listed(world)) == {
        ("waits", "Something new to be weighed"), ("news", "A film was measured"), ("news", "Told the story")
    }  # fmt: skip


def test_a_patient_of_somebody_else_is_on_no_list_of_mine(world: World) -> None:
    answers.answer_to(world.other, by=world.frank, now=NOW)
    told(world)

    assert listed(world, user=world.frank) == []
    assert {line.person_id for line in work.lines_of(world.eve, now=LATER)} == {world.record.pk}


def test_who_has_left_the_team_has_no_list_any_more(world: World) -> None:
    told(world)
    CareTeam.objects.filter(staff=world.eve).update(until=NOW)
    assert listed(world) == []


def test_what_is_seen_leaves_the_list_and_what_waits_stays(world: World) -> None:
    told(world)
    seen(people=[world.record], by=world.eve, until=LATER)

    assert listed(world) == [("waits", "Something new to be weighed")]
    # Somebody else has not seen it.
    assert ("news", "Told the story") in listed(world, user=world.nora)
    Entry.objects.create(
        person=world.record, day=date(2026, 6, 3), side="left", severity=4, written_at=LATER + timedelta(1)
    )
    assert ("news", "Wrote in the diary: 1 line") in listed(world, now=LATER + timedelta(days=2))


def test_the_button_clears_what_was_shown_and_nothing_that_came_after(world: World, eve: Client) -> None:
    told(world)
    given = {"person": [str(world.record.pk), str(world.other.pk), "x"], "until": NOW.isoformat()}
    assert eve.post(reverse("chart:seen"), given).status_code == 302

    assert [(look.person, look.until) for look in Look.objects.all()] == [(world.record, NOW)]
    assert Event.objects.filter(verb="saw", kind="news", subject=world.record.pk).exists()


def test_everything_that_waits_for_somebody_has_its_line(world: World) -> None:
    answers.answer_to(world.record, by=world.eve, now=LATER)
    given = {"person": world.record, "by": world.eve}
    Document.objects.create(kind="letter", title="To Dr Example", made_at=NOW, **given)
    Order.objects.create(kind="mri", indication="x", ordered_at=NOW, **given)
    Plan.objects.create(state="ready", day=date(2026, 7, 1), plan={}, made_at=NOW, **given)
    Medicine.objects.create(person=world.record, kind="medicine", name="aspirin", told_at=NOW)
    Alarm.objects.create(
        person=world.record,
        code="x",
        side="left",
        urgency="soon",
        told={"title": "Wears off early"},
        raised_on=NOW.date(),
    )

    lines = {what: part for part, what in listed(world)}
    assert lines == {
        "An answer to be released": "waits", "Not signed: To Dr Example": "waits",
        "No answer yet: magnetic resonance imaging": "waits", "Injections are planned for 1 July 2026": "waits",
        "Medicines not gone through: 1": "waits", "Wears off early": "worse", "A film was measured": "news",
    }  # fmt: skip


def test_a_nurse_sees_what_a_nurse_can_do(world: World) -> None:
    answers.answer_to(world.record, by=world.eve, now=NOW)
    told(world, at=LATER)
    Medicine.objects.create(person=world.record, kind="medicine", name="aspirin", told_at=NOW)

    waits = [what for part, what in listed(world, user=world.nora) if part == "waits"]
    assert waits == ["Medicines not gone through: 1"]


def test_a_red_flag_of_the_story_stands_first_until_the_answer_is_released(world: World) -> None:
    told(world, {"code": "limb_speech_deficit", "state": "present", "source": "patient"})
    assert listed(world)[0] == ("flags", "New deficit of limb, tongue or speech")

    made = weigh(world)
    assert listed(world)[0] == ("flags", "New deficit of limb, tongue or speech")

    release(assessment=made, words="", by=world.eve, now=LATER)
    assert "flags" not in {part for part, _ in listed(world)}


def test_thoughts_of_self_harm_stand_among_the_red_flags(world: World) -> None:
    urgent = {"urgent": [{"code": "suicidal_thoughts", "urgency": "emergency", "action": "x", "plain_action": "y"}]}
    Scale.objects.create(person=world.record, name="phq_9", result=urgent, answered_at=NOW)
    assert ("flags", "Thoughts of self-harm were told") in listed(world)


def test_a_long_part_is_cut_and_turned_by_pages(world: World, eve: Client) -> None:
    for n in range(40):
        Document.objects.create(
            person=world.record, kind="letter", title=f"Letter {n}", made_at=NOW - timedelta(days=n), by=world.eve
        )
    first = body(eve, "chart:work")
    assert first.count("Not signed") == work.FEW
    assert "Letter 39<" in first
    assert "All 40" in first
    assert body(eve, "chart:work", query="?part=waits&page=2").count("Not signed") == 10


def test_each_line_leads_to_a_page_that_opens(world: World, eve: Client) -> None:
    told(world, {"code": "limb_speech_deficit", "state": "present", "source": "patient"}, at=LATER)
    answers.answer_to(world.record, by=world.eve, now=NOW)
    Measurement.objects.update(result=examined.kept()[1])
    Entry.objects.create(person=world.record, day=date(2026, 6, 1), side="left", severity=4, written_at=LATER)

    for line in work.lines_of(world.eve, now=LATER):
        assert eve.get(line.url).status_code == 200, line


def test_the_work_list_asks_the_database_rarely(world: World, eve: Client, django_assert_max_num_queries: Any) -> None:
    told(world)
    answers.answer_to(world.record, by=world.eve, now=NOW)
    with django_assert_max_num_queries(12):
        body(eve, "chart:work")


def test_the_chart_says_first_what_must_not_be_overlooked(world: World, eve: Client) -> None:
    told(world, {"code": "limb_speech_deficit", "state": "present", "source": "patient"})
    Medicine.objects.create(person=world.record, kind="allergy", name="penicillin", told_at=NOW)
    Medicine.objects.create(person=world.record, kind="medicine", name="Apixaban 5 mg", told_at=NOW)
    for code in ("pregnancy", "mri_done"):
        Circumstance.objects.create(person=world.record, code=code, state="present", told_at=NOW)
    page = body(eve, "chart:person", world.record.pk)

    heads = ("<h1>Alice Example", "Allergy: penicillin", ">Pregnancy<", ">Anticoagulant<", "New deficit of limb")
    places = [page.index(word) for word in (*heads, "Not weighed yet")]
    assert sorted(places) == places
    assert "MRI with thin" not in page


def test_a_told_side_against_a_filmed_one_is_said_loudly(world: World, eve: Client) -> None:
    told(world, {"code": "involuntary_movement", "state": "present", "side": "right", "source": "patient"})
    film = answers.measured(world.record, now=NOW)
    film.result["findings"][0]["side"] = "left"
    film.save()
    made = weigh(world)

    for name, key in (("chart:person", world.record.pk), ("chart:assessment", made.pk), ("chart:release", made.pk)):
        page = body(eve, name, key)
        assert "do not agree" in page
        assert "patient: right" in page
        assert "video: left" in page


def test_the_chart_shows_probabilities_with_intervals_and_what_speaks_for_and_against(
    world: World, eve: Client
) -> None:
    answers.answer_to(world.record, by=world.eve, now=NOW)
    page = body(eve, "chart:person", world.record.pk)

    assert "Hemifacial spasm" in page
    assert re.search(r"<b>\d+\xa0%</b> <span class=\"quiet\">\d+ to \d+\xa0%", page)
    assert re.search(r"[+−]\d\.\d\d", page)
    assert "elicited" in page
    assert "bits expected" in page
    assert "style=" not in page
    assert len(page.encode()) < 60_000


def test_what_came_since_the_last_weighing_is_said_with_the_button_to_weigh_anew(world: World, eve: Client) -> None:
    weigh(world, now=NOW)
    assert "Weigh anew" not in body(eve, "chart:person", world.record.pk)

    told(world, at=LATER)
    page = body(eve, "chart:person", world.record.pk)
    assert "Since the last weighing the story was told or changed" in page
    assert "Weigh anew" in page


def test_a_nurse_reads_the_chart_and_is_offered_no_decision(world: World, sign_in: Any) -> None:
    told(world)
    answers.answer_to(world.record, by=world.eve, now=NOW - timedelta(days=1))
    page = body(sign_in(world.nora), "chart:person", world.record.pk)
    assert "Weigh anew" not in page
    assert "Release to the patient" not in page


def fill(world: World, many: int) -> None:
    for n in range(many):
        Order.objects.create(
            person=world.record, kind="emg", state="done", indication="x", by=world.eve,
            ordered_at=NOW - timedelta(days=2 * n), ended_at=NOW - timedelta(days=2 * n - 1),
        )  # fmt: skip


def test_the_timeline_tells_all_kinds_by_one_query(world: World, django_assert_num_queries: Any) -> None:
    told(world)
    answers.released_answer(world.record, by=world.eve, now=NOW)
    put_down(person=world.record, code="ear_click", state="present", side="left", reason="", by=world.eve, now=NOW)
    for day in (1, 2, 30):
        Entry.objects.create(person=world.record, day=date(2026, 4, day), side="left", severity=day % 7, written_at=NOW)
    fill(world, 1)
    record = world.record
    with django_assert_num_queries(1):
        found = timeline.timeline(record, for_patient=False, page=1)

    kinds = [one.kind for one in found]
    assert set(kinds) == {
        "interview", "recording", "measurement", "assessment", "release", "finding", "diary", "order", "order_end"
    }  # fmt: skip
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    diary = next(one for one in found if one.kind == "diary")
    assert (diary.title, diary.detail) == ("Diary: 3 days this month", "severity 1 to 2 of 10")
    weighed = next(one for one in found if one.kind == "assessment")
    assert re.match(r"Hemifacial spasm \d+", weighed.detail)
    measured = next(one for one in found if one.kind == "measurement")
    assert measured.detail == "2.2 spasms a minute (0.3 to 7.9), left side"


def test_the_patients_timeline_holds_nothing_of_an_answer_before_its_release(world: World) -> None:
    answer = answers.answer_to(world.record, by=world.eve, now=NOW)
    put_down(person=world.record, code="ear_click", state="present", side="left", reason="", by=world.eve, now=NOW)
    Document.objects.create(
        person=world.record, kind="letter", title="Secret", made_at=NOW, signed_at=NOW, by=world.eve
    )
    assert [one.kind for one in timeline.timeline(world.record, for_patient=True, page=1)] == ["recording"]

    release(assessment=answer, words="", by=world.eve, now=LATER)
    found = timeline.timeline(world.record, for_patient=True, page=1)
    assert {(one.kind, one.title) for one in found} == {
        ("release", "Your answer was opened for you"), ("recording", "Sent a film")
    }  # fmt: skip
    withdraw(assessment=answer, by=world.eve, now=LATER)
    assert [one.kind for one in timeline.timeline(world.record, for_patient=True, page=1)] == ["recording"]


def test_a_day_is_the_day_of_the_practices_clock(world: World) -> None:
    """A session of 1 June stands at 1 June far west of Greenwich and far east of it."""
    day = NOW.date()
    session(world.record, day)
    Entry.objects.create(person=world.record, day=day, side="left", severity=4, written_at=NOW)

    for zone in ("Pacific/Honolulu", "America/New_York", "Pacific/Auckland"):
        with timezone.override(zone):
            found = timeline.timeline(world.record, for_patient=False, page=1)
            assert {timezone.localdate(one.at) for one in found if one.whole_day} == {day}


def test_the_timeline_is_filtered_and_turned(world: World, eve: Client) -> None:
    fill(world, 15)
    told(world)
    first = timeline.turned(world.record, for_patient=False, page=1)
    assert (len(first.moments), first.older, first.newer) == (timeline.A_PAGE, 2, None)
    second = timeline.turned(world.record, for_patient=False, page=2)
    assert (len(second.moments), second.older, second.newer) == (11, None, 1)

    page = body(eve, "chart:person", world.record.pk, query="?show=told&page=x")
    assert "Told the story" in page
    assert "Ordered: electromyography" not in page


def test_findings_are_found_by_word_and_show_what_is_known(world: World, eve: Client) -> None:
    told(world, {"code": "ear_click", "state": "present", "side": "left", "source": "patient"})
    page = body(eve, "chart:findings", world.record.pk, query="?q=click")
    assert "told: present, left" in page
    assert "Other Babinski sign" not in page
    assert "No finding has these words" in body(eve, "chart:findings", world.record.pk, query="?q=elephant")


def test_overruling_without_a_reason_shows_the_form_again_with_what_was_typed(world: World, eve: Client) -> None:
    told(world, {"code": "ear_click", "state": "present", "side": "left", "source": "patient"})
    where = reverse("chart:findings", args=[world.record.pk])
    page = eve.post(where, {"code": "ear_click", "state": "absent", "side": "none"}).content.decode()
    assert "This overrules what stands (patient: present, left). Say why." in page
    assert re.search(r'value="absent"[^>]*checked', page)
    assert not Remark.objects.exists()


def test_a_finding_by_hand_is_weighed_at_once_and_what_moved_is_said(world: World, eve: Client) -> None:
    told(world, {"code": "strictly_unilateral", "state": "present", "side": "left", "source": "patient"})
    weigh(world, now=NOW)
    where = reverse("chart:findings", args=[world.record.pk])
    data = {"code": "other_babinski_sign", "state": "present", "side": "left", "reason": ""}
    page = eve.post(where, data, follow=True).content.decode()

    assert "all was weighed anew" in page
    assert re.search(r"Hemifacial spasm: \d+.%? before, \d+", page.replace("\xa0", " "))
    assert Assessment.objects.count() == 2

    remark = Remark.objects.get()
    page = eve.post(reverse("chart:finding_withdraw", args=[world.record.pk, remark.pk]), follow=True).content.decode()
    assert "taken back" in page


def test_a_remark_of_another_record_cannot_be_taken_back_through_ones_own(world: World, eve: Client) -> None:
    given = {"state": "present", "side": "left", "at": NOW, "by": world.frank}
    other = Remark.objects.create(person=world.other, code="ear_click", **given)
    assert eve.post(reverse("chart:finding_withdraw", args=[world.record.pk, other.pk])).status_code == 404
    other.refresh_from_db()
    assert other.withdrawn_at is None


def test_the_whole_weighing_shows_sources_gaps_and_what_was_overruled(world: World, eve: Client) -> None:
    told(world, {"code": "ear_click", "state": "present", "side": "left", "source": "patient"})
    given = {"side": "none", "reason": "It is the jaw", "by": world.eve, "now": NOW}
    put_down(person=world.record, code="ear_click", state="absent", **given)
    page = body(eve, "chart:assessment", weigh(world).pk)
    assert "It is the jaw" in page
    assert "sources" in page
    assert "Facialis" in page
    assert "style=" not in page
    assert len(page.encode()) < 60_000


def test_the_preview_of_a_release_is_what_the_patient_then_reads(world: World, eve: Client, sign_in: Any) -> None:
    one = answers.answer_to(world.record, by=world.eve, now=NOW)
    preview = (
        body(eve, "chart:release", one.pk)
        .partition("What the patient will read</h2>")[2]
        .partition("</section></div>")[0]
    )
    eve.post(reverse("chart:release", args=[one.pk]), {"words": ""})
    page = body(sign_in(world.alice), "chart:result", world.record.pk, one.pk)

    said = [text.strip() for text in re.sub(r"<[^>]+>", "\n", preview).split("\n") if text.strip()]
    assert len(said) > 20
    assert [text for text in said if text not in re.sub(r"<[^>]+>", "\n", page)] == []


def test_a_release_opens_answer_and_films_and_mails_a_link_only(
    world: World, eve: Client, django_capture_on_commit_callbacks: Any
) -> None:
    one = answers.answer_to(world.record, by=world.eve, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        eve.post(reverse("chart:release", args=[one.pk]), {"words": "  Come and see me.  "})

    one.refresh_from_db()
    assert (one.words, one.released_by) == ("Come and see me.", world.eve)
    assert Measurement.objects.get().released_by == world.eve
    assert [message.to for message in mail.outbox] == [[world.alice.email]]
    assert reverse("chart:result", args=[world.record.pk, one.pk]) in mail.outbox[0].body
    assert "spasm" not in mail.outbox[0].body.lower()


def test_words_that_are_too_long_are_kept_on_the_page_and_nothing_is_released(world: World, eve: Client) -> None:
    one = answers.answer_to(world.record, by=world.eve, now=NOW)
    page = eve.post(reverse("chart:release", args=[one.pk]), {"words": "x" * 4001}).content.decode()
    assert "x" * 4001 in page
    one.refresh_from_db()
    assert one.released_at is None


def test_an_answer_taken_back_is_closed_to_the_patient_and_stays_in_the_log(
    world: World, eve: Client, sign_in: Any
) -> None:
    one = answers.released_answer(world.record, by=world.eve, now=NOW)
    eve.post(reverse("chart:withdraw", args=[one.pk]))

    assert sign_in(world.alice).get(reverse("chart:result", args=[world.record.pk, one.pk])).status_code == 404
    assert Event.objects.filter(verb="took_back", kind="assessment", thing=one.pk).exists()
    one.refresh_from_db()
    again = release(assessment=one, words="", by=world.eve, now=LATER)
    assert isinstance(again, Refused)
    assert "taken back" in again.why


def test_only_a_neurologist_releases_and_takes_back(world: World) -> None:
    one = answers.released_answer(world.record, by=world.eve, now=NOW)
    assert isinstance(release(assessment=one, words="", by=world.nora, now=NOW), Refused)
    assert isinstance(withdraw(assessment=one, by=world.nora, now=NOW), Refused)


def test_from_the_work_list_to_a_released_result_takes_at_most_six_clicks(world: World, eve: Client) -> None:
    """Each link and each button is a click; a film is looked at on the way."""
    told(world, {"code": "strictly_unilateral", "state": "present", "side": "left", "source": "patient"})
    answers.measured(world.record, now=NOW)
    clicks = []

    def link(page: str, there: str) -> str:
        assert there in LINK.findall(page), there
        clicks.append(there)
        return eve.get(there).content.decode()

    def button(page: str, there: str, follow: str = "") -> str:
        assert f'action="{there}"' in page or not follow
        clicks.append(there)
        return eve.post(there, {"words": "Come and see me."}, follow=True).content.decode()

    page = body(eve, "chart:work")
    page = link(page, reverse("chart:person", args=[world.record.pk]))
    page = button(page, reverse("chart:assess", args=[world.record.pk]), "action")
    one = Assessment.objects.get()
    page = link(page, reverse("chart:release", args=[one.pk]))
    page = button(page, reverse("chart:release", args=[one.pk]))

    assert "can read the answer now" in page
    assert len(clicks) == 4


def test_who_opened_the_record_in_an_emergency_reads_the_chart_and_decides_nothing(world: World, sign_in: Any) -> None:
    now = timezone.now()
    given = {"reason": "Brought in unconscious", "begins_at": now, "ends_at": now + timedelta(hours=1)}
    BreakGlass.objects.create(person=world.record, staff=world.frank, **given)
    told(world)
    frank = sign_in(world.frank)

    assert "Weigh what is known" not in body(frank, "chart:person", world.record.pk)
    assert frank.post(reverse("chart:assess", args=[world.record.pk])).status_code == 404
    assert not Assessment.objects.exists()
    assert Event.objects.filter(verb="read", kind="chart", actor=world.frank.pk, subject=world.record.pk).exists()


def test_the_list_of_patients_leads_a_clinician_to_the_chart(world: World, eve: Client) -> None:
    assert reverse("chart:person", args=[world.record.pk]) in LINK.findall(body(eve, "people:list"))
    assert reverse("chart:person", args=[world.record.pk]) in LINK.findall(body(eve, "people:person", world.record.pk))
