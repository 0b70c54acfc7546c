/* Which part of a run is shown, as the command line says it. */
#include "cli/focus.h"

#include <string.h>

#include "cli/message.h"
#include "cli/options.h"

void focus_entries(FocusOptions *options, GOptionEntry out[FOCUS_ENTRIES])
{
    const GOptionEntry entries[FOCUS_ENTRIES] = {
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &options->from,
         "show only what happens at this time and later", "TIME"},
        {"to", 0, 0, G_OPTION_ARG_FILENAME, &options->to,
         "show only what happens until this time, which is included", "TIME"},
        {"only", 0, 0, G_OPTION_ARG_FILENAME, &options->only,
         "show only segments: any, or one of RST, SYN-ACK, SYN, FIN, DATA, ACK", "SEGMENT"},
        {"summary", 0, 0, G_OPTION_ARG_NONE, &options->summary, "show only the summary", NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(out, entries, sizeof entries);
}

void focus_options_clear(FocusOptions *options)
{
    g_free(options->from);
    g_free(options->to);
    g_free(options->only);
}

static gboolean read_class(const Command *command, const char *text, ViewFocus *focus)
{
    const char *names[SEGMENT_CLASS_COUNT + 1] = {NULL};

    if (text == NULL)
        return TRUE;
    for (guint i = 0; i < SEGMENT_CLASS_COUNT; i++)
        names[i] = segment_class_name((SegmentClass)i);
    int class = option_word(command, "--only", text, names);

    if (class < 0)
        return FALSE;
    focus->only_class = TRUE;
    focus->class = (SegmentClass) class;
    return TRUE;
}

gboolean focus_options_read(const Command *command, FocusOptions *options, const char *host,
                            const ViewFocus **focus)
{
    ViewFocus *own = &options->focus;
    gboolean is_given = options->from != NULL || options->to != NULL || options->only != NULL ||
                        options->summary || host != NULL;

    *own = (ViewFocus){.to = SIM_NEVER, .host = host, .only_summary = options->summary};
    if (!option_time(command, "--from", options->from, OPTION_TIME_ANY, &own->from) ||
        !option_time(command, "--to", options->to, OPTION_TIME_ANY, &own->to) ||
        !read_class(command, options->only, own))
        return FALSE;
    if (own->to < own->from) {
        say_usage(command, "--to %s is before --from %s", options->to, options->from);
        return FALSE;
    }
    *focus = is_given ? own : NULL;
    return TRUE;
}
