"""What commands share: the data folder option, and the platform beside a running server or alone."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from hongyan.cli.language import say
from hongyan.config import read_settings

if TYPE_CHECKING:
    from hongyan.bootstrap import Platform
    from hongyan.identity import FirstStart

Data = Annotated[
    Path | None,
    Parameter(help="Data folder (HONGYAN_DATA, else ./hongyan-data). 数据目录。", show_default=False),
]
Json = Annotated[bool, Parameter(help="One JSON value and nothing else. 仅输出一个 JSON 值。", negative=())]


@asynccontextmanager
async def opened(data: Path | None) -> AsyncIterator[Platform]:
    """The platform of a data folder. Credentials of a first start go to standard error, so that JSON stays JSON."""
    from hongyan.bootstrap import open_platform  # every room: not for commands that open no platform

    async with open_platform(read_settings(data=data)) as found:
        if found.first_start is not None:
            print(credentials(found.first_start), file=sys.stderr)
        yield found.platform


def credentials(first: FirstStart) -> str:
    """What is said once, at the first start. Only what was generated is shown."""
    lines = [say("首次启动，以下凭证只显示一次：", "First start. These credentials are shown only once:")]
    if first.generated_key:
        lines += [
            f"  AccessKeyId      {first.access_key_id}",
            f"  AccessKeySecret  {first.access_key_secret}",
        ]
    if first.generated_password:
        lines += [
            say("  控制台           ", "  console          ") + f"{first.console_login} / {first.password}"
        ]
    return "\n".join(lines)
