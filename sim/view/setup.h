/* What was run: the stack of each host and what is set against it, a sentence for the head of every view.
 *
 *   client: linux-6.18 tcp_syn_retries=3; server: linux-6.18; client->server: loss=10%; seed 7
 *
 * Keys of a host are those that the scenario or --set gives another value than its profile; keys of a
 * link and the seed are told where --set or --seed gives them, as all else stands in the scenario.
 * Hosts, and links, that are alike are told together.
 */
#ifndef TCPWALTZ_VIEW_SETUP_H
#define TCPWALTZ_VIEW_SETUP_H

#include <glib.h>

#include "trace/trace.h"
#include "view/style.h"

/* Appends the sentence, as view_clean() leaves it.  FALSE, and nothing: the trace knows of nothing, as that of a capture. */
gboolean setup_append(const Trace *trace, const ViewStyle *style, GString *out);

/* What one host runs: "linux-6.18 tcp_syn_retries=3".  FALSE, and nothing: nobody knows. */
gboolean setup_append_host(const Trace *trace, TraceHost host, const ViewStyle *style,
                           GString *out);

/* The sentence in lines of at most so many columns, broken at blanks: a longer word stands alone.
 * NULL-terminated, empty when there is none; free with g_strfreev(). */
char **setup_lines(const Trace *trace, const ViewStyle *style, guint columns);

#endif
