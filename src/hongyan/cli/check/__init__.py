"""`hongyan check`: what the rules say about a name or a text before anybody applies. Needs no data folder and no server."""

from __future__ import annotations

from cyclopts import App

from hongyan.cli.check.signature import check_signature_name

app = App(
    name="check",
    help="What the rules say before you apply. 申请前的合规检查。",
)
app.command(check_signature_name, name="signature")
