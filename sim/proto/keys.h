/* The key table: everything that a profile, `set` or `link` can set, each key once, with its
 * name, type, range, default and one line of help.
 *
 * A host's configuration (HostConfig) and a link direction's (LinkConfig) are structs of
 * int64_t made from this table, so a key cannot exist without a place or a place without a key.
 * Units inside: times in nanoseconds, sizes in bytes, rates in bits per second, probabilities in
 * parts per billion, yes/no and 0|1 as 0 or 1, words as the index of the word.
 *
 * Keys that Linux has as sysctls carry the sysctl's name and take its bare number and unit
 * (tcp_fin_timeout=60 means seconds); our own keys are written with hyphens and take units.
 */
#ifndef TCPWALTZ_PROTO_KEYS_H
#define TCPWALTZ_PROTO_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/time.h"

typedef enum KeyType {
    KEY_COUNT,       /* a whole number */
    KEY_SWITCH,      /* 0 or 1, as sysctls write it */
    KEY_YES_NO,      /* yes or no */
    KEY_TIME,        /* a time with its unit */
    KEY_SECONDS,     /* a bare number of seconds, as sysctls write it; kept in nanoseconds */
    KEY_MILLISECS,   /* a bare number of milliseconds; kept in nanoseconds */
    KEY_MICROSECS,   /* a bare number of microseconds; kept in nanoseconds */
    KEY_BYTES,       /* a whole number, with k or M (powers of 1024) if wanted */
    KEY_WORD,        /* one of the words given */
    KEY_PROBABILITY, /* 5%, 0.1%, up to 7 decimals; kept in parts per billion */
    KEY_RATE,        /* 10mbit, 64kbit, 1gbit; kept in bits per second */
    KEY_BURST,       /* P,R[,LOSS]: three probabilities in a row */
} KeyType;

/* Words of KEY_WORD keys, each with the name of its value: W(value, word). */
#define RTO_FLOOR_WORDS(W) W(RTO_FLOOR_VARIANCE, "variance") W(RTO_FLOOR_TOTAL, "total")
#define IP_WORDS(W) W(IP_4, "4") W(IP_6, "6")
#define GIVE_UP_WORDS(W)                                                                           \
    W(GIVE_UP_COUNT, "count")                                                                      \
    W(GIVE_UP_TIME, "time")                                                                        \
    W(GIVE_UP_NEVER, "never")
#define ISN_WORDS(W) W(ISN_FIXED, "fixed") W(ISN_CLOCK, "clock") W(ISN_RFC6528, "rfc6528")
#define HANDSHAKE_WORDS(W) W(HANDSHAKE_THREE_WAY, "three-way") W(HANDSHAKE_TWO_WAY, "two-way")
#define SYN_DATA_WORDS(W) W(SYN_DATA_REFUSE, "refuse") W(SYN_DATA_ACCEPT, "accept")
#define SYN_RCVD_DATA_WORDS(W)                                                                     \
    W(SYN_RCVD_DATA_ESTABLISH, "establish")                                                        \
    W(SYN_RCVD_DATA_RESET, "reset")
#define CROSSED_SYNACK_WORDS(W)                                                                    \
    W(CROSSED_SYNACK_ESTABLISH, "establish")                                                       \
    W(CROSSED_SYNACK_CHALLENGE, "challenge")
#define RESET_CHECK_WORDS(W)                                                                       \
    W(RESET_CHECK_RFC793, "rfc793")                                                                \
    W(RESET_CHECK_RFC5961, "rfc5961")                                                              \
    W(RESET_CHECK_RFC5961_FIN, "rfc5961-fin")                                                      \
    W(RESET_CHECK_EXACT, "exact")                                                                  \
    W(RESET_CHECK_BSD, "bsd")                                                                      \
    W(RESET_CHECK_SYN_IGNORED, "syn-ignored")
#define OLD_SEGMENTS_WORDS(W)                                                                      \
    W(OLD_SEGMENTS_ANSWERED, "answered") W(OLD_SEGMENTS_TRIMMED, "trimmed")
#define RESET_IN_QUEUE_WORDS(W) W(RESET_IN_QUEUE_LEAVES, "leaves") W(RESET_IN_QUEUE_STAYS, "stays")
#define ICMP_UNREACHABLE_WORDS(W)                                                                  \
    W(ICMP_UNREACHABLE_NOTE, "note")                                                               \
    W(ICMP_UNREACHABLE_FAIL, "fail")                                                               \
    W(ICMP_UNREACHABLE_REFUSED, "refused") W(ICMP_UNREACHABLE_IGNORE, "ignore")
#define FIN_ACK_WORDS(W) W(FIN_ACK_IMMEDIATE, "immediate") W(FIN_ACK_DELAYED, "delayed")
#define MISSING_TIMESTAMPS_WORDS(W)                                                                \
    W(MISSING_TIMESTAMPS_TAKE, "take")                                                             \
    W(MISSING_TIMESTAMPS_DROP, "drop")
/* The four of 4.4BSD and libslirp. */
#define DATA_AFTER_CLOSE_WORDS(W)                                                                  \
    W(DATA_AFTER_CLOSE_RESET, "reset")                                                             \
    W(DATA_AFTER_CLOSE_SECOND, "second")
#define DATA_BEHIND_FIN_WORDS(W)                                                                   \
    W(DATA_BEHIND_FIN_IGNORED, "ignored")                                                          \
    W(DATA_BEHIND_FIN_ACKNOWLEDGED, "acknowledged")
#define EARLY_CALLS_WORDS(W) W(EARLY_CALLS_HEEDED, "heeded") W(EARLY_CALLS_AFTERWARDS, "afterwards")
#define MISSING_MSS_WORDS(W) W(MISSING_MSS_DEFAULT, "default") W(MISSING_MSS_OWN, "own")
#define TIME_WAIT_FIN_WORDS(W)                                                                     \
    W(TIME_WAIT_FIN_ACKNOWLEDGE, "acknowledge")                                                    \
    W(TIME_WAIT_FIN_ANSWER, "answer")                                                              \
    W(TIME_WAIT_FIN_IGNORE, "ignore")
#define TIME_WAIT_SYN_WORDS(W)                                                                     \
    W(TIME_WAIT_SYN_RFC6191, "rfc6191")                                                            \
    W(TIME_WAIT_SYN_REOPENS, "reopens")                                                            \
    W(TIME_WAIT_SYN_BEYOND_WINDOW, "beyond-window")                                                \
    W(TIME_WAIT_SYN_NEVER, "never")
#define PROBE_WAIT_WORDS(W)                                                                        \
    W(PROBE_WAIT_RTO, "rto")                                                                       \
    W(PROBE_WAIT_BSD, "bsd")                                                                       \
    W(PROBE_WAIT_FREEBSD, "freebsd")                                                               \
    W(PROBE_WAIT_XNU, "xnu")                                                                       \
    W(PROBE_WAIT_MIN, "min")
