"""Pseudonyms: stable under one key, of the form of what they stand for, and found however a text was escaped."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.errors import UsageError
from bongsu.evidence.pseudonyms import Pseudonyms

KEY = "k" * 32


def named(key: str = KEY) -> Pseudonyms:
    names = Pseudonyms(key)
    names.person("on_call")
    names.name("O'Brien & Söhne")
    names.name("김담당")
    for address in ("100000002", "-1000000000001", "U00000002", "ed25519:" + "A" * 43 + "="):
        names.address(address)
    return names


def test_the_same_key_gives_the_same_and_another_key_another() -> None:
    text = "on_call 100000002 U00000002"
    assert named().replaced_text(text) == named().replaced_text(text)
    other = named("j" * 32).replaced_text(text)
    assert all(one != two for one, two in zip(named().replaced_text(text).split(), other.split(), strict=True))


def test_each_has_the_form_of_what_it_stands_for() -> None:
    person, number, group, slack, key = (
        named().replaced_text(one)
        for one in ("on_call", "100000002", "-1000000000001", "U00000002", "ed25519:" + "A" * 43 + "=")
    )
    assert person.startswith("p_") and len(person) == 12
    assert number.isdigit() and len(number) == 9 and number[0] != "0"
    assert group.startswith("-100") and len(group) == 14
    assert slack[0] == "U" and len(slack) == 9 and slack.isalnum() and slack.isupper()
    assert key.startswith("ed25519:") and len(key) == 52


@pytest.mark.parametrize("name", ["O'Brien & Söhne", "김담당", "on_call"])
def test_a_name_is_found_however_it_was_escaped(name: str) -> None:
    forms = [name, json.dumps(name), json.dumps(json.dumps(name)), escape(name), quote(name), quote_plus(name)]
    for form in forms:
        for before, behind in (("", ""), (" ", "."), ("\\n", "\\n"), ("%20", "%20"), ("\\u00b7", " "), ("(", ")")):
            text = f"{before}{form}{behind}"
            assert named().left_in(text.encode()) != "", text
            assert named().left_in(named().replaced(text.encode())) == ""


def test_a_particle_behind_a_korean_name_hides_nothing() -> None:
    assert "김담당" not in named().replaced_text("김담당이 확인함")


def test_a_word_that_only_holds_the_name_stays() -> None:
    assert named().replaced_text("on_calls 1000000021 XU00000002") == "on_calls 1000000021 XU00000002"


def test_a_reference_to_a_secret_names_nobody() -> None:
    names = named()
    names.address("env:ON_CALL_PHONE")
    assert names.replaced_text("sms: env:ON_CALL_PHONE") == "sms: env:ON_CALL_PHONE"


def test_nothing_is_replaced_twice() -> None:
    once = named().replaced_text("on_call asked on_call")
    assert named().replaced_text(once) == once


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="fewer than 32 characters"):
        Pseudonyms("secret")


@given(st.lists(st.integers(10_000, 10**15).map(str), unique=True, max_size=30))
def test_no_two_share_a_pseudonym(numbers: list[str]) -> None:
    names = Pseudonyms(KEY)
    for number in numbers:
        names.address(number)
    given_ = [names.replaced_text(number) for number in numbers]
    assert len(set(given_)) == len(numbers)
    assert not set(given_) & set(numbers)
