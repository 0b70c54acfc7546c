/* What an endpoint remembers, as part of a digest of the world that it lives in.
 *
 * All of it counts that a later answer may depend on.  A record is taken byte by byte, so whatever is added to one is in
 * the digest at once; digest.c lists only what is left out, as it is told otherwise, and what is a time or a sequence
 * number, so that Digest.alike does not depend on when it was.
 */
#ifndef TCPWALTZ_TCP_DIGEST_H
#define TCPWALTZ_TCP_DIGEST_H

#include "core/digest.h"
#include "tcp/tcp.h"

/* Between two calls of the stack.  Its timers are pending. */
void tcp_stack_digest(const TcpStack *stack, Digest *digest);

#endif
