# SPDX-License-Identifier: ISC
"""How often and how much: rates, quotas, and guesses of a network."""

import itertools
import os
import re
import time
import uuid

import pytest

import by_cgi
import gates
import people
import processes
from made_keys import (
    APP, KINDS, NAMED, PAIR, Holder, ask, code, make, pointer)

# One server is enough: behind each the same code decides.
HERE = pytest.mark.servers("lighttpd")
LIMITED = (PAIR, NAMED, APP)
DAY = 86400
NETWORKS = itertools.count(1)

ITEM = r'"([a-z0-9_:-]+)"((?:;[a-z]+=[0-9]+)+)'


def structured(value):
    """A list of strings with integers: name -> parameters; RFC 9651."""
    assert re.fullmatch("%s(, %s)*" % (ITEM, ITEM), value), value
    return {name: {one[0]: int(one[2:]) for one in more[1:].split(";")}
            for name, more in re.findall(ITEM, value)}


def rests(answer):
    """What an answer says is left, by name; its two headers fit together."""
    policy = structured(answer.headers["RateLimit-Policy"])
    rest = structured(answer.headers["RateLimit"])
    assert list(policy) == list(rest)
    assert all(0 <= rest[name]["r"] < policy[name]["q"] or
               rest[name]["r"] == policy[name]["q"] == 0 for name in rest)
    return {name: one["r"] for name, one in rest.items()}


def rate(limit, name="day", per=DAY):
    return {"name": name, "limit": limit, "per": per}


def quota(limit, period="month", name="q", **more):
    return {"name": name, "limit": limit, "period": period, **more}


def use(key, times=1):
    return [key.send("GET", "/check").status_code for _ in range(times)]


def is_refused(answer, word):
    assert answer.status_code == 429, answer.text
    assert answer.json()["type"] == "urn:latchkey:problem:rate-limited"
    assert code(answer) == word
    assert int(answer.headers["Retry-After"]) >= 1
    return True


@pytest.fixture(scope="module", name="holder")
def one_developer(site):
    return Holder(site)


def used(site, key):
    """What the database has given out."""
    return [int(row[0]) for row in site.sql(
        "SELECT used FROM key_quotas WHERE key_id = UNHEX('%s')"
        " ORDER BY name" % key.id.replace("-", ""))]


# Rates

@pytest.mark.statement("T-17")
def test_a_rate_is_exact(holder):
    key = holder.make(rates=[rate(5)])
    for rest in 4, 3, 2, 1, 0:
        answer = key.send("GET", "/check")
        assert answer.status_code == 200
        assert rests(answer) == {"day": rest}
        assert answer.headers["RateLimit-Policy"] == '"day";q=5;w=86400'
    for _ in range(3):
        answer = key.send("GET", "/check")
        assert is_refused(answer, "rate")
        assert rests(answer) == {"day": 0}


@HERE
def test_a_window_slides(holder):
    key = holder.make(rates=[rate(3, "s", 2)])
    assert use(key, 4) == [200, 200, 200, 429]
    answer = key.send("GET", "/check")
    assert is_refused(answer, "rate")
    time.sleep(int(answer.headers["Retry-After"]))
    assert use(key) == [200]
    time.sleep(4)
    assert use(key, 4) == [200, 200, 200, 429]


@HERE
def test_what_one_rate_refuses_costs_the_others_nothing(holder):
    key = holder.make(rates=[rate(2, "small"), rate(9, "large")])
    use(key, 6)
    answer = key.send("GET", "/check")
    assert is_refused(answer, "rate")
    assert rests(answer) == {"small": 0, "large": 7}


def test_all_of_a_user_s_keys_share_his(site, holder):
    person = Holder(site)
    one = person.make(PAIR, rates=[rate(5)])
    other = person.make(APP)
    stranger = holder.make()
    answer = site.admin.patch("/users/" + person.id,
                              json={"rates": [rate(3)]})
    assert answer.status_code == 200
    assert answer.json()["rates"] == [rate(3)]
    assert rests(one.send("GET", "/check")) == {"day": 4, "user:day": 2}
    assert rests(other.send("GET", "/check")) == {"user:day": 1}
    assert person.client.get("/check").status_code == 200
    for way in one.send, other.send:
        assert is_refused(way("GET", "/check"), "rate")
    assert is_refused(person.client.get("/check"), "rate")
    assert use(stranger) == [200]
    assert site.admin.patch("/users/" + person.id,
                            json={"rates": None}).json()["rates"] is None
    assert use(other) == [200]


