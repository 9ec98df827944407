"""The copy of a record laid out for reading on paper: each part a table under a name in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format

from facialis_clinic.electrodes.models import Kind, State
from facialis_clinic.recordings.shown import answer_for_patient
from facialis_clinic.recordings.words import verdict

# Paper is for reading: of a long list the newest stand on it, and the JSON holds them all.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the record on paper."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    left_out: int = 0


def tables(copy: Mapping[str, Any]) -> list[Table]:
    """Lay the copy out for reading: each part under a plain name, the newest first; empty parts are left out."""
    made = [
        _table("Your answers", ("Day", "Words of your neurologist", "Answer"), map(_answer, copy["assessments"])),
        _table("What you told", ("Question", "Answer"), _story(copy["interviews"]), newest_first=False),
        _table("Lists of questions", ("Day", "List", "Result"), map(_scale, copy["scales"])),
        _table("Diary", ("Day", "Side", "How bad, 0 to 10", "Notes"), map(_line, copy["diary"])),
        _table("Medicines and allergies", ("Since", "What", "Name", "More"), map(_medicine, copy["medicines"])),
        _table("Videos", ("Day", "Length", "What was seen"), _films(copy)),
        _table("Muscles and nerves", ("Day", "What", "State"), map(_electrodes, copy["recordings_of_electrodes"])),
        _table("Tests", ("Day", "Test", "Why", "Result"), map(_test, copy["orders"])),
        _table("Treatments", ("Day", "What", "Side"), map(_treatment, copy["treatments"])),
        _table("Papers", ("Day", "Paper", "Text"), [_paper(row) for row in copy["documents"] if row["shared_at"]]),
        _table("What you allowed", ("Day", "Use", "Answer", "Until"), map(_consent, copy["consents"])),
        _table("Who acts for you", ("Since", "Who", "Until"), map(_proxy, copy["proxies"])),
        _table("Who looks after you", ("Since", "Who", "Until"), map(_member, copy["care_team"])),
        _table("Who opened your record", ("Day", "Who", "What", "Why"), map(_event, copy["access_log"])),
    ]  # fmt: skip
    return [one for one in made if one.rows]


def _table(
    title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, newest_first: bool = True
) -> Table:
    every = list(rows)
    if newest_first:
        every.sort(key=lambda row: row[0], reverse=True)
        every = [(day(row[0]), *row[1:]) for row in every]
    return Table(title, columns, every[:MOST], max(0, len(every) - MOST))


def _answer(row: Mapping[str, Any]) -> tuple[str, ...]:
    if "not_yet_released" in row:
        return row["made_at"], "Not yet released.", ""
    return row["released_at"], row["words"], " ".join(row["result"]["answer"]["plain"])


def _story(interviews: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return the newest story as questions and answers in words."""
    from facialis.history.read import questionnaire

    if not interviews:
        return []
    newest = max(interviews, key=lambda row: row["touched_at"])
    asked = questionnaire().items
    told = newest["saved"].get("interview", {}).get("answers", {})
    return [(_question(asked, key), _said(asked, key, value)) for key, value in told.items()]


def _question(asked: Mapping[str, Any], key: str) -> str:
    return asked[key].question.replace("{side}", "affected") if key in asked else key.replace("_", " ")


def _said(asked: Mapping[str, Any], key: str, value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    choices = asked[key].choices if key in asked else {}
    if value in choices:
        return str(choices[value].text)
    return {"unknown": "I do not know", "skipped": "not answered"}.get(value, value.replace("_", " "))


def _scale(row: Mapping[str, Any]) -> tuple[str, ...]:
    total = row["result"].get("total") or row["result"].get("score")
    return row["answered_at"], row["name"].replace("_", "-").upper(), "" if total is None else json.dumps(total)


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    more = "; ".join([*(str(one).replace("_", " ") for one in row["symptoms"]), row["note"]]).strip("; ")
    return row["day"], row["side"], "" if row["severity"] is None else str(row["severity"]), more


def _medicine(row: Mapping[str, Any]) -> tuple[str, ...]:
    ended = f"until {day(row['ended_at'])}" if row["ended_at"] else ""
    return row["told_at"], row["kind"], row["name"], "; ".join(part for part in (row["detail"], ended) if part)


def _films(copy: Mapping[str, Any]) -> list[tuple[str, ...]]:
    measured: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(copy["measurements"], key=lambda row: row["measured_at"], reverse=True):
        measured.setdefault(row["recording"], []).append(row)
    reviews = {row["measurement"]: row["reviewed"] for row in copy["reviews"] if row.get("reviewed")}
    return [_film(row, measured.get(row["id"], []), reviews) for row in copy["recordings"]]


def _film(
    row: Mapping[str, Any], measured: Sequence[Mapping[str, Any]], reviews: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    opened = next((one for one in measured if one["result"]), None)
    said = [verdict({"quality": measured[0]["quality"]})] if measured and measured[0]["quality"] else [row["reason"]]
    if opened:
        said += answer_for_patient(reviews.get(opened["id"]) or opened["result"])
    elif measured:
        said.append("What was seen is not yet released.")
    return row["created_at"], f"{row['duration_s']:.0f} s", " ".join(said)


def _electrodes(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["created_at"], Kind(row["kind"]).short, str(State(row["state"]).label)


def _test(row: Mapping[str, Any]) -> tuple[str, ...]:
    held = row.get("not_yet_released", ())
    answer = "not yet released" if "answer" in held else row["answer"]
    return row["ordered_at"], row["kind"].upper(), row["indication"] or "not yet released", answer or row["state"]


def _treatment(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["day"], row["kind"], row["side"]


def _paper(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["shared_at"], row["title"], row["body"]


def _consent(row: Mapping[str, Any]) -> tuple[str, ...]:
    use = row["use"] + (", for one video" if row["recording_id"] else "")
    return row["given_at"], use, "no" if row["no"] else "yes", day(row["withdrawn_at"] or row["ends_at"])


def _proxy(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["given_at"], row["user"] or row["email"], day(row["withdrawn_at"] or row["ends_at"])


def _member(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["since"], row["staff"], day(row["until"])


def _event(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["at"], row["who"], row["did"], row["why"]


def day(told: Any) -> str:
    """Return a day in words; nothing where there is none."""
    if not told:
        return ""
    when = datetime.fromisoformat(told) if isinstance(told, str) else told
    if isinstance(when, datetime) and timezone.is_aware(when):
        when = timezone.localtime(when)
    return date_format(when, "j F Y")
