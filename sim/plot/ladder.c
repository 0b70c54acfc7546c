/* The ladder: time downwards, a life line for each host, an arrow for each segment.
 *
 * Rows stand in the order of events.  How far apart they are follows the time between them, but never
 * so close that two texts meet; a long wait is folded.  Beside a life line stand the states, and
 * outside them the timers as braces: left of the first host, right of the last one.
 */
#include "plot/letters.h"
#include "plot/page.h"
#include "plot/plot.h"
#include "plot/story.h"
#include "view/phrase.h"

enum {
    EDGE = 24,
    SEND_LINE = 18,  /* least distance of two rows that say a segment */
    ARROW_LINE = 30, /* of two that leave the same host: an arrow passes below its own label only */
    CROSS_LINE = 16, /* of an arrow that ends where one begins: it passes below that one's label */
    NOTE_LINE = 14,
    INSTANT_LINE = 17, /* of two instants */
    ARRIVAL_LINE = 8,
    SLANT = 14,    /* an arrow falls at least so far */
    UNIT = 36,     /* and as a rule so far */
    BELOW_TIP = 9, /* a text below the tip of an arrow that ends where it belongs */
    FOLD = 60,
    STRIP = 4,     /* half the width of a life line's strip */
    BRACE = 9,     /* how far a brace stands out */
    BRACE_GAP = 6, /* between a brace and its text */
    COLUMNS = 4,   /* of braces, at most, beside a host */
    SENDS_MOST = 100,
};

static const double spacing_least = 360, spacing_most = 620;
static const double fold_half = 9;

typedef struct Brace {
    const PlotTimer *timer;
    char *text;
    double y1, y2;
    int column; /* -1: left out */
} Brace;

/* A host and what stands beside its life line. */
typedef struct Life {
    const char *name;
    double x;
    int side; /* -1: states and timers at the left, 1: at the right */
    double notes_width, column_width[COLUMNS];
    GArray *braces;                            /* Brace */
    double last_note, last_arrival, last_send; /* y of rows so far */
    guint32 strip_conn;                        /* whose states colour the line; 0: nobody's yet */
    gboolean has_listened;
    double strip_y;
    TcpState strip_state;
} Life;

typedef struct Fold {
    double y;
    SimTime length;
} Fold;

typedef struct Instant {
    double y;
    SimTime t;
} Instant;

typedef struct Ladder {
    const PlotStory *story;
    PlotPage *page;
    Life *lives;
    guint life_count;
    guint event_count; /* events that are drawn */
    guint sends_left_out, braces_left_out;
    double *y; /* of each event, by id */
    GArray *folds, *instants;
    double top, bottom;
    double spacing;
    double last_send;
    TraceHost last_sender;
    SimTime last_send_t;
    PlotLetters letters; /* none, where none are wanted */
} Ladder;

static const TraceEvent *event_at(const Ladder *ladder, guint i)
{
    return &g_array_index(ladder->story->trace->events, TraceEvent, i);
}

/* --- words -------------------------------------------------------------------------------- */

/* "SYN-ACK seq=0 ack=1 .2"; of a forged one, whom it claims to come from; which of the sender's
 * connections, if it has several: numbered as its states are, for a repeated SYN can open a second
 * connection within one and the same flow. */
static char *segment_text(const Ladder *ladder, const TraceEvent *event)
{
    GString *text = g_string_new(NULL);

    if (event->segment.injected) {
        g_string_append(text, "as ");
        phrase_claimed_sender(&ladder->story->context, &event->segment, text);
        g_string_append(text, ": ");
    }
    phrase_segment(&event->segment, PHRASE_SHORT, text);
    plot_letters_write(&ladder->letters, event, text);
    if (event->segment.fate == TRACE_FATE_DELAY)
        g_string_append(text, " (delayed)");
    if (event->conn != 0 && trace_index_has_many(ladder->story->index, event->host))
        g_string_append_printf(text, " .%u", event->conn);
    return g_string_free(text, FALSE);
}

