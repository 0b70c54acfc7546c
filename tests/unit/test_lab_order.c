/* What happens at one instant, and to whom: the order of the script, of `when`, of decisions. */
#include "lab_runs.h"

/* ---- At one instant ---- */

START_TEST(script_lines_follow_the_file)
{
    /* The SYN arrives at once, but it was decided after both lines. */
    g_autoptr(Trace) trace = run("host client plain\n"
                                 "host server plain\n"
                                 "link client server delay=0\n"
                                 "at 1s client send 1\n"
                                 "at 0s client connect server\n"
                                 "at 0s server listen\n"
                                 "at 1s server send 1\n"
                                 "at 1s client shutdown\n");
    ck_assert_story(trace, TOLD(CALL), ANYBODY,
                    "0 s client \"client connect server\" ok\n"
                    "0 s server \"server listen\" ok\n"
                    "1 s client.1 \"client send 1\" ok\n"
                    "1 s server.1 \"server send 1\" ok\n"
                    "1 s client.1 \"client shutdown\" ok\n");
    ck_assert_story(trace, TOLD(STATE), SERVER,
                    "0 s server CLOSED -> LISTEN\n"
                    "0 s server.1 LISTEN -> SYN-RCVD\n"
                    "0 s server.1 SYN-RCVD -> ESTABLISHED\n"
                    "1 s server.1 ESTABLISHED -> CLOSE-WAIT\n");
}
END_TEST

START_TEST(a_line_comes_before_what_was_decided_later)
{
    g_autoptr(Trace) trace = run(HOSTS "at 0s client connect server\n"
                                       "at 10ms server listen\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(ARRIVE), SERVER,
                    "10 ms server \"server listen\" ok\n"
                    "10 ms server gets SYN\n"
                    "30 ms server.1 gets ACK\n");
}
END_TEST

START_TEST(a_copy_under_way_comes_before_a_timer_armed_after_it)
{
    /* 1 s: the line was decided first, then the SYN left, then its timer was armed. */
    g_autoptr(Trace) trace = run(HOSTS "delay client SYN #1 by 990ms\n"
                                       "at 0s server listen\n"
                                       "at 0s client connect server\n"
                                       "at 1s client send 1\n"
                                       "stop at 1s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(ARRIVE) | TOLD(TIMER) | TOLD(SEND), ANYBODY,
                    "0 s server \"server listen\" ok\n"
                    "0 s client \"client connect server\" ok\n"
                    "0 s client.1 sends SYN delay\n"
                    "0 s client.1 retransmit armed\n"
                    "1 s client.1 \"client send 1\" ok\n"
                    "1 s server gets SYN\n"
                    "1 s server.1 sends SYN-ACK pass\n"
                    "1 s server.1 retransmit armed\n"
                    "1 s client.1 retransmit fired\n"
                    "1 s client.1 sends SYN pass\n"
                    "1 s client.1 retransmit armed\n");
}
END_TEST

START_TEST(timers_of_two_hosts_fire_in_the_order_of_their_arming)
{
    /* Both arm at 0 s, the server (declared second) first. */
    g_autoptr(Trace) trace = run(HOSTS "drop client any all\n"
                                       "drop server any all\n"
                                       "at 0s server connect client\n"
                                       "at 0s client connect server\n"
                                       "stop at 1s\n");
    ck_assert_story(trace, TOLD(SEND), ANYBODY,
                    "0 s server.1 sends SYN lost\n"
                    "0 s client.1 sends SYN lost\n"
                    "1 s server.1 sends SYN lost\n"
                    "1 s client.1 sends SYN lost\n");
}
END_TEST

/* ---- when ---- */

START_TEST(when_waits_until_the_segment_is_answered)
{
    g_autoptr(Trace) trace = run(CONNECTED "when client ESTABLISHED client send 5\n"
                                           "stop at 20ms\n");
    ck_assert_story(
        trace, TOLD(ARRIVE) | TOLD(STATE) | TOLD(SEND) | TOLD(APP) | TOLD(CALL) | TOLD(END), CLIENT,
        "0 s client \"client connect server\" ok\n"
        "0 s client.1 CLOSED -> SYN-SENT\n"
        "0 s client.1 sends SYN pass\n"
        "20 ms client.1 gets SYN-ACK\n"
        "20 ms client.1 SYN-SENT -> ESTABLISHED\n"
        "20 ms client.1 connected\n"
        "20 ms client.1 sends ACK pass\n"
        "20 ms client.1 \"client send 5\" ok\n"
        "20 ms client.1 sends DATA pass\n");
    /* What set it off is the state. */
    const TraceEvent *call = nth(trace, TRACE_CALL, CLIENT, 2);
    ck_assert_uint_eq(call->cause, nth(trace, TRACE_STATE, CLIENT, 2)->id);
}
END_TEST

