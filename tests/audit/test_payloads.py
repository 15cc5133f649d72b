"""JSON wherever it stands in a log, and what Slack and Telegram refuse of it."""

from __future__ import annotations

import pytest
from tests.audit.logs import log_of, rules_in

from bongsu.audit import audit
from bongsu.audit.payloads import pieces

EMPTY = '{"type": "header", "text": {"type": "plain_text", "text": ""}}'


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('07:10:00 [bot] {"a": 1, "b": {"c": "x"}} done\n', (1, 1)),
        ('> {\n>   "a": 1,\n>   "b": {"c": "x"}\n> }\n', (1, 4)),
        ('[tx] {\n[tx]   "a": 1, // one\n[tx]   "b": {"c": "x"},\n[tx] }\n', (1, 4)),
        ('07:10:00 {\n07:10:00 "a": 1, ..., "b": {"c": "x"}\n07:10:01 }\n', (1, 3)),
        ('| call | {"a": 1, "b": {"c": "x"}} |\n', (1, 1)),
    ],
)
def test_json_is_found_behind_whatever_stands_in_front_of_it(text: str, lines: tuple[int, int]) -> None:
    (found,) = pieces(log_of(text))
    assert found.value == {"a": 1, "b": {"c": "x"}}
    assert (found.start, found.end) == lines


@pytest.mark.parametrize(
    "text", ["{not json}\n", "function f() {\n  return 1\n}\n", "[12] a [13] b\n", "{" * 500 + "\n"]
)
def test_what_only_has_brackets_is_not_json(text: str) -> None:
    assert pieces(log_of(text)) == ()


def test_each_member_has_the_line_that_it_stands_in() -> None:
    (found,) = pieces(log_of('reply\n{\n  "a": [\n    {"b": "x"},\n    {"b": "y"}\n  ]\n}\n'))
    assert found.lines["a", 1, "b"] == 5
    assert [path for path, _ in found.above(("a", 1, "b"))] == [("a", 1), ("a",), ()]


@pytest.mark.parametrize(
    "text",
    [
        f'09:00 bot sends {{"channel": "C0PLUM", "blocks": [{EMPTY}]}}\n09:00 Slack: {{"ok": true}}\n',
        f"The card as posted:\n\n```json\n[{EMPTY}]\n```\n\nHTTP 200, ok\n",
        '{"sent": {"type": "section", "fields": []}, "answer": {"ok": true}}\n',
        '[s] {"type": "actions", "elements": []}\n[s] accepted\n',
        '```\n{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": ""}}\n```\n',
        '{"chat_id": -1002200117000, "text": ""}\n\nanswer: ok true\n',
        "The second field of the card was left empty and Slack answered ok.\n",
        "- header block with an empty plain_text, posted, response `ok: true`\n",
        "- 머리글 블록의 텍스트는 비워 두었고 슬랙 응답은 ok 였다\n",
        "10:02 슬랙 카드의 빈 필드까지 그대로 게시됨, 응답 ok\n",
    ],
)
def test_an_empty_text_that_is_said_to_have_been_posted_is_found(text: str) -> None:
    assert "slack_empty_text" in rules_in(text)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"channel": "C0PLUM", "blocks": [{EMPTY}]}}\n\nSlack refused it: invalid_blocks. Sent again with a dash.\n',
        f"Draft, never sent:\n\n```json\n[{EMPTY}]\n```\n",
        f'{{"request": {{"blocks": [{EMPTY}]}}, "response": {{"ok": false, "error": "invalid_blocks"}}}}\n',
        '{"type": "section", ..., "accessory": {"type": "button", "action_id": "x"}}\n',
        "Slack refuses an empty text with invalid_blocks, so the fields hold a dash.\n",
        "The queue was left empty, and Slack answered ok to the note about it.\n",
        '{"channel": "C0PLUM", "text": "", "blocks": [{"type": "divider"}]}\n\nok: true\n',
        '{"name": "", "text": {"body": ""}, "type": "note"}\n',
    ],
)
def test_what_was_refused_or_is_no_text_of_a_message_is_not(text: str) -> None:
    assert "slack_empty_text" not in rules_in(text)


def test_a_payload_of_any_length_is_read_once() -> None:
    many = "\n".join(f'{{"n": {n}, "list": [' for n in range(3_000))
    assert audit([log_of(many + "\n")], ["slack_empty_text"]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"ok": true, "channel": "C0PLUM7Q2", "message": {"type": "message", "text": "begin"}}\n', {"slack_answer"}),
        ('{"ok": true, "channel": "C0PLUM7Q2", "ts": "1770804001.118200", "message": {"text": "begin"}}\n', set()),
        (
            '{"ok": true, "channel": "C0PLUM7Q2", "ts": "1770804001.118200", "message": {"text": ""}}\n',
            {"slack_answer"},
        ),
        (
            '{"ok": true, "channel": "C0PLUM7Q2", "ts": "1770804001.118200", "message": {"text": "", "blocks": []}}\n',
            set(),
        ),
        ('[bot] 09:15 -> #plum\n   text: Lot B\n   {"ok":true,"channel":"C0PLUM7Q2"}\n', {"slack_answer"}),
        ('10:00 joined:\n   {"ok":true,"channel":"C0PLUM7Q2"}\n', set()),
        ('{"ok": true, "channel": "C0PLUM7Q2", "type": "message", "message": {"text": "reactions.get"}}\n', set()),
    ],
)
def test_an_answer_to_a_post_without_a_ts_is_found(text: str, found: set[str]) -> None:
    assert rules_in(text) & {"slack_answer"} == found
