"""Invented assessments: results as ``facialis assess`` writes them, of people who do not exist.

The numbers are made up to be shown; none of them is a fact of medicine.
"""

from __future__ import annotations

from typing import Any

from facialis import knowledge

# (key, name, in plain words, rare, code for the left side, share where nothing is known)
DISORDERS = (
    ("hemifacial_spasm", "Hemifacial spasm", "hemifacial spasm", False, "G51.32", 0.63),
    (
        "post_paralytic_synkinesis",
        "Post-paralytic synkinesis",
        "movements left over after a facial palsy",
        False,
        "G51.8",
        0.15,
    ),
    ("blepharospasm", "Blepharospasm", "blepharospasm, a cramp of both eyelids", False, "G24.5", 0.06),
    ("functional", "Functional facial spasm", "a functional movement disorder", False, "F44.4", 0.05),
    ("tic", "Tic disorder", "tics", False, "F95.9", 0.03),
    ("facial_myokymia", "Facial myokymia", "facial myokymia", True, "G51.4", 0.015),
    ("eyelid_myokymia", "Eyelid myokymia", "harmless twitching of one eyelid", False, "G24.5", 0.02),
    ("hemimasticatory_spasm", "Hemimasticatory spasm", "a spasm of the chewing muscles", True, "G24.4", 0.006),
    ("focal_seizure", "Focal motor seizure", "a seizure that stays in one place", True, "G40.109", 0.008),
    ("tardive_dyskinesia", "Tardive dyskinesia", "movements caused by a medicine", False, "G24.01", 0.006),
    ("normal", "No movement disorder", "ordinary movements of the face", False, "", 0.015),
    ("other", "Another disorder", "something else", False, "", 0.01),
)
CAUSES = (("vascular", "By a vessel"), ("lesion", "By a lesion"), ("unknown", "Cause not known"))
SOURCES = (
    ("S1", "Wang 1998, Muscle Nerve 21:1740", "", "9843077"),
    ("S11", "Colosimo 2006, Arch Neurol 63:441", "10.1001/archneur.63.3.441", ""),
    ("S16", "Yaltho 2011, Mov Disord 26:1582", "10.1002/mds.23692", ""),
    ("S25", "Incirli 2019, J Clin Neurosci", "10.1016/j.jocn.2019.03.013", "30902436"),
    ("S32", "Varanda 2017, J Neurol Sci 378:36", "", ""),
    ("S99", "Li 2024, Brain Behav", "10.1002/brb3.3438", ""),
)


def term(code: str) -> str:
    """The name of a finding as printed."""
    known = {"age_at_onset": "Age at onset", "sex": "Sex"}
    return known.get(code) or knowledge.finding(code).term


def evidence(
    code: str, bans: float, *, half=0.3, state="present", readers=("patient",), basis="published", sources=("S1",)
):
    """One piece of evidence."""
    cited = list(sources) if basis != "elicited" else []
    return {
        "finding": code,
        "name": term(code),
        "state": state,
        "readers": list(readers),
        "bans": bans,
        "low": round(bans - half, 2),
        "high": round(bans + half, 2),
        "source": cited[0] if cited else "",
        "sources": cited,
        "basis": basis,
    }


def differential(shares: dict[str, tuple[float, float, float]] | None = None) -> list[dict[str, Any]]:
    """All twelve disorders, the likeliest first; those that are not named share what is left."""
    known = shares or {}
    rest = 1 - sum(value for value, _, _ in known.values())
    others = sum(prior for key, *_, prior in DISORDERS if key not in known)
    entries = []
    for key, name, plain, rare, code, prior in DISORDERS:
        value = rest * prior / others if key not in known else known[key][0]
        low, high = known[key][1:] if key in known else (value * 0.3, min(1.0, value * 2.5))
        entries.append(
            {
                "disorder": key,
                "name": name,
                "plain": plain,
                "rare": rare,
                "cause": "vascular" if key == "hemifacial_spasm" else None,
                "icd10cm": code,
                "probability": {"value": value, "low": low, "high": high},
                "causes": [],
                "fit": 0.4,
                "against_whom": "hemifacial_spasm",
                "before": {
                    "bans": 0.62,
                    "low": 0.4,
                    "high": 0.9,
                    "shares": [0.52, 0.13],
                    "basis": "calculated",
                    "sources": ["S16"],
                },
                "total_bans": 1.85,
                "for": [],
                "against": [],
            }
        )
        if key == "hemifacial_spasm":
            parts = zip(CAUSES, (0.88, 0.02, 0.10), strict=True)
            entries[-1]["causes"] = [
                {
                    "cause": cause,
                    "name": word,
                    "probability": {"value": p * value, "low": p * p * low, "high": p**0.5 * high},
                }
                for (cause, word), p in parts
            ]
    entries.sort(key=lambda entry: -entry["probability"]["value"])
    entries[0]["against_whom"] = entries[1]["disorder"]
    for entry in entries[1:]:
        entry["against_whom"] = entries[0]["disorder"]
    return entries