/* What stands beside a life line, and is no state. */
static const char *word_of(const Ladder *ladder, const TraceEvent *event)
{
    if (event->kind == TRACE_HOST)
        return plot_host_event(event);
    return plot_is_refused(ladder->story, event) ? "refused" : plot_error(event);
}

/* "SYN-SENT"; which connection, if there are several; "crashed" of the host. */
static char *note_text(const Ladder *ladder, const TraceEvent *event)
{
    const char *word = word_of(ladder, event);
    GString *text = g_string_new(word != NULL ? word : tcp_state_name(event->state.to));

    if (event->kind != TRACE_ARRIVE && event->conn != 0 &&
        trace_index_has_many(ladder->story->index, event->host))
        g_string_append_printf(text, " .%u", event->conn);
    return g_string_free(text, FALSE);
}

static TraceHost other_end(const Ladder *ladder, const TraceEvent *event)
{
    TraceHost peer = event->segment.peer;

    if (peer < ladder->life_count && peer != event->host)
        return peer;
    return event->host == 0 ? 1 : 0;
}

/* --- rows --------------------------------------------------------------------------------- */

/* Of a segment that is drawn from its sending to here. */
static gboolean is_end_of_way(const TraceEvent *event)
{
    return event->kind == TRACE_ARRIVE || trace_is_lost_at_host(event);
}

/* Does it stand beside its life line: a state, an error, that the host crashed, that a segment was refused? */
static gboolean is_note(const Ladder *ladder, const TraceEvent *event)
{
    return event->kind == TRACE_STATE || word_of(ladder, event) != NULL;
}

static gboolean is_drawn(const Ladder *ladder, const TraceEvent *event)
{
    if (event->host >= ladder->life_count)
        return FALSE;
    return event->kind == TRACE_SEND || is_end_of_way(event) || event->kind == TRACE_TIMER ||
           is_note(ladder, event);
}

static SimTime unit_of(const Ladder *ladder)
{
    return ladder->story->one_way > 0 ? ladder->story->one_way : 10 * SIM_MILLISECOND;
}

/* Down to the next instant.  What left one after the other in this one, from `first` to `last`, falls side
 * by side: an arrow that waited for the one below would fall through its label. */
static double pass_time(Ladder *ladder, double first, double last, SimTime from, SimTime to)
{
    SimTime unit = unit_of(ladder);

    if (!plot_gap_is_folded(to - from, unit))
        return MAX(last + ARRIVAL_LINE,
                   first + MAX((double)INSTANT_LINE, UNIT * (double)(to - from) / (double)unit));

    Fold fold = {last + FOLD * 0.47, to - from};

    g_array_append_val(ladder->folds, fold);
    return last + FOLD;
}

/* Below what it would run into: the last row of segments, unless both have room beside each other;
 * arrows that end at this life line. */
static double send_row(Ladder *ladder, const TraceEvent *event, double top, double y)
{
    Life *life = &ladder->lives[event->host];
    gboolean is_beside = ladder->last_sender != event->host && ladder->last_send_t == event->t &&
                         ladder->life_count == 2;

    y = is_beside ? top : MAX(y, ladder->last_send + SEND_LINE);
    y = MAX(y, life->last_arrival + SEND_LINE);
    y = MAX(y, life->last_send + ARROW_LINE);
    ladder->last_send = MAX(ladder->last_send, y);
    life->last_send = y;
    ladder->last_sender = event->host;
    ladder->last_send_t = event->t;
    return y;
}

static double arrival_row(Ladder *ladder, const TraceEvent *event, double y)
{
    Life *life = &ladder->lives[event->host];
    const TraceEvent *sent = trace_sent(ladder->story->trace, event);

    if (sent != NULL && sent->id < event->id)
        y = MAX(y, ladder->y[sent->id] + SLANT);
    y = MAX(y, life->last_arrival + ARRIVAL_LINE);
    return MAX(y, life->last_send + CROSS_LINE);
}

