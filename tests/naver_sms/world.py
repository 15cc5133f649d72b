"""Settings, bookings and records for the tests: eight invented stores and a Wednesday afternoon."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

from tests.naver_sms.fakes import ACCESS_KEY, SECRET_KEY, SERVICE_ID

from naver_sms.clock import Clock
from naver_sms.meter import Meter
from naver_sms.record import KST, Record, korean_text
from naver_sms.state.items import new_item
from naver_sms.state.sqlite import SqliteState


class VirtualClock(Clock):
    """A clock that stands still until somebody waits: hours pass in no time, and at least as long as was waited for."""

    def __init__(self, *, started_at):
        self._lock, self._passed_s = threading.Lock(), 0.0
        super().__init__(started_at=started_at)

    def passed_s(self):
        return self._passed_s

    def wait_until(self, at_s):
        with self._lock:
            self._passed_s = max(self._passed_s, at_s)


NOW = datetime(2025, 10, 22, 14, 0, tzinfo=KST)
STORES = [str(1000001 + n) for n in range(8)]


def document(ids=STORES, **changes):
    """Return a settings document for these stores."""
    value = {
        "stores": [
            {"id": one, "name": f"예시 {n}호점", "alias": f"{n}호", "from_number": f"020000000{n}"}
            for n, one in enumerate(ids)
        ],
        "templates": {
            "confirm": "예약이 확정되었습니다",
            "event": "이용해 주셔서 감사합니다",
            **{f"guide/{one}": f"{one} 안내: 문 번호는 예시입니다" for one in ids},
        },
        "subject": "예약 안내",
        "default_from_number": "0200000000",
        "sens_service_id": SERVICE_ID,
        "page_pause_s": 0,
        "sens_rate": "none",
        "delivery_wait_s": "5",
        "state": "memory",
    }
    return value | changes


def cookie_file(folder):
    """Write signed-in cookies where only the owner may read them."""
    path = folder / "cookies.json"
    names = ("NID_AUT", "NID_SES")
    rows = [{"name": one, "value": "canary" + one, "domain": ".naver.com", "path": "/"} for one in names]
    path.write_text(json.dumps({"cookies": rows, "fetched_at": "2025-10-21T14:00:00+09:00"}))
    path.chmod(0o600)
    return path


def environ(folder, naver, sens, **changes):
    """Return the environment of a run against the two imitations."""
    return {
        "NAVER_SMS_SETTINGS": json.dumps(document(**changes), ensure_ascii=False),
        "NAVER_SMS_NAVER_URL": naver.url,
        "NAVER_SMS_SENS_URL": sens.url,
        "NAVER_SMS_COOKIES": f"file:{cookie_file(folder)}",
        "NAVER_SMS_SENS_ACCESS_KEY": ACCESS_KEY,
        "NAVER_SMS_SENS_SECRET_KEY": SECRET_KEY,
        "NAVER_SMS_CLOCK_URL": naver.url + "/clock",
        "NAVER_SMS_STATE": f"sqlite:{folder / 'state.db'}",
    }


def booking(number, *, store=STORES[0], minutes=180, status="RC03", options=(), now=NOW, **changes):
    """Return a booking as Naver lists it, starting so many minutes from now."""
    start = (now + timedelta(minutes=minutes)).astimezone(UTC)
    value = {
        "bookingId": number,
        "businessId": int(store),
        "bookingStatusCode": status,
        "name": "김예시",
        "phone": f"0100000{number % 10_000:04d}",
        "snapshotJson": {
            "startDateTime": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "globalTimezone": "Asia/Seoul",
            "bookingTimeUnitCode": "RT00",
            "bookingOptionJson": [{"name": one} for one in options],
        },
    }
    return value | changes


def record_for(raw, *, confirm=True, guide=False, event=False):
    """Return the record that an earlier run left behind for a booking."""
    start_at = datetime.fromisoformat(raw["snapshotJson"]["startDateTime"])
    phone = raw["phone"]
    return Record(
        booking_num=f"{raw['businessId']}_{raw['bookingId']}",
        phone=f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        name=raw["name"],
        booking_time=korean_text(start_at),
        start_at=start_at,
        confirm=confirm,
        guide=guide,
        event=event,
    )


def seed_sqlite(folder, records):
    """Put records into the state file of `environ`, flags as they are."""
    state = open_sqlite(folder)
    for one in records:
        state.create(one)
        flags = (one.confirm, one.guide, one.event, one.booking_num)
        update = "UPDATE sms SET confirm_sms = ?, remind_sms = ?, option_sms = ? WHERE booking_num = ?"
        state._db.execute(update, flags)
    state.shut()


def open_sqlite(folder):
    """Return the state of `environ`, for a look from outside."""
    return SqliteState(str(folder / "state.db"), meter=Meter())


def seed_dynamo(client, records, *, table="sms", legacy=False):
    """Put records into a DynamoDB table; `legacy` leaves out what the legacy never wrote."""
    for one in records:
        item = new_item(one)
        item |= {"confirm_sms": {"BOOL": one.confirm}, "remind_sms": {"BOOL": one.guide}}
        item |= {"option_sms": {"BOOL": one.event}}
        for name in ("start_at", "due_shard", "expire_at") if legacy else ():
            del item[name]
        client.put_item(TableName=table, Item=item)


def v22(now=NOW, *, near_new=0):
    """Return 147 confirmed and 34 completed bookings with records: 8 new, 12 due for a reminder, 20 SMS."""
    fresh = [booking(100 + n, store=STORES[n], minutes=60 if n < near_new else 180 + 30 * n, now=now) for n in range(8)]
    due = [booking(200 + n, store=STORES[n % 8], minutes=30 + 7 * n, now=now) for n in range(12)]
    quiet = [booking(300 + n, store=STORES[n % 8], minutes=600 + 60 * n, now=now) for n in range(127)]
    used = [booking(600 + n, store=STORES[n % 8], minutes=-600 - n, status="RC08", now=now) for n in range(34)]
    records = [record_for(one) for one in (*due, *quiet)] + [record_for(one, guide=True) for one in used]
    return [*fresh, *due, *quiet, *used], records
