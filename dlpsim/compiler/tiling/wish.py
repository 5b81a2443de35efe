"""Tilings that a user sets by hand, layer by layer, in a TOML file."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path

from dlpsim.compiler.tiling.deal import Deal
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import Tiling
from isa.errors import DlpsimError

BY = (
    "output channels",
    "groups",
    *(
        f"{parts}{more}"
        for more in ("", " and output channels", " and groups")
        for parts in ("rows", "images", "images and rows")
    ),
)
"""What a product can be dealt out to the cores by."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is set for a layer: sizes of a tile, what stays, and what is dealt out; None is left as it would be.

    `pooled` says whether it takes the pooling of its result with it: then rows and columns are those of the pooling.
    `keeps_rows` says whether rows that its windows share are kept for the next tile, or computed again.
    """

    rows: int | None = None
    columns: int | None = None
    made: int | None = None
    channels: int | None = None
    weights_stay: bool | None = None
    image_channels: int | None = None
    dealt_by: str | None = None
    pooled: bool | None = None
    keeps_rows: bool | None = None

    @property
    def is_cut(self) -> bool:
        """Whether anything of the tiling is set: then the rest of it is not searched for."""
        free = replace(self, dealt_by=None, pooled=None, keeps_rows=None)
        return free != Wish()

    def applied(self, name: str, options: Sequence[Deal]) -> tuple[Deal, Tiling]:
        """Return one of the ways to deal out layer `name`, and its tiling. Raises DlpsimError where that cannot be.

        Sizes that are not set are all that there is.
        """
        fitting = self.dealt(name, options)
        sizes = self._sizes(fitting[0])
        keeping = [deal for deal in fitting if deal.keeps_rows and self._can_keep_rows(deal)]
        if self.keeps_rows and not keeping:
            raise DlpsimError(
                f"layer '{name}' cannot keep rows that windows share in tiles of {sizes['rows']} rows: each tile must "
                f"compute more rows than it keeps, and the weights must stay"
            )
        again = [deal for deal in fitting if not deal.keeps_rows]
        deal = (keeping or again)[0]
        most, sizes = _most(deal.shape), self._sizes(deal)
        problems = [
            f"layer '{name}': {key} is {size}, but a core has {most[key]} at a time"
            for key, size in sizes.items()
            if size > most[key]
        ]
        if deal.shape.groups > 1:
            problems += [
                f"layer '{name}': {key} is {sizes[key]}, but the {deal.shape.groups} groups that a core works on at a "
                f"time cannot be cut: leave it out"
                for key in ("made", "channels")
                if sizes[key] < most[key]
            ]
        loaded = self.image_channels or sizes["channels"]
        if loaded % sizes["channels"] and loaded != most["channels"]:
            problems.append(
                f"layer '{name}': image_channels is {loaded}, but must be a multiple of channels, {sizes['channels']}, "
                f"or all, {most['channels']}"
            )
        if problems:
            raise DlpsimError(problems)
        return deal, Tiling(**sizes, weights_stay=self.weights_stay is not False, image_channels=loaded)

    def dealt(self, name: str, options: Sequence[Deal]) -> list[Deal]:
        """Return the ways to deal out layer `name` that are wished for. Raises DlpsimError where there are none."""
        fitting = [deal for deal in options if self.dealt_by in (None, deal.by)]
        if not fitting:
            ways = ", ".join(dict.fromkeys(deal.by for deal in options))
            raise DlpsimError(f"layer '{name}' cannot be dealt out by {self.dealt_by}, but by {ways}")
        found = [deal for deal in fitting if self.keeps_rows in (None, deal.keeps_rows)]
        if not found:
            raise DlpsimError(
                f"layer '{name}' cannot keep rows that windows share: it has no pooling whose windows overlap, or its "
                f"rows are dealt out"
            )
        return found

    def _sizes(self, deal: Deal) -> dict[str, int]:
        return {key: most if (own := getattr(self, key)) is None else own for key, most in _most(deal.shape).items()}

    def _can_keep_rows(self, deal: Deal) -> bool:
        stays = self.weights_stay is not False or self._sizes(deal)["made"] >= deal.shape.made
        return stays and deal.shape.can_keep_rows(self._sizes(deal)["rows"])


def read_wishes(path: Path) -> dict[str, Wish]:
    """Return what a file sets, by layer. Raises DlpsimError with all that is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DlpsimError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DlpsimError(f"{path}: not a TOML file: {error}") from None
    problems = [
        f"{path}: unknown key '{key}': tilings are tables [layer.\"NAME\"]" for key in content if key != "layer"
    ]
    layers = content.get("layer", {})
    if not isinstance(layers, dict) or not all(isinstance(table, dict) for table in layers.values()):
        raise DlpsimError([*problems, f"{path}: 'layer' must have a table for each layer: [layer.\"NAME\"]"])
    for name, table in layers.items():
        problems += [f"{path}: layer '{name}': {problem}" for problem in _problems(table)]
    if problems:
        raise DlpsimError(problems)
    return {name: Wish(**table) for name, table in layers.items()}


def unknown_layers(wishes: Mapping[str, Wish], products: Sequence[str]) -> list[str]:
    """Return what is wrong where something is set for what is no layer of `products`."""
    problems = []
    for name in wishes:
        if name not in products:
            near = get_close_matches(name, products, 1)
            hint = f", did you mean '{near[0]}'?" if near else f": it has {', '.join(products) or 'none'}"
            problems.append(f"a tiling is set for '{name}', but the network has no such convolution or product{hint}")
    return problems


def not_poolable(wishes: Mapping[str, Wish], poolable: Collection[str]) -> list[str]:
    """Return what is wrong where layers are set to be pooled that no pooling follows."""
    return [
        f"layer '{name}' is set to take a pooling with it, but none follows that it can take"
        for name, wish in wishes.items()
        if wish.pooled and name not in poolable
    ]


def _most(shape: Shape) -> dict[str, int]:
    return {"rows": shape.stored_height, "columns": shape.stored_width, "made": shape.made, "channels": shape.channels}


def _problems(table: Mapping[str, object]) -> list[str]:
    known = [one.name for one in fields(Wish)]
    problems = [f"unknown key '{key}': there are {', '.join(known)}" for key in table if key not in known]
    for key in ("rows", "columns", "made", "channels", "image_channels"):
        size = table.get(key, 1)
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            problems.append(f"{key} must be an integer of at least 1, is {size!r}")
    problems += [
        f"{key} must be true or false, is {table[key]!r}"
        for key in ("weights_stay", "pooled", "keeps_rows")
        if not isinstance(table.get(key, True), bool)
    ]
    if table.get("dealt_by", BY[0]) not in BY:
        problems.append(f"dealt_by must be one of {', '.join(BY)}, is {table['dealt_by']!r}")
    return problems
