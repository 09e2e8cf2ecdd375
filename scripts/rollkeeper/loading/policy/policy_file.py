"""Policy files: what a programme asks of its roster, read and checked before anything is judged.

An error in a policy is never a finding about the roster: all errors of all policies are collected
and raised together, each with its file and line.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path

from rollkeeper.grammar.globs import why_no_glob
from rollkeeper.grammar.languages import wording
from rollkeeper.loading.policy.account_settings import read_accounts
from rollkeeper.loading.policy.audit_settings import read_audit
from rollkeeper.loading.policy.entries_address import read_entries
from rollkeeper.loading.policy.extending import (
    BaseName,
    is_base,
    read_extends,
    why_not_a_base,
)
from rollkeeper.loading.policy.member_source import read_lists, read_members
from rollkeeper.loading.policy.page_layout import (
    as_wording,
    pages_of,
    read_layout,
    read_pages,
    unspoken,
)
from rollkeeper.loading.policy.policy_draft import PolicyDraft, lay_over
from rollkeeper.loading.policy.sections import (
    ConfigError,
    PolicyReader,
    leaves_root,
    read_comment_waivers,
    read_fields,
    read_requirements,
    read_rules,
    read_waivers,
    unknown,
)
from rollkeeper.loading.policy.settings import (
    is_timezone,
    read_dates,
    read_limits,
    read_logos,
    read_rules_version,
    read_schema,
)
from rollkeeper.loading.policy.term_settings import read_editions, read_groups
from rollkeeper.loading.policy.visit_settings import read_websites
from rollkeeper.loading.yaml_reader import read_yaml
from rollkeeper.model.limits import MAX_BASES, ROSTER
from rollkeeper.model.page import DEFAULT_LANGUAGE, Page
from rollkeeper.model.policy import (
    DEFAULT_TIMEZONE,
    UNWAIVABLE,
    AccountSettings,
    AuditSettings,
    DatePrecision,
    EntriesAddress,
    Policy,
    RuleSetting,
    VisitSettings,
)
from rollkeeper.model.policy_keys import POLICY_KEYS
from rollkeeper.model.roles import DEFAULT_ROLES
from rollkeeper.model.rule import Catalogue, rules_version
from rollkeeper.model.tree import (
    ANY_ITEM,
    START,
    FieldPath,
    Map,
    Place,
    key_place_of,
    place_of,
)

PRESETS = Path(__file__).parent / "presets"
_TEXTS = ("title", "roster", "schema", "page", "logos", "timezone")
_PATHS = ("roster", "schema", "page", "logos")
_WORDS_OF = "website-off-topic"
"""The rule whose option `words` says what pages are searched for."""


class PolicyError(Exception):
    """One or more policies cannot be used; `errors` has all of them."""

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


def read_policy(
    file: Path, shown_path: str, catalogue: Catalogue
) -> tuple[Policy | None, tuple[ConfigError, ...]]:
    """Read one policy file; the policy is None when there are errors."""
    draft, errors = _draft(file, shown_path, catalogue)
    bases = _Bases(file.parent, posixpath.dirname(shown_path), catalogue)
    if draft:
        draft = bases.under(draft, (file.name,))
        errors = (*errors, *bases.errors)
    refused = any(error.message.startswith("`roster`") for error in errors)
    if draft and "roster" not in draft.texts and not refused:
        message = "`roster` is missing: name the roster file, such as partners.yaml"
        errors = (*errors, ConfigError(shown_path, START, message))
    if draft:
        errors = (*errors, *_unknown_waived(draft, catalogue))
    if draft and not errors:
        errors = tuple(_unspoken(draft, shown_path))
    if errors or draft is None:
        return None, errors
    policy = _finished(draft, file.stem, shown_path)
    return replace(policy, bases=tuple(dict.fromkeys(bases.read))), ()


class _Bases:
    """The presets and files that one policy extends, directly and through others."""

    def __init__(self, folder: Path, shown_folder: str, catalogue: Catalogue) -> None:
        self.errors: list[ConfigError] = []
        self._folder, self._shown_folder, self._catalogue = folder, shown_folder, catalogue
        self.read: list[str] = []

    def under(self, draft: PolicyDraft, chain: tuple[str, ...]) -> PolicyDraft:
        """Return a draft laid over all that it extends; `chain` are the files that led to it."""
        drafts = [each for base in draft.extends if (each := self._base(base, chain)) is not None]
        return reduce(lay_over, [*drafts, draft])

    def _base(self, base: BaseName, chain: tuple[str, ...]) -> PolicyDraft | None:
        self.read.append(base.name)
        wrong = f"more than {MAX_BASES} files and presets are extended"
        name = base.file or base.name
        if len(self.read) <= MAX_BASES:
            wrong = self._why_not(base, chain)
        if wrong:
            if len(self.read) <= MAX_BASES + 1:
                self.errors.append(ConfigError(base.path, base.place, wrong))
            return None
        if base.file is None:
            file, shown = PRESETS / name / "policy.yaml", f"preset {name}"
        else:
            file, shown = self._folder / name, posixpath.join(self._shown_folder, name)
        draft, errors = _draft(file, shown, self._catalogue)
        self.errors += errors
        return self.under(draft, (*chain, name)) if draft else None

    def _why_not(self, base: BaseName, chain: tuple[str, ...]) -> str:
        if base.file is None:
            return ""
        if base.file in chain:
            round_ = " extends ".join([*chain[chain.index(base.file) :], base.file])
            return f"policies extend each other in a circle: {round_}"
        return why_not_a_base(self._folder, base.file) or ""


def _unknown_waived(draft: PolicyDraft, catalogue: Catalogue) -> Iterator[ConfigError]:
    """Report waivers of unknown rules, once the preset's own rules are known."""
    known = {*catalogue, *(requirement.id for requirement in draft.requirements)}
    for waiver in draft.waivers:
        if waiver.rule not in known:
            message = unknown("rule", waiver.rule, sorted(known))
            yield ConfigError(waiver.path, waiver.place, message)
    for each in draft.comment_waivers:
        if each.id not in known:
            yield ConfigError(each.path, each.place, unknown("rule", each.id, sorted(known)))
        elif each.id in catalogue and catalogue[each.id].family in UNWAIVABLE:
            message = f"`{each.id}` cannot be waived: what it reports has to be corrected"
            yield ConfigError(each.path, each.place, message)


