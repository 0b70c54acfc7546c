/* The packetdrill view.  What is expected is written by hand from packetdrill's language: relative times
 * since the line before, initial numbers 0, < with its window, > without; two hosts 10 ms apart whose
 * keys are all at their defaults: MSS 1460, a window of 65535 bytes, neither timestamps nor SACK. */
#include "lab_runs.h"

static char *script_of(const char *text, const char *host)
{
    g_autoptr(Trace) trace = run(text);
    const ViewOptions how = {.host = host};
    GString *out = g_string_new(NULL);

    view_pkt(trace, &how, out);
    return g_string_free(out, FALSE);
}

static char *trouble_of(const char *text, const char *host)
{
    g_autoptr(Trace) trace = run(text);
    const ViewOptions how = {.host = host};

    return view_pkt_trouble(trace, &how);
}

#define assert_script(text, host, expected)                                                        \
    do {                                                                                           \
        g_autofree char *got_ = script_of(text, host);                                             \
        ck_assert_str_eq(got_, expected);                                                          \
    } while (0)

#define assert_has(text, host, expected)                                                           \
    do {                                                                                           \
        g_autofree char *got_ = script_of(text, host);                                             \
        ck_assert_msg(strstr(got_, expected) != NULL, "no\n%s\nin\n%s", expected, got_);           \
    } while (0)

#define assert_has_not(text, host, unexpected)                                                     \
    do {                                                                                           \
        g_autofree char *got_ = script_of(text, host);                                             \
        ck_assert_msg(strstr(got_, unexpected) == NULL, "%s\nin\n%s", unexpected, got_);           \
    } while (0)

#define assert_trouble(text, host, expected)                                                       \
    do {                                                                                           \
        g_autofree char *got_ = trouble_of(text, host);                                            \
        ck_assert_str_eq(got_, expected);                                                          \
    } while (0)

#define HEAD(host) "// of t.scn\n// on " host "\n// client, server: plain\n"
#define LISTENS                                                                                    \
    "\n0         socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                      \
    "+0        setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"                              \
    "+0        bind(3, ..., ...) = 0\n"                                                            \
    "+0        listen(3, 128) = 0\n"
#define ACCEPTS                                                                                    \
    "+0.01     < S 0:0(0) win 65535 <mss 1460>\n"                                                  \
    "+0        > S. 0:0(0) ack 1 <mss 1460>\n"                                                     \
    "+0.02     < . 1:1(0) ack 1 win 65535\n"                                                       \
    "+0        accept(3, ..., ...) = 4\n"
#define CONNECTS                                                                                   \
    "\n0         socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                      \
    "+0        fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"                                         \
    "+0        connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
#define IS_ANSWERED                                                                                \
    "+0.02     < S. 0:0(0) ack 1 win 65535 <mss 1460>\n"                                           \
    "+0        getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"                                \
    "+0        > . 1:1(0) ack 1\n"

/* ---- Three whole scripts ---- */

/* The server is chosen: it listens. */
START_TEST(a_handshake)
{
    assert_script(CONNECTED, NULL, HEAD("server") LISTENS ACCEPTS);
    assert_script(CONNECTED, "client",
                  HEAD("client") CONNECTS "+0        > S 0:0(0) <mss 1460>\n" IS_ANSWERED);
}
END_TEST

/* Sent, so the kernel has to send it; lost, so nothing comes back.  The first timeout is 1 s. */
START_TEST(the_first_syn_lost)
{
    assert_script(CONNECTED "drop client SYN #1\n", "client",
                  HEAD("client") CONNECTS "+0        > S 0:0(0) <mss 1460>\n"
                                          "+1        > S 0:0(0) <mss 1460>\n" IS_ANSWERED);
    /* The server does not see the first: the second arrives at 1.01 s. */
    assert_script(CONNECTED "drop client SYN #1\n", "server",
                  HEAD("server") LISTENS "+1.01     < S 0:0(0) win 65535 <mss 1460>\n"
                                         "+0        > S. 0:0(0) ack 1 <mss 1460>\n"
                                         "+0.02     < . 1:1(0) ack 1 win 65535\n"
                                         "+0        accept(3, ..., ...) = 4\n");
}
END_TEST

#define TALK                                                                                       \
    CONNECTED "at 1s client send 100\n"                                                            \
              "at 2s client close\n"                                                               \
              "when server CLOSE-WAIT server close\n"

