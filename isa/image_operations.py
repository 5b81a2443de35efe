"""Operations on images: convolution and pooling.

An image is an array of rows, columns and channels; what lies around it counts as zeros for a convolution, and not at
all for a pooling. `TOP` and `LEFT` say by how much the first window reaches beyond the first row and column. Where
the last windows reach beyond the last ones follows from the number of windows, so that a tile of an image is computed
as a whole image is.
"""

from isa.operation_spec import ACCUMULATE, OperandSpec, OperationSpec, Setting

_IMAGE = ("H", "W", "C")
_WINDOW = {
    "SH": Setting("1"),
    "SW": Setting("SH"),
    "TOP": Setting("0", 0),
    "LEFT": Setting("0", 0),
}
_LEADING = ("lah", "law", "lch", "lcw")


def _pooling(name: str, kind: str, option: str, summary: str, meaning: str) -> OperationSpec:
    """Return an operation that combines the elements of each window, channel by channel."""
    return OperationSpec(
        name=name,
        operands=(
            OperandSpec("c", ("OH", "OW", "C"), ("lch", "lcw"), is_written=True, is_sum=kind == "ADD"),
            OperandSpec("a", _IMAGE, ("lah", "law")),
        ),
        dims=(*_IMAGE, "OH", "OW", "KH", "KW"),
        settings=_WINDOW,
        leading=_LEADING,
        options={ACCUMULATE: option},
        kind=kind,
        num="OH*OW*C*KH*KW",
        summary=summary,
        meaning=meaning,
    )


IMAGE_OPERATIONS = (
    OperationSpec(
        name="conv",
        operands=(
            OperandSpec("c", ("OH", "OW", "M"), ("lch", "lcw"), is_written=True, is_sum=True),
            OperandSpec("a", _IMAGE, ("lah", "law")),
            OperandSpec("b", ("KH", "KW", "C//G", "M")),
        ),
        dims=(*_IMAGE, "OH", "OW", "M", "KH", "KW"),
        settings={**_WINDOW, "DH": Setting("1"), "DW": Setting("DH"), "G": Setting("1")},
        leading=_LEADING,
        options={ACCUMULATE: "adds to what C holds"},
        kind="MAC",
        num="OH*OW*M*KH*KW*(C//G)",
        summary="The convolution of an image with M kernels, in G groups of channels, which see nothing of each other.",
        meaning="Σ A[SH*y + DH*i - TOP, SW*x + DW*j - LEFT] @ B[i, j]",
        rules={"C % G == 0": "G must divide C", "M % G == 0": "G must divide M"},
    ),
    _pooling(
        "max_pool", "MAX", "compares with what C holds", "The largest element of each window.", "windows(A).max()"
    ),
    _pooling("sum_pool", "ADD", "adds to what C holds", "The sum of each window.", "windows(A).sum()"),
)
