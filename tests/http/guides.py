# SPDX-License-Identifier: ISC
"""The guides in docs/: what they show, and what happens when they are run.

A guide is a page with blocks of sh or python.  All its sh blocks are one
script, all its python blocks another; both find in their environment:
LATCHKEY_URL (the base), LATCHKEY_ORIGIN, LATCHKEY_SITE (the gated folder, if
there is), LATCHKEY_ACCOUNT, LATCHKEY_ACCOUNT_ID, and of a user of their own
LATCHKEY_USER (id), LATCHKEY_HANDLE, LATCHKEY_USERNAME, LATCHKEY_PASSWORD.  A
line "<!-- roles: developer -->" says which roles he has.  Blocks of http are
the requests and answers, in the order in which either script makes them.
Where a guide says api_token, the token is put that its last step has got.
"""

import glob
import json
import os
import re
import subprocess
import sys

import servers
from site_under_test import ACCOUNT, PASSWORD

DOCS = os.path.join(servers.TOP, "docs")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)

# Each request leaves a line of JSON among the errors.
SHELL = """
curl() {
	command curl --noproxy '*' -w '%{stderr}{"method": "%{method}",\
 "url": "%{url_effective}", "status": %{http_code}}\\n' "$@"
}
"""
PYTHON = """
import json as _json, requests as _requests, sys as _sys
_send = _requests.Session.send
def _read(body, headers):
    return (_json.loads(body)
            if body and "json" in headers.get("Content-Type", "") else None)
def _noted(self, request, **options):
    self.trust_env = True
    answer = _send(self, request, **options)
    print(_json.dumps({
        "method": request.method, "url": request.url,
        "status": answer.status_code,
        "sent": list(request.headers), "told": list(answer.headers),
        "body": _read(request.body, request.headers),
        "answer": _read(answer.content, answer.headers)}), file=_sys.stderr)
    return answer
_requests.Session.send = _noted
"""


class Message:
    """A block of http: a request, or an answer with its status."""

    def __init__(self, text):
        head, _, body = text.partition("\n\n")
        lines = head.splitlines()
        self.first = lines[0]
        self.headers = [line.split(":")[0] for line in lines[1:]]
        self.body = json.loads(body) if body.startswith(("{", "[")) else None

    @property
    def status(self):
        return int(self.first.split()[1])

    def is_answer(self):
        return self.first.startswith("HTTP/")


class Guide:
    """One page."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        self.name = os.path.basename(path)
        roles = re.search("<!-- roles: (.*) -->", self.text)
        self.roles = roles.group(1).split(", ") if roles else []

    def __str__(self):
        return self.name

    def blocks(self, language, text=None):
        return [block for found, block in BLOCK.findall(text or self.text)
                if found == language]

    def steps(self):
        """The sections that show a request."""
        return [section for section in re.split("^## ", self.text,
                                                flags=re.M)[1:]
                if "```http" in section]

    def exchanges(self):
        """Pairs of a request and its answer."""
        messages = [Message(text) for text in self.blocks("http")]
        return list(zip(messages[::2], messages[1::2]))

    def links(self):
        return re.findall(r"\]\(([^)]*)\)", self.text)


def anchors(path):
    """The fragments by which a page's headings can be linked."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall("^#+ (.*)$", file.read(), re.M)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-")
            for one in headings}


PAGES = [Guide(path) for path in sorted(glob.glob(DOCS + "/*.md"))]

# What these need between two blocks, only tests of their own know.
ELSEWHERE = {"oauth.md": "test_oauth_clients.py"}
GUIDES = [page for page in PAGES if page.name not in ELSEWHERE and
          (page.blocks("sh") or page.blocks("python"))]


# What a reader copies from an answer, and where he puts it.
COPIED = {
    "sh": ("api_token", "$(cat api_token)", r"""
[ ! -e token.json ] ||
	sed 's/.*"token":"\([^"]*\)".*/\1/' token.json >api_token
"""),
    "python": ('"api_token"', 'open("api_token").read()', """
if "made" in globals():
    with open("api_token", "w") as _copy:
        _copy.write(made["token"])
"""),
}


def copied(language, blocks):
    word, token, after = COPIED[language]
    alone = re.compile(r"(?<!\w)%s(?!\w)" % re.escape(word))
    if not any(alone.search(block) for block in blocks):
        return blocks
    return [alone.sub(lambda _: token, block) + after for block in blocks]


def environment(site, person, handle):
    names = {
        "URL": site.url, "ORIGIN": site.origin, "SITE": site.guard or "",
        "ACCOUNT": ACCOUNT, "ACCOUNT_ID": site.account_id,
        "USER": person.id, "HANDLE": handle, "USERNAME": person.username,
        "PASSWORD": PASSWORD}
    certificate = site.server.certificate()
    return {"PATH": os.environ["PATH"], "NO_PROXY": "*",
            "CURL_CA_BUNDLE": certificate, "REQUESTS_CA_BUNDLE": certificate,
            **{"LATCHKEY_" + name: text for name, text in names.items()}}


def run(language, blocks, folder, settings):
    """The requests that the blocks made; they must succeed."""
    before, command = {
        "sh": (SHELL, ["sh", "-eu"]),
        "python": (PYTHON, [sys.executable, "-B", "-"])}[language]
    script = before + "\n".join(copied(language, blocks))
    done = subprocess.run(command, input=script,
                          capture_output=True, text=True, timeout=120,
                          cwd=folder, env=settings, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()
            if line.startswith("{")]
