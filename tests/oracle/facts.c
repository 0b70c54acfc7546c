/* What came of a world on a kernel, as text and back; the form stands in facts.h. */
#include "facts.h"

#include <stdio.h>
#include <string.h>

#include "proto/error.h"

/* ---- Writing ---- */

/* Is the application done with a connection: told that it failed, or has it let go of it?  What further calls
 * return is not compared: a descriptor outlives its connection, a connection's number does not. */
static gboolean is_over(const Trace *trace, const TraceEvent *event)
{
    if (event->kind == TRACE_APP)
        return event->app.event == TRACE_APP_ERROR;
    const char *call = g_array_index(trace->calls, TraceLine, event->call.line).text;

    return strstr(call, " close") != NULL || strstr(call, " abort") != NULL;
}

char *facts_told(const Trace *trace, guint host)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GHashTable) over = g_hash_table_new(g_direct_hash, g_direct_equal);
    guint64 bytes = 0, wrong = 0;

    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->host != host || (event->kind != TRACE_CALL && event->kind != TRACE_APP))
            continue;
        gboolean was_over = g_hash_table_contains(over, GUINT_TO_POINTER(event->conn));
        if (event->conn != 0 && is_over(trace, event))
            g_hash_table_add(over, GUINT_TO_POINTER(event->conn));
        if (event->kind == TRACE_CALL && event->conn != 0 && was_over)
            continue;
        if (event->kind == TRACE_CALL)
            g_string_append_printf(out, "%u %s, ", event->call.line,
                                   tcp_error_name(event->call.error));
        if (event->kind != TRACE_APP)
            continue;
        bytes += event->app.bytes;
        wrong += event->app.wrong;
        if (event->app.event != TRACE_APP_READ)
            g_string_append_printf(out, "%s %s, ", trace_app_event_name(event->app.event),
                                   tcp_error_name(event->app.error));
    }
    g_string_append_printf(out, "%" G_GUINT64_FORMAT " bytes, %" G_GUINT64_FORMAT " wrong", bytes,
                           wrong);
    return g_string_free(out, FALSE);
}

static void write_options(const SegmentOptions *options, GString *out)
{
    gsize before = out->len;

    if (options->present & OPTION_MSS)
        g_string_append_printf(out, "M%u", options->mss);
    if (options->present & OPTION_SACK_PERMITTED)
        g_string_append_c(out, 'K');
    if (options->present & OPTION_TIMESTAMPS)
        g_string_append_c(out, 'T');
    if (options->present & OPTION_WINDOW_SCALE)
        g_string_append_printf(out, "W%u", options->window_scale);
    if (options->present & OPTION_SACK)
        g_string_append_printf(out, "S%u", options->sack_count);
    if (out->len == before)
        g_string_append_c(out, '-');
}

static void write_segment(const TraceEvent *event, GString *out)
{
    const TraceSeen *seen = event->segment.seen;
    const Segment *segment = &seen->segment;

    g_string_append_printf(out, "%" G_GINT64_FORMAT " %u %u %s %u ",
                           (event->t + SIM_MICROSECOND / 2) / SIM_MICROSECOND, event->host,
                           seen->flow, segment_class_name(event->segment.class), seen->seq);
    if (segment->flags & TCP_ACK)
        g_string_append_printf(out, "%u", seen->ack);
    else
        g_string_append_c(out, '-');
    g_string_append_printf(out, " %u %u %s ", segment->length, segment->window,
                           trace_fate_name(event->segment.fate));
    write_options(&segment->options, out);
    g_string_append_c(out, '\n');
}

void facts_write(guint64 number, const Trace *trace, GString *out)
{
    g_string_append_printf(
        out, "world %" G_GUINT64_FORMAT " tick %" G_GINT64_FORMAT " phase %" G_GINT64_FORMAT "\n",
        number, trace->wheel.tick, trace->wheel.phase);
    for (guint host = 0; host < trace->hosts->len; host++) {
        g_autofree char *told = facts_told(trace, host);
        g_string_append_printf(out, "told %u %s\n", host, told);
    }
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND)
            write_segment(event, out);
    }
}

/* ---- Reading ---- */

/* The number behind a letter; *text is moved to its last digit. */
static guint read_number(char **text)
{
    char *end;
    guint64 number = g_ascii_strtoull(*text + 1, &end, 10);

    *text = end - 1;
    return (guint)number;
}

