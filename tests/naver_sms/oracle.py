"""The old job's decisions once more, from the published tables alone: what a machine of tables makes of a run.

Nothing of `naver_sms` is imported here, and the form is another one on purpose: a moment is a whole number of
microseconds, a booking's case is a key into a table, and the table holds the effects as text, in their order. Whoever
changes a rule must change it here as well, and by hand.

    P ctf   PUT the record with these flags (T or F: confirm, guide, event)
    S k     set the flag of a text                      ! k   send a text
    x       the old job raises inside its guard: a failure line, and no further effect for this booking
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR_US = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Where the start lies, as seen from now. The instant of two hours is a class of its own: new bookings count it in,
# known ones do not. The last of these that is not greater than the distance names the class.
DISTANCES = ((-(10**18), "over"), (1, "near"), (2 * HOUR_US, "edge"), (2 * HOUR_US + 1, "far"))

# A confirmed booking without a record: N1 (near, edge), N2 (far), N3 (over).
WITHOUT = {
    "near": "P TTF;! confirm;! guide",
    "edge": "P TTF;! confirm;! guide",
    "far": "P TFF;! confirm",
    "over": "P TFF;! confirm",
}

# A confirmed booking with one: the guide's flag, the distance and the confirm's flag. `-` is a flag that is missing,
# `*` any. The guide's flag is read first, and the confirm's only where it matters.
WITH = (
    ("-**", "x"),
    ("T**", ""),  # E4
    ("F edge *", ""),  # E3
    ("F far *", ""),
    ("F over *", ""),
    ("F near -", "x"),
    ("F near T", "S guide;! guide"),  # E1
    ("F near F", "S confirm;! confirm;S guide;! guide"),  # E2
)

# A completed booking: the hour in Korea, its record, the event's flag, an option with a keyword.
COMPLETED = (
    ("not 20", ""),
    ("20 none", ""),  # O4
    ("20 some -", "x"),
    ("20 some T", ""),  # O3
    ("20 some F no", ""),  # O2
    ("20 some F yes", "S event;! event"),  # O1
)


def microseconds(moment):
    """Return a moment as whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def distance(start_us, now_us):
    """Return the class of a start."""
    return [name for least, name in DISTANCES if start_us - now_us >= least][-1]


def looked_up(table, key):
    """Return the effects of the one row of a table that fits a key."""
    found = [effects for row, effects in table if fits(row, key)]
    assert len(found) == 1, (key, found)
    return found[0]


def fits(row, key):
    if row == "-**" or row == "T**":
        return key[0] == row[0]
    wanted = row.split(" ")
    return len(wanted) <= len(key) and all(
        one in ("*", given) for one, given in zip(wanted, key[: len(wanted)], strict=True)
    )


def run(*, confirmed, completed, records, now, keywords):
    """Return the sends in their order and the record rows at the end: [(booking, kind)], {booking: 'TFF'}.

    Bookings are (booking, start, options); records are {booking: flags}, a flag T, F or - for missing. `now` is one
    aware moment for the whole run. Only rows that the run wrote are in the result.
    """
    now_us = microseconds(now)
    rows = {num: dict(zip(("confirm", "guide", "event"), flags, strict=True)) for num, flags in records.items()}
    sends, written = [], set()

    def play(num, script):
        for step in filter(None, script.split(";")):
            verb, _, rest = step.partition(" ")
            if verb == "P":
                rows[num] = dict(zip(("confirm", "guide", "event"), rest, strict=True))
                written.add(num)
            elif verb == "S":
                rows[num][rest] = "T"
                written.add(num)
            elif verb == "!":
                sends.append((num, rest))

    for num, start, _ in confirmed:
        where = distance(microseconds(start) // 60_000_000 * 60_000_000, now_us)
        row = rows.get(num)
        play(num, WITHOUT[where] if row is None else looked_up(WITH, (row["guide"], where, row["confirm"])))
    # Korea is nine hours ahead of UTC all year.
    hour = "20" if (now_us + 9 * HOUR_US) // HOUR_US % 24 == 20 else "not"
    for num, _, options in completed:
        wanted = "yes" if [one for one in options for word in keywords if one.count(word)] else "no"
        key = ("not", "20") if hour == "not" else ("20", "some" if num in rows else "none")
        if num in rows and hour == "20":
            key = ("20", "some", rows[num]["event"], wanted)
        play(num, looked_up(COMPLETED, key))
    return sends, {num: "".join(rows[num][kind] for kind in ("confirm", "guide", "event")) for num in written}
