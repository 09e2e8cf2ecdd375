"""How many good logos of real collections are refused or warned of.

    python benchmarks/real_logos.py FOLDER...

Each folder is a checkout of a collection or its git directory, such as that of `cncf/landscape`.
Whether a logo is good is decided without Rollkeeper: it has none of what `ACTIVE` names, and
Chromium shows it as an `<img>`, on white or on black. `--list` prints what is said of each.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

from PIL import Image

from measuring import ENVIRONMENT, ROLLKEEPER

LARGEST = 512 * 1024
CELL, ROW = 64, 20
"""Pixels of a logo on a page for Chromium, and logos beside one another."""
PAGE = ROW * ROW
COPIES = frozenset({"logo-identical"})
_ACTIVE = """script handler listener foreignobject image feimage iframe object embed a animate
    animatecolor animatemotion animatetransform set font-face color-profile video audio canvas"""
ACTIVE = frozenset(_ACTIVE.split())
"""Elements, in small letters, that run, move, fetch or hold something else than a drawing."""
ELSEWHERE = re.compile(
    r"@import|@font-face|url\(\s*['\"]?(?!#)[^)\s'\"]|javascript:", re.IGNORECASE
)
REPLACED = re.compile(r"[^A-Za-z0-9._-]+")


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return the path and content of each SVG of a checkout, or of the newest commit in git."""
    if not (folder / "objects").is_dir():
        for file in sorted(folder.rglob("*.svg")):
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(folder).as_posix(), file.read_bytes()
        return
    git = ["git", "-C", str(folder)]
    tree = subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], check=True, capture_output=True)
    listed = [line.split("\t", 1) for line in tree.stdout.decode().split("\0") if line]
    for about, path in listed:
        mode, _, name = about.split()
        if path.lower().endswith(".svg") and mode.startswith("100"):
            blob = subprocess.run(
                [*git, "cat-file", "blob", name], check=False, capture_output=True
            )
            if blob.returncode == 0:  # a partial copy may lack large files
                yield path, blob.stdout


def is_still(data: bytes) -> bool:
    """Return whether an SVG runs, moves, fetches and embeds nothing, by what an XML parser sees."""
    if len(data) > LARGEST:
        return False
    try:
        root = ET.fromstring(data)  # noqa: S314 - of collections that the person who measures chose
    except (ET.ParseError, ValueError, LookupError):
        return False
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag.rpartition("}")[2].lower() in ACTIVE or ELSEWHERE.search(element.text or ""):
            return False
        for name, value in element.attrib.items():
            own = name.rpartition("}")[2].lower()
            away = own in {"href", "src"} and not value.startswith("#")
            if own.startswith("on") or away or ELSEWHERE.search(value):
                return False
    return True


def shown(files: Sequence[Path], folder: Path) -> Iterator[bool]:
    """Return for each file whether Chromium shows anything of it."""
    for start in range(0, len(files), PAGE):
        part = files[start : start + PAGE]
        on_grounds = [_screenshot(part, folder, ground) for ground in ("#fff", "#000")]
        for number in range(len(part)):
            left, top = number % ROW * CELL, number // ROW * CELL
            cells = (page.crop((left, top, left + CELL, top + CELL)) for page in on_grounds)
            yield any(len(cell.getcolors(CELL * CELL) or ()) > 1 for cell in cells)


def _screenshot(files: Sequence[Path], folder: Path, ground: str) -> Image.Image:
    style = f"width:{CELL}px;height:{CELL}px;object-fit:contain;display:block;float:left"
    images = "".join(f'<img src="{file.as_uri()}" style="{style}" alt="">' for file in files)
    page, picture = folder / "page.html", folder / "page.png"
    page.write_text(f'<body style="margin:0;width:{ROW * CELL}px;background:{ground}">{images}')
    size = f"--window-size={ROW * CELL},{ROW * CELL}"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", size,
         "--virtual-time-budget=20000", f"--screenshot={picture}", page.as_uri()],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    with Image.open(picture) as image:
        return image.convert("RGB")


def lay_out(collection: Path, root: Path) -> list[Path]:
    """Write a community with an entry for each different SVG; return the files in that order."""
    logos = root / "logos"
    logos.mkdir()
    (root / "policies").mkdir()
    (root / "policies" / "partners.yaml").write_text("roster: partners.yaml\nlogos: logos\n")
    known: set[bytes] = set()
    taken: set[str] = set()
    files: list[Path] = []
    for path, data in files_of(collection):
        digest = sha256(data).digest()
        if digest in known:
            continue
        known.add(digest)
        name = REPLACED.sub("-", Path(path).stem).strip(".-") or "logo"
        while name.casefold() in taken:
            name = f"{name}-{len(files)}"
        taken.add(name.casefold())
        files.append(logos / f"{name}.svg")
        files[-1].write_bytes(data)
    entries = (f"- name: {n:05d}\n  logo: {json.dumps(f.name)}\n" for n, f in enumerate(files))
    (root / "partners.yaml").write_text("".join(entries))
    return files


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true", help="print what is said of each good logo")
    options = parser.parse_args(arguments)
    total: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    print(
        "| collection | logos | good | without an error | with a warning |\n|---|---|---|---|---|"
    )
    for folder in options.folders:
        with tempfile.TemporaryDirectory(prefix="real-logos-") as made:
            counts, said = measure(folder, Path(made), listed=options.list)
        print(row(_name(folder), counts))
        total += counts
        rules += said
    print(row("all", total))
    print("\nsaid of good logos:", ", ".join(f"{rule} {n}" for rule, n in rules.most_common()))
    return 0


def _name(folder: Path) -> str:
    own = folder.parent if folder.name in {"repo", ".git"} else folder
    return f"`{own.name.replace('+', '/')}`"


def measure(folder: Path, root: Path, *, listed: bool) -> tuple[Counter[str], Counter[str]]:
    """Check one collection; return its counts, and those of the rules that spoke of good logos."""
    files = lay_out(folder, root)
    still = [file for file in files if is_still(file.read_bytes())]
    good = {file.name for file, seen in zip(still, shown(still, root), strict=True) if seen}
    done = subprocess.run(
        [*ROLLKEEPER, "check", "--offline", "--root", root, "--format", "json"],
        capture_output=True, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    wrong: dict[str, set[str]] = {"error": set(), "warning": set(), "notice": set()}
    rules: Counter[str] = Counter()
    for finding in json.loads(done.stdout)["findings"]:
        if finding["entry"] is None or not finding["rule"].startswith(("logo-", "svg-", "png-")):
            continue
        name = files[int(finding["entry"])].name
        if name not in good or finding["rule"] in COPIES:
            continue
        wrong[finding["severity"]].add(name)
        rules[f"{finding['rule']} ({finding['severity']})"] += 1
        if listed:
            print(f"  {name}: {finding['rule']}: {finding['message']}")
    counts = Counter({"logos": len(files), "good": len(good)})
    counts["passed"] = len(good - wrong["error"])
    counts["warned"] = len(wrong["warning"])
    return counts, rules


def row(name: str, counts: Counter[str]) -> str:
    """Return one line of the table."""
    good = counts["good"] or 1
    passed, warned = (f"{counts[key]:,} ({counts[key] / good:.1%})" for key in ("passed", "warned"))
    return f"| {name} | {counts['logos']:,} | {counts['good']:,} | {passed} | {warned} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
