/* JSON lines: an object an event, with every field that its kind has.
 *
 * docs/trace-json.md lists the fields; a test holds the two together.
 */
#include "escape/escape.h"
#include "trace/addresses.h"
#include "view/csv.h"
#include "view/view.h"

#include <string.h>

typedef struct JsonView {
    const Trace *trace;
    GString *out;
} JsonView;

/* --- JSON ------------------------------------------------------------------------------------ */

/* Written as it comes: a tree of what a line has would take ten times as long as the run. */
static void separate(JsonView *json)
{
    char last = json->out->str[json->out->len - 1];

    if (last != '{' && last != '[')
        g_string_append_c(json->out, ',');
}

static void put_name(JsonView *json, const char *name)
{
    separate(json);
    g_string_append_c(json->out, '"');
    g_string_append(json->out, name);
    g_string_append(json->out, "\":");
}

static void put_literal(JsonView *json, const char *name, const char *literal)
{
    put_name(json, name);
    g_string_append(json->out, literal);
}

static void append_int(JsonView *json, gint64 value)
{
    if (value < 0)
        g_string_append_c(json->out, '-');
    csv_number(value < 0 ? -(guint64)value : (guint64)value, json->out);
}

static void put_int(JsonView *json, const char *name, gint64 value)
{
    put_name(json, name);
    append_int(json, value);
}

static void put_bool(JsonView *json, const char *name, gboolean value)
{
    put_literal(json, name, value ? "true" : "false");
}

/* Names and texts of ours are ASCII or good UTF-8; those of a file may be anything. */
static void append_text(JsonView *json, const char *value)
{
    if (escape_is_harmless(value) && strpbrk(value, "\"\\") == NULL) {
        g_string_append_c(json->out, '"');
        g_string_append(json->out, value);
        g_string_append_c(json->out, '"');
        return;
    }
    escape_json(value, json->out);
}

static void put_text(JsonView *json, const char *name, const char *value)
{
    if (value == NULL) {
        put_literal(json, name, "null");
        return;
    }
    put_name(json, name);
    append_text(json, value);
}

/* --- fields ---------------------------------------------------------------------------------- */

/* A time twice: whole nanoseconds, and seconds as exact decimal text.  SIM_NEVER is null. */
static void put_time(JsonView *json, const char *name_ns, const char *name_s, SimTime t)
{
    if (t == SIM_NEVER) {
        put_literal(json, name_ns, "null");
        put_literal(json, name_s, "null");
        return;
    }
    char text[SIM_TIME_TEXT_MAX];
    sim_time_format_seconds(t, 4, text);
    put_int(json, name_ns, t);
    put_text(json, name_s, text);
}

static void put_host(JsonView *json, const char *name, TraceHost host)
{
    gboolean is_known = host < json->trace->hosts->len;

    put_text(json, name, is_known ? g_ptr_array_index(json->trace->hosts, host) : NULL);
}

/* An event that this one names; null when it names none. */
static void put_event(JsonView *json, const char *name, TraceId id)
{
    if (id == 0)
        put_literal(json, name, "null");
    else
        put_int(json, name, id);
}

static void put_reason(JsonView *json, TcpReason reason)
{
    put_text(json, "reason", tcp_reason_name(reason));
    put_text(json, "reason_text", tcp_reason_text(reason));
    put_text(json, "reason_source", tcp_reason_source(reason));
}

static void put_address(JsonView *json, const char *name, guint32 address)
{
    g_autoptr(GString) text = g_string_new(NULL);

    trace_addresses_write(json->trace->addresses, address, text);
    put_text(json, name, text->str);
}

static void put_line(JsonView *json, const GArray *lines, guint32 number)
{
    const TraceLine *line = NULL;

    if (number < lines->len)
        line = &g_array_index(lines, TraceLine, number);
    put_text(json, "text", line != NULL ? line->text : NULL);
    put_text(json, "file", line != NULL ? line->file : NULL);
    if (line != NULL && line->file != NULL)
        put_int(json, "line", line->line);
    else
        put_literal(json, "line", "null");
}

static void put_flags(JsonView *json, guint8 flags)
{
    put_literal(json, "flags", "[");
    for (guint bit = 0; bit < TCP_FLAG_COUNT; bit++) {
        if (!(flags & 1U << bit))
            continue;
        separate(json);
        append_text(json, tcp_flag_name(bit));
    }
    g_string_append_c(json->out, ']');
}

