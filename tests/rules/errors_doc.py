"""What docs/errors.md says is the program's: written by `python -m tests.rules.errors_doc`, compared by a test."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from typing import TYPE_CHECKING

from tests.rules.tree import ROOT, parsed, python

import bongsu
from bongsu.errors import BongsuError

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = ROOT / "docs" / "errors.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (\d) \|", re.MULTILINE)
PREFLIGHTS = {
    "channels/telegram.py": "Telegram",
    "channels/slack.py": "Slack",
    "channels/slack_webhook.py": "Slack webhook",
    "channels/stdout.py": "Terminal",
    "channels/apprise.py": "Apprise",
    "channels/_inbound_finding.py": "Where presses arrive, by HTTP or by a webhook",
    "channels/_unasked.py": "Telegram and Slack, of the token",
    "targets/_eventbridge_preflight.py": "EventBridge and Lambda",
    "run/preflight.py": "This machine's clock and files",
}


def classes() -> dict[str, type[BongsuError]]:
    """Return every error class of the program by its name, the base left out."""
    for module in pkgutil.walk_packages(bongsu.__path__, "bongsu."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[str, type[BongsuError]] = {}
    waiting = [BongsuError]
    while waiting:
        below = [one for one in waiting.pop().__subclasses__() if one.__module__.startswith("bongsu.")]
        found |= {one.__name__: one for one in below}
        waiting += below
    return found


def pattern(node: ast.expr | None, local: dict[str, ast.expr] | None = None) -> str:
    """Return what a text in the source says, with `…` for each value put into it; `local` has the names it uses."""
    known = local or {}
    match node:
        case ast.Name(id=name) if name in known:
            return pattern(known[name], {other: value for other, value in known.items() if other != name})
        case ast.FormattedValue(value=ast.Name() as value):
            text = pattern(value, known)
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            text = "".join(pattern(one, known) for one in values)
        case ast.IfExp(body=body, orelse=other):
            text = " / ".join(filter(None, dict.fromkeys([pattern(body, known), pattern(other, known)])))
        case None:
            return ""
        case _:
            return "…"
    return re.sub(r"…( ?…)+", "…", text)


def argument(call: ast.Call, name: str, position: int = -1) -> ast.expr | None:
    """Return what a call hands over under a name, or at a position."""
    named = [one.value for one in call.keywords if one.arg == name]
    if named:
        return named[0]
    return call.args[position] if 0 <= position < len(call.args) else None


def raised(names: set[str]) -> dict[str, list[tuple[str, str]]]:
    """Return what each class is raised with: message and hint, in the order of the files."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in python("src/bongsu"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", "")
            if name == "held":
                name, node.args = "Driven", node.args[2:]
            text = pattern(argument(node, "text", 0))
            if name in names and text not in ("", "…"):
                found.setdefault(name, []).append((text, pattern(argument(node, "hint"))))
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "missing" and path.name == "secrets.py":
                hint = pattern(argument(node, "hint", 1))
                found.setdefault("SecretMissing", []).append((f"cause: {text}", "" if hint == "…" else hint))
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def messages() -> str:
    """Return the list of every message by the class that it comes with."""
    known = classes()
    found = raised(set(known))
    lines: list[str] = []
    for name in sorted(found):
        lines += [f"`{name}`, exit code {known[name].exit_code}", ""]
        for text, hint in sorted(found[name]):
            advice = hint or known[name].hint or ""
            lines.append(f"- {quoted(text)}" + (f": {quoted(advice)}" if advice not in ("", "…") else ""))
        lines.append("")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Return a text as code, whatever quotation marks are in it."""
    text = text.replace("\n", " ").strip(" ;")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def findings() -> str:
    """Return what the preflights find, by the kind of driver, each with what it advises."""
    lines: list[str] = []
    for place, title in PREFLIGHTS.items():
        path = ROOT / "src/bongsu" / place
        if path.exists():
            told = dict.fromkeys(refusals(parsed(path)))
            lines += [
                title,
                "",
                *[f"- {quoted(s)}: {quoted(t)}" + (f": {quoted(h)}" if h else "") for s, t, h in told],
                "",
            ]
    return "\n".join(lines)


def refusals(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Yield subject, text and hint of every finding that can be a refusal."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            local = assigned(function, call.lineno)
            subject = pattern(argument(call, "subject", 0), local).removeprefix("… ")
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ("Finding", "found"):
                ok, text = argument(call, "ok"), pattern(argument(call, "text", 1), local)
                if not (isinstance(ok, ast.Constant) and ok.value is True) and function.name != "found":
                    yield subject, text, pattern(argument(call, "hint"), local)
            elif name == "ask" and argument(call, "missing_is") is not None:
                yield subject, pattern(argument(call, "missing_is"), local), ""
            elif name == "_chat_finding":
                yield subject, "…", pattern(argument(call, "hint"), local)


def assigned(function: ast.FunctionDef, before_line: int) -> dict[str, ast.expr]:
    """Return what a function's names were given last, above a line."""
    found: dict[str, ast.expr] = {}
    for one in ast.walk(function):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.lineno < before_line:
            earlier = found.get(one.targets[0].id)
            if earlier is None or earlier.lineno < one.lineno:
                found[one.targets[0].id] = one.value
    return found


def written(text: str) -> str:
    """Return the document with its generated parts as the program has them."""
    fresh = {"messages": messages, "findings": findings}
    return BLOCK.sub(lambda found: f"{found[1]}{fresh[found[2]]()}{found[4]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
