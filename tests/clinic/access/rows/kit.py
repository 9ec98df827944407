"""The page that shows the kit: open in the demonstration, else for those who work here."""

from tests.clinic.access.row import Row

STAFF = ("neurologist", "nurse", "front_desk", "administrator")
ROWS = {
    "kit:kit": Row(dict.fromkeys(STAFF, "page"), ok=(200,)),
    "kit:trouble": Row(
        dict.fromkeys(STAFF, "all"),
        args=lambda world, whose: {"status": 999 if whose == "missing" else 404},
        ok=(200,),
    ),
}
