// The decoder of a core: takes its instructions in order, dispatches them, counts loops and waits at syncs.
//
// It spends `cycles` on each instruction. In the cycle after those it acts: what the instruction says is done, if
// nothing keeps it from that, in no time at all, and this cycle is the first of those of the next instruction.

module decoder
    import instruction_set::*;
#(
    parameter int UNITS = 5,
    parameter int LOOPS = 8                        // that can nest
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] cycles,        // at least 1, stable while running
    input  logic [ADDRESS_BITS-1:0] length,        // of the program, stable while running
    output logic [ADDRESS_BITS-1:0] pc,
    input  word_t word,                            // the instruction at `pc`
    input  logic [UNITS-1:0] room,                 // in the issue queue of each unit
    output logic [UNITS-1:0] offer,                // to one unit: `offered`
    output entry_t offered,
    input  logic [UNITS-1:0] completed,            // an instruction of each unit
    output logic arrived_at_cluster,               // at a barrier, until it is released
    output logic arrived_at_chip,
    input  logic release_cluster,
    input  logic release_chip,
    output logic halted,                           // from the boundary on at which the core has halted
    output state_t state
);
    localparam int COUNT_BITS = 12;                // of what can be under way: more than all queues and lines hold

    logic [SETTING_BITS-1:0] left;                 // cycles of decoding, from the next boundary on
    logic [COUNT_BITS-1:0] outstanding;            // dispatched and not complete
    logic [COUNT_BITS-1:0] outstanding_now;        // at this boundary, but for what is dispatched at it
    logic acts, waits_for_own, goes_on;
    logic enter, repeats, last;                    // of the loop stack
    logic [ADDRESS_BITS-1:0] following, pc_now;
    logic ended_now;
    state_t waiting_for;

    opcode_t opcode;
    logic [UNIT_BITS-1:0] unit;
    logic [ADDRESS_BITS-1:0] target;
    logic [AMOUNT_BITS-1:0] amount;
    assign opcode = word.opcode;
    assign unit = word.unit;
    assign target = word.target;
    assign amount = word.amount;

    // At this boundary, what is left undone.
    assign outstanding_now = outstanding - COUNT_BITS'($countones(completed));
    assign waits_for_own = outstanding_now != 0;

    assign acts = state == DECODING ? left == 0 && pc != length : state != ENDED;

    assign offered.pc = pc;
    assign offered.amount = amount;
    assign offer = acts && opcode == DISPATCH ? (UNITS'(1) << unit) & room : '0;

    assign arrived_at_cluster = acts && opcode == SYNC_CLUSTER && !waits_for_own;
    assign arrived_at_chip = acts && opcode == SYNC_CHIP && !waits_for_own;

    assign enter = acts && opcode == LOOP && amount != 0;
    assign repeats = acts && opcode == ENDLOOP;

    loop_stack #(.LOOPS(LOOPS)) loops (.count(amount), .*);

    // Whether it goes on to another instruction, and which; or what it waits for.
    always_comb begin
        goes_on = acts;
        following = pc + 1'b1;
        waiting_for = SYNC;
        case (opcode)
            DISPATCH: begin
                goes_on = |offer;
                waiting_for = QUEUE;
            end
            LOOP: if (amount == 0) following = target + 1'b1;
            ENDLOOP: if (!last) following = target + 1'b1;
            SYNC_CORE: goes_on = acts && !waits_for_own;
            SYNC_CLUSTER: begin
                goes_on = arrived_at_cluster && release_cluster;
                if (arrived_at_cluster) waiting_for = BARRIER;
            end
            SYNC_CHIP: begin
                goes_on = arrived_at_chip && release_chip;
                if (arrived_at_chip) waiting_for = BARRIER;
            end
            default: goes_on = 1'b0;
        endcase
    end

    assign pc_now = goes_on ? following : pc;
    assign ended_now = pc_now == length;
    assign halted = ended_now && !(|offer) && !waits_for_own;

    always_ff @(posedge clock) begin
        if (reset) begin
            state <= DECODING;
            pc <= '0;
            left <= cycles;
            outstanding <= '0;
        end else begin
            pc <= pc_now;
            outstanding <= outstanding_now + COUNT_BITS'(|offer);
            if (ended_now) state <= ENDED;
            else if (goes_on) state <= DECODING;
            else if (acts) state <= waiting_for;
            if (goes_on) left <= cycles - 1'b1;
            else if (left != 0) left <= left - 1'b1;
        end
    end
endmodule
