"""A DynamoDB imitation on this machine, and the fakes of the two services."""

from __future__ import annotations

import io
import itertools
import json
import logging
import threading

import pytest
from tests.naver_sms.fakes import FakeNaver, FakeSens
from tests.naver_sms.reporting import invariants
from tests.naver_sms.world import environ

from naver_sms.invoke import invoke
from naver_sms.meter import Meter
from naver_sms.state.memory import Cells, MemoryState
from naver_sms.state.sqlite import SqliteState
from naver_sms.summary import Invocation

NAMES = itertools.count()
AWS_TEST_ENV = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "ap-northeast-2",
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def aws_url():
    """Serve moto on a free port for the whole session."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto, turn = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def one_at_a_time(environ, start_response):
        # A conditional write is one step in DynamoDB; in moto it is two, between which another thread may come.
        with turn:
            return list(moto(environ, start_response))

    server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def aws_env(aws_url, monkeypatch):
    """Point boto3 at the imitation and give back a fresh set of clients."""
    from naver_sms import aws

    for name, value in {**AWS_TEST_ENV, "AWS_ENDPOINT_URL": aws_url}.items():
        monkeypatch.setenv(name, value)
    aws.forget()
    yield {**AWS_TEST_ENV, "AWS_ENDPOINT_URL": aws_url}
    aws.forget()


@pytest.fixture
def naver():
    with FakeNaver().serve() as served:
        yield served


@pytest.fixture
def sens():
    with FakeSens().serve() as served:
        yield served


@pytest.fixture
def go(tmp_path, naver, sens):
    """Return a function that makes one pass and returns its report."""

    def once(*, environ_more=None, **changes):
        out = io.StringIO()
        env = environ(tmp_path, naver, sens, **changes) | (environ_more or {})
        invoked = invoke(env, invocation=Invocation(limit_mb=512), time_s=60.0, out=out)
        once.printed = out.getvalue()
        once.shadow = invoked.shadow
        last = json.loads(out.getvalue().splitlines()[-1])
        assert last == invoked.report
        invariants(last)
        return last

    once.printed, once.shadow = "", None
    return once


@pytest.fixture(params=["memory", "sqlite", "dynamodb"])
def two(request, tmp_path):
    """Return two states that share what they keep, as two runs do."""
    if request.param == "memory":
        cells = Cells()
        yield [MemoryState(meter=Meter(), cells=cells) for _ in range(2)]
    elif request.param == "sqlite":
        states = [SqliteState(str(tmp_path / "state.db"), meter=Meter()) for _ in range(2)]
        yield states
        for one in states:
            one.shut()
    else:
        request.getfixturevalue("aws_env")
        yield dynamo_pair()


def dynamo_pair():
    from naver_sms.aws import client
    from naver_sms.state.dynamodb import DynamoState, Tables, table_definitions

    prefix = f"t{next(NAMES)}-"
    for definition in table_definitions(prefix):
        client("dynamodb").create_table(**definition)
    tables = Tables(sms=prefix + "sms", session=prefix + "session", lease=prefix + "session")
    return [DynamoState(client("dynamodb"), tables=tables, meter=Meter()) for _ in range(2)]


@pytest.fixture
def state(two):
    return two[0]
