"""Simulated carriers with virtual phones, always a process of their own. See README.md.

Front doors: `python -m hongyan.carriers.simulator`, `handsets.open_inbox`, `control.call`. What a carrier does is kept apart
from the protocol it speaks, so that another protocol is another front and a translation.
"""
