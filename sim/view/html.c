/* A run as a page of its own: the ladder, stepping through it, and why each thing happened.  One file,
 * which needs nothing else: no server, no network, no other program.
 *
 * The events stand in it as an ordered list, a sentence each, with what the script (page/steps.js) has to
 * know of them: their cause, and the state that a connection entered.  Who has no script reads the list.
 */
#include "escape/escape.h"
#include "view/assets.h"
#include "view/sentence.h"
#include "view/svg.h"

typedef struct Page {
    ViewContext context;
    const ViewOptions *options;
    GString *out;
    GString *text; /* scratch */
} Page;

/* What picture->text says, escaped. */
static void put_text(Page *page)
{
    escape_xml(page->text->str, page->out);
}

/* A text of a file, made fit for a page. */
static void put_clean(Page *page, const char *text)
{
    g_string_truncate(page->text, 0);
    view_clean(page->context.style, text, page->text);
    put_text(page);
}

static const char *title_of(const Trace *trace)
{
    return trace->title != NULL ? trace->title : "A run";
}

/* Nothing but what stands in the file may run or be fetched. */
static void put_head(Page *page)
{
    g_string_append(page->out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_clean(page, title_of(page->context.trace));
    g_string_append(page->out, "</title>\n<style>\n");
    g_string_append(page->out, asset("look"));
    g_string_append(page->out, "</style>\n</head>\n<body>\n<header><h1>");
    put_clean(page, title_of(page->context.trace));
    g_string_append(page->out, "</h1>");
    if (page->context.trace->source != NULL) {
        g_string_append(page->out, "<p>");
        put_clean(page, page->context.trace->source);
        g_string_append(page->out, "</p>");
    }
    g_string_append(page->out, "</header>\n");
}

/* Hidden until there is a script that gives it life. */
static void put_panel(Page *page)
{
    g_string_append_printf(
        page->out,
        "<section id=\"panel\" aria-label=\"Stepping\" hidden>\n"
        "<div id=\"steps\"><button id=\"first\" title=\"to the beginning (Home)\">⇤</button>"
        "<button id=\"back\" title=\"one event back (←)\">←</button>"
        "<button id=\"play\" title=\"play and pause (space)\">▶</button>"
        "<button id=\"next\" title=\"one event on (→)\">→</button>"
        "<button id=\"last\" title=\"to the end (End)\">⇥</button>"
        "<input id=\"slider\" type=\"range\" min=\"1\" max=\"%u\" value=\"1\" "
        "aria-label=\"event\"></div>\n"
        "<p id=\"now\" aria-live=\"polite\"></p>\n<dl id=\"states\"></dl>\n"
        "<h2>Why</h2>\n<ol id=\"why\"></ol>\n</section>\n",
        page->context.trace->events->len);
}

/* What the script has to know of an event. */
static void put_data(Page *page, const TraceEvent *event)
{
    const TraceEvent *cause = trace_index_cause(page->context.index, event);

    if (cause != NULL)
        g_string_append_printf(page->out, " data-c=\"%u\"", cause->id);
    if (event->kind != TRACE_STATE)
        return;
    g_string_append(page->out, " data-w=\"");
    g_string_truncate(page->text, 0);
    phrase_conn(&page->context, event->host, event->conn, page->text);
    put_text(page);
    if (event->conn == 0)
        g_string_append_printf(page->out, " port %u", event->state.port);
    g_string_append_printf(page->out, "\" data-s=\"%s\"", tcp_state_name(event->state.to));
}

static void put_event(Page *page, const TraceEvent *event)
{
    char time[SIM_TIME_TEXT_MAX];

    sim_time_format_seconds(event->t, 3, time);
    g_string_append(page->out, "<li");
    put_data(page, event);
    g_string_append_printf(page->out, "><b>%s s</b> ", time);
    g_string_truncate(page->text, 0);
    sentence_append(&page->context, event, page->text);
    put_text(page);
    g_string_append(page->out, "</li>\n");
}

static void put_events(Page *page)
{
    const TraceEvents *events = page->context.trace->events;

    g_string_append(page->out,
                    "<details id=\"all\" open><summary>All events</summary>\n<ol id=\"events\">\n");
    for (guint i = 0; i < events->len; i++) {
        put_event(page, &g_array_index(events, TraceEvent, i));
        view_between_rows(page->options, page->out);
    }
    g_string_append(page->out, "</ol></details>\n");
}

void view_html(const Trace *trace, const ViewOptions *options, GString *out)
{
    const ViewOptions plain = {.unicode = TRUE};
    ViewStyle style = view_style(&plain);
    g_autoptr(TraceIndex) index = trace_index_new(trace, TRACE_INDEX_LIVES);
    g_autoptr(GString) text = g_string_new(NULL);
    Page page = {{trace, index, &style}, options, out, text};

    put_head(&page);
    put_panel(&page);
    g_string_append(out, "<div id=\"ladder\" tabindex=\"0\" aria-label=\"The ladder\">\n");
    svg_ladder(&page.context, options, out);
    g_string_append(out, "</div>\n");
    put_events(&page);
    g_string_append(out, "<script>\n");
    g_string_append(out, asset("steps"));
    g_string_append(out, "</script>\n</body>\n</html>\n");
}
