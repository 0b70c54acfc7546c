/* The segments in the layout of `tshark -q -z flow,tcp,network`: for everybody who can read that.
 *
 * A node is 20 columns wide; an arrow goes from the middle of one to the middle of another, with
 * its flags above it and the ports at its ends.  What tshark cannot know is added: an arrow that
 * ends in X is a segment that was lost, and the comment says who lost, delayed or doubled it.
 */
#include <string.h>

#include "view/phrase.h"
#include "view/view.h"

enum {
    NODE_WIDTH = 20,
    ARROW_START = 10, /* columns from a node's bar to where an arrow begins */
    PORT_START = 11,  /* to the port at the arrow's other end */
    TIME_WIDTH = 9,   /* at least */
    TIME_DECIMALS = 6,
};

typedef struct Flow {
    ViewContext context;
    GString *out;
    guint nodes;                /* the hosts, and one more when somebody unknown takes part */
    guint time_width;           /* of the longest */
    gboolean has_conversations; /* more than one: they are numbered */
    guint32 conversation;       /* of the last segment; 0: none yet */
} Flow;

static guint node_of(const Flow *flow, TraceHost host)
{
    return host < flow->context.trace->hosts->len ? host : flow->context.trace->hosts->len;
}

/* Looks at all that is sent: what columns does the page need? */
static void measure(Flow *flow)
{
    const Trace *trace = flow->context.trace;
    guint32 first_flow = 0;

    flow->nodes = trace->hosts->len;
    flow->time_width = TIME_WIDTH;
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);
        char time[SIM_TIME_TEXT_MAX];

        if (event->kind != TRACE_SEND)
            continue;
        guint length = (guint)sim_time_format_seconds(event->t, TIME_DECIMALS, time);
        flow->time_width = MAX(flow->time_width, length);
        flow->nodes = MAX(flow->nodes, node_of(flow, event->host) + 1);
        flow->nodes = MAX(flow->nodes, node_of(flow, event->segment.peer) + 1);
        if (first_flow == 0)
            first_flow = event->segment.seen->flow;
        flow->has_conversations |= event->segment.seen->flow != first_flow;
    }
}

static void pad_to(GString *text, gsize width)
{
    while (text->len < width)
        g_string_append_c(text, ' ');
}

/* Conversation and time, the columns before the first node; either may be "". */
static void begin_row(const Flow *flow, const char *conversation, const char *time)
{
    if (flow->has_conversations)
        g_string_append_printf(flow->out, "%-5s", conversation);
    g_string_append_printf(flow->out, "|%-*s", (int)flow->time_width, time);
}

static void append_node_name(const Flow *flow, guint node, GString *out)
{
    phrase_host(&flow->context, node < flow->context.trace->hosts->len ? node : TRACE_NO_HOST, out);
}

/* The name of a node and the room of the next one, which stands in the other row of the header. */
static void append_header_node(const Flow *flow, guint node, gboolean has_bar)
{
    g_autoptr(GString) cell = g_string_new("| ");

    append_node_name(flow, node, cell);
    if (has_bar && cell->len < NODE_WIDTH) {
        pad_to(cell, NODE_WIDTH);
        g_string_append_c(cell, '|');
    }
    pad_to(cell, (gsize)2 * NODE_WIDTH);
    g_string_append(flow->out, cell->str);
}

/* So that long names have room, the nodes are named in two rows by turns. */
static void write_header(const Flow *flow)
{
    if (flow->has_conversations)
        g_string_append(flow->out, "Conv.");
    g_string_append_printf(flow->out, "|%s%-*s", flow->has_conversations ? " " : "",
                           (int)flow->time_width - (flow->has_conversations ? 1 : 0), "Time");
    for (guint node = 0; node < flow->nodes; node += 2)
        append_header_node(flow, node, FALSE);
    g_string_append(flow->out, "|\n");

    begin_row(flow, "", "");
    g_string_append_printf(flow->out, "|%*s", NODE_WIDTH - 1, "");
    for (guint node = 1; node < flow->nodes; node += 2)
        append_header_node(flow, node, TRUE);
    g_string_append_c(flow->out, '\n');
}

static GString *empty_nodes(const Flow *flow)
{
    GString *nodes = g_string_new(NULL);

    for (guint node = 0; node < flow->nodes; node++)
        g_string_append_printf(nodes, "|%*s", NODE_WIDTH - 1, "");
    g_string_append_c(nodes, '|');
    return nodes;
}

/* Writes over what is there, up to the last bar. */
static void overwrite(GString *nodes, guint column, const char *text)
{
    gsize room = nodes->len - 1 - column;

    memcpy(nodes->str + column, text, MIN(strlen(text), room));
}

