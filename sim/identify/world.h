/* One profile in a subject's world: the run, guided by what was seen.  Private to identify/. */
#ifndef TCPWALTZ_IDENTIFY_WORLD_H
#define TCPWALTZ_IDENTIFY_WORLD_H

#include "identify/identify.h"

/* What the capture does not tell, as it is assumed this time. */
typedef struct IdentifyPast {
    SimTime before; /* see ReplayAlone */
    SimTime round_trip;
    gboolean peer_has_sack;
    gboolean lifts_limits;                             /* it never gives up */
    gboolean sets_keepalive, all_arrive, echoes_first; /* see ReplayAlone */
    gboolean doubtful_lost;                            /* likewise */
    const char *setting;    /* "tcp_syn_linear_timeouts=0": somebody has set it; NULL: nothing */
    gboolean timers_answer; /* what came right behind an arrival may have been a timer's, too */
} IdentifyPast;

/* So long a run goes on behind what was seen. */
#define IDENTIFY_BEYOND ((SimTime)1000 * SIM_SECOND)

/* The trace of the profile's run; the subject is the host with the index 0, and its clock shows `before` more than the
 * capture's.  NULL with diagnostics. */
Trace *identify_run(const IdentifySubject *subject, const char *profile, const IdentifyClock *clock,
                    const IdentifyPast *past, const ScenarioOptions *options,
                    Diagnostics *diagnostics);

/* How the profile opens by itself while nothing comes back: its SYN, or its SYN-ACK to the SYN that was seen. */
typedef struct IdentifyOpening {
    Segment segment;
    GArray *times; /* SimTime: when it sends it, from 0 */
} IdentifyOpening;

/* FALSE with diagnostics; otherwise the times are to be freed. */
gboolean identify_opening(const IdentifySubject *subject, const char *profile,
                          const ScenarioOptions *options, Diagnostics *diagnostics,
                          IdentifyOpening *out);

/* The lateness of a timer of this length that ended with this repeat (NULL: any), noise included. */
IdentifyLateness identify_allowance(const IdentifySubject *subject, const IdentifyClock *clock,
                                    guint hz, SimTime length, const IdentifyRepeat *repeat);

#endif
