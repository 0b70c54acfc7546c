/* A run as a capture, for Wireshark and its kin: pcapng, an interface a host.
 *
 * What a host sent is on its interface, flagged outbound; what reached it is there when it came,
 * flagged inbound.  Comments say why a segment was sent and what became of it.  Every interface has
 * the same snap length and, where all hosts speak one family, the same link type, and every machine writes
 * little endian, so tcpdump reads the file too and it is the same everywhere.
 *
 * A copy keeps the IPv4 identification of what was sent, so the two sights of a segment are the same
 * bytes.  The trace does not tell which bit of a corrupted copy was flipped: its bytes are shown as
 * they were sent, and its comment says that they came otherwise.
 *
 * The format is draft-ietf-opsawg-pcapng: blocks of 32-bit words, their length at both ends.
 */
#include <string.h>

#include "config.h"
#include "net/wire.h"
#include "trace/addresses.h"
#include "view/phrase.h"
#include "view/setup.h"
#include "view/view.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    VERSION_MAJOR = 1,
    VERSION_MINOR = 0,

    /* A packet begins with its IP header.  Not LINKTYPE_RAW (101): libpcap knows that one by
     * another number inside, and so refuses a second interface of the same type. */
    LINKTYPE_IPV4 = 228,
    LINKTYPE_IPV6 = 229,
    SNAP_LENGTH = WIRE_PACKET_MAX,

    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SECTION_APPLICATION = 4,
    OPTION_INTERFACE_NAME = 2,
    OPTION_INTERFACE_RESOLUTION = 9,
    OPTION_PACKET_FLAGS = 2,

    RESOLUTION_NANOSECONDS = 9, /* 10^-9 s */
    FLAG_INBOUND = 1,
    FLAG_OUTBOUND = 2,
    OPTION_BYTES_MAX = 65535,
};

typedef struct Capture {
    const ViewContext *context;
    guint32 interfaces; /* how many there are … */
    TraceHost at;       /* … and where this is the first one's: of the only host, or of 0 */
    const Trace *trace;
    const ViewOptions *options;
    GString *out;
    GString *comment;      /* scratch */
    guint16 *ip_id;        /* an event: the identification of what a SEND sent */
    gboolean *ipv6;        /* a host: what it sends and gets is */
    gboolean knows_family; /* of some host */
} Capture;

/* ---- Bytes ---- */

/* Up to the next word. */
static void put_padding(GString *out, gsize length)
{
    static const char zeros[4] = {0};

    g_string_append_len(out, zeros, (gssize)(-length & 3));
}

static void put_bytes(GString *out, const void *bytes, gsize length)
{
    g_string_append_len(out, bytes, (gssize)length);
    put_padding(out, length);
}

static void put32(GString *out, guint32 value)
{
    guint32 little = GUINT32_TO_LE(value);

    put_bytes(out, &little, sizeof little);
}

/* Two halves of a word, the first one in front. */
static void put16s(GString *out, guint32 first, guint32 second)
{
    put32(out, first | second << 16);
}

static void put_option(GString *out, guint32 code, const void *value, gsize length)
{
    put16s(out, code, (guint32)length);
    put_bytes(out, value, length);
}

/* Nothing for an empty text; one that is too long for an option is cut between two signs. */
static void put_text(GString *out, guint32 code, const char *text, gsize length)
{
    if (length > OPTION_BYTES_MAX)
        length = (gsize)(g_utf8_find_prev_char(text, text + OPTION_BYTES_MAX) - text);
    if (length > 0)
        put_option(out, code, text, length);
}

static gsize begin_block(GString *out, guint32 type)
{
    gsize begin = out->len;

    put32(out, type);
    put32(out, 0); /* its length: end_block() */
    return begin;
}

static void end_block(GString *out, gsize begin)
{
    put16s(out, OPTION_END, 0);
    guint32 length = GUINT32_TO_LE((guint32)(out->len + 4 - begin));
    memcpy(out->str + begin + 4, &length, sizeof length);
    put_bytes(out, &length, sizeof length);
}

/* ---- What precedes the packets ---- */

