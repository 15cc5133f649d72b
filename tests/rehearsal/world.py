"""A whole run as its witnesses tell it: bongsu's ledger and evidence, and the world's own record."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE_S

from bongsu.evidence.collect import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
PLAN = ROOT / "plans" / "naver-sms.yaml"
KOREAN_PLAN = ROOT / "plans" / "naver-sms.ko.yaml"
FULL_WATCH = "watch: {for: 24h, every: 20m, checks: [error_rate, duration, sms_delivery], report_every: 24h}"
SHORT_WATCH = "watch: {for: 1h, every: 20m, checks: [error_rate, duration, sms_delivery], report_every: 1h}"
PROGRAM = [sys.executable, "-c", "from bongsu.cli.main import main; main()"]
FUNCTION = "naverplace_send_inform_v2"
RULE, LEGACY_RULE = "naver-sms-automation-trigger", "naverplace-send-inform-schedule"
CHAT, CHANNEL = "-1000000000001", "C00000001"
JAMES = {"contact": "james", "name": "James", "telegram_id": 100000001, "slack_id": "U00000001"}
ON_CALL = {"contact": "on_call", "name": "On-Call Engineer", "telegram_id": 100000002, "slack_id": "U00000002"}
OPS_MANAGER = {"contact": "ops_manager", "name": "Operations Manager", "telegram_id": None, "slack_id": "U00000003"}
USUAL = {"on_call": {"Acknowledge": 15, "Go": 20}, "ops_manager": {"Acknowledge": 22, "Go": 35}}
SENDS = {"telegram": "sendMessage", "slack": "chat.postMessage"}
EDITS = {"telegram": "editMessageText", "slack": "chat.update"}
WALL_MAX_S = 600
"""Longer than any machine takes for a run, whatever else it does."""
Entry = dict[str, Any]


def short_plan(folder: Path, source: Path = PLAN, **replaced: str) -> Path:
    """The example plan, or another, with a watch of one hour; `replaced` gives whole keys of it another value."""
    text = source.read_text("utf-8")
    assert FULL_WATCH in text
    text = text.replace(FULL_WATCH, SHORT_WATCH)
    for key, line in replaced.items():
        text, times = re.subn(rf"(?m)^{key}:.*$", f"{key}: {line}", text)
        assert times == 1, key
    path = folder / "plan-short.yaml"
    path.write_text(text, "utf-8")
    return path


def people(**answers: Mapping[str, int]) -> list[Entry]:
    """The three contacts with their usual answers, or the ones given instead."""
    answering = {"james": {}, **USUAL, **answers}
    return [person | {"answers": dict(answering[person["contact"]])} for person in (JAMES, ON_CALL, OPS_MANAGER)]


def environment(**more: str) -> dict[str, str]:
    """A bare environment: nothing of the user's but what Python needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "BONGSU_LANG": "en", "PYTHONPATH": str(ROOT / "src"), **more}


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str
    wall_s: float = 0.0


