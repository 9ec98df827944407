"""Run the benchmarks: all of them, or those that are named. ``make bench`` calls this."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from benchmarks import figures, kept


def _accuracy(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import accuracy

    return accuracy.run(options.part, quick=options.quick)


def _hard(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import hard

    return hard.run(options.part, quick=options.quick)


def _published(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import published

    return published.run(options.part, quick=options.quick)


def _course(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import course

    return course.run(options.part, quick=options.quick)


def _change(options: argparse.Namespace) -> dict[str, Any]:
    from benchmarks import change

    return change.run(options.part, quick=options.quick)


def _simple(name: str) -> Callable[[argparse.Namespace], dict[str, Any]]:
    """Return a benchmark that has no choices but to be quick."""

    def run(options: argparse.Namespace) -> dict[str, Any]:
        from importlib import import_module

        result: dict[str, Any] = import_module(f"benchmarks.{name}").run(quick=options.quick)
        return result

    return run


BENCHMARKS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "speed": _simple("speed"),
    "memory": _simple("memory"),
    "scaling": _simple("scaling"),
    "flow": _simple("flow"),
    "blink": _simple("blink"),
    "accuracy": _accuracy,
    "budget": _simple("budget"),
    "hard": _hard,
    "tasks": _simple("tasks"),
    "peers": _simple("against_peers"),
    "published": _published,
    "differential": _simple("differential"),
    "course": _course,
    "change": _change,
    "relief": _simple("relief"),
    "emg_long": _simple("emg_long"),
    "emg_synchrony": _simple("emg_synchrony"),
    "emg_bursts": _simple("emg_bursts"),
    "emg_onsets": _simple("emg_onsets"),
    "emg_patterns": _simple("emg_patterns"),
    "site": _simple("site"),
    "access": _simple("access"),
    "audit": _simple("audit"),
    "jobs": _simple("jobs"),
    "clip": _simple("clip"),
    "axe": _simple("axe"),
    "pathway": _simple("pathway"),
    "room": _simple("room"),
    "chart": _simple("chart"),
    "intake": _simple("intake"),
    "emg_evoked": _simple("emg_evoked"),
}


def main() -> None:
    """Run what the command line names, write the figures and print them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--part", choices=["report", "tune"], default="report", help="clips to report or to tune on")
    parser.add_argument("--quick", action="store_true", help="a few clips or repeats; nothing is written")
    options = parser.parse_args()
    if unknown := set(options.names) - BENCHMARKS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    for name in options.names or BENCHMARKS:
        kept.say(f"== {name}")
        result = BENCHMARKS[name](options)
        if options.quick or options.part != "report":
            print(figures.section(name, {"figures": kept.rounded(result)}))
            continue
        path = kept.write(name, result)
        print(figures.section(name, json.loads(path.read_text(encoding="utf-8"))))
        figures.write()


if __name__ == "__main__":
    main()
