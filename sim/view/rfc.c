/* A figure as RFC 9293 §3.5 draws them (figures 6 to 13), to paste into a text about TCP.
 *
 * States are those after the segment left or arrived.  A segment that arrives before anything else
 * happens at its two ends is one line; otherwise it leaves in one line ("...") and arrives in
 * another.  XXX is a segment that was lost (RFC 793 §3.4 explains the sign).  The first connection
 * begins with SEQ=100 at the left and SEQ=300 at the right, as it does in the RFC, each further one
 * 300 later.  PSH is left out, as windows and options are.
 *
 * Where things stand: figure.c.
 */
#include <string.h>

#include "view/figure.h"
#include "view/phrase.h"
#include "view/setup.h"
#include "view/view.h"

enum {
    LEFT_HOST = 0,
    RIGHT_HOST = 1,
    LINES_MAX = 10000, /* more is no figure any more */
    NEAR = 1000,       /* events: what comes later is not looked at to tell what comes at once */
};

/* Where the sequence numbers of each side begin, and how much later those of the next flow. */
static const guint32 first_seq[FIGURE_SIDES] = {100, 300};
enum { NEXT_FLOW = 300 };

typedef struct Drawing {
    ViewContext context;
    Figure *figure;
    IdMap *states;                    /* a host: a connection, or 0, -> its state's name */
    GHashTable *arrivals;             /* the id of a TRACE_SEND -> the line where it arrived */
    GPtrArray *pending[FIGURE_SIDES]; /* comments that wait for the next line */
    gboolean *is_told;                /* an event: a line shows it */
    const char *nothing;              /* what a host without a connection is in */
    guint32 flow;                     /* of the last segment; 0: none yet */
} Drawing;

/* --- who stands where ------------------------------------------------------------------------ */

static FigureSide other_side(FigureSide side)
{
    return side == FIGURE_LEFT ? FIGURE_RIGHT : FIGURE_LEFT;
}

/* A host without a side of its own stands opposite the other end. */
static FigureSide side_of(TraceHost host, TraceHost peer)
{
    if (host == LEFT_HOST || host == RIGHT_HOST)
        return host == LEFT_HOST ? FIGURE_LEFT : FIGURE_RIGHT;
    return peer == LEFT_HOST ? FIGURE_RIGHT : FIGURE_LEFT;
}

static gboolean is_peer(TraceHost host)
{
    return host == LEFT_HOST || host == RIGHT_HOST;
}

/* --- states ---------------------------------------------------------------------------------- */

static const char *state_text(TcpState state)
{
    return state == TCP_STATE_SYN_RCVD ? "SYN-RECEIVED" : tcp_state_name(state);
}

static void set_state(Drawing *drawing, const TraceEvent *event)
{
    if (event->host < drawing->context.trace->hosts->len)
        id_map_set(&drawing->states[event->host], event->conn,
                   (gpointer)(guintptr)state_text(event->state.to));
}

/* The event after this one, as far as one looks from `first`; NULL: none. */
static const TraceEvent *next_near(const Trace *trace, const TraceEvent *event,
                                   const TraceEvent *first)
{
    return event->id - first->id < NEAR ? trace_event(trace, event->id + 1) : NULL;
}

/* A host that neither has the connection nor listens is CLOSED, where states are known at all. */
static const char *state_of(const Drawing *drawing, TraceHost host, guint32 conn)
{
    gboolean is_known = host < drawing->context.trace->hosts->len;
    const char *state = is_known ? id_map_get(&drawing->states[host], conn) : NULL;

    if (trace_behind(drawing->context.trace, host) != NULL)
        return "";
    return state != NULL ? state : drawing->nothing;
}

/* The state in which the segment leaves or finds its connection: as it is, changed by what this
 * event (or the cause that it shares) still brings about at once. */
