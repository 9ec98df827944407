"""What the differential diagnosis rests on: disorders, how often each finding occurs in each, who reads it how well.

A *node* is one thing about a person that can be in one of several states; a finding of the vocabulary is a set of its
states. A *trait* is hidden: it makes the nodes under it go together within a disorder, so that three views of one
thing do not count as three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from facialis.knowledge.definitions import Code, Urgency


class Basis(StrEnum):
    """Where a share comes from. An elicited one is never shown as a published one."""

    PUBLISHED = "published"
    CALCULATED = "calculated"
    ELICITED = "elicited"


@dataclass(frozen=True, slots=True)
class Study:
    """What one source counted.

    Attributes
    ----------
    counts : tuple of float
        People in each state of the node; for a binary node with it and without it.
    source : str
        Key of ``sources.toml``.
    """

    counts: tuple[float, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Share:
    """How a node's states are distributed in one disorder, as a Dirichlet (for two states a Beta) distribution.

    Attributes
    ----------
    mean : tuple of float
        Share of each state, every one above 0, sum 1.
    weight : float
        Of how many people it is worth: the Dirichlet's parameters are ``mean * weight``.
    basis : Basis
    sources : tuple of str
        Keys of ``sources.toml``; empty where it is elicited.
    studies : tuple of Study
        Where it is published.
    rule : str
        How it was calculated, or why it was elicited so; may be empty for elicited ones.
    """

    mean: tuple[float, ...]
    weight: float
    basis: Basis
    sources: tuple[str, ...] = ()
    studies: tuple[Study, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Trait:
    """A hidden cause that makes nodes go together within a disorder.

    Attributes
    ----------
    key : str
        Its letter, as in ``findings.toml``.
    name : str
    strength : float
        0: its nodes are independent within a disorder; 1: they go together as far as their shares allow. Elicited.
    parent : str
        The trait above it, or empty.
    why : str
        Why it is so strong.
    """

    key: str
    name: str
    strength: float
    parent: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing about a person that can be in one of several states.

    Attributes
    ----------
    name : str
        The finding's code, or the name of a ladder of findings, or ``sex``, ``age_at_onset``, ``duration``.
    states : tuple of str
        At least two. The first is the one that its trait goes with.
    codes : mapping of str to tuple of str
        Finding to the states in which it is present. Empty for ``sex``, ``age_at_onset`` and ``duration``.
    trait : str
        Key of its trait, or empty.
    shares : mapping of str to Share
        By disorder, or ``disorder:cause`` where a cause differs from its disorder.
    """

    name: str
    states: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    trait: str
    shares: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Reader:
    """How well somebody reads a finding.

    Attributes
    ----------
    sensitivity, specificity : Share
        Two states: read present and not, where it is present; read absent and not, where it is absent.
    """

    sensitivity: Share
    specificity: Share


@dataclass(frozen=True, slots=True)
class Disorder:
    """A disorder of the differential.

    Attributes
    ----------
    key : str
        For example ``"hemifacial_spasm"``.
    name, plain : str
        For clinicians, and for patients.
    definition, in_plain_words : str
        One or two sentences for each.
    icd10cm : mapping of str to str
        By side (``left``, ``right``, ``both``, ``none``); empty where no code fits.
    codes : tuple of Code
    causes : mapping of str to str
        Cause to its name; empty where causes are not told apart.
    rare : bool
        Too rare to be named to a patient unless it leads.
    sources : tuple of str
    """

    key: str
    name: str
    plain: str
    definition: str
    in_plain_words: str
    icd10cm: Mapping[str, str]
    codes: tuple[Code, ...]
    causes: Mapping[str, str]
    rare: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag: a rule over findings that stands outside all probabilities.

    Attributes
    ----------
    key : str
    title, plain : str
        For clinicians, and for patients.
    urgency : Urgency
    when : tuple of tuple of str
        Conditions of which one must hold; each a set of findings that must all be present.
    unless : tuple of str
        Findings whose presence hands it to another rule.
    onset_below, age_below : float or None
        Years; a condition of its own, together with `when` where that is not empty.
    action, plain_action : str
        What to do, for clinicians and for patients.
    sources : tuple of str
    basis : Basis
    both_sides : bool
        Holds too where somebody says that both sides move, or that it is not always one.
    tests : tuple of str
        Keys of the tests in ``steps.toml`` that it asks for itself.
    depends : bool
        Whether to dial at once depends on what its own words ask; nobody is told to dial above them.
    """

    key: str
    title: str
    plain: str
    urgency: Urgency
    when: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    onset_below: float | None
    age_below: float | None
    action: str
    plain_action: str
    sources: tuple[str, ...]
    basis: Basis
    both_sides: bool = False
    tests: tuple[str, ...] = ()
    depends: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A question, a sign to look for, or a test.

    Attributes
    ----------
    key : str
        The finding's code for a question or a sign; a name of its own for a test.
    kind : str
        ``"question"``, ``"sign"`` or ``"test"``.
    name, plain : str
        As printed: for clinicians, and for patients.
    yields : tuple of (str, str)
        Which findings it reads: (code, who reads).
    cost, burden, risk : str
        ``"none"``, ``"low"``, ``"medium"`` or ``"high"``.
    also : str
        What it is good for beside telling disorders apart, for example that it excludes a lesion; may be empty.
    standing : tuple of str
        Disorders in which it is done whatever it tells, so that its price is no reason against it.
    after_looking : bool
        It waits until somebody has looked at the face, or filmed it.
    """

    key: str
    kind: str
    name: str
    plain: str
    yields: tuple[tuple[str, str], ...]
    cost: str
    burden: str
    risk: str
    also: str = ""
    standing: tuple[str, ...] = ()
    after_looking: bool = False
