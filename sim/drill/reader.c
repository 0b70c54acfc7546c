/* Words to script: settings, events and their times.  Every mistake is collected; after one, reading goes on
 * with the next line that looks like an event.
 */
#include <string.h>

#include "core/decimal.h"
#include "drill/code.h"
#include "drill/reader.h"

/* --- settings ------------------------------------------------------------------------------ */

/* Those of packetdrill and, at the end, of FreeBSD's. */
typedef enum SettingValue { NO_VALUE, ANY_VALUE, NUMBER } SettingValue;

static const struct {
    const char *name;
    SettingValue value;
} settings[] = {
    {"ip_version", ANY_VALUE},
    {"bind_port", NUMBER},
    {"code_command", ANY_VALUE},
    {"code_format", ANY_VALUE},
    {"code_sockopt", ANY_VALUE},
    {"connect_port", NUMBER},
    {"remote_ip", ANY_VALUE},
    {"local_ip", ANY_VALUE},
    {"gateway_ip", ANY_VALUE},
    {"netmask_ip", ANY_VALUE},
    {"speed", NUMBER},
    {"mss", NUMBER},
    {"mtu", NUMBER},
    {"init_scripts", ANY_VALUE},
    {"tolerance_usecs", NUMBER},
    {"tolerance_percent", ANY_VALUE},
    {"wire_client", NO_VALUE},
    {"wire_server", NO_VALUE},
    {"wire_server_ip", ANY_VALUE},
    {"wire_server_at", ANY_VALUE},
    {"wire_server_port", NUMBER},
    {"wire_client_dev", ANY_VALUE},
    {"wire_server_dev", ANY_VALUE},
    {"so_filename", ANY_VALUE},
    {"so_flags", ANY_VALUE},
    {"tcp_ts_ecr_scaled", NO_VALUE},
    {"tcp_ts_tick_usecs", NUMBER},
    {"strict_segments", NO_VALUE},
    {"non_fatal", ANY_VALUE},
    {"dry_run", NO_VALUE},
    {"is_anyip", NO_VALUE},
    {"send_omit_free", NO_VALUE},
    {"psp_udp_port", NUMBER},
    {"debug", NO_VALUE},
    {"define", ANY_VALUE},
    {"verbose", NO_VALUE},
    {"udp_encapsulation", ANY_VALUE},
    {"tcp_md5_secret", ANY_VALUE},
};

static gboolean find_setting(DrillReader *reader, const DrillWord *word, SettingValue *value)
{
    const char *names[G_N_ELEMENTS(settings) + 1] = {NULL};

    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (strcmp(settings[i].name, word->text) == 0) {
            *value = settings[i].value;
            return TRUE;
        }
        names[i] = settings[i].name;
    }
    const char *nearest = nearest_word(word->text, names);
    g_autofree char *hint =
        nearest != NULL ? g_strdup_printf("did you mean '--%s'?", nearest) : NULL;

    return drill_error(reader, word, hint, "there is no setting '--%s'", word->text);
}

/* "NAME=value" behind "--define=". */
static char *read_definition(DrillReader *reader, const DrillWord *name)
{
    static const char *const quotes[] = {[WORD_STRING] = "\"", [WORD_COMMAND] = "`"};
    const DrillWord *value = drill_peek(reader);

    if (value->kind == WORD_INTEGER) {
        drill_error(reader, value, "the program's own --define takes numbers",
                    "a script defines words, \"texts\" and `commands`, but no numbers");
        return NULL;
    }
    if (value->kind != WORD_NAME && value->kind != WORD_STRING && value->kind != WORD_COMMAND) {
        drill_expected(reader, "a value", "--define=NAME=value");
        return NULL;
    }
    drill_take(reader);
    const char *quote =
        value->kind == WORD_STRING || value->kind == WORD_COMMAND ? quotes[value->kind] : "";
    g_autofree char *written = g_strndup(reader->source.bytes + name->offset, name->length);

    return g_strdup_printf("%s=%s%s%s", written, quote, value->text, quote);
}

/* Behind "=": NULL with an error. */
static char *read_setting_value(DrillReader *reader, SettingValue kind)
{
    gint64 number;

    if (kind == NUMBER) {
        const DrillWord *word = drill_peek(reader);

        return drill_need_integer(reader, "a number", 0, G_MAXINT32, &number) ? g_strdup(word->text)
                                                                              : NULL;
    }
    const DrillWord *word = drill_peek(reader);

    switch (word->kind) {
    case WORD_NAME:
    case WORD_INTEGER:
    case WORD_STRING:
    case WORD_IPV4:
    case WORD_IPV6: drill_take(reader); break;
    default: drill_expected(reader, "a value", NULL); return NULL;
    }
    return drill_take_if(reader, '=') ? read_definition(reader, word) : g_strdup(word->text);
}

