/* The ladder as a picture: SVG, which carries its own looks, light and dark.
 *
 * Where things stand: ladder.c.  Each event is a <g> with its number (data-e), and a sentence as its
 * title, so that a page around it can find and light it.  An arrow is that of its first copy's sending;
 * data-a is the event at its other end.
 */
#include "view/svg.h"

#include "escape/escape.h"
#include "view/assets.h"
#include "view/ladder.h"
#include "view/sentence.h"
#include "view/setup.h"

enum {
    NOTE_SIGNS = 33, /* a longer one is cut; its title is whole */
    WIRE_SIGNS = 60, /* the same between the lines */
    NOTE_AT = 16,    /* from the line to a note … */
    BAR_AT = 6,      /* … and to the bar of a timer */
    ABOVE = 4,       /* from the middle of a note to its foot */
    LABEL_IN = 22,   /* from the sender to its label … */
    LABEL_UP = 6,    /* … which stands so much above the arrow */
    RING = 7,        /* around the tip of what is refused */
    TITLE_AT = 20,   /* from the top to the title … */
    NAME_AT = 42,    /* … and, below what stands under the title, to the hosts' names … */
    LANE_AT = 48,    /* … and their lines */
    SIGN_WIDTH = 6,  /* of a common sign, to break lines */
};

typedef struct Picture {
    ViewContext context;
    const Ladder *ladder;
    const ViewOptions *options;
    GString *out;
    GString *text; /* scratch */
} Picture;

/* --- pieces --------------------------------------------------------------------------------- */

/* The text cut to so many signs, escaped. */
static void append_cut(GString *out, const char *text, glong most)
{
    if (g_utf8_strlen(text, -1) <= most) {
        escape_xml(text, out);
        return;
    }
    g_autofree char *cut = g_utf8_substring(text, 0, most - 1);

    escape_xml(cut, out);
    g_string_append(out, "…");
}

/* The group of an event, with its sentence. */
static void begin_event(Picture *picture, const TraceEvent *event, const char *class, TraceId other)
{
    g_string_append_printf(picture->out, "<g class=\"ev %s\" data-e=\"%u\"", class, event->id);
    if (other != 0)
        g_string_append_printf(picture->out, " data-a=\"%u\"", other);
    g_string_append_c(picture->out, '>');
    if (picture->options != NULL && picture->options->untitled)
        return;
    g_string_append(picture->out, "<title>");
    g_string_truncate(picture->text, 0);
    sentence_append(&picture->context, event, picture->text);
    escape_xml(picture->text->str, picture->out);
    g_string_append(picture->out, "</title>");
}

static void end_event(Picture *picture)
{
    g_string_append(picture->out, "</g>\n");
}

/* What picture->text says, beside the line of the event's host. */
static void put_note(Picture *picture, const TraceEvent *event)
{
    gboolean left = ladder_is_left(event->host);
    guint x = ladder_x(picture->ladder, event->host);

    g_string_append_printf(picture->out, "<text x=\"%u\" y=\"%u\"%s>",
                           left ? x - NOTE_AT : x + NOTE_AT, picture->ladder->y[event->id] + ABOVE,
                           left ? " class=\"l\"" : "");
    append_cut(picture->out, picture->text->str, NOTE_SIGNS);
    g_string_append(picture->out, "</text>");
}

/* Appends a message with one place, or none, to picture->text. */
static void say(Picture *picture, ViewMessage message, const char *text)
{
    view_say(picture->context.style, picture->text, message, text, NULL);
}

/* "client.2: " where the host has several connections. */
static void begin_note(Picture *picture, const TraceEvent *event)
{
    g_string_truncate(picture->text, 0);
    if (event->conn == 0 || !trace_index_has_many(picture->context.index, event->host))
        return;
    phrase_conn(&picture->context, event->host, event->conn, picture->text);
    g_string_append(picture->text, ": ");
}

/* --- segments ------------------------------------------------------------------------------- */

/* From where an arrow goes, and to where. */
typedef struct Way {
    gint x1, y1, x2, y2;
} Way;

