"""What AWS answers hold, by the service models of botocore: written by `python -m tests.audit.aws_members`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
from botocore import xform_name
from tests.audit.aws_table import CALLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

TABLE = Path(__file__).parents[2] / "src" / "bongsu" / "audit" / "aws_members.txt"
SERVICES = (
    *("acm", "application-autoscaling", "autoscaling", "cloudwatch", "dynamodb", "ecr", "ecs", "eks"),
    *("elbv2", "events", "kinesis", "lambda", "logs", "rds", "route53", "scheduler", "secretsmanager"),
    *("sns", "sqs", "stepfunctions", "sts"),
)
KINDS = {"integer": "i", "long": "i", "float": "f", "double": "f", "boolean": "b", "timestamp": "t", "map": "m"}
"""A letter for each type; a text is `s`, a list is `l` of what it holds, an object has the name of its shape."""


def kind(shape: Shape) -> str:
    """Return how a type is written: a letter, `=` and its values, `l` and what is listed, or an object's name."""
    if shape.type_name == "list":
        return "l" + kind(shape.member)
    if shape.type_name == "structure":
        return "." + shape.name
    values = getattr(shape, "enum", [])
    return "=" + ",".join(values) if values else KINDS.get(shape.type_name, "s")


def lines(service: str) -> Iterator[str]:
    """Yield `service command .Shape` for each command that prints, and its objects with their members and kinds."""
    model = botocore.session.get_session().get_service_model(service)
    name, seen = CALLED.get(service, service), set()
    left: list[Shape] = []
    for operation in model.operation_names:
        shape = model.operation_model(operation).output_shape
        if shape is not None and shape.members:
            yield f"{name} {xform_name(operation, '-')} .{shape.name}"
            left.append(shape)
    while left:
        shape = left.pop()
        while shape.type_name == "list":
            shape = shape.member
        if shape.type_name != "structure" or shape.name in seen:
            continue
        seen.add(shape.name)
        told = (f"{member} {kind(inner)}" for member, inner in shape.members.items())
        yield " ".join([name, "." + shape.name, *told])
        left.extend(shape.members.values())


if __name__ == "__main__":
    TABLE.write_text("\n".join(sorted(line for one in SERVICES for line in lines(one))) + "\n", "utf-8")