/* What the user says of it holds. */
static gboolean set_ip_version(DrillReader *reader, const char *value)
{
    gboolean is_ipv6 = strcmp(value, "ipv6") == 0, is_mapped = drill_is_mapped(value);

    if (!reader->ip_is_set)
        reader->is_ipv6 = is_ipv6;
    reader->is_mapped = is_mapped;
    return is_ipv6 || is_mapped || strcmp(value, "ipv4") == 0;
}

static gboolean check_setting(DrillReader *reader, const DrillSetting *setting, guint first)
{
    if (strcmp(setting->name, "define") == 0 && !drill_define(reader, setting->value))
        return drill_error_from(reader, first, reader->next - 1, "--define=NAME=value",
                                "this defines nothing");
    if (strcmp(setting->name, "ip_version") == 0 && !set_ip_version(reader, setting->value))
        return drill_error_from(reader, first, reader->next - 1, NULL,
                                "--ip_version is ipv4, ipv6 or ipv4_mapped_ipv6");
    return TRUE;
}

static void setting_free(gpointer data)
{
    DrillSetting *setting = data;

    g_free(setting->name);
    g_free(setting->value);
    g_free(setting);
}

static gboolean read_setting(DrillReader *reader)
{
    guint first = reader->next;
    const DrillWord *word = drill_take(reader);
    SettingValue kind = NO_VALUE;

    if (!find_setting(reader, word, &kind))
        return FALSE;
    if (kind == NO_VALUE && drill_next_is(reader, '='))
        return drill_error(reader, word, NULL, "--%s has no value", word->text);
    if (kind != NO_VALUE && !drill_next_is(reader, '='))
        return drill_error(reader, word, NULL, "--%s needs a value: --%s=…", word->text,
                           word->text);
    g_autofree char *value = NULL;

    if (drill_take_if(reader, '=') && (value = read_setting_value(reader, kind)) == NULL)
        return FALSE;
    DrillSetting *setting = g_new0(DrillSetting, 1);

    setting->name = g_strdup(word->text);
    setting->value = g_steal_pointer(&value);
    setting->place = drill_place(reader, word);
    g_ptr_array_add(reader->script->settings, setting);
    return check_setting(reader, setting, first);
}

/* --- times --------------------------------------------------------------------------------- */

/* "1", "1.5", ".5": seconds. */
static gboolean read_seconds(DrillReader *reader, SimTime *time)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind != WORD_FLOAT && word->kind != WORD_INTEGER)
        return drill_expected(reader, "a time in seconds", NULL);
    drill_take(reader);
    if (word->text[0] == '-')
        return drill_error(reader, word, NULL, "times are not negative");
    g_autofree char *digits = g_strconcat(word->text[0] == '.' ? "0" : "", word->text, NULL);

    switch (decimal_read(digits, strlen(digits), SIM_SECOND, time)) {
    case DECIMAL_OK: return TRUE;
    case DECIMAL_TOO_FINE:
        return drill_error(reader, word, NULL, "times have no fractions of a nanosecond");
    default: return drill_error(reader, word, NULL, "this time is beyond all bounds");
    }
}

static gboolean read_range(DrillReader *reader, DrillTime *time, guint first)
{
    if (!drill_take_if(reader, '~'))
        return TRUE;
    gboolean relative = time->kind == DRILL_TIME_RELATIVE;

    if (relative != drill_take_if(reader, '+'))
        return drill_error_from(reader, first, reader->next - 1, "T~T, or +T~+T",
                                "both ends of a range are absolute, or both relative");
    if (!read_seconds(reader, &time->until))
        return FALSE;
    if (time->until < time->at)
        return drill_error_from(reader, first, reader->next - 1, NULL, "this range is backwards");
    return TRUE;
}

static gboolean read_return(DrillReader *reader, DrillTime *time, guint first)
{
    if (drill_peek(reader)->kind != WORD_ELLIPSIS)
        return TRUE;
    drill_take(reader);
    if (drill_next_is(reader, '+'))
        return drill_error(reader, drill_peek(reader), "+T...E: E counts from where T does",
                           "no '+' stands here");
    if (!read_seconds(reader, &time->returns))
        return FALSE;
    if (time->returns < time->at)
        return drill_error_from(reader, first, reader->next - 1, NULL,
                                "this call returns before it begins");
    return TRUE;
}

