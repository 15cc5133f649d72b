"""One imitated world on this machine, with a chat that the bot has left, a channel it never joined, a silent person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from tests.cli.calling import Called, call
from tests.rules.tree import ROOT

from bongsu.cli.world_plan import with_addresses, world_of
from bongsu.cli.world_process import make_parity
from bongsu.ledger import open_ledger
from bongsu.planfile import load
from bongsu.sandbox.aws_policy import ALLOW_ALL
from bongsu.sandbox.spec import load_spec
from bongsu.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLE = ROOT / "plans" / "naver-sms.yaml"
BOT_LEFT, APP_ABSENT, NEVER_STARTED = -1000000000055, "C00000055", 100000055
DOES_SOMETHING = {
    *("sendMessage", "editMessageText", "answerCallbackQuery", "chat.postMessage", "chat.update", "conversations.open"),
    *("events.EnableRule", "events.DisableRule", "lambda.Invoke"),
}


@dataclass
class Desk:
    """A captain's folder: the plan that uses the world, a state folder, and what the world saw since it was made."""

    world: World
    folder: Path
    text: str
    seen: int = 0

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def plan(self) -> Path:
        return self.folder / "plan.yaml"

    def write(self, *changes: tuple[str, str]) -> None:
        """Write the plan with some of its text replaced; what is replaced must stand in it."""
        text = self.text
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        self.plan.write_text(text, "utf-8")

    def start(self, *more: object) -> Called:
        """Call `bongsu start` on the plan."""
        return call("start", self.plan, "--go", "james", "--state", self.state, *more)

    def done(self) -> list[str]:
        """What the world saw, since this desk was made, that reached somebody or changed something."""
        return [
            one["operation"] for one in self.world.record.entries()[self.seen :] if one["operation"] in DOES_SOMETHING
        ]

    def runs(self) -> list[str]:
        """The runs in the state folder."""
        if not (self.state / "bongsu.db").is_file():
            return []
        ledger = open_ledger(self.state)
        try:
            return [run.run_id for run in ledger.runs()]
        finally:
            ledger.close()

    def refused(self, called: Called, *said: str, code: int = 2) -> None:
        """Hold a refusal to the rules: one message, the texts in it, its exit code, and nothing done."""
        lines = called.err.splitlines()
        assert called.code == code, called.err
        assert [line for line in lines if line.startswith("error: ")] == lines[:1], called.err
        assert [text for text in said if text not in called.err] == [], called.err
        assert any(line.startswith("help: ") for line in lines), "it does not say what to do next"
        assert "Traceback" not in called.err and called.out == ""
        assert (self.done(), self.runs()) == ([], [])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, dict[str, str], str]]:
    """Start the world of the example plan; yield it with the environment that its secrets lie in, and the plan."""
    folder = tmp_path_factory.mktemp("world")
    made = world_of(load(EXAMPLE), folder, seed=1)
    spec: dict[str, Any] = made.spec
    spec["telegram"]["chats"].append({"id": BOT_LEFT, "kind": "supergroup", "title": "left", "bot": "left"})
    spec["telegram"]["users"].append({"id": NEVER_STARTED, "first_name": "Silent", "started": False})
    spec["slack"]["channels"].append({"id": APP_ABSENT, "name": "other", "bot_is_member": False})
    # Who may look at everything is told what does not exist; the plan's own policy covers the plan's own names.
    spec["aws"]["policies"] = {"captain": ALLOW_ALL}
    (folder / "world.json").write_text(json.dumps(spec), "utf-8")
    world = World(load_spec(folder / "world.json"), folder)
    make_parity(folder)
    text = with_addresses(EXAMPLE.read_bytes(), world.addresses, EXAMPLE.name).decode()
    yield world, made.provision.environment, text
    world.close()


@pytest.fixture
def desk(served: tuple[World, dict[str, str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A fresh folder in front of the world, and its secrets in the environment."""
    world, environment, text = served
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parity.json").write_bytes((world.folder / "parity.json").read_bytes())
    made = Desk(world=world, folder=tmp_path, text=text, seen=len(world.record.entries()))
    made.write()
    return made
