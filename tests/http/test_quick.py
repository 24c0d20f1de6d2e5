# SPDX-License-Identifier: ISC
"""check.cgi: answers what the cache knows, and becomes check.fcgi for all
else."""

import contextlib
import os
import shutil
import subprocess
import time

import pytest

import by_cgi
import made_keys
import processes

pytestmark = pytest.mark.servers("apache-cgi")
QUICK, FULL = "check.cgi", "check.fcgi"


@contextlib.contextmanager
def without_full(site):
    """Whatever is answered meanwhile, check.cgi answers alone."""
    full = os.path.join(site.home, "bin", FULL)
    os.rename(full, full + ".away")
    try:
        yield
    finally:
        os.rename(full + ".away", full)


@pytest.fixture(scope="module", name="holder")
def one_holder(site):
    return made_keys.Holder(site)


def session(holder):
    return "Bearer " + holder.client.cookies["session"]


def ask(site, text, program=QUICK, method="GET", path="/check", body=None,
        **env):
    env = {"CONTENT_LENGTH": None if body is None else str(len(body)),
           "HTTP_HOST": site.origin.split("/")[2], **env}
    return by_cgi.ask(site, program, method, path,
                      {"HTTP_AUTHORIZATION": text, **env}, body)


def ask_alone(site, text, **said):
    """Once more when just then the other had to write what was counted."""
    for _ in range(3):
        with without_full(site):
            answer = ask(site, text, **said)
        if answer.status != 503:
            break
        ask(site, text)
    return answer


@pytest.fixture(params=[*made_keys.KINDS, "session"], name="text")
def one_credential(request, holder):
    """One that is in the cache."""
    text = session(holder) if request.param == "session" else \
        holder.make(request.param).text
    assert ask(holder.site, text).status == 200
    return text


def test_a_cached_credential_is_answered_alone(site, text):
    full = ask(site, text, FULL)
    alone = ask_alone(site, text)
    assert (alone.status, alone.json()) == (200, full.json())
    names = [name for name, _ in full.headers]
    assert [name for name, _ in alone.headers] == names


def test_a_site_under_plain_cgi_is_set_up_so(site, holder):
    key = holder.make()
    for _ in range(3):
        assert key.works()
        with without_full(site):
            if key.works():
                return
    raise AssertionError("check.fcgi was needed")


GATE = {"path": "/check/gate", "LATCHKEY_METHOD": "GET",
        "LATCHKEY_TARGET": "/guarded/"}
ALONE = {
    "the gate": ({**GATE, "LATCHKEY_REQUIRE": "any"}, 204),
    "the gate, with the permission": (
        {**GATE, "LATCHKEY_REQUIRE": "account=acme pages:read"}, 204),
    "the gate, without the permission": (
        {**GATE, "LATCHKEY_REQUIRE": "account=acme orders:read"}, 403),
    "malformed": ({"text": "Bearer lkp1nonsense"}, 401),
    "none": ({"text": None}, 401),
    "from http": ({"HTTP_X_FORWARDED_PROTO": "http"}, 200),
    "no such path": ({"path": "/nothing"}, 404),
    "any tag": ({"HTTP_IF_NONE_MATCH": "*"}, 200),
    "HEAD": ({"method": "HEAD"}, 200),
    "no body, in zeros": ({"CONTENT_LENGTH": "0"}, 200),
}
HANDED = {
    "a gate that requires nothing": (GATE, 500),
    "a gate that requires what there is not": (
        {**GATE, "LATCHKEY_REQUIRE": "account=acme cakes:eat"}, 500),
    "a body": ({"body": "{}"}, 200),
    "a body of no known length": ({"HTTP_TRANSFER_ENCODING": "chunked"}, 200),
    "another method": ({"method": "DELETE"}, 405),
    "OPTIONS": ({"method": "OPTIONS"}, 204),
    "no method": ({"REQUEST_METHOD": ""}, 400),
    "asking about others": ({"method": "POST", "body": "{}"}, 403),
    "no settings": ({"LATCHKEY_CONFIG": "/nowhere"}, 503),
}


@pytest.mark.parametrize("case", [*ALONE, *HANDED])
def test_both_programs_answer_alike(site, holder, case):
    said, status = {**ALONE, **HANDED}[case]
    said = {"text": holder.make().text, **said}
    ask(site, said["text"])
    full, quick = (ask(site, program=program, **said)
                   for program in (FULL, QUICK))
    assert (quick.status, full.status) == (status, status)
    assert quick.log == full.log
    assert without_request(quick) == without_request(full)


def without_request(answer):
    """The body, but for the number of the request in it."""
    number = answer.header("X-Request-Id") or " "
    return answer.text.replace(number, "")


@pytest.mark.parametrize("case", [*ALONE, *HANDED])
def test_what_it_does_not_know_it_leaves_to_the_other(site, holder, case):
    said, status = {**ALONE, **HANDED}[case]
    said = {"text": holder.make().text, **said}
    ask(site, said["text"])
    answer = ask_alone(site, **said)
    assert answer.status == (503 if case in HANDED else status)
    assert (FULL in answer.log) == (case in HANDED)


