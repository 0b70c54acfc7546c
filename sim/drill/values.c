/* Calls, and the values in them: "bind(3, ..., ...) = 0", "poll([{fd=4, events=POLLIN}], 1, 10) = 1". */
#include <arpa/inet.h>
#include <string.h>

#include "drill/constants.h"
#include "drill/names.h"
#include "drill/reader.h"

/* Lists in lists: more are no call's. */
enum { DEPTH_MAX = 16 };

static DrillValue *read_value(DrillReader *reader, guint depth);

static DrillValue *new_value(DrillReader *reader, DrillValueKind kind)
{
    DrillValue *value = g_new0(DrillValue, 1);

    value->kind = kind;
    value->count = -1;
    value->place = drill_place(reader, drill_peek(reader));
    return value;
}

static DrillValue *fail(DrillValue *value)
{
    drill_value_free(value);
    return NULL;
}

/* --- strings ------------------------------------------------------------------------------- */

/* Behind a backslash; *at is moved behind the escape. */
static gboolean unescape(DrillReader *reader, const DrillWord *word, const char **at, GString *out)
{
    static const char letters[] = "\\\"fnrtv", signs[] = "\\\"\f\n\r\t\v";
    const char *letter = **at != '\0' ? strchr(letters, **at) : NULL;

    if (letter != NULL) {
        g_string_append_c(out, signs[letter - letters]);
        ++*at;
        return TRUE;
    }
    if (**at == 'x' && g_ascii_isxdigit((*at)[1]) && g_ascii_isxdigit((*at)[2])) {
        g_string_append_c(
            out, (char)(g_ascii_xdigit_value((*at)[1]) * 16 + g_ascii_xdigit_value((*at)[2])));
        *at += 3;
        return TRUE;
    }
    return drill_error(reader, word,
                       "these are known: \\\\ \\\" \\f \\n \\r \\t \\v, and \\x with two digits",
                       "a backslash has no meaning before this");
}

/* One string or more, which are one: "a" "b". */
static DrillValue *read_string(DrillReader *reader)
{
    DrillValue *value = new_value(reader, DRILL_VALUE_STRING);
    GString *out = g_string_new(NULL);
    gboolean good = TRUE;

    while (good && drill_peek(reader)->kind == WORD_STRING) {
        const DrillWord *word = drill_take(reader);

        for (const char *at = word->text; good && *at != '\0';) {
            if (*at != '\\')
                g_string_append_c(out, *at++);
            else
                good = (at++, unescape(reader, word, &at, out));
        }
    }
    value->length = out->len;
    value->text = g_string_free(out, FALSE);
    if (!good)
        return fail(value);
    if (drill_peek(reader)->kind == WORD_ELLIPSIS) {
        drill_take(reader);
        value->is_open = TRUE;
    }
    return value;
}

/* --- numbers ------------------------------------------------------------------------------- */

/* Of other protocols, in calls. */
static const DrillForeign foreign_constants[] = {
    {"IPPROTO_SCTP", "SCTP"},
    {"SCTP_*", "SCTP"},
    {"IPPROTO_UDPLITE", "UDP-Lite"},
    {"UDPLITE_*", "UDP-Lite"},
    {"IPPROTO_MPTCP", "Multipath TCP"},
    {"MPTCP_*", "Multipath TCP"},
    {"IPPROTO_DCCP", "DCCP"},
    {"IPPROTO_UDP", "UDP"},
    {"SOCK_DGRAM", "UDP"},
    {NULL, NULL},
};

static gboolean read_constant(DrillReader *reader, gint64 *number)
{
    if (drill_is_foreign(reader, foreign_constants))
        return FALSE;
    const DrillWord *word = drill_take(reader);

    if (drill_constant(word->text, number))
        return TRUE;
    g_autofree char *meant = drill_meant(drill_constant_nearest(word->text));
    g_autofree char *undefined = drill_undefined(word);

    return drill_error(reader, word, meant != NULL ? meant : undefined, "there is no constant '%s'",
                       word->text);
}