static const char *state_after(const Drawing *drawing, const TraceEvent *event)
{
    const Trace *trace = drawing->context.trace;
    TraceId cause = event->kind == TRACE_ARRIVE ? event->id : event->cause;
    const char *state = state_of(drawing, event->host, event->conn);
    const TraceEvent *next = next_near(trace, event, event);

    for (; next != NULL && next->t == event->t; next = next_near(trace, next, event)) {
        if (next->host != event->host)
            continue;
        if (next->kind == TRACE_ARRIVE || next->kind == TRACE_CALL)
            break;
        gboolean is_same = next->conn == event->conn || event->conn == 0;
        if (next->kind != TRACE_STATE || !is_same || next->cause != cause)
            continue;
        state = state_text(next->state.to);
        drawing->is_told[next->id] = TRUE;
    }
    return state;
}

/* --- lines ----------------------------------------------------------------------------------- */

static void comment(Drawing *drawing, TraceHost host, const char *text)
{
    FigureSide side = side_of(host, TRACE_NO_HOST);

    g_ptr_array_add(drawing->pending[side], g_strdup(text));
}

/* A comment below the last line: what came of it. */
static void comment_below(FigureLine *line, FigureSide side, const char *text)
{
    g_ptr_array_add(line->below[side], g_strdup(text));
}

/* A new line, with the comments that waited for it. */
static FigureLine *add_line(Drawing *drawing)
{
    FigureLine *line = figure_add(drawing->figure);

    for (guint side = 0; side < FIGURE_SIDES; side++) {
        GPtrArray *empty = line->above[side];

        line->above[side] = drawing->pending[side];
        drawing->pending[side] = empty;
    }
    return line;
}

/* The first line of each of the RFC's figures: how it was before. */
static void begin(Drawing *drawing)
{
    if (drawing->figure->lines->len > 0)
        return;
    if (*drawing->nothing == '\0')
        return;
    FigureLine *line = figure_add(drawing->figure);
    line->cell[FIGURE_LEFT] = state_of(drawing, LEFT_HOST, 0);
    line->cell[FIGURE_RIGHT] = state_of(drawing, RIGHT_HOST, 0);
}

/* --- segments -------------------------------------------------------------------------------- */

static guint32 shown_number(guint32 number, gboolean is_absolute, FigureSide side, guint32 flow)
{
    return is_absolute || flow == 0 ? number : number + first_seq[side] + NEXT_FLOW * (flow - 1);
}

static void append_control_bits(guint8 flags, GString *out)
{
    static const guint8 order[] = {1, 0, 2, 5, 4, 6, 7}; /* bits, as the RFC's figures write them */
    const char *between = "";

    g_string_append(out, "<CTL=");
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        if (!(flags & 1U << order[i]))
            continue;
        g_string_append_printf(out, "%s%s", between, tcp_flag_name(order[i]));
        between = ",";
    }
    g_string_append_c(out, '>');
}

/* "<SEQ=100><ACK=301><DATA=10><CTL=ACK>" */
static char *segment_text(const TraceSeen *seen, FigureSide from)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "<SEQ=%u>",
                           shown_number(seen->seq, seen->seq_is_absolute, from, seen->flow));
    if (seen->segment.flags & TCP_ACK)
        g_string_append_printf(
            out, "<ACK=%u>",
            shown_number(seen->ack, seen->ack_is_absolute, other_side(from), seen->flow));
    if (seen->segment.length > 0)
        g_string_append_printf(out, "<DATA=%u>", seen->segment.length);
    append_control_bits(seen->segment.flags, out);
    return g_string_free(out, FALSE);
}

/* A line with this segment; says so when it belongs to another connection than the last one. */
static FigureLine *add_segment(Drawing *drawing, const TraceSeen *seen, FigureSide from)
{
    if (drawing->flow != 0 && drawing->flow != seen->flow) {
        g_autofree char *text = g_strdup_printf("(connection %u)", seen->flow);

        g_ptr_array_add(drawing->pending[FIGURE_LEFT], g_steal_pointer(&text));
    }
    drawing->flow = seen->flow;
    FigureLine *line = add_line(drawing);
    line->segment = segment_text(seen, from);
    line->mark[FIGURE_LEFT] = line->mark[FIGURE_RIGHT] = from == FIGURE_LEFT ? "-->" : "<--";
    return line;
}