/* Beside a host's own rows; nobody else's hold it up. */
static double note_row(Life *life, double y)
{
    y = MAX(y, life->last_note + NOTE_LINE);
    y = MAX(y, MAX(life->last_arrival, life->last_send));
    life->last_note = y;
    return y;
}

/* In an instant that begins at `top` and has come down to y. */
static double row_of(Ladder *ladder, const TraceEvent *event, double top, double y)
{
    Life *life = &ladder->lives[event->host];

    if (event->kind == TRACE_SEND)
        return send_row(ladder, event, top, y);
    if (is_end_of_way(event)) {
        double end = arrival_row(ladder, event, top);

        life->last_arrival = is_note(ladder, event) ? MAX(end, life->last_note + NOTE_LINE) : end;
        life->last_note = is_note(ladder, event) ? life->last_arrival : life->last_note;
        return life->last_arrival;
    }
    return is_note(ladder, event) ? note_row(life, top) : y;
}

static double lowest_note(const Ladder *ladder)
{
    double y = 0;

    for (guint i = 0; i < ladder->life_count; i++)
        y = MAX(y, ladder->lives[i].last_note);
    return y;
}

static void begin_instant(Ladder *ladder, double y, SimTime t)
{
    Instant instant = {y, t};

    g_array_append_val(ladder->instants, instant);
}

static void find_rows(Ladder *ladder, double y)
{
    const Instant *now = NULL;

    for (guint i = 0; i < ladder->event_count; i++) {
        const TraceEvent *event = event_at(ladder, i);

        if (!is_drawn(ladder, event))
            continue;
        if (now != NULL && event->t > now->t)
            y = pass_time(ladder, now->y, MAX(y, lowest_note(ladder)), now->t, event->t);
        if (now == NULL || event->t > now->t)
            begin_instant(ladder, y, event->t);
        now = &g_array_index(ladder->instants, Instant, ladder->instants->len - 1);

        double own = row_of(ladder, event, now->y, y);

        ladder->y[event->id] = own;
        /* Notes of one host do not hold up the other. */
        y = is_note(ladder, event) && !is_end_of_way(event) ? y : MAX(y, own);
        ladder->bottom = MAX(ladder->bottom, own);
    }
}

/* --- columns ------------------------------------------------------------------------------ */

static double id_y(const Ladder *ladder, TraceId id)
{
    return id != 0 && id <= ladder->event_count ? ladder->y[id] : ladder->bottom;
}

static void find_braces(Ladder *ladder)
{
    for (guint i = 0; i < ladder->story->timers->len; i++) {
        Brace brace = {.timer = &g_array_index(ladder->story->timers, PlotTimer, i)};

        if (brace.timer->host >= ladder->life_count || brace.timer->armed > ladder->event_count)
            continue;
        brace.text = plot_timer_text(brace.timer);
        brace.y1 = id_y(ladder, brace.timer->armed) + 2;
        brace.y2 = id_y(ladder, brace.timer->ended) - 2;
        g_array_append_val(ladder->lives[brace.timer->host].braces, brace);
    }
}

static void place_braces(Ladder *ladder, Life *life)
{
    PlotRows columns;

    plot_rows_init(&columns, COLUMNS, 0);
    for (guint i = 0; i < life->braces->len; i++) {
        Brace *brace = &g_array_index(life->braces, Brace, i);

        brace->column = plot_rows_place(&columns, brace->y1, MAX(brace->y2, brace->y1 + 13));
        if (brace->column < 0) {
            ladder->braces_left_out++;
            continue;
        }
        double width = BRACE + 2 * BRACE_GAP + plot_text_width(brace->text, PLOT_SMALL) + 6;

        life->column_width[brace->column] = MAX(life->column_width[brace->column], width);
    }
}

