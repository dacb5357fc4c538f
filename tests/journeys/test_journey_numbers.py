"""Ported numbers beside a running server: a message takes the channel of the carrier that serves its number."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_platform import RunningPlatform, Tenant, until
from sdk_calls import send

pytestmark = pytest.mark.slow

NUMBER = "13800230001"


class Sender:
    """Sends to the number, and says by which of the sandbox's channels the message went."""

    def __init__(self, platform: RunningPlatform) -> None:
        self._platform = platform
        self._tenant: Tenant = platform.seed()
        shown = platform.command("number", "show", NUMBER, "--json").json["choices"][0]
        self._names = {each["id"]: each["name"] for each in (shown["channel"], *shown["others"])}

    def goes_by(self) -> str:
        send(self._tenant, NUMBER)
        ((channel_id,),) = self._platform.rows(
            "SELECT channel_id FROM message WHERE number = ? ORDER BY id DESC LIMIT 1", f"86{NUMBER}"
        )
        return str(self._names[channel_id])


def test_what_is_entered_counts_from_the_next_message_on_and_after_a_restart(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path)
    platform.start()
    sender = Sender(platform)
    assert sender.goes_by() == "mobile"

    assert platform.command("number", "port", NUMBER, "unicom").code == 0
    assert sender.goes_by() == "unicom"

    lines = tmp_path / "ported.csv"
    lines.write_text(f"{NUMBER},telecom\n" + "".join(f"139{n:08},telecom\n" for n in range(5_000)))
    assert platform.command("number", "import", str(lines), "--json").json["stored"] == 5_001
    until(lambda: sender.goes_by() == "telecom", "the server has what was entered", within=10)

    assert platform.stop() == 0, platform.log()
    platform.start()
    sender = Sender(platform)
    assert sender.goes_by() == "telecom"

    assert platform.command("number", "unport", NUMBER).code == 0
    assert sender.goes_by() == "mobile"
    assert platform.stop() == 0, platform.log()
