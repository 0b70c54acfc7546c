/* Packetdrill scripts: what is read of each construct, and what is said of each mistake. */
#include "check_main.h"

#include <string.h>

#include "drill/constants.h"
#include "drill/script.h"
#include "proto/segment.h"

static DrillScript *read_with(const char *text, const char *const *definitions)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    const DrillReadOptions options = {.definitions = definitions};
    DrillScript *script = drill_script_read("a", text, strlen(text), &options, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);

    ck_assert_str_eq(said, "");
    ck_assert_ptr_nonnull(script);
    return script;
}

static DrillScript *read(const char *text)
{
    return read_with(text, NULL);
}

static const DrillEvent *event_at(const DrillScript *script, guint i)
{
    ck_assert_uint_lt(i, script->events->len);
    return g_ptr_array_index(script->events, i);
}

static const DrillOption *option_at(const DrillSegment *segment, guint i)
{
    ck_assert_uint_lt(i, segment->options->len);
    return &g_array_index(segment->options, DrillOption, i);
}

static const DrillValue *item_at(const GPtrArray *items, guint i)
{
    ck_assert_uint_lt(i, items->len);
    return g_ptr_array_index(items, i);
}

/* --- mistakes ------------------------------------------------------------------------------ */

static const struct {
    const char *text, *said;
} mistakes[] = {
    {"0 `x\n", "a:1:3: error: this ` is not closed\n"
               "   1 | 0 `x\n"
               "     |   ^\n"},
    {"0 write(4, \"abc, 3) = 3\n", "a:1:12: error: this \" is not closed\n"
                                   "   1 | 0 write(4, \"abc, 3) = 3\n"
                                   "     |            ^\n"},
    {"0 %{ assert 1\n", "a:1:3: error: this %{ is not closed\n"
                        "   1 | 0 %{ assert 1\n"
                        "     |   ^~\n"
                        "     = code ends with }%\n"},
    {"/* open\n", "a:1:1: error: this comment is not closed\n"
                  "   1 | /* open\n"
                  "     | ^~\n"},
    {"0 § \n", "a:1:3: error: this character, U+00A7, has no meaning outside comments and quotes\n"
               "   1 | 0 § \n"
               "     |   ^\n"},
    {"+1~2 > . 1:1(0) ack 1\n",
     "a:1:1: error: both ends of a range are absolute, or both relative\n"
     "   1 | +1~2 > . 1:1(0) ack 1\n"
     "     | ^~~\n"
     "     = T~T, or +T~+T\n"},
    {"2~1 > . 1:1(0) ack 1\n", "a:1:1: error: this range is backwards\n"
                               "   1 | 2~1 > . 1:1(0) ack 1\n"
                               "     | ^~~\n"},
    {"0~1 < . 1:1(0) ack 1 win 1\n",
     "a:1:1: error: only a segment that has to leave ('>') may have a range of times\n"
     "   1 | 0~1 < . 1:1(0) ack 1 win 1\n"
     "     | ^~~\n"},
    {"* close(3) = 0\n",
     "a:1:1: error: only a segment that has to leave ('>') may do so at any time\n"
     "   1 | * close(3) = 0\n"
     "     | ^\n"},
    {"* `true`\n", "a:1:1: error: only a segment that has to leave ('>') may do so at any time\n"
                   "   1 | * `true`\n"
                   "     | ^\n"},
    {"+0...1 > . 1:1(0) ack 1\n", "a:1:1: error: only a call returns later than it begins\n"
                                  "   1 | +0...1 > . 1:1(0) ack 1\n"
                                  "     | ^~~~~~\n"},
    {"+.2...0.1 accept(3, ..., ...) = 4\n", "a:1:1: error: this call returns before it begins\n"
                                            "   1 | +.2...0.1 accept(3, ..., ...) = 4\n"
                                            "     | ^~~~~~~~~\n"},
    {"+0...+1 accept(3, ..., ...) = 4\n", "a:1:6: error: no '+' stands here\n"
                                          "   1 | +0...+1 accept(3, ..., ...) = 4\n"
                                          "     |      ^\n"
                                          "     = +T...E: E counts from where T does\n"},
    {"-1 close(3) = 0\n", "a:1:1: error: times are not negative\n"
                          "   1 | -1 close(3) = 0\n"
                          "     | ^~\n"},
    {".0000000001 close(3) = 0\n", "a:1:1: error: times have no fractions of a nanosecond\n"
                                   "   1 | .0000000001 close(3) = 0\n"
                                   "     | ^~~~~~~~~~~\n"},
    {"9999999999 close(3) = 0\n", "a:1:1: error: this time is beyond all bounds\n"
                                  "   1 | 9999999999 close(3) = 0\n"
                                  "     | ^~~~~~~~~~\n"},
    {"x close(3) = 0\n", "a:1:1: error: expected the time of an event, not 'x'\n"
                         "   1 | x close(3) = 0\n"
                         "     | ^\n"
                         "     = T, +T, T~T, +T~+T, * or +T...E\n"},
    {"0\n",
     "a:1:2: error: expected '<', '>', a call, `a command` or %{ code }%, but the line ends here\n"
     "   1 | 0\n"
     "     |  ^\n"},
    {"0 < . 1:1002(1000) ack 1 win 1\n", "a:1:7: error: 1 and 1000 bytes end at 1001, not 1002\n"
                                         "   1 | 0 < . 1:1002(1000) ack 1 win 1\n"
                                         "     |       ^~~~~~~~~~~~\n"
                                         "     = 1:1001(1000)\n"},
    {"0 < . 1:1001(1000) ack 1\n", "a:1:25: error: a segment that comes needs its window: win N\n"
                                   "   1 | 0 < . 1:1001(1000) ack 1\n"
                                   "     |                         ^\n"},
    {"0 < . 1:1001(1000) ack 1 wni 5\n",
     "a:1:26: error: a segment that comes needs its window: win N\n"
     "   1 | 0 < . 1:1001(1000) ack 1 wni 5\n"
     "     |                          ^~~\n"
     "     = did you mean 'win'?\n"},
    {"0 < . ...(0) ack 1 win 1\n", "a:1:7: error: a segment that comes needs its number\n"
                                   "   1 | 0 < . ...(0) ack 1 win 1\n"
                                   "     |       ^~~\n"},
    {"0 < . 1:1(0) ack 1 win 70000\n", "a:1:24: error: a window is from 0 to 65535, not 70000\n"
                                       "   1 | 0 < . 1:1(0) ack 1 win 70000\n"
                                       "     |                        ^~~~~\n"},
    {"0 < . 1:1(0) ack 4294967296 win 1\n",
     "a:1:18: error: an acknowledgment number is from 0 to 4294967295, not 4294967296\n"
     "   1 | 0 < . 1:1(0) ack 4294967296 win 1\n"
     "     |                  ^~~~~~~~~~\n"},
    {"0 < . 1:1(0) ack 1 win 0x10\n", "a:1:24: error: expected a window, not '0x10'\n"
                                      "   1 | 0 < . 1:1(0) ack 1 win 0x10\n"
                                      "     |                        ^~~~\n"
                                      "     = write it in decimal\n"},
    {"0 < X 1:1(0) win 1\n", "a:1:5: error: 'X' is no flag\n"
                             "   1 | 0 < X 1:1(0) win 1\n"
                             "     |     ^\n"
                             "     = flags are of F S R P U E W A and . (ACK), or - for none\n"},
    {"0 < E5 1:1(0) win 1\n", "a:1:5: error: E, W and A exclude a count of CE marks\n"
                              "   1 | 0 < E5 1:1(0) win 1\n"
                              "     |     ^~\n"},
    {"0 < ! 1:1(0) win 1\n", "a:1:5: error: expected flags, not '!'\n"
                             "   1 | 0 < ! 1:1(0) win 1\n"
                             "     |     ^\n"
                             "     = F S R P U E W A and . (ACK), or - for none\n"},
    {"0 < [ect01] . 1:1(0) ack 1 win 1\n",
     "a:1:6: error: [ect01] is for segments that have to leave ('>')\n"
     "   1 | 0 < [ect01] . 1:1(0) ack 1 win 1\n"
     "     |      ^~~~~\n"},
    {"0 > [etc0] . 1:1(0) ack 1\n",
     "a:1:6: error: expected noecn, ect0, ect1, ect01, ce, tos, ttl or flowlabel, not 'etc0'\n"
     "   1 | 0 > [etc0] . 1:1(0) ack 1\n"
     "     |      ^~~~\n"
     "     = did you mean 'ect0'?\n"},
    {"0 > [tos 300] . 1:1(0) ack 1\n", "a:1:10: error: a TOS is from 0 to 255, not 300\n"
                                       "   1 | 0 > [tos 300] . 1:1(0) ack 1\n"
                                       "     |          ^~~\n"},
    {"0 > S 0:0(0) <mss 70000>\n", "a:1:19: error: an MSS is from 0 to 65535, not 70000\n"
                                   "   1 | 0 > S 0:0(0) <mss 70000>\n"
                                   "     |                   ^~~~~\n"},
    {"0 > S 0:0(0) <msss 1460>\n", "a:1:15: error: expected a TCP option, not 'msss'\n"
                                   "   1 | 0 > S 0:0(0) <msss 1460>\n"
                                   "     |               ^~~~\n"
                                   "     = did you mean 'mss'?\n"},
    {"0 > S 0:0(0) <nop,nop,nop>\n",
     "a:1:14: error: these options take 3 bytes, which is no multiple of four\n"
     "   1 | 0 > S 0:0(0) <nop,nop,nop>\n"
     "     |              ^~~~~~~~~~~~~\n"
     "     = nop and eol take one byte each\n"},
    {"0 > S 0:0(0) <mss MSS>\n", "a:1:19: error: expected an MSS, not 'MSS'\n"
                                 "   1 | 0 > S 0:0(0) <mss MSS>\n"
                                 "     |                   ^~~\n"
                                 "     = give it a value: --define MSS=…\n"},
    {"0 > S 0:0(0) <mss 1460\n", "a:1:23: error: expected ',' or '>', but the line ends here\n"
                                 "   1 | 0 > S 0:0(0) <mss 1460\n"
                                 "     |                       ^\n"},
    {"0 > . 1:1(0) ack 1 <sack 1:2 3:4 5:6 7:8 9:10>\n",
     "a:1:42: error: an option has room for four SACK blocks\n"
     "   1 | 0 > . 1:1(0) ack 1 <sack 1:2 3:4 5:6 7:8 9:10>\n"
     "     |                                          ^\n"},
    {"0 > . 1:1(0) ack 1 <TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,mss 1460>\n",
     "a:1:81: error: options up to here take 44 bytes; a header has room for 40\n"
     "   1 | 0 > . 1:1(0) ack 1 <TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,TS val 1 ecr 2,mss "
     "1460>\n"
     "     |                                                                                 "
     "^~~~~~~~\n"},
    {"0 > S 0:0(0) <FO abc>\n", "a:1:18: error: an odd number of hexadecimal digits\n"
                                "   1 | 0 > S 0:0(0) <FO abc>\n"
                                "     |                  ^~~\n"},
    {"0 > S 0:0(0) <FO wxyz>\n", "a:1:18: error: bytes are written in hexadecimal digits\n"
                                 "   1 | 0 > S 0:0(0) <FO wxyz>\n"
                                 "     |                  ^~~~\n"},
    {"0 > S 0:0(0) <FO OWN_COOKIE>\n", "a:1:18: error: bytes are written in hexadecimal digits\n"
                                       "   1 | 0 > S 0:0(0) <FO OWN_COOKIE>\n"
                                       "     |                  ^~~~~~~~~~\n"
                                       "     = give it a value: --define OWN_COOKIE=…\n"},
    {"0 > S 0:0(0) <md5 000102030405060708090a0b0c0d0e0f10>\n",
     "a:1:19: error: 17 bytes; there is room for 16\n"
     "   1 | 0 > S 0:0(0) <md5 000102030405060708090a0b0c0d0e0f10>\n"
     "     |                   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"},
    {"0 < S 0:0(0) win 1 <...>\n", "a:1:21: error: <...> is for segments that have to leave ('>')\n"
                                   "   1 | 0 < S 0:0(0) win 1 <...>\n"
                                   "     |                     ^~~\n"},
    {"0 < icmp unreachable host_unreachabel\n",
     "a:1:22: error: expected a code of this ICMP message, not 'host_unreachabel'\n"
     "   1 | 0 < icmp unreachable host_unreachabel\n"
     "     |                      ^~~~~~~~~~~~~~~~\n"
     "     = did you mean 'host_unreachable'?\n"},
    {"0 < icmp unreachable KIND\n",
     "a:1:22: error: expected a code of this ICMP message, not 'KIND'\n"
     "   1 | 0 < icmp unreachable KIND\n"
     "     |                      ^~~~\n"
     "     = give it a value: --define KIND=…\n"},
    {"0 < icmp unreachable host_unreachable mtu 1000\n",
     "a:1:39: error: only 'unreachable frag_needed' tells an MTU\n"
     "   1 | 0 < icmp unreachable host_unreachable mtu 1000\n"
     "     |                                       ^~~\n"},
    {"0 < icmp unreached\n", "a:1:10: error: expected a type of ICMP message, not 'unreached'\n"
                             "   1 | 0 < icmp unreached\n"
                             "     |          ^~~~~~~~~\n"},
    {"0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOK) = 0\n",
     "a:1:28: error: there is no constant 'O_NONBLOK'\n"
     "   1 | 0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOK) = 0\n"
     "     |                            ^~~~~~~~~\n"
     "     = did you mean 'O_NONBLOCK'?\n"},
    {"0 read(3, ..., 10) = -1 EAGIAN (Try again)\n",
     "a:1:25: error: there is no error 'EAGIAN'\n"
     "   1 | 0 read(3, ..., 10) = -1 EAGIAN (Try again)\n"
     "     |                         ^~~~~~\n"
     "     = did you mean 'EAGAIN'?\n"},
    {"0 read(3, ..., 10) = -1 EAGAIN\n",
     "a:1:31: error: expected words in parentheses behind the error, but the line ends here\n"
     "   1 | 0 read(3, ..., 10) = -1 EAGAIN\n"
     "     |                               ^\n"
     "     = EAGAIN (what it means)\n"},
    {"0 read(3, ..., 10)\n", "a:1:19: error: expected '=', but the line ends here\n"
                             "   1 | 0 read(3, ..., 10)\n"
                             "     |                   ^\n"},
    {"0 read(3, ..., 10 = 10\n", "a:1:19: error: expected ',' or ')', not '='\n"
                                 "   1 | 0 read(3, ..., 10 = 10\n"
                                 "     |                   ^\n"},
    {"0 read(3, ..., 10] = 10\n", "a:1:18: error: expected ',' or ')', not ']'\n"
                                  "   1 | 0 read(3, ..., 10] = 10\n"
                                  "     |                  ^\n"},
    {"0 write(3, \"\\q\", 1) = 1\n",
     "a:1:12: error: a backslash has no meaning before this\n"
     "   1 | 0 write(3, \"\\q\", 1) = 1\n"
     "     |            ^~~~\n"
     "     = these are known: \\\\ \\\" \\f \\n \\r \\t \\v, and \\x with two digits\n"},
    {"0 f([[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]) = 0\n",
     "a:1:21: error: more than 16 lists in each other\n"
     "   1 | 0 f([[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]) = 0\n"
     "     |                     ^\n"},
    {"0 bind(3, {sin_port = htons(70000)}, 16) = 0\n",
     "a:1:29: error: a number is from 0 to 65535, not 70000\n"
     "   1 | 0 bind(3, {sin_port = htons(70000)}, 16) = 0\n"
     "     |                             ^~~~~\n"},
    {"0 bind(3, {sin_addr = inet_addr(\"300.0.0.1\")}, 16) = 0\n",
     "a:1:33: error: this is no address\n"
     "   1 | 0 bind(3, {sin_addr = inet_addr(\"300.0.0.1\")}, 16) = 0\n"
     "     |                                 ^~~~~~~~~~~\n"},
    {"0 poll([{fd=3, evnts=POLLIN}], 1, 0) = 0\n",
     "a:1:16: error: there is no member 'evnts'\n"
     "   1 | 0 poll([{fd=3, evnts=POLLIN}], 1, 0) = 0\n"
     "     |                ^~~~~\n"
     "     = did you mean 'events'?\n"},
    {"0 f({fd(3)=1}) = 0\n", "a:1:8: error: expected '=', not '('\n"
                             "   1 | 0 f({fd(3)=1}) = 0\n"
                             "     |        ^\n"},
    {"0 f({}) = 0\n", "a:1:6: error: expected a member, not '}'\n"
                      "   1 | 0 f({}) = 0\n"
                      "     |      ^\n"},
    {"0 f(99999999999999999999) = 0\n", "a:1:5: error: a number is from -9223372036854775808 to "
                                        "9223372036854775807, not 99999999999999999999\n"
                                        "   1 | 0 f(99999999999999999999) = 0\n"
                                        "     |     ^~~~~~~~~~~~~~~~~~~~\n"},
    {"1 close(3) = 0\n0.5 close(4) = 0\n",
     "a:2:1: error: time goes back: the event before is later than this\n"
     "   2 | 0.5 close(4) = 0\n"
     "     | ^~~\n"
     "a:1:1: note: the absolute time before is here\n"
     "   1 | 1 close(3) = 0\n"
     "     | ^\n"},
    {"0 close(3) = 0\n`a`\n+0 close(4) = 0\n",
     "a:2:1: error: a command between events needs a time\n"
     "   2 | `a`\n"
     "     | ^~~\n"
     "     = +0 `…`\n"},
    {"0 close(3) = 0\n--mss=1\n", "a:2:1: error: settings stand before all events\n"
                                  "   2 | --mss=1\n"
                                  "     | ^~~~~\n"},
    {"--mss\n0 close(3) = 0\n", "a:1:1: error: --mss needs a value: --mss=…\n"
                                "   1 | --mss\n"
                                "     | ^~~~~\n"},
    {"--mss=abc\n0 close(3) = 0\n", "a:1:7: error: expected a number, not 'abc'\n"
                                    "   1 | --mss=abc\n"
                                    "     |       ^~~\n"},
    {"--mms=1\n0 close(3) = 0\n", "a:1:1: error: there is no setting '--mms'\n"
                                  "   1 | --mms=1\n"
                                  "     | ^~~~~\n"
                                  "     = did you mean '--mss'?\n"},
    {"--dry_run=1\n0 close(3) = 0\n", "a:1:1: error: --dry_run has no value\n"
                                      "   1 | --dry_run=1\n"
                                      "     | ^~~~~~~~~\n"},
    {"--ip_version=ipv5\n0 close(3) = 0\n",
     "a:1:1: error: --ip_version is ipv4, ipv6 or ipv4_mapped_ipv6\n"
     "   1 | --ip_version=ipv5\n"
     "     | ^~~~~~~~~~~~~~~~~\n"},
    {"--define=A=5\n0 close(3) = 0\n",
     "a:1:12: error: a script defines words, \"texts\" and `commands`, but no numbers\n"
     "   1 | --define=A=5\n"
     "     |            ^\n"
     "     = the program's own --define takes numbers\n"},
    {"--define=5\n0 close(3) = 0\n", "a:1:1: error: this defines nothing\n"
                                     "   1 | --define=5\n"
                                     "     | ^~~~~~~~~~\n"
                                     "     = --define=NAME=value\n"},
    {"`only`\n", "a: error: there is no event in this script\n"},
    {"#ifdef A\n0 close(3) = 0\n", "a:1:1: error: there is no #endif for this\n"
                                   "   1 | #ifdef A\n"
                                   "     | ^~~~~~\n"},
    {"#else\n0 close(3) = 0\n", "a:1:1: error: there is no #ifdef before this #else\n"
                                "   1 | #else\n"
                                "     | ^~~~~\n"},
    {"#endif\n0 close(3) = 0\n", "a:1:1: error: there is no #ifdef before this #endif\n"
                                 "   1 | #endif\n"
                                 "     | ^~~~~~\n"},
    {"#ifdef\n#endif\n", "a:1:1: error: the name is missing\n"
                         "   1 | #ifdef\n"
                         "     | ^~~~~~\n"
                         "     = #ifdef NAME\n"},
    {"#ifdfe A\n#endif\n", "a:1:1: error: expected #ifdef, #ifndef, #else or #endif\n"
                           "   1 | #ifdfe A\n"
                           "     | ^~~~~~\n"
                           "     = did you mean '#ifdef'?\n"},
    {"#ifdef A\n#else\n#else\n#endif\n", "a:3:1: error: a second #else for one #ifdef\n"
                                         "   3 | #else\n"
                                         "     | ^~~~~\n"},
    {"0 %{ asert 1 }%\n", "a:1:6: error: this begins no statement\n"
                          "   1 | 0 %{ asert 1 }%\n"
                          "     |      ^~~~~\n"
                          "     = did you mean 'assert'?\n"},
    {"0 %{ assert (1 }%\n", "a:1:16: error: expected ',' or ')', but the code ends here\n"
                            "   1 | 0 %{ assert (1 }%\n"
                            "     |                ^\n"},
    {"0 %{ assert 1 == }%\n", "a:1:18: error: expected a value, but the code ends here\n"
                              "   1 | 0 %{ assert 1 == }%\n"
                              "     |                  ^\n"},
    {"0 %{ assert f(1) }%\n", "a:1:13: error: there is no function 'f' here\n"
                              "   1 | 0 %{ assert f(1) }%\n"
                              "     |             ^\n"
                              "     = functions are abs, min, max, int, len and str\n"},
    {"0 %{ x }%\n",
     "a:1:6: error: this begins no statement\n"
     "   1 | 0 %{ x }%\n"
     "     |      ^\n"
     "     = statements: assert EXPRESSION[, MESSAGE]   NAME = VALUE   NAME += VALUE   print(…)\n"},
    {"0 %{ x = 'a }%\n", "a:1:10: error: this quote is not closed on its line\n"
                         "   1 | 0 %{ x = 'a }%\n"
                         "     |          ^\n"},
    {"0 %{ x = 9223372036854775808 }%\n", "a:1:10: error: this number is beyond 64 bits\n"
                                          "   1 | 0 %{ x = 9223372036854775808 }%\n"
                                          "     |          ^~~~~~~~~~~~~~~~~~~\n"},
    {"0 %{ x = 1 2 }%\n", "a:1:12: error: expected the end of the statement, not '2'\n"
                          "   1 | 0 %{ x = 1 2 }%\n"
                          "     |            ^\n"},
    {"0 %{ x = 12ab }%\n", "a:1:10: error: this is no number\n"
                           "   1 | 0 %{ x = 12ab }%\n"
                           "     |          ^~~~\n"},
    {"0 %{ if x: pass }%\n",
     "a:1:6: error: this begins no statement\n"
     "   1 | 0 %{ if x: pass }%\n"
     "     |      ^~\n"
     "     = statements: assert EXPRESSION[, MESSAGE]   NAME = VALUE   NAME += VALUE   print(…)\n"},
    {"0 close(3) = 0\n+0 < . 1:2(3) win 1\n+0 > Q 1:1(0)\n",
     "a:2:8: error: 1 and 3 bytes end at 4, not 2\n"
     "   2 | +0 < . 1:2(3) win 1\n"
     "     |        ^~~~~~\n"
     "     = 1:4(3)\n"
     "a:3:6: error: 'Q' is no flag\n"
     "   3 | +0 > Q 1:1(0)\n"
     "     |      ^\n"
     "     = flags are of F S R P U E W A and . (ACK), or - for none\n"},
};

