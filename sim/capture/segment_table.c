/* A segment table as a trace.
 *
 * The trace wants addresses, ports and absolute numbers, which a table has not: every host gets an
 * address, every connection a port, and initial numbers are 0.  How the table numbers connections
 * and counts sequence numbers stands, whatever trace/flows.h would have made of it.
 */
#include "capture/capture.h"
#include "capture/rows.h"
#include "trace/repeats.h"

enum {
    FIRST_ADDRESS = 0x0a000001, /* 10.0.0.1 */
    SERVER_PORT = 80,
    FIRST_PORT = 1024,
    CONNECTIONS_MAX = 64000,
};

/* A connection of the table: the first two hosts that send on it are its ends. */
typedef struct Connection {
    guint32 number;
    guint16 port;
    TraceHost ends[2]; /* TRACE_NO_HOST: not seen */
} Connection;

static Connection *connection_of(GHashTable *connections, guint32 number)
{
    return g_hash_table_lookup(connections, GUINT_TO_POINTER(number));
}

static void see_end(Connection *connection, TraceHost host)
{
    for (guint i = 0; i < 2; i++) {
        if (connection->ends[i] == host)
            return;
        if (connection->ends[i] == TRACE_NO_HOST) {
            connection->ends[i] = host;
            return;
        }
    }
}

/* NULL when there are too many. */
static GHashTable *find_connections(const GArray *rows)
{
    GHashTable *connections = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);

    for (guint i = 0; i < rows->len; i++) {
        const TableRow *row = &g_array_index(rows, TableRow, i);
        Connection *connection = connection_of(connections, row->conn);

        if (connection == NULL) {
            guint count = g_hash_table_size(connections);

            if (count == CONNECTIONS_MAX) {
                g_hash_table_destroy(connections);
                return NULL;
            }
            connection = g_new(Connection, 1);
            *connection = (Connection){
                row->conn, (guint16)(FIRST_PORT + count), {TRACE_NO_HOST, TRACE_NO_HOST}};
            g_hash_table_insert(connections, GUINT_TO_POINTER(row->conn), connection);
        }
        see_end(connection, row->host);
    }
    return connections;
}

/* A table in which one host alone sends still has two ends. */
static void add_silent_host(Trace *trace)
{
    if (trace->hosts->len != 1)
        return;
    gboolean is_client = g_strcmp0(g_ptr_array_index(trace->hosts, 0), "server") != 0;

    trace_add_host(trace, is_client ? "server" : "client");
}

/* The other end of a connection on which only `host` sends: one of the two that most tables have. */
static TraceHost other_than(TraceHost host)
{
    return host == 0 ? 1 : 0;
}

static Segment segment_of(const TableRow *row, const Connection *connection, TraceHost from,
                          TraceHost to)
{
    static const guint8 flags[SEGMENT_CLASS_COUNT] = {
        [SEGMENT_RST] = TCP_RST,
        [SEGMENT_SYN_ACK] = TCP_SYN,
        [SEGMENT_SYN] = TCP_SYN,
        [SEGMENT_FIN] = TCP_FIN,
    };
    gboolean is_first = from == connection->ends[0];

    return (Segment){
        .src_addr = FIRST_ADDRESS + from,
        .dst_addr = FIRST_ADDRESS + to,
        .src_port = is_first ? connection->port : SERVER_PORT,
        .dst_port = is_first ? SERVER_PORT : connection->port,
        .seq = row->seq,
        .ack = row->ack,
        .flags = (guint8)(flags[row->class] | (row->has_ack ? TCP_ACK : 0)),
        .window = row->window,
        .length = row->length,
        .options = row->options,
    };
}

static const TraceSeen *see(Trace *trace, const TableRow *row, const Segment *segment,
                            gboolean is_forged)
{
    TraceSeen *seen = trace_see(trace, segment, is_forged);

    if (row->conn != 0)
        seen->flow = row->conn;
    seen->seq = row->seq;
    seen->ack = row->ack;
    seen->is_counted = TRUE;
    return seen;
}

static void add_row(Trace *trace, const TableRow *row, const Connection *connection,
                    Repeats *repeats)
{
    /* Somebody else than the two ends: a forged segment, which claims to be of the first. */
    gboolean is_forged = row->host != connection->ends[0] && row->host != connection->ends[1];
    TraceHost from = is_forged ? connection->ends[0] : row->host;
    TraceHost to = connection->ends[from == connection->ends[0] ? 1 : 0];

    if (to == TRACE_NO_HOST)
        to = other_than(from);

    Segment segment = segment_of(row, connection, from, to);
    TraceEvent event = {.t = row->t, .kind = TRACE_SEND, .host = (guint16)row->host};
    event.segment.class = row->class;
    event.segment.peer = (guint16)to;
    event.segment.fate = row->fate;
    event.segment.injected = is_forged;
    event.segment.retry = repeats_count(repeats, &segment);
    event.segment.seen = see(trace, row, &segment, is_forged);
    trace_add(trace, &event);
}

Trace *capture_read_table(const char *bytes, gsize length, CaptureProblem *problem)
{
    TableRows table;
    Trace *trace = NULL;

    *problem = (CaptureProblem){0};
    if (table_rows_read(bytes, length, &table, problem)) {
        g_autoptr(GHashTable) connections = find_connections(table.rows);
        g_autoptr(Repeats) repeats = repeats_new();

        if (connections == NULL) {
            problem->message = g_strdup_printf("more than %d connections", CONNECTIONS_MAX);
        } else {
            trace = trace_new(TRACE_LEVEL_FULL);
            for (guint i = 0; i < table.hosts->len; i++)
                trace_add_host(trace, g_ptr_array_index(table.hosts, i));
            add_silent_host(trace);
            for (guint i = 0; i < table.rows->len; i++) {
                const TableRow *row = &g_array_index(table.rows, TableRow, i);

                add_row(trace, row, connection_of(connections, row->conn), repeats);
            }
        }
    }
    table_rows_clear(&table);
    return trace;
}
