/* The schedule of a profile: when it repeats a segment that nothing answers, and when it gives up.
 * Found by running a small scenario with that profile, never from a table of answers. */
#ifndef TCPWALTZ_CLI_SCHEDULE_H
#define TCPWALTZ_CLI_SCHEDULE_H

#include <glib.h>

#include "core/time.h"
#include "proto/segment.h"

typedef enum ScheduleKind {
    SCHEDULE_SYN,     /* a client whose SYNs are all lost */
    SCHEDULE_SYN_ACK, /* a server whose SYN-ACKs are, and which hears one SYN only */
    SCHEDULE_FIN,     /* a client that closes, and whose FINs are */
    SCHEDULE_KIND_COUNT,
} ScheduleKind;

SegmentClass schedule_class(ScheduleKind kind);

typedef struct Schedule {
    GArray *times;    /* SimTime since the first one */
    SimTime given_up; /* since the first one; SIM_NEVER: goes on for longer than an hour */
} Schedule;

/* `settings` ("timers=real tick-phase=50ms", "") are set after the profile's own; `rtt` is the
 * link's round-trip time.  NULL, and said on standard error, when the profile cannot be used. */
Schedule *schedule_run(ScheduleKind kind, const char *profile, const char *settings, SimTime rtt,
                       const char *const *profile_dirs);
void schedule_free(Schedule *schedule); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Schedule, schedule_free)

#endif