#define PROBE_GIVES_UP_WORDS(W)                                                                    \
    W(PROBE_GIVES_UP_COUNT, "count")                                                               \
    W(PROBE_GIVES_UP_TIME, "time")                                                                 \
    W(PROBE_GIVES_UP_NEVER, "never")                                                               \
    W(PROBE_GIVES_UP_R2, "r2")
#define RETRIES_SPENT_WORDS(W)                                                                     \
    W(RETRIES_SPENT_GIVES_UP, "gives-up")                                                          \
    W(RETRIES_SPENT_HALVES_MSS, "halves-mss")
#define CONGESTION_WORDS(W)                                                                        \
    W(CONGESTION_NONE, "none")                                                                     \
    W(CONGESTION_RENO, "reno")                                                                     \
    W(CONGESTION_CUBIC, "cubic")
#define LOSS_DETECTION_WORDS(W)                                                                    \
    W(LOSS_DETECTION_DUPLICATES, "duplicates")                                                     \
    W(LOSS_DETECTION_RACK, "rack")
#define RATE_REDUCTION_WORDS(W)                                                                    \
    W(RATE_REDUCTION_AT_ONCE, "at-once")                                                           \
    W(RATE_REDUCTION_PROPORTIONAL, "proportional")
#define CUBIC_BASIS_WORDS(W) W(CUBIC_BASIS_FLIGHT, "flight") W(CUBIC_BASIS_WINDOW, "window")
#define SACK_AFTER_TIMEOUT_WORDS(W)                                                                \
    W(SACK_AFTER_TIMEOUT_FORGOTTEN, "forgotten")                                                   \
    W(SACK_AFTER_TIMEOUT_KEPT, "kept")
#define HYSTART_WORDS(W) W(HYSTART_NO, "no") W(HYSTART_RFC9406, "rfc9406")
#define RTT_ESTIMATOR_WORDS(W)                                                                     \
    W(RTT_ESTIMATOR_RFC6298, "rfc6298")                                                            \
    W(RTT_ESTIMATOR_LINUX, "linux")                                                                \
    W(RTT_ESTIMATOR_RFC793, "rfc793")                                                              \
    W(RTT_ESTIMATOR_LWIP, "lwip")                                                                  \
    W(RTT_ESTIMATOR_FREERTOS, "freertos")                                                          \
    W(RTT_ESTIMATOR_BSD, "bsd")
#define OPTION_ORDER_WORDS(W)                                                                      \
    W(OPTION_ORDER_OF_LINUX, "linux")                                                              \
    W(OPTION_ORDER_OF_BSD, "bsd")                                                                  \
    W(OPTION_ORDER_OF_NETBSD, "netbsd")                                                            \
    W(OPTION_ORDER_OF_OPENBSD, "openbsd")                                                          \
    W(OPTION_ORDER_OF_MACOS, "macos")                                                              \
    W(OPTION_ORDER_OF_WINDOWS, "windows")                                                          \
    W(OPTION_ORDER_OF_WINDOWS_XP, "windows-xp")                                                    \
    W(OPTION_ORDER_OF_ILLUMOS, "illumos")                                                          \
    W(OPTION_ORDER_OF_LWIP, "lwip")                                                                \
    W(OPTION_ORDER_OF_VPP, "vpp")                                                                  \
    W(OPTION_ORDER_OF_SMOLTCP, "smoltcp")
#define LAST_WAIT_WORDS(W) W(LAST_WAIT_RTO, "rto") W(LAST_WAIT_TICK, "tick")
#define REPEATED_SYN_WORDS(W)                                                                      \
    W(REPEATED_SYN_SYN_ACK, "syn-ack")                                                             \
    W(REPEATED_SYN_ACK, "ack")                                                                     \
    W(REPEATED_SYN_RST, "rst")                                                                     \
    W(REPEATED_SYN_IGNORE, "ignore")
#define SYNACK_ANSWERS_WORDS(W)                                                                    \
    W(SYNACK_ANSWERS_FREE, "free")                                                                 \
    W(SYNACK_ANSWERS_COUNT, "count")                                                               \
    W(SYNACK_ANSWERS_RESTART, "restart")
#define ACCEPT_QUEUE_WORDS(W)                                                                      \
    W(ACCEPT_QUEUE_PLUS_ONE, "plus-one")                                                           \
    W(ACCEPT_QUEUE_THREE_HALVES, "three-halves")
#define SYN_QUEUE_WORDS(W)                                                                         \
    W(SYN_QUEUE_MAX_SYN_BACKLOG, "tcp_max_syn_backlog")                                            \
    W(SYN_QUEUE_BACKLOG, "backlog")                                                                \
    W(SYN_QUEUE_PLUS_ONE, "plus-one")
#define WINDOW_PROBE_WORDS(W)                                                                      \
    W(WINDOW_PROBE_DATA, "data")                                                                   \
    W(WINDOW_PROBE_ACK, "ack")                                                                     \
    W(WINDOW_PROBE_NONE, "none")
#define RECEIVER_WORDS(W)                                                                          \
    W(RECEIVER_RFC9293, "rfc9293")                                                                 \
    W(RECEIVER_LINUX, "linux")                                                                     \
    W(RECEIVER_LINUX_6_6, "linux-6.6")                                                             \
    W(RECEIVER_LINUX_6_18, "linux-6.18")                                                           \
    W(RECEIVER_BSD, "bsd")
#define SYNACK_TO_LISTENER_WORDS(W)                                                                \
    W(SYNACK_TO_LISTENER_RESET, "reset")                                                           \
    W(SYNACK_TO_LISTENER_DROP, "drop")
#define SENDER_WORDS(W)                                                                            \
    W(SENDER_RFC9293, "rfc9293")                                                                   \
    W(SENDER_LINUX, "linux")                                                                       \
    W(SENDER_BSD_4_4, "bsd-4.4")
#define UNREAD_AFTER_RESET_WORDS(W)                                                                \
    W(UNREAD_AFTER_RESET_LOST, "lost")                                                             \
    W(UNREAD_AFTER_RESET_KEPT, "kept")
#define ORPHAN_FIN_WAIT_2_WORDS(W)                                                                 \
    W(ORPHAN_FIN_WAIT_2_FULL, "full")                                                              \
    W(ORPHAN_FIN_WAIT_2_REMNANT, "remnant")
#define CLOSE_WAIT_RESET_WORDS(W)                                                                  \
    W(CLOSE_WAIT_RESET_ECONNRESET, "ECONNRESET")                                                   \
    W(CLOSE_WAIT_RESET_EPIPE, "EPIPE")
#define NAGLE_HOLDS_WORDS(W)                                                                       \
    W(NAGLE_HOLDS_ANY, "any")                                                                      \
    W(NAGLE_HOLDS_SMALL, "small")
#define PUSH_WORDS(W) W(PUSH_LAST, "last") W(PUSH_BURSTS, "bursts")
#define TIMERS_WORDS(W) W(TIMERS_EXACT, "exact") W(TIMERS_REAL, "real")
#define TIMER_MODEL_WORDS(W)                                                                       \
    W(TIMER_MODEL_EXACT, "exact")                                                                  \
    W(TIMER_MODEL_TICK, "tick")                                                                    \
    W(TIMER_MODEL_WHEEL, "wheel")

