"""What a worker does with the runs of its plans, one process, time by the test's clock."""

from __future__ import annotations

import threading
from datetime import timedelta

from tests.serve.rig import PATIENCE_S, Rig, plan_bytes, working

from bongsu.core.chain import START as BEGINNING
from bongsu.core.events import Outcome, Why
from bongsu.run.raising import Taken
from bongsu.run.told import Told
from bongsu.run.worker import ATTEMPTS

MINUTE = timedelta(minutes=1)


def test_an_alarm_pages_the_first_level_and_the_page_then_is_a_row_alone(tmp_path):
    with working(tmp_path) as rig:
        took = rig.raise_()
        assert took.word == "opened"
        rig.chats.wait(lambda chats: len(chats.sent) == 2)
        info = rig.rests(took.run_id)
        assert sorted(one.to for one in rig.chats.sent) == ["C00000001", "U00000002"]
        assert info.kind == "page"
        assert info.due_at == rig.clock.now() + 5 * MINUTE
        assert rig.worker.driven == 0


def test_the_next_level_is_paged_when_its_time_has_come_and_nobody_then_ends_it(tmp_path):
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        rig.rests(run_id)
        rig.pass_(5 * MINUTE)
        rig.chats.wait(lambda chats: chats.posted("U00000003"))
        rig.rests(run_id)
        rig.pass_(5 * MINUTE)
        rig.until(lambda: rig.ledger.run(run_id).closed)
        assert rig.state(run_id).closed.why is Why.UNANSWERED
        rig.until(lambda: (Told.CLOSED, run_id, "unanswered") in rig.told)


def test_a_press_is_recorded_once_before_it_is_confirmed_and_ends_the_page(tmp_path):
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(run_id)
        assert rig.press(run_id) == 200
        rig.clock.time += timedelta(seconds=1)
        assert rig.press(run_id) == 200  # Slack delivers it again
        rig.until(lambda: rig.ledger.run(run_id).closed)
        state = rig.state(run_id)
        assert state.closed.why is Why.ACKNOWLEDGED
        assert [press.contact for press in state.presses.values()] == ["on_call"]


def test_a_press_under_a_page_that_has_ended_is_confirmed_and_the_way_in_stays_open(tmp_path):
    with working(tmp_path) as rig:
        ended = rig.raise_("first").run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(ended)
        assert rig.press(ended) == 200
        rig.until(lambda: rig.ledger.run(ended).closed)
        head = rig.ledger.head(ended)
        rig.clock.time += MINUTE
        assert rig.press(ended) == 200
        rig.chats.wait(lambda chats: "Too late" in answers(chats)[-1])
        said = f"Too late: {ended} is closed, On-Call Engineer (Technical Lead) took it. "
        assert answers(rig.chats)[-1] == said + "Your press is not recorded and changes nothing"
        assert rig.chats.sent[-1].to == "U00000002", "it is for the presser alone"
        assert rig.ledger.head(ended) == head
        again = rig.raise_("second").run_id
        rig.until(lambda: any(one.run_id == again for one in rig.chats.posted("U00000002")))
        rig.rests(again)
        assert rig.press(again) == 200
        rig.until(lambda: rig.ledger.run(again).closed)


def test_a_press_under_a_page_that_nobody_took_is_told_since_when_it_is_closed(tmp_path):
    with working(tmp_path) as rig:
        ended = rig.raise_().run_id
        rig.rests(ended)
        rig.pass_(5 * MINUTE)
        rig.chats.wait(lambda chats: chats.posted("U00000003"))
        rig.rests(ended)
        rig.pass_(5 * MINUTE)
        rig.until(lambda: rig.ledger.run(ended).closed)
        head = rig.ledger.head(ended)
        assert rig.press(ended, by="manager") == 200
        rig.chats.wait(lambda chats: "Too late" in (answers(chats) or [""])[-1])
        closed_at = rig.state(ended).closed_at.astimezone(rig.plan.plan.timezone)
        assert f"{ended} is closed since {closed_at:%H:%M:%S} KST" in answers(rig.chats)[-1]
        assert rig.ledger.head(ended) == head


def answers(chats):
    """What pressers were told, in order."""
    return [one.payload["text"] for one in chats.sent if one.method == "answer"]