START_TEST(when_comes_after_what_was_decided_before_the_state)
{
    /* The second copy of the SYN-ACK was under way when the first one arrived. */
    g_autoptr(Trace) trace = run(CONNECTED "duplicate server SYN-ACK #1\n"
                                           "when client ESTABLISHED client send 5\n"
                                           "when client ESTABLISHED client shutdown\n"
                                           "at 20ms client send 1\n"
                                           "stop at 20ms\n");
    ck_assert_story(trace, TOLD(ARRIVE) | TOLD(CALL), CLIENT,
                    "0 s client \"client connect server\" ok\n"
                    "20 ms client.1 \"client send 1\" ok\n"
                    "20 ms client.1 gets SYN-ACK\n"
                    "20 ms client.1 gets SYN-ACK\n"
                    "20 ms client.1 \"client send 5\" ok\n"
                    "20 ms client.1 \"client shutdown\" ok\n");
}
END_TEST

START_TEST(when_comes_before_what_was_decided_after_the_state)
{
    /* Without delay the SYN arrives at the same instant, but it left after SYN-SENT was entered:
     * the port is open before it comes. */
    g_autoptr(Trace) trace = run("host client plain\n"
                                 "host server plain\n"
                                 "link client server delay=0\n"
                                 "at 0s client connect server\n"
                                 "when client SYN-SENT server listen\n"
                                 "stop at 0s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(ARRIVE) | TOLD(STATE), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "0 s server CLOSED -> LISTEN\n"
                    "0 s server gets SYN\n"
                    "0 s server.1 LISTEN -> SYN-RCVD\n"
                    "0 s server.1 gets ACK\n"
                    "0 s server.1 SYN-RCVD -> ESTABLISHED\n");
}
END_TEST

START_TEST(when_after_waits_from_the_state_on)
{
    g_autoptr(Trace) trace = run(CONNECTED "when client ESTABLISHED after 5s client shutdown\n"
                                           "when server CLOSE-WAIT after 1s server close\n"
                                           "stop at 7s\n");
    ck_assert_story(trace, TOLD(CALL), ANYBODY,
                    "0 s server \"server listen\" ok\n"
                    "0 s client \"client connect server\" ok\n"
                    "5.02 s client.1 \"client shutdown\" ok\n"
                    "6.03 s server.1 \"server close\" ok\n");
}
END_TEST

START_TEST(when_after_for_ever_never_comes)
{
    g_autoptr(Trace) trace =
        run(CONNECTED "when client ESTABLISHED after 9223372036.854775807s client close\n");
    ck_assert_uint_eq(events_of(trace, TRACE_CALL, CLIENT), 1);
    ck_assert_end(trace, MS(30), TRACE_END_QUIET);
}
END_TEST

START_TEST(when_fires_for_each_connection)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client connect server\n"
                                           "when client ESTABLISHED client shutdown\n"
                                           "when client.2 ESTABLISHED client send 1\n"
                                           "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL), CLIENT,
                    "0 s client \"client connect server\" ok\n"
                    "20 ms client.1 \"client shutdown\" ok\n"
                    "1 s client \"client connect server\" ok\n"
                    "1.02 s client.2 \"client shutdown\" ok\n"
                    "1.02 s client.2 \"client send 1\" EPIPE\n");
}
END_TEST

START_TEST(when_means_the_connection_that_entered)
{
    /* client.2 is the newest when both are established. */
    g_autoptr(Trace) trace = run(CONNECTED "at 0s client connect server\n"
                                           "when client ESTABLISHED client shutdown\n"
                                           "stop at 20ms\n");
    ck_assert_story(trace, TOLD(CALL), CLIENT,
                    "0 s client \"client connect server\" ok\n"
                    "0 s client \"client connect server\" ok\n"
                    "20 ms client.1 \"client shutdown\" ok\n"
                    "20 ms client.2 \"client shutdown\" ok\n");
}
END_TEST

