/* What has arrived and was not read yet, and the window that is offered for more.
 */
#ifndef TCPWALTZ_TCP_RECEIVE_H
#define TCPWALTZ_TCP_RECEIVE_H

#include "tcp/connection.h"

/* ---- receive.c ---- */

/* Takes payload that lies in the window, in order or not. */
void tcp_receive_data(TcpStack *stack, TcpConnection *conn, SimTime now, Seq seq, uint32_t length,
                      Payload payload, const Segment *of);
void tcp_receive_was_read(TcpStack *stack, TcpConnection *conn, SimTime now);
void tcp_receive_syn_data(TcpStack *stack, TcpConnection *conn, Payload payload, uint32_t length,
                          bool fin);
/* What waits behind that number is gone. */
SELDOM void tcp_receive_cut(TcpStack *stack, TcpConnection *conn, Seq at);
/* What could be read is gone; false: there was nothing. */
SELDOM bool tcp_receive_throw_away(TcpStack *stack, TcpConnection *conn);
void tcp_receive_queued(TcpStack *stack, TcpConnection *conn); /* takes them: ESTABLISHED now */
void tcp_receive_clear(TcpStack *stack, TcpConnection *conn);  /* forgets all pieces */
SELDOM void tcp_receive_drop_from(TcpStack *stack, TcpConnection *conn,
                                  Seq from); /* … from there on */
bool tcp_receive_holds_behind(const TcpConnection *conn, Seq seq);
uint32_t tcp_readable(const TcpConnection *conn);                              /* bytes in order */
uint32_t tcp_receive_window(const TcpStack *stack, const TcpConnection *conn); /* to offer now */
uint32_t tcp_receive_buffer(const TcpStack *stack, const TcpConnection *conn);
uint32_t tcp_receive_offered(const TcpConnection *conn); /* RCV.WND: what the peer knows of it */
SELDOM uint32_t tcp_bsd_buffer(const TcpStack *stack, const TcpConnection *conn);
SELDOM uint32_t tcp_bsd_window(const TcpStack *stack, const TcpConnection *conn);
uint32_t tcp_bsd_room(const TcpStack *stack, const TcpConnection *conn); /* 4.4BSD's */
SELDOM uint32_t tcp_bsd_accepts(const TcpStack *stack, const TcpConnection *conn);
SELDOM bool tcp_bsd_tells_window(const TcpStack *stack, const TcpConnection *conn);
uint8_t tcp_window_shift(const TcpStack *stack); /* the scale we ask for */
void tcp_receive_sack(const TcpConnection *conn, SegmentOptions *options);
SELDOM void tcp_receive_duplicate(const TcpStack *stack, TcpConnection *conn, Seq left, Seq right);

/* ---- receive_linux.c: where receiver=linux ---- */

bool tcp_linux_is_locked(const TcpStack *stack); /* by SO_RCVBUF: it neither grows nor shrinks */
void tcp_linux_begin(const TcpStack *stack, TcpConnection *conn,
                     SimTime now); /* the handshake is done */
/* An ACK leaves: its window field. */
uint16_t tcp_linux_advertise(const TcpStack *stack, TcpConnection *conn);

/* Text that has just been taken. */
typedef struct TcpText {
    Seq seq;
    uint32_t length;
    bool is_new;   /* not all of it was here already */
    bool in_order; /* RCV.NXT has moved */
    bool pushed;
    uint8_t sack_blocks; /* that came with it */
} TcpText;
void tcp_linux_arrives(TcpStack *stack, TcpConnection *conn, SimTime now, const TcpText *text);
void tcp_linux_measure(TcpConnection *conn, SimTime now, uint32_t echo, uint32_t length);
void tcp_linux_freeze(TcpConnection *conn);  /* the window stays as it is */
void tcp_linux_predict(TcpConnection *conn); /* the next segment may be as expected, or may not */
void tcp_linux_let_go(TcpStack *stack, TcpConnection *conn);  /* something was read */
void tcp_linux_settled(TcpStack *stack, TcpConnection *conn); /* … and was handled */
uint32_t tcp_linux_window_of(const TcpConnection *conn, uint32_t memory);
SELDOM void tcp_linux_clamp(const TcpStack *stack, TcpConnection *conn); /* memory is short */
void tcp_linux_quick(const TcpStack *stack, TcpConnection *conn);        /* a duplicate came */
bool tcp_linux_acks_now(TcpConnection *conn);                            /* an ACK that is owed */
SimTime tcp_linux_ack_wait(const TcpStack *stack,
                           const TcpConnection *conn);                 /* … or so much later */
void tcp_linux_ack_waited(const TcpStack *stack, TcpConnection *conn); /* that time is over */
/* Up to `most` bytes are about to be read. */
void tcp_linux_reads(const TcpStack *stack, TcpConnection *conn, SimTime now, uint64_t most);
bool tcp_linux_read(TcpConnection *conn); /* they were: is an ACK due? */

/* ---- receive_memory.c: the same ---- */

uint32_t tcp_memory_of(const TcpStack *stack, const TcpConnection *conn,
                       uint32_t length); /* of so many bytes of payload */
void tcp_memory_keep(TcpStack *stack, TcpConnection *conn, const TcpText *text);
void tcp_memory_drop_read(TcpStack *stack, TcpConnection *conn);
void tcp_memory_forget(TcpStack *stack, TcpConnection *conn); /* whatever is unread */
void tcp_memory_forget_readable(TcpStack *stack, TcpConnection *conn);
/* More is held than the buffer has: is there room for what begins at `seq` all the same? */
SELDOM bool tcp_memory_admits(TcpStack *stack, TcpConnection *conn, Seq seq);

/* ---- receive_linux.c ---- */

bool tcp_linux_compresses(TcpConnection *conn); /* does the ACK of what is out of order wait? */
SimTime tcp_linux_compress_wait(const TcpStack *stack, const TcpConnection *conn);

#endif
