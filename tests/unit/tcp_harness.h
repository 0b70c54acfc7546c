/* Drives one TcpStack by hand: delivers segments that a test writes down, lets time pass, and keeps
 * what the hooks said.
 *
 * Segments are written as text, with numbers relative to the initial ones, as tcpdump shows them:
 *
 *     "S 0 -"            SYN, no ACK number
 *     "A 1 1 +100"       100 bytes from number 1, acknowledges 1
 *     "FA 101 1 w=0"     FIN in a segment that closes the window
 *     "R =0 -"           an absolute number
 *
 * Flags are letters of SFRPAUEC. What may follow the numbers: +BYTES  w=WINDOW  mss=N  ws=SHIFT
 * ts=VALUE/ECHO  sackok  sack=LEFT-RIGHT (relative)  stream=N (whose bytes these are)  fo=HEX and
 * foexp=HEX (a Fast Open cookie; without digits: a request)  ect0  ce.  SEQ is
 * relative to the peer's number, ACK to ours; in what the stack sends it is the other way round.
 * PSH is not shown.
 */
#ifndef TESTS_UNIT_TCP_HARNESS_H
#define TESTS_UNIT_TCP_HARNESS_H

#include "marks.h"

#include "core/random.h"
#include "tcp/tcp.h"

enum {
    HARNESS_ADDRESS = 0x0a000001,
    HARNESS_PEER = 0x0a000002,
    HARNESS_PORT = 4000, /* ours, listening or connecting */
    HARNESS_PEER_PORT = 5000,
    HARNESS_IRS = 500000, /* the peer's initial number, unless a test chooses another */
    HARNESS_PEER_STREAM = 77,
    HARNESS_SENT_MAX = 4096,
    HARNESS_TEXT_MAX = 4096,
    HARNESS_LINE_MAX = 256,
};

#define MS(n) ((n)*SIM_MILLISECOND)
#define SEC(n) ((n)*SIM_SECOND)

typedef struct HarnessSent {
    SimTime at;
    TcpConnId conn;
    Segment segment;
    TcpSendNote note;
} HarnessSent;

typedef struct HarnessTimer {
    bool armed;
    SimTime due, length;
    uint32_t retry, limit;
    unsigned fired;
} HarnessTimer;

typedef struct TcpHarness {
    HostConfig config;
    SimOrder order;
    TcpStack *stack;
    SimTime now;
    TcpConnId conn; /* the newest */
    TcpState state; /* the last one entered */
    Seq iss, irs;   /* iss: of the last SYN we sent */

    bool accepts, reads;                    /* the application acts by itself; both at first */
    void (*readable)(struct TcpHarness *h); /* from the hook, in its place; NULL: nobody does */
    void (*ending)(struct TcpHarness *h, TcpConnId conn); /* NULL: nobody wants to know */
    void *application;                                    /* of these two */
    uint64_t read_bytes, wrong_bytes;

    /* What happened since harness_clear(), items separated by "; ". */
    char sent[HARNESS_TEXT_MAX]; /* "SA 0 1; A 1 1" */
    char states[HARNESS_TEXT_MAX];
    char app[HARNESS_TEXT_MAX];
    unsigned discards;
    TcpReason discarded;

    /* Everything that was sent; not touched by harness_clear(). */
    HarnessSent log[HARNESS_SENT_MAX];
    size_t log_count;
    HarnessTimer timers[TCP_TIMER_COUNT];
    char times[HARNESS_TEXT_MAX]; /* harness_times() writes here */
} TcpHarness;

/* The eleven states, SYN-RCVD and ESTABLISHED from either side. */
typedef enum HarnessPlace {
    AT_CLOSED,
    AT_LISTEN,
    AT_SYN_SENT,
    AT_SYN_RCVD,        /* a listener's */
    AT_SYN_RCVD_ACTIVE, /* both sides called connect */
    AT_ESTABLISHED,
    AT_ESTABLISHED_PASSIVE,
    AT_FIN_WAIT_1,
    AT_FIN_WAIT_2,
    AT_CLOSE_WAIT,
    AT_CLOSING,
    AT_LAST_ACK,
    AT_TIME_WAIT,
    HARNESS_PLACE_COUNT,
} HarnessPlace;

extern const char *const harness_place_names[HARNESS_PLACE_COUNT];

/* A stack with the default keys, but isn=fixed; `keys` sets more: "mss=536 nagle=no". */
TcpHarness *harness_new(const char *keys);
void harness_free(TcpHarness *h);
void harness_set(TcpHarness *h, const char *keys);
void harness_configure(HostConfig *config, const char *keys); /* the same without a stack */

/* From CLOSED to the place by the shortest way, and clears. The application has only shut down,
 * so it still hears what happens.  Numbers afterwards, relative:
 *
 *                    SND.UNA SND.NXT RCV.NXT                  SND.UNA SND.NXT RCV.NXT
 *     SYN-SENT          0       1       -      CLOSE-WAIT        1       1       2
 *     SYN-RCVD          0       1       1      CLOSING           1       2       2
 *     ESTABLISHED       1       1       1      LAST-ACK          1       2       2
 *     FIN-WAIT-1        1       2       1      TIME-WAIT         2       2       2
 *     FIN-WAIT-2        2       2       1
 */
void harness_bring(TcpHarness *h, HarnessPlace place);

void harness_listen(TcpHarness *h, uint32_t backlog);
void harness_connect(TcpHarness *h);

/* As the peer's SYN or SYN-ACK, with the options given: "mss=536 ws=2". */
void harness_establish_with(TcpHarness *h, const char *options);

Segment harness_segment(const TcpHarness *h, const char *text);
void harness_deliver(TcpHarness *h, const char *text);
void harness_deliver_from(TcpHarness *h, uint16_t peer_port, const char *text);

/* Puts numbers for names in segments as text, as they are after harness_bring(): U is SND.UNA, N
 * SND.NXT, R RCV.NXT, E the right edge of the receive window; "A R+5 N" is "A 7 2" in CLOSING. */
void harness_resolve(HarnessPlace place, const char *text, char out[HARNESS_LINE_MAX]);

void harness_clear(TcpHarness *h);

/* Lets time pass until `t`, running the timers that come due, those of that instant too. */
void harness_run_until(TcpHarness *h, SimTime t);
/* Runs the next timer; false when none is armed. */
bool harness_run_one(TcpHarness *h);

/* The application reads up to `most` bytes; there are some. */
void harness_read(TcpHarness *h, uint64_t most);

TcpStatus harness_status(const TcpHarness *h); /* of the newest connection, which exists */
bool harness_is_gone(const TcpHarness *h);     /* there is no such connection any more */

/* When segments of this class (SEGMENT_ANY: all) were sent, in seconds: "0 1 3 7". */
const char *harness_times(TcpHarness *h, SegmentClass class);

const HarnessSent *harness_last(const TcpHarness *h);

/* The text of a segment that the stack sent. */
void harness_write(const TcpHarness *h, const Segment *segment, char *out, size_t size);

#endif
