// A port between memories: when free, grants one beat, to the first that asks at or after the pointer, cyclically.
//
// After every grant the pointer moves to the one after the granted. It is kept as a mask of those at or after it.

module port
    import instruction_set::*;
#(
    parameter int CHANNELS = 4                     // that share it, the lowest core's first
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] beat_cycles,   // that a beat occupies it; at least 1, stable while running
    input  logic [CHANNELS-1:0] ask,
    output logic [CHANNELS-1:0] grant              // at most one, in the first cycle of its beat
);
    logic [SETTING_BITS-1:0] left;                 // cycles of the beat in progress, from the next boundary on
    logic [CHANNELS-1:0] from_pointer;
    logic [CHANNELS-1:0] first;                    // askers at or after the pointer; all, if there are none

    assign first = |(ask & from_pointer) ? ask & from_pointer : ask;
    assign grant = left == 0 ? first & (~first + 1'b1) : '0;

    always_ff @(posedge clock) begin
        if (reset) begin
            left <= '0;
            from_pointer <= '1;
        end else if (|grant) begin
            left <= beat_cycles - 1'b1;
            from_pointer <= ~(grant | (grant - 1'b1));
        end else if (left != 0) left <= left - 1'b1;
    end
endmodule
