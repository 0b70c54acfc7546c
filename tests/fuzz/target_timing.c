/* Timing tables: facts, or errors that point into the file; one held against itself has not moved. */
#include <string.h>

#include "claims.h"
#include "expect/timing.h"
#include "fuzz.h"
#include "report_claims.h"

static void hold(const TimingTable *table)
{
    static const PlanTolerance exact = {0, 0};
    g_autoptr(GPtrArray) results = expect_timing_hold("fuzz.table", table, table, &exact);

    for (guint i = 0; i < results->len; i++)
        g_assert(((const ExpectResult *)g_ptr_array_index(results, i))->ok);
}

/* Without its first fact, the other way round: what is said of that can be printed. */
static void hold_shorter(const TimingTable *table)
{
    static const PlanTolerance loose = {SIM_SECOND, 0};
    g_autoptr(GArray) shorter = g_array_new(FALSE, FALSE, sizeof(TimingFact));

    for (guint i = table->len; i > 1; i--)
        g_array_append_val(shorter, *timing_fact(table, i - 1));
    g_autoptr(GPtrArray) results = expect_timing_hold("fuzz.table", table, shorter, &loose);
    claim_reports(results);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(TimingTable) table =
        expect_timing_read("fuzz.table", (const char *)data, size, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);

    g_assert((table == NULL) == diagnostics_any(diagnostics));
    claim_printable(said, '\n');
    if (table != NULL) {
        hold(table);
        hold_shorter(table);
    }
    return 0;
}

static const char *const words[] = {
    "t_s,who,event,what,note",
    "0.0000",
    "3.02",
    "9223372036.854775807",
    "9223372036.854775808",
    "-1",
    "1.0000000001",
    "client",
    "client.1",
    "client.2",
    "client.0",
    "server:80",
    "server:65536",
    "run",
    "sends",
    "forges",
    "enters",
    "told",
    "ends",
    "last",
    "SYN",
    "SYN-ACK",
    "ACK",
    "DATA",
    "FIN",
    "RST",
    "any",
    "SYN-SENT",
    "ESTABLISHED",
    "TIME-WAIT",
    "CLOSED",
    "ETIMEDOUT",
    "ECONNREFUSED",
    "quiet",
    "stop",
    "max-time",
    "lost",
    "dup",
    "delay",
    "corrupt",
    "gives-up",
    "\"a \"\"b\"\"\"",
    "\"",
    "\r",
    "\x1b[2J",
    "\xff",
    "é",
    "# a note",
};

const char *fuzz_word(uint64_t seed)
{
    return words[seed % G_N_ELEMENTS(words)];
}

char *fuzz_line(uint64_t seed)
{
    (void)seed;
    return NULL;
}
