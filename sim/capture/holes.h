/* What fills a hole in the numbers of a capture: it was lost before it came there, and sent again, or it was overtaken.
 *
 * As Wireshark has it, what comes sooner than a round trip (that of the handshake; 3 ms where nobody saw it) behind the numbers that go
 * beyond it was overtaken; what comes later was sent again.
 */
#ifndef TCPWALTZ_CAPTURE_HOLES_H
#define TCPWALTZ_CAPTURE_HOLES_H

#include <glib.h>

#include "trace/trace.h"

typedef struct Holes Holes;

Holes *holes_new(void);
void holes_free(Holes *holes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Holes, holes_free)

/* To be called for each segment, in the order of time.  TRUE: its numbers, which nobody has seen, were sent before. */
gboolean holes_fill(Holes *holes, const TraceSeen *seen, SimTime t);

#endif
