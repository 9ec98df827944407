"""What is known of a person, as it is handed in: a case in TOML or JSON, or a result of a measurement alone.

Every key may be missing: half a case is a fine case. What is wrong is said in one line: what, where, the nearest word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from facialis import knowledge
from facialis.document import Document, DocumentError, finding_of, json_file, text_file, toml_file
from facialis.findings import Finding, Side, State
from facialis.knowledge import OLDEST_AGE, SETTINGS, SEXES

# What a case may hold; `interview` is the questionnaire's own record and `note` is for people.
KEYS = (
    "schema",
    "age",
    "age_at_onset",
    "duration_months",
    "sex",
    "setting",
    "findings",
    "results",
    "circumstances",
    "medicines",
    "interview",
    "note",
)
SCHEMA = "facialis.case/1"
# Which version of each result is read, and who has read the findings in it.
RESULTS = {
    "facialis.video/1": "video",
    "facialis.emg/1": "emg",
    "facialis.evoked/1": "emg",
    "facialis.mri/1": "mri",
    "facialis.scale/1": "",  # a rating scale says itself who filled it in
}
_VIDEOS = (".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".3gp")


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a person.

    Attributes
    ----------
    findings : tuple of Finding
        As they were handed in, in that order; each has a source.
    age, age_at_onset : float or None
        Years.
    sex : str or None
        ``"female"`` or ``"male"``.
    setting : str or None
        ``"specialist"``, ``"primary_care"`` or ``"self_referred"``.
    results : tuple of str
        Names of the results that were read.
    duration_months : float or None
        How long it has lasted. Where it is missing, the two ages tell it as far as whole years can.
    doubts : tuple of str
        What those results say against themselves, for example that nobody knows whether a video is mirrored.
    circumstances : mapping of str to State
        What matters for a treatment, by the keys of :func:`facialis.knowledge.treatment.circumstances`; a key that is
        missing was not asked. The diagnosis does not read them.
    medicines : tuple of str
        Names of what is taken now.
    """

    findings: tuple[Finding, ...] = ()
    age: float | None = None
    age_at_onset: float | None = None
    sex: str | None = None
    setting: str | None = None
    results: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    duration_months: float | None = None
    circumstances: Mapping[str, State] = field(default_factory=dict)
    medicines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)


