"""What one core's lines expect of the tensors in DRAM."""

from collections.abc import Mapping
from dataclasses import dataclass

from isa.annotation import Reporter
from isa.expectation import Shape, ShapeError, agree, result_shape, shown
from isa.fault import Fault, Hint, quoted
from isa.operation_text import OperandText, OperationText
from isa.program import Expect, Tensor
from isa.statement import AnnotatedStatement
from isa.vocabulary import SUM_TYPES


@dataclass(frozen=True, slots=True)
class _Known:
    """What an expectation can use: a tensor, or a result above it."""

    dtype: str
    shape: Shape

    def __str__(self) -> str:
        """Return it as a message shows it."""
        return f"{self.dtype} {shown(self.shape)}"


class Expectations:
    """The expectations of one core so far. What is wrong goes to `report`.

    `tensors` holds those that are defined so far, None for one that is wrong.
    """

    def __init__(self, tensors: Mapping[str, Tensor | None], report: Reporter) -> None:
        self.stated: list[Expect] = []
        self._tensors = tensors
        self._report = report
        self._results: dict[str, _Known | None] = {}  # None: wrong
        self._starts: dict[str, tuple[int, int]] = {}  # line and token of each result's name

    def add(self, line: int, statement: AnnotatedStatement) -> None:
        """Note the expectation of a line."""
        name, text = statement.words[0], statement.operation
        if name is None or text is None:
            return
        token = statement.starts[0]
        if name in self._starts:
            message = f"{quoted(name)} already has an expectation, in line {self._starts[name][0]}"
            self._report(line, Fault(token, message))
            return
        result = self._result(line, text)
        self._starts[name] = line, token
        self._results[name] = result
        operands = tuple(operand.word for operand in text.operands)
        self.stated.append(Expect(name, text.spec.name, operands, text.options, line))

    def finish(self) -> None:
        """Report the results that are not like their tensors, and those that are neither a tensor in DRAM nor used."""
        used = {operand for expect in self.stated for operand in expect.operands}
        for expect in self.stated:
            name, result, tensor = expect.result, self._results[expect.result], self._tensors.get(expect.result)
            if name not in used and not self._is_wanted(name):
                hint = Hint(name, tuple(filter(self._is_wanted, self._tensors)))
                self._tell(name, f"{quoted(name)} is no tensor in DRAM, and nothing uses it", hint)
            elif result and tensor and not (agree(result.shape, tensor.shape) and result.dtype == tensor.dtype):
                stated = _Known(tensor.dtype, tensor.shape)
                self._tell(name, f"{quoted(name)} is {stated}, the result of {expect.operation} is {result}")

    def _tell(self, name: str, message: str, hint: object = "") -> None:
        line, token = self._starts[name]
        self._report(line, Fault(token, message, hint))

    def _is_wanted(self, name: str) -> bool:
        """Whether `name` is a tensor in DRAM, or would be if it were not wrong."""
        tensor = self._tensors.get(name)
        return tensor.memory == "DRAM" if tensor else name in self._tensors

    def _result(self, line: int, text: OperationText) -> _Known | None:
        """Return what the operation of a line gives; None where its operands are wrong."""
        found = [self._operand(line, operand) for operand in text.operands]
        operands = [operand for operand in found if operand]
        if len(operands) < len(found):
            return None
        dtypes = {operand.dtype for operand in operands}
        listed = " and ".join(f"{each.word} ({known})" for each, known in zip(text.operands, operands, strict=True))
        try:
            if len(dtypes) > 1 or not dtypes <= SUM_TYPES.keys():
                raise ShapeError(f"its operands are all {', all '.join(SUM_TYPES)}")
            shape = result_shape(text.spec, [operand.shape for operand in operands], text.options)
        except ShapeError as error:
            self._report(line, Fault(text.start, f"{text.spec.name} does not go with {listed}: {error}"))
            return None
        (dtype,) = dtypes
        return _Known(SUM_TYPES[dtype] if text.spec.operands[0].is_sum else dtype, shape)

    def _operand(self, line: int, operand: OperandText) -> _Known | None:
        """Return what an operand is: what an expectation above says, or the tensor."""
        name = operand.word
        if name in self._results:
            return self._results[name]
        tensor = self._tensors.get(name)
        if tensor and tensor.memory == "DRAM":
            return _Known(tensor.dtype, tensor.shape)
        if tensor:
            self._report(
                line, Fault(operand.start, f"{quoted(name)} lies in {tensor.memory}", "a tensor in DRAM is meant")
            )
        elif name not in self._tensors:
            known = (*self._tensors, *self._results)
            hint = Hint(name, known, "define it above, with .tensor or as what is expected")
            self._report(line, Fault(operand.start, f"unknown tensor {quoted(name)}", hint))
        return None
