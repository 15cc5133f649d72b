"""For each rule a piece of a log that it must find something in, and one like it that is right."""

from __future__ import annotations

from tests.audit.order_examples import ORDERED
from tests.audit.switched_examples import SWITCHED
from tests.audit.twice_examples import TWICE

TELEGRAM = "## Telegram\n\n### Result\n\n**Sent at:** 2026-01-14 10:00:00 KST\n"
WEBHOOK = "## Slack\n\nWebhook Endpoint: in the secret store\n\n### Result\n\n**Sent at:** 2026-01-14 10:00:00 KST\n"
BOT = "## Slack (chat.postMessage)\n\n### Result\n\n**Sent at:** 2026-01-14 10:00:00 KST\n"
CONTACTS = (
    "| Contact | Role | Channel | Acknowledged |\n|---|---|---|---|\n"
    "| Ida | Lead | Slack | {} |\n| Min-jun | Ops | Slack | yes |\n"
)
WAVES = "| Wave | Failed | Retried ok |\n|---|---|---|\n| W1 | 3 | 3 |\n| W2 | 5 | {} |\n\n"
BEGAN = "START RequestId: 5b7e1d92-8c04-4f3a-b6a9-13d0e8f27c65 Version: 4"
LEADER = "10:05 The leader opens the ceremony.\n11:50 The leader closes the ceremony.\n\n"
RELAY = (
    "All must be over by 06:00.\n\n05:10 relay stopped\n{} relay started again\n\nEverything was done before 06:00.\n"
)


def fenced(text: str, language: str = "") -> str:
    return f"\n```{language}\n{text}\n```\n"


