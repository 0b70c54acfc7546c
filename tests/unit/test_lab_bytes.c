/* The application's side of a run: accepting, reading, and whether the bytes are the peer's. */
#include "lab_runs.h"

/* ---- Reading ---- */

START_TEST(reading_is_automatic)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 2s server send 7\n"
                                           "at 3s client shutdown\n"
                                           "stop at 4s\n");
    ck_assert_story(trace, TOLD(APP), ANYBODY,
                    "20 ms client.1 connected\n"
                    "30 ms server.1 accepted\n"
                    "1.01 s server.1 read 5 wrong 0\n"
                    "2.01 s client.1 read 7 wrong 0\n"
                    "3.01 s server.1 eof\n");
    ck_assert_uint_eq(trace->counters.bytes_delivered, 12);
}
END_TEST

START_TEST(a_host_whose_script_reads_reads_nothing_else)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 1s server send 7\n"
                                           "at 2s server read 3\n"
                                           "at 4s server read all\n"
                                           "at 5s server read all\n"
                                           "at 6s client shutdown\n"
                                           "at 7s server read 1\n"
                                           "stop at 7s\n");
    ck_assert_story(trace, TOLD(APP), ANYBODY,
                    "20 ms client.1 connected\n"
                    "30 ms server.1 accepted\n"
                    "1.01 s client.1 read 7 wrong 0\n"
                    "2 s server.1 read 3 wrong 0\n"
                    "4 s server.1 read 2 wrong 0\n"
                    "6.01 s server.1 eof\n");
    ck_assert_story(trace, TOLD(CALL), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "1 s server.1 \"server send 7\" ok\n"
                    "2 s server.1 \"server read 3\" ok\n"
                    "4 s server.1 \"server read all\" ok\n"
                    "5 s server.1 \"server read all\" EAGAIN\n"
                    "7 s server.1 \"server read 1\" ok\n");
}
END_TEST

/* RFC 9293 §3.10.7.4 flushes it, Linux's applications find it still. */
START_TEST(what_a_reset_leaves_unread_is_lost_or_kept)
{
    g_autoptr(Trace) lost = run(CONNECTED "at 1s client send 5\n"
                                          "at 2s client abort\n"
                                          "at 3s server read all\n"
                                          "stop at 4s\n");
    g_autoptr(Trace) kept = run(CONNECTED "set server unread-after-reset=kept\n"
                                          "at 1s client send 5\n"
                                          "at 2s client abort\n"
                                          "at 3s server read 2\n"
                                          "at 4s server read all\n"
                                          "at 5s server read 1\n"
                                          "stop at 6s\n");
    ck_assert_story(lost, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "2.01 s server.1 error ECONNRESET\n");
    ck_assert_story(kept, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "2.01 s server.1 error ECONNRESET\n"
                    "3 s server.1 read 2 wrong 0\n"
                    "4 s server.1 read 3 wrong 0\n");
    ck_assert_story(kept, TOLD(CALL), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "3 s server.1 \"server read 2\" ok\n"
                    "4 s server.1 \"server read all\" ok\n"
                    "5 s server.1 \"server read 1\" ENOTCONN\n");
    ck_assert_uint_eq(kept->counters.bytes_delivered, 5);
}
END_TEST

/* However many have ended since, each that is accepted is told of. */
START_TEST(connections_that_ended_in_the_queue_are_listed)
{
    g_autoptr(Trace) trace = run("host client plain\n"
                                 "host server plain reset-in-queue=stays\n"
                                 "link client server delay=10ms\n"
                                 "at 0s server listen accept=manual\n"
                                 "at 0s client connect server\n"
                                 "at 1s client connect server\n"
                                 "at 2s client.1 abort\n"
                                 "at 2s client.2 abort\n"
                                 "at 3s server accept\n"
                                 "at 4s server accept\n"
                                 "stop at 5s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "3 s server.1 accepted\n"
                    "3 s server.1 error ECONNRESET\n"
                    "4 s server.2 accepted\n"
                    "4 s server.2 error ECONNRESET\n");
}
END_TEST

START_TEST(a_when_that_reads_is_the_script_too)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 3s client shutdown\n"
                                           "when server CLOSE-WAIT after 1s server read all\n"
                                           "stop at 5s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "3.01 s server.1 eof\n"
                    "4.01 s server.1 read 5 wrong 0\n");
}
END_TEST

START_TEST(reading_what_is_not_there_yet_spoils_nothing)
{
    /* server.1 does not exist before 10 ms. */
    g_autoptr(Trace) trace = run(CONNECTED "at 5ms server read 1\n"
                                           "at 5ms server.1 read 1\n"
                                           "at 15ms server.1 read 1\n"
                                           "at 1s client send 5\n"
                                           "at 2s server read all\n"
                                           "when server ESTABLISHED client send 1\n"
                                           "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(APP), ANYBODY,
                    "0 s server \"server listen\" ok\n"
                    "0 s client \"client connect server\" ok\n"
                    "5 ms server \"server read 1\" ENOTCONN\n"
                    "5 ms server.1 \"server.1 read 1\" ENOTCONN\n"
                    "15 ms server.1 \"server.1 read 1\" ENOTCONN\n"
                    "20 ms client.1 connected\n"
                    "30 ms server.1 accepted\n"
                    "30 ms client.1 \"client send 1\" ok\n"
                    "1 s client.1 \"client send 5\" ok\n"
                    "2 s server.1 \"server read all\" ok\n"
                    "2 s server.1 read 6 wrong 0\n");
}
END_TEST

