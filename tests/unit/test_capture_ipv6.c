/* Captures of IPv6: every link type, extension headers, who the client is, and what is written of them. */
#include "capture/endpoint.h"
#include "capture_bytes.h"
#include "check_main.h"
#include "view/view.h"

enum { RAW_IPV6 = 229 };

static GPtrArray *notes;
static CaptureProblem problem;
static const char *client;

static void setup(void)
{
    notes = g_ptr_array_new_with_free_func(g_free);
    client = NULL;
}

static void teardown(void)
{
    g_ptr_array_unref(notes);
    capture_problem_clear(&problem);
}

static Trace *read_bytes(const guint8 *bytes, gsize length)
{
    g_ptr_array_set_size(notes, 0);
    capture_problem_clear(&problem);
    const CaptureSelection selection = {.client = client};

    return capture_read_packets((const char *)bytes, length, &selection, notes, &problem);
}

static Trace *read_file(const CaptureFile *file)
{
    return read_bytes(file->bytes->data, file->bytes->len);
}

/* --- frames ------------------------------------------------------------------------------- */

/* fe80::17 talks to ::1, which no simulation makes up. */
static const guint8 client_ip[16] = {0xfe, 0x80, [15] = 0x17}, server_ip[16] = {[15] = 1};

static GByteArray *ipv6_packet(gboolean by_client, guint8 flags, Seq seq, Seq ack)
{
    Segment segment = captured(by_client, flags, seq, ack, 0);

    segment.src_addr = segment.dst_addr = 1;
    GByteArray *packet = packet_of(&segment);
    wire_set_ipv6_ends(packet->data, by_client ? client_ip : server_ip,
                       by_client ? server_ip : client_ip);
    return packet;
}

/* What stands before it: `family` is of a loopback, in the order of its link type. */
static GByteArray *framed(guint32 link, guint family, GByteArray *packet)
{
    GByteArray *frame = g_byte_array_new();

    if (link == LINK_NULL || link == LINK_LOOP) {
        put_number(frame, family, 4, link == LINK_LOOP);
    } else {
        put_link_header(frame, link);
        for (guint i = 0; i + 1 < frame->len; i++) {
            if (frame->data[i] == 0x08 && frame->data[i + 1] == 0x00) {
                frame->data[i] = 0x86;
                frame->data[i + 1] = 0xdd;
                break;
            }
        }
    }
    put_bytes(frame, packet->data, packet->len);
    g_byte_array_unref(packet);
    return frame;
}

static void add_handshake(CaptureFile *file, guint family)
{
    capture_add(file, SIM_SECOND, framed(file->link, family, ipv6_packet(TRUE, TCP_SYN, 1000, 0)));
    capture_add(file, SIM_SECOND + SIM_MILLISECOND,
                framed(file->link, family, ipv6_packet(FALSE, TCP_SYN | TCP_ACK, 5000, 1001)));
}

#define HANDSHAKE                                                                                  \
    "t_s,from,segment,seq,ack,len,win,options,fate,conn\n"                                         \
    "0.0000,client,SYN,0,,0,65535,mss 1460 wscale 7,pass,1\n"                                      \
    "0.0010,server,SYN-ACK,0,1,0,65535,mss 1460 wscale 7,pass,1\n"

static void expect_table(const CaptureFile *file, const char *table)
{
    g_autoptr(Trace) trace = read_file(file);
    g_autoptr(GString) got = g_string_new(NULL);
    const ViewOptions options = {0};

    ck_assert_msg(trace != NULL, "%s", problem.message);
    view_segments(trace, &options, got);
    ck_assert_str_eq(got->str, table);
}

/* --- reading ------------------------------------------------------------------------------ */

START_TEST(every_link_type)
{
    static const struct {
        guint32 link;
        guint family;
    } links[] = {{LINK_ETHERNET, 0}, {LINK_RAW, 0},   {RAW_IPV6, 0},   {LINK_SLL, 0},
                 {LINK_SLL2, 0},     {LINK_NULL, 10}, {LINK_NULL, 24}, {LINK_NULL, 28},
                 {LINK_NULL, 30},    {LINK_LOOP, 24}};

    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
        CaptureFile file = capture_begin(PCAP_MICRO, FALSE, links[i].link, 65535);

        add_handshake(&file, links[i].family);
        expect_table(&file, HANDSHAKE);
        ck_assert_uint_eq(notes->len, 0);
        capture_end(&file);
    }
}
END_TEST

/* A payload length of 0, which the card fills in (segmentation offload): it is what the frame has behind the
 * header. */