static void measure(Ladder *ladder)
{
    ladder->spacing = spacing_least;
    for (guint i = 0; i < ladder->event_count; i++) {
        const TraceEvent *event = event_at(ladder, i);

        if (!is_drawn(ladder, event))
            continue;
        if (event->kind == TRACE_SEND) {
            g_autofree char *text = segment_text(ladder, event);
            double wanted = plot_text_width(text, PLOT_SMALL) * 2 + 40;

            ladder->spacing = MIN(MAX(ladder->spacing, wanted), spacing_most);
        } else if (is_note(ladder, event)) {
            g_autofree char *text = note_text(ladder, event);
            double *width = &ladder->lives[event->host].notes_width;

            *width = MAX(*width, plot_text_width(text, PLOT_SMALL) + 2 * STRIP + 8);
        }
    }
}

static double beside(const Life *life)
{
    double width = life->notes_width;

    for (guint i = 0; i < COLUMNS; i++)
        width += life->column_width[i];
    return width;
}

/* Segments come from both sides: no side is free of the tips of their arrows. */
static gboolean is_between(const Ladder *ladder, TraceHost host)
{
    return host > 0 && host + 1 < ladder->life_count;
}

/* Outside for the first and the last host, otherwise where fewer of its segments go. */
static int quiet_side(const Ladder *ladder, TraceHost host)
{
    int to_right = 0;

    if (!is_between(ladder, host))
        return host == 0 ? -1 : 1;
    for (guint i = 0; i < ladder->story->sends->len; i++) {
        const TraceEvent *event = g_array_index(ladder->story->sends, PlotSend, i).event;

        if (event->host == host)
            to_right += other_end(ladder, event) > host ? 1 : -1;
    }
    return to_right > 0 ? -1 : 1;
}

static void fit_last_name(Ladder *ladder, const Life *life)
{
    ladder->page->width =
        MAX(ladder->page->width, life->x + plot_text_width(life->name, PLOT_TEXT) / 2 + EDGE);
}

static void place_lives(Ladder *ladder)
{
    double x = EDGE + 60;

    for (guint i = 0; i < ladder->life_count; i++) {
        Life *life = &ladder->lives[i];

        place_braces(ladder, life);
        life->side = quiet_side(ladder, i);
        x += i == 0 ? 0 : ladder->spacing;
        x += life->side < 0 ? MAX(beside(life), 40) : 0;
        life->x = x;
        x += life->side > 0 ? beside(life) : 0;
    }
    ladder->page->width = MAX(ladder->page->width, x + EDGE);
    if (ladder->life_count > 0)
        fit_last_name(ladder, &ladder->lives[ladder->life_count - 1]);
}

/* --- drawing ------------------------------------------------------------------------------ */

/* Where labels and arrows of the host begin on the way to the other one. */
static double way_out(const Ladder *ladder, TraceHost from, TraceHost to)
{
    const Life *life = &ladder->lives[from];

    return life->x + (ladder->lives[to].x > life->x ? STRIP + 1 : -STRIP - 1);
}

static const char *arrow_kind(const TraceEvent *sent)
{
    if (sent->segment.injected)
        return "arrow-forged";
    return trace_is_again(sent) ? "arrow-again" : "arrow";
}

static const char *lost_arrow_kind(const TraceEvent *sent)
{
    return trace_is_again(sent) ? "arrow-lost-again" : "arrow-lost";
}

static void draw_segment_text(Ladder *ladder, const TraceEvent *event)
{
    TraceHost to = other_end(ladder, event);
    const Life *life = &ladder->lives[event->host];
    g_autofree char *text = segment_text(ladder, event);
    double width = plot_text_width(text, PLOT_SMALL), y = ladder->y[event->id] - 8;
    gboolean to_right = ladder->lives[to].x > life->x;
    double out = STRIP + 6 + (to_right == (life->side > 0) ? beside(life) : 0);
    double x = to_right ? life->x + out : life->x - out;

    plot_page_box(ladder->page, to_right ? x - 1 : x - width - 1, y - 6,
                  to_right ? x + width + 1 : x + 1, y + 6, "label", NULL);
    plot_page_text(ladder->page, x, y, to_right ? PLOT_LEFT : PLOT_RIGHT, PLOT_SMALL, "segment",
                   text);
}

