"""Random runs in which much happens at the same boundary: small costs, no delays, short queues, loops that go round."""

from hypothesis import strategies as st

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig
from isa.program import Code
from isa.vocabulary import Scope
from tests.machine.repeating import Run
from tests.reference import build

COSTS = st.sampled_from([1, 1, 2, 3, 4])


@st.composite
def runs_at_once(draw: st.DrawFn) -> Run:
    """Up to three cores, each with a loop; mostly with a barrier in it, at the same or at different places."""
    config = _machine(draw)
    scope = draw(st.sampled_from([None, Scope.CHIP, Scope.CLUSTER]))
    count, place = draw(st.sampled_from([12, 25, 40])), draw(st.integers(0, 2))
    codes = []
    for _ in range(config.total_cores):
        body = draw(st.lists(_instructions(), min_size=1, max_size=5))
        if scope:
            body.insert(place if draw(st.booleans()) else draw(st.integers(0, len(body))), build.sync(scope))
        before, after = (draw(st.lists(_instructions(), max_size=most)) for most in (4, 1))
        codes.append(build.sequence(*before, build.loop(count, *body), *after))
    return build.program(config, *codes), config


def _machine(draw: st.DrawFn) -> MachineConfig:
    cores = draw(st.integers(1, 3))
    load = build.port(
        "load",
        "DRAM->NRAM",
        scope=draw(st.sampled_from([Scope.CORE, Scope.CHIP])),
        setup=draw(st.sampled_from([0, 0, 1])),
        latency=draw(st.sampled_from([0, 0, 1, 2])),
    )
    store = build.port("store", "NRAM->DRAM", latency=draw(st.integers(0, 1)))
    return build.machine(
        load,
        store,
        cores=cores,
        clusters=draw(st.integers(1, 2)) if cores > 1 else 1,
        decoder=DecoderConfig(draw(st.sampled_from([0, 0, 0, 1])), draw(st.integers(1, 3))),
        compute=ComputeConfig(0, draw(st.integers(0, 1)), {"MAC_32": 1}),
    )


def _instructions() -> st.SearchStrategy[Code]:
    return st.one_of(
        COSTS.map(lambda cost: build.move("DRAM->NRAM", cost)),
        COSTS.map(lambda cost: build.move("NRAM->DRAM", cost)),
        COSTS.map(lambda cost: build.compute("MAC_32", cost)),
        st.just(build.sync()),
    )
