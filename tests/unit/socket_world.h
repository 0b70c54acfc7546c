/* Two hosts with sockets and a wire between them, or one host and a peer that a test plays by hand.
 *
 * Host 0 has 10.0.0.1, host 1 10.0.0.2.  Segments take `delay` each way.  Time passes only in world_run() and
 * world_settle().
 */
#ifndef TESTS_UNIT_SOCKET_WORLD_H
#define TESTS_UNIT_SOCKET_WORLD_H

#include "marks.h"

#include "socket/socket.h"

#define MS(n) ((n)*SIM_MILLISECOND)
#define SEC(n) ((n)*SIM_SECOND)

enum {
    WORLD_HOSTS = 2,
    WORLD_ADDRESS = 0x0a000001, /* of host 0; the next one's of host 1 */
    WORLD_PORT = 8080,
    WORLD_WIRE = 4096,
    WORLD_TEXT = 8192,
    WORLD_IRS = 500000, /* of a peer by hand */
};

typedef struct WorldHost {
    struct World *world;
    unsigned index;
    HostConfig config;
    TcpStack *stack;
    Sockets *sockets;
    uint64_t read, wrong; /* bytes; wrong: not those that stand there in the stream */
} WorldHost;

typedef struct WorldPacket {
    SimTime at;
    unsigned to;
    Segment segment;
} WorldPacket;

typedef struct World {
    SimOrder order;
    SimTime now, delay;
    WorldHost hosts[WORLD_HOSTS];
    bool is_by_hand; /* nobody is at address 2: what is sent there stays in `sent` */
    bool is_cut;     /* the wire loses everything */
    WorldPacket wire[WORLD_WIRE];
    size_t wire_count;
    Seq iss, irs;          /* of the connection by hand */
    uint16_t port, remote; /* its ports: host 0's and the peer's */
    bool has_timestamps;
    char sent[WORLD_TEXT]; /* what host 0 sent since world_clear(): "P. 1:101(100) ack 1; …" */
} World;

/* Linux 6.18's keys; `keys` sets others: "mss=536 nagle=no". */
World *world_new(const char *keys);
World *world_by_hand(const char *keys);
void world_free(World *w);

void world_run(World *w, SimTime until);
void world_pass(World *w, SimTime by);
void world_settle(World *w); /* until nothing is on the wire, and a nanosecond on */
void world_clear(World *w);

Sockets *world_sockets(World *w, unsigned host);

/* A call that waited is over: its answer.  False: none is. */
bool world_over(World *w, unsigned host, SocketOver *out);

/* Descriptors: of host 1 a listener at WORLD_PORT, of host 0 and host 1 the two ends. */
int world_listen(World *w, unsigned host, uint32_t backlog);
void world_pair(World *w, int listener, int *client, int *server);

/* By hand: a segment of the peer's.  `text` is flags as letters (". " for ACK), numbers relative to both
 * first ones: ". 1:1(0) ack 1 win 257"; of a SYN absolute zero: "S 0:0(0) win 32792".  Options as the last
 * word: "mss=1000,sack,ws=7,ts=100/0,sack=1001-2001". */
void world_inject(World *w, const char *text, const char *options);
/* A listener, the handshake, accept: its descriptor. */
int world_accept_by_hand(World *w, const char *options, unsigned window);

#define ck_value(answer, expected)                                                                 \
    do {                                                                                           \
        SocketAnswer answer_ = (answer);                                                           \
        ck_assert_msg(!answer_.blocks && answer_.error == TCP_OK && answer_.value == (expected),   \
                      "%s: %lld %s%s, not %lld", #answer, (long long)answer_.value,                \
                      tcp_error_name(answer_.error), answer_.blocks ? " blocks" : "",              \
                      (long long)(expected));                                                      \
    } while (0)
#define ck_error(answer, expected)                                                                 \
    do {                                                                                           \
        SocketAnswer answer_ = (answer);                                                           \
        ck_assert_msg(!answer_.blocks && answer_.error == (expected) && answer_.value == -1,       \
                      "%s: %lld %s%s, not %s", #answer, (long long)answer_.value,                  \
                      tcp_error_name(answer_.error), answer_.blocks ? " blocks" : "",              \
                      tcp_error_name(expected));                                                   \
    } while (0)
#define ck_blocks(answer) ck_assert_msg((answer).blocks, "%s does not block", #answer)
#define ck_ready(w, host, fd, expected)                                                            \
    ck_assert_uint_eq(socket_ready(world_sockets(w, host), fd), (expected))
#define ck_sent(w, expected)                                                                       \
    do {                                                                                           \
        ck_assert_str_eq((w)->sent, expected);                                                     \
        world_clear(w);                                                                            \
    } while (0)

#endif
