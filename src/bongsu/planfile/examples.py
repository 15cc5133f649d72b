"""An example of every key of a plan, by the section of docs/plan.md that it stands in.

Each is a part of a plan that `bongsu check` takes when it is put into plans/naver-sms.yaml; a test does that, and
finds every key of the section in its example.
"""

from __future__ import annotations

EXAMPLES = {
    "The keys": """\
bongsu: 1
cutover: Naver SMS Automation Lambda Migration
captain: james
timezone: Asia/Seoul
links: {View Logs: "https://console.aws.amazon.com/cloudwatch/home"}
# clock: http://127.0.0.1:8080/clock   written by a rehearsal; the other keys have a section each
""",
    "window": """\
window: {start: 2025-10-22T14:00, end: 2025-10-22T15:00}
""",
    "keys": """\
keys:
  buttons: env:BONGSU_BUTTON_KEY
  signers: {james: "ed25519:0000000000000000000000000000000000000000000="}   # as `bongsu keygen` prints it
  timestamps: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
""",
    "contacts.NAME": """\
contacts:
  on_call:
    name: On-Call Engineer
    role: Technical Lead
    telegram: 100000002
    slack: U00000002
    sms: env:ON_CALL_PHONE
""",
    "sms_gateway": """\
sms_gateway:
  kind: sens
  service: ncp:sms:kr:100000000001:example
  key: secret:example/sens                      # {"access_key": …, "secret_key": …}
  endpoint_url: https://sens.apigw.ntruss.com   # as it is when left out
  alimtalk: {service: ncp:kkobizmsg:kr:1000000:example, channel: "@example"}
""",
    "sms_gateway.alimtalk": """\
sms_gateway:
  kind: sens
  service: ncp:sms:kr:100000000001:example
  key: secret:example/sens
  alimtalk:
    service: ncp:kkobizmsg:kr:1000000:example
    channel: "@example"
""",
    "intake": """\
intake:
  bearer: env:BONGSU_INTAKE_TOKEN               # Alertmanager: http_config.authorization.credentials
  signed: env:BONGSU_INTAKE_KEY
  sns_topics: [arn:aws:sns:ap-northeast-2:000000000000:alarms]
  on_resolved: close
  reader: env:BONGSU_PAGE_PASSWORD
""",
    "secrets": """\
secrets:
  region: us-east-1                             # the secrets lie in another region than the target
  endpoint_url: https://secretsmanager.us-east-1.amazonaws.com
""",
    "go": """\
go: {approvals: 2, of: [on_call, ops_manager], within: 30m}
""",
    "first_run": """\
first_run: {within: 25m, settle: 5m}            # the schedule fires every 20 minutes
""",
    "announce": """\
announce:
  to: [ops_chat, alerts]
  languages: [en, ko]                           # every message twice
  lines:
    success:
      - "The last 7 days: {baseline.sms_delivery.delivered} of {baseline.sms_delivery.accepted} SMS delivered"
""",
    "escalation.NAME": """\
escalation:
  critical:
    ack_sla: 15m
    levels:
      - {page: [on_call], for: 5m}
      - {page: [on_call, ops_manager], for: 5m}
    repeat: 2                                   # both levels, three times in all
""",
    "escalation.NAME.levels[]": """\
escalation:
  critical: {ack_sla: 15m, levels: [{page: [on_call, ops_manager], for: 5m}], repeat: 0}
""",
    "drill": """\
drill: {policy: critical, everyone: [on_call, ops_manager], ack_sla: 15m}
""",
    "rollback": """\
rollback:
  when: [verify_fails, no_first_run, alarm]
  when_unknown: page                            # people judge what could not be measured
  nobody_decides: roll_back                     # and if none of them answers, safety first
  detect: 10m
  decide: 10m
  execute: 15m
  total: 35m
  settle: true
""",
    "watch": """\
watch:
  for: 24h
  every: 20m
  checks: [error_rate, sms_delivery, {kind: duration, at_most: 120s}]
  report_every: 12h
""",
    "guard": """\
guard:
  address: http://127.0.0.1:8090                # `bongsu guard PLAN` listens there
  key: env:BONGSU_GUARD_KEY
  every: 5s
  silent_after: 30s
  then: restore
  policy: critical
  missing: refuse
""",
    "channel apprise": """\
channels:
  mail: {kind: apprise, url: env:BONGSU_MAIL}   # mailtos://… with user and password
""",
    "channel slack": """\
channels:
  alerts:
    kind: slack
    channel: C00000001
    token: secret:example/slack#bot_token
    app_token: env:BONGSU_SLACK_APP_TOKEN       # or, where Socket Mode is not allowed:
    # signing_secret: env:BONGSU_SLACK_SIGNING_SECRET
    # listen: 127.0.0.1:8081/slack
    api_url: https://slack.com/api/
""",
    "channel slack_webhook": """\
channels:
  fallback:
    kind: slack_webhook
    url: secret:example/slack#webhook           # https://hooks.slack.com/services/…
    api_url: https://hooks.slack.com
""",
    "channel sms": """\
channels:
  phones:                                       # whoever has `sms` is paged by text message as well
    kind: sms
    service: ncp:sms:kr:100000000002:paging     # not the one that `sms_gateway` counts
    access_key: secret:example/paging#access_key
    secret_key: secret:example/paging#secret_key
    sender: env:PAGING_SENDER
    api_url: https://sens.apigw.ntruss.com      # as it is when left out
""",
    "channel stdout": """\
channels:
  terminal: {kind: stdout, stream: stderr}
""",
    "channel telegram": """\
channels:
  ops_chat:
    kind: telegram
    chat_id: -1000000000001
    token: env:BONGSU_TELEGRAM_TOKEN
    webhook_url: https://hooks.example.com/telegram   # this and the two below: only where polling is not allowed
    webhook_secret: env:BONGSU_TELEGRAM_SECRET
    listen: 127.0.0.1:8082/telegram
    api_url: https://api.telegram.org
""",
    "target eventbridge_lambda": """\
target:
  kind: eventbridge_lambda
  region: ap-northeast-2
  account: "000000000000"
  rule: naver-sms-automation-trigger
  function: naverplace_send_inform_v2
  log_group: /aws/lambda/naverplace_send_inform_v2
  tables: {state: sms}
  # endpoint_url: http://127.0.0.1:8083         AWS itself when left out
""",
    "check alarms": """\
baseline:
  - {kind: alarms, named: [lambda-errors, lambda-duration, ddb-throttles], all: OK}
""",
    "check duration": """\
verify:
  - {kind: duration, at_most: 240s}             # the function is stopped at 300 s
""",
    "check error_rate": """\
verify:
  - {kind: error_rate, at_most: 0.5%, metrics: true, operations: true}
""",
    "check memory": """\
verify:
  - {kind: memory, at_most: 90%}
""",
    "check parity": """\
baseline:
  - {kind: parity, from: file:parity.json, at_least: 100%}   # in `verify` without `from`
""",
    "check sms_delivery": """\
baseline:
  - {kind: sms_delivery, over: 7d, at_least: 99%}            # in `verify` without `over`
""",
    "check state_writes": """\
verify:
  - {kind: state_writes, at_least: 100%}
""",
    "legacy eventbridge_lambda": """\
legacy:
  kind: eventbridge_lambda
  rule: naverplace-send-inform-schedule
  function: naverplace_send_inform
  region: ap-northeast-2                        # this and the next: the target's when left out
  account: "000000000000"
  # endpoint_url: http://127.0.0.1:8083
  on_rollback: enable
""",
}
