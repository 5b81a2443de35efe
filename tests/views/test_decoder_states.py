"""The transitions of decoders: those of the diagram, and no others, on random programs."""

from hypothesis import given

from dlpsim.exercises.decoder_programs import observed_transitions
from dlpsim.machine.decoder import State
from dlpsim.machine.machine import Machine
from dlpsim.views.decoder_states import DecoderStates, Transition
from isa.vocabulary import Scope
from tests.machine.repeating import Run
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.strategies import runs


@examples(200)
@given(runs())
def test_diagram_is_complete(run: Run) -> None:
    states = DecoderStates(run[0])
    Machine(*run, [states]).run()
    assert set(states.transitions) <= set(observed_transitions())


def test_states_are_those_of_the_decoder() -> None:
    seen = {state.upper() for transition in observed_transitions() for state in transition[:2]}
    assert seen == {state.name for state in State} - {"RELEASED"}


def test_small_program() -> None:
    config = build.real(build.dlp_s())
    code = build.sequence(build.move("DRAM->NRAM", 64), build.sync(Scope.CHIP), build.compute("MAC_32", 1))
    program = build.program(config, code)
    states = DecoderStates(program)
    Machine(program, config, [states]).run()
    assert states.transitions == (
        Transition("barrier", "decoding", "all have arrived"),
        Transition("decoding", "decoding", "move: dispatched"),
        Transition("decoding", "ended", "the program is over"),
        Transition("decoding", "sync", "barrier: not all is complete"),
        Transition("sync", "barrier", "all is complete, at a barrier"),
    )
