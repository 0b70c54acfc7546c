/* A timing table's file, line by line: nothing in it is trusted.
 *
 *     tcpwaltz-table 1
 *     # a comment
 *           3.0000  client sends SYN lost
 *          65.0300  run ends quiet
 *              end  client last CLOSED
 */
#include <string.h>

#include "core/decimal.h"
#include "expect/timing.h"
#include "proto/names.h"

static const char header[] = "tcpwaltz-table 1";

enum { WORDS_MAX = 6 };

typedef struct Word {
    const char *text;
    gsize length;
    guint column; /* from 1, in characters */
} Word;

typedef struct TableReader {
    const char *name; /* interned */
    TimingTable *table;
    Diagnostics *diagnostics;
    /* The line at hand. */
    const char *text;
    gsize length;
    guint line;
    Word words[WORDS_MAX];
    guint count;
    /* Of those before. */
    SimTime t;
    gboolean is_over;
} TableReader;

static gboolean complain(TableReader *reader, guint word, const char *hint, const char *message)
{
    SourcePlace place = {.file = reader->name, .line = reader->line};

    if (word < reader->count) {
        place.column = reader->words[word].column;
        place.width =
            (guint)g_utf8_strlen(reader->words[word].text, (gssize)reader->words[word].length);
    }
    diagnostics_add_line(reader->diagnostics, place, reader->text, reader->length, hint, "%s",
                         message);
    return FALSE;
}

/* One word more than a line may have is kept, so that it can be named. */
static void split(TableReader *reader)
{
    const char *end = reader->text + reader->length;
    guint column = 1;

    reader->count = 0;
    for (const char *p = reader->text; p < end && reader->count < WORDS_MAX;) {
        if (*p == ' ' || *p == '\t') {
            p++;
            column++;
            continue;
        }
        Word word = {.text = p, .column = column};
        for (; p < end && *p != ' ' && *p != '\t'; p++)
            column += ((guchar)*p & 0xc0) != 0x80 ? 1 : 0;
        word.length = (gsize)(p - word.text);
        reader->words[reader->count++] = word;
    }
}

/* ---- Words ---- */

static const char *class_word(const char *text, gsize length)
{
    SegmentClass class;

    return segment_class_from_name(text, length, &class) && class != SEGMENT_ANY
               ? segment_class_name(class)
               : NULL;
}

static const char *state_word(const char *text, gsize length)
{
    TcpState state;

    return tcp_state_from_name(text, length, &state) ? tcp_state_name(state) : NULL;
}

static const char *error_word(const char *text, gsize length)
{
    TcpError error;

    return tcp_error_from_name(text, length, &error) ? tcp_error_name(error) : NULL;
}

static const char *end_word(const char *text, gsize length)
{
    for (guint end = 0; end < TRACE_END_COUNT; end++) {
        if (text_equals(trace_end_name(end), text, length))
            return trace_end_name(end);
    }
    return NULL;
}

static const char *fate_word(const char *text, gsize length)
{
    for (guint fate = TRACE_FATE_PASS + 1; fate < TRACE_FATE_COUNT; fate++) {
        if (text_equals(trace_fate_name(fate), text, length))
            return trace_fate_name(fate);
    }
    return NULL;
}

static const char *gives_up_word(const char *text, gsize length)
{
    return text_equals(TIMING_GIVES_UP, text, length) ? TIMING_GIVES_UP : NULL;
}

/* What may follow each verb, and what may be noted behind it. */
static const struct {
    const char *(*what)(const char *text, gsize length);
    const char *wanted;
    const char *(*note)(const char *text, gsize length); /* NULL: nothing */
} verbs[TIMING_KIND_COUNT] = {
    [TIMING_SENDS] = {class_word, "a segment class is SYN, SYN-ACK, FIN, RST, DATA or ACK",
                      fate_word},
    [TIMING_FORGES] = {class_word, "a segment class is SYN, SYN-ACK, FIN, RST, DATA or ACK",
                       fate_word},
    [TIMING_ENTERS] = {state_word, "a state is one of the eleven, as in ESTABLISHED",
                       gives_up_word},
    [TIMING_TOLD] = {error_word, "an error is as in ETIMEDOUT", NULL},
    [TIMING_OVER] = {end_word,
                     "a run ends quiet, stop or max-time, max-events, max-memory, max-steps", NULL},
    [TIMING_LAST] = {state_word, "a state is one of the eleven, as in CLOSED", NULL},
};