EXAMPLES: dict[str, tuple[str, str]] = {
    "ack_channel": (
        CONTACTS.format("yes") + TELEGRAM + "\n- Ida: ACK at 10:00:20 KST\n",
        CONTACTS.format("yes") + BOT + "\n- Ida: ACK at 10:00:20 KST\n",
    ),
    "ack_equals_send_time": (
        TELEGRAM + "\n| Who | Role | Ack time |\n|---|---|---|\n| Ida | Lead | 10:00:00 |\n",
        TELEGRAM + "\n| Who | Role | Ack time |\n|---|---|---|\n| Ida | Lead | 10:00:41 |\n",
    ),
    "ack_in_its_own_request": (
        TELEGRAM + fenced("Ida: acknowledged at 10:01:00 KST"),
        TELEGRAM + fenced("Please acknowledge by 10:15:00 KST; deployment was confirmed at 09:58:00 KST"),
    ),
    "ack_without_a_way": (
        WEBHOOK + fenced('{"blocks": [{"type": "divider"}]}', "json") + "\n- Acknowledgement received from Ida\n",
        WEBHOOK
        + fenced('{"blocks": [{"type": "actions", "elements": [{"type": "button", "action_id": "a"}]}]}', "json")
        + "\n- Acknowledgement received from Ida\n",
    ),
    "acknowledged_what": (
        TELEGRAM
        + TELEGRAM.replace("Result", "Drill")
        + "- ACK by Ida\n\n## Telegram summary\n\nThe team acknowledged all notifications\n",
        TELEGRAM
        + "- ACK by Ida\n"
        + TELEGRAM.replace("Result", "Drill")
        + "- ACK by Ida\n\n## Telegram summary\n\nThe team acknowledged all notifications\n",
    ),
    "all_but_a_row": (
        WAVES.format(4) + "Every failed mail went through on the retry.\n",
        WAVES.format(5) + "Every failed mail went through on the retry.\n",
    ),
    "all_in_time": (
        BOT + "\nPaged 10:00:00 KST.\n\n"
        "| Who | Acked at |\n|---|---|\n| Ida | 10:01:10 KST |\n| Min-jun | 10:07:18 KST |\n\n"
        "Both acks inside the 5 min SLA.\n",
        BOT + "\nPaged 10:00:00 KST.\n\n"
        "| Who | Acked at |\n|---|---|\n| Ida | 10:01:10 KST |\n| Min-jun | 10:04:18 KST |\n\n"
        "Both acks inside the 5 min SLA.\n",
    ),
    "all_of_some": (
        CONTACTS.format("no") + "\nAll contacts acknowledged.\n",
        CONTACTS.format("yes") + "\nAll contacts acknowledged.\n",
    ),
    "aws_answer_values": (
        '$ aws events describe-rule --name a\n{"Name": "a", "State": "INACTIVE"}\n',
        '$ aws events describe-rule --name a\n{"Name": "a", "State": "DISABLED"}\n',
    ),
    "aws_cli_output": (
        "$ aws events enable-rule --name a\n{}\n",
        "$ aws events enable-rule --name a\n$ aws events describe-rule --name a\n{}\n",
    ),
    "buttons_not_measured": (BOT + "\n- Buttons are functional\n", BOT + "\n- Buttons: Acknowledge, Roll back\n"),
    "copied_clock": (
        "".join(
            TELEGRAM.replace("Result", f"Part {n}").replace("10:00:00", f"10:0{n}:00")
            + f"Chat timestamp: 2026-01-14 10:0{n}:00 KST\n\n"
            for n in (1, 2, 3)
        ),
        "".join(
            TELEGRAM.replace("Result", f"Part {n}").replace("10:00:00", f"10:0{n}:00")
            + f"Chat timestamp: 2026-01-14 10:0{n}:0{n % 2} KST\n\n"
            for n in (1, 2, 3)
        ),
    ),
    "counted_list": (
        "Four hosts were patched:\n\n- web-1\n- web-2\n- db-1\n",
        "Three hosts were patched:\n\n- web-1\n- web-2\n- db-1\n",
    ),
    "counters_go_up": (
        "- 10:02 journal entry 80412\n- 10:12 journal entry 80415\n- 10:33 journal entry 80398\n",
        "- 10:02 journal entry 80412\n- 10:12 journal entry 80415\n- 10:33 journal entry 80431\n",
    ),
    "counts_against_messages": (
        TELEGRAM + BOT + "\n## Summary\n\nTotal notifications sent: 4 (2 Telegram + 2 Slack)\n",
        TELEGRAM + BOT + "\n## Summary\n\nTotal notifications sent: 2 (1 Telegram + 1 Slack)\n",
    ),
    "dangling_reference": (
        "## Step 1\n\nas in step 4\n\n## Step 2\n",
        "## Step 1\n\nas in step 2, [there](#step-2)\n\n## Step 2\n",
    ),
    "duration_start_end": (
        "Started: 10:00:00 UTC\nFinished: 10:02:25 UTC\nDuration: 45 s\n",
        "Started: 10:00:00 UTC\nFinished: 10:02:25 UTC\nDuration: 2 min 25 s\n",
    ),
    "done_in_time": (
        RELAY.format("06:14"),
        RELAY.format("05:44"),
    ),
    "duration_in_summary": (
        "10:04:30 deploy started\n10:21:15 state COMPLETED\n\nIt took 11 min 45 s from deploy to COMPLETED.\n",
        "10:04:30 deploy started\n10:21:15 state COMPLETED\n\nIt took 16 min 45 s from deploy to COMPLETED.\n",
    ),
    "duration_of_steps": (
        "10:00 reindex started\n10:30 reindex finished\n\nThe reindex took 45 minutes.\n",
        "10:00 reindex started\n10:30 reindex finished\n\nThe reindex took half an hour, the export 3 minutes.\n",
    ),
    "duration_of_all": (
        "- 14:00 start\n- 14:20 end (took 25 min)\n",
        "- 14:00 start\n- 14:20 end (took 20 min)\n",
    ),
    "duration_near": (
        LEADER + "The ceremony occupied two hours and a quarter.\n",
        LEADER + "The ceremony occupied an hour and three quarters.\n",
    ),
    "duration_slip": (
        "10:02:14 gate handed over\n10:19:51 812 tokens copied\n-- 27m37s\n",
        "10:02:14 gate handed over\n10:19:51 812 tokens copied\n-- 27m39s by the vendor's own count\n",
    ),
    "duration_of_subject": (
        "10:02 gate closed\n10:26 gate opened again\n\nSummary: the gate was closed for 14 minutes.\n",
        "10:02 gate closed\n10:26 gate opened again\n\nSummary: the gate was closed for 24 minutes.\n",
    ),
    "effect_before_cause": (
        "| who | called | answered |\n|---|---|---|\n| Dana | 10:05 | 10:02 |\n",
        "| who | called | answered |\n|---|---|---|\n| Dana | 23:58 | 00:02 |\n",
    ),
    "effect_in_words": (
        "10:12:30 compared, this after the new engine took over at 10:20:44\n",
        "10:22:30 compared, this after the new engine took over at 10:20:44\n",
    ),
    "at_least_one": (
        "| branch | sent |\n|---|---|\n| Mill | 4 |\n| Quay | 0 |\n| Hill | 2 |\n\nEach branch had at least one.\n",
        "| branch | sent | lost |\n|---|---|---|\n| Mill | 4 | 0 |\n| Quay | 1 | 0 |\n\nEach sent at least one.\n",
    ),
    "every_one": (
        "| host | serial |\n|---|---|\n| a | E0 |\n| b | E0 |\n| c | 7C |\n| d | E0 |\n\nAll show the new serial.\n",
        "| host | reload |\n|---|---|\n| a | ok |\n| b | failed, second go ok |\n| c | ok |\n\nAll three are up.\n",
    ),
    "first_run_told": (
        TELEGRAM + fenced("First run succeeded: 20 rows") + fenced(f"2026-01-14T01:10:01Z {BEGAN}"),
        TELEGRAM + fenced("First run succeeded: 20 rows") + fenced(f"2026-01-14T00:59:01Z {BEGAN}"),
    ),
    "http_status": ("Message posted (HTTP 403)\n", "Refused with HTTP 403, posted on the second attempt\n"),
    "ids_go_up": (
        TELEGRAM
        + "Message ID: 4410\n"
        + TELEGRAM.replace("Result", "Drill").replace("10:00:00", "10:05:00")
        + "Message ID: 4409\n",
        TELEGRAM
        + "Message ID: 4410\n"
        + TELEGRAM.replace("Result", "Drill").replace("10:00:00", "10:05:00")
        + "Message ID: 4417\n",
    ),
    "impossible_time": ("On Tue, 2026-01-14 at 14:61:00 KST\n", "On Wed, 2026-01-14 at 14:51:00 KST\n"),
    "inside_window": (
        "Change window: 06:00 - 07:00\n\n* 05:52 rule enabled, inside the approved window\n",
        "Change window: 06:00 - 07:00\n\n* 06:12 rule enabled, inside the approved window\n",
    ),
    "kubectl_output": (
        "NAME   READY   STATUS    RESTARTS   AGE\napi-1   3/2     Running   0          12m\n",
        "NAME   READY   STATUS    RESTARTS   AGE\napi-1   2/2     Running   0          12m\n",
    ),
    "kubectl_sentence": (
        "$ kubectl -n a delete job/tidy\n1 job removed, 0 pods left behind.\n",
        '$ kubectl -n a delete job/tidy\njob.batch "tidy" deleted\n12:01 1 job removed, 0 pods left behind.\n',
    ),
    "lambda_report": (
        "REPORT Duration: 812.34 ms\tBilled Duration: 900 ms\tMemory Size: 512 MB\tMax Memory Used: 412 MB\n",
        "REPORT Duration: 812.34 ms\tBilled Duration: 813 ms\tMemory Size: 512 MB\tMax Memory Used: 412 MB\n",
    ),
    "limit_kept": (
        "Drill page sent 10:05:00, ack limit 5 min.\n\n10:11:30 Bea acked\n\nAll answers came within the limit.\n",
        "Drill page sent 10:05:00, ack limit 5 min.\n\n10:08:30 Bea acked\n\nAll answers came within the limit.\n",
    ),
    "message_reports_itself": (
        TELEGRAM + fenced("- Telegram alert: RECEIVED"),
        TELEGRAM + fenced("- Start message: accepted by Telegram at 09:58"),
    ),
    "named_before": ("list a-warm\n\nlist a-hot, made today\n", "list a-warm\n\nlist a-hot, another, made today\n"),
    "near_hosts": (
        "Host: billing.tarn.example\n\nmoved\n\nbilling.tarn.example answers\n\nseen: https://bills.tarn.example/up\n",
        "Host: billing.tarn.example\n\nmoved\n\nbilling.tarn.example answers\n\nseen: https://shop.tarn.example/up\n",
    ),
    "near_people": (
        "On call: Priya Nair\n\n10:02 Priya Nair at the desk\n\nSigned: Priya Nayr\n",
        "On call: Priya Nair\n\n10:02 Priya Nair at the desk\n\nSigned: Pavla Navratil\n",
    ),
    "near_names": (
        "load balancer edge-shop-alb is new\n\nthe certificate was put there\n\nchecked: shop-edge-alb answers\n",
        "load balancer edge-shop-alb is new\n\nthe certificate was put there\n\nchecked: edge-shop-alb answers\n",
    ),
    "near_product": (
        "- sent by mistake: 18,420 accepted\n- price of one message: $0.0075\n- extra cost: $183.15\n",
        "- sent by mistake: 18,420 accepted\n- price of one message: $0.0075\n- extra cost: $138.15\n",
    ),
    "near_sum": (
        fenced('{"accrued": 702, "expired": 118, "corrected": 30, "written": 860}', "json"),
        fenced('{"accrued": 702, "expired": 118, "corrected": 30, "written": 850}', "json"),
    ),
    "next_run": (
        "Date: 2026-04-01\n\nRule close, cron(0 6 ? * MON-FRI *)\n\nNext run: Saturday 4 April, 15:00 KST\n",
        "Date: 2026-04-01\n\nRule close, cron(0 6 ? * MON-FRI *)\n\nNext run: Friday 3 April, 15:00 KST\n",
    ),
    "no_delivery_receipt": (TELEGRAM + "Status: DELIVERED\n", TELEGRAM + "Status: accepted; SMS delivered: 3\n"),
    "no_read_receipt": (TELEGRAM + "Seen by all\n", TELEGRAM + "Nobody can tell whether it was seen by all\n"),
    "not_attached": (
        "Attachments (2): move-plan.pdf, dig-before.txt\n\ndig-after.txt, attached to this.\n",
        "Attachments (2): move-plan.pdf, dig-before.txt\n\ndig-before.txt, attached to this.\n",
    ),
    "off_and_working": (
        "10:00 feed-nightly paused\n10:40 tables copied\n\nFinal state: feed-nightly is running.\n",
        "10:00 feed-nightly paused\n10:40 feed-nightly resumed\n\nFinal state: feed-nightly is running.\n",
    ),
    "only_one": (
        "We touch gw-route-b, no other rule.\n\n13:24 rule gw-route-2 switched on, messages flow\n",
        "We touch gw-route-b, no other rule.\n\n13:24 rule gw-route-2 looked at, it stays as it was\n",
    ),
    "one_otherwise": (
        "09:20 shop-5 still on the old address\n\nThen came the tea.\n\nEvery shop is on the new address.\n",
        "09:20 shop-5 on the old address\n\n09:40 shop-5 moved\n\nEvery shop is on the new address, shop-5 too.\n",
    ),
    "other_name": (
        "target: function `clinic-remind-fn`\n\nfunction: `clinic-reminder-prod` (the only one of this rule)\n",
        "target: function `clinic-remind-fn`\n\nfunction: `clinic-remind-fn` (the only one of this rule)\n",
    ),
    "none_but_some": (
        "api: 17 writes failed for good\n\nNot a single failed write from start to end.\n",
        "api: 0 writes failed for good\n\nNot a single failed write from start to end.\n",
    ),
    "outside_window": (
        "Log period: 10:00-11:00 KST\n" + TELEGRAM.replace("10:00:00", "11:20:00"),
        "Log period: 10:00-11:00 KST\n" + TELEGRAM.replace("10:00:00", "10:20:00"),
    ),
    "parts_of_whole": (
        "20 letters, 17 delivered, 1 returned, 4 lost\n",
        "20 letters, 17 delivered, 1 returned, 2 lost\n",
    ),
    "percent_of_count": ("SMS: 19/20 (100%)\n", "SMS: 19/20 (95%), memory 412 MB of 512 MB (80 %)\n"),
    "placeholder_ids": ("Request ID: 123456789\n", "Request ID: 617203948\n"),
    "products": ("SMS 2,380 x 27 = 64,620\n", "SMS 2,380 x 27 = 64,260\n"),
    "promise_kept": (
        "The RTO is 15 minutes. Service was lost at 03:10 and restored at 03:32, so the RTO was met.\n",
        "The RTO is 15 minutes. Service was lost at 03:10 and restored at 03:22, so the RTO was met.\n",
    ),
    "rate_of_outcomes": (
        "- due 3,200\n- sent 3,168\n- success rate 99.8 %\n",
        "- due 3,200\n- sent 3,168\n- success rate 99.0 %\n",
    ),
    "response_time": (
        TELEGRAM + "- ACK by Ida at 10:00:40 KST\n- Response time: 12 seconds\n",
        TELEGRAM + "- ACK by Ida at 10:00:40 KST\n- Response time: 40 seconds\n",
    ),
    "schedule_expression": ("schedule rate(20 minute)\n", "schedule rate(20 minutes), cron(0 5 * * ? *)\n"),
    "schedule_first_run": (
        "Rule a (rate(5 minutes)) was enabled at 10:00:00\n\nFirst run at 10:17:00\n",
        "Rule a (rate(20 minutes)) was enabled at 10:00:00\n\nFirst run at 10:17:00\n",
    ),
    "schedule_runs": (
        "crontab: 10 * * * * /opt/feed/run\n\n- 10:40:02 scheduled run, 9 rows\n",
        "crontab: 10 * * * * /opt/feed/run\n\n- 10:10:02 scheduled run, 9 rows\n",
    ),
    "sla_verdict": (
        "Answered after 18 min, within the SLA of 15 min\n",
        "Answered after 12 min, within the SLA of 15 min\n",
    ),
    "slack_answer": (
        '{"ok": true, "channel": "C08DM4XK1RS", "ts": ""}\n',
        '{"ok": false, "error": "not_in_channel"}\n',
    ),
    "slack_empty_text": (
        BOT + fenced('{"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": ""}]}]}', "json"),
        BOT + fenced('{"blocks": [{"type": "section", "fields": [{"type": "mrkdwn", "text": "–"}]}]}', "json"),
    ),
    "slack_limits": (
        BOT
        + fenced(
            '{"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "' + "x" * 151 + '"}}]}', "json"
        ),
        BOT
        + fenced(
            '{"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "' + "x" * 150 + '"}}]}', "json"
        ),
    ),
    "slack_ts_clock": (BOT + "ts: 1736816400.000100\n", BOT + "ts: 1768352400.418209\n"),
    "slack_ts_shape": (BOT + "ts: ts-1768352400.418209\n", BOT + "ts: 1768352400.418209\n"),
    "sums": ("New SMS: 8\nReminder SMS: 15\nTotal SMS: 20\n", "New SMS: 8\nReminder SMS: 12\nTotal SMS: 20\n"),
    "swapped_digits": (
        "DNS move: INFRA-3388. Certificates: INFRA-3391.\n\nAll are renewed, INFRA-3319 is closed.\n",
        "DNS move: INFRA-3388. Certificates: INFRA-3391.\n\nAll are renewed, INFRA-3391 is closed.\n",
    ),
    "t_plus": (
        "T+0 10:00:00 KST on\nT+30 min 10:12:00 KST done\n",
        "T+0 10:00:00 KST on\nT+12 min 10:12:10 KST done\n",
    ),
    "telegram_id_shape": (
        '{"ok": true, "result": {"message_id": "msg_88219", "chat": {"id": -1001987346021}}}\n',
        '{"ok": true, "result": {"message_id": 88219, "chat": {"id": -1001987346021}}}\n',
    ),
    "telegram_private_chat": (
        TELEGRAM + "Chat ID: 5511203344\n\nAcknowledged by the whole team\n",
        TELEGRAM + "Chat ID: -1005511203344\n\nAcknowledged by the whole team\n",
    ),
    "time_kept": (
        "**약속한 시간** 13:30 ~ 15:30\n\n15:48 섬말 중계기 새것으로\n\n- 정한 시간 안에 중계기를 갈았다.\n",
        (
            "**약속한 시간** 13:30 ~ 15:30\n\n15:20 섬말 중계기 새것으로\n15:48 중계기 사진을 보냄\n\n"
            "- 정한 시간 안에 중계기를 갈았다.\n"
        ),
    ),
    "times_backwards": (
        "- 10:00 a\n- 10:05 b\n- 10:02 c\n- 10:09 d\n- 10:11 e\n",
        "- 10:00 a\n- 10:05 b\n- 10:05 c\n- 10:09 d\n- 10:11 e\n",
    ),
    "the_new_one": (
        "Failed over to pg-seoul-b at 02:10.\n\nlag is 0\n\nHand-over: new primary pg-seoul-c\n",
        "Failed over to pg-seoul-b at 02:10.\n\nlag is 0\n\nHand-over: new primary pg-seoul-b\n",
    ),
    "told_before_known": (
        "Message sent at 10:24:50:\n\n> First run 10:20, 48 documents.\n> Second run 10:40 also clean.\n",
        "Message sent at 10:24:50:\n\n> First run 10:20, 48 documents.\n> Next run at 10:40.\n",
    ),
    "told_differently": (
        TELEGRAM + fenced("SMS: 20/20") + BOT + fenced("SMS: 19/20"),
        TELEGRAM + fenced("SMS: 20/20") + BOT + fenced("SMS: 20/20"),
    ),
    "total_elsewhere": (
        "| kind | rows |\n|---|---|\n| invoice | 31 |\n| reminder | 9 |\n| note | 4 |\n\nThe run sent 46 documents.\n",
        "| kind | rows |\n|---|---|\n| invoice | 31 |\n| reminder | 9 |\n| note | 4 |\n\nThe run sent 44 documents.\n",
    ),
    "total_in_words": (
        "North: 7 lockers flashed\nEast: 5 lockers flashed\nSouth: 11 lockers flashed\n\nAll 25 lockers are done.\n",
        "North: 7 lockers flashed\nEast: 5 lockers flashed\nSouth: 11 lockers flashed\n\nAll 23 lockers are done.\n",
    ),
    "two_roles": (
        CONTACTS.format("yes") + "\nName: Ida\nRole: Observer\n",
        CONTACTS.format("yes") + "\nName: Ida\nRole: Lead\n",
    ),
    "webhook_ignores_fields": (
        WEBHOOK + fenced('{"channel": "#ops", "text": "done"}', "json"),
        WEBHOOK + fenced('{"text": "done"}', "json"),
    ),
    "webhook_returns_no_ts": (WEBHOOK + "Message ID: 1768352400.418209\n", WEBHOOK + "Answer: HTTP 200, ok\n"),
    "webhook_thread": (WEBHOOK + "- Visible in thread\n", WEBHOOK + "- accepted (HTTP 200); there is no thread\n"),
    "window_kept": (
        "Window: 10:00-11:00 KST\n\n- 11:40 listener deleted\n\nAll changes were done inside the window.\n",
        "Window: 10:00-11:00 KST\n\n- 10:40 listener deleted\n\nAll changes were done inside the window.\n",
    ),
    "wrong_sibling": (
        "node-07 cordoned\n\nnode-07 drained\n\nnode-07 stopped\n\nThe bad node-17 stays out.\n",
        "node-07 cordoned\n\nnode-07 drained\n\nnode-07 stopped\n\nThe other one, node-17, is fine.\n",
    ),
    "zone_by_place": (
        "21:05 UTC was 14:05 in Wellbury\n\n21:16 UTC (15:16 Wellbury): Ode looks from outside\n",
        "21:05 UTC was 14:05 in Wellbury\n\n21:16 UTC (15:16 Harwood): Ode looks from outside\n",
    ),
    "zone_in_words": (
        "Time of the failover per the event: 2026-02-09T05:12:33Z\nIn our log that is 15:12:33 KST.\n",
        "Time of the failover per the event: 2026-02-09T05:12:33Z\nIn our log that is 14:12:33 KST.\n",
    ),
    "zone_slip": (
        "2026-07-23T06:20:02Z first run starts\n\nstarted | 14:20:02 KST\n",
        "2026-07-23T06:20:02Z first run starts\n\nstarted | 15:20:02 KST\n",
    ),
    "zones": ("done at 14:00 KST (06:00 UTC)\n", "done at 14:00 KST (05:00 UTC)\n"),
    **SWITCHED,
    **ORDERED,
    **TWICE,
}
