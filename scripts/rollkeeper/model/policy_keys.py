"""The keys of a policy file and what each is for, from which the documentation and schema are made.

Meanings are Markdown as in docs/policies.md; editors show them as plain text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POLICY_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "title": "what the programme is called: a text, or one for each language "
        "(`{en: Partners, zh: 合作伙伴}`)",
        "extends": "a [preset](#presets) or a [file](#policies-that-share-settings) to start from, "
        "or a list of them; the policy's own settings take precedence",
        "roster": "the roster, a path from the community's folder, or with `*` "
        "[several files](#where-the-entries-are)",
        "entries": "[where in the roster the entries are](#where-the-entries-are), such as "
        "`sigs`; without it the roster itself is the list",
        "schema": "a JSON Schema (draft-07) beside this file, for the whole roster, so that "
        "editors can use it too",
        "page": "the page that `rollkeeper render` writes",
        "pages": "several pages, such as one for each language; see [pages](pages.md)",
        "layout": "[how the page is laid out](pages.md)",
        "logos": "the folder of the logos, and what stands [before their names](#logos); without "
        "it logos are not checked",
        "timezone": "the time zone in which a day ends; by default a day ends when it has ended "
        "everywhere (`Etc/GMT+12`)",
        "dates": "`{precision: year}` or `month`, where `2021` or `2021-06` is a date; see "
        "[dates](#dates)",
        "fields": "which fields have which [role](#fields)",
        "websites": "how [websites](websites.md#times) are visited, and which addresses those are",
        "accounts": "what is asked of [GitHub accounts](accounts.md#what-a-policy-can-ask-for)",
        "audit": "what the [nightly audit](#the-nightly-audit) does about the programme",
        "rules": "settings of [rules](rules.md): `off`, a severity, or a mapping of options",
        "rules_version": "the version of the [rule set](#versions-of-the-rules) to keep to; "
        "without it the newest",
        "requirements": "your own [rules](#requirements), in CEL",
        "editions": "[rounds of the programme](#editions), whose first and last day the terms have "
        "that name them",
        "groups": "[organisations that belong together](#groups-of-companies) and are counted as "
        "one",
        "members": "an outside [list of members](#an-outside-list-of-members) that organisations "
        "are compared with",
        "lists": "[lists that others keep](#lists-that-others-keep), whose differences from the "
        "roster the audit names",
        "waivers": "[exceptions](#waivers): from which rule, for which entries or files, why, "
        "until when and by whom",
        "comment_waivers": "the rules that a comment [beside the entry](#beside-the-entry) may "
        "waive; by default none",
        "limits": "[limits](#limits) of the roster",
    }
)

LIMIT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "max_bytes": "bytes of the roster",
        "max_nodes": "values in it, keys and items counted",
        "max_entries": "entries",
        "max_depth": "mappings and lists within one another",
        "max_scalar": "characters of one value",
        "max_indent": "spaces before a line's text",
    }
)

WEBSITE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "connect": "seconds for one connection",
        "timeout": "seconds for one website with all its redirects and retries",
        "deadline": "seconds for all websites of a run; the rest is reported as not visited",
        "at_once": "visits at the same time; lower it on a small machine",
        "roles": "the roles whose addresses are visited; none with `[]`",
    }
)

AUDIT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "opens_at": "the least severity that opens the programme's issue, and keeps it open",
        "remind": "whether people are [reminded](terms.md) in an issue before their term ends, on "
        "the `days` of `term-ending-soon`; by default they are",
        "alumni": "whether a [pull request](terms.md) moves people to the alumni after the end of "
        "their term; by default it does",
        "objection_days": "for how many days after its opening one can object to it; by default 14",
    }
)

ACCOUNT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "organisation": "the organisation on GitHub whose members they are to be",
        "contributions": "in how many months they are to have contributed, and to what",
    }
)

CONTRIBUTION_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "months": "the number of months",
        "organisation": "the organisation on GitHub to whose repositories they are to contribute; "
        "without it any contribution counts",
    }
)
