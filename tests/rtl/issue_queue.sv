// The instructions of one unit that wait for it, oldest first: at most `depth`, the one being served not counted.
//
// In a cycle in which its unit takes an instruction, an empty queue passes on what is offered, and a full one has room.

module issue_queue
    import instruction_set::*;
#(
    parameter int DEPTH = 64                       // the most that `depth` can be
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] depth,         // 1 to DEPTH, stable while running
    input  logic offer,                            // the decoder dispatches `offered`; only where there is `room`
    input  entry_t offered,
    output logic room,
    input  logic take,                             // the unit is free
    output logic give,                             // it gets `given`
    output entry_t given
);
    localparam int INDEX_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;

    entry_t waiting [0:DEPTH-1];
    logic [INDEX_BITS-1:0] head, tail;
    logic [SETTING_BITS-1:0] count;
    logic enters, leaves;

    assign room = take || count < depth;
    assign give = take && (offer || count != 0);
    assign given = count != 0 ? waiting[head] : offered;
    assign leaves = take && count != 0;
    assign enters = offer && !(take && count == 0);

    function automatic logic [INDEX_BITS-1:0] after(input logic [INDEX_BITS-1:0] index);
        after = index == INDEX_BITS'(DEPTH - 1) ? '0 : index + 1'b1;
    endfunction

    always_ff @(posedge clock) begin
        if (reset) begin
            head <= '0;
            tail <= '0;
            count <= '0;
        end else begin
            if (enters) begin
                waiting[tail] <= offered;
                tail <= after(tail);
            end
            if (leaves) head <= after(head);
            if (enters && !leaves) count <= count + 1'b1;
            if (leaves && !enters) count <= count - 1'b1;
        end
    end
endmodule
