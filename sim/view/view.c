/* The views that --format can name. */
#include "view/view.h"

static const View views[] = {
    {"timeline", "what happened, in two columns, and a summary", view_timeline, NULL, TRUE, FALSE},
    {"segments", "CSV: every segment sent, with its fate", view_segments, NULL, TRUE, FALSE},
    {"states", "CSV: every state transition, with its cause", view_states, NULL, TRUE, FALSE},
    {"timers", "CSV: every timer armed, cancelled and fired", view_timers, NULL, TRUE, FALSE},
    {"counters", "CSV: half-open, bytes held, clients let in, by interval", view_counters, NULL,
     FALSE, FALSE},
    {"json", "JSON lines: every event with all its fields", view_json, NULL, FALSE, FALSE},
    {"mermaid", "a sequence diagram for Mermaid", view_mermaid, NULL, FALSE, TRUE},
    {"rfc", "a figure as RFC 9293 draws them, 72 columns", view_rfc, NULL, FALSE, TRUE},
    {"flow", "the layout of tshark -z flow,tcp,network", view_flow, NULL, FALSE, TRUE},
    {"pkt", "a packetdrill script of one host", view_pkt, view_pkt_trouble, FALSE, FALSE},
    {"svg", "the ladder as a picture", view_svg, NULL, FALSE, TRUE},
    {"html", "a page to step through, with the causes of each event", view_html, NULL, FALSE, TRUE},
};

const View *view_table(gsize *count)
{
    *count = G_N_ELEMENTS(views);
    return views;
}
