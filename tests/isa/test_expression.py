import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.operators import OPERATORS
from tests.isa.examples import summaries, target, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("007", 7),
        ("1_000", 1000),
        ("0x_1F", 31),
        ("0Xff_ff", 65535),
        ("-5", -5),
        ("--5", 5),
        ("- ( - 5 )", 5),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 3 - 2", 5),
        ("100 / 7 / 2", 7),
        ("7 // 2", 3),
        ("-7 / 2", -4),
        ("-7 // 2", -4),
        ("-7 % 2", 1),
        ("7 % -2", -1),
        ("2 * -3", -6),
        ("-2 * 3", -6),
        ("-(1000 / -64)", 16),
        ("1 + 1 == 2", 1),
        ("1 < 2 - 1", 0),
        ("(1 < 2) < 1", 0),
        ("1 < (2 < 1)", 0),
        ("3 >= 3", 1),
        ("3 != 3", 0),
        ("2 <= 1", 0),
        ("1//1", 1),
        ("cores_per_cluster*clusters == cores", 1),
        ("0" * 5000 + "7", 7),
        ("9" * 4000, 10**4000 - 1),
        ("0x" + "0" * 5000 + "f", 15),
    ],
)
def test_values(text: str, expected: int) -> None:
    assert value(text, target(3, 2)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:14: .param takes NAME EXPR (2 fields), found 1"),
        ("+1", "1:15: expected a value, found '+'"),
        ("1 +", "1:18: expected a value, found the end of the line"),
        ("1 ++ 1", "1:18: expected a value, found '+'"),
        ("2 ** 3", "1:18: expected a value, found '*'"),
        ("= 3", "1:15: expected a value, found '='"),
        ("1 = 3", "1:17: unexpected '='"),
        ("1.5", "1:16: unexpected '.'"),
        ("(1", "1:15: this '(' is never closed"),
        ("(1 2)", "1:18: expected an operator or ')', found '2'"),
        ("1)", "1:16: unexpected ')'"),
        ("()", "1:16: expected a value, found ')'"),
        ("1 < 2 < 3", "1:21: comparisons do not chain"),
        ("1 == 1 + 1 != 3", "1:26: comparisons do not chain"),
        ("12ab", "1:15: malformed number '12ab'"),
        ("0x", "1:15: malformed number '0x'"),
        ("1__0", "1:15: malformed number '1__0'"),
        ("10_", "1:15: malformed number '10_'"),
        ("0b11", "1:15: malformed number '0b11'"),
        ("1 / 0", "1:17: division by zero"),
        ("1 // (2 - 2)", "1:17: division by zero"),
        ("5 % 0", "1:17: division by zero"),
        ("1 2", "1:17: .param takes NAME EXPR (2 fields), found 3"),
        ("9" * 4001, "1:15: the value has more than 4,000 digits"),
        ("0x" + "f" * 4000, "1:15: the value has more than 4,000 digits"),
        ("9" * 4000 + " + 1", "1:4016: the value has more than 4,000 digits"),
        ("-" + "9" * 4000 + " * 9", "1:4017: the value has more than 4,000 digits"),
        ("é", "1:15: expected a value, found 'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE)"),
        ("4\xa0", "1:16: unexpected (U+00A0 NO-BREAK SPACE)"),
        ("４", "1:15: expected a value, found '４' (U+FF14 FULLWIDTH DIGIT FOUR)"),
        ("\0", "1:15: expected a value, found (U+0000)"),
        ("x" * 100, f"1:15: unknown name '{'x' * 40}…'"),
        ("core(1)", "1:19: .param takes NAME EXPR (2 fields), found 3"),
        ('"a"', "1:15: expected a value, found '\"'"),
        ("core.real", "1:19: unexpected '.real'"),
    ],
)
def test_errors(text: str, message: str) -> None:
    assert summaries(f".param result {text}") == [message]


def test_squaring_stops_at_the_limit() -> None:
    squares = "\n".join(f".equ x{i + 1} x{i} * x{i}" for i in range(100))
    assert summaries(f".equ x0 1_000_000\n{squares}") == ["11:13: the value has more than 4,000 digits"]


@pytest.mark.parametrize(
    "deep", ["(" * 10_000 + "7" + ")" * 10_000, "-" * 10_000 + "7", "(" * 5000 + "core+7" + ")" * 5000]
)
def test_nesting_has_no_limit(deep: str) -> None:
    assert value(deep) == 7


def test_every_operator_is_as_in_python() -> None:
    python = {"/": operator.floordiv, "//": operator.floordiv, "*": operator.mul, "%": operator.mod}
    for entry in OPERATORS:
        for left in (-7, 0, 3, 7):
            for right in (-2, 3, 7):
                apply = python.get(entry.symbol)
                expected = apply(left, right) if apply else int(eval(f"{left} {entry.symbol} {right}"))
                assert value(f"{left} {entry.symbol} {right}") == expected


_SUMS = st.recursive(
    st.integers(0, 99).map(str) | st.just("core"),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(" ".join),
        st.tuples(inner, st.sampled_from(["==", "<", ">="]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"-{text}"),
        inner.map(lambda text: f"({text})"),
    ),
    max_leaves=12,
)


@given(_SUMS)
def test_agrees_with_python(text: str) -> None:
    try:
        expected = int(eval(text, {"core": 0}))
    except ZeroDivisionError:
        assert summaries(f".param result {text}")[0].endswith(": division by zero")
    else:
        assert value(text) == expected
