# SPDX-License-Identifier: ISC
"""Chromium without a window, driven through a pipe."""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile

import processes

PROGRAM = shutil.which("chromium")
WORDS = ["--headless", "--remote-debugging-pipe", "--no-sandbox",
         "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-extensions",
         "--disable-component-update", "--no-proxy-server",
         "--ignore-certificate-errors"]


class Page:
    """What became of a visit."""

    def __init__(self):
        self.prompts = []	# the realms for which it asked its user
        self.status = None
        self.text = None


class Browser:
    """visit() pages; .session names the tab to which commands go."""

    def __init__(self, inward, outward):
        self.inward = inward
        self.outward = outward
        self.number = 0
        self.session = None
        tab = self.ask("Target.createTarget", url="about:blank")
        self.session = self.ask("Target.attachToTarget", flatten=True,
                                targetId=tab["targetId"])["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self.ask(domain + ".enable")
        self.ask("Fetch.enable", handleAuthRequests=True)

    def send(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        self.outward.write(json.dumps(message).encode() + b"\0")
        self.outward.flush()
        return self.number

    def receive(self):
        text = bytearray()
        while True:
            byte = self.inward.read(1)
            assert byte, "the browser has ended"
            if byte == b"\0":
                return json.loads(text)
            text += byte

    def ask(self, method, **params):
        number = self.send(method, **params)
        while True:
            message = self.receive()
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]

    def visit(self, url, username=None, password=""):
        """Open a page; at a login prompt type what is given, once."""
        page = Page()
        self.send("Page.navigate", url=url)
        while page.text is None:
            message = self.receive()
            self.happened(page, message.get("method"),
                          message.get("params"), username, password)
        return page

    def happened(self, page, event, params, username, password):
        if event == "Fetch.requestPaused":
            self.send("Fetch.continueRequest", requestId=params["requestId"])
        elif event == "Fetch.authRequired":
            page.prompts.append(params["authChallenge"]["realm"])
            typed = username is not None and len(page.prompts) == 1
            self.send("Fetch.continueWithAuth",
                      requestId=params["requestId"],
                      authChallengeResponse={
                          "response": "ProvideCredentials",
                          "username": username, "password": password,
                      } if typed else {"response": "CancelAuth"})
        elif event == "Network.responseReceived" and \
                params["type"] == "Document":
            page.status = params["response"]["status"]
        elif event == "Page.loadEventFired":
            page.text = self.ask(
                "Runtime.evaluate",
                expression="document.documentElement.textContent"
            )["result"]["value"]


def take_places(*pipes):
    """In the child: the two pipes become 3 and 4, as the browser wants it."""
    high = [fcntl.fcntl(pipe, fcntl.F_DUPFD, 10) for pipe in pipes]
    for place, pipe in zip((3, 4), high):
        os.dup2(pipe, place)


@contextlib.contextmanager
def started():
    """A browser of its own, with nothing kept from others."""
    home = tempfile.mkdtemp(prefix="latchkey-browser-")
    processes.give(home)
    command_in, command_out = os.pipe()
    answer_in, answer_out = os.pipe()
    with subprocess.Popen(
            processes.drop() + [PROGRAM, *WORDS, "--user-data-dir=" + home],
            env={**processes.CLEAN, "HOME": home}, pass_fds=(3, 4),
            preexec_fn=lambda: take_places(command_in, answer_out),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True) as process:
        os.close(command_in)
        os.close(answer_out)
        try:
            with open(answer_in, "rb") as inward, \
                    open(command_out, "wb") as outward:
                yield Browser(inward, outward)
        finally:
            processes.stop(process)
            shutil.rmtree(home, ignore_errors=True)
