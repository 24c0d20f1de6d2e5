# SPDX-License-Identifier: ISC
"""A key for an automation, step by step, as Authentise describes it."""

import json
import os
import re
import subprocess
import sys
import time
import uuid

import pytest
import requests
from requests.auth import HTTPBasicAuth

import servers
from site_under_test import ACCOUNT, ADMIN, PASSWORD

CLIENT = os.path.join(servers.HERE, "clients", "authentise_client.py")
WRONG = "an entirely wrong password"
DEVELOPER = [{"role": "developer"}]


def address(word="service"):
    return "%s-%s@customer.com" % (word, uuid.uuid4().hex[:12])


def add_user(caller, email=None, **more):
    email = email or address()
    return caller.post("/users/", json={
        "type": "service", "name": "Export", "email": email,
        "password": PASSWORD, **more})


def make_key(caller, **more):
    answer = caller.post("/api_tokens/", json={"name": "Key", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def basic(key):
    return HTTPBasicAuth(key["uuid"], key["secret"])


def curl(site, *words):
    """The status, and the body as text."""
    done = subprocess.run(
        ["curl", "-s", "--noproxy", "*", "-w", "\n%{http_code}",
         "--cacert", site.server.certificate(), *words],
        capture_output=True, text=True, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


def data(site):
    """Where an outside system would connect: the gated site, if there is."""
    return site.guard + "whoami.cgi" if site.guard else site.url + "/check"


def application(site):
    """A program behind the gate that shows its environment and the body."""
    return site.guard + ("fastcgi/" if site.name == "lighttpd" else
                         "whoami.fcgi")


def trail(site, object_id):
    """What the audit trail says of an object: (user, key, action)."""
    return site.sql("SELECT LOWER(HEX(actor_user)), LOWER(HEX(actor_key)),"
                    " action FROM audit WHERE object_id = UNHEX('%s')"
                    % object_id.replace("-", ""))


def poll(find, seconds=15):
    """What find() gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while True:
        found = find()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def secrets_told(answer):
    """The body less what differs from one request to the next."""
    return re.sub("urn:uuid:[0-9a-f-]+", "", answer.text)


class Automation:
    """A service user that is logged in and has a key."""

    def __init__(self, site):
        made = add_user(site.admin, roles=DEVELOPER)
        assert made.status_code == 201, made.text
        self.user = made.json()
        self.session = site.client(self.user["email"])
        self.key = make_key(self.session)


@pytest.fixture(scope="module", name="automation")
def one_automation(site):
    return Automation(site)


@pytest.fixture(name="passer_by")
def without_session(site):
    return site.client()


# The four steps

@pytest.mark.statement("A-2", "A-3", "A-4", "A-5", "A-6", "A-23", "A-26")
def test_the_four_steps_lead_from_nothing_to_a_connection(site):
    email = address()
    made = add_user(site.admin, email, roles=DEVELOPER)
    assert made.status_code == 201 and made.json()["type"] == "service"

    visitor = site.client()
    login = visitor.post("/sessions/", json={"username": email,
                                             "password": PASSWORD})
    assert login.status_code == 201
    assert visitor.get("/api_tokens/").json()["resources"] == []

    key = visitor.post("/api_tokens/", json={"name": "ERP"})
    assert key.status_code == 201
    key = key.json()
    assert key["uuid"] and key["secret"] and key["name"] == "ERP"

    outside = site.client().get(data(site),
                                auth=(key["uuid"], key["secret"]))
    assert outside.status_code == 200
    assert email in outside.text


@pytest.mark.statement("A-2")
def test_a_key_can_be_had_without_a_service_user_and_without_a_trial(site):
    key = make_key(site.admin)
    assert site.client().get(data(site), auth=basic(key)).status_code == 200


@pytest.mark.statement("A-3", "A-10", "A-11")
@pytest.mark.parametrize("maker", ["owner", "global-user-admin", "operator"])
def test_a_service_user_can_be_made_by_those_who_may(site, maker):
    email = address()
    if maker == "operator":
        site.cli("user", "add", "--account", ACCOUNT, "--email", email,
                 "--name", "Export", "--type", "service",
                 "--password-fd", "0", text=PASSWORD + "\n")
    elif maker == "owner":
        assert add_user(site.admin, email).status_code == 201
    else:
        admin = add_user(site.admin, address("admin"), type="interactive",
                         roles=[{"role": "global-user-admin"}]).json()
        caller = site.client(admin["username"])
        assert add_user(caller, email).status_code == 201
    assert make_key(site.client(email))["secret"]


@pytest.mark.statement("A-10")
def test_a_service_user_cannot_make_users(automation):
    assert add_user(automation.session).status_code == 403


@pytest.mark.statement("A-8", "A-7")
def test_service_users_exist_side_by_side_each_with_a_key(site, automation):
    other = Automation(site)
    seen = [site.client().get("/check", auth=basic(one.key)).json()["user"]
            for one in (automation, other)]
    assert [one["id"] for one in seen] == [automation.user["uuid"],
                                           other.user["uuid"]]


@pytest.mark.statement("A-7")
def test_a_key_is_listed_for_its_own_user_only(site, automation):
    uri = automation.key["uri"]
    assert automation.session.get(uri).status_code == 200
    assert site.admin.get(uri).status_code == 404
    listed = site.admin.get("/api_tokens/?limit=100").json()["resources"]
    assert automation.key["uuid"] not in [one["uuid"] for one in listed]


# Addresses and names

@pytest.mark.statement("A-12")
def test_an_address_is_taken_once(site, automation):
    again = add_user(site.admin, automation.user["email"], username="other")
    assert again.status_code == 409
    shouted = add_user(site.admin, automation.user["email"].upper(),
                       username="other")
    assert shouted.status_code == 409
    second = add_user(site.admin).json()
    taken = site.admin.patch("/users/%s/" % second["uuid"], json={
        "email": automation.user["email"]})
    assert taken.status_code == 409
    kept = site.admin.get("/users/%s/" % second["uuid"]).json()
    assert kept["email"] == second["email"]


@pytest.mark.statement("A-13", "A-14", "A-15")
@pytest.mark.parametrize("email", [
    "service-X@customer.com",
    "serviceX@customer.com",
    "serviceX+employee@customer.com",
    "service_name@your_company.com",
])
def test_the_printed_addresses_are_taken_as_they_are(site, email):
    made = add_user(site.admin, email)
    assert made.status_code == 201, made.text
    kept = site.admin.get(made.json()["uri"]).json()
    assert kept["email"] == kept["username"] == email
    assert site.client(email).get("/sessions/").json()["username"] == email


@pytest.mark.parametrize("email", [
    "service", "@customer.com", "service@", "a b@customer.com",
    "a@b@customer.com", "service@customer", "a..b@customer.com",
    "service@customer.com\nBcc: all@customer.com"])
def test_what_is_no_address_is_refused(site, email):
    assert add_user(site.admin, email).status_code in (400, 422)


@pytest.mark.statement("A-16")
def test_notices_go_to_the_address_of_the_user(site):
    one = Automation(site)

    def told(subject):
        return [mail for mail in site.mails()
                if mail["To"] == one.user["email"] and
                mail["Subject"].startswith(subject)]

    made = poll(lambda: told("API key made"))
    assert one.key["uuid"] in made[0].get_payload()
    assert one.session.post(
        "/keys/%s/rotate" % one.key["uuid"]).status_code == 200
    rotated = poll(lambda: told("API key rotated"))
    assert one.key["uuid"] in rotated[0].get_payload()
    assert one.session.delete(one.key["uri"]).status_code == 204
    ended = poll(lambda: told("API key ended"))
    assert one.key["uuid"] in ended[0].get_payload()
    assert one.key["secret"] not in made[0].as_string()


@pytest.mark.statement("A-17")
def test_a_display_name_can_be_the_name_of_the_service(site):
    name = "ERP import – nächtlich"
    made = add_user(site.admin, name=name).json()
    assert site.admin.get(made["uri"]).json()["name"] == name


# Logging on

@pytest.mark.statement("A-4", "A-19")
@pytest.mark.parametrize("form", [False, True])
def test_a_service_user_logs_on_like_anybody(site, automation, form):
    words = {"username": automation.user["email"], "password": PASSWORD}
    answer = site.client().post("/sessions/",
                                **{"data" if form else "json": words})
    assert answer.status_code == 201
    assert answer.json()["username"] == automation.user["email"]
    assert len(answer.raw.headers.getlist("Set-Cookie")) == 1
    assert answer.headers["Set-Cookie"].startswith("session=")


@pytest.mark.statement("A-20")
@pytest.mark.parametrize("mistake", ["password", "address"])
def test_a_mistake_in_the_set_up_shows_as_a_failed_log_on(site, mistake):
    email = address()
    assert add_user(site.admin, email).status_code == 201
    answer = site.client().post("/sessions/", json={
        "username": address() if mistake == "address" else email,
        "password": WRONG if mistake == "password" else PASSWORD})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "login-failed"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.statement("A-21")
def test_without_a_session_no_key_is_given(passer_by):
    answer = passer_by.post("/api_tokens/", json={"name": "Key"})
    assert answer.status_code == 401
    assert "secret" not in answer.json()


@pytest.mark.statement("A-21")
def test_without_a_verified_account_no_key_is_given(site):
    one = Automation(site)
    assert site.admin.patch(one.user["uri"], json={
        "verified": False}).status_code == 200
    refused = one.session.post("/api_tokens/", json={"name": "Key"})
    assert refused.status_code == 401
    login = site.client().post("/sessions/", json={
        "username": one.user["email"], "password": PASSWORD})
    assert login.status_code == 403


# The key

@pytest.mark.statement("A-1")
def test_one_key_reads_and_writes(site, automation):
    key = make_key(automation.session, scopes=["latchkey:keys"])
    outside = site.client()
    outside.auth = basic(key)
    made = outside.post("/api_tokens/", json={"name": "Imported"})
    assert made.status_code == 201
    listed = outside.get("/api_tokens/?limit=100").json()["resources"]
    assert made.json()["uuid"] in [one["uuid"] for one in listed]


@pytest.mark.guarded
@pytest.mark.statement("A-1", "A-18", "A-25", "A-26", "A-27")
def test_an_application_behind_the_gate_gets_what_is_written(site,
                                                             automation):
    auth = HTTPBasicAuth(automation.key["uuid"], automation.key["secret"])
    read = site.client().get(application(site), auth=auth)
    written = site.client().post(application(site), auth=auth,
                                 data={"quantity": 3, "part": "a b"})
    assert read.status_code == written.status_code == 200
    lines = written.text.splitlines()
    assert "REQUEST_METHOD=POST" in lines
    assert "BODY=quantity=3&part=a+b" in lines
    for line in ("REMOTE_USER=" + automation.user["username"],
                 "LATCHKEY_USER=" + automation.user["uuid"],
                 "LATCHKEY_KEY=" + automation.key["uuid"]):
        assert line in lines and line in read.text.splitlines()


@pytest.mark.statement("A-25", "A-27")
def test_curl_posts_a_form_with_the_key(site, automation):
    key = make_key(automation.session, scopes=["latchkey:keys"])
    pair = "%s:%s" % (key["uuid"], key["secret"])
    status, body = curl(site, "-u", pair, "-d", "name=from a form",
                        site.url + "/api_tokens/")
    assert status == 201
    assert json.loads(body)["name"] == "from a form"


@pytest.mark.statement("A-9", "A-18")
def test_the_trail_names_user_and_key_of_what_was_changed(site, automation):
    key = make_key(automation.session, scopes=["latchkey:keys"])
    made = site.client().post("/api_tokens/", auth=basic(key),
                              json={"name": "Written"}).json()
    user, by = (automation.user["uuid"].replace("-", ""),
                key["uuid"].replace("-", ""))
    assert trail(site, made["uuid"]) == [(user, by, "key.create")]
    # made with a session, the key before it names the user alone
    assert trail(site, key["uuid"]) == [(user, "NULL", "key.create")]


@pytest.mark.guarded
@pytest.mark.statement("A-9")
def test_the_access_log_names_user_and_key_of_what_was_read(site, automation):
    mark = "whoami.cgi/%s" % uuid.uuid4()
    answer = site.client().get(site.guard + mark,
                               auth=basic(automation.key))
    assert answer.status_code == 200

    def logged():
        return [line for line in site.log().splitlines()
                if mark in line]

    line = poll(logged)[0]
    assert " %s %s " % (automation.user["username"],
                        automation.key["uuid"]) in line
    assert automation.key["secret"] not in site.log()


@pytest.mark.statement("A-22", "A-30")
def test_a_key_outlives_the_session_that_made_it(site):
    one = Automation(site)
    assert one.key["expires_at"] is None
    assert one.session.delete("/sessions/").status_code == 204
    assert one.session.get("/api_tokens/").status_code == 401
    assert site.client().get(data(site),
                             auth=basic(one.key)).status_code == 200


@pytest.mark.statement("A-22")
def test_a_key_outlives_a_restart(site, automation):
    site.restart()
    answer = site.client().get(data(site), auth=basic(automation.key))
    assert answer.status_code == 200


@pytest.mark.statement("A-22")
def test_a_key_still_works_when_it_was_made_long_ago(site):
    one = Automation(site)
    site.sql("UPDATE `keys` SET created_at = created_at - 315360000000"
             " WHERE id = UNHEX('%s')" % one.key["uuid"].replace("-", ""))
    assert site.client().get(data(site),
                             auth=basic(one.key)).status_code == 200


@pytest.mark.statement("A-31")
def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(site,
                                                             automation):
    key, other = automation.key, make_key(automation.session)
    told = {}
    for name, pair in {
            "unknown uuid": (str(uuid.uuid4()), key["secret"]),
            "wrong secret": (key["uuid"], key["secret"][:-1] + "!"),
            "another's secret": (key["uuid"], other["secret"]),
            "swapped": (key["secret"], key["uuid"]),
            "empty secret": (key["uuid"], ""),
            "empty uuid": ("", key["secret"])}.items():
        answer = site.client().get("/check", auth=pair)
        assert answer.status_code == 401, name
        told[name] = secrets_told(answer)
    assert len(set(told.values())) == 1, told


@pytest.mark.statement("A-32")
def test_the_secret_is_told_once(site, automation):
    key, client = automation.key, automation.session
    one = client.get(key["uri"])
    assert one.json()["name"] == "Key"
    assert {name: value for name, value in key.items()
            if name != "secret"} == one.json()
    for answer in (one, client.get("/api_tokens/?limit=100"),
                   client.post("/api_tokens/", json={"name": "Next"})):
        assert key["secret"] not in answer.text
    kept = site.sql("SELECT sealed, INSTR(CONCAT_WS('|', digest, imported,"
                    " mac, hint), '%s') FROM key_secrets WHERE"
                    " key_id = UNHEX('%s')" % (
                        key["secret"], key["uuid"].replace("-", "")))
    assert kept == [("NULL", "0")]


@pytest.mark.statement("A-33")
def test_each_of_several_keys_works_on_its_own(site, automation):
    first, second = (make_key(automation.session) for _ in range(2))

    def status(key):
        return site.client().get("/check", auth=basic(key)).status_code

    assert (status(first), status(second)) == (200, 200)
    assert automation.session.delete(first["uri"]).status_code == 204
    assert (status(first), status(second)) == (401, 200)


# Clients

@pytest.mark.statement("A-29")
def test_the_certificate_can_be_verified_or_not(site, automation):
    def get(verify):
        return requests.get(data(site), auth=basic(automation.key),
                            verify=verify, timeout=30).status_code

    assert get(site.server.certificate()) == 200
    with pytest.warns(Warning, match="Unverified HTTPS"):
        assert get(False) == 200
    with pytest.raises(requests.exceptions.SSLError):
        get(True)


def run_client(site, url, username, password, *words):
    return subprocess.run(
        [sys.executable, CLIENT, url, username, password, *words,
         "--ca", site.server.certificate()],
        env={"NO_PROXY": "*"}, capture_output=True, text=True, check=False)


@pytest.mark.statement("A-28", "A-34")
@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("place", ["base", "root"])
def test_a_client_written_for_the_product_runs_unmodified(site, place, form):
    url = site.url if place == "base" else site.origin
    email = address()
    words = ["--form"] if form else []
    done = run_client(site, url, ADMIN, PASSWORD, "--data", data(site),
                      "--service-user", email, *words)
    assert done.returncode == 0, done.stderr
    out = json.loads(done.stdout)
    assert out["user"]["email"] == email
    assert site.client().get("/check", auth=(
        out["uuid"], out["secret"])).json()["user"]["username"] == email
    # without a role the new user may nothing behind the gate
    assert out["data"] == (403 if site.name == "lighttpd" else
                           401 if site.guard else 200)


@pytest.mark.statement("A-34")
@pytest.mark.parametrize("place", ["base", "root"])
def test_a_client_with_a_user_of_its_own_gets_its_data(site, place):
    url = site.url if place == "base" else site.origin
    email = address()
    made = site.admin.post("/users/", json={
        "email": email, "name": "Octoprint", "username": email,
        "password": PASSWORD, "roles": [{"role": "developer"}]})
    assert made.status_code == 201
    done = run_client(site, url, email, PASSWORD, "--data", data(site))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"] == 200


@pytest.mark.statement("A-34")
@pytest.mark.parametrize("name", [
    "create-bureau", "Octoprint Token - %s" % uuid.uuid4(), "n" * 64])
def test_the_names_that_clients_give_fit(site, automation, name):
    key = make_key(automation.session, name=name)
    assert automation.session.get(key["uri"]).json()["name"] == name


@pytest.mark.statement("A-34", "A-20")
@pytest.mark.parametrize("place", ["base", "root"])
def test_a_client_recognises_a_bad_login_and_shows_the_title(site, place):
    url = site.url if place == "base" else site.origin
    done = run_client(site, url, address("unknown"), WRONG)
    assert done.returncode == 3
    assert done.stderr == "The name and the password do not match\n"


@pytest.mark.statement("A-34")
def test_a_client_is_shown_the_title_of_other_refusals(site, automation):
    done = run_client(site, site.url, automation.user["email"], PASSWORD,
                      "--service-user", address())
    assert done.returncode == 1
    assert "lacks a permission" in done.stderr


@pytest.mark.statement("A-28")
def test_a_client_names_no_host(site):
    with open(CLIENT) as text:
        assert not re.search(r"https?://", text.read())
    status, _ = curl(site, site.url.replace("127.0.0.1", "localhost") +
                     "/sessions/", "-d", "username=" + ADMIN,
                     "--data-urlencode", "password=" + PASSWORD)
    assert status == 201


@pytest.mark.statement("A-34")
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("place", ["base", "root"])
def test_paths_end_in_a_slash_or_not(site, automation, place, slash):
    top = site.url if place == "base" else site.origin
    key = make_key(automation.session, scopes=["latchkey:keys"])
    outside = site.client()
    outside.auth = basic(key)
    made = outside.post(top + "/api_tokens" + slash, data={"name": "x"})
    assert made.status_code == 201
    assert made.headers["Location"] == made.json()["uri"]
    assert made.json()["uri"].startswith(top + "/api_tokens/")
    one = outside.get(made.json()["uri"].rstrip("/") + slash)
    assert one.status_code == 200


@pytest.mark.statement("A-34")
def test_a_login_at_the_root_is_good_for_the_whole_site(site):
    client = site.client()
    for path, scope in (("/sessions/", "Path=/;"),
                        ("/api/v1/sessions/", "Path=/api/v1;")):
        answer = client.post(site.origin + path, json={
            "username": ADMIN, "password": PASSWORD})
        assert scope in answer.headers["Set-Cookie"]
        assert answer.json()["uri"] == site.origin + path


# What README.md shows

def first_key():
    """The code in README's section, as (language, text)."""
    section = servers.read("README.md").split("\n## A first key\n")[1]
    return re.findall("^```(\\w+)\n(.*?)^```$",
                      section.split("\n## ")[0], re.M | re.S)


@pytest.fixture(name="readme")
def readme_runs(site, tmp_path):
    """Runs shell lines where deploy/demo would have put its settings."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo.env").write_text(
        "LATCHKEY_URL=%s\nLATCHKEY_SITE=%s\nLATCHKEY_CA='%s'\n"
        "LATCHKEY_ADMIN_EMAIL=%s\nLATCHKEY_ADMIN_PASSWORD='%s'\n" % (
            site.url, site.guard, site.server.certificate(), ADMIN,
            PASSWORD))

    def run(*texts):
        return subprocess.run(["bash", "-eu", "-o", "pipefail", "-c",
                               "\n".join(texts)], cwd=str(tmp_path),
                              capture_output=True, text=True, check=True,
                              env={"PATH": os.environ["PATH"],
                                   "NO_PROXY": "*"}).stdout

    run.var = tmp_path / "var"
    return run


# mod_fcgid keeps back what the gate says of a refusal; CGI has no gate.
@pytest.mark.servers("lighttpd")
@pytest.mark.statement("A-24", "A-23")
def test_the_shell_lines_of_the_readme_work(site, readme):
    shell = [text for language, text in first_key() if language == "sh"]
    out = readme(*shell)
    key = json.loads((readme.var / "key.json").read_text())
    assert out.count("<h1>Guarded page</h1>") == 1
    documents = out[out.index('{"'):]
    refused, end = json.JSONDecoder().raw_decode(documents)
    assert refused["errors"][0]["code"] == "revoked"
    assert json.loads(documents[end:])["type"] == "service"
    assert site.client().get("/check", auth=basic(key)).status_code == 401


@pytest.mark.guarded
@pytest.mark.statement("A-24", "A-25")
def test_the_python_lines_of_the_readme_work(site, monkeypatch):
    code = first_key()
    python, = [text for language, text in code if language == "python"]
    user, = [found for _, text in code
             for found in re.findall("'({.*})'", text)]
    # the shell lines may have made it
    assert site.admin.post("/users/", json=json.loads(user)).status_code in (
        201, 409)
    seen = []
    request = requests.Session.request

    def noted(*words, **options):
        answer = request(*words, **options)
        seen.append(answer.status_code)
        return answer

    monkeypatch.setattr(requests.Session, "request", noted)
    for name, value in (("URL", site.url), ("SITE", site.guard),
                        ("CA", site.server.certificate())):
        monkeypatch.setenv("LATCHKEY_" + name, value)
    # a reader's machine may trust certificates of its own
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/none.crt")
    exec(python, {})
    assert seen == [201, 201, 200, 200]
