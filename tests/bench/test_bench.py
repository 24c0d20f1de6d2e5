# SPDX-License-Identifier: ISC
"""That the bench works: its names, its page, its verdicts.  No times."""

import json
import mmap
import os
import subprocess
import xml.etree.ElementTree

import pytest

import programs
import results
import scenarios

HERE = os.path.dirname(os.path.abspath(__file__))
SHORT = [name for name, one in scenarios.SCENARIOS.items() if one.short]
FIGURES = ("per_second", "p99_ms", "cpu_us", "web_us", "app_us", "db_us",
           "selects")
# What a run says of itself, and what only the memory has.
MEMORY = ("private_mb", "unknown_private_growth_mb")


def run(program, *words):
    return subprocess.run([os.path.join(HERE, program), *words],
                          capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A short run: its figures, and what it printed."""
    path = str(tmp_path_factory.mktemp("bench") / "bench.json")
    done = run("run", "--short", "--out", path)
    assert done.returncode == 0, done.stdout + done.stderr
    with open(path) as file:
        return path, json.load(file), done.stdout


def test_every_figure_by_name(made):
    _, out, _ = made
    for name in SHORT:
        for what in FIGURES:
            assert out["%s_%s" % (name, what)] >= 0
        assert out[name + "_per_second"] > 0
    for table in (scenarios.RATIOS, scenarios.LATE):
        for name, sides in table.items():
            assert (name in out) == (set(sides) <= set(SHORT)), name


def test_only_what_is_uncached_asks_each_time(made):
    _, out, _ = made
    assert 1 <= out["uncached_selects"] < 1.5
    assert out["cached_selects"] < 0.5 and out["cached_gate_selects"] < 0.5


def test_what_is_no_token_is_not_asked_about(made):
    _, out, _ = made
    assert out["bad_checksum_selects"] == 0


def test_each_target_gets_a_verdict(made):
    _, out, printed = made
    lines = {line.split()[0]: line for line in printed.splitlines()
             if line.strip()}
    for name, how, bound, _ in results.targets():
        said = results.word(results.is_met(out, name, how, bound))
        assert lines[name].endswith(said)


def test_targets_are_of_figures_that_exist():
    known = {"%s_%s" % (name, what) for name in scenarios.SCENARIOS
             for what in FIGURES}
    known |= {*scenarios.RATIOS, *scenarios.LATE, *MEMORY}
    for name, how, _, what in results.targets():
        assert name in known and how in results.MEETS and what


@pytest.mark.parametrize("out, met", [
    ({"x": 1.0}, True), ({"x": 0.99}, False), ({}, None)])
def test_a_bound_is_met_at_least(out, met):
    assert results.is_met(out, "x", "at least", 1.0) is met


@pytest.mark.parametrize("out, met", [
    ({"x": 3.0}, True), ({"x": 3.1}, False), ({}, None)])
def test_a_bound_is_met_at_most(out, met):
    assert results.is_met(out, "x", "at most", 3.0) is met


def test_all_are_met_or_not():
    """As --check asks: what was not measured was not met."""
    out = {name: bound for name, _, bound, _ in results.targets()}
    assert results.all_met(out)
    for name, how, bound, _ in results.targets():
        worse = bound + (1 if how == "at most" else -1)
        assert not results.all_met({**out, name: worse}), name
        missing = {other: out[other] for other in out if other != name}
        assert not results.all_met(missing), name


def test_a_ratio_is_the_median_of_the_rounds():
    """A machine half as fast in one round changes nothing."""
    found = {"cached": [{"per_second": v, "p99_ms": 1} for v in (24, 12, 36)],
             "noop": [{"per_second": v, "p99_ms": 2} for v in (20, 10, 15)]}
    out = results.figures(found)
    assert out["cached_vs_noop"] == 1.2
    assert out["p99_vs_noop"] == 0.5
    assert out["cached_per_second"] == 24


@pytest.mark.parametrize("flags, counts", [
    (mmap.MAP_PRIVATE, True), (mmap.MAP_SHARED, False)])
def test_memory_is_what_a_process_has_alone(flags, counts):
    size = 16 << 20
    before = programs.private_kb(os.getpid())
    with mmap.mmap(-1, size, flags | mmap.MAP_ANONYMOUS) as area:
        area.write(bytes(size))
        grown = programs.private_kb(os.getpid()) - before
    assert (grown > size / 2048) is counts


def test_the_page_and_the_chart(made, tmp_path):
    """Of the same figures always the same, and nothing of this machine."""
    path, out, _ = made
    drawn = []
    for turn in ("one", "two"):
        folder = tmp_path / turn
        folder.mkdir()
        assert run("draw", path, str(folder)).returncode == 0
        drawn.append([(folder / name).read_text()
                      for name in ("bench.md", "bench.svg")])
    assert drawn[0] == drawn[1]
    page, chart = drawn[0]
    xml.etree.ElementTree.fromstring(chart)
    for name in SHORT:
        assert "`%s`" % name in page
        assert scenarios.SCENARIOS[name].what in chart
    for name, *_ in results.targets():
        assert "`%s`" % name in page
    for secret in (os.uname().nodename, HERE, "/tmp"):
        assert secret not in page + chart
