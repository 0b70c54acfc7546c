/* Captures: formats, link types, what is skipped, who the client is, and files that are wrong. */
#include "check_main.h"

#include "capture_reading.h"

/* --- formats and links -------------------------------------------------------------------- */

START_TEST(every_format_in_either_byte_order)
{
    for (CaptureFormat format = 0; format < CAPTURE_FORMAT_COUNT; format++) {
        for (gboolean big = FALSE; big <= TRUE; big++) {
            CaptureFile file = capture_begin(format, big, LINK_ETHERNET, 65535);

            add_connection(&file);
            ck_assert_int_eq(capture_kind((const char *)file.bytes->data, file.bytes->len),
                             CAPTURE_PACKETS);
            expect_table(&file, CONNECTION);
            ck_assert_uint_eq(notes->len, 0);
            capture_end(&file);
        }
    }
}
END_TEST

START_TEST(every_link_type)
{
    static const guint32 links[] = {LINK_NULL, LINK_LOOP, LINK_ETHERNET, LINK_RAW,
                                    LINK_SLL,  LINK_SLL2, LINK_IPV4};

    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        CaptureFile file = capture_begin(PCAP_MICRO, FALSE, links[i], 65535);

        add_connection(&file);
        expect_table(&file, CONNECTION);
        capture_end(&file);
    }
}
END_TEST

START_TEST(nanoseconds_are_kept)
{
    for (CaptureFormat format = PCAP_NANO; format <= PCAPNG; format++) {
        CaptureFile file = capture_begin(format, FALSE, LINK_RAW, 65535);
        Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);

        capture_add(&file, 5, packet_of(&syn));
        capture_add(&file, SIM_SECOND + 6, packet_of(&syn));
        expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"
                                 "1.000000001,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
        capture_end(&file);
    }
}
END_TEST

START_TEST(tags_of_a_vlan)
{
    static const guint8 one[] = {0x81, 0, 0, 5, 8, 0},
                        two[] = {0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0};
    static const struct {
        const guint8 *bytes;
        gsize length;
    } tags[] = {{one, sizeof one}, {two, sizeof two}};

    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 65535);
        Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);
        GByteArray *packet = packet_of(&syn), *frame = g_byte_array_new();

        put_bytes(frame, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
        put_bytes(frame, tags[i].bytes, tags[i].length);
        put_bytes(frame, packet->data, packet->len);
        capture_add(&file, 0, frame);
        expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
        g_byte_array_unref(packet);
        capture_end(&file);
    }
}
END_TEST

/* --- what is in the way ------------------------------------------------------------------- */

START_TEST(headers_are_enough_of_a_packet)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 14 + 20 + 20);

    add_connection(&file);
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,,pass,1\n"
                             "1.0000,client,SYN,0,,0,65535,,pass,1\n"
                             "1.0100,server,SYN-ACK,0,1,0,65535,,pass,1\n"
                             "1.0200,client,ACK,1,1,0,65535,,pass,1\n"
                             "1.5000,client,DATA,1,1,100,65535,,pass,1\n"
                             "1.5100,server,ACK,1,101,0,65535,,pass,1\n");
    ck_assert_uint_eq(notes->len, 0);
    capture_end(&file);
}
END_TEST

START_TEST(what_is_cut_before_its_headers_end_is_skipped)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 14 + 20 + 19);

    add_connection(&file);
    expect_problem(&file, "no TCP segment");
    expect_note("6 of 6 packets are cut");
    capture_end(&file);
}
END_TEST

START_TEST(wrong_checksums_are_kept_and_noted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);
    GByteArray *packet = packet_of(&syn);

    packet->data[20 + 16] ^= 0xff;
    capture_add(&file, 0, packet);
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
    expect_note("1 of 1 packets has a wrong checksum");
    capture_end(&file);
}
END_TEST

