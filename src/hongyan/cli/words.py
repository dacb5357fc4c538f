"""Words of values that several commands print, in Chinese and in English."""

from __future__ import annotations

from hongyan.messaging.model import Category

CATEGORIES = {
    Category.CODE: ("验证码", "code"),
    Category.NOTICE: ("通知", "notice"),
    Category.MARKETING: ("推广", "marketing"),
    Category.INTERNATIONAL: ("国际", "international"),
}