static void draw_lost(Ladder *ladder, const TraceEvent *event)
{
    TraceHost to = other_end(ladder, event);
    double x1 = way_out(ladder, event->host, to), x2 = way_out(ladder, to, event->host);
    double x = x1 + (x2 - x1) * 0.62, y = ladder->y[event->id];
    const char *name = ladder->lives[event->host].name;

    plot_page_line(ladder->page, x1, y, x, y + UNIT * 0.3, lost_arrow_kind(event));
    plot_page_mark(ladder->page, x, y + UNIT * 0.3, "died", event->t, name,
                   segment_class_name(event->segment.class));
}

/* A segment of which nobody saw the end: of a capture, or the trace ended before. */
static void draw_unseen(Ladder *ladder, const TraceEvent *event)
{
    TraceHost to = other_end(ladder, event);
    double y = ladder->y[event->id];

    plot_page_line(ladder->page, way_out(ladder, event->host, to), y,
                   way_out(ladder, to, event->host), y + SLANT, arrow_kind(event));
    ladder->bottom = MAX(ladder->bottom, y + SLANT);
}

/* The cross of one that found its host down stands at that host, the ring of one that was refused, too. */
static void draw_end(Ladder *ladder, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(ladder->story->trace, event);

    if (sent == NULL || sent->host >= ladder->life_count || sent->host == event->host)
        return;

    double x = way_out(ladder, event->host, sent->host), y = ladder->y[event->id];
    gboolean is_lost = trace_is_lost_at_host(event);

    plot_page_line(ladder->page, way_out(ladder, sent->host, event->host), ladder->y[sent->id], x,
                   y, is_lost ? lost_arrow_kind(sent) : arrow_kind(sent));
    if (is_lost || plot_is_refused(ladder->story, event))
        plot_page_mark(ladder->page, x, y, is_lost ? "died" : "refused", event->t,
                       ladder->lives[sent->host].name, segment_class_name(sent->segment.class));
}

static void draw_sends(Ladder *ladder)
{
    for (guint i = 0; i < ladder->story->sends->len; i++) {
        const PlotSend *send = &g_array_index(ladder->story->sends, PlotSend, i);
        const TraceEvent *event = send->event;

        if (event->id > ladder->event_count || event->host >= ladder->life_count ||
            ladder->life_count < 2)
            continue;
        draw_segment_text(ladder, event);
        if (send->end == NULL && plot_send_is_lost(send))
            draw_lost(ladder, event);
        else if (send->end == NULL || send->end->id > ladder->event_count)
            draw_unseen(ladder, event);
    }
}

/* --- states ------------------------------------------------------------------------------- */

static void end_strip(Ladder *ladder, Life *life, double y)
{
    PlotSpan span = {0, 0, life->name, tcp_state_name(life->strip_state)};
    g_autofree char *what = g_ascii_strdown(tcp_state_name(life->strip_state), -1);

    if ((life->strip_conn != 0 || life->has_listened) && life->strip_state != TCP_STATE_CLOSED &&
        y > life->strip_y)
        plot_page_box(ladder->page, life->x - STRIP, life->strip_y, life->x + STRIP, y, what,
                      &span);
}

