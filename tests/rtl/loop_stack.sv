// The loops that a decoder is in: the iterations to come of each, the present one included.

module loop_stack
    import instruction_set::*;
#(
    parameter int LOOPS = 8                        // that can nest
) (
    input  logic clock,
    input  logic reset,
    input  logic enter,                            // a loop of `count` iterations, at least 1
    input  logic [AMOUNT_BITS-1:0] count,
    input  logic repeats,                          // an iteration of the innermost loop is over
    output logic last                              // it was the last one
);
    localparam int INDEX_BITS = $clog2(LOOPS);

    logic [AMOUNT_BITS-1:0] to_come [0:LOOPS-1];
    logic [INDEX_BITS-1:0] free;                   // the first place without a loop
    logic [INDEX_BITS-1:0] innermost;

    assign innermost = free - 1'b1;
    assign last = to_come[innermost] == 1;

    always_ff @(posedge clock) begin
        if (reset) free <= '0;
        else if (enter) begin
            to_come[free] <= count;
            free <= free + 1'b1;
        end else if (repeats) begin
            if (last) free <= innermost;
            else to_come[innermost] <= to_come[innermost] - 1'b1;
        end
    end
endmodule