/* "The first SYN is lost; tcpwaltz 0.1.0, seed 1" */
static void say_section(Capture *capture)
{
    GString *comment = capture->comment;

    g_string_truncate(comment, 0);
    if (capture->trace->title != NULL) {
        view_clean(capture->context->style, capture->trace->title, comment);
        g_string_append(comment, "; ");
    }
    g_string_append(comment, "tcpwaltz " TCPWALTZ_VERSION);
    if (capture->trace->has_seed && !capture->trace->seed_is_given)
        g_string_append_printf(comment, ", seed %" G_GUINT64_FORMAT, capture->trace->seed);
    gsize before = comment->len;
    g_string_append(comment, "; ");
    if (!setup_append(capture->trace, capture->context->style, comment))
        g_string_truncate(comment, before);
}

static void write_section(Capture *capture)
{
    static const char application[] = "tcpwaltz " TCPWALTZ_VERSION;
    GString *out = capture->out;
    gsize begin = begin_block(out, BLOCK_SECTION);

    put32(out, BYTE_ORDER_MAGIC);
    put16s(out, VERSION_MAJOR, VERSION_MINOR);
    put32(out, G_MAXUINT32); /* 64 bits of the section's length: up to the end of the file */
    put32(out, G_MAXUINT32);
    say_section(capture);
    put_text(out, OPTION_COMMENT, capture->comment->str, capture->comment->len);
    put_text(out, OPTION_SECTION_APPLICATION, application, sizeof application - 1);
    end_block(out, begin);
}

static void write_interface(Capture *capture, TraceHost host)
{
    static const guint8 resolution = RESOLUTION_NANOSECONDS;
    GString *out = capture->out;
    gsize begin = begin_block(out, BLOCK_INTERFACE);

    put16s(out, capture->ipv6[host] ? LINKTYPE_IPV6 : LINKTYPE_IPV4, 0);
    put32(out, SNAP_LENGTH);
    g_string_truncate(capture->comment, 0);
    phrase_host(capture->context, host, capture->comment);
    put_text(out, OPTION_INTERFACE_NAME, capture->comment->str, capture->comment->len);
    put_option(out, OPTION_INTERFACE_RESOLUTION, &resolution, sizeof resolution);
    end_block(out, begin);
}

/* ---- What is said of a packet ---- */

static void begin_remark(GString *comment)
{
    if (comment->len > 0)
        g_string_append(comment, "; ");
}

static void say_reason(Capture *capture, TcpReason reason)
{
    const char *source = tcp_reason_source(reason);

    g_string_append(capture->comment, tcp_reason_text(reason));
    if (*source == '\0')
        return;
    g_string_append(capture->comment, " [");
    view_clean(capture->context->style, source, capture->comment);
    g_string_append_c(capture->comment, ']');
}

/* ", first-syn-lost.scn:9" */
static void say_place(Capture *capture, const TraceLine *line)
{
    if (line->file == NULL)
        return;
    const char *slash = strrchr(line->file, '/');
    g_string_append(capture->comment, ", ");
    view_clean(capture->context->style, slash != NULL ? slash + 1 : line->file, capture->comment);
    g_string_append_printf(capture->comment, ":%u", line->line);
}

/* "forged by attacker: attacker inject …, attack.scn:9" */
static void say_forger(Capture *capture, const TraceEvent *send)
{
    const TraceEvent *cause = trace_event(capture->trace, send->cause);
    const TraceLine *call = cause != NULL && cause->kind == TRACE_CALL
                                ? phrase_call_line(capture->context, cause)
                                : NULL;

    g_string_append(capture->comment, "forged by ");
    phrase_host(capture->context, send->host, capture->comment);
    if (call == NULL)
        return;
    g_string_append(capture->comment, ": ");
    view_clean(capture->context->style, call->text, capture->comment);
    say_place(capture, call);
}

/* "retry 2 of 5 after 6 s": of the timer's wait when a timer sent it. */
static void say_retry(Capture *capture, const TraceEvent *send)
{
    const TraceEvent *cause = trace_event(capture->trace, send->cause);
    const TraceEvent *armed = NULL;

    if (cause != NULL && cause->kind == TRACE_TIMER)
        armed = trace_index_before(capture->context->index, cause);
    phrase_retry(capture->context, send->segment.retry, send->segment.limit, capture->comment);
    if (armed == NULL)
        return;
    g_string_append(capture->comment, " after ");
    phrase_time(cause->t - armed->t, capture->comment);
}

