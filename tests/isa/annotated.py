"""Random annotated programs, as text."""

from hypothesis import strategies as st

from isa.operation_spec import evaluated
from isa.operations import OPERATIONS
from isa.target import Target
from tests.isa.examples import target

BEAT = 64
"""What moves of several rows have whole numbers of."""

MEMORIES = ("DRAM", "SharedRAM", "NRAM", "WRAM")
SPACE = 1 << 16
"""Addresses stay below; every memory is larger."""


@st.composite
def _addresses(draw: st.DrawFn, counters: tuple[str, ...]) -> str:
    """An address of at most 40,000 in loops of at most four iterations."""
    terms = [str(draw(st.integers(0, 9000)))]
    for counter in counters:
        terms += draw(
            st.lists(
                st.sampled_from(
                    [
                        f"{counter} * {draw(st.integers(0, 900))}",
                        f"{counter} % 2 * {draw(st.integers(0, 3000))}",
                        f"({counter} + {draw(st.integers(0, 3))}) // 2 * {draw(st.integers(0, 900))}",
                        f"({counter} < {draw(st.integers(0, 4))}) * 500",
                        f"(3 - {counter}) * {draw(st.integers(0, 900))}",
                        "core * 64",
                    ]
                ),
                max_size=2,
            )
        )
    return " + ".join(draw(st.permutations(terms)))


@st.composite
def _moves(draw: st.DrawFn, on: Target, counters: tuple[str, ...]) -> list[str]:
    src, dst = draw(st.sampled_from(sorted(on.paths)))
    size = draw(st.integers(1, 600))
    if not draw(st.booleans()):
        return [f"move {src} {dst} {size}"]
    strides = ""
    if draw(st.booleans()):
        rows = draw(st.integers(1, 5))
        size = size if rows == 1 else draw(st.integers(1, 5)) * BEAT
        strides = f", {rows}, {draw(st.integers(0, 700))}, {size + draw(st.integers(0, 100))}"
    return [f"move {src}[{draw(_addresses(counters))}] {dst}[{draw(_addresses(counters))}] {size}{strides}"]


@st.composite
def _computes(draw: st.DrawFn, on: Target, counters: tuple[str, ...]) -> list[str]:
    spec = OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS.keys() - {"gather"})))]  # it may fail: that is up to data
    width = draw(st.sampled_from([32, 16, 8]))
    if not draw(st.booleans()):
        return [f"compute {spec.kind}_{width} {draw(st.integers(1, 999))}"]
    sizes = [draw(st.integers(1, 6)) for _ in spec.dims]
    options = draw(st.lists(st.sampled_from(sorted(spec.options)), unique=True)) if spec.options else []
    num = evaluated(spec.num, spec.named(sizes, options))
    leading: list[str] = []
    if not spec.settings:
        leading = [str(draw(st.integers(6, 9))) for _ in range(draw(st.integers(0, len(spec.leading))))]
    places = [f"{draw(st.sampled_from(['NRAM', 'WRAM']))}[{draw(_addresses(counters))}]" for _ in spec.operands]
    return [
        f"compute {spec.kind}_{width} {num} : {spec.name} {', '.join([*places, *map(str, sizes), *leading, *options])}"
    ]


@st.composite
def _loops(draw: st.DrawFn, on: Target, counters: tuple[str, ...]) -> list[str]:
    name = draw(st.sampled_from(["i", "j", "n", "T"]))
    count = draw(st.integers(0, 4))
    is_named = name not in counters and draw(st.booleans())
    body = draw(_bodies(on, (*counters, name) if is_named else counters))
    return [f"loop {count} {name}" if is_named else f"loop {count}", *body, "endloop"]


@st.composite
def _bodies(draw: st.DrawFn, on: Target, counters: tuple[str, ...] = ()) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        kinds = [_moves(on, counters), _computes(on, counters), st.just(["sync"])]
        lines += draw(st.one_of(*kinds, _loops(on, counters)) if len(counters) < 3 else st.one_of(*kinds))
    return lines


@st.composite
def annotated_texts(draw: st.DrawFn) -> tuple[str, Target]:
    """A program with tensors, expectations, and cores that may differ; it never leaves its memories."""
    on = target(draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    lines = [".tensor x DRAM f32 128 256", ".tensor y DRAM[140_000] f32 128 256", ".expect y = relu x"]
    if draw(st.booleans()):
        lines.append(f".tensor {draw(st.sampled_from(['a', 'b']))} NRAM[core * 8] i8 {draw(st.integers(1, 9))}")
    lines += draw(_bodies(on))
    if draw(st.booleans()):
        lines += [".if core % 2", *draw(_bodies(on)), ".else", *draw(_bodies(on)), ".endif"]
    if draw(st.booleans()):
        lines += draw(_bodies(on))
    if draw(st.booleans()):
        lines += [".param T 5", ".tensor n NRAM f16 core + 1"]
    return "\n".join(lines), on
