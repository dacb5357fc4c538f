"""`hongyan demo --once`: what a stranger sees first."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from running_platform import hongyan

pytestmark = pytest.mark.slow

STEPS = {
    "en": [
        "The platform runs at http://127.0.0.1:",
        "enterprise account and access key",
        "administrator's phone got the code",
        "qualification approved",
        "signature approved",
        "template approved",
        "accepted (durable)",
        "submitted to the carrier",
        "delivered  DELIVRD",
        "1069000012 → 13800138000",
        "segments  1",
        "0.045 CNY",
        "Console  http://127.0.0.1:",
    ],
    "zh": [
        "平台已启动：http://127.0.0.1:",
        "企业账号与访问密钥",
        "管理员手机收到验证码",
        "资质已通过",
        "签名已通过",
        "模板已通过",
        "已受理（已落盘）",
        "已提交运营商",
        "已送达  DELIVRD",
        "1069000012 → 13800138000",
        "计费条数",
        "0.045 CNY",
        "控制台  http://127.0.0.1:",
    ],
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_real_message_seen_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Whatever the visitor's own settings are, and nothing is left behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    said = hongyan(
        "demo", "--once", lang=lang, review="manual", data="/nowhere", port="1", smpp="smpp://a:b@192.0.2.1"
    )
    assert said.code == 0, said
    at = 0
    for step in STEPS[lang]:
        at = said.out.find(step, at)
        assert at >= 0, f"{step!r} is missing, or out of order:\n{said.out}"
    assert "【杭州鸿雁示例】您的订单HY20261121已发货，预计18:30送达。" in said.out
    assert re.search(r"BizId [0-9]+\^0 +RequestId [0-9A-F-]{36}", said.out)
    assert said.err == ""
    assert list(tmp_path.iterdir()) == []
