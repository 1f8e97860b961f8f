"""Whether two conditions on sets can meet, and whether one lies inside the other, against trying every set."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import combinations

from decision_tables.regions import covers, meets
from decision_tables.regions.region import SetTest, Subsets

KEYS = "abcde"


def every_set() -> Iterator[frozenset[str]]:
    """Every set of the keys that conditions name, and one more."""
    members = [*KEYS, "unnamed"]
    for size in range(len(members) + 1):
        yield from map(frozenset, combinations(members, size))


def random_condition(chance: random.Random) -> Subsets:
    """Any test with up to three groups of up to three keys."""
    test = chance.choice(list(SetTest))
    groups = (frozenset(chance.sample(KEYS, chance.randint(1, 3))) for _ in range(chance.randint(1, 3)))
    return Subsets(test, () if test is SetTest.EMPTY else tuple(groups))


def test_conditions_meet_and_cover_each_other_exactly_if_some_set_shows_it() -> None:
    chance = random.Random(20241101)
    for _ in range(3000):
        one, other = random_condition(chance), random_condition(chance)
        tried = [(one.admits(members), other.admits(members)) for members in every_set()]
        assert meets(one, other) == ((True, True) in tried), (one, other)
        assert covers(one, other) == ((False, True) not in tried), (one, other)


def test_conditions_of_many_members_are_compared_soon() -> None:
    groups = tuple(frozenset({f"k{number}"}) for number in range(100))
    start = time.process_time()
    assert covers(Subsets(SetTest.ONLY, groups), Subsets(SetTest.ONLY, groups[:99]))
    assert not covers(Subsets(SetTest.ALL, groups), Subsets(SetTest.ALL, groups[:99]))
    assert not meets(Subsets(SetTest.ALL, groups), Subsets(SetTest.NONE, groups[99:]))
    assert time.process_time() - start < 2
