/* What connections that are over have left unread.  For application.c, which says whose is kept.
 *
 * Of all functions `rests` may be NULL: nothing is kept.
 */
#ifndef TCPWALTZ_SOCKET_REST_H
#define TCPWALTZ_SOCKET_REST_H

#include "core/budget.h"
#include "socket/application.h"

typedef struct Rests Rests;

Rests *rests_new(Budget *budget);
void rests_free(Rests *rests);

/* From the hook `ending`.  One that its application does not hold yet cannot be read before rest_accepted(). */
void rest_keep(Rests *rests, TcpStack *stack, TcpConnId conn, bool is_held);
void rest_accepted(Rests *rests, TcpConnId conn);

uint64_t rest_bytes(const Rests *rests, TcpConnId conn); /* that can be read; 0: none */

/* There has to be some.  With the last byte it is gone. */
uint64_t rest_read(Rests *rests, TcpConnId conn, const ApplicationReading *reading);

void rest_forget(Rests *rests, TcpConnId conn);

#endif
