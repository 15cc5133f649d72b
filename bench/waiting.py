"""A hundred thousand pages that wait: memory for each, CPU while nothing is due, and how soon a restart acts.

    python -m bench.waiting [--pages N]

The pages are put into a SQLite ledger, their next levels due in a day; `bongsu serve` is started on an empty ledger and
on this one, and its memory and CPU are read from /proc. Then fifty pages are overdue, and the time runs from the start
of a process to its first message at the stand-in, beside `bongsu --version` in the same minute: what any start costs.
The bars: 0.5 kB for each page that waits, under 1 % of a core, under a second from start to first message.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench._chat import Chat
from bench._pages import Team, fill
from bench._serving import ENVIRONMENT, Served, cpu_s, load, rss_kb, write_plans

from bongsu.ledger import open_ledger
from bongsu.planfile import load_bytes

TEAMS, PEOPLE = 2, 50
OVERDUE = 50
SETTLE_S, IDLE_S = 5.0, 20.0
KB_BAR, IDLE_BAR, RESTART_BAR_S = 0.5, 1.0, 1.0


def resting(folder: Path, state: Path) -> tuple[int, float]:
    """Return the memory of a worker that has nothing to do, in kB, and its CPU in percent of a core."""
    served = Served(folder, TEAMS, state=str(state), port=None)
    time.sleep(SETTLE_S)
    before = cpu_s(served.pid)
    time.sleep(IDLE_S)
    idle = (cpu_s(served.pid) - before) / IDLE_S * 100
    kb = rss_kb(served.pid)
    served.stop()
    return kb, idle


def restarted(chat: Chat, folder: Path, state: Path) -> tuple[float, float, int]:
    """Return the wall and the CPU from a start to the first message, in seconds, and how many messages came."""
    chat.taken()
    served = Served(folder, TEAMS, state=str(state), port=None)
    taken = []
    until = time.monotonic() + 60
    while not taken and time.monotonic() < until:
        taken = chat.taken()
        time.sleep(0.01)
    used = cpu_s(served.pid)
    time.sleep(10)
    taken += chat.taken()
    served.stop()
    return taken[0][0] - served.begun, used, len(taken)


def started() -> float:
    """Return what it takes to start the program and leave it, in seconds."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "from bongsu.cli.main import main; main()", "--version"], check=True)
    return time.monotonic() - begun


def put(folder: Path, state: Path, sources: list[bytes], dues: list[datetime], *, first: int = 0) -> float:
    """Put pages into a ledger that does not wait for the disk meanwhile; return how long it took."""
    teams = [Team(load_bytes(source, folder / "t.yaml"), source) for source in sources]
    ledger = open_ledger(state)
    ledger._connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]  # noqa: SLF001
    begun = time.monotonic()
    fill(ledger, teams, dues, first=first)
    ledger.close()
    return time.monotonic() - begun


def main() -> int:
    """Print what waiting costs; 0 when the bars are met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=100_000)
    pages = options.parse_args().pages
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as name:
        folder, chat = Path(name), Chat()
        sources = write_plans(folder, chat.url, teams=TEAMS, people=PEOPLE)
        empty_kb, empty_idle = resting(folder, folder / "empty")
        put_s = put(folder, folder / "state", sources, [datetime.now(UTC) + timedelta(days=1)] * pages)
        full_kb, full_idle = resting(folder, folder / "state")
        put(folder, folder / "state", sources, [datetime.now(UTC)] * OVERDUE, first=pages)
        bare_s = started()
        restart_s, used_s, came = restarted(chat, folder, folder / "state")
        chat.close()
    each = (full_kb - empty_kb) / pages
    print(f"{load()}; {pages} pages put into the ledger in {put_s:.0f} s")
    print(f"memory: {empty_kb / 1024:.1f} MB empty, {full_kb / 1024:.1f} MB full: {each:.3f} kB each (bar {KB_BAR})")
    print(f"idle: {empty_idle:.2f} % of a core empty, {full_idle:.2f} % full (bar {IDLE_BAR})")
    print(
        f"start to first message: {restart_s:.2f} s, {used_s:.2f} s of CPU, {came} messages (bar {RESTART_BAR_S} s);",
        end=" ",
    )
    print(f"`bongsu --version` takes {bare_s:.2f} s")
    met = each <= KB_BAR and full_idle <= IDLE_BAR and restart_s <= RESTART_BAR_S and came >= OVERDUE
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
