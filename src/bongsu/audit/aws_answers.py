"""What the answers of AWS commands hold: the type of each member, and its values where the service lists them.

`aws_members.txt` is made of the service models: `service command .Shape`, and `service .Shape member kind member kind …`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.audit.payloads import Path

KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "i": ((int,), "a whole number"),
    "f": ((int, float), "a number"),
    "b": ((bool,), "true or false"),
    "s": ((str,), "a text"),
    "t": ((str, int, float), "a time"),
    "m": ((dict,), "an object"),
}
WORD = re.compile(r"[A-Za-z][A-Za-z_-]{1,60}")
LEFT_OUT = re.compile(r"\.\.\.|…|<.*>|\*{2,}|x{3,}|redacted|omitted|생략", re.IGNORECASE)
STEP = re.compile(r"[A-Za-z]\w*")
VALUES_SHOWN = 6
_TASK = "=PROVISIONING,PENDING,ACTIVATING,RUNNING,DEACTIVATING,STOPPING,DEPROVISIONING,STOPPED,DELETED"
_DATABASE = (
    "=available,backing-up,backtracking,cloning-failed,configuring-enhanced-monitoring,"
    "configuring-iam-database-auth,configuring-log-exports,converting-to-vpc,creating,delete-precheck,deleting,failed,"
    "failing-over,inaccessible-encryption-credentials,inaccessible-encryption-credentials-recoverable,"
    "incompatible-create,incompatible-network,incompatible-option-group,incompatible-parameters,incompatible-restore,"
    "insufficient-capacity,maintenance,migrating,migration-failed,modifying,moving-to-vpc,"
    "preparing-data-migration,promoting,rebooting,renaming,resetting-master-credentials,restore-error,scaling-capacity,"
    "scaling-compute,scaling-storage,starting,stopped,stopping,storage-config-upgrade,storage-full,"
    "storage-initialization,storage-optimization,update-iam-db-auth,upgrading"
)
DOCUMENTED = {
    ("ecs", ".Task"): {"lastStatus": _TASK, "desiredStatus": _TASK},
    ("ecs", ".Container"): {"lastStatus": _TASK},
    ("ecs", ".Service"): {"status": "=ACTIVE,DRAINING,INACTIVE"},
    ("ecs", ".Deployment"): {"status": "=PRIMARY,ACTIVE,INACTIVE"},
    ("ecs", ".Cluster"): {"status": "=ACTIVE,PROVISIONING,DEPROVISIONING,FAILED,INACTIVE"},
    ("lambda", ".EventSourceMappingConfiguration"): {
        "State": "=Creating,Enabling,Enabled,Disabling,Disabled,Updating,Deleting"
    },
    ("rds", ".DBInstance"): {"DBInstanceStatus": _DATABASE},
    ("rds", ".DBCluster"): {"Status": _DATABASE},
}
"""Words that a service's reference lists for a member, where its model has a text."""
PLACES = re.compile(r"[\w.\[\]*0-9]+")
ROW = re.compile(
    r"(?P<lead>[\w.\[\]*0-9]*?)\.?(?:\[(?P<row>[\w.]+(?: ?, ?[\w.]+)+)\]|\{(?P<named>\w+ ?: ?[\w.]+(?: ?, ?\w+ ?: ?[\w.]+)*)\})"
)
"""What picks several members: `tasks[0].[lastStatus,stopCode]`, `{n:Name,s:State}`."""


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    """Return for each service its commands and its shapes, each with the rest of its line."""
    text = files("bongsu.audit").joinpath("aws_members.txt").read_text("utf-8")
    found: dict[str, dict[str, list[str]]] = {}
    for line in text.splitlines():
        service, name, *rest = line.split(" ")
        found.setdefault(service, {})[name] = rest
    return found


def shape_of(service: str, operation: str) -> str:
    """Return the name of what a command prints; nothing for one that is not listed."""
    return next(iter(_table().get(service, {}).get(operation, [])), "")


def members(service: str, shape: str) -> dict[str, str]:
    """Return the members of a shape with their kinds."""
    rest = _table().get(service, {}).get(shape, [])
    return {**dict(zip(rest[::2], rest[1::2], strict=True)), **DOCUMENTED.get((service, shape), {})}


def wrongs(service: str, shape: str, value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each member of an answer that the service never gives so, with what it gives."""
    if isinstance(value, dict) and (known := members(service, shape)):
        for name, inner in value.items():
            if path and name not in known and not LEFT_OUT.search(name):
                yield (*path, name), f"there is no {name!r} in it"
            elif name in known:
                yield from _of_kind(service, known[name], inner, (*path, name))


def _of_kind(service: str, kind: str, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    told = value if isinstance(value, str) else ""
    if value is None or LEFT_OUT.search(told):
        return
    if kind[0] == "l":
        if not isinstance(value, list):
            yield path, f"{path[-1]!r} is a list"
        else:
            for place, inner in enumerate(value):
                yield from _of_kind(service, kind[1:], inner, (*path, place))
    elif kind[0] == ".":
        if isinstance(value, dict):
            yield from wrongs(service, kind, value, path)
        else:
            yield path, f"{path[-1]!r} is an object"
    elif kind[0] == "=":
        if why := _listed(kind, value):
            yield path, f"{path[-1]!r} {why}"
    else:
        types, what = KINDS[kind[0]]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            yield path, f"{path[-1]!r} is {what}"


def _listed(kind: str, value: Any) -> str:
    values = kind[1:].split(",")
    if not isinstance(value, str):
        return "is a text"
    if value in values or not WORD.fullmatch(value):
        return ""
    return f"is never {value!r} but " + " or ".join(values[:VALUES_SHOWN])


def queried(service: str, operation: str, query: str, told: str) -> str:
    """Return why a word cannot be what `--query` picked from an answer; nothing when it can, or when it is not known."""
    if not shape_of(service, operation) or not PLACES.fullmatch(query):
        return ""
    steps, kind = _kind(service, operation, query)
    if not kind:
        return f"there is no {steps[-1]!r} in it" if steps else ""
    why = _listed(kind.lstrip("l"), told) if kind.lstrip("l")[:1] == "=" else ""
    return f"{steps[-1]!r} {why}" if why else ""


def _kind(service: str, operation: str, query: str) -> tuple[list[str], str]:
    shape, kind = shape_of(service, operation), ""
    steps = STEP.findall(re.sub(r"\[[^\]]*\]", "", query))
    for step in steps:
        known = members(service, shape)
        if kind and not known:
            return steps, "map"  # What a function's variables or a resource's tags are called is its owner's.
        kind = known.get(step, "")
        shape = kind.lstrip("l")
    return steps, kind


def columns(query: str) -> dict[str, str]:
    """Return what a query that picks several members picks: by place, or by the names that it gives them, each alone."""
    match = ROW.fullmatch(query.strip())
    if match is None:
        return {}
    lead = f"{match['lead']}." if match["lead"] else ""
    told = re.split(r" ?, ?", match["row"] or match["named"])
    pairs = [one.partition(":") for one in told]
    return {
        name if found else str(place): lead + (path.strip() if found else name)
        for place, (name, found, path) in enumerate((a.strip(), b, c) for a, b, c in pairs)
    }
