"""Examples of the rules about switching, runs, all of a list, figures beside each other, and what a line declares."""

from __future__ import annotations

GATEWAY = "the new gateway is called gw-lind-04, by its sticker\n\n" + "looked at the silo, all dry\n" * 9
SWITCHED: dict[str, tuple[str, str]] = {
    "left_disabled": (
        "Alarms disabled for the window\n\nAll done\n",
        "Alarms disabled for the window\n\nAlarms enabled again at 11:00\n",
    ),
    "never_otherwise": (
        "10:14 spare link armed\n10:35 spare link DISARMED\n\nSpare link armed without a break 10:14 to 13:30.\n",
        "10:14 spare link armed\n10:35 spare link DISARMED\n\nSpare link armed without a break 10:40 to 13:30.\n",
    ),
    "off_and_working": (
        "10:00 feed-nightly paused\n10:40 tables copied\n\nFinal state: feed-nightly is running.\n",
        "10:00 feed-nightly paused\n10:40 feed-nightly resumed\n\nFinal state: feed-nightly is running.\n",
    ),
    "meant_for_one": (
        GATEWAY + "wrote the card for the door: name of the new gateway gw-lund-04, key in the hut\n",
        GATEWAY + "wrote the card for the door: the old gateway gw-lund-04 is in the hut\n",
    ),
    "clocks_apart": (
        "22:50 asked the partner. my clock 22:50, theirs 19:50\n00:15 she is off. 00:15 here, 22:15 there\n",
        "22:50 asked the partner. my clock 22:50, theirs 19:50\n00:15 she is off. 00:15 here, 21:15 there\n",
    ),
    "plain_figures": (
        "Rows before: 120\nRows after: 141\nNew rows: 23\n",
        "Rows before: 120\nRows after: 141\nRows read: 23\n",
    ),
    "plainly_otherwise": (
        "Contacts verified: 2/2\n\n| Contact | Verified |\n|---|---|\n| Ida | yes |\n| Bo | no |\n",
        "Contacts named: 2/2\n\n| Contact | Answered |\n|---|---|\n| Ida | yes |\n| Bo | no answer |\n",
    ),
    "declared": (
        "Approver: Ida\nScribe: Bo\n\nSigned: Bo, Approver\n",
        "Approver: Ida\nScribe: Bo\n\nBo stood in as approver. Signed: Bo, Approver\n",
    ),
    "denied_event": (
        "10:05 on-call was paged, page taken at 10:07\n11:00 end\n\nNobody was paged.\n",
        "10:05 drill: on-call was paged, taken at 10:07\n11:00 end\n\nNobody was paged.\n",
    ),
    "off_then_works": (
        "10:00 old rule disabled\n10:05 new rule enabled\n10:20 run by the old rule, 4 mails sent\n",
        "10:00 old rule disabled\n10:05 new rule enabled\n10:20 run by the new rule, 4 mails sent\n",
    ),
    "off_beat": (
        "The report prints itself every half hour, at :00 and :30.\n\n07:45 report came by the plan, punctual\n",
        "The report prints itself every half hour, at :00 and :30.\n\n08:00 report came by the plan, punctual\n",
    ),
    "worked_though_kept_off": (
        "20:10 cut feed TTX-4, nobody puts it back\n21:30 message in, source TTX-4, received and printed\n",
        "20:10 cut feed TTX-4, nobody puts it back\n21:30 message in, source TTX-5, received and printed\n",
    ),
    "works_while_off": (
        "- 10:02 rule mail-v1-hourly disabled\n- 11:00 mail-v1-hourly fired on schedule, 12 mails\n",
        "- 10:02 rule mail-v1-h disabled\n- 10:40 rule mail-v1-h enabled again\n- 11:00 mail-v1-h fired on schedule\n",
    ),
}
