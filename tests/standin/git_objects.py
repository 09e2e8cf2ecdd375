"""What the stand-in says of git's objects, and how they are made through the API.

Blobs, trees and commits are those of a real repository, so that modes, sizes and merge bases are
git's own; a branch moves only as git lets it. Each pull request has its `refs/pull/N/head`, and
where it has no conflict `refs/pull/N/merge`.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from standin import answers
from standin.state import Answer, Handler, Refusal, State, argument

LISTED = 300
STATUS = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "modified"}
WORKFLOWS = ".github/workflows"
_SHA = re.compile(r"[0-9a-f]{40}")
_PERSON = ("-c", "user.name=GitHub", "-c", "user.email=noreply@github.com")


def git(state: State, *arguments: str, data: bytes = b"", failing: int = 422) -> bytes:
    """Run git in the repository; refuse with the status `failing` where git does."""
    if state.git is None:
        raise Refusal(404, {"message": "Not Found"})
    done = _run(state.git, *arguments, data=data)
    if done.returncode:
        raise Refusal(failing, {"message": done.stderr.decode(errors="replace")})
    return done.stdout


def _run(folder: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["git", *_PERSON, "-C", str(folder), *arguments]
    return subprocess.run(command, check=False, capture_output=True, input=data)


def _line(state: State, *arguments: str, data: bytes = b"", failing: int = 422) -> str:
    return git(state, *arguments, data=data, failing=failing).decode().strip()


def _url(state: State, path: str) -> str:
    return f"{state.url}/repos/{state.repository}/{path}"


def commit_id(state: State, revision: str) -> str:
    """Return the commit of a revision; refuse as GitHub does where there is none."""
    message = f"No commit found for SHA: {revision}"
    try:
        return _line(state, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    except Refusal as refusal:
        raise Refusal(422, {"message": message}) from refusal


def merged_tree(state: State, base: str, head: str) -> str | None:
    """Return the tree of two commits merged; None where they conflict or are not there."""
    if state.git is None:
        return None
    done = _run(state.git, "merge-tree", "--write-tree", "--no-messages", base, head)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def update_pull_refs(state: State) -> None:
    """Let `refs/pull/N/head` and `/merge` follow the pull requests."""
    for pull in state.pulls:
        if state.git is None or pull["state"] != "open":
            continue
        number, head = pull["number"], pull["head"]["sha"]
        base = _run(state.git, "rev-parse", "--verify", f"refs/heads/{pull['base']['ref']}")
        into = base.stdout.decode().strip()
        if not _has(state.git, head) or base.returncode:
            continue
        merge = f"refs/pull/{number}/merge"
        there = _run(state.git, "rev-parse", "--verify", "--quiet", f"{merge}^@")
        _run(state.git, "update-ref", f"refs/pull/{number}/head", head)
        if there.stdout.decode().split() == [into, head]:
            continue
        tree = merged_tree(state, into, head)
        if tree is None:
            _run(state.git, "update-ref", "-d", merge)
            continue
        message = f"Merge {head} into {into}"
        made = commit_tree(state, tree, (into, head), message)
        _run(state.git, "update-ref", merge, made)


def tip(state: State, branch: str) -> str | None:
    """Return the commit of a branch; None where there is no such branch."""
    if state.git is None:
        return None
    done = _run(state.git, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
    return done.stdout.decode().strip() or None


def reaches(state: State, commit: str, earlier: str) -> bool:
    """Return whether a commit has an earlier one in its history, or is it."""
    assert state.git is not None
    return _run(state.git, "merge-base", "--is-ancestor", earlier, commit).returncode == 0


def commit_tree(state: State, tree: str, parents: Sequence[str], message: str) -> str:
    """Make a commit, and return it."""
    lineage = (argument for parent in parents for argument in ("-p", parent))
    return _line(state, "commit-tree", tree, *lineage, "-m", message)


def _has(folder: Path, sha: str) -> bool:
    return _run(folder, "cat-file", "-e", sha).returncode == 0


def commit(state: State, sha: str) -> dict[str, Any]:
    """Return a commit as GitHub describes it beside its branch."""
    url = _url(state, f"commits/{sha}")
    return {
        **dict.fromkeys(("url", "html_url", "comments_url"), url),
        "sha": sha,
        "node_id": "C",
        "author": None,
        "committer": None,
        "parents": [],
        "commit": {
            "url": url,
            "message": "Change",
            "comment_count": 0,
            "author": None,
            "committer": None,
            "tree": {"sha": sha, "url": url},
        },
    }


def _compare(state: State, _number: int, _body: Any) -> Answer:
    base, _, head = str(argument("basehead")).partition("...")
    merge_base = _line(state, "merge-base", base, head, failing=404)
    listed = git(state, "diff", "-M", "--raw", "--abbrev=40", merge_base, head).decode()
    files = [_touched(state, merge_base, head, line) for line in listed.splitlines()[:LISTED]]
    url = _url(state, f"compare/{base}...{head}")
    answer = {
        **{f"{key}url": url for key in ("", "html_", "permalink_", "diff_", "patch_")},
        "base_commit": commit(state, base),
        "merge_base_commit": commit(state, merge_base),
        "status": "ahead",
        "ahead_by": 1,
        "behind_by": 0,
        "total_commits": 1,
        "commits": [commit(state, head)],
        "files": files,
    }
    return 200, answer, {}


def _touched(state: State, base: str, head: str, line: str) -> dict[str, Any]:
    about, *paths = line.split("\t")
    _, _, _, blob, status = about.split(" ")
    path = paths[-1]
    url = f"{state.url}/repos/{state.repository}/blob/{head}"
    entry: dict[str, Any] = {
        "sha": blob,
        "filename": path,
        "status": STATUS[status[0]],
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        **{f"{key}_url": f"{url}/file" for key in ("blob", "raw", "contents")},
    }
    if status[0] == "R":
        entry["previous_filename"] = paths[0]
    patch = git(state, "diff", base, head, "--", path).decode(errors="replace")
    if "@@ " in patch and len(patch) < 100_000:
        entry["patch"] = patch[patch.index("@@ ") :]
    return entry


def _tree(state: State, _number: int, _body: Any) -> Answer:
    sha = str(argument("tree_sha"))
    listed = git(state, "ls-tree", "-r", "-t", "-l", sha, failing=404).decode()
    tree = []
    for line in listed.splitlines():
        about, path = line.split("\t")
        mode, kind, blob, size = about.split()
        item: dict[str, Any] = {"path": path, "mode": mode, "type": kind, "sha": blob}
        more = {"size": int(size)} if size != "-" else {}
        tree.append(item | more | {"url": _url(state, f"git/blobs/{blob}")})
    url = _url(state, f"git/trees/{sha}")
    return 200, {"sha": sha, "url": url, "tree": tree, "truncated": False}, {}


def _blob(state: State, _number: int, _body: Any) -> Answer:
    sha = str(argument("file_sha"))
    data = git(state, "cat-file", "blob", sha, failing=404)
    content = base64.encodebytes(data).decode()
    blob = {"sha": sha, "node_id": "B", "size": len(data), "url": _url(state, f"git/blobs/{sha}")}
    return 200, {**blob, "content": content, "encoding": "base64"}, {}


def _create_blob(state: State, _number: int, body: Any) -> Answer:
    data = base64.b64decode(body["content"], validate=True)
    sha = _line(state, "hash-object", "-w", "--stdin", data=data)
    return 201, {"sha": sha, "url": _url(state, f"git/blobs/{sha}")}, {}


def _create_tree(state: State, _number: int, body: Any) -> Answer:
    """Put files into a tree; folders that are not there yet come with them."""
    index = f"{state.git}/standin-index"
    _with_index(state, index, "read-tree", body["base_tree"])
    place = ("-c", "core.bare=false", "--work-tree=/")
    for entry in body["tree"]:
        cached = f"{entry['mode']},{entry['sha']},{entry['path']}"
        _with_index(state, index, *place, "update-index", "--add", "--cacheinfo", cached)
    sha = _with_index(state, index, "write-tree")
    url = _url(state, f"git/trees/{sha}")
    return 201, {"sha": sha, "url": url, "tree": [], "truncated": False}, {}


def _with_index(state: State, index: str, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(state.git), *arguments],
        check=False,
        capture_output=True,
        env={"GIT_INDEX_FILE": index, "PATH": "/usr/bin"},
    )
    if done.returncode:
        raise Refusal(422, {"message": done.stderr.decode()})
    return done.stdout.decode().strip()


def _create_commit(state: State, _number: int, body: Any) -> Answer:
    people = [
        f"{role} {body[role]['name']} <{body[role]['email']}> 1795000000 +0000"
        for role in ("author", "committer")
    ]
    lines = [f"tree {body['tree']}", *(f"parent {parent}" for parent in body["parents"]), *people]
    text = "\n".join([*lines, "", body["message"], ""])
    sha = _line(state, "hash-object", "-t", "commit", "-w", "--stdin", data=text.encode())
    person = {"date": answers.MOMENT}
    whole = {role: {**body[role], **person} for role in ("author", "committer")}
    return 201, _described(state, sha, body["message"], body["tree"], body["parents"]) | whole, {}


def _described(
    state: State, sha: str, message: str, tree: str, parents: list[str]
) -> dict[str, Any]:
    url = _url(state, f"git/commits/{sha}")
    reasons = {"reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    return {
        "sha": sha,
        "node_id": "C",
        "url": url,
        "html_url": url,
        "message": message,
        "tree": {"sha": tree, "url": url},
        "parents": [{"sha": parent, "url": url, "html_url": url} for parent in parents],
        "verification": {"verified": False, **reasons},
    }


def _get_commit(state: State, _number: int, _body: Any) -> Answer:
    sha = str(argument("commit_sha"))
    shown = "--format=%T%x00%P%x00%an%x00%ae%x00%cn%x00%ce%x00%B"
    told = _line(state, "log", "-1", shown, sha, failing=404)
    tree, parents, *people, message = told.split("\0")
    described = _described(state, sha, message, tree, parents.split())
    for role, (name, email) in (("author", people[:2]), ("committer", people[2:])):
        described[role] = {"name": name, "email": email, "date": answers.MOMENT}
    return 200, described, {}


def _reference(state: State, ref: str, sha: str) -> dict[str, Any]:
    url = _url(state, f"git/{ref}")
    named = {"type": "commit", "sha": sha, "url": url}
    return {"ref": ref, "node_id": "REF", "url": url, "object": named}


def _get_ref(state: State, _number: int, _body: Any) -> Answer:
    update_pull_refs(state)
    ref = f"refs/{argument('ref')}"
    sha = _line(state, "rev-parse", "--verify", "--quiet", ref, failing=404)
    return 200, _reference(state, ref, sha), {}


def _create_ref(state: State, _number: int, body: Any) -> Answer:
    sha = commit_id(state, body["sha"])
    _guard(state, body["ref"], state.default_branch, sha)
    _line(state, "update-ref", body["ref"], sha, "0" * 40)
    return 201, _reference(state, body["ref"], sha), {}


def _move(state: State, _number: int, body: Any) -> Answer:
    """Move a branch, forward only."""
    ref = f"refs/{argument('ref')}"
    old, new = _line(state, "rev-parse", ref), body["sha"]
    _guard(state, ref, old, new)
    if not body.get("force") and _line(state, "merge-base", old, new) != old:
        raise Refusal(422, {"message": "Update is not a fast forward"})
    _line(state, "update-ref", ref, new)
    return 200, _reference(state, ref, new), {}


def _delete_ref(state: State, _number: int, _body: Any) -> Answer:
    ref = f"refs/{argument('ref')}"
    old = _line(state, "rev-parse", ref)
    _guard(state, ref, old, old)
    _line(state, "update-ref", "-d", ref, old)
    return 204, None, {}


def _guard(state: State, ref: str, old: str, new: str) -> None:
    """Refuse what branch protection does, and what no workflow's token may: change workflows."""
    if ref in state.protected:
        raise Refusal(422, {"message": "Changes must be made through a pull request."})
    if git(state, "diff", "--name-only", old, new, "--", WORKFLOWS):
        raise Refusal(403, {"message": "Resource not accessible by integration"})