static void put_sack_blocks(JsonView *json, const SegmentOptions *options)
{
    put_literal(json, "sack", "[");
    for (guint i = 0; i < MIN(options->sack_count, (guint)SEGMENT_SACK_MAX); i++) {
        separate(json);
        g_string_append_c(json->out, '[');
        append_int(json, options->sack[i].left);
        g_string_append_c(json->out, ',');
        append_int(json, options->sack[i].right);
        g_string_append_c(json->out, ']');
    }
    g_string_append_c(json->out, ']');
}

/* Empty: a cookie is asked for. */
static void put_fast_open(JsonView *json, const SegmentOptions *options)
{
    char cookie[2 * SEGMENT_COOKIE_MAX + 1] = "";

    for (guint i = 0; i < options->cookie_length; i++)
        g_snprintf(cookie + 2 * i, 3, "%02x", options->cookie[i]);
    put_text(json, "fast_open_cookie", cookie);
    if (options->present & OPTION_FAST_OPEN_EXP)
        put_bool(json, "fast_open_experimental", TRUE);
}

static void append_hex(JsonView *json, const guint8 *bytes, guint length)
{
    for (guint i = 0; i < length; i++)
        g_string_append_printf(json->out, "%02x", bytes[i]);
}

/* How they stand in the header; of one that nobody here knows kind and value, of what is none the bytes. */
static void put_option_list(JsonView *json, const SegmentOptions *options)
{
    static const char *const names[OPTION_ITEM_COUNT] = {
        [OPTION_ITEM_END] = "eol",
        [OPTION_ITEM_NOP] = "nop",
        [OPTION_ITEM_MSS] = "mss",
        [OPTION_ITEM_WINDOW_SCALE] = "window_scale",
        [OPTION_ITEM_SACK_PERMITTED] = "sack_permitted",
        [OPTION_ITEM_TIMESTAMPS] = "timestamps",
        [OPTION_ITEM_SACK] = "sack",
        [OPTION_ITEM_FAST_OPEN] = "fast_open",
        [OPTION_ITEM_FAST_OPEN_EXP] = "fast_open_experimental",
    };
    const guint8 *other = segment_options_others(options);

    put_literal(json, "list", "[");
    for (OptionList list = options->list; list != 0;) {
        OptionItem item = option_list_take(&list);

        separate(json);
        g_string_append_printf(json->out, "\"%s", names[item] != NULL ? names[item] : "");
        if (item == OPTION_ITEM_OTHER) {
            g_string_append_printf(json->out, "%u:", other[0]);
            append_hex(json, other + 2, other[1] - 2U);
            other += other[1];
        } else if (item == OPTION_ITEM_REST) {
            append_hex(json, other, (guint)(options->room + SEGMENT_OPTIONS_MAX - other));
        }
        g_string_append_c(json->out, '"');
    }
    g_string_append_c(json->out, ']');
}

/* Only the options that the segment carries; and of the IP header the ECN field, where it says something. */
static void put_options(JsonView *json, const SegmentOptions *options, guint8 ecn)
{
    put_literal(json, "options", "{");
    if (options->list != 0)
        put_option_list(json, options);
    if (options->present & OPTION_MSS)
        put_int(json, "mss", options->mss);
    if (options->present & OPTION_SACK_PERMITTED)
        put_bool(json, "sack_permitted", TRUE);
    if (options->present & OPTION_TIMESTAMPS) {
        put_int(json, "ts_val", options->ts_val);
        put_int(json, "ts_ecr", options->ts_ecr);
    }
    if (options->present & OPTION_WINDOW_SCALE)
        put_int(json, "window_scale", options->window_scale);
    if (options->present & OPTION_SACK)
        put_sack_blocks(json, options);
    if (options->present & OPTION_ANY_FAST_OPEN)
        put_fast_open(json, options);
    if (ecn != ECN_NOT_ECT)
        put_int(json, "ip_ecn", ecn);
    g_string_append_c(json->out, '}');
}

