"""Runs to be traced, and what there is to know of them without a trace."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import reject
from hypothesis import strategies as st

from dlpsim.events import Asked, Completed, Dispatched, Freed, Occurrence, Started
from dlpsim.limits import InstructionLimit
from dlpsim.machine.machine import Machine
from dlpsim.traces.formats import FORMATS
from dlpsim.traces.recording import recording
from dlpsim.traces.state import Execution
from dlpsim.traces.window import Window
from dlpsim.views.trace import Trace
from isa.errors import DlpsimError
from tests.machine.repeating import MAX_INSTRUCTIONS, Run, recurring_runs, repeating_runs
from tests.reference.strategies import runs

SUFFIXES = tuple(FORMATS)


def traced_runs() -> st.SearchStrategy[Run]:
    """Runs of every kind; some repeat themselves, some never end."""
    return st.one_of(runs(budget=300), repeating_runs(), recurring_runs())


def written(run: Run, suffix: str, window: Window | None = None, cores: Sequence[int] = ()) -> bytes:
    """Return the trace of a run as a file has it. An example whose run does not end is given up."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"trace{suffix}"
        with recording(path, *run, window, cores) as record:
            try:
                cycles = Machine(*run, [record.listener, InstructionLimit(MAX_INSTRUCTIONS)]).run()
            except DlpsimError:
                reject()
            record.finish(cycles)
        return path.read_bytes()


def events_of(run: Run) -> list[Occurrence]:
    """Return everything that happens in a run, in order. An example whose run does not end is given up."""
    trace = Trace()
    try:
        Machine(*run, [trace, InstructionLimit(MAX_INSTRUCTIONS)], skip=False).run()
    except DlpsimError:
        reject()
    return list(trace.whole())


def executions_of(events: Sequence[Occurrence]) -> list[Execution]:
    """Return the instructions that units executed, by core and unit, in the order in which they served them.

    The n-th event of each kind belongs to the n-th instruction.
    """
    found: defaultdict[tuple[int, str], list[Execution]] = defaultdict(list)
    seen: defaultdict[tuple[type[Occurrence], int, str], int] = defaultdict(int)
    names = {Started: "started", Asked: "asked", Freed: "freed", Completed: "completed"}
    for event in events:
        if isinstance(event, Dispatched):
            found[event.core, event.unit].append(Execution(event.core, event.unit, event.pc, event.time))
    for event in events:
        if isinstance(event, Started | Asked | Freed | Completed):
            place = type(event), event.core, event.unit
            setattr(found[event.core, event.unit][seen[place]], names[type(event)], event.time)
            seen[place] += 1
    return [execution for _, executions in sorted(found.items()) for execution in executions]
