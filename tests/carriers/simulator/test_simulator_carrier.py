"""The carrier without any protocol: a manual clock, links that only note what they get."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from hongyan.carriers.simulator import carrier as carrier_module
from hongyan.carriers.simulator.carrier import Binding, Carrier
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.parts import Answer, Charset, Delivery, Outgoing, Part, ReplyPart, Wants
from hongyan.carriers.simulator.scenario import Scenario, convert_scenario
from hongyan.kernel.clock import ManualClock


class PaperLink:
    """A link that takes deliveries and keeps them unacknowledged."""

    def __init__(self, carrier: Carrier, name: str = "esme", window: int = 100) -> None:
        self.carrier = carrier
        self.window = window
        self.got: list[Outgoing] = []
        self.was_cut = False
        self.stalled = False
        binding = carrier.bind(self, name, receives=True)
        assert binding is not None
        self.binding: Binding = binding

    def pump(self) -> None:
        taken = self.binding.account.mailbox.take(self.window - len(self.got))
        self.carrier.sent(sum(isinstance(one, Delivery) for one in taken), 0)
        self.got += taken

    def cut(self) -> None:
        self.was_cut = True

    def stall(self, stalled: bool) -> None:
        self.stalled = stalled

    def submit(self, number: str = "13800138000", body: bytes = b"hello", **changes: object) -> Answer:
        return self.carrier.submit(self.binding, part(number, body, **changes))

    def leave(self) -> None:
        self.carrier.unbind(self.binding, self.got)

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.got if isinstance(one, Delivery)]


def part(number: str = "13800138000", body: bytes = b"hello", **changes: object) -> Part:
    plain = Part("10690001", number, number, Charset.GSM7, body, 0, 1, 1, Wants.ALWAYS)
    return msgspec.structs.replace(plain, **changes)


class Stage:
    """A carrier whose time moves by hand."""

    def __init__(self, scenario: dict[str, object] | None = None, ledger: Ledger | None = None) -> None:
        self.clock = ManualClock()
        self.carrier = Carrier(convert_scenario(scenario or {}), self.clock, ledger=ledger)

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.carrier.tick(self.clock.monotonic())


def test_an_accepted_part_is_reported_delivered() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    answer = link.submit()
    stage.wait(0.29)
    assert link.got == []
    stage.wait(0.8)
    (receipt,) = link.got
    assert isinstance(receipt, Delivery)
    assert (receipt.message_id, receipt.code) == (answer.message_id, "DELIVRD")
    assert receipt.done_ms > receipt.submitted_ms


def test_ids_are_unique_also_after_a_restart() -> None:
    before, after = Stage(), Stage()
    after.clock.advance(1)
    restarted = Carrier(Scenario(), after.clock)
    first, second = PaperLink(before.carrier), PaperLink(restarted)
    ids = [link.submit().message_id for link in (first, second) for _ in range(100)]
    assert len(set(ids)) == 200


def test_receipts_that_fall_due_while_nobody_is_bound_wait() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit()
    link.leave()
    stage.wait(5)
    again = PaperLink(stage.carrier)
    again.pump()
    assert again.codes == ["DELIVRD"]


def test_what_a_lost_link_had_not_acknowledged_is_sent_again_in_order() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier, window=2)
    sent = [link.submit(body=str(n).encode()).message_id for n in range(4)]
    stage.wait(2)
    taken = list(link.got)
    assert len(taken) == 2
    link.leave()
    again = PaperLink(stage.carrier)
    again.pump()
    assert again.got[:2] == taken
    assert {one.message_id for one in again.got if isinstance(one, Delivery)} == set(sent)
    assert stage.carrier.stats().receipts_sent == 6


def test_a_receipt_waits_for_any_link_of_the_same_customer_only() -> None:
    stage = Stage()
    link, other = PaperLink(stage.carrier, "one"), PaperLink(stage.carrier, "two")
    link.submit()
    link.leave()
    stage.wait(2)
    assert other.got == []
    second = PaperLink(stage.carrier, "one")
    stage.wait(0)
    second.pump()
    assert second.codes == ["DELIVRD"]


def test_a_receipt_refused_for_now_comes_again_later() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit()
    stage.wait(2)
    refused = link.got.pop()
    stage.carrier.again(link.binding, refused)
    stage.wait(0.5)
    assert link.got == []
    stage.wait(1)
    assert link.got == [refused]
    stage.carrier.acknowledge(refused, taken=True)
    assert stage.carrier.stats().in_flight == 0


def test_too_many_submits_in_a_second_are_throttled() -> None:
    stage = Stage({"answers": {"throttle_per_second": 3}})
    link = PaperLink(stage.carrier)
    assert [link.submit(body=bytes([n])).error for n in range(5)] == [
        None,
        None,
        None,
        "throttled",
        "throttled",
    ]
    stage.wait(1)
    assert link.submit(body=b"\x04").error is None
    assert stage.carrier.stats().refused == {"throttled": 2}


def test_a_full_queue_refuses_until_something_was_delivered() -> None:
    stage = Stage({"answers": {"queue_limit": 2}})
    link = PaperLink(stage.carrier)
    assert [link.submit(body=bytes([n])).error for n in range(3)] == [None, None, "queue_full"]
    stage.wait(2)
    assert link.submit(body=b"\x02").error is None


def test_lost_receipts_never_come_but_the_phone_rings() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit("19900000021")
    stage.wait(60)
    assert link.got == []
    stats = stage.carrier.stats()
    assert (stats.delivered, stats.receipts_lost, stats.receipts_due) == (1, 1, 0)


def test_duplicate_receipts_come_twice() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit("19900000022")
    stage.wait(1.01)
    stage.wait(0.6)
    assert link.codes == ["DELIVRD", "DELIVRD"]


def test_early_receipts_come_before_the_answer() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    answer = link.submit("19900000023")
    assert link.codes == ["DELIVRD"]
    assert answer.hold > 0


@pytest.mark.parametrize(
    ("wants", "number", "expected"),
    [
        (Wants.NONE, "19900000001", []),
        (Wants.FAILURE, "13800138000", []),
        (Wants.FAILURE, "19900000001", ["UNDELIV"]),
        (Wants.ALWAYS, "19900000004", ["MK:0001"]),
    ],
)
def test_only_receipts_that_were_asked_for_come(wants: Wants, number: str, expected: list[str]) -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit(number, wants=wants)
    stage.wait(2)
    assert link.codes == expected


def test_links_are_cut_after_so_many_submits() -> None:
    stage = Stage({"links": {"drop_after_submits": 2}})
    link = PaperLink(stage.carrier)
    link.submit()
    assert not link.was_cut
    link.submit(body=b"2")
    assert link.was_cut
    assert stage.carrier.stats().accepted == 2


def test_links_stall_after_so_many_submits_and_go_on() -> None:
    stage = Stage({"links": {"stall_after_submits": 1, "stall_seconds": 2}})
    link = PaperLink(stage.carrier)
    link.submit()
    assert link.stalled
    stage.wait(1.9)
    assert link.stalled
    stage.wait(0.2)
    assert not link.stalled


def test_a_pause_holds_everything_back() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit()
    stage.carrier.pause(True)
    assert link.stalled
    stage.wait(10)
    assert link.got == []
    stage.carrier.pause(False)
    stage.wait(0)
    assert link.codes == ["DELIVRD"]


def test_more_links_than_allowed_are_refused() -> None:
    stage = Stage({"links": {"max_links": 1}})
    link = PaperLink(stage.carrier)
    assert stage.carrier.bind(PaperLink.__new__(PaperLink), "esme", receives=True) is None
    link.leave()
    PaperLink(stage.carrier)
    assert stage.carrier.stats().binds_refused == 1


def test_what_waits_is_bounded_and_what_is_dropped_is_counted() -> None:
    stage = Stage({"receipts": {"keep": 3}})
    link = PaperLink(stage.carrier, window=0)
    for n in range(5):
        link.submit(body=bytes([n]))
    stage.wait(2)
    stats = stage.carrier.stats()
    assert (stats.waiting, stats.receipts_dropped) == (3, 2)


def test_a_reply_goes_to_whoever_sent_from_that_access_number() -> None:
    stage = Stage()
    one, two = PaperLink(stage.carrier, "one"), PaperLink(stage.carrier, "two")
    one.submit(source="10690001")
    two.submit(source="10690002")
    assert stage.carrier.reply("13800138000", "1069000177", "TD")
    (reply,) = one.got
    assert isinstance(reply, ReplyPart)
    assert (reply.to, reply.segment.text) == ("1069000177", "TD")
    assert two.got == []


def test_a_reply_waits_until_somebody_binds() -> None:
    stage = Stage()
    assert not stage.carrier.reply("13800138000", "10690001", "hello?")
    link = PaperLink(stage.carrier)
    link.pump()
    assert len(link.got) == 1


def test_duplicates_are_accepted_parts_that_had_been_accepted_before() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    for _ in range(4):
        link.submit("19900000013")  # refused twice, then accepted
    link.submit("13800138000")
    stats = stage.carrier.stats()
    assert (stats.submits, stats.accepted, stats.duplicates) == (5, 3, 1)
    assert (stats.distinct_parts, stats.distinct_destinations) == (2, 2)


def test_a_scenario_can_be_replaced_at_run_time() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    stage.carrier.play(convert_scenario({"rules": [{"number": "138*", "submit_error": 0x45}]}))
    assert link.submit().error == 0x45
    assert stage.carrier.stats().refused == {"0x45": 1}


def test_the_ledger_has_one_line_for_each_accepted_part(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    stage = Stage(ledger=Ledger(path))
    link = PaperLink(stage.carrier)
    ids = [link.submit("13800138000", "你好".encode("utf-16-be"), charset=Charset.UCS2).message_id]
    ids.append(link.submit("13900139000", b"a", reference=9, total=2, index=2).message_id)
    link.submit("19900000012")
    ledger = stage.carrier._ledger
    assert ledger is not None
    assert ledger.tick(0.0) is not None
    assert ledger.tick(1.0) is None
    ledger.close()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ids
    assert lines[0]["text"] == "你好"
    assert (lines[1]["to"], lines[1]["ref"], lines[1]["part"], lines[1]["parts"]) == ("13900139000", 9, 2, 2)


# -- several numbers, silence, waiting, owners that answer -------------------------------------------------


def test_several_numbers_are_taken_or_refused_together() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    parts = [part(f"1380013800{n}") for n in range(3)]
    answer = stage.carrier.submit(link.binding, *parts)
    assert answer.error is None
    refused = stage.carrier.submit(link.binding, *parts, part("19900000011"))
    assert refused.error == "bad_destination"
    stage.wait(2)
    stats = stage.carrier.stats()
    assert (stats.submits, stats.accepted, stats.duplicates, len(link.got)) == (7, 3, 0, 3)
    again = stage.carrier.submit(link.binding, *parts)
    assert again.error is None
    assert stage.carrier.stats().duplicates == 3


def test_several_numbers_count_as_many_for_the_limit() -> None:
    stage = Stage({"answers": {"throttle_per_second": 3}})
    link = PaperLink(stage.carrier)
    assert stage.carrier.submit(link.binding, part("1"), part("2")).error is None
    assert stage.carrier.submit(link.binding, part("3"), part("4")).error == "throttled"


def test_what_vanishes_is_in_the_ledger_and_nowhere_else(tmp_path: Path) -> None:
    stage = Stage(ledger=Ledger(tmp_path / "ledger"))
    link = PaperLink(stage.carrier)
    assert link.submit("19900000025").error is None
    stage.wait(100)
    stats = stage.carrier.stats()
    assert link.got == []
    assert (stats.accepted, stats.vanished, stats.pending, stats.delivered) == (1, 1, 0, 0)
    ledger = stage.carrier._ledger
    assert ledger is not None
    ledger.close()
    assert json.loads((tmp_path / "ledger").read_text())["network"] == "international"


def test_a_waiting_receipt_comes_first_and_only_to_who_wants_all() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit("19900000026")
    link.submit("19900000026", body=b"2", wants=Wants.FAILURE)
    link.submit("19900000026", body=b"3", wants=Wants.NONE)
    for _ in range(200):
        stage.wait(0.01)
    assert link.codes == ["ACCEPTD", "DELIVRD"]
    assert stage.carrier.stats().receipts_waiting == 1


def test_owners_answer_after_a_while_and_after_the_last_part() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    link.submit("19900000031", total=2, index=1)
    stage.wait(2)
    stage.wait(10)
    assert stage.carrier.stats().replies == 0
    link.submit("19900000031", total=2, index=2)
    stage.wait(2)
    assert stage.carrier.stats().replies == 0
    stage.wait(3.1)
    (reply,) = (one for one in link.got if isinstance(one, ReplyPart))
    assert (reply.number, reply.to, reply.segment.text) == ("19900000031", "10690001", "TD")


def test_owners_whose_text_never_arrived_answer_nothing() -> None:
    stage = Stage({"rules": [{"number": "*", "receipt_code": "UNDELIV", "reply": "TD"}]})
    PaperLink(stage.carrier).submit()
    stage.wait(2)
    stage.wait(10)
    assert stage.carrier.stats().replies == 0


def test_a_network_has_its_own_part_of_the_scenario() -> None:
    scenario = convert_scenario({"networks": {"mobile": {"rules": [{"number": "*", "submit_error": 9}]}}})
    clock = ManualClock()
    mobile, other = Carrier(scenario, clock, name="mobile"), Carrier(scenario, clock, name="telecom")
    assert PaperLink(mobile).submit().error == 9
    assert PaperLink(other).submit().error is None


def test_ids_of_submits_that_name_themselves_are_kept() -> None:
    stage = Stage()
    link = PaperLink(stage.carrier)
    answer = stage.carrier.submit(link.binding, part("1"), part("2"), message_id="abc")
    assert answer.message_id == "abc"
    stage.wait(2)
    assert {one.message_id for one in link.got if isinstance(one, Delivery)} == {"abc"}


def test_more_than_so_much_never_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_module, "_MOST_PENDING", 3)
    stage = Stage()
    link = PaperLink(stage.carrier)
    assert [link.submit(body=bytes([n])).error for n in range(4)] == [None, None, None, "queue_full"]