/* ---- when, with another host ---- */

START_TEST(another_host_means_the_peer)
{
    /* Not the newest connection of the server, which is server.2. */
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client connect server\n"
                                           "at 2s client.1 shutdown\n"
                                           "when client FIN-WAIT-2 server close\n");
    ck_assert_story(trace, TOLD(CALL), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "2.02 s server.1 \"server close\" ok\n");
    ck_assert_story(trace, TOLD(STATE), CLIENT,
                    "0 s client.1 CLOSED -> SYN-SENT\n"
                    "20 ms client.1 SYN-SENT -> ESTABLISHED\n"
                    "1 s client.2 CLOSED -> SYN-SENT\n"
                    "1.02 s client.2 SYN-SENT -> ESTABLISHED\n"
                    "2 s client.1 ESTABLISHED -> FIN-WAIT-1\n"
                    "2.02 s client.1 FIN-WAIT-1 -> FIN-WAIT-2\n"
                    "2.03 s client.1 FIN-WAIT-2 -> TIME-WAIT\n"
                    "242.03 s client.1 TIME-WAIT -> CLOSED\n");
}
END_TEST

START_TEST(a_number_given_wins_over_the_peer)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client connect server\n"
                                           "when client.1 ESTABLISHED after 2s server.2 shutdown\n"
                                           "stop at 3s\n");
    ck_assert_story(trace, TOLD(CALL), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "2.02 s server.2 \"server.2 shutdown\" ok\n");
}
END_TEST

START_TEST(a_peer_that_is_gone_is_not_connected)
{
    /* server.2 is there, but it is not the peer of client.1. */
    g_autoptr(Trace) trace = run(CONNECTED "at 100ms client connect server\n"
                                           "at 500ms server.1 abort\n"
                                           "when client.1 ESTABLISHED after 1s server send 5\n"
                                           "when client.1 CLOSED server abort\n"
                                           "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "500 ms server.1 \"server.1 abort\" ok\n"
                    "510 ms server \"server abort\" ENOTCONN\n"
                    "1.02 s server.1 \"server send 5\" ENOTCONN\n");
}
END_TEST

START_TEST(a_new_incarnation_is_not_the_peer)
{
    /* server.2 has the four-tuple of server.1, which is gone. */
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen\n"
                                       "at 0s client connect server from-port=5000\n"
                                       "at 500ms client.1 abort\n"
                                       "at 600ms client connect server from-port=5000\n"
                                       "when client.1 ESTABLISHED after 1s server send 5\n"
                                       "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(STATE), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "0 s server CLOSED -> LISTEN\n"
                    "10 ms server.1 LISTEN -> SYN-RCVD\n"
                    "30 ms server.1 SYN-RCVD -> ESTABLISHED\n"
                    "510 ms server.1 ESTABLISHED -> CLOSED\n"
                    "610 ms server.2 LISTEN -> SYN-RCVD\n"
                    "630 ms server.2 SYN-RCVD -> ESTABLISHED\n"
                    "1.02 s server.1 \"server send 5\" ENOTCONN\n");
}
END_TEST

START_TEST(who_has_the_four_tuple_before_the_answer_is_not_the_peer)
{
    /* server.1 is what a crash of the client left half-open; server.2 answers client.2. */
    g_autoptr(Trace) trace = run(HOSTS "at 0s server listen\n"
                                       "at 0s client connect server from-port=5000\n"
                                       "at 1s client reboot forget\n"
                                       "at 2s client connect server from-port=5000\n"
                                       "when client.2 SYN-SENT after 3s server send 5\n"
                                       "stop at 5s\n");
    ck_assert_story(trace, TOLD(CALL) | TOLD(STATE), SERVER,
                    "0 s server \"server listen\" ok\n"
                    "0 s server CLOSED -> LISTEN\n"
                    "10 ms server.1 LISTEN -> SYN-RCVD\n"
                    "30 ms server.1 SYN-RCVD -> ESTABLISHED\n"
                    "2.03 s server.1 ESTABLISHED -> CLOSED\n"
                    "3.01 s server.2 LISTEN -> SYN-RCVD\n"
                    "3.03 s server.2 SYN-RCVD -> ESTABLISHED\n"
                    "5 s server.2 \"server send 5\" ok\n");
}
END_TEST