/* A lone segment is acknowledged 200 ms late, a FIN at once.  The window's right edge stays where it is
 * until it can move by a whole segment (RFC 9293 §3.8.6.2.2): 65435 behind 100 bytes, then the FIN. */
START_TEST(data_and_a_close)
{
    assert_script(TALK, "client",
                  HEAD("client") CONNECTS "+0        > S 0:0(0) <mss 1460>\n" IS_ANSWERED
                                          "+0.98     write(3, ..., 100) = 100\n"
                                          "+0        > P. 1:101(100) ack 1\n"
                                          "+0.22     < . 1:1(0) ack 101 win 65435\n"
                                          "+0.78     close(3) = 0\n"
                                          "+0        > F. 101:101(0) ack 1\n"
                                          "+0.02     < . 1:1(0) ack 102 win 65434\n"
                                          "+0        < F. 1:1(0) ack 102 win 65434\n"
                                          "+0        > . 102:102(0) ack 2\n");
    assert_script(TALK, "server",
                  HEAD("server") LISTENS ACCEPTS "+0.98     < P. 1:101(100) ack 1 win 65535\n"
                                                 "+0        read(4, ..., 100) = 100\n"
                                                 "+0.2      > . 1:1(0) ack 101\n"
                                                 "+0.8      < F. 101:101(0) ack 1 win 65535\n"
                                                 "+0        read(4, ..., 1000) = 0\n"
                                                 "+0        > . 1:1(0) ack 102\n"
                                                 "+0        close(4) = 0\n"
                                                 "+0        > F. 1:1(0) ack 102\n"
                                                 "+0.02     < . 102:102(0) ack 2 win 65534\n");
}
END_TEST

/* ---- Segments ---- */

/* What leaves at once is one line: a kernel hands it to its card in one piece. */
START_TEST(what_leaves_at_once_is_one)
{
    assert_has(CONNECTED "at 1s client send 4380\n", "client",
               "+0.98     write(3, ..., 4380) = 4380\n"
               "+0        > P. 1:4381(4380) ack 1\n");
    /* Repeated alone: all three were lost, and the first comes again. */
    assert_has(CONNECTED "at 1s client send 4380\ndrop client DATA #1..3\n", "client",
               " > P. 1:4381(4380) ack 1\n"
               "+1        > . 1:1461(1460) ack 1\n");
    /* Two that one ACK shows to be lost, with three SACKed behind them: each alone. */
    assert_has("host client plain tcp_sack=1\nhost server plain tcp_sack=1\n"
               "link client server delay=10ms\nat 0s server listen\nat 0s client connect server\n"
               "at 1s client send 7300\ndrop client DATA #1..2\n",
               "client",
               "sack 2921:7301>\n"
               "+0        > . 1:1461(1460) ack 1\n"
               "+0        > . 1461:2921(1460) ack 1\n");
    /* They arrive one by one. */
    assert_has(CONNECTED "at 1s client send 2920\n", "server",
               " < . 1:1461(1460) ack 1 win 65535\n"
               "+0        read(4, ..., 1460) = 1460\n"
               "+0        < P. 1461:2921(1460) ack 1 win 65535\n");
}
END_TEST

/* A copy that was spoilt is not what was sent; one that came twice is. */
START_TEST(what_arrives)
{
    assert_has_not(CONNECTED "corrupt client SYN #1\n", "server", "\n+0.01     <");
    assert_has(CONNECTED "corrupt client SYN #1\n", "server",
               "\n+1.01     < S 0:0(0) win 65535 <mss 1460>\n");
    assert_has(CONNECTED "duplicate client SYN #1\n", "server",
               "+0.01     < S 0:0(0) win 65535 <mss 1460>\n"
               "+0        > S. 0:0(0) ack 1 <mss 1460>\n"
               "+0        < S 0:0(0) win 65535 <mss 1460>\n");
}
END_TEST

#define OPTIONS "tcp_timestamps=1 tcp_sack=1 tcp_window_scaling=1 window-scale=7"

/* In the order and with the padding of the wire, whose clock starts at 1; blocks count from the other
 * side's initial number. */