START_TEST(each_mistake_has_its_words)
{
    const char *text = mistakes[_i].text;
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(DrillScript) script = drill_script_read("a", text, strlen(text), NULL, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);

    ck_assert_ptr_null(script);
    ck_assert_str_eq(said, mistakes[_i].said);
}
END_TEST

static void refuse_bytes(const char *bytes, gsize length, const char *message)
{
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(DrillScript) script = drill_script_read("a", bytes, length, NULL, diagnostics);

    ck_assert_ptr_null(script);
    ck_assert_uint_eq(diagnostics->items->len, 1);
    ck_assert_str_eq(((Diagnostic *)g_ptr_array_index(diagnostics->items, 0))->message, message);
}

START_TEST(bytes_that_no_script_has)
{
    refuse_bytes("0 \0 a", 5, "NUL byte");
    refuse_bytes("0 `a\0b`", 7, "this byte, 0x00, is not valid UTF-8");
    refuse_bytes("0 `\xff`", 5, "this byte, 0xff, is not valid UTF-8");
    refuse_bytes("0 \xff", 3, "this byte, 0xff, is not valid UTF-8");
    refuse_bytes("0 \"\x1b[2J\"", 8, "control character U+001B");
    refuse_bytes("0 \x07", 3, "control character U+0007");
}
END_TEST