/* "T", "+T", "*", a range or the times of a blocking call. */
static gboolean read_time(DrillReader *reader, DrillTime *time)
{
    guint first = reader->next;

    *time = (DrillTime){.until = SIM_NEVER, .returns = SIM_NEVER};
    if (drill_take_if(reader, '*')) {
        time->kind = DRILL_TIME_ANY;
        return TRUE;
    }
    time->kind = drill_take_if(reader, '+') ? DRILL_TIME_RELATIVE : DRILL_TIME_ABSOLUTE;
    return read_seconds(reader, &time->at) && read_range(reader, time, first) &&
           read_return(reader, time, first);
}

/* --- events -------------------------------------------------------------------------------- */

/* What may stand where only a segment that has to leave may. */
static gboolean check_time(DrillReader *reader, const DrillEvent *event, gboolean outbound,
                           guint first, guint last)
{
    const DrillTime *time = &event->time;

    if (time->kind == DRILL_TIME_ANY && !outbound)
        return drill_error_from(reader, first, last, NULL,
                                "only a segment that has to leave ('>') may do so at any time");
    if (time->until != SIM_NEVER && !outbound)
        return drill_error_from(reader, first, last, NULL,
                                "only a segment that has to leave ('>') may have a range of times");
    if (time->returns != SIM_NEVER && event->kind != DRILL_CALL)
        return drill_error_from(reader, first, last, NULL,
                                "only a call returns later than it begins");
    return TRUE;
}

/* Of packets, in nplab's packetdrill. */
static const DrillForeign foreign_protocols[] = {
    {"sctp", "SCTP"}, {"udplite", "UDP-Lite"}, {NULL, NULL}};

/* "[1:1001(1000)] icmp …", and not "[ect0] …". */
static gboolean begins_quotation(DrillReader *reader)
{
    if (!drill_next_is(reader, '['))
        return FALSE;
    const DrillWord *next = &g_array_index(reader->words, DrillWord, reader->next + 1);

    return next->kind == WORD_INTEGER;
}

/* From "icmp" on. */
static gboolean read_icmp(DrillReader *reader, DrillEvent *event, gboolean inbound)
{
    event->kind = DRILL_ICMP;
    if (!inbound)
        reader->reason = "an ICMP message that has to leave";
    return drill_need_name(reader, "icmp") && drill_read_icmp(reader, &event->icmp);
}

static gboolean read_packet(DrillReader *reader, DrillEvent *event, gboolean inbound)
{
    if (!drill_read_headers(reader))
        return FALSE;
    if (begins_quotation(reader))
        return drill_read_quoted(reader, &event->icmp) && read_icmp(reader, event, inbound);
    if (!drill_read_ip_info(reader, inbound, &event->segment))
        return FALSE;
    if (drill_take_name_if(reader, "udp"))
        return drill_read_udp(reader);
    if (drill_next_is_name(reader, "icmp"))
        return read_icmp(reader, event, inbound);
    if (drill_is_foreign(reader, foreign_protocols))
        return FALSE;
    event->kind = inbound ? DRILL_INJECT : DRILL_EXPECT;
    return drill_read_segment(reader, inbound, &event->segment);
}

static gboolean read_call(DrillReader *reader, DrillEvent *event)
{
    event->kind = DRILL_CALL;
    event->call = drill_read_call(reader);
    return event->call != NULL;
}

static gboolean read_code(DrillReader *reader, DrillEvent *event)
{
    const DrillWord *word = drill_take(reader);

    event->kind = DRILL_CODE;
    event->code = drill_code_read_source(&reader->source, word->offset + 2, word->length - 4,
                                         reader->diagnostics);
    return event->code != NULL;
}

static gboolean read_command(DrillReader *reader, DrillEvent *event)
{
    event->kind = DRILL_COMMAND;
    event->command = g_strdup(drill_take(reader)->text);
    return TRUE;
}

/* Behind the time. */
static gboolean read_action(DrillReader *reader, DrillEvent *event)
{
    switch (drill_peek(reader)->kind) {
    case WORD_COMMAND: return read_command(reader, event);
    case WORD_CODE: return read_code(reader, event);
    case WORD_NAME: return read_call(reader, event);
    default: break;
    }
    if (drill_take_if(reader, '<'))
        return read_packet(reader, event, TRUE);
    if (drill_take_if(reader, '>'))
        return read_packet(reader, event, FALSE);
    return drill_expected(reader, "'<', '>', a call, `a command` or %{ code }%", NULL);
}

