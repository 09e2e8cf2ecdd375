"""The entries as JSON, for a site that builds pages of its own."""

from __future__ import annotations

import json
from typing import Any

from rollkeeper.pages.groups import grouped
from rollkeeper.pages.view import PageView


def data(view: PageView) -> str:
    """Write the entries that are active, by group, with where their logos are.

    An entry has its name, its website and the fields that the policy's `columns` name:
    anything else may not be meant for the public.
    """
    active = [entry for entry in view.programme.entries if entry.active]
    columns = view.layout.columns
    groups = []
    for group in grouped(view, active, view.layout.group_by):
        entries = []
        for entry in group.entries:
            item: dict[str, Any] = {"name": view.name(entry)}
            item["website"] = view.text(entry, "website")
            image = view.images.get(entry.index)
            if image is not None:
                item["logo"] = {"file": image.file, "width": image.width, "height": image.height}
            for column in columns or ():
                if column.path in entry.roles.get("name", ()):
                    continue
                key = ".".join(map(str, column.path))
                item[key] = [value for _, value in view.located(entry, column.path)]
            entries.append(item)
        groups.append({"group": group.value, "title": group.title, "entries": entries})
    content = {"title": view.title, "language": view.language, "groups": groups}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
