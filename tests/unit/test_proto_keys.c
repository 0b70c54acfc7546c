/* The key table: every key read and written, its bounds held, and what is wrong said. */
#include <string.h>

#include "check_main.h"
#include "proto/keys.h"

/* A configuration of either kind. */
typedef union AnyConfig {
    HostConfig host;
    LinkConfig link;
} AnyConfig;

typedef void (*KeyTest)(const Key *key);

static void for_every_key(KeyTest test)
{
    for (int scope = KEY_SCOPE_HOST; scope <= KEY_SCOPE_LINK; scope++) {
        size_t count;
        const Key *keys = key_table((KeyScope)scope, &count);
        ck_assert_uint_gt(count, 0);
        for (size_t i = 0; i < count; i++) {
            ck_assert_ptr_eq(key_find((KeyScope)scope, keys[i].name, strlen(keys[i].name)),
                             &keys[i]);
            test(&keys[i]);
        }
    }
}

static KeyError set(const Key *key, AnyConfig *config, const char *text)
{
    return key_set(key, config, text, strlen(text), NULL);
}

static int64_t value_of(const Key *key, const AnyConfig *config)
{
    int64_t value;

    memcpy(&value, (const char *)config + key->offset, sizeof value);
    return value;
}

static void assert_round_trip(const Key *key, const AnyConfig *config)
{
    AnyConfig again;
    char text[KEY_TEXT_MAX];
    size_t length = key_format(key, config, text);

    ck_assert_uint_eq(length, strlen(text));
    memset(&again, 0, sizeof again);
    ck_assert_msg(set(key, &again, text) == KEY_OK, "%s=%s", key->name, text);
    ck_assert_msg(value_of(key, &again) == value_of(key, config), "%s=%s", key->name, text);
    if (key->type == KEY_BURST) {
        ck_assert_int_eq(again.link.burst_leave, config->link.burst_leave);
        ck_assert_int_eq(again.link.burst_loss, config->link.burst_loss);
    }
}

static void check_default(const Key *key)
{
    AnyConfig config;

    memset(&config, 0, sizeof config);
    ck_assert_msg(set(key, &config, key->initial) == KEY_OK, "%s=%s", key->name, key->initial);
    assert_round_trip(key, &config);
}

START_TEST(every_default_is_read_and_written)
{
    for_every_key(check_default);
}
END_TEST

static bool has_number(const Key *key)
{
    return key->type != KEY_WORD && key->type != KEY_YES_NO && key->type != KEY_BURST;
}

/* A number of the key's unit as text, by the C library. */
static void write_number(const Key *key, int64_t number, char out[KEY_TEXT_MAX])
{
    static const char *const suffixes[KEY_BURST + 1] = {
        [KEY_TIME] = "ns",
        [KEY_RATE] = "bit",
    };
    const char *suffix = suffixes[key->type] != NULL ? suffixes[key->type] : "";

    if (key->type == KEY_PROBABILITY)
        snprintf(out, KEY_TEXT_MAX, "%lld.%07lld%%", (long long)number / 10000000,
                 (long long)number % 10000000);
    else
        snprintf(out, KEY_TEXT_MAX, "%lld%s", (long long)number, suffix);
}

static void check_bounds(const Key *key)
{
    AnyConfig config;
    char text[KEY_TEXT_MAX];

    if (!has_number(key))
        return;
    memset(&config, 0, sizeof config);
    write_number(key, key->least, text);
    ck_assert_msg(set(key, &config, text) == KEY_OK, "%s=%s", key->name, text);
    assert_round_trip(key, &config);
    write_number(key, key->most, text);
    ck_assert_msg(set(key, &config, text) == KEY_OK, "%s=%s", key->name, text);
    assert_round_trip(key, &config);

    int64_t before = value_of(key, &config);
    write_number(key, key->most + 1, text);
    ck_assert_msg(set(key, &config, text) == KEY_OUT_OF_RANGE, "%s=%s", key->name, text);
    if (key->least > 0) {
        write_number(key, key->least - 1, text);
        ck_assert_msg(set(key, &config, text) == KEY_OUT_OF_RANGE, "%s=%s", key->name, text);
    }
    ck_assert_int_eq(value_of(key, &config), before);
}