@HERE
def test_nobody_sets_his_own(site, holder):
    answer = holder.client.patch("/users/" + holder.id, json={"rates": None})
    assert answer.status_code == 403 and code(answer) == "scope"
    made = site.admin.post("/users/", json={
        "name": "A", "email": "a%s@acme.example" % uuid.uuid4().hex,
        "rates": [rate(7)]})
    assert made.json()["rates"] == [rate(7)]


@pytest.mark.statement("T-1")
@HERE
@pytest.mark.parametrize("kind", KINDS)
def test_a_rotation_keeps_what_was_counted(site, holder, kind):
    old = holder.make(kind, rates=[rate(9)], quotas=[quota(1000)])
    way = old.way	# of a key that is exchanged, this is a use of it
    ask_ = site.client().get
    before = rests(ask_("/check", **way))
    new = old.rotated(site.admin.post(old.path + "/rotate",
                                      json={"grace": 3600}))
    item = site.admin.get(old.path).json()
    assert item["rates"] == [rate(9)]
    assert item["quotas"] == [quota(1000, strict=False)]
    after = rests(ask_("/check", **new.way))
    spent = {"day": 2, "q": 2} if kind == "exchange" else {"day": 1, "q": 1}
    assert {name: before[name] - after[name] for name in before} == spent
    both = rests(ask_("/check", **way))
    assert both["day"] == after["day"] - 1


# Every door

@pytest.mark.guarded
def test_a_request_counts_once_whatever_door_it_came_by(site, holder):
    key = holder.make(APP, rates=[rate(20)])
    client, admin = site.client(), site.admin

    def left():
        """One more is taken by asking."""
        return rests(key.send("GET", "/check"))["day"]

    assert left() == 19
    told = gates.get(site, gates.FASTCGI[site.name], **key.way)
    assert told.status_code == 200
    assert "LATCHKEY_RATE_REMAINING=18" in told.text.splitlines()
    assert left() == 17
    answer = admin.post("/check", json={"credential": key.text}).json()
    assert answer["allowed"] and answer["limits"] == [
        {"name": "day", "limit": 20, "remaining": 16,
         "reset": answer["limits"][0]["reset"]}]
    assert admin.post("/oauth/introspect", data={"token": key.secret}
                      ).json()["active"]
    assert left() == 14
    # what is refused for another reason costs nothing
    assert key.send("GET", "/users/").status_code == 403
    assert admin.post("/check", json={
        "credential": key.text, "require": "orders:read"}
        ).json()["reason"] == "scope"
    assert left() == 13
    # nor does an explanation
    for _ in range(3):
        site.cli("check", text=key.text + "\n")
    assert left() == 12
    use(key, 12)
    refused = gates.get(site, gates.PAGE, **key.way)
    assert refused.status_code == gates.refusal(site, 429)
    assert int(refused.headers["Retry-After"]) >= 1
    explained = site.cli("check", text=key.text + "\n", check=False)
    assert "refused: rate, 429" in explained.stdout.splitlines()
    answer = admin.post("/check", json={"credential": key.text}).json()
    assert (answer["allowed"], answer["reason"]) == (False, "rate")
    assert answer["retry_after"] >= 1
    answer = admin.post("/oauth/introspect",
                        data={"token": key.secret}).json()
    assert answer["active"] is False and answer["retry_after"] >= 1
    assert client.get("/check").status_code == 401


@HERE
def test_a_token_counts_as_the_key_that_it_came_from(site, holder):
    key = holder.make(rates=[rate(4)])
    answer = site.client().post("/oauth/token", **key.way, data={
        "grant_type": "client_credentials"})
    assert answer.status_code == 200 and rests(answer) == {"day": 3}
    token = people.bearer(answer.json()["access_token"])
    for rest in 2, 1:
        assert rests(site.client().get("/check", headers=token)
                     ) == {"day": rest}
    assert use(key, 2) == [200, 429]
    assert is_refused(site.client().get("/check", headers=token), "rate")
    answer = site.client().post("/oauth/token", **key.way, data={
        "grant_type": "client_credentials"})
    assert answer.status_code == 429 and "Retry-After" in answer.headers