static void append_flags(const Segment *segment, GString *out)
{
    phrase_flags(segment->flags, ", ", out);
    if (segment->length > 0)
        g_string_append_printf(out, " - Len: %u", segment->length);
}

/* "Seq = 0 Ack = 1", and what tshark could not know. */
static void append_comment(const Flow *flow, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;
    g_autoptr(GString) fate = g_string_new(NULL);

    g_string_append_printf(flow->out, "Seq = %u", segment->seen->seq);
    if (segment->seen->segment.flags & TCP_ACK)
        g_string_append_printf(flow->out, " Ack = %u", segment->seen->ack);
    if (segment->injected) {
        g_string_append(flow->out, ", forged as ");
        phrase_claimed_sender(&flow->context, segment, flow->out);
    }
    if (trace_is_again(event)) {
        g_string_append(flow->out, ", ");
        (void)phrase_again(&flow->context, event, flow->out);
    }
    if (phrase_fate(&flow->context, event, fate))
        g_string_append_printf(flow->out, ", %s", fate->str);
}

static void write_label_row(const Flow *flow, const TraceEvent *event, guint low)
{
    g_autoptr(GString) nodes = empty_nodes(flow);
    g_autoptr(GString) label = g_string_new(NULL);
    char conversation[16], time[SIM_TIME_TEXT_MAX];

    g_snprintf(conversation, sizeof conversation, "%u", event->segment.seen->flow - 1);
    sim_time_format_seconds(event->t, TIME_DECIMALS, time);
    begin_row(flow, conversation, time);
    append_flags(&event->segment.seen->segment, label);
    overwrite(nodes, low * NODE_WIDTH + ARROW_START, label->str);
    g_string_append(flow->out, nodes->str);
    append_comment(flow, event);
    g_string_append_c(flow->out, '\n');
}

/* "------------------>", "X-----------------": as long as the way between two nodes. */
static char *arrow(guint length, gboolean to_right, gboolean is_lost)
{
    char *text = g_strnfill(length, '-');
    char head = to_right ? '>' : '<';

    text[to_right ? length - 1 : 0] = is_lost ? 'X' : head;
    return text;
}

static void write_arrow_row(const Flow *flow, const TraceEvent *event, guint low, guint high)
{
    const Segment *segment = &event->segment.seen->segment;
    gboolean to_right = node_of(flow, event->host) == low;
    g_autoptr(GString) nodes = empty_nodes(flow);
    g_autofree char *line = arrow((high - low) * NODE_WIDTH - 1, to_right,
                                  trace_index_is_lost(flow->context.index, event));
    char port[16];

    g_snprintf(port, sizeof port, "(%u)", to_right ? segment->src_port : segment->dst_port);
    overwrite(nodes, low * NODE_WIDTH + 1, port);
    /* The bars of the nodes between the two make way. */
    g_autofree char *blanks = g_strnfill((high - low) * NODE_WIDTH + ARROW_START - 1, ' ');
    overwrite(nodes, low * NODE_WIDTH + ARROW_START - 1, blanks);
    overwrite(nodes, low * NODE_WIDTH + ARROW_START, line);
    g_snprintf(port, sizeof port, "(%u)", to_right ? segment->dst_port : segment->src_port);
    overwrite(nodes, high * NODE_WIDTH + PORT_START, port);

    begin_row(flow, "", "");
    g_string_append(flow->out, nodes->str);
    g_string_append_c(flow->out, '\n');
}

static void write_separator(const Flow *flow)
{
    guint width = 5 + 1 + flow->time_width + flow->nodes * NODE_WIDTH + 2; /* as tshark has it */

    view_repeat("-", width, flow->out);
    g_string_append_c(flow->out, '\n');
}

static void write_segment(Flow *flow, const TraceEvent *event)
{
    guint from = node_of(flow, event->host), to = node_of(flow, event->segment.peer);
    guint low = MIN(from, to), high = MAX(from, to);

    if (flow->conversation != 0 && flow->conversation != event->segment.seen->flow)
        write_separator(flow);
    flow->conversation = event->segment.seen->flow;
    write_label_row(flow, event, low);
    if (low != high)
        write_arrow_row(flow, event, low, high);
}

void view_flow(const Trace *trace, const ViewOptions *options, GString *out)
{
    static const ViewOptions ascii = {.ascii_only = TRUE}; /* its columns are bytes */
    ViewStyle style = view_style(&ascii);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    Flow flow = {.context = {trace, index, &style}, .out = out};

    measure(&flow);
    write_header(&flow);
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        if (event->kind == TRACE_SEND)
            write_segment(&flow, event);
        view_between_rows(options, out);
    }
}
