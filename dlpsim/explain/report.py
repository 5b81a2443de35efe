"""What `dlpsim explain` prints for a person.

What takes the time (the critical path)
   131,072  83.1 %  compute work
"""

from collections.abc import Iterator
from textwrap import fill

from dlpsim.explain.advice import Advice
from dlpsim.explain.explanation import Explanation
from dlpsim.explain.slack import Slack
from dlpsim.views.quantities import count_text, counted, percent

WIDTH = 80


def render(explanation: Explanation) -> str:
    """Return the report."""
    run = explanation.result
    head = f"{run.program.name} on {run.machine.name}: {counted(run.cycles, 'cycle')}"
    if not run.cycles:
        return f"{head}\n\n  Nothing takes time."
    parts = [
        [head, *_faulty(explanation)],
        _path(explanation),
        _occupied(explanation),
        _without(explanation),
        _slack(explanation),
        _advice(explanation),
    ]
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def _faulty(explanation: Explanation) -> Iterator[str]:
    if explanation.known.is_faulty:
        yield "  Not right as it is: see `dlpsim check`. What makes it right may take cycles."


def _path(explanation: Explanation) -> Iterator[str]:
    yield "What takes the time: the critical path, which adds up to all cycles"
    for (unit, cause), cycles in explanation.path.by_resource().items():
        name = "decoder" if unit == "decoder" else f"{unit}, {cause.value}"
        yield f"  {count_text(cycles):>15}  {percent(cycles / explanation.result.cycles):>7}  {name}"


def _occupied(explanation: Explanation) -> Iterator[str]:
    if explanation.bound.occupations:
        yield "How long each was busy: the run cannot be shorter with this work on this machine"
    for one in explanation.bound.occupations:
        yield f"  {count_text(one.cycles):>15}  {percent(one.share(explanation.result.cycles)):>7}  {one.owner}"


def _without(explanation: Explanation) -> Iterator[str]:
    if explanation.what_ifs:
        yield "If one limit were gone, the run would take (each found by running it so)"
    total = explanation.result.cycles
    for one in explanation.what_ifs:
        saved = "no change" if one.cycles == total else f"{percent((one.cycles - total) / total)}"
        note = "  *" if one.is_bound else ""
        yield f"  {count_text(one.cycles):>15}  {saved:>9}  {one.limit}{note}"
    if any(one.is_bound for one in explanation.what_ifs):
        yield "  * a bound: without this waiting, data would be used before they are there"


def _slack(explanation: Explanation) -> Iterator[str]:
    free = [one for one in explanation.slacks if not one.matters]
    if explanation.slacks:
        yield "What could be worse, one at a time, before the run takes longer (all tried)"
    for one in free:
        yield f"  {one.parameter:<26} {_worst(one)}"
    tight = [one.parameter for one in explanation.slacks if one.matters]
    if tight:
        yield _wrapped(f"Every change for the worse is felt in: {', '.join(tight)}.", "  ")
    for memory, size in explanation.known.sizes.items():
        used = explanation.known.used[memory]
        yield f"  {'memory.' + memory + '.size':<26} {count_text(used)} bytes are used, of {count_text(size)}"


def _worst(slack: Slack) -> str:
    if slack.worst is None:
        return f"any value; it is {count_text(slack.value)}"
    return f"{count_text(slack.worst)} would do; it is {count_text(slack.value)}"


def _advice(explanation: Explanation) -> Iterator[str]:
    yield "What could be done"
    for number, one in enumerate(explanation.advice, 1):
        yield _wrapped(f"{number}. {_sentence(one, explanation.result.cycles)}", "  ", "     ")
    if not explanation.advice:
        yield "  Nothing in the order of the instructions: less work, or a faster machine."


def _sentence(advice: Advice, total: int) -> str:
    gain = f"{count_text(advice.gain)} of {counted(total, 'cycle')}"
    said = f"gains at most {gain}" if advice.is_bound else f"gains {gain} (found by running it so)"
    condition = f", if {advice.condition}" if advice.condition else ""
    return f"{advice.text[0].upper()}{advice.text[1:]}: {said}{condition}."


def _wrapped(text: str, first: str, rest: str | None = None) -> str:
    return fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
