/* A file that a program in virtual time writes and we read as it grows. */
#ifndef TCPWALTZ_LIVE_VIRTUAL_STREAM_H
#define TCPWALTZ_LIVE_VIRTUAL_STREAM_H

#include <sys/types.h>

typedef struct LiveStream {
    int from, to; /* the file; where it goes */
    off_t passed, given_back;
    int failure; /* an errno; from then on nothing is passed on */
} LiveStream;

/* Writes all that is there and has not been written yet. */
void live_stream_pass_on(LiveStream *stream);

#endif
