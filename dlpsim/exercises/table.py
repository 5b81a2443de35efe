"""All exercises that can be answered, by number."""

from collections.abc import Mapping

from dlpsim.exercises.exercise import Exercise
from dlpsim.exercises.fully_connected import FULLY_CONNECTED
from isa.errors import DlpsimError

EXERCISES: Mapping[str, Exercise] = {exercise.number: exercise for exercise in FULLY_CONNECTED}


def find_exercise(number: str) -> Exercise:
    """Return the exercise with this number. Raises DlpsimError, naming those that there are."""
    if number in EXERCISES:
        return EXERCISES[number]
    raise DlpsimError(f"no exercise {number}; there are {', '.join(EXERCISES)}")
