"""The template pack: what a text may say, with which variables, and how long it may get."""

from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.extent import Extent, extent_of
from hongyan.compliance.rules.templates.pack import TEMPLATE_RULES, check_template

__all__ = ["TEMPLATE_RULES", "Extent", "TemplateCase", "TemplateKind", "check_template", "extent_of"]
