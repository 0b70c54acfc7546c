/* Which segments are repetitions: their sequence numbers were sent before. */
#ifndef TCPWALTZ_TRACE_REPEATS_H
#define TCPWALTZ_TRACE_REPEATS_H

#include <glib.h>

#include "proto/segment.h"

typedef struct Repeats Repeats;

Repeats *repeats_new(void);
void repeats_free(Repeats *repeats);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repeats, repeats_free)

/* How often the sender has sent this number before; 0 for what takes up no sequence numbers. */
guint32 repeats_count(Repeats *repeats, const Segment *segment);

#endif
