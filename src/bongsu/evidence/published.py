"""A copy of evidence for publication: people, numbers and ids at services are pseudonyms, and everything else follows.

Every text that names somebody is replaced everywhere at once, in the plan, the lines and what they cite. So whatever
followed from the recorded answers still does, and the copy is an evidence folder of its own: it is sealed anew, its
reports are rendered anew, and the same steps verify it. docs/design/0024 says what that shows and what it cannot.
Pure: from the files of one folder and a key to the files of the copy; the same ones on any day.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import yaml

from bongsu.core.chain import GENESIS, open_line, seal
from bongsu.core.fold import folded
from bongsu.evidence.folder import BLOBS, HEAD, LEDGER, PLAN, PUBLISHED, VERIFIER, WITHHELD, Story, head_json, verifier
from bongsu.ledger.blobs import content_of, wrap
from bongsu.ledger.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bongsu.core.plan import Plan
    from bongsu.evidence.pseudonyms import Pseudonyms
    from bongsu.evidence.rules import Render

Line = dict[str, Any]
ANSWERED = frozenset(
    {"ok", "error", "error_code", "description", "parameters", "retry_after", "migrate_to_chat_id", "result"}
    | {
        "message_id",
        "chat",
        "id",
        "channel",
        "ts",
        "date",
        "edit_date",
        "message",
        "messages",
        "metadata",
        "event_type",
    }
    | {"event_payload", "run", "key", "seq", "sha256", "has_more", "needed", "provided"}
)
"""The members of a chat service's answer that claims rest on; what else it says of people and rooms is left out."""
_QUOTED = re.compile(rb"#(\d{1,9}) ([0-9a-f]{12})\b")
_SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")
_CODE = re.compile(rb'(?<=")([\w.:-]*\d\.[a-z_]+\.(?:[\w-]+\.)?)([A-Za-z0-9_-]{22})(?=")')
_CALLER = re.compile(rb"arn:[a-z-]+:(?:iam|sts)::\d*:([\w+=,.@/-]+)|<UserId>([^<\s]+)</UserId>")
"""Whose key or session asked AWS: users and sessions bear people's names, and addresses of theirs."""
_LONG_NUMBER = re.compile(r"(?a)(?<![\d.])\d{9,}(?![\d.])")


def published(
    files: Mapping[str, bytes], names: Pseudonyms, *, load_plan: Callable[[bytes], Plan], render: Render
) -> dict[str, bytes]:
    """Return the files of the copy of an evidence folder that verifies."""
    stored = files[LEDGER].splitlines()
    lines = [_read(line) for line in stored]
    contents = {
        name.partition("/")[2]: content_of(file) for name, file in files.items() if name.startswith(f"{BLOBS}/")
    }
    _name_everybody(names, load_plan(files[PLAN]), lines, contents)
    copy = _Copy(names, contents, _plan(files[PLAN], names))
    sealed = [copy.sealed(line) for line in lines]
    told = tuple(decode(line) for line in sealed)
    plan = load_plan(copy.plan)
    run = str(lines[0]["run"])
    blobs = {name: content_of(file) for name, file in copy.blobs.items()}
    original = lines[-1]["hash"]
    story = Story(
        run_id=run, plan=plan, lines=told, state=folded(plan, told), blob=blobs.__getitem__, original=original
    )
    return {
        LEDGER: b"".join(line + b"\n" for line in sealed),
        HEAD: head_json(run, told),
        PLAN: copy.plan,
        VERIFIER: verifier(),
        PUBLISHED: _published(names, stored, told[-1].hash),
        **{f"{BLOBS}/{name}": file for name, file in copy.blobs.items()},
        **render(story),
    }


def _read(line: bytes) -> Line:
    opened = open_line(line)
    assert opened is not None
    return {**json.loads(opened[0]), "hash": opened[1]}


def _published(names: Pseudonyms, stored: list[bytes], head: str) -> bytes:
    """Return published.json: what the copy is of, and a commitment to every line of the original."""
    links = [_read(line)["hash"] for line in stored]
    body = {
        "copy": {"hash": head, "seq": len(stored)},
        "format": 1,
        "lines": [sha256(_salt(names, links[0], n) + line).hexdigest() for n, line in enumerate(stored, start=1)],
        "original": {"first": links[0], "hash": links[-1], "seq": len(stored)},
    }
    return json.dumps(body, sort_keys=True, indent=1).encode() + b"\n"


def _salt(names: Pseudonyms, first: str, seq: int) -> bytes:
    # Of that run alone: whoever opens a line of one copy must not open the same line of every other with it.
    return names.digest(f"line {first}", str(seq)).hex().encode() + b"\n"


