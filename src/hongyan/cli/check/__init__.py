"""`hongyan check`: what the rules say about a name or a text before anybody applies. Needs no data folder and no server."""

from __future__ import annotations

from cyclopts import App

from hongyan.cli.check.signature import check_signature_name
from hongyan.cli.check.template import check_template_text

app = App(
    name="check",
    help="What the rules say before you apply. 申请前的合规检查。",
)
app.command(check_signature_name, name="signature")
app.command(check_template_text, name="template")