@HERE
def test_an_exchange_counts_too(site, holder):
    key = holder.make("exchange", rates=[rate(2)])
    assert [key.exchange().status_code for _ in range(3)] == [200, 200, 429]


def test_without_a_limit_nothing_is_told(holder):
    answer = holder.make().send("GET", "/check")
    assert answer.status_code == 200
    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


# Quotas

@pytest.mark.statement("T-17")
def test_a_quota_is_exact(site, holder):
    key = holder.make(quotas=[quota(5)])
    assert use(key, 7) == [200] * 5 + [429] * 2
    answer = key.send("GET", "/check")
    assert is_refused(answer, "quota")
    assert rests(answer) == {"q": 0} and used(site, key) == [5]
    assert int(answer.headers["Retry-After"]) <= 31 * DAY


@HERE
def test_a_block_is_leased_and_strict_takes_one(site, holder):
    key = holder.make(quotas=[quota(700, name="a"),
                              quota(700, name="b", strict=True)])
    answer = key.send("GET", "/check")
    assert rests(answer) == {"a": 699, "b": 699}
    assert used(site, key) == [7, 1]
    use(key, 6)
    assert used(site, key) == [7, 7]
    use(key)
    assert used(site, key) == [14, 8]


@pytest.fixture(scope="module", name="elsewhere")
def another_host(site):
    """The settings of one that shares nothing but the database."""
    path = os.path.join(site.home, "elsewhere")
    os.mkdir(path, 0o700)
    processes.give(path)
    return by_cgi.with_settings(site, state=path)


def use_by_cgi(site, key, settings, address="127.0.0.1"):
    return by_cgi.ask(site, "check.fcgi", "GET", "/check", {
        "HTTP_AUTHORIZATION": key.text, "REMOTE_ADDR": address},
        settings=settings)


@HERE
def test_hosts_never_pass_a_quota_together(site, holder, elsewhere):
    key = holder.make(quotas=[quota(300)])
    assert use(key) == [200] and used(site, key) == [3]
    site.sql("UPDATE key_quotas SET used = 296 WHERE key_id = UNHEX('%s')"
             % key.id.replace("-", ""))
    there = [use_by_cgi(site, key, elsewhere).status for _ in range(6)]
    assert there == [200] * 4 + [429] * 2
    assert use(key, 4) == [200, 200, 429, 429]
    assert used(site, key) == [300]


@HERE
def test_rates_are_each_host_s_own(site, holder, elsewhere):
    key = holder.make(rates=[rate(2)])
    assert use(key, 3) == [200, 200, 429]
    assert use_by_cgi(site, key, elsewhere).status == 200


@HERE
@pytest.mark.parametrize("period, refills", [
    ("hour", True), ("day", True), ("week", True), ("month", True),
    ("once", False)])
def test_a_quota_is_full_again_when_its_period_turns(
        site, holder, period, refills):
    key = holder.make(quotas=[quota(2, period)])
    assert use(key, 3) == [200, 200, 429]
    # as if what was used had been used before
    site.sql("UPDATE key_quotas SET period_at = GREATEST(0, period_at - 1) WHERE"
             " key_id = UNHEX('%s')" % key.id.replace("-", ""))
    time.sleep(1.1)
    assert use(key, 3) == ([200, 200, 429] if refills else [429] * 3)


@HERE
def test_what_a_quota_refuses_costs_no_rate(holder):
    key = holder.make(rates=[rate(9)], quotas=[quota(1)])
    use(key, 4)
    answer = key.send("GET", "/check")
    assert is_refused(answer, "quota") and rests(answer)["day"] == 8


@HERE
def test_a_quota_below_what_was_used_is_used_up(site, holder):
    key = holder.make(quotas=[quota(500)])
    assert use(key, 6) == [200] * 6 and used(site, key) == [10]
    for limit, due in ((9, 429), (10, 429), (11, 200), (11, 429)):
        assert site.admin.patch(key.path, json={"quotas": [quota(limit)]}
                                ).status_code == 200
        assert use(key) == [due], limit
    assert used(site, key) == [11]


# What may be said