#define KEY_WORD_VALUE_(value, word) value,
enum { RTO_FLOOR_WORDS(KEY_WORD_VALUE_) };
enum { IP_WORDS(KEY_WORD_VALUE_) };
enum { GIVE_UP_WORDS(KEY_WORD_VALUE_) };
enum { ISN_WORDS(KEY_WORD_VALUE_) };
enum { HANDSHAKE_WORDS(KEY_WORD_VALUE_) };
enum { SYN_DATA_WORDS(KEY_WORD_VALUE_) };
enum { SYN_RCVD_DATA_WORDS(KEY_WORD_VALUE_) };
enum { CROSSED_SYNACK_WORDS(KEY_WORD_VALUE_) };
enum { RESET_CHECK_WORDS(KEY_WORD_VALUE_) };
enum { OLD_SEGMENTS_WORDS(KEY_WORD_VALUE_) };
enum { ICMP_UNREACHABLE_WORDS(KEY_WORD_VALUE_) };
enum { RESET_IN_QUEUE_WORDS(KEY_WORD_VALUE_) };
enum { FIN_ACK_WORDS(KEY_WORD_VALUE_) };
enum { MISSING_TIMESTAMPS_WORDS(KEY_WORD_VALUE_) };
enum { DATA_AFTER_CLOSE_WORDS(KEY_WORD_VALUE_) };
enum { DATA_BEHIND_FIN_WORDS(KEY_WORD_VALUE_) };
enum { EARLY_CALLS_WORDS(KEY_WORD_VALUE_) };
enum { MISSING_MSS_WORDS(KEY_WORD_VALUE_) };
enum { TIME_WAIT_FIN_WORDS(KEY_WORD_VALUE_) };
enum { TIME_WAIT_SYN_WORDS(KEY_WORD_VALUE_) };
enum { PROBE_WAIT_WORDS(KEY_WORD_VALUE_) };
enum { PROBE_GIVES_UP_WORDS(KEY_WORD_VALUE_) };
enum { RETRIES_SPENT_WORDS(KEY_WORD_VALUE_) };
enum { CONGESTION_WORDS(KEY_WORD_VALUE_) };
enum { LOSS_DETECTION_WORDS(KEY_WORD_VALUE_) };
enum { RATE_REDUCTION_WORDS(KEY_WORD_VALUE_) };
enum { CUBIC_BASIS_WORDS(KEY_WORD_VALUE_) };
enum { SACK_AFTER_TIMEOUT_WORDS(KEY_WORD_VALUE_) };
enum { HYSTART_WORDS(KEY_WORD_VALUE_) };
enum { RTT_ESTIMATOR_WORDS(KEY_WORD_VALUE_) };
enum { OPTION_ORDER_WORDS(KEY_WORD_VALUE_) };
enum { LAST_WAIT_WORDS(KEY_WORD_VALUE_) };
enum { REPEATED_SYN_WORDS(KEY_WORD_VALUE_) };
enum { SYNACK_ANSWERS_WORDS(KEY_WORD_VALUE_) };
enum { ACCEPT_QUEUE_WORDS(KEY_WORD_VALUE_) };
enum { SYN_QUEUE_WORDS(KEY_WORD_VALUE_) };
enum { WINDOW_PROBE_WORDS(KEY_WORD_VALUE_) };
enum { RECEIVER_WORDS(KEY_WORD_VALUE_) };
enum { SYNACK_TO_LISTENER_WORDS(KEY_WORD_VALUE_) };
enum { SENDER_WORDS(KEY_WORD_VALUE_) };
enum { UNREAD_AFTER_RESET_WORDS(KEY_WORD_VALUE_) };
enum { ORPHAN_FIN_WAIT_2_WORDS(KEY_WORD_VALUE_) };
enum { CLOSE_WAIT_RESET_WORDS(KEY_WORD_VALUE_) };
enum { NAGLE_HOLDS_WORDS(KEY_WORD_VALUE_) };
enum { PUSH_WORDS(KEY_WORD_VALUE_) };
enum { TIMERS_WORDS(KEY_WORD_VALUE_) };
enum { TIMER_MODEL_WORDS(KEY_WORD_VALUE_) };
#undef KEY_WORD_VALUE_

/* KEY_WORDS(ISN) is "fixed|clock|rfc6528". */
#define KEY_WORDS(list) (&(list##_WORDS(KEY_WORD_TEXT_))[1])
#define KEY_WORD_TEXT_(value, word) "|" word

/* K(field, name, type, least, most, default as text, words or NULL, help)
 * least and most are in the unit the key is written in (times: nanoseconds). */
