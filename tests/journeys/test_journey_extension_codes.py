"""An extension code's way: added through the SDK, shown on a phone, answered from it, refused to everybody else."""

from __future__ import annotations

import pytest
from alibabacloud_dysmsapi20170525 import models
from running_platform import RunningPlatform, Tenant, until
from sdk_calls import DELIVERED, ended, refusal, send, sms

pytestmark = pytest.mark.slow

ACCESS_NUMBER = "1069000012"
CODE, OTHERS = "7301", "7302"
NUMBER = "13800730001"
PLATFORMS_SIGNATURE = "鸿雁"


def owner_of_reply(platform: RunningPlatform, words: str, to: str) -> int:
    """Whose a reply from the phone is."""
    assert platform.command("inbox", "reply", NUMBER, words, "--to", to, "--json").code == 0
    ((account_id,),) = until(
        lambda: platform.rows(
            "SELECT account_id FROM reply WHERE content = ? AND access_number = ?", words, to
        ),
        "the reply is stored",
    )
    return int(account_id)


def test_a_code_is_one_signatures_on_the_way_out_and_back(platform: RunningPlatform, tenant: Tenant) -> None:
    client, name = tenant.sdk(), tenant.sign_name
    added = client.add_ext_code_sign(models.AddExtCodeSignRequest(ext_code=CODE, sign_name=name)).body
    assert (added.code, added.data) == ("OK", True)
    theirs = ("extension", "assign", OTHERS, "--signature", PLATFORMS_SIGNATURE, "--json")
    root_id = platform.command(*theirs).json["account_id"]
    try:
        for asked in (None, "05"):
            assert (
                ended(client, NUMBER, send(tenant, NUMBER, sms_up_extend_code=asked)).send_status == DELIVERED
            )
        peers = {text.peer for text in platform.texts(NUMBER, 2)}
        assert peers == {ACCESS_NUMBER + CODE, ACCESS_NUMBER + CODE + "05"}
        refused = refusal(lambda: client.send_sms(sms(tenant, NUMBER, sms_up_extend_code=OTHERS)))
        assert (refused.status, refused.code) == (200, "isv.EXTEND_CODE_ERROR")
        ((tenant_id,),) = platform.rows(
            "SELECT DISTINCT account_id FROM message WHERE number = ?", "86" + NUMBER
        )
        assert owner_of_reply(platform, "退订", ACCESS_NUMBER + CODE) == tenant_id
        assert owner_of_reply(platform, "好", ACCESS_NUMBER + OTHERS) == root_id != tenant_id

        listed = client.query_ext_code_sign(models.QueryExtCodeSignRequest(sign_name=name)).body.data
        (row,) = listed.list
        assert (listed.total, row.ext_code, row.source, row.active, row.send_count) == (
            1,
            CODE,
            "tenant",
            1,
            2,
        )
    finally:
        client.delete_ext_code_sign(models.DeleteExtCodeSignRequest(ext_code=CODE, sign_name=name))
        platform.command("extension", "release", OTHERS)
    assert owner_of_reply(platform, "又来", ACCESS_NUMBER + CODE) == tenant_id, "in quarantine"
    ended(client, NUMBER, send(tenant, NUMBER))
    assert ACCESS_NUMBER in {text.peer for text in platform.texts(NUMBER, 3)}
