"""Templates: the texts that may be sent, with variables, what they declare, and their tags."""

from hongyan.compliance.templates.desk import Templates
from hongyan.compliance.templates.tags import TagPlace, TemplateTag, TemplateTags

__all__ = ["TagPlace", "TemplateTag", "TemplateTags", "Templates"]
