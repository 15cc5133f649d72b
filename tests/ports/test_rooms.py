"""What several processes share beside runs: limits that each takes room under, and who holds what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.ports.stores import Store
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


def test_who_holds_what_is_told_by_how_its_name_begins(ledger: Ledger, store: Store) -> None:
    ledger.hold("serves a", "a", LEASE)
    ledger.hold("serves b", "b", LEASE)
    ledger.hold("listens a", "c", LEASE)
    ledger.hold("serves_%", "d", LEASE)
    assert sorted(ledger.holders("serves ")) == ["a", "b"]
    assert ledger.holders("serves_") == ["d"]
    store.pass_(LEASE)
    assert list(ledger.holders("serves ")) == []
