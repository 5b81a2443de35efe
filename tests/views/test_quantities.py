import pytest

from dlpsim.views.quantities import count_text, counted, end_of, percent, rate_text, short_count, time_text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (1, "1"), (133_888, "133,888"), (10**15 - 1, "999,999,999,999,999"), (10**15, "1.000e+15")],
)
def test_count(count: int, text: str) -> None:
    assert count_text(count) == text


def test_count_beyond_floats() -> None:
    assert count_text(12345 * 10**4000) == "1.234e+4004"


@pytest.mark.parametrize(("count", "text"), [(0, "0 cycles"), (1, "1 cycle"), (1000, "1,000 cycles")])
def test_counted(count: int, text: str) -> None:
    assert counted(count, "cycle") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ns"),
        (3.4e-08, "34 ns"),
        (1e-6, "1 µs"),
        (4.752e-06, "4.752 µs"),
        (1.33888e-4, "133.9 µs"),
        (0.05, "50 ms"),
        (1.5, "1.5 s"),
        (1e30, "1e+30 s"),
    ],
)
def test_time(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


@pytest.mark.parametrize(("part", "text"), [(0, "0.0 %"), (0.0294, "2.9 %"), (1, "100.0 %")])
def test_percent(part: float, text: str) -> None:
    assert percent(part) == text


@pytest.mark.parametrize(("rate", "text"), [(64, "64"), (12.8, "12.8"), (1024.0, "1,024"), (1 / 3, "0.333"), (0, "0")])
def test_rate(rate: float, text: str) -> None:
    assert rate_text(rate) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (9999, "9999"),
        (10_000, "10k"),
        (105_415_200, "105M"),
        (999_499, "999k"),
        (999_500, "1M"),
        (4_097_000, "4.1M"),
        (15_470_264_320, "15.5G"),
        (3 * 10**12, "3T"),
    ],
)
def test_short_count(count: int, text: str) -> None:
    assert short_count(count) == text


def test_of_long_names_the_end_is_kept() -> None:
    assert end_of("conv1", 5) == "conv1"
    assert end_of("encoder/layer.11/dense", 12) == "…er.11/dense"
