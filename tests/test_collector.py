import gc
import weakref
from collections.abc import Iterator

import pytest

from dlpsim.collector import collector_paused


class Knot:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_collector_goes_on_as_it_was(is_enabled: bool) -> None:
    if not is_enabled:
        gc.disable()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled() is is_enabled


def test_what_was_made_is_old_and_can_be_collected() -> None:
    with collector_paused():
        knot = weakref.ref(Knot())
    gc.collect(1)
    assert knot() is not None
    gc.collect()
    assert knot() is None


def test_what_others_have_frozen_stays_so() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with collector_paused():
        pass
    assert gc.get_freeze_count() == frozen
