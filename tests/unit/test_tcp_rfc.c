/* Corners of the RFCs, one test a sentence; what they ask of whole transfers is in other files.  Keys are the
 * defaults, which are what the RFCs ask for.
 */
#include <string.h>

#include "check_main.h"
#include "tcp/look.h"
#include "tcp_harness.h"

static void check_sent(TcpHarness *h, const char *expected)
{
    ck_assert_str_eq(h->sent, expected);
    harness_clear(h);
}

static TcpHarness *at(const char *keys, HarnessPlace place)
{
    TcpHarness *h = harness_new(keys);

    harness_bring(h, place);
    return h;
}

/* A connection that we opened, with the options of a SYN-ACK; from `ms` on, which is the round trip. */
static TcpHarness *opened(const char *keys, const char *options, int ms)
{
    char syn_ack[HARNESS_LINE_MAX];
    TcpHarness *h = harness_new(keys);

    harness_connect(h);
    harness_run_until(h, MS(ms));
    (void)snprintf(syn_ack, sizeof syn_ack, "SA 0 1 %s", options);
    harness_deliver(h, syn_ack);
    harness_clear(h);
    return h;
}

static void send_bytes(TcpHarness *h, unsigned bytes)
{
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, bytes), TCP_OK);
}

static TcpLook look(const TcpHarness *h)
{
    TcpLook look;

    ck_assert(tcp_look(h->stack, h->conn, &look));
    return look;
}

/* ---- RFC 7323 ---- */

/* §5.5: after 24 days the peer's clock may have gone around: what looks older is taken, and echoed. */
START_TEST(timestamps_are_forgotten_after_24_days)
{
    static const struct {
        int64_t days;
        const char *answer;
    } rows[] = {{23, "A 1 1 ts=*/1000"}, {25, "A 1 11 ts=*/900"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = opened("tcp_timestamps=1 delayed-ack=0", "mss=1000 ts=1000/1", 10);
        h->now += rows[i].days * 24 * SIM_HOUR;
        harness_deliver(h, "A 1 1 +10 ts=900/1");
        ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, i == 0 ? 1000 : 900);
        ck_assert_uint_eq(harness_status(h).rcv_nxt - h->irs, i == 0 ? 1 : 11);
        harness_free(h);
    }
}
END_TEST

/* §5.2: what an RST says is not remembered.  It is let be here, as RFC 1337 wants it. */
START_TEST(an_rst_leaves_ts_recent_alone)
{
    TcpHarness *h = opened("tcp_timestamps=1 tcp_rfc1337=1", "mss=1000 ts=1000/1", 10);

    ck_assert_int_eq(tcp_close(h->stack, h->now, h->conn), TCP_OK);
    harness_deliver(h, "FA 1 2 ts=1001/1");
    harness_clear(h);
    harness_deliver(h, "R 2 - ts=5000/1");
    harness_deliver(h, "FA 1 2 ts=1001/1"); /* older than that, but for the FIN's own */
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 1001);
    harness_free(h);
}
END_TEST

