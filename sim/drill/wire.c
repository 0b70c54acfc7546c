/* Segments of the script and of the wire, and the numbers of both.
 *
 * A script numbers each side from its own first number; on all but SYN and SYN-ACK that number is 0.
 */
#include "drill/session.h"

#include <string.h>

#include "net/options.h"

enum { ECN_BITS = 3 }; /* of a TOS (RFC 3168 §5) */

enum { FAST_OPEN_MAGIC = 0xf989 }; /* RFC 7413 §8 */

enum { SERVER_PORT = 8080 }; /* packetdrill's: ours when it listens, the peer's when we connect */

/* ---- The connection ---- */

void drill_connection_begin(DrillSession *session, guint16 local_port)
{
    DrillConnection *conn = &session->conn;
    GHashTable *timestamps = conn->timestamps;
    TcpConnId number = conn->number + 1;
    gboolean is_active = local_port == 0;

    g_hash_table_remove_all(timestamps);
    g_queue_clear_full(&session->seen, g_free); /* nobody has asked for them, and now nobody can */
    session->looked_at = 0;
    *conn = (DrillConnection){.number = number, .timestamps = timestamps};
    conn->ends = (TcpEnds){.remote_address = lab_address(session->plan, 1),
                           .local_port = local_port,
                           .remote_port = is_active ? SERVER_PORT : session->next_port++};
    session->listener = -1;
}

gboolean drill_is_of_current(const DrillSession *session, const Segment *segment)
{
    const TcpEnds *ends = &session->conn.ends;
    gboolean is_new = ends->local_port == 0 && (segment->flags & TCP_SYN);

    return session->conn.number != 0 && segment->dst_port == ends->remote_port &&
           (is_new || segment->src_port == ends->local_port);
}

void drill_note_sent(DrillSession *session, const Segment *segment)
{
    DrillConnection *conn = &session->conn;

    conn->ends.local_port = segment->src_port;
    if (!(segment->flags & TCP_SYN) || conn->has_local_isn)
        return;
    conn->has_local_isn = TRUE;
    conn->local_isn = segment->seq;
}

/* packetdrill: the first pair says how far the script's clock is from the stack's. */
static void learn_timestamp(DrillConnection *conn, guint32 written, guint32 sent)
{
    if (!conn->has_first_ts) {
        conn->has_first_ts = TRUE;
        conn->first_ts_written = written;
        conn->first_ts_sent = sent;
    }
    g_hash_table_insert(conn->timestamps, GUINT_TO_POINTER(written), GUINT_TO_POINTER(sent));
}

/* What is expected says how the script writes what was sent. */
void drill_learn(DrillSession *session, const DrillSegment *expected, const Segment *sent)
{
    DrillConnection *conn = &session->conn;

    if ((sent->flags & TCP_SYN) && sent->seq == conn->local_isn)
        conn->local_first = expected->seq;
    for (guint i = 0; i < expected->options->len; i++) {
        const DrillOption *option = &g_array_index(expected->options, DrillOption, i);

        if (option->kind == DRILL_OPTION_TS && (sent->options.present & OPTION_TIMESTAMPS))
            learn_timestamp(conn, option->value, sent->options.ts_val);
    }
}

/* ---- To the stack ---- */

static Seq local_number(const DrillConnection *conn, guint32 written, gboolean of_syn)
{
    return conn->local_isn + written - (of_syn ? conn->local_first : 0);
}

/* What the script would write for a TS val: the stack counts milliseconds, the script its own ticks. */
static guint32 written_timestamp(const DrillSession *session, guint32 sent)
{
    const DrillConnection *conn = &session->conn;
    gint64 passed = (gint32)(sent - conn->first_ts_sent);
    SimTime tick = session->ts_tick > 0 ? session->ts_tick : SIM_MILLISECOND;

    return conn->first_ts_written + (guint32)(passed * SIM_MILLISECOND / tick);
}

/* An echo that no segment of the stack's has shown is sent as written, with --tcp_ts_ecr_scaled as the stack's
 * clock has it. */
static guint32 echo_of(const DrillSession *session, guint32 written)
{
    const DrillConnection *conn = &session->conn;
    gpointer sent;

    if (g_hash_table_lookup_extended(conn->timestamps, GUINT_TO_POINTER(written), NULL, &sent))
        return GPOINTER_TO_UINT(sent);
    return session->ts_ecr_scaled ? written - conn->first_ts_written + conn->first_ts_sent
                                  : written;
}

