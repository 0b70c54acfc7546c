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

/* What an application did, `later` than in the capture; `options` go behind a connect. */
void replay_append_step(GString *out, const Replay *replay, const ReplayStep *step, SimTime later,
                        const char *options);

/* The first SYN or SYN-ACK that was seen of this end; NULL: none was. */
const Segment *replay_opening_of(const Replay *replay, ReplayEnd end);

#endif