/* §3.2: a segment without the timestamps that were agreed is dropped in silence, an RST is not. */
START_TEST(agreed_timestamps_may_not_be_missing)
{
    TcpHarness *h = opened("tcp_timestamps=1 delayed-ack=0", "mss=1000 ts=1000/1", 10);

    harness_deliver(h, "A 1 1 +10");
    check_sent(h, "");
    harness_deliver(h, "R 1 -");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

/* ---- RFC 6298 ---- */

/* §3, Karn: the client repeats its SYN at 500 ms and is answered again; an ACK at 600 ms may be of either SYN-ACK, so the
 * timeout is still the first one, 1 s, not 600 ms + 4 * 300 ms. */
START_TEST(an_answer_to_a_repeated_syn_is_not_timed)
{
    TcpHarness *h = harness_new("");

    harness_listen(h, 5);
    harness_deliver(h, "S 0 - mss=1000");
    harness_run_until(h, MS(500));
    harness_deliver(h, "S 0 - mss=1000");
    harness_run_until(h, MS(600));
    harness_deliver(h, "A 1 1");
    ck_assert_int_eq(harness_status(h).srtt, 0);
    ck_assert_int_eq(harness_status(h).rto, SEC(1));
    harness_free(h);
}
END_TEST

/* §5.7: a SYN was lost; data begin with 3 s, though the echo tells of a round trip of 100 ms. */
START_TEST(data_begin_with_3_s_whatever_an_echo_says)
{
    TcpHarness *h = harness_new("tcp_timestamps=1");

    harness_connect(h);
    harness_run_until(h, MS(1100));
    harness_deliver(h, "SA 0 1 mss=1000 ts=7/1001"); /* the SYN of 1 s: 1000 ms + 1 */
    ck_assert_int_eq(harness_status(h).rto, SEC(3));
    harness_free(h);
}
END_TEST

/* ---- RFC 9293 ---- */

/* §3.8.6: 2 segments are out when the window shrinks to nothing.  A byte of them probes it, after 1 s, 2 s, 4 s …; each
 * is answered, so the connection stays, longer than R2.  When it opens again they go again. */
START_TEST(a_window_that_shrinks_to_nothing_is_probed)
{
    TcpHarness *h = opened("r2=100s nagle=no", "mss=1000", 10);

    send_bytes(h, 2000);
    harness_deliver(h, "A 1 1 w=0");
    harness_clear(h);
    for (unsigned i = 0; i < 9; i++) {
        ck_assert(harness_run_one(h));
        ck_assert_str_eq(h->sent, "A 1 1 +1");
        harness_clear(h);
        harness_deliver(h, "A 1 1 w=0");
    }
    ck_assert_int_gt(h->now, SEC(300)); /* 1 + 2 + 4 + … + 64 + 120 + 120 */
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_deliver(h, "A 1 1 w=4000");
    check_sent(h, "A 1 1 +1000; A 1001 1 +1000");
    harness_free(h);
}
END_TEST

/* … and before a probe was sent, the timer of what is out runs again. */
START_TEST(a_window_that_opens_again_leaves_a_timer)
{
    TcpHarness *h = opened("", "mss=1000", 10);

    send_bytes(h, 1000);
    harness_deliver(h, "A 1 1 w=0");
    harness_deliver(h, "A 1 1 w=4000");
    harness_clear(h);
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1 1 +1000");
    harness_free(h);
}
END_TEST

/* §3.7.1: the peer takes 1460, our own link 500, if that is where the number comes from. */
START_TEST(segments_fit_our_own_link_too)
{
    TcpHarness *h = opened("mss=500 mss-bounds-sent=yes nagle=no", "mss=1460", 10);

    send_bytes(h, 1000);
    check_sent(h, "A 1 1 +500; A 501 1 +500");
    harness_free(h);
}
END_TEST

/* §3.10.7.2 and .3: data and FIN of a SYN wait for ESTABLISHED. */
START_TEST(a_syn_may_bring_data_and_fin)
{
    TcpHarness *h = harness_new("");

    harness_listen(h, 5);
    harness_deliver(h, "SF 0 - +10 mss=1000");
    check_sent(h, "SA 0 1");
    harness_deliver(h, "A 12 1");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSE_WAIT);
    ck_assert_uint_eq(h->read_bytes, 10);
    check_sent(h, "A 1 12");
    harness_free(h);

    h = harness_new("");
    harness_connect(h);
    harness_clear(h);
    harness_deliver(h, "SF 0 - +10 mss=1000"); /* the SYNs have crossed */
    check_sent(h, "SA 0 1");
    harness_deliver(h, "A 12 1");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSE_WAIT);
    ck_assert_uint_eq(h->read_bytes, 10);
    harness_free(h);
}
END_TEST

