/* The views that --format can name. */
#include "view/view.h"

static const View views[] = {
    {"timeline", "what happened, in two columns, and a summary", view_timeline},
    {"segments", "CSV: every segment sent, with its fate", view_segments},
    {"states", "CSV: every state transition, with its cause", view_states},
    {"timers", "CSV: every timer armed, cancelled and fired", view_timers},
    {"counters", "CSV: half-open, bytes held, clients let in, by interval", view_counters},
    {"json", "JSON lines: every event with all its fields", view_json},
    {"mermaid", "a sequence diagram for Mermaid", view_mermaid},
    {"rfc", "a figure as RFC 9293 draws them, 72 columns", view_rfc},
    {"flow", "the layout of tshark -z flow,tcp,network", view_flow},
};

const View *view_table(gsize *count)
{
    *count = G_N_ELEMENTS(views);
    return views;
}
