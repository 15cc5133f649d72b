"""From an alarm's POST to the first call of a chat service, against Prometheus Alertmanager in the same minutes.

    python -m bench.alarms [--alarms N] [--open N]

Both are processes of their own and call the same stand-in for a chat service, which takes 20 ms. Alarms are posted one
by one, ten a second, to bongsu and to Alertmanager in turns of ten, so that a busy moment hits both. What is measured
is the time from before the POST until the whole request stands at the stand-in. bongsu has the page on the disk by
then (SQLite, FULL); Alertmanager keeps nothing. Then the same with a thousand pages open.
The bars: within 3 times Alertmanager's p50 and 2 times its p99, and no worse with a thousand open. Alertmanager is
Debian's package `prometheus-alertmanager`; without it the bars on it cannot be judged, and the script says so and ends
with 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

from bench._chat import Chat
from bench._pages import Team, fill
from bench._serving import (
    INTAKE_TOKEN,
    Served,
    cpu_s,
    free_port,
    load,
    quantile,
    write_plans,
)

from bongsu.ledger import open_ledger
from bongsu.planfile import load_bytes

Times = tuple[list[float], list[float]]
TEAMS, PEOPLE = 4, 50
TURN = 10
PAUSE_S = 0.1
P50_BAR, P99_BAR, OPEN_BAR = 3.0, 2.0, 1.25
PEER = "prometheus-alertmanager"
CONFIG = """route: {{receiver: hook, group_by: [id], group_wait: 0s, group_interval: 1h, repeat_interval: 4h}}
receivers:
  - name: hook
    webhook_configs: [{{url: "{url}/hook"}}]
"""


class Peer:
    """Alertmanager, with the stand-in as its webhook."""

    def __init__(self, folder: Path, url: str, program: str) -> None:
        self.port = free_port()
        (folder / "am.yml").write_text(CONFIG.format(url=url))
        words = [f"--config.file={folder / 'am.yml'}", f"--storage.path={folder / 'am'}", "--cluster.listen-address="]
        words += [f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error"]
        self.process = subprocess.Popen([program, *words])
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                self.post("ready")
                break
            except OSError:
                time.sleep(0.1)

    def post(self, name: str) -> None:
        alert = {"labels": {"alertname": "a", "id": name}, "annotations": {"summary": f"alarm {name}"}}
        posted(self.port, "/api/v2/alerts", json.dumps([alert]).encode(), {})

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def posted(port: int, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status in (200, 202), (answer.status, said)
    connection.close()
    return said


def raised(port: int, number: int) -> str:
    """Post an alarm to bongsu and return its page's name."""
    alarm = {"summary": f"alarm {number}", "key": f"bench {number}", "severity": f"p{number // TEAMS % PEOPLE}"}
    path = f"/alarms/t{number % TEAMS}"
    said = posted(port, path, json.dumps(alarm).encode(), {"Authorization": f"Bearer {INTAKE_TOKEN}"})
    return str(json.loads(said)["run"])


def measured(chat: Chat, port: int, peer: Peer | None, alarms: int, *, first: int) -> Times:
    """Return the times of both, in milliseconds."""
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    chat.taken()
    for begin in range(0, alarms, TURN):
        for number in range(first + begin, first + min(begin + TURN, alarms)):
            at = time.monotonic()
            ours[raised(port, number)] = at
            time.sleep(PAUSE_S)
        for number in range(first + begin, first + min(begin + TURN, alarms)) if peer else ():
            theirs[f"a{number}"] = time.monotonic()
            peer.post(f"a{number}")
            time.sleep(PAUSE_S)
    time.sleep(2)
    calls: dict[str, float] = {}
    for at, _, name in chat.taken():
        calls.setdefault(name.partition(" ")[0], at)
    found = [[(calls[name] - at) * 1000 for name, at in sent.items() if name in calls] for sent in (ours, theirs)]
    assert (len(found[0]), len(found[1])) == (len(ours), len(theirs)), "not every alarm led to a call"
    return found[0], found[1]


def shown(what: str, times: list[float]) -> tuple[float, float]:
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    print(f"{what:34} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   of {len(times)}")
    return p50, p99


def main() -> int:
    """Print the times of both and their ratios; 0 when the bars are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--alarms", type=int, default=300)
    options.add_argument("--open", type=int, default=1000)
    asked = options.parse_args()
    program = shutil.which(PEER)
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder, chat = Path(name), Chat()
        ending.callback(chat.close)
        peer = Peer(folder, chat.url, program) if program else None
        if peer is not None:
            ending.callback(peer.stop)
        sources = write_plans(folder, chat.url, teams=TEAMS, people=PEOPLE)
        port = free_port()
        served = Served(folder, TEAMS, state=str(folder / "state"), port=port)
        ending.callback(served.stop)
        raised(port, 999_999)
        before = cpu_s(served.pid)
        alone = measured(chat, port, peer, asked.alarms, first=0)
        cpu_ms = (cpu_s(served.pid) - before) * 1000 / asked.alarms
        open_more(folder, sources, asked.open)
        full = measured(chat, port, peer, asked.alarms, first=100_000)
    print(f"{load()}, {asked.alarms} alarms each, ten a second")
    print(f"bongsu's CPU for an alarm and the messages about it: {cpu_ms:.1f} ms")
    return judged(alone, full, asked.open)


def open_more(folder: Path, sources: list[bytes], number: int) -> None:
    """Have so many more pages wait."""
    teams = [Team(load_bytes(source, folder / "t.yaml"), source) for source in sources]
    ledger = open_ledger(folder / "state")
    fill(ledger, teams, [datetime.now(UTC) + timedelta(hours=1)] * number)
    ledger.close()


def judged(alone: Times, full: Times, more: int) -> int:
    ours_p50, ours_p99 = shown("bongsu, durable", alone[0])
    full_p50, _ = shown(f"bongsu, with {more} more open", full[0])
    if not alone[1]:
        print(f"Alertmanager is not installed (Debian: {PEER}): nothing to judge by")
        return 1
    p50, p99 = shown("Alertmanager, nothing kept", alone[1])
    their_full_p50, _ = shown("Alertmanager, in the second half", full[1])
    met = ours_p50 <= P50_BAR * p50 and ours_p99 <= P99_BAR * p99
    print(f"{ours_p50 / p50:.2f} times its p50 (bar {P50_BAR}), {ours_p99 / p99:.2f} times its p99 (bar {P99_BAR})")
    slower = full_p50 / ours_p50 / (their_full_p50 / p50)
    print(f"with {more} open {slower:.2f} times as long at p50, Alertmanager's own change taken out (bar {OPEN_BAR})")
    met = met and slower <= OPEN_BAR
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
