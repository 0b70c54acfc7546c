/* Segment tables: a trace or a problem; what is written of the trace is read back, and written again it is
 * the same.  (The first writing escapes what a name may not have.)
 */
#include "capture_claims.h"
#include "fuzz.h"
#include "view/view.h"

/* Behind the remarks, which say what the source of the trace knew. */
static const char *rows(const GString *table)
{
    return strstr(table->str, "t_s,from,");
}

static void read_back(const Trace *trace)
{
    static const ViewOptions look = {.unicode = TRUE};
    g_autoptr(GString) out = g_string_new(NULL), out_again = g_string_new(NULL);
    CaptureProblem problem = {.message = NULL};

    view_segments(trace, &look, out);
    g_autoptr(Trace) again = capture_read_table(out->str, out->len, &problem);
    g_assert(again != NULL);
    view_segments(again, &look, out_again);
    g_assert_cmpstr(rows(out), ==, rows(out_again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CaptureProblem problem = {.message = NULL};
    g_autoptr(Trace) trace = capture_read_table((const char *)data, size, &problem);

    capture_claims(trace, &problem);
    if (trace != NULL)
        read_back(trace);
    capture_problem_clear(&problem);
    return 0;
}

static const char *const words[] = {
    "t_s,from,segment,seq,ack,len,win,options,fate,conn",
    "0.0002",
    "1.017400001",
    "9223372036.854775807",
    "99999999999999999999",
    "0.00000",
    "client",
    "server",
    "\"a \"\"b\"\"\"",
    "SYN",
    "SYN-ACK",
    "ACK",
    "DATA",
    "FIN",
    "RST",
    "any",
    "0",
    "1",
    "1448",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "-1",
    "lost",
    "dup",
    "delay",
    "corrupt",
    "pass",
    "mss 1460",
    "sackOK",
    "TS",
    "wscale 10",
    "sack x1",
    "sack x5",
    "\"mss 1460 sackOK TS wscale 10\"",
    "# a note",
    "\"",
    "\r",
    "\x1b[2J",
    "\xff",
    "é",
    "\xef\xbb\xbf",
    "'=1+1",
    "=1+1",
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
