"""The findings of a run: the first of each group, and how many more there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from rollkeeper.model.report import Finding, FindingGroup


class FindingList:
    """Keeps the first `most` findings of each group and counts the others.

    A roster within every limit can be wrong in half a million places, which no one reads and which
    would take gigabytes.
    """

    def __init__(self, most: int) -> None:
        self.findings: list[Finding] = []
        self._most = most
        self._seen: Counter[FindingGroup] = Counter()
        self._left_out = sha256()

    def add(self, finding: Finding) -> int:
        """Keep a finding, or only count it; return how many there are of its group by now."""
        group = finding.group
        self._seen[group] += 1
        if self._seen[group] <= self._most:
            self.findings.append(finding)
        else:
            self._left_out.update(finding_identity(finding))
        return self._seen[group]

    @property
    def left_out(self) -> Mapping[FindingGroup, int]:
        """How many findings of each group were not kept."""
        return {group: seen - self._most for group, seen in self._seen.items() if seen > self._most}

    @property
    def digest(self) -> str:
        """Differs where the findings differ that were not kept; empty where all were."""
        return self._left_out.hexdigest() if self.left_out else ""


def finding_identity(finding: Finding) -> bytes:
    """Return what tells findings apart, for a digest."""
    line, column = finding.place[:2]
    where = f"{finding.programme}\0{finding.path}\0{line}:{column}"
    return f"{finding.rule}\0{where}\0{finding.message}\0".encode(errors="surrogatepass")
