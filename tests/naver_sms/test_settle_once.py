"""A settle pass that breaks off: its report names what it is, and a bug is the caller's to raise once that is out."""

from __future__ import annotations

from tests.naver_sms.world import NOW, VirtualClock, environ

from naver_sms.settings import load
from naver_sms.settle import Result, settle_once


def test_a_key_that_is_not_there_is_a_matter_of_the_settings(naver, sens, tmp_path):
    settings = load(environ(tmp_path, naver, sens) | {"NAVER_SMS_SENS_SECRET_KEY": ""})
    done = settle_once(settings, clock=VirtualClock(started_at=NOW), time_s=60)
    assert (done.result, done.exit_code, done.crash) == (Result.FAILED, 4, None)
    assert done.problems == ["the SENS key behind 'env' is empty or incomplete"]
    assert sens.lists == 0


class Broken(VirtualClock):
    """Breaks once the pass has begun: its name and its start have asked before."""

    asked = 0

    def now(self):
        self.asked += 1
        if self.asked > 2:
            raise ZeroDivisionError("a bug")
        return super().now()


def test_a_bug_is_a_failure_by_its_class_and_is_kept_for_whoever_asked(naver, sens, tmp_path):
    done = settle_once(load(environ(tmp_path, naver, sens)), clock=Broken(started_at=NOW), time_s=60)
    assert (done.result, done.exit_code) == (Result.FAILED, 1)
    assert done.problems == ["the settle pass broke off (ZeroDivisionError)"]
    assert isinstance(done.crash, ZeroDivisionError)