def _pages(draft: PolicyDraft) -> tuple[Page, ...]:
    return pages_of(draft.pages or [], draft.layout, has_logos="logos" in draft.texts)


def _unspoken(draft: PolicyDraft, shown_path: str) -> Iterator[ConfigError]:
    """Report pages in languages that nobody has given Rollkeeper's own words in."""
    for page in _pages(draft):
        words = unspoken(page)
        if words:
            message = (
                f"Rollkeeper has no words of its own in `{page.language}`: give them under `words` "
                f"in the page's `layout`, for {', '.join(words)}"
            )
            place = draft.own.get(("pages",)) or draft.own.get(("page",)) or START
            yield ConfigError(shown_path, place, message)


def preset_names() -> tuple[str, ...]:
    """List the presets that ship with the package."""
    return tuple(sorted(folder.parent.name for folder in PRESETS.glob("*/policy.yaml")))


def _finished(draft: PolicyDraft, name: str, shown_path: str) -> Policy:
    texts = draft.texts
    return Policy(
        name=name,
        path=shown_path,
        title=texts.get("title", name),
        roster=texts["roster"],
        entries=draft.entries or EntriesAddress(),
        schema=draft.schema or {},
        pages=_pages(draft),
        titles=draft.titles,
        logos=texts.get("logos"),
        logo_prefix=texts.get("logo_prefix"),
        timezone=texts.get("timezone", DEFAULT_TIMEZONE),
        roles={**DEFAULT_ROLES, **_ids_beside(draft.fields.get("handle", ())), **draft.fields},
        rules=draft.rules,
        requirements=draft.requirements,
        waivers=draft.waivers,
        comment_waivers=tuple(each.id for each in draft.comment_waivers),
        limits={**ROSTER, **draft.limits},
        websites=VisitSettings(**draft.websites, words=_words(draft.rules.get(_WORDS_OF))),
        accounts=AccountSettings(**draft.accounts),
        audit=AuditSettings(**draft.audit),
        members=draft.members,
        lists=draft.lists,
        editions=draft.editions,
        groups=draft.groups,
        dates=draft.dates.get("precision", DatePrecision.DAY),
        rules_version=draft.rules_version,
        own=draft.own,
    )


