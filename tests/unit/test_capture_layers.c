/* Every header that may stand before a packet: the connection inside is the same behind each of them. */
#include "check_main.h"

#include "capture_reading.h"
#include "capture_stacks.h"

static const Segment *syn(void)
{
    static Segment segment;

    segment = captured(TRUE, TCP_SYN, 7, 0, 0);
    return &segment;
}

#define ONE_SYN HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"

START_TEST(a_packet_behind_all_that_may_stand_before_it)
{
    const Stack *stack = &stacks[_i];
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, stack->link, 65535);

    capture_add(&file, 0, stacked(stack, syn()));
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_msg(trace != NULL, "%s: %s", stack->name, problem.message);
    g_autofree char *table = table_of(trace);
    ck_assert_msg(strcmp(table, ONE_SYN) == 0, "%s: %s", stack->name, table);
    capture_end(&file);
}
END_TEST

/* However short the frame is: it is read, or counted as cut (or, a tunnel's outer packet, as none of TCP). */
START_TEST(a_frame_that_is_cut_anywhere)
{
    const Stack *stack = &stacks[_i];
    GByteArray *whole = stacked(stack, syn());

    for (guint32 length = 0; length < whole->len; length++) {
        CaptureFile file = capture_begin(PCAP_MICRO, FALSE, stack->link, MAX(length, 1));
        GByteArray *frame = stacked(stack, syn());

        g_byte_array_set_size(frame, length);
        capture_add(&file, 0, frame);
        g_autoptr(Trace) trace = read_file(&file);
        ck_assert(trace != NULL || notes->len == 1);
        capture_end(&file);
    }
    g_byte_array_unref(whole);
}
END_TEST

static const struct {
    const char *note;
    Stack stack;
} others[] = {
    {"1 of 1 packets is not IP", STACK("ARP", LINK_ETHERNET, ADDRESSES "\x08\x06")},
    {"1 of 1 packets is not IP", STACK("PPPoE discovery", LINK_ETHERNET, ADDRESSES "\x88\x63")},
    {"1 of 1 packets is not IP",
     STACK("PPPoE, not a session's", LINK_PPPOE, "\x11\x09\0\7\0\x2a\0\x21")},
    {"1 of 1 packets is not IP", STACK("PPP's own", LINK_PPP, "\xc0\x21")},
    {"1 of 1 packets is not IP", STACK("raw, no version", LINK_RAW, "\x15")},
    {"1 of 1 packets is not IP",
     STACK("GRE with a route", LINK_ETHERNET, ETHERNET IP("\x2f") "\x40\0\x08\0")},
    {"1 of 1 packets is not IP", STACK("IPv6, it says", LINK_ETHERNET, ADDRESSES "\x86\xdd")},
    {"1 of 1 packets is not IP", STACK("IPv6 in IPv4, it says", LINK_RAW, IP("\x29"))},
    {"1 of 1 packets is not TCP", STACK("UDP", LINK_RAW, IP("\x11") UDP("\0\x35"))},
    {"1 of 1 packets has broken headers",
     STACK("tags without end", LINK_ETHERNET,
           ADDRESSES "\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0"
                     "\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1"
                     "\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0"
                     "\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x08\0")},
};

START_TEST(what_is_something_else_is_counted_as_that)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, others[_i].stack.link, 65535);

    capture_add(&file, 0, stacked(&others[_i].stack, syn()));
    expect_problem(&file, "no TCP segment");
    expect_note(others[_i].note);
    ck_assert_uint_eq(notes->len, 1);
    capture_end(&file);
}
END_TEST

/* --- lengths and dates -------------------------------------------------------------------- */

/* The card fills in the length: what counts is how long the frame was, also where it was cut. */
START_TEST(a_length_that_is_left_to_the_card)
{
    static const guint32 snaps[] = {65535, 14 + 20 + 20};

    for (gsize i = 0; i < G_N_ELEMENTS(snaps); i++) {
        CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, snaps[i]);
        Segment data = captured(TRUE, TCP_ACK, 1001, 5001, 1400);
        GByteArray *frame = frame_of(LINK_ETHERNET, &data);

        frame->data[14 + 2] = frame->data[14 + 3] = 0;
        add_connection(&file);
        capture_add(&file, 1700000009 * SIM_SECOND, frame);
        g_autoptr(Trace) trace = read_file(&file);
        ck_assert_uint_eq(trace->events->len, 7);
        ck_assert_uint_eq(trace_event(trace, 7)->segment.seen->segment.length, 1400);
        ck_assert_uint_eq(notes->len, 0);
        capture_end(&file);
    }
}
END_TEST

/* 2^31 s are over in 2038, 2^32 s in 2106: the file says nothing about signs. */
START_TEST(dates_after_2038)
{
    static const SimTime begins[] = {0x7fffffff, 0x80000000, 0xfffffffe};

    for (gsize i = 0; i < G_N_ELEMENTS(begins); i++) {
        for (CaptureFormat format = 0; format < CAPTURE_FORMAT_COUNT; format++) {
            CaptureFile file = capture_begin(format, FALSE, LINK_RAW, 65535);

            capture_add(&file, begins[i] * SIM_SECOND, packet_of(syn()));
            capture_add(&file, (begins[i] + 1) * SIM_SECOND, packet_of(syn()));
            expect_table(&file, ONE_SYN "1.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
            if (begins[i] == 0xfffffffe)
                ck_assert_uint_eq(notes->len, 0);
            capture_end(&file);
        }
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture layers");
    TCase *tc = case_of("layers");

    tcase_add_loop_test(tc, a_packet_behind_all_that_may_stand_before_it, 0, G_N_ELEMENTS(stacks));
    tcase_add_loop_test(tc, a_frame_that_is_cut_anywhere, 0, G_N_ELEMENTS(stacks));
    tcase_add_loop_test(tc, what_is_something_else_is_counted_as_that, 0, G_N_ELEMENTS(others));
    suite_add_tcase(s, tc);
    tc = case_of("lengths and dates");
    tcase_add_test(tc, a_length_that_is_left_to_the_card);
    tcase_add_test(tc, dates_after_2038);
    suite_add_tcase(s, tc);
    return s;
}