static void say_why_sent(Capture *capture, const TraceEvent *send)
{
    TcpReason reason = send->segment.reason;

    if (send->segment.injected) {
        say_forger(capture, send);
        return;
    }
    if (send->segment.retry > 0) {
        say_retry(capture, send);
        if (reason == TCP_REASON_RTO_FIRED) /* that is what "after" says */
            return;
    }
    if (send->segment.retry == 0 && trace_is_again(send))
        g_string_append(capture->comment, "again");
    if (reason == TCP_REASON_NONE)
        return;
    if (capture->comment->len > 0)
        g_string_append(capture->comment, ": ");
    say_reason(capture, reason);
}

/* "lost: drop client SYN #1, first-syn-lost.scn:9" */
static void say_fault(Capture *capture, const TraceEvent *fault)
{
    static const char *const done[FAULT_KIND_COUNT] = {
        [FAULT_DROP] = "lost",
        [FAULT_DUPLICATE] = "duplicated",
        [FAULT_CORRUPT] = "corrupted on its way",
        [FAULT_DELAY] = "delayed",
    };
    const GArray *rules = capture->trace->rules;

    begin_remark(capture->comment);
    g_string_append(capture->comment, done[fault->fault.kind]);
    if (fault->fault.delay_by > 0) {
        g_string_append(capture->comment, " by ");
        phrase_time(fault->fault.delay_by, capture->comment);
    }
    g_string_append(capture->comment, ": ");
    if (fault->fault.culprit != TRACE_CULPRIT_RULE || fault->fault.rule >= rules->len) {
        phrase_culprit(capture->context, fault, capture->comment);
        return;
    }
    const TraceLine *rule = &g_array_index(rules, TraceLine, fault->fault.rule);
    view_clean(capture->context->style, rule->text, capture->comment);
    say_place(capture, rule);
}

static void say_faults(Capture *capture, const TraceEvent *send)
{
    const TraceIndex *index = capture->context->index;
    const TraceEvent *fault = trace_index_befell(index, send, send);

    for (; fault != NULL; fault = trace_index_befell(index, send, fault))
        say_fault(capture, fault);
}

static void say_copy(Capture *capture, const TraceEvent *arrival)
{
    if (arrival->segment.copy > 0)
        g_string_append_printf(capture->comment, "copy %u", arrival->segment.copy + 1);
}

static void say_discard(Capture *capture, const TraceEvent *arrival)
{
    const TraceEvent *discard = trace_index_after(capture->context->index, arrival);

    if (discard == NULL)
        return;
    begin_remark(capture->comment);
    g_string_append(capture->comment, "discarded: ");
    say_reason(capture, discard->segment.reason);
    if (discard->segment.reason == TCP_REASON_BAD_BYTES)
        g_string_append(capture->comment, " (shown as it was sent)");
}

/* ---- Packets ---- */

/* A segment that was seen may be longer than a packet: what no packet has room for is left out. */
static Segment fitting(const Segment *segment)
{
    Segment shown = *segment;

    while (segment_ip_bytes(&shown) > WIRE_PACKET_MAX)
        shown.length = (guint16)(shown.length - (segment_ip_bytes(&shown) - WIRE_PACKET_MAX));
    return shown;
}

/* Where they are not made up. */
static void set_addresses(const Capture *capture, const Segment *segment, guint8 *packet)
{
    const TraceAddresses *addresses = capture->trace->addresses;
    guint8 src[ADDRESS_IPV6_BYTES], dst[ADDRESS_IPV6_BYTES];

    if (addresses == NULL || !address_is_ipv6(segment->src_addr))
        return;
    trace_addresses_bytes(addresses, segment->src_addr, src);
    trace_addresses_bytes(addresses, segment->dst_addr, dst);
    wire_set_ipv6_ends(packet, src, dst);
}

static void put_packet_bytes(Capture *capture, const Segment *seen, guint16 ip_id)
{
    GString *out = capture->out;
    Segment fits = fitting(seen);
    const Segment *segment = &fits;
    gsize length = segment_ip_bytes(segment), begin = out->len;

    put32(out, (guint32)length); /* as captured */
    put32(out, (guint32)length); /* as it was on the wire */
    g_string_set_size(out, begin + 8 + length);
    gsize written = wire_encode(segment, ip_id, (guint8 *)out->str + begin + 8, length);
    /* Whatever was sent in a run had bytes there. */
    g_assert(written == length);
    set_addresses(capture, segment, (guint8 *)out->str + begin + 8);
    put_padding(out, length);
}

