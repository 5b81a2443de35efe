"""Which deal and tiling a product gets, which others there were, and what one takes that does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dlpsim.compiler.shortage import shortage
from dlpsim.compiler.tiling.budget import Budget, budgets
from dlpsim.compiler.tiling.cost import Cost, cost, floor, shared_bytes
from dlpsim.compiler.tiling.deal import Deal
from dlpsim.compiler.tiling.search import candidates, smallest
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import Need, Tiling, cut_columns, cut_rows, need
from dlpsim.config import MachineConfig
from isa.errors import DlpsimError

WORTH_OF_GRID = 1.02
"""Rows and channels are both dealt out only if that is so much better: texts for cores that differ twice are long."""

WORTH_OF_ROWS = 1.006
"""Rows are dealt out only if that is so much better than channels: texts for cores at edges are long."""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to do a product: dealt out to the cores in `rounds` rounds, each cut by a tiling at a cost.

    `budget` is what a core can use, and how tiles come to it.
    """

    deal: Deal
    budget: Budget
    tiling: Tiling
    cost: Cost
    price: float

    @property
    def via_shared(self) -> tuple[str, ...]:
        """What comes to the cores via the SharedRAM of their cluster."""
        parts = {"tiles": self.budget.image_parts, "weights": self.budget.weight_parts}
        return tuple(name for name, count in parts.items() if count)

    @property
    def rounds(self) -> int:
        """How often the cores begin anew."""
        return len(self.deal.parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the option as --json prints it; cycles are those of all rounds."""
        costs = {key: round(value * self.rounds) for key, value in asdict(self.cost).items()}
        settings = {
            "dealt_by": self.deal.by,
            "busy_cores": self.deal.busy,
            **asdict(self.tiling),
            "keeps_rows": self.deal.keeps_rows,
        }
        return settings | {"via_shared": list(self.via_shared)} | costs


@dataclass(frozen=True, slots=True)
class PoolingChoice:
    """Whether a product takes the pooling `name` of its result with it, and what both ways are predicted to take.

    In cycles, steps charged; None for what does not fit.
    """

    name: str
    is_taken: bool
    together: float | None
    apart: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The option that is taken, those that would have cost more, cheapest first, and tiles that are too large.

    `too_large` has such tilings with what they need. `pooling` is there where a pooling follows that could be taken
    along. `passed_over` are ways to deal a product out that cannot be better, with the cycles that they take at least.
    """

    taken: Option
    others: tuple[Option, ...]
    too_large: tuple[tuple[Tiling, Need], ...]
    by_hand: bool = False
    pooling: PoolingChoice | None = None
    passed_over: Mapping[str, float] = field(default_factory=dict)


def choose(name: str, options: Sequence[Deal], machine: MachineConfig, passes: int, step_cost: float) -> Choice:
    """Return the cheapest way to do a layer. Raises DlpsimError, saying what is too large, where nothing fits.

    `passes` are those over the output after it has been summed up; `step_cost` is what a step is charged, in cycles.
    """
    found: list[Option] = []
    passed_over: dict[str, float] = {}
    for way in _ways(options, machine, passes, step_cost):
        if found and way.bound >= min(option.price for option in found):
            passed_over.setdefault(way.deal.by, way.bound)
        else:
            found += way.options(passes)
    if not found:
        raise DlpsimError(_does_not_fit(name, options, machine))
    found.sort(key=lambda option: option.price)
    passed = {by: bound for by, bound in passed_over.items() if all(option.deal.by != by for option in found)}
    return Choice(found[0], tuple(found[1:]), tuple(_larger(found[0])), passed_over=passed)


def chosen_by_hand(name: str, deal: Deal, tiling: Tiling, machine: MachineConfig, passes: int) -> Choice:
    """Return the choice of a user. Raises DlpsimError where it does not fit."""
    cuts = cut_rows(deal.shape, tiling.rows), cut_columns(deal.shape, tiling.columns)
    needed = need(deal.shape, *cuts, tiling)
    lacking = ""
    for budget in budgets(machine, deal):
        lacking = lack(needed, budget)
        if not lacking:
            priced = cost(deal.shape, tiling, cuts, budget, passes)
            return Choice(Option(deal, budget, tiling, priced, priced.total), (), (), by_hand=True)
    raise DlpsimError(f"layer '{name}' does not fit on {machine.name} with the tiling that is set: {lacking}")


def lack(needed: Need, budget: Budget) -> str:
    """Say what is too large and by how much; nothing if it fits."""
    shared = [("SharedRAM", shared_bytes(needed, budget), budget.shared)] if budget.shared else []
    return shortage([("NRAM", needed.nram, budget.nram), ("WRAM", needed.wram, budget.wram), *shared])


@dataclass(frozen=True, slots=True)
class _Way:
    """A deal, and how tiles come to the cores: at least `bound` cycles, if each is charged `charge` times."""

    deal: Deal
    budget: Budget
    charge: float
    bound: float

    def options(self, passes: int) -> Iterator[Option]:
        """Yield its tilings."""
        for found in candidates(self.deal.shape, self.budget, passes):
            yield Option(self.deal, self.budget, found.tiling, found.cost, found.price * self.charge)


def _ways(options: Sequence[Deal], machine: MachineConfig, passes: int, step_cost: float) -> list[_Way]:
    """Return all ways, those first that could be best."""
    found = [
        _Way(deal, budget, charge, charge * floor(deal.shape, budget, passes))
        for deal in options
        for charge in (len(deal.parts) * _worth(deal),)
        for budget in budgets(machine, deal, step_cost)
    ]
    return sorted(found, key=lambda way: way.bound)


def _worth(deal: Deal) -> float:
    return WORTH_OF_GRID if deal.is_grid else WORTH_OF_ROWS if deal.by == "rows" else 1


def _larger(taken: Option) -> Iterator[tuple[Tiling, Need]]:
    """Yield what the tiling would be with one of its sizes doubled, where that does not fit."""
    shape, tiling = taken.deal.shape, taken.tiling
    most: Mapping[str, int] = {
        "rows": shape.stored_height,
        "columns": shape.stored_width,
        "made": shape.made,
        "channels": shape.channels,
    }
    for name, size in most.items():
        now = getattr(tiling, name)
        if now < size:
            larger = replace(tiling, **{name: min(2 * now, size)})
            needed = _need(shape, larger)
            if lack(needed, taken.budget):
                yield larger, needed


def _need(shape: Shape, tiling: Tiling) -> Need:
    return need(shape, cut_rows(shape, tiling.rows), cut_columns(shape, tiling.columns), tiling)


def _does_not_fit(name: str, options: Sequence[Deal], machine: MachineConfig) -> str:
    found = []
    for deal in options:
        needed = _need(deal.shape, smallest(deal.shape))
        for budget in budgets(machine, deal):
            short = max(needed.nram - budget.nram, 0) + max(needed.wram - budget.wram, 0)
            found.append((short, lack(needed, budget)))
    _, lacking = min(found)
    return f"layer '{name}' does not fit on {machine.name} even in the smallest tiles: {lacking}"
