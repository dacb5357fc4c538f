"""The console as an ASGI application: pages behind the gate, faults as pages."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from hongyan.console import errors, pages
from hongyan.console.assets import Assets
from hongyan.console.gate import Gate
from hongyan.console.ports import ChannelNames, IdentityPort, InboxFactory, MessagingPort, Reply
from hongyan.console.rendering import Pages
from hongyan.console.settings import ConsoleSettings
from hongyan.console.visit import Console
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError


def build_console(
    identity: IdentityPort,
    messaging: MessagingPort,
    channel_names: ChannelNames,
    inbox_factory: InboxFactory,
    reply: Reply,
    settings: ConsoleSettings,
    clock: Clock,
) -> Starlette:
    """The console, to be mounted at `/console` (or handed requests whose path starts with it)."""
    assets = Assets()
    console = Console(
        identity=identity,
        messaging=messaging,
        channel_names=channel_names,
        inbox_factory=inbox_factory,
        reply=reply,
        settings=settings,
        clock=clock,
        assets=assets,
        pages=Pages(assets),
    )
    app = Starlette(
        routes=pages.ROUTES,
        middleware=[
            # Logins are counted by address: behind a proxy on this machine that of the person, not of the proxy.
            Middleware(ProxyHeadersMiddleware, trusted_hosts=["127.0.0.1", "::1"]),
            Middleware(Gate, console=console),
        ],
        exception_handlers={
            HTTPException: errors.known,
            HongyanError: errors.known,
            Exception: errors.unexpected,
        },
    )
    # It would answer with an absolute address made of the request's own Host header.
    app.router.redirect_slashes = False
    return app