START_TEST(options_as_on_the_wire)
{
    static const char text[] =
        "host client plain " OPTIONS "\nhost server plain " OPTIONS "\n"
        "link client server delay=10ms\nat 0s server listen\nat 0s client connect server\n"
        "at 1s client send 4000\ndrop client DATA #1\n";

    assert_has(text, "server",
               "`sysctl -q -w net.ipv4.tcp_window_scaling=1 net.ipv4.tcp_timestamps=1 "
               "net.ipv4.tcp_sack=1 net.ipv4.tcp_rmem=\"4096 131072 8388480\"`\n");
    assert_has(text, "server",
               " < S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>\n"
               "+0        > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 11 ecr 1,nop,wscale 7>\n");
    assert_has(text, "server",
               " < . 1449:2897(1448) ack 1 win 512 <nop,nop,TS val 1001 ecr 11>\n"
               "+0        > . 1:1(0) ack 1 <nop,nop,TS val 1011 ecr 21,nop,nop,sack 1449:2897>\n");
}
END_TEST

START_TEST(a_forged_segment_arrives_too)
{
    /* Where the client's next would be, its RST. */
    assert_has(CONNECTED "at 1s inject client->server RST\n", "server",
               " < R 1:1(0) win 65535\n"
               "+0        read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)\n");
    /* The client's TCP did not send it. */
    assert_has_not(CONNECTED "at 1s inject client->server RST\n", "client", "> R");
}
END_TEST

/* ---- Calls ---- */

START_TEST(nobody_listens)
{
    static const char text[] = HOSTS "at 0s client connect server\n";

    assert_script(text, "server",
                  HEAD("server") "\n0         < S 0:0(0) win 65535 <mss 1460>\n"
                                 "+0        > R. 0:0(0) ack 1\n");
    assert_has(text, "client",
               "+0.02     < R. 0:0(0) ack 1 win 0\n"
               "+0        getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n");
}
END_TEST

/* Given up 2 s after the second SYN; Linux's timer may come an eighth later. */
START_TEST(an_error_that_a_timer_brings)
{
    assert_has("host client plain tcp_syn_retries=1\nhost server plain\n"
               "link client server delay=10ms\nat 0s client connect server\n"
               "drop client SYN #1..\n",
               "client",
               "+1        > S 0:0(0) <mss 1460>\n"
               "+2.25     getsockopt(3, SOL_SOCKET, SO_ERROR, [ETIMEDOUT], [4]) = 0\n");
}
END_TEST

START_TEST(other_ends)
{
    assert_has(CONNECTED "at 1s client abort\n", "client",
               "+0.98     setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
               "+0        close(3) = 0\n"
               "+0        > R. 1:1(0) ack 1\n");
    assert_has(CONNECTED "at 1s client shutdown\nat 2s client send 1\n", "client",
               "+0.98     shutdown(3, SHUT_WR) = 0\n"
               "+0        > F. 1:1(0) ack 1\n");
    assert_has(CONNECTED "at 1s client shutdown\nat 2s client send 1\n", "client",
               "write(3, ..., 1) = -1 EPIPE (Broken pipe)\n");
    assert_has(CONNECTED "at 1s server close\nat 2s client close\n", "server",
               "+0.97     close(4) = 0\n");
    assert_has(CONNECTED "at 1s server read 10\n", "server",
               "+0.97     recv(4, ..., 10, MSG_DONTWAIT) = -1 EAGAIN (");
}
END_TEST

/* Behind the end of the stream read() says 0 for ever, whatever else comes. */
START_TEST(an_error_behind_the_end)
{
    assert_has(CONNECTED "at 1s client close\nat 2s server send 100\n", "server",
               "+0        getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n");
}
END_TEST

/* While it connects a socket takes nothing. */
START_TEST(a_send_that_waits)
{
    assert_has(CONNECTED "at 0s client send 100\n", "client",
               "+0        getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"
               "+0        write(3, ..., 100) = 100\n");
}
END_TEST

/* More than a new socket's buffer takes: room for it, as it is counted. */
START_TEST(a_large_send)
{
    assert_has(CONNECTED "at 1s client send 64k\n", "client",
               "+0.98     setsockopt(3, SOL_SOCKET, SO_SNDBUF, [131072], 4) = 0\n"
               "+0        write(3, ..., 65536) = 65536\n");
}
END_TEST

/* The first connection asks for a cookie: the option alone, 2 bytes and padding; data follow when it is
 * open. */
