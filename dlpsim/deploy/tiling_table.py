"""How the products of a network are tiled, what that is predicted to cost, and why other tilings lost.

conv1 (Conv+Relu): predicted 415,546 cycles in 84 steps
  rows  columns   made  channels  loaded  stay          cycles        more
     2       55     32         3       3  weights      415,546              taken
     3       55     16         3       3  weights      415,378        -168  30 more steps
  rows = 4 does not fit: it needs 181,632 bytes of NRAM, which has 131,072: 50,560 too many

Rows and columns are those of what is stored: of a pooling that is in the same tiles. A step sums up `channels` input
channels; tiles of the image have those that are `loaded`. Each step is charged what its instructions are worth, so
that a few more cycles in far fewer steps may be better.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.tiling.choice import Choice, Option, PoolingChoice, lack
from dlpsim.compiler.tiling.tiles import Tiling
from dlpsim.views.quantities import count_text

MOST_SHOWN = 3
"""So many of the tilings that lost are shown, besides the best of each other way to deal a product out."""


def to_dict(plans: Sequence[LayerPlan]) -> list[dict[str, Any]]:
    """Return what --json prints: for each product what it takes, what lost, and what does not fit."""
    return [
        {
            "name": plan.name,
            "op": plan.op,
            "by_hand": choice.by_hand,
            "taken": choice.taken.to_dict(),
            "pooling": asdict(choice.pooling) if choice.pooling else None,
            "others": [option.to_dict() | {"why": why(option, choice.taken)} for option in _shown(choice)],
            "passed_over": {by: round(least) for by, least in choice.passed_over.items()},
            "too_large": [
                asdict(tiling) | {"nram": needed.nram, "wram": needed.wram, "why": _lacking(choice, index)}
                for index, (tiling, needed) in enumerate(choice.too_large)
            ],
        }
        for plan in plans
        if (choice := plan.choice)
    ]


def render(plans: Sequence[LayerPlan]) -> str:
    """Return the same as text, layer by layer."""
    return "\n\n".join("\n".join(_layer(plan, plan.choice)) for plan in plans if plan.choice)


def why(option: Option, taken: Option) -> str:
    """Return what costs an option more than the one that is taken, the most first."""
    differences = [
        (_bubbles(option) - _bubbles(taken), "the MAC array waits {} cycles longer for DRAM" + _rereads(option, taken)),
        (option.cost.edges - taken.cost.edges, "first and last tile wait {} cycles longer"),
        (option.cost.compute - taken.cost.compute, "computing takes {} cycles longer"),
    ]
    steps = (option.cost.steps - taken.cost.steps, "{} more steps")
    found = sorted(((n * option.rounds, text) for n, text in differences if n >= 1), key=lambda one: -one[0])
    found += [steps] if steps[0] > 0 else []
    return "; ".join(text.format(count_text(round(n))) for n, text in found) or "no better"


def _bubbles(option: Option) -> float:
    """Return the cycles in which the MAC array has nothing to do between the first tile and the last."""
    return max(option.cost.total - option.cost.compute - option.cost.edges, 0)


def _rereads(option: Option, taken: Option) -> str:
    more = option.cost.reread - taken.cost.reread
    return f", which loads again for {count_text(round(more * option.rounds))} cycles more" if more >= 1 else ""


def _layer(plan: LayerPlan, choice: Choice) -> Iterator[str]:
    taken = choice.taken
    cores = len(taken.deal.parts[0])
    to = f" to {taken.deal.busy} of {cores} cores" if taken.deal.busy < cores else ""
    by = f", dealt out by {taken.deal.by}{to}" if cores > 1 else ""
    by += f", {_via(taken)}" if taken.via_shared else ""
    yield (
        f"{plan.name} ({plan.op}): predicted {_cycles(taken)} cycles in {count_text(_steps(taken))} steps{by}"
        f"{', set by hand' if choice.by_hand else ''}"
    )
    yield "  rows  columns   made  channels  loaded  stay          cycles        more"
    yield _row(taken, "", "taken")
    for option in _shown(choice):
        more = round((option.cost.total - taken.cost.total) * option.rounds)
        dealt = "" if option.deal.by == taken.deal.by else f"dealt out by {option.deal.by}: "
        if option.via_shared != taken.via_shared and not dealt:
            dealt = f"{_via(option) or 'all directly from DRAM'}: "
        if option.deal.keeps_rows != taken.deal.keeps_rows:
            dealt += "rows that windows share are kept: " if option.deal.keeps_rows else "rows are computed again: "
        yield _row(option, f"{more:,}", dealt + why(option, taken))
    for by, least in choice.passed_over.items():
        yield f"  dealt out by {by} it takes at least {count_text(round(least))} cycles"
    if choice.pooling:
        yield f"  {_pooling(choice.pooling)}"
    for index, (tiling, _) in enumerate(choice.too_large):
        name, size = _larger(tiling, taken.tiling)
        yield f"  {name} = {size} does not fit: {_lacking(choice, index)}"


def _shown(choice: Choice) -> list[Option]:
    """Return the options to show: the cheapest, and of each other way to deal the product out the cheapest."""
    found = list(choice.others[:MOST_SHOWN])
    for option in choice.others[MOST_SHOWN:]:
        if all(option.deal.by != other.deal.by for other in (choice.taken, *found)):
            found.append(option)
    return found


def _via(option: Option) -> str:
    return f"{' and '.join(option.via_shared)} via SharedRAM" if option.via_shared else ""


def _pooling(choice: PoolingChoice) -> str:
    together, apart = (
        "does not fit" if cycles is None else f"{count_text(round(cycles))} cycles"
        for cycles in (choice.together, choice.apart)
    )
    return f"{choice.name} is {'in the same tiles' if choice.is_taken else 'apart'}: together {together}, apart {apart}"


def _lacking(choice: Choice, index: int) -> str:
    return lack(choice.too_large[index][1], choice.taken.budget)


def _larger(tiling: Tiling, taken: Tiling) -> tuple[str, int]:
    """Return what of a tiling is larger than what is taken."""
    now = asdict(taken)
    return next((name, size) for name, size in asdict(tiling).items() if size != now[name])


def _row(option: Option, more: str, text: str) -> str:
    one = option.tiling
    stay = "weights" if one.weights_stay else "tiles"
    sizes = f"{one.rows:6}{one.columns:9}{one.made:7}{one.channels:10}{one.loaded:8}  {stay:7}"
    return f"{sizes}{_cycles(option):>13}{more:>12}  {text}"


def _cycles(option: Option) -> str:
    return count_text(round(option.cost.total * option.rounds))


def _steps(option: Option) -> int:
    return option.cost.steps * option.rounds
