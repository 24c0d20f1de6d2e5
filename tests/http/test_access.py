# SPDX-License-Identifier: ISC
"""How API access is granted: what the guides say, and a grant that waits."""

import threading
import time
import uuid

import pytest

import guides
import people
from test_logins import poll


def page(name):
    found, = (one for one in guides.PAGES if one.name == name)
    return found


@pytest.mark.statement("E-4")
def test_a_page_says_how_access_is_granted_and_is_linked():
    text = page("cutover.md").text
    assert text.startswith("# How API access is granted\n")
    for word in ("Global User Admin", "Developer role", "non-interactive",
                 "workspace role", "expires_at"):
        assert word in text
    with open(guides.os.path.join(guides.servers.TOP, "README.md"),
              encoding="utf-8") as readme:
        assert "](docs/cutover.md)" in readme.read()


@pytest.mark.statement("E-35")
def test_who_makes_a_token_is_warned_before_he_does():
    step, = (one for one in page("cutover.md").steps()
             if one.startswith("3. Make the token"))
    warning = step.partition("```")[0]
    assert "**Store the token safely**" in warning
    assert "not publish" in warning and "GitHub" in warning


@pytest.mark.statement("A-24", "E-4")
@pytest.mark.parametrize("name", [
    "authentise.md", "tillhub.md", "bitsight.md", "cutover.md", "oauth.md"])
def test_every_step_is_shown_in_three_ways(name):
    for step in page(name).steps():
        shown = [guides.Message(text) for text in
                 page(name).blocks("http", step)]
        assert [one.is_answer() for one in shown] == \
            [False, True] * (len(shown) // 2)
        assert page(name).blocks("sh", step)
        assert page(name).blocks("python", step)
        assert "\nPostman: " in step


@pytest.mark.statement("E-28")
def test_a_creation_that_takes_a_moment_is_waited_for(site):
    """Whatever holds it up, one answer comes, and one token."""
    person = people.Person(site, "developer")
    holder = threading.Thread(target=site.sql, args=(
        "START TRANSACTION; SELECT 1 FROM users WHERE id = UNHEX('%s')"
        " FOR UPDATE; DO SLEEP(1); COMMIT" % uuid.UUID(person.id).hex,))
    caller = person.login()
    holder.start()
    poll(lambda: site.sql("SELECT 1 FROM information_schema.innodb_trx WHERE"
                          " trx_rows_locked > 0"), 10)
    began = time.monotonic()
    path = "/users/%s/user_app_tokens" % person.id
    answer = caller.post(path, json={"label": "made meanwhile"})
    waited = time.monotonic() - began
    holder.join()
    assert answer.status_code == 201 and waited > 0.2
    token = answer.json()["data"]["attributes"]["token"]
    assert len(site.client().get(path, headers=people.bearer(
        token)).json()["data"]) == 1
