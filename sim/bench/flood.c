/* Floods: N SYNs that nobody follows up. */
#include "bench/flood.h"

#include "bench/sample.h"

char *bench_flood_scenario(const FloodLoad *load)
{
    /* The run ends when the last SYN has been answered: what half-open connections repeat later is
     * no part of the flood. */
    guint64 end_us = load->count * 1000000 / load->rate + 20000;

    return g_strdup_printf("title \"SYNs that nobody follows up\"\n"
                           "host client rfc6298\n"
                           "host server rfc6298 tcp_max_syn_backlog=%" G_GUINT64_FORMAT
                           " tcp_syncookies=%u\n"
                           "link client server delay=10ms\n"
                           "at 0s server listen backlog=1024\n"
                           "at 0s flood client->server SYN rate=%" G_GUINT64_FORMAT
                           "/s count=%" G_GUINT64_FORMAT " spoofed\n"
                           "stop at %" G_GUINT64_FORMAT "us\n",
                           load->backlog, load->cookies, load->rate, load->count, end_us);
}

static BenchLine *tell(const FloodLoad *load, const BenchCost *cost, const BenchSample *counted,
                       guint times)
{
    BenchLine *line = bench_line_new("flood");
    guint64 half_open = counted->second_host.open_most;

    bench_line_count(line, "backlog", load->backlog);
    bench_line_count(line, "cookies", load->cookies);
    bench_line_count(line, "syns", load->count);
    bench_line_count(line, "runs", times);
    bench_line_number(line, "seconds", cost->seconds, 3);
    bench_line_number(line, "cpu_seconds", cost->cpu_seconds, 3);
    bench_line_number(line, "syns_per_s", (double)load->count / cost->seconds, 0);
    bench_line_number(line, "ns_per_syn", cost->seconds * 1e9 / (double)load->count, 0);
    bench_line_count(line, "half_open_peak", half_open);
    bench_line_count(line, "bytes", cost->bytes);
    /* Beside a short backlog all else weighs more: the copies under way, above all. */
    if (half_open == load->count)
        bench_line_number(line, "bytes_per_half_open", (double)cost->bytes / (double)half_open, 0);
    bench_line_count(line, "peak_bytes", cost->peak_bytes);
    return line;
}

BenchLine *bench_flood(const FloodLoad *load, const Plan *plan, const LabOptions *options,
                       guint times, GError **error)
{
    BenchSample timed, counted;

    if (!bench_plan_and_count(plan, options, times, &timed, &counted, error))
        return NULL;
    return tell(load, &timed.cost, &counted, times);
}
