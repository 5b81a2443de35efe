"""The state diagram: an SVG with every state and every cause, each state in its own place."""

from xml.etree import ElementTree

import pytest

from dlpsim.exercises.decoder_programs import observed_transitions
from dlpsim.pictures.state_diagram import PLACES, WAYS, state_diagram
from dlpsim.views.decoder_states import Transition

SVG = "{http://www.w3.org/2000/svg}"


def test_diagram_shows_what_was_seen() -> None:
    transitions = observed_transitions()
    tree = ElementTree.fromstring(state_diagram("Decoder & states", transitions))
    assert [each.text for each in tree.iter(f"{SVG}title")] == ["Decoder & states"]
    texts = [each.text or "" for each in tree.iter(f"{SVG}text")]
    states = {state for transition in transitions for state in transition[:2]}
    assert sorted(texts) == sorted([*states, *(transition.cause for transition in transitions)])
    arrows = {transition[:2] for transition in transitions}
    assert len(list(tree.iter(f"{SVG}path"))) == len(arrows) + len(["the start", "the tip of the arrows"])


def test_every_place_is_used() -> None:
    arrows = {transition[:2] for transition in observed_transitions()}
    assert arrows - {("decoding", "decoding")} == set(WAYS)
    assert {state for arrow in arrows for state in arrow} == set(PLACES)


def test_unknown_arrow() -> None:
    with pytest.raises(KeyError, match="'ended', 'queue'"):
        state_diagram("", [Transition("ended", "queue", "")])