def step(code: str, bits: float, kind: str = "question", cost: str = "none", burden: str = "low", risk: str = "none"):
    """One next step."""
    tests = {
        "mri": ("MRI of the facial nerve and its vessels", "a scan of the nerve of the face (MRI)"),
        "emg": ("EMG with lateral spread response", "a test of the nerve and the muscles of the face"),
    }
    name, plain = tests.get(code) or (term(code), knowledge.finding(code).question or term(code))
    return {
        "ask_or_test": code,
        "kind": kind,
        "name": name,
        "plain": plain,
        "expected_information_bits": bits,
        "cost": cost,
        "burden": burden,
        "risk": risk,
        "because": "Tells hemifacial spasm from post-paralytic synkinesis.",
    }


def reading(code: str, source: str, state: str = "present", *, side="left", chance=None, why_not="", because=()):
    """One reading of a finding."""
    return {
        "code": code,
        "name": term(code),
        "state": state,
        "side": side,
        "source": source,
        "probability": chance,
        "used": not why_not,
        "why_not": why_not,
        "because": list(because),
    }


def assessment(**changed: Any) -> dict[str, Any]:
    """A clear hemifacial spasm of the left side, with a history, an examination, a video and a scan."""
    entries = differential({"hemifacial_spasm": (0.932, 0.81, 0.98), "post_paralytic_synkinesis": (0.041, 0.008, 0.14)})
    leader, rival = entries[0], entries[1]
    leader["for"] = [
        evidence("prior_facial_palsy", 1.21, half=0.35, state="absent", sources=("S1", "S11")),
        evidence("onset_eye_first", 0.47, half=0.2, sources=("S11",)),
        evidence("other_babinski_sign", 0.41, half=0.28, readers=("clinician", "video"), sources=("S32",)),
        evidence("mri_deformity_proximal", 0.38, half=0.3, readers=("mri",), basis="calculated", sources=("S99",)),
        evidence("persists_in_sleep", 0.31, half=0.42, readers=("record",), basis="elicited"),
        evidence("age_at_onset", 0.05, half=0.06, state="50 to 59", readers=("record",), sources=("S11",)),
    ]
    leader["against"] = [
        evidence("synkinesis", -0.52, half=0.25, readers=("video",), sources=("S1",)),
        evidence("facial_weakness", -0.24, half=0.38, readers=("clinician",), basis="elicited"),
    ]
    rival["for"] = [
        {**one, "bans": -one["bans"], "low": -one["high"], "high": -one["low"]} for one in leader["against"]
    ]
    rival["against"] = [
        {**one, "bans": -one["bans"], "low": -one["high"], "high": -one["low"]} for one in leader["for"]
    ]
    result = {
        "schema": "facialis.assessment/1",
        "case": {"age": 57, "age_at_onset": 52, "sex": "female", "setting": "specialist", "results": ["visit 3.json"]},
        "answer": {
            "sentences": [
                "Hemifacial spasm of the left side is most likely: 93 % (81 to 98 %).",
                "Next comes post-paralytic synkinesis with 4 % (1 to 14 %); EMG would tell them apart best.",
            ],
            "explained": True,
            "because": ["Four of ten people with it show a picture at least as unusual."],
            "plain": [
                "The movements of the left side of your face are most likely hemifacial spasm.",
                "The nerve that moves one side of the face fires by itself, so muscles on that side twitch or pull.",
            ],
        },
        "side": {"side": "left", "settled": True, "because": ["patient, clinician and video: left"]},
        "red_flags": [],
        "differential": entries,
        "sensitivity": [
            {
                "node": "persists_in_sleep",
                "finding": "persists_in_sleep",
                "disorder": "post_paralytic_synkinesis",
                "share": 0.3,
                "low": 0.1,
                "high": 0.8,
                "basis": "elicited",
                "leader_then": "hemifacial_spasm",
                "text": "Post-paralytic synkinesis in sleep is elicited (30 %, 10 to 80 %): at 80 % both are alike.",
            },
        ],
        "next_steps": [
            step("emg", 0.14, "test", "medium", "medium", "low"),
            step("voluntary_locked", 0.11, "sign"),
            step("ear_click", 0.03),
            step("suppressible", 0.02),
        ],
        "readings": [
            reading("strictly_unilateral", "patient", because=("always the left side",)),
            reading("strictly_unilateral", "video", chance=0.97, because=("14 of 14 events on the left",)),
            reading("onset_eye_first", "patient", because=("began at the lower lid",)),
            reading("prior_facial_palsy", "patient", "absent"),
            reading("other_babinski_sign", "clinician", because=("brow up in three of five spasms",)),
            reading(
                "other_babinski_sign",
                "video",
                "absent",
                chance=0.7,
                why_not="overruled by the clinician",
                because=("brow rose in 1 of 12 events",),
            ),
            reading("synkinesis", "video", chance=0.81, because=("mouth moved along in 4 of 10 blinks",)),
            reading("facial_weakness", "clinician", because=("slight, left brow",)),
            reading("mri_deformity_proximal", "mri", because=("AICA indents the nerve 1.5 mm from the detachment",)),
            reading("persists_in_sleep", "record", because=("partner's film",)),
        ],
        "not_assessable": ["lateral_spread_response", "hemifacial_atrophy"],
        "not_assessable_because": {
            "lateral_spread_response": "no EMG was given",
            "hemifacial_atrophy": "nobody looked",
        },
        "sources": [{"key": key, "cite": cite, "doi": doi, "pmid": pmid} for key, cite, doi, pmid in SOURCES],
        "software": {"version": "0.1.0", "knowledge_sha256": "ab12" * 16, "draws": 4000, "seed": 1},
    }
    return result | changed


