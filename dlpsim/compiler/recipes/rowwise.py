"""What each operator that combines elements along axes is made of: operations of the table."""

from collections.abc import Callable, Mapping, Sequence

from dlpsim.compiler.recipes.recipe import Recipe
from dlpsim.networks.node import Node

Rule = Callable[[Recipe, Node, Sequence[int], int], int]
"""Adds the operations of a node on registers, of which `count` elements each are combined; returns the result."""


def of_rows(recipe: Recipe, node: Node, taken: Sequence[int], count: int) -> int:
    """Add the operations of a node that combines `count` elements at a time; return its result."""
    return RULES[node.op](recipe, node, taken, count)


def axes_of(node: Node, rank: int) -> tuple[int, ...]:
    """Return the axes along which a node combines elements of an array of `rank` axes."""
    if node.op == "LRN":
        return (1,)
    axis = node.attributes.get("axis", 0)
    assert isinstance(axis, int)
    if node.op == "LayerNormalization":
        return tuple(range(axis % rank, rank))
    axes = node.attributes.get("axes")
    return tuple(int(one) % rank for one in axes) if isinstance(axes, tuple) else (axis % rank,)


def _softmax(recipe: Recipe, node: Node, taken: Sequence[int], count: int) -> int:
    (x,) = taken
    powers = recipe.apply("exp", recipe.apply("sub", x, recipe.reduce("max", x)))
    return recipe.apply("div", powers, recipe.reduce("sum", powers))


def _log_softmax(recipe: Recipe, node: Node, taken: Sequence[int], count: int) -> int:
    (x,) = taken
    less = recipe.apply("sub", x, recipe.reduce("max", x))
    return recipe.apply("sub", less, recipe.apply("log", recipe.reduce("sum", recipe.apply("exp", less))))


def _mean(recipe: Recipe, x: int, count: int) -> int:
    return recipe.with_constant("mul", recipe.reduce("sum", x), 1 / count)


def _layer_norm(recipe: Recipe, node: Node, taken: Sequence[int], count: int) -> int:
    x, *weights = taken
    less = recipe.apply("sub", x, _mean(recipe, x, count))
    variance = _mean(recipe, recipe.apply("mul", less, less), count)
    deviation = recipe.apply("sqrt", recipe.with_constant("add", variance, _number(node, "epsilon")))
    result = recipe.apply("div", less, deviation)
    for name, weight in zip(("mul", "add"), weights, strict=False):
        result = recipe.apply(name, result, weight)
    return result


def _lrn(recipe: Recipe, node: Node, taken: Sequence[int], count: int) -> int:
    (x,) = taken
    size = int(_number(node, "size"))
    squares = recipe.window_sum(recipe.apply("mul", x, x), size)
    scaled = recipe.with_constant("mul", squares, _number(node, "alpha") / size)
    shifted = recipe.with_constant("add", scaled, _number(node, "bias"))
    exponent = recipe.with_constant("mul", recipe.apply("log", shifted), -_number(node, "beta"))
    return recipe.apply("mul", x, recipe.apply("exp", exponent))


def _reduction(name: str) -> Rule:
    return lambda recipe, node, taken, count: recipe.reduce(name, taken[0])


RULES: Mapping[str, Rule] = {
    "Softmax": _softmax,
    "LogSoftmax": _log_softmax,
    "LayerNormalization": _layer_norm,
    "LRN": _lrn,
    "ReduceMean": lambda recipe, node, taken, count: _mean(recipe, taken[0], count),
    "ReduceSum": _reduction("sum"),
    "ReduceMax": _reduction("max"),
    "ReduceMin": _reduction("min"),
    "ReduceProd": _reduction("prod"),
}
"""What becomes of a node of each operator."""


def _number(node: Node, name: str) -> float:
    found = node.attributes[name]
    assert isinstance(found, int | float)
    return float(found)
