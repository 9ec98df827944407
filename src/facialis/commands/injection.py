"""``facialis injection``: plan an injection of toxin, record what was given, begin the next plan from the last."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

app = typer.Typer(
    no_args_is_help=True,
    help="Injection of botulinum toxin: plan it exactly, record what was given, begin the next plan from the last.",
)

_ON = typer.Option("--on", metavar="DATE", help="Today, as 2026-01-31; today's date when left out.")
_JSON = typer.Option("--json", help="Write the result as JSON; - prints it.")
_REPORT = typer.Option(help="Write the page into this folder.")
_PDF = typer.Option(help="Write the page as PDF; needs the extra pdf.")


@app.command("plan")
def plan_command(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml", help="Product, side, sites and units.")],
    case: Annotated[Path | None, typer.Option(help="A case: circumstances, medicines, the side on film.")] = None,
    last: Annotated[
        list[Path] | None, typer.Option(help="An earlier session (facialis.session/1); again for each.")
    ] = None,
    on: Annotated[str | None, _ON] = None,
    json_file: Annotated[Path | None, _JSON] = None,
    report: Annotated[Path | None, _REPORT] = None,
    pdf: Annotated[Path | None, _PDF] = None,
) -> None:
    """Check a plan and add it up: vials, volumes, waste, limits of the label, intervals, sides, reasons to stop."""
    today = _on(on)
    _check_outputs(json_file, report, pdf, "plan.html", plan_file, *(last or ()), *([case] if case else ()))
    from facialis.case import read as read_case
    from facialis.treatment.injection import earlier, plan, wanted

    sessions = [earlier.session(path) for path in last or []]
    told = plan(wanted.read(plan_file, today), read_case(case) if case else None, sessions, today).to_json()
    _write(told, json_file, report, pdf, session=False)
    if str(json_file) != "-":
        _print_plan(told)


@app.command("record")
def record_command(
    session_file: Annotated[
        Path, typer.Argument(metavar="SESSION.toml", help="Lots, consent, time-out, what was given.")
    ],
    plan_file: Annotated[
        Path | None, typer.Option("--plan", metavar="PLAN.json", help="The plan, as `injection plan --json` wrote it.")
    ] = None,
    on: Annotated[str | None, _ON] = None,
    json_file: Annotated[Path | None, _JSON] = None,
    report: Annotated[Path | None, _REPORT] = None,
    pdf: Annotated[Path | None, _PDF] = None,
) -> None:
    """Record a session as it was given, against its plan; write it with --json to keep it."""
    today = _on(on)
    _check_outputs(json_file, report, pdf, "session.html", session_file, *([plan_file] if plan_file else []))
    from facialis.treatment.injection import plan_result, recording

    plan = plan_result.read(plan_file) if plan_file else None
    told = recording.record(session_file, plan, today).to_json()
    _write(told, json_file, report, pdf, session=True)
    if str(json_file) != "-":
        _print_session(told, kept=json_file is not None)


@app.command("next")
def next_command(
    session: Annotated[Path, typer.Argument(metavar="SESSION.json", help="The last session.")],
    out: Annotated[Path, typer.Option(metavar="PLAN.toml", help="Where the next plan goes; it must not exist.")],
    course: Annotated[
        Path | None, typer.Option(metavar="COURSE.json", help="What was measured since (facialis.course/1).")
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Of the next session; left out: the earliest by all rules."),
    ] = None,
) -> None:
    """Begin the next plan from the last session: the doses that were given, copied; none raised, no product changed."""
    from facialis.commands import CallError
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--out": out}, {}, session)
    if out.exists():
        raise CallError(f"--out {out}: is there already, and a plan is never written over; name another one")
    from facialis.treatment.injection.next_plan import next_plan

    made = next_plan(session, course, _day("--date", day) if day is not None else None)
    write_whole(out, made.toml.encode())
    typer.echo(f"{out}: {made.day.isoformat()}, copied from the last session; nothing was raised.")
    for note in made.notes:
        typer.echo(f"  {note}")


@app.command("convert", context_settings={"ignore_unknown_options": True})
def convert_command(
    units: Annotated[str, typer.Argument(help="Units of the one product.")],
    source: Annotated[str, typer.Argument(metavar="FROM", help="A product.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Another product.")],
) -> None:
    """Refuse to convert units from one product to another, always, and say what to do instead."""
    from facialis.commands import CallError
    from facialis.treatment.injection.conversion import refusal

    raise CallError(refusal(units, source, target))


@app.command("products")
def products_command(json_file: Annotated[Path | None, _JSON] = None) -> None:
    """List the products: vials, dilutions, what the labels allow, from when they may be given again."""
    from facialis.treatment.injection import lists

    _list(lists.products(), json_file, lists.product_lines)


@app.command("muscles")
def muscles_command(json_file: Annotated[Path | None, _JSON] = None) -> None:
    """List the muscles and their sites: usual units by product, depth, what goes wrong there."""
    from facialis.treatment.injection import lists

    _list(lists.muscles(), json_file, lists.muscle_lines)


def _on(told: str | None) -> date:
    return datetime.now(UTC).astimezone().date() if told is None else _day("--on", told)


def _day(option: str, told: str) -> date:
    from facialis.commands import CallError

    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise CallError(f"{option} {told}: give a date, as 2026-01-31") from error


def _check_outputs(json_file: Path | None, report: Path | None, pdf: Path | None, page: str, *keep: Path) -> None:
    """Refuse what cannot be written, what would be written over a file that is read, and one file for two results."""
    from facialis.commands import CallError
    from facialis.commands.video import can_write

    files: dict[str, Path | None] = {"--json": None if str(json_file) == "-" else json_file, "--pdf": pdf}
    for path in keep:
        # The page goes into a folder that may not be there yet: only one that is there can hold a file that is read.
        in_folder = report / page if report is not None and report.is_dir() else None
        can_write({**files, "--report": in_folder}, {"--report": report}, path)
    named: dict[Path, str] = {}
    for option, file in (files | {"--report": report and report / page}).items():
        if file is not None and (first := named.setdefault(file.resolve(), option)) != option:
            raise CallError(f"{option} {file}: is where {first} writes too; name another one")
    if pdf is not None:
        from facialis.paper.pdf import check

        check()


def _write(
    told: Mapping[str, Any], json_file: Path | None, report: Path | None, pdf: Path | None, *, session: bool
) -> None:
    """Write the page, the PDF and the JSON that are asked for."""
    from facialis.paper.files import write_whole

    if report is not None or pdf is not None:
        from facialis.treatment.injection import page

        if report is not None:
            (page.write_session if session else page.write)(told, report)
        if pdf is not None:
            from facialis.paper.pdf import pdf as on_paper

            write_whole(pdf, on_paper((page.compose_session if session else page.compose)(told)))
    text = json.dumps(told, indent=1, allow_nan=False)
    if str(json_file) == "-":
        typer.echo(text)
    elif json_file is not None:
        write_whole(json_file, text.encode())


def _list(told: Any, json_file: Path | None, lines: Callable[[Any], list[str]]) -> None:
    if json_file is None:
        for line in lines(told):
            typer.echo(line)
        return
    from facialis.commands.video import can_write
    from facialis.paper.files import write_whole

    can_write({"--json": json_file}, {})
    text = json.dumps(told, indent=1, allow_nan=False)
    if str(json_file) == "-":
        typer.echo(text)
    else:
        write_whole(json_file, text.encode())


_STATES = {"ready": "READY", "blocked": "BLOCKED", "needs_reason": "NEEDS A REASON"}


def _print_plan(told: Mapping[str, Any]) -> None:
    """Print the state and why, the sites, the totals, the intervals."""
    product, totals = told["product"], told["totals"]
    missing = f", {len(told['not_asked'])} not asked" if told["not_asked"] else ""
    state = f"{_STATES[told['state']]}{missing}"
    typer.echo(f"{state}: {told['date']}, {told['side']}, {totals['units']} U of {product['key']}")
    for one in told["blocks"]:
        needs = "change the plan" if one["needs"] == "change" else "give a reason"
        typer.echo(f"  {one['code']} ({needs}): {one['text']}")
    for one in told["overrides"]:
        typer.echo(f"  passed by {one['by']} ({one['reason']}): {one['text']}")
    _print_sites(told["sites"])
    typer.echo(
        f"  draw {totals['vials']} x {product['vial_units']} U = {totals['prepared_units']} U in "
        f"{totals['prepared_ml']} mL; give {totals['units']} U in {totals['volume_ml']} mL; waste "
        f"{totals['waste_units']} U in {totals['waste_ml']} mL"
    )
    for one in told["limits"]:
        typer.echo(f"  {'within' if one['within'] else 'ABOVE'}: {one['planned']} of {one['limit']} U, {one['text']}")
    typer.echo(f"  {told['cumulative']['text']}")
    for one in told["intervals"]:
        typer.echo(f"  {one['rule']}: {_since(one)}, {one['text']}")
    for line in (told["from_last"] or {}).get("advice", []):
        typer.echo(f"  from the last session: {line}")
    for one in told["cautions"]:
        typer.echo(f"  care: {one['text']}")


def _since(one: Mapping[str, Any]) -> str:
    if one["earliest"] is None:
        return f"{one['days']} days, no earlier session told, ask when"
    return f"from {one['earliest']} ({one['days']} days), {'met' if one['met'] else 'NOT met'}"


def _print_sites(sites: list[Mapping[str, Any]]) -> None:
    for one in sites:
        above = ", above what is usual" if one["above_usual"] else ""
        name = f"{one['muscle']}, {one['site']}".replace("_", " ")
        typer.echo(f"  {one['side']:5} {name}: {one['units']} U, {one['volume_ml']} mL{above}")


def _event(one: Mapping[str, Any]) -> str:
    from facialis.knowledge import treatment

    side = "" if one["side"] == "none" else one["side"]
    since = f"from {one['onset']}" if one["onset"] else "day of onset not told"
    until = f"until {one['resolved']}" if one["resolved"] else "not over, or not told"
    name = treatment.alarms().side_effects[one["code"]].title
    return ", ".join(part for part in (name, side, one["severity"], since, until) if part)


def _print_session(told: Mapping[str, Any], *, kept: bool) -> None:
    totals = told["totals"]
    typer.echo(f"{told['date']}, {told['side']}: {totals['units']} U of {told['product']['key']} given")
    _print_sites(told["given"])
    typer.echo(
        f"  drawn {totals['drawn_units']} U in {totals['drawn_ml']} mL = given {totals['units']} U in "
        f"{totals['volume_ml']} mL + wasted {totals['waste_units']} U in {totals['waste_ml']} mL"
    )
    for one in told["adverse_events"]:
        typer.echo(f"  adverse event: {_event(one)}")
    for one in told["cautions"]:
        typer.echo(f"  care: {one['text']}")
    if not kept:
        typer.echo("  nothing was kept: --json FILE writes the session")
