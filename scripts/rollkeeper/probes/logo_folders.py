"""The probe of logos: what entries name and what is in the policy's folder."""

from __future__ import annotations

from rollkeeper.model.logo import Logo, LogoFolder
from rollkeeper.probes import ProbeRequest, ProbeResult, probe


@probe(on=(Logo, LogoFolder))
def logo_folders(request: ProbeRequest) -> ProbeResult:
    """Inspect the logo folder of each programme; of a change only the files that it touches."""
    from rollkeeper.probes.logos.folder import inspect_folders  # noqa: PLC0415 - slow to import

    with_logos = [each for each in request.programmes if each.policy.logos is not None]
    for programme in with_logos:
        if request.progress:
            request.progress(f"logos of {programme.name}", 0, len(programme.entries))
    folders = inspect_folders(request.root, with_logos, others=request.others, only=request.files)
    seen: dict[str, dict[type, tuple[Logo | LogoFolder, ...]] | str] = {}
    for programme in request.programmes:
        if programme.policy.logos is None:
            seen[programme.name] = "the policy names no logo folder"
            continue
        folder = folders[programme.name]
        seen[programme.name] = {LogoFolder: (folder,), Logo: folder.logos}
    return ProbeResult(seen)