static void draw_note(Ladder *ladder, const TraceEvent *event)
{
    const Life *life = &ladder->lives[event->host];
    double y = ladder->y[event->id], x = life->x + life->side * (STRIP + 5);
    g_autofree char *text = note_text(ladder, event);
    double end = x + life->side * plot_text_width(text, PLOT_SMALL);

    double middle = is_between(ladder, event->host) ? y + BELOW_TIP : y;
    gboolean is_bad = event->kind != TRACE_STATE && event->kind != TRACE_HOST;

    plot_page_box(ladder->page, MIN(x, end), middle - 6, MAX(x, end), middle + 6, "label", NULL);
    plot_page_text(ladder->page, x, middle, life->side < 0 ? PLOT_RIGHT : PLOT_LEFT, PLOT_SMALL,
                   is_bad ? "bad" : "state", text);
}

/* One connection colours the line, until it is over; before the first, its listener does. */
static void draw_state(Ladder *ladder, const TraceEvent *event)
{
    Life *life = &ladder->lives[event->host];
    double y = ladder->y[event->id];

    /* A half-open connection that was reset is over too: it went back to LISTEN. */
    gboolean is_over =
        life->strip_state == TCP_STATE_CLOSED || life->strip_state == TCP_STATE_LISTEN;
    if (life->strip_conn != event->conn && life->strip_conn != 0 && !is_over)
        return;
    end_strip(ladder, life, y);
    life->strip_conn = event->conn;
    life->has_listened = life->has_listened || event->conn == 0;
    life->strip_state = event->state.to;
    life->strip_y = y;
}

/* --- braces ------------------------------------------------------------------------------- */

/* Two quarter circles, a point, two more; it stands out to `side`. */
static void draw_brace(Ladder *ladder, const Brace *brace, double x, int side, const char *what)
{
    static const double sine[] = {0, 0.383, 0.707, 0.924, 1};
    double half = BRACE / 2.0, middle = (brace->y1 + brace->y2) / 2;
    double r = MIN(half, (brace->y2 - brace->y1) / 4);
    int n = G_N_ELEMENTS(sine);

    for (int i = 0; i < n; i++)
        plot_page_point(ladder->page, x + side * half * sine[i],
                        brace->y1 + r * (1 - sine[n - 1 - i]), what);
    for (int i = 0; i < n; i++)
        plot_page_point(ladder->page, x + side * half * (2 - sine[n - 1 - i]),
                        middle - r * (1 - sine[i]), what);
    for (int i = 0; i < n; i++)
        plot_page_point(ladder->page, x + side * half * (2 - sine[i]),
                        middle + r * (1 - sine[n - 1 - i]), what);
    for (int i = 0; i < n; i++)
        plot_page_point(ladder->page, x + side * half * sine[n - 1 - i],
                        brace->y2 - r * (1 - sine[i]), what);
    plot_page_end_curve(ladder->page);
}

static void draw_braces(Ladder *ladder, const Life *life)
{
    for (guint i = 0; i < life->braces->len; i++) {
        const Brace *brace = &g_array_index(life->braces, Brace, i);
        gboolean is_cancelled = brace->timer->end == PLOT_TIMER_CANCELLED;
        double x = life->x + life->side * life->notes_width;

        if (brace->column < 0 || brace->y2 <= brace->y1)
            continue;
        for (int j = 0; j < brace->column; j++)
            x += life->side * life->column_width[j];
        x += life->side * BRACE_GAP;
        draw_brace(ladder, brace, x, life->side, is_cancelled ? "brace-cancelled" : "brace");
        plot_page_text(ladder->page, x + life->side * (BRACE + 3), (brace->y1 + brace->y2) / 2,
                       life->side < 0 ? PLOT_RIGHT : PLOT_LEFT, PLOT_SMALL, "timer", brace->text);
    }
}

/* --- folds and times ---------------------------------------------------------------------- */

static void draw_zigzag(Ladder *ladder, double x1, double x2, double y)
{
    guint i = 0;

    for (double x = x1; x <= x2; x += 6, i++)
        plot_page_point(ladder->page, x, y + (i % 2 == 0 ? -2 : 2), "fold");
    plot_page_end_curve(ladder->page);
}