/* Network addresses as arguments: of version 4 a number, of version 6 a text. */
static gboolean read_address(DrillReader *reader, const DrillWord *word, DrillValue *value)
{
    struct in_addr address;
    struct in6_addr address6;

    if (inet_pton(AF_INET, word->text, &address) == 1) {
        value->number = ntohl(address.s_addr);
        return TRUE;
    }
    if (inet_pton(AF_INET6, word->text, &address6) != 1)
        return drill_error(reader, word, NULL, "this is no address");
    value->kind = DRILL_VALUE_STRING;
    g_free(value->text);
    value->text = g_strdup(word->text);
    value->length = strlen(word->text);
    return TRUE;
}

/* Behind the name of such a function: its arguments. */
static gboolean read_address_call(DrillReader *reader, DrillValue *value, gboolean has_family)
{
    if (!drill_need(reader, '('))
        return FALSE;
    if (has_family &&
        (!drill_take_name_if(reader, "AF_INET") && !drill_take_name_if(reader, "AF_INET6")))
        return drill_expected(reader, "AF_INET or AF_INET6", NULL);
    if (has_family && !drill_need(reader, ','))
        return FALSE;
    const DrillWord *word = drill_peek(reader);

    if (word->kind != WORD_STRING)
        return drill_expected(reader, "an address in quotes", NULL);
    drill_take(reader);
    return read_address(reader, word, value) && drill_need(reader, ')');
}

static gboolean read_swapped(DrillReader *reader, DrillValue *value, gint64 most)
{
    return drill_need(reader, '(') &&
           drill_need_any_integer(reader, "a number", 0, most, &value->number) &&
           drill_need(reader, ')');
}

static gboolean is_function(const DrillWord *word)
{
    static const char *const names[] = {"htons",      "htonl",     "inet_addr",
                                        "inet6_addr", "inet_pton", NULL};

    return g_strv_contains(names, word->text);
}

static DrillValue *read_function(DrillReader *reader)
{
    DrillValue *value = new_value(reader, DRILL_VALUE_NUMBER);
    const DrillWord *word = drill_take(reader);
    gboolean good;

    if (strcmp(word->text, "htons") == 0)
        good = read_swapped(reader, value, 65535);
    else if (strcmp(word->text, "htonl") == 0)
        good = read_swapped(reader, value, G_MAXUINT32);
    else
        good = read_address_call(reader, value, strcmp(word->text, "inet_pton") == 0);
    return good ? value : fail(value);
}

/* A number or a name of one: a part of "O_RDWR|O_NONBLOCK". */
static gboolean read_term(DrillReader *reader, gint64 *number)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind == WORD_INTEGER || word->kind == WORD_HEX)
        return drill_need_any_integer(reader, "a number", G_MININT64, G_MAXINT64, number);
    if (word->kind == WORD_NAME)
        return read_constant(reader, number);
    return drill_expected(reader, "a number or the name of one", NULL);
}

static DrillValue *read_number(DrillReader *reader)
{
    DrillValue *value = new_value(reader, DRILL_VALUE_NUMBER);
    guint first = reader->next;
    gboolean is_named = FALSE;
    gint64 part;

    do {
        is_named = is_named || drill_peek(reader)->kind == WORD_NAME;
        if (!read_term(reader, &part))
            return fail(value);
        value->number |= part;
    } while (drill_take_if(reader, '|'));
    if (is_named) {
        const DrillWord *from = &g_array_index(reader->words, DrillWord, first);
        const DrillWord *to = &g_array_index(reader->words, DrillWord, reader->next - 1);

        value->text = drill_one_line(reader->source.bytes + from->offset,
                                     to->offset + to->length - from->offset);
    }
    return value;
}

/* --- lists and structures ------------------------------------------------------------------ */