/* ---- Accepting ---- */

START_TEST(accept_takes_the_oldest)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen accept=manual\n"
                                       "at 0s client connect server\n"
                                       "at 1s client connect server\n"
                                       "at 2s client.1 send 5\n"
                                       "at 3s server accept\n"
                                       "at 4s server accept\n"
                                       "at 5s server accept\n"
                                       "stop at 5s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(APP), SERVER,
                    "0 s server \"server listen accept=manual\" ok\n"
                    "3 s server \"server accept\" ok\n"
                    "3 s server.1 accepted\n"
                    "3 s server.1 read 5 wrong 0\n"
                    "4 s server \"server accept\" ok\n"
                    "4 s server.2 accepted\n"
                    "5 s server \"server accept\" EAGAIN\n");
}
END_TEST

START_TEST(accept_without_a_listener_is_invalid)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s server accept port=81\n"
                                           "at 1s server accept\n");
    ck_assert_int_eq(nth(trace, TRACE_CALL, SERVER, 2)->call.error, TCP_EINVAL);
    ck_assert_int_eq(nth(trace, TRACE_CALL, SERVER, 3)->call.error, TCP_EAGAIN);
}
END_TEST

START_TEST(accept_shows_an_end_that_came_before)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen accept=manual\n"
                                       "at 0s client connect server\n"
                                       "at 1s client send 5\n"
                                       "at 1s client shutdown\n"
                                       "at 2s server accept\n"
                                       "stop at 2s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "2 s server.1 accepted\n"
                    "2 s server.1 read 5 wrong 0\n"
                    "2 s server.1 eof\n");
}
END_TEST

START_TEST(the_ports_accept_each_in_their_way)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen port=80 accept=manual\n"
                                       "at 0s server listen port=81\n"
                                       "at 0s client connect server port=80\n"
                                       "at 0s client connect server port=81\n"
                                       "at 1s server accept port=80\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.2 accepted\n"
                    "1 s server.1 accepted\n");
}
END_TEST

START_TEST(a_listener_opened_anew_accepts_in_its_own_way)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen accept=manual\n"
                                       "at 1s server close\n"
                                       "at 2s server listen\n"
                                       "at 2s client connect server\n");
    ck_assert_story(trace, TOLD(APP), SERVER, "2.03 s server.1 accepted\n");

    g_autoptr(Trace) other = run(HOSTS "at 0s server listen\n"
                                       "at 1s server close\n"
                                       "at 2s server listen accept=manual\n"
                                       "at 2s client connect server\n");
    ck_assert_story(other, TOLD(APP), SERVER, "");
}
END_TEST

/* ---- Whose bytes? ---- */

START_TEST(forged_bytes_are_wrong)
{
    /* Where the client would go on, and then where the server does. */
    g_autoptr(Trace) trace = run(CONNECTED "at 1s inject client->server DATA len=5\n"
                                           "at 1.5s inject client->server DATA len=3 "
                                           "seq=server.rcv_nxt\n"
                                           "stop at 1.6s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "1.01 s server.1 read 5 wrong 5\n"
                    "1.51 s server.1 read 3 wrong 3\n");
    ck_assert_uint_eq(trace->counters.wrong_bytes, 8);
}
END_TEST

START_TEST(forged_bytes_among_right_ones_are_counted_alone)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 100\n"
                                           "delay client DATA #1 by 100ms\n"
                                           "at 1.05s inject client->server DATA len=20 "
                                           "seq=client.snd_una+40\n"
                                           "stop at 1.2s\n");
    /* Bytes 40..59 were there first; one of them happens to be the right one. */
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "1.11 s server.1 read 100 wrong 19\n");
}
END_TEST

/* Data of the first connection is late; the client has died and come back, and connects from the
 * same port with the same numbers: RFC 9293 §3.4.3 tells why numbers should not begin anew. */
#define OLD_DUPLICATE                                                                              \
    HOSTS "set client isn=fixed\n"                                                                 \
          "set server isn=fixed\n"                                                                 \
          "delay client DATA #1 by 10s\n"                                                          \
          "at 0s server listen\n"                                                                  \
          "at 0s client connect server from-port=5000\n"                                           \
          "at 1s client send 5\n"                                                                  \
          "at 1.5s client crash\n"                                                                 \
          "at 1.5s server abort\n"                                                                 \
          "at 2s client reboot forget\n"                                                           \
          "at 3s client connect server from-port=5000\n"

