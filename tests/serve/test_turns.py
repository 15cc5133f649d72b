"""When a run that a worker drives has its turn: at once for what people do, whatever else is under way."""

from __future__ import annotations

import threading

from tests.serve.rig import PATIENCE_S, working


def test_a_press_is_acted_on_while_another_message_of_its_run_has_no_answer(tmp_path):
    answered = threading.Event()

    def slow(outgoing):
        if outgoing.to == "C00000001":
            assert answered.wait(PATIENCE_S)

    with working(tmp_path) as rig:
        rig.chats.behave = slow
        run_id = rig.raise_().run_id
        rig.chats.wait(lambda chats: chats.posted("U00000002"))
        rig.until(lambda: all(send.ref for send in rig.state(run_id).sends.values() if send.to == "U00000002"))
        assert rig.press(run_id) == 200
        rig.chats.wait(lambda chats: any(one.method == "close" for one in chats.sent))
        assert not answered.is_set()
        answered.set()
        rig.until(lambda: rig.ledger.run(run_id).closed)
