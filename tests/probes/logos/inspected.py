"""A community with a folder of logos, and what the probe sees in it."""

from __future__ import annotations

from pathlib import Path

from communities import community, loaded
from pngs import png
from rollkeeper.model.logo import Logo, LogoFolder
from rollkeeper.model.roster import Programme
from rollkeeper.probes.logos import folder as logos

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v4z"/></svg>'
PNG = png()
POLICY = "roster: partners.yaml\nlogos: partners/logos\n"


def programme(root: Path, *references: str, policy: str = POLICY) -> Programme:
    (root / "partners" / "logos").mkdir(parents=True, exist_ok=True)
    roster = "".join(
        f"- name: Example {number}\n  logo: {reference}\n"
        for number, reference in enumerate(references)
    )
    community(root, roster or "[]\n", policy)
    return loaded(root).programmes[0]


def place(root: Path, **files: bytes) -> Path:
    folder = root / "partners" / "logos"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_svg", ".svg").replace("_png", ".png")).write_bytes(content)
    return folder


def folder_of(root: Path, made: Programme) -> LogoFolder:
    return logos.inspect_folders(root, [made])[made.name]


def inspect(root: Path, *references: str, policy: str = POLICY) -> LogoFolder:
    return folder_of(root, programme(root, *references, policy=policy))


def only(folder: LogoFolder) -> Logo:
    (logo,) = folder.logos
    return logo


def rules(logo: Logo) -> list[str]:
    return [defect.rule for defect in logo.defects]
