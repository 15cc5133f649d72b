"""Lambda's control plane, called with boto3: versions, aliases, updates, concurrency."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError, WaiterError
from tests.sandbox.rig import running

from bongsu.sandbox.aws_lambda import AliasSpec, FunctionSpec, VersionSpec
from bongsu.sandbox.aws_switches import AwsSwitches

IMAGE = FunctionSpec(name="x").image
OLD, NEW, NEWER = (f"sha256:{letter * 64}" for letter in "abc")


def job(**changes):
    return FunctionSpec(
        name="job",
        digest=NEW,
        published=(VersionSpec(digest=OLD), VersionSpec(digest=NEW)),
        images=(VersionSpec(digest=NEWER),),
        aliases={"live": AliasSpec(version="1")},
        **changes,
    )


@pytest.fixture
def rig(tmp_path):
    with running(tmp_path, functions=(job(), FunctionSpec(name="plain"))) as made:
        yield made


def refused(call, **asked):
    with pytest.raises(ClientError) as caught:
        call(**asked)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_each_version_has_its_own_code(rig):
    """The digest of the version asked for, by number and by alias, and the function's own without a qualifier."""
    client = rig.client("lambda")

    def digest(**named):
        code = client.get_function(FunctionName="job", **named)["Code"]
        assert code["ImageUri"] == code["ResolvedImageUri"]
        return code["ResolvedImageUri"].partition("@")[2]

    assert [digest(), digest(Qualifier="1"), digest(Qualifier="live"), digest(Qualifier="2")] == [NEW, OLD, OLD, NEW]
    configuration = client.get_function_configuration(FunctionName="job", Qualifier="live")
    assert configuration["Version"] == "1"
    assert configuration["FunctionArn"].endswith(":function:job:live")
    assert refused(client.get_function, FunctionName="job", Qualifier="9") == ("ResourceNotFoundException", 404)


def test_versions_and_aliases_are_listed_page_by_page(rig):
    client = rig.client("lambda")
    pages = client.get_paginator("list_versions_by_function").paginate(
        FunctionName="job", PaginationConfig={"PageSize": 2}
    )
    assert [[one["Version"] for one in page["Versions"]] for page in pages] == [["$LATEST", "1"], ["2"]]
    assert [one["Name"] for one in client.list_aliases(FunctionName="job")["Aliases"]] == ["live"]
    assert refused(client.get_alias, FunctionName="job", Name="none")[0] == "ResourceNotFoundException"


def test_an_alias_is_moved_back_atomically_and_only_with_its_newest_revision(rig):
    client = rig.client("lambda")
    before = client.get_alias(FunctionName="job", Name="live")
    moved = client.update_alias(
        FunctionName="job", Name="live", FunctionVersion="2", RevisionId=before["RevisionId"],
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.25}},
    )  # fmt: skip
    assert moved["RoutingConfig"] == {"AdditionalVersionWeights": {"1": 0.25}}
    assert moved["RevisionId"] != before["RevisionId"]
    stale = {"FunctionName": "job", "Name": "live", "FunctionVersion": "1", "RevisionId": before["RevisionId"]}
    assert refused(client.update_alias, **stale) == ("PreconditionFailedException", 412)
    kept = client.update_alias(FunctionName="job", Name="live", Description="x")
    assert kept["RoutingConfig"] == moved["RoutingConfig"]  # what is not said stays
    ended = client.update_alias(FunctionName="job", Name="live", RoutingConfig={"AdditionalVersionWeights": {}})
    assert "RoutingConfig" not in ended


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"1": 1.5}, "InvalidParameterValueException"),
        ({"9": 0.5}, "ResourceNotFoundException"),
        ({"$LATEST": 0.5}, "InvalidParameterValueException"),
        ({"1": 0.1, "2": 0.1}, "InvalidParameterValueException"),
    ],
)
def test_weights_that_lambda_would_not_take_are_refused(rig, weights, code):
    asked = {"FunctionName": "job", "Name": "live", "RoutingConfig": {"AdditionalVersionWeights": weights}}
    assert refused(rig.client("lambda").update_alias, **asked)[0] == code
    assert "RoutingConfig" not in rig.client("lambda").get_alias(FunctionName="job", Name="live")