/* A header's options as they are being written. */
typedef struct OptionBytes {
    guint8 bytes[SEGMENT_OPTIONS_MAX]; /* the reader of the script has counted */
    guint length;
} OptionBytes;

static void put_bytes(OptionBytes *out, const guint8 *bytes, guint length)
{
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void put_number(OptionBytes *out, guint32 number, guint bytes)
{
    for (guint i = bytes; i > 0; i--)
        out->bytes[out->length++] = (guint8)(number >> 8 * (i - 1));
}

static const struct {
    guint8 wire;
    DrillOptionKind kind;
} kinds[] = {
    {0, DRILL_OPTION_EOL},      {1, DRILL_OPTION_NOP},     {2, DRILL_OPTION_MSS},
    {3, DRILL_OPTION_WSCALE},   {4, DRILL_OPTION_SACK_OK}, {5, DRILL_OPTION_SACK},
    {8, DRILL_OPTION_TS},       {19, DRILL_OPTION_MD5},    {34, DRILL_OPTION_FO},
    {254, DRILL_OPTION_FO_EXP},
};

static guint8 wire_of(DrillOptionKind kind)
{
    gsize i = 0;

    while (kinds[i].kind != kind)
        i++;
    return kinds[i].wire;
}

static void put_value(const DrillSession *session, const DrillOption *option, OptionBytes *out)
{
    const DrillConnection *conn = &session->conn;

    switch (option->kind) {
    case DRILL_OPTION_MSS: put_number(out, option->value, 2); break;
    case DRILL_OPTION_WSCALE: put_number(out, option->value, 1); break;
    case DRILL_OPTION_TS:
        put_number(out, option->value, 4);
        put_number(out, echo_of(session, option->echo), 4);
        break;
    case DRILL_OPTION_SACK:
        for (guint i = 0; i < option->block_count; i++) {
            put_number(out, local_number(conn, option->blocks[i].left, FALSE), 4);
            put_number(out, local_number(conn, option->blocks[i].right, FALSE), 4);
        }
        break;
    case DRILL_OPTION_FO_EXP: put_number(out, FAST_OPEN_MAGIC, 2); /* fall through */
    case DRILL_OPTION_FO: put_bytes(out, option->bytes, option->byte_count); break;
    default: break;
    }
}

static void put_option(const DrillSession *session, const DrillOption *option, OptionBytes *out)
{
    guint begin = out->length;

    put_number(out, wire_of(option->kind), 1);
    if (option->kind == DRILL_OPTION_EOL || option->kind == DRILL_OPTION_NOP)
        return;
    out->length++;
    put_value(session, option, out);
    out->bytes[begin + 1] = (guint8)(out->length - begin);
}

/* What a segment cannot carry here.  NULL: nothing. */
static const char *not_carried(const DrillOption *option)
{
    switch (option->kind) {
    case DRILL_OPTION_MD5: return "TCP MD5 signatures";
    default: return NULL;
    }
}

gboolean drill_can_be_sent(DrillSession *session, const DrillEvent *event)
{
    const DrillSegment *written = &event->segment;

    for (guint i = 0; i < written->options->len; i++) {
        const char *what = not_carried(&g_array_index(written->options, DrillOption, i));
        if (what != NULL)
            return drill_out_of_reach(session, event, "%s", what);
    }
    return TRUE;
}

static guint8 ecn_field(const DrillSegment *written)
{
    static const guint8 fields[] = {
        [DRILL_ECN_ANY] = ECN_NOT_ECT, [DRILL_ECN_NONE] = ECN_NOT_ECT, [DRILL_ECN_ECT0] = ECN_ECT_0,
        [DRILL_ECN_ECT1] = ECN_ECT_1,  [DRILL_ECN_ECT01] = ECN_ECT_0,  [DRILL_ECN_CE] = ECN_CE,
    };

    return written->tos >= 0 ? (guint8)(written->tos & ECN_BITS) : fields[written->ecn];
}

static DrillEcn ecn_of(guint8 field)
{
    static const DrillEcn written[] = {[ECN_NOT_ECT] = DRILL_ECN_NONE,
                                       [ECN_ECT_1] = DRILL_ECN_ECT1,
                                       [ECN_ECT_0] = DRILL_ECN_ECT0,
                                       [ECN_CE] = DRILL_ECN_CE};

    return written[field];
}

/* The first segment of a connection that the script opens, or of one that nobody has opened. */
static void begin_if_new(DrillSession *session, const DrillSegment *written)
{
    guint16 port = session->local.port != 0 ? session->local.port : SERVER_PORT;

    if (session->conn.number != 0 && session->listener < 0)
        return;
    drill_connection_begin(session, written->to_port != 0 ? written->to_port : port);
    if (written->from_port != 0)
        session->conn.ends.remote_port = written->from_port;
}

Segment drill_inbound(DrillSession *session, const DrillSegment *written)
{
    DrillConnection *conn = &session->conn;
    gboolean syn = (written->flags & TCP_SYN) != 0;

    begin_if_new(session, written);
    if (syn && !conn->has_remote_isn) {
        conn->has_remote_isn = TRUE;
        conn->remote_isn = conn->remote_first = written->seq;
    }
    Segment segment = {
        .src_addr = lab_address(session->plan, 1),
        .dst_addr = lab_address(session->plan, 0),
        .src_port = written->from_port != 0 ? written->from_port : conn->ends.remote_port,
        .dst_port = written->to_port != 0 ? written->to_port : conn->ends.local_port,
        .seq = syn || written->absolute_seq ? written->seq : conn->remote_isn + written->seq,
        .ack = written->has_ack || (written->flags & TCP_ACK)
                   ? local_number(conn, written->ack, syn)
                   : 0,
        .flags = written->flags,
        .ecn = ecn_field(written),
        .window = (guint16)MAX(written->window, 0),
        .urgent = (guint16)MAX(written->urgent, 0),
        .length = (guint16)written->length,
    };

    segment.payload = (Payload){lab_node_stream(session->remote.node.host, conn->number),
                                segment.seq - conn->remote_isn - (syn ? 0 : 1)};
    OptionBytes options = {.length = 0};
    for (guint i = 0; i < written->options->len; i++)
        put_option(session, &g_array_index(written->options, DrillOption, i), &options);
    (void)wire_read_options(options.bytes, options.length, &segment.options);
    return segment;
}

TcpIcmp drill_icmp(const DrillSession *session, const DrillIcmp *written)
{
    const DrillConnection *conn = &session->conn;
    guint32 seq = written->has_seq ? written->seq : 0;

    return (TcpIcmp){.type = written->type,
                     .code = written->code,
                     .mtu = written->mtu,
                     .remote_address = session->remote_address,
                     .local_port = conn->ends.local_port,
                     .remote_port = conn->ends.remote_port,
                     .seq = local_number(conn, seq, FALSE)};
}

/* ---- From the stack ---- */

static guint32 read_32(const guint8 *bytes)
{
    return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

static DrillOptionKind kind_of(guint8 wire)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].wire == wire)
            return kinds[i].kind;
    }
    return DRILL_OPTION_KIND_COUNT;
}

