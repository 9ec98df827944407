"""No gate hands out a thing of a person, and no action writes one, without the log: of the code of today and to come.

What a function calls is followed through the site's own functions, by name. That a call stands there is what is looked
at, not when it is made: each app's tests say that. A write whose row cannot be told from the text is passed over. Who
logs nothing for a good reason stands below with that reason.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import textwrap
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

import pytest
from django.apps import apps
from django.db import models

import facialis_clinic
from facialis_clinic.audit.actions import record
from facialis_clinic.people.models import Person

APPS = ("accounts", "audit", "care", "chart", "intake", "jobs", "library", "people", "recordings")
WRITES = {
    "save", "create", "update", "delete", "add", "remove", "set", "clear", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip
GATES_THAT_LOG_NOTHING = {
    "people.shown.access_for_emergency": "nothing of the record is shown before the glass is broken, which is logged",
    "people.shown.access_invitation": "the user's own invitation: of the record it shows no more than the name",
    "recordings.access.access_sender": "nothing of the record is shown; what is sent is logged",
    "recordings.access.access_upload": "the sender's own upload, not yet in any record; its end is logged",
}
_COMING = "an upload is in no record before its end, which is logged"
ACTIONS_THAT_LOG_NOTHING = {
    "recordings.actions.sending.begin": _COMING,
    "recordings.actions.sending.add_part": _COMING,
    "recordings.actions.sending.queue": "within what sends or measures anew, which is logged",
    "recordings.actions.measuring.copy_for_eyes": "the site's own copy of a film that stands in the record already",
    "recordings.actions.sending.give_up": _COMING,
    "recordings.actions.measuring.note_job": "how far the background work is; what it ends in is logged",
    "people.actions.glass.tell_of_broken_glass": "notes that a mail went out",
    "people.actions.proxies.tell_of_endings": "notes that a mail went out",
    "recordings.actions.keeping.sweep": "uploads that were never finished, and notes of who watched, past their time",
}

Function = Callable[..., Any]


def modules(*rooms: str) -> Iterator[types.ModuleType]:
    """Yield the modules of these rooms of every app, a folder with all that is in it; ``access_room`` is access too."""
    for app in APPS:
        for found in pkgutil.walk_packages([f"{facialis_clinic.__path__[0]}/{app}"], f"facialis_clinic.{app}."):
            if found.name.split(".")[2].partition("_")[0] in rooms:
                yield importlib.import_module(found.name)


def functions(*rooms: str) -> Iterator[tuple[str, Function]]:
    """Yield every public function that these rooms define, with its place."""
    for module in modules(*rooms):
        for name, value in vars(module).items():
            if callable(value) and not name.startswith("_") and not isinstance(value, type):
                inner = inspect.unwrap(value)
                if isinstance(inner, types.FunctionType) and inner.__module__ == module.__name__:
                    yield f"{module.__name__.removeprefix('facialis_clinic.')}.{name}", inner


def is_model(kind: object) -> TypeGuard[type[models.Model]]:
    """Whether this is the class of a table's rows."""
    return isinstance(kind, type) and issubclass(kind, models.Model) and hasattr(kind, "_meta")


def of_a_person(kind: object, seen: frozenset[object] = frozenset()) -> bool:
    """Whether a type is a person's record, a thing that hangs on one, or holds such a thing."""
    if kind in seen:
        return False
    seen |= {kind}
    if inside := typing.get_args(kind):
        return any(of_a_person(one, seen) for one in inside)
    if not isinstance(kind, type):
        return False
    if is_model(kind):
        # A user may be a patient's, yet an account is not the record: only what a row points to counts.
        hangs = [
            field.related_model
            for field in kind._meta.get_fields()
            if field.many_to_one or (field.one_to_one and field.concrete)
        ]
        return kind is Person or any(of_a_person(one, seen) for one in hangs)
    if dataclasses.is_dataclass(kind):
        return any(of_a_person(one, seen) for one in hints(kind).values())
    return False


def hints(thing: Any) -> dict[str, Any]:
    """Return the types of a function or a dataclass; nothing where they are known to the type checker alone."""
    try:
        return typing.get_type_hints(thing)
    except NameError:
        return {}


@dataclasses.dataclass(frozen=True)
class Read:
    """What stands in a function: what it calls of ours, and which models it writes (None: nobody can tell)."""

    calls: tuple[Function, ...]
    writes: tuple[type[models.Model] | None, ...]


def read(function: Function) -> Read:
    """Read the source of a function."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = dict(function.__globals__)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            there = importlib.import_module(node.module)
            for alias in node.names:
                names[alias.asname or alias.name] = getattr(there, alias.name, None)
    told = {name: kind for name, kind in hints(function).items() if isinstance(kind, type)}
    calls, writes = [], []
    for node in ast.walk(tree):
        given = assigned(node)
        kind = given and receiver(given[1], names, told)
        if given and is_model(kind):
            told.setdefault(given[0], kind)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = value(node.func, names)
            if isinstance(called, types.FunctionType | types.MethodType):
                calls.append(inspect.unwrap(called))
            elif called is None and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                writes.append(receiver(node.func.value, names, told))
        elif isinstance(node, ast.Name) and isinstance(names.get(node.id), types.FunctionType):
            calls.append(inspect.unwrap(names[node.id]))
    ours = (call for call in calls if call.__module__.startswith("facialis_clinic."))
    return Read(tuple(dict.fromkeys(ours)), tuple(kind for kind in writes if kind is not str))


def assigned(node: ast.AST) -> tuple[str, ast.expr] | None:
    """Return a name and what it is given, where this gives a name something."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=given):
            return name, given
        case ast.For(target=ast.Name(id=name), iter=given) | ast.comprehension(target=ast.Name(id=name), iter=given):
            return name, given
        case ast.NamedExpr(target=ast.Name(id=name), value=given):
            return name, given
    return None


