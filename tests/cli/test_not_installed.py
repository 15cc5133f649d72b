"""Whoever installed bongsu alone is told what a rehearsal needs, before anything is begun."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bongsu.cli.world_process import NEEDED

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("command", ["rehearse", "sandbox"])
def test_a_rehearsal_without_its_packages_says_what_to_install(command: str, tmp_path: Path) -> None:
    """A name that stands for nothing in `sys.modules` is to Python a package that is not there."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({NEEDED!r})); "
        "from bongsu.cli.main import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout == ""
    missing = "boto3, cryptography, moto, slack_sdk, websockets, werkzeug"
    assert done.stderr.splitlines() == [
        f"error: packages of the imitated services are not installed: {missing}",
        "help: install bongsu with its extras: pip install 'bongsu[aws,slack,sandbox]', or run `make rehearse`",
    ]
    assert list(tmp_path.iterdir()) == []
