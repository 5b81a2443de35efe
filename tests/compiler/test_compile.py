"""Networks whose names or sizes are out of the ordinary."""

import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.networks.builder import Builder
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right, single
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)


def test_names_of_several_lines_are_comments_of_one() -> None:
    net = Builder("two\nlines")
    compiled = assert_right(net.finish(net.relu(net.input("x\n1", (2, 3)), "a\r\nb; c")), ONE)
    assert "\n; a b; c: " in compiled.text


def test_a_layer_of_more_tiles_than_can_be_listed() -> None:
    with pytest.raises(DlpsimError) as raised:
        compile_network(single("Relu", {"x": (10**9, 10**9)}), ONE)
    assert raised.value.messages == (
        "layer 'y' (Relu) is too large for small: it moves 8,000,000,000,000,000,000 bytes of values, more than "
        "100,000 times what is in the NRAM of its cores",
    )


def test_weights_are_weighed_against_their_own_memory() -> None:
    """They go to WRAM, and NRAM is as large as one could wish."""
    net = Builder("wide")
    network = net.finish(net.gemm(net.input("x", (1, 40_000)), "fc", 40_000))
    with pytest.raises(DlpsimError) as raised:
        compile_network(network, machine(nram=1 << 30, wram=4096))
    assert raised.value.messages == (
        "layer 'fc' (Gemm) is too large for small: it moves 6,400,160,000 bytes of weights, more than 100,000 times "
        "what is in the WRAM of its cores",
    )