static void put_segment(JsonView *json, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    const Segment *wire = &segment->seen->segment;

    put_host(json, "peer", segment->peer);
    put_int(json, "flow", segment->seen->flow);
    put_text(json, "class", segment_class_name(segment->class));
    put_flags(json, wire->flags);
    put_int(json, "seq", segment->seen->seq);
    put_bool(json, "seq_is_absolute", segment->seen->seq_is_absolute);
    put_int(json, "seq_on_wire", wire->seq);
    put_int(json, "ack", segment->seen->ack);
    put_bool(json, "ack_is_absolute", segment->seen->ack_is_absolute);
    put_int(json, "ack_on_wire", wire->ack);
    put_int(json, "length", wire->length);
    put_int(json, "window", wire->window);
    put_int(json, "urgent", wire->urgent);
    put_options(json, &wire->options, wire->ecn);
    if (wire->ttl != 0)
        put_int(json, "ttl", wire->ttl);
    else
        put_literal(json, "ttl", "null");
    put_address(json, "src", wire->src_addr);
    put_int(json, "src_port", wire->src_port);
    put_address(json, "dst", wire->dst_addr);
    put_int(json, "dst_port", wire->dst_port);
}

static void put_call(JsonView *json, const TraceEvent *event)
{
    put_line(json, json->trace->calls, event->call.line);
    put_text(json, "error", tcp_error_name(event->call.error));
}

static void put_app(JsonView *json, const TraceEvent *event)
{
    put_text(json, "event", trace_app_event_name(event->app.event));
    put_int(json, "bytes", (gint64)event->app.bytes);
    put_int(json, "wrong_bytes", (gint64)event->app.wrong);
    put_text(json, "error", tcp_error_name(event->app.error));
}

static void put_send(JsonView *json, const TraceEvent *event)
{
    put_segment(json, event);
    put_text(json, "fate", trace_fate_name(event->segment.fate));
    put_int(json, "retry", event->segment.retry);
    put_int(json, "limit", event->segment.limit);
    put_bool(json, "injected", event->segment.injected);
    put_reason(json, event->segment.reason);
}

static void put_arrive(JsonView *json, const TraceEvent *event)
{
    put_segment(json, event);
    put_event(json, "sent", event->segment.sent);
    put_int(json, "copy", event->segment.copy);
}

static void put_discard(JsonView *json, const TraceEvent *event)
{
    put_segment(json, event);
    put_event(json, "sent", event->segment.sent);
    put_reason(json, event->segment.reason);
}

static void put_fault(JsonView *json, const TraceEvent *event)
{
    put_event(json, "sent", event->fault.sent);
    put_text(json, "fault", fault_kind_name(event->fault.kind));
    put_text(json, "culprit", trace_culprit_name(event->fault.culprit));
    put_line(json, json->trace->rules,
             event->fault.culprit == TRACE_CULPRIT_RULE ? event->fault.rule : G_MAXUINT32);
    put_time(json, "delay_by_ns", "delay_by_s", event->fault.delay_by);
}

static void put_state(JsonView *json, const TraceEvent *event)
{
    put_text(json, "from", tcp_state_name(event->state.from));
    put_text(json, "to", tcp_state_name(event->state.to));
    put_int(json, "port", event->state.port);
    put_reason(json, event->state.reason);
}

static void put_timer(JsonView *json, const TraceEvent *event)
{
    put_text(json, "timer", tcp_timer_name(event->timer.timer));
    put_text(json, "event", tcp_timer_event_name(event->timer.event));
    put_time(json, "length_ns", "length_s", event->timer.length);
    put_time(json, "due_ns", "due_s", event->timer.due);
    put_int(json, "retry", event->timer.retry);
    put_int(json, "limit", event->timer.limit);
    put_reason(json, event->timer.reason);
}

static void put_host_event(JsonView *json, const TraceEvent *event)
{
    put_bool(json, "up", event->host_event.up);
    put_bool(json, "forgot", event->host_event.forgot);
}

static void put_end(JsonView *json, const TraceEvent *event)
{
    put_text(json, "why", trace_end_name(event->end.why));
}

static void (*const put[TRACE_KIND_COUNT])(JsonView *json, const TraceEvent *event) = {
    [TRACE_CALL] = put_call,       [TRACE_APP] = put_app,     [TRACE_SEND] = put_send,
    [TRACE_LOST] = put_fault,      [TRACE_FAULT] = put_fault, [TRACE_ARRIVE] = put_arrive,
    [TRACE_DISCARD] = put_discard, [TRACE_STATE] = put_state, [TRACE_TIMER] = put_timer,
    [TRACE_HOST] = put_host_event, [TRACE_END] = put_end,
};

