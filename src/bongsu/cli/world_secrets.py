"""The invented secrets of a rehearsal, put where the plan's references point."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LETTERS = string.ascii_uppercase + string.digits


def chance(alphabet: str, length: int) -> str:
    """Return letters of chance, as services make their ids and tokens."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


@dataclass(slots=True)
class Provision:
    """What must lie where the plan's references point, so that the rehearsal finds its secrets as a real run does."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    manager: dict[str, Any] = field(default_factory=dict)

    def put(self, reference: str, value: str) -> None:
        """Place a secret where its reference leads: environment, file, or the imitated Secrets Manager."""
        scheme, _, rest = reference.partition(":")
        if scheme == "env":
            self.environment[rest] = value
        elif scheme == "file":
            path = self.folder / rest
            if path.is_absolute() and self.folder not in path.parents:
                raise UsageError(
                    f"a rehearsal does not write {reference!r}", hint="name the secret by a path relative to the plan"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(value, "utf-8")
            path.chmod(0o600)
        else:
            name, _, inner = rest.partition("#")
            if inner:
                self.manager.setdefault(name, {})[inner] = value
            else:
                self.manager[name] = value
