/* Every kind of expectation, a row a kind: how it is written, how it is asked for, and who takes its
 * words, checks it and measures it.
 *
 * Whoever needs one column makes a table of it: plan.h the enum, expects.c the parser and what help
 * prints, expect/ the checks, the measures and the answers.  No room needs to know another's functions,
 * because a column holds names, and each room completes its own: take_…, check_…, measure_….
 */
#ifndef TCPWALTZ_SCENARIO_EXPECT_KINDS_H
#define TCPWALTZ_SCENARIO_EXPECT_KINDS_H

/* E(kind, word, choice, of, before, values, behind, question, empty, help,
 *   take_head, take_values, take_asked, check, measure)
 *
 *   word, choice     the first word; and what tells the kind from others of the same first word, NULL
 *                    when there are none.  "N times": a number may stand before it; of "at least" and
 *                    "at" the longer one stands first.  Kinds of one word stand together and share
 *                    take_head and take_asked
 *   of               CONNECTION: HOST.N may be named; HOST: that makes no sense
 *   before, values, behind
 *                    "expect HOST " and these are its form.  In an answer, what a run had stands for
 *                    values; SEGMENT, STATE and [wrong] are those of the question
 *   question         the form of its question; NULL: it has no value to ask for
 *   empty            the kind to expect when a run had no value: never_sends, never_enters; or nothing
 *   help             of the last of the kinds with this word; NULL for the others
 *   take_head        takes what stands between word and choice, …
 *   take_values      … what stands behind (expects.c has both), …
 *   take_asked       … and what stands between word and choice of a question
 *   check, measure   hold it against a run, and collect the values of a run (expect/verdict.h)
 */
/* clang-format off */
#define EXPECTATION_KINDS(E)                                                                       \
    E(SENDS_AT_LEAST, "sends", "at least", CONNECTION,                                             \
      "sends SEGMENT at least ", "N", " times", NULL, nothing, NULL,                               \
      segment, number_of_times, segment, sends_times, nothing)                                     \
    E(SENDS_AT_MOST, "sends", "at most", CONNECTION,                                               \
      "sends SEGMENT at most ", "N", " times", NULL, nothing, NULL,                                \
      segment, number_of_times, segment, sends_times, nothing)                                     \
    E(SENDS_AT, "sends", "at", CONNECTION,                                                         \
      "sends SEGMENT at ", "TIME …", "", "sends SEGMENT at [#N]", never_sends, NULL,               \
      segment, rising_times, segment, sends_at, sends_at)                                          \
    E(SENDS_GAPS, "sends", "gaps", CONNECTION,                                                     \
      "sends SEGMENT gaps ", "TIME …", "", "sends SEGMENT gaps [#N]", nothing, NULL,               \
      segment, times, segment, sends_gaps, sends_gaps)                                             \
    E(SENDS_SEQ, "sends", "seq", CONNECTION,                                                       \
      "sends SEGMENT seq ", "N …", "", "sends SEGMENT seq [#N]", never_sends, NULL,                \
      segment, numbers, segment, sends_number, sends_number)                                       \
    E(SENDS_ACK, "sends", "ack", CONNECTION,                                                       \
      "sends SEGMENT ack ", "N …", "", "sends SEGMENT ack [#N]", nothing, NULL,                    \
      segment, numbers, segment, sends_number, sends_number)                                       \
    E(SENDS_LEN, "sends", "len", CONNECTION,                                                       \
      "sends SEGMENT len ", "N …", "", "sends SEGMENT len [#N]", never_sends, NULL,                \
      segment, numbers, segment, sends_number, sends_number)                                       \
    E(SENDS_WIN, "sends", "win", CONNECTION,                                                       \
      "sends SEGMENT win ", "N …", "", "sends SEGMENT win [#N]", never_sends, NULL,                \
      segment, numbers, segment, sends_number, sends_number)                                       \
    E(SENDS_FLAGS, "sends", "flags", CONNECTION,                                                   \
      "sends SEGMENT flags ", "FLAGS …", "", "sends SEGMENT flags [#N]", never_sends, NULL,        \
      segment, flags, segment, sends_number, sends_number)                                         \
    E(SENDS_TIMES, "sends", "N times", CONNECTION,                                                 \
      "sends SEGMENT ", "N", " times", "sends SEGMENT times", nothing,                             \
      "every such segment of the whole run, lost ones too, or the `first N` of them: when, how "   \
      "far apart, with which relative numbers, window field and flags (S. P.), how many",          \
      segment, number_of_times, segment, sends_times, sends_times)                                 \
    E(NEVER_SENDS, "never", "sends", CONNECTION,                                                   \
      "never sends SEGMENT", "", "", NULL, nothing, NULL,                                          \
      nothing, segment, nothing, never_sends, nothing)                                             \
    E(NEVER_ENTERS, "never", "enters", CONNECTION,                                                 \
      "never enters STATE", "", "", NULL, nothing, "not one such segment; not once that state",    \
      nothing, state, nothing, never_enters, nothing)                                              \
    E(ENTERS, "enters", NULL, CONNECTION,                                                          \
      "enters STATE at ", "TIME …", "", "enters STATE at [#N]", never_enters,                      \
      "every time that a connection enters the state",                                             \
      state_at, rising_times, state_at, enters, enters)                                            \
    E(PATH, "path", NULL, CONNECTION,                                                              \
      "path ", "STATE …", "", "path [#N]", nothing,                                                \
      "all states from the first (CLOSED, or LISTEN) to the last",                                 \
      nothing, states, nothing, path, path)                                                        \
    E(ENDS, "ends", NULL, CONNECTION,                                                              \
      "ends ", "STATE", "", "ends", nothing, "the last state of the newest connection",            \
      nothing, state, nothing, ends, ends)                                                         \
    E(ERROR, "error", NULL, CONNECTION,                                                            \
      "error ", "ECODE at TIME", "", "error [#N]", nothing,                                        \
      "what the application is told, and when",                                                    \
      nothing, error_at, nothing, error, error)                                                    \
    E(DELIVERS, "delivers", NULL, CONNECTION,                                                      \
      "delivers ", "N", " bytes [wrong]", "delivers [wrong]", nothing,                             \
      "what the application reads; wrong: how much of it was never sent so",                       \
      nothing, bytes, wrong, delivers, delivers)                                                   \
    E(ACCEPTS, "accepts", NULL, HOST,                                                              \
      "accepts ", "N", "", "accepts", nothing,                                                     \
      "connections that the listener hands to its application",                                    \
      nothing, connections, nothing, accepts, accepts)                                             \
    E(HOLDS_HALF_OPEN, "holds", "half-open", HOST,                                                 \
      "holds at most ", "N", " half-open", "holds half-open", nothing, NULL,                       \
      at_most, nothing, at_most_asked, holds, holds)                                               \
    E(HOLDS_BYTES, "holds", "bytes", HOST,                                                         \
      "holds at most ", "N", " bytes", "holds bytes", nothing,                                     \
      "connections half-open, or bytes for all connections, that the host ever holds at once",     \
      at_most, nothing, at_most_asked, holds, holds)
/* clang-format on */

#endif