def bongsu(*args: object, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run the program in `cwd` to its end."""
    began = monotonic()
    done = subprocess.run(
        [*PROGRAM, *(str(arg) for arg in args)],
        cwd=cwd,
        env=dict(env or environment()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WALL_MAX_S,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr, monotonic() - began)


@dataclass(frozen=True)
class Run:
    """One run with everything that it left behind."""

    ended: Ended
    plan: Path
    world: Path
    state: Path
    evidence: Path

    @property
    def code(self) -> int:
        return self.ended.code

    @cached_property
    def record(self) -> list[Entry]:
        """What the world itself wrote down, oldest first."""
        return [json.loads(line) for line in (self.world / "record.jsonl").read_text("utf-8").splitlines()]

    @cached_property
    def lines(self) -> list[Entry]:
        """The ledger's lines."""
        return [json.loads(line) for line in (self.evidence / "ledger.jsonl").read_text("utf-8").splitlines()]

    @cached_property
    def report(self) -> Entry:
        return json.loads((self.evidence / "report.json").read_bytes())

    def recorded(self, service: str, operation: str, **facts: object) -> list[Entry]:
        """The world's entries of one kind."""
        return [
            one
            for one in self.record
            if (one["service"], one["operation"]) == (service, operation)
            and all(one.get(name) == value for name, value in facts.items())
        ]

    def told(self, kind: str, **body: object) -> list[Entry]:
        """The ledger's lines of one kind."""
        return [
            line
            for line in self.lines
            if line["kind"] == kind and all(line["body"].get(name) == value for name, value in body.items())
        ]

    def line(self, seq: int) -> Entry:
        return self.lines[seq - 1]

    def blob(self, digest: str) -> bytes:
        """A blob's content, without its salt."""
        return (self.evidence / "blobs" / digest).read_bytes().partition(b"\n")[2]

    def phases(self) -> list[str]:
        return [line["body"]["phase"] for line in self.told("phase_entered")]

    def closed(self) -> Entry:
        """How the run closed: verdict, why, exit code."""
        return self.lines[-1]["body"]

    def posts(self, message: str = "") -> list[Entry]:
        """The intentions of new messages, of one message's kind when named."""
        return [line for line in self.told("send_intended", method="post") if message in ("", line["body"]["message"])]

    def text(self, intended: Entry) -> str:
        """What a message says, without markup."""
        return plain_text(json.loads(self.blob(intended["blobs"]["payload"])))

    def texts(self, message: str) -> list[str]:
        """What every copy of a message says."""
        return [self.text(line) for line in self.posts(message)]

    def ending_of(self, intended: Entry) -> Entry:
        """The end of a send."""
        key, attempt = intended["body"]["key"], intended["body"]["attempt"]
        return next(
            line
            for line in self.lines[intended["seq"] :]
            if line["kind"] == "send_ended" and (line["body"]["key"], line["body"]["attempt"]) == (key, attempt)
        )

    def values(self, key: str) -> Entry:
        """The values of the newest observation of a reading."""
        return self.told("observed", key=key)[-1]["body"]["values"]

    def invocations(self) -> list[tuple[Entry, list[Entry]]]:
        """Each invocation as the world recorded it, with what happened from its firing to its end."""
        found: list[tuple[Entry, list[Entry]]] = []
        since = 0
        for index, one in enumerate(self.record):
            if (one["service"], one["operation"]) == ("events", "fired"):
                since = index
            elif (one["service"], one["operation"]) == ("lambda", "invocation"):
                found.append((one, self.record[since : index + 1]))
        return found


def labelled(text: str) -> dict[str, str]:
    """The `label: value` rows of a message as Telegram or Slack shows it."""
    bullets = dict(re.findall(r"(?m)^• ([^:\n]+): (.+)$", text))
    return bullets | dict(re.findall(r"(?m)^\*([^*\n]+)\*\n(?![*•])(.+)$", text))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def count(entries: list[Entry], service: str, *operations: str, **facts: object) -> int:
    """How many of the entries are of a service and one of the operations (any, when none is named)."""
    return sum(
        one["service"] == service
        and (not operations or one["operation"] in operations)
        and all(one.get(name) == value for name, value in facts.items())
        for one in entries
    )


def rehearse(
    folder: Path,
    plan: Path,
    *,
    seed: int = 1,
    changes: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Rehearse a plan in `folder`, in a world changed as told."""
    args: list[object] = ["rehearse", plan, "--keep", folder / "world", "--state", folder / "state"]
    args += ["--out", folder / "evidence", "--seed", seed]
    if changes is not None:
        (folder / "changes.json").write_text(json.dumps(changes), "utf-8")
        args += ["--world", folder / "changes.json"]
    ended = bongsu(*args, cwd=folder, env=env)
    return Run(ended, plan, folder / "world", folder / "state", folder / "evidence")


@contextmanager
def sandbox(folder: Path, plan: Path, *options: str) -> Iterator[dict[str, str]]:
    """The imitated services as `bongsu sandbox` starts them; yields the variables of its env.sh and the addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sandbox.out").open("wb") as output:
        process = subprocess.Popen(
            [*PROGRAM, "sandbox", str(plan), "--dir", str(folder / "world"), *options],
            cwd=folder,
            env=environment(PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready: "):
                break
        else:
            raise AssertionError((folder / "sandbox.out").read_text("utf-8"))
        yield exported(folder / "world" / "env.sh")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_S)
        process.stdout.close()


def exported(path: Path) -> dict[str, str]:
    """What a shell has after `. env.sh`, of the variables that the file sets."""
    names = re.findall(r"(?m)^export (\w+)=", path.read_text("utf-8"))
    show = "; ".join(f"printf '%s\\0' \"${name}\"" for name in names)
    shown = subprocess.run(
        ["sh", "-c", f'. "$0"; {show}', str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(zip(names, shown.split("\0"), strict=False))


def asked(url: str) -> Any:
    """The JSON at one of the world's own control paths."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return json.loads(answer.read())
