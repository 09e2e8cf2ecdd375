"""Rollkeeper's own words on public pages, in the languages that are built in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rollkeeper.grammar.languages import translation

DEFAULT_WORDS: Mapping[str, str] = MappingProxyType({
    "active": "Active",
    "alumni": "Alumni",
    "other": "Other",
    "since": "since {year}",
    "counted": "{heading} ({count})",
    "listed": "{count} listed",
    "yes": "yes",
    "no": "no",
    "nobody": "Nobody is listed yet.",
    "nothing": "Nothing is listed yet.",
    "nobody_active": "There are no ambassadors at present.",
    "no_partners": "No partners are listed yet.",
    "name": "Name",
})  # fmt: skip
"""Every word that pages use, in English; what is in braces is filled in."""

_CHINESE: Mapping[str, str] = {
    "active": "现任",
    "alumni": "往届",
    "other": "其他",
    "since": "自 {year} 年",
    "counted": "{heading}（{count}）",  # noqa: RUF001 - as Chinese is written
    "listed": "共 {count} 项",
    "yes": "是",
    "no": "否",
    "nobody": "暂无成员。",
    "nothing": "暂无内容。",
    "nobody_active": "目前没有现任大使。",
    "no_partners": "暂无合作伙伴。",
    "name": "名称",
}
_FIELDS: Mapping[str, str] = {
    "description": "简介",
    "offerings": "提供",
    "organisation": "所属组织",
    "organization": "所属组织",
    "company": "公司",
    "country": "国家或地区",
    "website": "网站",
    "contact": "联系方式",
    "github": "GitHub",
    "tier": "级别",
    "since": "加入时间",
    "status": "状态",
    "environment": "环境",
    "links": "链接",
    "profiles": "社交账号",
    "terms": "任期",
    "leads": "负责人",
    "members": "成员",
}
"""Headings of columns in Chinese, by the field; in English a field is its own heading."""

BUILT_IN: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": DEFAULT_WORDS, "zh": _CHINESE})


def words_for(language: str, own: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return all words for a page: a policy's own before those that are built in, else English."""
    built_in = translation(BUILT_IN, language) or {}
    words = {}
    for word, english in DEFAULT_WORDS.items():
        given = own.get(word, {})
        said = translation(given, language) or given.get("")
        words[word] = said or built_in.get(word, english)
    return words


def missing_words(language: str, own: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the words that neither Rollkeeper nor the policy has in a language."""
    built_in = translation(BUILT_IN, language) or {}
    return tuple(
        word
        for word in DEFAULT_WORDS
        if word not in built_in
        and not translation(own.get(word, {}), language)
        and not own.get(word, {}).get("")
    )


def field_heading(field: str, language: str) -> str | None:
    """Return the heading of a well-known field in a language; None where it is the field itself."""
    return _FIELDS.get(field) if translation({"zh": True}, language) else None