def test_a_press_of_somebody_who_was_not_asked_changes_nothing(tmp_path):
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(run_id)
        assert rig.press(run_id, by="james") == 200
        rig.until(lambda: rig.state(run_id).presses)
        rig.rests(run_id)
        assert not rig.ledger.run(run_id).closed


def test_an_alarm_is_one_page_while_that_is_open_and_a_new_one_afterwards(tmp_path):
    with working(tmp_path) as rig:
        first = rig.raise_()
        assert rig.raise_() == type(first)(run_id=first.run_id, word="open already")
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.rests(first.run_id)
        rig.press(first.run_id)
        rig.until(lambda: rig.ledger.run(first.run_id).closed)
        again = rig.raise_()
        assert (again.word, again.run_id) == ("opened", first.run_id.replace("-1", "-2"))


def test_a_delivery_that_comes_again_pages_nobody_anew_and_ends_nothing_anew(tmp_path):
    """SNS repeats what it thinks was not taken, and a copy of a signed request is good for five minutes."""
    with working(tmp_path, on_resolved="close") as rig:
        first = rig.raise_(delivery="m-1")
        assert rig.raise_(delivery="m-1").word == "open already"
        over = {"over": True, "delivery": "m-2"}
        assert rig.raise_(**over).word == "cleared"
        rig.until(lambda: rig.ledger.run(first.run_id).closed)
        assert rig.raise_(delivery="m-1") == Taken(run_id=first.run_id, word="taken before")
        second = rig.raise_(delivery="m-3")
        assert (second.word, second.run_id == first.run_id) == ("opened", False)
        assert rig.raise_(**over) == Taken(run_id=first.run_id, word="taken before")
        assert not rig.ledger.run(second.run_id).closed


def test_an_alarm_without_a_name_is_its_own_as_is_each_delivery_of_another(tmp_path):
    with working(tmp_path) as rig:
        runs = [rig.raise_("", delivery=delivery).run_id for delivery in ("", "", "m-1", "m-1", "m-2")]
        assert len(set(runs)) == 4
        assert runs[2] == runs[3]