static void write_packet(Capture *capture, const TraceEvent *event, guint16 ip_id, guint32 flags)
{
    GString *out = capture->out;
    guint64 time = (guint64)event->t;
    guint32 little_flags = GUINT32_TO_LE(flags);
    gsize begin = begin_block(out, BLOCK_PACKET);

    put32(out, event->host - capture->at);
    put32(out, (guint32)(time >> 32));
    put32(out, (guint32)time);
    put_packet_bytes(capture, &event->segment.seen->segment, ip_id);
    put_text(out, OPTION_COMMENT, capture->comment->str, capture->comment->len);
    put_option(out, OPTION_PACKET_FLAGS, &little_flags, sizeof little_flags);
    end_block(out, begin);
}

static void write_send(Capture *capture, const TraceEvent *event)
{
    say_why_sent(capture, event);
    say_faults(capture, event);
    write_packet(capture, event, capture->ip_id[event->id], FLAG_OUTBOUND);
}

static void write_arrive(Capture *capture, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(capture->trace, event);

    say_copy(capture, event);
    say_discard(capture, event);
    write_packet(capture, event, sent != NULL ? capture->ip_id[sent->id] : 0, FLAG_INBOUND);
}

static void (*const write_event[TRACE_KIND_COUNT])(Capture *capture, const TraceEvent *event) = {
    [TRACE_SEND] = write_send,
    [TRACE_ARRIVE] = write_arrive,
};

/* A host that takes no part has that of the first that does. */
static void note_family(Capture *capture, const TraceEvent *event)
{
    guint hosts = capture->trace->hosts->len;

    if (write_event[event->kind] == NULL || event->host >= hosts)
        return;
    gboolean ipv6 = address_is_ipv6(event->segment.seen->segment.src_addr);

    for (guint i = 0; i < hosts && !capture->knows_family; i++)
        capture->ipv6[i] = ipv6;
    capture->knows_family = TRUE;
    capture->ipv6[event->host] = ipv6;
}

/* One pass before the packets: identifications count what each host sent, and a host has one family. */
static void look_ahead(Capture *capture)
{
    const Trace *trace = capture->trace;
    g_autofree guint16 *sent = g_new0(guint16, trace->hosts->len + 1);

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        note_family(capture, event);
        if (event->kind != TRACE_SEND)
            continue;
        capture->ip_id[event->id] = ++sent[MIN(event->host, trace->hosts->len)];
    }
}

static void write_capture(Capture *capture)
{
    const Trace *trace = capture->trace;

    write_section(capture);
    for (TraceHost i = 0; i < capture->interfaces; i++)
        write_interface(capture, capture->at + i);
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (write_event[event->kind] == NULL || event->host - capture->at >= capture->interfaces)
            continue;
        g_string_truncate(capture->comment, 0);
        write_event[event->kind](capture, event);
        view_between_rows(capture->options, capture->out);
    }
}

/* All hosts, or the only one that is asked for. */
static void choose_interfaces(Capture *capture)
{
    const GPtrArray *hosts = capture->trace->hosts;
    const char *only = capture->options != NULL ? capture->options->host : NULL;

    capture->interfaces = only == NULL ? hosts->len : 0;
    for (TraceHost host = 0; only != NULL && host < hosts->len; host++) {
        if (strcmp(g_ptr_array_index(hosts, host), only) == 0) {
            capture->at = host;
            capture->interfaces = 1;
        }
    }
}

void view_pcapng(const Trace *trace, const ViewOptions *options, GString *out)
{
    const ViewOptions utf8 = {.unicode = TRUE}; /* which comments are */
    ViewStyle style = view_style(&utf8);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    ViewContext context = {.trace = trace, .index = index, .style = &style};
    gsize events = (gsize)trace->events->len + 1;
    g_autoptr(GString) comment = g_string_new(NULL);
    g_autofree guint16 *ip_id = g_new0(guint16, events);
    g_autofree gboolean *ipv6 = g_new0(gboolean, trace->hosts->len + 1);
    Capture capture = {.context = &context,
                       .trace = trace,
                       .options = options,
                       .out = out,
                       .comment = comment,
                       .ip_id = ip_id,
                       .ipv6 = ipv6};

    choose_interfaces(&capture);
    look_ahead(&capture);
    write_capture(&capture);
}
