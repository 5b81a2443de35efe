"""A check finds what the definitions say, in random programs, however it goes about it."""

from unittest.mock import patch

from hypothesis import given

from isa.check import check
from isa.program import Program
from tests.isa.check.oracle import Fact, fact_of, facts
from tests.isa.check.random_programs import programs
from tests.reference.examples import examples


@examples(100)
@given(programs())
def test_finds_exactly_what_the_definitions_say(program: Program) -> None:
    agree(program)


@examples(100)
@given(programs())
def test_takes_no_short_cut_where_it_may_not(program: Program) -> None:
    with (
        patch("isa.check.steady.LONG", 1),
        patch("isa.check.steady.HEAD", 1),
        patch("isa.check.coverage.HEAD", 1),
        patch("isa.check.align.MOST_PARTS", 1),
    ):
        agree(program)


def agree(program: Program) -> None:
    """Hold what a check finds against the facts."""
    found, expected = [fact_of(finding) for finding in check(program).findings], facts(program)
    assert sorted(map(_bare, found)) == sorted(map(_bare, expected))
    for fact in expected:
        messages = [other.words[0] for other in found if _bare(other) == _bare(fact)]
        assert any(all(word in message for word in fact.words) for message in messages), (fact.words, messages)


def _bare(fact: Fact) -> tuple[object, ...]:
    return fact.kind.value, fact.seen, fact.cores, fact.times