/* A label follows its arrow: sheared by its slope, in thousandths.  It begins at the sender, so that those of
 * arrows that cross keep clear of each other. */
static void put_label(Picture *picture, Way way)
{
    gint slope = way.x2 != way.x1 ? (way.y2 - way.y1) * 1000 / (way.x2 - way.x1) : 0;
    gint in = way.x2 > way.x1 ? LABEL_IN : -LABEL_IN;

    g_string_append_printf(picture->out, "<text%s transform=\"matrix(1 %s0.%03d 0 1 %d %d)\">",
                           in < 0 ? " class=\"l\"" : "", slope < 0 ? "-" : "", MIN(ABS(slope), 999),
                           way.x1 + in, way.y1 + in * slope / 1000 - LABEL_UP);
    escape_xml(picture->text->str, picture->out);
    g_string_append(picture->out, "</text>");
}

static void put_arrow(Picture *picture, Way way, gboolean has_tip)
{
    g_string_append_printf(picture->out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"%s/>",
                           way.x1, way.y1, way.x2, way.y2,
                           has_tip ? " marker-end=\"url(#tip)\"" : "");
}

static Way way_of(const Picture *picture, const TraceEvent *from, TraceHost to, gint y2)
{
    gint x1 = (gint)ladder_x(picture->ladder, from->host), x2 = (gint)ladder_x(picture->ladder, to);

    /* Nobody's is beside the page's middle. */
    return (Way){x1, (gint)picture->ladder->y[from->id], x1 == x2 ? x2 + LADDER_BETWEEN / 4 : x2,
                 y2};
}

/* "SYN seq=0 (retry 1 of 5)" */
static void say_segment(Picture *picture, const TraceEvent *sent)
{
    begin_note(picture, sent);
    phrase_segment(&sent->segment, PHRASE_SHORT, picture->text);
    if (!trace_is_again(sent))
        return;
    g_string_append(picture->text, " (");
    (void)phrase_again(&picture->context, sent, picture->text);
    g_string_append_c(picture->text, ')');
}

static const char *class_of(const TraceEvent *sent)
{
    if (sent->segment.injected)
        return "send forged";
    return trace_is_again(sent) ? "send again" : "send";
}

/* Half its way, and a cross. */
static void draw_lost(Picture *picture, const TraceEvent *sent)
{
    Way way =
        way_of(picture, sent, sent->segment.peer, (gint)picture->ladder->y[sent->id] + LADDER_ROW);

    way.x2 = (way.x1 + way.x2) / 2;
    begin_event(picture, sent, class_of(sent), 0);
    put_arrow(picture, way, FALSE);
    g_string_append_printf(picture->out, "<path class=\"x\" d=\"M%d %dl10 10m0 -10l-10 10\"/>",
                           way.x2 - 5, way.y2 - 5);
    say_segment(picture, sent);
    put_label(picture, way);
    end_event(picture);
}

/* Nobody has seen it arrive: the run ended, or nobody was there. */
static void draw_open(Picture *picture, const TraceEvent *sent)
{
    Way way = way_of(picture, sent, sent->segment.peer,
                     (gint)picture->ladder->y[sent->id] + LADDER_ROW / 2);

    way.x2 = way.x1 + (way.x2 - way.x1) * 3 / 4;
    begin_event(picture, sent, class_of(sent), 0);
    put_arrow(picture, way, FALSE);
    say_segment(picture, sent);
    put_label(picture, way);
    end_event(picture);
}

static void draw_send(Picture *picture, const TraceEvent *sent)
{
    const TraceEvent *end = trace_index_after(picture->context.index, sent);

    if (sent->segment.fate == TRACE_FATE_LOST)
        draw_lost(picture, sent);
    else if (end == NULL)
        draw_open(picture, sent);
    /* Else it is drawn with its arrival, when both ends are known. */
}

