"""Reading `function`: what Lambda says of the target's function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bongsu.readings._json import document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def parse(args: Mapping[str, Any], responses: Sequence[bytes]) -> dict[str, Any]:  # noqa: ARG001  the port's shape
    """Return name, limits, digest (of the zip or of the image), time of last change and state."""
    configuration = document(responses, 0, "GetFunctionConfiguration")
    state = configuration.present("State")
    return {
        "name": configuration.member("FunctionName").text(),
        "memory_mb": configuration.member("MemorySize").count(),
        "timeout_s": configuration.member("Timeout").count(),
        "code_sha256": configuration.member("CodeSha256").text(),
        "last_modified": configuration.member("LastModified").time(),
        "state": "" if state is None else state.text(),
    }