static gboolean read_kind(TableReader *reader, TimingFact *fact)
{
    const Word *verb = &reader->words[2];

    for (fact->kind = 0; fact->kind < TIMING_KIND_COUNT; fact->kind++) {
        if (text_equals(timing_kind_name(fact->kind), verb->text, verb->length))
            return TRUE;
    }
    return complain(reader, 2, "the verbs are sends, forges, enters, told, ends and last",
                    "unknown verb");
}

static gboolean read_what(TableReader *reader, TimingFact *fact)
{
    const Word *what = &reader->words[3];

    fact->what = verbs[fact->kind].what(what->text, what->length);
    return fact->what != NULL ||
           complain(reader, 3, verbs[fact->kind].wanted, "that does not go with the verb");
}

static gboolean read_note(TableReader *reader, TimingFact *fact)
{
    const Word *note = &reader->words[4];

    fact->note = "";
    if (reader->count <= 4)
        return TRUE;
    if (verbs[fact->kind].note != NULL)
        fact->note = verbs[fact->kind].note(note->text, note->length);
    if (fact->note == NULL || fact->note[0] == '\0')
        return complain(reader, 4, NULL, "that cannot stand here");
    return reader->count == 5 || complain(reader, 5, NULL, "that is one word too many");
}

/* Seconds; "end" where there is no time. */
static gboolean read_time(TableReader *reader, TimingFact *fact)
{
    const Word *time = &reader->words[0];
    gboolean is_end = text_equals("end", time->text, time->length);

    if (is_end != (fact->kind == TIMING_LAST))
        return complain(reader, 0, NULL,
                        is_end ? "only 'last' has no time" : "'last' has 'end' in place of a time");
    if (is_end)
        return TRUE;
    if (decimal_read(time->text, time->length, SIM_SECOND, &fact->t) != DECIMAL_OK)
        return complain(reader, 0, "a time is seconds with up to 9 decimals: 3.0000", "not a time");
    if (fact->t < reader->t)
        return complain(reader, 0, "the lines stand in the order of time",
                        "this is before the line above");
    reader->t = fact->t;
    return TRUE;
}

static gboolean check_order(TableReader *reader, const TimingFact *fact)
{
    if (reader->is_over != (fact->kind == TIMING_LAST))
        return complain(reader, 0, NULL,
                        reader->is_over ? "the run has ended: only 'last' may follow"
                                        : "'last' stands behind the end of the run");
    reader->is_over = reader->is_over || fact->kind == TIMING_OVER;
    return TRUE;
}

static void read_fact(TableReader *reader)
{
    TimingFact fact = {.line = reader->line};

    if (reader->count < 4) {
        complain(reader, G_MAXUINT, "a line is TIME WHO VERB WHAT: 3.0000 client sends SYN",
                 "words are missing");
        return;
    }
    if (!read_kind(reader, &fact) || !read_what(reader, &fact) || !read_note(reader, &fact) ||
        !read_time(reader, &fact) || !check_order(reader, &fact))
        return;
    g_autofree char *who = g_strndup(reader->words[1].text, reader->words[1].length);
    fact.who = g_ref_string_new_intern(who);
    g_array_append_val(reader->table, fact);
}

static void read_line(TableReader *reader)
{
    if (reader->length > 0 && reader->text[reader->length - 1] == '\r')
        reader->length--;
    if (reader->line == 1) {
        reader->count = 0;
        if (!text_equals(header, reader->text, reader->length))
            complain(reader, G_MAXUINT, "the first line is: tcpwaltz-table 1",
                     "this is no timing table, or one of another version");
        return;
    }
    split(reader);
    if (reader->count > 0 && reader->words[0].text[0] != '#')
        read_fact(reader);
}

TimingTable *expect_timing_read(const char *name, const char *bytes, gsize length,
                                Diagnostics *diagnostics)
{
    g_autoptr(TimingTable) table = timing_table_new();
    TableReader reader = {
        .name = g_intern_string(name), .table = table, .diagnostics = diagnostics};
    const char *end = bytes + length;

    for (const char *at = bytes; at < end;) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));

        reader.text = at;
        reader.length = (gsize)((newline != NULL ? newline : end) - at);
        reader.line++;
        read_line(&reader);
        at = newline != NULL ? newline + 1 : end;
    }
    if (!diagnostics_any(diagnostics) && !reader.is_over) {
        reader.count = 0;
        complain(&reader, G_MAXUINT, "its last lines are missing", "the run does not end");
    }
    return diagnostics_any(diagnostics) ? NULL : g_steal_pointer(&table);
}
