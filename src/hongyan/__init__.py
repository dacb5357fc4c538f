"""Hongyan (鸿雁): a Short Message Service that you run yourself."""

__version__ = "0.1.0"
