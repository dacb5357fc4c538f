"""A number that left its carrier: the gateway of its prefix says so, and the message goes by another one, also when the
platform is killed meanwhile."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from running_platform import QUICK, RunningPlatform, until
from sdk_calls import DELIVERED, batch, ended, send

from hongyan.carriers.simulator.handsets import open_inbox

pytestmark = pytest.mark.slow

PORTED = "19900000016"
"""By its prefix China Telecom's, served by China Mobile (docs/sandbox.md)."""
ALL_PORTED = QUICK + '[numbers.ported]\n"1990023*" = "mobile"\n'
MANY = 90
TELECOM = 3
"""The channel of the sandbox."""


def test_a_ported_number_that_nobody_knows_of_is_reached_by_another_carrier(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path)
    platform.start()
    tenant = platform.seed()

    biz_id = send(tenant, PORTED)

    assert ended(tenant.sdk(), PORTED, biz_id).send_status == DELIVERED
    asked = "SELECT channel_id, outcome, error FROM submission ORDER BY attempt"
    first, *_, last = platform.rows(asked)
    assert first == (TELECOM, 4, "SMGP:58")
    assert last[1:] == (0, "")
    ((channel_id, passed_over),) = platform.rows("SELECT channel_id, passed_over FROM message")
    assert channel_id == last[0] != TELECOM
    assert f"{TELECOM}:refused" in passed_over.split()
    (told,) = platform.command("message", "show", biz_id, "--json").json
    assert (told["state"], told["channel"]["id"], told["masked"]) == ("delivered", channel_id, True)
    refused = [each["name"] for each in told["passed_over"] if each["code"] == "refused"]
    assert refused[0] == "telecom"
    assert [step["step"] for step in told["steps"]][-2:] == ["receipt", "done"]
    moved = f"hongyan_messages_moved_total {len(platform.rows(asked)) - 1}.0"
    assert moved.encode() in platform.get("/metrics")[2]
    assert platform.stop() == 0, platform.log()


def test_killed_while_messages_move_each_has_one_way_and_none_is_doubled_unseen(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path, scenario=ALL_PORTED)
    platform.start()
    tenant = platform.seed()
    numbers = [f"1990023{n:04}" for n in range(MANY)]
    for at in range(0, MANY, 30):
        assert tenant.sdk().send_batch_sms(batch(tenant, *numbers[at : at + 30])).body.code == "OK"

    until(lambda: platform.rows("SELECT 1 FROM message WHERE channel_id <> ?", TELECOM), "some have moved")
    platform.kill()
    platform.start()
    until(lambda: not platform.rows("SELECT 1 FROM outbox"), "everything has an answer")

    found = platform.rows(
        "SELECT number, state, uncertain,"
        " EXISTS (SELECT 1 FROM submission WHERE message_id = message.id AND outcome = 0) FROM message"
    )
    assert len(found) == MANY
    for number, state, uncertain, taken in found:
        assert taken or (state == "failed" and uncertain), f"{number} is {state}, and nobody knows why"
    with open_inbox(platform.data) as inbox:
        texts = Counter(number for number in numbers for _ in inbox.messages(number))
    doubled = {number for number, count in texts.items() if count > 1}
    assert doubled <= {number[2:] for number, _, uncertain, _ in found if uncertain}
    assert platform.stop() == 0, platform.log()