/* One that found its host down has a cross there, one that was refused a ring. */
static void draw_way(Picture *picture, const TraceEvent *sent, const TraceEvent *end,
                     gboolean is_first)
{
    Way way = way_of(picture, sent, end->host, (gint)picture->ladder->y[end->id]);

    begin_event(picture, sent, class_of(sent), end->id);
    put_arrow(picture, way, TRUE);
    if (end->kind == TRACE_LOST)
        g_string_append_printf(picture->out, "<path class=\"x\" d=\"M%d %dl10 10m0 -10l-10 10\"/>",
                               way.x2 - 5, way.y2 - 5);
    if (end->kind == TRACE_ARRIVE && trace_index_after(picture->context.index, end) != NULL)
        g_string_append_printf(picture->out, "<circle class=\"x\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>",
                               way.x2, way.y2, RING);
    say_segment(picture, sent);
    if (is_first)
        put_label(picture, way);
    end_event(picture);
}

static void draw_arrive(Picture *picture, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(picture->context.trace, event);

    if (sent != NULL) {
        draw_way(picture, sent, event, event->segment.copy == 0);
        return;
    }
    begin_event(picture, event, "send", 0);
    begin_note(picture, event);
    phrase_segment(&event->segment, PHRASE_SHORT, picture->text);
    put_note(picture, event);
    end_event(picture);
}

/* At the end of its half way, or where the host was down. */
static void draw_loss(Picture *picture, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(picture->context.trace, event);

    if (sent == NULL)
        return;
    if (trace_is_lost_at_host(event))
        draw_way(picture, sent, event, TRUE);
    Way way = way_of(picture, sent, sent->segment.peer, 0);

    begin_event(picture, event, "lost", sent->id);
    g_string_truncate(picture->text, 0);
    phrase_fault(&picture->context, event, picture->text);
    g_string_append_printf(picture->out, "<text class=\"m\" x=\"%d\" y=\"%u\">",
                           (way.x1 + way.x2) / 2,
                           picture->ladder->y[sent->id] + 2 * LADDER_ROW + 2);
    append_cut(picture->out, picture->text->str, WIRE_SIGNS);
    g_string_append(picture->out, "</text>");
    end_event(picture);
}

/* --- what happens at a host ----------------------------------------------------------------- */

static void draw_fault(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, "fault", 0);
    begin_note(picture, event);
    phrase_fault(&picture->context, event, picture->text);
    put_note(picture, event);
    end_event(picture);
}

static void draw_call(Picture *picture, const TraceEvent *event)
{
    const TraceLine *line = phrase_call_line(&picture->context, event);

    begin_event(picture, event, event->call.error != TCP_OK ? "call bad" : "call", 0);
    g_string_assign(picture->text, "");
    if (line != NULL)
        view_clean(picture->context.style, line->text, picture->text);
    else
        say(picture, VIEW_MESSAGE_NOTE_CALLED, NULL);
    if (event->call.error != TCP_OK)
        g_string_append_printf(picture->text, ": %s", tcp_error_name(event->call.error));
    put_note(picture, event);
    end_event(picture);
}

static void draw_app(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, event->app.event == TRACE_APP_ERROR ? "app bad" : "app", 0);
    begin_note(picture, event);
    g_autoptr(GString) told = g_string_new(NULL);

    phrase_app(&picture->context, event, told);
    say(picture, VIEW_MESSAGE_NOTE_APPLICATION, told->str);
    put_note(picture, event);
    end_event(picture);
}

static void draw_discard(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, "discard bad", 0);
    begin_note(picture, event);
    say(picture, VIEW_MESSAGE_NOTE_REFUSED,
        view_translated(picture->context.style, tcp_reason_text(event->segment.reason)));
    put_note(picture, event);
    end_event(picture);
}

static void draw_state(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, "state", 0);
    begin_note(picture, event);
    g_string_append(picture->text, tcp_state_name(event->state.to));
    put_note(picture, event);
    end_event(picture);
}

/* From its arming down to its end. */
static void put_bar(Picture *picture, const TraceEvent *armed, const TraceEvent *end)
{
    guint x = ladder_x(picture->ladder, armed->host);
    guint to = end != NULL ? picture->ladder->y[end->id] : picture->ladder->height - LADDER_ROW;

    g_string_append_printf(picture->out, "<path class=\"bar\" d=\"M%u %uV%u\"/>",
                           ladder_is_left(armed->host) ? x - BAR_AT : x + BAR_AT,
                           picture->ladder->y[armed->id], to);
}