START_TEST(comments_may_hold_anything)
{
    g_autoptr(DrillScript) script = read("// \xff\x01\r\n/* \xfe */ 0 close(3) = 0 // end");

    ck_assert_uint_eq(script->events->len, 1);
    ck_assert_str_eq(event_at(script, 0)->text, "close(3) = 0");
    ck_assert_uint_eq(event_at(script, 0)->place.line, 2);
}
END_TEST

START_TEST(definitions_that_define_nothing)
{
    static const char *const definitions[] = {"=1", NULL};
    const DrillReadOptions options = {.definitions = definitions};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(DrillScript) script =
        drill_script_read("a", "0 close(3) = 0", 14, &options, diagnostics);
    g_autofree char *said = diagnostics_format(diagnostics);

    ck_assert_ptr_null(script);
    ck_assert_str_eq(said, "--define: error: '=1' defines nothing\n     = NAME=value\n");
}
END_TEST

/* --- the file ------------------------------------------------------------------------------ */

START_TEST(settings_commands_and_events_in_their_order)
{
    g_autoptr(DrillScript) script =
        read("--ip_version=ipv4 --local_ip=192.0.2.1 --remote_ip=2001:db8::1\n--dry_run\n"
             "--non_fatal=syscall\n`first`\n1 `timed`\n+.5 `a\nb`\n`last`\n");
    const DrillSetting *address = g_ptr_array_index(script->settings, 2);
    const DrillSetting *bare = g_ptr_array_index(script->settings, 3);

    ck_assert_uint_eq(script->settings->len, 5);
    ck_assert_str_eq(address->name, "remote_ip");
    ck_assert_str_eq(address->value, "2001:db8::1");
    ck_assert_str_eq(bare->name, "dry_run");
    ck_assert_ptr_null(bare->value);
    ck_assert_uint_eq(script->events->len, 4);
    ck_assert_int_eq(event_at(script, 0)->time.kind, DRILL_TIME_ABSOLUTE);
    ck_assert_int_eq(event_at(script, 0)->time.at, 0);
    ck_assert_str_eq(event_at(script, 1)->command, "timed");
    ck_assert_str_eq(event_at(script, 2)->command, "a\nb");
    ck_assert_str_eq(event_at(script, 2)->text, "`a b`");
    ck_assert_int_eq(event_at(script, 3)->time.kind, DRILL_TIME_RELATIVE);
    ck_assert_int_eq(event_at(script, 3)->time.at, 0);
    ck_assert_uint_eq(script->lines->len, 9); /* the last one is empty */
    ck_assert_str_eq(g_ptr_array_index(script->lines, 3), "`first`");
}
END_TEST