/* The words from `first` on as one line, with blanks where the script has some. */
static char *statement_text(DrillReader *reader, guint first)
{
    GString *out = g_string_new(NULL);
    gsize end = 0;

    for (guint i = first; i < reader->next; i++) {
        const DrillWord *word = &g_array_index(reader->words, DrillWord, i);

        if (i > first && word->offset > end)
            g_string_append_c(out, ' ');
        g_string_append_len(out, reader->source.bytes + word->offset, (gssize)word->length);
        end = word->offset + word->length;
    }
    char *line = drill_one_line(out->str, out->len);

    g_string_free(out, TRUE);
    return line;
}

static DrillEvent *new_event(DrillReader *reader)
{
    DrillEvent *event = g_new0(DrillEvent, 1);

    event->time = (DrillTime){DRILL_TIME_RELATIVE, 0, SIM_NEVER, SIM_NEVER};
    event->segment.options = g_array_new(FALSE, TRUE, sizeof(DrillOption));
    event->segment.window = event->segment.urgent = -1;
    event->segment.tos = event->segment.ttl = -1;
    event->place = drill_place(reader, drill_peek(reader));
    reader->reason = NULL;
    return event;
}

static void add_event(DrillReader *reader, DrillEvent *event, guint first)
{
    if (reader->reason != NULL) {
        event->kind = DRILL_OTHER;
        event->reason = g_strdup(reader->reason);
    }
    event->text = statement_text(reader, first);
    g_ptr_array_add(reader->script->events, event);
}

/* After what was not read: to the next line that looks like the beginning of something. */
static void skip_statement(DrillReader *reader, guint began)
{
    if (reader->next == began)
        drill_take(reader);
    for (;;) {
        const DrillWord *word = &g_array_index(reader->words, DrillWord, reader->next);

        if (word->kind == WORD_END ||
            (word->first && (drill_begins_event(word) || word->kind == WORD_SETTING ||
                             word->kind == WORD_COMMAND)))
            return;
        reader->next++;
    }
}

static gboolean read_event(DrillReader *reader)
{
    DrillEvent *event = new_event(reader);
    guint first = reader->next;
    gboolean good = read_time(reader, &event->time);
    guint action = reader->next;
    gboolean outbound = drill_next_is(reader, '>');

    good = good && read_action(reader, event) &&
           check_time(reader, event, outbound, first, action - 1);
    reader->timed++;
    if (reader->stops)
        skip_statement(reader, first);
    if (good || reader->stops)
        add_event(reader, event, action);
    else
        drill_event_free(event);
    return good || reader->stops;
}

/* A command without a time: before all events, or behind them. */
static void read_bare_command(DrillReader *reader, gboolean is_first)
{
    DrillEvent *event = new_event(reader);
    guint first = reader->next;

    if (is_first)
        event->time.kind = DRILL_TIME_ABSOLUTE;
    read_command(reader, event);
    add_event(reader, event, first);
}

/* --- the script ---------------------------------------------------------------------------- */

static void read_settings(DrillReader *reader)
{
    while (drill_peek(reader)->kind == WORD_SETTING) {
        guint began = reader->next;

        if (!read_setting(reader))
            skip_statement(reader, began);
    }
}

static void refuse_word(DrillReader *reader, const DrillWord *word)
{
    g_autofree char *shown = drill_shown(reader, word);

    drill_error(reader, word, "T, +T, T~T, +T~+T, * or +T...E",
                "expected the time of an event, not '%s'", shown);
}

/* What stands where an event should begin. */
static void refuse(DrillReader *reader)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind == WORD_SETTING)
        drill_error(reader, word, NULL, "settings stand before all events");
    else if (word->kind == WORD_COMMAND)
        drill_error(reader, word, "+0 `…`", "a command between events needs a time");
    else
        refuse_word(reader, word);
}

static void read_events(DrillReader *reader)
{
    while (!reader->stops && drill_peek(reader)->kind != WORD_END) {
        guint began = reader->next;

        if (drill_begins_event(drill_peek(reader))) {
            if (!read_event(reader))
                skip_statement(reader, began);
            continue;
        }
        if (drill_peek(reader)->kind == WORD_COMMAND && began + 2 == reader->words->len) {
            read_bare_command(reader, FALSE);
            return;
        }
        refuse(reader);
        skip_statement(reader, began);
    }
}

/* Absolute times that go back: neither what was seen nor a blocking call can make the earliest time of an event
 * earlier than the sum of what stands before it. */
