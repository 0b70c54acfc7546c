/* A segment from its parts, for what sends it: compose.c for output.c and output_bare.c.
 */
#ifndef TCPWALTZ_TCP_COMPOSE_H
#define TCPWALTZ_TCP_COMPOSE_H

#include "tcp/connection.h"

/* The segment that begins at `position` with at most `length_max` bytes of payload; an ACK that was owed is
 * settled with it. */
void tcp_compose(TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t position,
                 uint32_t length_max, Segment *segment);

/* The segment that holds `seq`, as it was sent before, from there on. */
SELDOM void tcp_compose_again(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq,
                              Segment *segment);

/* One without payload. */
void tcp_compose_bare(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq, uint8_t flags,
                      Segment *segment);

/* From whom and to whom it is. */
void tcp_compose_address(const TcpStack *stack, const TcpEntry *entry, Segment *segment);

void tcp_compose_syn_ack(TcpStack *stack, const TcpHalfOpen *half, uint32_t ts_val,
                         Segment *segment);

/* A SYN or SYN-ACK of few, once more, or a listener's first by Fast Open. */
SELDOM void tcp_compose_special_again(const TcpStack *stack, TcpConnection *conn, Segment *segment);

/* Flags and a Fast Open option besides; false: the option found no room. */
bool tcp_compose_add_special(TcpStack *stack, Segment *segment, const Segment *special);

static inline void tcp_send_out(TcpStack *stack, TcpConnId id, const Segment *segment,
                                const TcpSendNote *note)
{
    stack->setup.hooks.send(stack->setup.hooks.context, id, segment, note);
}

#endif
