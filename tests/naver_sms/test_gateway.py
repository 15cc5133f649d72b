"""Texts and notices read as one: what either service does not say is said by neither, and never taken for nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from naver_sms.gateway import NoticeGateway
from sens import Message, MessageList, MessageResult, ReadFailed

AWAY = ReadFailed(reason="the gateway is away", status=503)
UNKNOWN = ReadFailed(reason="no such message", status=404)
TEXT = Message(
    request_id="r-text",
    message_id="m-text",
    status="COMPLETED",
    status_code="0",
    status_name="success",
    type="LMS",
    to="01000000001",
    from_number="0200000000",
    request_time="2025-10-22 14:00:00",
    content="See you at three.",
)
NOTICE = replace(TEXT, request_id="r-notice", message_id="m-notice", way="alimtalk", fails_over=True)
FAILED = replace(NOTICE, status_code="3018", status_name="no KakaoTalk")
UNDER_WAY = replace(FAILED, status="PROCESSING")


class Says:
    """One service, which answers every read in the same way."""

    def __init__(self, *messages, listed=None, full=None):
        self._listed = listed or MessageList(messages=messages, pages=(b"page",))
        self._full = full or MessageResult(messages=messages, raw=b"raw")
        self.asked = []

    def list_by_request(self, request_id):
        self.asked.append(request_id)
        return self._listed

    def list_by_window(self, *, start_at, end_at, to=None):
        self.asked.append(to)
        return self._listed

    def result(self, message_id):
        self.asked.append(message_id)
        return self._full


def requested(texts, notices):
    return NoticeGateway(texts, notices).list_by_request("r")


def windowed(texts, notices):
    return NoticeGateway(texts, notices).list_by_window(start_at=None, end_at=None)


def resulting(texts, notices):
    return NoticeGateway(texts, notices).result("m")


@pytest.mark.parametrize(
    ("read", "texts", "notices"),
    [
        (requested, Says(TEXT), Says(listed=AWAY)),
        (requested, Says(listed=AWAY), Says()),
        (requested, Says(listed=AWAY), Says(FAILED)),
        (requested, Says(TEXT, full=AWAY), Says(FAILED)),
        (windowed, Says(listed=AWAY), Says(NOTICE)),
        (windowed, Says(TEXT), Says(listed=AWAY)),
        (resulting, Says(full=AWAY), Says(NOTICE)),
        (resulting, Says(full=UNKNOWN), Says(full=AWAY)),
    ],
)
def test_a_service_that_does_not_answer_is_no_empty_list(read, texts, notices):
    """What was not found may be sent again: nothing may look like that which is only unknown."""
    assert read(texts, notices) is AWAY


def test_each_request_is_read_from_the_service_that_took_it():
    assert requested(Says(TEXT), Says()).messages == (TEXT,)
    assert requested(Says(TEXT), Says(NOTICE)).messages == (NOTICE,)
    assert windowed(Says(TEXT), Says(NOTICE, FAILED)).messages == (TEXT, NOTICE, UNDER_WAY)
    alone = replace(FAILED, fails_over=False)
    assert windowed(Says(), Says(alone)).messages == (alone,), "no text takes its place"
    assert resulting(Says(TEXT), Says(NOTICE)).messages == (TEXT,)
    for texts in (Says(full=UNKNOWN), Says()):
        assert resulting(texts, Says(NOTICE, FAILED)).messages == (NOTICE, UNDER_WAY)


@pytest.mark.parametrize(
    ("notice", "texts", "seen"),
    [
        (FAILED, (TEXT,), replace(NOTICE, way="sms_failover")),
        (FAILED, (replace(TEXT, content="Another text."), TEXT), replace(NOTICE, way="sms_failover")),
        (FAILED, (replace(TEXT, content="Another text."),), UNDER_WAY),
        (FAILED, (), UNDER_WAY),
        (replace(FAILED, request_time="soon"), (TEXT,), replace(UNDER_WAY, request_time="soon")),
        (replace(FAILED, fails_over=False), (TEXT,), replace(FAILED, fails_over=False)),
        (NOTICE, (TEXT,), NOTICE),
        (UNDER_WAY, (TEXT,), UNDER_WAY),
    ],
)
def test_a_notice_that_failed_has_the_result_of_the_text_in_its_place_and_no_other(notice, texts, seen):
    assert requested(Says(*texts), Says(notice)).messages == (seen,)