/* What stands at the sender's side. */
static const char *sender_cell(const Drawing *drawing, const TraceEvent *sent)
{
    if (sent->segment.injected)
        return "(forged)";
    return is_peer(sent->host) ? state_after(drawing, sent) : "(another)";
}

/* What stands at the receiver's side. */
static const char *receiver_cell(const Drawing *drawing, const TraceEvent *arrival)
{
    return is_peer(arrival->host) ? state_after(drawing, arrival) : "(another)";
}

/* Does this event come between a segment's leaving and its arrival, so that one line cannot show
 * both?  Segments that leave together do not come between. */
static gboolean comes_between(const TraceEvent *sent, const TraceEvent *event)
{
    gboolean at_sender = event->host == sent->host;

    switch (event->kind) {
    case TRACE_SEND: return at_sender ? event->t != sent->t : event->host == sent->segment.peer;
    case TRACE_ARRIVE: return at_sender;
    case TRACE_TIMER:
        return event->timer.event == TCP_TIMER_FIRED &&
               (at_sender || event->host == sent->segment.peer);
    case TRACE_CALL: return at_sender && event->t != sent->t;
    default: return FALSE;
    }
}

/* Does the way of the segment end there? */
static gboolean is_end_of(const TraceEvent *event, const TraceEvent *sent)
{
    return (event->kind == TRACE_ARRIVE && event->segment.sent == sent->id) ||
           (trace_is_lost_at_host(event) && event->fault.sent == sent->id);
}

/* The end that follows the sending so closely that one line shows both; NULL: none does. */
static const TraceEvent *end_at_once(const Drawing *drawing, const TraceEvent *sent)
{
    const Trace *trace = drawing->context.trace;

    if (sent->segment.fate == TRACE_FATE_LOST || sent->segment.fate == TRACE_FATE_DELAY)
        return NULL;
    const TraceEvent *event = next_near(trace, sent, sent);
    for (; event != NULL; event = next_near(trace, event, sent)) {
        if (is_end_of(event, sent))
            return event;
        if (comes_between(sent, event))
            return NULL;
    }
    return NULL;
}

static void show_lost(FigureLine *line, FigureSide to)
{
    line->mark[to] = "XXX";
    line->cell[to] = "(lost)";
}

static void show_end(Drawing *drawing, TraceId sent, const TraceEvent *end, FigureLine *line,
                     FigureSide to)
{
    drawing->is_told[end->id] = TRUE;
    g_hash_table_insert(drawing->arrivals, GUINT_TO_POINTER(sent), line);
    if (trace_is_lost_at_host(end))
        show_lost(line, to);
    else
        line->cell[to] = receiver_cell(drawing, end);
}

static void tell_send(Drawing *drawing, const TraceEvent *event)
{
    FigureSide from = side_of(event->host, event->segment.peer), to = other_side(from);
    const TraceEvent *end = end_at_once(drawing, event);

    begin(drawing);
    FigureLine *line = add_segment(drawing, event->segment.seen, from);
    line->cell[from] = sender_cell(drawing, event);
    /* It did not leave the peer that it says it comes from (figure 8, line 3). */
    if (event->segment.injected)
        line->mark[from] = "...";
    if (event->segment.fate == TRACE_FATE_LOST)
        show_lost(line, to);
    else if (end != NULL)
        show_end(drawing, event->id, end, line, to);
    else
        line->mark[to] = "...";
}

/* The end of a way that the line of its sending does not show. */
static void tell_end(Drawing *drawing, const TraceEvent *event, const TraceSegment *segment)
{
    if (drawing->is_told[event->id])
        return;
    FigureSide to = side_of(event->host, segment->peer), from = other_side(to);
    begin(drawing);
    FigureLine *line = add_segment(drawing, segment->seen, from);
    line->mark[from] = "...";
    line->cell[from] = segment->copy > 0 ? "(duplicate)" : "";
    show_end(drawing, segment->sent, event, line, to);
}

static void tell_arrive(Drawing *drawing, const TraceEvent *event)
{
    tell_end(drawing, event, &event->segment);
}

