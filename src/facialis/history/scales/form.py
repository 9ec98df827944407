"""The practice's own form: the wording that it is licensed to use, kept in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from facialis.document import Document, toml_file
from facialis.history.scales.definitions import How, Item, Part, Scale, Wording


@dataclass(frozen=True, slots=True)
class Form:
    """A practice's wording of one scale.

    Attributes
    ----------
    scale : str
        Key of the scale.
    permission : str
        Who allowed the wording, and when.
    items : mapping of str to str
        Item key to its wording, in the order of the form.
    added : bool
        Whether the form adds its items to a total, where the scale leaves that to the form.
    """

    scale: str
    permission: str
    items: Mapping[str, str]
    added: bool = False


def read(path: Path, scale: Scale) -> Form:
    """Read a practice's form of a scale, TOML.

    It says ``scale``, ``permission`` (who allowed the wording, and when) and, under ``[items]``, the wording by item;
    where the scale leaves it to the form how items are put together, ``total = "sum"`` adds them.

    Raises
    ------
    DocumentError
        If the file cannot be read, is of another scale, or words an item that the scale does not have.
    """
    document = Document(toml_file(path), str(path))
    document.only(("scale", "permission", "items", "total"))
    document.word("scale", (scale.key,))
    items = document.inner("items")
    if scale.how is not How.FORM:
        items.only([item.key for item in scale.items])
    wording = {key: items.text(key) for key, _ in items.items()}
    if not wording:
        raise document.error("must word at least one item", "items")
    if document.has("total"):
        document.word("total", ("sum",))
    return Form(scale.key, document.text("permission"), wording, document.has("total"))


def worded(scale: Scale, form: Form | None) -> Scale:
    """Return the scale with the practice's wording in place of numbers, or with the form's own items.

    Parameters
    ----------
    scale : Scale
    form : Form or None
        Without one the scale stays as it is.

    Raises
    ------
    ValueError
        If the form is of another scale.
    """
    if form is None:
        return scale
    if form.scale != scale.key:
        raise ValueError(f"the form is of {form.scale}, not of {scale.key}")
    if scale.how is How.FORM:
        return _with_items_of(scale, form)
    parts = tuple(replace(part, items=tuple(_worded(item, form) for item in part.items)) for part in scale.parts)
    return replace(scale, parts=parts)


def _worded(item: Item, form: Form) -> Item:
    topic = form.items.get(item.key)
    return item if topic is None else replace(item, topic=topic, wording=Wording.LICENSED)


def _with_items_of(scale: Scale, form: Form) -> Scale:
    pattern = scale.parts[0].items[0]
    items = tuple(replace(pattern, key=key, topic=topic) for key, topic in form.items.items())
    ends = (pattern.low * len(items), pattern.high * len(items)) if form.added else (None, None)
    return replace(scale, parts=(Part("", 1, items),), low=ends[0], high=ends[1])