START_TEST(every_bound_is_held)
{
    for_every_key(check_bounds);
}
END_TEST

static void check_texts(const Key *key)
{
    char range[KEY_TEXT_MAX];

    ck_assert_uint_eq(key_range(key, range), strlen(range));
    ck_assert_uint_gt(strlen(range), 0);
    ck_assert_uint_gt(strlen(key->help), 0);
    ck_assert((key->type == KEY_WORD) == (key->words != NULL));
    ck_assert_int_le(key->least, key->most);
}

START_TEST(every_key_explains_itself)
{
    for_every_key(check_texts);
}
END_TEST

START_TEST(only_names_of_the_scope_are_found)
{
    ck_assert_ptr_nonnull(key_find(KEY_SCOPE_LINK, "delay", 5));
    ck_assert_ptr_null(key_find(KEY_SCOPE_HOST, "delay", 5));
    ck_assert_ptr_null(key_find(KEY_SCOPE_LINK, "delayx", 6));
    ck_assert_ptr_null(key_find(KEY_SCOPE_LINK, "dela", 4));
    ck_assert_ptr_null(key_find(KEY_SCOPE_LINK, "", 0));
    ck_assert_ptr_null(key_find(KEY_SCOPE_HOST, "TCP_SACK", 8));
}
END_TEST

START_TEST(a_new_configuration_has_the_defaults)
{
    HostConfig host;
    LinkConfig link;

    memset(&host, 0xff, sizeof host);
    memset(&link, 0xff, sizeof link);
    host_config_init(&host);
    link_config_init(&link);
    ck_assert_int_eq(host.initial_rto, SIM_SECOND);
    ck_assert_int_eq(host.tcp_rto_min_us, SIM_SECOND);
    ck_assert_int_eq(host.tcp_rto_max_ms, 120 * SIM_SECOND);
    ck_assert_int_eq(host.tcp_keepalive_time, 7200 * SIM_SECOND);
    ck_assert_int_eq(host.isn, ISN_RFC6528);
    ck_assert_int_eq(host.nagle, 1);
    ck_assert_int_eq(host.mss, 1460);
    ck_assert_int_eq(link.delay, 0);
    ck_assert_int_eq(link.reorder_by, 10 * SIM_MILLISECOND);
    ck_assert_int_eq(link.queue, 1000);
    ck_assert_int_eq(link.burst, 0);
    ck_assert_int_eq(link.burst_leave, 0);
    ck_assert_int_eq(link.burst_loss, 1000000000);
}
END_TEST

typedef struct KeyCase {
    KeyScope scope;
    const char *key, *text;
    KeyError error;
    int64_t value;
    const char *formatted; /* NULL: as it was read */
} KeyCase;