START_TEST(bytes_of_an_old_incarnation_are_wrong)
{
    g_autoptr(Trace) trace = run(OLD_DUPLICATE "stop at 12s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "3.03 s server.2 accepted\n"
                    "11.01 s server.2 read 5 wrong 5\n");
}
END_TEST

START_TEST(bytes_of_a_sender_that_is_gone_are_right)
{
    /* Read when the client does not know the connection any more. */
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 1.005s client crash\n"
                                           "at 2s client reboot forget\n"
                                           "at 3s server read all\n"
                                           "stop at 3s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "3 s server.1 read 5 wrong 0\n");
}
END_TEST

START_TEST(bytes_of_a_sender_that_is_another_now_are_right)
{
    /* The client connects anew from the same port; its old data arrives before the new SYN. */
    g_autoptr(Trace) trace = run(HOSTS "delay client DATA #1 by 1s\n"
                                       "at 0s server listen\n"
                                       "at 0s client connect server from-port=5000\n"
                                       "at 1s client send 5\n"
                                       "at 1.5s client reboot forget\n"
                                       "at 2.005s client connect server from-port=5000\n"
                                       "stop at 2.01s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "2.01 s server.1 read 5 wrong 0\n");
}
END_TEST

START_TEST(bytes_of_nobody_are_all_wrong)
{
    /* A handshake that is forged from end to end: no byte can be right, not even by chance. */
    g_autoptr(Trace) trace = run(HOSTS "drop client RST all\n"
                                       "at 0s server listen\n"
                                       "at 0s inject client->server SYN seq=0\n"
                                       "at 1s inject client->server DATA len=1000 seq=1 "
                                       "ack=server.snd_nxt\n"
                                       "stop at 1.5s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "1.01 s server.1 accepted\n"
                    "1.01 s server.1 read 1000 wrong 1000\n");
}
END_TEST

START_TEST(bytes_of_a_sender_that_crashed_under_way_are_right)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client send 5\n"
                                           "at 1s client crash\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "30 ms server.1 accepted\n"
                    "1.01 s server.1 read 5 wrong 0\n");
}
END_TEST

START_TEST(bytes_that_complete_the_handshake_are_right)
{
    /* The last ACK is lost: the first data makes the connection, and is read at once. */
    g_autoptr(Trace) trace = run(CONNECTED "drop client ACK #1\n"
                                           "at 50ms client send 5\n"
                                           "at 55ms client crash\n"
                                           "stop at 1s\n");
    ck_assert_story(trace, TOLD(APP), SERVER,
                    "60 ms server.1 accepted\n"
                    "60 ms server.1 read 5 wrong 0\n");
}
END_TEST

START_TEST(bytes_of_crossing_opens_are_right)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s client connect server from-port=1000 port=2000\n"
                                       "at 0s server connect client from-port=2000 port=1000\n"
                                       "at 1s client send 5\n"
                                       "at 1s server send 6\n"
                                       "stop at 2s\n");
    ck_assert_story(trace, TOLD(APP), ANYBODY,
                    "20 ms client.1 connected\n"
                    "20 ms server.1 connected\n"
                    "1.01 s server.1 read 5 wrong 0\n"
                    "1.01 s client.1 read 6 wrong 0\n");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_bytes");

    TCase *reading = scenario_case("reading");
    tcase_add_test(reading, reading_is_automatic);
    tcase_add_test(reading, a_host_whose_script_reads_reads_nothing_else);
    tcase_add_test(reading, what_a_reset_leaves_unread_is_lost_or_kept);
    tcase_add_test(reading, connections_that_ended_in_the_queue_are_listed);
    tcase_add_test(reading, a_when_that_reads_is_the_script_too);
    tcase_add_test(reading, reading_what_is_not_there_yet_spoils_nothing);
    suite_add_tcase(s, reading);

    TCase *accepting = scenario_case("accepting");
    tcase_add_test(accepting, accept_takes_the_oldest);
    tcase_add_test(accepting, accept_without_a_listener_is_invalid);
    tcase_add_test(accepting, accept_shows_an_end_that_came_before);
    tcase_add_test(accepting, the_ports_accept_each_in_their_way);
    tcase_add_test(accepting, a_listener_opened_anew_accepts_in_its_own_way);
    suite_add_tcase(s, accepting);

    TCase *whose = scenario_case("whose");
    tcase_add_test(whose, forged_bytes_are_wrong);
    tcase_add_test(whose, forged_bytes_among_right_ones_are_counted_alone);
    tcase_add_test(whose, bytes_of_an_old_incarnation_are_wrong);
    tcase_add_test(whose, bytes_of_a_sender_that_is_gone_are_right);
    tcase_add_test(whose, bytes_of_a_sender_that_is_another_now_are_right);
    tcase_add_test(whose, bytes_of_nobody_are_all_wrong);
    tcase_add_test(whose, bytes_of_a_sender_that_crashed_under_way_are_right);
    tcase_add_test(whose, bytes_that_complete_the_handshake_are_right);
    tcase_add_test(whose, bytes_of_crossing_opens_are_right);
    suite_add_tcase(s, whose);
    return s;
}