static void draw_folds(Ladder *ladder)
{
    double x1 = ladder->lives[0].x - 16, x2 = ladder->lives[ladder->life_count - 1].x + 16;

    for (guint i = 0; i < ladder->folds->len; i++) {
        const Fold *fold = &g_array_index(ladder->folds, Fold, i);
        g_autoptr(GString) text = g_string_new(NULL);

        plot_time(fold->length, text);
        plot_page_box(ladder->page, x1, fold->y - fold_half, x2, fold->y + fold_half, "label",
                      NULL);
        draw_zigzag(ladder, x1, x2, fold->y - fold_half);
        draw_zigzag(ladder, x1, x2, fold->y + fold_half);
        plot_page_text(ladder->page, (x1 + x2) / 2, fold->y, PLOT_CENTER, PLOT_SMALL, "fold",
                       text->str);
    }
}

static void draw_times(Ladder *ladder)
{
    plot_page_text(ladder->page, EDGE + 44, ladder->top - 26, PLOT_RIGHT, PLOT_SMALL, "time",
                   "time, s");
    for (guint i = 0; i < ladder->instants->len; i++) {
        const Instant *instant = &g_array_index(ladder->instants, Instant, i);
        g_autofree char *text = plot_seconds(instant->t, ladder->story->one_way);

        plot_page_text(ladder->page, EDGE + 44, instant->y, PLOT_RIGHT, PLOT_SMALL, "time", text);
    }
}

static gboolean any_send(const Ladder *ladder, gboolean (*is)(const PlotSend *))
{
    for (guint i = 0; i < ladder->story->sends->len; i++) {
        const PlotSend *send = &g_array_index(ladder->story->sends, PlotSend, i);

        if (send->event->id <= ladder->event_count && is(send))
            return TRUE;
    }
    return FALSE;
}

static gboolean any_refused(const Ladder *ladder)
{
    for (guint i = 0; i < ladder->event_count; i++) {
        if (plot_is_refused(ladder->story, event_at(ladder, i)))
            return TRUE;
    }
    return FALSE;
}

static double draw_legend(Ladder *ladder, double y)
{
    static const struct {
        gboolean (*is)(const PlotSend *);
        PlotLegend legend;
    } all[] = {
        {plot_send_is_first, {"arrow", PLOT_SIGN_LINE, "sent"}},
        {plot_send_is_again, {"arrow-again", PLOT_SIGN_LINE, "sent again"}},
        {plot_send_is_forged, {"arrow-forged", PLOT_SIGN_LINE, "forged"}},
        {plot_send_is_lost, {"died", PLOT_SIGN_MARK, "lost"}},
    };
    static const PlotLegend refused = {"refused", PLOT_SIGN_MARK, "arrived, refused or ignored"};
    PlotLegend used[G_N_ELEMENTS(all) + 1];
    guint count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (any_send(ladder, all[i].is))
            used[count++] = all[i].legend;
    }
    if (any_refused(ladder))
        used[count++] = refused;
    return plot_page_legend(ladder->page, EDGE, y, ladder->page->width - EDGE, used, count);
}

static double draw_below(Ladder *ladder, double y)
{
    g_autoptr(GString) text = g_string_new("Left out for want of room: ");

    y = draw_legend(ladder, y);
    plot_page_text(
        ladder->page, EDGE, y, PLOT_LEFT, PLOT_SMALL, "legend",
        "A brace is a timer, as long as it ran; in brackets: cancelled before its time.");
    y += 18;
    if (ladder->sends_left_out + ladder->braces_left_out == 0)
        return y;
    phrase_count(ladder->sends_left_out, "later segment, ", "later segments, ", text);
    phrase_count(ladder->braces_left_out, "timer", "timers", text);
    plot_page_text(ladder->page, EDGE, y, PLOT_LEFT, PLOT_SMALL, "note", text->str);
    return y + 18;
}

