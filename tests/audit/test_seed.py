"""The log that a reviewer once accepted, repaired and as received: what a careful reader finds in it, by line."""

from __future__ import annotations

from tests.audit.logs import AS_RECEIVED, SEED, found_in

from bongsu.audit.beside import open_log

READ = {
    "telegram_private_chat": {14},  # a positive chat id, and a team that answers in it
    "placeholder_ids": {16, 52, 107},  # 123456789 and the two after it
    "no_delivery_receipt": {15, 42, 51, 97, 106, 137, 154, 216, 347, 465, 477},
    "copied_clock": {43, 98, 138},  # the chat's clock is the sender's to the second, three times
    "message_reports_itself": {66, 67, 273},  # "RECEIVED", inside what was received
    "outside_window": {104, 346, 509},  # the log says that it covers 14:00 to 14:15
    # Sent at 14:20:00, with answers of 14:20:15 and 14:20:22, their time and the result in it.
    "ack_in_its_own_request": {123, 124, 126, 127, 392, 409, 413, 417},
    "ack_channel": {124},  # the operations manager is on Slack alone
    "webhook_returns_no_ts": {155, 217, 348},
    "slack_ts_shape": {155, 217, 348},  # no ts begins with "ts-"
    "slack_ts_clock": {155, 217, 348},  # 2024, at another hour
    "ids_go_up": {348},  # the drill's ts is before the start's
    "webhook_ignores_fields": {160, 222, 353},
    "webhook_thread": {209, 339, 441, 473},
    "slack_empty_text": {253, 290, 405},  # Slack refused these two messages whole
    "two_names": {319},  # the log group of another function
    "buttons_not_measured": {340},
    "ack_without_a_way": {401},  # nothing to press, and a webhook hears no reply
    "dangling_reference": {447},  # the cited lines of a runbook that is not there
    "ack_equals_send_time": {451},  # the captain's, at the second of the announcement
    "acknowledged_what": {466},  # two of three messages asked for nothing
    "all_of_some": {478},  # the captain's row says Active
    "two_roles": {488},
}
EXPECTED = {(line, rule) for rule, lines in READ.items() for line in lines}


def test_every_contradiction_of_the_repaired_log_is_found_at_its_line_and_nothing_else() -> None:
    found = found_in(SEED)
    assert EXPECTED - found == set(), "not found"
    assert found - EXPECTED == set(), "more than a careful reader finds"


def test_the_log_as_it_was_received_gives_the_same() -> None:
    """It was UTF-8, read as a Turkish code page; some bytes were lost on the way."""
    assert found_in(AS_RECEIVED) == EXPECTED


def test_it_says_what_it_repaired_and_what_it_could_not() -> None:
    text = open_log(AS_RECEIVED).text
    assert len(text.lines) == len(open_log(SEED).text.lines)
    assert text.repaired == 106
    assert text.broken == 6
    assert text.lines[14].endswith("DELIVERED ✅  ")
    assert (open_log(SEED).text.repaired, open_log(SEED).text.broken) == (0, 0)
