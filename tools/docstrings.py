"""Fail when a docstring of the package names other parameters than its signature.

Where a public function's docstring has a "Parameters" section, its names are those of the signature, in their order.
A class's section names the parameters of its ``__init__`` or the fields of its dataclass; "Attributes" names what the
class has. A function that says what it returns returns something. (ruff sees to it that there is a docstring at all.)
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
ENTRY = re.compile(r"^(\*{0,2}\w+(?:, *\*{0,2}\w+)*)(?: *:.*)?$", re.MULTILINE)


def sections(docstring: str) -> dict[str, list[str]]:
    """Return the names that each numpydoc section lists."""
    parts = SECTION.split(docstring)[1:]
    listed = {}
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        entries = (match.group(1) for match in ENTRY.finditer(body))
        listed[title] = [name.strip().lstrip("*") for entry in entries for name in entry.split(",")]
    return listed


def signature(function: Function) -> list[str]:
    """Return the names of a function's parameters without self and cls."""
    given = function.args
    order = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [argument.arg for argument in order if argument and argument.arg not in ("self", "cls")]


def members(node: ast.ClassDef) -> tuple[list[str], set[str]]:
    """Return what a class is made from, and every name that its instances have."""
    fields = [
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and not statement.target.id.startswith("_")
    ]
    made_by = next((f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"), None)
    has = set(fields) | {f.name for f in node.body if isinstance(f, Function)}
    has |= {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
    return (signature(made_by) if made_by else fields), has


def wrong(node: Function | ast.ClassDef) -> Iterator[str]:
    """Say what a docstring claims that its definition does not."""
    listed = sections(ast.get_docstring(node) or "")
    if isinstance(node, ast.ClassDef):
        names, has = members(node)
        for name in listed.get("Attributes", []):
            if name not in has:
                yield f"has no attribute {name}"
    else:
        names = signature(node)
        silent = isinstance(node.returns, ast.Constant) and node.returns.value is None
        if silent and {"Returns", "Yields"} & set(listed):
            yield "returns nothing, against its docstring"
    if "Parameters" in listed and listed["Parameters"] != names:
        yield f"documents ({', '.join(listed['Parameters'])}), takes ({', '.join(names)})"


def main() -> int:
    """Read every file of the package."""
    lines = [
        f"{path}:{node.lineno}: {node.name} {fault}"
        for path in sorted(Path("src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        for fault in wrong(node)
    ]
    print("\n".join(lines) if lines else "every docstring names what its signature does")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
