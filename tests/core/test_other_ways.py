"""When a way to somebody fails the next one is taken, and a chat that moved is followed once."""

from __future__ import annotations

from datetime import datetime

from bongsu.core.actions import Send
from bongsu.core.events import Outcome, SendEnded, SendIntended
from bongsu.core.plan import ChannelSpec
from bongsu.core.verdict import Verdict
from tests.core.told import end, posted
from tests.core.world import SECOND, World, plan

OPS = ChannelSpec(name="ops_chat", kind="telegram", to="-100")
ALERTS = ChannelSpec(name="alerts", kind="slack", to="C1")
SECOND_BOT = ChannelSpec(name="second_bot", kind="telegram", to="-200")
PHONES = ChannelSpec(name="phones", kind="sms", to="", presses=False, personal=True)
PAGER = ChannelSpec(name="pager", kind="apprise", to="", presses=False)


def with_spares(*channels: ChannelSpec, **changes: object) -> World:
    """Return the world of a plan that names more channels than it announces to; verify fails, so that it pages."""
    named = {channel.name: channel for channel in (OPS, ALERTS, *channels)}
    failing = lambda _w, judge: Verdict.FAIL if judge.key.startswith("verify/") else Verdict.PASS
    return World(plan=plan(channels=named, **changes), verdicts=failing)


def to_on_call(world: World) -> list[str]:
    """Return the keys of the first level's messages to the engineer on call, each once, in their order."""
    return list(dict.fromkeys(key for key in posted(world, "page") if "//on_call@" in key and "/r0l0" in key))


def line_of(world: World, key: str) -> int:
    return next(line.seq for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == key)


def test_all_ways_that_are_taken_need_no_other() -> None:
    """Telegram and Slack at once, as ever; the spares rest."""
    world = with_spares(SECOND_BOT, PAGER).run()
    assert to_on_call(world) == ["page/1//on_call@ops_chat/r0l0", "page/1//on_call@alerts/r0l0"]


def test_a_refused_way_is_followed_by_the_next_channel() -> None:
    """The bot was blocked: a second one tries, and its message names the line that it stands in for."""
    world = with_spares(SECOND_BOT, PAGER)
    world.sends = lambda _w, s: Outcome.REFUSED if s.channel == "ops_chat" and s.to == "2" else Outcome.ACCEPTED
    world.run()
    keys = to_on_call(world)
    assert keys[-1] == "page/1//on_call@second_bot/r0l0" and len(keys) == 3
    assert world.state.sends[keys[-1]].to == "2"
    assert world.state.sends[keys[-1]].instead_of == line_of(world, keys[0])


def test_a_channel_of_phones_stands_in_for_nobody_who_has_no_number() -> None:
    """The engineer has none: what is left is the pager, which whoever carries it reads."""
    world = with_spares(PHONES, PAGER)
    world.sends = lambda _w, s: Outcome.REFUSED if s.channel == "ops_chat" and s.to == "2" else Outcome.ACCEPTED
    world.run()
    assert to_on_call(world)[-1] == "page/1//on_call@pager/r0l0"
    assert not [key for key in posted(world, "page") if "@phones" in key]


def test_a_spare_that_fails_is_followed_by_the_next_and_then_there_is_none() -> None:
    """Two bots blocked: the pager, which has no addresses, is told; nothing is tried twice over."""
    world = with_spares(SECOND_BOT, PAGER)
    world.sends = lambda _w, s: Outcome.REFUSED if s.to in ("2", "U2") else Outcome.ACCEPTED
    world.run()
    assert [key.partition("@")[2] for key in to_on_call(world)] == [
        "ops_chat/r0l0",
        "alerts/r0l0",
        "second_bot/r0l0",
        "pager/r0l0",
    ]
    assert world.state.sends["page/1//on_call@pager/r0l0"].to == ""


def test_a_way_that_stays_in_doubt_or_is_late_is_followed_by_the_next_channel() -> None:
    """Telegram takes nothing: after a minute the message is late, long before its last attempt."""
    world = with_spares(PAGER)
    world.sends = lambda _w, s: Outcome.IN_DOUBT if s.channel == "ops_chat" and s.to == "2" else Outcome.ACCEPTED
    world.people["page"] = {}
    world.run()
    first, *_, spare = to_on_call(world)
    began = world.state.sends[first].first_at
    assert spare == "page/1//on_call@pager/r0l0"
    assert world.state.sends[spare].first_at == began + 60 * SECOND
    assert world.state.sends[spare].instead_of in [
        line.seq for line in world.lines if isinstance(line.event, SendIntended) and line.event.key == first
    ]


