"""A check finds what the definitions say, in random programs, however it goes about it."""

from hypothesis import HealthCheck, given, settings

from isa.check import check
from isa.program import Program
from tests.isa.check.oracle import Fact, fact_of, facts
from tests.isa.check.random_programs import programs


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(programs())
def test_finds_exactly_what_the_definitions_say(program: Program) -> None:
    found, expected = [fact_of(finding) for finding in check(program).findings], facts(program)
    assert sorted(map(_bare, found)) == sorted(map(_bare, expected))
    messages = {_bare(fact): fact.words[0] for fact in found}
    for fact in expected:
        assert all(word in messages[_bare(fact)] for word in fact.words), (fact.words, messages[_bare(fact)])


def _bare(fact: Fact) -> tuple[object, ...]:
    return fact.kind.value, fact.seen, fact.cores, fact.times
