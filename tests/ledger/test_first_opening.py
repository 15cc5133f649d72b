"""A new state folder is opened by several processes at once: workers that start together, two runs of the workload."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.patience import PATIENCE_S
from tests.rules.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

OPENED = {
    "ledger": "from bongsu.ledger.sqlite import SqliteLedger; SqliteLedger(path.parent)",
    "workload": "from naver_sms.state.sqlite import SqliteState; SqliteState(str(path), meter=None)",
}
PROCESSES, FOLDERS = 4, 12
CODE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
{imports}
for line in sys.stdin:
    path = Path(line.strip())
    try:
        {opened}
        print("opened", flush=True)
    except Exception as exc:
        print(repr(exc), flush=True)
"""


@pytest.mark.parametrize("store", OPENED)
def test_a_new_file_is_opened_by_all_who_come_at_once(store: str, tmp_path: Path) -> None:
    """Each process is told the next folder in the same moment; one makes the file, and none is turned away."""
    imports, opened = OPENED[store].split("; ")
    command = [sys.executable, "-c", CODE.format(imports=imports, opened=opened), str(ROOT / "src")]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(PROCESSES)]
    said = []
    for number in range(FOLDERS):
        (tmp_path / str(number)).mkdir()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{tmp_path / str(number) / 'file.db'}\n")
            worker.stdin.flush()
        said += [worker.stdout.readline().strip() for worker in workers if worker.stdout is not None]
    for worker in workers:
        worker.communicate(timeout=PATIENCE_S)
    assert said == ["opened"] * PROCESSES * FOLDERS
