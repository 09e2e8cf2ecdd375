"""The roles that fields of an entry can play: one record each, from which the rest is derived.

Policies, their JSON Schema, the table in docs/policies.md, the importer and the comparison of
rosters read this list. Rules ask an entry for a role, never for a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rollkeeper.model.tree import FieldPath, field_path


@dataclass(frozen=True, slots=True)
class Role:
    """What a field is to the rules.

    `paths` are the fields that play the role unless a policy names others, written as in a policy.
    """

    id: str
    purpose: str
    paths: tuple[str, ...]
    is_address: bool = False
    """Whether its values are web addresses, which a policy can have visited."""
    headings: tuple[str, ...] = ()
    """Headings of columns that an import takes for this role, in small letters."""
    link_words: tuple[str, ...] = ()
    """Words in a link's text that make an import write its address to the field of that name."""
    item_keys: tuple[str, ...] = ()
    """Keys by which an item of a list is recognised after the item was edited."""

    @property
    def field(self) -> str:
        """The key under which an import writes it."""
        return self.paths[0].partition(".")[0]


ROLES = (
    Role(
        "name",
        "what the entry is called",
        ("name",),
        headings=(
            "name", "full name", "partner", "partner name", "organization", "organisation",
            "company", "institution", "adopter", "vendor", "member", "ambassador", "project",
            "group", "sig", "working group", "special interest group",
        ),
        item_keys=("name",),
    ),
    Role(
        "website",
        "its web address",
        ("website", "url", "homepage", "homepage_url"),
        is_address=True,
        headings=("url", "web site", "site", "homepage", "home page", "link"),
        link_words=("website",),
    ),
    Role("logo", "the file name of its logo", ("logo", "logo.light"), link_words=("logo",)),
    Role("logo_dark", "its logo for dark pages, where it has another", ("logo_dark", "logo.dark")),
    Role(
        "description",
        "a text about it",
        ("description",),
        headings=("description of use", "use case", "about"),
    ),
    Role(
        "handle",
        "a GitHub account, without the `@`",
        ("github", "contact.github", "contacts.*.github", "members.*.github", "leads.*.github"),
        headings=("github id", "github handle", "handle"),
        item_keys=("github",),
    ),
    Role(
        "email",
        "an e-mail address",
        ("email", "contact.email", "contacts.*.email"),
        headings=("mail", "e-mail", "email address"),
        item_keys=("email",),
    ),
    Role(
        "profile",
        "an address on another site, which its key names, such as `linkedin`",
        ("profiles.*", "contact.profile", "contacts.*.profile", "leads.*.profile"),
        is_address=True,
    ),
    Role(
        "terms",
        "a list of terms of office, each with `start` and `end`",
        ("terms",),
        item_keys=("start",),
    ),
    Role(
        "account_id",
        "GitHub's numeric id of an account, which stays when the account is renamed",
        (
            "github_id", "contact.github_id", "contacts.*.github_id", "members.*.github_id",
            "leads.*.github_id",
        ),
        item_keys=("id",),
    ),
    Role("date", "a day", ("since", "withdrawn")),
    Role("status", "whether the entry is active, or what it is instead", ("status",)),
    Role(
        "organisation",
        "whom a person works for",
        ("organisation", "organization", "company"),
        headings=(
            "organization", "company", "employer", "affiliation", "company affiliation", "org",
        ),
    ),
    Role("country", "where a person lives", ("country",)),
    Role(
        "certificate", "the address of a certificate or badge for a term", ("certificate", "badge")
    ),
    Role(
        "certificate_until",
        "the last day on which that certificate or badge is valid",
        ("certificate_until", "badge_until"),
    ),
    Role(
        "link",
        "evidence, certificates and other addresses",
        ("links.*", "certificate", "criteria.*.*"),
        is_address=True,
        link_words=("certificate",),
    ),
)  # fmt: skip

DEFAULT_ROLES: Mapping[str, tuple[FieldPath, ...]] = MappingProxyType(
    {role.id: tuple(map(field_path, role.paths)) for role in ROLES}
)
"""The fields that play each role where a policy says nothing of it."""

FIELDS: Mapping[str, str] = MappingProxyType({role.id: role.field for role in ROLES})
"""The key under which an import writes each role."""
