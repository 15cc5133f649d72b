"""The chain: what is stored is what is hashed, and any change to it shows at its place."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.chain import START, ChainFault, Head, open_line, seal, verify_chain, verify_line


def chain_of(bodies: list[str]) -> list[bytes]:
    """Seal one line for each body, each linked to the one before."""
    lines: list[bytes] = []
    head = START
    for body in bodies:
        payload = {"body": body, "kind": "note", "prev": head.hash, "run": "r", "seq": head.seq + 1, "v": 1}
        line, digest = seal(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode())
        lines.append(line)
        head = Head(head.seq + 1, digest)
    return lines


def test_a_sealed_line_is_json_and_opens_to_the_payload() -> None:
    """A reader needs nothing but a JSON parser to look at a line."""
    (line,) = chain_of(["14:00:30 start announced"])
    opened = open_line(line)
    assert opened is not None
    payload, digest = opened
    assert json.loads(line) == {"hash": digest, **json.loads(payload)}


def test_a_whole_chain_gives_its_head() -> None:
    """Three lines, one head, and it is the hash that the last line shows."""
    lines = chain_of(["start", "success", "drill"])
    head = verify_chain(lines)
    assert isinstance(head, Head)
    assert (head.seq, head.hash) == (3, json.loads(lines[-1])["hash"])
    assert head.short == head.hash[:12]


def test_a_body_that_imitates_a_link_fools_nobody() -> None:
    """The link is looked for where no body can stand."""
    fake = '","kind":"note","prev":"' + "f" * 64 + '","run":"r'
    assert isinstance(verify_chain(chain_of([fake, fake])), Head)


def test_a_removed_line_breaks_the_link_of_the_next() -> None:
    """The drill message cannot be taken out quietly."""
    lines = chain_of(["start", "success", "drill"])
    fault = verify_chain([lines[0], lines[2]])
    assert isinstance(fault, ChainFault)
    assert (fault.seq, fault.rule) == (2, "prev_hash")
    hashes = [json.loads(line)["hash"] for line in lines]
    assert (fault.found, fault.expected) == (f'"prev":"{hashes[1]}', hashes[0])


def test_a_payload_without_a_link_is_a_fault() -> None:
    """A line that was sealed without `prev` does not belong to any chain."""
    line, _ = seal(b'{"kind":"note"}')
    fault = verify_line(line, START)
    assert isinstance(fault, ChainFault)
    assert fault.rule == "prev_hash"


def test_text_that_is_not_a_line_is_a_fault_with_its_place() -> None:
    """Prose in the ledger is named, not parsed."""
    fault = verify_chain([b"Status: DELIVERED"])
    assert isinstance(fault, ChainFault)
    assert (fault.seq, fault.rule) == (1, "line_shape")


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6), st.data())
def test_any_changed_byte_is_found(bodies: list[str], data: st.DataObject) -> None:
    """Whatever byte is changed, the chain is no longer whole."""
    lines = chain_of(bodies)
    which = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[which]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda new: new != lines[which][place]))
    lines[which] = lines[which][:place] + bytes([byte]) + lines[which][place + 1 :]
    assert isinstance(verify_chain(lines), ChainFault)


@given(st.lists(st.text(max_size=20), min_size=2, max_size=6), st.data())
def test_any_two_swapped_lines_are_found(bodies: list[str], data: st.DataObject) -> None:
    """Order is part of what is proved."""
    lines = chain_of(bodies)
    one = data.draw(st.integers(0, len(lines) - 2))
    two = data.draw(st.integers(one + 1, len(lines) - 1))
    lines[one], lines[two] = lines[two], lines[one]
    assert isinstance(verify_chain(lines), ChainFault)