/* --- what was run ---------------------------------------------------------------------------- */

static void put_host_setup(JsonView *json, TraceHost host)
{
    const GArray *settings = json->trace->settings;

    separate(json);
    g_string_append_c(json->out, '{');
    put_host(json, "host", host);
    put_text(json, "stack", trace_stack(json->trace, host));
    put_text(json, "behind", trace_behind(json->trace, host));
    put_literal(json, "set", "{");
    for (guint i = 0; i < settings->len; i++) {
        const TraceSetting *setting = &g_array_index(settings, TraceSetting, i);

        if (setting->host == host)
            put_text(json, setting->key, setting->value);
    }
    g_string_append(json->out, "}}");
}

static void put_link_setting(JsonView *json, const TraceLinkSetting *setting)
{
    separate(json);
    g_string_append_c(json->out, '{');
    put_host(json, "from", setting->from);
    put_host(json, "to", setting->to);
    put_text(json, "key", setting->key);
    put_text(json, "value", setting->value);
    g_string_append_c(json->out, '}');
}

/* A member of the first event, so that every line stays an event. */
static void put_run(JsonView *json)
{
    const Trace *trace = json->trace;

    put_literal(json, "run", "{");
    put_text(json, "title", trace->title);
    put_text(json, "source", trace->source);
    if (trace->has_seed)
        put_int(json, "seed", (gint64)trace->seed);
    else
        put_literal(json, "seed", "null");
    put_literal(json, "hosts", "[");
    for (TraceHost host = 0; host < trace->hosts->len; host++)
        put_host_setup(json, host);
    g_string_append_c(json->out, ']');
    put_literal(json, "links_set", "[");
    for (guint i = 0; i < trace->link_settings->len; i++)
        put_link_setting(json, &g_array_index(trace->link_settings, TraceLinkSetting, i));
    g_string_append(json->out, "]}");
}

/* --- lines ----------------------------------------------------------------------------------- */

static void write_event(JsonView *json, const TraceEvent *event)
{
    g_string_append_c(json->out, '{');
    put_int(json, "id", event->id);
    put_time(json, "t_ns", "t_s", event->t);
    put_text(json, "kind", trace_kind_name(event->kind));
    put_host(json, "host", event->host);
    put_int(json, "conn", event->conn);
    put_event(json, "cause", event->cause);
    put[event->kind](json, event);
    if (event->id == 1)
        put_run(json);
    g_string_append(json->out, "}\n");
}

static void put_count(JsonView *json, const char *name, guint64 count)
{
    put_int(json, name, (gint64)count);
}

/* A row of the counters by interval: it is no event and has no number. */
static void write_interval(JsonView *json, const TraceInterval *row)
{
    const TraceOpening *opening = &row->opening;

    g_string_append_c(json->out, '{');
    put_text(json, "kind", "interval");
    put_time(json, "t_ns", "t_s", row->t);
    put_host(json, "host", row->host);
    put_count(json, "half_open", row->held.half_open);
    put_count(json, "half_open_most", row->most.half_open);
    put_count(json, "bytes", row->held.bytes);
    put_count(json, "bytes_most", row->most.bytes);
    put_count(json, "syns_arrived", opening->syns_arrived);
    put_count(json, "syn_acks_sent", opening->syn_acks_sent);
    put_count(json, "cookies_sent", opening->cookies_sent);
    put_count(json, "syn_queue_full", opening->syn_queue_full);
    put_count(json, "accept_queue_full", opening->accept_queue_full);
    put_count(json, "accepted", opening->accepted);
    put_count(json, "tried", opening->tried);
    put_count(json, "connected", opening->connected);
    put_count(json, "failed", opening->failed);
    g_string_append(json->out, "}\n");
}

void view_json(const Trace *trace, const ViewOptions *options, GString *out)
{
    JsonView json = {.trace = trace, .out = out};

    for (guint i = 0; i < trace->events->len; i++) {
        write_event(&json, &g_array_index(trace->events, TraceEvent, i));
        view_between_rows(options, out);
    }
    for (guint i = 0; i < trace->intervals->len; i++) {
        write_interval(&json, &g_array_index(trace->intervals, TraceInterval, i));
        view_between_rows(options, out);
    }
}
