"""How much of each memory a program uses."""

from collections.abc import Iterator, Sequence

from isa.check.finding import Peak
from isa.check.pairs import touch
from isa.check.sites import Share
from isa.check.stream import cores_of
from isa.target import Target


def peaks(shares: Sequence[Share], target: Target) -> Iterator[Peak]:
    """Yield the highest byte of each memory that is accessed, with the first line that reaches it."""
    for memory, size in target.memories.items():
        here = [share for share in shares if share[0].site.memory == memory]
        if not here:
            continue
        used = max(stream.high for stream, _ in here)
        stream, bits = min(
            (share for share in here if share[0].high == used),
            key=lambda share: (share[0].site, cores_of(share[1])[0], share[0].piece.corner(1)[1]),
        )
        factors = zip(stream.piece.coefficients, stream.piece.rounds, strict=True)
        q = [rounds - 1 if factor > 0 else 0 for factor, rounds in factors]
        yield Peak(memory, used, size, touch(stream, cores_of(bits)[0], q))