/* "retransmit timer 3 s" */
static void say_timer(Picture *picture, const TraceEvent *event)
{
    const char *timer = view_translated(picture->context.style, tcp_timer_name(event->timer.timer));
    g_autoptr(GString) length = g_string_new(NULL);

    if (event->timer.event == TCP_TIMER_FIRED) {
        say(picture, VIEW_MESSAGE_NOTE_TIMER_FIRES, timer);
        return;
    }
    phrase_time(event->timer.length, length);
    view_say(picture->context.style, picture->text, VIEW_MESSAGE_NOTE_TIMER, timer, length->str,
             NULL);
}

static void draw_timer(Picture *picture, const TraceEvent *event)
{
    const TraceEvent *end = trace_index_after(picture->context.index, event);

    if (event->timer.event == TCP_TIMER_CANCELLED)
        return; /* its bar ends here */
    begin_event(picture, event, event->timer.event == TCP_TIMER_FIRED ? "timer fired" : "timer",
                event->timer.event == TCP_TIMER_ARMED && end != NULL ? end->id : 0);
    begin_note(picture, event);
    say_timer(picture, event);
    if (event->timer.event == TCP_TIMER_ARMED)
        put_bar(picture, event, end);
    if (ladder_has_note(picture->ladder, event))
        put_note(picture, event);
    end_event(picture);
}

static void draw_host(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, "host bad", 0);
    g_string_truncate(picture->text, 0);
    say(picture, event->host_event.up ? VIEW_MESSAGE_NOTE_UP_AGAIN : VIEW_MESSAGE_NOTE_CRASHES,
        NULL);
    put_note(picture, event);
    end_event(picture);
}

static void draw_end(Picture *picture, const TraceEvent *event)
{
    begin_event(picture, event, "end", 0);
    g_string_append_printf(picture->out, "<text class=\"m\" x=\"%u\" y=\"%u\">",
                           ladder_x(picture->ladder, TRACE_NO_HOST),
                           picture->ladder->y[event->id] + ABOVE);
    view_say(picture->context.style, picture->out, VIEW_MESSAGE_RUN_ENDS,
             view_translated(picture->context.style, trace_end_text(event->end.why)), NULL);
    g_string_append(picture->out, "</text>");
    end_event(picture);
}

static void (*const draw[TRACE_KIND_COUNT])(Picture *picture, const TraceEvent *event) = {
    [TRACE_CALL] = draw_call,       [TRACE_APP] = draw_app,     [TRACE_SEND] = draw_send,
    [TRACE_LOST] = draw_loss,       [TRACE_FAULT] = draw_fault, [TRACE_ARRIVE] = draw_arrive,
    [TRACE_DISCARD] = draw_discard, [TRACE_STATE] = draw_state, [TRACE_TIMER] = draw_timer,
    [TRACE_HOST] = draw_host,       [TRACE_END] = draw_end,
};

/* --- the page ------------------------------------------------------------------------------- */

/* Below the title, a row each. */
static void put_setup(Picture *picture, char **lines)
{
    guint y = TITLE_AT;

    for (char **line = lines; *line != NULL; line++) {
        y += LADDER_ROW;
        g_string_append_printf(picture->out, "<text class=\"setup\" x=\"8\" y=\"%u\">", y);
        escape_xml(*line, picture->out);
        g_string_append(picture->out, "</text>\n");
    }
}

static void put_title(Picture *picture)
{
    const char *title = picture->context.trace->title;

    g_string_truncate(picture->text, 0);
    if (title != NULL)
        view_clean(picture->context.style, title, picture->text);
    else
        say(picture, VIEW_MESSAGE_UNTITLED, NULL);
    g_string_append(picture->out, "<title>");
    escape_xml(picture->text->str, picture->out);
    g_string_append(picture->out, "</title>\n");
    g_string_append_printf(picture->out, "<text class=\"title\" x=\"8\" y=\"%d\">", TITLE_AT);
    escape_xml(picture->text->str, picture->out);
    g_string_append(picture->out, "</text>\n");
}

