"""What there is, is documented: events, commands, names, dependencies; and what documents name, is there."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from tests.rules.test_imports import PROJECT
from tests.rules.tree import ROOT, parsed, place, python

from bongsu.cli.main import GROUPS, program
from bongsu.core.event_kinds import KINDS
from bongsu.core.events import Exchange

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT / "README.md"
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
COMMANDS = {name: text for group in GROUPS.values() for name, text in group.items()}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_event_and_every_member_of_it_is_in_the_reference(kind: str) -> None:
    """`docs/ledger.md` has one section per kind, and each member in its own backquotes there."""
    text = (ROOT / "docs" / "ledger.md").read_text("utf-8")
    section = text.partition(f"\n### `{kind}`\n")[2].partition("\n### ")[0]
    assert section, f"docs/ledger.md does not have ### `{kind}`"
    members = KINDS[kind].__dataclass_fields__
    assert [name for name in members if f"`{name}`" not in section] == []


def test_the_exchange_is_in_the_reference() -> None:
    section = (ROOT / "docs" / "ledger.md").read_text("utf-8").partition("### `exchange`")[2]
    assert [name for name in Exchange.__dataclass_fields__ if f"`{name}`" not in section] == []


def test_each_command_has_its_file_and_each_file_its_command() -> None:
    found = {path.stem.removesuffix("_command") for path in (ROOT / "src/bongsu/cli").glob("*_command.py")}
    assert found == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = program.get_command(None, name)
    assert command is not None
    assert COMMANDS[name]
    assert command.help
    silent = [p.name for p in command.params if p.param_type_name == "option" and not getattr(p, "help", None)]
    assert silent == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_in_the_readme(name: str) -> None:
    assert re.search(rf"^\$ (?:.* )?bongsu {name}\b", README.read_text("utf-8"), re.MULTILINE)


def test_every_exported_name_has_a_docstring_whose_first_line_is_a_sentence() -> None:
    """Modules, public classes and functions, and public methods, unless the port beside them has the words."""
    found = []
    for path in python("src"):
        tree = parsed(path)
        port = path.with_name("_port.py")
        said = methods_of(parsed(port)) if port.exists() and port != path else set()
        if path.name != "__init__.py" or tree.body:
            found += [where for where in without_words(tree, place(path)) if where.rpartition(".")[2] not in said]
    assert found == []


def methods_of(tree: ast.Module) -> set[str]:
    """Return the names of the methods that a port documents."""
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {
        one.name for node in classes for one in node.body if isinstance(one, ast.FunctionDef) and ast.get_docstring(one)
    }


def without_words(tree: ast.Module, name: str) -> list[str]:
    """Return the public things of a module that say nothing of themselves."""
    things: list[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef]] = [(name, tree)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            things.append((f"{name}:{node.name}", node))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            inner = (one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"))
            things += [(f"{name}:{node.name}.{one.name}", one) for one in inner]
    texts = [(where, (ast.get_docstring(thing) or "").partition("\n\n")[0]) for where, thing in things]
    return [where for where, text in texts if not text.rstrip().endswith((".", "!", "?", ":"))]


def test_every_dependency_has_its_reason_and_its_licence() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    declared = [*PROJECT["project"]["dependencies"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        declared += extra
    declared += [
        line
        for path in sorted((ROOT / "requirements").glob("*.in"))
        for line in path.read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    names = {re.split(r"[\[<>=;\s]", line)[0].lower() for line in declared}
    rows = re.findall(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    assert sorted(rows) == sorted(names), "one row each: name, where, licence, reason"


@pytest.mark.parametrize("document", DOCS, ids=place)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    targets = [t for t in LINK.findall(document.read_text("utf-8")) if "://" not in t and not t.startswith("mailto:")]
    assert [t for t in targets if not (document.parent / t).exists()] == []


def test_every_design_record_is_listed() -> None:
    listed = (ROOT / "docs/design/README.md").read_text("utf-8")
    records = sorted(path.name for path in (ROOT / "docs/design").glob("[0-9]*.md"))
    assert records
    assert [name for name in records if f"({name})" not in listed] == []


def test_every_path_that_a_document_quotes_exists() -> None:
    """`src/...`, `tests/...`, `docs/...`, `bench/...` and `plans/...` in backquotes."""
    quoted = re.compile(r"`((?:src|tests|docs|bench|plans|requirements)/[\w./-]*\w)`")
    found = {
        f"{place(path)}: {name}"
        for path in DOCS
        for name in quoted.findall(path.read_text("utf-8"))
        if not (ROOT / name).exists()
    }
    assert found == set()
