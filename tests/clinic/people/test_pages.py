"""What the pages show to whom, and what they do not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from facialis_clinic.people import actions
from facialis_clinic.people.models import CareTeam, Consent, Person, Proxy
from facialis_clinic.people.wording import current
from tests.clinic.conftest import World


def page(browser: Client, path: str, **form: str) -> str:
    answer = browser.post(path, form, follow=True) if form else browser.get(path, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_lands_on_the_first_page_of_their_role(world: World, sign_in: Any) -> None:
    first = {role: sign_in(user).get("/people/")["Location"] for role, user in world.by_role().items()}

    assert first == {
        "patient": "/chart/mine/",
        "proxy": "/chart/mine/",
        "neurologist": "/chart/",
        "nurse": "/chart/",
        "front_desk": "/people/list/",
        "administrator": "/account/staff/",
    }


def test_a_list_names_the_own_people_alone(world: World, sign_in: Any) -> None:
    seen = {name: page(sign_in(getattr(world, name)), "/people/list/") for name in ("eve", "frank", "bob", "dana")}

    assert {name: "Alice Example" in text for name, text in seen.items()} == {
        "eve": True, "frank": False, "bob": True, "dana": True,
    }  # fmt: skip
    assert [name for name, text in seen.items() if "Charlie Example" in text] == ["dana"]


def test_the_front_desk_sees_contacts_and_nothing_clinical(world: World, sign_in: Any) -> None:
    text = page(sign_in(world.dana), f"/people/{world.record.pk}/")

    assert "Telephone" in text
    assert "Eve Example" in text
    for word in ("videos", "Videos", "allowed", "emergency", "acts for"):
        assert word not in text.split('id="main"')[1].split("</main>")[0]


def test_the_desk_finds_by_the_beginning_of_any_name_page_by_page(world: World, sign_in: Any) -> None:
    for n in range(30):
        Person.objects.create(name=f"Invented Zed{n:02d}", born=date(1960, 1, 1))
    dana = sign_in(world.dana)

    assert "Alice Example" in page(dana, "/people/list/", begins="ali")
    assert "Alice Example" not in page(dana, "/people/list/", begins="lice")
    first = page(dana, "/people/list/", begins="ZED")
    second = page(dana, "/people/list/", begins="zed", page="2")
    assert ("Zed24" in first, "Zed25" in first, "Zed25" in second) == (True, False, True)
    assert "Nobody's name begins so" in page(dana, "/people/list/", begins="%")


def test_a_patient_gives_and_takes_back_without_a_script(world: World, sign_in: Any) -> None:
    alice, path = sign_in(world.alice), f"/people/{world.record.pk}/consents/"

    page(alice, path, use="teaching", say="yes", words_version=current("teaching").id)
    assert Consent.objects.filter(use="teaching", withdrawn_at=None).exists()
    page(alice, path, use="teaching", say="no")
    assert not Consent.objects.filter(use="teaching", withdrawn_at=None).exists()


def test_what_is_wrong_is_said_and_what_was_typed_stays(world: World, sign_in: Any) -> None:
    text = page(sign_in(world.dana), "/people/register/", name="Invented Person", born="31 31 31", phone="0123")

    assert "Write the date of birth with day, month and year." in text
    assert 'value="Invented Person"' in text


def test_whoever_is_invited_reads_it_and_accepts(world: World, sign_in: Any) -> None:
    now = timezone.now()
    asked = actions.invite_proxy(
        person=world.record, email=world.charlie.email, may_share=False, by=world.alice,
        words_version=current("proxy").id, now=now,
    )  # fmt: skip
    assert isinstance(asked, Proxy)
    charlie = sign_in(world.charlie)

    assert f"/people/invitation/{asked.pk}/" in page(charlie, "/people/me/")
    text = page(charlie, f"/people/invitation/{asked.pk}/", say="yes")
    assert "You can act for them now." in text
    assert "Care team" in text


def test_the_hour_of_broken_glass_is_opened_from_a_search(world: World, sign_in: Any) -> None:
    frank = sign_in(world.frank)
    found = page(frank, "/people/find/", name="charlie example", born="1970-01-01")
    assert f"/people/{world.other.pk}/emergency/" in found
    assert "Videos" not in found

    text = page(frank, f"/people/{world.other.pk}/emergency/", reason="Came in and cannot speak, what was given?")

    assert "Care team" in text
    assert "emergency" in page(frank, "/people/list/")


def test_whoever_is_taken_off_the_team_loses_the_open_page_at_the_next_click(world: World, sign_in: Any) -> None:
    eve, path = sign_in(world.eve), f"/people/{world.record.pk}/"
    assert eve.get(path).status_code == 200
    member = CareTeam.objects.get(staff=world.eve)
    page(sign_in(world.dana), f"{path}team/{member.pk}/end/", sent="1")

    assert eve.get(path).status_code == 404


def test_a_name_is_shown_as_text_whatever_stands_in_it(world: World, sign_in: Any) -> None:
    Person.objects.filter(pk=world.record.pk).update(name="<script>alert(1)</script>")

    assert "<script>alert" not in page(sign_in(world.eve), "/people/list/")
    assert "<script>alert" not in page(sign_in(world.eve), f"/people/{world.record.pk}/")
