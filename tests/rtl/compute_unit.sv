// The compute unit of a core: is occupied for `setup` + `amount` cycles by each instruction.

module compute_unit
    import instruction_set::*;
#(
    parameter int DEPTH = 64,                      // the most that `depth` can be
    parameter int LATENCY_BITS = 7
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] depth,         // settings: stable while running
    input  logic [SETTING_BITS-1:0] setup,
    input  logic [LATENCY_BITS-1:0] latency,
    input  logic offer,                            // the decoder dispatches `offered`; only where there is `room`
    input  entry_t offered,
    output logic room,
    output logic started,                          // in this cycle: begins `started_pc`,
    output logic freed,                            //   is done with `freed_pc`,
    output logic completed,                        //   the result of the oldest is there
    output logic [ADDRESS_BITS-1:0] started_pc,
    output logic [ADDRESS_BITS-1:0] freed_pc
);
    logic busy;
    logic [AMOUNT_BITS-1:0] left;                  // cycles, from the next boundary on
    entry_t given;

    assign freed = busy && left == 0;
    assign started_pc = given.pc;

    issue_queue #(.DEPTH(DEPTH)) queue (
        .take(!busy || freed), .give(started), .*
    );
    latency_line #(.LATENCY_BITS(LATENCY_BITS)) result (.*);

    always_ff @(posedge clock) begin
        if (reset) busy <= 1'b0;
        else if (started) busy <= 1'b1;
        else if (freed) busy <= 1'b0;

        if (started) begin
            freed_pc <= given.pc;
            left <= AMOUNT_BITS'(setup) + given.amount - 1'b1;
        end else if (left != 0) left <= left - 1'b1;
    end
endmodule
