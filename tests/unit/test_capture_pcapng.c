/* pcapng files whose interfaces differ, and what is odd about blocks. */
#include "check_main.h"

#include "capture_reading.h"

static const Seq first_number = 1000;

static GByteArray *frame_with(guint32 link, gboolean by_client, guint8 flags, Seq seq, Seq ack,
                              guint16 length)
{
    Segment segment = captured(by_client, flags, seq, ack, length);

    return frame_of(link, &segment);
}

static GByteArray *syn_on(guint32 link)
{
    return frame_with(link, TRUE, TCP_SYN, first_number, 0, 0);
}

static GByteArray *syn_ack_on(guint32 link)
{
    return frame_with(link, FALSE, TCP_SYN | TCP_ACK, 5000, first_number + 1, 0);
}

enum { INBOUND = 1, OUTBOUND = 2 }; /* as epb_flags has them */

#define SYN "client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"
#define SYN_ACK "server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n"

START_TEST(interfaces_of_other_links_and_snap_lengths)
{
    for (gboolean big = FALSE; big <= TRUE; big++) {
        CaptureFile file = capture_begin(PCAPNG, big, LINK_ETHERNET, 65535);

        capture_add_interface(&file, LINK_RAW, 262144, 9, 0);
        capture_add_interface(&file, LINK_RAW, 0, 9, 0);
        capture_add(&file, SIM_SECOND, syn_on(LINK_ETHERNET));
        capture_add_on(&file, 1, 2 * SIM_SECOND, 0, syn_on(LINK_RAW));
        capture_add_on(&file, 2, 2 * SIM_SECOND + SIM_MILLISECOND, 0, syn_ack_on(LINK_RAW));
        expect_table(&file, HEAD "0.0000," SYN "1.0000," SYN "1.0010," SYN_ACK);
        ck_assert_uint_eq(notes->len, 0);
        capture_end(&file);
    }
}
END_TEST

/* The begin is 10 s on all clocks: as ns (interface 0), as ms, as 2^-40 s, as 10^-12 s, as whole seconds, and
 * 4 s behind an offset of 6. */
START_TEST(interfaces_of_other_resolutions)
{
    static const struct {
        guint8 resolution;
        guint32 offset;
        guint64 ticks;
        const char *then;
    } rows[] = {
        {3, 0, 10250, "0.2500,"},
        {0x80 | 40, 0, (G_GUINT64_CONSTANT(10) << 40) + (G_GUINT64_CONSTANT(1) << 38), "0.2500,"},
        {12, 0, G_GUINT64_CONSTANT(10000000000001), "0.0000,"},
        {12, 0, G_GUINT64_CONSTANT(10000000001000), "0.000000001,"},
        {0, 0, 12, "2.0000,"},
        {6, 6, 4000001, "0.000001,"},
        {0x80 | 1, 6, 9, "0.5000,"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        CaptureFile file = capture_begin(PCAPNG, i % 2 == 1, LINK_RAW, 65535);
        g_autofree char *table = g_strconcat(HEAD "0.0000," SYN, rows[i].then, SYN_ACK, NULL);

        capture_add_interface(&file, LINK_ETHERNET, 65535, rows[i].resolution, rows[i].offset);
        capture_add(&file, 10 * SIM_SECOND, syn_on(LINK_RAW));
        capture_add_on(&file, 1, rows[i].ticks, 0, syn_ack_on(LINK_ETHERNET));
        expect_table(&file, table);
        capture_end(&file);
    }
}
END_TEST

/* Interfaces count from 0 in each section. */
START_TEST(sections_have_interfaces_of_their_own)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_ETHERNET, 65535);
    CaptureFile second = capture_begin(PCAPNG, TRUE, LINK_RAW, 65535);

    capture_add(&file, SIM_SECOND, syn_on(LINK_ETHERNET));
    capture_add(&second, 2 * SIM_SECOND, syn_ack_on(LINK_RAW));
    put_bytes(file.bytes, second.bytes->data, second.bytes->len);
    expect_table(&file, HEAD "0.0000," SYN "1.0000," SYN_ACK);
    capture_end(&second);
    capture_end(&file);
}
END_TEST

