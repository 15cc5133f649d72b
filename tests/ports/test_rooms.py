"""What several processes share beside runs: limits that each takes room under, and who holds what."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.ports.stores import SHARED, Store
from tests.ports.test_leases import LEASE

from bongsu.ledger._port import NO_TIME, Ledger
from bongsu.ledger.rooms import Room, Wanted


def test_room_that_one_process_has_taken_another_waits_for(ledger: Ledger) -> None:
    """Whatever comes under two limits waits for the one that has room last."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    chat, group = Room(name="chat a", most=1, per=hour), Room(name="group a", most=2, per=day)
    both = Wanted(rooms=(chat, group))
    first, second = ledger.reserve([both, both])
    assert ledger.reserve([replace(both, within=hour)]) > [hour], "too long for it, so that nothing is taken"
    (third,) = ledger.reserve([both])
    (other,) = ledger.reserve([Wanted(rooms=(replace(chat, name="chat b"),), within=NO_TIME)])
    assert (first, second, other) == (NO_TIME, hour, NO_TIME)
    # The other store's clock goes on between the calls.
    assert day - timedelta(minutes=5) < third <= day


@pytest.mark.parametrize("store", SHARED, indirect=True)
def test_room_that_several_take_at_once_is_taken_once(store: Store) -> None:
    """Each place is an hour long: of two that had taken the same one, the last would wait for an hour less."""
    room = Wanted(rooms=(Room(name="chat", most=1, per=timedelta(hours=1)),))
    begin = threading.Barrier(4)

    def take() -> None:
        with closing(store.open()) as ledger:
            begin.wait(60)
            for _ in range(10):
                ledger.reserve([room])

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(store.open()) as ledger:
        (last,) = ledger.reserve([room])
    assert timedelta(hours=39, minutes=55) < last <= timedelta(hours=40)


def test_who_holds_what_is_told_by_how_its_name_begins(ledger: Ledger, store: Store) -> None:
    ledger.hold("serves a", "a", LEASE)
    ledger.hold("serves b", "b", LEASE)
    ledger.hold("listens a", "c", LEASE)
    ledger.hold("serves_%", "d", LEASE)
    assert sorted(ledger.holders("serves ")) == ["a", "b"]
    assert ledger.holders("serves_") == ["d"]
    store.pass_(LEASE)
    assert list(ledger.holders("serves ")) == []
