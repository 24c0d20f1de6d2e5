# SPDX-License-Identifier: ISC
"""Answers held against www/openapi.json, which says what there can be."""

import functools
import json
import os
import re
import urllib.parse

import jsonschema
import requests

import servers

JSON = "application/json"
PROBLEM = "application/problem+json"
FAULTS = []


@functools.lru_cache(maxsize=None)
def document():
    with open(os.path.join(servers.TOP, "www", "openapi.json")) as text:
        return json.load(text)


@functools.lru_cache(maxsize=None)
def paths():
    """(expression, path item); what has fewer parameters comes first."""
    found = []
    for path, item in document()["paths"].items():
        parts = re.split(r"\{[^}]+\}", path)
        found.append((len(parts), re.compile("[^/]+".join(
            map(re.escape, parts)) + "/?"), item))
    return [row[1:] for row in sorted(found, key=lambda row: row[0])]


@functools.lru_cache(maxsize=None)
def validator(name):
    return jsonschema.Draft202012Validator(
        {"$ref": "#/components/schemas/" + name},
        resolver=jsonschema.RefResolver("", document()),
        format_checker=jsonschema.FormatChecker())


def find_item(path):
    """The path item of a path, or None."""
    return next((item for expression, item in paths()
                 if expression.fullmatch(path)), None)


def resolve(part):
    """A response, though it may stand among the components."""
    if "$ref" in part:
        return document()["components"]["responses"][
            part["$ref"].rsplit("/", 1)[1]]
    return part


def names(schema):
    """Of the schemas of which one must fit."""
    return [one["$ref"].rsplit("/", 1)[1]
            for one in schema.get("anyOf", [schema])]


def body_fault(response, kind, body):
    """What is wrong with a body, or None."""
    content = response.get("content", {})
    if not content:
        return "a body where there is none" if body else None
    if kind not in content:
        return "of type %s" % kind
    if kind == "text/plain":
        return None
    try:
        value = json.loads(body)
    except ValueError:
        return "no JSON"
    faults = []
    for name in names(content[kind]["schema"]):
        fault = jsonschema.exceptions.best_match(
            validator(name).iter_errors(value))
        if fault is None:
            return None
        faults.append("%s: %s at /%s" % (name, fault.message, "/".join(
            map(str, fault.absolute_path))))
    return "; ".join(faults)


def find_fault(method, path, status, headers, body):
    """What the description does not allow, or None."""
    item = find_item(path)
    kind = headers.get("content-type", "").partition(";")[0]
    if status >= 400 and (item is None or "x-request-id" not in headers or
                          method not in item):
        # nothing is there, or the web server refused it by itself
        item = {method: {"responses": {str(status): {"content": {
            one: {"schema": {"$ref": "#/components/schemas/Problem"}}
            for one in (PROBLEM, JSON)}}}}}
    if item is None or method not in item:
        return "is not described"
    response = item[method]["responses"].get(str(status))
    if response is None:
        return "the status is not described"
    return body_fault(resolve(response), kind, body)


def hold(method, target, status, headers, body):
    """Note what the description does not allow of an answer of the API.

    headers are pairs, or a mapping; body is bytes or text."""
    path = urllib.parse.urlsplit(target).path
    headers = {name.lower(): value for name, value in dict(headers).items()}
    ours = path.startswith("/api/v1/") or find_item(path) is not None
    if not ours or method in ("OPTIONS", "HEAD") or not method.isupper():
        return
    # what web servers ask no client needs to know
    if path.startswith("/api/v1/check/gate"):
        return
    # Apache refuses escapes and bad requests before it has read any settings
    if "x-request-id" not in headers and (
            status == 400 or "%" in path and status > 400):
        return
    fault = find_fault(method.lower(), path, status, headers, body)
    if fault is not None:
        FAULTS.append("%s %s answered %d: %s" % (method, path, status, fault))


def listen():
    """Hold whatever comes to clients of requests, ours and the products'."""
    send = requests.Session.send

    def sent(session, request, **options):
        answer = send(session, request, **options)
        if not options.get("stream"):
            hold(request.method, request.url, answer.status_code,
                 answer.headers, answer.content)
        return answer

    requests.Session.send = sent


def take_faults():
    """What was noted since it was last asked for."""
    taken = FAULTS[:]
    FAULTS.clear()
    return taken