START_TEST(a_length_that_is_left_to_the_card)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, RAW_IPV6, 65535);
    GByteArray *data = ipv6_packet(TRUE, TCP_ACK, 1001, 5001);

    g_byte_array_set_size(data, data->len + 3000);
    data->data[4] = data->data[5] = 0;
    add_handshake(&file, 0);
    capture_add(&file, SIM_SECOND + 2 * SIM_MILLISECOND, data);
    expect_table(&file, HANDSHAKE "0.0020,client,DATA,1,1,3000,65535,,pass,1\n");
    ck_assert_uint_eq(notes->len, 0);
    capture_end(&file);
}
END_TEST

/* A router shows each packet twice: with another hop limit and traffic class it is the same. */
START_TEST(seen_twice)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, RAW_IPV6, 65535);

    for (guint i = 0; i < 2; i++) {
        GByteArray *all[] = {ipv6_packet(TRUE, TCP_SYN, 1000, 0),
                             ipv6_packet(FALSE, TCP_SYN | TCP_ACK, 5000, 1001),
                             ipv6_packet(TRUE, TCP_ACK, 1001, 5001)};

        for (guint n = 0; n < G_N_ELEMENTS(all); n++) {
            all[n]->data[1] = (guint8)(i << 5);
            all[n]->data[7] = (guint8)(64 - i);
            capture_add(&file, SIM_SECOND + (SimTime)n * SIM_MILLISECOND, all[n]);
        }
    }
    expect_table(&file, HANDSHAKE "0.0020,client,ACK,1,1,0,65535,,pass,1\n");
    ck_assert_uint_eq(notes->len, 1);
    capture_end(&file);
}
END_TEST

/* One of Ethernet that says IPv6 and is not, one of a family that nobody has. */
START_TEST(other_packets_are_skipped)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_ETHERNET, 65535);
    GByteArray *wrong = framed(LINK_ETHERNET, 0, ipv6_packet(TRUE, TCP_SYN, 1, 0));

    wrong->data[14] = 0x45;
    capture_add(&file, 0, wrong);
    add_handshake(&file, 0);
    expect_table(&file, HANDSHAKE);
    ck_assert_uint_eq(notes->len, 1);
    ck_assert_str_eq(g_ptr_array_index(notes, 0), "1 of 3 packets is not IP: skipped");
    capture_end(&file);

    file = capture_begin(PCAP_MICRO, FALSE, LINK_NULL, 65535);
    capture_add(&file, 0, framed(LINK_NULL, 11, ipv6_packet(TRUE, TCP_SYN, 1, 0)));
    add_handshake(&file, 30);
    expect_table(&file, HANDSHAKE);
    ck_assert_str_eq(g_ptr_array_index(notes, 0), "1 of 3 packets is not IP: skipped");
    capture_end(&file);
}
END_TEST

START_TEST(parts_are_skipped_and_wrong_checksums_kept)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);
    GByteArray *part = ipv6_packet(TRUE, TCP_SYN, 1, 0);
    static const guint8 fragment[8] = {6, 0, 0, 1};

    part->data[5] += 8;
    part->data[6] = 44;
    g_byte_array_set_size(part, part->len + 8);
    memmove(part->data + 48, part->data + 40, part->len - 48);
    memcpy(part->data + 40, fragment, sizeof fragment);
    capture_add(&file, 0, part);
    GByteArray *wrong = ipv6_packet(TRUE, TCP_SYN, 1000, 0);
    wrong->data[40 + 16] ^= 1;
    capture_add(&file, SIM_SECOND, wrong);
    capture_add(&file, SIM_SECOND + SIM_MILLISECOND,
                ipv6_packet(FALSE, TCP_SYN | TCP_ACK, 5000, 1001));
    expect_table(&file, HANDSHAKE);
    ck_assert_uint_eq(notes->len, 2);
    ck_assert_str_eq(g_ptr_array_index(notes, 0), "1 of 3 packets is a fragment: skipped");
    ck_assert_ptr_nonnull(
        strstr(g_ptr_array_index(notes, 1), "1 of 3 packets has a wrong checksum"));
    capture_end(&file);
}
END_TEST

/* --- whom --------------------------------------------------------------------------------- */