START_TEST(definitions_stand_for_words)
{
    static const char *const definitions[] = {"SIZE=0x10",  "HOW=O_RDWR", "RUN=`do it`",
                                              "TEXT=\"t\"", "fd=9",       NULL};
    g_autoptr(DrillScript) script = read_with(
        "--define=MORE=TCP_CORK\n0 f(SIZE, HOW, TEXT, {fd=MORE}) = 0\n+0 RUN\n", definitions);
    const GPtrArray *args = event_at(script, 0)->call->args;

    ck_assert_int_eq(item_at(args, 0)->number, 16);
    ck_assert_int_eq(item_at(args, 1)->number, 2);
    ck_assert_int_eq(item_at(args, 2)->kind, DRILL_VALUE_STRING);
    ck_assert_str_eq(item_at(args, 2)->text, "t");
    ck_assert_str_eq(item_at(item_at(args, 3)->items, 0)->name, "fd"); /* a word of the grammar */
    ck_assert_int_eq(item_at(item_at(args, 3)->items, 0)->number, 3);
    ck_assert_str_eq(event_at(script, 1)->command, "do it");
}
END_TEST

static char *names_of_calls(const char *text, const char *definition)
{
    const char *definitions[] = {definition, NULL};
    g_autoptr(DrillScript) script = read_with(text, definition != NULL ? definitions : NULL);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < script->events->len; i++)
        g_string_append(out, event_at(script, i)->call->name);
    return g_string_free(out, FALSE);
}

