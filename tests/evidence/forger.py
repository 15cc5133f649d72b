"""A forger who knows the format: changes lines and then seals the whole chain and head.json again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bongsu.core.chain import GENESIS, Head, open_line, seal, verify_chain
from bongsu.errors import LedgerUnreadable
from bongsu.evidence.folder import head_json
from bongsu.ledger.blobs import wrap
from bongsu.ledger.codec import decode_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

Payloads = list[dict[str, Any]]


def payloads_of(folder: Path) -> Payloads:
    opened = [open_line(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]
    return [json.loads(line[0]) for line in opened if line is not None]


def forge(folder: Path, change: Callable[[Payloads], object]) -> None:
    """Let `change` edit the lines in place, then number, chain and seal them anew."""
    payloads = payloads_of(folder)
    change(payloads)
    lines: list[bytes] = []
    prev = GENESIS
    for seq, payload in enumerate(payloads, start=1):
        text = json.dumps(
            payload | {"seq": seq, "prev": prev}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        line, prev = seal(text.encode("utf-8", "surrogatepass"))
        lines.append(line)
    (folder / "ledger.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / "head.json").write_bytes(_head(folder, lines))


def respell(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Let `change` edit the bytes of the last line, which no message quotes, and seal it and head.json."""
    *before, last = (folder / "ledger.jsonl").read_bytes().splitlines()
    opened = open_line(last)
    assert opened is not None
    line, digest = seal(change(opened[0]))
    (folder / "ledger.jsonl").write_bytes(b"".join(one + b"\n" for one in (*before, line)))
    old = (folder / "head.json").read_bytes()
    (folder / "head.json").write_bytes(old.replace(opened[1].encode(), digest.encode()))


def _head(folder: Path, lines: list[bytes]) -> bytes:
    """Return head.json for these lines; where a line is none that the program reads, the old one with the new end."""
    try:
        told = [decode_line(line) for line in lines]
    except LedgerUnreadable:
        old, last = json.loads((folder / "head.json").read_bytes()), verify_chain(lines)
        assert isinstance(last, Head)
        new = json.dumps(old | {"hash": last.hash, "seq": last.seq}, sort_keys=True, separators=(",", ":"))
        return new.encode() + b"\n"
    return head_json(told[-1][0], [recorded for _, recorded in told])


_LINK = re.compile(rb"(link #)([0-9]{1,9}) [0-9a-f]{12}")
_CODE = re.compile(rb"([0-9]+)(\.ack\.)")


def leave_out(folder: Path, gone: Collection[int]) -> None:
    """Leave lines out as a forger with time would: what cites the others, quotes their links or holds their numbers
    in a button's code is written again, so that nothing points at a line that is not the one it was.
    """
    kept = [payload for payload in payloads_of(folder) if payload["seq"] not in gone]
    numbers = {payload["seq"]: number for number, payload in enumerate(kept, 1)}
    hashes: list[str] = []

    def now(seq: int) -> int:
        return numbers[max(number for number in numbers if number <= seq)]

    def linked(content: bytes) -> bytes:
        return _LINK.sub(
            lambda m: b"%s%d %s" % (m[1], now(int(m[2])), hashes[now(int(m[2])) - 1][:12].encode()), content
        )

    for number, payload in enumerate(kept, 1):
        body = payload["body"]
        if payload["kind"] == "judged":
            body["sources"] = [now(seq) for seq in body["sources"]]
            for figure in body["figures"]:
                figure["seq"] = now(figure["seq"])
        if payload["kind"] == "send_intended":
            body["figures"] = {name: now(seq) for name, seq in body["figures"].items()}
        for name, digest in [*payload["blobs"].items()]:
            old = (folder / "blobs" / digest).read_bytes().partition(b"\n")[2]
            new = _CODE.sub(lambda m: b"%d%s" % (now(int(m[1])), m[2]), linked(old))
            if new != old:
                replace_blob(folder, payload, name, new)
        sealed = payload | {"seq": number, "prev": hashes[-1] if hashes else GENESIS}
        text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashes.append(seal(text.encode())[1])
    forge(folder, lambda payloads: payloads.__setitem__(slice(None), kept))
    cited = {digest for payload in kept for digest in payload["blobs"].values()}
    for path in (folder / "blobs").iterdir():
        if path.name not in cited:
            path.unlink()


def first(payloads: Payloads, kind: str, **members: object) -> dict[str, Any]:
    return next(
        payload
        for payload in payloads
        if payload["kind"] == kind and all(payload["body"][name] == value for name, value in members.items())
    )


def replace_blob(folder: Path, payload: dict[str, Any], name: str, content: bytes) -> None:
    digest, file = wrap(content, lambda: "0" * 32)
    (folder / "blobs" / payload["blobs"][name]).unlink()
    (folder / "blobs" / digest).write_bytes(file)
    payload["blobs"][name] = digest
