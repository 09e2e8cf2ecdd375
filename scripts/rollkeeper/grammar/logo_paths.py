"""The file that an entry's logo field means, by its text alone."""

from __future__ import annotations

from rollkeeper.model.logo import name_key


def logo_path(
    reference: str, folder: str, prefix: str | None = None, *, any_case: bool = False
) -> str:
    """Return the path of a logo within the logo folder.

    `folder` is its path from the community's root. A reference is a path within it, the path from
    the root, or an address on the site that serves the folder or one above it, as Hugo and
    Docusaurus write it: with `static/img` as the folder, `/img/fir.svg` and `img/fir.svg` are
    `fir.svg`. `prefix` is what stands before the path within the folder where it is something else.
    With `any_case` the folders may be written in another case. Nothing is said of whether the path
    is safe: it may have `..` in it.
    """
    if prefix and reference.startswith(prefix):
        return reference[len(prefix) :].lstrip("/")
    steps = reference.lstrip("/").split("/")
    while len(steps) > 1 and steps[0] == ".":
        steps = steps[1:]
    home, given = folder.split("/"), steps[:-1]
    if any_case:
        home, given = [name_key(step) for step in home], [name_key(step) for step in given]
    for start in range(len(home)):
        above = home[start:]
        if given[: len(above)] == above:
            return "/".join(steps[len(above) :])
    return "/".join(steps)


def normal_folder(folder: str) -> str:
    """Return the path of a logo folder as a policy writes it, without `.` and empty steps."""
    return "/".join(step for step in folder.split("/") if step not in {"", "."})