START_TEST(parts_under_a_condition)
{
    static const char text[] =
        "0 a() = 0\n#ifdef X\n0 b() = 0\n  #ifdef Y\n0 c() = 0\n #endif\n"
        "#else // not\n0 d() = 0\n#ifndef Y\n0 e() = 0\n#endif\n#endif\n0 f() = 0\n";
    g_autofree char *none = names_of_calls(text, NULL);
    g_autofree char *x = names_of_calls(text, "X");
    g_autofree char *y = names_of_calls(text, "Y=2");

    ck_assert_str_eq(none, "adef");
    ck_assert_str_eq(x, "abf");
    ck_assert_str_eq(y, "adf");
}
END_TEST

/* --- times --------------------------------------------------------------------------------- */

START_TEST(times)
{
    g_autoptr(DrillScript) script =
        read("0 f() = 0\n.5~1.25 > . 1:1(0)\n+2~+3 > . 1:1(0)\n* > . 1:1(0)\n"
             "+0.1 ... 0.25 f() = 0\n"
             "+0...4 f() = 0\n+ 1 f() = 0\n");
    const DrillTime *absolute = &event_at(script, 1)->time, *relative = &event_at(script, 2)->time;

    ck_assert_int_eq(absolute->kind, DRILL_TIME_ABSOLUTE);
    ck_assert_int_eq(absolute->at, 500 * SIM_MILLISECOND);
    ck_assert_int_eq(absolute->until, 1250 * SIM_MILLISECOND);
    ck_assert_int_eq(absolute->returns, SIM_NEVER);
    ck_assert_int_eq(relative->kind, DRILL_TIME_RELATIVE);
    ck_assert_int_eq(relative->at, 2 * SIM_SECOND);
    ck_assert_int_eq(relative->until, 3 * SIM_SECOND);
    ck_assert_int_eq(event_at(script, 3)->time.kind, DRILL_TIME_ANY);
    ck_assert_int_eq(event_at(script, 5)->time.returns, 4 * SIM_SECOND);
    ck_assert_int_eq(event_at(script, 0)->time.returns, SIM_NEVER);
    ck_assert_int_eq(event_at(script, 6)->time.at, SIM_SECOND);
}
END_TEST

