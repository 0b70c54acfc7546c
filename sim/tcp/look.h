/* A look at a connection as TCP_INFO and the accounting of a send buffer need it: all is worked out
 * when somebody asks.
 */
#ifndef TCPWALTZ_TCP_LOOK_H
#define TCPWALTZ_TCP_LOOK_H

#include "tcp/tcp.h"

typedef enum TcpLookCongestion {
    TCP_LOOK_OPEN,
    TCP_LOOK_DISORDER, /* something was SACKed, or a duplicate ACK came */
    TCP_LOOK_CWR,      /* a mark was seen, and the window shrinks */
    TCP_LOOK_RECOVERY,
    TCP_LOOK_LOSS,
} TcpLookCongestion;

typedef struct TcpLook {
    TcpState state;
    TcpLookCongestion congestion;
    bool passive, shut; /* shut: nothing more can be sent, by close or shutdown */
    bool timestamps, sack, window_scale, fin_arrived, fin_acked;
    bool has_data; /* something was received */
    uint8_t snd_wscale, rcv_wscale;
    uint32_t mss;                  /* of data that we send, options taken off */
    uint32_t goal;                 /* of a packet (Linux tcp_xmit_size_goal()) */
    uint32_t peer_mss, own_mss;    /* as announced */
    uint32_t header_bytes;         /* of IP and TCP, without options */
    uint64_t written, sent, acked; /* bytes of data since the beginning; sent: at least once */
    uint64_t received, read;       /* bytes of data in order; taken by the application */
    uint32_t readable;             /* bytes */
    uint32_t out, sacked, lost, retrans_out; /* segments not acknowledged (Linux packets_out, …) */
    uint32_t out_of_order;                   /* segments received behind a gap, at most */
    uint32_t snd_wnd, snd_wnd_max, rcv_wnd;
    uint32_t receive_buffer; /* bytes: what there is room for while nothing is kept */
    uint32_t receive_memory; /* receiver=linux: of the buffer, as it has grown; 0: not yet */
    uint32_t cwnd, ssthresh; /* bytes; ssthresh UINT32_MAX: not limited yet */
    uint32_t retries, backoffs, probes, syn_timeouts;
    uint32_t reordering, reorderings;   /* Linux reordering, reord_seen */
    SimTime rto, srtt, rttvar, rtt_min; /* 0: nothing measured yet */
    SimTime delayed_ack;
    SimTime data_arrived_at, last_received, last_sent;
    SimTime probe_due; /* SIM_NEVER: the peer's window is not probed */
} TcpLook;

/* False: no such full connection. */
bool tcp_look(const TcpStack *stack, TcpConnId conn, TcpLook *out);

#endif