/* On its way: the line of its sending shows that. */
static void tell_lost(Drawing *drawing, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(drawing->context.trace, event);

    if (!trace_is_lost_at_host(event) || sent == NULL)
        return;
    TraceSegment segment = sent->segment;
    segment.peer = (guint16)sent->host;
    segment.sent = sent->id;
    tell_end(drawing, event, &segment);
}

static void tell_discard(Drawing *drawing, const TraceEvent *event)
{
    FigureLine *line =
        g_hash_table_lookup(drawing->arrivals, GUINT_TO_POINTER(event->segment.sent));

    if (line != NULL)
        comment_below(line, side_of(event->host, event->segment.peer), "(refused)");
}

/* --- what happens between segments ------------------------------------------------------------ */

/* Is a segment under way that shows this state: sent for the same cause, or its arrival? */
static gboolean segment_shows(const Drawing *drawing, const TraceEvent *event)
{
    const Trace *trace = drawing->context.trace;
    const TraceEvent *next = next_near(trace, event, event);

    if (drawing->is_told[event->id])
        return TRUE;
    for (; next != NULL && next->t == event->t; next = next_near(trace, next, event)) {
        if (next->host != event->host)
            continue;
        if (next->kind == TRACE_ARRIVE || next->kind == TRACE_CALL)
            return FALSE;
        if (next->kind == TRACE_SEND && next->conn == event->conn && next->cause == event->cause)
            return TRUE;
    }
    return FALSE;
}