START_TEST(other_protocols_are_skipped_and_counted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);
    GByteArray *arp = frame_of(LINK_ETHERNET, &syn), *udp = frame_of(LINK_ETHERNET, &syn);
    GByteArray *fragment = frame_of(LINK_ETHERNET, &syn), *offset = frame_of(LINK_ETHERNET, &syn);

    arp->data[13] = 0x06;
    udp->data[14 + 9] = 17;
    fragment->data[14 + 6] = 0x20;
    offset->data[14 + 20 + 12] = 0x40;
    capture_add(&file, 0, arp);
    capture_add(&file, 0, udp);
    capture_add(&file, 0, fragment);
    capture_add(&file, 0, offset);
    add_connection(&file);
    expect_table(&file, CONNECTION);
    expect_note("1 of 10 packets is not IP");
    expect_note("1 of 10 packets is not TCP");
    expect_note("1 of 10 packets is a fragment");
    expect_note("1 of 10 packets has broken headers");
    capture_end(&file);
}
END_TEST

START_TEST(nonsense_in_options_does_no_harm)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);
    GByteArray *packet = packet_of(&syn);

    packet->data[20 + 20 + 5] =
        0; /* the window scale's option has no length; the MSS came before */
    packet->data[20 + 20 + 6] = 0;
    capture_add(&file, 0, packet);
    /* the scale's 7 is left, behind the end of the list */
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 rest 07,pass,1\n");
    capture_end(&file);
}
END_TEST

START_TEST(packets_out_of_order_are_sorted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment syn_ack = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 8, 0);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);

    capture_add(&file, 2 * SIM_SECOND, packet_of(&syn_ack));
    capture_add(&file, SIM_SECOND, packet_of(&syn));
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"
                             "1.0000,server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n");
    capture_end(&file);
}
END_TEST

START_TEST(repetitions_are_counted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    static const guint32 retries[] = {0, 1, 0, 0, 0, 0};

    add_connection(&file);
    g_autoptr(Trace) trace = read_file(&file);
    for (guint i = 0; i < G_N_ELEMENTS(retries); i++)
        ck_assert_uint_eq(trace_event(trace, i + 1)->segment.retry, retries[i]);
    ck_assert_uint_eq(trace->counters.retransmitted, 1);
    ck_assert_uint_eq(trace->counters.sent, 6);
    capture_end(&file);
}
END_TEST

/* --- who is the client -------------------------------------------------------------------- */

/* An established connection between two other hosts; its server speaks first. */
static void add_foreign_data(CaptureFile *file, guint8 flags)
{
    Segment data = captured(FALSE, flags, 99, 99, 10);

    data.src_addr = 0xc0a80001;
    data.dst_addr = 0xc0a80002;
    capture_add(file, 1600000000 * SIM_SECOND, packet_of(&data));
}

START_TEST(the_client_sends_the_first_syn)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment late = captured(FALSE, TCP_ACK, 1, 1, 5);

    late.src_port = 443;
    capture_add(&file, SIM_SECOND, packet_of(&late));
    add_connection(&file);
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace_event(trace, 1)->host, 1);
    ck_assert_uint_eq(trace_event(trace, 2)->host, 0);
    ck_assert_uint_eq(trace_event(trace, 1)->segment.peer, 0);
    capture_end(&file);
}
END_TEST

START_TEST(without_a_syn_the_sender_of_a_syn_ack_is_the_server)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment syn_ack = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 8, 0);

    capture_add(&file, 0, packet_of(&syn_ack));
    expect_table(&file, HEAD "0.0000,server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n");
    capture_end(&file);
}
END_TEST

START_TEST(of_several_pairs_the_one_that_opens_is_evident)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_foreign_data(&file, TCP_ACK);
    add_connection(&file);
    expect_table(&file, CONNECTION);
    capture_end(&file);
}
END_TEST