def read(path: str | Path) -> Case:
    """Read a case, or a result of ``facialis video``, ``emg``, ``evoked`` or ``mri`` by itself.

    Parameters
    ----------
    path : str or Path
        TOML or JSON. The results that it names are looked for beside it.

    Returns
    -------
    Case

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    path = Path(path)
    value = _parsed(path)
    told = value.get("schema") if isinstance(value, Mapping) else None
    if isinstance(told, str) and told.startswith("facialis.") and not told.startswith("facialis.case/"):
        return _with_results({}, [path], str(path))
    return _with_results(value, None, str(path), path.parent)


def from_mapping(
    value: Mapping[str, Any], folder: Path | None = None, results: Mapping[str, Mapping[str, Any]] | None = None
) -> Case:
    """Return the case that a mapping holds, shaped like the file.

    Parameters
    ----------
    value : mapping
    folder : Path or None
        Where the results that it names lie; the working folder when None.
    results : mapping of str to mapping, or None
        Results that are at hand already, by the name under which they are spoken of, as ``facialis video``, ``emg``,
        ``evoked`` or ``mri`` write them; they come beside those that are named.

    Raises
    ------
    DocumentError
        In one line.
    """
    return _with_results(value, None, "case", folder or Path(), results or {})


def to_mapping(case: Case) -> dict[str, Any]:
    """Return a case as a file holds it, its results' findings among the others; what is not known is left out.

    Parameters
    ----------
    case : Case
        Its doubts are not kept: they belong to the results that raise them.
    """
    told: dict[str, Any] = {
        "age": case.age,
        "age_at_onset": case.age_at_onset,
        "duration_months": case.duration_months,
        "sex": case.sex,
        "setting": case.setting,
        "findings": [finding.to_json() for finding in case.findings],
        "circumstances": {key: state.value for key, state in case.circumstances.items()},
        "medicines": list(case.medicines),
    }
    return {"schema": SCHEMA} | {key: value for key, value in told.items() if value not in (None, {}, [])}


def _parsed(path: Path) -> Any:
    named = path.suffix.lower()
    if named in _VIDEOS:
        raise DocumentError(f"{path}: is a video; measure it with `facialis video --json`, and give that result")
    is_toml = named == ".toml" or (named != ".json" and not text_file(path).lstrip().startswith("{"))
    return toml_file(path) if is_toml else json_file(path)


def _with_results(
    value: object,
    results: Sequence[Path] | None,
    file: str,
    folder: Path | None = None,
    at_hand: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Case:
    case = Document(value, file)
    case.only(KEYS)
    if case.has("schema") and case.take("schema") != SCHEMA:
        raise case.error(f'is {json.dumps(case.take("schema"), default=str)}, not "{SCHEMA}"', "schema")
    findings = [finding_of(row) for row in case.rows("findings")] if case.has("findings") else []
    names = case.words("results") if case.has("results") else ()
    paths = [(folder or Path()) / name for name in names] if results is None else list(results)
    doubts: list[str] = []
    for path in paths:
        if results is None and not path.exists():
            raise case.error(f'names "{path.name}", and {path} is not there', "results")
        found, said = _result(_parsed(path), str(path), path.name)
        findings.extend(found)
        doubts.extend(said)
    for name, result in at_hand.items():
        found, said = _result(result, name, name)
        findings.extend(found)
        doubts.extend(said)
    try:
        return Case(
            tuple(findings),
            case.number_or_none("age", 0.0, OLDEST_AGE),
            case.number_or_none("age_at_onset", 0.0, OLDEST_AGE),
            case.word_or_none("sex", SEXES),
            case.word_or_none("setting", SETTINGS),
            (*(path.name for path in paths), *at_hand),
            tuple(doubts),
            case.number_or_none("duration_months", 0.0, 12.0 * OLDEST_AGE),
            _circumstances(case),
            tuple(name.strip() for name in case.words("medicines")) if case.has("medicines") else (),
        )
    except ValueError as error:
        raise DocumentError(f"{file}: {error}") from error


def _circumstances(case: Document) -> dict[str, State]:
    if not case.has("circumstances"):
        return {}
    from facialis.knowledge import treatment

    told = case.inner("circumstances")
    told.only(treatment.circumstances())
    return {key: State(told.word(key, tuple(State))) for key, _ in told.items()}


def _result(value: Any, place: str, name: str) -> tuple[list[Finding], list[str]]:
    """Return the findings of a result, and what it says against itself."""
    result = Document(value, place)
    told = value.get("schema")
    if not isinstance(told, str) or told not in RESULTS:
        same = [name for name in RESULTS if name.split("/")[0] == str(told).split("/")[0]]
        hint = f"this version reads {', '.join(same or RESULTS)}"
        raise result.error(f"is {json.dumps(told, default=str)}; {hint}", "schema")
    who = RESULTS[told]
    found = []
    for row in result.rows("findings"):
        finding = finding_of(row, who)
        if who and finding.source != who:
            raise row.error(f'is "{finding.source}" in a result of {told}; it must be "{who}"', "source")
        found.append(finding)
    return found, _doubts(value, name)


def _doubts(value: Mapping[str, Any], name: str) -> list[str]:
    quality = value.get("quality")
    if not isinstance(quality, Mapping):
        return []
    doubts = []
    if quality.get("verdict") == "refused":
        doubts.append(f"{name} was refused by its quality")
    if quality.get("mirrored") == "unknown":
        doubts.append(f"it is not known whether {name} is mirrored, so that its sides may be exchanged")
    return doubts


def check(case: Case) -> None:
    """See that a case does not contradict itself.

    Raises
    ------
    ValueError
        In one line: what contradicts what.
    """
    for name in ("age", "age_at_onset", "duration_months"):
        told = getattr(case, name)
        if told is not None and (isinstance(told, bool) or not isinstance(told, int | float)):
            raise ValueError(f"{name} is {told!r}; it must be a number")
    for name in ("age", "age_at_onset"):
        years = getattr(case, name)
        if years is not None and not 0.0 <= years <= OLDEST_AGE:
            raise ValueError(f"{name} is {years:g}; it must lie between 0 and {OLDEST_AGE} years")
    if case.age is not None and case.age_at_onset is not None and case.age_at_onset > case.age:
        raise ValueError(f"age_at_onset is {case.age_at_onset:g}, above the age of {case.age:g}")
    _check_duration(case)
    for word, words in ((case.sex, SEXES), (case.setting, SETTINGS)):
        if word is not None and word not in words:
            raise ValueError(f'"{word}" is not one of {", ".join(words)}')
    for finding in case.findings:
        knowledge.finding(finding.code)
        if finding.source not in knowledge.ASSESSORS:
            able = ", ".join(knowledge.ASSESSORS)
            raise ValueError(f'{finding.code}: its source is "{finding.source}"; it must be one of {able}')
        if finding.code == "strictly_unilateral" and finding.state is State.PRESENT and finding.side is Side.BOTH:
            raise ValueError('strictly_unilateral is present on side "both": it is one side or not strictly unilateral')
    _check_ladders(case.findings)


def _check_duration(case: Case) -> None:
    """Refuse a duration that no two birthdays allow."""
    months = case.duration_months
    if months is None:
        return
    if not 0.0 <= months <= 12.0 * OLDEST_AGE:
        raise ValueError(f"duration_months is {months:g}; it must lie between 0 and {12.0 * OLDEST_AGE:g}")
    if case.age is not None and months > 12.0 * (case.age + 1.0):
        raise ValueError(f"duration_months is {months:g}, longer than the age of {case.age:g} allows")
    if case.age is not None and case.age_at_onset is not None:
        years = case.age - case.age_at_onset
        if not 12.0 * (years - 1.0) <= months <= 12.0 * (years + 1.0):
            raise ValueError(
                f"duration_months is {months:g}, but from {case.age_at_onset:g} to {case.age:g} years of age it is "
                f"about {years:g} years"
            )


def _check_ladders(findings: Sequence[Finding]) -> None:
    """Refuse two findings of one source that cannot both be so."""
    seen: dict[tuple[str, str, Side], State] = {}
    for finding in findings:
        before = seen.setdefault((finding.code, finding.source, finding.side), finding.state)
        if finding.source != "video" and {before, finding.state} == {State.PRESENT, State.ABSENT}:
            raise ValueError(f"{finding.code} is both present and absent as the {finding.source} tells it")
    states = _states()
    present = [finding for finding in findings if finding.state is State.PRESENT]
    for i, one in enumerate(present):
        for other in present[i + 1 :]:
            if one.source == other.source and _exclude(one, other, states):
                raise ValueError(f"{one.code} and {other.code} cannot both be present, as the {one.source} tells it")
    _check_sides(findings)


def _exclude(one: Finding, other: Finding, states: Mapping[str, tuple[str, frozenset[str]]]) -> bool:
    """Say whether two findings are of one ladder, of one side, and of steps that have nothing in common."""
    if one.code not in states or other.code not in states or {one.side, other.side} == {Side.LEFT, Side.RIGHT}:
        return False
    (node, where), (other_node, other_where) = states[one.code], states[other.code]
    return node == other_node and not where & other_where


def _check_sides(findings: Sequence[Finding]) -> None:
    """Refuse movement that is there and not there, and one side beside both."""
    moves = {(f.source, f.state): f for f in findings if f.code == "involuntary_movement"}
    for finding in findings:
        if finding.state is not State.PRESENT:
            continue
        source, definition = finding.source, knowledge.finding(finding.code)
        if definition.needs_events and (source, State.ABSENT) in moves and (source, State.PRESENT) not in moves:
            on = f" on the {finding.side.value}" if finding.side in (Side.LEFT, Side.RIGHT) else ""
            raise ValueError(
                f"{finding.code} is present{on}, and involuntary_movement is absent, as the {source} tells it: "
                "a sign of spasms needs spasms"
            )
        moved = moves.get((source, State.PRESENT))
        both = finding.code in ("bilateral_synchronous", "bilateral_lid_spasm")
        if both and moved is not None and moved.side in (Side.LEFT, Side.RIGHT):
            raise ValueError(
                f"involuntary_movement is on the {moved.side.value} and {finding.code} is present, as the {source} "
                'tells it: give it side "both"'
            )


def _states() -> dict[str, tuple[str, frozenset[str]]]:
    return {
        code: (node.name, frozenset(states))
        for node in knowledge.nodes_of_the_network().values()
        for code, states in node.codes.items()
    }
