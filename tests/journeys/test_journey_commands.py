"""Commands beside a running server and without one: what they change counts at once, what they print is stable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from running_platform import RunningPlatform, Said, Tenant, hongyan
from sdk_calls import DELIVERED, details, ended, refusal, send, today

pytestmark = pytest.mark.slow


# -- access keys ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", ["acs3", "v2"])
def test_a_new_key_works_at_once_and_a_disabled_one_stops_at_once(
    platform: RunningPlatform, tenant: Tenant, family: str
) -> None:
    ((account_id,),) = platform.rows("SELECT account_id FROM message LIMIT 1") or send_one(platform, tenant)
    made = platform.command("key", "create", "--account", str(account_id), "--name", "电商", "--json").json
    assert set(made) == {"access_key_id", "access_key_secret", "account_id"}
    assert made["account_id"] == account_id
    keys = {name: made[name] for name in ("access_key_id", "access_key_secret")}
    client = tenant.sdk(family, **keys)
    assert details(client, "13800138000")[0] >= 0

    said = platform.command("key", "disable", made["access_key_id"], "--json")
    assert said.code == 0
    found = refusal(lambda: details_raw(client))
    assert (found.status, found.code) == (400, "InvalidAccessKeyId.Inactive")
    listed = {key["access_key_id"]: key for key in platform.command("key", "list", "--json").json}
    assert listed[made["access_key_id"]]["enabled"] is False
    assert listed[made["access_key_id"]]["name"] == "电商"
    assert listed[tenant.access_key_id]["enabled"] is True


def send_one(platform: RunningPlatform, tenant: Tenant) -> list[tuple[Any, ...]]:
    ended(tenant.sdk(), "13500000001", send(tenant, "13500000001"))
    return platform.rows("SELECT account_id FROM message LIMIT 1")


def details_raw(client: Any) -> Any:
    return client.query_send_details(
        models.QuerySendDetailsRequest(
            phone_number="13800138000", send_date=today(), page_size=1, current_page=1
        )
    )


def test_an_unknown_key_becomes_known_when_it_is_made(platform: RunningPlatform, tenant: Tenant) -> None:
    """The server remembers also which keys there are not."""
    made = platform.command("key", "create", "--json").json
    other = Tenant(tenant.endpoint, made["access_key_id"], made["access_key_secret"])
    assert details(other.sdk(), "13800138000") == (0, [])
    nobody = Tenant(tenant.endpoint, "LTAI5tNotYetThere", "x")
    assert refusal(lambda: details_raw(nobody.sdk())).code == "InvalidAccessKeyId.NotFound"
    assert refusal(lambda: details_raw(nobody.sdk())).code == "InvalidAccessKeyId.NotFound"


def test_lists_show_no_secret(platform: RunningPlatform, tenant: Tenant) -> None:
    for words in (("key", "list"), ("key", "list", "--json"), ("status",), ("review", "list")):
        said = platform.command(*words)
        assert tenant.access_key_secret not in said.out + said.err


# -- refusals and exit codes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("key", "create", "--account", "1"), "identity.no_account"),
        (("key", "list", "--account", "1"), "identity.no_account"),
        (("key", "disable", "LTAInobody"), "identity.no_access_key"),
        (("review", "approve", "1"), ""),
        (("inbox", "reply", "13012345678", "x"), "sandbox.nothing_to_answer"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_refused_command_leaves_with_1_and_one_sentence(
    platform: RunningPlatform, words: tuple[str, ...], code: str, lang: str
) -> None:
    said = platform.command(*words, lang=lang)
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith("hongyan: ")
    assert line.endswith(f"{code}]")
    assert any("\u4e00" <= character <= "\u9fff" for character in line) is (lang == "zh")


# -- status -----------------------------------------------------------------------------------------------


def test_status_counts_what_happened(platform: RunningPlatform, tenant: Tenant) -> None:
    before = platform.command("status", "--json").json
    assert ended(tenant.sdk(), "13500000002", send(tenant, "13500000002")).send_status == DELIVERED
    ended(tenant.sdk(), "19900000001", send(tenant, "19900000001"))
    after = platform.command("status", "--json").json
    assert (after["running"], after["url"]) == (True, f"http://{platform.endpoint}")
    assert after["sandbox"] is True
    more = {name: after[name] - before[name] for name in after if name not in ("running", "url", "sandbox")}
    assert more == {
        "accepted": 2,
        "segments": 2,
        "delivered": 1,
        "failed": 1,
        "held": 0,
        "charged": 450,
        "uncertain": 0,
    }
    said = platform.command("status")
    assert said.code == 0
    assert f"accepted   {after['accepted']}\n" in said.out
    assert " CNY\n" in said.out


# -- JSON -------------------------------------------------------------------------------------------------

COMMANDS = [
    ("status",),
    ("key", "list"),
    ("key", "create"),
    ("review", "list"),
    ("sandbox", "seed"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_json_is_one_value_and_nothing_else_also_at_the_first_start(
    platform: RunningPlatform, tmp_path: Path, words: tuple[str, ...]
) -> None:
    beside = platform.command(*words, "--json")
    fresh = hongyan(*words, "--json", "--data", str(tmp_path / "fresh"))
    again = hongyan(*words, "--json", "--data", str(tmp_path / "fresh"))
    for said in (beside, fresh, again):
        assert said.code == 0, said.err
        json.loads(said.out)
        assert said.out.endswith("\n")
        assert said.out.count("\n") == 1
    assert (beside.err, again.err) == ("", "")
    assert "AccessKeySecret" in fresh.err, (
        "credentials of the first start are shown, but not on standard output"
    )


def test_what_an_empty_inbox_prints(platform: RunningPlatform) -> None:
    assert platform.command("inbox", "13012345678", "--json").json == []


# -- the ready-made tenant --------------------------------------------------------------------------------

SEED = {
    "endpoint",
    "access_key_id",
    "access_key_secret",
    "company_name",
    "sign_name",
    "template_code",
    "template_param_example",
    "verification_template_code",
}


def seeded(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = said.json
    assert set(found) == SEED
    return found


def test_seeding_twice_gives_the_same_tenant(platform: RunningPlatform) -> None:
    first, second = (seeded(platform.command("sandbox", "seed", "--json")) for _ in range(2))
    assert first == second
    assert first["endpoint"] == platform.endpoint


def test_a_tenant_seeded_before_the_first_start_sends_after_it(tmp_path: Path) -> None:
    platform = RunningPlatform(tmp_path)
    before = seeded(platform.command("sandbox", "seed", "--json"))
    assert before == seeded(platform.command("sandbox", "seed", "--json"))
    assert before["endpoint"] == "127.0.0.1:8480", "where a server would listen"
    platform.start()
    try:
        after = seeded(platform.command("sandbox", "seed", "--json"))
        assert {**after, "endpoint": ""} == {**before, "endpoint": ""}
        tenant = platform.seed()
        assert ended(tenant.sdk(), "13800138000", send(tenant, "13800138000")).send_status == DELIVERED
    finally:
        assert platform.stop() == 0
    assert platform.command("status", "--json").json["accepted"] == 1, "also without a server"
    assert platform.command("status", "--json").json["running"] is False


def test_people_read_the_tenant_as_a_table(platform: RunningPlatform, tenant: Tenant) -> None:
    said = platform.command("sandbox", "seed")
    assert said.code == 0
    lines = dict(line.split(maxsplit=1) for line in said.out.splitlines())
    assert set(lines) == SEED
    assert (lines["endpoint"], lines["access_key_id"]) == (tenant.endpoint, tenant.access_key_id)
    assert json.loads(lines["template_param_example"]) == tenant.template_param_example