BAD = [
    ({"rates": []}, "#/rates"),
    ({"rates": [rate(0)]}, "#/rates/0/limit"),
    ({"rates": [rate(-1)]}, "#/rates/0/limit"),
    ({"rates": [rate(1.5)]}, "#/rates/0/limit"),
    ({"rates": [rate(1000001)]}, "#/rates/0/limit"),
    ({"rates": [rate("5")]}, "#/rates/0/limit"),
    ({"rates": [rate(None)]}, "#/rates/0/limit"),
    ({"rates": [rate(5, per=0)]}, "#/rates/0/per"),
    ({"rates": [rate(5, per=86401)]}, "#/rates/0/per"),
    ({"rates": [rate(5, per=0.5)]}, "#/rates/0/per"),
    ({"rates": [{"name": "a", "limit": 5}]}, "#/rates/0/per"),
    ({"rates": [{"name": "a", "per": 5}]}, "#/rates/0/limit"),
    ({"rates": [{"limit": 5, "per": 5}]}, "#/rates/0/name"),
    ({"rates": [rate(5, "A")]}, "#/rates/0"),
    ({"rates": [rate(5, 'a"b')]}, "#/rates/0"),
    ({"rates": [rate(5, "a\nb")]}, "#/rates/0"),
    ({"rates": [rate(5, "user:a")]}, "#/rates/0"),
    ({"rates": [rate(5), rate(6)]}, "#/rates/1"),
    ({"rates": [rate(5, "r%d" % n) for n in range(9)]}, "#/rates"),
    ({"rates": [{**rate(5), "burst": 7}]}, "#/rates/0"),
    ({"quotas": []}, "#/quotas"),
    ({"quotas": [quota(0)]}, "#/quotas/0/limit"),
    ({"quotas": [quota(-5)]}, "#/quotas/0/limit"),
    ({"quotas": [quota(10 ** 12 + 1)]}, "#/quotas/0/limit"),
    ({"quotas": [quota(5.5)]}, "#/quotas/0/limit"),
    ({"quotas": [quota(5, "year")]}, "#/quotas/0"),
    ({"quotas": [quota(5, "")]}, "#/quotas/0/period"),
    ({"quotas": [{"name": "q", "limit": 5}]}, "#/quotas/0/period"),
    ({"quotas": [{"name": "q", "period": "day"}]}, "#/quotas/0/limit"),
    ({"quotas": [quota(5), quota(5)]}, "#/quotas/1"),
    ({"rates": [rate(5, "same")], "quotas": [quota(5, name="same")]},
     "#/quotas/0"),
]


@pytest.mark.statement("T-20")
@HERE
@pytest.mark.parametrize("limits, place", BAD)
def test_numbers_that_mean_nothing_make_no_key(site, holder, limits, place):
    for kind in LIMITED:
        answer = ask(holder.client, holder.id, kind, **limits)
        assert answer.status_code == (400 if kind == PAIR else 422), kind
        assert pointer(answer).startswith(place)
    key = holder.make(rates=[rate(5)])
    assert holder.client.patch(key.path, json=limits).status_code == 422
    assert holder.client.get(key.path).json()["rates"] == [rate(5)]
    if "rates" in limits and "quotas" not in limits:
        assert site.admin.patch("/users/" + holder.id, json=limits
                                ).status_code in (400, 422)


@pytest.mark.parametrize("kind", LIMITED)
def test_every_kind_takes_them(holder, kind):
    limits = {"rates": [rate(9), rate(3, "s", 1)],
              "quotas": [quota(10), quota(5, "once", "o", strict=True)]}
    key = holder.make(kind, **limits)
    item = holder.client.get(key.path).json()
    assert item["rates"] == limits["rates"]
    assert item["quotas"] == [quota(10, strict=False), limits["quotas"][1]]
    assert set(rests(key.send("GET", "/check"))) == {"day", "s", "q", "o"}


# Who may

@HERE
def test_what_limits_a_maker_limits_what_it_makes(site, holder):
    maker = holder.make(rates=[rate(50)], quotas=[quota(100)],
                        scopes=["latchkey:keys", "latchkey:self"])

    def made(**limits):
        return maker.send("POST", "/api_tokens/",
                          json={"name": "P", **limits})

    answer = made()
    assert answer.status_code == 201
    item = holder.client.get("/keys/" + answer.json()["uuid"]).json()
    assert item["rates"] == [rate(50)]
    assert item["quotas"] == [quota(100, strict=False)]
    assert made(rates=[rate(49)], quotas=[quota(1)]).status_code == 201
    for limits in ({"rates": None}, {"quotas": None}, {"rates": [rate(51)]},
                   {"rates": [rate(5, "other")]}, {"quotas": [quota(101)]},
                   {"quotas": [quota(1, "day")]}):
        answer = made(**limits)
        assert answer.status_code == 403, limits
        assert code(answer) == "not-covered"