def emergency() -> dict[str, Any]:
    """A face that dropped within minutes, with an arm; and an eye that hurts."""
    entries = differential({"hemifacial_spasm": (0.48, 0.2, 0.75), "focal_seizure": (0.31, 0.08, 0.6)})
    entries[0]["for"] = [evidence("strictly_unilateral", 0.6)]
    entries[0]["against"] = [evidence("impaired_awareness", -1.4, half=0.5, basis="elicited")]
    flags = [
        (
            "stroke",
            "emergency",
            "Sudden facial weakness with a limb or speech deficit",
            "Call the ambulance now: treat as stroke until shown otherwise.",
            "Your face dropped suddenly, and an arm or your speech is affected.",
            "This may be a stroke. Do not drive, and do not wait.",
            ["sudden_weakness (patient): present", "limb_speech_deficit (clinician): present"],
        ),
        (
            "painful_red_eye",
            "same_day",
            "Painful red eye",
            "Ophthalmology today: exposure of the cornea.",
            "Your eye is red and hurts.",
            "Have an eye doctor look at it today.",
            ["painful_red_eye (patient): present"],
        ),
        (
            "young_onset",
            "soon",
            "Onset before forty",
            "MRI and neurology within weeks.",
            "It began early in life.",
            "You should have a scan of the head in the next weeks.",
            ["age at onset 34"],
        ),
    ]
    return assessment(
        answer={
            "sentences": [
                "Hemifacial spasm leads with 48 % (20 to 75 %), not settled.",
                "A focal seizure follows with 31 % (8 to 60 %).",
            ],
            "explained": True,
            "because": [],
            "plain": ["It is most likely hemifacial spasm, but other causes are possible."],
        },
        side={"side": "left", "settled": False, "because": ["patient: left", "video: right, and it may be mirrored"]},
        differential=entries,
        red_flags=[
            {
                "code": code,
                "urgency": urgency,
                "title": title,
                "action": action,
                "plain": plain,
                "plain_action": plain_action,
                "because": because,
            }
            for code, urgency, title, action, plain, plain_action, because in flags
        ],
    )


