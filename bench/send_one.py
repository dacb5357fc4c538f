"""Send one message with nothing but the standard library: the request format that any load generator can use.

python bench/send_one.py http://127.0.0.1:8480 KEY_ID KEY_SECRET 13800138000 SIGN_NAME TEMPLATE_CODE '{"code":"1234"}'
"""

import hashlib
import hmac
import http.client
import secrets
import sys
import time
from urllib.parse import quote, urlencode, urlsplit


def signed(host: str, key_id: str, secret: str, query: dict[str, str]) -> dict[str, str]:
    """Headers of a SendSms call with these query parameters, signed with ACS3-HMAC-SHA256."""
    payload_hash = hashlib.sha256(b"").hexdigest()  # the body is empty
    headers = {
        "host": host,
        "x-acs-action": "SendSms",
        "x-acs-version": "2017-05-25",
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),  # within 15 minutes
        "x-acs-signature-nonce": secrets.token_hex(16),  # never twice
        "x-acs-content-sha256": payload_hash,
    }
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            "POST",
            "/",
            urlencode(sorted(query.items()), quote_via=quote, safe="~"),
            "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)),
            names,
            payload_hash,
        )
    )
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(secret.encode(), to_sign.encode(), "sha256").hexdigest()
    return headers | {
        "Authorization": f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    }


def main() -> None:
    """Print the answer's HTTP status and body."""
    endpoint, key_id, secret, number, sign_name, template_code, template_param = sys.argv[1:]
    host = urlsplit(endpoint).netloc
    query = {
        "PhoneNumbers": number,
        "SignName": sign_name,
        "TemplateCode": template_code,
        "TemplateParam": template_param,
    }
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("POST", f"/?{urlencode(query)}", headers=signed(host, key_id, secret, query))
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())


if __name__ == "__main__":
    main()
