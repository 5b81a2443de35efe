// A barrier: in the cycle in which the last of its cores has arrived, all of them go on.

module barrier #(
    parameter int CORES = 4
) (
    input  logic [CORES-1:0] arrived,              // each until it is released
    output logic [CORES-1:0] release_now
);
    assign release_now = {CORES{&arrived}};
endmodule