START_TEST(fast_open)
{
    static const char text[] =
        "host client plain tcp_fastopen=1\nhost server plain tcp_fastopen=2\n"
        "link client server delay=10ms\nat 0s server listen fast-open=16\n"
        "at 0s client connect server fast-open=100\n";

    assert_has(text, "client",
               "+0        sendto(3, ..., 100, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation "
               "now in progress)\n"
               "+0        > S 0:0(0) <mss 1460,FO,nop,nop>\n"
               "+0.02     < S. 0:0(0) ack 1 win 65535 <mss 1460,FO ");
    assert_has(text, "client",
               "[0], [4]) = 0\n"
               "+0        write(3, ..., 100) = 100\n");
    assert_has(text, "server",
               "+0        setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN, [16], 4) = 0\n"
               "+0        listen(3, 128) = 0\n"
               "+0.01     < S 0:0(0) win 65535 <mss 1460,FO,nop,nop>\n");
}
END_TEST

/* Asked for by ECE and CWR, granted by ECE (RFC 3168 §6.1.1); marked on its way, and said so. */
START_TEST(congestion_notification)
{
    static const char text[] =
        "host client plain tcp_ecn=1\nhost server plain tcp_ecn=1\n"
        "link client->server delay=10ms ce=100%\nlink server->client delay=10ms\n"
        "at 0s server listen\nat 0s client connect server\nat 1s client send 100\n";

    assert_has(text, "server",
               "+0.01     < SEW 0:0(0) win 65535 <mss 1460>\n"
               "+0        > SE. 0:0(0) ack 1 <mss 1460>\n");
    assert_has(text, "client", "+0        > [ect0] P. 1:101(100) ack 1\n");
    assert_has(text, "server", " < [ce] P. 1:101(100) ack 1 win 65535\n");
}
END_TEST

/* ---- The head ---- */

START_TEST(settings)
{
    static const char text[] =
        "host client plain\n"
        "host server slow initial-rto=1s nagle=no keepalive=yes window=64k mss=1000 somaxconn=5 "
        "tcp_keepalive_time=60 congestion=cubic delayed-ack=40ms timers=real\n"
        "link client server delay=10ms\nat 0s server listen backlog=7\n"
        "at 0s client connect server\n";

    /* In the table's order; nothing that the profile says; timers are not a kernel's matter. */
    assert_has(
        text, "server",
        "// on server\n"
        "// client: plain; server: slow initial-rto=1s somaxconn=5 mss=1000 window=65536 nagle=no "
        "delayed-ack=40ms congestion=cubic keepalive=yes tcp_keepalive_time=60 timers=real\n"
        "// Linux has no setting for: initial-rto=1s delayed-ack=40ms\n"
        "--mtu=1040\n"
        "`sysctl -q -w net.core.somaxconn=5 net.ipv4.tcp_congestion_control=cubic "
        "net.ipv4.tcp_keepalive_time=60`\n"
        "\n0         socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
        "+0        setsockopt(3, SOL_SOCKET, SO_RCVBUF, [65536], 4) = 0\n"
        "+0        setsockopt(3, IPPROTO_TCP, TCP_NODELAY, [1], 4) = 0\n"
        "+0        setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0\n"
        "+0        setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
        "+0        bind(3, ..., ...) = 0\n"
        "+0        listen(3, 7) = 0\n");
    assert_has_not(text, "client", "sysctl");
    /* Linux has no such thing. */
    assert_has("host client plain congestion=none\nhost server plain\n"
               "link client server delay=10ms\nat 0s client connect server\n",
               "client", "// Linux has no setting for: congestion=none\n\n0 ");
}
END_TEST

START_TEST(hostile_text_stays_in_its_comment)
{
    g_autoptr(Trace) trace = run(CONNECTED);
    GString *out = g_string_new(NULL);

    g_free(trace->title);
    trace->title = g_strdup("x\n0 `touch PWNED`\r\x1b[31m");
    view_pkt(trace, NULL, out);
    ck_assert(g_str_has_prefix(out->str, "// x\\x0a0 `touch PWNED`\\x0d\\x1b[31m\n// of t.scn\n"));
    g_string_free(out, TRUE);
}
END_TEST

/* ---- What is left out ---- */

START_TEST(one_connection_is_written)
{
    static const char text[] = CONNECTED "at 1s client connect server\nat 2s client.2 send 7\n";

    assert_script(text, "server",
                  HEAD("server") "// left out: 1 other connection\n" LISTENS ACCEPTS);
    assert_has_not(text, "client", "write");
}
END_TEST

