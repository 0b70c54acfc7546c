/* A packetdrill script: read, with and without definitions, and its code run. */
#include <string.h>

#include "claims.h"
#include "drill/code.h"
#include "drill/script.h"
#include "fuzz.h"

#define NAME "fuzz.pkt"

/* ---- What must hold ---- */

static void check_errors(const Diagnostics *diagnostics, const char *text, gsize length)
{
    g_autofree char *said = diagnostics_format(diagnostics);
    guint lines = 1;

    claim_printable(said, '\n');
    for (gsize i = 0; i < length; i++)
        lines += text[i] == '\n';
    for (guint i = 0; i < diagnostics->items->len; i++) {
        const Diagnostic *item = g_ptr_array_index(diagnostics->items, i);

        g_assert(g_str_equal(item->place.file, NAME));
        g_assert(item->place.line <= lines && item->place.column <= length + 1);
        g_assert((item->place.line == 0) == (item->text == NULL));
    }
}

static void check_time(const DrillEvent *event)
{
    const DrillTime *time = &event->time;
    gboolean expected = event->kind == DRILL_EXPECT || event->kind == DRILL_OTHER;

    g_assert(time->at >= 0 && time->until >= time->at && time->returns >= time->at);
    g_assert(expected || (time->kind != DRILL_TIME_ANY && time->until == SIM_NEVER));
    g_assert(event->kind == DRILL_CALL || event->kind == DRILL_OTHER || time->returns == SIM_NEVER);
}

static void check_segment(const DrillSegment *segment, gboolean inbound)
{
    g_assert(segment->length <= 65535 && segment->window >= -1 && segment->window <= 65535);
    g_assert(segment->urgent >= -1 && segment->urgent <= 65535);
    g_assert(!inbound || (segment->window >= 0 && !segment->any_seq && !segment->any_options));
    for (guint i = 0; i < segment->options->len; i++) {
        const DrillOption *option = &g_array_index(segment->options, DrillOption, i);

        g_assert(option->kind < DRILL_OPTION_KIND_COUNT);
        g_assert(option->block_count <= DRILL_SACK_MAX);
        g_assert(option->byte_count <= DRILL_OPTION_BYTES_MAX);
    }
}

static void check_value(const DrillValue *value)
{
    gboolean has_items = value->kind == DRILL_VALUE_LIST || value->kind == DRILL_VALUE_STRUCT;

    g_assert((value->items != NULL) == has_items);
    g_assert(value->kind != DRILL_VALUE_STRING || value->text[value->length] == '\0');
    for (guint i = 0; has_items && i < value->items->len; i++)
        check_value(g_ptr_array_index(value->items, i));
}

static gboolean look_up(gpointer context, const char *name, gint64 *value)
{
    (void)context;
    *value = (gint64)strlen(name);
    return g_str_has_prefix(name, "tcpi_");
}

static void check_code(const DrillCode *code, DrillNames *names)
{
    g_autoptr(GString) printed = g_string_new(NULL);
    g_autofree char *why = NULL;
    DrillVerdict verdict = drill_code_run(code, names, look_up, NULL, printed, &why);

    g_assert((verdict == DRILL_HOLDS) == (why == NULL));
    g_assert(g_utf8_validate(printed->str, -1, NULL));
    g_assert(why == NULL || g_utf8_validate(why, -1, NULL));
}

static void check_event(const DrillEvent *event, DrillNames *names)
{
    g_assert(event->kind < DRILL_EVENT_KIND_COUNT);
    g_assert((event->kind == DRILL_OTHER) == (event->reason != NULL));
    g_assert(event->kind == DRILL_OTHER || (event->kind == DRILL_CALL) == (event->call != NULL));
    g_assert((event->kind == DRILL_CODE) == (event->code != NULL));
    g_assert((event->kind == DRILL_COMMAND) == (event->command != NULL));
    claim_printable(event->text, ' ');
    check_time(event);
    if (event->kind == DRILL_INJECT || event->kind == DRILL_EXPECT)
        check_segment(&event->segment, event->kind == DRILL_INJECT);
    for (guint i = 0; event->call != NULL && i < event->call->args->len; i++)
        check_value(g_ptr_array_index(event->call->args, i));
    if (event->code != NULL)
        check_code(event->code, names);
}