/* What ends with `close`. */
static gboolean read_items(DrillReader *reader, GPtrArray *items, char close, guint depth)
{
    if (drill_take_if(reader, close))
        return TRUE;
    do {
        DrillValue *item = read_value(reader, depth + 1);

        if (item == NULL)
            return FALSE;
        g_ptr_array_add(items, item);
    } while (drill_take_if(reader, ','));
    if (drill_take_if(reader, close))
        return TRUE;
    g_autofree char *what = g_strdup_printf("',' or '%c'", close);

    return drill_expected(reader, what, NULL);
}

static DrillValue *read_list(DrillReader *reader, DrillValueKind kind, guint depth)
{
    DrillValue *value = new_value(reader, kind);
    guint first = reader->next;

    value->items = g_ptr_array_new_with_free_func((GDestroyNotify)drill_value_free);
    drill_take(reader);
    /* Labels of MPLS and headers of GRE have a form of their own. */
    if (kind == DRILL_VALUE_STRUCT &&
        (drill_next_is(reader, '(') || drill_next_is_name(reader, "flags") ||
         drill_next_is_name(reader, "Flags"))) {
        reader->reason = drill_next_is(reader, '(') ? "MPLS" : "GRE";
        reader->next = first;
        return drill_skip_braces(reader) ? value : fail(value);
    }
    if (kind == DRILL_VALUE_STRUCT && drill_next_is(reader, '}')) {
        drill_expected(reader, "a member", NULL);
        return fail(value);
    }
    return read_items(reader, value->items, kind == DRILL_VALUE_LIST ? ']' : '}', depth)
               ? value
               : fail(value);
}

/* "(...)" or "(4)" behind a member's name. */
static gboolean read_count(DrillReader *reader, gint64 *count)
{
    if (!drill_take_if(reader, '('))
        return TRUE;
    if (drill_peek(reader)->kind == WORD_ELLIPSIS)
        drill_take(reader);
    else if (!drill_need_integer(reader, "a count", 0, G_MAXINT32, count))
        return FALSE;
    return drill_need(reader, ')');
}

/* Does "name=" or "name(4)=" begin here? */
static gboolean begins_member(DrillReader *reader)
{
    const DrillWord *word = drill_peek(reader);
    guint left = reader->words->len - reader->next;

    if (word->kind != WORD_NAME || is_function(word) || left < 3)
        return FALSE;
    const DrillWord *next = &g_array_index(reader->words, DrillWord, reader->next + 1);

    return next->kind == WORD_SIGN && (next->sign == '=' || next->sign == '(');
}

/* A name that is none of these may be right, but not one that is almost one of them. */
static gboolean check_member(DrillReader *reader, const DrillWord *name)
{
    static const char *const members[] = {
        "sa_family",   "sin_port",  "sin_addr",
        "msg_name",    "msg_iov",   "msg_flags",
        "msg_control", "cmsg_data", "cmsg_level",
        "cmsg_type",   "ee_errno",  "ee_origin",
        "ee_type",     "ee_code",   "ee_info",
        "ee_data",     "scm_sec",   "scm_nsec",
        "fd",          "u32",       "u64",
        "ptr",         "events",    "revents",
        "onoff",       "linger",    "function_set_name",
        "pcbcnt",      NULL,
    };
    const char *nearest = nearest_word(name->text, members);
    g_autofree char *meant = drill_meant(nearest);

    return nearest == NULL || strcmp(nearest, name->text) == 0 ||
           drill_error(reader, name, meant, "there is no member '%s'", name->text);
}

static gboolean has_count(const DrillWord *name)
{
    return strcmp(name->text, "msg_name") == 0 || strcmp(name->text, "msg_iov") == 0;
}

static DrillValue *read_member(DrillReader *reader, guint depth)
{
    const DrillWord *name = drill_take(reader);
    gint64 count = -1;

    if (!check_member(reader, name) || (has_count(name) && !read_count(reader, &count)) ||
        !drill_need(reader, '='))
        return NULL;
    DrillValue *value = read_value(reader, depth + 1);

    if (value == NULL)
        return NULL;
    g_free(value->name);
    value->name = g_strdup(name->text);
    value->count = count;
    return value;
}

