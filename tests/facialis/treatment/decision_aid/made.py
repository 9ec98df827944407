"""Options made for tests: each number is easy to tell, so that a wrong one shows."""

from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.option import Certainty, Evidence, Harm, Kind, Option, Outcome, Rule, Standing
from facialis.knowledge.treatment.rates import Rate


def share(value, low=None, high=None, *, per="person", at="", basis=Basis.PUBLISHED, sources=("S134",)):
    return Rate(value, low, high, "share", per, at, basis, sources)


def days(value, *, per="session", sd=None):
    return Rate(value, None, None, "days", per, "", Basis.PUBLISHED, ("S111",), sd=sd)


def option(key, kind, outcomes, harms, *, never=(), caution=(), first=(), aid=True, plain_name=""):
    return Option(
        key,
        key.replace("_", " "),
        plain_name or key.replace("_", " "),
        kind,
        Standing.ESTABLISHED,
        "What it is.",
        "It is one way to calm the face.",
        "",
        Evidence(Certainty.LOW, "Series of people.", "Many people were watched, but chance did not choose.", ("S134",)),
        tuple(outcomes),
        tuple(harms),
        tuple(never),
        tuple(caution),
        tuple(first),
        (),
        aid,
    )


def rule(*when, text="Not with this.", plain="It is not for people with this.", below=None, above=None, unknown=False):
    return Rule(tuple(when), below, above, unknown, text, plain, Basis.PUBLISHED, ("S134",))


LID = Harm("ptosis", "Ptosis", "A lid hangs", "minor", False, "some weeks", share(0.12, 0.10, 0.14, per="session"))
TOXIN = option(
    "onabotulinumtoxinA",
    Kind.TOXIN,
    [
        Outcome("relief", "Relief", "The face is calmer", share(0.935, 0.91, 0.955, per="session", at="10 years")),
        Outcome("onset", "Onset", "Days until it works", days(5.4, sd=5.3)),
        Outcome("lasting", "Lasting", "Still relieved", None, "Nobody has counted it."),
    ],
    [LID],
    never=[rule("myasthenia_gravis", text="Toxin can make myasthenia worse.")],
    caution=[rule("anticoagulant", plain="Press on each prick if your blood is thinned.", unknown=True)],
    plain_name="Injections (Botox)",
)
OPERATION = option(
    "microvascular_decompression",
    Kind.OPERATION,
    [
        Outcome(
            "relief",
            "Relief",
            "Relief after the operation",
            share(0.911, 0.903, 0.918, per="operation", at="2.9 years"),
        ),
        Outcome("lasting", "Lasting", "Still relieved", share(0.84, 0.79, 0.88, per="operation", at="10 years")),
        Outcome("recurrence", "Recurrence", "It comes back", share(0.024, per="operation", at="2.9 years")),
    ],
    [
        Harm(
            "hearing_loss",
            "Hearing loss",
            "A deaf ear",
            "serious",
            True,
            "",
            share(0.023, 0.02, 0.027, per="operation"),
        ),
        Harm("death", "Death", "Death", "death", True, "", share(0.0004, 0.0, 0.001, per="operation")),
        Harm("palsy", "Palsy", "A weak face for some months", "minor", False, "months", share(0.095, per="operation")),
    ],
    plain_name="Operation on the nerve",
)
WAITING = option(
    "watchful_waiting",
    Kind.WAITING,
    [
        Outcome(
            "lasting",
            "Lasting",
            "Free without treatment",
            share(0.413, 0.32, 0.51, at="mean 12 years", sources=("S159",)),
        )
    ],
    [],
    plain_name="Waiting",
)
SHORT = option(
    "redo_decompression",
    Kind.OPERATION,
    [Outcome("relief", "Relief", "Relief after it", share(0.94, 0.92, 0.96, per="operation", at="2.9 years"))],
    [Harm("hearing_loss", "Hearing loss", "A deaf ear", "serious", True, "", share(0.04, per="operation"))],
    plain_name="A second operation",
)
TABLETS = option("carbamazepine", Kind.MEDICINE, [], [], aid=False, plain_name="Carbamazepine tablets")
OPTIONS = {one.key: one for one in (TOXIN, OPERATION, SHORT, WAITING, TABLETS)}
