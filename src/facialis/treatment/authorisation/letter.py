"""The letter of a packet: what the record says, in sentences, and nothing beyond it."""

from __future__ import annotations

from facialis import knowledge
from facialis.findings import Side
from facialis.treatment.authorisation import films
from facialis.treatment.authorisation.alternatives import Alternative
from facialis.treatment.authorisation.effect import benefit, improvement
from facialis.treatment.authorisation.record import DISORDER, Record
from facialis.treatment.authorisation.records import Session
from facialis.treatment.authorisation.said import day, listed, plain, side, units


def letter(record: Record, told: list[Alternative]) -> list[str]:
    """Return the paragraphs; one that the record says nothing for is left out."""
    paragraphs = [_request(record), _person(record), _function(record), _tried(told), _given(record), _helped(record)]
    return [text for text in [*paragraphs, _filmed(record)] if text]


def code(record: Record) -> str:
    """Return the ICD-10-CM code: by the settled side, else the one for a side that is not specified."""
    return knowledge.disorders()[DISORDER].icd10cm[record.side.value]


def _request(record: Record) -> str:
    wanted = record.wanted
    what = wanted.product if wanted else "botulinum toxin"
    sided = side(record.side.value) if record.side is not Side.NONE else "side not settled"
    text = f"This is a request for {what} in hemifacial spasm, {sided}, ICD-10-CM {code(record)}."
    if record.plan:
        text += f" Planned: {units(record.plan.units)} in {len(record.plan.sites)} sites on {day(record.plan.day)}."
    return text


def _person(record: Record) -> str:
    case, parts = record.case, []
    if case.age is not None:
        parts.append(f"{case.age:g} years old")
    if case.sex:
        parts.append(case.sex)
    if case.age_at_onset is not None:
        parts.append(f"onset at {case.age_at_onset:g} years")
    text = f"The patient is {', '.join(parts)}." if parts else ""
    if record.leader and record.leader.disorder == DISORDER:
        text += (
            f" The findings, weighed by Facialis, give hemifacial spasm a probability of "
            f"{100 * record.leader.probability:.0f} %; the diagnosis is the clinician's."
        )
    return text.strip()


def _function(record: Record) -> str:
    parts = [
        f"HFS-7 was {one.total:g}{f' on {day(one.day)}' if one.day else ''} (higher is worse)"
        for one in record.scores
        if one.scale == "hfs_7" and one.total is not None
    ]
    parts += [
        f"{plain(one.scale).upper()} was {one.grade or f'{one.total:g}'}{f' on {day(one.day)}' if one.day else ''}"
        for one in record.scores
        if one.scale != "hfs_7" and (one.grade or one.total is not None)
    ]
    if record.present("vision_blocked"):
        parts.append("the patient says that reading or driving is lost to spasms that stop them from seeing")
    elif record.absent("vision_blocked"):
        parts.append("the patient says that the spasms do not stop them from seeing")
    text = "; ".join(parts)
    return f"Daily life: {text}." if text else ""


def _tried(told: list[Alternative]) -> str:
    return f"Alternatives: {'; '.join(one.text.rstrip('.') for one in told)}." if told else ""


def _given(record: Record) -> str:
    return " ".join(_session(one) for one in record.sessions)


def _session(one: Session) -> str:
    muscles = dict.fromkeys(site.muscle for site in one.sites)
    text = f"On {day(one.day)}, {units(one.units)} of {one.product} were given in {len(one.sites)} sites"
    if muscles:
        text += f" ({listed([plain(muscle) for muscle in muscles])}), {side(one.side)}"
    if one.wasted is not None:
        text += f"; {units(one.wasted)} were discarded"
    adverse = f" Adverse events: {'; '.join(one.adverse)}." if one.adverse else " No adverse event is recorded."
    return f"{text}.{adverse}"


def _helped(record: Record) -> str:
    if not record.continues:
        return ""
    # Nought days and any fall: the letter reports, the rules judge.
    places = [*benefit(record, 0).found, *improvement(record, None).found]
    return f"Effect by injection: {'; '.join(dict.fromkeys(place.text for place in places))}." if places else ""


def _filmed(record: Record) -> str:
    if not record.films:
        return ""
    return f"Film, measured by Facialis: {'; '.join(films.figures(one) for one in record.films)}."