/* A SYN that somebody forged, without options, comes first; the client knows nothing of it. */
START_TEST(a_forged_connection_is_not_the_first)
{
    static const char text[] = HOSTS "at 0s server listen\n"
                                     "at 0s inject client->server SYN from-port=5\n"
                                     "at 1s client connect server\n";

    assert_script(text, "server",
                  HEAD("server") "// left out: 1 other connection\n" LISTENS
                                 "+1.01     < S 0:0(0) win 65535 <mss 1460>\n"
                                 "+0        > S. 0:0(0) ack 1 <mss 1460>\n"
                                 "+0.02     < . 1:1(0) ack 1 win 65535\n"
                                 "+0        accept(3, ..., ...) = 4\n");
    /* Unless there is no other. */
    assert_has(HOSTS "at 0s server listen\nat 0s inject client->server SYN from-port=5\n", "server",
               "+0.01     < S 0:0(0) win 65535\n"
               "+0        > S. 0:0(0) ack 1 <mss 1460>\n"
               "+0.02     < R 1:1(0) win 0\n");
}
END_TEST

START_TEST(a_crash_is_the_end)
{
    assert_script(
        CONNECTED "at 1s server crash\nat 2s server reboot\nat 3s server listen\n", "server",
        HEAD("server") LISTENS ACCEPTS "// left out: a crash of the host, and what follows\n");
    /* Of the other one nothing is left out. */
    assert_has_not(CONNECTED "at 1s server crash\n", "client", "left out");
}
END_TEST

/* A connection that nobody was given: no socket, no call. */
START_TEST(a_call_without_a_socket)
{
    assert_has(HOSTS "at 0s server listen accept=manual\nat 0s client connect server\n"
                     "at 1s server close\n",
               "server", "\n// left out: server close: no application has that socket\n");
}
END_TEST

/* The client's port is closed again when the server asks: what it answers has the number 0. */
START_TEST(a_number_that_no_script_has)
{
    assert_has(HOSTS "at 0s client connect server from-port=7 port=8\n"
                     "at 1s server connect client from-port=8 port=7\n",
               "client",
               "[ECONNREFUSED], [4]) = 0\n"
               "+0.99     < S 0:0(0) win 65535 <mss 1460>\n"
               "// left out: RST: its number is 0, whatever that of the SYN was\n");
}
END_TEST

START_TEST(troubles)
{
    assert_trouble(CONNECTED, "clint", "no host is called 'clint'");
    assert_trouble(CONNECTED "drop client SYN #1..\n", "server",
                   "host 'server' sends no segment, and none reaches it");
    assert_trouble(HOSTS "at 0s server listen\n", NULL,
                   "no host sends a segment, and none is reached by one");
    g_autofree char *none = trouble_of(CONNECTED, NULL);

    ck_assert_ptr_null(none);
    /* The server listens, but is never reached: then it is the client's script. */
    assert_has(CONNECTED "drop client SYN #1..\n", NULL, "// on client\n");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("pkt");
    TCase *tc = scenario_case("pkt");

    tcase_add_test(tc, a_handshake);
    tcase_add_test(tc, the_first_syn_lost);
    tcase_add_test(tc, data_and_a_close);
    tcase_add_test(tc, what_leaves_at_once_is_one);
    tcase_add_test(tc, what_arrives);
    tcase_add_test(tc, options_as_on_the_wire);
    tcase_add_test(tc, a_forged_segment_arrives_too);
    tcase_add_test(tc, nobody_listens);
    tcase_add_test(tc, an_error_that_a_timer_brings);
    tcase_add_test(tc, other_ends);
    tcase_add_test(tc, an_error_behind_the_end);
    tcase_add_test(tc, a_send_that_waits);
    tcase_add_test(tc, a_large_send);
    tcase_add_test(tc, fast_open);
    tcase_add_test(tc, congestion_notification);
    tcase_add_test(tc, settings);
    tcase_add_test(tc, hostile_text_stays_in_its_comment);
    tcase_add_test(tc, one_connection_is_written);
    tcase_add_test(tc, a_forged_connection_is_not_the_first);
    tcase_add_test(tc, a_crash_is_the_end);
    tcase_add_test(tc, a_call_without_a_socket);
    tcase_add_test(tc, a_number_that_no_script_has);
    tcase_add_test(tc, troubles);
    suite_add_tcase(s, tc);
    return s;
}
