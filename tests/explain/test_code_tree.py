from hypothesis import given

from dlpsim.explain.code_tree import flat, tree
from tests.machine.repeating import Run, repeating_runs
from tests.reference.examples import examples


@examples(50)
@given(repeating_runs())
def test_tree_and_back(run: Run) -> None:
    for code in run[0].cores:
        assert flat(tree(code)) == code