START_TEST(a_host_that_is_not_the_peer_means_its_newest)
{
    g_autoptr(Trace) trace = run(CONNECTED "host third plain\n"
                                           "link third server delay=10ms\n"
                                           "at 0s third connect server\n"
                                           "at 1s third connect server\n"
                                           "at 2s client shutdown\n"
                                           "when client FIN-WAIT-1 third shutdown\n"
                                           "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL), THIRD,
                    "0 s third \"third connect server\" ok\n"
                    "1 s third \"third connect server\" ok\n"
                    "2 s third.2 \"third shutdown\" ok\n");
}
END_TEST

/* ---- Numbers ---- */

START_TEST(connections_are_numbered_in_order_of_creation)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client connect server\n"
                                           "at 2s client.1 shutdown\n"
                                           "at 2s client send 1\n"
                                           "at 2s client.3 send 1\n"
                                           "stop at 2s\n");
    ck_assert_story(trace, TOLD(CALL), CLIENT,
                    "0 s client \"client connect server\" ok\n"
                    "1 s client \"client connect server\" ok\n"
                    "2 s client.1 \"client.1 shutdown\" ok\n"
                    "2 s client.2 \"client send 1\" ok\n"
                    "2 s client.3 \"client.3 send 1\" ENOTCONN\n");
    ck_assert_uint_eq(nth(trace, TRACE_SEND, CLIENT, 3)->segment.seen->segment.src_port, 40001);
}
END_TEST

START_TEST(a_number_is_never_used_again)
{
    g_autoptr(Trace) trace = run(CONNECTED "at 1s client abort\n"
                                           "at 2s client connect server\n"
                                           "at 3s client.1 send 1\n"
                                           "at 3s client send 1\n"
                                           "stop at 3s\n");
    ck_assert_story(trace, TOLD(CALL), CLIENT,
                    "0 s client \"client connect server\" ok\n"
                    "1 s client.1 \"client abort\" ok\n"
                    "2 s client \"client connect server\" ok\n"
                    "3 s client.1 \"client.1 send 1\" ENOTCONN\n"
                    "3 s client.2 \"client send 1\" ok\n");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_order");

    TCase *instant = scenario_case("instant");
    tcase_add_test(instant, script_lines_follow_the_file);
    tcase_add_test(instant, a_line_comes_before_what_was_decided_later);
    tcase_add_test(instant, a_copy_under_way_comes_before_a_timer_armed_after_it);
    tcase_add_test(instant, timers_of_two_hosts_fire_in_the_order_of_their_arming);
    suite_add_tcase(s, instant);

    TCase *when = scenario_case("when");
    tcase_add_test(when, when_waits_until_the_segment_is_answered);
    tcase_add_test(when, when_comes_after_what_was_decided_before_the_state);
    tcase_add_test(when, when_comes_before_what_was_decided_after_the_state);
    tcase_add_test(when, when_after_waits_from_the_state_on);
    tcase_add_test(when, when_after_for_ever_never_comes);
    tcase_add_test(when, when_fires_for_each_connection);
    tcase_add_test(when, when_means_the_connection_that_entered);
    suite_add_tcase(s, when);

    TCase *peer = scenario_case("peer");
    tcase_add_test(peer, another_host_means_the_peer);
    tcase_add_test(peer, a_number_given_wins_over_the_peer);
    tcase_add_test(peer, a_peer_that_is_gone_is_not_connected);
    tcase_add_test(peer, a_new_incarnation_is_not_the_peer);
    tcase_add_test(peer, who_has_the_four_tuple_before_the_answer_is_not_the_peer);
    tcase_add_test(peer, a_host_that_is_not_the_peer_means_its_newest);
    suite_add_tcase(s, peer);

    TCase *numbers = scenario_case("numbers");
    tcase_add_test(numbers, connections_are_numbered_in_order_of_creation);
    tcase_add_test(numbers, a_number_is_never_used_again);
    suite_add_tcase(s, numbers);
    return s;
}
