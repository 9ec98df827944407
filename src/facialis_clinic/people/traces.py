"""Where a person has left traces: found by what points at them, so that a table made later is found too."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pghistory.models
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.db.models.deletion import Collector
from django_tasks_db.models import DBTaskResult

from facialis_clinic.people.models import Person

# What ``storage.new_name`` makes.
FILE: Final = re.compile(r"(?:parts|originals|copies|posters|signals|electrodes|readings)/[0-9a-f]{2}/[0-9a-f]{32}")


@dataclass(frozen=True)
class Traces:
    """What goes with a person.

    Attributes
    ----------
    rows : dict
        From a model to the keys of its rows that go, the person's own and those that hang on them.
    files : list of str
        The names of the stored files that those rows, and the history of them, speak of.
    addresses : set of str
        The person's own e-mail address, which may stand in the history of others.
    """

    rows: dict[type[models.Model], set[Any]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)


def of(person: Person) -> Traces:
    """Find what hangs on a person and on their account."""
    collector = Collector(using="default", origin=person)
    collector.collect([person])
    if person.user is not None:
        collector.collect([person.user])
    found = Traces(addresses={person.user.email} if person.user is not None else set())
    files: set[str] = set()
    for rows in [*collector.data.values(), *collector.fast_deletes]:
        for row in rows:
            found.rows.setdefault(type(row), set()).add(row.pk)
            files.update(_files(row))
    for histories in _histories(found):
        for row in histories:
            files.update(_files(row))
    found.files.extend(sorted(files))
    return found


def mails(person: Person) -> list[str]:
    """Return the names of the mails in this home's folder that name the person, by address or by the record's id.

    No mail holds a name or a telephone number. Those are the patient's own choice besides: whoever calls themselves
    "e" would take everybody's mails along.
    """
    folder = Path(settings.HOME) / "mail"
    told = [str(person.pk), person.user.email] if person.user else [str(person.pk)]
    said = re.compile("|".join(rf"(?<![\w.+@-]){re.escape(text.casefold())}(?!\.?[\w@-])" for text in told))
    return [path.name for path in sorted(folder.glob("*")) if path.is_file() and said.search(_read(path))]


def remove_from_other_tables(person: Person, found: Traces) -> None:
    """Remove what no foreign key ties to the person: jobs, sessions, invitations and calls asked for."""
    ids = [str(pk) for keys in found.rows.values() for pk in keys if not isinstance(pk, int)]
    job = apps.get_model("jobs", "Job")
    DBTaskResult.objects.filter(pk__in=job._default_manager.filter(whose=person.pk).values("pk")).delete()
    for one in ids:
        DBTaskResult.objects.filter(args_kwargs__args__contains=[one]).delete()
    if person.user is not None:
        _end_sessions(str(person.user.pk))
        apps.get_model("people", "Proxy").objects.filter(email=person.user.email).delete()
    _remove_calls(person)


def remove_history(found: Traces) -> None:
    """Remove the history of every row that went, and of rows that had gone before it."""
    for rows in _histories(found):
        with pgtrigger.ignore(f"{rows.model._meta.label}:append_only"):
            rows.delete()


def _histories(found: Traces) -> Iterator[models.QuerySet[Any]]:
    people = found.rows.get(Person, set())
    past = {"person": people}
    # What hung on a thing that was deleted before is known by the thing alone.
    for tie, app, name in (("recording", "recordings", "Recording"), ("study", "electrodes", "Study")):
        kept = apps.get_model(app, f"{name}Event")._default_manager.filter(person_id__in=people)
        here = found.rows.get(apps.get_model(app, name), set())
        past[tie] = {*here, *kept.values_list("pgh_obj_id", flat=True)}
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is None or not issubclass(model, pghistory.models.Event):
            continue
        fields = {one.name for one in model._meta.get_fields()}
        mine = Q(pgh_obj_id__in=found.rows.get(tracked, set()))
        for name, keys in past.items():
            if name in fields:
                mine |= Q(**{f"{name}_id__in": keys})
        if "email" in fields:
            mine |= Q(email__in=found.addresses)
        yield model._default_manager.filter(mine)


def _files(row: models.Model) -> set[str]:
    texts = (str(getattr(row, one.attname)) for one in row._meta.concrete_fields)
    return {name for text in texts for name in FILE.findall(text)}


def _end_sessions(user_id: str) -> None:
    # A session's table does not say whose it is; what is in it does.
    mine = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == user_id]
    Session.objects.filter(pk__in=mine).delete()


def _remove_calls(person: Person) -> None:
    """Remove the calls that were asked for on the public pages under the same name or telephone."""
    call = apps.get_model("library", "CallBack")
    name, digits = person.name.casefold(), _digits(person.phone)
    mine = [
        one.pk
        for one in call._default_manager.all()
        if one.name.casefold() == name or (digits and _digits(one.phone) == digits)
    ]
    call._default_manager.filter(pk__in=mine).delete()


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())


def _read(path: Path) -> str:
    raw = path.read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [raw.decode("utf-8", "replace"), *(str(value) for value in message.values())]
    parts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(parts).casefold()
