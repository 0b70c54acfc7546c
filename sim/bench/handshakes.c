/* Handshakes: SYN, SYN-ACK, ACK, FIN, ACK, FIN, ACK, and TIME-WAIT run out, N times. */
#include "bench/handshakes.h"

#include "bench/sample.h"

/* A client has 25,536 ports for one port of a server.  So the server has several, and each serves
 * half as many connections as it could; its turn comes again when all those have ended.  Segments
 * that are lost keep some longer: the client passes over their ports. */
enum { CONNECTIONS_A_TURN = 12500, FIRST_SERVER_PORT = 1024, SERVER_PORTS_MAX = 64000 };

static const SimTime delay = 10 * SIM_MILLISECOND;

/* How long a connection stays ESTABLISHED.  The server enters and leaves that state one delay later
 * than the client: for so many to be there at both ends, each stays for the time in which so many
 * are opened, and one delay more. */
static SimTime stay(const HandshakeLoad *load)
{
    if (load->concurrent == 0)
        return 0;
    return (SimTime)(load->concurrent * load->gap_us) * SIM_MICROSECOND + delay;
}

/* SYN to ESTABLISHED, FIN to TIME-WAIT: a round trip each. */
static guint ports_of(const HandshakeLoad *load)
{
    SimTime life = 4 * delay + stay(load) + load->time_wait;
    guint64 open = (guint64)(life / SIM_MICROSECOND) / load->gap_us;
    guint64 turns = (load->count + CONNECTIONS_A_TURN - 1) / CONNECTIONS_A_TURN;

    if (open < CONNECTIONS_A_TURN)
        return 1;
    return (guint)MIN(MIN(open / CONNECTIONS_A_TURN + 2, turns), SERVER_PORTS_MAX);
}

static void append_us(GString *out, SimTime time)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT "us", time / SIM_MICROSECOND);
}

static void append_world(GString *out, const HandshakeLoad *load)
{
    static const char *const hosts[] = {"client", "server"};

    for (guint i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_string_append_printf(out, "host %s rfc6298 time-wait=", hosts[i]);
        append_us(out, load->time_wait);
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "link client server delay=10ms");
    if (load->loss != NULL)
        g_string_append_printf(out, " loss=%s", load->loss);
    if (load->jitter != NULL)
        g_string_append_printf(out, " jitter=%s", load->jitter);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < ports_of(load); i++)
        g_string_append_printf(out, "at 0s server listen port=%u\n", FIRST_SERVER_PORT + i);
}

/* The client closes at once, or later; the server when it has answered the FIN.  So no segment
 * does two things, and there are seven. */
static void append_ends(GString *out, const HandshakeLoad *load)
{
    g_string_append(out, "when client ESTABLISHED ");
    if (load->concurrent > 0) {
        g_string_append(out, "after ");
        append_us(out, stay(load));
        g_string_append_c(out, ' ');
    }
    g_string_append(out, "client close\nwhen server CLOSE-WAIT server close\n");
}

static void append_connects(GString *out, const HandshakeLoad *load)
{
    guint ports = ports_of(load);
    guint64 turn = ports == 1 ? load->count : CONNECTIONS_A_TURN;

    for (guint64 i = 0; i < load->count; i += turn) {
        g_string_append(out, "at ");
        append_us(out, (SimTime)(i * load->gap_us) * SIM_MICROSECOND);
        g_string_append_printf(out,
                               " client connect server port=%u rate=%" G_GUINT64_FORMAT
                               "/s count=%" G_GUINT64_FORMAT "\n",
                               FIRST_SERVER_PORT + (guint)(i / turn % ports),
                               1000000 / load->gap_us, MIN(turn, load->count - i));
    }
}

char *bench_handshakes_scenario(const HandshakeLoad *load)
{
    GString *out = g_string_new("title \"Connections opened and closed\"\n");

    append_world(out, load);
    append_ends(out, load);
    append_connects(out, load);
    return g_string_free(out, FALSE);
}

static void append_parameters(BenchLine *line, const HandshakeLoad *load)
{
    bench_line_count(line, "gap_us", load->gap_us);
    if (load->concurrent > 0)
        bench_line_count(line, "concurrent", load->concurrent);
    if (load->loss != NULL)
        bench_line_word(line, "loss", load->loss);
    if (load->jitter != NULL)
        bench_line_word(line, "jitter", load->jitter);
}

/* Of those that opened: others were asked for, and lost.  None have no time each. */
static void append_speed(BenchLine *line, const BenchCost *cost, const BenchSample *counted)
{
    guint64 opened = counted->first_host.opened, events = counted->counters.events;

    bench_line_number(line, "connections_per_s", (double)opened / cost->seconds, 0);
    bench_line_number(line, "events_per_s", (double)events / cost->seconds, 0);
    if (opened > 0)
        bench_line_number(line, "ns_per_connection", cost->seconds * 1e9 / (double)opened, 0);
}

static BenchLine *tell(const HandshakeLoad *load, const BenchCost *cost, const BenchSample *counted,
                       guint times)
{
    BenchLine *line = bench_line_new("handshakes");
    const TraceHostCounters *client = &counted->first_host, *server = &counted->second_host;

    append_parameters(line, load);
    bench_line_count(line, "connections", load->count);
    bench_line_count(line, "opened", client->opened);
    bench_line_count(line, "closed", client->ended);
    bench_line_count(line, "segments", counted->counters.sent);
    bench_line_count(line, "runs", times);
    bench_line_number(line, "seconds", cost->seconds, 3);
    bench_line_number(line, "cpu_seconds", cost->cpu_seconds, 3);
    append_speed(line, cost, counted);
    bench_line_count(line, "peak_open", client->open_most);
    bench_line_count(line, "peak_established",
                     MIN(client->established_most, server->established_most));
    bench_line_number(line, "bytes_per_connection",
                      (double)cost->bytes / (double)MAX(client->open_most, 1), 0);
    bench_line_count(line, "peak_bytes", cost->peak_bytes);
    return line;
}

BenchLine *bench_handshakes(const HandshakeLoad *load, const Plan *plan, const LabOptions *options,
                            guint times, GError **error)
{
    BenchSample timed, counted;

    if (!bench_plan_and_count(plan, options, times, &timed, &counted, error))
        return NULL;
    return tell(load, &timed.cost, &counted, times);
}