/* --- segments ------------------------------------------------------------------------------ */

START_TEST(a_segment_with_everything)
{
    g_autoptr(DrillScript) script =
        read("0 < [ect0] 1000 > 80 FSRPUEW. 5:15(10) ack 7 win 9 urg 11 <nop,nop,eol,eol>\n");
    const DrillSegment *segment = &event_at(script, 0)->segment;

    ck_assert_int_eq(event_at(script, 0)->kind, DRILL_INJECT);
    ck_assert_int_eq(segment->ecn, DRILL_ECN_ECT0);
    ck_assert_uint_eq(segment->from_port, 1000);
    ck_assert_uint_eq(segment->to_port, 80);
    ck_assert_uint_eq(segment->flags, 0xff);
    ck_assert_uint_eq(segment->seq, 5);
    ck_assert_uint_eq(segment->length, 10);
    ck_assert(segment->has_ack);
    ck_assert_uint_eq(segment->ack, 7);
    ck_assert_int_eq(segment->window, 9);
    ck_assert_int_eq(segment->urgent, 11);
    ck_assert_uint_eq(segment->options->len, 4);
    ck_assert_int_eq(option_at(segment, 0)->kind, DRILL_OPTION_NOP);
    ck_assert_int_eq(option_at(segment, 3)->kind, DRILL_OPTION_EOL);
}
END_TEST

START_TEST(a_segment_with_little)
{
    g_autoptr(DrillScript) script = read("0 > - 0:0(0)\n+0 > (tos 0x10) F . 1:1(0)!\n"
                                         "+0 > [ttl 5] S. ...(0) <...>\n+0 > [ect01] . 1:1(0)\n"
                                         "+0 > (hlim 3) . 1:1(0)\n+0 > [class 0x30] . 1:1(0)\n");
    const DrillSegment *first = &event_at(script, 0)->segment;
    const DrillSegment *any = &event_at(script, 2)->segment;

    ck_assert_int_eq(event_at(script, 0)->kind, DRILL_EXPECT);
    ck_assert_uint_eq(first->flags, 0);
    ck_assert(!first->has_ack);
    ck_assert_int_eq(first->window, -1);
    ck_assert_int_eq(first->urgent, -1);
    ck_assert_int_eq(first->tos, -1);
    ck_assert_int_eq(first->ttl, -1);
    ck_assert_int_eq(first->ecn, DRILL_ECN_ANY);
    ck_assert_uint_eq(first->options->len, 0);
    ck_assert(!first->any_options && !first->any_seq && !first->absolute_seq);
    ck_assert_int_eq(event_at(script, 1)->segment.tos, 0x10);
    ck_assert_uint_eq(event_at(script, 1)->segment.flags, TCP_FIN | TCP_ACK);
    ck_assert(event_at(script, 1)->segment.absolute_seq);
    ck_assert_int_eq(any->ttl, 5);
    ck_assert(any->any_seq && any->any_options);
    ck_assert_int_eq(event_at(script, 3)->segment.ecn, DRILL_ECN_ECT01);
    ck_assert_int_eq(event_at(script, 4)->segment.ttl, 3);
    ck_assert_int_eq(event_at(script, 5)->segment.tos, 0x30);
}
END_TEST

START_TEST(options_in_their_order)
{
    g_autoptr(DrillScript) script = read(
        "0 > S 0:0(0) <mss 1460,sackOK,TS val 4294967295 ecr 2,nop,wscale 14,FO 0aFF,FO,nop,nop>\n"
        "+0 > . 1:1(0) <nop,nop,sack 1:2 3:4 5:6 4294967295:1>\n"
        "+0 > . 1:1(0) <md5 000102030405060708090a0b0c0d0e0f,nop,nop>\n"
        "+0 > . 1:1(0) <nop,nop,md5 valid>\n+0 > S 0:0(0) <FOEXP,FOEXP 01020304>\n");
    const DrillSegment *syn = &event_at(script, 0)->segment;
    const DrillOption *sack = option_at(&event_at(script, 1)->segment, 2);
    const DrillOption *md5 = option_at(&event_at(script, 2)->segment, 0);
    const DrillSegment *experiment = &event_at(script, 4)->segment;

    ck_assert_uint_eq(syn->options->len, 9);
    ck_assert_int_eq(option_at(syn, 0)->kind, DRILL_OPTION_MSS);
    ck_assert_uint_eq(option_at(syn, 0)->value, 1460);
    ck_assert_int_eq(option_at(syn, 1)->kind, DRILL_OPTION_SACK_OK);
    ck_assert_uint_eq(option_at(syn, 2)->value, 4294967295U);
    ck_assert_uint_eq(option_at(syn, 2)->echo, 2);
    ck_assert_uint_eq(option_at(syn, 4)->value, 14);
    ck_assert_uint_eq(option_at(syn, 5)->byte_count, 2);
    ck_assert_uint_eq(option_at(syn, 5)->bytes[0], 0x0a);
    ck_assert_uint_eq(option_at(syn, 5)->bytes[1], 0xff);
    ck_assert_uint_eq(option_at(syn, 6)->byte_count, 0);
    ck_assert_uint_eq(sack->block_count, 4);
    ck_assert_uint_eq(sack->blocks[3].left, 4294967295U);
    ck_assert_uint_eq(sack->blocks[3].right, 1);
    ck_assert_uint_eq(md5->byte_count, 16);
    ck_assert_uint_eq(md5->bytes[15], 15);
    ck_assert(option_at(&event_at(script, 3)->segment, 2)->is_valid);
    ck_assert_int_eq(option_at(experiment, 1)->kind, DRILL_OPTION_FO_EXP);
    ck_assert_uint_eq(option_at(experiment, 1)->byte_count, 4);
}
END_TEST

