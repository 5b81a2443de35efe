"""Says which core waits where, and for whom, when a barrier can no longer be released."""

from collections.abc import Iterable, Sequence

from dlpsim.machine.decoder import Decoder, State
from isa.errors import Diagnostic, DlpsimError
from isa.program import Program, Sync


def deadlock(program: Program, decoders: Sequence[Decoder]) -> DlpsimError:
    """Return the error that names each barrier line at which cores wait, and which cores never come."""
    places: dict[tuple[int, int, str], list[int]] = {}
    for decoder in decoders:
        if decoder.state is State.BARRIER:
            sync = program.cores[decoder.core][decoder.position]
            assert isinstance(sync, Sync)
            places.setdefault((sync.line, sync.column, sync.scope.value), []).append(decoder.core)
    ended = [decoder.core for decoder in decoders if decoder.state is State.ENDED]
    gone = f"; {name_cores(ended)} {'has' if len(ended) == 1 else 'have'} ended" if ended else "; all cores wait"
    return DlpsimError.from_diagnostics(
        [
            Diagnostic(
                program.name,
                f"this barrier can never be released: {name_cores(cores)} "
                f"{'waits' if len(cores) == 1 else 'wait'} here at 'sync {scope}'{gone}",
                line,
                column,
                program.text(line),
                f"every core of the {scope} must reach the same number of 'sync {scope}'",
            )
            for (line, column, scope), cores in sorted(places.items())
        ]
    )


def name_cores(cores: Iterable[int]) -> str:
    """Return `core 3`, or `cores 0, 2 and 5 to 7`."""
    numbers = sorted(cores)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [text for run in runs for text in _name_run(run)]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    return f"{'core' if len(numbers) == 1 else 'cores'} {listed}"


def _name_run(run: list[int]) -> list[str]:
    return [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
