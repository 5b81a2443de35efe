"""What each operator on each element is made of: operations of the table.

Truth values are 1 and 0; a test of what is not a number is false, as IEEE 754 has it.
"""

from collections.abc import Callable, Mapping, Sequence
from math import pi, sqrt

from dlpsim.compiler.recipes.recipe import Recipe
from dlpsim.networks.node import Node

Rule = Callable[[Recipe, Node, Sequence[int]], int]

_LARGE = 1e38
"""Its square times the smallest number of f32 is above 1."""

_LARGEST = 2.0**128 - 2.0**104
"""The largest number of f32."""

_SMALLEST = 2.0**-149
"""The smallest number of f32 above 0: every difference of two numbers is a multiple of it."""

ROUNDING = 1.5 * 2**23
"""What is added to it is rounded to an integer."""

WHOLE = 2.0**22
"""Numbers above are not rounded right by `ROUNDING`; f32 has few that are not whole."""


def of_node(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    """Add the operations of a node on the registers `taken`; return its result."""
    return RULES[node.op](recipe, node, taken)


def _plain(name: str) -> Rule:
    return lambda recipe, node, taken: recipe.apply(name, *taken)


def _in_turn(name: str) -> Rule:
    """Return a rule for any number of operands."""

    def rule(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
        result = taken[0]
        for other in taken[1:]:
            result = recipe.apply(name, result, other)
        return result if len(taken) > 1 else recipe.apply("copy", result)

    return rule


def _step(recipe: Recipe, x: int) -> int:
    """Return 1 where x is above 0, else 0."""
    return recipe.apply("where", recipe.constant(1.0), x)


def _difference(recipe: Recipe, a: int, b: int) -> int:
    return recipe.apply("sub", _finite(recipe, a), _finite(recipe, b))


def _finite(recipe: Recipe, x: int) -> int:
    """Return the nearest number that is not infinite: a difference of infinite numbers is none."""
    known = next((number for number, register in recipe.constants.items() if register == x), None)
    if known is not None:
        return recipe.constant(min(max(known, -_LARGEST), _LARGEST))
    return recipe.with_constant("min", recipe.with_constant("max", x, -_LARGEST), _LARGEST)


def _less(recipe: Recipe, a: int, b: int) -> int:
    return _step(recipe, _difference(recipe, b, a))


def _at_most(recipe: Recipe, a: int, b: int) -> int:
    return _step(recipe, recipe.with_constant("add", _difference(recipe, b, a), _SMALLEST))


def _equal(recipe: Recipe, a: int, b: int) -> int:
    return _is_zero(recipe, _difference(recipe, a, b))


def _is_zero(recipe: Recipe, x: int) -> int:
    below = recipe.apply("min", x, recipe.with_constant("mul", x, -1.0))
    return _step(recipe, recipe.with_constant("add", below, _SMALLEST))


def _is_nan(recipe: Recipe, x: int) -> int:
    return _opposite(recipe, _step(recipe, recipe.with_constant("add", _absolute(recipe, x), 1.0)))


def _is_infinite(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    """Test for what is beyond the largest number, in the directions that the node asks for."""
    (x,) = taken
    if not node.attributes["detect_negative"]:
        beyond = x
    elif not node.attributes["detect_positive"]:
        beyond = recipe.with_constant("mul", x, -1.0)
    else:
        beyond = _absolute(recipe, x)
    return _step(recipe, recipe.with_constant("sub", beyond, _LARGEST))


def _opposite(recipe: Recipe, x: int) -> int:
    return recipe.with_constant("add", recipe.with_constant("mul", x, -1.0), 1.0)


def _absolute(recipe: Recipe, x: int) -> int:
    return recipe.apply("max", x, recipe.with_constant("mul", x, -1.0))


def _clip(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    result = taken[0]
    for name, limit in limits(node):
        result = recipe.with_constant(name, result, limit)
    return result if result != taken[0] else recipe.apply("copy", result)


def limits(node: Node) -> list[tuple[str, float]]:
    """Return what a Clip does, in order: operations with a constant."""
    found = (("max", node.attributes.get("min")), ("min", node.attributes.get("max")))
    return [(name, float(limit)) for name, limit in found if isinstance(limit, int | float)]


def _leaky(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    return _sloped(recipe, taken[0], recipe.constant(_number(node, "alpha")))


def _sloped(recipe: Recipe, x: int, slope: int) -> int:
    below = recipe.apply("mul", recipe.with_constant("min", x, 0.0), slope)
    return recipe.apply("add", recipe.apply("relu", x), below)


def _hard(recipe: Recipe, x: int, alpha: float, beta: float) -> int:
    line = recipe.with_constant("add", recipe.with_constant("mul", x, alpha), beta)
    return recipe.with_constant("min", recipe.with_constant("max", line, 0.0), 1.0)


def _hard_sigmoid(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    return _hard(recipe, taken[0], _number(node, "alpha"), _number(node, "beta"))


def _hard_swish(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    return recipe.apply("mul", _hard(recipe, taken[0], 1 / 6, 0.5), taken[0])


def _gelu(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    (x,) = taken
    if node.attributes.get("approximate") != "tanh":
        return recipe.apply("gelu", x)
    cube = recipe.apply("mul", recipe.apply("mul", x, x), x)
    inner = recipe.apply("add", recipe.with_constant("mul", cube, 0.044715), x)
    tanh = recipe.apply("tanh", recipe.with_constant("mul", inner, sqrt(2 / pi)))
    half = recipe.with_constant("mul", recipe.with_constant("add", tanh, 1.0), 0.5)
    return recipe.apply("mul", half, x)


def _reciprocal(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    return recipe.apply("div", recipe.constant(1.0), taken[0])


def _negative(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    return recipe.with_constant("mul", taken[0], -1.0)


def _sign(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    large = recipe.with_constant("mul", recipe.with_constant("mul", taken[0], _LARGE), _LARGE)
    return recipe.with_constant("min", recipe.with_constant("max", large, -1.0), 1.0)


def _rounded(recipe: Recipe, x: int) -> int:
    """Return the nearest integer; large numbers are kept as they are, 0 as the sum of both is."""
    near = recipe.with_constant("min", recipe.with_constant("max", x, -WHOLE), WHOLE)
    rest = recipe.apply("sub", x, near)
    whole = recipe.with_constant("sub", recipe.with_constant("add", near, ROUNDING), ROUNDING)
    return recipe.apply("add", whole, rest)


def _floor(recipe: Recipe, x: int) -> int:
    whole = _rounded(recipe, x)
    return recipe.apply("sub", whole, _less(recipe, x, whole))


def _ceil(recipe: Recipe, x: int) -> int:
    whole = _rounded(recipe, x)
    return recipe.apply("add", whole, _less(recipe, whole, x))


def _wave(recipe: Recipe, x: int, begin: int) -> int:
    """Return the sine (`begin` 2) or the cosine (1) of x: its series at what whole turns leave of x."""
    turns = _rounded(recipe, recipe.with_constant("mul", x, 1 / (2 * pi)))
    for part in (6.28125, 2 * pi - 6.28125):  # times the first, numbers of turns are exact
        x = recipe.apply("sub", x, recipe.with_constant("mul", turns, part))
    square = recipe.apply("mul", x, x)
    series = recipe.with_constant("mul", square, 0.0)
    for n in range(begin + 14, 0, -2):
        rest = recipe.apply("mul", recipe.with_constant("add", series, 1.0), square)
        series = recipe.with_constant("mul", rest, -1 / (n * (n + 1)))
    series = recipe.with_constant("add", series, 1.0)
    return recipe.apply("mul", series, x) if begin == 2 else series


def _modulo(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    a, b = taken
    ratio = recipe.apply("div", a, b)
    times = _truncated(recipe, ratio) if node.attributes.get("fmod") else _floor(recipe, ratio)
    return recipe.apply("sub", a, recipe.apply("mul", times, b))


def _truncated(recipe: Recipe, x: int) -> int:
    down = _floor(recipe, recipe.apply("relu", x))
    return recipe.apply("add", down, _ceil(recipe, recipe.with_constant("min", x, 0.0)))


def _cast(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    to = str(node.attributes["to"])
    if to == "bool":
        return _opposite(recipe, _is_zero(recipe, taken[0]))
    return recipe.apply("copy", taken[0]) if to.startswith("f") else _truncated(recipe, taken[0])


def _power(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    """Return powers of what is above 0; constant exponents are treated as the network is planned."""
    a, b = taken
    return recipe.apply("exp", recipe.apply("mul", recipe.apply("log", a), b))


def constant_power(recipe: Recipe, x: int, exponent: float) -> int | None:
    """Add x to a constant power, if that is a small multiple of 1/2; return it, else None."""
    doubled = abs(2 * exponent)
    if doubled != int(doubled) or doubled > 64:
        return None
    result = recipe.apply("sqrt", x) if doubled % 2 else None
    times, square = int(doubled) // 2, x
    while times:
        if times % 2:
            result = square if result is None else recipe.apply("mul", result, square)
        times //= 2
        square = recipe.apply("mul", square, square) if times else square
    if result is None:
        result = recipe.constant(1.0)
    return recipe.apply("div", recipe.constant(1.0), result) if exponent < 0 else result


def _chosen(recipe: Recipe, node: Node, taken: Sequence[int]) -> int:
    """Return one of two numbers; what is not chosen leaves no trace, infinite or no number though it be."""
    condition, one, other = taken
    zero = recipe.constants.get(0.0)
    if other == zero:
        return recipe.apply("where", one, condition)
    chosen = recipe.apply("where", other, _opposite(recipe, condition))
    return chosen if one == zero else recipe.apply("add", recipe.apply("where", one, condition), chosen)


RULES: Mapping[str, Rule] = {
    **{op: _plain(op.lower()) for op in ("Relu", "Sigmoid", "Tanh", "Erf", "Exp", "Log", "Sqrt")},
    **{op: _plain(op.lower()) for op in ("Add", "Sub", "Mul", "Div")},
    "Max": _in_turn("max"),
    "Min": _in_turn("min"),
    "Sum": _in_turn("add"),
    "Clip": _clip,
    "LeakyRelu": _leaky,
    "PRelu": lambda recipe, node, taken: _sloped(recipe, *taken),
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "Gelu": _gelu,
    "Reciprocal": _reciprocal,
    "Neg": _negative,
    "Abs": lambda recipe, node, taken: _absolute(recipe, taken[0]),
    "Sign": _sign,
    "Round": lambda recipe, node, taken: _rounded(recipe, taken[0]),
    "Floor": lambda recipe, node, taken: _floor(recipe, taken[0]),
    "Ceil": lambda recipe, node, taken: _ceil(recipe, taken[0]),
    "Sin": lambda recipe, node, taken: _wave(recipe, taken[0], 2),
    "Cos": lambda recipe, node, taken: _wave(recipe, taken[0], 1),
    "Cast": _cast,
    "Mod": _modulo,
    "Pow": _power,
    "Not": lambda recipe, node, taken: _opposite(recipe, taken[0]),
    "And": _plain("mul"),
    "Or": _plain("max"),
    "Xor": lambda recipe, node, taken: _absolute(recipe, recipe.apply("sub", *taken)),
    "Equal": lambda recipe, node, taken: _equal(recipe, *taken),
    "Less": lambda recipe, node, taken: _less(recipe, *taken),
    "Greater": lambda recipe, node, taken: _less(recipe, *taken[::-1]),
    "LessOrEqual": lambda recipe, node, taken: _at_most(recipe, *taken),
    "GreaterOrEqual": lambda recipe, node, taken: _at_most(recipe, *taken[::-1]),
    "IsInf": _is_infinite,
    "IsNaN": lambda recipe, node, taken: _is_nan(recipe, taken[0]),
    "Where": _chosen,
    "ScaleShift": lambda recipe, node, taken: recipe.apply("add", recipe.apply("mul", taken[0], taken[1]), taken[2]),
}
"""What becomes of a node of each operator."""


def _number(node: Node, name: str) -> float:
    found = node.attributes[name]
    assert isinstance(found, int | float)
    return float(found)
