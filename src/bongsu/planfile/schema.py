"""The JSON Schema of a plan, for editors: `python -m bongsu.planfile.schema > plans/schema.json`.

It knows the shape of every key; what must hold between keys (people exist, deadlines fit) only the loader knows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bongsu.planfile.model import PLAN


def schema() -> dict[str, Any]:
    """Return the schema, JSON Schema 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bongsu plan",
        "description": "One production cutover: target, people, checks, limits.",
        **PLAN.schema(),
    }


def schema_text() -> str:
    """Return the schema as the bytes of plans/schema.json hold it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
