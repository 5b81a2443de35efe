"""By how much parameters of the machine could be worse, one at a time, before a run takes longer: found by running."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.explain.progress import Progress
from dlpsim.explain.trial import takes_at_most
from dlpsim.explain.what_if import executed
from isa.program import Compute, Move, Program

MOST = 1 << 40
"""Delays are not tried beyond so many cycles."""


@dataclass(frozen=True)
class Slack:
    """A parameter (as `--set` names it), its `value`, and the `worst` with which the run takes no longer.

    The next worse value does change it: `worst` + 1 for delays, `worst` - 1 for all else, if there is one. A `worst` of
    None means that no delay was found that matters.
    """

    parameter: str
    value: int
    worst: int | None

    @property
    def matters(self) -> bool:
        """Whether the run takes longer with the slightest change for the worse."""
        return self.worst == self.value


def slacks(program: Program, config: MachineConfig, cycles: int, progress: Progress | None = None) -> tuple[Slack, ...]:
    """Return the slack of each parameter that the program has to do with, for a run that takes `cycles`.

    `progress` is told of each run.
    """
    seen = progress or Progress()
    found = []
    for parameter, value, is_delay, changed in _parameters(program, config):

        def stands(tried: int, parameter: str = parameter, changed: Callable[[int], MachineConfig] = changed) -> bool:
            seen.begin(f"with {parameter} {tried:,}")
            return takes_at_most(program, changed(tried), cycles)

        found.append(Slack(parameter, value, _most(value, stands) if is_delay else _least(value, stands)))
    return tuple(found)


def _least(value: int, stands: Callable[[int], bool]) -> int:
    """Return a value from 1 on that stands, and below which the next does not. `value` stands."""
    if value == 1 or not stands(value - 1):
        return value
    if stands(1):
        return 1
    fails, good = 1, value - 1
    while good - fails > 1:
        middle = (good + fails) // 2
        fails, good = (fails, middle) if stands(middle) else (middle, good)
    return good


def _most(value: int, stands: Callable[[int], bool]) -> int | None:
    """Return a value that stands, and above which the next does not; None if none was found that does not."""
    step = 1
    while stands(value + step):
        step *= 2
        if step > MOST:
            return None
    good, fails = value + step // 2, value + step
    while fails - good > 1:
        middle = (good + fails) // 2
        good, fails = (middle, fails) if stands(middle) else (good, middle)
    return good


Parameter = tuple[str, int, bool, Callable[[int], MachineConfig]]
"""Its name, its value, whether it is a delay, and the machine with another value."""


def _parameters(program: Program, config: MachineConfig) -> Iterator[Parameter]:
    every = [each for code in {id(code): code for code in program.cores}.values() for each in executed(code)]
    ports = {config.port_of[each.src, each.dst].name for each in every if isinstance(each, Move)}
    for port in config.ports:
        if port.name in ports:
            yield from _port_parameters(config, port)
    for type_ in dict.fromkeys(each.type for each in every if isinstance(each, Compute)):
        yield f"compute.rate.{type_}", config.compute.rate[type_], False, _with_rate(config, type_)
    if ports or any(isinstance(each, Compute) for each in every):
        yield "decoder.cycles", config.decoder.cycles, True, _with_decoder(config, "cycles")
        yield "decoder.queue_depth", config.decoder.queue_depth, False, _with_decoder(config, "queue_depth")


def _port_parameters(config: MachineConfig, port: PortConfig) -> Iterator[Parameter]:
    for name, is_delay in (("beat_bytes", False), ("setup", True), ("latency", True)):
        yield f"port.{port.name}.{name}", getattr(port, name), is_delay, _with_port(config, port, name)


def _with_port(config: MachineConfig, port: PortConfig, name: str) -> Callable[[int], MachineConfig]:
    def changed(value: int) -> MachineConfig:
        other = PortConfig(**{**vars(port), name: value})
        return replace(config, ports=tuple(other if each is port else each for each in config.ports))

    return changed


def _with_rate(config: MachineConfig, type_: str) -> Callable[[int], MachineConfig]:
    return lambda value: replace(config, compute=replace(config.compute, rate={**config.compute.rate, type_: value}))


def _with_decoder(config: MachineConfig, name: str) -> Callable[[int], MachineConfig]:
    def changed(value: int) -> MachineConfig:
        decoder = config.decoder
        if name == "cycles":
            return replace(config, decoder=replace(decoder, cycles=value))
        return replace(config, decoder=replace(decoder, queue_depth=value))

    return changed
