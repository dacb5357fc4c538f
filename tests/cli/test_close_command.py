"""`hongyan registration close` and `import --closed`: what a carrier has closed, many at once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

SIGNATURE = "杭州云雁科技"
done, refused = partial(command_line.done, "registration"), partial(command_line.refused, "registration")


@pytest.fixture(autouse=True)
def _sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    assert hongyan("sandbox", "seed").code == 0


def states(carrier: str) -> dict[str, str]:
    rows = done("list", "--carrier", carrier, "--json").json
    return {row["signature"]: row["reason"] for row in rows}


def test_by_what_they_have_in_common_and_only_with_yes() -> None:
    dry = done("close", "campaign", "--carrier", "unicom", "--signature", SIGNATURE).out
    assert "1 registrations would lapse. Nothing was changed" in dry
    assert set(states("unicom").values()) == {"DETECT_SUCCESS"}
    closed = done(
        "close", "campaign", "--carrier", "unicom", "--all", "--yes", "--words", "专项治理", "--json"
    ).json
    assert {each["state"] for each in closed["registrations"]} == {"lapsed"}
    assert set(states("unicom").values()) == {"SUBPORT_RECYCLE"}
    assert set(states("mobile").values()) == {"DETECT_SUCCESS"}
    assert "专项治理" in done("show", SIGNATURE).out
    for words, code in (
        (("--carrier", "mobile"), "registration.close_what"),
        (("--carrier", "unicom", "--all"), "registration.nothing_to_close"),
        (("--carrier", "mobile", "--account", "7"), "identity.no_account"),
    ):
        assert refused("close", "recycled", *words).endswith(f"[{code}]")


def test_by_a_list_in_a_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = tmp_path / "closed.csv"
    sheet.write_text(f"签名,治理原因\n【{SIGNATURE}】,签名泛化\n", encoding="utf-8")
    assert "taken 1" in done("import", str(sheet), "--carrier", "mobile", "--closed", "recycled").out
    assert states("mobile")[SIGNATURE] == "EXT_CODE_RECYCLE"
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "扩展码收回" in done("import", str(sheet), "--carrier", "mobile", "--closed", "recycled").out
