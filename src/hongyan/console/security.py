"""What keeps strangers out of the console: cookies, headers, tokens, safe ways back.

A form carries a token made from the visitor's own cookie: from the login session once there is one, before that
from a random cookie that the login page sets (double submit). So no token is stored, and a token dies with its session.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

BASE: Final = "/console"
"""Where the console lives; cookies never leave this path."""

SESSION_COOKIE: Final = "hongyan_session"
VISITOR_COOKIE: Final = "hongyan_visitor"
LANGUAGE_COOKIE: Final = "hongyan_language"
FLASH_COOKIE: Final = "hongyan_flash"

CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "x-csrf-token"

_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final = (
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""On every answer, errors and assets included."""

NO_STORE: Final = (b"cache-control", b"no-store")
"""On every answer that does not say otherwise: pages hold people's data."""


def new_visitor_secret() -> str:
    """A value for the visitor cookie of somebody without a login session."""
    return secrets.token_urlsafe(32)


def csrf_token(secret: str) -> str:
    """The token for forms of the visitor whose cookie is `secret`. Shows nothing of the cookie."""
    return hmac.new(secret.encode(), b"hongyan console form", sha256).hexdigest()


def csrf_matches(secret: str, token: str) -> bool:
    """Whether a form came from a page of the same visitor. Takes the same time for any wrong token."""
    return hmac.compare_digest(csrf_token(secret).encode(), token.encode())


def is_cross_site(request: Request) -> bool:
    """Whether the browser says that another site sent this (Fetch Metadata). Old browsers say nothing."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def safe_next(target: str) -> str:
    """`target` when it is a place in the console, else the home page. Never leads to another origin."""
    home = BASE + "/"
    if not target.isprintable() or "\\" in target or len(target) > 512:
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    inside = parts.path == BASE or parts.path.startswith(home)
    if parts.scheme or parts.netloc or not inside or "//" in parts.path or ".." in parts.path:
        return home
    return target


def set_cookie(
    response: Response, name: str, value: str, *, secure: bool, max_age: int | None = None
) -> None:
    """A cookie of the console: out of reach of scripts, other sites and other paths."""
    response.set_cookie(name, value, max_age=max_age, path=BASE, secure=secure, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str, *, secure: bool) -> None:
    response.delete_cookie(name, path=BASE, secure=secure, httponly=True, samesite="lax")
