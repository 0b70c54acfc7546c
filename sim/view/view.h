/* Views: a trace as text.  Each reads the trace and nothing else, and appends to `out`.
 */
#ifndef TCPWALTZ_VIEW_VIEW_H
#define TCPWALTZ_VIEW_VIEW_H

#include <glib.h>

#include "trace/trace.h"

/* Which part of a run is shown: view/focus.h. */
typedef struct ViewFocus ViewFocus;

typedef struct ViewOptions {
    gboolean unicode;       /* arrows and lines; otherwise plain ASCII */
    gboolean ascii_only;    /* letters that we did not write, too: those of titles, of hosts */
    gboolean colour;        /* ANSI colours */
    guint width;            /* columns of the terminal; 0: 100 */
    const char *host;       /* of a view of one host: its name; NULL: the view chooses one */
    const ViewFocus *focus; /* of a view that is rows; NULL: all of them */
    gboolean untitled;      /* of a picture: its events have no sentences as titles */

    /* What sentences and pictures say in another language than English, by the English: view/message.h.
     * NULL: English. */
    GHashTable *catalogue;

    /* Takes what was written so far and leaves the text empty, each time that it has become long: so a
     * view of ten million events needs no room for its text.  NULL: `out` keeps all of it. */
    void (*drain)(GString *out, gpointer data);
    gpointer drain_data;
} ViewOptions;

enum { VIEW_DRAIN_BYTES = 1 << 18 };

/* A view is between two rows. */
static inline void view_between_rows(const ViewOptions *how, GString *out)
{
    if (how != NULL && how->drain != NULL && out->len >= VIEW_DRAIN_BYTES)
        how->drain(out, how->drain_data);
}

/* What happened, in two columns (the first host left, the second right; further hosts name
 * themselves), arrows between, and a summary below. */
void view_timeline(const Trace *trace, const ViewOptions *options, GString *out);

/* CSV: the segment table of the design, the state transitions, the timers. */
void view_segments(const Trace *trace, const ViewOptions *options, GString *out);
void view_states(const Trace *trace, const ViewOptions *options, GString *out);
void view_timers(const Trace *trace, const ViewOptions *options, GString *out);

/* CSV: counters by interval. */
void view_counters(const Trace *trace, const ViewOptions *options, GString *out);

/* JSON lines, an object an event; fields in docs/trace-json.md. */
void view_json(const Trace *trace, const ViewOptions *options, GString *out);

/* Diagrams to paste into a text, plain ASCII whatever the options say: Mermaid's sequenceDiagram;
 * the figures of RFC 9293 §3.5; the layout of `tshark -z flow,tcp,network`. */
void view_mermaid(const Trace *trace, const ViewOptions *options, GString *out);
void view_rfc(const Trace *trace, const ViewOptions *options, GString *out);
void view_flow(const Trace *trace, const ViewOptions *options, GString *out);

/* A packetdrill script of one host and its first connection; docs/packetdrill.md.  Trouble: why there is
 * nothing to write (free with g_free()); NULL: there is. */
void view_pkt(const Trace *trace, const ViewOptions *options, GString *out);
char *view_pkt_trouble(const Trace *trace, const ViewOptions *options);

/* The ladder as SVG: hosts as lines, time downwards; and a page of its own with it, to step through. */
void view_svg(const Trace *trace, const ViewOptions *options, GString *out);
void view_html(const Trace *trace, const ViewOptions *options, GString *out);

/* `count` events from `first` on, a sentence each, as the chain of causes has them.  FALSE when the trace has
 * not all of them. */
gboolean view_sentences(const Trace *trace, TraceId first, guint count, const ViewOptions *options,
                        GString *out);

/* The chain of causes that led to event `id`, the first cause first.  FALSE when the trace has
 * no such event. */
gboolean view_why(const Trace *trace, TraceId id, const ViewOptions *options, GString *out);

/* pcapng, binary: what each host sent and what reached it, an interface a host; of the host alone that the
 * options name, if they do. */
void view_pcapng(const Trace *trace, const ViewOptions *options, GString *out);

typedef struct View {
    const char *name; /* of --format */
    const char *help;
    void (*write)(const Trace *trace, const ViewOptions *options, GString *out);
    /* Of a view of one host (ViewOptions.host): why it cannot be written; free with g_free().  NULL:
     * it can, or it is of all hosts. */
    char *(*trouble)(const Trace *trace, const ViewOptions *options);
    gboolean has_rows;   /* it can show a part of a run (ViewOptions.focus) */
    gboolean is_picture; /* it can be of what lies between two times (trace/window.h) */
} View;

/* All views that --format can name; *count is set. */
const View *view_table(gsize *count);

#endif
