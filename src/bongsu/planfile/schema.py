"""The JSON Schema of a plan, for editors: `python -m bongsu.planfile.schema > plans/schema.json`.

It knows the shape of every key; what must hold between keys (people exist, deadlines fit) only the loader knows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bongsu.planfile.model import OF_A_CUTOVER, PAGING, PLAN


def schema() -> dict[str, Any]:
    """Return the schema, JSON Schema 2020-12: every plan needs the people, and a cutover all that belongs to it."""
    whole, paging = PLAN.schema(), PAGING.schema()
    always = [name for name in whole["required"] if name in paging["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bongsu plan",
        "description": "One production cutover: target, people, checks, limits; or whom to page and nothing else.",
        **whole,
        "properties": {**whole["properties"], "announce": paging["properties"]["announce"]},
        "required": always,
        "anyOf": [{"required": whole["required"]}, {"required": paging["required"]}],
        "dependentRequired": {name: [one for one in whole["required"] if one != name] for name in OF_A_CUTOVER},
        "dependentSchemas": {"target": {"properties": {"announce": whole["properties"]["announce"]}}},
    }


def schema_text() -> str:
    """Return the schema as the bytes of plans/schema.json hold it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