/* §3.8.3: a SYN is tried for 3 minutes at least, with the keys' defaults: 1 + 2 + … + 64 + 120 = 247 s. */
START_TEST(a_syn_is_tried_for_three_minutes)
{
    TcpHarness *h = harness_new("");

    harness_connect(h);
    harness_run_until(h, SEC(246));
    ck_assert_int_eq(h->state, TCP_STATE_SYN_SENT);
    harness_run_until(h, SEC(247));
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

/* ---- RFC 6191 ---- */

/* §2: in TIME-WAIT a SYN is new by the number behind the FIN's (2), by its timestamp, or by having one at all. */
START_TEST(time_wait_takes_what_is_newer)
{
    static const struct {
        const char *keys, *options, *syn;
        bool opens, opens_linux;
    } rows[] = {
        {"", "", "S 1 - mss=1000", false, false},
        {"", "", "S 2 - mss=1000", true, false},
        {"", "", "S 3 - mss=1000", true, true},
        {"tcp_timestamps=1", "", "S -5 - mss=1000 ts=1/0", true, false},
        {"", "", "S -5 - mss=1000 ts=1/0", false, false}, /* we would not use them */
        {"tcp_timestamps=1", "ts=1000/1", "S -5 - mss=1000 ts=1002/0", true, true},
        {"tcp_timestamps=1", "ts=1000/1", "S -5 - mss=1000 ts=1001/0", false, false},
        {"tcp_timestamps=1", "ts=1000/1", "S 3 - mss=1000 ts=1001/0", true, true},
        {"tcp_timestamps=1", "ts=1000/1", "S 3 - mss=1000 ts=999/0", false, false},
        {"tcp_timestamps=1", "ts=1000/1", "S 3 - mss=1000", true, true},
    };

    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
        bool is_linux = i % 2;
        char keys[HARNESS_LINE_MAX], fin[HARNESS_LINE_MAX];
        bool stamped = rows[i / 2].options[0] != '\0';

        (void)snprintf(keys, sizeof keys, "%s %s", rows[i / 2].keys,
                       is_linux ? "time-wait-syn=reopens" : "");
        TcpHarness *h = opened(keys, rows[i / 2].options, 10);
        harness_listen(h, 5);
        ck_assert_int_eq(tcp_shutdown(h->stack, h->now, h->conn), TCP_OK);
        (void)snprintf(fin, sizeof fin, "FA 1 2%s", stamped ? " ts=1001/1" : "");
        harness_deliver(h, fin);
        ck_assert_int_eq(h->state, TCP_STATE_TIME_WAIT);
        harness_deliver(h, rows[i / 2].syn);
        bool expected = is_linux ? rows[i / 2].opens_linux : rows[i / 2].opens;
        ck_assert_msg((h->state == TCP_STATE_SYN_RCVD) == expected, "%s (%s)", rows[i / 2].syn,
                      keys);
        harness_free(h);
    }
}
END_TEST

/* ---- RFC 5681, 6928, 3042 ---- */

/* RFC 6928 §2: min(10 MSS, max(2 MSS, 14600)); RFC 5681 §3.1 by its keys: 4, 3 or 2 segments. */
START_TEST(the_first_window_depends_on_the_mss)
{
    static const struct {
        uint32_t mss, rfc6928, rfc5681;
    } rows[] = {{500, 10, 4},  {1095, 10, 4}, {1448, 10, 3},
                {1460, 10, 3}, {2000, 7, 2},  {8960, 2, 2}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char options[HARNESS_LINE_MAX];

        (void)snprintf(options, sizeof options, "mss=%u", rows[i].mss);
        TcpHarness *h = opened("mss=9000", options, 10);
        ck_assert_uint_eq(look(h).cwnd, rows[i].rfc6928 * rows[i].mss);
        harness_free(h);
        h = opened("mss=9000 initial-window=4 initial-window-bytes=4380", options, 10);
        ck_assert_uint_eq(look(h).cwnd, rows[i].rfc5681 * rows[i].mss);
        harness_free(h);
    }
}
END_TEST

