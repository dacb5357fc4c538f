"""`hongyan letter`: what the operator keeps for a tenant is named after its authorizer and usable as any letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Said, done, hongyan
from compliance_material import COMPANY, OTHER_COMPANY, OTHER_USCC
from paper_files import picture

SAID = (
    *("--authorizer", OTHER_COMPANY, "--uscc", OTHER_USCC, "--authorized", COMPANY),
    *("--scope", "云雁", "--scope", "杭州云雁"),
)


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tenant's number."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    (tmp_path / "letter.png").write_bytes(picture("png"))
    monkeypatch.chdir(tmp_path)
    assert hongyan("sandbox", "seed", "--json").code == 0
    row = done("registration", "list", "--json").json[0]
    return str(row["account_id"])


def add(account: str, *more: str, file: str = "letter.png", validity: str = "2026-01-01~2088-12-31") -> Said:
    return hongyan("letter", "add", file, "--account", account, "--validity", validity, *SAID, *more)


def test_a_letter_gets_the_next_free_name_or_the_one_that_is_said(account: str) -> None:
    free = ("letter", "free-name", "--account", account, "--authorizer", OTHER_COMPANY)
    assert done(*free).out == f"{OTHER_COMPANY}V1\n"
    kept = add(account, "--json").json
    assert (kept["name"], kept["passed"], kept["status"]) == (f"{OTHER_COMPANY}V1", False, "valid")
    assert (kept["scope"], kept["account_id"]) == (["云雁", "杭州云雁"], int(account))
    assert add(account).out.startswith(f"{OTHER_COMPANY}V2 is kept as letter ")
    assert add(account, "--name", "云雁委托书").out.startswith("云雁委托书 is kept as letter ")
    assert done(*free, "--json").json == {"name": f"{OTHER_COMPANY}V3"}


def test_what_is_wrong_with_a_letter_is_told(account: str, tmp_path: Path) -> None:
    assert add(account).code == 0
    assert "[letter.name_taken]" in add(account, "--name", f"{OTHER_COMPANY}V1").err
    assert "[letter.dates_malformed]" in add(account, validity="2026").err
    assert "[input.unreadable]" in add(account, file="nothing.png").err
    (tmp_path / "letter.txt").write_text("委托书", "utf-8")
    assert "[paper.unknown_suffix]" in add(account, file="letter.txt").err
    assert "[identity.no_account]" in add("5").err