#define HOST_KEYS(K)                                                                               \
    /* Opening */                                                                                  \
    K(initial_rto, "initial-rto", KEY_TIME, SIM_MILLISECOND, SIM_HOUR, "1s", NULL,                 \
      "retransmission timeout before the first round-trip sample")                                 \
    K(backoff_base, "backoff-base", KEY_TIME, 0, SIM_HOUR, "0", NULL,                              \
      "what backoff multiplies while there is no sample; 0: the initial-rto")                      \
    K(tcp_syn_retries, "tcp_syn_retries", KEY_COUNT, 0, 127, "7", NULL,                            \
      "how often a SYN is repeated, the linear repeats not counted")                               \
    K(tcp_syn_linear_timeouts, "tcp_syn_linear_timeouts", KEY_COUNT, 0, 127, "0", NULL,            \
      "SYN timeouts that come before the timeout begins to double")                                \
    K(connect_timeout, "connect-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,                   \
      "connect fails this long after the first SYN; 0: only the retries limit it")                 \
    K(connect_timeout_lifted, "connect-timeout-lifted", KEY_YES_NO, 0, 1, "no", NULL,              \
      "any segment that arrives for an opening connection lifts its connect-timeout (4.4BSD)")     \
    K(refused_retries, "refused-retries", KEY_COUNT, 0, 255, "0", NULL,                            \
      "how often a SYN that was answered with RST is sent again (Windows)")                        \
    K(refused_wait, "refused-wait", KEY_TIME, 0, SIM_HOUR, "0", NULL, "how long such a SYN waits") \
    K(tcp_synack_retries, "tcp_synack_retries", KEY_COUNT, 0, 255, "7", NULL,                      \
      "how often a SYN-ACK is repeated before the half-open connection is dropped")                \
    K(synack_gives_up, "synack-gives-up", KEY_YES_NO, 0, 1, "yes", NULL,                           \
      "no: a SYN-ACK is repeated for ever")                                                        \
    K(synack_linear_timeouts, "synack-linear-timeouts", KEY_COUNT, 0, 127, "0", NULL,              \
      "SYN-ACK timeouts that come before the timeout begins to double; they do not count")         \
    K(synack_rto, "synack-rto", KEY_TIME, 0, SIM_HOUR, "0", NULL,                                  \
      "a SYN-ACK's timeout, before it begins to double; 0: as a SYN's (VPP has another)")          \
    K(repeated_syn, "repeated-syn", KEY_WORD, 0, 0, "syn-ack", KEY_WORDS(REPEATED_SYN),            \
      "a repeated SYN in SYN-RCVD: answered with SYN-ACK, a bare ACK (RFC 9293 to the letter), "   \
      "RST, or not at all")                                                                        \
    K(synack_answers, "synack-answers", KEY_WORD, 0, 0, "free", KEY_WORDS(SYNACK_ANSWERS),         \
      "an answer to a repeated SYN: leaves the retries alone, uses one up, or gives all back")     \
    K(half_open_timeout, "half-open-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,               \
      "a half-open connection is dropped this long after its SYN; 0: as connect-timeout")          \
    K(half_open_rst, "half-open-rst", KEY_YES_NO, 0, 1, "no", NULL,                                \
      "tell the peer with RST when a half-open connection is given up")                            \
    K(synack_rearm, "synack-rearm", KEY_YES_NO, 0, 1, "no", NULL,                                  \
      "a repeated SYN, answered at once, starts the SYN-ACK timer anew")                           \
    K(tcp_invalid_ratelimit, "tcp_invalid_ratelimit", KEY_MILLISECS, 0, 3600000, "0", NULL,        \
      "least milliseconds between two answers to repeated SYNs or to empty segments that do not "  \
      "fit")                                                                                       \
    K(connection_blocks, "connection-blocks", KEY_COUNT, 0, 1 << 30, "0", NULL,                    \
      "connections that a host has room for; a SYN that finds none is answered with RST; 0: no "   \
      "limit")                                                                                     \
    K(tcp_max_syn_backlog, "tcp_max_syn_backlog", KEY_COUNT, 1, 1 << 30, "1024", NULL,             \
      "half-open connections that a host holds at most")                                           \
    K(syn_queue, "syn-queue", KEY_WORD, 0, 0, "tcp_max_syn_backlog", KEY_WORDS(SYN_QUEUE),         \
      "what bounds a listener's half-open connections: tcp_max_syn_backlog alone, or its backlog " \
      "or backlog + 1 too")                                                                        \
    K(tcp_syncookies, "tcp_syncookies", KEY_COUNT, 0, 2, "0", NULL,                                \
      "SYN cookies (RFC 4987): 0 never, 1 when the SYN queue is full, 2 always")                   \
    K(somaxconn, "somaxconn", KEY_COUNT, 0, 1 << 30, "4096", NULL,                                 \
      "upper bound of a listener's backlog")                                                       \
    K(accept_queue, "accept-queue", KEY_WORD, 0, 0, "plus-one", KEY_WORDS(ACCEPT_QUEUE),           \
      "connections that wait for accept at most: backlog + 1, or 3/2 backlog + 1 (BSD)")           \
    K(reset_in_queue, "reset-in-queue", KEY_WORD, 0, 0, "leaves", KEY_WORDS(RESET_IN_QUEUE),       \
      "a connection that is reset before accept: leaves the accept queue; or stays, and is "       \
      "accepted with its error (Linux)")                                                           \
    K(calls_before_accept, "calls-before-accept", KEY_YES_NO, 0, 1, "yes", NULL,                   \
      "with accept=manual: what is called before accept is done (RFC 9293 §3.10.2); or answers "  \
      "ENOTCONN (sockets)")                                                                        \
    K(tcp_abort_on_overflow, "tcp_abort_on_overflow", KEY_SWITCH, 0, 1, "0", NULL,                 \
      "a last ACK that finds the accept queue full: 0 ignored, 1 answered with RST")               \
    K(isn, "isn", KEY_WORD, 0, 0, "rfc6528", KEY_WORDS(ISN),                                       \
      "how initial sequence numbers are chosen; fixed: always 1000")                               \
    K(handshake, "handshake", KEY_WORD, 0, 0, "three-way", KEY_WORDS(HANDSHAKE),                   \
      "two-way: a server is ESTABLISHED as soon as it has answered a SYN (a counterfactual)")      \
    K(syn_data, "syn-data", KEY_WORD, 0, 0, "accept", KEY_WORDS(SYN_DATA),                         \
      "data on a SYN: left to be sent again, or held until ESTABLISHED (RFC 9293 §3.10.7.2)")      \
    K(syn_rcvd_data, "syn-rcvd-data", KEY_WORD, 0, 0, "establish", KEY_WORDS(SYN_RCVD_DATA),       \
      "data whose ACK would complete the handshake: taken, or answered with RST")                  \
    K(crossed_synack, "crossed-synack", KEY_WORD, 0, 0, "establish", KEY_WORDS(CROSSED_SYNACK),    \
      "a SYN-ACK in SYN-RCVD, after SYNs that crossed: establishes, or is only answered with ACK") \
    K(reset_check, "reset-check", KEY_WORD, 0, 0, "rfc5961", KEY_WORDS(RESET_CHECK),               \
      "RST and SYN in synchronized states: anywhere in the window, challenged (RFC 5961), "        \
      "challenged but for an RST with the number of a FIN before it (Linux), or but for any "      \
      "other RST, which is dropped (OpenBSD); or anywhere, and a SYN with two RSTs (4.4BSD) or "   \
      "ignored (smoltcp)")                                                                         \
    K(challenge_acks, "challenge-acks", KEY_COUNT, 0, 1 << 30, "10", NULL,                         \
      "challenge ACKs that a host sends in one challenge-interval (RFC 5961 §7); 0: no limit")     \
    K(challenge_interval, "challenge-interval", KEY_TIME, SIM_MILLISECOND, SIM_HOUR, "5s", NULL,   \
      "the interval of challenge-acks")                                                            \
    K(old_segments, "old-segments", KEY_WORD, 0, 0, "answered", KEY_WORDS(OLD_SEGMENTS),           \
      "what lies before the window: answered with ACK, or trimmed to nothing, of which RST and "   \
      "ACK are still heeded (libslirp)")                                                           \
    K(tcp_fastopen, "tcp_fastopen", KEY_COUNT, 0, 0x7fffff, "0", NULL,                             \
      "Fast Open (RFC 7413), a sum: 1 connect may ask for it, 2 listeners may grant it, 4 "        \
      "connect "                                                                                   \
      "needs no cookie, 512 listeners want none, 1024 all listeners grant it")                     \
    K(tcp_fastopen_blackhole_timeout_sec, "tcp_fastopen_blackhole_timeout_sec", KEY_SECONDS, 0,    \
      86400, "0", NULL,                                                                            \
      "seconds without Fast Open after a path seemed to swallow it, longer each time; 0: none")    \
    K(fast_open_path_pause, "fast-open-path-pause", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,         \
      "a server that refused Fast Open is not asked again for so long (FreeBSD); 0: next in the "  \
      "experimental form (Linux)")                                                                 \
    K(tcp_ecn, "tcp_ecn", KEY_COUNT, 0, 2, "0", NULL,                                              \
      "congestion notification (RFC 3168): 0 never, 1 asked for and granted, 2 granted")           \
    K(ecn_retries, "ecn-retries", KEY_COUNT, 0, 127, "0", NULL,                                    \
      "with tcp_ecn=1: so many repeats of a SYN still ask for it")                                 \
    K(drop_synfin, "drop-synfin", KEY_YES_NO, 0, 1, "no", NULL,                                    \
      "a segment with SYN and FIN is dropped, whatever it is for (FreeBSD)")                       \
    K(bare_syn, "bare-syn", KEY_YES_NO, 0, 1, "no", NULL,                                          \
      "a listener takes a SYN alone, and answers whatever else is no RST with RST (libslirp)")     \
    K(synack_to_listener, "synack-to-listener", KEY_WORD, 0, 0, "reset",                           \
      KEY_WORDS(SYNACK_TO_LISTENER),                                                               \
      "a SYN-ACK to a listener is answered with RST (RFC 9293 §3.10.7.2), or dropped (FreeBSD)")   \
    K(icmp_unreachable, "icmp-unreachable", KEY_WORD, 0, 0, "note", KEY_WORDS(ICMP_UNREACHABLE),   \
      "a router's 'unreachable' while connecting: noted (RFC 1122 §4.2.3.9), connect fails "      \
      "(Linux), is refused where somebody forbids it (FreeBSD), or goes on")                       \
    K(min_pmtu, "min_pmtu", KEY_BYTES, 68, 65535, "552", NULL,                                     \
      "what a path is believed to take, whatever a router says")                                   \
    /* Data */                                                                                     \
    K(ip, "ip", KEY_WORD, 0, 0, "4", KEY_WORDS(IP),                                                \
      "what carries the segments: IPv4, or IPv6, whose header takes 20 bytes more (RFC 8200)")     \
    K(ip_default_ttl, "ip_default_ttl", KEY_COUNT, 1, 255, "64", NULL,                             \
      "time to live of what is sent (RFC 791 §3.1), with ip=6 its hop limit; a link takes none")   \
    K(mss, "mss", KEY_BYTES, 64, 65495, "1460", NULL,                                              \
      "largest segment we accept, as announced; 20 bytes less with ip=6")                          \
    K(window, "window", KEY_BYTES, 0, 1 << 30, "65535", NULL,                                      \
      "receive buffer, and so the largest window we offer")                                        \
    K(first_window, "first-window", KEY_BYTES, 0, 1 << 30, "0", NULL,                              \
      "what of it a SYN offers; it grows by twice what arrives (Linux, Windows); 0: all of it")    \
    K(window_scale, "window-scale", KEY_COUNT, 0, 14, "0", NULL,                                   \
      "the shift offered, if the window does not need a larger one")                               \
    K(window_in_segments, "window-in-segments", KEY_YES_NO, 0, 1, "no", NULL,                      \
      "the window of a SYN or SYN-ACK is a whole number of segments (Linux)")                      \
    K(tcp_window_scaling, "tcp_window_scaling", KEY_SWITCH, 0, 1, "0", NULL,                       \
      "offer the window scale option (RFC 7323)")                                                  \
    K(tcp_timestamps, "tcp_timestamps", KEY_SWITCH, 0, 1, "0", NULL,                               \
      "offer timestamps (RFC 7323), and with them PAWS")                                           \
    K(syn_rfc1323, "syn-rfc1323", KEY_YES_NO, 0, 1, "yes", NULL,                                   \
      "no: window scale and timestamps are on no SYN of ours, but on the answer to one "           \
      "(Windows XP)")                                                                              \
    K(timestamps_after_syn, "timestamps-after-syn", KEY_YES_NO, 0, 1, "yes", NULL,                 \
      "no: agreed on the SYN, left off behind it, against RFC 7323 §3.2")                          \
    K(missing_timestamps, "missing-timestamps", KEY_WORD, 0, 0, "drop",                            \
      KEY_WORDS(MISSING_TIMESTAMPS),                                                               \
      "a segment without the agreed timestamps: taken as others, or dropped (RFC 7323 §3.2)")      \
    K(tcp_sack, "tcp_sack", KEY_SWITCH, 0, 1, "0", NULL,                                           \
      "offer SACK-permitted (RFC 2018), and report blocks out of order")                           \
    K(sack_after_timeout, "sack-after-timeout", KEY_WORD, 0, 0, "forgotten",                       \
      KEY_WORDS(SACK_AFTER_TIMEOUT),                                                               \
      "what a timeout does with what was SACKed: nothing of it counts (RFC 2018 §5), or all "     \
      "does, "                                                                                     \
      "unless the first segment is among it")                                                      \
    K(last_resort, "last-resort", KEY_YES_NO, 0, 1, "yes", NULL,                                   \
      "in recovery, when nothing lost and nothing new may go: what SACKs leave open goes again, "  \
      "and "                                                                                       \
      "once the last segment (RFC 6675 §4, NextSeg() (3) and (4))")                                \
    K(tcp_dsack, "tcp_dsack", KEY_SWITCH, 0, 1, "0", NULL,                                         \
      "report what came twice in a SACK block (RFC 2883)")                                         \
    K(option_order, "option-order", KEY_WORD, 0, 0, "linux", KEY_WORDS(OPTION_ORDER),              \
      "in which order and with which padding options stand in the header: as this stack has them") \
    K(nagle, "nagle", KEY_YES_NO, 0, 1, "yes", NULL,                                               \
      "hold a small segment back while data is unacknowledged (RFC 9293 §3.7.4)")                  \
    K(nagle_holds, "nagle-holds", KEY_WORD, 0, 0, "any", KEY_WORDS(NAGLE_HOLDS),                   \
      "what a small segment waits for with nagle=yes: the ACK of any data, or of a small segment " \
      "(Minshall)")                                                                                \
    K(receiver, "receiver", KEY_WORD, 0, 0, "rfc9293", KEY_WORDS(RECEIVER),                        \
      "what window is offered and which ACKs wait: RFC 9293's rules; Linux's, before 6.6, since "  \
      "it, and as in 6.18; or FreeBSD's: buffers of whole segments, its SACK blocks, resets and "  \
      "TIME-WAIT")                                                                                 \
    K(sender, "sender", KEY_WORD, 0, 0, "rfc9293", KEY_WORDS(SENDER),                              \
      "how segments are cut, counted and put together again: RFC 9293's and 5681's rules, "        \
      "Linux's, or 4.4BSD's, which after a timeout sends all of it anew")                          \
    K(delayed_ack, "delayed-ack", KEY_TIME, 0, 500 * SIM_MILLISECOND, "200ms", NULL,               \
      "how long a lone segment's ACK may wait; 0: acknowledged at once")                           \
    K(foreseen_acks, "foreseen-acks", KEY_YES_NO, 0, 1, "no", NULL,                                \
      "data that header prediction foresees are acknowledged at once, whatever delayed-ack says "  \
      "of others (libslirp)")                                                                      \
    K(quick_acks, "quick-acks", KEY_COUNT, 0, 1000, "0", NULL,                                     \
      "segments at the beginning that are acknowledged at once (Linux)")                           \
    K(mss_bounds_sent, "mss-bounds-sent", KEY_YES_NO, 0, 1, "no", NULL,                            \
      "our own mss bounds what we send, too: it is our link's (RFC 9293 §3.7.1, MMS_S), as in "   \
      "all "                                                                                       \
      "stacks; no: it is what we can put together")                                                \
    K(passive_mss_less, "passive-mss-less", KEY_COUNT, 0, 1000, "0", NULL,                         \
      "a server's segments have so much less than its own mss, whatever the SYN says; 0: as "      \
      "agreed (libslirp)")                                                                         \
    K(missing_mss, "missing-mss", KEY_WORD, 0, 0, "default", KEY_WORDS(MISSING_MSS),               \
      "a SYN-ACK without an MSS: 536 (RFC 9293 §3.7.1), or our own (libslirp)")                    \
    K(initial_window, "initial-window", KEY_COUNT, 1, 1000, "10", NULL,                            \
      "congestion window after the handshake, in segments")                                        \
    K(initial_window_bytes, "initial-window-bytes", KEY_BYTES, 0, 1 << 30, "14600", NULL,          \
      "of larger segments no more than fit into this, but two (RFC 6928 §2); 0: no such bound")    \
    K(syn_losses_forgiven, "syn-losses-forgiven", KEY_COUNT, 0, 255, "1", NULL,                    \
      "repeats of SYN or SYN-ACK after which the window still begins so (RFC 6928 §2; RFC 5681 "  \
      "§3.1: 0); beyond it is one segment")                                                        \
    K(slow_start_segments, "slow-start-segments", KEY_COUNT, 0, 255, "1", NULL,                    \
      "by so many segments an ACK opens the window in slow start at most (RFC 5681 §3.1, "        \
      "RFC 3465 §2.2: 2); 0: by all that it acknowledges")                                         \
    K(fin_ignores_cwnd, "fin-ignores-cwnd", KEY_YES_NO, 0, 1, "no", NULL,                          \
      "the last segment, if it has the FIN, leaves whatever the congestion window says")           \
    K(fin_ignores_window, "fin-ignores-window", KEY_YES_NO, 0, 1, "no", NULL,                      \
      "a FIN that no data stand before leaves although the peer's window is closed (BSD)")         \
    K(limited_transmit, "limited-transmit", KEY_YES_NO, 0, 1, "yes", NULL,                         \
      "the first duplicate ACKs let new data out (RFC 3042)")                                      \
    K(tcp_min_tso_segs, "tcp_min_tso_segs", KEY_COUNT, 1, 255, "2", NULL,                          \
      "segments of a packet at least, with push=bursts (Linux)")                                   \
    K(tcp_slow_start_after_idle, "tcp_slow_start_after_idle", KEY_SWITCH, 0, 1, "1", NULL,         \
      "the congestion window is the initial one again after a silence (RFC 5681 §4.1)")            \
    K(congestion, "congestion", KEY_WORD, 0, 0, "reno", KEY_WORDS(CONGESTION),                     \
      "congestion control: RFC 5681, RFC 9438, or the peer's window alone")                        \
    K(cubic_basis, "cubic-basis", KEY_WORD, 0, 0, "flight", KEY_WORDS(CUBIC_BASIS),                \
      "of what CUBIC leaves 0.7 after a loss: of what is under way (RFC 9438 §4.6), or of the "   \
      "window")                                                                                    \
    K(hystart, "hystart", KEY_WORD, 0, 0, "no", KEY_WORDS(HYSTART),                                \
      "slow start slows down when round trips grow (HyStart++, RFC 9406; needs SACK); Linux's "    \
      "own "                                                                                       \
      "HyStart is part of its congestion=cubic")                                                   \
    K(undo, "undo", KEY_YES_NO, 0, 1, "no", NULL,                                                  \
      "when a loss turns out to be none, by timestamps (RFC 3522) or D-SACK (RFC 3708), the "      \
      "window "                                                                                    \
      "goes back")                                                                                 \
    K(tcp_frto, "tcp_frto", KEY_COUNT, 0, 2, "0", NULL,                                            \
      "after a timeout new data find out whether it was needed (F-RTO, RFC 5682); with undo=yes")  \
    K(rate_reduction, "rate-reduction", KEY_WORD, 0, 0, "at-once", KEY_WORDS(RATE_REDUCTION),      \
      "after a loss the congestion window shrinks at once, or with what arrives (RFC 9937)")       \
    K(push, "push", KEY_WORD, 0, 0, "last", KEY_WORDS(PUSH),                                       \
      "what carries PSH: the last segment of what is to be sent, or of each burst, too (Linux)")   \
    K(packets_grow, "packets-grow", KEY_YES_NO, 0, 1, "no", NULL,                                  \
      "with push=bursts: a packet that was sent in part takes from the next one (Linux 6.10)")     \
    /* Retransmission */                                                                           \
    K(backoff, "backoff", KEY_COUNT, 1, 16, "2", NULL,                                             \
      "factor from one retransmission timeout to the next; 1: constant")                           \
    K(backoff_divisor, "backoff-divisor", KEY_COUNT, 1, 16, "1", NULL,                             \
      "what that factor is divided by: backoff=3 and this 2 make 1.5 (Zephyr)")                    \
    K(fin_backoff, "fin-backoff", KEY_COUNT, 0, 16, "0", NULL,                                     \
      "the same while only our FIN is unacknowledged; 0: as backoff")                              \
    K(fin_gives_up, "fin-gives-up", KEY_YES_NO, 0, 1, "yes", NULL,                                 \
      "no: a FIN is repeated for ever")                                                            \
    K(rto_slop, "rto-slop", KEY_TIME, 0, SIM_MINUTE, "0", NULL,                                    \
      "added to every timeout that rests on samples (FreeBSD)")                                    \
    K(syn_rto_slop, "syn-rto-slop", KEY_TIME, 0, SIM_MINUTE, "0", NULL,                            \
      "added to every timeout of a SYN or SYN-ACK but the first (FreeBSD)")                        \
    K(last_wait, "last-wait", KEY_WORD, 0, 0, "rto", KEY_WORDS(LAST_WAIT),                         \
      "what follows the last repeat before giving up: one more timeout, or one heartbeat")         \
    K(rtt_estimator, "rtt-estimator", KEY_WORD, 0, 0, "rfc6298", KEY_WORDS(RTT_ESTIMATOR),         \
      "how round-trip samples become SRTT and variance")                                           \
    K(rto_floor, "rto-floor", KEY_WORD, 0, 0, "total", KEY_WORDS(RTO_FLOOR),                       \
      "what tcp_rto_min_us bounds: the variance term (Linux) or the whole RTO (RFC 6298)")         \
    K(tcp_rto_min_us, "tcp_rto_min_us", KEY_MICROSECS, 1, 3600000000, "1000000", NULL,             \
      "lower bound of the retransmission timeout, see rto-floor")                                  \
    K(tcp_rto_max_ms, "tcp_rto_max_ms", KEY_MILLISECS, 1000, 86400000, "120000", NULL,             \
      "upper bound of the retransmission timeout")                                                 \
    K(rto_after_syn_loss, "rto-after-syn-loss", KEY_TIME, 0, SIM_HOUR, "3s", NULL,                 \
      "the RTO for data when a SYN timed out and nothing was measured (RFC 6298 §5.7); 0: off")    \
    K(give_up, "give-up", KEY_WORD, 0, 0, "count", KEY_WORDS(GIVE_UP),                             \
      "tcp_retries2 and tcp_orphan_retries count repeats, or stand for the time they would take; " \
      "never: nothing is given up, neither SYN nor SYN-ACK nor data (smoltcp)")                    \
    K(tcp_retries2, "tcp_retries2", KEY_COUNT, 0, 255, "15", NULL,                                 \
      "repeats of unacknowledged data before the connection is given up")                          \
    K(r2, "r2", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,                                             \
      "data is given up at a timeout this long after it was first sent (RFC 9293 §3.8.3); 0: off") \
    K(tcp_orphan_retries, "tcp_orphan_retries", KEY_COUNT, 0, 255, "0", NULL,                      \
      "the same for a connection whose application has closed; 0: 8")                              \
    K(give_up_rst, "give-up-rst", KEY_YES_NO, 0, 1, "no", NULL,                                    \
      "tell the peer with RST when data is given up")                                              \
    K(retries_spent, "retries-spent", KEY_WORD, 0, 0, "gives-up", KEY_WORDS(RETRIES_SPENT),        \
      "no repeat is left: the end; or, for as long as 32 bytes remain, half the MSS and seven "    \
      "repeats more (libslirp)")                                                                   \
    K(tcp_early_retrans, "tcp_early_retrans", KEY_COUNT, 0, 4, "0", NULL,                          \
      "3 or 4: tail loss probes (RFC 8985 §7); less: none")                                        \
    K(loss_detection, "loss-detection", KEY_WORD, 0, 0, "duplicates", KEY_WORDS(LOSS_DETECTION),   \
      "a loss shows by three segments behind it (RFC 6675), or by time (RFC 8985)")                \
    K(window_probe, "window-probe", KEY_WORD, 0, 0, "data", KEY_WORDS(WINDOW_PROBE),               \
      "what probes a closed window: a byte beyond it, an old number without data (Linux), or "     \
      "nothing (FreeRTOS+TCP)")                                                                    \
    K(probe_wait, "probe-wait", KEY_WORD, 0, 0, "rto", KEY_WORDS(PROBE_WAIT),                      \
      "what such a probe waits for, before it doubles: the retransmission timeout, 4.4BSD's "      \
      "SRTT + 2 RTTVAR, four times that (FreeBSD, XNU), or probe-wait-min")                        \
    K(probe_wait_min, "probe-wait-min", KEY_TIME, 0, SIM_HOUR, "0", NULL,                          \
      "lower bound of a probe's wait; 0: none of its own")                                         \
    K(probe_wait_max, "probe-wait-max", KEY_TIME, 0, SIM_HOUR, "0", NULL,                          \
      "upper bound of a probe's wait; 0: none of its own")                                         \
    K(probe_gives_up, "probe-gives-up", KEY_WORD, 0, 0, "count", KEY_WORDS(PROBE_GIVES_UP),        \
      "tcp_retries2 probes of a closed window that nobody answers are the end; they are when the " \
      "silence has lasted as long as so many timeouts, too (BSD); or never (4.4BSD); or when it "  \
      "has lasted for r2")                                                                         \
    K(keepalive, "keepalive", KEY_YES_NO, 0, 1, "no", NULL,                                        \
      "probe an idle connection (RFC 9293 §3.8.4)")                                                \
    K(tcp_keepalive_time, "tcp_keepalive_time", KEY_SECONDS, 1, 32767, "7200", NULL,               \
      "idle seconds before the first keepalive probe")                                             \
    K(tcp_keepalive_intvl, "tcp_keepalive_intvl", KEY_SECONDS, 1, 32767, "75", NULL,               \
      "seconds between keepalive probes")                                                          \
    K(tcp_keepalive_probes, "tcp_keepalive_probes", KEY_COUNT, 1, 127, "9", NULL,                  \
      "unanswered keepalive probes before the connection is given up")                             \
    K(keepalive_rst, "keepalive-rst", KEY_YES_NO, 0, 1, "yes", NULL,                               \
      "tell the peer with RST when keepalive probes are used up")                                  \
    /* Closing */                                                                                  \
    K(fin_ack, "fin-ack", KEY_WORD, 0, 0, "immediate", KEY_WORDS(FIN_ACK),                         \
      "a FIN is acknowledged at once, or may wait for our own FIN to carry the ACK")               \
    K(acks_carry_fin, "acks-carry-fin", KEY_YES_NO, 0, 1, "no", NULL,                              \
      "while our FIN is not acknowledged, every ACK has it again (4.4BSD)")                        \
    K(early_calls, "early-calls", KEY_WORD, 0, 0, "heeded", KEY_WORDS(EARLY_CALLS),                \
      "close in SYN-RCVD: sends the FIN (RFC 9293 §3.10.4), or is noticed when the connection "   \
      "stands, after what was to be sent (libslirp)")                                              \
    K(data_after_close, "data-after-close", KEY_WORD, 0, 0, "reset", KEY_WORDS(DATA_AFTER_CLOSE),  \
      "data for an application that has closed: answered with RST, or only the second (libslirp)") \
    K(data_behind_fin, "data-behind-fin", KEY_WORD, 0, 0, "ignored", KEY_WORDS(DATA_BEHIND_FIN),   \
      "data and another FIN behind the peer's FIN: ignored, or acknowledged (4.4BSD)")             \
    K(close_wait_timeout, "close-wait-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,             \
      "a connection in CLOSE-WAIT is dropped after this; 0: never (VPP has it)")                   \
    K(fin_wait_1_timeout, "fin-wait-1-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,             \
      "an orphan in FIN-WAIT-1 is dropped after this; 0: retries alone decide")                    \
    K(closing_timeout, "closing-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,                   \
      "the same in CLOSING")                                                                       \
    K(last_ack_timeout, "last-ack-timeout", KEY_TIME, 0, 24 * SIM_HOUR, "0", NULL,                 \
      "the same in LAST-ACK")                                                                      \
    K(fin_wait_2_rst, "fin-wait-2-rst", KEY_YES_NO, 0, 1, "no", NULL,                              \
      "tell the peer with RST when FIN-WAIT-2 is over (VPP)")                                      \
    K(tcp_fin_timeout, "tcp_fin_timeout", KEY_SECONDS, 0, 86400, "0", NULL,                        \
      "seconds an orphan stays in FIN-WAIT-2; 0: for ever")                                        \
    K(close_wait_reset, "close-wait-reset", KEY_WORD, 0, 0, "ECONNRESET",                          \
      KEY_WORDS(CLOSE_WAIT_RESET), "what an application is told of an RST after the peer's FIN")   \
    K(unread_after_reset, "unread-after-reset", KEY_WORD, 0, 0, "lost",                            \
      KEY_WORDS(UNREAD_AFTER_RESET),                                                               \
      "what was unread when a connection failed: flushed (RFC 9293 §3.10.7.4), or still there "   \
      "(Linux)")                                                                                   \
    K(orphan_fin_wait_2, "orphan-fin-wait-2", KEY_WORD, 0, 0, "full",                              \
      KEY_WORDS(ORPHAN_FIN_WAIT_2),                                                                \
      "an orphan in FIN-WAIT-2: a connection as before, or a remnant that only waits for the FIN " \
      "(Linux)")                                                                                   \
    K(time_wait, "time-wait", KEY_TIME, 0, 24 * SIM_HOUR, "4min", NULL,                            \
      "how long TIME-WAIT lasts: 2 MSL")                                                           \
    K(time_wait_fin, "time-wait-fin", KEY_WORD, 0, 0, "acknowledge", KEY_WORDS(TIME_WAIT_FIN),     \
      "a FIN that comes again in TIME-WAIT: acknowledged, and 2 MSL begin anew (RFC 9293 "         \
      "§3.10.7.4); only answered (4.4BSD); or ignored")                                            \
    K(time_wait_syn, "time-wait-syn", KEY_WORD, 0, 0, "rfc6191", KEY_WORDS(TIME_WAIT_SYN),         \
      "a SYN in TIME-WAIT: of a higher number or a newer timestamp begins anew, or with "          \
      "timestamps "                                                                                \
      "where the old connection had none (RFC 6191 §2); the same but for the last (Linux); only " \
      "beyond the window (4.4BSD); or none does")                                                  \
    K(tcp_rfc1337, "tcp_rfc1337", KEY_SWITCH, 0, 1, "0", NULL,                                     \
      "an RST in TIME-WAIT is ignored (RFC 1337)")                                                 \
    K(tcp_tw_reuse, "tcp_tw_reuse", KEY_COUNT, 0, 2, "0", NULL,                                    \
      "1: connect may take over a four-tuple in TIME-WAIT after a second; 2: only on loopback")    \
    /* Timers */                                                                                   \
    K(timers, "timers", KEY_WORD, 0, 0, "exact", KEY_WORDS(TIMERS),                                \
      "exact: a timer fires when due; real: as the timer-model says")                              \
    K(timer_model, "timer-model", KEY_WORD, 0, 0, "exact", KEY_WORDS(TIMER_MODEL),                 \
      "how the stack's timers come late: not at all, on a heartbeat, in Linux's wheel")            \
    K(tick, "tick", KEY_TIME, SIM_MICROSECOND, SIM_MINUTE, "500ms", NULL,                          \
      "the heartbeat of timer-model=tick")                                                         \
    K(tick_phase, "tick-phase", KEY_TIME, 0, SIM_MINUTE, "0", NULL,                                \
      "when the first heartbeat comes, after the run began")                                       \
    K(wheel_hz, "wheel-hz", KEY_COUNT, 1, 100000, "250", NULL,                                     \
      "jiffies a second of timer-model=wheel")                                                     \
    K(wheel_phase, "wheel-phase", KEY_TIME, 0, 1368 * SIM_HOUR, "0", NULL,                         \
      "how far the wheel had turned when the run began")

#define LINK_KEYS(K)                                                                               \
    K(delay, "delay", KEY_TIME, 0, SIM_HOUR, "0", NULL, "one-way delay")                           \
    K(jitter, "jitter", KEY_TIME, 0, SIM_HOUR, "0", NULL,                                          \
      "added to the delay, uniform in 0 to this; order is kept")                                   \
    K(loss, "loss", KEY_PROBABILITY, 0, 1000000000, "0%", NULL, "each segment is lost with this")  \
    K(burst, "burst", KEY_BURST, 0, 1000000000, "0%,0%,100%", NULL,                                \
      "Gilbert-Elliott: into the bad state, out of it, loss while in it")                          \
    K(duplicate, "duplicate", KEY_PROBABILITY, 0, 1000000000, "0%", NULL,                          \
      "each segment arrives twice with this")                                                      \
    K(corrupt, "corrupt", KEY_PROBABILITY, 0, 1000000000, "0%", NULL,                              \
      "one bit of each segment flips with this")                                                   \
    K(mark, "ce", KEY_PROBABILITY, 0, 1000000000, "0%", NULL,                                      \
      "each segment that is ECN-capable is marked with this (RFC 3168)")                           \
    K(reorder, "reorder", KEY_PROBABILITY, 0, 1000000000, "0%", NULL,                              \
      "each segment is held back with this, so that later ones overtake it")                       \
    K(reorder_by, "reorder-by", KEY_TIME, 0, SIM_HOUR, "10ms", NULL,                               \
      "how long a reordered segment is held back")                                                 \
    K(rate, "rate", KEY_RATE, 0, 1000000000000, "0bit", NULL,                                      \
      "bits of IP packets a second; 0bit: no limit")                                               \
    K(queue, "queue", KEY_COUNT, 0, 1 << 30, "1000", NULL,                                         \
      "packets that wait for the rate at most; one more is lost")

#define KEY_FIELD_(field, name, type, least, most, initial, words, help) int64_t field;

typedef struct HostConfig {
    HOST_KEYS(KEY_FIELD_)
} HostConfig;

typedef struct LinkConfig {
    LINK_KEYS(KEY_FIELD_)
    int64_t burst_leave, burst_loss; /* the second and third number of `burst` */
} LinkConfig;

typedef enum KeyScope {
    KEY_SCOPE_HOST,
    KEY_SCOPE_LINK,
} KeyScope;

typedef struct Key {
    const char *name;
    KeyType type;
    int64_t least, most; /* of a number, in the unit it is written in */
    const char *initial; /* the default, as text */
    const char *words;   /* KEY_WORD: "fixed|clock|rfc6528"; else NULL */
    const char *help;
    size_t offset; /* in HostConfig or LinkConfig */
} Key;

/* All keys of a scope, in the table's order; *count is set. */
const Key *key_table(KeyScope scope, size_t *count);

/* The key with this name; NULL when there is none. */
const Key *key_find(KeyScope scope, const char *name, size_t length);

typedef enum KeyError {
    KEY_OK,
    KEY_NOT_A_NUMBER,
    KEY_OUT_OF_RANGE,
    KEY_UNKNOWN_WORD,
    KEY_BAD_TIME, /* see *time_error */
    KEY_BAD_PROBABILITY,
    KEY_BAD_RATE,
    KEY_BAD_BURST,
} KeyError;

/* Reads `text` as the key's type and writes it into `config` (a HostConfig or LinkConfig).
 * On an error `config` is unchanged; with KEY_BAD_TIME *time_error says why (may be NULL). */
KeyError key_set(const Key *key, void *config, const char *text, size_t length,
                 SimTimeError *time_error);

/* Room for key_format() and key_range(). */
enum { KEY_TEXT_MAX = 96 };

/* The value as a scenario would write it: "3s", "5", "variance", "5%".  Returns its length. */
size_t key_format(const Key *key, const void *config, char out[KEY_TEXT_MAX]);

/* What the key takes, for people: "0 to 255", "a time from 1 ms to 3600 s", "fixed, clock or
 * rfc6528".  Returns its length. */
size_t key_range(const Key *key, char out[KEY_TEXT_MAX]);

void host_config_init(HostConfig *config); /* every key at its default */
void link_config_init(LinkConfig *config);

#endif
