"""A tenant deletes what messages were accepted with, while a carrier lets them wait."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from alibabacloud_dysmsapi20170525 import models
from running_platform import RunningPlatform, hongyan, until
from sdk_calls import batch

pytestmark = pytest.mark.slow

NUMBERS = 100
BATCHES = 5


def test_messages_that_wait_end_when_their_template_is_deleted_and_none_is_without_an_end(
    tmp_path: Path,
) -> None:
    platform = RunningPlatform(tmp_path)
    platform.start()
    try:
        tenant = platform.seed()
        sdk = tenant.sdk()
        with platform.carrier_pauses():
            for first in range(0, NUMBERS * BATCHES, NUMBERS):
                numbers = [f"139{first + each:08}" for each in range(NUMBERS)]
                assert sdk.send_batch_sms(batch(tenant, *numbers)).body.code == "OK"
            deleted = sdk.delete_sms_template(
                models.DeleteSmsTemplateRequest(template_code=tenant.template_code)
            )
            assert deleted.body.code == "OK", deleted.body
        ends = until(lambda: ended(platform), "every message has its end")
        assert ends.keys() == {("delivered", "DELIVRD"), ("failed", "TEMPLATE_DELETED")}
        assert platform.rows("SELECT count(*) FROM outbox") == [(0,)]
        said = hongyan("explain", "TEMPLATE_DELETED", lang="en")
        assert "its template was deleted while it waited" in said.out
    finally:
        assert platform.stop() == 0


def ended(platform: RunningPlatform) -> Counter[tuple[str, str]] | None:
    found = Counter(
        {
            (state, code): count
            for state, code, count in platform.rows(
                "SELECT state, receipt_code, count(*) FROM message GROUP BY state, receipt_code"
            )
        }
    )
    return found if found.total() == NUMBERS * BATCHES and ("accepted", "") not in found else None
