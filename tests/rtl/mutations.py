"""Errors made on purpose, each with the hand-made cases on which the models must then disagree.

Most are made in the hardware; the last ones in the instruction words, the simulator and the reference model.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """Puts `new` in the place of `old`, which stands once in `file`."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutation:
    """An error, and the names of the cases that must show it."""

    name: str
    edits: tuple[Edit, ...]
    caught_by: tuple[str, ...]


PORT, QUEUE, LATENCY = "tests/rtl/port.sv", "tests/rtl/issue_queue.sv", "tests/rtl/latency_line.sv"
COMPUTE, CHANNEL, DECODER = "tests/rtl/compute_unit.sv", "tests/rtl/dma_channel.sv", "tests/rtl/decoder.sv"
BARRIER, CHIP, WORDS = "tests/rtl/barrier.sv", "tests/rtl/chip.sv", "tests/rtl/words.py"
ADVANCE = "from_pointer <= ~(grant | (grant - 1'b1));"

MUTATIONS = (
    Mutation(
        "the pointer of a port is not advanced",
        (Edit(PORT, ADVANCE, "from_pointer <= from_pointer;"),),
        ("all cores ask at once", "rivals come and go", "all four at the chip's port"),
    ),
    Mutation(
        "the pointer moves only when there are rivals",
        (Edit(PORT, ADVANCE, f"if (|(ask & ~grant)) {ADVANCE}"),),
        ("core 0 asks alone, then with core 1", "core 2 asks alone, then with all"),
    ),
    Mutation(
        "the pointer stays at the granted core",
        (Edit(PORT, ADVANCE, "from_pointer <= ~(grant - 1'b1);"),),
        ("all cores ask a slow port", "pointers of two clusters"),
    ),
    Mutation(
        "the pointer returns to the lowest core when nobody asks",
        (Edit(PORT, "end else if (left != 0)", "end else if (ask == '0) from_pointer <= '1; else if (left != 0)"),),
        ("core 0 asks alone, then with core 1", "core 2 asks alone, then with all"),
    ),
    Mutation(
        "a beat occupies its port for a cycle more",
        (Edit(PORT, "left <= beat_cycles - 1'b1;", "left <= beat_cycles;"),),
        ("slow beats", "rows that do not divide", "a rival comes during a slow beat"),
    ),
    Mutation(
        "a cluster's port is shared by the chip",
        (Edit(CHIP, "SCOPE == PER_CLUSTER ? CORES : 1", "SCOPE == PER_CLUSTER ? ALL : 1"),),
        ("clusters have near ports of their own", "pointers of two clusters"),
    ),
    Mutation(
        "a queue is one deeper",
        (Edit(QUEUE, "count < depth", "count <= depth"),),
        ("queue of one is full", "queue of two is full", "full queue of a channel"),
    ),
    Mutation(
        "a full queue has no room in the cycle in which one leaves",
        (Edit(QUEUE, "room = take || count < depth", "room = count < depth"),),
        ("queue has room as the unit is freed", "queue of 64 is full"),
    ),
    Mutation(
        "an idle unit starts a cycle after the dispatch",
        (
            Edit(QUEUE, "give = take && (offer || count != 0)", "give = take && count != 0"),
            Edit(QUEUE, "enters = offer && !(take && count == 0)", "enters = offer"),
        ),
        ("one compute", "one move", "sync reached as the last completes"),
    ),
    Mutation(
        "a latency is one less",
        (Edit(LATENCY, "line[latency]", "line[latency == 0 ? latency : latency - 1'b1]"),),
        (
            "end long after the program",
            "compute with setup and latency of 1",
            "move with setup and latency of 1",
            "barrier waits for latencies",
        ),
    ),
    Mutation(
        "a compute unit is occupied until its result is there",
        (
            Edit(COMPUTE, "setup) + given.amount", "setup) + AMOUNT_BITS'(latency) + given.amount"),
            Edit(COMPUTE, "(LATENCY_BITS)) result (.*)", "(LATENCY_BITS)) result (.latency('0), .*)"),
        ),
        ("three completions at once", "double buffering"),
    ),
    Mutation(
        "the setup of a compute is left out",
        (Edit(COMPUTE, "AMOUNT_BITS'(setup) + given.amount", "given.amount"),),
        ("compute with setup and latency of 1",),
    ),
    Mutation(
        "a setup is overlapped with the previous move",
        (Edit(CHANNEL, "setup_now = started ? setup", "setup_now = started ? (busy ? '0 : setup)"),),
        ("setups follow moves", "full queue of a channel", "setups beside others' beats"),
    ),
    Mutation(
        "a channel without setup asks a cycle after it begins",
        (Edit(CHANNEL, "ask = setup_now == 0", "ask = !started && setup_now == 0"),),
        ("one move", "no setup behind a full queue", "all cores ask at once"),
    ),
    Mutation(
        "a sync ignores the compute unit",
        (
            Edit(DECODER, "$countones(completed)", "$countones(completed[UNITS-1:1])"),
            Edit(DECODER, "COUNT_BITS'(|offer)", "COUNT_BITS'(|offer[UNITS-1:1])"),
        ),
        ("sync waits for the compute unit", "syncs in a row"),
    ),
    Mutation(
        "a sync ignores the last channel",
        (
            Edit(DECODER, "$countones(completed)", "$countones(completed[UNITS-2:0])"),
            Edit(DECODER, "COUNT_BITS'(|offer)", "COUNT_BITS'(|offer[UNITS-2:0])"),
        ),
        ("sync waits for the last channel",),
    ),
    Mutation(
        "a decoder notes one completion a cycle",
        (Edit(DECODER, "$countones(completed)", "|completed"),),
        ("three completions at once",),
    ),
    Mutation(
        "a sync notes a completion a cycle late",
        (Edit(DECODER, "waits_for_own = outstanding_now != 0", "waits_for_own = outstanding != 0"),),
        ("syncs in a row", "sync reached as the last completes", "barrier waits for latencies"),
    ),
    Mutation(
        "a barrier is released a cycle late",
        (
            Edit(
                BARRIER,
                "assign release_now = {CORES{&arrived}};",
                "always_ff @(posedge clock) release_now <= {CORES{&arrived && !release_now[0]}};",
            ),
            Edit(
                BARRIER,
                "    input  logic [CORES-1:0] arrived,",
                "    input  logic clock,\n    input  logic [CORES-1:0] arrived,",
            ),
            Edit(CHIP, ".arrived(arrived_at_cluster", ".clock, .arrived(arrived_at_cluster"),
            Edit(CHIP, ".arrived(arrived_at_chip)", ".clock, .arrived(arrived_at_chip)"),
        ),
        ("barrier waits for the slowest", "clusters meet apart", "only a barrier"),
    ),
    Mutation(
        "a barrier does not wait for its core's own instructions",
        (
            Edit(DECODER, "SYNC_CLUSTER && !waits_for_own", "SYNC_CLUSTER"),
            Edit(DECODER, "SYNC_CHIP && !waits_for_own", "SYNC_CHIP"),
        ),
        ("barrier waits for latencies",),
    ),
    Mutation(
        "the barrier of a cluster is that of the chip",
        (
            Edit(
                DECODER,
                "goes_on = arrived_at_cluster && release_cluster",
                "goes_on = arrived_at_cluster && release_chip",
            ),
        ),
        ("clusters meet apart",),
    ),
    Mutation(
        "an instruction is decoded while the one before it waits",
        (
            Edit(
                DECODER,
                "if (goes_on) left <= cycles - 1'b1;",
                "if (goes_on) left <= state == DECODING ? cycles - 1'b1 : '0;",
            ),
        ),
        ("slow decoder", "barrier waits for the slowest"),
    ),
    Mutation(
        "a loop of no iterations has its endloop decoded",
        (
            Edit(
                DECODER,
                "LOOP: if (amount == 0) following = target + 1'b1;",
                "LOOP: if (amount == 0) following = target;",
            ),
            Edit(DECODER, "enter = acts && opcode == LOOP && amount != 0", "enter = acts && opcode == LOOP"),
        ),
        ("loop of no iterations",),
    ),
    Mutation(
        "a core halts at the end of its program",
        (Edit(DECODER, "halted = ended_now && !(|offer) && !waits_for_own", "halted = ended_now"),),
        ("end long after the program", "loop ends the program"),
    ),
    Mutation(
        "beats are rounded down",
        (Edit(WORDS, "return whole + 1 if rest else whole", "return max(whole, 1)"),),
        ("bytes that do not divide", "operations that do not divide"),
    ),
    Mutation(
        "beats carry bytes of more than one row",
        (Edit(WORDS, "rows * _divided(size, port.beat_bytes)", "_divided(rows * size, port.beat_bytes)"),),
        ("rows that do not divide",),
    ),
    Mutation(
        "the simulator rounds operations down",
        (Edit("dlpsim/costs.py", "-(-num // rate)", "max(num // rate, 1)"),),
        ("operations that do not divide",),
    ),
    Mutation(
        "a queue of the simulator is one deeper",
        (Edit("dlpsim/machine/issue_queue.py", "len(self._steps) >= self._depth", "len(self._steps) > self._depth"),),
        ("queue of one is full", "full queue of a channel"),
    ),
    Mutation(
        "the simulator's pointer stays at the core that it has served",
        (Edit("dlpsim/machine/port.py", "self._pointer = core + 1", "self._pointer = core"),),
        ("core 0 asks alone, then with core 1",),
    ),
    Mutation(
        "the reference model's pointer is not advanced",
        (Edit("tests/reference/model.py", "port.pointer = (position + 1) % len(port.cores)", "pass"),),
        ("all cores ask at once", "rivals come and go"),
    ),
    Mutation(
        "a latency of the reference model is one less",
        (
            Edit(
                "tests/reference/model.py",
                "unit.draining[0].freed + unit.latency",
                "unit.draining[0].freed + max(unit.latency - 1, 0)",
            ),
        ),
        ("end long after the program",),
    ),
)
