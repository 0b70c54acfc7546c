/* The words: how text views say a segment, a timer, a fault, a connection's name.
 */
#ifndef TCPWALTZ_VIEW_PHRASE_H
#define TCPWALTZ_VIEW_PHRASE_H

#include <glib.h>

#include "trace/index.h"
#include "trace/trace.h"
#include "view/message.h"
#include "view/style.h"

/* What every phrase may look at. */
typedef struct ViewContext {
    const Trace *trace;
    const TraceIndex *index;
    const ViewStyle *style;
} ViewContext;

typedef enum PhraseDetail {
    PHRASE_SHORT, /* "SYN seq=0" */
    PHRASE_FULL,  /* "SYN seq=0 win=5840\nmss 1460 sackOK": a line may break there */
} PhraseDetail;

void phrase_segment(const TraceSegment *segment, PhraseDetail detail, GString *out);

/* "SYN,ACK": the flags in the order of their bits, nothing for none. */
void phrase_flags(guint8 flags, const char *between, GString *out);

/* "mss 1460 sackOK TS wscale 10", as the segment table writes it. */
void phrase_options(const SegmentOptions *options, GString *out);

/* "retry 1 of 5"; "retry 1" when retries are not counted. */
void phrase_retry(const ViewContext *context, guint32 retry, guint32 limit, GString *out);

/* "retry 1 of 5" of what its sender's timer sent again, "again" of another retransmission, for a SEND;
 * nothing when it is none (trace_is_again()).  Says whether. */
gboolean phrase_again(const ViewContext *context, const TraceEvent *send, GString *out);

/* "retry 1 of 5", "no retry left", for a TIMER; nothing when the timer repeats nothing.  Says
 * whether. */
gboolean phrase_timer_retry(const ViewContext *context, const TraceEvent *event, GString *out);

/* "3 s", "20 ms". */
void phrase_time(SimTime t, GString *out);

/* "10.0.0.1" */

/* "client"; "host1" of a name that cannot be said in ASCII, where it has to; "host 7" when the trace does not
 * name it. */
void phrase_host(const ViewContext *context, TraceHost host, GString *out);

/* "client", or "client.2" when the host has more connections than one. */
void phrase_conn(const ViewContext *context, TraceHost host, guint32 conn, GString *out);

/* The host that a segment claims to come from. */
void phrase_claimed_sender(const ViewContext *context, const TraceSegment *segment, GString *out);

/* " (first-syn-lost.scn:9)"; nothing when the line has no file.  The trace's own file is named
 * without its folder: titles name it whole. */
void phrase_place(const ViewContext *context, const TraceLine *line, GString *out);

/* "drop client SYN #1 (first-syn-lost.scn:9)", "by chance": who did that to a segment. */
void phrase_culprit(const ViewContext *context, const TraceEvent *event, GString *out);

/* "lost: drop client SYN #1 (first-syn-lost.scn:9)", "delayed by 5 s: by chance": a LOST or a FAULT. */
void phrase_fault(const ViewContext *context, const TraceEvent *event, GString *out);

/* All that befell a sent segment on its way, "; " between; nothing when it passed.  Says whether. */
gboolean phrase_fate(const ViewContext *context, const TraceEvent *sent, GString *out);

/* The line of the script that a CALL ran, NULL when the trace lacks it. */
const TraceLine *phrase_call_line(const ViewContext *context, const TraceEvent *event);

/* "fired after 3 s", with what was asked for when that was another time. */
void phrase_fired_after(const ViewContext *context, const TraceEvent *event, GString *out);

/* "RTO 3 s -> 6 s" when the firing armed the timer again, else nothing.  Says whether. */
gboolean phrase_backoff(const ViewContext *context, const TraceEvent *event, GString *out);

/* "ETIMEDOUT, Connection timed out". */
void phrase_error(const ViewContext *context, TcpError error, GString *out);

/* "read 100 bytes", "end of file", …: what the stack told the application. */
void phrase_app(const ViewContext *context, const TraceEvent *event, GString *out);

/* "1,000,000". */
void phrase_thousands(guint64 count, GString *out);

/* "1 byte", "2 bytes". */
void phrase_count(guint64 count, const char *one, const char *many, GString *out);

#endif
