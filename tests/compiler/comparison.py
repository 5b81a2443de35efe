"""Compares a compiled program with onnxruntime, value by value, and checks it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlpsim.compiler.compile import Compiled, compile_network
from dlpsim.compiler.tiling.wish import Wish
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.network import Network
from dlpsim.networks.weight import Stored
from isa.assembler import assemble
from isa.check.check import check
from isa.interpreter import interpret

Arrays = Mapping[str, NDArray[Any]]

TOLERANCE = 1e-4
"""The largest difference, as part of the largest number of a value."""


def assert_right(
    network: Network,
    on: MachineConfig,
    inputs: Arrays | None = None,
    *,
    is_checked: bool = True,
    wishes: Mapping[str, Wish] | None = None,
) -> Compiled:
    """Compile a network, compare all its values in DRAM, its outputs among them, and return what was compiled.

    The program is checked for races and the like, unless that would take long.
    """
    compiled = compile_network(network, on, wishes)
    program = assemble(compiled.text, on.target, network.name)
    given = random_inputs(network) if inputs is None else inputs
    found = compiled.values(interpret(program, compiled.inputs(given)))
    assert set(network.outputs) <= set(found)
    made = sorted(name for name in found if name in network.producers)
    for name, expected in evaluate(network, given, made).items():
        assert_close(name, found[name], expected)
    if is_checked:
        report = check(program)
        assert not report.is_faulty, [str(finding) for finding in report.findings]
    return compiled


def assert_close(name: str, found: NDArray[Any], expected: NDArray[Any]) -> None:
    """Compare two arrays: infinite numbers are the same, others differ by little."""
    assert found.shape == expected.shape, name
    wide = expected.astype(np.float64)
    finite = np.isfinite(wide)
    assert np.array_equal(found[~finite], wide[~finite]), name
    largest = np.abs(wide[finite]).max(initial=0)
    difference = np.abs(found[finite] - wide[finite]).max(initial=0)
    assert difference <= TOLERANCE * largest, f"{name}: off by {difference} where the largest is {largest}"


def single(op: str, shapes: Mapping[str, tuple[int, ...]], attributes: Attributes | None = None) -> Network:
    """Return a network of one node, whose operands are inputs."""
    net = Builder(op)
    inputs = [net.input(name, shape) for name, shape in shapes.items()]
    return net.finish(net.add(op, inputs, "y", attributes))


def numbers(*shape: int, seed: int = 0, is_positive: bool = False) -> NDArray[np.float32]:
    """Return seeded normal numbers, or some that are at least 0.1."""
    drawn = np.random.default_rng(seed).standard_normal(shape).astype(np.float32).reshape(shape)
    return np.asarray(np.abs(drawn) + np.float32(0.1) if is_positive else drawn)


def constant(net: Builder, name: str, array: NDArray[Any]) -> str:
    """Add a weight with these numbers."""
    return net.weight(name, array.shape, Stored(array))
