# SPDX-License-Identifier: ISC
"""Medians and ratios of what was measured, and which targets they meet."""

import os
import statistics

import scenarios

HERE = os.path.dirname(os.path.abspath(__file__))
MEETS = {"at least": lambda a, b: a >= b, "at most": lambda a, b: a <= b}


def ratio(found, names, what):
    """The median of the rounds' own ratios: a machine that changes its speed
    changes both sides."""
    return statistics.median(
        a[what] / b[what] for a, b in zip(*(found[name] for name in names)))


def figures(found):
    """{name: number} of {scenario: [{what: number} of each round]}."""
    out = {}
    for name, rounds in found.items():
        for what in rounds[0]:
            out["%s_%s" % (name, what)] = round(statistics.median(
                one[what] for one in rounds), 3)
    for table, what in ((scenarios.RATIOS, "per_second"),
                        (scenarios.LATE, "p99_ms")):
        for name, sides in table.items():
            if found.keys() >= set(sides):
                out[name] = round(ratio(found, sides, what), 3)
    return out


def targets():
    """(name, at least or at most, number, what), as targets.tsv has them."""
    with open(os.path.join(HERE, "targets.tsv")) as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(name, how, float(bound), what)
            for name, how, bound, what in rows]


def is_met(out, name, how, bound):
    """None where it was not measured."""
    return MEETS[how](out[name], bound) if name in out else None


def all_met(out):
    return all(is_met(out, *row[:3]) for row in targets())


def word(met):
    return {True: "met", False: "missed", None: "not measured"}[met]
