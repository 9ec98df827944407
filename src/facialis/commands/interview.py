"""``facialis interview``: what the patient tells, asked in the terminal one question at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from facialis.diagnosis import Raised
    from facialis.history.case import Saved
    from facialis.history.interview import Interview, Rank
    from facialis.history.questions import Item

_CASE = Path("case.json")
_HOW = "Type your answer and press Enter. Or: ? explains, b goes back, s skips, d is for don't know, q stops and saves."


def command(
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write the answers.", show_default="case.json, or the file of --resume"),
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the answers in this file.")] = None,
    questionnaire: Annotated[
        Path | None, typer.Option(help="Ask these questions instead of those that are shipped; a TOML file.")
    ] = None,
    setting: Annotated[
        str | None,
        typer.Option(
            help="Where it is asked: specialist, primary_care or self_referred.", show_default="self_referred"
        ),
    ] = None,
) -> None:
    """Ask what the patient knows about the spasms, and write it down for `facialis assess`.

    Nothing leaves this computer. Every answer is saved at once, so that it can be stopped at any time.
    """
    from datetime import datetime

    from rich.console import Console

    from facialis.commands import take_any_byte
    from facialis.history.case import Saved, read
    from facialis.history.interview import Interview
    from facialis.history.read import questionnaire as questions

    asked = questions(questionnaire)
    year = datetime.now().astimezone().year
    target = out or resume or _CASE
    _may_write(target, resume)
    saved = read(resume, asked, year) if resume else Saved(Interview(asked, year))
    told = {"setting": setting or saved.rest.get("setting") or "self_referred"}
    _check_setting(told["setting"])
    take_any_byte()
    console = Console(highlight=False)
    _Conversation(console, target, Saved(saved.interview, {**saved.rest, **told}, saved.dropped)).run()


def _may_write(target: Path, resume: Path | None) -> None:
    from facialis.commands import CallError
    from facialis.commands.video import can_write

    can_write({"--out": target}, {})
    if target.exists() and (resume is None or not resume.exists() or not target.samefile(resume)):
        raise CallError(f"{target}: is there already; go on with --resume {target}, or name another file with --out")


def _check_setting(setting: str) -> None:
    from difflib import get_close_matches

    from facialis.commands import CallError
    from facialis.knowledge import SETTINGS

    if setting not in SETTINGS:
        near = get_close_matches(setting, SETTINGS, 1)
        raise CallError(
            f'--setting: "{setting}" is none of {", ".join(SETTINGS)}'
            + (f'; did you mean "{near[0]}"?' if near else "")
        )


class _Conversation:
    """The interview in a terminal, or with its answers out of a pipe."""

    def __init__(self, console: Console, target: Path, saved: Saved) -> None:
        self.console, self.target = console, target
        self.interview: Interview = saved.interview
        self.rest, self.dropped = saved.rest, saved.dropped
        self.stages: set[str] = set()
        self.flags: list[Raised] = []

    def run(self) -> None:
        """Ask until nothing is open or somebody wants to stop."""
        self._open()
        go_on = self._warn() or self._may_go_on()
        rank = _rank()
        while go_on and (item := self.interview.next(rank)) is not None:
            self._show(item)
            go_on = self._hear(item)
        self._close()

    def _open(self) -> None:
        self._say("Facialis asks you one question at a time about the movements of your face.", blank=True)
        self._say(f"Your answers are kept in {self.target} on this computer and go nowhere else.")
        self._say(self.interview.questionnaire.opening, style="bold")
        self._say(_HOW)
        if self.interview.answers:
            self._say(f"{len(self.interview.answers)} answers are there already; it goes on where it stopped.")
        if self.dropped:
            self._say(
                f"The questions have changed; these answers no longer fit and were left out: {', '.join(self.dropped)}."
            )

    def _show(self, item: Item) -> None:
        from facialis.history.answers import shown
        from facialis.history.questions import Kind

        if item.stage not in self.stages:
            self.stages.add(item.stage)
            self._say(self.interview.questionnaire.headings[item.stage], style="bold", blank=True)
        left = self.interview.left()
        self._say(f"({left} left at most)" if left > 1 else "(the last one)", style="dim", blank=True)
        self._say(shown(self.interview.questionnaire, item, item.question, self.interview.answers))
        if item.kind is not Kind.YES_NO:
            for number, choice in enumerate(item.choices.values(), 1):
                self._say(
                    f"  {number}  {shown(self.interview.questionnaire, item, choice.text, self.interview.answers)}"
                )

    def _hear(self, item: Item) -> bool:
        """Take one line and do what it says; return whether to go on."""
        from facialis.history.answers import AnswerError, shown
        from facialis.history.questions import Kind
        from facialis.history.typed import Wish, meaning, prompt

        while True:
            line = self._line("[y/n] " if item.kind is Kind.YES_NO else "> ")
            if line is None:
                return False
            try:
                meant = meaning(item, line, self.interview.year)
            except AnswerError as error:
                self._say(f"{error} Or ? for help.")
                continue
            if meant is Wish.STOP:
                return False
            if meant is Wish.BACK:
                return self._back()
            if meant is Wish.HELP:
                self._say(shown(self.interview.questionnaire, item, item.help, self.interview.answers))
                self._say(f"Type {prompt(item)}; b to go back, s to skip it, d for don't know, q to stop.")
                continue
            return self._tell(item, meant)

    def _back(self) -> bool:
        if not self.interview.answers:
            self._say("This is the first question.")
            return True
        self.interview = self.interview.back()
        self._save()
        self.flags = self._flags()
        return True

    def _tell(self, item: Item, answer: object) -> bool:
        before = self.interview
        self.interview = before.tell(item.key, answer)
        self._save()
        for line in self.interview.contradictions():
            if line not in before.contradictions():
                self._say(f"{line} Type b to change the last answer, or just go on.", style="bold")
        if self.interview.advice() != before.advice():
            self._advise()
        return self._warn() or self._may_go_on()

    def _advise(self) -> None:
        for advice in self.interview.advice():
            self._say(advice)
        for scale in self.interview.scales():
            self._say(f"  facialis scale ask {scale}", wrap=False)

    def _flags(self) -> list[Raised]:
        from facialis.diagnosis import red_flags

        return red_flags(self.interview.all_findings(), self.interview.all_fields())

    def _warn(self) -> bool:
        """Say at once what cannot wait; return False where it is an emergency."""
        from facialis.knowledge import Urgency

        old = {(one.flag.key, one.urgency) for one in self.flags}
        self.flags = self._flags()
        new = [one for one in self.flags if (one.flag.key, one.urgency) not in old]
        for one in new:
            if one.urgency is not Urgency.SOON:
                self._print_flag(one)
        return all(one.urgency is not Urgency.EMERGENCY for one in new)

    def _print_flag(self, one: Raised) -> None:
        from facialis.knowledge import Urgency

        word = {Urgency.EMERGENCY: "EMERGENCY", Urgency.SAME_DAY: "TODAY", Urgency.SOON: "SOON"}[one.urgency]
        style = "bold red" if one.urgency is Urgency.EMERGENCY else "bold"
        self._say(f"{word}: {one.flag.plain} {one.flag.plain_action}", style=style, blank=True)

    def _may_go_on(self) -> bool:
        """Ask after an emergency whether to go on all the same; silence means no."""
        self._say("Your answers are saved; the questions can wait. Was the answer a mistake? Then type b.")
        while True:
            line = self._line("Go on all the same? [y/n/b] ")
            word = (line or "no").strip().lower()
            if word in ("b", "back"):
                return self._back()
            if word in ("y", "yes"):
                return True
            if word in ("n", "no", "q", "quit", "stop"):
                return False

    def _close(self) -> None:
        from facialis.history.questions import SKIPPED, UNKNOWN
        from facialis.knowledge import Urgency

        answers = self.interview.answers
        if not answers:
            self._say("Nothing was answered, and nothing was written.", blank=True)
            return
        words = [f"{sum(1 for answer in answers.values() if answer not in (SKIPPED, UNKNOWN))} answered"]
        for what, name in ((UNKNOWN, "not known"), (SKIPPED, "skipped")):
            count = sum(1 for answer in answers.values() if answer == what)
            words += [f"{count} {name}"] if count else []
        left = self.interview.left()
        words += [f"up to {left} not asked yet"] if left else []
        self._say(f"Recorded in {self.target}: {', '.join(words)}.", blank=True)
        for line in self.interview.contradictions():
            self._say(f"Does not fit together: {line}")
        self._advise()
        for one in self.flags:
            self._print_flag(one)
        urgent = any(one.urgency is Urgency.EMERGENCY for one in self.flags)
        self._say("When there is time:" if urgent else "What next:", blank=True)
        if left:
            self._say(f"  facialis interview --resume {self.target}   goes on with the questions", wrap=False)
        self._say(f"  facialis assess {self.target}   says what it may be", wrap=False)

    def _save(self) -> None:
        from facialis.history.case import to_bytes
        from facialis.paper.files import write_whole

        write_whole(self.target, to_bytes(self.interview, self.rest))

    def _line(self, prompt: str) -> str | None:
        """Return the next line; None at the end of the input."""
        try:
            return self.console.input(prompt, markup=False)
        except EOFError:
            self.console.print()
            return None

    def _say(self, text: str, style: str = "", blank: bool = False, wrap: bool = True) -> None:
        from rich.text import Text

        if blank:
            self.console.print()
        self.console.print(Text(text, style=style), soft_wrap=not wrap)


def _rank() -> Rank | None:
    """Return what tells which question tells most; None where that is not installed: the file's order holds then."""
    try:
        from facialis.diagnosis import rank_questions
    except ImportError:
        return None
    return rank_questions