static const KeyCase cases[] = {
    /* Bare numbers, in the sysctl's unit */
    {KEY_SCOPE_HOST, "tcp_syn_retries", "5", KEY_OK, 5, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "005", KEY_OK, 5, "5"},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "128", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "-1", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "99999999999999999999", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "5s", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "5.0", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "-", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_syn_retries", "five", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_fin_timeout", "60", KEY_OK, INT64_C(60000000000), NULL},
    {KEY_SCOPE_HOST, "tcp_fin_timeout", "60s", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_rto_max_ms", "120000", KEY_OK, INT64_C(120000000000), NULL},
    {KEY_SCOPE_HOST, "tcp_rto_min_us", "200000", KEY_OK, 200000000, NULL},
    {KEY_SCOPE_HOST, "tcp_sack", "1", KEY_OK, 1, NULL},
    {KEY_SCOPE_HOST, "tcp_sack", "2", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "tcp_sack", "yes", KEY_NOT_A_NUMBER, 0, NULL},
    /* Words */
    {KEY_SCOPE_HOST, "nagle", "no", KEY_OK, 0, NULL},
    {KEY_SCOPE_HOST, "nagle", "yes", KEY_OK, 1, NULL},
    {KEY_SCOPE_HOST, "nagle", "1", KEY_UNKNOWN_WORD, 0, NULL},
    {KEY_SCOPE_HOST, "rto-floor", "variance", KEY_OK, RTO_FLOOR_VARIANCE, NULL},
    {KEY_SCOPE_HOST, "rto-floor", "total", KEY_OK, RTO_FLOOR_TOTAL, NULL},
    {KEY_SCOPE_HOST, "rto-floor", "tot", KEY_UNKNOWN_WORD, 0, NULL},
    {KEY_SCOPE_HOST, "rto-floor", "variance|total", KEY_UNKNOWN_WORD, 0, NULL},
    {KEY_SCOPE_HOST, "timer-model", "wheel", KEY_OK, TIMER_MODEL_WHEEL, NULL},
    {KEY_SCOPE_HOST, "timer-model", "", KEY_UNKNOWN_WORD, 0, NULL},
    /* Bytes */
    {KEY_SCOPE_HOST, "window", "64k", KEY_OK, 65536, NULL},
    {KEY_SCOPE_HOST, "window", "1M", KEY_OK, 1048576, NULL},
    {KEY_SCOPE_HOST, "window", "1024k", KEY_OK, 1048576, "1M"},
    {KEY_SCOPE_HOST, "window", "65535", KEY_OK, 65535, NULL},
    {KEY_SCOPE_HOST, "window", "0", KEY_OK, 0, NULL},
    {KEY_SCOPE_HOST, "window", "1024M", KEY_OK, 1 << 30, NULL},
    {KEY_SCOPE_HOST, "window", "1025M", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "window", "9223372036854775807M", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_HOST, "window", "17592186044416M", KEY_OUT_OF_RANGE, 0, NULL}, /* 2^64 */
    {KEY_SCOPE_HOST, "window", "k", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "window", "64K", KEY_NOT_A_NUMBER, 0, NULL},
    {KEY_SCOPE_HOST, "window", "1.5k", KEY_NOT_A_NUMBER, 0, NULL},
    /* Times */
    {KEY_SCOPE_LINK, "delay", "10ms", KEY_OK, 10000000, NULL},
    {KEY_SCOPE_LINK, "delay", "1.5s", KEY_OK, 1500000000, NULL},
    {KEY_SCOPE_LINK, "delay", "1500ms", KEY_OK, 1500000000, "1.5s"},
    {KEY_SCOPE_LINK, "delay", "250us", KEY_OK, 250000, NULL},
    {KEY_SCOPE_LINK, "delay", "0s", KEY_OK, 0, "0"},
    {KEY_SCOPE_LINK, "delay", "60s", KEY_OK, INT64_C(60000000000), NULL},
    {KEY_SCOPE_LINK, "delay", "240s", KEY_OK, INT64_C(240000000000), "4min"},
    {KEY_SCOPE_LINK, "delay", "75s", KEY_OK, INT64_C(75000000000), NULL},
    {KEY_SCOPE_LINK, "delay", "1h", KEY_OK, INT64_C(3600000000000), NULL},
    {KEY_SCOPE_LINK, "delay", "3600.000000001s", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_LINK, "delay", "5", KEY_BAD_TIME, 0, NULL},
    /* Probabilities */
    {KEY_SCOPE_LINK, "loss", "5%", KEY_OK, 50000000, NULL},
    {KEY_SCOPE_LINK, "loss", "0.1%", KEY_OK, 1000000, NULL},
    {KEY_SCOPE_LINK, "loss", "0.0000001%", KEY_OK, 1, NULL},
    {KEY_SCOPE_LINK, "loss", "33.3333333%", KEY_OK, 333333333, NULL},
    {KEY_SCOPE_LINK, "loss", "100%", KEY_OK, 1000000000, NULL},
    {KEY_SCOPE_LINK, "loss", "0%", KEY_OK, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "100.0000001%", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "99999999999999999999%", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "0.00000001%", KEY_BAD_PROBABILITY, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "5", KEY_BAD_PROBABILITY, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "%", KEY_BAD_PROBABILITY, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "-5%", KEY_BAD_PROBABILITY, 0, NULL},
    {KEY_SCOPE_LINK, "loss", "", KEY_BAD_PROBABILITY, 0, NULL},
    /* Rates */
    {KEY_SCOPE_LINK, "rate", "10mbit", KEY_OK, 10000000, NULL},
    {KEY_SCOPE_LINK, "rate", "1.5mbit", KEY_OK, 1500000, NULL},
    {KEY_SCOPE_LINK, "rate", "64kbit", KEY_OK, 64000, NULL},
    {KEY_SCOPE_LINK, "rate", "1gbit", KEY_OK, 1000000000, NULL},
    {KEY_SCOPE_LINK, "rate", "9600bit", KEY_OK, 9600, "9.6kbit"},
    {KEY_SCOPE_LINK, "rate", "0bit", KEY_OK, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "1000gbit", KEY_OK, INT64_C(1000000000000), NULL},
    {KEY_SCOPE_LINK, "rate", "1001gbit", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "99999999999gbit", KEY_OUT_OF_RANGE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "1.5bit", KEY_BAD_RATE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "10", KEY_BAD_RATE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "10Mbit", KEY_BAD_RATE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "mbit", KEY_BAD_RATE, 0, NULL},
    {KEY_SCOPE_LINK, "rate", "-1mbit", KEY_BAD_RATE, 0, NULL},
};

