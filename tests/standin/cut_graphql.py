"""Cuts GitHub's GraphQL schema down to what the stand-in answers.

    npm pack @octokit/graphql-schema && tar xzf octokit-graphql-schema-*.tgz
    python tests/standin/cut_graphql.py package/schema.graphql

writes `schema.graphql` beside this file. Its licence is that of `openapi.LICENSE`.
"""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

KEPT = {
    "Query": ("organization", "repositoryOwner", "user"),
    "RepositoryOwner": ("id", "login"),
    "User": ("contributionsCollection", "databaseId", "id", "login", "organization"),
    "Organization": ("databaseId", "id", "login", "membersWithRole", "viewerIsAMember"),
    "OrganizationMemberConnection": ("totalCount",),
    "ContributionsCollection": ("hasAnyContributions",),
    "DateTime": (),
}


class Cut(Visitor):
    """Leaves out what only people read."""

    def enter(self, node: Any, *_: object) -> Any:
        """Return a node without its description and its directives."""
        given = {"description": None, "directives": ()}
        named = {field.name for field in fields(node)}
        return replace(node, **{name: given[name] for name in given.keys() & named})


def cut(text: str) -> str:
    """Return the part of a schema that is kept."""
    definitions = parse(text, no_location=True).definitions
    kept = tuple(_part(each) for each in definitions if _name(each) in KEPT)
    return print_ast(visit(DocumentNode(definitions=kept), Cut())) + "\n"


def _name(node: Any) -> str:
    return str(getattr(getattr(node, "name", None), "value", ""))


def _part(node: Any) -> Any:
    if not isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        return node
    return replace(
        node,
        fields=tuple(each for each in node.fields or () if _name(each) in KEPT[_name(node)]),
        interfaces=tuple(each for each in node.interfaces or () if _name(each) in KEPT),
    )


if __name__ == "__main__":
    schema = cut(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(__file__).with_name("schema.graphql").write_text(schema, encoding="utf-8")