def _with_message(state: State, described: dict[str, Any]) -> dict[str, Any]:
    message = git(state, "log", "-1", "--format=%B", described["sha"]).decode().strip()
    return {**described, "commit": {**described["commit"], "message": message}}


def _branch(state: State, _number: int, _body: Any) -> Answer:
    name = str(argument("branch"))
    try:
        sha = _line(state, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}")
    except Refusal as refusal:
        raise Refusal(404, {"message": "Branch not found"}) from refusal
    url = _url(state, f"branches/{name}")
    guarded = f"refs/heads/{name}" in state.protected or bool(state.required.get(name))
    contexts = sorted(state.required.get(name, set()))
    answer = {
        "name": name,
        "commit": _with_message(state, commit(state, sha)),
        "_links": {"html": url, "self": url},
        "protected": guarded,
        "protection": {
            "enabled": guarded,
            "required_status_checks": {
                "enforcement_level": "everyone" if contexts else "off",
                "contexts": contexts,
                "checks": [{"context": each, "app_id": None} for each in contexts],
            },
        },
        "protection_url": f"{url}/protection",
    }
    return 200, answer, {}


_ROOT = "/repos/{owner}/{repo}"
HANDLERS: dict[str, dict[str, Handler]] = {
    f"{_ROOT}/branches/{{branch}}": {"get": _branch},
    f"{_ROOT}/compare/{{basehead}}": {"get": _compare},
    f"{_ROOT}/git/blobs": {"post": _create_blob},
    f"{_ROOT}/git/blobs/{{file_sha}}": {"get": _blob},
    f"{_ROOT}/git/commits": {"post": _create_commit},
    f"{_ROOT}/git/commits/{{commit_sha}}": {"get": _get_commit},
    f"{_ROOT}/git/ref/{{ref}}": {"get": _get_ref},
    f"{_ROOT}/git/refs": {"post": _create_ref},
    f"{_ROOT}/git/refs/{{ref}}": {"patch": _move, "delete": _delete_ref},
    f"{_ROOT}/git/trees": {"post": _create_tree},
    f"{_ROOT}/git/trees/{{tree_sha}}": {"get": _tree},
}
