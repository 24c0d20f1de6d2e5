# SPDX-License-Identifier: ISC
"""A browser as a client: its login prompt takes a token."""

import pytest

import browser
from gates import refusal
from people import Person

pytestmark = [
    pytest.mark.guarded,
    pytest.mark.skipif(browser.PROGRAM is None,
                       reason="there is no chromium: deploy/packages"),
]


@pytest.fixture(name="chromium")
def a_browser():
    with browser.started() as started:
        yield started


@pytest.fixture(scope="module", name="token")
def token_of_somebody_who_may_see_pages(site):
    return Person(site, "developer").login().post(
        "/user/token").json()["token"]


@pytest.mark.statement("D-26", "D-35")
def test_the_token_is_typed_into_the_login_prompt(site, chromium, token):
    page = chromium.visit(site.guard, token, "")
    assert page.prompts == ["Latchkey"]
    assert page.status == 200 and "Guarded page" in page.text
    # the browser keeps it for the next page
    page = chromium.visit(site.guard + "whoami.cgi")
    assert page.prompts == []
    assert page.status == 200 and "LATCHKEY_KIND=personal" in page.text


@pytest.mark.statement("D-26", "D-40")
@pytest.mark.parametrize("typed", ["nothing", "a password", "another token"])
def test_whatever_else_is_typed_opens_nothing(site, chromium, token, typed):
    username, password = {
        "nothing": (None, ""),
        "a password": (token, "a password"),
        "another token": (token[::-1], ""),
    }[typed]
    page = chromium.visit(site.guard, username, password)
    assert page.prompts
    assert page.status == refusal(site, 401)
    assert "Guarded page" not in page.text