def test_many_who_hear_of_one_alarm_at_once_make_one_page(tmp_path):
    with working(tmp_path) as rig:
        took, begin = [], threading.Barrier(8)

        def hear():
            begin.wait()
            took.append(rig.raise_())

        threads = [threading.Thread(target=hear) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(one.word for one in took) == ["open already"] * 7 + ["opened"]
        assert len({one.run_id for one in took}) == 1


def test_room_without_a_first_line_is_taken_by_the_next_who_raises_it(tmp_path):
    """Whoever made it died between the two."""
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        other = Rig(tmp_path, clock=rig.clock)
        other.ledger.create(run_id, rig.clock.now(), kind="page")
        assert other.raise_() == other.raise_().__class__(run_id=run_id, word="opened")
        assert other.ledger.head(run_id).seq > 0
        other.service.stop()


def test_an_alarm_that_is_over_closes_its_page_where_the_plan_says_so(tmp_path):
    rig_port = Rig(tmp_path).port
    with working(tmp_path, port=rig_port, source=plan_bytes(port=rig_port, on_resolved="close")) as rig:
        run_id = rig.raise_().run_id
        rig.rests(run_id)
        assert rig.raise_(over=True).word == "cleared"
        rig.until(lambda: rig.ledger.run(run_id).closed)
        assert rig.state(run_id).closed.why is Why.CLEARED
        assert rig.raise_(over=True).word == "nothing open"


def test_an_alarm_that_is_over_leaves_its_page_open_by_default(tmp_path):
    with working(tmp_path) as rig:
        run_id = rig.raise_().run_id
        assert rig.raise_(over=True).word == "left open"
        rig.rests(run_id)
        assert not rig.ledger.run(run_id).closed


def test_the_severity_names_the_policy_where_the_plan_has_one_of_that_name(tmp_path):
    with working(tmp_path) as rig:
        quiet, other = rig.raise_("a", severity="quiet"), rig.raise_("b", severity="page")
        assert rig.state(quiet.run_id).raised.policy == "quiet"
        assert rig.state(other.run_id).raised.policy == "critical"


def test_a_run_that_brings_a_bug_to_light_is_parked_and_paged_about_and_others_go_on(tmp_path):
    with working(tmp_path) as rig:

        def fail(outgoing):
            if outgoing.to == "U00000001":
                raise ZeroDivisionError("a bug")

        rig.chats.behave = fail
        bad = rig.raise_("bad", severity="quiet").run_id
        rig.until(lambda: rig.ledger.run(bad).parked)
        assert rig.ledger.run(bad).parked == "ZeroDivisionError: a bug"
        rig.until(lambda: len(rig.ledger.runs()) == 2)
        about = next(info.run_id for info in rig.ledger.runs() if info.run_id != bad)
        assert rig.state(about).raised.summary == (
            f"bongsu has stopped driving {bad} (bad of db-1): ZeroDivisionError: a bug"
        )
        # That page has the same policy, whose only person cannot be reached: it is parked, and nobody paged again.
        rig.pass_(2 * MINUTE)
        rig.until(lambda: rig.ledger.run(about).parked)
        good = rig.raise_("good").run_id
        rig.chats.wait(lambda chats: any(one.run_id == good for one in chats.posted("U00000002")))
        assert len(rig.ledger.runs()) == 3


def test_a_run_that_outlived_too_many_workers_is_parked_unread(tmp_path):
    rig = Rig(tmp_path)
    run_id = rig.raise_().run_id  # nobody drives it: the worker has not been started
    for number in range(ATTEMPTS):
        rig.clock.time += MINUTE
        assert rig.ledger.claim(f"dies {number}", lease_for=timedelta(seconds=1), run_id=run_id)
    rig.clock.time += MINUTE
    rig.service.start()
    rig.until(lambda: rig.ledger.run(run_id).parked)
    rig.service.stop()
    assert "claims of it in a row ended" in rig.ledger.run(run_id).parked
    assert (Told.PARKED, run_id, rig.ledger.run(run_id).parked) in rig.told


def test_a_run_of_an_unknown_plan_is_left_to_others(tmp_path):
    with working(tmp_path) as rig:
        other = plan_bytes(port=rig.port).replace(b"cutover: Example", b"cutover: Another")
        stranger = Rig(tmp_path, ledger=rig.ledger, clock=rig.clock, source=other)
        run_id = stranger.raise_("theirs").run_id
        stranger.service.stop()
        rig.clock.time += MINUTE
        rig.pass_(MINUTE)
        rig.until(lambda: (Told.NOT_SERVED, run_id, "") in rig.told)
        assert not [one for one in rig.chats.sent if one.run_id == run_id]


def test_a_run_of_an_earlier_form_of_the_plan_is_driven_by_its_own_bytes(tmp_path):
    with working(tmp_path) as rig:
        before = plan_bytes(port=rig.port).replace(b"name: James", b"name: James the First")
        earlier = Rig(tmp_path, ledger=rig.ledger, clock=rig.clock, source=before)
        run_id = earlier.raise_("old").run_id
        earlier.service.stop()
        rig.until(lambda: rig.service.served_of(run_id).plan.contacts["james"].name == "James the First")


def test_stopping_hands_runs_back_at_once(tmp_path):
    with working(tmp_path) as rig:
        asked, answered = threading.Event(), threading.Event()

        def slow(outgoing):
            asked.set()
            answered.wait(PATIENCE_S)

        rig.chats.behave = slow
        run_id = rig.raise_().run_id
        assert asked.wait(PATIENCE_S)
        stopping = threading.Thread(target=rig.service.stop)
        stopping.start()
        rig.until(rig.worker._stopping.is_set)
        answered.set()
        stopping.join(PATIENCE_S)
        info = rig.ledger.run(run_id)
        assert (info.lease_owner, info.due_at) == ("", rig.clock.now())
        assert all(send.outcome is Outcome.ACCEPTED for send in rig.state(run_id).sends.values())


def test_the_ways_in_are_one_workers_at_a_time(tmp_path):
    with working(tmp_path) as rig:
        assert rig.open.wait(PATIENCE_S)
        other = Rig(tmp_path, ledger=rig.ledger, clock=rig.clock, port=rig.port)
        other.service.start()
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        assert rig.press(run_id) == 200
        other.service.stop()
        assert not other.open.is_set()
        assert rig.ledger.head(run_id) != BEGINNING
