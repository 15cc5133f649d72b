"""Examples of the rules about what stands before its cause."""

from __future__ import annotations

CARS = (
    "| car | loaded | reported |\n|---|---|---|\n| 1 | 06:30 | 06:41 |\n| 2 | 06:31 | 06:44 |\n| 3 | 06:32 | 06:43 |\n"
)
BOT = "10:15:02 bot #21 used 1,204\n12:15:03 bot #29 used 9,870\n14:15:02 bot #36 used 21,455\n"
ORDERED: dict[str, tuple[str, str]] = {
    "before_the_first": (
        "19:14 the x-rays are showing on the imaging box\n19:31 imaging box started for the first time\n",
        "19:14 asked for the x-rays to be sent to the imaging box\n19:31 imaging box started for the first time\n",
    ),
    "caused_by_later": (
        "06:30 hum\n06:40 N5 calm\n06:55 hum gone since we swapped the plug\n07:20 Jo swaps the plug\n",
        "06:30 hum\n06:40 Jo swaps the plug\n06:55 hum gone since we swapped the plug\n07:20 Jo swaps the plug of N5\n",
    ),
    "off_schedule": (
        f"coupon bot posts at 10:15, 12:15, 14:15 and 16:15 and at no other time\n{BOT}15:15:02 bot #41 used 27,032\n",
        f"coupon bot posts at 10:15, 12:15, 14:15 and 16:15 and at no other time\n{BOT}15:15:02 Eum #41 bot is fine\n",
    ),
    "columns_in_order": (
        CARS + "| 4 | 06:33 | 06:21 |\n",
        CARS + "| 4 | 06:33 | 06:33 |\n",
    ),
    "steps_in_order": (
        "- 10:05 rule invoices was enabled\n\n- 10:02 first run of the new worker seen\n",
        "- 10:05 rule invoices was enabled again\n\n- 10:02 first run of the new worker seen\n",
    ),
    "plain_limits": (
        "- SLA: 5 min\n- Paged 14:10:00\n- Dana acknowledged 14:16:10\n- Result: SLA met\n",
        "- SLA: 5 min\n- Paged 14:10:00\n- Dana acknowledged 14:16:10\n- Result: SLA met only by Felix, 14:12:00\n",
    ),
    "plain_schedule": (
        "Schedule: weekdays at 09:00\n\nNext run: Saturday 7 February, 09:00\n",
        "Schedule: cron(0 23 ? * MON-FRI *)\n\nNext run: Saturday 7 February, 08:00 KST\n",
    ),
    "plain_duration": (
        "Rollback began at 14:05 and was complete at 14:31, 16 minutes later.\n",
        "Rollback began at 14:05 and was complete at 14:31, and the queue was empty 16 minutes later.\n",
    ),
    "later_cause": (
        "09:58 all here\n10:12 orders fell since the gate was switched at 10:20\n10:20 gate switched\n",
        "09:58 all here\n10:12 orders may have fallen when the gate is switched at 10:20\n10:20 gate switched\n",
    ),
}
