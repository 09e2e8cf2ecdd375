"""Logo references: what an entry names as its logo, and the file that it means."""

from __future__ import annotations

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.logo import Logo
from rollkeeper.model.policy import Severity
from rollkeeper.model.report import Problem
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import defects


@rule("logo-missing", on=Logo, severity=Severity.ERROR)
def missing(logo: Logo) -> Problems:
    """An entry names a logo that is not in the logo folder.

    The page would show a broken image. Add the file to the folder, or correct the name.
    """
    return defects(logo, "logo-missing")


@rule("logo-outside-folder", on=Logo, severity=Severity.ERROR)
def outside_folder(logo: Logo) -> Problems:
    """A logo's path leads outside of the logo folder.

    Only files in the folder are checked and published, and such a path could expose any file on the
    machine that builds the page. Move the file into the folder and write its path within it.
    """
    return defects(
        logo,
        "logo-outside-folder",
        "put the file into the logo folder and write its path within the folder",
    )


@rule("logo-wrong-case", on=Logo, severity=Severity.ERROR)
def wrong_case(logo: Logo) -> Problems:
    """A logo's name differs from the file name in case or in how an accent is encoded.

    The file is found on systems that ignore case, but not on the website. Write the name exactly as
    the file has it.
    """
    return defects(logo, "logo-wrong-case", "write the name exactly as the file's")


@rule("logo-is-link", on=Logo, severity=Severity.ERROR)
def is_link(logo: Logo) -> Problems:
    """A logo is a symbolic link.

    Links are not followed, because they can point to any file on the machine that builds the page.
    Commit the picture itself under this name.
    """
    return defects(logo, "logo-is-link", "commit the picture itself under this name")


@rule("logo-name-unsafe", on=Logo, severity=Severity.ERROR)
def name_unsafe(logo: Logo) -> Problems:
    """A logo's file name contains characters that are unsafe in systems, shells or addresses.

    The file cannot be checked out everywhere, or its address does not work. Rename it to lower-case
    letters, digits and single hyphens.
    """
    remedy = (
        "rename the file to lower-case letters, digits and hyphens, such as `example-cloud.svg`"
    )
    for defect in logo.defects:
        if defect.rule == "logo-name-unsafe":
            yield Problem(f"{defect.message}; {remedy}")


@rule("logo-name-unusual", on=Logo, severity=Severity.NOTICE)
def name_unusual(logo: Logo) -> Problems:
    """A logo's file name has letters beside a to z.

    Systems encode them differently, so a link that works on one may be broken on another. Rename
    the file to letters from a to z, digits, hyphens and underscores.
    """
    if logo.entry is None or logo.file is None:
        return
    if any(defect.rule == "logo-name-unsafe" for defect in logo.defects):
        return  # reported already
    name = logo.file.rpartition("/")[2]
    if not name.isascii():
        yield Problem(
            f"{quoted(name)} has letters beside a to z, which systems encode differently; rename "
            "the file"
        )


@rule("logo-hotlinked", on=Logo, severity=Severity.ERROR)
def hotlinked(logo: Logo) -> Problems:
    """A logo is a web address instead of a file.

    The picture can change or vanish, and its host sees who visits the page. Download the picture,
    add it to the logo folder and write its file name.
    """
    return defects(
        logo, "logo-hotlinked", "commit the picture to the logo folder and write its file name"
    )
