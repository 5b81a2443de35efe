"""The signals of a waveform file, and how GTKWave is to lay them out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING, Any

from dlpsim.traces.subject import Subject
from isa.vocabulary import Scope

if TYPE_CHECKING:
    from vcd import VCDWriter
    from vcd.gtkw import GTKWSave
    from vcd.writer import Variable

NOTHING = "z"
"""The value of a number where there is none."""


@dataclass(frozen=True)
class UnitSignals:
    """Those of a unit."""

    busy: "Variable[Any]"
    text: "Variable[Any]"
    line: "Variable[Any]"
    pc: "Variable[Any]"
    queue: "Variable[Any]"


@dataclass(frozen=True)
class DecoderSignals:
    """Those of a decoder."""

    wait: "Variable[Any]"
    line: "Variable[Any]"
    pc: "Variable[Any]"


@dataclass(frozen=True)
class PortSignals:
    """Those of an instance of a port."""

    askers: "Variable[Any]"
    bytes_per_cycle: "Variable[Any]"


class Signals:
    """Declares the signals; `units` are by core and unit, `ports` by name and group."""

    def __init__(self, vcd: "VCDWriter", subject: Subject) -> None:
        self._vcd = vcd
        names = scope_names(subject.config.units)
        self.decoders = {core: self._decoder(f"core{core}") for core in subject.cores}
        self.units = {
            (core, unit): self._unit(f"core{core}.{name}") for core in subject.cores for unit, name in names.items()
        }
        self.ports = {
            (port.name, port.group): self._port(f"{_home(port.scope, port.group)}.{names[port.name]}")
            for port in subject.ports
        }

    def _decoder(self, scope: str) -> DecoderSignals:
        return DecoderSignals(
            self._text(scope, "decoder_wait"), self._number(scope, "decoder_line"), self._number(scope, "decoder_pc")
        )

    def _unit(self, scope: str) -> UnitSignals:
        return UnitSignals(
            self._vcd.register_var(scope, "busy", "wire", size=1, init=0),
            self._text(scope, "text"),
            self._number(scope, "line"),
            self._number(scope, "pc"),
            self._number(scope, "queue"),
        )

    def _port(self, scope: str) -> PortSignals:
        return PortSignals(self._number(scope, "askers"), self._vcd.register_var(scope, "bytes_per_cycle", "real"))

    def _number(self, scope: str, name: str) -> "Variable[Any]":
        return self._vcd.register_var(scope, name, "integer", size=64, init=NOTHING)

    def _text(self, scope: str, name: str) -> "Variable[Any]":
        return self._vcd.register_var(scope, name, "string", init="")


def layout(dump: str, subject: Subject) -> str:
    """Return the `.gtkw` for the waveform file named `dump` beside it: a group for each core, its units in it."""
    from vcd.gtkw import GTKWSave  # noqa: PLC0415

    text = StringIO()
    save = GTKWSave(text)
    save.dumpfile(dump, abspath=False)
    names = scope_names(subject.config.units)
    ports = [port for port in subject.ports if port.scope is not Scope.CORE]
    private = {(port.group, port.name) for port in subject.ports if port.scope is Scope.CORE}
    for port in ports:
        with save.group(f"port {port.name} of {_home(port.scope, port.group)}"):
            _show_port(save, f"{_home(port.scope, port.group)}.{names[port.name]}")
    for core in subject.cores:
        with save.group(f"core {core}"):
            save.trace(f"core{core}.decoder_wait", datafmt="ascii", alias="decoder waits for")
            save.trace(f"core{core}.decoder_line[63:0]", datafmt="dec", alias="decoder line")
            for unit, name in names.items():
                scope = f"core{core}.{name}"
                save.trace(f"{scope}.text", datafmt="ascii", alias=unit)
                save.trace(f"{scope}.busy", alias=f"{unit} busy")
                save.trace(f"{scope}.line[63:0]", datafmt="dec", alias=f"{unit} line")
                save.trace(f"{scope}.queue[63:0]", datafmt="dec", alias=f"{unit} queue")
                if (core, unit) in private:
                    _show_port(save, scope)
    return text.getvalue()


def _show_port(save: "GTKWSave", scope: str) -> None:
    save.trace(f"{scope}.askers[63:0]", datafmt="dec")
    save.trace(f"{scope}.bytes_per_cycle", datafmt="real")


def scope_names(units: Sequence[str]) -> Mapping[str, str]:
    """Return a name for the scope of each unit that is all letters, digits and underscores; no two are the same."""
    names: dict[str, str] = {}
    for unit in units:
        plain = re.sub(r"\W", "_", unit, flags=re.ASCII)
        taken = set(names.values())
        names[unit] = next(name for name in _numbered(plain) if name not in taken)
    return names


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _home(scope: Scope, group: int) -> str:
    """Return the scope that an instance of a port stands in."""
    return "chip" if scope is Scope.CHIP else f"{scope.value}{group}"