static gboolean read_options(char *text, SegmentOptions *options)
{
    for (; *text != '\0' && strcmp(text, "-") != 0; text++) {
        switch (*text) {
        case 'M':
            options->present |= OPTION_MSS;
            options->mss = (guint16)read_number(&text);
            break;
        case 'K': options->present |= OPTION_SACK_PERMITTED; break;
        case 'T': options->present |= OPTION_TIMESTAMPS; break;
        case 'W':
            options->present |= OPTION_WINDOW_SCALE;
            options->window_scale = (guint8)read_number(&text);
            break;
        case 'S':
            options->present |= OPTION_SACK;
            options->sack_count = (guint8)read_number(&text);
            break;
        default: return FALSE;
        }
    }
    return TRUE;
}

static gboolean read_class(const char *text, SegmentClass *class)
{
    for (guint i = 0; i < SEGMENT_CLASS_COUNT; i++) {
        *class = (SegmentClass)i;
        if (strcmp(segment_class_name(*class), text) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean read_fate(const char *text, TraceEvent *event)
{
    for (guint i = 0; i < TRACE_FATE_COUNT; i++) {
        event->segment.fate = (TraceFate)i;
        if (strcmp(trace_fate_name((TraceFate)i), text) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Addresses and ports are of no account: connections are numbered. */
static gboolean read_segment(const char *line, Trace *wire)
{
    static const guint8 flags[SEGMENT_CLASS_COUNT] = {[SEGMENT_RST] = TCP_RST,
                                                      [SEGMENT_SYN_ACK] = TCP_SYN,
                                                      [SEGMENT_SYN] = TCP_SYN,
                                                      [SEGMENT_FIN] = TCP_FIN};
    char class_name[16], ack[16], fate[16], options[32];
    unsigned host, flow, seq, length, window;
    gint64 t;
    TraceEvent event = {.kind = TRACE_SEND};
    Segment segment = {0};
    SegmentClass class;

    if (sscanf(line, "%" G_GINT64_FORMAT " %u %u %15s %u %15s %u %u %15s %31s", &t, &host, &flow,
               class_name, &seq, ack, &length, &window, fate, options) != 10)
        return FALSE;
    if (host >= FACTS_HOSTS || !read_class(class_name, &class) || !read_fate(fate, &event) ||
        !read_options(options, &segment.options))
        return FALSE;
    segment.seq = seq;
    segment.ack = (Seq)g_ascii_strtoull(ack, NULL, 10);
    segment.flags = (guint8)(flags[class] | (*ack == '-' ? 0 : TCP_ACK));
    segment.length = (guint16)length;
    segment.window = (guint16)window;
    TraceSeen *seen = trace_see(wire, &segment, FALSE);
    seen->flow = flow;
    seen->seq = segment.seq;
    seen->ack = segment.ack;
    seen->is_counted = true;
    event.t = t * SIM_MICROSECOND;
    event.host = (guint16)host;
    event.segment.class = class;
    event.segment.peer = (guint16)!host;
    event.segment.seen = seen;
    trace_add(wire, &event);
    return TRUE;
}

static gboolean read_told(const char *line, Facts *facts)
{
    guint host = line[5] == '0' ? 0 : 1;

    g_free(facts->told[host]);
    facts->told[host] = g_strdup(line + strlen("told 0 "));
    return TRUE;
}

static Facts *new_facts(const char *line)
{
    Facts *facts = g_new0(Facts, 1);

    facts->wire = trace_new(TRACE_LEVEL_FULL);
    trace_add_host(facts->wire, "client");
    trace_add_host(facts->wire, "server");
    if (sscanf(line,
               "world %" G_GUINT64_FORMAT " tick %" G_GINT64_FORMAT " phase %" G_GINT64_FORMAT,
               &facts->number, &facts->wheel.tick, &facts->wheel.phase) == 3 &&
        facts->wheel.tick > 0)
        return facts;
    facts_free(facts);
    return NULL;
}

Facts *facts_read(const char **text)
{
    Facts *facts = NULL;

    while (**text != '\0') {
        const char *end = *text + strcspn(*text, "\n");
        g_autofree char *line = g_strndup(*text, (gsize)(end - *text));
        gboolean is_world = g_str_has_prefix(line, "world "), right = TRUE;

        if (is_world && facts != NULL)
            break;
        if (is_world)
            right = (facts = new_facts(line)) != NULL;
        else if (g_str_has_prefix(line, "told ") && strlen(line) >= 7)
            right = facts != NULL && read_told(line, facts);
        else if (*line != '#' && *line != '\0')
            right = facts != NULL && read_segment(line, facts->wire);
        if (!right) {
            facts_free(facts);
            return NULL;
        }
        *text = *end != '\0' ? end + 1 : end;
    }
    return facts;
}

void facts_free(Facts *facts)
{
    if (facts == NULL)
        return;
    trace_free(facts->wire);
    for (guint host = 0; host < FACTS_HOSTS; host++)
        g_free(facts->told[host]);
    g_free(facts);
}
