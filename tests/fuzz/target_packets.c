/* Captures, pcap and pcapng: whatever the bytes are, there is a trace or a problem, and what the trace holds
 * can be shown and compared.
 */
#include "capture_claims.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const clients[] = {NULL, NULL, "10.0.0.1", "10.0.0.2:80"};
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    CaptureSelection selection = {.client = clients[size % G_N_ELEMENTS(clients)],
                                  .connection = size % 7 == 0 ? 2 : 0,
                                  .from = size % 5 == 0 ? SIM_MILLISECOND : 0,
                                  .keeps_twins = size % 3 == 0};
    CaptureProblem problem = {.message = NULL};
    g_autoptr(Trace) trace =
        capture_read_packets((const char *)data, size, &selection, notes, &problem);

    for (guint i = 0; i < notes->len; i++)
        claim_printable(g_ptr_array_index(notes, i), ' ');
    capture_claims(trace, &problem);
    capture_problem_clear(&problem);
    return 0;
}
