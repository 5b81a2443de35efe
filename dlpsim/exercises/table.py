"""All exercises that can be answered, by number."""

from collections.abc import Mapping
from functools import partial

from dlpsim.exercises.accelerators import NUMBER as ACCELERATORS
from dlpsim.exercises.accelerators import TITLE as ACCELERATORS_TITLE
from dlpsim.exercises.accelerators import answer_accelerators
from dlpsim.exercises.answer import answer
from dlpsim.exercises.balance import NUMBER as BALANCE
from dlpsim.exercises.balance import TITLE as BALANCE_TITLE
from dlpsim.exercises.balance import answer_balance
from dlpsim.exercises.convolutional import NUMBER as CONVOLUTIONAL
from dlpsim.exercises.convolutional import TITLE as CONVOLUTIONAL_TITLE
from dlpsim.exercises.convolutional import answer_convolutional
from dlpsim.exercises.decoder_diagram import NUMBER as DIAGRAM
from dlpsim.exercises.decoder_diagram import TITLE as DIAGRAM_TITLE
from dlpsim.exercises.decoder_diagram import answer_diagram
from dlpsim.exercises.entry import Entry
from dlpsim.exercises.exercise import Exercise
from dlpsim.exercises.fully_connected import FULLY_CONNECTED
from dlpsim.exercises.network_sizes import NETWORK_SIZES
from dlpsim.exercises.networks import NUMBER as NETWORKS
from dlpsim.exercises.networks import TITLE as NETWORKS_TITLE
from dlpsim.exercises.networks import answer_networks
from dlpsim.exercises.roofline import NUMBER as ROOFLINE
from dlpsim.exercises.roofline import TITLE as ROOFLINE_TITLE
from dlpsim.exercises.roofline import answer_roofline
from dlpsim.exercises.speed_ups import SPEED_UPS
from isa.errors import DlpsimError

EXERCISES: Mapping[str, Exercise] = {exercise.number: exercise for exercise in FULLY_CONNECTED}
"""Those that programs answer."""

OTHERS = (
    *NETWORK_SIZES,
    *SPEED_UPS,
    Entry(CONVOLUTIONAL, CONVOLUTIONAL_TITLE, answer_convolutional),
    Entry(DIAGRAM, DIAGRAM_TITLE, answer_diagram),
    Entry(BALANCE, BALANCE_TITLE, answer_balance),
    Entry(ROOFLINE, ROOFLINE_TITLE, answer_roofline),
    Entry(NETWORKS, NETWORKS_TITLE, answer_networks),
    Entry(ACCELERATORS, ACCELERATORS_TITLE, answer_accelerators),
)

ENTRIES: Mapping[str, Entry] = {
    entry.number: entry
    for entry in (*OTHERS, *(Entry(one.number, one.title, partial(answer, one)) for one in FULLY_CONNECTED))
}


def find_exercise(number: str) -> Entry:
    """Return the exercise with this number. Raises DlpsimError, naming those that there are."""
    if number in ENTRIES:
        return ENTRIES[number]
    raise DlpsimError(f"no exercise {number}; there are {', '.join(ENTRIES)}")