static DrillValue *read_simple(DrillReader *reader, DrillValueKind kind)
{
    DrillValue *value = new_value(reader, kind);

    drill_take(reader);
    return value;
}

static DrillValue *read_value(DrillReader *reader, guint depth)
{
    const DrillWord *word = drill_peek(reader);

    if (depth > DEPTH_MAX) {
        drill_error(reader, word, NULL, "more than %d lists in each other", DEPTH_MAX);
        return NULL;
    }
    if (word->kind == WORD_ELLIPSIS)
        return read_simple(reader, DRILL_VALUE_ANY);
    if (drill_next_is_name(reader, "NULL"))
        return read_simple(reader, DRILL_VALUE_NULL);
    if (word->kind == WORD_STRING)
        return read_string(reader);
    if (drill_next_is(reader, '['))
        return read_list(reader, DRILL_VALUE_LIST, depth);
    if (drill_next_is(reader, '{'))
        return read_list(reader, DRILL_VALUE_STRUCT, depth);
    if (word->kind == WORD_NAME && is_function(word))
        return read_function(reader);
    if (begins_member(reader))
        return read_member(reader, depth);
    if (word->kind == WORD_NAME || word->kind == WORD_INTEGER || word->kind == WORD_HEX)
        return read_number(reader);
    drill_expected(reader, "a value", NULL);
    return NULL;
}

/* --- the call ------------------------------------------------------------------------------ */

/* "(Connection refused)": words that nobody compares. */
static gboolean read_note(DrillReader *reader)
{
    const DrillWord *word;

    if (!drill_need(reader, '('))
        return FALSE;
    while ((word = drill_peek(reader))->kind == WORD_NAME)
        drill_take(reader);
    if (drill_take_if(reader, ')'))
        return TRUE;
    return drill_expected(reader, "')'", NULL);
}

/* Behind the result: "EAGAIN (Resource temporarily unavailable)", "(flags O_RDWR)", or nothing. */
static gboolean read_error(DrillReader *reader, DrillCall *call)
{
    const DrillWord *word = drill_peek(reader);
    gint64 number;

    if (word->kind != WORD_NAME)
        return !drill_next_is(reader, '(') || read_note(reader);
    if (!drill_errno(word->text, &number)) {
        g_autofree char *meant = drill_meant(drill_constant_nearest(word->text));

        return drill_error(reader, word, meant, "there is no error '%s'", word->text);
    }
    call->error = g_strdup(drill_take(reader)->text);
    if (!drill_next_is(reader, '(')) {
        g_autofree char *hint = g_strdup_printf("%s (what it means)", call->error);

        return drill_expected(reader, "words in parentheses behind the error", hint);
    }
    return read_note(reader);
}

static gboolean read_call(DrillReader *reader, DrillCall *call)
{
    if (!drill_need(reader, '(') || !read_items(reader, call->args, ')', 0) ||
        !drill_need(reader, '='))
        return FALSE;
    call->result = read_value(reader, 0);
    return call->result != NULL && read_error(reader, call);
}

/* A name like that of no call may be one of a system that we do not know: out of reach, when it is made. */
static void check_name(DrillReader *reader, const DrillWord *word)
{
    g_autofree char *hint = drill_meant(drill_call_meant(word->text));

    if (hint != NULL)
        drill_error(reader, word, hint, "there is no call '%s'", word->text);
}

DrillCall *drill_read_call(DrillReader *reader)
{
    const DrillWord *word = drill_peek(reader);

    check_name(reader, word);
    DrillCall *call = g_new0(DrillCall, 1);

    call->place = drill_place(reader, word);
    call->name = g_strdup(drill_take(reader)->text);
    call->args = g_ptr_array_new_with_free_func((GDestroyNotify)drill_value_free);
    if (read_call(reader, call))
        return call;
    drill_call_free(call);
    return NULL;
}
