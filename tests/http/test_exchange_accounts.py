# SPDX-License-Identifier: ISC
"""Exchange keys where there are several accounts, and new signing keys."""

import os
import re
import uuid

import pytest

import by_cgi
import conftest
import exchange
import site_under_test
from exchange import add_key, add_user, public_keys, token_for, verified
from people import Person, bearer

DAY = 24 * 60 * 60 * 1000


def pytest_generate_tests(metafunc):
    if "duplex" in metafunc.fixturenames:
        metafunc.parametrize("duplex", conftest.names_for(metafunc),
                             indirect=True, scope="module")


@pytest.fixture(scope="module", name="duplex")
def site_of_two_accounts(request, folder, mariadb, application):
    """A site of its own: a second account would close the others' gates."""
    apart = os.path.join(folder, "exchange")
    os.makedirs(apart, exist_ok=True)
    made = site_under_test.Site(request.param, apart, mariadb, application)
    made.db += "_exchange"
    made.prepare()
    made.rival = made.cli("account", "add", "Rival").stdout.split()[-1]
    made.start()
    yield made
    made.stop()


def login(site, account):
    client = site.client()
    client.headers.update(bearer(client.post("/sessions/", json={
        "username": Person(site, "owner", account=account).username,
        "password": site_under_test.PASSWORD, "account": account,
    }).cookies["session"]))
    client.cookies.clear()
    return client


@pytest.fixture(scope="module", name="owners")
def an_owner_of_each(duplex):
    return {account: login(duplex, account) for account in
            (duplex.account_id, duplex.rival)}


@pytest.fixture(scope="module", name="keys")
def a_key_in_each(duplex, owners):
    return {account: add_key(owner, add_user(owner)["id"])
            for account, owner in owners.items()}


@pytest.mark.statement("C-4", "C-5", "C-34")
def test_each_key_is_for_its_account(duplex, keys):
    legacy = {duplex.account_id: "acme", duplex.rival: None}
    for account, key in keys.items():
        said = exchange.exchange(duplex, key, account).json()
        assert said["user"]["id"] == account
        assert said["user"]["legacy_id"] == legacy[account]
        me, = duplex.client().get("/me", headers=bearer(said["token"])
                                 ).json()["results"]
        assert me["account"]["id"] == account
        assert me["id"] == said["sub_user"]["id"]


@pytest.mark.statement("C-40", "C-41")
def test_the_other_accounts_key_is_no_key(duplex, keys):
    swapped = list(zip(keys, reversed(list(keys.values()))))
    swapped += [("acme", keys[duplex.rival])]
    seen = set()
    for account, key in swapped + [(duplex.rival, str(uuid.uuid4()))]:
        answer = exchange.exchange(duplex, key, account)
        assert answer.status_code == answer.json()["status"] == 401
        seen.add(re.sub("urn:uuid:[0-9a-f-]+", "", answer.text))
    assert len(seen) == 1


@pytest.mark.statement("C-5")
def test_a_token_sees_its_own_account_only(duplex, owners):
    ids = {account: add_user(owner)["id"]
           for account, owner in owners.items()}
    for account, owner in owners.items():
        manager = add_user(owner, "owner")
        token = token_for(duplex, add_key(owner, manager["id"], scopes=[
            "latchkey:users:read", "latchkey:keys", "latchkey:keys:all"]),
            account)
        client = duplex.client()
        client.headers.update(bearer(token))
        for other, user in ids.items():
            own = account == other
            assert client.get("/users/" + user).status_code == (
                200 if own else 404)
            assert client.post("/users/%s/api/key" % user).status_code == (
                201 if own else 404)


def test_a_key_is_made_in_the_own_account_only(duplex, owners):
    user = add_user(owners[duplex.rival])["id"]
    for account in (duplex.account_id, duplex.rival, "acme"):
        assert owners[duplex.account_id].post(
            "%s/api/v0/configurations/%s/%s/users/%s/api/key" % (
                duplex.origin, account, account, user)).status_code == 404


def test_another_accounts_token_is_not_told_by_the_check(duplex, owners, keys):
    token = token_for(duplex, keys[duplex.rival], duplex.rival)
    for account, known in ((duplex.rival, True), (duplex.account_id, False)):
        said = owners[account].post("/check", json={
            "credential": "Bearer " + token}).json()
        assert said["allowed"] == known
        assert ("user" in said) == known


@pytest.mark.parametrize("place, status", [
    ("acme", 401), ("of acme", 401), ("of rival", 200), ("nobody", 401)])
def test_a_place_takes_tokens_of_its_account_only(duplex, keys, place, status):
    place = {"of acme": duplex.account_id, "of rival": duplex.rival}.get(
        place, place)
    token = token_for(duplex, keys[duplex.rival], duplex.rival)
    for program, path in (("check.fcgi", "/check"), ("users.fcgi", "/me"),
                          ("tokens.fcgi", "/users/logout")):
        assert by_cgi.ask(duplex, program, "GET", path, {
            "HTTP_HOST": duplex.origin[8:], "LATCHKEY_ACCOUNT": place,
            "HTTP_AUTHORIZATION": "Bearer " + token}).status == status


def test_a_token_that_names_another_account(duplex, keys):
    header, claims = exchange.taken_apart(
        token_for(duplex, keys[duplex.account_id]))
    claims["account"] = duplex.rival
    assert duplex.client().get("/check", headers=bearer(exchange.signed(
        duplex, header, claims))).status_code == 401


# New signing keys: the last tests here, for they change the keyring

def kid(token):
    return exchange.taken_apart(token)[0]["kid"]


def verify(duplex, token, keys):
    assert verified(token, keys, duplex.origin)
    assert duplex.client().get("/check", headers=bearer(token)
                              ).status_code == 200


@pytest.mark.statement("C-37")
def test_a_new_version_breaks_no_verifier(duplex, keys):
    key = keys[duplex.account_id]
    before = token_for(duplex, key)
    version = duplex.cli_json("keyring", "add")["version"]
    kept = public_keys(duplex)
    assert len(kept.keys) == 6
    duplex.cli("keyring", "activate", str(version))
    at_once = token_for(duplex, key)
    assert kid(at_once) == kid(before)
    duplex.sql("UPDATE keyring_versions SET activated_at = activated_at -"
              " %d WHERE version = %d" % (11 * 60 * 1000, version))
    after = token_for(duplex, key)
    assert kid(after) != kid(before)
    for token in (before, at_once, after):
        verify(duplex, token, kept)
        verify(duplex, token, public_keys(duplex))


@pytest.mark.statement("C-37")
def test_a_version_stays_while_its_signatures_may_live(duplex, owners):
    """Nothing is stored under it but what a token stands on."""
    owner = owners[duplex.account_id]
    version = duplex.cli_json("keyring", "add")["version"]
    duplex.cli("keyring", "activate", str(version))
    key = add_key(owner, add_user(owner)["id"])
    token = token_for(duplex, key)
    old = version - 1
    assert kid(token).startswith(str(old))
    duplex.sql("DELETE FROM replays")
    done = duplex.cli("keyring", "remove", str(old), check=False)
    assert done.returncode != 0 and "signed" in done.stderr
    verify(duplex, token, public_keys(duplex))
    duplex.sql("UPDATE keyring_versions SET activated_at = activated_at -"
              " %d WHERE version = %d" % (DAY + 11 * 60 * 1000, version))
    duplex.cli("keyring", "remove", str(old))
    assert duplex.client().get("/check", headers=bearer(token_for(
        duplex, key))).status_code == 200
    assert duplex.client().get("/check", headers=bearer(token)
                              ).status_code == 401
