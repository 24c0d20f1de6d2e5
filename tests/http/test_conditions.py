# SPDX-License-Identifier: ISC
"""Pages of lists, entity tags, and two changes at once."""

import re
import threading
import urllib.parse
import uuid

import pytest

import by_cgi
from people import Person, bearer, workspace


def together(*calls):
    """What the calls give when they run at the same time."""
    results = [None] * len(calls)

    def run(index, call):
        results[index] = call()

    threads = [threading.Thread(target=run, args=pair)
               for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def callers(site, n):
    """Owners with connections of their own, ready to go."""
    made = [site.client() for _ in range(n)]
    for one in made:
        one.headers.update(bearer(site.admin.cookies["session"]))
        assert one.get("/check").status_code == 200
    return made


# Pages

class Shelf:
    """A person with five pairs and five app tokens."""

    def __init__(self, site):
        person = Person(site, "developer")
        self.client = site.client()
        self.client.headers.update(bearer(person.app()))
        self.apps = "/users/%s/user_app_tokens" % person.id
        for n in range(5):
            for path, name in (("/api_tokens/", "name"),
                               (self.apps, "label")):
                assert self.client.post(path, json={
                    name: str(n)}).status_code == 201


@pytest.fixture(scope="module", name="shelf")
def one_shelf(site):
    return Shelf(site)


def walk(client, path, items, limit):
    """The pages of a list, by its Link headers."""
    pages = []
    target = "%s?limit=%d" % (path, limit)
    while target:
        assert len(pages) < 20
        answer = client.get(target)
        assert answer.status_code == 200
        pages.append([one.get("uuid") or one["id"]
                      for one in answer.json()[items]])
        link = answer.headers.get("Link")
        target = link and urllib.parse.urljoin(
            answer.url, re.fullmatch('<(.*)>; rel="next"', link)[1])
        body = answer.json()
        following = body.get("paging", body)["next"]
        assert (following is None) == (target is None)
        assert target is None or "cursor=" + following in target
    return pages


def test_a_list_comes_in_pages(shelf):
    for path, items, total in (("/api_tokens/", "resources", 5),
                               (shelf.apps, "data", 6)):
        for limit in (1, 2, 3, total, 100):
            pages = walk(shelf.client, path, items, limit)
            found = [one for page in pages for one in page]
            assert len(found) == len(set(found)) == total
            assert {len(page) for page in pages[:-1]} <= {limit}
            # a last page that is just full is the last
            assert len(pages) == -(-total // limit)


def test_users_and_workspaces_come_in_pages(site):
    for n in range(3):
        workspace(site, "p%d-%s" % (n, uuid.uuid4().hex[:8]))
    client, = callers(site, 1)
    for path, table in (("/users/", "users"), ("/workspaces", "workspaces")):
        # company users (type 4) are on no list
        some = " WHERE deleted_at IS NULL AND type <> 4"
        count = int(site.sql("SELECT COUNT(*) FROM %s%s" % (
            table, some if table == "users" else ""))[0][0])
        limit = max(2, -(-count // 4))
        pages = walk(client, path, "items", limit)
        found = [one for page in pages for one in page]
        assert len(found) == len(set(found)) == count


@pytest.fixture(name="hidden")
def workspaces_of_others(site):
    """More of them than the database is asked for at once."""
    site.sql("INSERT INTO workspaces SELECT UNHEX(MD5(seq)), a.id,"
             " CONCAT('hidden-', seq), 'Hidden', 0, 0"
             " FROM accounts a, seq_1_to_230")
    yield
    site.sql("DELETE FROM workspaces WHERE handle LIKE 'hidden-%'")


@pytest.mark.usefixtures("hidden")
def test_what_is_hidden_from_a_caller_leaves_no_trace_in_pages(site):
    handles = ["s" + uuid.uuid4().hex for _ in range(3)]
    for handle in handles:
        workspace(site, handle)
    # behind all the others
    site.sql("UPDATE workspaces SET id = UNHEX(REPEAT('FE', 16))"
             " WHERE handle = '%s'" % handles[2])
    person = Person(site, *["workspace-manager@" + one for one in handles])
    client = site.client()
    client.headers.update(bearer(person.session()))
    for limit, sizes in ((1, [1, 1, 1]), (2, [2, 1]), (3, [3])):
        pages = walk(client, "/workspaces", "items", limit)
        assert [len(page) for page in pages] == sizes


@pytest.mark.parametrize("query", [
    "limit=0", "limit=101", "limit=-1", "limit=", "limit=1x", "limit=%zz",
    "limit=1&limit=2", "limit=99999999999999999999", "cursor=", "cursor=x",
    "cursor=1&cursor=2", "limit=%00", "limit=%c0%b1"])
def test_a_query_that_is_not_understood_is_refused(shelf, query):
    for path in ("/api_tokens/", shelf.apps):
        answer = shelf.client.get(path + "?" + query)
        assert answer.status_code in (400, 422)
        if answer.json()["type"].endswith(":invalid-field"):
            # no member of a body: there is none to point into
            error, = answer.json()["errors"]
            assert "pointer" not in error
            assert error["detail"].startswith(
                query.split("=")[0] + " must be ")


# Entity tags

def test_what_has_not_changed_is_not_sent_again(shelf):
    first = shelf.client.get("/api_tokens/")
    tag = first.headers["ETag"]
    assert re.fullmatch('"[0-9a-f]+"', tag)
    for known in (tag, "*", '"x", %s' % tag, tag + ', "x"', "W/" + tag,
                  '"x", W/' + tag):
        answer = shelf.client.get("/api_tokens/", headers={
            "If-None-Match": known})
        assert answer.status_code == 304 and answer.content == b""
        assert answer.headers["ETag"] == tag
    for known in ('"x"', tag.strip('"'), tag[:-2] + '"', 'W/"x"'):
        answer = shelf.client.get("/api_tokens/", headers={
            "If-None-Match": known})
        assert answer.status_code == 200
        assert answer.text == first.text


def test_another_page_has_another_tag(shelf):
    tags = {shelf.client.get("/api_tokens/?limit=%d" % n).headers["ETag"]
            for n in (1, 2, 3)}
    assert len(tags) == 3


@pytest.fixture(params=["users", "workspaces"], name="thing")
def changeable_thing(request, site):
    """The path of something that can be changed."""
    if request.param == "users":
        return "/users/" + Person(site).id
    return "/workspaces/" + workspace(site, "e" + uuid.uuid4().hex[:8])


def test_a_change_can_be_made_of_the_version_that_was_read(site, thing):
    client, = callers(site, 1)
    tag = client.get(thing).headers["ETag"]

    def change(name, match):
        return client.patch(thing, json={"name": name},
                            headers={"If-Match": match}).status_code

    assert change("first", tag) == 200
    assert client.get(thing).headers["ETag"] != tag
    for stale in (tag, '"x"', "W/" + client.get(thing).headers["ETag"]):
        assert change("second", stale) == 412
    assert client.get(thing).json()["name"] == "first"
    assert change("third", "*") == 200
    assert change("fourth", '"x", ' + client.get(thing).headers["ETag"]
                  ) == 200


def test_a_user_is_deleted_as_he_was_read_or_not(site):
    person = Person(site)
    client, = callers(site, 1)
    path = "/users/" + person.id
    tag = client.get(path).headers["ETag"]
    assert client.patch(path, json={"name": "New"}).status_code == 200
    assert client.delete(path, headers={"If-Match": tag}).status_code == 412
    tag = client.get(path).headers["ETag"]
    assert client.delete(path, headers={"If-Match": tag}).status_code == 204


# mod_fcgid keeps a second request waiting until the first is answered.
@pytest.mark.servers("lighttpd", "apache-cgi")
def test_of_two_changes_of_one_version_one_is_made(site, thing):
    clients = callers(site, 2)
    for turn in range(8):
        tag = clients[0].get(thing).headers["ETag"]
        answers = together(*[
            lambda one=one, n=n: one.patch(
                thing, json={"name": "%d by %d" % (turn, n)},
                headers={"If-Match": tag}).status_code
            for n, one in enumerate(clients)])
        assert sorted(answers) == [200, 412]


# mod_fcgid keeps a second request waiting until the first is answered.
@pytest.mark.servers("lighttpd", "apache-cgi")
def test_two_changes_of_different_members_are_both_made(site):
    person = Person(site)
    path = "/users/" + person.id
    clients = callers(site, 2)
    for turn in range(8):
        blocked = turn % 2 == 0
        answers = together(
            lambda: clients[0].patch(path, json={"blocked": blocked}),
            lambda: clients[1].patch(path, json={"name": str(turn)}))
        assert [one.status_code for one in answers] == [200, 200]
        now = clients[0].get(path).json()
        assert (now["blocked"], now["name"]) == (blocked, str(turn))


@pytest.mark.parametrize("match", ["", ",", " , ,"])
def test_a_condition_that_names_no_tag_is_malformed(site, shelf, match):
    """Ignored, it would be a change without the condition."""
    path = "/keys/" + shelf.client.post("/api_tokens/", json={
        "name": "Kept"}).json()["uuid"]
    # a server may leave out a header that is empty
    answers = [by_cgi.ask(site, "keys.fcgi", method, path, {
        "HTTP_AUTHORIZATION": shelf.client.headers["Authorization"],
        "HTTP_IF_MATCH": match}, body) for method, body in (
            ("DELETE", None), ("PATCH", {"label": "Changed"}))]
    assert [answer.status for answer in answers] == [400, 400]
    assert "If-Match" in answers[0].json()["errors"][0]["detail"]
    assert shelf.client.get(path).json()["label"] == "Kept"


@pytest.mark.parametrize("path", [
    "/users?limit=1&rol=owner", "/workspaces?handel=x", "/roles?page=2"])
def test_a_parameter_of_a_list_that_is_none_is_named(site, path):
    answer = site.admin.get(path)
    assert answer.status_code == 422
    wrong = re.search(r"rol\b|handel|page", path).group()
    assert answer.json()["errors"][0]["detail"] == (
        wrong + " is no parameter of this path")
