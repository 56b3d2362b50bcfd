"""From a query to a page: counted by the indexes, sorted only as far as needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from sandbox.store.contents import Contents, Stored
from sandbox.store.matches import AllBut, Matches, all_of, any_of
from sandbox.store.query import AllOf, Query, Scan, Term, has_scan

NEWEST_FIRST = "-id"
OLDEST_FIRST = "id"
KEPT_RESULTS = 8
"""Long results that a collection keeps until its next commit, for whoever goes through the pages."""
SHORT = 500
"""Up to so many numbers are sorted quicker than kept; up to twice as many are gone through in their order."""

Test = Callable[[Stored], bool]


def resolve(contents: Contents, query: Query | None) -> Matches:
    """Return what a query without scans finds. Under the lock."""
    match query:
        case None:
            return AllBut(frozenset(), contents.everyone)
        case Term(index, operator, value):
            return contents.index(index).find(operator, value)
        case Scan():
            raise TypeError("a scan is not answered from indexes")
    combine = all_of if isinstance(query, AllOf) else any_of
    return combine([resolve(contents, part) for part in query.queries], contents.everyone)


def page_of(
    contents: Contents, query: Query | None, *, descending: bool, skip: int, limit: int | None
) -> tuple[int, list[Stored]]:
    """Return how many a query without scans finds, and a page of them in the order of ids. Under the lock."""
    known = contents.kept.get(repr(query)) if contents.kept else None
    matches = known or resolve(contents, query)
    total, everyone = matches.count, contents.everyone
    wanted = total if limit is None else min(total, skip + limit)
    if total == len(everyone):
        return total, contents.stored(stretch(everyone, descending, skip, limit))
    is_near = wanted * len(everyone) <= min(total, 2 * SHORT) * total
    if known is None and total > SHORT and not (is_near and isinstance(query, Term)):
        keep(contents, query, matches)
    if skip >= wanted:
        return total, []
    if is_near:
        in_order = reversed(everyone) if descending else iter(everyone)
        return total, contents.stored(islice(filter(matches.__contains__, in_order), skip, wanted))
    return total, contents.stored(stretch(matches.in_order, descending, skip, limit))


def keep(contents: Contents, query: Query | None, matches: Matches) -> None:
    """Keep a long result, in the place of the oldest one."""
    if len(contents.kept) >= KEPT_RESULTS:
        del contents.kept[next(iter(contents.kept))]
    contents.kept[repr(query)] = matches


def stretch(numbers: Sequence[int], descending: bool, skip: int, limit: int | None) -> Sequence[int]:
    """Return a page of ascending numbers, counted from either end."""
    total = len(numbers)
    end = total if limit is None else min(total, skip + limit)
    if not descending:
        return numbers[skip:end]
    return numbers[max(0, total - end) : max(0, total - skip)][::-1]


def plan(contents: Contents, query: Query) -> tuple[list[Stored], Test]:
    """Return the resources to look at, and the look to take at each outside of the lock. Under the lock."""
    if isinstance(query, AllOf):
        indexed = [part for part in query.queries if not has_scan(part)]
        if indexed:
            matches = resolve(contents, AllOf(tuple(indexed)))
            scans = AllOf(tuple(part for part in query.queries if has_scan(part)))
            return contents.stored(sorted(matches.numbers())), tester(contents, scans)
    return contents.stored(contents.everyone), tester(contents, query)


def tester(contents: Contents, query: Query) -> Test:
    """Return a query as a test that needs no lock: what indexes find is copied now."""
    if isinstance(query, Scan):
        return query.predicate
    if isinstance(query, Term):
        found = {str(number) for number in resolve(contents, query).numbers()}
        return lambda stored: stored.document["id"] in found
    tests = [tester(contents, part) for part in query.queries]
    if len(tests) == 1:
        return tests[0]
    decide = all if isinstance(query, AllOf) else any
    return lambda stored: decide(test(stored) for test in tests)
