/* Views: a run into a sink, piece by piece. */
#include "api/api.h"

#include <string.h>

/* --- formats -------------------------------------------------------------------------------- */

/* Of its own: --format has it not, as it is nothing for a terminal. */
static const View pcapng = {
    "pcapng", "what was on the wire, for Wireshark (binary)", view_pcapng, NULL, FALSE, FALSE};

static const View *view_at(gsize index)
{
    gsize count;
    const View *views = view_table(&count);

    if (index < count)
        return &views[index];
    return index == count ? &pcapng : NULL;
}

const char *tcpwaltz_format_name(size_t index)
{
    const View *view = view_at(index);

    return view != NULL ? view->name : NULL;
}

const char *tcpwaltz_format_help(size_t index)
{
    const View *view = view_at(index);

    return view != NULL ? view->help : NULL;
}

static const View *find_view(const char *format, TcpwaltzErrors **errors)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const View *view;

    for (gsize i = 0; (view = view_at(i)) != NULL; i++) {
        if (strcmp(view->name, format) == 0)
            return view;
        g_ptr_array_add(names, (gpointer)(guintptr)view->name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = nearest_word(format, (const char *const *)names->pdata);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean '%s'?", nearest) : NULL;

    errors_say(errors, hint, "unknown format '%s'", format);
    return NULL;
}

/* --- sinks ---------------------------------------------------------------------------------- */

typedef struct Outlet {
    TcpwaltzSink *sink;
    void *data;
    gboolean is_closed; /* it wants no more */
} Outlet;

static void pour(GString *text, gpointer data)
{
    Outlet *outlet = data;

    if (!outlet->is_closed && text->len > 0)
        outlet->is_closed = outlet->sink(outlet->data, text->str, text->len) != 0;
    g_string_truncate(text, 0);
}

static int ended(const Outlet *outlet, TcpwaltzErrors **errors)
{
    if (!outlet->is_closed)
        return 0;
    errors_say(errors, NULL, "the sink takes no more");
    return -1;
}

int tcpwaltz_run_view(const TcpwaltzRun *run, const char *format, const TcpwaltzOptions *options,
                      TcpwaltzSink *sink, void *data, TcpwaltzErrors **errors)
{
    const View *view = find_view(format, errors);
    Outlet outlet = {sink, data, FALSE};
    ViewOptions look = options_or_defaults(options)->view;

    if (view == NULL)
        return -1;
    g_autofree char *trouble = view->trouble != NULL ? view->trouble(run->trace, &look) : NULL;
    g_autoptr(GString) out = g_string_new(NULL);

    if (trouble != NULL) {
        errors_say(errors, NULL, "%s: %s", view->name, trouble);
        return -1;
    }
    look.drain = pour;
    look.drain_data = &outlet;
    view->write(run->trace, &look, out);
    pour(out, &outlet);
    return ended(&outlet, errors);
}

int tcpwaltz_run_sentences(const TcpwaltzRun *run, uint32_t first, uint32_t count,
                           const TcpwaltzOptions *options, TcpwaltzSink *sink, void *data,
                           TcpwaltzErrors **errors)
{
    Outlet outlet = {sink, data, FALSE};
    ViewOptions look = options_or_defaults(options)->view;
    g_autoptr(GString) out = g_string_new(NULL);

    look.drain = pour;
    look.drain_data = &outlet;
    if (!view_sentences(run->trace, first, count, &look, out)) {
        errors_say(errors, NULL, "there are no %u events from %u on: they are numbered 1 to %u",
                   count, first, run->trace->events->len);
        return -1;
    }
    pour(out, &outlet);
    return ended(&outlet, errors);
}

int tcpwaltz_run_why(const TcpwaltzRun *run, uint32_t event, const TcpwaltzOptions *options,
                     TcpwaltzSink *sink, void *data, TcpwaltzErrors **errors)
{
    Outlet outlet = {sink, data, FALSE};
    g_autoptr(GString) out = g_string_new(NULL);

    if (!view_why(run->trace, event, &options_or_defaults(options)->view, out)) {
        errors_say(errors, NULL, "there is no event %u: they are numbered 1 to %u", event,
                   run->trace->events->len);
        return -1;
    }
    pour(out, &outlet);
    return ended(&outlet, errors);
}
