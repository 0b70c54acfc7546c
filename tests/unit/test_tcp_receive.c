/* What arrives: which numbers are acceptable, reassembly, the window we offer, delayed ACKs, and the
 * options that go with them. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "tcp_harness.h"

/* Initial numbers from which the sequence space wraps in different places: in the data, in the
 * window, at the sign. */
static const Seq starts[] = {HARNESS_IRS, 0, 0x7fffffe0, 0xffffff80, 0xfffffff5, 0xffffffff};

enum { START_COUNT = sizeof starts / sizeof starts[0] };

static TcpHarness *established(const char *keys, Seq irs)
{
    TcpHarness *h = harness_new(keys);
    h->irs = irs;
    harness_establish_with(h, "mss=1460");
    return h;
}

static Seq received(const TcpHarness *h)
{
    return harness_status(h).rcv_nxt - h->irs;
}

/* ---- §3.4: the table of acceptability ---- */

typedef struct Acceptable {
    int from; /* SEG.SEQ - RCV.NXT */
    unsigned length;
    bool accepted;
} Acceptable;

static void check_acceptable(TcpHarness *h, const Acceptable *c)
{
    char text[64];
    int seq = (int)received(h) + c->from;
    if (c->length > 0)
        snprintf(text, sizeof text, "A %d 1 +%u", seq, c->length);
    else
        snprintf(text, sizeof text, "A %d 1", seq);
    harness_clear(h);
    harness_deliver(h, text);
    ck_assert_msg((h->discards == 0) == c->accepted, "RCV.NXT%+d, %u bytes: %s", c->from, c->length,
                  c->accepted ? "refused" : "accepted");
    ck_assert(c->accepted || strncmp(h->sent, "A 1 ", 4) == 0);
}

START_TEST(acceptable_with_an_open_window)
{
    const Acceptable cases[] = {
        {-1, 0, false},   {0, 0, true},   {1, 0, true},    {99, 0, true},   {100, 0, false},
        {-5, 5, false},   {-5, 6, true},  {0, 1, true},    {0, 100, true},  {50, 100, true},
        {99, 1, true},    {99, 50, true}, {100, 1, false}, {-1, 101, true}, /* its end fits */
        {-1, 102, false}, /* neither end lies in the window */
    };
    for (size_t i = 0; i < START_COUNT; i++) {
        for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
            TcpHarness *h = established("window=100", starts[i]);
            check_acceptable(h, &cases[c]);
            harness_free(h);
        }
    }
}
END_TEST

static TcpHarness *with_closed_window(Seq irs)
{
    TcpHarness *h = established("window=100", irs);
    h->reads = false;
    harness_deliver(h, "A 1 1 +100");
    ck_assert_uint_eq(harness_status(h).rcv_wnd, 0);
    harness_clear(h);
    return h;
}

START_TEST(acceptable_with_a_closed_window)
{
    const Acceptable cases[] = {
        {-1, 0, false}, {0, 0, true},   {1, 0, false}, {100, 0, false},
        {-5, 5, false}, {-5, 6, false}, {1, 1, false},
    };
    for (size_t i = 0; i < START_COUNT; i++) {
        for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
            TcpHarness *h = with_closed_window(starts[i]);
            check_acceptable(h, &cases[c]);
            harness_free(h);
        }
    }
}
END_TEST

/* "special allowance should be made to accept valid ACKs, URGs, and RSTs" */
START_TEST(a_closed_window_lets_acks_and_rsts_in)
{
    TcpHarness *h = with_closed_window(HARNESS_IRS);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 50), TCP_OK);
    harness_clear(h);
    harness_deliver(h, "FA 101 51 +10");
    ck_assert_uint_eq(received(h), 101); /* neither its text nor its FIN was taken */
    ck_assert_str_eq(h->sent, "A 51 101");
    ck_assert_uint_eq(harness_status(h).snd_una - h->iss, 51);
    harness_deliver(h, "R 101 -");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

/* ---- Reassembly ---- */

START_TEST(pieces_come_together)
{
    static const struct {
        const char *segments; /* "10+10" is ten bytes from the eleventh on */
        unsigned received;
    } cases[] = {
        {"0+10 10+10", 20},
        {"10+10 0+10", 20},
        {"10+10 30+10 0+10", 20},
        {"10+10 30+10 0+10 20+10", 40},
        {"30+10 20+10 10+10 0+10", 40},
        {"0+10 5+10", 15},
        {"0+10 0+10", 10},
        {"10+10 10+10 0+10", 20},
        {"10+10 5+10 0+5", 20},
        {"10+10 15+10 0+10", 25},
        {"10+10 5+30 0+5", 35},
        {"10+5 20+5 30+5 0+40", 40},
        {"10+5 20+5 5+20 0+5", 25},
        {"5+1 3+1 1+1 0+1 2+1 4+1", 6},
        {"1+1 0+3 0+2", 3},
    };
    for (size_t i = 0; i < START_COUNT; i++) {
        for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
            TcpHarness *h = established("", starts[i]);
            unsigned from, length;
            int used;
            for (const char *s = cases[c].segments;
                 sscanf(s, "%u+%u%n", &from, &length, &used) == 2; s += used) {
                char text[64];
                snprintf(text, sizeof text, "A %u 1 +%u", from + 1, length);
                harness_deliver(h, text);
            }
            ck_assert_msg(h->read_bytes == cases[c].received, "%s: %u bytes", cases[c].segments,
                          (unsigned)h->read_bytes);
            ck_assert_uint_eq(received(h), 1 + cases[c].received);
            ck_assert_uint_eq(h->wrong_bytes, 0);
            harness_free(h);
        }
    }
}
END_TEST