static DrillOption read_option(const DrillSession *session, const guint8 *at, guint size)
{
    const DrillConnection *conn = &session->conn;
    DrillOption option = {.kind = kind_of(at[0])};
    const guint8 *value = at + 2;

    switch (option.kind) {
    case DRILL_OPTION_MSS: option.value = (guint32)value[0] << 8 | value[1]; break;
    case DRILL_OPTION_WSCALE: option.value = value[0]; break;
    case DRILL_OPTION_TS:
        option.value = written_timestamp(session, read_32(value));
        option.echo = read_32(value + 4);
        break;
    case DRILL_OPTION_SACK:
        option.block_count = (size - 2) / 8;
        for (guint i = 0; i < option.block_count; i++) {
            option.blocks[i].left = read_32(value + 8 * i) - conn->remote_isn;
            option.blocks[i].right = read_32(value + 8 * i + 4) - conn->remote_isn;
        }
        break;
    case DRILL_OPTION_MD5:
    case DRILL_OPTION_FO:
        option.byte_count = size - 2;
        memcpy(option.bytes, value, option.byte_count);
        break;
    case DRILL_OPTION_FO_EXP:
        option.byte_count = size - 4; /* behind its magic number */
        memcpy(option.bytes, value + 2, option.byte_count);
        break;
    default: break;
    }
    return option;
}

/* The options in the order in which they stand in the packet. */
static GArray *options_of(const DrillSession *session, const Segment *segment)
{
    GArray *options = g_array_new(FALSE, FALSE, sizeof(DrillOption));
    guint8 bytes[SEGMENT_OPTIONS_MAX];
    gsize size = wire_write_options(&segment->options, bytes);

    for (gsize i = 0; i < size;) {
        guint8 kind = bytes[i];
        guint length = kind <= 1 ? 1 : bytes[i + 1];
        DrillOption option = read_option(session, bytes + i, length);

        g_array_append_val(options, option);
        i += length;
    }
    return options;
}

