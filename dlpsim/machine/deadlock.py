"""Says which core waits where, and for whom, when a barrier can no longer be released."""

from collections.abc import Sequence

from dlpsim.machine.decoder import Decoder, State
from isa.errors import Diagnostic, DlpsimError
from isa.names import name_cores
from isa.program import Program, Sync


def deadlock(program: Program, decoders: Sequence[Decoder]) -> DlpsimError:
    """Return the error that names each barrier line at which cores wait, and which cores never come."""
    places: dict[tuple[int, int, str], list[int]] = {}
    for decoder in decoders:
        if decoder.state is State.BARRIER:
            sync = program.cores[decoder.core][decoder.pc]
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
