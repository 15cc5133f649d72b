"""Bytes as SENS counts them, and the characters it cannot carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sens.codes import CodeClass, class_of
from sens.limits import MessageType, problem_of, refused_characters, size_bytes, type_for


def test_a_syllable_is_two_bytes_and_a_newline_one():
    assert size_bytes("예약이 확정되었습니다") == 21
    assert size_bytes("뷁") == 2
    assert size_bytes("a\n") == 2


@pytest.mark.parametrize("text", ["가힣ㄱ漢→★☎①㎡※▶♥℃·…“”’㈜￦～"])
def test_symbols_of_the_korean_set_are_taken(text):
    assert refused_characters(text) == []
    assert size_bytes(text) == 2 * len(text)


@pytest.mark.parametrize("character", list("⬇❗⚠❤✔😀\ufe0f\u200b\u00a0–—₩é々"))
def test_characters_without_a_place_are_named_with_their_position(character):
    (found,) = refused_characters("가나" + character)
    assert f"U+{ord(character):04X}" in found
    assert "at 3" in found


def test_a_replacement_is_offered_where_there_is_one():
    assert refused_characters("–")[0].endswith("use -")


@pytest.mark.parametrize(
    ("size", "expected"), [(90, MessageType.SMS), (91, MessageType.LMS), (2000, MessageType.LMS), (2001, None)]
)
def test_the_type_follows_the_size(size, expected):
    assert type_for("a" * size) is expected


def test_what_sens_would_cut_is_refused():
    assert problem_of(type=MessageType.SMS, content="가" * 45, subject=None) is None
    assert "92 bytes" in problem_of(type=MessageType.SMS, content="가" * 46, subject=None)
    assert "2001 bytes" in problem_of(type=MessageType.LMS, content="a" * 2001, subject=None)
    assert "41 bytes" in problem_of(type=MessageType.LMS, content="a", subject="a" * 41)
    assert problem_of(type=MessageType.SMS, content="a", subject="b") == "an SMS takes no subject"
    assert problem_of(type=MessageType.LMS, content=" ", subject=None) == "the text is empty"


@given(st.text(max_size=40))
def test_a_text_is_either_counted_or_has_a_refused_character(text):
    if refused_characters(text):
        with pytest.raises(UnicodeEncodeError):
            size_bytes(text)
    else:
        assert 0 <= size_bytes(text) <= 2 * len(text)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0", CodeClass.OK),
        ("2003", CodeClass.TEMPORARY),
        ("3001", CodeClass.BAD_NUMBER),
        ("3012", CodeClass.REFUSED),
        ("3023", CodeClass.CALLER_ID),
        ("1005", CodeClass.QUOTA),
        ("E915", CodeClass.OUR_ERROR),
        ("3014", CodeClass.PERMANENT),
        ("9999", CodeClass.UNKNOWN),
    ],
)
def test_codes_have_a_class(code, expected):
    assert class_of(code) is expected
