"""What is known of products and muscles, as a list for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from facialis.knowledge import treatment
from facialis.knowledge.treatment.product import Product
from facialis.treatment.injection.amounts import text


def products() -> list[dict[str, Any]]:
    """Return the products with their vials, dilutions, labels and intervals."""
    return [_product(product) for product in treatment.products().values()]


def _product(product: Product) -> dict[str, Any]:
    return {
        "key": product.key,
        "names": list(product.names),
        "serotype": product.serotype,
        "form": product.form,
        "vials": [
            {"units": text(vial.units), "ml": None if vial.ml is None else text(vial.ml)} for vial in product.vials
        ],
        "sold": product.sold.to_json(),
        "dilutions": [
            {"units": text(one.units), "ml": text(one.ml), "text": one.text} | one.proof.to_json()
            for one in product.dilutions
        ],
        "use_within_hours": product.use_within_hours,
        "keep_at": product.keep_at,
        "storage": product.storage.to_json(),
        "labels": [
            {
                "countries": list(label.countries),
                "hemifacial_spasm": label.hemifacial_spasm,
                "text": label.text,
                "first_dose": label.first_dose and {"text": label.first_dose.text} | label.first_dose.proof.to_json(),
                "limits": [
                    {
                        "what": limit.what,
                        "most": text(limit.most),
                        "first": limit.first,
                        "days": limit.days,
                        "advice": limit.advice,
                        "text": limit.text,
                    }
                    | limit.proof.to_json()
                    for limit in label.limits
                ],
            }
            | label.proof.to_json()
            for label in product.labels
        ],
        "intervals": [
            {"countries": list(row.countries), "days": row.days, "text": row.text} | row.proof.to_json()
            for row in treatment.intervals()
            if row.product == product.key
        ],
    }


def product_lines(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Print the products."""
    lines = ["Units belong to a product and are never converted."]
    for one in told:
        vials = ", ".join(f"{vial['units']} U" for vial in one["vials"])
        lines.append(f"{one['key']} ({', '.join(one['names'])}): vials of {vials}; {_use(one)}")
        for label in one["labels"]:
            lines.append(f"  label {', '.join(label['countries'])}: {label['text']}")
            if label["first_dose"]:
                lines.append(f"    begins: {label['first_dose']['text']}{_elicited(label['first_dose'])}")
            lines += [f"    {limit['text']}{_elicited(limit)}" for limit in label["limits"]]
        for row in one["intervals"]:
            lines.append(f"  again after {row['days']} days ({', '.join(row['countries'])}){_elicited(row)}")
    return lines


def _use(one: Mapping[str, Any]) -> str:
    return f"use within {one['use_within_hours']} h, {one['keep_at']}{_elicited(one['storage'])}"


def _elicited(one: Mapping[str, Any]) -> str:
    return " [elicited]" if one["basis"] == "elicited" else ""


def muscles() -> list[dict[str, Any]]:
    """Return the muscles with their sites."""
    return [
        {
            "key": muscle.key,
            "name": muscle.name,
            "plain": muscle.plain,
            "sources": list(muscle.sources),
            "around_eye": muscle.around_eye,
            "sites": [
                {
                    "key": site.key,
                    "name": site.name,
                    "plain": site.plain,
                    "depth": site.depth,
                    "risks": list(site.risks),
                    "goes_wrong": site.goes_wrong,
                    "avoid": site.avoid,
                    "usual": {
                        product: {"low": text(usual.low), "high": text(usual.high)} | usual.proof.to_json()
                        for product, usual in site.usual.items()
                    },
                }
                for site in muscle.sites.values()
            ],
        }
        for muscle in treatment.muscles().values()
    ]


def muscle_lines(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Print the muscles and their sites."""
    lines = []
    for muscle in told:
        lines.append(f"{muscle['key']} ({muscle['name']}; {muscle['plain']})")
        for site in muscle["sites"]:
            avoid = " AVOIDED" if site["avoid"] else ""
            lines.append(f"  {site['key']}{avoid}: {site['name']}; {site['depth']}")
            lines.append(f"    goes wrong: {site['goes_wrong']}")
            usual = [
                f"{product} {one['low']} to {one['high']} U{_elicited(one)}" for product, one in site["usual"].items()
            ]
            lines.append(f"    usual: {'; '.join(usual) or 'not known'}")
    return lines
