/* What pictures show of a trace: what lasted from one event to another.  A timer from its arming to
 * its end, a state from one transition to the next, a segment from its sending to its arrival.
 */
#ifndef TCPWALTZ_PLOT_STORY_H
#define TCPWALTZ_PLOT_STORY_H

#include <glib.h>

#include "trace/index.h"
#include "trace/trace.h"
#include "view/phrase.h"

typedef enum PlotTimerEnd {
    PLOT_TIMER_FIRED,
    PLOT_TIMER_CANCELLED,
    PLOT_TIMER_OPEN, /* the trace ended before it did */
} PlotTimerEnd;

typedef struct PlotTimer {
    TraceHost host;
    guint32 conn;
    TcpTimer timer;
    SimTime from, to;
    SimTime length;
    PlotTimerEnd end;
    TraceId armed, ended; /* ended is 0 when it did not */
} PlotTimer;

typedef struct PlotState {
    TraceHost host;
    guint32 conn;
    TcpState state;
    SimTime from, to;
} PlotState;

typedef struct PlotSend {
    const TraceEvent *event;
    const TraceEvent *end; /* of its first copy: it arrived, or its host was down; NULL: none */
} PlotSend;

typedef struct PlotStory {
    const Trace *trace;
    TraceIndex *index;
    ViewStyle style;
    ViewContext context; /* for phrase.h: words with Unicode */
    GArray *timers;      /* PlotTimer, in order of arming; those of no length are left out */
    GArray *states;      /* PlotState, by connection, then in order; CLOSED is left out */
    GArray *sends;       /* PlotSend, in order */
    SimTime begin, end;  /* of what is shown */
    SimTime one_way;     /* how long a segment is under way, in the middle; 0: none arrived */
} PlotStory;

PlotStory *plot_story_new(const Trace *trace);
void plot_story_free(PlotStory *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlotStory, plot_story_free)

const char *plot_host_name(const PlotStory *story, TraceHost host);

/* "3 s" of a retransmission timer, "time-wait 60 s" of another one; a cancelled one in brackets.
 * Free with g_free(). */
char *plot_timer_text(const PlotTimer *timer);

/* "crashed", "up again": of a TRACE_HOST. */
const char *plot_host_event(const TraceEvent *event);

/* Was what arrived there refused or ignored? */
gboolean plot_is_refused(const PlotStory *story, const TraceEvent *arrival);

/* "ETIMEDOUT": of an error that the application was told, or that its call returned; NULL: it is none. */
const char *plot_error(const TraceEvent *event);

/* The mark of a segment that was sent: first, again, forged. */
const char *plot_send_mark(const PlotSend *send);

/* What it is: one of the first three, and perhaps lost. */
gboolean plot_send_is_first(const PlotSend *send);
gboolean plot_send_is_again(const PlotSend *send);
gboolean plot_send_is_forged(const PlotSend *send);
gboolean plot_send_is_lost(const PlotSend *send); /* on its way, or at a host that is down */

#endif