/* RFC 5681 §3.1: one SYN lost, one segment; RFC 6928 §2: ten still, and one after the second. */
START_TEST(lost_syns_shrink_the_first_window)
{
    static const struct {
        const char *keys;
        int seconds;
        uint32_t segments;
    } rows[] = {{"syn-losses-forgiven=0", 2, 1}, {"", 2, 10}, {"", 4, 1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = opened(rows[i].keys, "mss=1000", 1000 * rows[i].seconds);
        ck_assert_uint_eq(look(h).cwnd, rows[i].segments * 1000);
        harness_free(h);
    }
}
END_TEST

/* RFC 5681 §3.1: an ACK of two segments opens the window by one, RFC 3465 §2.2 by two. */
START_TEST(slow_start_counts_an_ack_once)
{
    static const struct {
        const char *keys;
        uint32_t segments;
    } rows[] = {{"", 11},
                {"congestion=cubic", 11},
                {"slow-start-segments=2", 12},
                {"slow-start-segments=0", 13}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = opened(rows[i].keys, "mss=1000", 10);
        send_bytes(h, 10000);
        harness_deliver(h, "A 1 3001");
        ck_assert_uint_eq(look(h).cwnd, rows[i].segments * 1000);
        harness_free(h);
    }
}
END_TEST

/* RFC 5681 §3.1, (4): 10 segments are out when the timer fires: the threshold is 5.  After progress another loss shows by
 * the timer: the 8 of that time make it 4; and where nothing was acknowledged between, it stays. */
START_TEST(a_second_loss_has_a_threshold_of_its_own)
{
    TcpHarness *h = opened("nagle=no", "mss=1000", 10);

    send_bytes(h, 10000);
    ck_assert(harness_run_one(h));
    ck_assert_uint_eq(look(h).ssthresh, 5000);
    ck_assert(harness_run_one(h));
    ck_assert_uint_eq(look(h).ssthresh, 5000);
    harness_deliver(h, "A 1 2001");
    ck_assert(harness_run_one(h));
    ck_assert_uint_eq(look(h).ssthresh, 4000);
    harness_free(h);
}
END_TEST

/* RFC 3042 §2: without SACK, two segments beyond the window, and the third duplicate is a loss, also where a mark has
 * brought the window down just before (RFC 3168 §6.1.2): 10 are out, the window is 5, and stays so. */
START_TEST(a_mark_hides_no_loss)
{
    TcpHarness *h = harness_new("tcp_ecn=1 nagle=no");

    harness_connect(h);
    harness_run_until(h, MS(10));
    harness_deliver(h, "SAE 0 1 mss=1000");
    send_bytes(h, 20000);
    harness_deliver(h, "AE 1 1");
    ck_assert_uint_eq(look(h).cwnd, 5000);
    harness_clear(h);
    harness_deliver(h, "A 1 1");
    check_sent(h, "");
    harness_deliver(h, "A 1 1"); /* the third of them */
    check_sent(h, "A 1 1 +1000");
    ck_assert_uint_eq(look(h).ssthresh, 5000);
    harness_free(h);
}
END_TEST

/* RFC 3042 §2: a loss was none, as the echo of the first transmission says (RFC 3522), so that duplicates in its flight are no
 * loss (RFC 6582 §3.2); but no more than two of them let something out.  11 segments fill the window. */
START_TEST(limited_transmit_is_of_two_segments)
{
    TcpHarness *h = opened("undo=yes tcp_timestamps=1 nagle=no", "mss=1012 ts=1/1", 10);

    send_bytes(h, 100000); /* at 10 ms: 11 */
    h->now = MS(20);
    for (unsigned i = 0; i < 3; i++)
        harness_deliver(h, "A 1 1 ts=2/11");
    harness_deliver(h, "A 1 2001 ts=3/11");
    ck_assert_uint_eq(look(h).cwnd, 11000);
    size_t before = h->log_count;
    for (unsigned i = 0; i < 6; i++)
        harness_deliver(h, "A 1 2001 ts=3/11");
    ck_assert_uint_eq(h->log_count - before, 2);
    harness_free(h);
}
END_TEST

/* RFC 3168 §6.1.2: a window of one segment does not grow by a mark, and after a timeout, too, new data say CWR. */
START_TEST(every_reduction_is_told)
{
    TcpHarness *h = harness_new("tcp_ecn=1 nagle=no initial-window=1");

    harness_connect(h);
    harness_run_until(h, MS(10));
    harness_deliver(h, "SAE 0 1 mss=1000");
    send_bytes(h, 3000);
    harness_deliver(h, "AE 1 1");
    ck_assert_uint_eq(look(h).cwnd, 1000);
    harness_free(h);

    h = harness_new("tcp_ecn=1 nagle=no initial-window=2");
    harness_connect(h);
    harness_run_until(h, MS(10));
    harness_deliver(h, "SAE 0 1 mss=1000");
    send_bytes(h, 2000);
    ck_assert(harness_run_one(h));
    harness_deliver(h, "A 1 2001");
    harness_clear(h);
    send_bytes(h, 1000);
    check_sent(h, "AC 2001 1 +1000 ect0");
    harness_free(h);
}
END_TEST

/* ---- RFC 2018, 2883, 6675 ---- */

static TcpHarness *with_sack(const char *keys, unsigned bytes)
{
    char all[HARNESS_LINE_MAX];

    (void)snprintf(all, sizeof all, "tcp_sack=1 tcp_dsack=1 nagle=no %s", keys);
    TcpHarness *h = opened(all, "mss=1000 sackok", 10);
    if (bytes > 0)
        send_bytes(h, bytes);
    harness_clear(h);
    return h;
}

/* What the last ACK tells, relative: "1501-2001". */
static void check_sacks(const TcpHarness *h, const char *expected)
{
    const SegmentOptions *options = &harness_last(h)->segment.options;
    char text[HARNESS_LINE_MAX] = "";

    for (unsigned i = 0; i < options->sack_count; i++) {
        size_t length = strlen(text);
        (void)snprintf(text + length, sizeof text - length, "%s%u-%u", i > 0 ? " " : "",
                       options->sack[i].left - h->irs, options->sack[i].right - h->irs);
    }
    ck_assert_str_eq(text, expected);
}

/* RFC 2883 §4.2: 1501 to 2501 wait; 1001 to 2001 come, of which 1501 to 2001 were here. */
START_TEST(a_part_that_comes_again_is_told)
{
    TcpHarness *h = with_sack("", 0);

    harness_deliver(h, "A 1 1 +1000");
    harness_deliver(h, "A 1501 1 +1000");
    harness_clear(h);
    harness_deliver(h, "A 1001 1 +1000");
    check_sacks(h, "1501-2001");
    harness_deliver(h, "A 3001 1 +500");
    harness_deliver(h, "A 2801 1 +500"); /* still a gap behind 2501 */
    check_sacks(h, "3001-3301 2801-3501");
    harness_free(h);
}
END_TEST

/* RFC 6675 §4: one ACK tells of three small segments behind the first: neither three runs nor more than 2 MSS. §5 (1):
 * three ACKs that each tell of one more are enough. */
START_TEST(small_segments_are_no_loss_at_once)
{
    TcpHarness *h = with_sack("", 0);

    for (unsigned i = 0; i < 5; i++)
        send_bytes(h, 10);
    harness_clear(h);
    harness_deliver(h, "A 1 1 sack=11-41");
    check_sent(h, "");
    harness_deliver(h, "A 1 1 sack=11-51");
    check_sent(h, "");
    harness_free(h);

    h = with_sack("", 0);
    for (unsigned i = 0; i < 5; i++)
        send_bytes(h, 10);
    harness_clear(h);
    harness_deliver(h, "A 1 1 sack=11-21");
    harness_deliver(h, "A 1 1 sack=11-31");
    check_sent(h, "");
    harness_deliver(h, "A 1 1 sack=11-41");
    check_sent(h, "A 1 1 +10");
    harness_free(h);
}
END_TEST

/* §4, NextSeg() (3) and (4): of ten segments the first, the eighth and the last two are lost, and nothing new is there.
 * Four are SACKed after the third of them comes: the first goes again.  Behind the eighth one is SACKed: it is no loss by
 * IsLost(), but goes as there is room.  When the first has arrived, the last one goes, once. */
START_TEST(nothing_new_and_still_room)
{
    TcpHarness *h = with_sack("initial-window=10", 10000);

    harness_deliver(h, "A 1 1 sack=1001-4001");
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1 sack=1001-7001");
    check_sent(h, "");
    harness_deliver(h,
                    "A 1 1 sack=8001-9001 sack=1001-7001"); /* 8, 10 and the first again are out */
    check_sent(h, "A 7001 1 +1000");
    harness_deliver(h, "A 1 7001 sack=8001-9001");
    check_sent(h, "A 9001 1 +1000");
    harness_deliver(h, "A 1 9001");
    check_sent(h, "");
    harness_free(h);

    h = with_sack("initial-window=10 last-resort=no", 10000);
    harness_deliver(h, "A 1 1 sack=1001-4001");
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1 sack=8001-9001 sack=1001-7001");
    harness_deliver(h, "A 1 7001 sack=8001-9001");
    check_sent(h, "");
    harness_free(h);
}
END_TEST

/* RFC 2018 §5: after a timeout nothing that was SACKed counts. */
START_TEST(a_timeout_forgets_what_was_sacked)
{
    static const struct {
        const char *keys, *sent;
    } rows[] = {{"", "A 1001 1 +1000; A 2001 1 +1000"},
                {"sack-after-timeout=kept", "A 1001 1 +1000; A 3001 1 +1000"}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = with_sack(rows[i].keys, 4000);
        harness_deliver(h, "A 1 1 sack=2001-3001");
        ck_assert(harness_run_one(h));
        check_sent(h, "A 1 1 +1000");
        harness_deliver(h, "A 1 1001");
        check_sent(h, rows[i].sent);
        harness_free(h);
    }
}
END_TEST

/* ---- RFC 5961 ---- */

/* §7: both the number and the time are keys. */
START_TEST(challenges_are_counted_in_an_interval)
{
    static const struct {
        const char *keys;
        unsigned answers, later;
    } rows[] = {{"", 10, 0},
                {"challenge-acks=3 challenge-interval=1s", 3, 3},
                {"challenge-acks=0", 50, 50}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = at(rows[i].keys, AT_ESTABLISHED);
        h->now = SEC(5);
        size_t before = h->log_count;
        for (unsigned n = 0; n < 50; n++)
            harness_deliver(h, "S 5 -");
        ck_assert_uint_eq(h->log_count - before, rows[i].answers);
        h->now = SEC(9);
        before = h->log_count;
        for (unsigned n = 0; n < 50; n++)
            harness_deliver(h, "S 5 -");
        ck_assert_uint_eq(h->log_count - before, rows[i].later);
        harness_free(h);
    }
}
END_TEST

/* §4.2: a SYN is challenged whatever its number is, and so is limited, too. */
START_TEST(a_syn_outside_the_window_is_challenged)
{
    TcpHarness *h = at("challenge-acks=3", AT_ESTABLISHED);

    h->now = SEC(5);
    size_t before = h->log_count;
    for (unsigned n = 0; n < 5; n++)
        harness_deliver(h, "S -5000 -");
    ck_assert_uint_eq(h->log_count - before, 3);
    ck_assert_int_eq(h->discarded, TCP_REASON_CHALLENGE_SYN);
    harness_free(h);
}
END_TEST

/* RFC 9293 §3.7.1: an MSS of nothing says nothing, 536; a tiny one is 64, which any host takes. */
START_TEST(a_tiny_mss)
{
    static const struct {
        const char *option;
        uint32_t mss;
    } rows[] = {{"mss=0", 536}, {"mss=1", 64}, {"mss=64", 64}, {"mss=65", 65}, {"", 536}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        TcpHarness *h = opened("nagle=no", rows[i].option, 10);
        send_bytes(h, 2000);
        ck_assert_uint_eq(h->log[h->log_count - 1].segment.length == 0, 0);
        ck_assert_uint_eq(h->log[2].segment.length, rows[i].mss);
        harness_free(h);
    }
}
END_TEST

/* ---- RFC 9438 ---- */

/* §4.6: 4 of 20 segments are under way when one is lost: 2.8 of them remain, and 2 at least; by the window it is 14. */
START_TEST(cubic_leaves_a_part_of_what_is_under_way)
{
    static const struct {
        const char *keys;
        uint32_t threshold;
    } rows[] = {{"", 2800}, {"cubic-basis=window", 14000}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char keys[HARNESS_LINE_MAX];

        (void)snprintf(keys, sizeof keys,
                       "congestion=cubic initial-window=20 initial-window-bytes=0 %s",
                       rows[i].keys);
        TcpHarness *h = with_sack(keys, 4000);
        harness_deliver(h, "A 1 1 sack=1001-4001");
        ck_assert_uint_eq(look(h).ssthresh, rows[i].threshold);
        harness_free(h);
    }
}
END_TEST

/* §4.8: a timeout leaves 7 of 10 segments; where slow start has come to 7 the curve begins, flat: a second later it is at
 * 7.4, so that Reno's estimate counts: 7 + 0.529 / 7 + 0.529 / 7.075.  A curve that led back to 10 would be at 9.6. */
START_TEST(cubic_begins_anew_after_a_timeout)
{
    TcpHarness *h = opened("congestion=cubic nagle=no tcp_rto_min_us=10000000", "mss=1000", 10);

    send_bytes(h, 20000);
    ck_assert(harness_run_one(h));
    ck_assert_uint_eq(look(h).ssthresh, 7000);
    for (unsigned i = 1; i <= 7; i++) {
        char ack[HARNESS_LINE_MAX];

        (void)snprintf(ack, sizeof ack, "A 1 %u", 1000 * i + 1);
        harness_deliver(h, ack);
    }
    ck_assert_uint_eq(look(h).cwnd, 7075);
    h->now += SEC(1);
    harness_deliver(h, "A 1 8001");
    ck_assert_uint_eq(look(h).cwnd, 7149);
    harness_free(h);
}
END_TEST

/* ---- RFC 5681, 9937, 8985 ---- */

static void three_duplicates(TcpHarness *h, const char *ack)
{
    for (unsigned i = 0; i < 3; i++)
        harness_deliver(h, ack);
}

/* RFC 5681 §3.1, in congestion avoidance: what was acknowledged before a loss opens no window after it.  5 segments, of which
 * 4 are acknowledged; a loss leaves 2.5, and the next segment's ACK is one of 2.5. */
START_TEST(what_was_acknowledged_before_a_loss_is_forgotten)
{
    TcpHarness *h = opened("nagle=no", "mss=1000", 10);

    send_bytes(h, 100000);
    three_duplicates(h, "A 1 1"); /* two more have left: RFC 3042 */
    harness_deliver(h, "A 1 12001");
    ck_assert_uint_eq(look(h).cwnd, 5000);
    harness_deliver(h, "A 1 16001");
    ck_assert_uint_eq(look(h).cwnd, 5000);
    three_duplicates(h, "A 1 16001");
    harness_deliver(h, "A 1 23001");
    ck_assert_uint_eq(look(h).cwnd, 2500);
    harness_deliver(h, "A 1 24001");
    ck_assert_uint_eq(look(h).cwnd, 2500);
    harness_free(h);
}
END_TEST

/* RFC 9937 §6.1: ten are out, of which two had been SACKed when the third ACK came: RecoverFS is 8, whatever the window
 * was.  Of 5 that shall remain, each that arrives lets 5/8 go, rounded up: one, and one. */
START_TEST(the_rate_is_of_what_was_under_way)
{
    TcpHarness *h =
        with_sack("rate-reduction=proportional initial-window=20 initial-window-bytes=0", 10000);

    harness_deliver(h, "A 1 1 sack=1001-2001");
    harness_deliver(h, "A 1 1 sack=1001-3001");
    check_sent(h, "");
    harness_deliver(h, "A 1 1 sack=1001-4001");
    check_sent(h, "A 1 1 +1000");
    harness_deliver(h, "A 1 1 sack=1001-5001");
    ck_assert_uint_eq(look(h).cwnd, 7000); /* 6 are out */
    harness_free(h);
}
END_TEST

/* RFC 8985 §7.2: a lone segment's probe, after two round trips of 100 ms and the 200 ms that its ACK may wait. */
START_TEST(a_lone_segment_is_probed_for)
{
    TcpHarness *h = opened("tcp_sack=1 tcp_early_retrans=3", "mss=1000 sackok", 100);

    send_bytes(h, 1000);
    harness_clear(h);
    ck_assert(harness_run_one(h));
    check_sent(h, "A 1 1 +1000");
    ck_assert_int_eq(h->now, MS(500));
    harness_free(h);
}
END_TEST

/* Linux (tcp_retransmit_timer()): what lies in no window any more is repeated as a probe: for as long as that is answered, and
 * for the greatest timeout after it. */
START_TEST(linux_repeats_what_lies_in_no_window)
{
    TcpHarness *h = opened("sender=linux tcp_retries2=3 nagle=no", "mss=1000", 10);

    send_bytes(h, 2000);
    harness_deliver(h, "A 1 1 w=0");
    for (unsigned i = 0; i < 9; i++) {
        ck_assert(harness_run_one(h));
        harness_deliver(h, "A 1 1 w=0");
    }
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    SimTime heard = h->now;
    while (h->state == TCP_STATE_ESTABLISHED)
        ck_assert(harness_run_one(h));
    ck_assert_int_gt(h->now - heard, SEC(120));
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp/rfc");
    TCase *tc = tcase_create("corners");

    tcase_add_test(tc, timestamps_are_forgotten_after_24_days);
    tcase_add_test(tc, an_rst_leaves_ts_recent_alone);
    tcase_add_test(tc, agreed_timestamps_may_not_be_missing);
    tcase_add_test(tc, an_answer_to_a_repeated_syn_is_not_timed);
    tcase_add_test(tc, data_begin_with_3_s_whatever_an_echo_says);
    tcase_add_test(tc, a_window_that_shrinks_to_nothing_is_probed);
    tcase_add_test(tc, a_window_that_opens_again_leaves_a_timer);
    tcase_add_test(tc, segments_fit_our_own_link_too);
    tcase_add_test(tc, a_syn_may_bring_data_and_fin);
    tcase_add_test(tc, a_syn_is_tried_for_three_minutes);
    tcase_add_test(tc, time_wait_takes_what_is_newer);
    tcase_add_test(tc, the_first_window_depends_on_the_mss);
    tcase_add_test(tc, lost_syns_shrink_the_first_window);
    tcase_add_test(tc, slow_start_counts_an_ack_once);
    tcase_add_test(tc, a_second_loss_has_a_threshold_of_its_own);
    tcase_add_test(tc, a_mark_hides_no_loss);
    tcase_add_test(tc, limited_transmit_is_of_two_segments);
    tcase_add_test(tc, every_reduction_is_told);
    tcase_add_test(tc, a_part_that_comes_again_is_told);
    tcase_add_test(tc, small_segments_are_no_loss_at_once);
    tcase_add_test(tc, nothing_new_and_still_room);
    tcase_add_test(tc, a_timeout_forgets_what_was_sacked);
    tcase_add_test(tc, challenges_are_counted_in_an_interval);
    tcase_add_test(tc, a_syn_outside_the_window_is_challenged);
    tcase_add_test(tc, a_tiny_mss);
    tcase_add_test(tc, cubic_leaves_a_part_of_what_is_under_way);
    tcase_add_test(tc, cubic_begins_anew_after_a_timeout);
    tcase_add_test(tc, what_was_acknowledged_before_a_loss_is_forgotten);
    tcase_add_test(tc, the_rate_is_of_what_was_under_way);
    tcase_add_test(tc, a_lone_segment_is_probed_for);
    tcase_add_test(tc, linux_repeats_what_lies_in_no_window);
    suite_add_tcase(s, tc);
    return s;
}
