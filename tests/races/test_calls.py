# SPDX-License-Identifier: ISC
"""Each call of a check's, to the database and for memory, fails in its turn:
who is refused when none fails is refused then, and by what was kept of it."""

import pytest

import narrowed
import questions

MOST = 4096		# calls of one check: far fewer
STEPS = {"database": 224, "memory": 1792}	# by the number of changes


def test_there_is_one_reason(programs, refused, accepted):
    """Or what fails would not matter."""
    for question, reason in refused:
        said = programs.ask(question)
        assert said and not question.accepted(said), (question.name, said)
        # introspection never tells it
        assert reason is None or '"%s"' % reason in said or \
            '"active":false' in said, (question.name, reason, said)
    for question in accepted:
        said = programs.ask(question)
        assert question.accepted(said), (question.name, said)


@pytest.mark.parametrize("what", list(STEPS))
@pytest.mark.parametrize("lasting", [0, 1], ids=["one", "all"])
@pytest.mark.parametrize("kept", [False, True], ids=["cold", "warm"])
def test_no_call_that_fails_lets_anybody_in(
        programs, refused, changes, what, lasting, kept):
    step = max(1, STEPS[what] * (1 + lasting) // changes)
    for number, (question, reason) in enumerate(refused):
        # in the short form each question meets other calls
        for n in range(1 + number % step, MOST, step):
            if not kept:
                programs.forget()
            said, failed = programs.failing(
                question, **{what: n, "lasting": lasting})
            then = programs.ask(question)
            assert then, (question.name, what, n)
            for one in (said, then):
                assert not question.accepted(one), (
                    question.name, reason, what, n, one)
            if not failed:
                break


def required(site, programs, holder, late):
    """Of a key of which all else is known."""
    text = narrowed.limited(holder).text
    programs.ask(questions.authorizer(text))
    return questions.authorizer(text, "%s %s" % (questions.PAGES, late))


def granted(site, programs, holder, late):
    """To a token, which therefore has no other."""
    text = narrowed.token(site, holder, [late], scope=late)
    programs.ask(questions.itself(""))
    return questions.authorizer(text)


@pytest.mark.parametrize("place", [required, granted])
def test_no_permission_is_overlooked(
        programs, strict_site, holder, place):
    """One that is newer than the program is looked up when it is met."""
    for n in range(1, MOST):
        late = "%s:n%d" % (place.__name__, n)
        strict_site.cli("permission", "add", late, "--role", "developer")
        question = place(strict_site, programs, holder, late)
        said, failed = programs.failing(question, database=n, lasting=0)
        then = programs.ask(question)
        for one in (said, then):
            assert not question.accepted(one), (n, one)
        if not failed:
            break
    assert n > 1 and then.startswith("Status: 403"), then
