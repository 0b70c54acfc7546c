/* The numbers of a close by the letters of textbooks: the first FIN has seq=u, the ACK of it seq=v ack=u+1, the other
 * FIN seq=w ack=u+1, the last ACK seq=u+1 ack=w+1 (RFC 9293 §3.6, figure 12, in letters).
 */
#ifndef TCPWALTZ_PLOT_LETTERS_H
#define TCPWALTZ_PLOT_LETTERS_H

#include <glib.h>

#include "trace/trace.h"

/* Of the first connection that closes; all zero: none yet. */
typedef struct PlotLetters {
    TraceId from; /* the first FIN, 0: there is none */
    guint32 flow;
    TraceHost closer; /* who sent it */
    guint32 u, v, w;  /* relative numbers; a FIN's own, where it has data before it */
    gboolean has_v;
    TraceId w_from; /* the other end's FIN, 0: there is none */
} PlotLetters;

/* Reads a TRACE_SEND; to be called for each, in order, before the first one is written. */
void plot_letters_read(PlotLetters *letters, const TraceEvent *sent);

/* " (seq=u+1 ack=w+1)": what of the segment has a letter, nothing where nothing has. */
void plot_letters_write(const PlotLetters *letters, const TraceEvent *sent, GString *out);

#endif
