"""What the first plan of an inspection made of its draft: the values that rows begin with, before any event changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Values = dict[str, Any]
PREFIXES = {"area": "F", "item": "T", "finding": "W", "response": "Y", "measure": "C"}
DUE_DATES = "due_dates"
"""The key under which a plan version keeps the dates that its limits gave, by the measures' ids in the draft."""


def first_values(content: Mapping[str, Any]) -> dict[str, Values]:
    """Return the values of each row by its reference, as `actions.rows.Writer` numbers and fills them.

    `parents` are the references of the rows that it stands below.
    """
    known: dict[str, str] = {}
    for kind in ("area", "item", "finding", "response"):
        known |= _references(kind, content[f"{kind}s"])
    found: dict[str, Values] = {}
    for row in content["areas"]:
        found[known[row["id"]]] = {"number": row["number"], "title": row["title"], "parents": []}
    for row in content["items"]:
        parents = _known(known, row["area"])
        found[known[row["id"]]] = {"number": row["number"], "title": row["title"], "parents": parents}
    for row in content["findings"]:
        values = {name: row[name] for name in ("number", "text", "cause", "layer")} | {"key": False}
        found[known[row["id"]]] = values | {"parents": _known(known, row["item"]) or _known(known, row["area"])}
    for row in content["responses"]:
        found[known[row["id"]]] = {
            "objective": row["objective"],
            "completion_status": row["status"],
            "parents": _known(known, *row["findings"]),
        }
    for n, values in enumerate(_measures(content, known), start=1):
        found[f"C{n:03d}"] = values
    return found


def planned_reports(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the words of the progress that came with each response, by its reference."""
    known = _references("response", content["responses"])
    return {known[row["id"]]: [entry["text"] for entry in row["progress"]] for row in content["responses"]}


def _references(kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {row["id"]: f"{PREFIXES[kind]}{n:03d}" for n, row in enumerate(rows, start=1)}


def _known(known: Mapping[str, str], *ids: str | None) -> list[str]:
    return [known[key] for key in ids if key and key in known]


def _measures(content: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Values]:
    dates = content.get(DUE_DATES, {})
    for response in content["responses"]:
        status = response["status"] or "ongoing"
        for measure in response["measures"]:
            limit = measure["time_limit"] or response["time_limit"]
            values: Values = {
                "number": measure["number"],
                "text": measure["text"],
                "due_text": limit["text"][:300] if limit else "",
                "completion_status": status,
                "percent": 100 if status == "completed" else 0,
                "parents": [known[response["id"]]],
            }
            if measure["id"] in dates:
                values["due_on"] = values["original_due_on"] = dates[measure["id"]]
            yield values
