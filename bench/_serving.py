"""What the measurements of `bongsu serve` share: plans of many people on the stand-in, and figures."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN = "-".join(("xoxb", "1" * 12, "a" * 24))
INTAKE_TOKEN = "intake-" + "t" * 24
ENVIRONMENT = {
    "BENCH_TOKEN": TOKEN,
    "BENCH_SIGNING": "s" * 32,
    "BENCH_BUTTONS": "b" * 32,
    "BENCH_INTAKE": INTAKE_TOKEN,
}


PLAN = """bongsu: 1
cutover: Team {team}
captain: p0
timezone: Asia/Seoul
window: {{start: 2027-10-22T14:00, end: 2027-10-22T15:00}}
keys: {{buttons: env:BENCH_BUTTONS}}
contacts:
{contacts}
channels:
  alerts:
    kind: slack
    channel: C{team:08d}
    token: env:BENCH_TOKEN
    signing_secret: env:BENCH_SIGNING
    listen: 127.0.0.1:{listen}/slack
    api_url: {chat_url}/api/
target:
  kind: eventbridge_lambda
  region: ap-northeast-2
  account: "000000000000"
  rule: r
  function: f
  log_group: /aws/lambda/f
  tables: {{state: s}}
  endpoint_url: {chat_url}/aws
baseline: [{{kind: alarms, named: [a], all: OK}}]
first_run: {{within: 5m, settle: 1m}}
verify: [{{kind: error_rate, at_most: 0%}}]
announce: {{to: [alerts], languages: [en]}}
intake: {{bearer: env:BENCH_INTAKE}}
escalation:
{policies}
rollback:
  when: [verify_fails, no_first_run, alarm]
  when_unknown: page
  nobody_decides: roll_back
  detect: 10m
  decide: 10m
  execute: 15m
  total: 35m
"""


def plan_text(chat_url: str, *, team: int, people: int, listen: int, level: str = "5m") -> str:
    """Return the plan of one team: so many people, each the first level of a policy of their own."""
    contacts = "\n".join(
        f"  p{n}: {{name: Person {team}-{n}, role: On-Call, slack: U{team:04d}{n:05d}}}" for n in range(people)
    )
    policies = "\n".join(
        f"  p{n}:\n    ack_sla: 1d\n    levels:\n      - {{page: [p{n}], for: {level}}}\n"
        f"      - {{page: [p{(n + 1) % people}], for: 1h}}\n    repeat: 0"
        for n in range(people)
    )
    return PLAN.format(contacts=contacts, policies=policies, team=team, listen=listen, chat_url=chat_url)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def cpu_s(pid: int) -> float:
    """Return the user and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kb(pid: int) -> int:
    """Return the memory that a process has resident."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def load() -> str:
    """Return the load of the machine over the last minute, on how many cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


class Served:
    """`bongsu serve` in a process of its own."""

    def __init__(self, folder: Path, teams: int, *, state: str, port: int | None) -> None:
        plans = [str(folder / f"t{team}.yaml") for team in range(teams)]
        listen = ["--no-listen"] if port is None else ["--listen", str(port)]
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from bongsu.cli.main import main; main()", "serve", *plans, *listen],
            env={**os.environ, **ENVIRONMENT, "BONGSU_STATE": state},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        while not (line := self.process.stderr.readline()).startswith("serving "):
            assert line, "bongsu serve has ended"
        self.said: list[str] = []
        threading.Thread(target=lambda: self.said.extend(self.process.stderr or ()), daemon=True).start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)


def write_plans(folder: Path, chat_url: str, *, teams: int, people: int) -> list[bytes]:
    """Write the teams' plans, and return their bytes; all share one bot, so that one way in is opened."""
    listen = free_port()
    sources = []
    for team in range(teams):
        source = plan_text(chat_url, team=team, people=people, listen=listen).encode()
        (folder / f"t{team}.yaml").write_bytes(source)
        sources.append(source)
    return sources


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
