"""Throughput and cost per message of a running platform, measured from outside: `python -m bench --help`."""