static void check_order(DrillReader *reader)
{
    const DrillScript *script = reader->script;
    const DrillEvent *last = NULL;
    SimTime now = 0;

    for (guint i = 0; i < script->events->len; i++) {
        const DrillEvent *event = g_ptr_array_index(script->events, i);
        const DrillTime *time = &event->time;

        if (time->kind == DRILL_TIME_RELATIVE)
            now = sim_time_add(now, time->at);
        if (time->kind != DRILL_TIME_ABSOLUTE)
            continue;
        SimTime latest = time->until != SIM_NEVER ? time->until : time->at;

        if (latest < now) {
            const char *line = g_ptr_array_index(script->lines, event->place.line - 1);

            diagnostics_add(reader->diagnostics, event->place, line, NULL,
                            "time goes back: the event before is later than this");
            if (last != NULL)
                diagnostics_note(reader->diagnostics, last->place,
                                 g_ptr_array_index(script->lines, last->place.line - 1),
                                 strlen(g_ptr_array_index(script->lines, last->place.line - 1)),
                                 "the absolute time before is here");
        }
        now = MAX(now, time->at);
        last = event;
    }
}

static void read_script(DrillReader *reader)
{
    guint64 errors = reader->diagnostics->errors;

    read_settings(reader);
    if (drill_peek(reader)->kind == WORD_COMMAND)
        read_bare_command(reader, TRUE);
    read_events(reader);
    if (reader->diagnostics->errors > errors)
        return;
    check_order(reader);
    if (reader->timed == 0)
        diagnostics_add(reader->diagnostics, (SourcePlace){.file = reader->source.file}, NULL, NULL,
                        "there is no event in this script");
}

static void split_lines(const DrillSource *source, GPtrArray *lines)
{
    for (guint i = 0; i < source->lines->len; i++) {
        const char *line;
        gsize length;

        drill_source_line(source, g_array_index(source->lines, gsize, i), &line, &length);
        g_ptr_array_add(lines, g_strndup(line, length));
    }
}

static void define_all(DrillReader *reader, const DrillReadOptions *options)
{
    if (options == NULL || options->definitions == NULL)
        return;
    for (guint i = 0; options->definitions[i] != NULL; i++)
        if (!drill_define(reader, options->definitions[i]))
            diagnostics_add(reader->diagnostics, (SourcePlace){.file = "--define"}, NULL,
                            "NAME=value", "'%s' defines nothing", options->definitions[i]);
}

/* What its lines take, before anything is made of them. */
static guint64 bytes_of_lines(const char *text, gsize length)
{
    enum { LINE_BYTES = 64 }; /* of one, beside its text */
    guint64 lines = 1;

    for (const char *at = text, *end = text + length;
         at < end && (at = memchr(at, '\n', (gsize)(end - at))) != NULL; at++)
        lines++;
    return length + lines * LINE_BYTES;
}

static gboolean has_room_for_lines(const DrillReader *reader, const char *file)
{
    if (reader->bytes <= reader->bytes_max)
        return TRUE;
    diagnostics_add(reader->diagnostics, (SourcePlace){.file = g_intern_string(file)}, NULL,
                    "raise --max-memory", "its lines alone take more memory than it may");
    return FALSE;
}

DrillScript *drill_script_read(const char *file, const char *text, gsize length,
                               const DrillReadOptions *options, Diagnostics *diagnostics)
{
    guint64 errors = diagnostics->errors;
    DrillScript *script = g_new0(DrillScript, 1);
    DrillReader reader = {
        .diagnostics = diagnostics,
        .words = g_array_new(FALSE, FALSE, sizeof(DrillWord)),
        .defines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .texts = g_string_chunk_new(4096),
        .script = script,
        .bytes = bytes_of_lines(text, length),
        .bytes_max = options != NULL && options->bytes_max != 0 ? options->bytes_max : G_MAXUINT64,
        .ip_is_set = options != NULL && options->ip != 0,
        .is_ipv6 = options != NULL && options->ip == 6,
    };

    script->file = g_strdup(file);
    script->settings = g_ptr_array_new_with_free_func(setting_free);
    script->events = g_ptr_array_new_with_free_func((GDestroyNotify)drill_event_free);
    script->lines = g_ptr_array_new_with_free_func(g_free);
    if (!has_room_for_lines(&reader, file))
        length = 0; /* the rest goes as with a text that says nothing */
    drill_source_init(&reader.source, file, text, length);
    split_lines(&reader.source, script->lines);
    define_all(&reader, options);
    drill_words_read(&reader);
    if (diagnostics->errors == errors)
        read_script(&reader);
    script->bytes = reader.bytes;
    g_array_unref(reader.words);
    g_hash_table_unref(reader.defines);
    g_string_chunk_free(reader.texts);
    drill_source_clear(&reader.source);
    if (diagnostics->errors > errors)
        g_clear_pointer(&script, drill_script_free);
    return script;
}
