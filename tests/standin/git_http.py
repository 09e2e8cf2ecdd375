"""The stand-in's git: its repositories over https on loopback, as GitHub serves them.

Git's own `http-backend` answers. A private repository asks for a token that may read contents, a
push always for one that may write them. Protected branches refuse with GH006, and a token of a
workflow may not push workflows.
"""

from __future__ import annotations

import base64
import binascii
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import trustme
from flask import Flask, Response, request
from werkzeug.datastructures import Headers

from standin import git_objects, life
from standin.state import Refusal, State

_CHUNK = 1 << 16
_HOOK = """\
#!/bin/sh
case "
$STANDIN_PROTECTED
" in *"
$1
"*)
  echo "error: GH006: Protected branch update failed for $1." >&2
  echo "error: Changes must be made through a pull request." >&2
  exit 1 ;;
esac
zero=$(git hash-object --stdin < /dev/null | tr '0-9a-f' '0')
if [ "$3" = "$zero" ]; then exit 0; fi
if [ "$2" = "$zero" ]; then old=refs/heads/$STANDIN_DEFAULT_BRANCH; else old=$2; fi
if ! git diff --quiet --diff-filter=d "$old" "$3" -- .github/workflows; then
  echo "refusing to allow a GitHub App to create or update workflow without \\`workflows\\` permission" >&2
  exit 1
fi
"""
_SETTINGS = {
    "http.receivepack": "true",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.denyDeletes": "false",
}


@cache
def _made() -> tuple[trustme.CA, Path]:
    """Make who vouches for the stand-in and the hook that guards branches, once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="rollkeeper-standin-"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    (folder / "update").write_text(_HOOK, encoding="utf-8")
    (folder / "update").chmod(0o755)
    return authority, folder


def authority() -> Path:
    """Return the certificate that a client of the stand-in's git has to trust."""
    return _made()[1] / "authority.pem"


def tls() -> ssl.SSLContext:
    """Return the server's side of the connection, for loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _made()[0].issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


def application(state: State) -> Flask:
    app = Flask(__name__)

    @app.route("/<owner>/<name>.git/<path:service>", methods=["GET", "POST"])
    @app.route("/<owner>/<name>/<path:service>", methods=["GET", "POST"])
    def view(owner: str, name: str, service: str) -> Response:
        return _serve(state, f"{owner}/{name}", service)

    return app


def _serve(state: State, full_name: str, service: str) -> Response:
    if state.down is not None:
        return Response("Service Unavailable", state.down.status)
    wanted = request.args.get("service", service)
    folder = state.git if full_name == state.repository else state.forks.get(full_name)
    refused = _refused(state, writes="receive-pack" in wanted)
    if refused is not None:
        return refused
    if folder is None:
        return Response("Repository not found.", 404)
    with state.lock:
        state.fetches.append(f"{wanted} {full_name}")
        if folder == state.git:
            git_objects.update_pull_refs(state)
    try:
        return _backend(state, folder, service)
    except Refusal as refusal:
        return Response("Internal Server Error", refusal.status)


def _refused(state: State, *, writes: bool) -> Response | None:
    """Refuse who may not; GitHub asks for a password only where a token is needed and missing."""
    header = request.headers.get("Authorization", "")
    if not header:
        if not state.private and not writes:
            return None
        ask = {"WWW-Authenticate": 'Basic realm="GitHub"'}
        return Response("Authentication required", 401, ask)
    kind, _, given = header.partition(" ")
    try:
        text = base64.b64decode(given).decode() if kind.lower() == "basic" else given
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    token = state.tokens.get(text.rpartition(":")[2])
    if token is None:
        return Response("Invalid username or token.", 401)
    if token.may("contents", "write" if writes else "read"):
        return None
    state.denials.append(f"git {'push' if writes else 'fetch'}: contents")
    message = f"Permission to {state.repository}.git denied to {token.login}."
    return Response(f"remote: {message}", 403)


def _backend(state: State, folder: Path, service: str) -> Response:
    pushes = service == "git-receive-pack"
    if pushes:
        state.watch("before", f"push {folder.name}")
    settings = _SETTINGS | {"core.hooksPath": str(_made()[1])}
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(folder.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{folder.name}/{service}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string.decode(),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "REMOTE_USER": state.login,
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "STANDIN_DEFAULT_BRANCH": state.default_branch,
        "STANDIN_PROTECTED": "\n".join(sorted(state.protected)),
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for place, (name, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{place}"] = name
        environment[f"GIT_CONFIG_VALUE_{place}"] = value
    with tempfile.TemporaryFile() as asked:
        shutil.copyfileobj(request.stream, asked)
        asked.seek(0)
        running = subprocess.Popen(
            ["git", "http-backend"], env=environment, stdin=asked, stdout=subprocess.PIPE
        )
    assert running.stdout is not None
    status, headers = 200, Headers()
    while (line := running.stdout.readline().decode().strip()) != "":
        name, _, value = line.partition(": ")
        if name == "Status":
            status = int(value.split(" ")[0])
        else:
            headers.add(name, value)

    def body() -> Iterator[bytes]:
        assert running.stdout is not None
        with running.stdout:
            while chunk := running.stdout.read(_CHUNK):
                state.sent += len(chunk)
                yield chunk
        running.wait()

    if not pushes:
        return Response(body(), status, headers, direct_passthrough=True)
    answer = b"".join(body())
    with state.lock:
        life.follow_branches(state)
    state.watch("after", f"push {folder.name}")
    return Response(answer, status, headers)