START_TEST(several_pairs_that_open_need_a_client)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_foreign_data(&file, TCP_SYN);
    add_connection(&file);
    expect_problem(&file, "2 pairs of hosts");
    ck_assert_ptr_nonnull(strstr(problem.hint, "192.168.0.1:80 and 192.168.0.2:40000, 1 segment"));
    ck_assert_ptr_nonnull(strstr(problem.hint, "10.0.0.1:40000 and 10.0.0.2:80, 6 segments"));
    selection.client = "10.0.0.1";
    expect_table(&file, CONNECTION);
    selection.client = "10.0.0.1:40000";
    expect_table(&file, CONNECTION);
    selection.client = "10.0.0.1:40001";
    expect_problem(&file, "from or to 10.0.0.1:40001");
    capture_end(&file);
}
END_TEST

/* Two connections of the same hosts: the port tells them apart. */
START_TEST(a_port_leaves_out_other_connections)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment other = captured(TRUE, TCP_SYN, 5, 0, 0);

    other.src_port = CAPTURE_PORT + 1;
    add_connection(&file);
    capture_add(&file, 1700000009 * SIM_SECOND, packet_of(&other));
    selection.client = "10.0.0.1:40000";
    expect_table(&file, CONNECTION);
    selection.client = "10.0.0.1";
    g_autoptr(Trace) both = read_file(&file);
    ck_assert_uint_eq(both->events->len, 7);
    ck_assert_uint_eq(trace_event(both, 7)->segment.seen->flow, 2);
    capture_end(&file);
}
END_TEST

START_TEST(the_client_may_be_the_one_that_did_not_open)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_connection(&file);
    selection.client = "10.0.0.2";
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace_event(trace, 1)->host, 1);
    capture_end(&file);
}
END_TEST

START_TEST(a_client_that_is_no_address)
{
    static const char *const wrong[] = {"",           "client",     "10.0.0",      "10.0.0.256",
                                        "10.0.0.1:0", "10.0.0.1:x", "10.0.0.1:",   "10.0.0.1:65536",
                                        "10.0.0.1.2", "-10.0.0.1",  "10.0.0.1:1:2"};
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_connection(&file);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        selection.client = wrong[i];
        expect_problem(&file, "neither ADDRESS nor");
    }
    capture_end(&file);
}
END_TEST

START_TEST(a_host_that_talks_to_itself)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_NULL, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);
    Segment syn_ack = captured(FALSE, TCP_SYN | TCP_ACK, 5000, 8, 0);

    syn.dst_addr = CAPTURE_CLIENT;
    syn_ack.src_addr = CAPTURE_CLIENT;
    capture_add(&file, 0, frame_of(LINK_NULL, &syn));
    capture_add(&file, 1000, frame_of(LINK_NULL, &syn_ack));
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace_event(trace, 1)->host, 0);
    ck_assert_uint_eq(trace_event(trace, 2)->host, 1);
    capture_end(&file);
}
END_TEST

/* --- files that are wrong ----------------------------------------------------------------- */

START_TEST(files_that_are_none)
{
    CaptureFile file = {g_byte_array_new(), PCAP_MICRO, FALSE, LINK_RAW, 65535};

    expect_problem(&file, "empty");
    put_bytes(file.bytes, "\xd4\xc3", 2);
    expect_problem(&file, "not a capture");
    put_bytes(file.bytes, "hello, this is no capture at all", 32);
    expect_problem(&file, "not a capture");
    capture_end(&file);
}
END_TEST

/* Wherever it is cut, there is a trace as soon as one packet is left, or a problem. */
START_TEST(a_file_that_is_cut_anywhere)
{
    for (CaptureFormat format = PCAP_MICRO; format < CAPTURE_FORMAT_COUNT; format++) {
        CaptureFile file = capture_begin(format, FALSE, LINK_ETHERNET, 65535);
        gboolean is_left = TRUE;

        add_connection(&file);
        for (guint length = file.bytes->len - 1; length > 0; length--) {
            g_byte_array_set_size(file.bytes, length);
            g_autoptr(Trace) trace = read_file(&file);
            ck_assert((trace == NULL) == (problem.message != NULL));
            ck_assert(is_left || trace == NULL);
            is_left = trace != NULL;
            ck_assert(trace == NULL || trace->events->len <= 6);
        }
        ck_assert(!is_left);
        capture_end(&file);
    }
}
END_TEST