static void comment_call(Drawing *drawing, const TraceEvent *event)
{
    static const struct {
        TcpReason reason;
        const char *text;
    } calls[] = {
        {TCP_REASON_CLOSE_CALLED, "(Close)"},
        {TCP_REASON_CLOSE_UNREAD, "(Close)"},
        {TCP_REASON_SHUTDOWN_CALLED, "(Shutdown)"},
        {TCP_REASON_ABORT_CALLED, "(Abort)"},
        {TCP_REASON_CRASHED, "(Crash)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++) {
        if (calls[i].reason == event->state.reason)
            comment(drawing, event->host, calls[i].text);
    }
}

static void tell_state(Drawing *drawing, const TraceEvent *event)
{
    if (event->conn == 0 || !is_peer(event->host)) {
        set_state(drawing, event);
        return;
    }
    begin(drawing);
    comment_call(drawing, event);
    if (!segment_shows(drawing, event)) {
        FigureLine *line = add_line(drawing);

        line->cell[side_of(event->host, TRACE_NO_HOST)] = state_text(event->state.to);
    }
    set_state(drawing, event);
}

static void tell_timer(Drawing *drawing, const TraceEvent *event)
{
    if (event->timer.event != TCP_TIMER_FIRED || !is_peer(event->host))
        return;
    const TraceEvent *arming = trace_index_before(drawing->context.index, event);
    g_autoptr(GString) text = g_string_new("(");
    if (event->timer.timer == TCP_TIMER_TIME_WAIT)
        g_string_append(text, "2 MSL");
    else if (event->timer.timer == TCP_TIMER_RETRANSMIT)
        g_string_append(text, "RTO");
    else
        g_string_append(text, tcp_timer_name(event->timer.timer));
    g_string_append(text, ", ");
    phrase_time(arming != NULL ? event->t - arming->t : event->timer.length, text);
    g_string_append_c(text, ')');
    comment(drawing, event->host, text->str);
}

static void tell_app(Drawing *drawing, const TraceEvent *event)
{
    guint lines = drawing->figure->lines->len;

    if (event->app.event != TRACE_APP_ERROR || !is_peer(event->host) || lines == 0)
        return;
    g_autofree char *text = g_strdup_printf("(%s)", tcp_error_name(event->app.error));
    comment_below(g_ptr_array_index(drawing->figure->lines, lines - 1),
                  side_of(event->host, TRACE_NO_HOST), text);
}

static void tell_host(Drawing *drawing, const TraceEvent *event)
{
    if (event->host_event.up && is_peer(event->host))
        comment(drawing, event->host, "(Reboot)");
}

static void (*const tell[TRACE_KIND_COUNT])(Drawing *drawing, const TraceEvent *event) = {
    [TRACE_APP] = tell_app,         [TRACE_SEND] = tell_send,   [TRACE_ARRIVE] = tell_arrive,
    [TRACE_LOST] = tell_lost,       [TRACE_STATE] = tell_state, [TRACE_TIMER] = tell_timer,
    [TRACE_DISCARD] = tell_discard, [TRACE_HOST] = tell_host,
};

/* --- the whole ------------------------------------------------------------------------------- */

/* A source that only saw the wire knows no states. */
static gboolean tells_states(const TraceIndex *index)
{
    for (TraceHost host = 0; host < index->trace->hosts->len; host++) {
        if (trace_index_first(index, host, TRACE_LIST_STATES) != NULL)
            return TRUE;
    }
    return FALSE;
}

static char *title_of(const Drawing *drawing, TraceHost host, char letter)
{
    GString *title = g_string_new(NULL);

    g_string_append_printf(title, "TCP Peer %c", letter);
    if (host < drawing->context.trace->hosts->len) {
        g_string_append(title, " (");
        phrase_host(&drawing->context, host, title);
        g_string_append_c(title, ')');
    }
    return g_string_free(title, FALSE);
}

/* " (client: linux-2.4; server: linux-6.18)" */
static void add_setup(const Drawing *drawing, GString *caption)
{
    const ViewContext *context = &drawing->context;
    gsize before = caption->len;

    g_string_append(caption, before > 0 ? " (" : "(");
    if (setup_append(context->trace, context->style, caption))
        g_string_append_c(caption, ')');
    else
        g_string_truncate(caption, before);
}

static void write_figure(Drawing *drawing, GString *out)
{
    g_autofree char *left = title_of(drawing, LEFT_HOST, 'A');
    g_autofree char *right = title_of(drawing, RIGHT_HOST, 'B');
    const char *const titles[FIGURE_SIDES] = {left, right};
    g_autoptr(GString) caption = g_string_new(NULL);

    if (drawing->pending[FIGURE_LEFT]->len + drawing->pending[FIGURE_RIGHT]->len > 0)
        add_line(drawing);
    if (drawing->context.trace->title != NULL)
        view_clean(drawing->context.style, drawing->context.trace->title, caption);
    add_setup(drawing, caption);
    figure_write(drawing->figure, titles, caption->str, out);
}

static void draw(Drawing *drawing)
{
    const TraceEvents *events = drawing->context.trace->events;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = &g_array_index(events, TraceEvent, i);

        if (drawing->figure->lines->len >= LINES_MAX) {
            g_ptr_array_add(drawing->pending[FIGURE_LEFT], g_strdup("(and so on)"));
            return;
        }
        if (tell[event->kind] != NULL)
            tell[event->kind](drawing, event);
    }
}

void view_rfc(const Trace *trace, const ViewOptions *options, GString *out)
{
    (void)options;
    static const ViewOptions ascii = {.ascii_only = TRUE}; /* its columns are bytes */
    ViewStyle style = view_style(&ascii);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autoptr(Figure) figure = figure_new();
    g_autofree gboolean *is_told = g_new0(gboolean, (gsize)trace->events->len + 1);
    g_autofree IdMap *states = g_new0(IdMap, trace->hosts->len + 1);
    g_autoptr(GHashTable) arrivals = g_hash_table_new(NULL, NULL);
    Drawing drawing = {.context = {trace, index, &style},
                       .figure = figure,
                       .states = states,
                       .arrivals = arrivals,
                       .is_told = is_told,
                       .nothing = tells_states(index) ? tcp_state_name(TCP_STATE_CLOSED) : ""};

    for (guint side = 0; side < FIGURE_SIDES; side++)
        drawing.pending[side] = g_ptr_array_new_with_free_func(g_free);
    draw(&drawing);
    write_figure(&drawing, out);
    for (guint side = 0; side < FIGURE_SIDES; side++)
        g_ptr_array_unref(drawing.pending[side]);
    for (TraceHost host = 0; host < trace->hosts->len; host++)
        id_map_clear(&states[host]);
}
