"""Thousands of deadlines within one minute: how late the next level is paged, beside a sender that keeps nothing.

    python -m bench.deadlines [--pages N] [--over S] [--store sqlite|postgres]

So many pages wait in the ledger, their next levels due one after the other over a minute; `bongsu serve` pages 500
people through one app, each at most once a second as Slack's limits have it. Late is what passes between the moment at
which a level is due and the whole request at the stand-in. The floor, in the same run: posts of the same size at the
same pace, by http.client on 32 threads, that no ledger knows of.
The bars: p99 under 100 ms on SQLite, under 350 ms on PostgreSQL (started from the system's package, with fsync).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import local

from bench._chat import Chat
from bench._pages import Team, fill
from bench._serving import ENVIRONMENT, TOKEN, Served, cpu_s, load, quantile, write_plans

from bongsu.ledger import open_ledger
from bongsu.planfile import load_bytes

TEAMS, PEOPLE = 10, 50
BARS_MS = {"sqlite": 100.0, "postgres": 350.0}
BEFORE_S = 8.0
THREADS = 32


def floor(chat: Chat, pages: int, over_s: float) -> list[float]:
    """Return how late bare posts are at the same pace, in milliseconds."""
    mine = local()
    body = b'{"channel":"U0","text":"' + b"x" * 1500 + b'"}'
    begin = time.monotonic() + 1.0

    def post(number: int) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = HTTPConnection("127.0.0.1", chat.port)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
        mine.connection.request("POST", f"/floor/{number}", body, headers)
        mine.connection.getresponse().read()

    chat.taken()
    with ThreadPoolExecutor(THREADS) as threads:
        for number in range(pages):
            time.sleep(max(begin + number * over_s / pages - time.monotonic(), 0))
            threads.submit(post, number)
    taken = {path.rpartition("/")[2]: at for at, path, _ in chat.taken()}
    return [(taken[str(n)] - begin - n * over_s / pages) * 1000 for n in range(pages)]


def paged(chat: Chat, folder: Path, state: str, pages: int, over_s: float) -> tuple[list[float], float, int]:
    """Return how late the next levels were, in milliseconds, the CPU a page took, and how many came twice or never."""
    sources = write_plans(folder, chat.url, teams=TEAMS, people=PEOPLE)
    teams = [Team(load_bytes(source, folder / "t.yaml"), source) for source in sources]
    ledger = open_ledger(state)
    began = time.monotonic()
    # A try of a hundred says how long the rest will take to be put there.
    fill(ledger, teams, [datetime.now(UTC) + timedelta(days=1)] * 100, first=10_000_000)
    room_s = (time.monotonic() - began) * pages / 100 * 2 + BEFORE_S
    wall, mono = datetime.now(UTC), time.monotonic()
    dues_s = [room_s + number * over_s / pages for number in range(pages)]
    fill(ledger, teams, [wall + timedelta(seconds=due_s) for due_s in dues_s])
    ledger.close()
    served = Served(folder, TEAMS, state=state, port=None)
    assert time.monotonic() < mono + room_s, "the pages were put there too slowly"
    before = cpu_s(served.pid)
    chat.taken()
    time.sleep(max(mono + room_s + over_s + 15 - time.monotonic(), 0))
    cpu_ms = (cpu_s(served.pid) - before) * 1000 / pages
    served.stop()
    came: dict[str, list[float]] = {}
    for at, _, name in chat.taken():
        run, _, key = name.partition(" ")
        if key.endswith("/r0l1"):
            came.setdefault(run, []).append(at)
    late = [
        (came[f"page-bench{n}"][0] - mono - due_s) * 1000 for n, due_s in enumerate(dues_s) if f"page-bench{n}" in came
    ]
    wrong = pages - len(late) + sum(len(times) - 1 for times in came.values())
    return late, cpu_ms, wrong


def place(store: str, folder: Path, ending: ExitStack) -> str:
    """Return where the ledger is: a folder, or a database on a server that is started for it."""
    if store == "sqlite":
        return str(folder / "state")
    from tests.postgres.server import PostgresStore, running

    server = ending.enter_context(running())
    with server.as_("postgres", "postgres") as connection:
        connection.execute("ALTER SYSTEM SET fsync = on")
        connection.execute("SELECT pg_reload_conf()")
    return PostgresStore(server).address


def main() -> int:
    """Print how late both were; 0 when the bar is met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=5000)
    options.add_argument("--over", type=float, default=60.0)
    options.add_argument("--store", choices=list(BARS_MS), default="sqlite")
    asked = options.parse_args()
    import os

    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        chat = Chat()
        ending.callback(chat.close)
        bare = floor(chat, asked.pages // 4, asked.over / 4)
        state = place(asked.store, Path(name), ending)
        late, cpu_ms, wrong = paged(chat, Path(name), state, asked.pages, asked.over)
    print(f"{load()}, {asked.pages} deadlines within {asked.over:.0f} s, {asked.store}")
    for what, times in (("bare posts, nothing kept", bare), ("bongsu", late)):
        print(f"{what:26} p50 {quantile(times, 0.5):8.1f} ms   p99 {quantile(times, 0.99):8.1f} ms   of {len(times)}")
    print(f"bongsu's CPU for a level, paged and recorded: {cpu_ms:.1f} ms; twice or never: {wrong}")
    bar = BARS_MS[asked.store]
    met = quantile(late, 0.99) <= bar and not wrong
    print(f"p99 {quantile(late, 0.99) / quantile(bare, 0.99):.1f} times the floor's; bar {bar:.0f} ms:", end=" ")
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