START_TEST(reads_this_as_that)
{
    const KeyCase *c = &cases[_i];
    const Key *key = key_find(c->scope, c->key, strlen(c->key));
    AnyConfig config, before;
    char text[KEY_TEXT_MAX];

    ck_assert_msg(key != NULL, "%s", c->key);
    memset(&config, 0x55, sizeof config);
    before = config;
    ck_assert_msg(set(key, &config, c->text) == c->error, "%s=%s", c->key, c->text);
    if (c->error != KEY_OK) {
        ck_assert_mem_eq(&config, &before, sizeof config);
        return;
    }
    ck_assert_msg(value_of(key, &config) == c->value, "%s=%s", c->key, c->text);
    key_format(key, &config, text);
    ck_assert_str_eq(text, c->formatted != NULL ? c->formatted : c->text);
}
END_TEST

START_TEST(a_bad_time_says_what_is_wrong_with_it)
{
    const Key *delay = key_find(KEY_SCOPE_LINK, "delay", 5);
    LinkConfig config;
    SimTimeError why = SIM_TIME_OK;

    ck_assert_int_eq(key_set(delay, &config, "5", 1, &why), KEY_BAD_TIME);
    ck_assert_int_eq(why, SIM_TIME_NO_UNIT);
    ck_assert_int_eq(key_set(delay, &config, "-1s", 3, &why), KEY_BAD_TIME);
    ck_assert_int_eq(why, SIM_TIME_NEGATIVE);
}
END_TEST

static KeyError set_burst(LinkConfig *config, const char *text)
{
    return key_set(key_find(KEY_SCOPE_LINK, "burst", 5), config, text, strlen(text), NULL);
}