static void check_script(const DrillScript *script)
{
    DrillNames *names = drill_names_new();

    g_assert(script->events->len > 0);
    for (guint i = 0; i < script->events->len; i++) {
        const DrillEvent *event = g_ptr_array_index(script->events, i);

        g_assert(event->place.line >= 1 && event->place.line <= script->lines->len);
        check_event(event, names);
    }
    drill_names_free(names);
}

static void read_script(const char *text, gsize length, const char *const *definitions)
{
    const DrillReadOptions options = {.definitions = definitions};
    g_autoptr(Diagnostics) diagnostics = diagnostics_new();
    g_autoptr(DrillScript) script = drill_script_read(NAME, text, length, &options, diagnostics);

    g_assert((script == NULL) == diagnostics_any(diagnostics));
    check_errors(diagnostics, text, length);
    if (script != NULL)
        check_script(script);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const definitions[] = {"SIZE=0x10", "ON", "TEXT=\"a\"", "RUN=`a`", NULL};
    /* Not ended by NUL: a script has a length. */
    char *text = size > 0 ? g_memdup2(data, size) : g_strdup("");

    read_script(text, size, NULL);
    read_script(text, size, definitions);
    g_free(text);
    return 0;
}

/* ---- Changes ---- */

static const char *const words[] = {
    "0",
    "+0",
    "+.1",
    "1.5",
    "*",
    "+0~+1",
    "1~2",
    "+0...1",
    "...",
    "<",
    ">",
    ".",
    "-",
    "S",
    "S.",
    "F.",
    "P.",
    "R",
    "SEW",
    "P.5",
    "0:0(0)",
    "1:1(0)",
    "1:1001(1000)",
    "...(0)",
    "0:0(0)!",
    "4294967295:4294967296(1)",
    "ack 1",
    "win 0",
    "win 65535",
    "urg 1",
    "<mss 1460>",
    "<...>",
    "<nop,nop,sack 1:2 3:4>",
    "<nop,nop,TS val 1 ecr 2>",
    "<mss 1460,sackOK,eol,eol>",
    "<FO 00,nop>",
    "<md5 valid,nop,nop>",
    "<wscale 7,nop>",
    "[ect0]",
    "[ttl 5]",
    "(tos 0x10)",
    "udp (5)",
    "icmp unreachable frag_needed mtu 9",
    "[1:2(1)]",
    "gre:",
    "mpls (label 1, tc 0, ttl 2):",
    "ipv6 ::1 > ::2:",
    "/udp(1 > 2)",
    "1 > 2",
    "close(3) = 0",
    "read(3, ..., 9) = -1 EAGAIN (again)",
    "f([{...,1}], {fd=1}, \"a\\x00\", NULL) = 0",
    "O_RDWR|O_NONBLOCK",
    "htons(1)",
    "inet_addr(\"1.2.3.4\")",
    "{sa_family = AF_INET}",
    "SIZE",
    "TEXT",
    "RUN",
    "`ls`",
    "%{ assert tcpi_rtt == 1, 'a%d' % 5 }%",
    "%{ x = (1, [2]) ; print(x) }%",
    "%{",
    "}%",
    "assert",
    "x += x",
    "1 < 2 < 3",
    "not in",
    "and",
    "or",
    "// 0",
    "% -1",
    "<< 62",
    "9223372036854775807",
    "'%5.2f|%x' % (1, 2)",
    "max(1, 2)",
    "--mss=1",
    "--define=A=5",
    "--dry_run",
    "#ifdef ON",
    "#ifndef ON",
    "#else",
    "#endif",
    "//",
    "/*",
    "*/",
    "\"",
    "'",
    "`",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "=",
    ",",
    ";",
    "\xff",
    "\xc3\xa9",
    "\x1b",
    "0x",
    "99999999999999999999",
};

const char *fuzz_word(uint64_t seed)
{
    return words[seed % G_N_ELEMENTS(words)];
}

char *fuzz_line(uint64_t seed)
{
    return g_strdup_printf("+0 %s %s", fuzz_word(seed), fuzz_word(seed / G_N_ELEMENTS(words)));
}
