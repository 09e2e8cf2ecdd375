"""Take the pictures of docs/pages.md: `make pictures`. Needs npm, and Chromium as `chromium`.

The pages are rendered as GitHub does, with its own Markdown parser and style sheet. The communities
are invented; the portraits are drawn here.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options as Cmark  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageDraw

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from rollkeeper.engine.run import Options
from rollkeeper.jobs.render import render_pages

PICTURES = ROOT / "docs" / "pictures"
BUILD = ROOT / "build" / "pictures"
STYLE = "github-markdown-css@5.9.0"
SCHEMES = ("dark", "light")
"""Chromium's numbers of the two, in this order."""
_WIDTH, _HEIGHT, _MARGIN = 1012, 1600, 24
_PEOPLE = (
    ("Ada Brandt", "Aurora Cloud", "Germany", "2025", "#2f6f9f", True),
    ("Chidi Okafor", "Boreal Research", "Nigeria", "2026", "#a4572b", True),
    ("Mei Tanaka", "Cirrus", "Japan", "2024", "#4d7c3a", True),
    ("Rosa Vidal", "Douglas Fir", "Spain", "2025", "#7d4a86", True),
    ("Omar Haddad", "Aurora Cloud", "Jordan", "2023", "#555555", False),
)
_POLICY = """\
title: Ambassadors
roster: people.yaml
page: README.md
logos: portraits
layout:
  kind: ambassadors
  counts: true
  invitation: {text: Become an ambassador, url: https://community.example/ambassadors}
"""


def main() -> None:
    """Write all pictures."""
    npm = (
        "npm",
        "install",
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--silent",
    )
    subprocess.run([*npm, "--prefix", str(BUILD), STYLE], check=True)  # noqa: S603 - fixed command
    PICTURES.mkdir(exist_ok=True)
    for scheme in SCHEMES:
        take(ROOT / "partners" / "README.md", f"partners-{scheme}", scheme)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root)
        render_pages(Options(root, today=date(2026, 11, 21)))
        take(root / "README.md", "ambassadors-light", "light")


def lay_out(root: Path) -> None:
    """Write a community of people whose portraits are their initials."""
    (root / "policies").mkdir()
    (root / "portraits").mkdir()
    (root / "policies" / "people.yaml").write_text(_POLICY, encoding="utf-8")
    entries = ""
    for name, organisation, country, year, colour, active in _PEOPLE:
        file = f"{name.split()[0].lower()}.png"
        picture = Image.new("RGB", (192, 192), colour)
        initials = "".join(word[0] for word in name.split())
        ImageDraw.Draw(picture).text((96, 96), initials, fill="white", anchor="mm", font_size=84)
        picture.save(root / "portraits" / file)
        entries += (
            f"- name: {name}\n  organisation: {organisation}\n  country: {country}\n"
            f"  logo: {file}\n  status: {'active' if active else 'alumni'}\n"
            f"  profiles: {{linkedin: https://www.linkedin.com/in/example, blog: https://blog.example}}\n"
            f"  terms: [{{start: {year}-03-01, end: {'2027' if active else year}-12-31}}]\n"
        )
    (root / "people.yaml").write_text(entries, encoding="utf-8")


def take(page: Path, name: str, scheme: str) -> None:
    """Take a picture of a page, cut to what is on it."""
    extensions = ("table", "autolink", "strikethrough", "tagfilter", "tasklist")
    body = cmarkgfm.markdown_to_html_with_extensions(
        page.read_text(encoding="utf-8"), options=Cmark.CMARK_OPT_UNSAFE, extensions=extensions
    )
    style = BUILD / "node_modules" / "github-markdown-css" / f"github-markdown-{scheme}.css"
    ground = {"light": "#ffffff", "dark": "#0d1117"}[scheme]
    html = page.with_name(f".{name}.html")
    html.write_text(
        f"<!doctype html><meta charset=utf-8><style>{style.read_text('utf-8')}"
        f"body{{margin:0;padding:{_MARGIN}px;background:{ground}}}</style>"
        f"<article class=markdown-body>{body}</article>",
        encoding="utf-8",
    )
    shot = BUILD / f"{name}.png"
    options = (
        "--headless", "--no-sandbox", "--hide-scrollbars", "--allow-file-access-from-files",
        f"--window-size={_WIDTH},{_HEIGHT}", f"--screenshot={shot}",
        f"--blink-settings=preferredColorScheme={SCHEMES.index(scheme)}",
    )  # fmt: skip
    try:
        command = ["chromium", *options, html.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed program
    finally:
        html.unlink()
    picture = Image.open(shot).convert("RGB")
    empty = Image.new("RGB", picture.size, ground)
    box = ImageChops.difference(picture, empty).getbbox()
    bottom = min(picture.height, (box[3] if box else 0) + _MARGIN)
    cut = picture.crop((0, 0, picture.width, bottom)).quantize(128)
    cut.save(PICTURES / f"{name}.png", optimize=True)
    sys.stdout.write(f"docs/pictures/{name}.png\n")


if __name__ == "__main__":
    main()