START_TEST(icmp)
{
    g_autoptr(DrillScript) script =
        read("0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]\n"
             "+0 < icmp unreachable\n+0 <icmp source_quench [0:0(0)]\n"
             "+0 < icmp time_exceeded frag_reass_exceeded\n");
    const DrillIcmp *first = &event_at(script, 0)->icmp;

    ck_assert_int_eq(event_at(script, 0)->kind, DRILL_ICMP);
    ck_assert_uint_eq(first->type, 3);
    ck_assert_uint_eq(first->code, 4);
    ck_assert_uint_eq(first->mtu, 1200);
    ck_assert(first->has_seq);
    ck_assert_uint_eq(first->seq, 1);
    ck_assert_uint_eq(first->length, 1000);
    ck_assert_uint_eq(event_at(script, 1)->icmp.type, 3);
    ck_assert_uint_eq(event_at(script, 1)->icmp.code, 0);
    ck_assert(!event_at(script, 1)->icmp.has_seq);
    ck_assert_uint_eq(event_at(script, 2)->icmp.type, 4);
    ck_assert_uint_eq(event_at(script, 3)->icmp.type, 11);
    ck_assert_uint_eq(event_at(script, 3)->icmp.code, 1);
}
END_TEST

static const struct {
    const char *text, *reason;
} others[] = {
    {"0 > udp (100)", "UDP"},
    {"0 < udp 5 > 6 (100)", "UDP"},
    {"0 > icmp echo_reply", "an ICMP message that has to leave"},
    {"0 < icmp echo_request id 5", "ICMP echo"},
    {"0 < icmp packet_too_big mtu 1280 [1:1(0)]", "ICMPv6"},
    {"0 < icmp unreachable no_route [1:1(0)]", "ICMPv6"},
    {"0 < icmp unreachable port_unreachable [udp (8)]", "ICMP about no segment"},
    {"0 < icmp unreachable net_prohibited [0:0(0)/udp(1 > 2)]", "TCP over UDP"},
    {"0 < . 1:1(0) ack 1 win 1/udp(9899 > 9899)", "TCP over UDP"},
    {"0 > gre: . 1:1(0)", "GRE"},
    {"0 > gre flags [none], sum 0, off 0, key = 1, seq 0: . 1:1(0)", "GRE"},
    {"0 > GREv0 flags [key present,sequence# present] sum 0 off 0 key 0x1 seq 0: - 1:1(0)", "GRE"},
    {"0 > mpls (label 5, tc 0, [S], ttl 9): . 1:1(0)", "MPLS"},
    {"0 > ipv4 192.0.2.1 > 192.0.2.2: . 1:1(0)", "IP in IP"},
    {"0 > ipv6 [flowlabel 0x1] 2001:db8::1 > ::1: . 1:1(0)", "IP in IP"},
    {"0 > [flowlabel 0x3] . 1:1(0)", "flow labels"},
    {"0 > encap psp spi 0x5 . 1:1(0)", "PSP"},
    {"0 > P.5 1:1(0)", "accurate ECN"},
    {"0 > SEWA 0:0(0)", "accurate ECN"},
    {"0 > . 1:1(0) <ECN e1b 1 ceb 2 e0b 3,nop>", "accurate ECN"},
    {"0 f({(label 1, tc 0, ttl 2)}) = 0", "MPLS"},
};

START_TEST(what_is_out_of_reach_is_right_all_the_same)
{
    g_autoptr(DrillScript) script = read(others[_i].text);

    ck_assert_uint_eq(script->events->len, 1);
    ck_assert_int_eq(event_at(script, 0)->kind, DRILL_OTHER);
    ck_assert_str_eq(event_at(script, 0)->reason, others[_i].reason);
    ck_assert_str_eq(event_at(script, 0)->text, others[_i].text + 2);
}
END_TEST

/* --- calls --------------------------------------------------------------------------------- */

START_TEST(a_call)
{
    g_autoptr(DrillScript) script =
        read("0 fcntl(3, F_SETFL, O_RDWR | O_NONBLOCK, ..., NULL, -1, 0xff) "
             "= -1 EAGAIN (Resource temporarily unavailable)\n"
             "+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)\n");
    const DrillCall *call = event_at(script, 0)->call;

    ck_assert_str_eq(call->name, "fcntl");
    ck_assert_uint_eq(call->args->len, 7);
    ck_assert_int_eq(item_at(call->args, 0)->number, 3);
    ck_assert_ptr_null(item_at(call->args, 0)->text);
    ck_assert_int_eq(item_at(call->args, 1)->number, 4);
    ck_assert_int_eq(item_at(call->args, 2)->number, 02 | 04000);
    ck_assert_str_eq(item_at(call->args, 2)->text, "O_RDWR | O_NONBLOCK");
    ck_assert_int_eq(item_at(call->args, 3)->kind, DRILL_VALUE_ANY);
    ck_assert_int_eq(item_at(call->args, 4)->kind, DRILL_VALUE_NULL);
    ck_assert_int_eq(item_at(call->args, 5)->number, -1);
    ck_assert_int_eq(item_at(call->args, 6)->number, 255);
    ck_assert_int_eq(call->result->number, -1);
    ck_assert_str_eq(call->error, "EAGAIN");
    ck_assert_ptr_null(event_at(script, 1)->call->error);
    ck_assert_int_eq(event_at(script, 1)->call->result->number, 2);
}
END_TEST

