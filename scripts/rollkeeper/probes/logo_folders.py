"""The probe of logos: what entries name and what is in the policy's folder."""

from __future__ import annotations

from rollkeeper.model.logo import Logo, LogoFolder
from rollkeeper.probes import ProbeRequest, ProbeResult, probe


@probe(on=(Logo, LogoFolder))
def logo_folders(request: ProbeRequest) -> ProbeResult:
    """Inspect the logo folder of each programme; of a change only the files that it touches."""
    from rollkeeper.probes.logos.folder import inspect_folder  # noqa: PLC0415 - slow to import

    seen: dict[str, dict[type, tuple[Logo | LogoFolder, ...]] | str] = {}
    for programme in request.programmes:
        if programme.policy.logos is None:
            seen[programme.name] = "the policy names no logo folder"
            continue
        if request.progress:
            request.progress(f"logos of {programme.name}", 0, len(programme.entries))
        folder = inspect_folder(request.root, programme, only=request.files)
        seen[programme.name] = {LogoFolder: (folder,), Logo: folder.logos}
    return ProbeResult(seen)
