"""Lambda's control plane: every operation about functions that the sandbox answers, except Invoke."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from bongsu.sandbox.aws_call import AwsCall, AwsError, json_answer
from bongsu.sandbox.aws_checks import offset_in
from bongsu.sandbox.aws_lambda import (
    ACCOUNT_CONCURRENCY,
    LATEST,
    UNRESERVED_MIN,
    UPDATE_TAKES,
    Alias,
    FunctionRecord,
    FunctionRecords,
    FunctionSpec,
    code_sha256,
    not_found,
)

if TYPE_CHECKING:
    from bongsu.sandbox.aws_switches import AwsSwitches

STALE = "The Revision Id provided does not match the latest Revision Id."
PAGE_MAX = 50
# What UpdateFunctionConfiguration may change here; anything else is refused by name.
CHANGEABLE = frozenset({"FunctionName", "MemorySize", "Timeout", "LoggingConfig", "RevisionId"})


class LambdaControl:
    """Answers about the functions of a world."""

    def __init__(self, records: FunctionRecords, switches: AwsSwitches) -> None:
        self._records = records
        self._switches = switches

    def answer(self, call: AwsCall) -> Response:
        """Return the answer of one operation, or raise AwsError."""
        with self._records.lock:
            record = self._records.record(call.name)
            if call.account not in ("", self._records.account):
                raise not_found(call.path)
            value, status = self._answer(call, record)
        if value is None:
            return Response(status=status)
        response = json_answer(value, content_type="application/json")
        response.status_code = status
        return response

    def _answer(self, call: AwsCall, record: FunctionRecord) -> tuple[dict[str, Any] | None, int]:
        match call.operation:
            case "GetFunction":
                return self._function(call, record), 200
            case "GetFunctionConfiguration":
                self._records.settle(record, looked=True)
                return self._configuration(record, call.qualifier), 200
            case "GetPolicy":
                return self._policy(record, call.qualifier), 200
            case "GetFunctionEventInvokeConfig":
                return self._event_config(record), 200
            case "ListVersionsByFunction":
                versions = [self._configuration(record, one) for one in (LATEST, *record.versions)]
                return _page("Versions", versions, call), 200
            case "PublishVersion":
                return self._publish(record, call.asked), 201
            case "UpdateFunctionCode":
                return self._update_code(record, call.asked), 200
            case "UpdateFunctionConfiguration":
                return self._update_configuration(record, call.asked), 200
            case "GetFunctionConcurrency" | "PutFunctionConcurrency" | "DeleteFunctionConcurrency":
                return self._concurrency(record, call)
        return self._alias_answer(call, record), 200

    def _alias_answer(self, call: AwsCall, record: FunctionRecord) -> dict[str, Any]:
        if call.operation == "ListAliases":
            rows = [self._alias(record, name) for name in sorted(record.aliases)]
            return _page("Aliases", rows, call)
        if call.alias not in record.aliases:
            raise AwsError(
                "ResourceNotFoundException",
                f"Cannot find alias arn: {self._records.arn(f'{call.name}:{call.alias}')}",
                status=404,
            )
        if call.operation == "UpdateAlias":
            self._update_alias(record, record.aliases[call.alias], call.asked)
        return self._alias(record, call.alias)

    def _function(self, call: AwsCall, record: FunctionRecord) -> dict[str, Any]:
        self._records.settle(record, looked=True)
        spec = self._qualified(record, call.qualifier)[1]
        uri = f"{spec.image}@{spec.digest}"
        answer: dict[str, Any] = {
            "Configuration": self._configuration(record, call.qualifier),
            "Code": {"RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": uri},
        }
        if record.now.reserved_concurrency is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": record.now.reserved_concurrency}
        return answer

    def _qualified(self, record: FunctionRecord, qualifier: str) -> tuple[str, FunctionSpec]:
        alias = record.aliases.get(qualifier)
        version = alias.version if alias is not None else qualifier or LATEST
        return version, self._records.version(record, version)

    def _configuration(self, record: FunctionRecord, qualifier: str) -> dict[str, Any]:
        version, spec = self._qualified(record, qualifier)
        named = f"{spec.name}:{qualifier}" if qualifier else spec.name
        answer = {
            "FunctionName": spec.name,
            "FunctionArn": self._records.arn(named),
            "Role": f"arn:aws:iam::{self._records.account}:role/{spec.name}",
            "CodeSize": 0,
            "Description": "",
            "Timeout": spec.timeout_s,
            "MemorySize": spec.memory_mb,
            "LastModified": record.modified_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "CodeSha256": code_sha256(spec, self._switches),
            "Version": version,
            "TracingConfig": {"Mode": "PassThrough"},
            "RevisionId": record.revision if version == LATEST else record.versions[version][1],
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Image",
            "Architectures": ["x86_64"],
            "EphemeralStorage": {"Size": 512},
            "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
            "LoggingConfig": _logging(spec),
        }
        if spec.environment:
            answer["Environment"] = {"Variables": dict(spec.environment)}
        if version == LATEST and record.done_at is not None:
            answer |= {
                "LastUpdateStatus": "InProgress",
                "LastUpdateStatusReason": "The function is being created.",
                "LastUpdateStatusReasonCode": "Creating",
            }
        elif version == LATEST and record.update_failed:
            answer |= {"LastUpdateStatus": "Failed", "LastUpdateStatusReasonCode": record.update_failed}
        return answer

    def _policy(self, record: FunctionRecord, qualifier: str) -> dict[str, Any]:
        statements = record.statements.get(qualifier)
        if not statements:
            raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", status=404)
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
        return {"Policy": json.dumps(policy), "RevisionId": record.revision}

    def _event_config(self, record: FunctionRecord) -> dict[str, Any]:
        return {
            "LastModified": record.modified_at.timestamp(),
            "FunctionArn": self._records.arn(f"{record.now.name}:{LATEST}"),
            "MaximumRetryAttempts": record.now.retries,
            "MaximumEventAgeInSeconds": record.now.event_age_s,
            "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
        }

    def _publish(self, record: FunctionRecord, asked: dict[str, Any]) -> dict[str, Any]:
        self._check_change(record, asked)
        sha = asked.get("CodeSha256")
        if sha not in (None, code_sha256(record.now, self._switches)):
            raise AwsError("InvalidParameterValueException", f"CodeSHA256 ({sha}) is different from current")
        newest = str(len(record.versions))
        # Nothing new is published while nothing has changed since the newest version.
        made_of = replace(record.now, reserved_concurrency=None)
        if newest == "0" or replace(record.versions[newest][0], reserved_concurrency=None) != made_of:
            newest = str(len(record.versions) + 1)
            record.versions[newest] = (made_of, self._records.new_revision())
        return self._configuration(record, newest)

    def _update_code(self, record: FunctionRecord, asked: dict[str, Any]) -> dict[str, Any]:
        self._check_change(record, asked)
        chosen = self._image(record.now, str(asked.get("ImageUri") or ""))
        if asked.get("DryRun"):
            return self._configuration(record, "")
        self._begin(record, chosen)
        return self._configuration(record, "")

    def _update_configuration(self, record: FunctionRecord, asked: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(asked) - CHANGEABLE)
        if unknown:
            text = f"the sandbox's Lambda cannot change {unknown[0]}"
            raise AwsError("SandboxUnsupportedOperation", text, status=501)
        self._check_change(record, asked)
        logging = asked.get("LoggingConfig") or {}
        now = record.now
        changed = replace(
            now,
            memory_mb=int(asked.get("MemorySize", now.memory_mb)),
            timeout_s=int(asked.get("Timeout", now.timeout_s)),
            log_format=logging.get("LogFormat", now.log_format),
            log_group=logging.get("LogGroup", now.log_group),
            system_log_level=logging.get("SystemLogLevel", now.system_log_level),
        )
        if not 128 <= changed.memory_mb <= 10_240 or not 1 <= changed.timeout_s <= 900:
            raise AwsError("InvalidParameterValueException", "MemorySize is 128 to 10240 MB, Timeout 1 to 900 s")
        self._begin(record, changed)
        return self._configuration(record, "")

    def _begin(self, record: FunctionRecord, changed: FunctionSpec) -> None:
        now = self._records.clock.now()
        record.pending = changed
        record.polls_left = record.now.update_polls
        record.done_at = now + UPDATE_TAKES
        record.update_failed = ""
        record.modified_at = now
        record.revision = self._records.new_revision()

    def _check_change(self, record: FunctionRecord, asked: dict[str, Any]) -> None:
        self._records.settle(record)
        if record.done_at is not None:
            arn = self._records.arn(record.now.name)
            text = f"The operation cannot be performed at this time. An update is in progress for resource: {arn}"
            raise AwsError("ResourceConflictException", text, status=409)
        if asked.get("RevisionId") not in (None, record.revision):
            raise AwsError("PreconditionFailedException", STALE, status=412)

    def _image(self, spec: FunctionSpec, uri: str) -> FunctionSpec:
        image, _, digest = uri.partition("@")
        handlers = {one.digest: one.handler or spec.handler for one in (*spec.published, *spec.images)}
        handlers.setdefault(spec.digest, spec.handler)
        if image != spec.image or digest not in handlers:
            raise AwsError(
                "InvalidParameterValueException", f"Source image {uri} does not exist. Provide a valid source image."
            )
        return replace(spec, digest=digest, handler=handlers[digest])

    def _concurrency(self, record: FunctionRecord, call: AwsCall) -> tuple[dict[str, Any] | None, int]:
        if call.operation == "DeleteFunctionConcurrency":
            record.now = replace(record.now, reserved_concurrency=None)
            return None, 204
        if call.operation == "PutFunctionConcurrency":
            wanted = int(call.asked["ReservedConcurrentExecutions"])
            if wanted > ACCOUNT_CONCURRENCY - UNRESERVED_MIN:
                text = (
                    f"decreases account's UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_MIN}]"
                )
                raise AwsError("InvalidParameterValueException", f"ReservedConcurrentExecutions {text}.")
            record.now = replace(record.now, reserved_concurrency=wanted)
        reserved = record.now.reserved_concurrency
        return ({} if reserved is None else {"ReservedConcurrentExecutions": reserved}), 200

    def _alias(self, record: FunctionRecord, name: str) -> dict[str, Any]:
        alias = record.aliases[name]
        answer: dict[str, Any] = {
            "AliasArn": self._records.arn(f"{record.now.name}:{name}"),
            "Name": name,
            "FunctionVersion": alias.version,
            "Description": alias.description,
            "RevisionId": alias.revision,
        }
        if alias.weights:
            weights = {version: float(weight) for version, weight in alias.weights.items()}
            answer["RoutingConfig"] = {"AdditionalVersionWeights": weights}
        return answer

    def _update_alias(self, record: FunctionRecord, alias: Alias, asked: dict[str, Any]) -> None:
        if asked.get("RevisionId") not in (None, alias.revision):
            raise AwsError("PreconditionFailedException", STALE, status=412)
        version = str(asked.get("FunctionVersion") or alias.version)
        self._records.version(record, version)
        weights = alias.weights
        # What is not said stays, weights too: to end them, an empty map must be sent.
        if asked.get("RoutingConfig") is not None:
            given = asked["RoutingConfig"].get("AdditionalVersionWeights") or {}
            weights = {str(one): Decimal(str(weight)) for one, weight in given.items()}
        self._check_weights(record, version, weights)
        alias.version, alias.weights = version, weights
        alias.description = str(asked.get("Description", alias.description))
        alias.revision = self._records.new_revision()

    def _check_weights(self, record: FunctionRecord, version: str, weights: dict[str, Decimal]) -> None:
        for other, weight in weights.items():
            self._records.version(record, other)
            if not 0 <= weight <= 1:
                code = self._switches.weight_out_of_range_code
                raise AwsError(code, f"weight {weight} of version {other} is not within 0 and 1")
        if len(weights) > 1 or (weights and LATEST in (version, *weights)):
            text = "an alias points to at most two versions, and $LATEST is not supported for an alias with weights"
            raise AwsError("InvalidParameterValueException", text)


def _logging(spec: FunctionSpec) -> dict[str, str]:
    logging = {"LogFormat": spec.log_format, "LogGroup": spec.logs_to}
    if spec.log_format == "JSON":
        logging |= {"ApplicationLogLevel": "INFO", "SystemLogLevel": spec.system_log_level}
    return logging


def _page(key: str, rows: list[dict[str, Any]], call: AwsCall) -> dict[str, Any]:
    first = offset_in(call.query.get("Marker"), code="InvalidParameterValueException")
    size = min(int(call.query.get("MaxItems") or PAGE_MAX), PAGE_MAX)
    answer: dict[str, Any] = {key: rows[first : first + size]}
    if first + size < len(rows):
        answer["NextMarker"] = str(first + size)
    return answer