/* So what left through the first interface of one and came through the first of the other was elsewhere. */
START_TEST(interfaces_are_those_of_their_section)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);
    CaptureFile second = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    capture_add_on(&file, 0, SIM_SECOND, OUTBOUND, syn_on(LINK_RAW));
    capture_add_on(&second, 0, 2 * SIM_SECOND, INBOUND, syn_on(LINK_RAW));
    put_bytes(file.bytes, second.bytes->data, second.bytes->len);
    expect_table(&file, HEAD "0.0000," SYN);
    expect_note("1 of 2 segments are seen a second time, where they arrived");
    capture_end(&second);
    capture_end(&file);
}
END_TEST

START_TEST(a_simple_packet_has_no_time_of_its_own)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 60);
    GByteArray *whole = frame_with(LINK_RAW, FALSE, TCP_ACK, 5001, first_number + 1, 100);

    capture_add(&file, SIM_SECOND, syn_on(LINK_RAW));
    file_put32(&file, 3);
    file_put32(&file, 16 + 60); /* the snap length cuts it */
    file_put32(&file, whole->len);
    put_bytes(file.bytes, whole->data, 60);
    file_put32(&file, 16 + 60);
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace->events->len, 2);
    ck_assert_int_eq(trace_event(trace, 2)->t, 0);
    ck_assert_uint_eq(trace_event(trace, 2)->segment.seen->segment.length, 100);
    expect_note("1 of 2 packets has no time");
    g_byte_array_unref(whole);
    capture_end(&file);
}
END_TEST

START_TEST(packets_of_a_link_that_cannot_be_read_are_counted)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    capture_add_interface(&file, 105, 65535, 9, 0);
    capture_add(&file, SIM_SECOND, syn_on(LINK_RAW));
    capture_add_on(&file, 1, SIM_SECOND, 0, syn_on(LINK_RAW));
    expect_table(&file, HEAD "0.0000," SYN);
    expect_note("1 of 2 packets is of a link type that cannot be read, IEEE802_11 (105): skipped");
    capture_end(&file);
}
END_TEST

START_TEST(a_packet_of_an_interface_that_is_not_there)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    capture_add(&file, SIM_SECOND, syn_on(LINK_RAW));
    capture_add_on(&file, 7, SIM_SECOND, 0, syn_on(LINK_RAW));
    expect_table(&file, HEAD "0.0000," SYN);
    capture_end(&file);
}
END_TEST

START_TEST(a_block_whose_length_makes_no_sense)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    capture_add(&file, SIM_SECOND, syn_on(LINK_RAW));
    file_put32(&file, 6);
    file_put32(&file, 13);
    file_put32(&file, 13);
    expect_table(&file, HEAD "0.0000," SYN);
    expect_note("damaged after 1 packets, which were read: the length of a block makes no sense");
    capture_end(&file);
}
END_TEST

/* --- twins -------------------------------------------------------------------------------- */

static const SimTime apart = 20 * SIM_MICROSECOND;

/* A SYN that is sent `count` times, a second apart, and each time seen again on interface 1. */
static CaptureFile seen_twice(guint count, guint32 flags_0, guint32 flags_1)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    capture_add_interface(&file, LINK_ETHERNET, 65535, 9, 0);
    for (guint i = 0; i < count; i++) {
        capture_add_on(&file, 0, i * SIM_SECOND, flags_0, syn_on(LINK_RAW));
        capture_add_on(&file, 1, i * SIM_SECOND + apart, flags_1, syn_on(LINK_ETHERNET));
    }
    return file;
}

START_TEST(what_most_segments_do_is_seen_twice)
{
    CaptureFile file = seen_twice(3, 0, 0);

    expect_table(&file, HEAD "0.0000," SYN "1.0000," SYN "2.0000," SYN);
    expect_note("3 of 6 segments are seen again within 100 ms");
    selection.keeps_twins = TRUE;
    g_autoptr(Trace) all = read_file(&file);
    ck_assert_uint_eq(all->events->len, 6);
    ck_assert_uint_eq(notes->len, 0);
    capture_end(&file);
}
END_TEST

/* Two are no proof: the network may have copied them. */
START_TEST(two_segments_that_are_there_twice_stay)
{
    CaptureFile file = seen_twice(2, 0, 0);

    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace->events->len, 4);
    ck_assert_uint_eq(notes->len, 0);
    capture_end(&file);
}
END_TEST

