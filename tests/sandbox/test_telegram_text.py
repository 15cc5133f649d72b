"""The texts of the imitated Bot API: HTML, MarkdownV2, entities and what the service marks by itself."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sandbox.telegram_rig import GROUP, running

from bongsu.sandbox.telegram_html import UNMATCHED
from bongsu.sandbox.telegram_text import TextRefusedError, checked_text, utf16_units


def entity(kind, offset, length, **more):
    return {"offset": offset, "length": length, "type": kind, **more}


@pytest.mark.parametrize(
    ("raw", "text", "entities"),
    [
        ("*Go* at 14\\.00", "Go at 14.00", [entity("bold", 0, 2)]),
        ("🚀 _a_ __b__ ~c~ ||d||", "🚀 a b c d", [entity(k, 3 + 2 * n, 1) for n, k in enumerate(
            ("italic", "underline", "strikethrough", "spoiler"))]),
        ("`a.b*` and \\`", "a.b* and `", [entity("code", 0, 4)]),
        ("```\nx = 1\n```", "x = 1", [entity("pre", 0, 5)]),
        ("```python\nx = 1```", "x = 1", [entity("pre", 0, 5, language="python")]),
        ("[page](https://Status.example)", "page", [entity("text_link", 0, 4, url="https://status.example/")]),
        ("[page](https://status.example/a\\)b)", "page", [entity("text_link", 0, 4, url="https://status.example/a)b")]),
        ("[page](http://localhost:8080/)", "page", []),
        (">first\n>second\nafter", "first\nsecond\nafter", [entity("blockquote", 0, 13)]),
        (">first\n>second||", "first\nsecond", [entity("expandable_blockquote", 0, 12)]),
        ("*bold _both_*", "bold both", [entity("bold", 0, 5), entity("bold", 5, 4), entity("italic", 5, 4)]),
        ("*bold `code` bold*", "bold code bold", [
            entity("bold", 0, 5), entity("code", 5, 4), entity("bold", 9, 5)]),
        ("**plain", "plain", []),
    ],
)  # fmt: skip
def test_markdown_v2_becomes_text_and_entities(raw, text, entities):
    assert checked_text(raw, "MarkdownV2") == (text, entities)


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("T-0 at 14.00", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("가동 14.00", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a | b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("go!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("가 *bold", "Can't find end of Bold entity at byte offset 4"),
        ("_a *b_ c*", "Can't find end of Bold entity at byte offset 8"),
        ("x `y", "Can't find end of Code entity at byte offset 2"),
        ("```py\ny", "Can't find end of PreCode entity at byte offset 0"),
        ("[page", "Can't find end of TextUrl entity at byte offset 0"),
        ("[page](https://status.example", "Can't find end of a URL at byte offset 7"),
        (">a *b\nc*", "Can't find end of Bold entity at byte offset 3"),
        ("![x](tg://emoji?id=1)", "sandbox: custom emoji and times are not imitated"),
        ("[me](tg://user?id=1)", "sandbox: only http and https links are imitated"),
    ],
)
def test_markdown_v2_that_does_not_parse_is_refused_in_the_servers_words(raw, complaint):
    with pytest.raises(TextRefusedError) as refused:
        checked_text(raw, "markdownv2")
    assert str(refused.value) == f"can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("raw", "text", "entities"),
    [
        ("<pre><code class='language-sql'>a</code></pre>", "a", [entity("pre", 0, 1, language="sql")]),
        ("<code class='language-sql'>a</code>", "a", [entity("code", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ("<span class=tg-spoiler>a</span>", "a", [entity("spoiler", 0, 1)]),
        ("<a href='status.example/x y'>p</a>", "p", [entity("text_link", 0, 1, url="http://status.example/x%20y")]),
        ("<a href='localhost'>p</a>", "p", []),
        ("&#128640;&#x1F680;&nbsp;&lt", "🚀🚀&nbsp;<", []),
        ("&#55357;&#56960;", "🚀", []),
        ("<b><b>twice</b></b>", "twice", [entity("bold", 0, 5)]),
        ("<B>x</>", "x", [entity("bold", 0, 1)]),
    ],
)
def test_html_becomes_text_and_entities(raw, text, entities):
    assert checked_text(raw, "HTML") == (text, entities)


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ("<b =x>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<b x=1!>", "Unexpected end of name token at byte offset 5"),
        ("<b x=", 'Unclosed start tag "b" at byte offset 0'),
        ("<b x='1", "Unclosed start tag at byte offset 0"),
        ("<b>x</b ", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id=1>x</tg-emoji>", 'sandbox: tag "tg-emoji" is not imitated at byte offset 0'),
        ("&#xD800;", UNMATCHED),
    ],
)  # fmt: skip
def test_html_that_does_not_parse_is_refused_in_the_servers_words(raw, complaint):
    with pytest.raises(TextRefusedError) as refused:
        checked_text(raw, "html")
    assert str(refused.value) == f"can't parse entities: {complaint}"


@pytest.mark.parametrize("mode", ["Markdown", "BBCode"])
def test_other_parse_modes_are_refused(mode):
    complaint = "is not imitated, use MarkdownV2 or HTML" if mode == "Markdown" else "unsupported parse_mode"
    with pytest.raises(TextRefusedError, match=complaint):
        checked_text("x", mode)


def test_entities_may_come_beside_the_text(tmp_path):
    with running(tmp_path) as bot:
        given_ones = [entity("bold", 3, 7), entity("text_link", 13, 4, url="https://status.example/")]
        sent = bot.ok("sendMessage", chat_id=GROUP, text="🚀 Cutover at page", entities=given_ones)
        assert sent["entities"] == given_ones
        assert bot.refused("sendMessage", chat_id=GROUP, text="🚀", entities=[entity("bold", 1, 1)]) == (
            400,
            "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 4",
        )


@pytest.mark.parametrize(
    ("given_one", "complaint"),
    [
        ("bold", "expected an Object"),
        ({"type": "bold", "offset": 0}, 'Can\'t find field "length"'),
        (entity("bold", 0, True), "sandbox: field 'length' of an entity must be of type int"),
        (entity([], 0, 1), "sandbox: field 'type' of an entity must be of type str"),
        (entity("text_link", 0, 1, url=5), "sandbox: field 'url' of an entity must be of type str"),
        (entity("colour", 0, 1), "Unsupported type specified"),
        (entity("custom_emoji", 0, 1), "sandbox: entity 'custom_emoji' is not imitated"),
        (entity("bold", 5, 1), "entity begins after the end of the text at UTF-16 offset 5"),
        (
            entity("bold", 4, 2),
            "entity beginning at UTF-16 offset 4 ends after the end of the text at UTF-16 offset 6",
        ),
        (entity("bold", -1, 2), "receive an entity with incorrect offset -1"),
    ],
)
def test_entities_that_cannot_be_are_refused(given_one, complaint):
    with pytest.raises(TextRefusedError) as refused:
        checked_text("hello", None, given=[given_one])
    assert complaint in str(refused.value)


def test_entities_are_passed_over_with_a_parse_mode_and_those_the_service_finds_itself_always():
    assert checked_text("hello", "HTML", given=[entity("bold", 0, 5)]) == ("hello", [])
    assert checked_text("hello", None, given=[entity("mention", 0, 5)]) == ("hello", [])


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("see https://status.example/a?b=1.", "url", "https://status.example/a?b=1"),
        ("ask @example_ops now", "mention", "@example_ops"),
        ("write to ops@status.example", "email", "ops@status.example"),
        ("send /status@bongsu_ops_bot", "bot_command", "/status@bongsu_ops_bot"),
        ("as #cutover says", "hashtag", "#cutover"),
        ("as #컷오버 says", "hashtag", "#컷오버"),
        ("in $USD", "cashtag", "$USD"),
    ],
)
def test_the_service_marks_addresses_names_commands_and_tags(text, kind, marked):
    (one,) = checked_text(text, None)[1]
    assert (one["type"], text[one["offset"] : one["offset"] + one["length"]]) == (kind, marked)


@pytest.mark.parametrize("text", ["#12", "/aws/lambda/x", "a/b", "x@y", "@ab", "<https://", "$usd"])
def test_what_only_looks_like_it_is_not_marked(text):
    assert checked_text(text, None)[1] == []


def test_nothing_is_marked_inside_code_and_links():
    assert checked_text("<code>@example_ops</code>", "HTML")[1] == [entity("code", 0, 12)]


def test_control_characters_go_and_outer_space_is_cut_as_far_as_the_first_entity():
    assert checked_text("\n a\tb\r\u2028c \n", None) == ("a bc", [])
    assert checked_text("  <b> x</b>  ", "HTML") == (" x", [entity("bold", 0, 2)])


@pytest.mark.parametrize("text", ["\u200b\u2060"[:1], "\u3000", "\u2800 \n"])
def test_a_text_of_nothing_visible_is_refused(text):
    with pytest.raises(TextRefusedError, match="text must be non-empty"):
        checked_text(text, None)


def test_the_unit_of_the_length_is_a_switch(tmp_path):
    with running(tmp_path, length_in="code_points") as bot:
        assert len(bot.ok("sendMessage", chat_id=GROUP, text="🚀" * 4096)["text"]) == 4096
        assert bot.refused("sendMessage", chat_id=GROUP, text="🚀" * 4097)[1] == "Bad Request: message is too long"


VISIBLE = st.text(alphabet=st.characters(exclude_categories=("C", "Z", "M"), exclude_characters="\ufffc⠀"), min_size=1)
RESERVED = "_*[]()~`>#+-=|{}.!\\"


@settings(max_examples=80, deadline=None)
@given(VISIBLE)
def test_escaped_text_comes_back_as_it_was_and_bold_covers_it(text):
    """Whatever a customer is called, html.escape and eighteen backslashes survive the parsers."""
    escaped = "".join(f"\\{one}" if one in RESERVED else one for one in text)
    for raw, mode in ((f"<b>{escape(text)}</b>", "HTML"), (f"*{escaped}*", "MarkdownV2")):
        stored, entities = checked_text(raw, mode)
        assert stored == text
        bold = [one for one in entities if one["type"] == "bold"]
        assert bold[0]["offset"] == 0
        assert sum(one["length"] for one in bold) == utf16_units(text)


KINDS = st.sampled_from(
    ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "text_link"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(KINDS, st.integers(0, 11), st.integers(1, 12)), max_size=6))
def test_stored_entities_nest_and_code_stands_alone(drawn):
    """Whatever is asked for, what is stored is in the order of the service, does not cross, and settles once."""
    text = "cutover done"
    asked = [
        entity(kind, start, min(length, 12 - start), **({"url": "https://a.example/"} if kind == "text_link" else {}))
        for kind, start, length in drawn
    ]
    stored, entities = checked_text(text, None, given=asked)
    assert stored == text
    spans = [(one["offset"], one["offset"] + one["length"], one["type"]) for one in entities]
    for first in spans:
        for second in spans:
            crosses = first[0] < second[0] < first[1] < second[1]
            assert not crosses, (first, second)
            inside = first is not second and first[0] <= second[0] and second[1] <= first[1]
            assert not (inside and first[2] in ("code", "pre") and second[2] != "blockquote"), (first, second)
    assert checked_text(text, None, given=entities) == (text, entities)