/* Against a model that keeps a flag for each byte. */
START_TEST(random_pieces_come_together)
{
    enum { BYTES = 300, LONGEST = 40 };
    RandomStream random;
    random_stream_init(&random, 1, "reassembly");
    for (int run = 0; run < 300; run++) {
        bool have[BYTES] = {false};
        unsigned contiguous = 0;
        TcpHarness *h = established("", (Seq)random_stream_next(&random));
        while (contiguous < BYTES) {
            char text[64];
            unsigned from = (unsigned)random_stream_below(&random, BYTES);
            unsigned length = 1 + (unsigned)random_stream_below(&random, LONGEST);
            if (from + length > BYTES)
                length = BYTES - from;
            memset(have + from, true, length);
            while (contiguous < BYTES && have[contiguous])
                contiguous++;
            snprintf(text, sizeof text, "A %u 1 +%u", from + 1, length);
            harness_deliver(h, text);
            ck_assert_uint_eq(received(h), 1 + contiguous);
            harness_clear(h);
        }
        ck_assert_uint_eq(h->read_bytes, BYTES);
        ck_assert_uint_eq(h->wrong_bytes, 0);
        harness_free(h);
    }
}
END_TEST

/* What came first is kept, and whoever reads can tell that the peer never sent it. */
START_TEST(bytes_of_another_stream_are_found_out)
{
    TcpHarness *h = established("", HARNESS_IRS);
    harness_deliver(h, "A 11 1 +10 stream=5");
    harness_deliver(h, "A 1 1 +30");
    ck_assert_uint_eq(h->read_bytes, 30);
    ck_assert_uint_ge(h->wrong_bytes, 8); /* a few of ten may be equal by chance */
    ck_assert_uint_le(h->wrong_bytes, 10);
    harness_free(h);
}
END_TEST

START_TEST(a_fin_waits_for_the_data_before_it)
{
    static const char *const fins[] = {"FA 11 1", "FA 6 1 +5", "FA 3 1 +8"};
    for (size_t i = 0; i < sizeof fins / sizeof fins[0]; i++) {
        TcpHarness *h = established("", HARNESS_IRS);
        harness_deliver(h, fins[i]);
        ck_assert_str_eq(h->sent, "A 1 1");
        ck_assert_str_eq(h->states, "");
        harness_clear(h);
        harness_deliver(h, "A 1 1 +10");
        ck_assert_str_eq(h->app, "readable 10; eof");
        ck_assert_str_eq(h->sent, "A 1 12");
        ck_assert_str_eq(h->states, "CLOSE-WAIT");
        harness_free(h);
    }
}
END_TEST

/* §3.10.7.3: text of a SYN-ACK that lies beyond the window is cut off. */
START_TEST(a_syn_ack_is_cut_to_the_window)
{
    TcpHarness *h = harness_new("window=100 delayed-ack=0");
    h->reads = false;
    harness_connect(h);
    harness_deliver(h, "SA 0 1 +1000");
    ck_assert_uint_eq(harness_status(h).rcv_nxt - h->irs, 101);
    harness_free(h);
}
END_TEST

/* A FIN says where the stream ends: nothing behind it is taken. */
START_TEST(nothing_comes_after_a_fin)
{
    TcpHarness *h = harness_new("delayed-ack=0");
    harness_bring(h, AT_ESTABLISHED);
    harness_deliver(h, "FA 11 1");
    harness_deliver(h, "A 11 1 +10"); /* a lie */
    harness_deliver(h, "A 1 1 +10");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSE_WAIT);
    ck_assert_uint_eq(h->read_bytes, 10);
    harness_free(h);
}
END_TEST

START_TEST(both_directions_pass_the_wrap)
{
    TcpHarness *h = harness_new("isn=clock delayed-ack=0 nagle=no");
    h->now = ((INT64_C(1) << 32) - 20) * 4000; /* 20 numbers before the wrap */
    h->irs = 0xfffffff0;
    harness_establish_with(h, "mss=64");
    ck_assert_uint_eq(h->iss, 0xffffffec);
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 100), TCP_OK);
    harness_deliver(h, "A 1 101");
    harness_deliver(h, "A 1 101 +100");
    ck_assert_int_eq(tcp_shutdown(h->stack, h->now, h->conn), TCP_OK);
    harness_deliver(h, "FA 101 102");
    ck_assert_str_eq(h->states, "FIN-WAIT-1; FIN-WAIT-2; TIME-WAIT");
    ck_assert_uint_eq(h->read_bytes, 100);
    ck_assert_uint_eq(h->wrong_bytes, 0);
    ck_assert_str_eq(h->app, "readable 100; eof");
    harness_free(h);
}
END_TEST

