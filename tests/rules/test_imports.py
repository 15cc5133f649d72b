"""Which way imports point, what may be imported at all, and that all of it is typed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.rules.tree import ROOT, SOURCE, parsed, python

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MODULE_OF = {"rfc3161-client": "rfc3161_client", "pyyaml": "yaml"}
"""Packages whose import name differs from their own."""
STARTED_ONLY = {"awslambdaric": "run as `python -m` inside the imitated function"}
COMES_WITH = {"botocore": "boto3", "flask": "moto"}


def required() -> set[str]:
    """Return the import names of everything that the project declares, extras included."""
    lines = [*PROJECT["project"]["dependencies"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        lines += extra
    names = {re.split(r"[\[<>=;\s]", line)[0].lower() for line in lines}
    return {MODULE_OF.get(name, name) for name in names}


def imported() -> set[str]:
    """Return the import names of everything from outside that the sources import."""
    found: set[str] = set()
    for path in python("src"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return (
        found - set(sys.stdlib_module_names) - {"bongsu", "naver_sms", "sens", "_typeshed", "types_boto3", "mypy_boto3"}
    )


def test_every_import_contract_is_kept() -> None:
    """The contracts stand in pyproject.toml."""
    program = Path(sys.executable).with_name("lint-imports")
    assert program.exists(), "install requirements/dev.txt"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    outside = {COMES_WITH.get(name, name) for name in imported()}
    assert outside - required() == set(), "declare it in pyproject.toml, with its reason in docs/dependencies.md"
    assert required() - outside - set(STARTED_ONLY) == set(), "nothing imports it: take it out of pyproject.toml"


@pytest.mark.parametrize("package", ["bongsu", "naver_sms", "sens"])
def test_each_package_says_that_it_is_typed(package: str) -> None:
    assert (SOURCE / package / "py.typed").is_file()
    assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"][package]


def test_the_core_is_read_without_anything_from_outside() -> None:
    """Importing all of it loads no package but the standard library's."""
    code = (
        "import sys, pkgutil, bongsu.core\n"
        "before = set(sys.modules)\n"
        "[__import__(f'bongsu.core.{m.name}') for m in pkgutil.iter_modules(bongsu.core.__path__)]\n"
        "tops = {m.partition('.')[0] for m in set(sys.modules) - before}\n"
        "print(sorted(tops - set(sys.stdlib_module_names) - {'bongsu'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
