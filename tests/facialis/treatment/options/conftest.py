"""A small world of options, every rule of which is known, and the choice in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from facialis import knowledge
from facialis.case import Case
from facialis.knowledge.treatment.ground_rule import ground_rules
from facialis.knowledge.treatment.read_options import circumstances, options
from facialis.treatment.options import Chosen, Known, Placed, choose

CIRCUMSTANCES = """
[weak_nerves]
term = "Weak nerves"
question = "Are your nerves weak?"
medicines = ["strengthol", "strengthol forte acid"]
[thin_blood]
term = "Thin blood"
question = "Do you take blood thinners?"
medicines = ["thinnol"]
[scan_done]
term = "Scan done"
question = "Has a scan been made?"
ask = false
[scan_read]
term = "Scan read"
question = "Has the scan been read?"
ask = false
[pregnancy]
term = "Pregnancy"
question = "Are you pregnant?"
"""

OPTION = """
[{key}]
name = "{name}"
plain_name = "{name}"
kind = "{kind}"
standing = "{standing}"
what = "It does something."
plain = "It does something."
{more}
[{key}.evidence]
certainty = "{certainty}"
text = "{text}"
plain = "Little is known."
{rules}
"""

OPERATION_RULES = """
[[operation.first]]
done_by = ["scan_done", "scan_read"]
text = "Scan before the operation."
plain = "A scan first."
basis = "elicited"
[[operation.caution]]
age_above = 70
text = "Above 70 years: the anaesthetic weighs more."
plain = "With age the anaesthetic is harder."
basis = "elicited"
[[operation.outcomes]]
key = "relief"
name = "Relief"
plain = "are better"
rate = {studies = [{present = 90, of = 100, source = "S134"}], per = "operation", at = "2 years"}
[[operation.harms]]
key = "deafness"
name = "Deafness"
plain = "are deaf"
severity = "serious"
lasting = true
rate = {value = 0.02, per = "operation", basis = "elicited"}
"""

INJECTION_RULES = """
[[injection.never]]
when = ["weak_nerves"]
if_unknown = true
text = "Weak nerves: never."
plain = "Not with weak nerves."
basis = "published"
sources = ["S134"]
[[injection.caution]]
when = ["thin_blood", "hearing_loss_unilateral"]
if_unknown = true
text = "Thin blood: compress."
plain = "We press."
basis = "elicited"
[[injection.caution]]
text = "Look at the eye."
plain = "We look at the eye."
basis = "elicited"
[[injection.caution]]
when = ["pregnancy"]
if_unknown = true
text = "Pregnancy: wait."
plain = "It can wait."
basis = "elicited"
"""

GROUND = """
[rules.children]
part = "first"
kinds = ["toxin", "medicine"]
age_below = 18
said = true
text = "Below 18 years: a children's neurologist first."
plain = "A children's doctor first."
basis = "elicited"
[rules.sides]
part = "first"
kinds = ["toxin"]
when = ["sides_disagree"]
said = true
text = "Settle the side first."
plain = "The side first."
basis = "elicited"
[rules.both]
part = "said"
when = ["both_sides"]
text = "Each side has a plan of its own."
plain = "Each side its own plan."
basis = "elicited"
[rules.second]
part = "never"
options = ["second_operation"]
unless = ["prior_decompression"]
text = "A second needs a first."
plain = "Only after a first."
basis = "elicited"
[rules.instead]
part = "never"
options = ["operation"]
when = ["prior_decompression"]
if_unknown = true
text = "After a first, it is a second."
plain = "It would be a second one."
basis = "elicited"
[spared.men]
keys = ["pregnancy"]
sex = "male"
because = "sex male"
"""


def _option(key: str, kind: str, standing: str, rules: str = "") -> str:
    none = standing == "no_evidence"
    return OPTION.format(
        key=key,
        name=key.replace("_", " ").capitalize(),
        kind=kind,
        standing=standing,
        rules=rules,
        more='really_for = "Something else."' if none else "",
        certainty="none" if none else "low",
        text="No evidence found in hemifacial spasm." if none else "Small series.",
    )


def _known() -> Known:
    told = circumstances(CIRCUMSTANCES)
    text = "".join(
        (
            _option("charm", "complementary", "no_evidence"),
            _option("old_knife", "procedure", "historical"),
            _option("tablet", "medicine", "limited"),
            _option("operation", "operation", "established", OPERATION_RULES),
            _option("second_operation", "operation", "established"),
            _option("injection", "toxin", "established", INJECTION_RULES),
        )
    )
    keys = {*told, *knowledge.findings()}
    listed = options(text, keys, knowledge.sources())
    return Known(listed, ground_rules(GROUND, keys, listed, knowledge.sources()), told)


@pytest.fixture(scope="session")
def known() -> Known:
    return _known()


@pytest.fixture
def chosen(known: Known) -> Callable[..., Chosen]:
    def call(case: Case | None = None, **more: Any) -> Chosen:
        return choose(case or Case(age=50.0), known=known, **more)

    return call


@pytest.fixture
def placed(chosen: Callable[..., Chosen]) -> Callable[..., Placed]:
    """Choose, and return one option."""

    def call(key: str, case: Case | None = None, **more: Any) -> Placed:
        return next(one for one in chosen(case, **more).options if one.option.key == key)

    return call