/* ---- The window we offer (§3.8.6.2.2) ---- */

START_TEST(the_window_shrinks_by_what_is_held)
{
    TcpHarness *h = established("window=4000 mss=1000 delayed-ack=0", HARNESS_IRS);
    static const uint16_t windows[] = {3000, 2000, 1000, 0};
    h->reads = false;
    for (int i = 0; i < 4; i++) {
        char text[64];
        snprintf(text, sizeof text, "A %d 1 +1000", 1 + 1000 * i);
        harness_deliver(h, text);
        ck_assert_uint_eq(harness_last(h)->segment.window, windows[i]);
    }
    harness_free(h);
}
END_TEST

/* The right edge moves by a segment or half the buffer, not by less. */
START_TEST(a_window_is_not_opened_in_small_steps)
{
    TcpHarness *h = established("window=4000 mss=1000 delayed-ack=0", HARNESS_IRS);
    h->reads = false;
    harness_deliver(h, "A 1 1 +4000");
    harness_clear(h);
    harness_read(h, 999);
    ck_assert_str_eq(h->sent, "");
    harness_read(h, 1);
    ck_assert_str_eq(h->sent, "A 1 4001");
    ck_assert_uint_eq(harness_last(h)->segment.window, 1000);
    harness_read(h, 999);
    ck_assert_str_eq(h->sent, "A 1 4001");
    harness_read(h, 2001);
    ck_assert_str_eq(h->sent, "A 1 4001; A 1 4001");
    ck_assert_uint_eq(harness_last(h)->segment.window, 4000);
    harness_free(h);
}
END_TEST

START_TEST(half_the_buffer_opens_a_window_too)
{
    TcpHarness *h = established("window=1000 mss=1000 delayed-ack=0", HARNESS_IRS);
    h->reads = false;
    harness_deliver(h, "A 1 1 +1000");
    harness_clear(h);
    harness_read(h, 499);
    ck_assert_str_eq(h->sent, "");
    harness_read(h, 1);
    ck_assert_uint_eq(harness_last(h)->segment.window, 500);
    harness_free(h);
}
END_TEST

/* 4 segments at first; 2 more for each that comes, up to the buffer of 10. */
START_TEST(a_first_window_grows_with_what_arrives)
{
    TcpHarness *h =
        established("window=10000 first-window=4000 mss=1000 delayed-ack=0", HARNESS_IRS);
    static const uint16_t windows[] = {6000, 8000, 10000, 10000};

    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        char text[64];

        snprintf(text, sizeof text, "A %zu 1 +1000", 1 + 1000 * i);
        harness_deliver(h, text);
        ck_assert_uint_eq(harness_last(h)->segment.window, windows[i]);
    }
    harness_free(h);
}
END_TEST

/* RFC 7323 §2.3: the window field is shifted, and the right edge never moves left by rounding. */
START_TEST(the_window_field_is_scaled)
{
    TcpHarness *h = harness_new("window=1M tcp_window_scaling=1 delayed-ack=0");
    h->reads = false;
    harness_establish_with(h, "ws=0");
    ck_assert_uint_eq(harness_last(h)->segment.window, 32768); /* 2^20 >> 5 */
    uint32_t edge = 1 + (1U << 20);
    for (Seq next = 1; next < 200; next += 7) {
        char text[64];
        snprintf(text, sizeof text, "A %u 1 +7", next);
        harness_deliver(h, text);
        const Segment *ack = &harness_last(h)->segment;
        uint32_t now = ack->ack - h->irs + ((uint32_t)ack->window << 5);
        ck_assert_uint_ge(now, edge);
        ck_assert_uint_lt(now, edge + 32);
        edge = now;
    }
    harness_free(h);
}
END_TEST

START_TEST(without_the_peer_nothing_is_scaled)
{
    TcpHarness *h = harness_new("window=1M tcp_window_scaling=1");
    harness_establish_with(h, "mss=1460");
    ck_assert_uint_eq(harness_last(h)->segment.window, 65535);
    harness_free(h);
}
END_TEST

/* Tcp1323Opts as in Windows XP: granted, not asked for. */
START_TEST(what_no_syn_of_ours_has_is_granted)
{
    static const unsigned both = OPTION_WINDOW_SCALE | OPTION_TIMESTAMPS;
    static const char keys[] = "tcp_window_scaling=1 tcp_timestamps=1 syn-rfc1323=no";
    TcpHarness *opens = harness_new(keys), *answers = harness_new(keys);

    harness_connect(opens);
    ck_assert_uint_eq(harness_last(opens)->segment.options.present & both, 0);
    harness_listen(answers, 1);
    harness_deliver(answers, "S 0 - mss=1460 ws=0 ts=1/0");
    ck_assert_uint_eq(harness_last(answers)->segment.options.present & both, both);
    harness_free(opens);
    harness_free(answers);
}
END_TEST