def _ids_beside(handles: Sequence[FieldPath]) -> dict[str, tuple[FieldPath, ...]]:
    """Return where the ids of accounts are that a policy has in fields of its own."""
    beside = dict.fromkeys((*path[:-1], "github_id") for path in handles if path[-1] != ANY_ITEM)
    return {"account_id": tuple(beside)} if beside else {}


def _words(setting: RuleSetting | None) -> tuple[str, ...]:
    return tuple(setting.options.get("words", ())) if setting and setting.enabled else ()


def _draft(
    file: Path, shown_path: str, catalogue: Catalogue
) -> tuple[PolicyDraft | None, tuple[ConfigError, ...]]:
    try:
        data = file.read_bytes()
    except OSError as error:
        return None, (ConfigError(shown_path, START, f"cannot be read: {error.strerror}"),)
    roster = read_yaml(data, shown_path)
    errors = [ConfigError(shown_path, defect.place, defect.message) for defect in roster.defects]
    if not isinstance(roster.data, Map):
        if not errors:
            message = "a policy must be a mapping of settings, such as `title: Community partners`"
            errors.append(ConfigError(shown_path, START, message))
        return None, tuple(errors)
    reading = PolicyReader(shown_path, roster.data, errors, file.parent)
    texts = dict(_texts(reading))
    if is_base(file.name) and "waivers" in roster.data:
        message = "waivers are for the entries of one programme; move them to its own policy"
        reading.error(("waivers",), message, on_key=True)
    draft = PolicyDraft(
        extends=read_extends(reading, preset_names()),
        texts=texts,
        fields=read_fields(reading),
        rules=read_rules(reading, catalogue),
        layout=read_layout(reading),
        pages=read_pages(reading),
        titles=as_wording(roster.data.get("title")) or {},
        limits=dict(read_limits(reading)),
        websites=read_websites(reading),
        accounts=read_accounts(reading),
        audit=dict(read_audit(reading)),
        dates=dict(read_dates(reading)),
        requirements=read_requirements(reading, catalogue),
        waivers=read_waivers(reading),
        comment_waivers=read_comment_waivers(reading),
        schema=read_schema(reading, texts.get("schema"), file.parent),
        entries=read_entries(reading),
        members=read_members(reading),
        lists=read_lists(reading),
        editions=read_editions(reading),
        groups=read_groups(reading),
        rules_version=read_rules_version(reading, rules_version(catalogue)),
        own=dict(_own(reading.data)),
    )
    return draft, tuple(errors)


def _own(data: Map) -> Iterator[tuple[FieldPath, Place]]:
    for key in ("roster", "schema", "page", "pages"):
        if key in data:
            yield (key,), place_of(data, (key,))
    for section in ("fields", "rules"):
        settings = data.get(section)
        for key in settings if isinstance(settings, Map) else ():
            yield (section, key), key_place_of(data, (section, key))


def _texts(reading: PolicyReader) -> Iterator[tuple[str, str]]:
    for key, value in reading.known(reading.data, POLICY_KEYS, ()):
        if key not in _TEXTS:
            continue
        if key == "logos" and isinstance(value, Map):
            yield from read_logos(reading, value)
            continue
        if key == "title" and (titles := as_wording(value)):
            yield key, titles.get("") or wording(titles, DEFAULT_LANGUAGE) or ""
        elif not isinstance(value, str) or not value.strip():
            reading.error((key,), f"`{key}` must be text")
        elif key in _PATHS and leaves_root(value):
            message = f"`{key}` must be a path inside the community's folder, without `..`"
            reading.error((key,), message)
        elif key == "roster" and (wrong := why_no_glob(value)):
            reading.error((key,), f"`roster`: {wrong}")
        elif key == "timezone" and not is_timezone(value):
            message = f"`{value[:60]}` is not a time zone; write one such as Asia/Shanghai or UTC"
            reading.error((key,), message)
        else:
            yield key, value
