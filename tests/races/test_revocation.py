# SPDX-License-Identifier: ISC
"""No check that began after the answer to a revocation is accepted: checkers
at every door ask without a pause while things are taken away and come back."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import takings
import track
from board import EITHER, LIVE, TAKEN


def race(board, number, thing, rounds):
    """Take it and give it back, and have each door say so in between."""
    for _ in range(rounds):
        board.say(number, EITHER)
        thing.give()
        board.offer(number, thing)
        board.await_all(number, board.say(number, LIVE))
        board.say(number, EITHER)
        thing.take()
        board.await_all(number, board.say(number, TAKEN))
    board.forget(number)


def run(board, things, changes):
    """So many changes, of those things in equal parts, side by side."""
    with ThreadPoolExecutor(len(things)) as pool:
        races = [pool.submit(race, board, number, thing,
                             max(1, changes // len(things)))
                 for number, thing in enumerate(things)]
        for one in races:
            one.result()


@pytest.fixture(scope="module", params=["kept", "confirmed"])
def raced(site, request):
    with track.keeping([site], request.param):
        yield site


@pytest.mark.statement("T-6")
def test_after_the_answer_nothing_is_accepted(board, raced, changes):
    run(board, takings.cast(raced), changes)
    board.verify()


@contextlib.contextmanager
def meanwhile(act, pause):
    """Within, act is done again and again."""
    over = threading.Event()

    def go_on():
        while not over.wait(pause):
            act()

    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(go_on)
        try:
            yield
        finally:
            over.set()
        acting.result()


@pytest.mark.statement("T-6")
def test_what_was_read_before_the_change_is_not_kept(
        board, raced, knobs, changes):
    """Everybody reads anew all the time, and so slowly that many have read
    before a change what they would keep after it."""
    things = takings.cast(raced)
    with knobs.turned(slow_fill=30000, slow_telling=5000), \
            meanwhile(lambda: raced.cli("flush"), 0.05):
        run(board, things, changes)
    board.verify()