class _Copy:
    """The copy while it is made, line by line."""

    def __init__(self, names: Pseudonyms, contents: Mapping[str, bytes], plan: bytes) -> None:
        self.names, self.contents, self.plan = names, contents, plan
        self.blobs: dict[str, bytes] = {}
        self._prev = GENESIS
        self._links: dict[tuple[int, str], str] = {}
        self._digests: dict[str, str] = {}

    def sealed(self, line: Line) -> bytes:
        """Return the line of the copy for the next one of the original."""
        kept = {name: self._blob(line, name, digest) for name, digest in line["blobs"].items()}
        body = self._walked(line["body"], top=True)
        if line["kind"] == "run_opened":
            body["plan_sha256"] = sha256(self.plan).hexdigest()
        payload = {
            **line,
            "actor": self.names.replaced_text(line["actor"]),
            "blobs": kept,
            "body": body,
            "prev": self._prev,
        }
        del payload["hash"]
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sealed, self._prev = seal(text.encode("utf-8"))
        self._links[line["seq"], line["hash"][:12]] = self._prev[:12]
        return sealed

    def _walked(self, value: Any, *, top: bool = False) -> Any:
        if isinstance(value, dict):
            return {(key if top else self.names.replaced_text(key)): self._walked(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._walked(item) for item in value]
        return self.names.replaced_text(value) if isinstance(value, str) else value

    def _blob(self, line: Line, name: str, digest: str) -> str:
        before = self.contents[digest]
        if name == "plan":
            content = self.plan
        elif name.startswith("received"):
            content = WITHHELD
        else:
            content = self._rewritten(_answered(before) if _of_a_chat(line, name) else before)
        self._digests[sha256(before).hexdigest()] = sha256(content).hexdigest()
        salt = self.names.digest("salt", f"{line['seq']} {name}").hex()[:32]
        new, file = wrap(content, lambda: salt)
        self.blobs[new] = file
        return new

    def _rewritten(self, content: bytes) -> bytes:
        """Return content with pseudonyms, and with what it quotes of the chain as the copy's own chain has it."""
        content = self.names.replaced(content)
        content = _QUOTED.sub(self._link, content)
        content = _SHA256.sub(lambda found: self._digests.get(found[0].decode(), found[0].decode()).encode(), content)
        return _CODE.sub(self._code, content)

    def _link(self, found: re.Match[bytes]) -> bytes:
        short = self._links.get((int(found[1]), found[2].decode()), found[2].decode())
        return b"#" + found[1] + b" " + short.encode()

    def _code(self, found: re.Match[bytes]) -> bytes:
        """A button's code is a proof of a secret: nobody need have it."""
        return found[1] + self.names.digest("code", found[0].decode()).hex()[:22].encode()


def _of_a_chat(line: Line, name: str) -> bool:
    chat = line["kind"] == "send_ended" or line["body"].get("reading") == "sent_message"
    return chat and name.startswith("response")


def _answered(content: bytes) -> bytes:
    """Return of a chat service's answer what claims rest on."""
    try:
        value = json.loads(content)
    except ValueError:
        return content if len(content) <= 16 else WITHHELD
    return json.dumps(_kept(value), ensure_ascii=False, separators=(",", ":")).encode()


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items() if key in ANSWERED}
    return [_kept(item) for item in value] if isinstance(value, list) else value


def _plan(data: bytes, names: Pseudonyms) -> bytes:
    """Return the plan with pseudonyms and without comments: what a person wrote there nobody can know beforehand."""
    root = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    for node, is_key in _scalars(root):
        if not is_key or node.value in names.texts:
            node.value = names.replaced_text(node.value)
    text: str = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=1_000_000)
    return text.encode("utf-8")


def _scalars(node: yaml.Node | None, *, key: bool = False) -> Iterator[tuple[yaml.ScalarNode, bool]]:
    if isinstance(node, yaml.ScalarNode):
        yield node, key
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _scalars(name, key=True)
            yield from _scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)


def _name_everybody(names: Pseudonyms, plan: Plan, lines: list[Line], contents: Mapping[str, bytes]) -> None:
    """Give a pseudonym to every person, room, number and account that the plan or a line names."""
    for contact in plan.contacts.values():
        names.person(contact.id)
        names.name(contact.name)
        for address in contact.addresses.values():
            names.address(address)
    for channel in plan.channels.values():
        names.address(channel.to)
    signers = plan.keys.get("signers")
    for fingerprint in signers.values() if isinstance(signers, dict) else ():
        names.address(str(fingerprint))
    for text in _service_ids(plan):
        names.address(text)
    for line in lines:
        _name_in(names, line, contents)
    for content in (*contents.values(), *(json.dumps(line["body"]).encode() for line in lines)):
        for caller, user in _CALLER.findall(content):
            names.name((caller or user).decode("utf-8", "replace"))


def _service_ids(plan: Plan) -> Iterator[str]:
    facts = {**plan.target.facts, **(plan.legacy.facts if plan.legacy else {})}
    for texts in (facts, plan.target.options, plan.gateway.options if plan.gateway else {}):
        for name, value in texts.items():
            if name == "account":
                yield str(value)
            elif name == "service":
                yield from _LONG_NUMBER.findall(str(value))


def _name_in(names: Pseudonyms, line: Line, contents: Mapping[str, bytes]) -> None:
    body = line["body"]
    match line["kind"]:
        case "run_opened" | "operator_asked" | "resolved":
            said_by = body.get("go_by") or body.get("by") or ""
            if said_by not in ("read_back", "", *names.texts):
                names.name(said_by)
            if line["kind"] != "run_opened" and body.get("reason"):
                names.name(body["reason"])
        case "send_intended":
            names.address(body["to"])
        case "send_ended":
            ref = [value for name, value in body["ref"].items() if name in ("chat_id", "channel")]
            for text in (*ref, body.get("moved_to", "")):
                names.address(text)
            _name_chats(names, line, contents)
        case "button_pressed":
            names.address(body["service_user"])
            for text in (body["press_id"], *map(str, body["answer_to"].values())):
                for number in _LONG_NUMBER.findall(text):
                    names.address(number)
        case _:
            _name_chats(names, line, contents)


def _name_chats(names: Pseudonyms, line: Line, contents: Mapping[str, bytes]) -> None:
    for name, digest in line["blobs"].items():
        if _of_a_chat(line, name):
            try:
                answer = _kept(json.loads(contents[digest]))
            except ValueError:
                continue
            for key, text in _ids(answer):
                if key in ("id", "channel", "migrate_to_chat_id"):
                    names.address(text)


def _ids(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _ids(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item, key)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield key, str(value)
