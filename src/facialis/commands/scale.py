"""``facialis scale``: rating scales listed, shown, asked at the terminal, scored, and two scores compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from facialis.history.scales import Answer, Form, Item, Scale, Scored

app = typer.Typer(no_args_is_help=True, help="Rating scales: list, show, ask, score, and tell a change.")

_STOP, _SKIP, _BACK = "stop", "", "back"

Name = Annotated[str, typer.Argument(help="The scale, for example hfs_7; `facialis scale list` names them.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the score as JSON; - prints it.")]
WordingFile = Annotated[Path | None, typer.Option("--wording", help="The practice's licensed wording (TOML).")]
OnDay = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day it was answered.")]


@app.command("list")
def list_() -> None:
    """List the scales: what each is for, its range and who fills it in."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from facialis.history.scales import scales
    from facialis.history.scales.words import range_of

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("key", "range", "filled in by", "what it tells"):
        table.add_column(head, overflow="fold")
    for scale in scales().values():
        note = f" (made for {scale.other_disorder})" if scale.other_disorder else ""
        table.add_row(scale.key, range_of(scale), scale.who, Text(f"{scale.about}{note}"))
    Console().print(table)


@app.command()
def show(name: Name, wording: WordingFile = None) -> None:
    """Show a scale: its items, what it was made for, how it is scored, and how far its numbers can be trusted."""
    from facialis.history.scales import sources
    from facialis.history.scales.words import described

    scale, _ = _scale_and_form(name, wording)
    for line in described(scale, sources()):
        typer.echo(line)


@app.command()
def score(
    name: Name,
    answers: Annotated[Path | None, typer.Argument(help='The answers (JSON), for example {"1": 3, "2": null}.')] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="ITEM=VALUE", help="One answer, such as severity=3; as often as needed."),
    ] = None,
    json_file: JsonFile = None,
    wording: WordingFile = None,
    on: OnDay = None,
) -> None:
    """Score a filled-in scale; where items are missing, the range that is possible is shown."""
    from facialis.commands import CallError

    if answers is None and not answer:
        raise CallError(f"there are no answers: give a JSON file or `--answer`, or `facialis scale ask {name}`")
    scale, form = _scale_and_form(name, wording)
    day = _day(on)
    given: dict[str, Answer] = {}
    if answers is not None:
        given, written = _answers(answers, scale)
        day = day or written
    given |= dict(_one(word) for word in answer or ())
    _tell(scale, _scored(scale, given, day, form), json_file)


@app.command()
def ask(
    name: Name,
    json_file: JsonFile = None,
    wording: WordingFile = None,
    on: OnDay = None,
    go_on: Annotated[Path | None, typer.Option("--from", help="Go on from these answers (JSON).")] = None,
) -> None:
    """Ask a scale at the terminal. Every item can be skipped; stopping loses no answer."""
    from facialis.commands import take_any_byte
    from facialis.commands.video import can_write

    scale, form = _scale_and_form(name, wording)
    given, day = _answers(go_on, scale) if go_on is not None else ({}, None)
    day = _day(on) or day
    # What is wrong with the call is said before anything is asked.
    _scored(scale, given, day, form)
    can_write({"--json": json_file}, {})
    take_any_byte()
    for line in _opening(scale):
        _say(line)
    left = False
    try:
        _ask_all(scale, given, lambda: _keep(json_file, _scored(scale, given, day, form)))
    except typer.Abort:
        _say("")
        left = True
    result = _scored(scale, given, day, form)
    _tell(scale, result, json_file)
    if result.missing and len(result.missing) < len(result.answers):
        typer.echo(_how_to_go_on(scale, result, json_file), err=True)
    if left:
        raise typer.Exit(130)


@app.command()
def change(
    name: Name,
    before: Annotated[Path, typer.Argument(help="The earlier answers, or a score written with --json.")],
    after: Annotated[Path, typer.Argument(help="The later ones.")],
    json_file: JsonFile = None,
    wording: WordingFile = None,
) -> None:
    """Say whether a score became better or worse by as much as people call important."""
    from facialis.history.scales import change as changed

    scale, form = _scale_and_form(name, wording)
    first, last = (_scored(scale, *_answers(path, scale), form) for path in (before, after))
    told = changed(first, last)
    if json_file is not None and str(json_file) == "-":
        _write(json_file, told.to_json())
    else:
        if json_file is not None:
            _write(json_file, told.to_json())
        typer.echo(f"{scale.name}: {told.verdict}")
        for line in told.because:
            typer.echo(f"  {line}")
    _warn(last)


def _scale_and_form(name: str, wording: Path | None) -> tuple[Scale, Form | None]:
    from facialis.history.scales import find, read_form, worded

    scale = find(name)
    form = read_form(wording, scale) if wording is not None else None
    return worded(scale, form), form


