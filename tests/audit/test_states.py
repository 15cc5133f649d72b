"""What was switched off, paused, drained or made read-only does no work, by whatever name the log calls it."""

from __future__ import annotations

import pytest
from tests.audit.logs import rules_in

WORKS = {"works_while_off", "off_and_working", "worked_though_kept_off"}
WRONG = (
    (
        "10:01 pausing ticket intake on a\n"
        "$ mmctl intake pause --cluster mm-eu-a\n"
        "intake mm-eu-a: PAUSED\n"
        "10:15 mm-eu-a intake counter: 64 new tickets taken in the last five minutes\n"
        "10:38 $ mmctl intake resume --cluster mm-eu-a\n"
    ),
    (
        " 4  17:46:15  seatmap-warmer PAUSED. log says: 0 in flight.\n"
        " 6  17:52:10  failover to b issued.\n"
        "\n"
        "NOTES\n"
        "18:06:10  warmer: 212 flights warmed in the last minute\n"
    ),
    (
        "01:52:00 $ kubectl cordon paynode-3\n"
        "node/paynode-3 cordoned\n"
        "02:20:41 $ kubectl get pods -o wide | grep paynode-3\n"
        "pgw-api-7f8b9c6d54-q9wzt 4m paynode-3\n"
    ),
    "10:31:02 info queue batch=3 state=paused\n10:48:20 info batch=3 sent=1004\n",
    "- 21:03 기존 `stock-push` 크론 주석 처리\n- 21:10 함수 배포\n- 21:30 `stock-push` 크론이 312건을 올림\n",
    (
        '{"steps": [\n'
        ' {"at": "2026-05-04T12:00:05Z", "action": "disable-rule", "target": "price-pull-5min"},\n'
        ' {"at": "2026-05-04T12:20:02Z", "action": "invocation", "source": "price-pull-5min", "records": 1204}\n'
        "]}\n"
    ),
    ("02:10 db-old-1 set to read-only\n02:14 db-new-1 promoted\n02:31 db-old-1: 418 rows inserted into orders\n"),
    ("14:02 took web-2 out of the load balancer\n14:20 access log web-2: 1,840 requests in the last 10 minutes\n"),
    (
        '19:58 muted the alarm "queue depth high" for the night\n'
        "20:10 cutover\n"
        '20:41 alarm "queue depth high" paged Okafor\n'
    ),
    ("06:10  Printer 4 taken out of service\n06:30  Printer 2 jams cleared\n07:05  Printer 4 printed 212 labels\n"),
    "08:00 lane 3 scanner unplugged\n08:40 lane 3 scanner read 812 parcels\n",
    (
        "Between 22:00 and 23:00 nobody touched it.\n22:10 relay-2 taken out of the rotation\n"
        "23:00 relay-2 delivered 1,410 mails\n"
    ),
    (
        "| 시각 | 작업 |\n"
        "|---|---|\n"
        "| 01:10 | 2호기 정지 |\n"
        "| 02:05 | 2호기에서 라벨 812장 출력 |\n"
        "| 02:30 | 2호기 재가동 |\n"
    ),
    "13:02 스케줄 hourly-cache 비활성화\n14:00 hourly-cache 실행, 3,112건 갱신\n14:20 hourly-cache 활성화\n",
    "09:00 feature flag instant-refund switched off\n09:30 42 refunds went out through instant-refund\n",
    (
        "[2026-03-03T21:02:10Z] $ docker stop thumb-worker-3\n$ docker logs thumb-worker-3\n"
        "2026-03-03T21:12:44Z thumb 88123 done in 212 ms\n"
    ),
    "03:00 gateway g2 powered down\n03:20 disk replaced\n03:25 g2 took 212 calls\n03:40 g2 powered up\n",
    "18:00 The night lift B is locked out.\n19:10 Lift B carried the trolleys.\n20:00 lift B unlocked.\n",
    "02:00 write access revoked on ledger-old\n02:40 ledger-old has 12 new rows in postings\n",
    (
        "22:51 made, not yet active:\n\n"
        "   $ aws scheduler create-schedule --name inv-2300 \\\n"
        "       --schedule-expression 'cron(0 23 * * ? *)' \\\n"
        "       --flexible-time-window Mode=OFF --state DISABLED \\\n"
        "       --target file://t.json\n\n"
        "23:00:04  task started by the schedule inv-2300\n"
    ),
    (
        '[\n{"at": "2026-03-01T10:00:00Z", "call": "CreateSchedule", "name": "inv-2300", "p": {"State": "DISABLED"}},\n'
        '{"at": "2026-03-01T11:00:00Z", "event": "invocation", "name": "inv-2300", "records": 12}\n]\n'
    ),
    "22:51 규칙 inv-hourly 를 비활성 상태로 만들었다.\n23:00 inv-hourly 가 첫 실행을 했다. 112건 처리.\n",
    (
        "10:01 the new rule inv-hourly exists, state DISABLED as agreed.\n"
        "11:01 inv-hourly invoked the function, 12 invoices.\n"
    ),
    (
        "20:18  delegation changed to the four new servers.\n\n"
        "20:31  rolled back: delegation set to the two basement servers. I did not want to wait.\n\n"
        "- The new servers have been answering since 20:18 without interruption.\n"
    ),
    (
        "[10:06] Tobias: alias live of invoice-mailer to 18\n"
        "[10:32] 차유림: alias live 17로 롤백 확인했습니다\n"
        "[10:58] 차유림: live alias는 10:06부터 지금까지 계속 버전 18입니다\n"
    ),
    (
        "| Time | What |\n|---|---|\n| 09:00 | checkout pool moved to green |\n"
        "| 09:40 | checkout pool rolled back |\n\n"
        "Result: checkout has run on green ever since 09:00.\n"
    ),
    (
        "09:00 검색 트래픽을 신규 클러스터로 전환\n09:50 검색 트래픽 원복 완료\n\n"
        "신규 클러스터는 09:00 이후 중단 없이 검색 트래픽을 처리 중.\n"
    ),
    (
        '[{"t": "01:06:30", "do": "price-feed alias to 57"},\n'
        ' {"t": "01:40:00", "do": "price-feed alias rolled back to 56"},\n'
        ' {"t": "02:00:00", "do": "end: price-feed on 57 continuously from 01:06:30"}]\n'
    ),
)
RIGHT = (
    "09:00 node-1, node-2 cordoned\n09:30 2 nodes uncordoned\n09:40 12 pods scheduled on node-1\n",
    (
        "13:00 coupon-worker scaled to 0\n"
        "13:20 coupon-worker: 2 replicas started\n"
        "13:30 coupon-worker: 412 coupons sent\n"
    ),
    "02:00 replication to db-b paused\n02:20 replication caught up\n02:30 db-b took 40 reads\n",
    "20:00 pump 1 stopped for the test\n20:30 test over\n20:40 pump 1 pumped 400 l, 3 tanks filled\n",
    "10:00 thumb-worker-3 stopped\n10:01 thumb-worker-3 exited after 12 jobs done\n",
    (
        "$ kubectl delete pod kafka-4\n"
        'pod "kafka-4" deleted\n'
        "13:49:15 $ kubectl get pods\n"
        "kafka-4   2/2   Running   0   14m\n"
    ),
    "17:46 seatmap-warmer paused.\n17:59 Ines let the warmer go on.\n18:06 warmer: 212 flights warmed\n",
    "21:03 coupon-worker stopped\n21:04 coupon-worker finished the 12 it had in hand\n",
    "10:01 paused intake on mm-eu-a\n10:15 mm-eu-b: 64 new tickets taken\n10:20 mm-eu-a: 0 tickets taken\n",
    "08:00 Printer 4 taken out of service\n08:20 Printer 4 fixed\n08:30 Printer 4 printed 212 labels\n",
    "08:00 Lane 3 stopped for cleaning until 08:20\n08:40 Lane 3 sorted 812 parcels\n",
    "10:31 batch 3 paused, wrong hours\n10:42 template corrected, Elske says go\n10:45 batch 3 sent 100\n",
    (
        "21:00 db-old-1 set to read-only\n"
        "21:04 last write on db-old-1 was at 20:59:58, 12 rows inserted\n"
        "21:10 40 orders were written to db-new-1\n"
    ),
    ("21:00 db-old-1 read-only\n21:30 rolled back, db-old-1 read-write again\n21:40 db-old-1: 40 rows inserted\n"),
    (
        '21:00 alarm "queue depth high" muted\n'
        '21:40 alarm "queue depth high" unmuted\n'
        '21:45 alarm "queue depth high" paged Kim\n'
    ),
    (
        "21:03 기존 `stock-push` 크론 주석 처리\n"
        "21:10 롤백하기로 함, 크론 원복\n"
        "21:30 `stock-push` 크론이 312건을 올림\n"
    ),
    (
        "$ kubectl drain node-3\n"
        "node/node-3 drained\n"
        "21:10:00 $ kubectl get pods -o wide\n"
        "node-exporter-7kq2x   1/1   Running   0   211d   10.0.0.3   node-3\n"
    ),
    ("seatmap-warmer stopped at 21:00 on host a.\nseatmap-warmer runs on host b since 21:05. 412 flights warmed.\n"),
    (
        "21:00 stopped poller-a; poller-b takes over\n"
        "21:10 poller-b: 412 rows fetched (poller-a: 398 in the run before)\n"
    ),
    "09:00 line 2 halted\n09:30 line 2 running\n09:40 line 2 packed 40 boxes\n",
    "09:00 charger 7 unplugged\n09:30 charger 7 plugged in, green\n09:40 charger 7: 3 cars charged\n",
    (
        "21:00 node-1 cordoned\n"
        "node-1   Ready,SchedulingDisabled   <none>   91d\n"
        "21:10 node-1 uncordoned\n"
        "21:20 node-1 runs 7 pods\n"
    ),
    # What a program printed may be older than a stop without a time.
    "$ docker stop thumb-worker-3\n$ docker logs thumb-worker-3\n2026-03-03T21:12:44Z thumb 88123 done in 212 ms\n",
    (
        '$ kubectl patch cronjob ledger-close -p \'{"spec":{"suspend":true}}\'\n'
        "cronjob.batch/ledger-close patched\n"
        "$ kubectl get jobs\n"
        "NAME                    STATUS     COMPLETIONS   DURATION   AGE\n"
        "ledger-close-29415270   Complete   1/1           4m12s      9h\n"
    ),
    (
        "03:10:40 $ ssh pg-a sudo systemctl stop postgresql@15-main\n"
        '03:14:00 $ ssh pg-c "grep primary_conninfo standby.conf"\n'
        "primary_conninfo = 'host=pg-a user=repl'\n"
        '03:14:30 $ ssh pg-c "sed -i s/host=pg-a/host=pg-b/ standby.conf && systemctl reload postgresql@15-main"\n'
    ),
    (
        "[22:04:10] $ kubectl scale deploy/ingest-worker --replicas=6\n"
        "[22:05:31] $ kubectl annotate scaledobject ingest-worker autoscaling.keda.sh/paused-\n"
        "scaledobject.keda.sh/ingest-worker annotated\n"
        "[22:12:04] $ kubectl get pods -l app=ingest-worker\n"
        "ingest-worker-6d9c7f5b84-2kxqz   1/1     Running   0          7m54s\n"
    ),
    (
        "| Flag | Before | After | When |\n"
        "|---|---|---|---|\n"
        "| `checkout-v3` | off | on | 10:05 |\n"
        "| `checkout-v2` | on | off | 10:06 |\n\n"
        "11:00 `checkout-v3`: 1,204 orders since 10:05, error rate as before.\n"
    ),
    # A schedule of a longer name took the rule's place.
    (
        "[23:47:02Z] $ aws events disable-rule --name statement-nightly\n"
        "[23:53:05Z] $ aws scheduler get-schedule --name statement-nightly-osl --query State\n"
        '"ENABLED"\n'
    ),
    "22:51 규칙 inv-hourly 를 꺼진 상태로 만들고 22:58 에 켰다.\n23:00 inv-hourly 가 첫 실행을 했다. 112건 처리.\n",
    (
        "22:51 made, not yet active:\n\n"
        "   $ aws scheduler create-schedule --name inv-2300 \\\n"
        "       --schedule-expression 'cron(0 23 * * ? *)' --state DISABLED\n\n"
        "22:58 inv-2300 enabled in the console\n"
        "23:00:04  task started by the schedule inv-2300\n"
    ),
    "10:01 the new rule inv-hourly exists, state DISABLED.\n10:20 inv-hourly invoked once by hand, 12 invoices.\n",
    (
        "| 08:30 | queue `rep-jobs-old` deleted |\n\n"
        "08:31 `aws sqs get-queue-url --queue-name rep-jobs-old` answers `QueueDoesNotExist`.\n"
    ),
    "10:01 cache-a 쓰기 중지(read only)\n10:04 앱을 cache-b 로 돌림\n10:05 cache-b 에 쓰기 들어옴, 초당 140\n",
    (
        "remind-0800 fired in both accounts. At 08:06 the rule in the old account was disabled.\n\n"
        "10:30 names are remind-0800-old and remind-0800-new from now on; 3,120 mails sent\n"
    ),
    (
        '[{"at_sgt": "10:30", "what": "old worker stopped"},\n'
        '{"at_sgt": "10:51", "what": "watch of the first four runs ended"}]\n'
    ),
    (
        '[{"do": "disable the rule", "chat_id": -1002047716389},\n'
        '{"chat_id": -1002047716389, "text": "The new function is live, first run 10:12."}]\n'
    ),
    (
        "20:18  delegation changed to the four new servers.\n\n"
        "20:31  rolled back: delegation set to the two basement servers.\n\n"
        "20:50  second try, delegation to the new servers.\n\n"
        "- The mail servers have been answering since 20:18 without interruption.\n"
    ),
    (
        "09:00 checkout pool moved to green\n09:40 the mail template was rolled back\n\n"
        "Result: checkout has run on green ever since 09:00.\n"
    ),
    (
        "09:00 checkout pool moved to green\n\n09:40 nothing to roll back: the checkout pool is fine\n\n"
        "Result: the checkout pool has run on green ever since 09:00.\n"
    ),
    "09:00 검색 전환\n09:50 검색 원복 완료\n10:30 검색 다시 전환\n\n검색은 10:30부터 계속 신규 클러스터에서 처리 중.\n",
    (
        "# Move\n\n09:00 `prt-vm-1` switched off at the wall.\n\n## If it must go back\n\n"
        "Switch `prt-vm-1` on, take the `#` away, and set the service to zero.\n"
    ),
    (
        "[13:00:12] root@gw-2:~# systemctl stop relay-smtp\n"
        "[13:01:10] root@gw-1:~# journalctl -u relay-smtp -n 1 --no-pager\n"
        "Jan 14 13:01:02 gw-1 relay-smtp[811]: delivered=12 queue=0\n"
    ),
    (
        "한비: 14:00 promo-worker 내렸어요\n오람: 14:02 확인\n한비: 14:10 promo-worker 새 이미지로 올립니다\n"
        "오람: 14:11 promo-worker 3/3, 밀린 880건 처리 시작\n"
    ),
    "10:00 promo-worker stopped\n10:09 bringing promo-worker up on the new image\n10:11 promo-worker sent 880 mails\n",
)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_off_and_works_is_found(text: str) -> None:
    assert WORKS & rules_in(text)


@pytest.mark.parametrize("text", RIGHT)
def test_what_may_be_on_again_is_left_alone(text: str) -> None:
    assert not {*WORKS, "left_disabled"} & rules_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "09:15 Scanner B stopped, paper dust. 09:33 it ran again. Eighteen minutes.\n",
        "11:02:24 Belts 1 to 4 stopped.\n\n11:09:44 7.4 written to belt 1.\n",
    ],
)
def test_what_came_back_or_is_only_written_to_does_no_work(text: str) -> None:
    assert "works_while_off" not in rules_in(text)
