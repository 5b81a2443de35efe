"""Schedules of random steps: what is needed is there, nothing lies on anything else, what is made is stored."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlpsim.compiler.instructions import Compute, Instruction, Move, Spot, Sync
from dlpsim.compiler.scheduling.placement import NoRoomError, Placement
from dlpsim.compiler.scheduling.schedule import Schedule
from dlpsim.compiler.step import Extent, Fetch, Offsets, Result, Step
from dlpsim.config import MachineConfig
from isa.vocabulary import Scope
from tests.compiler.small import machine

NRAM, WRAM, SHARED = 4096, 2048, 4096

Layers = list[list[Step]]


class Network:
    """Makes steps; what a layer stores, the next ones load. Tensors are named after what they hold."""

    def __init__(self, draw: st.DrawFn, cores: int) -> None:
        self._draw = draw
        self._cores = cores
        self._count = 0
        self._made: list[Result] = []

    def layer(self) -> list[Step]:
        """Draw a layer: its weights stay, or come anew; its results are sums of some steps."""
        size, made_size = (64 * self._draw(st.integers(1, 8)) for _ in range(2))
        weights_size = 64 * self._draw(st.integers(1, 12))
        before = list(self._made)
        steps = []
        weights, image = self._weights(weights_size), self._image(size, before)
        for _ in range(self._draw(st.integers(1, 5))):
            made = self._result(made_size)
            for _ in range(self._draw(st.integers(1, 3))):
                weights = weights if self._draw(st.booleans()) else self._weights(weights_size)
                image = image if self._draw(st.booleans()) else self._image(size, before)
                steps.append(Step((image, weights), made, self._computes(made, image, weights)))
            self._made.append(made)
        return steps

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def _weights(self, size: int) -> Fetch:
        name = self._name("w")
        return Fetch("WRAM", size, lambda core, to, _: [load("WRAM", name, core, to, size)], may_come_early=True)

    def _image(self, size: int, made: list[Result]) -> Fetch:
        extent = self._draw(st.sampled_from([Extent(self._name("x"), 0, size), *(one.writes for one in made)]))
        size = min(size, extent.end)
        name = extent.tensor
        if self._cores == 1 or self._draw(st.booleans()):
            return Fetch("NRAM", size, lambda core, to, _: [load("NRAM", name, core, to, size)], extent)
        share = Fetch("SharedRAM", size, lambda core, to, _: [load("SharedRAM", name, 0, to, size)][core:1], extent)
        return Fetch("NRAM", size, lambda _, to, at: [Move(Spot("SharedRAM", at), Spot("NRAM", to), size)], via=share)

    def _result(self, size: int) -> Result:
        name = self._name("y")
        return Result(
            size,
            lambda core, at: [Move(Spot("NRAM", at), Spot("DRAM", core << 20, name), size)],
            Extent(name, 0, size),
        )

    def _computes(self, made: Result, image: Fetch, weights: Fetch) -> "Computes":
        macs = self._draw(st.integers(1, 200_000))
        return Computes(made, image, weights, macs)


class Computes:
    """One instruction that names the rooms of what it makes and needs, and how large they are."""

    def __init__(self, made: Result, image: Fetch, weights: Fetch, macs: int) -> None:
        self._parts = made, image, weights
        self._macs = macs

    def __call__(self, _: int, offset: Offsets) -> list[Compute]:
        made, image, weights = self._parts
        spots = (
            Spot("NRAM", offset(made), made.writes.tensor),
            Spot("NRAM", offset(image), tensor_of(image)),
            Spot("WRAM", offset(weights), tensor_of(weights)),
        )
        return [Compute("MAC_32", self._macs, "any", spots, (made.size, image.size, weights.size))]


def load(memory: str, tensor: str, core: int, offset: int, size: int) -> Move:
    """Return a move from a tensor in DRAM, of which each core has a part."""
    return Move(Spot("DRAM", core << 20, tensor), Spot(memory, offset), size)


def tensor_of(fetch: Fetch) -> str:
    """Return the tensor that is brought in."""
    return (fetch.via or fetch).moves(0, 0, 0)[0].src.base


class Chip:
    """Memories as lists of what lies in their bytes of 64; what is written is there from the next phase on."""

    def __init__(self, cores: int, *, stores_come_first: bool) -> None:
        self._cores = cores
        self._stores_come_first = stores_come_first
        self._held: dict[tuple[str, int, int], object] = {}
        self._written: dict[tuple[str, int, int], object] = {}
        self._read: set[tuple[str, int, int]] = set()
        self._stored: set[str] = set()
        self._now_stored: set[str] = set()
        self.made: set[str] = set()

    def sync(self) -> None:
        """Let what was written in this phase be there."""
        assert not self._written.keys() & self._read, "written in the phase in which it is read"
        self._held |= self._written
        self._stored |= self._now_stored
        self._written, self._read, self._now_stored = {}, set(), set()

    def execute(self, core: int, instruction: Instruction) -> None:
        """Check what an instruction reads, and note what it writes."""
        if isinstance(instruction, Move):
            self._move(core, instruction)
        elif isinstance(instruction, Compute):
            out, *operands = instruction.spots
            for spot, size in zip(operands, instruction.sizes[1:], strict=True):
                for index in range(0, size, 64):
                    assert self._get(core, spot, index) == (spot.base, index), f"{spot.base} is not there"
            for index in range(0, instruction.sizes[0], 64):
                self._put(core, out, index, (out.base, index))

    def _move(self, core: int, move: Move) -> None:
        for index in range(0, move.size, 64):
            if move.dst.memory == "DRAM":
                assert self._get(core, move.src, index) == (move.dst.base, index), "another result is stored"
                self._now_stored.add(move.dst.base)
                self.made.add(move.dst.base)
            elif move.src.memory == "DRAM":
                name = move.src.base
                there = self._stored | (self._now_stored if self._stores_come_first else set())
                assert name[0] != "y" or name in there, f"{name} is loaded before it is stored"
                self._put(core, move.dst, index, (name, (move.src.offset & 0xFFFFF) + index))
            else:
                self._put(core, move.dst, index, self._get(core, move.src, index))

    def _key(self, core: int, spot: Spot, index: int) -> tuple[str, int, int]:
        return spot.memory, 0 if spot.memory == "SharedRAM" else core, spot.offset + index

    def _get(self, core: int, spot: Spot, index: int) -> object:
        key = self._key(core, spot, index)
        self._read.add(key)
        return self._held.get(key)

    def _put(self, core: int, spot: Spot, index: int, what: object) -> None:
        key = self._key(core, spot, index)
        assert key not in self._written, "written twice in a phase"
        assert key[2] + 64 <= {"NRAM": NRAM, "WRAM": WRAM, "SharedRAM": SHARED}[spot.memory]
        self._written[key] = what


@st.composite
def networks(draw: st.DrawFn, cores: int) -> Layers:
    """Draw the steps of some layers."""
    network = Network(draw, cores)
    return [network.layer() for _ in range(draw(st.integers(1, 4)))]


def executed(config: MachineConfig, layers: Layers, *, stores_come_first: bool) -> Chip:
    """Schedule layers, and execute what comes of it, phase by phase."""
    codes = [list[Instruction]() for _ in range(config.total_cores)]
    for _, parts in Schedule(config, layers).code():
        for code, part in zip(codes, parts, strict=True):
            code += [placed.instruction for placed in part]
    chip = Chip(config.total_cores, stores_come_first=stores_come_first)
    phases = [phases_of(code) for code in codes]
    assert len({len(own) for own in phases}) == 1
    for of_cores in zip(*phases, strict=True):
        for core, instructions in enumerate(of_cores):
            for instruction in instructions:
                chip.execute(core, instruction)
        chip.sync()
    return chip


def phases_of(code: list[Instruction]) -> list[list[Instruction]]:
    """Cut the code of a core at its syncs."""
    phases: list[list[Instruction]] = [[]]
    for instruction in code:
        if isinstance(instruction, Sync):
            phases.append([])
        else:
            phases[-1].append(instruction)
    return phases


def results(layers: Layers) -> set[str]:
    """Return the tensors that are made."""
    return {step.makes.writes.tensor for steps in layers for step in steps if step.makes}


@settings(max_examples=100, deadline=None)
@given(networks(1))
def test_one_core(layers: Layers) -> None:
    """What is loaded is stored before, at the earliest in the same phase: the channel serves stores first."""
    config = machine(nram=NRAM, wram=WRAM)
    assert executed(config, layers, stores_come_first=True).made == results(layers)


@settings(max_examples=50, deadline=None)
@given(networks(1))
def test_one_core_with_channels_for_loads_and_stores(layers: Layers) -> None:
    """Nothing orders a load after a store of the same phase if they have ports of their own."""
    base = machine(nram=NRAM, wram=WRAM)
    dram = next(port for port in base.ports if port.name == "dram")
    loads = replace(dram, paths=tuple(path for path in dram.paths if path[0] == "DRAM"))
    stores = replace(dram, name="out", paths=tuple(path for path in dram.paths if path[0] != "DRAM"))
    config = replace(base, ports=(loads, stores, *(port for port in base.ports if port.name != "dram")))
    assert executed(config, layers, stores_come_first=False).made == results(layers)


@settings(max_examples=50, deadline=None)
@given(networks(2))
def test_two_cores(layers: Layers) -> None:
    config = machine(nram=NRAM, wram=WRAM, shared=SHARED, cores=2)
    assert executed(config, layers, stores_come_first=False).made == results(layers)


def test_what_does_not_fit_is_refused() -> None:
    def step(size: int) -> Step:
        return Step((Fetch("WRAM", size, lambda *_: [], may_come_early=True),), None, lambda *_: [])

    layers = [[step(WRAM + 64)], [step(64)], [step(64), step(WRAM + 64)]]
    with pytest.raises(NoRoomError) as raised:
        Placement(machine(nram=NRAM, wram=WRAM), layers)
    assert raised.value.found == [
        (index, "it needs 2,112 bytes of WRAM, which has 2,048: 64 too many") for index in (0, 2)
    ]


def test_a_layer_waits_where_rooms_are_scattered() -> None:
    """A need that stays would lie in the middle, beside what the layer before still uses: then it comes later."""

    def need(size: int) -> Fetch:
        return Fetch("NRAM", size, lambda *_: [])

    def step(needs: tuple[Fetch, ...], size: int = 0) -> Step:
        made = Result(size, lambda *_: [], Extent("y", 0, size)) if size else None
        return Step(needs, made, lambda *_: [])

    stays = need(1024)
    first = [step((need(1024),)), step((need(1024), need(512)))]
    second = [step((stays,)), step((stays, need(3072)))]
    config = machine(nram=NRAM, wram=WRAM)
    placement = Placement(config, [first, second])
    assert placement.offset(stays) in (0, 3072)


def test_the_sync_of_several_cores_is_a_barrier() -> None:
    step = Step((), None, lambda *_: [])
    for cores, scope in ((1, Scope.CORE), (2, Scope.CHIP)):
        code = Schedule(machine(nram=NRAM, wram=WRAM, cores=cores), [[step, step]]).code()
        syncs = {one.instruction for _, parts in code for part in parts for one in part}
        assert syncs == {Sync(scope)}