/* ---- Delayed ACKs (RFC 5681 §4.2, RFC 9293 §3.8.6.3) ---- */

START_TEST(a_lone_segment_waits)
{
    TcpHarness *h = established("delayed-ack=200ms", HARNESS_IRS);
    h->now = MS(50);
    harness_deliver(h, "A 1 1 +10");
    harness_run_until(h, MS(249));
    ck_assert_str_eq(h->sent, "");
    harness_run_until(h, MS(250));
    ck_assert_str_eq(h->sent, "A 1 11");
    ck_assert_uint_eq(h->timers[TCP_TIMER_DELAYED_ACK].fired, 1);
    harness_run_until(h, SEC(10));
    ck_assert_str_eq(h->sent, "A 1 11");
    harness_free(h);
}
END_TEST

START_TEST(acks_that_do_not_wait)
{
    static const struct {
        const char *what, *keys, *segments[3];
        const char *sent;
    } cases[] = {
        {"every second full-sized segment", "", {"A 1 1 +1460", "A 1461 1 +1460"}, "A 1 2921"},
        {"two small ones wait", "", {"A 1 1 +10", "A 11 1 +10"}, ""},
        {"out of order", "", {"A 11 1 +10"}, "A 1 1"},
        {"old data", "", {"A -9 1 +10"}, "A 1 1"},
        {"a gap is filled", "", {"A 11 1 +10", "A 1 1 +10"}, "A 1 1; A 1 21"},
        {"a gap is filled in part", "", {"A 11 1 +10", "A 1 1 +5"}, "A 1 1; A 1 6"},
        {"FIN", "", {"FA 1 1"}, "A 1 2"},
        {"data, then FIN", "", {"A 1 1 +10", "FA 11 1"}, "A 1 12"},
        {"delayed-ack=0", "delayed-ack=0", {"A 1 1 +10"}, "A 1 11"},
        {"quick-acks=1", "quick-acks=1", {"A 1 1 +10", "A 11 1 +10"}, "A 1 11"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        TcpHarness *h = established(cases[i].keys, HARNESS_IRS);
        for (int s = 0; s < 3 && cases[i].segments[s] != NULL; s++)
            harness_deliver(h, cases[i].segments[s]);
        ck_assert_msg(strcmp(h->sent, cases[i].sent) == 0, "%s: \"%s\"", cases[i].what, h->sent);
        harness_free(h);
    }
}
END_TEST

/* What is beyond a gap is out of order; what fills it is not, and says so. */
START_TEST(an_ack_says_why_it_does_not_wait)
{
    TcpHarness *h = established("", HARNESS_IRS);

    harness_clear(h);
    harness_deliver(h, "A 21 1 +10");
    ck_assert_int_eq(h->log[h->log_count - 1].note.reason, TCP_REASON_OUT_OF_ORDER);
    harness_deliver(h, "A 1 1 +10"); /* its beginning */
    ck_assert_int_eq(h->log[h->log_count - 1].note.reason, TCP_REASON_GAP_FILLED);
    harness_deliver(h, "A 11 1 +10"); /* its end */
    ck_assert_int_eq(h->log[h->log_count - 1].note.reason, TCP_REASON_GAP_FILLED);
    harness_deliver(h, "FA 31 1");
    ck_assert_int_eq(h->log[h->log_count - 1].note.reason, TCP_REASON_FIN_ARRIVED);
    harness_free(h);
}
END_TEST

START_TEST(the_wait_counts_from_the_first_segment)
{
    TcpHarness *h = established("delayed-ack=200ms", HARNESS_IRS);
    harness_deliver(h, "A 1 1 +10");
    harness_run_until(h, MS(150));
    harness_deliver(h, "A 11 1 +10");
    harness_run_until(h, MS(200));
    ck_assert_str_eq(h->sent, "A 1 21");
    harness_free(h);
}
END_TEST

START_TEST(data_carry_the_ack)
{
    TcpHarness *h = established("delayed-ack=200ms", HARNESS_IRS);
    harness_deliver(h, "A 1 1 +10");
    ck_assert(h->timers[TCP_TIMER_DELAYED_ACK].armed);
    ck_assert_int_eq(tcp_send(h->stack, 0, h->conn, 10), TCP_OK);
    ck_assert_str_eq(h->sent, "A 1 11 +10");
    ck_assert(!h->timers[TCP_TIMER_DELAYED_ACK].armed);
    harness_free(h);
}
END_TEST

START_TEST(the_ack_of_a_fin_may_wait_for_our_own)
{
    TcpHarness *h = established("fin-ack=delayed", HARNESS_IRS);
    harness_deliver(h, "FA 1 1");
    ck_assert_str_eq(h->sent, "");
    ck_assert_int_eq(tcp_close(h->stack, 0, h->conn), TCP_OK);
    ck_assert_str_eq(h->sent, "FA 1 2"); /* three segments close the connection */
    harness_free(h);

    h = established("fin-ack=delayed", HARNESS_IRS);
    harness_deliver(h, "FA 1 1");
    harness_run_until(h, MS(200));
    ck_assert_str_eq(h->sent, "A 1 2");
    harness_free(h);
}
END_TEST

/* ---- SACK (RFC 2018 §4) ---- */

static void check_sack(const TcpHarness *h, const char *expected)
{
    char text[256] = "";
    const SegmentOptions *o = &harness_last(h)->segment.options;
    for (unsigned i = 0; (o->present & OPTION_SACK) && i < o->sack_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u-%u", i ? " " : "",
                 o->sack[i].left - h->irs, o->sack[i].right - h->irs);
    ck_assert_str_eq(text, expected);
}

START_TEST(the_newest_block_comes_first)
{
    TcpHarness *h = harness_new("tcp_sack=1 delayed-ack=0");
    harness_establish_with(h, "sackok");
    harness_deliver(h, "A 11 1 +10");
    check_sack(h, "11-21");
    harness_deliver(h, "A 31 1 +10");
    check_sack(h, "31-41 11-21");
    harness_deliver(h, "A 21 1 +5"); /* grows the first run */
    check_sack(h, "11-26 31-41");
    harness_deliver(h, "A 51 1 +1");
    harness_deliver(h, "A 61 1 +1");
    harness_deliver(h, "A 71 1 +1");
    const SegmentOptions *o = &harness_last(h)->segment.options;
    ck_assert_uint_eq(o->sack_count, 4); /* five runs, but room for four */
    ck_assert_uint_eq(o->sack[0].left - h->irs, 71);
    harness_deliver(h, "A 1 1 +10"); /* the first gap is filled */
    ck_assert_uint_eq(received(h), 26);
    harness_deliver(h, "A 26 1 +100");
    check_sack(h, "");
    harness_free(h);
}
END_TEST

/* RFC 2018 §4: after the newest block those most recently reported. */
START_TEST(sack_blocks_repeat_the_latest)
{
    TcpHarness *h = harness_new("tcp_sack=1 delayed-ack=0");
    harness_establish_with(h, "sackok");
    harness_deliver(h, "A 11 1 +10");
    harness_deliver(h, "A 31 1 +10");
    harness_deliver(h, "A 51 1 +10");
    const SegmentOptions *o = &harness_last(h)->segment.options;
    ck_assert_uint_eq(o->sack_count, 3);
    ck_assert_uint_eq(o->sack[0].left - h->irs, 51);
    ck_assert_uint_eq(o->sack[1].left - h->irs, 31);
    ck_assert_uint_eq(o->sack[2].left - h->irs, 11);
    harness_free(h);
}
END_TEST

/* ---- receiver=bsd (FreeBSD sys/netinet/tcp_sack.c, tcp_output.c) ---- */

static TcpHarness *bsd_with_three_blocks(void)
{
    TcpHarness *h = harness_new("receiver=bsd tcp_sack=1 tcp_dsack=1 delayed-ack=40ms mss=1460");

    harness_establish_with(h, "mss=1460 sackok");
    h->reads = false;
    harness_deliver(h, "A 11 1 +10");
    harness_deliver(h, "A 51 1 +10");
    harness_deliver(h, "A 31 1 +10");
    check_sack(h, "31-41 51-61 11-21");
    return h;
}

/* What was reported before keeps its place, wherever it lies. */
START_TEST(bsd_blocks_come_by_age)
{
    TcpHarness *h = bsd_with_three_blocks();

    harness_deliver(h, "A 21 1 +5"); /* grows the first run: it is the newest now */
    check_sack(h, "11-26 31-41 51-61");
    harness_deliver(h, "A 1 1 +10"); /* up to there all is here */
    check_sack(h, "31-41 51-61");
    harness_free(h);
}
END_TEST

/* RFC 2883 §4.2.1: a part of a segment lies in a block already. */
START_TEST(bsd_reports_the_part_that_comes_again)
{
    TcpHarness *h = bsd_with_three_blocks();

    harness_deliver(h, "A 26 1 +10"); /* 31-36 was here */
    check_sack(h, "31-36 26-41 51-61 11-21");
    harness_deliver(h, "A 13 1 +3"); /* all of it was */
    check_sack(h, "13-16 11-21 26-41 51-61");
    harness_deliver(h, "A 1 1 +35"); /* of two blocks the lower one tells */
    check_sack(h, "11-21 51-61");
    harness_free(h);
}
END_TEST

/* 1,460 a segment: 65,536 becomes 65,700 when the SYN has told that; what is behind a gap takes nothing. */
START_TEST(bsd_window_is_what_is_not_in_order)
{
    TcpHarness *h = harness_new("receiver=bsd window=65536 tcp_window_scaling=1 mss=1460");

    harness_establish_with(h, "mss=1460 ws=0");
    h->reads = false;
    harness_deliver(h, "A 1 1 +1000");
    harness_deliver(h, "A 2001 1 +1400");
    harness_read(h, 1000);
    harness_deliver(h, "A 5001 1 +10");
    ck_assert_uint_eq(harness_last(h)->segment.window, 65700 / 2);
    harness_free(h);
}
END_TEST

/* tcp_output(): the buffer is 65700. With half of it read, 32850 more are told; with a quarter of it, 16425, too, as
 * that is two segments; with less, not. Nor while an ACK is due that will tell it. */
START_TEST(bsd_tells_a_window_that_has_grown)
{
    static const struct {
        uint64_t read;
        const char *sent;
    } rows[] = {{16424, ""}, {16425, "A 1 40001"}, {32850, "A 1 40001"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new("receiver=bsd delayed-ack=40ms window=65536 mss=1460");

        h->reads = false;
        harness_establish_with(h, "mss=1460");
        harness_deliver(h, "A 1 1 +20000");
        harness_deliver(h, "A 20001 1 +20000");
        ck_assert_uint_eq(harness_last(h)->segment.window, 25700);
        harness_clear(h);
        harness_read(h, rows[i].read);
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_deliver(h, "A 40001 1 +1");
        harness_clear(h);
        harness_read(h, 20000 - rows[i].read / 2);
        ck_assert_str_eq(h->sent, "");
        harness_free(h);
    }
}
END_TEST

/* DELAY_ACK(): no second one waits, however small. */
START_TEST(bsd_acknowledges_the_second_segment)
{
    TcpHarness *h = harness_new("receiver=bsd delayed-ack=40ms mss=1460");

    harness_establish_with(h, "mss=1460");
    harness_clear(h);
    harness_deliver(h, "A 1 1 +1");
    ck_assert_str_eq(h->sent, "");
    harness_deliver(h, "A 2 1 +1");
    ck_assert_str_eq(h->sent, "A 1 3");
    harness_free(h);
}
END_TEST

/* tcp_output.c: while the FIN is out, what is acknowledged is so with it. */
START_TEST(bsd_repeats_its_fin_with_an_ack)
{
    TcpHarness *h = harness_new("receiver=bsd acks-carry-fin=yes");

    harness_bring(h, AT_FIN_WAIT_1);
    harness_deliver(h, "FA 1 1");
    ck_assert_str_eq(h->sent, "FA 1 2");
    harness_free(h);
}
END_TEST

/* tcp_timewait.c, tcp_twcheck(). */
START_TEST(bsd_time_wait_answers_what_is_new)
{
    static const struct {
        const char *arrives, *sent;
    } rows[] = {
        {"A 2 2", ""},       /* its last ACK once more */
        {"A 3 2", "A 2 2"},  /* another number */
        {"FA 1 2", "A 2 2"}, /* the FIN again */
        {"R 2 -", ""},       /* RFC 1337 */
        {"F 1 -", ""},       /* without an ACK */
        {"A 2 2 +5", "A 2 2"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new("receiver=bsd");

        harness_bring(h, AT_TIME_WAIT);
        harness_deliver(h, rows[i].arrives);
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_free(h);
    }
}
END_TEST

/* What has come before brings an ACK number: our FIN is acknowledged by the peer's, repeated. */
START_TEST(an_ack_on_what_came_before_counts)
{
    static const struct {
        const char *keys;
        TcpState state;
    } rows[] = {
        {"receiver=rfc9293", TCP_STATE_CLOSING}, /* RFC 9293 §3.10.7.4, first: not acceptable */
        {"receiver=bsd", TCP_STATE_TIME_WAIT},
        {"receiver=linux", TCP_STATE_TIME_WAIT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_bring(h, AT_CLOSING);
        harness_deliver(h, "FA 1 2");
        ck_assert_int_eq(h->state, rows[i].state);
        ck_assert_str_eq(h->sent, "A 2 2");
        harness_free(h);
    }
}
END_TEST

/* Linux, tcp_sequence(): what ends before our last ACK is not looked at, and told as what it is (D-SACK). */
START_TEST(linux_hears_what_ends_where_it_acknowledged)
{
    TcpHarness *h = harness_new("receiver=linux quick-acks=16 tcp_sack=1 tcp_dsack=1");

    harness_establish_with(h, "mss=1460 sackok");
    ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
    harness_deliver(h, "A 1 1 +100");
    harness_deliver(h, "A 101 1 +100");
    harness_clear(h);
    harness_deliver(h, "A 1 11 +100");
    ck_assert_uint_eq(harness_status(h).snd_una - h->iss, 1);
    ck_assert_str_eq(h->sent, "A 11 201");
    ck_assert_uint_eq(harness_last(h)->segment.options.sack[0].right, h->irs + 101);
    harness_clear(h);
    harness_deliver(h, "A 101 11 +100");
    ck_assert_uint_eq(harness_status(h).snd_una - h->iss, 11);
    ck_assert_str_eq(h->sent, "A 11 201");
    ck_assert_uint_eq(harness_last(h)->segment.options.sack[0].left, h->irs + 101);
    harness_free(h);
}
END_TEST

/* Linux, tcp_validate_incoming(): a SYN is challenged, and only what else comes again (tcp_send_dupack()) makes the
 * next ACKs quick, where an application had answered data with data. */
START_TEST(a_repeated_syn_begins_no_quick_acks)
{
    static const struct {
        const char *again, *sent;
    } rows[] = {{"S 0 -", ""}, {"A 1 11 +100", "A 21 301"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new("receiver=linux quick-acks=16 delayed-ack=40ms");

        harness_establish_with(h, "mss=1460");
        for (int reply = 0; reply < 2; reply++) {
            harness_deliver(h, reply == 0 ? "A 1 1 +100" : "A 101 11 +100");
            ck_assert_int_eq(tcp_send(h->stack, h->now, h->conn, 10), TCP_OK);
        }
        harness_clear(h);
        harness_deliver(h, rows[i].again);
        ck_assert_str_eq(h->sent, "A 21 201");
        harness_clear(h);
        harness_deliver(h, "A 201 21 +100");
        ck_assert_str_eq(h->sent, rows[i].sent);
        harness_free(h);
    }
}
END_TEST

/* Linux, tcp_validate_incoming(): there the peer is, though data before it are missing. */
START_TEST(an_rst_behind_what_is_out_of_order)
{
    static const struct {
        const char *keys, *rst;
        TcpState state;
    } rows[] = {
        {"tcp_sack=1 reset-check=rfc5961-fin", "R 201 -", TCP_STATE_CLOSED},
        {"tcp_sack=1 reset-check=rfc5961-fin", "R 200 -", TCP_STATE_ESTABLISHED},
        {"tcp_sack=0 reset-check=rfc5961-fin", "R 201 -", TCP_STATE_ESTABLISHED},
        {"tcp_sack=1 reset-check=rfc5961", "R 201 -", TCP_STATE_ESTABLISHED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TcpHarness *h = harness_new(rows[i].keys);

        harness_establish_with(h, "mss=1460 sackok");
        harness_deliver(h, "A 101 1 +100");
        harness_deliver(h, rows[i].rst);
        ck_assert_int_eq(h->state, rows[i].state);
        harness_free(h);
    }
}
END_TEST

START_TEST(syn_and_fin_may_be_dropped)
{
    TcpHarness *h = harness_new("drop-synfin=yes");

    harness_listen(h, 5);
    harness_deliver(h, "SF 0 -");
    ck_assert_str_eq(h->sent, "");
    ck_assert_uint_eq(h->discarded, TCP_REASON_SYN_AND_FIN);
    harness_set(h, "drop-synfin=no");
    harness_deliver(h, "SF 0 -");
    ck_assert_str_ne(h->sent, "");
    harness_free(h);
}
END_TEST

START_TEST(a_synack_to_a_listener_may_be_dropped)
{
    TcpHarness *h = harness_new("synack-to-listener=drop");

    harness_listen(h, 5);
    harness_deliver(h, "SA 17 34");
    ck_assert_str_eq(h->sent, "");
    ck_assert_uint_eq(h->discarded, TCP_REASON_SYNACK_TO_LISTENER);
    harness_set(h, "synack-to-listener=reset");
    harness_deliver(h, "SA 17 34");
    ck_assert(harness_last(h)->segment.flags & TCP_RST);
    harness_free(h);
}
END_TEST

START_TEST(timestamps_leave_room_for_three_blocks)
{
    TcpHarness *h = harness_new("tcp_sack=1 tcp_timestamps=1 delayed-ack=0");
    harness_establish_with(h, "sackok ts=1/1");
    for (int i = 0; i < 5; i++) {
        char text[64];
        snprintf(text, sizeof text, "A %d 1 +1 ts=2/1", 11 + 10 * i);
        harness_deliver(h, text);
    }
    ck_assert_uint_eq(harness_last(h)->segment.options.sack_count, 3);
    harness_free(h);
}
END_TEST

START_TEST(no_sack_unless_both_want_it)
{
    TcpHarness *h = harness_new("tcp_sack=1 delayed-ack=0");
    harness_establish_with(h, "mss=1460");
    harness_deliver(h, "A 11 1 +10");
    check_sack(h, "");
    harness_free(h);
}
END_TEST

/* ---- Timestamps (RFC 7323) ---- */

static TcpHarness *with_timestamps(const char *keys)
{
    TcpHarness *h = harness_new("tcp_timestamps=1");
    harness_set(h, keys);
    harness_establish_with(h, "mss=1460 ts=100/1");
    return h;
}

START_TEST(every_segment_carries_timestamps)
{
    TcpHarness *h = with_timestamps("delayed-ack=0");
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 100);
    h->now = MS(70);
    harness_deliver(h, "A 1 1 +10 ts=150/1");
    const SegmentOptions *o = &harness_last(h)->segment.options;
    ck_assert(o->present & OPTION_TIMESTAMPS);
    ck_assert_uint_eq(o->ts_ecr, 150);
    ck_assert_uint_eq(o->ts_val - h->log[0].segment.options.ts_val, 70); /* milliseconds */
    harness_free(h);
}
END_TEST

/* §5.3 R1: an old timestamp is not acceptable, in whatever state, except on an RST. */
START_TEST(paws)
{
    TcpHarness *h = with_timestamps("delayed-ack=0");
    harness_deliver(h, "A 1 1 +10 ts=99/1");
    ck_assert_str_eq(h->sent, "A 1 1");
    ck_assert_str_eq(h->app, "");
    ck_assert_int_eq(h->discarded, TCP_REASON_OLD_TIMESTAMP);
    harness_deliver(h, "A 1 1 +10 ts=100/1");
    ck_assert_str_eq(h->app, "readable 10");
    harness_deliver(h, "A 11 1 +10 ts=2147483747/1"); /* 2^31 - 1 ahead: newer */
    ck_assert_str_eq(h->app, "readable 10; readable 10");
    harness_deliver(h, "R 21 - ts=50/1");
    ck_assert_int_eq(h->state, TCP_STATE_CLOSED);
    harness_free(h);
}
END_TEST

/* §4.3: the echo is of the last segment that advanced the window: with a delayed ACK the first of
 * those not acknowledged, after a gap the one that filled it, never one out of order. */
START_TEST(which_timestamp_is_echoed)
{
    TcpHarness *h = with_timestamps("");
    harness_deliver(h, "A 1 1 +1448 ts=200/1");
    harness_deliver(h, "A 1449 1 +1448 ts=201/1");
    ck_assert_str_eq(h->sent, "A 1 2897");
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 200);
    harness_deliver(h, "A 4345 1 +1448 ts=203/1");
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 200);
    harness_deliver(h, "A 2897 1 +1448 ts=202/1");
    ck_assert_uint_eq(harness_last(h)->segment.options.ts_ecr, 202);
    harness_free(h);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("tcp-receive");
    TCase *tc = tcase_create("acceptable");
    tcase_add_test(tc, acceptable_with_an_open_window);
    tcase_add_test(tc, acceptable_with_a_closed_window);
    tcase_add_test(tc, a_closed_window_lets_acks_and_rsts_in);
    suite_add_tcase(s, tc);
    tc = tcase_create("reassembly");
    tcase_add_test(tc, pieces_come_together);
    tcase_add_test(tc, random_pieces_come_together);
    tcase_add_test(tc, bytes_of_another_stream_are_found_out);
    tcase_add_test(tc, a_fin_waits_for_the_data_before_it);
    tcase_add_test(tc, a_syn_ack_is_cut_to_the_window);
    tcase_add_test(tc, nothing_comes_after_a_fin);
    tcase_add_test(tc, both_directions_pass_the_wrap);
    suite_add_tcase(s, tc);
    tc = tcase_create("window");
    tcase_add_test(tc, the_window_shrinks_by_what_is_held);
    tcase_add_test(tc, a_window_is_not_opened_in_small_steps);
    tcase_add_test(tc, a_first_window_grows_with_what_arrives);
    tcase_add_test(tc, half_the_buffer_opens_a_window_too);
    tcase_add_test(tc, the_window_field_is_scaled);
    tcase_add_test(tc, without_the_peer_nothing_is_scaled);
    tcase_add_test(tc, what_no_syn_of_ours_has_is_granted);
    suite_add_tcase(s, tc);
    tc = tcase_create("delayed-ack");
    tcase_add_test(tc, a_lone_segment_waits);
    tcase_add_test(tc, acks_that_do_not_wait);
    tcase_add_test(tc, an_ack_says_why_it_does_not_wait);
    tcase_add_test(tc, the_wait_counts_from_the_first_segment);
    tcase_add_test(tc, data_carry_the_ack);
    tcase_add_test(tc, the_ack_of_a_fin_may_wait_for_our_own);
    suite_add_tcase(s, tc);
    tc = tcase_create("options");
    tcase_add_test(tc, the_newest_block_comes_first);
    tcase_add_test(tc, sack_blocks_repeat_the_latest);
    tcase_add_test(tc, timestamps_leave_room_for_three_blocks);
    tcase_add_test(tc, bsd_blocks_come_by_age);
    tcase_add_test(tc, bsd_reports_the_part_that_comes_again);
    tcase_add_test(tc, bsd_window_is_what_is_not_in_order);
    tcase_add_test(tc, bsd_tells_a_window_that_has_grown);
    tcase_add_test(tc, bsd_acknowledges_the_second_segment);
    tcase_add_test(tc, bsd_repeats_its_fin_with_an_ack);
    tcase_add_test(tc, bsd_time_wait_answers_what_is_new);
    tcase_add_test(tc, an_rst_behind_what_is_out_of_order);
    tcase_add_test(tc, an_ack_on_what_came_before_counts);
    tcase_add_test(tc, a_repeated_syn_begins_no_quick_acks);
    tcase_add_test(tc, linux_hears_what_ends_where_it_acknowledged);
    tcase_add_test(tc, syn_and_fin_may_be_dropped);
    tcase_add_test(tc, a_synack_to_a_listener_may_be_dropped);
    tcase_add_test(tc, no_sack_unless_both_want_it);
    tcase_add_test(tc, every_segment_carries_timestamps);
    tcase_add_test(tc, paws);
    tcase_add_test(tc, which_timestamp_is_echoed);
    suite_add_tcase(s, tc);
    return s;
}
