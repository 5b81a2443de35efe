// Delays the moment at which a unit is free by the latency after which its result is complete.

module latency_line #(
    parameter int LATENCY_BITS = 7
) (
    input  logic clock,
    input  logic reset,
    input  logic [LATENCY_BITS-1:0] latency,       // stable while running
    input  logic freed,
    output logic completed                         // `latency` cycles after `freed`
);
    localparam int LONGEST = 2 ** LATENCY_BITS - 1;

    logic [LONGEST:0] line;                        // line[k]: freed k cycles ago
    logic [LONGEST-1:0] earlier;

    assign line = {earlier, freed};
    assign completed = line[latency];

    always_ff @(posedge clock) begin
        if (reset) earlier <= '0;
        else earlier <= line[LONGEST-1:0];
    end
endmodule
