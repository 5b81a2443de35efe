"""Which deal and tiling a product gets, which others there were, and what one takes that does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dlpsim.compiler.deal import Deal
from dlpsim.compiler.shape import Shape
from dlpsim.compiler.tiling import GRAIN, Need, Tiling, cut_columns, cut_rows, need
from dlpsim.compiler.tiling_cost import Budget, Cost, cost
from dlpsim.compiler.tiling_search import candidates, smallest
from dlpsim.config import MachineConfig
from isa.errors import DlpsimError


@dataclass(frozen=True, slots=True)
class Option:
    """A way to do a product: dealt out to the cores in `rounds` rounds, each cut by a tiling at a cost."""

    deal: Deal
    tiling: Tiling
    cost: Cost
    price: float

    @property
    def rounds(self) -> int:
        """How often the cores begin anew."""
        return len(self.deal.parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the option as --json prints it; cycles are those of all rounds."""
        costs = {key: round(value * self.rounds) for key, value in asdict(self.cost).items()}
        return {"dealt_by": self.deal.by, **asdict(self.tiling)} | costs


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

    `too_large` has such tilings with what they need, and `nram` and `wram` are what there is, in bytes. `pooling` is
    there where a pooling follows that could be taken along.
    """

    taken: Option
    others: tuple[Option, ...]
    too_large: tuple[tuple[Tiling, Need], ...]
    nram: int
    wram: int
    by_hand: bool = False
    pooling: PoolingChoice | None = None


def choose(name: str, options: Sequence[Deal], machine: MachineConfig, passes: int, step_cost: float) -> Choice:
    """Return the cheapest way to do a layer. Raises DlpsimError, saying what is too large, where nothing fits.

    `passes` are those over the output after it has been summed up; `step_cost` is what a step is charged, in cycles.
    """
    found = sorted(_priced(options, machine, passes, step_cost), key=lambda option: option.price)
    if not found:
        raise DlpsimError(_does_not_fit(name, options, machine))
    taken = found[0]
    budget = budget_of(machine, taken.deal)
    return Choice(taken, tuple(found[1:]), tuple(_larger(taken, budget)), budget.nram, budget.wram)


def chosen_by_hand(name: str, deal: Deal, tiling: Tiling, machine: MachineConfig, passes: int) -> Choice:
    """Return the choice of a user. Raises DlpsimError where it does not fit."""
    budget = budget_of(machine, deal)
    cuts = cut_rows(deal.shape, tiling.rows), cut_columns(deal.shape, tiling.columns)
    needed = need(deal.shape, *cuts, tiling)
    lacking = shortage(needed, budget.nram, budget.wram)
    if lacking:
        raise DlpsimError(f"layer '{name}' does not fit on {machine.name} with the tiling that is set: {lacking}")
    priced = cost(deal.shape, tiling, cuts, budget, passes)
    return Choice(Option(deal, tiling, priced, priced.total), (), (), budget.nram, budget.wram, by_hand=True)


def budget_of(machine: MachineConfig, deal: Deal, step_cost: float = 0.0) -> Budget:
    """Return what each core of `machine` can use for its share of a product."""
    dram = machine.port_of["DRAM", "NRAM"]
    can_share = machine.cores > 1 and deal.shares_image
    can_share &= {("DRAM", "SharedRAM"), ("SharedRAM", "NRAM")} <= machine.port_of.keys()
    return Budget(
        nram=size_of(machine, "NRAM"),
        wram=size_of(machine, "WRAM"),
        macs=machine.compute.rate["MAC_32"],
        elements=machine.compute.rate["ADD_32"],
        beat=dram.beat_bytes,
        dram=dram.beat_bytes / dram.beat_cycles,
        phase=latency_of(machine) + step_cost,
        cores=machine.total_cores,
        clusters=machine.clusters,
        shared=size_of(machine, "SharedRAM") if can_share else 0,
        splits_image=deal.splits_image,
        splits_result=deal.splits_result,
    )


def latency_of(machine: MachineConfig) -> int:
    """Return the cycles by which a phase is longer than its work."""
    dram = machine.port_of["DRAM", "NRAM"]
    return machine.compute.latency + machine.compute.setup + dram.latency + dram.setup


def size_of(machine: MachineConfig, memory: str) -> int:
    """Return the bytes of a memory that rooms can be in."""
    return (machine.memories[memory] or 1 << 40) // GRAIN * GRAIN


def shortage(needed: Need, nram: int, wram: int) -> str:
    """Say what is too large and by how much; nothing if it fits."""
    sizes = (("NRAM", needed.nram, nram), ("WRAM", needed.wram, wram))
    return " and ".join(
        f"it needs {wanted:,} bytes of {memory}, which has {there:,}: {wanted - there:,} too many"
        for memory, wanted, there in sizes
        if wanted > there
    )


def _priced(options: Sequence[Deal], machine: MachineConfig, passes: int, step_cost: float) -> Iterator[Option]:
    for deal in options:
        for found in candidates(deal.shape, budget_of(machine, deal, step_cost), passes):
            yield Option(deal, found.tiling, found.cost, found.price * len(deal.parts))


def _larger(taken: Option, budget: Budget) -> Iterator[tuple[Tiling, Need]]:
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
            if shortage(needed, budget.nram, budget.wram):
                yield larger, needed


def _need(shape: Shape, tiling: Tiling) -> Need:
    return need(shape, cut_rows(shape, tiling.rows), cut_columns(shape, tiling.columns), tiling)


def _does_not_fit(name: str, options: Sequence[Deal], machine: MachineConfig) -> str:
    shortages = []
    for deal in options:
        budget = budget_of(machine, deal)
        needed = _need(deal.shape, smallest(deal.shape))
        shortages.append((max(needed.nram - budget.nram, 0) + max(needed.wram - budget.wram, 0), needed, budget))
    _, needed, budget = min(shortages, key=lambda one: one[0])
    lacking = shortage(needed, budget.nram, budget.wram)
    return f"layer '{name}' does not fit on {machine.name} even in the smallest tiles: {lacking}"