START_TEST(the_client_is_named_by_its_address)
{
    CaptureFile file = capture_begin(PCAP_MICRO, FALSE, LINK_RAW, 65535);

    add_handshake(&file, 0);
    add_connection(&file); /* of IPv4 */
    ck_assert_ptr_null(read_file(&file));
    ck_assert_ptr_nonnull(strstr(problem.hint, "[fe80::17]:40000 and [::1]:80, 2 segments"));
    ck_assert_ptr_nonnull(strstr(problem.hint, "10.0.0.1:40000 and 10.0.0.2:80, 6 segments"));

    static const char *const right[] = {"fe80::17", "[fe80::17]", "[fe80:0::0017]:40000"};
    for (gsize i = 0; i < G_N_ELEMENTS(right); i++) {
        client = right[i];
        expect_table(&file, HANDSHAKE);
    }
    static const char *const strangers[] = {"fe80::18", "[fe80::17]:40001", "::"};
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++) {
        client = strangers[i];
        ck_assert_ptr_null(read_file(&file));
        ck_assert_ptr_nonnull(strstr(problem.message, "no segment in this capture is from or to"));
    }
    capture_end(&file);
}
END_TEST

START_TEST(what_is_no_endpoint)
{
    static const char *const wrong[] = {
        "[",         "[::1",          "[::1]x",    "[::1]:", "[::1]:0", "[10.0.0.1]",
        "::1:70000", "fe80::17%eth0", "[::1]:80x", ":::1",   "1:2:3"};
    CaptureEndpoint end;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        ck_assert_msg(!capture_endpoint_read(wrong[i], &end), "%s", wrong[i]);
    ck_assert(capture_endpoint_read("10.0.0.2:80", &end));
    ck_assert(!end.is_ipv6 && end.ipv4 == 0x0a000002 && end.port == 80);
    ck_assert(capture_endpoint_read("[::1]:443", &end));
    ck_assert(end.is_ipv6 && end.port == 443);
    ck_assert_mem_eq(end.ipv6, server_ip, 16);
}
END_TEST

/* --- writing ------------------------------------------------------------------------------ */

/* RFC 5952 §4, in part. */
START_TEST(addresses_are_written_short)
{
    static const struct {
        guint8 bytes[16];
        const char *text;
    } cases[] = {
        {{[15] = 1}, "::1"},
        {{0}, "::"},
        {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, "2001:db8::1"},
        {{0x20, 0x01, 0x0d, 0xb8, [7] = 1, [9] = 1, [11] = 1, [13] = 1, [15] = 1},
         "2001:db8:0:1:1:1:1:1"},
        {{0x20, 0x01, [7] = 1, [15] = 0xab}, "2001:0:0:1::ab"},
    };
    g_autoptr(TraceAddresses) addresses = trace_addresses_new();
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint32 number = trace_addresses_number(addresses, cases[i].bytes);

        ck_assert_uint_eq(number, i + 1);
        ck_assert_uint_eq(trace_addresses_number(addresses, cases[i].bytes), number);
        g_string_truncate(text, 0);
        trace_addresses_write(addresses, number, text);
        ck_assert_str_eq(text->str, cases[i].text);
    }
    g_string_truncate(text, 0);
    trace_addresses_write_end(NULL, 255, 80, text);
    trace_addresses_write_end(NULL, 0x0a0000ff, 81, text);
    ck_assert_str_eq(text->str, "[2001:db8::ff]:8010.0.0.255:81");
}
END_TEST

/* With the addresses that were captured, and right checksums. */
START_TEST(what_is_written_is_read_back)
{
    CaptureFile file = capture_begin(PCAP_NANO, TRUE, LINK_RAW, 65535);

    add_handshake(&file, 0);
    g_autoptr(Trace) trace = read_file(&file);
    g_autoptr(GString) written = g_string_new(NULL);
    const ViewOptions options = {0};
    view_pcapng(trace, &options, written);
    client = "[fe80::17]:40000";
    g_autoptr(Trace) again = read_bytes((const guint8 *)written->str, written->len);

    ck_assert_msg(again != NULL, "%s", problem.message);
    ck_assert_uint_eq(notes->len, 0);
    ck_assert_uint_eq(again->events->len, 2);
    g_autoptr(GString) json = g_string_new(NULL);
    view_json(again, &options, json);
    ck_assert_ptr_nonnull(strstr(json->str, "\"src\":\"fe80::17\""));
    ck_assert_ptr_nonnull(strstr(json->str, "\"dst\":\"::1\""));
    capture_end(&file);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("capture_ipv6");
    TCase *tc = tcase_create("ipv6");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, every_link_type);
    tcase_add_test(tc, a_length_that_is_left_to_the_card);
    tcase_add_test(tc, seen_twice);
    tcase_add_test(tc, other_packets_are_skipped);
    tcase_add_test(tc, parts_are_skipped_and_wrong_checksums_kept);
    tcase_add_test(tc, the_client_is_named_by_its_address);
    tcase_add_test(tc, what_is_no_endpoint);
    tcase_add_test(tc, addresses_are_written_short);
    tcase_add_test(tc, what_is_written_is_read_back);
    suite_add_tcase(s, tc);
    return s;
}
