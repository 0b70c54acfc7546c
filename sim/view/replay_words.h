/* What a replay is in words of the scenario language, for the files that write one.  Private to view/. */
#ifndef TCPWALTZ_VIEW_REPLAY_WORDS_H
#define TCPWALTZ_VIEW_REPLAY_WORDS_H

#include "view/replay.h"

void replay_append_quoted(GString *out, const char *text);
void replay_append_time(GString *out, SimTime t);

/* " order=mss,nop,wscale", where Linux would have them otherwise and the language has room for it. */
void replay_append_order(GString *out, const SegmentOptions *options);

/* "host client "linux-6.18" mss=1460 tcp_timestamps=0 tcp_sack=0", without the line's end. */
void replay_append_host(GString *out, const Replay *replay, ReplayEnd end, const char *profile);

/* What an application did, `later` than in the capture; `conn` (0: the newest) is the number that its host has for the
 * connection, `options` go behind a connect. */
void replay_append_step(GString *out, const Replay *replay, const ReplayStep *step, SimTime later,
                        guint conn, const char *options);

/* Of all that it sent, as the field says it; 0: nothing was seen. */
guint replay_widest_window(const Replay *replay, ReplayEnd end);

/* From the place of the capture to this end; 0 where nobody knows. */
SimTime replay_way_to(const Replay *replay, ReplayEnd end);

/* "at 2s client icmp host-unreachable" */
void replay_append_icmp(GString *out, const Replay *replay, const ReplayIcmp *icmp, SimTime later,
                        guint conn);

/* The first SYN or SYN-ACK that was seen of this end; NULL: none was. */
const Segment *replay_opening_of(const Replay *replay, ReplayEnd end);

#endif
