"""Logo files: whether they are what their name says, whole, and nothing else."""

from __future__ import annotations

from rollkeeper.grammar.wording import quoted
from rollkeeper.model.logo import Logo, LogoFormat
from rollkeeper.model.policy import Severity
from rollkeeper.rules.declaring import Problems, rule
from rollkeeper.rules.logos._problems import about, defects

_EXPORT = "export the logo as {formats} and commit that"
_WORDS = {
    LogoFormat.LFS_POINTER: "is a Git LFS pointer, not the picture; commit the picture without LFS",
    LogoFormat.HTML: "is a web page, perhaps an error page saved in place of the picture; "
    "download the picture again",
    LogoFormat.EMPTY: "is empty (0 bytes); commit the picture again",
    LogoFormat.HEIC: f"is a HEIC or AVIF photo, which not every browser shows; {_EXPORT}",
    LogoFormat.GZIP: "is compressed with gzip; unpack it and commit what is inside",
    LogoFormat.TEXT: f"is text, not a picture; {_EXPORT}",
    LogoFormat.PDF: f"is a PDF or PostScript document; {_EXPORT}",
    LogoFormat.UNKNOWN: f"is not a picture of a known kind; {_EXPORT}",
}
"""Messages for content of some kinds; `formats` are those allowed."""

_FEWER_PIXELS = "with fewer pixels"
_SMALLER = {
    LogoFormat.SVG: "with an optimiser such as SVGO, or with simpler paths",
    LogoFormat.PNG: "with fewer pixels, or with an optimiser such as oxipng",
}
"""How files of some kinds get smaller."""

_CALLED = {"jpg": "jpeg"}
"""Extensions that are not called as their kind."""


@rule("logo-format", on=Logo, severity=Severity.ERROR, instead_of=("svg-too-complex",))
def wrong_format(
    logo: Logo, *, formats: tuple[str, ...] = ("svg", "png"), max_bytes: int = 512_000
) -> Problems:
    """A logo has the wrong format, the wrong extension or too many bytes.

    Browsers go by the content and servers by the name, and visitors wait for large files. Export
    the logo in one of `formats`, with the matching extension, in at most `max_bytes` bytes.
    """
    yield from defects(logo, "logo-format", "make it smaller")
    if logo.file is None or logo.kind is None:
        return
    extension = logo.file.rpartition(".")[2].lower()
    if logo.entry is None and extension not in formats and logo.kind not in formats:
        return  # a README beside the logos is not a logo
    kind = LogoFormat.PNG if logo.kind is LogoFormat.APNG else logo.kind
    if kind.value not in formats:
        words = _WORDS.get(kind, f"is a {kind.value.upper()} picture; {_EXPORT}")
        yield about(logo, words.format(formats=_either(formats)))
    elif _CALLED.get(extension, extension) != kind.value:
        yield about(
            logo,
            f"is a {kind.value.upper()} picture, but its name ends in {quoted('.' + extension)}; "
            f"rename it to end in `.{kind.value}`",
        )
    bomb = any(defect.rule == "logo-bomb" for defect in logo.defects)
    if logo.size is not None and logo.size > max_bytes and not bomb:
        yield about(
            logo,
            f"has {logo.size:,} bytes; at most {max_bytes:,} are allowed. Make it smaller, "
            f"{_SMALLER.get(kind, _FEWER_PIXELS)}",
        )


def _either(formats: tuple[str, ...]) -> str:
    return " or ".join(name.upper() for name in formats)


@rule("logo-bomb", on=Logo, severity=Severity.ERROR)
def bomb(logo: Logo) -> Problems:
    """A small file unpacks to far more data than a logo needs.

    Browsers that open it, or the machine that builds the page, may run out of memory. Export the
    logo again in a reasonable size.
    """
    return defects(logo, "logo-bomb", "export the logo again, smaller and without extras")


@rule("png-broken", on=Logo, severity=Severity.ERROR)
def broken(logo: Logo) -> Problems:
    """A PNG file is damaged or not valid.

    Some browsers show part of it, others nothing. Export the logo again, and make sure that it is
    copied as binary data.
    """
    return defects(logo, "png-broken", "export the logo again and commit the new file")


@rule("png-animated", on=Logo, severity=Severity.ERROR)
def animated(logo: Logo) -> Problems:
    """A PNG logo is animated.

    Movement distracts visitors from reading and makes some of them ill. Export a still picture.
    """
    return defects(logo, "png-animated", "export a single picture")


@rule("png-trailing-data", on=Logo, severity=Severity.ERROR)
def trailing_data(logo: Logo) -> Problems:
    """A PNG file contains data that is not part of the picture.

    Data after the end of the picture or in its other chunks can hide an archive or a program.
    Export the logo again without metadata.
    """
    return defects(logo, "png-trailing-data", "export the logo again, without metadata")


@rule("png-metadata", on=Logo, severity=Severity.WARNING)
def metadata(logo: Logo) -> Problems:
    """A PNG file names a person or a place in its metadata.

    It is published with the picture and reveals who made it, or where. Remove it with
    `exiftool -all= FILE`, or export the logo without metadata.
    """
    return defects(logo, "png-metadata", "remove it, for example with `exiftool -all= FILE`")