def unexplained() -> dict[str, Any]:
    """A picture that fits none of the disorders."""
    entries = differential(
        {"other": (0.36, 0.05, 0.8), "hemifacial_spasm": (0.33, 0.06, 0.7), "tic": (0.18, 0.04, 0.5)}
    )
    for entry in entries:
        entry["fit"] = 0.004
    entries[0]["fit"] = None
    entries[1]["for"] = [evidence("strictly_unilateral", 0.5)]
    entries[1]["against"] = [evidence("premonitory_urge", -1.2, basis="elicited")]
    return assessment(
        answer={
            "sentences": [
                "None of the disorders known here explains this case well.",
                "Of those known, hemifacial spasm comes nearest with 33 % (6 to 70 %).",
            ],
            "explained": False,
            "because": [
                "Fewer than 1 in 100 people with any of them show a picture as unusual.",
                "Premonitory urge and spasm in sleep together are the reason.",
            ],
            "plain": ["What you have does not fit any of the usual causes well. That is a reason to look again."],
        },
        differential=entries,
    )


def unknown() -> dict[str, Any]:
    """Nothing is known but the setting: every disorder stands at its share."""
    return assessment(
        case={"age": None, "age_at_onset": None, "sex": None, "setting": None, "results": []},
        answer={
            "sentences": [
                "Nothing is known yet: hemifacial spasm leads with 63 % (55 to 70 %) by the setting alone.",
                "The first questions stand below.",
            ],
            "explained": True,
            "because": [],
            "plain": ["We do not know enough yet to say what it is."],
        },
        side={"side": "none", "settled": False, "because": ["nobody named a side"]},
        differential=differential(),
        sensitivity=[],
        readings=[],
        not_assessable=[],
        not_assessable_because={},
        sources=[],
        next_steps=[
            step("strictly_unilateral", 0.61),
            step("prior_facial_palsy", 0.34),
            step("onset_eye_first", 0.12),
            step("emg", 0.4, "test", "medium", "medium", "low"),
        ],
    )


def extreme(texts: str = "") -> dict[str, Any]:
    """Sixty readings, much evidence, long texts; `texts` stands in every text that people may have typed."""
    result = assessment()
    codes = list(knowledge.findings())
    long = (
        texts
        or "seen in twelve of fourteen spasms while the patient was reading aloud, after a pause of two minutes " * 3
    )
    result["readings"] = [
        reading(
            codes[place % len(codes)],
            ("patient", "video", "clinician", "record")[place % 4],
            ("present", "absent", "not_assessable")[place % 3],
            chance=0.5 + place / 130,
            why_not=f"overruled by the clinician: {long}" if place % 9 == 0 else "",
            because=(long,),
        )
        for place in range(60)
    ]
    leader = result["differential"][0]
    leader["for"] = [evidence(code, 2.4 - 0.15 * place, half=0.2 + place / 20) for place, code in enumerate(codes[:16])]
    leader["against"] = [
        evidence(
            code, -1.9 + 0.2 * place, half=0.4, basis="elicited", readers=("patient", "video", "clinician", "record")
        )
        for place, code in enumerate(codes[16:25])
    ]
    result["differential"][2]["probability"] = {"value": 0.014, "low": 0.001, "high": 0.2}
    result["not_assessable"] = codes[-14:]
    result["not_assessable_because"] = dict.fromkeys(codes[-14:], long)
    result["answer"]["because"] = [long]
    result["answer"]["plain"] = [long]
    result["side"]["because"] = [long]
    result["case"]["results"] = [
        f"{texts or 'a rather long name of a file without any place to break'.replace(' ', '_')}.json"
    ]
    result["next_steps"] += [step(code, 0.01) for code in codes[30:44]]
    for one in result["next_steps"]:
        one["because"] = long
    result["sensitivity"] = [{**result["sensitivity"][0], "text": long} for _ in range(6)]
    result["red_flags"] = [
        {
            "code": "x",
            "urgency": "soon",
            "title": long,
            "action": long,
            "plain": long,
            "plain_action": long,
            "because": [long],
        }
    ]
    return result
