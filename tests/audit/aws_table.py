"""What each AWS CLI command prints, by the service models of botocore: written by `python -m tests.audit.aws_table`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
from botocore import xform_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TABLE = Path(__file__).parents[2] / "src" / "bongsu" / "audit" / "aws_commands.txt"
FULL = (
    *("acm", "apigateway", "apigatewayv2", "application-autoscaling", "athena", "autoscaling", "backup", "batch"),
    *("cloudformation", "cloudfront", "cloudtrail", "cloudwatch", "codebuild", "codedeploy", "codepipeline"),
    *(
        "cognito-idp",
        "dynamodb",
        "ec2",
        "ecr",
        "ecs",
        "efs",
        "eks",
        "elasticache",
        "elbv2",
        "events",
        "firehose",
        "glue",
    ),
    *("iam", "kafka", "kinesis", "kms", "lambda", "logs", "opensearch", "pipes", "rds", "route53", "s3", "scheduler"),
    *("secretsmanager", "ses", "sesv2", "sns", "sqs", "ssm", "stepfunctions", "sts", "wafv2", "xray"),
)
"""The services whose commands are listed with what they print; of the others those alone that print nothing."""
CALLED = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy"}
"""Services that the command line calls by another name than their model has."""
OWN = {("ec2", "wait"), ("logs", "start-live-tail"), ("kinesis", "subscribe-to-shard")}


def lines(services: Sequence[str]) -> Iterator[str]:
    """Yield `service command Member Member`, without members for a command that prints nothing."""
    session = botocore.session.get_session()
    for name in services:
        model = session.get_service_model(name)
        for operation in model.operation_names:
            called = model.operation_model(operation)
            shape = called.output_shape
            # A body that goes into a file of its own is not printed.
            body = shape.serialization.get("payload") if shape and called.has_streaming_output else None
            members = sorted(set(shape.members) - {body}) if shape else []
            command = xform_name(operation, "-")
            if (name in FULL or not members) and (name, command) not in OWN:
                yield " ".join([CALLED.get(name, name), command, *members])


if __name__ == "__main__":
    made = sorted(lines(tuple(botocore.session.get_session().get_available_services())))
    TABLE.write_text("\n".join(made) + "\n", "utf-8")