@HERE
def test_a_key_narrows_itself_and_never_widens(holder):
    key = holder.make(rates=[rate(50)], quotas=[quota(100)],
                      scopes=["latchkey:keys"])
    for change, status in (
            ({"rates": [rate(49)]}, 200), ({"quotas": [quota(99)]}, 200),
            ({"rates": None}, 403), ({"quotas": None}, 403),
            ({"rates": [rate(50)]}, 403), ({"quotas": [quota(100)]}, 403),
            ({"rates": [rate(1, "renamed")]}, 403),
            ({"rates": [rate(49), rate(5, "more")]}, 200)):
        answer = key.send("PATCH", key.path, json=change)
        assert answer.status_code == status, (change, answer.text)
    assert holder.client.patch(key.path, json={
        "rates": None, "quotas": None}).status_code == 200
    item = holder.client.get(key.path).json()
    assert item["rates"] is None and item["quotas"] is None


@HERE
def test_no_key_begins_its_window_anew(holder):
    key = holder.make(rates=[rate(4, per=3600)], scopes=["latchkey:keys"])
    for per in 3601, 7200, 3599:
        answer = key.send("PATCH", key.path, json={
            "rates": [rate(4, per=per)]})
        assert answer.status_code == 403, answer.text
    assert use(key, 2) == [200, 429]


# Guesses

def guess(site, settings, credential, address):
    return by_cgi.ask(site, "check.fcgi", "GET", "/check", {
        "HTTP_AUTHORIZATION": credential, "REMOTE_ADDR": address},
        settings=settings)


@pytest.fixture(scope="module", name="few")
def settings_with_a_small_budget(site):
    return by_cgi.with_settings(site, guesses=5)


def unknown_pair():
    return gates.basic((str(uuid.uuid4()), "x" * 40))[1]


GUESSES = {
    "garbage": lambda key: "Bearer garbage",
    "another scheme": lambda key: "Negotiate abcdef",
    "a typo": lambda key: "Bearer " + key.secret[:-1] + (
        "a" if key.secret[-1] != "a" else "b"),
    "an unknown pair": lambda key: unknown_pair(),
    "another form": lambda key: gates.basic((key.secret, ""))[1],
}


@HERE
@pytest.mark.parametrize("what", GUESSES)
def test_guesses_of_a_network_are_few_and_good_keys_go_on(
        site, holder, few, what):
    key = holder.make(APP)
    bad = GUESSES[what](key)
    address = "100.64.0.%d" % next(NETWORKS)
    assert [guess(site, few, bad, address).status for _ in range(7)] == \
        [401] * 5 + [429] * 2
    late = guess(site, few, bad, address)
    assert 1 <= int(late.header("Retry-After")) <= 120
    assert structured(late.header("RateLimit-Policy")) == {
        "guesses": {"q": 5, "w": 60}}
    assert late.json()["errors"][0]["code"] != "guesses"
    assert guess(site, few, key.text, address).status == 200
    assert guess(site, few, None, address).status == 401
    assert guess(site, few, bad, "100.65.0.%d" % next(NETWORKS)
                 ).status == 401


@HERE
def test_a_network_of_ipv6_is_64_bits(site, few):
    for n in range(5):
        assert guess(site, few, "Bearer x", "2001:db8:0:7::%d" % n
                     ).status == 401
    assert guess(site, few, "Bearer x", "2001:db8:0:7:ffff::1").status == 429
    assert guess(site, few, "Bearer x", "2001:db8:0:8::1").status == 401


@HERE
def test_a_key_that_has_ended_is_no_guess(site, holder, few):
    key = holder.make(APP)
    site.admin.delete(key.path)
    address = "100.64.0.%d" % next(NETWORKS)
    assert {guess(site, few, key.text, address).status
            for _ in range(8)} == {401}


@pytest.mark.statement("T-20")
@HERE
def test_the_budget_of_guesses_is_never_none(site):
    settings = by_cgi.with_settings(site, guesses=0)
    assert guess(site, settings, "Bearer x", "192.0.2.1").status == 503
