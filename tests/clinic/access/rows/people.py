"""Records of people: patient, proxy and team; contacts at the desk; deletions at the administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from facialis_clinic.people.models import CareTeam, DeletionRequest, Person, Proxy
from facialis_clinic.people.wording import current
from tests.clinic.access.row import NOWHERE, SIGNED_IN, Row
from tests.clinic.conftest import World

OUTSIDE = {"patient": "page", "proxy": "page"}
CLINICIANS = {"neurologist": "page", "nurse": "page"}
RECORD = {"patient": "own", "proxy": "own", "neurologist": "own", "nurse": "own"}


def whose_record(world: World, whose: str) -> Person | None:
    return {"own": world.record, "other": world.other}.get(whose)


def person(world: World, whose: str) -> dict[str, Any]:
    """Alice's record, Charlie's, nobody's."""
    record = whose_record(world, whose)
    return {"person_id": record.pk if record else NOWHERE}


def proxy(world: World, whose: str) -> dict[str, Any]:
    record = whose_record(world, whose)
    if record is None:
        return {"person_id": NOWHERE, "proxy_id": NOWHERE}
    one, _ = Proxy.objects.get_or_create(
        person=record, user=world.bob, defaults={"email": world.bob.email, "given_at": timezone.now()}
    )
    if whose == "other":  # Bob acts for Alice alone: Charlie's proxy is somebody whom the matrix does not ask
        one.user, one.email = world.charlie, world.charlie.email
        one.save()
    return {"person_id": record.pk, "proxy_id": one.pk}


def member(world: World, whose: str) -> dict[str, Any]:
    record = whose_record(world, whose)
    if record is None:
        return {"person_id": NOWHERE, "member_id": NOWHERE}
    one, _ = CareTeam.objects.get_or_create(
        person=record, staff=world.eve if whose == "own" else world.frank, defaults={"since": timezone.now()}
    )
    return {"person_id": record.pk, "member_id": one.pk}


def invitation(world: World, whose: str) -> dict[str, Any]:
    """Own is Bob's, the proxy's; other was sent to Charlie."""
    if whose == "missing":
        return {"proxy_id": NOWHERE}
    now = timezone.now()
    guest, host = (world.bob, world.other) if whose == "own" else (world.charlie, world.record)
    one, _ = Proxy.objects.get_or_create(
        person=host,
        email=guest.email,
        user=None,
        defaults={"given_at": now - timedelta(days=1), "accept_until": now + timedelta(days=7)},
    )
    return {"proxy_id": one.pk}


def request(world: World, whose: str) -> dict[str, Any]:
    record = whose_record(world, whose)
    if record is None:
        return {"request_id": NOWHERE}
    one, _ = DeletionRequest.objects.get_or_create(person=record, defaults={"asked_at": timezone.now()})
    return {"request_id": one.pk}


def says(use: str, say: str) -> dict[str, str]:
    return {"use": use, "say": say, "words_version": current(use).id}


INVITE = {"email": "guest@example.org", "words_version": current("proxy").id}
WHO = {"name": "Invented Example", "born": "1960-02-03", "phone": "01 23"}
CHILD = {"name": "Invented Child", "born": "2020-02-03", "phone": "", "is_parent": "on"}
REASON = {"reason": "Came in with a weak arm and cannot speak, we need to know what was given."}
EMERGENCY = {"neurologist": "all", "nurse": "all"}
DESK = {"front_desk": "all"}
CONTACT = RECORD | DESK

ROWS = {
    "people:home": Row(SIGNED_IN, ok=(302,)),
    "people:mine": Row(OUTSIDE),
    "people:open": Row(OUTSIDE),
    "people:open post": Row(OUTSIDE, method="post", data=WHO),
    "people:open_child": Row(OUTSIDE),
    "people:open_child post": Row(OUTSIDE, method="post", data=CHILD),
    "people:join": Row(OUTSIDE),
    "people:join post": Row(OUTSIDE, method="post", data={"name": "X Example", "born": "1960-02-03", "code": "AAAAA"}),
    "people:list": Row({role: "page" for role in SIGNED_IN if role != "administrator"}),
    "people:list post": Row(
        {role: "page" for role in SIGNED_IN if role != "administrator"}, method="post", data={"begins": "al"}
    ),
    "people:register": Row({"front_desk": "page"}),
    "people:register post": Row({"front_desk": "page"}, method="post", data=WHO),
    "people:find": Row(CLINICIANS),
    "people:find post": Row(CLINICIANS, method="post", data={"name": "Charlie Example", "born": "1970-01-01"}),
    "people:deletions": Row({"administrator": "page"}),
    "people:deletion": Row({"administrator": "all"}, args=request),
    "people:deletion post": Row({"administrator": "all"}, args=request, method="post", data={"say": "delete"}),
    "people:invitation": Row({"proxy": "own"}, args=invitation),
    "people:invitation post": Row({"proxy": "own"}, args=invitation, method="post", data={"say": "yes"}),
    "people:person": Row(CONTACT, args=person),
    "people:change": Row({"patient": "own"} | DESK, args=person),
    "people:change post": Row({"patient": "own"} | DESK, args=person, method="post", data=WHO),
    "people:consents": Row(RECORD, args=person),
    "people:consents post": Row({"patient": "own"}, args=person, method="post", data=says("teaching", "yes")),
    "people:proxies": Row({"patient": "own"}, args=person),
    "people:proxies post": Row({"patient": "own"}, args=person, method="post", data=INVITE),
    "people:end_proxy": Row({"patient": "own", "proxy": "own"}, args=proxy, method="post"),
    "people:team": Row(DESK, args=person),
    "people:team post": Row(DESK, args=person, method="post", data=lambda world, whose: {"staff": world.frank.pk}),
    "people:leave_team": Row(DESK, args=member, method="post"),
    "people:code": Row(DESK, args=person, method="post"),
    "people:parent": Row(DESK, args=person, method="post", data={"email": "guest@example.org"}),
    "people:emergency": Row(EMERGENCY, args=person),
    "people:emergency post": Row(EMERGENCY, args=person, method="post", data=REASON),
    "people:forget": Row({"patient": "own"}, args=person),
    "people:forget post": Row({"patient": "own"}, args=person, method="post", data={"sure": "on"}),
}
