"""Machines of every kind that a machine file can describe."""

from hypothesis import strategies as st

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, Path, PortConfig
from dlpsim.machine_file.checks import RESERVED_PORTS
from dlpsim.machine_file.schema import MAX_CORES
from dlpsim.machine_file.values import MAX_WHOLE
from isa.vocabulary import COMPUTE_TYPES, MEMORIES, Scope

WHOLE = st.integers(1, MAX_WHOLE)
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from("\"'\\ #")
NAMES = st.text(CHARACTERS, min_size=1, max_size=100)


@st.composite
def machines(draw: st.DrawFn) -> MachineConfig:
    """Any machine at all; its paths are dealt out to its ports."""
    memories = [memory for memory in MEMORIES if draw(st.booleans())] or ["NRAM"]
    paths = draw(st.permutations([(src, dst) for src in memories for dst in memories]))
    names = draw(st.lists(st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,5}", fullmatch=True), unique=True, max_size=3))
    clusters = draw(st.integers(1, MAX_CORES))
    return MachineConfig(
        name=draw(NAMES.filter(str.strip)),
        clock_ghz=draw(st.floats(1e-6, 1e6)),
        clusters=clusters,
        cores=draw(st.integers(1, MAX_CORES // clusters)),
        memories={memory: draw(st.none() | WHOLE) for memory in memories},
        ports=tuple(
            _port(draw, name, paths[number::5]) for number, name in enumerate(names) if name not in RESERVED_PORTS
        ),
        decoder=DecoderConfig(draw(WHOLE), draw(WHOLE)),
        compute=ComputeConfig(draw(WHOLE), draw(WHOLE), {type_: draw(WHOLE) for type_ in COMPUTE_TYPES[::7]}),
    )


def _port(draw: st.DrawFn, name: str, paths: list[Path]) -> PortConfig:
    return PortConfig(
        name=name,
        scope=draw(st.sampled_from(Scope)),
        beat_bytes=draw(WHOLE),
        beat_cycles=draw(WHOLE),
        setup=draw(st.just(0) | WHOLE),
        latency=draw(st.just(0) | WHOLE),
        paths=tuple(paths),
    )
