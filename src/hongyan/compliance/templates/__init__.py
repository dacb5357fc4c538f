"""Templates: the texts that may be sent, with variables."""

from hongyan.compliance.templates.desk import Templates

__all__ = ["Templates"]
