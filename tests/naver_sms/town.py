"""A booking site, an SMS gateway and a clock of the rehearsal's own, and the workload's environment for them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import urllib3
from tests.naver_sms.world import NOW, STORES, cookie_file, document

from bongsu.sandbox.bookings import BookingMaker, Bookings, LifeSpec
from bongsu.sandbox.clock import SandboxClock
from bongsu.sandbox.faults import FaultBook
from bongsu.sandbox.http import clock_app, holding, serve
from bongsu.sandbox.naver import Naver, NaverSpec
from bongsu.sandbox.record import Record
from bongsu.sandbox.sens import Sens, SensSpec
from naver_sms.invoke import invoke
from naver_sms.summary import Invocation

SRC = str(Path(__file__).resolve().parents[2] / "src")
STORE = STORES[0]


class Town:
    """A booking site, an SMS gateway and a clock on this machine, and the workload's environment for them."""

    def __init__(self, folder, **sens):
        self.folder = folder
        self.clock = SandboxClock(NOW)
        self.record = Record(folder / "record.jsonl", self.clock)
        self.faults = FaultBook(self.clock)
        self.bookings = Bookings(
            self.clock, self.record, fixture=[], maker=BookingMaker(1), live_from=NOW, life=LifeSpec(hours=1),
        )  # fmt: skip
        spec = SensSpec(**{"from_numbers": ("0200000000", "0200000001"), "delivery_delay_ms": 20, **sens})
        self.sens = Sens(self.clock, self.record, spec, faults=self.faults, seed=1)
        cookies = {name: "canary" + name for name in ("NID_AUT", "NID_SES")}
        naver = Naver(self.clock, self.record, NaverSpec(cookies=cookies), bookings=self.bookings, faults=self.faults)
        apps = (clock_app(self.clock), holding(self.clock, naver), holding(self.clock, self.sens))
        self.served = [serve(app) for app in apps]
        self.http = urllib3.PoolManager()

    def env(self, **changes):
        clock, naver, sens = (one.url for one in self.served)
        settings = document([STORE], **{"settle_after_s": 0, **changes})
        spec = SensSpec()
        return {
            "NAVER_SMS_SETTINGS": json.dumps(settings, ensure_ascii=False),
            "NAVER_SMS_NAVER_URL": naver,
            "NAVER_SMS_SENS_URL": sens,
            "NAVER_SMS_COOKIES": f"file:{cookie_file(self.folder)}",
            "NAVER_SMS_SENS_ACCESS_KEY": spec.access_key,
            "NAVER_SMS_SENS_SECRET_KEY": spec.secret_key,
            "NAVER_SMS_CLOCK_URL": clock + "/clock",
            "NAVER_SMS_STATE": f"sqlite:{self.folder / 'state.db'}",
        }

    def run(self, **changes):
        out = io.StringIO()
        return invoke(self.env(**changes), invocation=Invocation(), time_s=60.0, out=out).report

    def arrived(self):
        """Return what customers got, once everything that is under way has had its time."""
        me = self.clock.join("the customers")
        try:
            self.clock.wait(me, self.clock.now() + timedelta(minutes=1))
        finally:
            self.clock.leave(me)
        return self.sens.outbox()

    def got(self):
        """Return how often each customer got each text."""
        return Counter((one["to"], one["content"]) for one in self.sens.outbox())

    def start(self, **changes):
        """Start a run as a process of its own."""
        command = [sys.executable, "-m", "naver_sms", "run"]
        return subprocess.Popen(command, env={"PYTHONPATH": SRC, **self.env(**changes)}, stdout=subprocess.PIPE)

    def close(self):
        self.faults.close()
        self.http.clear()
        for one in self.served:
            one.stop()
        self.record.close()
