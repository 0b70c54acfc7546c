/* Which part of a capture is read: a connection, a time; what is left out is said. */
#include "check_main.h"

#include "capture_reading.h"

/* Another client of the same server, a second one of the same port, and the first one again. */
enum { OTHER = 0x0a000003, OTHER_SERVER = 0x0a000004, SECOND_PORT = CAPTURE_PORT + 1 };

static Segment from(guint32 client_address, guint32 server_address, guint16 port, guint8 flags)
{
    Segment segment = captured(TRUE, flags, 77, 0, 0);

    segment.src_addr = client_address;
    segment.dst_addr = server_address;
    segment.src_port = port;
    return segment;
}

/* Connection 1 is add_connection()'s; 2 is of one host with the same port to another server, 3 of the same
 * two hosts again. */
static CaptureFile three_connections(void)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment second = from(CAPTURE_CLIENT, OTHER_SERVER, CAPTURE_PORT, TCP_SYN);
    Segment third = from(CAPTURE_CLIENT, CAPTURE_SERVER, SECOND_PORT, TCP_SYN);

    add_connection(&file);
    capture_add(&file, 1700000002 * SIM_SECOND, packet_of(&second));
    capture_add(&file, 1700000003 * SIM_SECOND, packet_of(&third));
    capture_add(&file, 1700000004 * SIM_SECOND, packet_of(&third));
    return file;
}

START_TEST(several_connections_are_listed)
{
    CaptureFile file = three_connections();

    expect_problem(&file, "2 pairs of hosts talk");
    ck_assert_ptr_nonnull(strstr(problem.hint, "   1  10.0.0.1:40000 and 10.0.0.2:80, 6 segments"));
    ck_assert_ptr_nonnull(
        strstr(problem.hint, "   2  10.0.0.1:40000 and 10.0.0.4:80, 1 segment\n"));
    ck_assert_ptr_nonnull(strstr(problem.hint, "   3  10.0.0.1:40001 and 10.0.0.2:80, 2 segments"));
    capture_end(&file);
}
END_TEST

START_TEST(a_connection_is_chosen_by_its_number)
{
    CaptureFile file = three_connections();

    selection.connection = 1;
    expect_table(&file, CONNECTION);
    selection.connection = 3; /* alone it is the first, and time counts from its begin */
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"
                             "1.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
    selection.connection = 4;
    expect_problem(&file, "there is no connection 4: they are numbered 1 to 3");
    capture_end(&file);
}
END_TEST

/* One port, two servers: the client alone does not say which. */
START_TEST(numbers_count_what_the_client_leaves)
{
    CaptureFile file = three_connections();

    selection.client = "10.0.0.1:40000";
    expect_problem(&file, "2 pairs of hosts talk");
    selection.connection = 2;
    expect_table(&file, HEAD "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n");
    selection.client = "10.0.0.1:40001";
    expect_problem(&file, "there is no connection 2: they are numbered 1 to 1");
    capture_end(&file);
}
END_TEST

/* Times, numbers and repetitions are those that they have in the whole capture. */
START_TEST(a_part_of_the_time_is_as_it_is_in_the_whole)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_connection(&file);
    selection.from = SIM_SECOND;
    selection.to = 1020 * SIM_MILLISECOND;
    expect_table(&file, HEAD "1.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"
                             "1.0100,server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n"
                             "1.0200,client,ACK,1,1,0,65535,,pass,1\n");
    g_autoptr(Trace) trace = read_file(&file);
    ck_assert_uint_eq(trace_event(trace, 1)->segment.retry, 1);
    selection.from = 1021 * SIM_MILLISECOND;
    selection.to = 0;
    expect_table(&file, HEAD "1.5000,client,DATA,1,1,100,65535,,pass,1\n"
                             "1.5100,server,ACK,1,101,0,65535,,pass,1\n");
    selection.from = 2 * SIM_SECOND;
    expect_problem(&file, "no segment was seen between those times");
    capture_end(&file);
}
END_TEST

START_TEST(what_began_before_is_noted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment late = from(CAPTURE_CLIENT, CAPTURE_SERVER, SECOND_PORT, TCP_ACK);

    late.length = 10;
    add_connection(&file);
    capture_add(&file, 1700000003 * SIM_SECOND, packet_of(&late));
    g_autoptr(Trace) both = read_file(&file);
    ck_assert_uint_eq(both->events->len, 7);
    expect_note("1 of 2 connections began before the capture");
    selection.connection = 1;
    g_autoptr(Trace) first = read_file(&file);
    ck_assert_uint_eq(first->events->len, 6);
    ck_assert_uint_eq(notes->len, 0);
    selection.connection = 2;
    g_autoptr(Trace) second = read_file(&file);
    ck_assert_uint_eq(second->events->len, 1);
    expect_note("1 of 1 connection began before the capture");
    capture_end(&file);
}
END_TEST

START_TEST(pairs_that_are_left_out_are_noted)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    Segment late = from(OTHER, OTHER_SERVER, 5000, TCP_ACK | TCP_FIN);

    add_connection(&file);
    capture_add(&file, 1700000003 * SIM_SECOND, packet_of(&late));
    expect_table(&file, CONNECTION);
    expect_note("1 other pair of hosts, whose connections began before the capture, left out "
                "(--client shows one): 10.0.0.3:5000 and 10.0.0.4:80");
    late.src_addr = OTHER_SERVER + 1;
    capture_add(&file, 1700000004 * SIM_SECOND, packet_of(&late));
    expect_table(&file, CONNECTION);
    expect_note("2 other pairs of hosts");
    expect_note("10.0.0.3:5000 and 10.0.0.4:80, and others");
    capture_end(&file);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture selection");
    TCase *tc = case_of("selection");

    tcase_add_test(tc, several_connections_are_listed);
    tcase_add_test(tc, a_connection_is_chosen_by_its_number);
    tcase_add_test(tc, numbers_count_what_the_client_leaves);
    tcase_add_test(tc, a_part_of_the_time_is_as_it_is_in_the_whole);
    suite_add_tcase(s, tc);
    tc = case_of("notes");
    tcase_add_test(tc, what_began_before_is_noted);
    tcase_add_test(tc, pairs_that_are_left_out_are_noted);
    suite_add_tcase(s, tc);
    return s;
}