def _scored(scale: Scale, given: dict[str, Answer], day: date | None, form: Form | None) -> Scored:
    from facialis.history.scales import score as scored

    return scored(scale.key, given, answered_on=day, form=form)


def _day(text: str | None) -> date | None:
    from datetime import date

    from facialis.commands import CallError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CallError(f'--on is "{text}"; it must be a day as 2025-03-31') from None


def _answers(path: Path, scale: Scale) -> tuple[dict[str, Answer], date | None]:
    from facialis.history.scales import read_answers

    return read_answers(path, scale)


def _one(word: str) -> tuple[str, Answer]:
    from facialis.commands import CallError

    item, equals, value = word.partition("=")
    if not equals or not item.strip():
        raise CallError(f'--answer is "{word}"; it must be ITEM=VALUE, for example 1=2')
    return item.strip(), value.strip() or None


def _ask_all(scale: Scale, given: dict[str, Answer], keep: Callable[[], Scored]) -> None:
    """Ask what has no answer yet; what is answered is kept at once."""
    items = [item for item in scale.items if given.get(item.key) is None]
    at = 0
    while at < len(items):
        said = _ask_one(scale, items[at], f"{at + 1} of {len(items)}")
        if said == _STOP:
            return
        if said == _BACK:
            at = max(at - 1, 0)
            continue
        if said != _SKIP:
            given[items[at].key] = said
            _warn(keep())
        at += 1


def _ask_one(scale: Scale, item: Item, place: str) -> str:
    from facialis.history.scales import AnswersError, taken_answer

    _say(f"\n{place}  {item.topic}" + (f"  [{item.who}]" if item.who else ""))
    for number, text in item.levels.items():
        _say(f"     {number}  {text}")
    known = ", ".join([f"{item.low} to {item.high}", *item.words])
    while True:
        said = str(typer.prompt(f"     {known}", default="", show_default=False, err=True)).strip()
        if said.casefold() in (_STOP, _SKIP, _BACK):
            return said.casefold()
        try:
            taken_answer(scale, item, said)
        except AnswersError as error:
            _say(f"     {str(error).partition(': ')[2]}")
        else:
            return said


def _opening(scale: Scale) -> list[str]:
    lines = [f"{scale.name}: {scale.about}"]
    if any(item.topic == f"item {item.key} of the licensed form" for item in scale.items):
        lines.append("Its wording is licensed: read the items from your form, or give it with --wording FILE.")
    lines.append("A number or a word answers; Enter skips; `back` goes back; `stop` stops and keeps what is answered.")
    return [*lines, "", scale.instruction] if scale.instruction else lines


def _say(line: str) -> None:
    """Speak beside the result, so that `--json -` prints nothing but JSON."""
    typer.echo(line, err=True)


def _keep(json_file: Path | None, result: Scored) -> Scored:
    if json_file is not None and str(json_file) != "-":
        _write(json_file, result.to_json())
    return result


def _how_to_go_on(scale: Scale, result: Scored, json_file: Path | None) -> str:
    if json_file is not None and str(json_file) != "-":
        return f"Go on with: facialis scale ask {scale.key} --from {json_file} --json {json_file}"
    kept = " ".join(f"--answer {key}={value}" for key, value in result.answers.items() if value is not None)
    return f"Answered so far: facialis scale score {scale.key} {kept}"


def _write(path: Path, result: dict[str, Any]) -> None:
    import json

    from facialis.paper.files import write_whole

    text = json.dumps(result, indent=1, allow_nan=False)
    if str(path) == "-":
        typer.echo(text)
    else:
        write_whole(path, text.encode())


def _tell(scale: Scale, result: Scored, json_file: Path | None) -> None:
    """Print a score, and first of all what must be done now."""
    from facialis.history.scales.words import in_words

    _warn(result)
    if json_file is not None:
        _write(json_file, result.to_json())
        if str(json_file) == "-":
            return
    typer.echo(f"{scale.name}: {in_words(scale, result)}")
    for line in result.because:
        typer.echo(f"  {line}")
    for finding in result.findings():
        typer.echo(f"  finding {finding.code}: {finding.state.value.replace('_', ' ')} ({'; '.join(finding.because)})")
    for key in result.ask_next:
        typer.echo(f"  ask next: facialis scale ask {key}")


def _warn(result: Scored) -> None:
    """Say on standard error what must be done now, so that it is seen also where the JSON is printed."""
    for urgent in result.urgent:
        typer.echo(f"NOW ({urgent.urgency}): {urgent.action}", err=True)
        typer.echo(f"For the patient: {urgent.plain_action}", err=True)