static void draw(Ladder *ladder)
{
    for (guint i = 0; i < ladder->life_count; i++) {
        const Life *life = &ladder->lives[i];

        plot_page_text(ladder->page, life->x, ladder->top - 26, PLOT_CENTER, PLOT_TEXT, "host",
                       life->name);
        plot_page_line(ladder->page, life->x, ladder->top - 14, life->x, ladder->bottom + 16,
                       "life");
        draw_braces(ladder, life);
    }
    for (guint i = 0; i < ladder->event_count; i++) {
        const TraceEvent *event = event_at(ladder, i);

        if (!is_drawn(ladder, event))
            continue;
        if (is_end_of_way(event))
            draw_end(ladder, event);
        if (is_note(ladder, event))
            draw_note(ladder, event);
        if (event->kind == TRACE_STATE)
            draw_state(ladder, event);
    }
    for (guint i = 0; i < ladder->life_count; i++)
        end_strip(ladder, &ladder->lives[i], ladder->bottom + 8);
    draw_sends(ladder);
    draw_folds(ladder);
    draw_times(ladder);
    ladder->page->left_out = ladder->sends_left_out + ladder->braces_left_out;
    ladder->page->height = draw_below(ladder, ladder->bottom + 40);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* A picture of more segments would be as tall as a house. */
static void choose_events(Ladder *ladder)
{
    const GArray *sends = ladder->story->sends;

    ladder->event_count = ladder->story->trace->events->len;
    if (sends->len <= SENDS_MOST)
        return;
    ladder->event_count = g_array_index(sends, PlotSend, SENDS_MOST).event->id - 1;
    ladder->sends_left_out = sends->len - SENDS_MOST;
}

static void ladder_init(Ladder *ladder, const PlotStory *story)
{
    ladder->story = story;
    ladder->page = plot_page_new();
    ladder->life_count = story->trace->hosts->len;
    ladder->lives = g_new0(Life, ladder->life_count + 1);
    ladder->folds = g_array_new(FALSE, FALSE, sizeof(Fold));
    ladder->instants = g_array_new(FALSE, FALSE, sizeof(Instant));
    ladder->y = g_new0(double, (gsize)story->trace->events->len + 1);
    ladder->last_sender = TRACE_NO_HOST;
    for (guint i = 0; i < ladder->life_count; i++) {
        ladder->lives[i].name = plot_host_name(story, i);
        ladder->lives[i].braces = g_array_new(FALSE, FALSE, sizeof(Brace));
    }
}

static void ladder_clear(Ladder *ladder)
{
    for (guint i = 0; i < ladder->life_count; i++) {
        GArray *braces = ladder->lives[i].braces;

        for (guint j = 0; j < braces->len; j++)
            g_free(g_array_index(braces, Brace, j).text);
        g_array_unref(braces);
    }
    g_free(ladder->lives);
    g_free(ladder->y);
    g_array_unref(ladder->folds);
    g_array_unref(ladder->instants);
    plot_page_free(ladder->page);
}

void plot_ladder(const Trace *trace, const PlotOptions *options, GString *out)
{
    g_autoptr(PlotStory) story = plot_story_new(trace);
    Ladder ladder = {.story = NULL};

    ladder_init(&ladder, story);
    for (guint i = 0; options->letters && i < story->sends->len; i++)
        plot_letters_read(&ladder.letters, g_array_index(story->sends, PlotSend, i).event);
    choose_events(&ladder);
    ladder.top = plot_page_head(ladder.page, EDGE, trace) + 44;
    ladder.bottom = ladder.top;
    measure(&ladder);
    find_rows(&ladder, ladder.top);
    find_braces(&ladder);
    place_lives(&ladder);
    if (ladder.life_count > 0)
        draw(&ladder);
    plot_page_write(ladder.page, "ladder", PLOT_SCALE_BROKEN, out);
    ladder_clear(&ladder);
}