START_TEST(what_stands_before_a_cut_is_read_and_the_cut_is_noted)
{
    for (CaptureFormat format = PCAP_MICRO; format < CAPTURE_FORMAT_COUNT; format++) {
        CaptureFile file = capture_begin(format, FALSE, LINK_ETHERNET, 65535);

        add_connection(&file);
        g_byte_array_set_size(file.bytes, file.bytes->len - 1);
        expect_table(&file, HEAD FIVE);
        expect_note("damaged after 5 packets, which were read: ");
        capture_end(&file);
    }
}
END_TEST

START_TEST(a_file_that_is_damaged_before_the_first_packet)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 65535);

    put_bytes(file.bytes, "\0\0\0", 3);
    expect_problem(&file, "truncated");
    capture_end(&file);
}
END_TEST

START_TEST(a_link_type_that_cannot_be_read)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, 105, 65535);

    add_connection(&file);
    expect_problem(&file, "IEEE802_11");
    ck_assert_ptr_nonnull(strstr(problem.hint, "Ethernet, raw IP"));
    capture_end(&file);
}
END_TEST

START_TEST(a_time_that_cannot_be)
{
    CaptureFile file = capture_begin(PCAPNG, FALSE, LINK_RAW, 65535);
    Segment syn = captured(TRUE, TCP_SYN, 7, 0, 0);

    capture_add(&file, G_MAXINT64, packet_of(&syn));
    expect_problem(&file, "packet 1 has an impossible time");
    capture_end(&file);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture packets");
    TCase *tc = case_of("formats");

    tcase_add_test(tc, every_format_in_either_byte_order);
    tcase_add_test(tc, every_link_type);
    tcase_add_test(tc, nanoseconds_are_kept);
    tcase_add_test(tc, tags_of_a_vlan);
    suite_add_tcase(s, tc);
    tc = case_of("oddities");
    tcase_add_test(tc, headers_are_enough_of_a_packet);
    tcase_add_test(tc, what_is_cut_before_its_headers_end_is_skipped);
    tcase_add_test(tc, wrong_checksums_are_kept_and_noted);
    tcase_add_test(tc, other_protocols_are_skipped_and_counted);
    tcase_add_test(tc, nonsense_in_options_does_no_harm);
    tcase_add_test(tc, packets_out_of_order_are_sorted);
    tcase_add_test(tc, repetitions_are_counted);
    suite_add_tcase(s, tc);
    tc = case_of("client");
    tcase_add_test(tc, the_client_sends_the_first_syn);
    tcase_add_test(tc, without_a_syn_the_sender_of_a_syn_ack_is_the_server);
    tcase_add_test(tc, of_several_pairs_the_one_that_opens_is_evident);
    tcase_add_test(tc, several_pairs_that_open_need_a_client);
    tcase_add_test(tc, a_port_leaves_out_other_connections);
    tcase_add_test(tc, the_client_may_be_the_one_that_did_not_open);
    tcase_add_test(tc, a_client_that_is_no_address);
    tcase_add_test(tc, a_host_that_talks_to_itself);
    suite_add_tcase(s, tc);
    tc = case_of("wrong files");
    tcase_add_test(tc, files_that_are_none);
    tcase_add_test(tc, a_file_that_is_cut_anywhere);
    tcase_add_test(tc, what_stands_before_a_cut_is_read_and_the_cut_is_noted);
    tcase_add_test(tc, a_file_that_is_damaged_before_the_first_packet);
    tcase_add_test(tc, a_link_type_that_cannot_be_read);
    tcase_add_test(tc, a_time_that_cannot_be);
    suite_add_tcase(s, tc);
    return s;
}
