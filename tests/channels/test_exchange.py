"""What counts as a whole answer, however it arrives; anything else is an error, never half an answer."""

from __future__ import annotations

import socket
import threading
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.channels._exchange import BODY_MAX, HEAD_MAX, exchange, head_of

OK = b"HTTP/1.1 200 OK\r\n"
HINTS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
REQUEST = b"POST / HTTP/1.1\r\n\r\n"


def answered(*pieces, body_max=BODY_MAX):
    """Return what `exchange` makes of an answer that arrives in these pieces, then the connection ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(120)

        def speak():
            theirs.recv(65536)
            try:
                for piece in pieces:
                    theirs.sendall(piece)
            except OSError:
                return  # the reader had seen enough
            finally:
                theirs.close()

        speaker = threading.Thread(target=speak)
        speaker.start()
        try:
            return exchange(ours, REQUEST, body_max=body_max)
        finally:
            ours.close()
            speaker.join(timeout=120)


ANSWERS = {
    "a length": (OK + b"Content-Length: 5\r\n\r\nhello", b"hello", True),
    "a length of nothing": (OK + b"Content-Length: 0\r\n\r\n", b"", True),
    "the length twice": (OK + b"Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello", b"hello", True),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", b"hello", True),
    "trailers": (OK + b"Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n", b"hello", True),
    "chunks and a length": (
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"hello",
        False,
    ),
    "the end of the connection": (OK + b"\r\nhello", b"hello", False),
    "an announced end": (OK + b"Connection: Close\r\nContent-Length: 5\r\n\r\nhello", b"hello", False),
    "the old protocol": (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello", False),
    "the old protocol, kept": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
        b"hello",
        True,
    ),
    "interim answers": (
        HINTS + OK + b"Content-Length: 5\r\n\r\nhello",
        b"hello",
        True,
    ),
    "no reason phrase": (b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", b"hello", True),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
    "more than the answer": (OK + b"Content-Length: 5\r\n\r\nhelloHTTP", b"hello", False),
}


@pytest.mark.parametrize("told", ANSWERS)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_an_answer_is_the_same_in_whatever_pieces_it_arrives(told, size):
    data, body, reusable = ANSWERS[told]
    answer = answered(*(data[at : at + size] for at in range(0, len(data), size)))
    assert answer.status in (200, 204)
    assert answer.body == body
    # What comes after the answer is seen when it came with it.
    if told != "more than the answer" or size > len(data):
        assert answer.reusable is reusable


@pytest.mark.parametrize("told", [told for told in ANSWERS if told != "the end of the connection"])
def test_an_answer_that_ends_too_early_is_never_taken_for_a_whole_one(told):
    """Wherever the connection ends before the answer does, there is an error and no answer."""
    data, body, _ = ANSWERS[told]
    whole = data.removesuffix(b"HTTP")
    for cut in range(len(whole)):
        with pytest.raises((HTTPException, OSError)):
            answered(whole[:cut])
    assert answered(whole).body == body


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", RemoteDisconnected),
        (b"HTTP/1.1 200 OK\r\nContent-Le", IncompleteRead),
        (b"no http at all\r\n\r\n", BadStatusLine),
        (b"HTTP/2 200 OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 20 OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 2000 OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", HTTPException),
        (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", HTTPException),
        (OK + b"Content-Length: +5\r\n\r\nhello", HTTPException),
        (OK + b"Content-Length: -5\r\n\r\nhello", HTTPException),
        (OK + b"Content-Length: \r\n\r\nhello", HTTPException),
        (OK + b"Content-Length: 999999999999\r\n\r\nhello", HTTPException),
        (OK + b"Content-Length: %d\r\n\r\nhello" % (BODY_MAX + 1), HTTPException),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", HTTPException),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", HTTPException),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n", HTTPException),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\nhello\r\n0\r\n\r\n", HTTPException),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 2 * HEAD_MAX, HTTPException),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * HEAD_MAX, HTTPException),
        (OK + b"no colon\r\n\r\n", HTTPException),
        (OK + b"Sp ace: x\r\n\r\n", HTTPException),
        (OK + b" folded: x\r\n\r\n", HTTPException),
        (OK + b"A: x\nB: y\r\n\r\n", HTTPException),
        (OK + b"A: " + b"x" * HEAD_MAX + b"\r\n\r\n", HTTPException),
        (OK + b"A: " + b"x" * 3 * HEAD_MAX, HTTPException),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * HEAD_MAX, HTTPException),
    ],
)
def test_what_is_no_answer_is_an_error(data, error):
    with pytest.raises(error):
        answered(data)


def test_a_body_without_a_length_may_not_grow_without_end():
    assert len(answered(OK + b"\r\n" + b"x" * 1000, body_max=1000).body) == 1000
    with pytest.raises(HTTPException, match="the body has more than 1000 bytes"):
        answered(OK + b"\r\n" + b"x" * 1001, body_max=1000)


def test_headers_are_found_in_any_case_and_joined():
    headers = answered(OK + b"Vary: a\r\nX-Slack-Req-Id:  r1 \t\r\nvary: b\r\nContent-Length: 0\r\n\r\n").headers
    assert (headers["VARY"], headers.get("x-slack-req-id"), headers.get("Date", "none")) == ("a, b", "r1", "none")
    assert (len(headers), sorted(headers)) == (3, ["content-length", "vary", "x-slack-req-id"])


@given(st.binary(max_size=300), st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=20))
def test_chunks_of_any_size_make_the_body_again(body, sizes):
    chunks, at = [], 0
    for size in [*sizes, len(body) or 1]:
        piece = body[at : at + size]
        at += size
        if piece:
            chunks.append(b"%x\r\n%s\r\n" % (len(piece), piece))
    answer = answered(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks) + b"0\r\n\r\n")
    assert (answer.body, answer.reusable) == (body, True)


def test_a_request_is_sent_whole_however_slowly_it_is_read():
    """More than the system takes at once goes out in parts, each byte once."""
    ours, theirs = socket.socketpair()
    request = bytes(range(256)) * 20_000
    with ours, theirs:
        ours.settimeout(120)
        got = bytearray()

        def read():
            while len(got) < len(request):
                got.extend(theirs.recv(4096))
            theirs.sendall(OK + b"Content-Length: 0\r\n\r\n")

        reader = threading.Thread(target=read)
        reader.start()
        assert exchange(ours, request).status == 200
        reader.join(timeout=120)
    assert bytes(got) == request


def test_a_head_holds_what_it_is_given():
    head = head_of("POST", "/x?y=1", "h:80", length=3, headers={"A": "b c"})
    assert head == (
        b"POST /x?y=1 HTTP/1.1\r\nHost: h:80\r\nAccept-Encoding: identity\r\nContent-Length: 3\r\nA: b c\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/a b", {}),
        ("/a\r\nX: y", {}),
        ("/ä", {}),
        ("/", {"A": "b\r\nX: y"}),
        ("/", {"A": "b\0"}),
        ("/", {"A": "ä"}),
        ("/", {"A:": "b"}),
        ("/", {"A b": "c"}),
    ],
)
def test_nothing_can_be_smuggled_into_a_head(target, headers):
    with pytest.raises(ValueError, match="holds what no request can"):
        head_of("POST", target, "h", length=0, headers=headers)
