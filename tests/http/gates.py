# SPDX-License-Identifier: ISC
"""What the tests of the gate share: guests, places and what stands in them."""

import base64
import os

import people

PAGE = "index.html"
ORDERS = "orders/list.json"
CONTENT = (b"Guarded page", b"shipped", b"AUTH_TYPE=", b"BODY=", b"sha256:",
           b'"path"')
FASTCGI = {"lighttpd": "fastcgi/x", "apache-fcgid": "whoami.fcgi"}


class Guest:
    """Somebody who may see pages, with one key of each kind."""

    def __init__(self, site):
        person = people.Person(site, "developer")
        self.username = person.username
        self.id = person.id
        self.pair = person.pair()
        self.app = person.key("app")
        self.session = person.session()

    @property
    def secrets(self):
        return self.pair[1], self.app["token"], self.session


def owner_pair(site):
    """A pair of the owner's: all permissions of the catalogue."""
    made = site.cli_json("key", "add", "--account", "acme", "--user",
                         "admin@acme.example", "--kind", "pair",
                         "--label", "for the gate")
    return made["uuid"], made["secret"]


def basic(pair):
    text = base64.b64encode(("%s:%s" % pair).encode()).decode()
    return "Authorization", "Basic " + text


def refusal(site, status):
    """The status that a caller sees: mod_fcgid makes a 401 of them all."""
    return status if site.name == "lighttpd" else 401


def documents(site):
    """The document root."""
    if site.name == "lighttpd":
        return site.server.path("deploy", "site")
    return site.server.path("htdocs")


def place(site, name):
    """A folder behind the gate; made when it is not there."""
    path = os.path.join(documents(site), "guarded", name)
    os.makedirs(path, exist_ok=True)
    return path


def shows_content(body):
    return any(part in body for part in CONTENT)


def get(site, path, **options):
    return site.client().get(site.guard + path, **options)
