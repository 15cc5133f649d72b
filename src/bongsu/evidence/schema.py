"""The JSON Schema of report.json, made from its tables: `python -m bongsu.evidence.schema`.

The repository holds it twice, for readers in docs/ and for programs in the package:

    python -m bongsu.evidence.schema | tee docs/report.schema.json > src/bongsu/evidence/report.schema.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec

from bongsu.evidence.tables import Tables


def schema() -> dict[str, Any]:
    """Return the schema, JSON Schema 2020-12; a key that the tables do not name is refused."""
    (shape,), components = msgspec.json.schema_components([Tables], ref_template="#/$defs/{name}")
    closed = {name: _closed(found) for name, found in sorted(components.items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bongsu report",
        "description": "report.json of an evidence folder. `seq` is the number of a ledger line.",
        **shape,
        "$defs": closed,
    }


def _closed(shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "additionalProperties": False} if "properties" in shape else shape


def schema_text() -> str:
    """Return the schema as its two files hold it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
