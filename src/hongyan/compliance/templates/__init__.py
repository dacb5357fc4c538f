"""Templates: the texts that may be sent, with variables, what they declare, and their tags."""

from hongyan.compliance.templates.desk import Templates
from hongyan.compliance.templates.judging import TemplateJudge
from hongyan.compliance.templates.tags import TagPlace, TemplateTag, TemplateTags

__all__ = ["TagPlace", "TemplateJudge", "TemplateTag", "TemplateTags", "Templates"]
