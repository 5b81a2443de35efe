import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.machine_file.problems import BadValueError
from dlpsim.sweep.values import FORM, count_values, parse_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("7", ["7"]),
        ("64, 128,256", ["64", "128", "256"]),
        ("8:64:8", ["8", "16", "24", "32", "40", "48", "56", "64"]),
        ("8:63:x2", ["8", "16", "32"]),
        ("8:64:*2", ["8", "16", "32", "64"]),
        ("1:4", ["1", "2", "3", "4"]),
        ("64:8:-24", ["64", "40", "16"]),
        ("3:3:5", ["3"]),
        ("-2:2:2", ["-2", "0", "2"]),
        ("0x10:0x20:0x8", ["16", "24", "32"]),
        ("1_000:3_000:1_000", ["1000", "2000", "3000"]),
        ("0.5:2:0.5", ["0.5", "1", "1.5", "2"]),
        ("0.1:0.3:0.1", ["0.1", "0.2", "0.3"]),
        ("8:30:x1.5", ["8", "12", "18", "27"]),
        ("64 KiB:256KiB:x2", ["64 KiB", "128 KiB", "256 KiB"]),
        ("512 KiB:1 MiB:256 KiB", ["512 KiB", "768 KiB", "1 MiB"]),
        ("1,2,4:16:x2,2", ["1", "2", "4", "8", "16"]),
        ('["DRAM->NRAM", "NRAM->DRAM"],["DRAM<->NRAM"]', ['["DRAM->NRAM", "NRAM->DRAM"]', '["DRAM<->NRAM"]']),
        ("'a,b:c',\"d\"", ["'a,b:c'", '"d"']),
        ("4*8,chip", ["4*8", "chip"]),
    ],
)
def test_values(text: str, values: list[str]) -> None:
    assert list(parse_values(text)) == values


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "a value is missing", "values stand between commas: 64,128,256"),
        ("1,,2", "a value is missing", "values stand between commas: 64,128,256"),
        ("1:2:3:4", "'1:2:3:4' is no range: it has 4 parts", FORM),
        ("a:8:1", "'a:8:1' is no range: 'a' is no number", FORM),
        ("1::2", "'1::2' is no range: '' is no number", FORM),
        ("1:8:y2", "'1:8:y2' is no range: 'y2' is no number", FORM),
        ("1 KB:8 KB:x2", "'1 KB:8 KB:x2' is no range: '1 KB' is no number", FORM),
        (f"1:{'9' * 41}", f"'1:{'9' * 37}…' is no range: '{'9' * 39}…' is no number", FORM),
        ("0x1.8:3", "'0x1.8:3' is no range: '0x1.8' is no number", FORM),
        ("8:64:0", "'8:64:0' has no end: the step is 0", FORM),
        ("8:64:x1", "'8:64:x1': the factor must be at least 1.1, the first value over 0", FORM),
        ("0:64:x2", "'0:64:x2': the factor must be at least 1.1, the first value over 0", FORM),
        (
            "64:8:8",
            "'64:8:8' is empty: no value from the first to the last",
            "a range downwards has a negative step: 64:8:-8",
        ),
        (
            "8:64:-8",
            "'8:64:-8' is empty: no value from the first to the last",
            "a range downwards has a negative step: 64:8:-8",
        ),
        ("64:8:x2", "'64:8:x2' is empty: no value from the first to the last", "a range goes upwards"),
    ],
)
def test_bad_values(text: str, message: str, hint: str) -> None:
    for read in (parse_values, count_values):
        with pytest.raises(BadValueError) as raised:
            read(text)
        assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_long_range_is_counted_without_being_written_out() -> None:
    assert count_values("1:1_000_000_000_000_000_000") == 10**18


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-7, 7).filter(bool))
def test_ranges_are_those_of_python_with_the_last_one(first: int, last: int, step: int) -> None:
    expected = [str(number) for number in range(first, last + (1 if step > 0 else -1), step)]
    text = f"{first}:{last}:{step}"
    if expected:
        assert list(parse_values(text)) == expected
        assert count_values(text) == len(expected)
    else:
        with pytest.raises(BadValueError, match="is empty"):
            parse_values(text)


@given(st.text(alphabet="0123456789:,x.-+_ [](){}'\"KiBe", max_size=12))
def test_any_text_has_values_or_is_refused(text: str) -> None:
    try:
        count = count_values(text)
    except BadValueError:
        return
    if count <= 1000:
        assert 1 <= len(parse_values(text)) <= count
