"""How much is measured."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: ``few`` questions for those who take long over one, and fewer where these would take more
    than ``seconds``.
    """

    sizes: tuple[int, ...] = (30, 300, 3_000, 30_000, 100_000)
    rounds: int = 5
    questions: int = 2_000
    few: int = 200
    rows: int = 1_000_000
    rules_of_population: int = 3_000
    books: tuple[int, ...] = (10_000, 100_000)
    zen_up_to: int = 36_000
    pydmnrules_up_to: int = 3_600
    seconds: float = 1.0
    quick: bool = False
    different: int = 200_000


WHOLE = Effort()
SHORT = Effort(
    sizes=(30, 300, 3_000, 30_000),
    rounds=3,
    questions=500,
    few=50,
    books=(10_000,),
    pydmnrules_up_to=400,
    seconds=0.5,
    different=50_000,
)
QUICK = Effort((30, 300), 2, 20, 20, 2_000, 300, (200,), pydmnrules_up_to=40, quick=True, different=200)