DrillSegment drill_outbound(DrillSession *session, const Segment *segment)
{
    const DrillConnection *conn = &session->conn;
    gboolean syn = (segment->flags & TCP_SYN) != 0, acks = (segment->flags & TCP_ACK) != 0;

    return (DrillSegment){
        .from_port = segment->src_port,
        .to_port = segment->dst_port,
        .flags = segment->flags,
        .seq = segment->seq - conn->local_isn + (syn ? conn->local_first : 0),
        .length = segment->length,
        .has_ack = acks,
        .ack = acks ? segment->ack - conn->remote_isn + (syn ? conn->remote_first : 0) : 0,
        .window = segment->window,
        .urgent = (segment->flags & TCP_URG) ? segment->urgent : -1,
        .ecn = ecn_of(segment->ecn),
        .tos = (gint16)((session->tos & ~ECN_BITS) | segment->ecn),
        .ttl = session->ttl,
        .options = options_of(session, segment),
    };
}

void drill_segment_clear(DrillSegment *segment)
{
    g_clear_pointer(&segment->options, g_array_unref);
}

/* ---- As a script would write it ---- */

static void append_bytes(GString *out, const DrillOption *option)
{
    for (guint i = 0; i < option->byte_count; i++)
        g_string_append_printf(out, "%02x", option->bytes[i]);
}

static void append_option(GString *out, const DrillOption *option)
{
    static const char *const names[DRILL_OPTION_KIND_COUNT + 1] = {
        [DRILL_OPTION_EOL] = "eol",        [DRILL_OPTION_NOP] = "nop",
        [DRILL_OPTION_MSS] = "mss",        [DRILL_OPTION_WSCALE] = "wscale",
        [DRILL_OPTION_SACK_OK] = "sackOK", [DRILL_OPTION_SACK] = "sack",
        [DRILL_OPTION_TS] = "TS",          [DRILL_OPTION_MD5] = "md5",
        [DRILL_OPTION_FO] = "FO",          [DRILL_OPTION_FO_EXP] = "FOEXP",
        [DRILL_OPTION_KIND_COUNT] = "?",
    };

    g_string_append(out, names[option->kind]);
    switch (option->kind) {
    case DRILL_OPTION_MSS:
    case DRILL_OPTION_WSCALE: g_string_append_printf(out, " %u", option->value); break;
    case DRILL_OPTION_TS:
        g_string_append_printf(out, " val %u ecr %u", option->value, option->echo);
        break;
    case DRILL_OPTION_SACK:
        for (guint i = 0; i < option->block_count; i++)
            g_string_append_printf(out, " %u:%u", option->blocks[i].left, option->blocks[i].right);
        break;
    case DRILL_OPTION_MD5:
    case DRILL_OPTION_FO:
    case DRILL_OPTION_FO_EXP:
        g_string_append_c(out, ' ');
        append_bytes(out, option);
        break;
    default: break;
    }
}

static void append_flags(GString *out, guint8 flags)
{
    static const struct {
        guint8 flag;
        char letter;
    } letters[] = {{TCP_FIN, 'F'}, {TCP_SYN, 'S'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'},
                   {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'W'}, {TCP_ACK, '.'}};

    if (flags == 0)
        g_string_append_c(out, '-');
    for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
        if (flags & letters[i].flag)
            g_string_append_c(out, letters[i].letter);
    }
}

char *drill_options_text(const GArray *options)
{
    GString *out = g_string_new("<");

    for (guint i = 0; i < options->len; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        append_option(out, &g_array_index(options, DrillOption, i));
    }
    g_string_append_c(out, '>');
    return g_string_free(out, FALSE);
}

char *drill_segment_text(const DrillSegment *segment)
{
    GString *out = g_string_new(NULL);

    append_flags(out, segment->flags);
    g_string_append_printf(out, " %u:%u(%u)", segment->seq, segment->seq + segment->length,
                           segment->length);
    if (segment->has_ack)
        g_string_append_printf(out, " ack %u", segment->ack);
    if (segment->window >= 0)
        g_string_append_printf(out, " win %d", segment->window);
    if (segment->urgent >= 0)
        g_string_append_printf(out, " urg %d", segment->urgent);
    if (segment->options->len > 0) {
        g_autofree char *options = drill_options_text(segment->options);
        g_string_append_printf(out, " %s", options);
    }
    return g_string_free(out, FALSE);
}

char *drill_flags_text(guint8 flags)
{
    GString *out = g_string_new(NULL);

    append_flags(out, flags);
    return g_string_free(out, FALSE);
}