static void put_lanes(Picture *picture)
{
    const GPtrArray *hosts = picture->context.trace->hosts;

    for (guint i = 0; i < hosts->len; i++) {
        guint x = ladder_x(picture->ladder, i);

        g_string_append_printf(picture->out,
                               "<path class=\"lane\" d=\"M%u %uV%u\"/>"
                               "<text class=\"name\" x=\"%u\" y=\"%u\">",
                               x, picture->ladder->head + LANE_AT,
                               picture->ladder->height - LADDER_ROW, x,
                               picture->ladder->head + NAME_AT);
        g_string_truncate(picture->text, 0);
        phrase_host(&picture->context, i, picture->text);
        append_cut(picture->out, picture->text->str, NOTE_SIGNS);
        g_string_append(picture->out, "</text>\n");
    }
}

/* Time passed without an event: the lines are broken. */
static void put_fold(Picture *picture, guint from, guint to)
{
    for (guint i = 0; i < picture->ladder->lanes; i++)
        g_string_append_printf(picture->out, "<path class=\"fold\" d=\"M%u %uV%u\"/>",
                               ladder_x(picture->ladder, i), from + ABOVE, to - ABOVE);
    g_string_append_c(picture->out, '\n');
}

/* The times at the left, one an instant. */
static void put_times(Picture *picture)
{
    const TraceEvents *events = picture->context.trace->events;
    const TraceEvent *before = NULL;
    guint bottom = 0;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = &g_array_index(events, TraceEvent, i);
        guint y = picture->ladder->y[event->id];
        char time[SIM_TIME_TEXT_MAX];

        if (before == NULL || event->t != before->t) {
            sim_time_format_seconds(event->t, 3, time);
            g_string_append_printf(picture->out, "<text class=\"t\" x=\"%d\" y=\"%u\">%s</text>\n",
                                   LADDER_TIMES, y + ABOVE, time);
            if (before != NULL && ladder_is_fold(before->t, event->t))
                put_fold(picture, bottom, y);
            view_between_rows(picture->options, picture->out);
        }
        bottom = before == NULL || event->t != before->t ? y : MAX(bottom, y);
        before = event;
    }
}

static void put_events(Picture *picture)
{
    const TraceEvents *events = picture->context.trace->events;

    for (guint i = 0; i < events->len; i++) {
        const TraceEvent *event = &g_array_index(events, TraceEvent, i);

        draw[event->kind](picture, event);
        view_between_rows(picture->options, picture->out);
    }
}

void svg_ladder(const ViewContext *context, const ViewOptions *options, GString *out)
{
    guint columns = ladder_width(context->trace->hosts->len) / SIGN_WIDTH;
    g_auto(GStrv) setup = setup_lines(context->trace, context->style, columns);
    g_autoptr(Ladder) ladder = ladder_new(context->index, g_strv_length(setup));
    g_autoptr(GString) text = g_string_new(NULL);
    Picture picture = {*context, ladder, options, out, text};

    g_string_append_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"tcpwaltz\" role=\"img\" "
        "width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\">\n<style>\n",
        ladder->width, ladder->height, ladder->width, ladder->height);
    g_string_append(out, asset("ladder"));
    g_string_append(out,
                    "</style>\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
                    "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
                    "<path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n");
    put_title(&picture);
    put_setup(&picture, setup);
    put_lanes(&picture);
    put_times(&picture);
    put_events(&picture);
    g_string_append(out, "</svg>\n");
}

void view_svg(const Trace *trace, const ViewOptions *options, GString *out)
{
    const ViewOptions plain = {.unicode = TRUE,
                               .catalogue = options != NULL ? options->catalogue : NULL};
    ViewStyle style = view_style(&plain);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    ViewContext context = {trace, index, &style};

    svg_ladder(&context, options, out);
}
