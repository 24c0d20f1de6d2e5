# SPDX-License-Identifier: ISC
"""Requests as they are written: no client library mends path or method."""

import http.client
import re
import ssl
import urllib.parse

import described


class Answer:
    """status, headers (as a list of pairs) and body of an answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.getheaders()
        self.body = response.read()


def send(site, method, target, headers=(), body=None):
    """One request on a connection of its own; headers are pairs."""
    where = urllib.parse.urlsplit(site.origin)
    if where.scheme == "https":
        line = http.client.HTTPSConnection(
            where.netloc, timeout=30, context=ssl.create_default_context(
                cafile=site.server.certificate()))
    else:
        line = http.client.HTTPConnection(where.netloc, timeout=30)
    line._validate_path = lambda path: None
    line.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        line.putheader(name, value)
    if body is not None:
        line.putheader("Content-Length", str(len(body)))
    line.endheaders(body)
    try:
        answer = Answer(line.getresponse())
    finally:
        line.close()
    described.hold(method, target, answer.status, answer.headers, answer.body)
    return answer


def shape(answer):
    """An answer of requests less its own id and what is the connection's."""
    without = {"X-Request-Id", "Date", "Connection", "Keep-Alive"}
    if answer.headers.get("Server", "").startswith("Apache"):
        # it measures a body anew, or not, as the pieces come from a program
        without |= {"Content-Length", "Transfer-Encoding"}
    headers = {name: value for name, value in answer.headers.items()
               if name not in without}
    return answer.status_code, headers, re.sub(
        "urn:uuid:[0-9a-f-]{36}", "", answer.text)
