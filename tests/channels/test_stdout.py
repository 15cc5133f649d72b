"""The terminal: a message is written whole, or it is known how much of it was."""

from __future__ import annotations

import os
from contextlib import redirect_stderr, redirect_stdout

import pytest

from bongsu.channels._port import Accepted, InDoubt, NotSent, Outgoing, Refused
from bongsu.channels.stdout import Options, open_, shown
from bongsu.core.codes import ButtonCodes
from bongsu.core.events import Method
from bongsu.redact import Redactor

CODES = ButtonCodes(run_id="run-1", key=b"k" * 32)
PAYLOAD = {"title": "🔔 DRILL", "text": "first\nsecond"}


def opened(**options):
    return open_(Options(**options), name="terminal", codes=CODES, redactor=Redactor({"env:T": "hidden-value"}))


def outgoing(payload=None):
    return Outgoing(key="k", seq=1, method=Method.POST, to="", payload=payload or PAYLOAD)


def written(path, *, encoding="utf-8", redirect=redirect_stderr, payload=None, **options):
    with path.open("w", encoding=encoding) as terminal, redirect(terminal):
        sent = opened(**options).send(outgoing(payload))
    return sent, path.read_text(encoding)


def test_the_message_stands_in_a_frame_with_the_channels_name(tmp_path):
    sent, text = written(tmp_path / "t")
    assert isinstance(sent, Accepted)
    rule = "─" * 80
    assert text == f"\n── terminal {rule[12:]}\n🔔 DRILL\n\nfirst\nsecond\n{rule}\n"
    assert (sent.ref, sent.service_at) == ({}, None)


def test_it_goes_to_standard_output_where_the_plan_says_so(tmp_path):
    sent, text = written(tmp_path / "t", redirect=redirect_stdout, stream="stdout")
    assert isinstance(sent, Accepted)
    assert (sent.wires[0].address, "first" in text) == ("stdout", True)


def test_what_a_log_line_brings_along_does_not_steer_the_terminal():
    """A message can hold text of the workload: escape sequences in it could hide or forge what stands on the screen."""
    text = shown("terminal", {"title": "a\x1b[2Jb", "text": "c\rd\x9be\x07\u202ef\ng"})
    assert "a�[2Jb\n\nc�d�e��f\ng" in text


def test_a_terminal_of_few_letters_gets_escapes_and_no_error(tmp_path):
    sent, text = written(tmp_path / "t", encoding="ascii")
    assert isinstance(sent, Accepted)
    assert "\\U0001f514 DRILL" in text


def test_the_record_holds_what_was_written_and_no_secret(tmp_path):
    sent, _ = written(tmp_path / "t", payload={"title": "a", "text": "with hidden-value in it"})
    assert sent.wires[0].request == b'{"text":"with <secret:env:T> in it","title":"a"}'


def test_nobody_reading_is_certainly_not_sent():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as gone, redirect_stderr(gone):
        sent = opened().send(outgoing())
    assert (type(sent), sent.reason.partition(" of ")[0]) == (NotSent, "0")
    assert sent.reason.endswith("bytes were written (BrokenPipeError)")


def test_a_part_of_a_message_is_in_doubt():
    """A reader that is not there any more, or a full disk, in the middle: whether it was read nobody knows."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(writer, "w", encoding="utf-8") as full, redirect_stderr(full):
        sent = opened().send(outgoing({"title": "a", "text": "x" * 200_000}))
    os.close(reader)
    assert isinstance(sent, InDoubt)
    assert sent.reason.endswith("bytes were written (BlockingIOError)")


def test_without_a_terminal_nothing_is_sent_and_the_preflight_says_so():
    with redirect_stderr(None):
        channel = opened()
        (finding,) = channel.preflight({"Mina": "1"})
        sent = channel.send(outgoing())
    assert (type(sent), sent.reason) == (NotSent, "there is no stderr")
    assert (finding.ok, finding.text) == (False, "there is no stderr")


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ({"title": "a", "text": " "}, "/text: must hold at least 1 character that is not space"),
        ({"text": "a"}, "/title: must hold at least 1 character that is not space"),
        ({**PAYLOAD, "blocks": []}, "/blocks: is not a member this channel writes"),
    ],
)
def test_what_is_no_text_with_a_title_is_refused(payload, problem, tmp_path):
    sent, text = written(tmp_path / "t", payload=payload)
    assert isinstance(sent, Refused)
    assert (problem in sent.reason, text) == (True, "")