def test_a_spare_that_is_tried_again_still_names_what_it_stands_in_for() -> None:
    """Its own first attempt finds no connection."""
    world = with_spares(PAGER)

    def sends(_world: World, send: Send) -> Outcome:
        if send.channel == "pager" and send.attempt == 1:
            return Outcome.NOT_SENT
        return Outcome.REFUSED if send.to == "2" else Outcome.ACCEPTED

    world.sends = sends
    world.run()
    tries = [e for e in world.events(SendIntended) if e.key == "page/1//on_call@pager/r0l0"]
    assert [e.attempt for e in tries] == [1, 2] and len({e.instead_of for e in tries}) == 1


def test_a_spare_that_has_begun_is_tried_again_though_the_first_way_was_taken_after_all() -> None:
    """The bot's answer took over a minute, so the pager was called meanwhile, and found no connection at first."""
    world = with_spares(PAGER)
    world.people["page"] = {}
    late = "page/1//on_call@ops_chat/r0l0"
    pager = "page/1//on_call@pager/r0l0"

    def sends(world: World, send: Send) -> Outcome:
        if send.key == late:
            return Outcome.ACCEPTED if pager in world.state.sends else Outcome.NOT_SENT
        return Outcome.NOT_SENT if send.key == pager and not world.state.sends[late].accepted else Outcome.ACCEPTED

    world.sends = sends
    world.run()
    assert world.state.sends[late].accepted and world.state.sends[pager].accepted


def moving(world: World, *, again: bool = False) -> World:
    """Have the Telegram group be another chat from the start message on; with `again` that one moves as well."""

    def sends(_world: World, send: Send) -> SendEnded | Outcome:
        now = {"-100": "-1001", "-1001": "-1002" if again else ""}.get(send.to, "")
        if send.channel == "ops_chat" and now:
            return SendEnded(key="", outcome=Outcome.REFUSED, reason="upgraded", moved_to=now)
        return Outcome.ACCEPTED

    world.sends = sends
    return world.run()


def test_a_chat_that_moved_is_followed_once_and_later_messages_go_there_at_once() -> None:
    """The first message is tried a second time, under the new id; none after it asks the old one."""
    world = moving(World())
    tries = [(e.key, e.to, e.attempt) for e in world.events(SendIntended) if e.key.endswith("//ops_chat")]
    posts = [one for one in tries if not one[0].startswith("close")]
    assert posts[:3] == [
        ("go_request//ops_chat", "-100", 1),
        ("go_request//ops_chat", "-1001", 2),
        ("start//ops_chat", "-1001", 1),
    ]
    assert [to for _, to, _ in posts].count("-100") == 1
    assert world.state.moved["ops_chat", "-100"].to == "-1001" and end(world)[0] == "pass"


def test_a_chat_that_moves_on_and_on_is_not_followed_further() -> None:
    """Refused for good under the new id; the other channel carries the cutover."""
    world = moving(World(), again=True)
    assert {e.to for e in world.events(SendIntended) if e.key == "start//ops_chat"} == {"-1001"}
    assert world.state.sends["start//ops_chat"].outcome is Outcome.REFUSED and end(world)[0] == "pass"


def test_the_way_of_a_channel_shows_what_it_took_and_how_often_it_did_not() -> None:
    """Two attempts throttled in a row, the second time for longer; an acceptance ends the row."""
    world = World(plan=plan(go=None))
    ends = [(Outcome.NOT_SENT, 9), (Outcome.NOT_SENT, 30), (Outcome.ACCEPTED, None)]
    told: list[datetime] = []

    def sends(world: World, send: Send) -> SendEnded | Outcome:
        if send.key != "start//alerts":
            return Outcome.ACCEPTED
        outcome, seconds = ends.pop(0)
        told.append(world.now)
        return SendEnded(key="", outcome=outcome, retry_after_s=seconds)

    world.sends = sends
    while len(told) < 2:
        world.run(until=world.now + SECOND)
    way = world.state.ways["alerts"]
    assert (way.accepted_seq, way.failing) == (0, 2) and way.paused_until == told[1] + 30 * SECOND
    world.run()
    way = world.state.ways["alerts"]
    assert way.failing == 0 and way.accepted_seq > 0 and way.accepted_at is not None
