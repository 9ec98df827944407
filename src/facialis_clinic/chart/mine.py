"""The patient's own first page: what is next, and what is known at once; nothing of an answer before its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery, Value
from django.urls import reverse

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.models import Event
from facialis_clinic.care.models import Choice, Document, Order
from facialis_clinic.chart.access_mine import released
from facialis_clinic.intake.models import Entry, Interview
from facialis_clinic.people.access import team_now
from facialis_clinic.people.models import CareTeam, Person
from facialis_clinic.recordings.models import Measurement, Recording, State
from facialis_clinic.recordings.words import quality_for_patient, verdict

UNDER_WAY: Final = (State.QUEUED, State.MEASURING)
STEPS: Final = (
    ("tell", "Tell your story"),
    ("film", "Send a video of your face"),
    ("wait", "Your neurologist looks at it"),
    ("answer", "Read your answer"),
    ("weigh", "Weigh what can be done"),
    ("diary", "Keep your diary"),
)
NAMES: Final = {
    Order.Kind.EMG: "Test of nerve and muscles (EMG)",
    Order.Kind.MRI: "Scan of your head (MRI)",
    Order.Kind.AUDIOGRAM: "Hearing test",
}


@dataclass(frozen=True, slots=True)
class Film:
    """The newest video, as far as a patient sees it at once."""

    id: UUID
    sent: datetime
    under_way: bool
    usable: bool
    verdict: str
    better: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the way so far.

    Attributes
    ----------
    begun, told : bool
        Whether the interview was begun, and whether one was finished.
    told_at : datetime or None
        When something was last told.
    said : mapping
        The newest interview as a case.
    sent : bool
        Whether a usable video was ever sent.
    team : bool
        Whether somebody looks after the patient.
    answer : UUID or None
        The newest released answer; ``read`` tells whether this user has opened it.
    choice : UUID or None
        The newest decision aid that was handed out; ``weighed`` whether it was answered.
    diary : date or None
        The day of the newest line.
    """

    begun: bool
    told: bool
    told_at: datetime | None
    said: Mapping[str, Any]
    sent: bool
    team: bool
    answer: UUID | None
    released_at: datetime | None
    read: bool
    choice: UUID | None
    weighed: bool
    diary: date | None


