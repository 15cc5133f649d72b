"""A catalogue finds a language's sentence by the English one, and gives its values back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.language import Language, language, values_in
from bongsu.language.ko import particles

ENTRIES = {
    "{} of {} SMS": "SMS {1}건 중 {0}건",
    "{} of {}": "{1} 중 {0}",
    "the rule {} stays; {}": "{0:은} 그대로; {1~}",
    'no "{}"': '"{0}"{0!이} 없음',
    "over its limit: {}": "초과: {0*}",
    "detect": "감지",
    "total": "합계",
}
KOREAN = Language(ENTRIES, particles)


def test_the_values_of_a_sentence_stand_where_the_other_language_wants_them() -> None:
    assert KOREAN.told("17 of 20 SMS") == "SMS 20건 중 17건"
    assert KOREAN("{} of {} SMS", 17, 20) == "SMS 20건 중 17건"


def test_the_entry_that_says_most_is_the_one_that_fits() -> None:
    assert KOREAN.told("1 of 2") == "2 중 1"
    assert KOREAN.told("1 of 2 SMS") == "SMS 2건 중 1건"


def test_a_value_can_be_a_sentence_itself_or_a_list_of_words() -> None:
    assert KOREAN.told("the rule nightly stays; 1 of 2 SMS") == "nightly은(는) 그대로; SMS 2건 중 1건"
    assert KOREAN.told("over its limit: detect, total") == "초과: 감지, 합계"


def test_a_particle_can_stand_behind_a_quotation_mark() -> None:
    assert KOREAN.told('no "규칙"') == '"규칙"이 없음'
    assert KOREAN.told('no "2"') == '"2"가 없음'


def test_what_no_entry_knows_stays_as_it_is() -> None:
    assert KOREAN.told("Forbidden: bot was blocked by the user") == "Forbidden: bot was blocked by the user"
    assert not KOREAN.knows("Forbidden: bot was blocked by the user")


def test_english_needs_no_catalogue_and_loads_none() -> None:
    assert language("en", "no such catalogue").told("17 of 20 SMS") == "17 of 20 SMS"
    assert language("en", "no such catalogue")("{} of {}", 1, 2) == "1 of 2"


@given(values=st.lists(st.text("abc0 1.가", min_size=1), min_size=1, max_size=4))
def test_values_come_back_out_of_the_sentence_that_they_were_put_into(values: list[str]) -> None:
    """With words between them that no value holds, nothing is lost and nothing is moved."""
    template = "<" + "|".join("{}" for _ in values) + ">"
    made = Language({})(template, *values)
    assert values_in(made, template) == tuple(values)


@pytest.mark.parametrize(
    ("word", "topic", "subject", "object_", "towards"),
    [
        ("규칙", "은", "이", "을", "으로"),
        ("메시지", "는", "가", "를", "로"),
        ("채널", "은", "이", "을", "로"),
        ('"규칙"', "은", "이", "을", "으로"),
        ("3", "은", "이", "을", "으로"),
        ("5", "는", "가", "를", "로"),
        ("17", "은", "이", "을", "로"),
        ("nightly", "은(는)", "이(가)", "을(를)", "(으)로"),
        ("10", "은(는)", "이(가)", "을(를)", "(으)로"),
        ("", "은(는)", "이(가)", "을(를)", "(으)로"),
    ],
)
def test_a_particle_follows_the_sound_that_a_word_ends_in(
    word: str, topic: str, subject: str, object_: str, towards: str
) -> None:
    found = [particles.particle(word, form) for form in ("은", "이", "을", "으로")]
    assert found == [topic, subject, object_, towards]
