"""`hongyan serve`: the platform in the foreground."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import App, Parameter

from hongyan.cli.context import Data, credentials
from hongyan.cli.language import say
from hongyan.config import read_settings
from hongyan.server.logs import configure_logs
from hongyan.server.serve import Server, Started

app = App(name="serve", help="Start the platform. 启动平台。")


@app.default
def serve(
    *,
    data: Data = None,
    host: Annotated[str | None, Parameter(help="Address to listen on. 监听地址。")] = None,
    port: Annotated[
        int | None, Parameter(help="HTTP port, 0 for a free one. 端口，0 表示任意空闲端口。")
    ] = None,
    database: Annotated[
        str | None, Parameter(help="postgresql://… instead of SQLite. 使用 PostgreSQL。")
    ] = None,
    role: Annotated[str | None, Parameter(help="all. 节点角色。")] = None,
    scenario: Annotated[
        Path | None, Parameter(help="How the simulated carrier behaves. 模拟运营商场景文件。")
    ] = None,
) -> None:
    """Start the platform and stay until Ctrl-C. Everything else is set by HONGYAN_… variables (docs/settings.md)."""
    settings = read_settings(
        data=data,
        host=host,
        port=port,
        database=database,
        role=role,
        scenario=str(scenario) if scenario else None,
    )
    configure_logs(settings.log_level, settings.log_format)
    sys.exit(uvloop.run(Server(settings).run(_say_started)))


def _say_started(started: Started) -> None:
    lines = []
    if started.first_start is not None and started.first_start.generated:
        lines.append(credentials(started.first_start))
    lines += [
        say(f"SDK 接入点   {started.endpoint}（HTTP）", f"SDK endpoint  {started.endpoint} (HTTP)"),
        say(f"控制台       {started.url}/console", f"console       {started.url}/console"),
        say("按 Ctrl-C 停止。", "Ctrl-C stops."),
    ]
    print("\n".join(lines), flush=True)