@dataclass(frozen=True, slots=True)
class Given:
    """What was opened for the patient: an answer (without a title), or a paper, and for whom else it was written."""

    title: str
    url: str
    on: datetime
    by: str
    to: str
    paper: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do now."""

    key: str
    title: str
    text: tuple[str, ...]
    button: str = ""
    url: str = ""


def facts_of(person: Person, user: User, *, now: datetime) -> Facts:
    """Return how far a person is, by one question to the database."""
    mine = {"person": OuterRef("pk")}
    told = Interview.objects.filter(**mine).order_by("-touched_at")
    answer = released().filter(**mine).order_by("-released_at")
    choice = Choice.objects.filter(**mine).order_by("-handed_at")
    reads = Event.objects.filter(subject=OuterRef("pk"), actor=user.pk, kind="answer", thing=OuterRef("answer"))
    row = (
        Person.objects.filter(pk=person.pk)
        .annotate(
            begun=Exists(told),
            told=Exists(told.filter(finished_at__isnull=False)),
            told_at=Subquery(told.values("touched_at")[:1]),
            said=Subquery(told.values("saved")[:1]),
            sent=Exists(Recording.objects.filter(**mine, state=State.MEASURED)),
            on_team=Exists(CareTeam.objects.filter(team_now(now), **mine)),
            answer=Subquery(answer.values("pk")[:1]),
            released_at=Subquery(answer.values("released_at")[:1]),
            read=Exists(reads),
            choice=Subquery(choice.values("pk")[:1]),
            answered=Subquery(choice.values("answered_at")[:1]),
            newest=Subquery(Entry.objects.filter(**mine).order_by("-day").values("day")[:1]),
        )
        .values()
        .get()
    )
    return Facts(
        begun=row["begun"],
        told=row["told"],
        told_at=row["told_at"],
        said=row["said"] or {},
        sent=row["sent"],
        team=row["on_team"],
        answer=row["answer"],
        released_at=row["released_at"],
        read=row["read"],
        choice=row["choice"],
        weighed=row["answered"] is not None,
        diary=row["newest"],
    )


def film_of(person: Person) -> Film | None:
    """Return the newest video with what was good about it and how to do better."""
    quality = Measurement.objects.filter(recording=OuterRef("pk")).order_by("-measured_at").values("result__quality")
    found = (
        Recording.objects.filter(person=person)
        .annotate(quality=Subquery(quality[:1]))
        .order_by("-created_at", "-id")
        .first()
    )
    if found is None:
        return None
    measured = {"quality": found.quality} if found.quality else None
    return Film(
        id=found.pk,
        sent=found.created_at,
        under_way=found.state in UNDER_WAY,
        usable=found.state == State.MEASURED,
        verdict=verdict(measured) if measured else "",
        better=quality_for_patient(measured) if measured else [],
        reason=found.reason,
    )


def orders_of(person: Person) -> list[tuple[str, str, datetime]]:
    """Return the tests that are ordered and not yet done: name, the page that says how to get ready, since when."""
    rows = Order.objects.filter(person=person, state=Order.State.ORDERED).order_by("ordered_at")
    return [
        (NAMES[Order.Kind(one.kind)], reverse("care:order", args=[one.pk]), one.ordered_at)
        for one in rows.only("kind", "ordered_at")
    ]


def given_of(person: Person) -> list[Given]:
    """Return what was opened for the patient, answers and papers, the newest first."""
    answers = (
        released().filter(person=person).values_list("pk", Value(""), "released_at", "released_by__name", Value(""))
    )
    papers = Document.objects.filter(person=person, shared_at__isnull=False).values_list(
        "pk", "title", "shared_at", "signed_by__name", "recipient"
    )
    rows = answers.union(papers, all=True).order_by("-released_at")[:40]
    return [_given(person, *row) for row in rows]


def _given(person: Person, pk: UUID, title: str, at: datetime, by: str | None, to: str) -> Given:
    if title:
        return Given(title, reverse("care:document", args=[pk]), at, by or "", to, paper=True)
    return Given("", reverse("chart:result", args=[person.pk, pk]), at, by or "", "", paper=False)


def between_of(person: Person, facts: Facts) -> list[tuple[str, str]]:
    """Return what a patient can do between two visits: name and address."""
    ways = (
        ("Write in my diary", "intake:diary"),
        ("Questions on how I am", "intake:scales"),
        ("My medicines and allergies", "intake:medicines"),
        ("Tell or change my story", "intake:home"),
        ("Send a video", "recordings:send"),
        ("See how it goes", "care:course"),
    )
    here = [(name, reverse(there, args=[person.pk])) for name, there in ways]
    return [*here, ("The choices I was shown", way("care:aid", facts.choice))] if facts.choice else here


def choice_of(person: Person) -> str:
    """Return the address of the newest decision aid that was handed out; nothing where there is none."""
    newest = Choice.objects.filter(person=person).order_by("-handed_at").values_list("pk", flat=True).first()
    return way("care:aid", newest) if newest else ""


def way(name: str, *args: object) -> str:
    """Return an address of the site."""
    return reverse(name, args=args)


def flags_of(facts: Facts) -> list[dict[str, Any]]:
    """Return what of the story asks for help, and what to do now; nothing once a neurologist has weighed it since."""
    from facialis.case import from_mapping
    from facialis.diagnosis.page.patient import flags_for_the_patient
    from facialis.flags import of_case

    weighed = facts.released_at is not None and facts.told_at is not None and facts.released_at >= facts.told_at
    if not facts.said or weighed:
        return []
    told = {key: facts.said[key] for key in ("age", "age_at_onset", "sex", "findings") if facts.said.get(key)}
    return flags_for_the_patient([flag.to_json() for flag in of_case(from_mapping(told))])


def next_of(
    facts: Facts, film: Film | None, person: Person, *, today: date, flags: Sequence[Mapping[str, Any]] = ()
) -> Next:
    """Return the one thing to do now. Before an emergency everything else steps back."""
    if any(flag["urgency"] == "emergency" for flag in flags):
        return _help(person)
    if facts.answer and not facts.read:
        there = reverse("chart:result", args=[person.pk, facts.answer])
        text = ("Your neurologist has looked at what you told and showed, and has written to you.",)
        return Next("answer", "Your answer is here", text, "Read your answer", there)
    if facts.choice and not facts.weighed:
        text = ("Your neurologist has put together what can be done for you. Take your time, and say what matters.",)
        return Next("weigh", "Weigh what can be done", text, "Look at the options", way("care:aid", facts.choice))
    if facts.answer:
        return _diary(facts, person, today)
    if not facts.told:
        return _tell(facts, person)
    if not facts.sent or (film is not None and film.under_way):
        return _film(film, person)
    return _wait(facts)


def _help(person: Person) -> Next:
    text = (
        "Do what stands above. All else on this page can wait until you have had help.",
        "Have you been helped, or was one of your answers wrong? Then go on with your story.",
    )
    return Next("tell", "Get help first", text, "Go on with my story", reverse("intake:home", args=[person.pk]))


def _tell(facts: Facts, person: Person) -> Next:
    there = reverse("intake:home", args=[person.pk])
    if facts.begun:
        text = ("You have begun. Nothing is lost: go on where you stopped.",)
        return Next("tell", "Go on with your story", text, "Go on", there)
    text = ("When did it begin? What does your face do? One question at a time. You can stop and go on later.",)
    return Next("tell", "Tell your story", text, "Begin", there)


def _film(film: Film | None, person: Person) -> Next:
    there = reverse("recordings:guided", args=[person.pk])
    if film is not None and film.under_way:
        text = ("Your video has arrived. The computer is at work on it. You can close this page and come back.",)
        return Next("film", "Your video is being measured", text, "See how far it is", _show(film))
    if film is not None:
        why = tuple([film.reason] if film.reason else film.better[:3]) or ("This one could not be used.",)
        return Next("film", "Please film your face once more", why, "Film again", there)
    how = (
        "The camera of your phone is enough. The page tells you what to do, step by step. It takes about five minutes.",
        "No sound is kept.",
    )
    return Next("film", "Send a video of your face", how, "Film my face", there)


def _wait(facts: Facts) -> Next:
    if not facts.team:
        text = ("You have told and shown all we need. Nobody looks after you here yet: ask us for a first visit.",)
        return Next("wait", "Ask for your first visit", text, "Ask us to call you", reverse("library:contact"))
    ours = (
        "You have done your part. A neurologist now looks at it and writes to you here. You get an e-mail then.",
        "You need not do anything. If something changes, say so in your diary or call us.",
    )
    return Next("wait", "Now it is our turn", ours)


def _diary(facts: Facts, person: Person, today: date) -> Next:
    there = reverse("intake:diary", args=[person.pk])
    if facts.diary == today:
        text = ("You have written in your diary today. Thank you: it shows how things go between two visits.",)
        return Next("diary", "All done for today", text, "Look at my diary", there)
    text = ("How is your face today? One minute is enough. It shows how things go between two visits.",)
    return Next("diary", "Write in your diary", text, "Write today's line", there)


def _show(film: Film) -> str:
    return reverse("recordings:show", args=[film.id])


def way_of(facts: Facts, next_step: Next) -> list[tuple[str, str]]:
    """Return the steps of the way with where each stands: ``done``, ``now`` or ``later``."""
    behind = facts.answer is not None
    done = {
        "tell": facts.told or behind,
        "film": facts.sent or behind,
        "wait": behind,
        "answer": behind and facts.read,
        "weigh": facts.choice is not None and facts.weighed,
        "diary": False,
    }
    return [(title, "now" if key == next_step.key else "done" if done[key] else "later") for key, title in STEPS]