def test_the_code_of_a_weight_out_of_range_is_a_switch(tmp_path):
    switches = AwsSwitches(weight_out_of_range_code="ValidationException")
    with running(tmp_path, functions=(job(),), switches=switches) as rig:
        asked = {"FunctionName": "job", "Name": "live", "RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}}
        assert refused(rig.client("lambda").update_alias, **asked)[0] == "ValidationException"


def test_an_update_is_in_progress_first_and_meanwhile_nothing_else_may_begin(rig):
    """Then boto3's own waiter sees it end; the digest is the new one from then on, and the revision too."""
    client = rig.client("lambda")
    before = client.get_function_configuration(FunctionName="job")
    uri = f"{IMAGE}@{NEWER}"
    begun = client.update_function_code(FunctionName="job", ImageUri=uri, RevisionId=before["RevisionId"])
    assert begun["LastUpdateStatus"] == "InProgress"
    assert begun["RevisionId"] != before["RevisionId"]
    again = {"FunctionName": "job", "ImageUri": uri}
    assert refused(client.update_function_code, **again) == ("ResourceConflictException", 409)
    assert refused(client.publish_version, FunctionName="job")[0] == "ResourceConflictException"
    assert client.get_function(FunctionName="job")["Configuration"]["LastUpdateStatus"] == "InProgress"
    client.get_waiter("function_updated_v2").wait(FunctionName="job", WaiterConfig={"Delay": 0})
    found = client.get_function(FunctionName="job")
    assert found["Code"]["ResolvedImageUri"] == uri
    assert found["Configuration"]["LastUpdateStatus"] == "Successful"
    stale = {**again, "RevisionId": before["RevisionId"]}
    assert refused(client.update_function_code, **stale) == ("PreconditionFailedException", 412)


def test_an_update_that_nobody_looks_at_ends_with_time(rig):
    client = rig.client("lambda")
    client.update_function_code(FunctionName="job", ImageUri=f"{IMAGE}@{OLD}")
    rig.pass_time(timedelta(seconds=6))
    assert client.get_function(FunctionName="job")["Code"]["ResolvedImageUri"] == f"{IMAGE}@{OLD}"


def test_an_update_can_fail_and_leaves_the_old_code(tmp_path):
    with running(tmp_path, functions=(job(update_fails_with="ImageDeleted", update_polls=1),)) as rig:
        client = rig.client("lambda")
        client.update_function_code(FunctionName="job", ImageUri=f"{IMAGE}@{NEWER}")
        with pytest.raises(WaiterError):
            client.get_waiter("function_updated_v2").wait(FunctionName="job", WaiterConfig={"Delay": 0})
        found = client.get_function(FunctionName="job")
        assert found["Configuration"]["LastUpdateStatusReasonCode"] == "ImageDeleted"
        assert found["Code"]["ResolvedImageUri"] == f"{IMAGE}@{NEW}"


def test_a_dry_run_changes_nothing_and_an_image_that_is_not_there_is_refused(rig):
    client = rig.client("lambda")
    told = client.update_function_code(FunctionName="job", ImageUri=f"{IMAGE}@{OLD}", DryRun=True)
    assert told["LastUpdateStatus"] == "Successful"
    assert client.get_function(FunctionName="job")["Code"]["ResolvedImageUri"] == f"{IMAGE}@{NEW}"
    nowhere = f"{IMAGE}@sha256:{'f' * 64}"
    code, status = refused(client.update_function_code, FunctionName="job", ImageUri=nowhere)
    assert (code, status) == ("InvalidParameterValueException", 400)


def test_a_version_is_published_only_when_something_changed(rig):
    client = rig.client("lambda")
    assert client.publish_version(FunctionName="job")["Version"] == "2"
    first = client.publish_version(FunctionName="plain")
    assert (first["Version"], client.publish_version(FunctionName="plain")["Version"]) == ("1", "1")
    other = {"FunctionName": "plain", "CodeSha256": "other"}
    assert refused(client.publish_version, **other)[0] == "InvalidParameterValueException"
    client.update_function_configuration(FunctionName="plain", MemorySize=256)
    client.get_waiter("function_updated_v2").wait(FunctionName="plain", WaiterConfig={"Delay": 0})
    assert client.publish_version(FunctionName="plain")["Version"] == "2"
    assert client.get_function_configuration(FunctionName="plain", Qualifier="1")["MemorySize"] == 512


def test_log_settings_are_kept(rig):
    client = rig.client("lambda")
    logging = {"LogFormat": "JSON", "SystemLogLevel": "WARN", "LogGroup": "/aws/lambda/plain"}
    client.update_function_configuration(FunctionName="plain", LoggingConfig=logging)
    client.get_waiter("function_updated_v2").wait(FunctionName="plain", WaiterConfig={"Delay": 0})
    found = client.get_function_configuration(FunctionName="plain")["LoggingConfig"]
    assert {**logging, **found} == found
    assert refused(client.update_function_configuration, FunctionName="plain", Timeout=901)[1] == 400
    unknown = {"FunctionName": "plain", "Description": "x"}
    assert refused(client.update_function_configuration, **unknown) == ("SandboxUnsupportedOperation", 501)


def test_concurrency_is_reserved_shown_and_given_back(rig):
    client = rig.client("lambda")
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="job")
    client.put_function_concurrency(FunctionName="job", ReservedConcurrentExecutions=0)
    assert client.get_function_concurrency(FunctionName="job")["ReservedConcurrentExecutions"] == 0
    assert client.get_function(FunctionName="job")["Concurrency"] == {"ReservedConcurrentExecutions": 0}
    client.delete_function_concurrency(FunctionName="job")
    assert "Concurrency" not in client.get_function(FunctionName="job")
    much = {"FunctionName": "job", "ReservedConcurrentExecutions": 901}
    assert refused(client.put_function_concurrency, **much)[0] == "InvalidParameterValueException"


def test_that_the_sha_is_the_digest_is_a_switch(tmp_path):
    """Nobody here has verified it: a plan must not rest on it."""
    with running(tmp_path, functions=(job(),), switches=AwsSwitches(code_sha256_is_digest=False)) as rig:
        found = rig.client("lambda").get_function(FunctionName="job")
        assert found["Code"]["ResolvedImageUri"].endswith(NEW)
        assert found["Configuration"]["CodeSha256"] != NEW.removeprefix("sha256:")


def test_an_alias_of_a_version_that_was_not_published_is_refused():
    for alias in (AliasSpec(version="2"), AliasSpec(version="1", weights={"2": Decimal("0.1")})):
        with pytest.raises(ValueError, match="not published"):
            FunctionSpec(name="job", published=(VersionSpec(digest=OLD),), aliases={"live": alias})
