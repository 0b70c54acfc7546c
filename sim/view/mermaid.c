/* A sequence diagram in Mermaid's language, to paste where Mermaid is understood.
 *
 * An arrow stands where its segment was sent.  A lost one ends in a cross, one that a rule or
 * chance delayed is drawn open and has a note where it arrives.  States, firing timers, errors and
 * waits are notes.
 */
#include <string.h>

#include "escape/escape.h"
#include "view/phrase.h"
#include "view/setup.h"
#include "view/view.h"

/* A wait from which on a note says that it passed. */
#define PAUSE (100 * SIM_MILLISECOND)

enum { NOTE_COLUMNS = 40 }; /* of a note between two participants, who stand close together */

typedef struct Mermaid {
    ViewContext context;
    GString *out;
    GString *text; /* of the line being written */
    SimTime time;  /* of the last line */
} Mermaid;

/* Words that begin a statement of Mermaid's, and so cannot be a participant. */
static gboolean is_reserved(const char *name)
{
    static const char *const words[] = {
        "accDescr",   "accTitle",    "activate",
        "actor",      "alt",         "and",
        "as",         "autonumber",  "box",
        "break",      "create",      "critical",
        "deactivate", "destroy",     "details",
        "else",       "end",         "left",
        "link",       "links",       "loop",
        "note",       "off",         "opt",
        "option",     "over",        "par",
        "par_over",   "participant", "properties",
        "rect",       "right",       "sequenceDiagram",
        "title",      "wrap",        "nowrap",
        NULL,
    };

    for (gsize i = 0; words[i] != NULL; i++) {
        if (g_ascii_strcasecmp(words[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Can the name stand for itself? */
static gboolean is_plain_name(const char *name)
{
    if (!g_ascii_isalpha(*name) || is_reserved(name))
        return FALSE;
    for (; *name != '\0'; name++) {
        if (!g_ascii_isalnum(*name) && *name != '_')
            return FALSE;
    }
    return TRUE;
}

/* A host as participant: its name, or "h1" for one whose name Mermaid could not read. */
static void append_host(const Mermaid *mermaid, TraceHost host, GString *out)
{
    const GPtrArray *hosts = mermaid->context.trace->hosts;

    if (host == TRACE_NO_HOST)
        g_string_append(out, "somebody");
    else if (host < hosts->len && is_plain_name(g_ptr_array_index(hosts, host)))
        g_string_append(out, g_ptr_array_index(hosts, host));
    else
        g_string_append_printf(out, "h%u", host + 1);
}

static void write_participants(const Mermaid *mermaid)
{
    for (TraceHost host = 0; host < mermaid->context.trace->hosts->len; host++) {
        const char *name = g_ptr_array_index(mermaid->context.trace->hosts, host);

        g_string_append(mermaid->out, "    participant ");
        append_host(mermaid, host, mermaid->out);
        if (!is_plain_name(name)) {
            g_autoptr(GString) clean = g_string_new(NULL);

            view_clean(mermaid->context.style, name, clean);
            g_string_append(mermaid->out, " as ");
            escape_mermaid(clean->len > 0 ? clean->str : "?", mermaid->out);
        }
        g_string_append_c(mermaid->out, '\n');
    }
}

static void write_title(const Mermaid *mermaid)
{
    const Trace *trace = mermaid->context.trace;
    g_autoptr(GString) clean = g_string_new(NULL);

    if (trace->title != NULL)
        view_clean(mermaid->context.style, trace->title, clean);
    if (clean->len == 0)
        return;
    g_string_append(mermaid->out, "    title ");
    escape_mermaid(clean->str, mermaid->out);
    g_string_append_c(mermaid->out, '\n');
}

static void begin_note_over_all(const Mermaid *mermaid)
{
    guint hosts = mermaid->context.trace->hosts->len;

    g_string_append(mermaid->out, "    Note over ");
    append_host(mermaid, 0, mermaid->out);
    if (hosts > 1) {
        g_string_append_c(mermaid->out, ',');
        append_host(mermaid, hosts - 1, mermaid->out);
    }
}

/* The text of a note, which Mermaid itself would set in one line, beyond its box and the page. */
static void end_note(const Mermaid *mermaid, const char *text)
{
    g_auto(GStrv) lines = view_broken(text, NOTE_COLUMNS);
    const char *before = ": ";

    for (char **line = lines; *line != NULL; line++) {
        g_string_append(mermaid->out, before);
        escape_mermaid(*line, mermaid->out);
        before = "<br/>";
    }
    g_string_append_c(mermaid->out, '\n');
}

/* A note across all participants. */
static void note_over_all(const Mermaid *mermaid, const char *text)
{
    begin_note_over_all(mermaid);
    end_note(mermaid, text);
}

static void note_setup(const Mermaid *mermaid)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (setup_append(mermaid->context.trace, mermaid->context.style, text) &&
        mermaid->context.trace->hosts->len > 0)
        note_over_all(mermaid, text->str);
}

/* Says that time has passed, if it has. */
static void note_wait(Mermaid *mermaid, SimTime t)
{
    SimTime wait = t - mermaid->time;

    mermaid->time = t;
    if (wait < PAUSE)
        return;
    g_autoptr(GString) text = g_string_new(NULL);
    phrase_time(wait, text);
    g_string_append(text, " later: t = ");
    phrase_time(t, text);
    note_over_all(mermaid, text->str);
}

/* The text of the line as a note beside the host's life line, outside where there is an outside. */
static void note_host(Mermaid *mermaid, const TraceEvent *event)
{
    guint hosts = mermaid->context.trace->hosts->len;
    const char *place = "over";

    if (hosts > 1 && event->host == 0)
        place = "left of";
    else if (hosts > 1 && event->host == hosts - 1)
        place = "right of";

    note_wait(mermaid, event->t);
    g_string_append_printf(mermaid->out, "    Note %s ", place);
    append_host(mermaid, event->host, mermaid->out);
    end_note(mermaid, mermaid->text->str);
}

/* "client.2: ", where the life line alone does not say it. */
static void say_who(Mermaid *mermaid, const TraceEvent *event)
{
    if (event->conn == 0 || !trace_index_has_many(mermaid->context.index, event->host))
        return;
    phrase_conn(&mermaid->context, event->host, event->conn, mermaid->text);
    g_string_append(mermaid->text, ": ");
}

static const char *arrow(TraceFate fate)
{
    if (fate == TRACE_FATE_LOST)
        return "-x";
    return fate == TRACE_FATE_DELAY ? "-)" : "->>";
}

static void tell_send(Mermaid *mermaid, const TraceEvent *event)
{
    const TraceSegment *segment = &event->segment;

    if (segment->injected) {
        g_string_append(mermaid->text, "forged as ");
        phrase_claimed_sender(&mermaid->context, segment, mermaid->text);
        g_string_append(mermaid->text, ": ");
    }
    say_who(mermaid, event);
    phrase_segment(segment, PHRASE_SHORT, mermaid->text);
    if (trace_is_again(event)) {
        g_string_append(mermaid->text, " (");
        (void)phrase_again(&mermaid->context, event, mermaid->text);
        g_string_append_c(mermaid->text, ')');
    }

    note_wait(mermaid, event->t);
    g_string_append(mermaid->out, "    ");
    append_host(mermaid, event->host, mermaid->out);
    g_string_append(mermaid->out, arrow(segment->fate));
    append_host(mermaid, segment->peer, mermaid->out);
    g_string_append(mermaid->out, ": ");
    escape_mermaid(mermaid->text->str, mermaid->out);
    g_string_append_c(mermaid->out, '\n');
}

static void tell_lost_at_host(Mermaid *mermaid, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(mermaid->context.trace, event);

    if (sent != NULL)
        phrase_segment(&sent->segment, PHRASE_SHORT, mermaid->text);
    g_string_append_c(mermaid->text, ' ');
    phrase_fault(&mermaid->context, event, mermaid->text);
    note_host(mermaid, event);
}

static void tell_fault(Mermaid *mermaid, const TraceEvent *event)
{
    if (trace_is_lost_at_host(event)) {
        tell_lost_at_host(mermaid, event);
        return;
    }
    phrase_fault(&mermaid->context, event, mermaid->text);
    note_wait(mermaid, event->t);
    note_over_all(mermaid, mermaid->text->str);
}

/* An arrival is where its arrow ends; one that the arrow does not show has a note. */
static void tell_arrive(Mermaid *mermaid, const TraceEvent *event)
{
    const TraceEvent *sent = trace_sent(mermaid->context.trace, event);
    gboolean is_late = sent != NULL && sent->segment.fate == TRACE_FATE_DELAY;

    if (!is_late && event->segment.copy == 0)
        return;
    phrase_segment(&event->segment, PHRASE_SHORT, mermaid->text);
    g_string_append(mermaid->text, " arrives");
    if (event->segment.copy > 0)
        g_string_append_printf(mermaid->text, " (copy %u)", event->segment.copy + 1);
    note_host(mermaid, event);
}

static void tell_discard(Mermaid *mermaid, const TraceEvent *event)
{
    const char *reason = tcp_reason_text(event->segment.reason);

    say_who(mermaid, event);
    g_string_append(mermaid->text, "refused ");
    phrase_segment(&event->segment, PHRASE_SHORT, mermaid->text);
    if (*reason != '\0')
        g_string_append_printf(mermaid->text, " (%s)", reason);
    note_host(mermaid, event);
}

static void tell_state(Mermaid *mermaid, const TraceEvent *event)
{
    say_who(mermaid, event);
    g_string_append(mermaid->text, tcp_state_name(event->state.to));
    note_host(mermaid, event);
}

static void tell_timer(Mermaid *mermaid, const TraceEvent *event)
{
    if (event->timer.event != TCP_TIMER_FIRED)
        return;
    say_who(mermaid, event);
    g_string_append_printf(mermaid->text, "%s timer ", tcp_timer_name(event->timer.timer));
    phrase_fired_after(&mermaid->context, event, mermaid->text);
    note_host(mermaid, event);
}

static void tell_app(Mermaid *mermaid, const TraceEvent *event)
{
    if (event->app.event != TRACE_APP_ERROR)
        return;
    say_who(mermaid, event);
    phrase_app(&mermaid->context, event, mermaid->text);
    note_host(mermaid, event);
}

static void tell_host(Mermaid *mermaid, const TraceEvent *event)
{
    g_string_append(mermaid->text, event->host_event.up ? "up again" : "crashed");
    note_host(mermaid, event);
}

static void (*const tell[TRACE_KIND_COUNT])(Mermaid *mermaid, const TraceEvent *event) = {
    [TRACE_APP] = tell_app,     [TRACE_SEND] = tell_send,     [TRACE_LOST] = tell_fault,
    [TRACE_FAULT] = tell_fault, [TRACE_ARRIVE] = tell_arrive, [TRACE_DISCARD] = tell_discard,
    [TRACE_STATE] = tell_state, [TRACE_TIMER] = tell_timer,   [TRACE_HOST] = tell_host,
};

void view_mermaid(const Trace *trace, const ViewOptions *options, GString *out)
{
    const ViewOptions letters = {.ascii_only = options != NULL && options->ascii_only};
    ViewStyle style = view_style(&letters);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autoptr(GString) text = g_string_new(NULL);
    Mermaid mermaid = {.context = {trace, index, &style}, .out = out, .text = text};

    g_string_append(out, "sequenceDiagram\n");
    write_title(&mermaid);
    write_participants(&mermaid);
    note_setup(&mermaid);
    for (guint i = 0; i < trace->events->len; i++) {
        const TraceEvent *event = &g_array_index(trace->events, TraceEvent, i);

        g_string_truncate(text, 0);
        if (tell[event->kind] != NULL && trace->hosts->len > 0)
            tell[event->kind](&mermaid, event);
        view_between_rows(options, out);
    }
}
