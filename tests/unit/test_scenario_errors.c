/* Every way for a line to be wrong: where the error points and what it says. */
#include "scenario_text.h"

#define UNITS "a number and its unit (ns us ms s min h): 250us, 10ms, 1.5s, 2min"

/* --- words and characters ----------------------------------------------------------------- */

START_TEST(quotes)
{
    static const Wrong rows[] = {
        {"about \"never closed", "5:7 the quotes are not closed on this line\n"},
        {"about \"ends in a backslash\\", "5:7 the quotes are not closed on this line\n"},
        {"about \"a\\n\"", "5:9 a backslash has no meaning before this (inside quotes, "},
        {"about \"a\"b", "5:10 a blank is missing after the closing quote\n"},
        {"about a\"b\"", "5:8 a quote in the middle of a word\n"},
        {"set client mss=1\"0\"", "5:17 a quote in the middle of a word\n"},
        {"set client mss=\"10", "5:16 the quotes are not closed on this line\n"},
        {"about no quotes", "5:7 expected text, not 'no' (text stands in quotes: \"…\")\n"},
        {"about", "5:6 expected text after 'about' (form: about \"…\")\n"},
        {"about “x”", "5:7 typographic quotes; the language uses straight ones: \"…\"\n"},
        {"drop\xc2\xa0"
         "client SYN all",
         "5:5 this blank is U+00A0; words are separated by"},
        {"\"drop\" client SYN all", "5:1 unknown statement 'drop'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(columns_count_characters)
{
    static const Wrong rows[] = {
        {"about \"Größe: 漢字 ✓\" extra", "5:21 nothing is expected here, but there is 'extra'"},
        {"\tdrop\t client\tSYNN #1", "5:15 unknown kind of segment 'SYNN'"},
        {"set client mss=\"ä\\\"ö\"", "5:16 mss cannot be 'ä\"ö'"},
        {"\xf0\x9f\x8e\xba client", "5:1 unknown statement '\xf0\x9f\x8e\xba'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(comments_and_selectors)
{
    g_autoptr(Plan) plan = plan_of(WORLD "#1 is a comment here\n  #2 here, too\n"
                                         "drop client SYN #1#and a comment\n"
                                         "at 1s client close# so\n");
    static const Wrong rows[] = {
        {"at 1s client close #1 that",
         "5:20 nothing is expected here, but there is '#1' (a comment "
         "that begins with a digit needs a blank after the '#'\n"},
        {"drop client SYN # 1",
         "5:16 expected which segments (#1, #2..4, #3.., #1,4 or all) after"},
        {"drop client SYN#1",
         "5:13 unknown kind of segment 'SYN#1' (a blank is missing before the '#')\n"},
    };

    ck_assert_uint_eq(plan->faults->len, 1);
    ck_assert_uint_eq(g_array_index(plan->faults, PlanFault, 0).rule.range_count, 1);
    CHECK_WRONG(rows);
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
    static const struct {
        const char *line;
        gsize length;
        const char *errors;
    } rows[] = {
        {"drop cli\0ent SYN #1", 20, "1:9 NUL byte\n"},
        {"title \"gr\xfc\xdf"
         "e\"",
         13, "1:10 this byte, 0xfc, is not valid UTF-8 (files are UTF-8)\n"},
        {"title \"a\x1b[31m\"", 14, "1:9 control character U+001B\n"},
        {"title \"ä\x7f\"", 11, "1:9 control character U+007F\n"},
        {"title \"a\xc2\x9b"
         "31m\"",
         14, "1:9 control character U+009B\n"},
        {"seed 1\rseed 2", 13, "1:7 control character U+000D\n"},
        {"\xff\xfeh\0o\0", 6, "1:1 this byte, 0xff, is not valid UTF-8 (files are UTF-8)\n"},
        {"seed \xed\xa0\x80", 8, "1:6 this byte, 0xed, is not valid UTF-8 (files are UTF-8)\n"},
        {"seed 1\0\xff", 8, "1:7 NUL byte\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *errors = errors_of_bytes(rows[i].line, rows[i].length);

        ck_assert_str_eq(errors, rows[i].errors);
    }
}
END_TEST

START_TEST(a_broken_line_still_declares_its_host)
{
    g_autofree char *errors =
        errors_of("host client plain # \x01\nhost server plain mss=\"\n"
                  "link client server delay=1ms\nat 0s client connect server\n");

    ck_assert_str_eq(errors, "1:21 control character U+0001\n"
                             "2:23 the quotes are not closed on this line\n");
}
END_TEST

START_TEST(bom_crlf_and_no_last_newline)
{
    g_autoptr(Plan) plan = plan_of("\xef\xbb\xbfhost client plain\r\n\r\n# c\r\nseed 5\r");
    g_autofree char *errors = errors_of("\xef\xbb\xbfhots client plain\r\n");

    ck_assert_uint_eq(plan->seed, 5);
    ck_assert_str_eq(errors, "1:1 unknown statement 'hots' (did you mean 'host'?)\n");
}
END_TEST

START_TEST(nothing_at_all)
{
    g_autofree char *empty = errors_of("");
    g_autofree char *comments = errors_of("# one\n\n  \t\n#1\n");
    g_autofree char *bom = errors_of("\xef\xbb\xbf");
    g_autofree char *title = errors_of("title \"only\"\n");

    ck_assert_str_eq(empty, "1:1 the file is empty\n");
    ck_assert_str_eq(comments, "1:1 the file is empty: it has no statement\n");
    ck_assert_str_eq(bom, "1:1 the file is empty: it has no statement\n");
    ck_assert_str_eq(title, "0:0 no host is declared (form: host NAME PROFILE [KEY=VALUE …])\n");
}
END_TEST

/* --- values by name ----------------------------------------------------------------------- */

START_TEST(values_by_name)
{
    static const Wrong rows[] = {
        {"let", "5:4 expected NAME=VALUE after 'let'"},
        {"let rtt", "5:5 expected KEY=VALUE, not 'rtt'"},
        {"let rtt=", "5:9 'rtt' lacks its value"},
        {"let 1st=2", "5:5 '1st' cannot be a name (letters, digits and _; a letter first)\n"},
        {"let a=1 b=2 a=3", "5:13 'a' has a value already, by t.scn:5\n"},
        {"at $wen client close", "5:4 no line has given '$wen' a value (form: let NAME=VALUE …"},
        {"let when=1\nat $wen client close",
         "6:4 no line has given '$wen' a value (did you mean 'when'?\nthere is only when)\n"},
        {"let when=1\nat $when client close", "6:4 the time '1' lacks its unit"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(a_wrong_value_is_told_with_its_name)
{
    static const Wrong rows[] = {
        {"let n=x\ndrop client SYN #$n",
         "6:17 '#x' selects no segments (SELECT is one of #1, #2..4, "
         "#3.., #1,4 or all\nwhere it says '#$n')\n"},
        {"let n=x\nset client mss=$n",
         "6:12 mss cannot be 'x' (mss takes 64 to 65495 bytes; default "
         "1460\nwhere it says 'mss=$n')\n"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- orders ------------------------------------------------------------------------------- */

START_TEST(orders)
{
    static const Wrong rows[] = {
        {"order client 1s timer", "5:14 expected 'at', not '1s'"},
        {"order client at 1s", "5:19 expected a HOST, 'timer', 'script' or 'power' after '1s'"},
        {"order client at 1s tmer", "5:20 unknown host 'tmer' (did you mean 'timer'?"},
        {"order client at 1s \"timer\"", "5:20 unknown host 'timer'"},
        {"order nobody at 1s timer", "5:7 unknown host 'nobody'"},
        {"order client at 1s timer\norder client at 1s script",
         "6:1 the order of that instant is given already, in line 5"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- statements --------------------------------------------------------------------------- */

START_TEST(verbs)
{
    static const Wrong rows[] = {
        {"dorp client SYN #1", "5:1 unknown statement 'dorp' (did you mean 'drop'?)\n"},
        {"DROP client SYN #1", "5:1 unknown statement 'DROP' (did you mean 'drop'?)\n"},
        {"frobnicate client",
         "5:1 unknown statement 'frobnicate' (one of title, about, see, "
         "version, let, host, set, link, drop, duplicate, corrupt, delay, at, when, "
         "order, expect, seed, stop or include)\n"},
        {"base linux-2.4", "5:1 'base' belongs into a profile; this is a scenario\n"},
        {"version 2", "5:9 '2' is no version that is known here (form: version 1)\n"},
        {"version", "5:8 expected the version of the language after 'version'"},
        {"version 1 1", "5:11 nothing is expected here, but there is '1'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(once_only)
{
    g_autofree char *errors = errors_of("version 1\nseed 1\nstop at 1s\ntitle \"a\"\nhost a plain\n"
                                        "version 1\nseed 1\nstop at 1s\ntitle \"a\"\n");

    ck_assert_str_eq(errors, "6:1 'version' may stand once; the first is in line 1\n"
                             "7:1 'seed' may stand once; the first is in line 2\n"
                             "8:1 'stop' may stand once; the first is in line 3\n"
                             "9:1 'title' may stand once; the first is in line 4\n");
}
END_TEST

START_TEST(seed_and_stop)
{
    static const Wrong rows[] = {
        {"seed 18446744073709551616",
         "5:6 '18446744073709551616' is out of range: a number from 0 to 18446744073709551615\n"},
        {"seed -1", "5:6 '-1' is not a number from 0 to 18446744073709551615\n"},
        {"seed dice", "5:6 'dice' is not a number from 0"},
        {"seed", "5:5 expected a number after 'seed' (form: seed N)\n"},
        {"stop 5s", "5:6 expected 'at', not '5s' (form: stop at TIME)\n"},
        {"stop at", "5:8 expected a time after 'at' (form: stop at TIME)\n"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(times)
{
    static const Wrong rows[] = {
        {"stop at 5", "5:9 the time '5' lacks its unit (" UNITS ")\n"},
        {"stop at -1s", "5:9 '-1s' is negative; times count from 0, the beginning of the run\n"},
        {"stop at 1.0000000001s", "5:9 the time '1.0000000001s' is finer than 1 ns\n"},
        {"stop at 0.5ns", "5:9 the time '0.5ns' is finer than 1 ns\n"},
        {"stop at 99999999999999s",
         "5:9 the time '99999999999999s' is too large (the largest is about 292 years)\n"},
        {"stop at 5sec", "5:9 the time '5sec' has an unknown unit (" UNITS ")\n"},
        {"stop at soon", "5:9 'soon' is no time (" UNITS ")\n"},
        {"stop at 1.2.3s", "5:9 '1.2.3s' is no time (" UNITS ")\n"},
        {"stop at 5 s", "5:9 the time '5' lacks its unit (" UNITS ")\n"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- hosts and links ---------------------------------------------------------------------- */

START_TEST(hosts)
{
    static const Wrong rows[] = {
        {"host", "5:5 expected a name after 'host' (form: host NAME PROFILE [KEY=VALUE …])\n"},
        {"host third", "5:11 expected a profile after 'third' (form: host NAME PROFILE"},
        {"host client plain", "5:6 host 'client' is declared already, in t.scn:1\n"},
        {"host 3rd plain",
         "5:6 '3rd' cannot be a host's name (letters of any script, digits, - and "
         "_; a letter first)\n"},
        /* Columns are characters. */
        {"host сервер:1 plain", "5:6 'сервер:1' cannot be a host's name"},
        {"host сервер plain mss", "5:19 expected KEY=VALUE, not 'mss'"},
        {"host a\u200db plain", "5:6 "},
        {"host \u0301a plain", "5:6 "},
        {"host a.1 plain", "5:6 'a.1' cannot be a host's name"},
        {"host inject plain",
         "5:6 'inject' is a word of the language and cannot be a host's name\n"},
        {"host after plain", "5:6 'after' is a word of the language and cannot be a host's name\n"},
        {"host third linux-2.5", "5:12 unknown profile 'linux-2.5' (did you mean 'linux-2.4'?)\n"},
        {"host third plain mss", "5:18 expected KEY=VALUE, not 'mss' (form: host NAME"},
        {"host third plain =5", "5:18 expected KEY=VALUE, not '=5'"},
        {"host third plain mss=", "5:22 'mss' lacks its value\n"},
        {"host third plain mss=\"\"", "5:22 'mss' lacks its value\n"},
        {"host third plain mss=1k mss=2k", "5:25 'mss' stands twice on this line\n"},
        {"host third plain delay=5ms",
         "5:18 'delay' is a key of links, not of hosts (form: link A B KEY=VALUE …)\n"},
        {"host third plain source \"x\"", "5:18 nothing is expected here, but there is 'source'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(keys)
{
    static const Wrong rows[] = {
        {"set client inital-rto=2s",
         "5:12 unknown key 'inital-rto' (did you mean 'initial-rto'?)\n"},
        {"set client frobnicate=2s",
         "5:12 unknown key 'frobnicate' ('tcpwaltz help scenario' lists what there is)\n"},
        {"set client tcp_syn_retries=128", "5:28 tcp_syn_retries=128 is out of range "
                                           "(tcp_syn_retries takes 0 to 127; default 7)\n"},
        {"set client tcp_syn_retries=-1", "5:28 tcp_syn_retries=-1 is out of range "
                                          "(tcp_syn_retries takes 0 to 127; default 7)\n"},
        {"set client tcp_syn_retries=99999999999999999999",
         "5:28 tcp_syn_retries=99999999999999999999 is out of range"},
        {"set client tcp_syn_retries=many", "5:28 tcp_syn_retries cannot be 'many' "
                                            "(tcp_syn_retries takes 0 to 127; default 7)\n"},
        {"set client initial-rto=5", "5:24 the time '5' lacks its unit (" UNITS ")\n"},
        {"set client initial-rto=2h", "5:24 initial-rto=2h is out of range (initial-rto takes a "
                                      "time from 1 ms to 3600 s; default 1s)\n"},
        {"set client isn=random",
         "5:16 isn cannot be 'random' (one of fixed, clock or rfc6528; default rfc6528)\n"},
        {"set client isn=clok",
         "5:16 isn cannot be 'clok' (did you mean 'clock'?\none of fixed, clock or rfc6528; "
         "default rfc6528)\n"},
        {"set client nagle=0", "5:18 nagle cannot be '0' (one of yes or no; default yes)\n"},
        {"set client tcp_timestamps=2", "5:27 tcp_timestamps=2 is out of range"},
        {"set client mss=unknown", "5:16 mss cannot be 'unknown'"},
        {"link client server loss=5",
         "5:25 loss cannot be '5' (loss takes a probability from 0% to "
         "100%; default 0%)\n"},
        {"link client server loss=101%", "5:25 loss=101% is out of range"},
        {"link client server rate=10", "5:25 rate cannot be '10'"},
        {"link client server burst=5%", "5:26 burst cannot be '5%'"},
        {"link client server dealy=2ms",
         "5:20 unknown key of links 'dealy' (did you mean 'delay'?"},
        {"link client server mss=100", "5:20 'mss' is a key of hosts, not of links (form: set"},
        {"set client", "5:11 expected KEY=VALUE after 'client'"},

        {"set client source \"x\"", "5:12 expected KEY=VALUE, not 'source'"},
        {"set client mss=100 source", "5:26 expected where the value comes from after 'source'"},
        {"set client mss=100 source RFC", "5:27 expected where the value comes from, not 'RFC'"},
        {"set client mss=100 source \"x\" mss=5", "5:31 nothing is expected here"},
        {"set client mss 100", "5:12 expected KEY=VALUE, not 'mss'"},
        {"set client a=1 b=2", "5:12 unknown key 'a' ('tcpwaltz help scenario' lists what there "
                               "is)\n5:16 unknown key 'b'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(links)
{
    static const Wrong rows[] = {
        {"link", "5:5 expected a host after 'link' (form: link A B KEY=VALUE …\nform: link A->B "
                 "KEY=VALUE …)\n"},
        {"link client", "5:12 expected another host after 'client'"},
        {"link client client", "5:13 a link joins two hosts, not 'client' and itself\n"},
        {"link client->client", "5:6 a link joins two hosts, not 'client' and itself\n"},
        {"link ->server", "5:6 expected two hosts, FROM->TO, not '->server'\n"},
        {"link client->", "5:6 expected two hosts, FROM->TO, not 'client->'\n"},
        {"link klient->server", "5:6 unknown host 'klient' (did you mean 'client'?\n"},
        {"link client->servre", "5:14 unknown host 'servre' (did you mean 'server'?\n"},
        {"link ü->servre", "5:6 unknown host 'ü' (one of client or server)\n"
                           "5:9 unknown host 'servre' (did you mean"},
        {"link client server delay=1ms delay=2ms", "5:30 'delay' stands twice on this line\n"},
        {"link client server fast", "5:20 expected KEY=VALUE, not 'fast'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(hosts_that_nobody_declared)
{
    static const Wrong rows[] = {
        {"set klient mss=100",
         "5:5 unknown host 'klient' (did you mean 'client'?\none of client or "
         "server)\n"},
        {"drop server1 SYN #1", "5:6 unknown host 'server1' (did you mean 'server'?\n"},
        {"at 1s sever close", "5:7 unknown host 'sever' (did you mean 'server'?\n"},
        {"at 1s client connect serverr", "5:22 unknown host 'serverr' (did you mean 'server'?\n"},
        {"expect zzz ends CLOSED", "5:8 unknown host 'zzz' (one of client or server)\n"},
        {"expect client.0 ends CLOSED", "5:8 'client.0' names no connection (a host's connections "
                                        "are client.1, client.2 and so on)\n"},
        {"expect client. ends CLOSED", "5:8 'client.' names no connection"},
        {"expect client.x ends CLOSED", "5:8 'client.x' names no connection"},
        {"expect client.4294967296 ends CLOSED", "5:8 'client.4294967296' names no connection"},
    };
    g_autofree char *later = errors_of("at 0s client listen\n\nhost\tclient plain\n");
    g_autofree char *none = errors_of("at 0s client listen\nhost clientele plain\n");

    CHECK_WRONG(rows);
    ck_assert_str_eq(later, "1:7 host 'client' is declared only later, in line 3 (hosts are "
                            "declared before they are used)\n");
    ck_assert_str_eq(none, "1:7 unknown host 'client': none is declared (form: host NAME PROFILE "
                           "[KEY=VALUE …])\n");
}
END_TEST

START_TEST(a_wrong_host_line_is_one_error)
{
    g_autofree char *errors = errors_of("host client linux-9.9.9.9\nhost server plain mss=x\n"
                                        "host 3 plain\nhost d\nlink client server delay=1ms\n"
                                        "at 0s server listen\nat 0s client connect server\n"
                                        "set 3 mss=100\nset d mss=100\n");
    g_auto(GStrv) lines = g_strsplit(errors, "\n", -1);

    ck_assert_msg(g_str_has_prefix(lines[0], "1:13 unknown profile"), "%s", errors);
    ck_assert_ptr_nonnull(strstr(errors, "\n2:23 mss cannot be 'x'"));
    ck_assert_ptr_nonnull(strstr(errors, "\n3:6 '3' cannot be a host's name"));
    ck_assert_ptr_nonnull(strstr(errors, "\n4:7 expected a profile after 'd'"));
    ck_assert_ptr_null(strstr(errors, "\n5:"));
    ck_assert_ptr_null(strstr(errors, "\n6:"));
    ck_assert_ptr_null(strstr(errors, "\n7:"));
    ck_assert_ptr_null(strstr(errors, "\n8:"));
    ck_assert_ptr_null(strstr(errors, "\n9:"));
}
END_TEST

START_TEST(no_way_from_here_to_there)
{
    g_autofree char *none = errors_of("host a plain\nhost b plain\nhost c plain\nlink a b\n"
                                      "at 0s a connect c\nat 0s inject b->c SYN\n");
    g_autofree char *one_way = errors_of("host a plain\nhost b plain\nlink a->b\n"
                                         "at 0s a connect b\nat 0s b connect a\n"
                                         "at 0s inject a->b RST\nat 0s inject b->a RST\n");
    g_autofree char *origin = errors_of("host a plain\nhost b plain\nhost c plain\nlink a b\n"
                                        "at 0s inject a->b RST as=c\n");

    ck_assert_str_eq(none, "5:17 no link between a and c (for example: link a c delay=10ms)\n"
                           "6:14 no link between b and c (for example: link b c delay=10ms)\n");
    ck_assert_str_eq(one_way, "4:17 no link from b to a, only one from a to b\n"
                              "5:17 no link from b to a, only one from a to b\n"
                              "7:14 no link from b to a, only one from a to b\n");
    ck_assert_str_eq(origin, "5:14 no link between c and b (for example: link c b delay=10ms)\n");
}
END_TEST

START_TEST(a_wrong_link_hides_no_route)
{
    g_autofree char *errors = errors_of("host a plain\nhost b plain\nlink a bb delay=1ms\n"
                                        "at 0s a connect b\n");

    ck_assert_str_eq(errors, "3:8 unknown host 'bb' (did you mean 'b'?\none of a or b)\n");
}
END_TEST

/* --- faults ------------------------------------------------------------------------------- */

#define SELECT "SELECT is one of #1, #2..4, #3.., #1,4 or all"

START_TEST(faults)
{
    static const Wrong rows[] = {
        {"drop", "5:5 expected the host that sends after 'drop' (form: drop SENDER SEGMENT"},
        {"drop client", "5:12 expected a kind of segment after 'client'"},
        {"drop client SYN",
         "5:16 expected which segments (#1, #2..4, #3.., #1,4 or all) after 'SYN'"},
        {"drop client syn #1", "5:13 unknown kind of segment 'syn' (did you mean 'SYN'?\none of "
                               "RST, SYN-ACK, SYN, FIN, DATA, ACK or any)\n"},
        {"drop client.1 SYN #1",
         "5:6 faults count over all connections of a host: write 'client'\n"},
        {"drop client SYN #0", "5:17 '#0' selects nothing: segments are counted from #1 (" SELECT},
        {"drop client SYN #0..4", "5:17 '#0..4' selects nothing: segments are counted from #1"},
        {"drop client SYN #4..2", "5:17 '#4..2' selects nothing: the range ends before it begins"},
        {"drop client SYN #1,4..2", "5:17 '#1,4..2' selects nothing: the range ends before"},
        {"drop client SYN #4..0", "5:17 '#4..0' selects nothing: segments are counted from #1"},
        {"drop client SYN #99999999999999999999",
         "5:17 '#99999999999999999999' selects nothing: no "
         "run sends so many segments"},
        {"drop client SYN #1..99999999999", "5:17 '#1..99999999999' selects nothing: no run sends"},
        {"drop client SYN #1,", "5:17 '#1,' selects no segments (" SELECT ")\n"},
        {"drop client SYN #1...3", "5:17 '#1...3' selects no segments"},
        {"drop client SYN #1x", "5:17 '#1x' selects no segments"},
        {"drop client SYN #2-4", "5:17 '#2-4' selects no segments (did you mean '#2..4'?)\n"},
        {"drop client SYN 1",
         "5:17 a selection begins with '#', unlike '1' (did you mean '#1'?)\n"},
        {"drop client SYN first", "5:17 'first' selects no segments (" SELECT ")\n"},
        {"drop client SYN #1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
         "5:17 more than 16 ranges in one selection\n"},
        {"drop client SYN all by 5s", "5:21 nothing is expected here, but there is 'by'"},
        {"drop client SYN all from 5s", "5:28 expected 'to' after '5s'"},
        {"drop client SYN all from 5s to", "5:31 expected a time after 'to'"},
        {"drop client SYN all from 5s to 2s",
         "5:32 '2s' is not later than the time behind 'from' (from T1 to T2: at T1 and later, and "
         "before T2)\n"},
        {"drop client SYN all from 5s to 5s", "5:32 '5s' is not later"},
        {"drop client SYN all from 1s to 2s from 3s to 4s",
         "5:35 'from' stands twice on this line"},
        {"delay client SYN all", "5:21 expected 'by' after 'all' (form: delay SENDER"},
        {"delay client SYN all 5s", "5:22 expected 'by', not '5s'"},
        {"delay client SYN all by", "5:24 expected a time after 'by'"},
        {"delay client SYN all from 1s to 2s", "5:35 expected 'by' after '2s'"},
        {"delay client SYN all by 1s by 2s", "5:28 'by' stands twice on this line"},
        {"delay client SYN all by 1s now", "5:28 nothing is expected here, but there is 'now'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- script ------------------------------------------------------------------------------- */

START_TEST(actions)
{
    static const Wrong rows[] = {
        {"at 1s",
         "5:6 expected a host after '1s' (form: at TIME HOST ACTION\nform: at TIME inject"},
        {"at 1s client", "5:13 expected an action after 'client'"},
        {"at 1s client conect server",
         "5:14 unknown action 'conect' (did you mean 'connect'?\none of "
         "listen, accept, connect, send, read, shutdown, close, set, abort, icmp, "
         "crash or reboot)\n"},
        {"at 1s client connect",
         "5:21 expected the host to connect to after 'connect' (form: at TIME "
         "HOST connect HOST [port=80] [from-port=N] [fast-open=N]\nform: at TIME HOST connect HOST "
         "[port=80] "
         "rate=N/s count=N)\n"},
        {"at 1s client connect client", "5:22 'client' cannot connect to itself\n"},
        {"at 1s client connect server port=0",
         "5:34 '0' is out of range: a number from 1 to 65535\n"},
        {"at 1s client connect server port=65536", "5:34 '65536' is out of range"},
        {"at 1s client connect server port=x", "5:34 'x' is not a number from 1 to 65535\n"},
        {"at 1s client connect server form-port=1",
         "5:29 unknown option 'form-port' (did you mean 'from-port'?\none of port, from-port, "
         "fast-open, rate or count)\n"},
        {"at 1s client connect server port=1 port=2", "5:36 'port' stands twice on this line\n"},
        {"at 1s client connect server now", "5:29 nothing is expected here, but there is 'now'"},
        {"at 1s client.1 connect server", "5:7 'connect' is for a host, not for one of its "
                                          "connections: write 'client'\n"},
        {"at 1s server.1 listen", "5:7 'listen' is for a host"},
        {"at 1s server listen backlog=-1", "5:29 '-1' is not a number from 0 to 1073741824\n"},
        {"at 1s server listen accept=never", "5:28 unknown way to accept 'never' (one of auto or "
                                             "manual)\n"},
        {"at 1s server accept backlog=1", "5:21 unknown option 'backlog' (there is only port)\n"},
        {"at 1s client send",
         "5:18 expected a number of bytes after 'send' (form: at TIME HOST send"},
        {"at 1s client send 0", "5:19 '0' is out of range: 1 to 1048576M bytes\n"},
        {"at 1s client send -5", "5:19 '-5' is out of range: 1 to 1048576M bytes\n"},
        {"at 1s client send 10kb",
         "5:19 '10kb' is not a number of bytes (bytes: 1000, 64k or 1M)\n"},
        {"at 1s client send all", "5:19 'all' is not a number of bytes"},
        {"at 1s client read some", "5:19 'some' is not a number of bytes or 'all'"},
        {"at 1s client close now",
         "5:20 nothing is expected here, but there is 'now' (form: at TIME "
         "HOST close\nform: at TIME HOST close listener [port=80])\n"},
        {"at 1s client reboot forget it", "5:28 nothing is expected here, but there is 'it'"},
        {"at client close", "5:4 'client' is no time"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(whens)
{
    static const Wrong rows[] = {
        {"when",
         "5:5 expected a host after 'when' (form: when HOST STATE [after TIME] HOST ACTION)\n"},
        {"when client", "5:12 expected a state after 'client'"},
        {"when client ESTABLISHD client close",
         "5:13 unknown state 'ESTABLISHD' (did you mean "
         "'ESTABLISHED'?\none of CLOSED, LISTEN, SYN-SENT, "},
        {"when client ESTABLISHED after client close", "5:31 'client' is no time"},
        {"when client ESTABLISHED client", "5:31 expected an action after 'client'"},
        {"when client CLOSED after 1s server send", "5:40 expected a number of bytes after 'send' "
                                                    "(form: when HOST STATE [after TIME] HOST send "
                                                    "N)\n"},
        {"when client CLOSED inject client->server RST", "5:20 unknown host 'inject'"},
    };

    CHECK_WRONG(rows);
}
END_TEST

START_TEST(injections)
{
    static const Wrong rows[] = {
        {"at 1s inject", "5:13 expected FROM->TO after 'inject' (form: at TIME inject FROM->TO"},
        {"at 1s inject client SYN", "5:14 expected two hosts, FROM->TO, not 'client'\n"},
        {"at 1s inject client->servre SYN", "5:22 unknown host 'servre'"},
        {"at 1s inject client->server", "5:28 expected a kind of segment after 'client->server'"},
        {"at 1s inject client->server any",
         "5:29 'any' names no segment that could be made (one of "
         "RST, SYN-ACK, SYN, FIN, DATA or ACK)\n"},
        {"at 1s inject client->server SYN sek=1",
         "5:33 unknown option 'sek' (did you mean 'seq'?\none "
         "of as, flags, seq, ack, win, len, from-port, port, conn, mss, wscale, sackok, ts, "
         "sack or order)\n"},
        {"at 1s inject client->server SYN seq=4294967296",
         "5:37 '4294967296' is out of range: a number from 0 to 4294967295\n"},
        {"at 1s inject client->server SYN seq=some", "5:37 'some' is no sequence number (1000, "
                                                     "client.snd_nxt+100, client.2.rcv_nxt or "
                                                     "random)\n"},
        {"at 1s inject client->server SYN seq=client.snd_nex",
         "5:37 unknown variable 'snd_nex' (did you mean 'snd_nxt'?\none of snd_una, snd_nxt, "
         "snd_wnd, "
         "rcv_nxt, rcv_wnd, iss or irs)\n"},
        {"at 1s inject client->server SYN seq=klient.iss", "5:37 unknown host 'klient'"},
        {"at 1s inject client->server SYN seq=client.0.iss", "5:37 'client.0' names no connection"},
        {"at 1s inject client->server SYN seq=client.iss+", "5:37 '' is not a number from 0"},
        {"at 1s inject client->server SYN seq=client.iss+x", "5:37 'x' is not a number from 0"},
        {"at 1s inject client->server SYN seq=client.iss+1+1", "5:37 '1+1' is not a number"},
        {"at 1s inject client->server SYN flags=SYN,AKC", "5:39 unknown flag 'AKC' (did you mean "
                                                          "'ACK'?\none of FIN, SYN, RST, PSH, ACK, "
                                                          "URG, ECE, CWR or none)\n"},
        {"at 1s inject client->server SYN flags=SYN,", "5:39 unknown flag ''"},
        {"at 1s inject client->server SYN flags=S.Q", "5:39 unknown flag 'S.Q'"},
        {"at 1s inject client->server SYN win=65536",
         "5:37 '65536' is out of range: a number from 0 "
         "to 65535\n"},
        {"at 1s inject client->server DATA len=65496",
         "5:38 '65496' is out of range: a number from 0 "
         "to 65495\n"},
        {"at 1s inject client->server SYN conn=0", "5:38 '0' is out of range: a number from 1"},
        {"at 1s inject client->server SYN as=nobody", "5:36 unknown host 'nobody'"},
        {"at 1s inject client->server SYN as=server",
         "5:14 'server' would send this segment to itself "
         "(as=HOST names the host that it really comes "
         "from)\n"},
        {"at 1s inject server->server SYN", "5:14 'server' would send this segment to itself"},
        {"at 1s inject client->server SYN now",
         "5:33 nothing is expected here, but there is 'now'"},
        {"at 1s infect client->server SYN rate=20000/s count=5",
         "5:7 unknown action 'infect' (did you mean 'inject'?\none of inject or flood)\n"},
        {"at 1s injekt client->server SYN",
         "5:7 unknown action 'injekt' (did you mean 'inject'?\n"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- expectations ------------------------------------------------------------------------- */

START_TEST(expectations)
{
    static const Wrong rows[] = {
        {"expect",
         "5:7 expected a host after 'expect' (form: expect [always] HOST EXPECTATION [within"},
        {"expect client", "5:14 expected an expectation (sends, never, enters, path, …) after"},
        {"expect client send SYN at 0s",
         "5:15 unknown expectation 'send' (did you mean 'sends'?\none "
         "of sends, never, enters, path, ends, error, delivers, accepts "
         "or holds)\n"},
        {"expect client holds 5 half-open", "5:21 expected 'at', not '5'"},
        {"expect client holds at most 5", "5:30 expected half-open or bytes after '5'"},
        {"expect client holds at most 5 byte", "5:31 unknown word 'byte' (did you mean 'bytes'?"},
        {"expect client.1 holds at most 5 bytes", "5:8 'holds' is of a host: write 'client'"},
        {"expect client sends SYN",
         "5:24 expected at least, at most, at, gaps, seq, ack, len, win, flags or N times after "
         "'SYN' "
         "(form: expect HOST sends SEGMENT at least N times\nform: expect HOST sends SEGMENT at "
         "most N "
         "times\nform: expect HOST sends SEGMENT at TIME …\nform: expect HOST sends "
         "SEGMENT gaps TIME …\nform: expect HOST sends SEGMENT seq N …\nform: expect HOST sends "
         "SEGMENT ack N …\nform: expect HOST sends SEGMENT len N …\nform: expect HOST sends "
         "SEGMENT win N …\nform: expect HOST sends SEGMENT flags FLAGS …\nform: expect HOST sends "
         "SEGMENT N times)\n"},
        {"expect client sends DATA seq", "5:29 expected a number after 'seq'"},
        {"expect client sends DATA len -1", "5:30 '-1' is not a number from 0 to 4294967295\n"},
        {"expect client sends DATA ack 1 4294967296",
         "5:32 '4294967296' is out of range: a number from 0 to 4294967295\n"},
        {"expect client sends DATA seq 1 within 1s",
         "5:32 'within' is a tolerance for times, and this expectation has none\n"},
        {"expect client sends SYN at", "5:27 expected a time after 'at'"},
        {"expect client sends SYN at within 1s", "5:28 'within' is no time"},
        {"expect client sends SYN at 3s 0s",
         "5:31 '0s' is earlier than the time before it; the list "
         "is in order of time\n"},
        {"expect client sends SYN never", "5:25 unknown word 'never' (one of at least, at most, "
                                          "at, gaps, seq, ack, len, win, flags or N times)\n"},
        {"expect client sends SYN -1 times", "5:25 unknown word '-1'"},
        {"expect client sends SYN 2 time", "5:27 expected 'times', not 'time'"},
        {"expect client sends SYN 2", "5:26 expected 'times' after '2'"},
        {"expect client sends SYN 2x times", "5:25 '2x' is not a number from 0 to 4294967295\n"},
        {"expect client never", "5:20 expected sends or enters after 'never'"},
        {"expect client never SYN", "5:21 unknown word 'SYN' (one of sends or enters)\n"},
        {"expect client never enters", "5:27 expected a state after 'enters'"},
        {"expect client never enters LISTENING", "5:28 unknown state 'LISTENING'"},
        {"expect client never enters LISTEN at 1s",
         "5:35 nothing is expected here, but there is 'at'"},
        {"expect client never enters LISTEN within 1s", "5:35 'within' is a tolerance for times"},
        {"expect client never sends RTS",
         "5:27 unknown kind of segment 'RTS' (did you mean 'RST'?\n"},
        {"expect client enters ESTABLISHED", "5:33 expected 'at' after 'ESTABLISHED'"},
        {"expect client enters ESTABLISHED 5s", "5:34 expected 'at', not '5s'"},
        {"expect client path",
         "5:19 expected a state after 'path' (form: expect HOST path STATE …)\n"},
        {"expect client path CLOSED SYN-SEND", "5:27 unknown state 'SYN-SEND' (did you mean "
                                               "'SYN-SENT'?\n"},
        {"expect client ends", "5:19 expected a state after 'ends'"},
        {"expect client ends CLOSED LISTEN",
         "5:27 nothing is expected here, but there is 'LISTEN'"},
        {"expect client error ETIMEOUT at 1s", "5:21 unknown error 'ETIMEOUT' (did you mean "
                                               "'ETIMEDOUT'?\n"},
        {"expect client error ok at 1s", "5:21 unknown error 'ok'"},
        {"expect client error EPIPE", "5:26 expected 'at' after 'EPIPE'"},
        {"expect client error EPIPE at 1s 2s", "5:33 nothing is expected here, but there is '2s'"},
        {"expect client delivers 5", "5:25 expected 'bytes' after '5'"},
        {"expect client delivers 5 byte", "5:26 expected 'bytes', not 'byte'"},
        {"expect client delivers x bytes", "5:24 'x' is not a number of bytes"},
        {"expect client accepts -1", "5:23 '-1' is not a number from 0 to 4294967295\n"},
        {"expect client.1 accepts 1", "5:8 'accepts' is of a host: write 'client'\n"},
        {"expect client sends SYN at 0s within",
         "5:37 expected a time or a percentage after 'within'"},
        {"expect client sends SYN at 0s within 3", "5:38 the time '3' lacks its unit"},
        {"expect client sends SYN at 0s within 101%",
         "5:38 '101%' is no percentage for a tolerance "
         "(0% to 100%, with up to 7 decimals)\n"},
        {"expect client sends SYN at 0s within 1.00000001%", "5:38 '1.00000001%' is no percentage"},
        {"expect client sends SYN at 0s within 1s 2s",
         "5:41 nothing is expected here, but there is "},
        {"expect client ends CLOSED within 1s", "5:27 'within' is a tolerance for times, and this "
                                                "expectation has none\n"},
        {"expect client sends SYN 2 times within 1s", "5:33 'within' is a tolerance for times"},
    };

    CHECK_WRONG(rows);
}
END_TEST

/* --- many at once ------------------------------------------------------------------------- */

START_TEST(all_errors_in_the_order_of_the_file)
{
    g_autofree char *errors = errors_of("host a plain\nhost b plain\nat 0s a connect b\n"
                                        "drop a SYNN #1\nat 1s a connect b\nfrob\n");
    g_auto(GStrv) lines = g_regex_split_simple("\n(?=[0-9])", errors, 0, 0);

    ck_assert_msg(g_strv_length(lines) == 4, "%s", errors);
    ck_assert(g_str_has_prefix(lines[0], "3:17 no link"));
    ck_assert(g_str_has_prefix(lines[1], "4:8 unknown kind"));
    ck_assert(g_str_has_prefix(lines[2], "5:17 no link"));
    ck_assert(g_str_has_prefix(lines[3], "6:1 unknown statement"));
}
END_TEST

START_TEST(a_hundred_errors_and_a_count)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();

    for (guint i = 0; i < 250; i++)
        g_string_append(text, "frob\n");
    g_autoptr(Plan) plan = scenario_parse("t.scn", text->str, text->len, &options, diagnostics);
    g_autofree char *shown = diagnostics_format(diagnostics);

    ck_assert_ptr_null(plan);
    ck_assert_uint_eq(diagnostics->items->len, 100);
    ck_assert_uint_eq(diagnostics->errors, 250);
    ck_assert(g_str_has_suffix(shown, "\n150 more errors not shown\n"));
}
END_TEST

START_TEST(errors_of_the_command_line)
{
    static const char *const overrides[] = {
        "client.mss=1", "klient.mss=100", "client.msss=100", "mss=100", "client.mss",
        ".mss=5",       "client.=5",      "client.mss=\xff", NULL,
    };
    ScenarioOptions with = {.profile_dirs = folders, .overrides = overrides};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(Plan) plan = scenario_parse("t.scn", WORLD, strlen(WORLD), &with, diagnostics);
    g_autofree char *errors = list_of(diagnostics);
    g_autofree char *shown = diagnostics_format(diagnostics);

    ck_assert_ptr_null(plan);
    ck_assert_str_eq(errors,
                     "0:12 mss=1 is out of range (mss takes 64 to 65495 bytes; default 1460)\n"
                     "0:1 unknown host 'klient' (did you mean 'client'?\none of client or server)\n"
                     "0:8 unknown key 'msss' (did you mean 'mss'?)\n"
                     "0:1 expected HOST.KEY, not 'mss' (form: --set HOST.KEY=VALUE)\n"
                     "0:1 expected KEY=VALUE, not 'client.mss' (form: --set HOST.KEY=VALUE)\n"
                     "0:1 expected HOST.KEY, not '.mss' (form: --set HOST.KEY=VALUE)\n"
                     "0:1 expected HOST.KEY, not 'client.' (form: --set HOST.KEY=VALUE)\n"
                     "0:12 this byte, 0xff, is not valid UTF-8 (files are UTF-8)\n");
    ck_assert_msg(g_str_has_prefix(shown, "--set: error: mss=1 is out of range\n"
                                          "     | client.mss=1\n"
                                          "     |            ^\n"
                                          "     = mss takes"),
                  "%s", shown);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_errors");
    TCase *tc = scenario_case("words");

    tcase_add_test(tc, quotes);
    tcase_add_test(tc, columns_count_characters);
    tcase_add_test(tc, comments_and_selectors);
    tcase_add_test(tc, bytes_that_are_no_text);
    tcase_add_test(tc, a_broken_line_still_declares_its_host);
    tcase_add_test(tc, bom_crlf_and_no_last_newline);
    tcase_add_test(tc, nothing_at_all);
    suite_add_tcase(s, tc);
    tc = scenario_case("statements");
    tcase_add_test(tc, values_by_name);
    tcase_add_test(tc, a_wrong_value_is_told_with_its_name);
    tcase_add_test(tc, orders);
    tcase_add_test(tc, verbs);
    tcase_add_test(tc, once_only);
    tcase_add_test(tc, seed_and_stop);
    tcase_add_test(tc, times);
    suite_add_tcase(s, tc);
    tc = scenario_case("hosts");
    tcase_add_test(tc, hosts);
    tcase_add_test(tc, keys);

    tcase_add_test(tc, links);
    tcase_add_test(tc, hosts_that_nobody_declared);
    tcase_add_test(tc, a_wrong_host_line_is_one_error);
    tcase_add_test(tc, no_way_from_here_to_there);
    tcase_add_test(tc, a_wrong_link_hides_no_route);
    suite_add_tcase(s, tc);
    tc = scenario_case("script");
    tcase_add_test(tc, faults);
    tcase_add_test(tc, actions);
    tcase_add_test(tc, whens);
    tcase_add_test(tc, injections);
    suite_add_tcase(s, tc);
    tc = scenario_case("expectations");
    tcase_add_test(tc, expectations);
    suite_add_tcase(s, tc);
    tc = scenario_case("many");
    tcase_add_test(tc, all_errors_in_the_order_of_the_file);
    tcase_add_test(tc, a_hundred_errors_and_a_count);
    tcase_add_test(tc, errors_of_the_command_line);
    suite_add_tcase(s, tc);
    return s;
}
