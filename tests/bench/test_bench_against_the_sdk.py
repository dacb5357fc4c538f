"""The generator's bytes and the official SDK's are the same bytes."""

from __future__ import annotations

import calendar
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import SendSmsRequest
from alibabacloud_tea_openapi.models import Config
from bench.request_signing import MAKERS, SendSms, acs3_maker, rpc_maker
from bench_signing_rules import acs3_signature, split
from bench_stub_server import StubServer, stub_in_a_thread

ROOT = Path(__file__).parents[2]
KEY, SECRET = "LTAI5tFAKEFAKEFAKEFAKE01", "fakeSecretfakeSecretfakeSecret"
CASES = [
    ("阿里云", '{"name":"Ann","code":"000123"}'),
    ("Hong yan~*/+", '{"text":"a b&c=d%e/~*()\'!,;:@","name":"王 小明"}'),
    ("鸿雁", ""),
]


def found(pattern: str, request: str) -> str:
    match = re.search(pattern, request)
    assert match, pattern
    return unquote(match[1])


@pytest.mark.slow
@pytest.mark.parametrize(("sign_name", "param"), CASES)
@pytest.mark.parametrize("mode", sorted(MAKERS))
def test_the_same_call_gives_the_same_bytes(mode: str, sign_name: str, param: str) -> None:
    server = StubServer()
    with stub_in_a_thread(server) as endpoint:
        config = Config(
            access_key_id=KEY,
            access_key_secret=SECRET,
            endpoint=endpoint.removeprefix("http://"),
            protocol="HTTP",
        )
        if mode == "rpc":
            config.signature_algorithm = "v2"
        Client(config).send_sms(
            SendSmsRequest(
                phone_numbers="13900000000",
                sign_name=sign_name,
                template_code="SMS_1",
                template_param=param or None,
            )
        )
    sent = server.requests[0].decode("ascii")
    nonce = found(r"(?i)nonce(?:=|: )(\w{32})", sent)
    date = found(r"(?:Timestamp=|x-acs-date: )(\S+?)(?:&|\r)", sent)
    at = calendar.timegm(time.strptime(date, "%Y-%m-%dT%H:%M:%SZ"))
    call = SendSms(
        endpoint, KEY, SECRET, sign_name, "SMS_1", param, user_agent=found(r"user-agent: (.*)\r", sent)
    )
    maker = {"acs3": acs3_maker, "rpc": rpc_maker}[mode]

    ours = maker(call, now=lambda: at, nonces=nonce[:16])("13900000000", int(nonce[16:], 16))

    assert ours.decode("ascii") == sent


@pytest.mark.slow
def test_the_published_example_is_the_one_in_the_documentation_and_signs_correctly() -> None:
    script = ROOT / "bench" / "send_one.py"
    server = StubServer()
    with stub_in_a_thread(server) as endpoint:
        words = [endpoint, KEY, SECRET, "13900000000", "阿里 云", "SMS_1", '{"code":"1 2~*"}']
        done = subprocess.run(
            [sys.executable, "-I", str(script), *words], capture_output=True, text=True, check=True
        )

    assert done.stdout.startswith('200 {"Code":"OK"')
    query, headers, body = split(server.requests[0])
    assert headers["authorization"].endswith(f"Signature={acs3_signature(query, headers, body, SECRET)}")
    assert query["TemplateParam"] == '{"code":"1 2~*"}'
    assert script.read_text(encoding="utf-8") in (ROOT / "docs" / "performance.md").read_text(
        encoding="utf-8"
    )
