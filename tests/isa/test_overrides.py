from typing import cast

import numpy as np
import pytest

from isa.assembler import assemble
from tests.isa.examples import SMALL, messages, summaries, target, value

TEXT = ".equ K 2\n.param ROWS 32\n.param COLS ROWS*K"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (7, 7),
        (-7, -7),
        ("7", 7),
        (" 0x10 ", 16),
        ("-(4*1024)", -4096),
        ("7//2", 3),
        ("1 < 2", 1),
    ],
)
def test_values(given: int | str, expected: int) -> None:
    assert value("N0", SMALL, result=given) == expected


def test_integers_of_other_libraries() -> None:
    assert value("0", SMALL, result=cast(int, np.int64(5))) == 5


def test_params_of_a_program() -> None:
    assert assemble(TEXT, SMALL).params == {"ROWS": 32, "COLS": 64}
    assert assemble(TEXT, SMALL, defines={"ROWS": 8}).params == {"ROWS": 8, "COLS": 16}
    assert assemble(".if core\n.param A core*5\n.endif", target(3)).params == {"A": 5}


@pytest.mark.parametrize("default", ["1/0", "unknown", "9999 * unknown"])
def test_an_overridden_default_is_not_evaluated(default: str) -> None:
    assert value(default, SMALL, result=3) == 3


def test_an_overridden_default_is_parsed() -> None:
    assert summaries(".param N (4", defines={"N": 3}) == ["1:10: this '(' is never closed"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("ROWS", "x", "-D ROWS=x: 'x' is not an integer\n    hint: a value cannot use names"),
        ("ROWS", "", "-D ROWS=: the value is not an integer"),
        ("ROWS", "4;", "-D ROWS=4;: the value is not an integer"),
        ("ROWS", "4 5", "-D ROWS=4 5: unexpected '5' after the value"),
        ("ROWS", "1.5", "-D ROWS=1.5: unexpected '.' after the value"),
        (
            "ROWS",
            "4K",
            "-D ROWS=4K: malformed number '4K'\n    hint: numbers are decimal (4096, 4_096) or hexadecimal (0x1000)",
        ),
        ("ROWS", "1/0", "-D ROWS=1/0: division by zero"),
        ("ROWS", 1.5, "-D ROWS=1.5: the value is a float, expected an integer"),
        ("ROWS", None, "-D ROWS=None: the value is a NoneType, expected an integer"),
        ("ROWS", "9" * 4001, f"-D ROWS={'9' * 72}…: the value has more than 4,000 digits"),
        ("2x", 4, "-D 2x=4: '2x' is not a name\n    hint: a name holds letters, digits and underscores"),
        ("", 4, "-D =4: the name is missing\n    hint: a name holds letters, digits and underscores"),
        ("cores", 4, "-D cores=4: 'cores' is predefined and cannot be overridden\n    hint: the machine decides it"),
        ("ROW", 4, "-D ROW=4: the program has no .param 'ROW'\n    hint: did you mean 'ROWS'?"),
        ("rows", 4, "-D rows=4: the program has no .param 'rows'\n    hint: did you mean 'ROWS'?"),
        ("x", 4, "-D x=4: the program has no .param 'x'\n    hint: its .params are ROWS, COLS"),
        ("K", 4, "-D K=4: the program has no .param 'K'\n    hint: 'K' is an .equ, in line 1"),
    ],
)
def test_errors(name: str, given: object, message: str) -> None:
    assert messages(TEXT, defines={name: cast(int, given)}) == (message,)


def test_the_largest_value() -> None:
    largest = 10**4000 - 1
    assert value("0", SMALL, result=largest) == largest
    assert messages(TEXT, defines={"ROWS": 10**5000}) == ("-D ROWS=…: the value has more than 4,000 digits",)


def test_a_program_without_params() -> None:
    assert messages("", defines={"N": 4}) == ("-D N=4: the program has no .param 'N'\n    hint: it has no .param",)


def test_a_param_that_no_core_takes() -> None:
    text = ".if core == 5\n.param N 1\n.endif"
    assert messages(text, target(2), {"N": 4}) == ("-D N=4: no core takes the .param 'N' in line 2",)
    assert messages(text, target(6), {"N": 4}) == ()


def test_overrides_after_an_error_directive() -> None:
    text = ".param M 3\n.error stop\n.param N 1"
    assert summaries(text, defines={"M": 1, "N": 4}) == ["2:1: stop"]
    assert summaries(text, defines={"NN": 4}) == ["-D NN=4: the program has no .param 'NN'", "2:1: stop"]


def test_a_name_that_is_no_text() -> None:
    assert messages("", defines=cast(dict[str, int], {3: 4})) == (
        "-D 3=4: '3' is not a name\n    hint: a name holds letters, digits and underscores",
    )


def test_wrong_overrides_and_wrong_lines_are_reported_together() -> None:
    assert summaries(f"{TEXT}\nmove DRAM NRAM ROWS\nbad", defines={"ROWS": "x", "y": 4}) == [
        "-D ROWS=x: 'x' is not an integer",
        "-D y=4: the program has no .param 'y'",
        "5:1: unknown instruction 'bad'",
    ]