START_TEST(texts)
{
    g_autoptr(DrillScript) script = read("0 f(\"a\\n\\x00\\xfF\" \"b\", \"c\"..., \"\") = 0\n");
    const GPtrArray *args = event_at(script, 0)->call->args;

    ck_assert_uint_eq(item_at(args, 0)->length, 5);
    ck_assert_mem_eq(item_at(args, 0)->text,
                     "a\n\0\xff"
                     "b",
                     6);
    ck_assert(!item_at(args, 0)->is_open);
    ck_assert(item_at(args, 1)->is_open);
    ck_assert_uint_eq(item_at(args, 2)->length, 0);
}
END_TEST

START_TEST(addresses)
{
    g_autoptr(DrillScript) script = read(
        "0 bind(3, {sa_family = AF_INET, sin_port = htons(8080),\n"
        "  sin_addr = inet_addr(\"192.0.2.1\")}, inet_pton(AF_INET6, \"::1\"), htonl(5)) = 0\n");
    const GPtrArray *args = event_at(script, 0)->call->args;
    const GPtrArray *members = item_at(args, 1)->items;

    ck_assert_int_eq(item_at(args, 1)->kind, DRILL_VALUE_STRUCT);
    ck_assert_str_eq(item_at(members, 0)->name, "sa_family");
    ck_assert_int_eq(item_at(members, 0)->number, 2);
    ck_assert_int_eq(item_at(members, 1)->number, 8080);
    ck_assert_int_eq(item_at(members, 2)->number, 0xc0000201);
    ck_assert_str_eq(item_at(args, 2)->text, "::1");
    ck_assert_int_eq(item_at(args, 3)->number, 5);
}
END_TEST

START_TEST(structures)
{
    g_autoptr(DrillScript) script =
        read("0 recvmsg(3, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {...,20}], "
             "msg_flags=MSG_EOR|MSG_TRUNC,\n"
             " msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=5}]}, 0) = 30\n"
             "+0 poll([{fd=3, events=POLLIN, revents=0}], 1, 0) = 0\n+0 f([], [1]) = 0\n");
    const GPtrArray *message = item_at(event_at(script, 0)->call->args, 1)->items;
    const DrillValue *iov = item_at(message, 1);
    const DrillValue *control = item_at(item_at(message, 3)->items, 0);

    ck_assert_str_eq(item_at(message, 0)->name, "msg_name");
    ck_assert_int_eq(item_at(message, 0)->count, -1);
    ck_assert_int_eq(iov->kind, DRILL_VALUE_LIST);
    ck_assert_str_eq(iov->name, "msg_iov");
    ck_assert_int_eq(iov->count, 2);
    ck_assert_int_eq(item_at(item_at(iov->items, 1)->items, 1)->number, 20);
    ck_assert_int_eq(item_at(message, 2)->number, 0x80 | 0x20);
    ck_assert_str_eq(item_at(control->items, 1)->name, "cmsg_type");
    ck_assert_int_eq(item_at(control->items, 1)->number, 36);
    ck_assert_uint_eq(item_at(event_at(script, 2)->call->args, 0)->items->len, 0);
}
END_TEST

/* Numbers of the kernel's headers, as named in constants.c. */
START_TEST(constants)
{
    static const struct {
        const char *name;
        gint64 value;
    } known[] = {
        {"EAGAIN", 11},        {"ECONNREFUSED", 111},
        {"SOL_SOCKET", 1},     {"SO_ERROR", 4},
        {"SO_ZEROCOPY", 60},   {"TCP_NODELAY", 1},
        {"TCP_CORK", 3},       {"TCP_FASTOPEN_CONNECT", 30},
        {"MSG_PEEK", 2},       {"MSG_FASTOPEN", 0x20000000},
        {"POLLRDHUP", 0x2000}, {"EPOLLET", 1LL << 31},
        {"SHUT_RDWR", 2},      {"TCP_CLOSE", 7},
        {"TCP_CA_Loss", 4},    {"TCPI_OPT_SYN_DATA", 32},
        {"SIOCINQ", 0x541b},   {"IPPROTO_TCP", 6},
        {"AF_INET6", 10},      {"TCPI_FIN_WAIT_2", 5},
    };
    gint64 value;

    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        ck_assert(drill_constant(known[i].name, &value));
        ck_assert_int_eq(value, known[i].value);
    }
    ck_assert(!drill_constant("TCP_", &value));
    ck_assert(drill_errno("EPIPE", &value));
    ck_assert(!drill_errno("EPOLLIN", &value));
    ck_assert_str_eq(drill_constant_nearest("TCP_NODELEY"), "TCP_NODELAY");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("drill reader");
    TCase *wrong = tcase_create("mistakes"), *right = tcase_create("constructs");

    tcase_add_loop_test(wrong, each_mistake_has_its_words, 0, G_N_ELEMENTS(mistakes));
    tcase_add_test(wrong, bytes_that_no_script_has);
    tcase_add_test(wrong, definitions_that_define_nothing);
    tcase_add_test(right, comments_may_hold_anything);
    tcase_add_test(right, settings_commands_and_events_in_their_order);
    tcase_add_test(right, definitions_stand_for_words);
    tcase_add_test(right, parts_under_a_condition);
    tcase_add_test(right, times);
    tcase_add_test(right, a_segment_with_everything);
    tcase_add_test(right, a_segment_with_little);
    tcase_add_test(right, options_in_their_order);
    tcase_add_test(right, icmp);
    tcase_add_loop_test(right, what_is_out_of_reach_is_right_all_the_same, 0, G_N_ELEMENTS(others));
    tcase_add_test(right, a_call);
    tcase_add_test(right, texts);
    tcase_add_test(right, addresses);
    tcase_add_test(right, structures);
    tcase_add_test(right, constants);
    suite_add_tcase(s, wrong);
    suite_add_tcase(s, right);
    return s;
}