START_TEST(a_burst_has_two_or_three_numbers)
{
    const Key *burst = key_find(KEY_SCOPE_LINK, "burst", 5);
    LinkConfig config;
    char text[KEY_TEXT_MAX];

    link_config_init(&config);
    ck_assert_int_eq(set_burst(&config, "1%,10%,50%"), KEY_OK);
    ck_assert_int_eq(config.burst, 10000000);
    ck_assert_int_eq(config.burst_leave, 100000000);
    ck_assert_int_eq(config.burst_loss, 500000000);
    key_format(burst, &config, text);
    ck_assert_str_eq(text, "1%,10%,50%");

    ck_assert_int_eq(set_burst(&config, "0.5%,20%"), KEY_OK);
    ck_assert_int_eq(config.burst, 5000000);
    ck_assert_int_eq(config.burst_leave, 200000000);
    ck_assert_int_eq(config.burst_loss, 1000000000);
    key_format(burst, &config, text);
    ck_assert_str_eq(text, "0.5%,20%");
}
END_TEST

START_TEST(a_wrong_burst_changes_nothing)
{
    static const char *const wrong[] = {"",       "1%",       "1%,",         "1%,2%,",
                                        "1,2",    ",1%",      "1%,2%,3%,4%", "1%;2%",
                                        "1% ,2%", "1%,2%,x%", "1%,,2%",      "0.00000001%,1%"};
    LinkConfig config, before;

    link_config_init(&config);
    before = config;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(set_burst(&config, wrong[i]) == KEY_BAD_BURST, "%s", wrong[i]);
    ck_assert_int_eq(set_burst(&config, "1%,101%"), KEY_OUT_OF_RANGE);
    ck_assert_mem_eq(&config, &before, sizeof config);
}
END_TEST

static void assert_range(KeyScope scope, const char *name, const char *expected)
{
    char range[KEY_TEXT_MAX];

    key_range(key_find(scope, name, strlen(name)), range);
    ck_assert_str_eq(range, expected);
}

START_TEST(ranges_are_readable)
{
    assert_range(KEY_SCOPE_HOST, "tcp_synack_retries", "0 to 255");
    assert_range(KEY_SCOPE_HOST, "initial-rto", "a time from 1 ms to 3600 s");
    assert_range(KEY_SCOPE_HOST, "isn", "fixed, clock or rfc6528");
    assert_range(KEY_SCOPE_HOST, "reset-check",
                 "rfc793, rfc5961, rfc5961-fin, exact, bsd or syn-ignored");
    assert_range(KEY_SCOPE_HOST, "nagle", "yes or no");
    assert_range(KEY_SCOPE_HOST, "tcp_sack", "0 or 1");
    assert_range(KEY_SCOPE_HOST, "mss", "64 to 65495 bytes");
    assert_range(KEY_SCOPE_HOST, "tcp_keepalive_intvl", "1 to 32767 seconds");
    assert_range(KEY_SCOPE_LINK, "loss", "a probability from 0% to 100%");
    assert_range(KEY_SCOPE_LINK, "rate", "a rate from 0bit to 1000gbit, such as 10mbit");
    assert_range(KEY_SCOPE_LINK, "burst", "P,R or P,R,LOSS: probabilities from 0% to 100%");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("proto_keys");
    TCase *tc = tcase_create("every key");
    tcase_add_test(tc, every_default_is_read_and_written);
    tcase_add_test(tc, every_bound_is_held);
    tcase_add_test(tc, every_key_explains_itself);
    tcase_add_test(tc, only_names_of_the_scope_are_found);
    tcase_add_test(tc, a_new_configuration_has_the_defaults);
    suite_add_tcase(s, tc);

    tc = tcase_create("values");
    tcase_add_loop_test(tc, reads_this_as_that, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(tc, a_bad_time_says_what_is_wrong_with_it);
    tcase_add_test(tc, a_burst_has_two_or_three_numbers);
    tcase_add_test(tc, a_wrong_burst_changes_nothing);
    tcase_add_test(tc, ranges_are_readable);
    suite_add_tcase(s, tc);
    return s;
}