def value(node: ast.expr, names: dict[str, Any]) -> Any:
    """Return what a name, or a name in a module, stands for; None where it is a thing of the running program."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(whole := value(node.value, names), types.ModuleType):
        return getattr(whole, node.attr, None)
    return None


def receiver(node: ast.expr, names: dict[str, Any], told: dict[str, type]) -> Any:
    """Return the model that ``Model.objects.filter().update`` or ``thing.save`` writes; ``str`` for what is no row."""
    path = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            path.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return str
    kind = told.get(node.id) or names.get(node.id)
    if isinstance(kind, types.ModuleType) and path:
        kind = getattr(kind, path.pop(), None)
    if isinstance(kind, types.FunctionType):
        back = hints(inspect.unwrap(kind)).get("return")
        kind = next(
            (one for one in (*typing.get_args(back), back) if is_model(one)),
            str,
        )
    if not is_model(kind):
        return None if kind is None else str
    for name in reversed(path):
        there = {
            field.get_accessor_name() if field.auto_created else field.name: field
            for field in kind._meta.get_fields()
            if field.is_relation
        }
        if name in there and there[name].related_model:
            kind = there[name].related_model
    return kind


def reached(function: Function) -> set[Function]:
    """Return all functions of ours that a function calls, and those that they call."""
    found, waiting = {function}, [function]
    while waiting:
        one = waiting.pop()
        if one is record:
            continue
        for call in read(one).calls:
            if call not in found:
                found.add(call)
                waiting.append(call)
    return found


def logs(function: Function) -> bool:
    """Whether a function writes to the log, by itself or through another."""
    return record in reached(function)


def writes_of_a_person(function: Function) -> bool:
    """Whether a function writes a row that is or hangs on a person's record."""
    inside = [
        one for one in reached(function) if one is not record and not one.__module__.startswith("facialis_clinic.audit")
    ]
    return any(kind is not None and of_a_person(kind) for one in inside for kind in read(one).writes)


GATES = {
    place: function
    for place, function in functions("access", "shown")
    if function.__name__.startswith(("access_", "open_")) and of_a_person(hints(function).get("return"))
}
ACTIONS = {place: function for place, function in functions("actions", "tasks") if writes_of_a_person(function)}


@pytest.mark.parametrize("place", GATES)
def test_every_gate_to_a_thing_of_a_person_logs(place: str) -> None:
    assert logs(GATES[place]) or place in GATES_THAT_LOG_NOTHING


@pytest.mark.parametrize("place", ACTIONS)
def test_every_action_that_writes_a_thing_of_a_person_logs(place: str) -> None:
    assert logs(ACTIONS[place]) or place in ACTIONS_THAT_LOG_NOTHING


def test_who_is_let_off_is_still_there_and_still_logs_nothing() -> None:
    """A reason that outlives what it is for would let off the next one of that name."""
    for places, let_off in ((GATES, GATES_THAT_LOG_NOTHING), (ACTIONS, ACTIONS_THAT_LOG_NOTHING)):
        assert {place for place in let_off if place not in places or logs(places[place])} == set()


def test_there_are_gates_and_actions_of_every_kind_to_look_at() -> None:
    """The control: an empty list, or one that misses a whole room, would pass."""
    assert {"people.access.access_person", "recordings.access.access_recording", "audit.access.access_log"} <= set(
        GATES
    )
    assert any(place.startswith("people.actions.") for place in ACTIONS)
    assert any(place.startswith("recordings.actions.") for place in ACTIONS)


def test_what_hangs_on_a_person_is_known_by_its_relations() -> None:
    """The control for models: direct, at one remove, and not at all."""
    held = {model.__name__ for model in apps.get_models() if of_a_person(model)}
    assert {"Person", "Proxy", "BreakGlass", "Recording", "Measurement"} <= held
    assert not {"User", "Event", "Article", "Session"} & held


def quiet_gate(request: object, person_id: object) -> Person:
    return Person.objects.get(pk=person_id)


def quiet_write(person: Person) -> None:
    person.proxies.update(withdrawn_at=None)


def _hidden(person: Person) -> None:
    person.save()


def quiet_at_one_remove(person: Person) -> None:
    _hidden(person)


def loud_at_one_remove(person: Person) -> None:
    from facialis_clinic.people.access import log_read

    person.save()
    log_read(None, person, kind="person")  # type: ignore[arg-type]


def test_a_gate_or_an_action_that_is_quiet_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control for what is done: what the rule is for, it finds."""
    for function in (quiet_gate, quiet_write, _hidden, quiet_at_one_remove, loud_at_one_remove):
        monkeypatch.setattr(function, "__module__", "facialis_clinic.people.actions.invented")

    assert of_a_person(hints(quiet_gate)["return"])
    assert not logs(quiet_gate)
    assert writes_of_a_person(quiet_write)
    assert not logs(quiet_write)
    assert writes_of_a_person(quiet_at_one_remove)
    assert not logs(quiet_at_one_remove)
    assert logs(loud_at_one_remove)
