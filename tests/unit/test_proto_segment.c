/* What a segment is called, how many numbers it takes up, how many bytes it has. */
#include <string.h>

#include "check_main.h"
#include "proto/keys.h"
#include "proto/segment.h"

static SegmentClass class_of(uint8_t flags, uint16_t length)
{
    return segment_class(&(Segment){.flags = flags, .length = length});
}

START_TEST(the_first_class_that_matches_counts)
{
    ck_assert_uint_eq(class_of(TCP_RST, 0), SEGMENT_RST);
    ck_assert_uint_eq(class_of(TCP_RST | TCP_SYN | TCP_FIN | TCP_ACK, 1), SEGMENT_RST);
    ck_assert_uint_eq(class_of(TCP_SYN | TCP_ACK, 0), SEGMENT_SYN_ACK);
    ck_assert_uint_eq(class_of(TCP_SYN | TCP_ACK | TCP_FIN, 5), SEGMENT_SYN_ACK);
    ck_assert_uint_eq(class_of(TCP_SYN, 0), SEGMENT_SYN);
    ck_assert_uint_eq(class_of(TCP_SYN | TCP_FIN, 5), SEGMENT_SYN);
    ck_assert_uint_eq(class_of(TCP_FIN | TCP_ACK, 0), SEGMENT_FIN);
    ck_assert_uint_eq(class_of(TCP_FIN | TCP_ACK | TCP_PSH, 100), SEGMENT_FIN);
    ck_assert_uint_eq(class_of(TCP_ACK, 1), SEGMENT_DATA);
    ck_assert_uint_eq(class_of(TCP_ACK, 0), SEGMENT_ACK);
    ck_assert_uint_eq(class_of(0, 0), SEGMENT_ACK);
}
END_TEST

/* RFC 9293 §3.1: the control bits from the right. */
START_TEST(flags_are_named_by_their_bits)
{
    static const struct {
        unsigned flag;
        const char *name;
    } flags[] = {{TCP_FIN, "FIN"}, {TCP_SYN, "SYN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
                 {TCP_ACK, "ACK"}, {TCP_URG, "URG"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}};

    ck_assert_uint_eq(sizeof flags / sizeof flags[0], TCP_FLAG_COUNT);
    for (unsigned bit = 0; bit < TCP_FLAG_COUNT; bit++) {
        ck_assert_uint_eq(flags[bit].flag, 1U << bit);
        ck_assert_str_eq(tcp_flag_name(bit), flags[bit].name);
    }
}
END_TEST

START_TEST(classes_are_named_and_read)
{
    static const char *const names[] = {"RST", "SYN-ACK", "SYN", "FIN", "DATA", "ACK", "any"};
    SegmentClass class;

    ck_assert_uint_eq(sizeof names / sizeof names[0], SEGMENT_CLASS_COUNT);
    for (unsigned i = 0; i < SEGMENT_CLASS_COUNT; i++) {
        ck_assert_str_eq(segment_class_name((SegmentClass)i), names[i]);
        ck_assert(segment_class_from_name(names[i], strlen(names[i]), &class));
        ck_assert_uint_eq(class, i);
    }
    ck_assert(!segment_class_from_name("SYNACK", 6, &class));
    ck_assert(!segment_class_from_name("syn", 3, &class));
    ck_assert(!segment_class_from_name("SYN-ACK", 6, &class));
}
END_TEST

START_TEST(syn_and_fin_take_up_a_number)
{
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_SYN}), 1);
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_FIN | TCP_ACK, .length = 10}), 11);
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_SYN | TCP_FIN}), 2);
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_ACK}), 0);
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_RST}), 0);
    ck_assert_uint_eq(segment_seq_length(&(Segment){.flags = TCP_ACK, .length = 65535}), 65535);
}
END_TEST

static size_t options_bytes(unsigned present, uint8_t sack_count)
{
    SegmentOptions options = {.present = (uint8_t)present, .sack_count = sack_count};

    segment_options_lay_out(&options, OPTION_ORDER_OF_LINUX, false);
    return segment_options_bytes(&options);
}

/* As captures of Linux show them. */
START_TEST(options_fill_whole_words)
{
    ck_assert_uint_eq(options_bytes(0, 0), 0);
    ck_assert_uint_eq(options_bytes(OPTION_MSS, 0), 4);
    ck_assert_uint_eq(options_bytes(OPTION_WINDOW_SCALE, 0), 4);
    ck_assert_uint_eq(options_bytes(OPTION_SACK_PERMITTED, 0), 4);
    ck_assert_uint_eq(options_bytes(OPTION_TIMESTAMPS, 0), 12);
    ck_assert_uint_eq(options_bytes(OPTION_TIMESTAMPS | OPTION_SACK_PERMITTED, 0), 12);
    ck_assert_uint_eq(
        options_bytes(OPTION_MSS | OPTION_TIMESTAMPS | OPTION_SACK_PERMITTED | OPTION_WINDOW_SCALE,
                      0),
        20);
    ck_assert_uint_eq(options_bytes(OPTION_MSS | OPTION_SACK_PERMITTED | OPTION_WINDOW_SCALE, 0),
                      12);
    ck_assert_uint_eq(options_bytes(OPTION_SACK, 1), 12);
    ck_assert_uint_eq(options_bytes(OPTION_SACK, 4), 36);
    ck_assert_uint_eq(options_bytes(OPTION_TIMESTAMPS | OPTION_SACK, 3), 40);
}
END_TEST

START_TEST(a_packet_has_two_headers)
{
    Segment syn = {.flags = TCP_SYN, .options = {.list = OPTION_ITEM_MSS, .present = OPTION_MSS}};
    Segment data = {.flags = TCP_ACK, .length = 1460};

    ck_assert_uint_eq(segment_ip_bytes(&syn), 44);
    ck_assert_uint_eq(segment_ip_bytes(&data), 1500);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("proto_segment");
    TCase *tc = tcase_create("class");
    tcase_add_test(tc, the_first_class_that_matches_counts);
    tcase_add_test(tc, flags_are_named_by_their_bits);
    tcase_add_test(tc, classes_are_named_and_read);
    suite_add_tcase(s, tc);

    tc = tcase_create("size");
    tcase_add_test(tc, syn_and_fin_take_up_a_number);
    tcase_add_test(tc, options_fill_whole_words);
    tcase_add_test(tc, a_packet_has_two_headers);
    suite_add_tcase(s, tc);
    return s;
}
