// A DMA channel: spends `setup` cycles on each move, then asks its port for a beat in every cycle until it has `amount`.

module dma_channel
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
    input  logic [SETTING_BITS-1:0] beat_cycles,   // at least 1
    input  logic offer,                            // the decoder dispatches `offered`; only where there is `room`
    input  entry_t offered,
    output logic room,
    output logic ask,                              // for a beat, which begins in this cycle if the port grants it
    input  logic grant,
    output logic started,                          // in this cycle: begins `started_pc`,
    output logic freed,                            //   is done with `freed_pc`,
    output logic completed,                        //   the data of the oldest are there
    output logic [ADDRESS_BITS-1:0] started_pc,
    output logic [ADDRESS_BITS-1:0] freed_pc
);
    logic busy;
    logic [SETTING_BITS-1:0] setup_left;           // cycles, from the next boundary on
    logic [SETTING_BITS-1:0] beat_left;            // of the beat in progress
    logic [AMOUNT_BITS-1:0] to_ask;                // beats
    entry_t given;

    // What holds in this cycle, once a move that begins in it has been taken in.
    logic [SETTING_BITS-1:0] setup_now;
    logic [AMOUNT_BITS-1:0] to_ask_now;

    assign freed = busy && setup_left == 0 && to_ask == 0 && beat_left == 0;
    assign started_pc = given.pc;
    assign setup_now = started ? setup : setup_left;
    assign to_ask_now = started ? given.amount : to_ask;
    assign ask = setup_now == 0 && to_ask_now != 0;

    issue_queue #(.DEPTH(DEPTH)) queue (
        .take(!busy || freed), .give(started), .*
    );
    latency_line #(.LATENCY_BITS(LATENCY_BITS)) result (.*);

    always_ff @(posedge clock) begin
        if (reset) begin
            busy <= 1'b0;
            setup_left <= '0;
            beat_left <= '0;
            to_ask <= '0;
        end else begin
            if (started) busy <= 1'b1;
            else if (freed) busy <= 1'b0;

            setup_left <= setup_now == 0 ? '0 : setup_now - 1'b1;
            to_ask <= grant ? to_ask_now - 1'b1 : to_ask_now;
            if (grant) beat_left <= beat_cycles - 1'b1;
            else if (beat_left != 0) beat_left <= beat_left - 1'b1;
        end
        if (started) freed_pc <= given.pc;
    end
endmodule
