"""A forger who knows the format: changes lines and then seals the whole chain and head.json again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bongsu.core.chain import GENESIS, open_line, seal
from bongsu.evidence.folder import head_json
from bongsu.ledger.blobs import wrap
from bongsu.ledger.codec import decode_line

if TYPE_CHECKING:
    from collections.abc import Callable
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
    told = [decode_line(line) for line in lines]
    (folder / "head.json").write_bytes(head_json(told[-1][0], [recorded for _, recorded in told]))


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
