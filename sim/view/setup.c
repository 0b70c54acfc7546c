/* The sentence about what was run. */
#include "view/setup.h"

#include <string.h>

#include "view/phrase.h"

/* --- what stands behind a colon ------------------------------------------------------------- */

static void append_setting(const char *key, const char *value, const ViewStyle *style, GString *out)
{
    g_string_append_printf(out, " %s=", key);
    view_clean(style, value, out);
}

static void append_settings(const Trace *trace, TraceHost host, const ViewStyle *style,
                            GString *out)
{
    for (guint i = 0; i < trace->settings->len; i++) {
        const TraceSetting *setting = &g_array_index(trace->settings, TraceSetting, i);

        if (setting->host == host)
            append_setting(setting->key, setting->value, style, out);
    }
}

/* What hides behind a device was given nothing by us. */
gboolean setup_append_host(const Trace *trace, TraceHost host, const ViewStyle *style, GString *out)
{
    const char *behind = trace_behind(trace, host), *stack = trace_stack(trace, host);

    if (behind != NULL) {
        g_string_append(out, "behind ");
        view_clean(style, behind, out);
    } else if (stack != NULL) {
        view_clean(style, stack, out);
        append_settings(trace, host, style, out);
    }
    return behind != NULL || stack != NULL;
}

static const TraceLinkSetting *link_setting(const Trace *trace, guint i)
{
    return &g_array_index(trace->link_settings, TraceLinkSetting, i);
}

static gboolean is_same_link(const TraceLinkSetting *a, const TraceLinkSetting *b)
{
    return a->from == b->from && a->to == b->to;
}

/* The first that is about another link than `first` is. */
static guint end_of_link(const Trace *trace, guint first)
{
    guint end = first + 1;

    while (end < trace->link_settings->len &&
           is_same_link(link_setting(trace, end), link_setting(trace, first)))
        end++;
    return end;
}

/* --- who is alike --------------------------------------------------------------------------- */

/* Parts of the sentence: who, and what is said of them. */
typedef struct Part {
    GString *who;
    char *what;
} Part;

static void part_clear(gpointer data)
{
    Part *part = data;

    g_string_free(part->who, TRUE);
    g_free(part->what);
}

static GArray *parts_new(void)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(Part));

    g_array_set_clear_func(parts, part_clear);
    return parts;
}

/* Joins those of whom the same is said. */
static void add_part(GArray *parts, guint first, const char *who, const char *what)
{
    for (guint i = first; i < parts->len; i++) {
        Part *part = &g_array_index(parts, Part, i);

        if (strcmp(part->what, what) != 0)
            continue;
        g_string_append_printf(part->who, ", %s", who);
        return;
    }
    Part part = {g_string_new(who), g_strdup(what)};
    g_array_append_val(parts, part);
}

static void append_name(const Trace *trace, TraceHost host, const ViewStyle *style, GString *out)
{
    const ViewContext context = {.trace = trace, .style = style};

    phrase_host(&context, host, out);
}

static void add_hosts(const Trace *trace, const ViewStyle *style, GArray *parts)
{
    for (TraceHost host = 0; host < trace->hosts->len; host++) {
        g_autoptr(GString) who = g_string_new(NULL);
        g_autoptr(GString) what = g_string_new(NULL);

        append_name(trace, host, style, who);
        if (setup_append_host(trace, host, style, what))
            add_part(parts, 0, who->str, what->str);
    }
}

static void add_links(const Trace *trace, const ViewStyle *style, GArray *parts)
{
    guint end, first = parts->len;

    for (guint i = 0; i < trace->link_settings->len; i = end) {
        g_autoptr(GString) who = g_string_new(NULL);
        g_autoptr(GString) what = g_string_new(NULL);

        end = end_of_link(trace, i);
        append_name(trace, link_setting(trace, i)->from, style, who);
        g_string_append(who, "->");
        append_name(trace, link_setting(trace, i)->to, style, who);
        for (guint j = i; j < end; j++)
            append_setting(link_setting(trace, j)->key, link_setting(trace, j)->value, style, what);
        add_part(parts, first, who->str, what->str + 1);
    }
}

/* --- the sentence --------------------------------------------------------------------------- */

gboolean setup_append(const Trace *trace, const ViewStyle *style, GString *out)
{
    g_autoptr(GArray) parts = parts_new();
    gsize before = out->len;

    add_hosts(trace, style, parts);
    add_links(trace, style, parts);
    for (guint i = 0; i < parts->len; i++) {
        const Part *part = &g_array_index(parts, Part, i);

        g_string_append_printf(out, "%s%s: %s", i > 0 ? "; " : "", part->who->str, part->what);
    }
    if (trace->seed_is_given)
        g_string_append_printf(out, "%sseed %" G_GUINT64_FORMAT, parts->len > 0 ? "; " : "",
                               trace->seed);
    return out->len > before;
}

char **setup_lines(const Trace *trace, const ViewStyle *style, guint columns)
{
    g_autoptr(GString) sentence = g_string_new(NULL);

    (void)setup_append(trace, style, sentence);
    return view_broken(sentence->str, columns);
}