/* One of four: a retransmission that was quick, or a copy. */
START_TEST(one_of_several_that_is_there_twice_stays)
{
    CaptureFile file = seen_twice(1, 0, 0);

    for (guint i = 1; i <= 3; i++)
        capture_add_on(&file, 0, i * SIM_SECOND, 0, syn_on(LINK_RAW));
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace->events->len, 5);
    capture_end(&file);
}
END_TEST

/* 100 ms and no more: what comes later was sent again. */
START_TEST(what_comes_later_was_sent_again)
{
    static const struct {
        SimTime later;
        guint left;
    } rows[] = {{100 * SIM_MILLISECOND, 4}, {100 * SIM_MILLISECOND + 1, 8}};

    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        CaptureFile file = capture_begin(PCAP_NANO, FALSE, LINK_RAW, 65535);

        for (guint i = 0; i < 4; i++) {
            capture_add(&file, i * SIM_SECOND, syn_on(LINK_RAW));
            capture_add(&file, i * SIM_SECOND + rows[row].later, syn_on(LINK_RAW));
        }
        g_autoptr(Trace) trace = read_file(&file);
        ck_assert_uint_eq(trace->events->len, rows[row].left);
        capture_end(&file);
    }
}
END_TEST

/* A router in between: time to live and the header's checksum are others; the same packet. */
START_TEST(a_router_changes_a_packet_and_it_stays_the_same)
{
    CaptureFile file = capture_begin(PCAP_NANO, FALSE, LINK_RAW, 65535);

    for (guint i = 0; i < 3; i++) {
        GByteArray *behind = syn_on(LINK_RAW);

        behind->data[8]--;
        behind->data[10]++;
        capture_add(&file, i * SIM_SECOND, syn_on(LINK_RAW));
        capture_add(&file, i * SIM_SECOND + apart, behind);
    }
    expect_table(&file, HEAD "0.0000," SYN "1.0000," SYN "2.0000," SYN);
    capture_end(&file);
}
END_TEST

/* A host that got a packet twice got it twice. */
START_TEST(what_came_the_same_way_came_twice)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);

    for (guint i = 0; i < 3; i++) {
        capture_add_on(&file, 0, i * SIM_SECOND, INBOUND, syn_on(LINK_RAW));
        capture_add_on(&file, 0, i * SIM_SECOND + apart, INBOUND, syn_on(LINK_RAW));
    }
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace->events->len, 6);
    capture_end(&file);
}
END_TEST

/* Taken at both ends: a segment counts where it was sent, however few there are. */
START_TEST(what_arrives_is_what_was_sent)
{
    CaptureFile file = seen_twice(1, OUTBOUND, INBOUND);

    expect_table(&file, HEAD "0.0000," SYN);
    expect_note("1 of 2 segments are seen a second time, where they arrived: skipped");
    capture_end(&file);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture pcapng");
    TCase *tc = case_of("interfaces");

    tcase_add_test(tc, interfaces_of_other_links_and_snap_lengths);
    tcase_add_test(tc, interfaces_of_other_resolutions);
    tcase_add_test(tc, sections_have_interfaces_of_their_own);
    tcase_add_test(tc, interfaces_are_those_of_their_section);
    suite_add_tcase(s, tc);
    tc = case_of("blocks");
    tcase_add_test(tc, a_simple_packet_has_no_time_of_its_own);
    tcase_add_test(tc, packets_of_a_link_that_cannot_be_read_are_counted);
    tcase_add_test(tc, a_packet_of_an_interface_that_is_not_there);
    tcase_add_test(tc, a_block_whose_length_makes_no_sense);
    suite_add_tcase(s, tc);
    tc = case_of("twins");
    tcase_add_test(tc, what_most_segments_do_is_seen_twice);
    tcase_add_test(tc, two_segments_that_are_there_twice_stay);
    tcase_add_test(tc, one_of_several_that_is_there_twice_stays);
    tcase_add_test(tc, what_comes_later_was_sent_again);
    tcase_add_test(tc, a_router_changes_a_packet_and_it_stays_the_same);
    tcase_add_test(tc, what_came_the_same_way_came_twice);
    tcase_add_test(tc, what_arrives_is_what_was_sent);
    suite_add_tcase(s, tc);
    return s;
}