@pytest.mark.parametrize("kind", made_keys.KINDS)
def test_what_is_not_in_the_cache_is_never_let_through(site, holder, kind):
    text = holder.make(kind).text
    with without_full(site):
        assert ask(site, text).status == 503
    assert ask(site, text).status == 200


def test_a_revoked_key_is_refused_from_then_on(site, holder):
    for _ in range(10):
        key = holder.make()
        assert [ask(site, key.text).status for _ in range(2)] == [200, 200]
        assert holder.client.delete(key.path).status_code == 204
        with without_full(site):
            assert ask(site, key.text).status == 503
        # the first asks the database, the second remembers its answer
        assert [ask(site, key.text).status for _ in range(2)] == [401, 401]


@pytest.mark.parametrize("broken", ["generations-1.*", "cache-2.*"])
def test_without_the_files_it_asks_the_database(site, holder, broken):
    key = holder.make()
    assert ask(site, key.text).status == 200
    processes.call(["sh", "-c", "rm -f %s/%s" % (
        os.path.join(site.home, "var"), broken)])
    with without_full(site):
        assert ask(site, key.text).status == 503
    assert ask(site, key.text).status == 200


def test_what_the_database_must_confirm_is_handed_over(site, holder):
    key = holder.make()
    settings = by_cgi.with_settings(site, max_age="0")
    for _ in range(3):
        assert ask(site, key.text, LATCHKEY_CONFIG=settings).status == 200
        with without_full(site):
            assert ask(site, key.text, LATCHKEY_CONFIG=settings).status == 503


@pytest.mark.parametrize("name", [FULL, "other.cgi"])
def test_it_does_not_become_itself(site, holder, name):
    """Under the other's name, and where there is no other."""
    folder = os.path.join(site.home, "run", name + ".d")
    os.makedirs(folder)
    shutil.copy(os.path.join(site.home, "bin", QUICK),
                os.path.join(folder, name))
    processes.give(folder)
    program = os.path.join("..", "run", name + ".d", name)
    assert ask(site, holder.make().text, program).status == 503


URLS = ("HTTP_REFERER", "HTTP_X_FORWARDED_URI", "HTTP_X_ORIGINAL_URI",
        "HTTP_X_ORIGINAL_URL", "QUERY_STRING")


@pytest.mark.parametrize("program", [QUICK, FULL])
def test_no_address_with_a_key_in_it_stays_in_the_environment(site, program):
    """While the body is waited for, others of the same user can look."""
    said = {name: "/?key=asked-for" for name in URLS}
    process = subprocess.Popen(
        processes.drop() + [os.path.join(site.home, "bin", program)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={
            **site.server.sanitizer(), **said, "HTTPS": "on",
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST",
            "REQUEST_URI": "/api/v1/check?key=asked-for",
            "CONTENT_LENGTH": "9", "REMOTE_ADDR": "127.0.0.1",
            "LATCHKEY_CONFIG": by_cgi.ini(site)})
    time.sleep(1)
    with open("/proc/%d/environ" % process.pid, "rb") as file:
        left = file.read()
    answer, _ = process.communicate(b"{")
    assert answer.startswith(b"Status: 400")
    assert b"CGI/1.1" in left and b"asked-for" not in left


def test_it_loads_no_library(site):
    program = os.path.join(site.home, "bin", QUICK)
    said = subprocess.run(["readelf", "-d", program], capture_output=True,
                          text=True, check=True).stdout
    if "asan" in said:
        pytest.skip("sanitizers are a library")
    assert "NEEDED" not in said


@pytest.mark.parametrize("more", [{}, {"strict": True}], ids=str)
def test_limits_are_taken_once_whoever_answers(site, holder, more):
    """A quota whose blocks are of one use, so that each asks the database;
    nobody waits for who became another program."""
    key = holder.make(
        rates=[{"name": "day", "limit": 9, "per": 86400}],
        quotas=[{"name": "q", "limit": 9, "period": "once", **more}])
    for left in (8, 7, 6):
        began = time.monotonic()
        answer = ask(site, key.text)
        assert time.monotonic() - began < 1.5
        assert answer.header("RateLimit").count(";r=%d" % left) == 2


def uses(site, key):
    return int(site.sql("SELECT uses FROM `keys` WHERE id = UNHEX('%s')" %
                        key.id.replace("-", ""))[0][0])


def test_uses_are_counted_once_whoever_answers(site, holder):
    """And are written: now and then it leaves an answer to the other."""
    key, asked = holder.make(), 0
    while uses(site, key) == 0:
        assert ask(site, key.text).status == 200
        asked += 1
        assert asked < 600
        time.sleep(0.05)
    assert uses(site, key) <= asked
    assert ask_alone(site, key.text).status == 200
