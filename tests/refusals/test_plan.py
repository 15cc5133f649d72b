"""A plan, a secret or a window that cannot be used is refused before anybody is asked anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.cli.calling import call

if TYPE_CHECKING:
    from tests.refusals.conftest import Desk


def test_a_misspelt_key_is_shown_at_its_place(desk: Desk) -> None:
    desk.write(("log_group:", "log_gruop:"))
    called = desk.start()
    desk.refused(called, 'did you mean "log_group"?', "^^^^", "1 problem in")
    line = next(n for n, text in enumerate(desk.plan.read_text("utf-8").splitlines(), 1) if "log_gruop:" in text)
    assert called.err.startswith(f"error: {desk.plan}:{line}:3: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"# a plan of 50 MB\n" * 2_900_000, "is larger than 1000 kB"),
        (bytes(range(256)) * 8, "is not UTF-8"),
        (b"bongsu: [1\n", "not YAML"),
    ],
    ids=["0 bytes", "50 MB", "not text", "not YAML"],
)
def test_a_file_that_is_no_plan(desk: Desk, content: bytes, said: str) -> None:
    desk.plan.write_bytes(content)
    desk.refused(desk.start(), f"{desk.plan}", said)


def test_a_plan_that_is_not_there(desk: Desk) -> None:
    desk.plan.unlink()
    desk.refused(desk.start(), "cannot be read: no such file or directory")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("env:BONGSU_BUTTON_KEY", "env:NOT_SET", "export NOT_SET before the command"),
        ("env:BONGSU_BUTTON_KEY", "file:not-there", "put it at not-there"),
        ("example/slack#bot_token", "example/other#bot_token", "Secrets Manager answered ResourceNotFoundException"),
        ("example/slack#bot_token", "example/slack#other", 'the secret has no field "other"'),
    ],
)
def test_a_secret_that_leads_nowhere(desk: Desk, old: str, new: str, said: str) -> None:
    desk.write((old, new))
    desk.refused(desk.start(), "leads to nothing, at plan key", said)


def test_all_secrets_that_lead_nowhere_are_named_at_once(desk: Desk) -> None:
    """Nobody mends one, starts again, and is told of the next."""
    desk.write(
        ("env:BONGSU_BUTTON_KEY", "env:NOT_SET"),
        ("env:BONGSU_TELEGRAM_TOKEN", "file:not-there"),
        ("example/slack#bot_token", "example/slack#other"),
    )
    called = desk.start()
    desk.refused(
        called,
        "error: 3 secrets cannot be found",
        'cause: "env:NOT_SET" leads to nothing, at plan key "keys.buttons": the environment variable is not set',
        'cause: "file:not-there" leads to nothing, at plan key "channels.ops_chat.token": the file cannot be read: no',
        'cause: "secret:example/slack#other" leads to nothing, at plan key "channels.alerts.token": the secret has no',
        "help: export NOT_SET before the command",
        "help: put it at not-there",
        "help: add the field",
    )
    assert len(called.err.splitlines()) == 7, called.err


def test_credentials_that_nobody_knows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "X" * 16)
    desk.refused(desk.start(), "UnrecognizedClientException", "sign in to AWS again")


def test_a_window_that_has_passed(desk: Desk) -> None:
    desk.write(("2025-10-22T14:00", "2025-10-21T14:00"), ("2025-10-22T15:00", "2025-10-21T15:00"))
    desk.refused(desk.start(), "the window of this plan ended at 2025-10-21 15:00 KST", "set a new window")


def test_a_name_that_is_not_in_the_plan(desk: Desk) -> None:
    called = call("start", desk.plan, "--go", "nobody", "--state", desk.state)
    desk.refused(called, "nobody in the plan is called 'nobody'", "james, on_call, ops_manager")


def test_an_evidence_folder_that_is_in_use(desk: Desk) -> None:
    """It is known before the run and not a day later, when the evidence is to be written."""
    desk.refused(desk.start("--out", desk.folder), "is there already and is not empty", "--out")


def test_a_clock_that_does_not_answer(desk: Desk) -> None:
    desk.write((f"clock: {desk.world.addresses['clock']}", "clock: http://127.0.0.1:1"))
    desk.refused(desk.start(), "does not answer", "start the sandbox again", code=3)
