"""Plans and sessions of people who do not exist, as the public results have them."""

import copy

SITES = (
    ("medial_upper_lid", "orbicularis_oculi", "2.5"),
    ("lateral_upper_lid", "orbicularis_oculi", "2.5"),
    ("lateral_lower_lid", "orbicularis_oculi", "2.5"),
    ("lateral_canthus", "orbicularis_oculi", "5"),
    ("medial", "corrugator", "2.5"),
    ("belly", "zygomaticus_major", "1.25"),
)
SHA = "0123456789abcdef" * 4


def sites(side="left"):
    return [
        {
            "site": site,
            "muscle": muscle,
            "side": side,
            "units": units,
            "volume_ml": f"{float(units) / 25:g}",
            "usual": {"low": "1.25", "high": "2.5", "basis": "published", "sources": ["S120"]},
            "above_usual": units == "5",
        }
        for site, muscle, units in SITES
    ]


def plan(**changes):
    result = {
        "schema": "facialis.injection_plan/1",
        "date": "2026-04-20",
        "side": "left",
        "product": {
            "key": "onabotulinumtoxinA",
            "name": "onabotulinumtoxinA",
            "vial_units": "100",
            "diluent_ml": "4",
            "units_per_ml": "25",
            "syringe_step_ml": "0.01",
        },
        "state": "ready",
        "blocks": [],
        "cautions": [{"code": "antithrombotics", "text": "Compress each site.", "plain": "", "source": "elicited"}],
        "overrides": [],
        "sites": sites(),
        "totals": {
            "units": "16.25",
            "volume_ml": "0.65",
            "by_side": {"left": {"units": "16.25", "volume_ml": "0.65"}},
            "by_muscle": {},
            "vials": 1,
            "prepared_units": "100",
            "prepared_ml": "4",
            "waste_units": "83.75",
            "waste_ml": "3.35",
        },
        "limits": [
            {
                "what": "eye",
                "text": "first session",
                "limit": "25",
                "planned": "15",
                "within": True,
                "basis": "published",
                "sources": ["S120"],
            }
        ],
        "cumulative": {
            "window_days": 84,
            "units_this_product": "171.25",
            "other": [
                {
                    "date": "2026-03-02",
                    "product": "onabotulinumtoxinA",
                    "units": "155",
                    "indication": "chronic migraine",
                }
            ],
            "text": "171.25 U within 84 days, this session included.",
        },
        "intervals": [
            {
                "rule": "label",
                "earliest": "2026-04-06",
                "days": 84,
                "met": True,
                "text": "12 weeks",
                "overridden": None,
                "source": "S121",
            },
            {
                "rule": "clinic",
                "earliest": "2026-04-27",
                "days": 105,
                "met": False,
                "text": "the clinic's own",
                "overridden": {"reason": "worn off early", "by": "Dr Example"},
                "source": "",
            },
        ],
        "side_told": {"stated": "left", "filmed": "left", "clinician": "left", "agree": True},
        "from_last": {
            "date": "2026-01-12",
            "sites_changed": [{"site": "lateral_canthus", "side": "left", "was": "2.5", "is": "5"}],
            "measured_effect": {"relief": {"value": 0.8, "low": 0.7, "high": 0.93, "unit": ""}},
            "advice": ["A larger dose is the clinician's choice."],
        },
        "sources": [{"key": "S120", "cite": "Prescribing information", "doi": "", "pmid": ""}],
        "software": {"version": "0.1.0", "knowledge_sha256": SHA},
    }
    return result | changes


def blocked():
    block = {"code": "side", "text": "Stated left, filmed right.", "plain": "", "source": "elicited"}
    told = {"stated": "left", "filmed": "right", "clinician": "left", "agree": False}
    return plan(state="blocked", blocks=[block], side_told=told)


def both_sides():
    return plan(side="both", sites=sites("left") + sites("right"))


def session(**changes):
    given = [site | {"differs": None} for site in sites()]
    given[3] |= {"units": "2.5", "volume_ml": "0.1", "differs": "bruised last time"}
    given[4] |= {"units": "0", "volume_ml": "0", "differs": "not needed"}
    added = {
        "site": "belly",
        "muscle": "mentalis",
        "side": "left",
        "units": "2.5",
        "volume_ml": "0.1",
        "differs": "chin twitches",
    }
    from_plan = {key: copy.deepcopy(plan()[key]) for key in ("date", "side", "product", "cautions", "software")}
    result = from_plan | {
        "schema": "facialis.session/1",
        "blocks": [],
        "lots": [{"lot": "EX1234", "expires": "2027-05-31", "vials": 1}],
        "operator": "Dr Example",
        "consent": {"given": True, "date": "2026-04-20", "by": "the patient"},
        "time_out": {"patient_states": "left", "marked": "left", "record": "left", "at": "2026-04-20T09:12"},
        "planned": sites(),
        "given": [*given, added],
        "totals": {"units": "13.75", "volume_ml": "0.55", "by_side": {}},
        "waste": {"units": "86.25", "ml": "3.45", "witness": "Nurse Example"},
        "adverse_events": [
            {
                "code": "ptosis",
                "side": "left",
                "onset": "2026-04-27",
                "resolved": "2026-05-11",
                "severity": "mild",
                "note": "",
            }
        ],
    }
    return result | changes
