/* Text to words: the lexer, definitions, and lines that begin with "#".
 *
 * Of several kinds that a word could be, the longest wins, as in packetdrill: "1.5" is a time, "1:1001" are
 * three words, "1::2" is an address, "9a" a name.
 */
#include <arpa/inet.h>
#include <string.h>

#include "drill/drill.h"
#include "drill/reader.h"
#include "escape/escape.h"

/* Where the reading of words stands. */
typedef struct Lexer {
    DrillReader *reader;
    const char *bytes;
    gsize at, end;
    gboolean first;     /* nothing stands before it on its line */
    GArray *conditions; /* gsize: where each open #ifdef begins */
    GArray *elses;      /* gboolean: its #else has been */
} Lexer;

/* Words that the grammar keeps: no definition replaces them. */
static const char *const kept[] = {
    "sa_family",  "sin_port",   "sin_addr",  "msg_name", "msg_iov",   "msg_flags", "msg_control",
    "cmsg_data",  "cmsg_level", "cmsg_type", "ee_errno", "ee_origin", "ee_type",   "ee_code",
    "ee_info",    "ee_data",    "scm_sec",   "scm_nsec", "fd",        "u32",       "u64",
    "ptr",        "events",     "revents",   "onoff",    "linger",    "htons",     "ipv4",
    "ipv6",       "icmp",       "udp",       "GREv0",    "gre",       "raw",       "sum",
    "off",        "key",        "seq",       "none",     "checksum",  "present",   "encap",
    "psp",        "spi",        "mpls",      "label",    "tc",        "ttl",       "inet_addr",
    "inet6_addr", "ack",        "eol",       "ecr",      "mss",       "mtu",       "nop",
    "sack",       "sackOK",     "md5",       "TS",       "FO",        "FOEXP",     "ECN",
    "e0b",        "e1b",        "ceb",       "tos",      "flowlabel", "flags",     "Flags",
    "val",        "win",        "urg",       "wscale",   "ect01",     "ect0",      "ect1",
    "noecn",      "ce",         "id",        NULL,
};

static gboolean is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gboolean is_name(const char *text)
{
    if (*text == '\0')
        return FALSE;
    while (is_name_char(*text))
        text++;
    return *text == '\0';
}

/* --- definitions --------------------------------------------------------------------------- */

static char *defined_name(const char *definition)
{
    const char *equals = strchr(definition, '=');

    return equals != NULL ? g_strndup(definition, (gsize)(equals - definition))
                          : g_strdup(definition);
}

gboolean drill_is_definition(const char *text)
{
    g_autofree char *name = defined_name(text);

    return is_name(name) && !g_ascii_isdigit(*name);
}

gboolean drill_define(DrillReader *reader, const char *definition)
{
    const char *equals = strchr(definition, '=');

    if (!drill_is_definition(definition))
        return FALSE;
    g_hash_table_replace(reader->defines, defined_name(definition),
                         g_strdup(equals != NULL ? equals + 1 : "1"));
    return TRUE;
}

/* Within quotes of this kind: 'value' without them. */
static gboolean unquote(DrillReader *reader, DrillWord *word, const char *value, char quote,
                        WordKind kind)
{
    gsize length = strlen(value);

    if (length < 2 || value[0] != quote || value[length - 1] != quote)
        return FALSE;
    word->kind = kind;
    word->text = g_string_chunk_insert_len(reader->texts, value + 1, (gssize)length - 2);
    return TRUE;
}

static gboolean is_number(const char *text, WordKind *kind)
{
    gboolean is_hex = g_str_has_prefix(text, "0x");

    *kind = is_hex ? WORD_HEX : WORD_INTEGER;
    text += is_hex ? 2 : *text == '-';
    if (*text == '\0')
        return FALSE;
    while (is_hex ? g_ascii_isxdigit(*text) : g_ascii_isdigit(*text))
        text++;
    return *text == '\0';
}

/* A number given for a name may be written either way, as for strtol(). */
static void take_value(DrillReader *reader, DrillWord *word, const char *value)
{
    WordKind kind;

    if (unquote(reader, word, value, '"', WORD_STRING) ||
        unquote(reader, word, value, '`', WORD_COMMAND))
        return;
    word->text = g_string_chunk_insert(reader->texts, value);
    if (is_number(value, &kind)) {
        word->kind = WORD_INTEGER;
        if (kind == WORD_HEX) {
            g_autofree char *decimal =
                g_strdup_printf("%" G_GUINT64_FORMAT, g_ascii_strtoull(value + 2, NULL, 16));

            word->text = g_string_chunk_insert(reader->texts, decimal);
        }
    }
}

/* What the runners of suites define (google's run_all.py, ksft_runner.sh of Linux's selftests), for each version of
 * IP.  The cookies are of the addresses there, with the key of their defaults.sh, and with one of zeros. */
static const struct {
    const char *name;
    const char *ipv4, *mapped, *ipv6;
} usual[] = {
    {"TFO_COOKIE", "3021b9d889017eeb", "3021b9d889017eeb", "c1d1e9742a47a9bc"},
    {"TFO_COOKIE_ZERO", "b7c12350a90dc8f5", "b7c12350a90dc8f5", "82af1a8f9a205c34"},
    {"CODE", "host_unreachable", "host_unreachable", NULL},
    {"CMSG_LEVEL_IP", "SOL_IP", "SOL_IPV6", "SOL_IPV6"},
    {"CMSG_TYPE_RECVERR", "IP_RECVERR", "IPV6_RECVERR", "IPV6_RECVERR"},
};

static const char *usual_value(const DrillReader *reader, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (strcmp(usual[i].name, name) == 0)
            return reader->is_ipv6 ? usual[i].ipv6
                                   : (reader->is_mapped ? usual[i].mapped : usual[i].ipv4);
    }
    return NULL;
}

static void look_up(DrillReader *reader, DrillWord *word)
{
    word->is_looked_up = TRUE;
    const char *value = g_hash_table_lookup(reader->defines, word->text);

    if (value == NULL)
        value = usual_value(reader, word->text);
    if (value != NULL && !g_strv_contains(kept, word->text))
        take_value(reader, word, value);
}

/* --- the kinds of words -------------------------------------------------------------------- */

static gsize span_digits(const Lexer *lexer, gsize at)
{
    gsize begin = at;

    while (at < lexer->end && g_ascii_isdigit(lexer->bytes[at]))
        at++;
    return at - begin;
}

static gsize span_ipv4(const Lexer *lexer)
{
    gsize at = lexer->at;

    for (guint part = 0; part < 4; part++) {
        gsize digits = span_digits(lexer, at);

        if (digits == 0)
            return 0;
        at += digits;
        if (part < 3 && (at >= lexer->end || lexer->bytes[at++] != '.'))
            return 0;
    }
    return at - lexer->at;
}

/* Sequence numbers look like parts of addresses: what has no "::" and not seven colons is none. */
static gsize span_ipv6(const Lexer *lexer)
{
    gsize length = 0, colons = 0;
    char text[INET6_ADDRSTRLEN];
    gboolean pair = FALSE;
    struct in6_addr address;

    for (gsize at = lexer->at; at < lexer->end && length < sizeof text; at++, length++) {
        char c = lexer->bytes[at];

        if (!g_ascii_isxdigit(c) && c != ':' && c != '.')
            break;
        colons += c == ':';
        pair = pair || (c == ':' && at > lexer->at && lexer->bytes[at - 1] == ':');
    }
    if (!pair && colons < 7)
        return 0;
    memcpy(text, lexer->bytes + lexer->at, MIN(length, sizeof text - 1));
    for (length = MIN(length, sizeof text - 1); length >= 2; length--) {
        text[length] = '\0'; /* the longest part that is one: a colon may follow */
        if (inet_pton(AF_INET6, text, &address) == 1)
            return length;
    }
    return 0;
}

static gsize span_float(const Lexer *lexer)
{
    gsize at = lexer->at + (lexer->bytes[lexer->at] == '-');

    at += span_digits(lexer, at);
    if (at >= lexer->end || lexer->bytes[at] != '.')
        return 0;
    gsize digits = span_digits(lexer, at + 1);

    return digits > 0 ? at + 1 + digits - lexer->at : 0;
}

static gsize span_integer(const Lexer *lexer)
{
    gsize sign = lexer->bytes[lexer->at] == '-';
    gsize digits = span_digits(lexer, lexer->at + sign);

    return digits > 0 ? sign + digits : 0;
}

static gsize span_hex(const Lexer *lexer)
{
    const char *text = lexer->bytes + lexer->at;
    gsize left = lexer->end - lexer->at, length = 2;

    if (left < 3 || text[0] != '0' || text[1] != 'x')
        return 0;
    while (length < left && g_ascii_isxdigit(text[length]))
        length++;
    return length > 2 ? length : 0;
}

static gsize span_name(const Lexer *lexer)
{
    gsize at = lexer->at;

    while (at < lexer->end && is_name_char(lexer->bytes[at]))
        at++;
    /* "sequence#" of GRE's flags is one word. */
    if (at - lexer->at == 8 && at < lexer->end && lexer->bytes[at] == '#' &&
        memcmp(lexer->bytes + lexer->at, "sequence", 8) == 0)
        at++;
    return at - lexer->at;
}

static gsize span_ellipsis(const Lexer *lexer)
{
    return lexer->end - lexer->at >= 3 && memcmp(lexer->bytes + lexer->at, "...", 3) == 0 ? 3 : 0;
}

/* Where two are equally long, the first one of these. */
static const struct {
    WordKind kind;
    gsize (*span)(const Lexer *lexer);
} spans[] = {
    {WORD_ELLIPSIS, span_ellipsis}, {WORD_FLOAT, span_float}, {WORD_INTEGER, span_integer},
    {WORD_HEX, span_hex},           {WORD_NAME, span_name},   {WORD_IPV4, span_ipv4},
    {WORD_IPV6, span_ipv6},
};

/* What comes of the words is reckoned before any of it is made.  A word stands in a list that doubles; it
 * becomes a value, or a part of an event and of its line in the plan and the trace, with its text; code has a node for every
 * second byte at most.  Of 650,000 write() 12 words took 2,215 bytes, of 600,000 segments 14 words 1,785. */
enum { WORD_BYTES = 224, WORD_COPIES = 3, CODE_BYTES = 96 };

static guint64 bytes_of(WordKind kind, gsize length)
{
    return WORD_BYTES + length * (guint64)(kind == WORD_CODE ? CODE_BYTES : WORD_COPIES);
}

static void add_word(Lexer *lexer, WordKind kind, gsize length, gsize skip)
{
    DrillWord word = {
        .kind = kind,
        .first = lexer->first,
        .offset = lexer->at,
        .length = length,
        .is_looked_up = kind != WORD_NAME,
        .sign = kind == WORD_SIGN ? lexer->bytes[lexer->at] : '\0',
    };

    word.text =
        g_string_chunk_insert_len(lexer->reader->texts, lexer->bytes + lexer->at + skip,
                                  (gssize)(length - (kind == WORD_SETTING ? skip : 2 * skip)));
    g_array_append_val(lexer->reader->words, word);
    lexer->reader->bytes += bytes_of(kind, length);
    lexer->at += length;
    lexer->first = FALSE;
}

/* Always FALSE; nothing more is read. */
static gboolean G_GNUC_PRINTF(5, 6)
    broken(Lexer *lexer, gsize offset, gsize length, const char *hint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    drill_source_error(&lexer->reader->source, lexer->reader->diagnostics, offset, length, hint,
                       "%s", message);
    return FALSE;
}

/* --- quotes, code, settings ---------------------------------------------------------------- */

/* A byte within quotes or code that no text has: NUL, a control character, no UTF-8. */
static gboolean check_inside(Lexer *lexer, gsize length)
{
    const char *at = lexer->bytes + lexer->at, *end = at + length;

    while (at < end) {
        gsize offset = (gsize)(at - lexer->bytes);
        gunichar sign = escape_read(at, end, &at);

        if (sign == '\n' || sign == '\t' || (sign == '\r' && at < end && *at == '\n'))
            continue;
        if (sign == ESCAPE_NO_SIGN)
            return broken(lexer, offset, 1, "files are UTF-8",
                          "this byte, 0x%02x, is not valid UTF-8",
                          (guint)(guchar)lexer->bytes[offset]);
        if (!escape_is_plain(sign))
            return broken(lexer, offset, 1, NULL, "control character U+%04X", sign);
    }
    return TRUE;
}

/* At a quote: adds the word. */
static gboolean read_quoted(Lexer *lexer, char quote, WordKind kind)
{
    gsize at = lexer->at + 1;

    while (at < lexer->end && lexer->bytes[at] != quote)
        at += lexer->bytes[at] == '\\' && at + 1 < lexer->end ? 2 : 1;
    if (at >= lexer->end)
        return broken(lexer, lexer->at, 1, NULL,
                      kind == WORD_COMMAND ? "this ` is not closed" : "this \" is not closed");
    gsize length = at + 1 - lexer->at;

    if (!check_inside(lexer, length))
        return FALSE;
    add_word(lexer, kind, length, 1);
    return TRUE;
}

static gboolean read_code(Lexer *lexer)
{
    gsize at = lexer->at + 2;

    while (at + 1 < lexer->end && (lexer->bytes[at] != '}' || lexer->bytes[at + 1] != '%'))
        at++;
    if (at + 1 >= lexer->end)
        return broken(lexer, lexer->at, 2, "code ends with }%", "this %%{ is not closed");
    gsize length = at + 2 - lexer->at;

    if (!check_inside(lexer, length))
        return FALSE;
    add_word(lexer, WORD_CODE, length, 0);
    return TRUE;
}

static gboolean begins(const Lexer *lexer, const char *text)
{
    gsize length = strlen(text);

    return lexer->end - lexer->at >= length && memcmp(lexer->bytes + lexer->at, text, length) == 0;
}

static gboolean read_sign(Lexer *lexer)
{
    const char *at = lexer->bytes + lexer->at, *next;
    gunichar sign = escape_read(at, lexer->bytes + lexer->end, &next);

    if (sign >= 0x21 && sign < 0x7f) {
        add_word(lexer, WORD_SIGN, 1, 0);
        return TRUE;
    }
    if (sign == ESCAPE_NO_SIGN && *at == '\0')
        return broken(lexer, lexer->at, 1, NULL, "NUL byte");
    if (sign == ESCAPE_NO_SIGN)
        return broken(lexer, lexer->at, 1, "files are UTF-8",
                      "this byte, 0x%02x, is not valid UTF-8", (guint)(guchar)*at);
    if (sign < 0x20 || sign == 0x7f)
        return broken(lexer, lexer->at, 1, NULL, "control character U+%04X", sign);
    return broken(lexer, lexer->at, (gsize)(next - at), NULL,
                  "this character, U+%04X, has no meaning outside comments and quotes", sign);
}

static gboolean read_word(Lexer *lexer)
{
    gsize longest = 0;
    WordKind kind = WORD_SIGN;

    if (begins(lexer, "%{"))
        return read_code(lexer);
    if (begins(lexer, "\""))
        return read_quoted(lexer, '"', WORD_STRING);
    if (begins(lexer, "`"))
        return read_quoted(lexer, '`', WORD_COMMAND);
    if (begins(lexer, "--") && lexer->at + 2 < lexer->end &&
        is_name_char(lexer->bytes[lexer->at + 2])) {
        gsize length = 2;

        while (lexer->at + length < lexer->end && is_name_char(lexer->bytes[lexer->at + length]))
            length++;
        add_word(lexer, WORD_SETTING, length, 2);
        return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(spans); i++) {
        gsize length = spans[i].span(lexer);

        if (length > longest) {
            longest = length;
            kind = spans[i].kind;
        }
    }
    if (longest == 0)
        return read_sign(lexer);
    add_word(lexer, kind, longest, 0);
    return TRUE;
}

/* --- lines that begin with "#" ------------------------------------------------------------- */

static gsize line_end(const Lexer *lexer, gsize at)
{
    const char *end = memchr(lexer->bytes + at, '\n', lexer->end - at);

    return end != NULL ? (gsize)(end - lexer->bytes) : lexer->end;
}

/* The n-th word of the line at hand, without a comment behind it.  Free with g_free(). */
static char *directive_word(const Lexer *lexer, guint n)
{
    gsize end = line_end(lexer, lexer->at), at = lexer->at;

    for (;; n--) {
        while (at < end && (g_ascii_isspace(lexer->bytes[at]) || lexer->bytes[at] == '#'))
            at++;
        gsize begin = at;

        while (at < end && is_name_char(lexer->bytes[at]))
            at++;
        if (n == 0 || at == begin)
            return g_strndup(lexer->bytes + begin, n == 0 ? at - begin : 0);
    }
}

/* Skips lines up to and with the #else or #endif of the condition that has just been opened or turned. */
static void skip_lines(Lexer *lexer)
{
    guint depth = 0;

    for (lexer->at = line_end(lexer, lexer->at); lexer->at < lexer->end;
         lexer->at = line_end(lexer, lexer->at)) {
        lexer->at++;
        gsize at = lexer->at;

        while (at < lexer->end && (lexer->bytes[at] == ' ' || lexer->bytes[at] == '\t'))
            at++;
        if (at >= lexer->end || lexer->bytes[at] != '#')
            continue;
        g_autofree char *name = directive_word(lexer, 0);

        if (g_str_equal(name, "ifdef") || g_str_equal(name, "ifndef"))
            depth++;
        else if (depth == 0 && (g_str_equal(name, "else") || g_str_equal(name, "endif")))
            return; /* it is read as any other */
        else if (g_str_equal(name, "endif"))
            depth--;
    }
}

static gboolean open_condition(Lexer *lexer, gsize length, gboolean wanted)
{
    g_autofree char *name = directive_word(lexer, 1);
    gboolean no_else = FALSE;

    if (*name == '\0')
        return broken(lexer, lexer->at, length, "#ifdef NAME", "the name is missing");
    g_array_append_val(lexer->conditions, lexer->at);
    g_array_append_val(lexer->elses, no_else);
    if (g_hash_table_contains(lexer->reader->defines, name) == wanted)
        lexer->at = line_end(lexer, lexer->at);
    else
        skip_lines(lexer);
    return TRUE;
}

/* What was kept ends here when `skipped` is FALSE. */
static gboolean turn_condition(Lexer *lexer, gsize length, gboolean skipped)
{
    guint count = lexer->elses->len;

    if (count == 0)
        return broken(lexer, lexer->at, length, NULL, "there is no #ifdef before this #else");
    if (g_array_index(lexer->elses, gboolean, count - 1))
        return broken(lexer, lexer->at, length, NULL, "a second #else for one #ifdef");
    g_array_index(lexer->elses, gboolean, count - 1) = TRUE;
    if (skipped)
        lexer->at = line_end(lexer, lexer->at);
    else
        skip_lines(lexer);
    return TRUE;
}

static gboolean close_condition(Lexer *lexer, gsize length)
{
    if (lexer->conditions->len == 0)
        return broken(lexer, lexer->at, length, NULL, "there is no #ifdef before this #endif");
    g_array_set_size(lexer->conditions, lexer->conditions->len - 1);
    g_array_set_size(lexer->elses, lexer->elses->len - 1);
    lexer->at = line_end(lexer, lexer->at);
    return TRUE;
}

/* At a "#" that is first on its line.  After a part that was skipped, an #else begins one that is kept. */
static gboolean read_directive(Lexer *lexer, gboolean skipped)
{
    static const char *const names[] = {"ifdef", "ifndef", "else", "endif", NULL};
    g_autofree char *name = directive_word(lexer, 0);
    gsize length = 1;

    while (lexer->at + length < lexer->end && !g_ascii_isspace(lexer->bytes[lexer->at + length]))
        length++;
    if (g_str_equal(name, "ifdef"))
        return open_condition(lexer, length, TRUE);
    if (g_str_equal(name, "ifndef"))
        return open_condition(lexer, length, FALSE);
    if (g_str_equal(name, "else"))
        return turn_condition(lexer, length, skipped);
    if (g_str_equal(name, "endif"))
        return close_condition(lexer, length);
    const char *nearest = nearest_word(name, names);
    g_autofree char *meant =
        nearest != NULL ? g_strdup_printf("did you mean '#%s'?", nearest) : NULL;

    return broken(lexer, lexer->at, length, meant != NULL ? meant : "comments begin with //",
                  "expected #ifdef, #ifndef, #else or #endif");
}

/* After skipping, `at` is at the line of the #else or #endif that ended it. */
static gboolean read_directives(Lexer *lexer)
{
    gboolean skipped = FALSE;

    for (;;) {
        gsize before = lexer->at;

        if (!read_directive(lexer, skipped))
            return FALSE;
        if (lexer->at >= lexer->end || lexer->bytes[lexer->at] == '\n')
            return TRUE;
        skipped = TRUE;
        while (lexer->at < lexer->end && lexer->bytes[lexer->at] != '#')
            lexer->at++;
        g_assert(lexer->at > before);
    }
}

/* --- all of them --------------------------------------------------------------------------- */

static gboolean has_room(Lexer *lexer)
{
    const DrillReader *reader = lexer->reader;

    return reader->bytes <= reader->bytes_max ||
           broken(lexer, lexer->at - 1, 1, "raise --max-memory",
                  "up to here the script takes all the memory that it may");
}

/* Goes behind blanks and comments; FALSE: a comment is not closed. */
static gboolean skip_blanks(Lexer *lexer)
{
    while (lexer->at < lexer->end) {
        char c = lexer->bytes[lexer->at];

        if (c == '\n') {
            lexer->first = TRUE;
            lexer->at++;
        } else if (c == ' ' || c == '\t' || (c == '\r' && begins(lexer, "\r\n"))) {
            lexer->at++;
        } else if (begins(lexer, "//")) {
            lexer->at = line_end(lexer, lexer->at);
        } else if (begins(lexer, "/*")) {
            const char *close = g_strstr_len(lexer->bytes + lexer->at + 2,
                                             (gssize)(lexer->end - lexer->at - 2), "*/");

            if (close == NULL)
                return broken(lexer, lexer->at, 2, NULL, "this comment is not closed");
            lexer->at = (gsize)(close - lexer->bytes) + 2;
        } else {
            return TRUE;
        }
    }
    return TRUE;
}

static gboolean read_all(Lexer *lexer)
{
    while (skip_blanks(lexer)) {
        if (lexer->at >= lexer->end) {
            if (lexer->conditions->len == 0)
                return TRUE;
            return broken(lexer,
                          g_array_index(lexer->conditions, gsize, lexer->conditions->len - 1), 6,
                          NULL, "there is no #endif for this");
        }
        if (lexer->first && lexer->bytes[lexer->at] == '#') {
            if (!read_directives(lexer))
                return FALSE;
        } else if (!read_word(lexer) || !has_room(lexer)) {
            return FALSE;
        }
    }
    return FALSE;
}

void drill_words_read(DrillReader *reader)
{
    Lexer lexer = {
        .reader = reader,
        .bytes = reader->source.bytes,
        .end = reader->source.length,
        .first = TRUE,
        .conditions = g_array_new(FALSE, FALSE, sizeof(gsize)),
        .elses = g_array_new(FALSE, FALSE, sizeof(gboolean)),
    };
    DrillWord end = {.kind = WORD_END, .first = TRUE, .is_looked_up = TRUE, .text = ""};

    if (begins(&lexer, "\xef\xbb\xbf"))
        lexer.at = 3;
    read_all(&lexer);
    end.offset = reader->source.length;
    g_array_append_val(reader->words, end);
    g_array_unref(lexer.conditions);
    g_array_unref(lexer.elses);
}

/* --- taking words -------------------------------------------------------------------------- */

const DrillWord *drill_peek(DrillReader *reader)
{
    DrillWord *word = &g_array_index(reader->words, DrillWord, reader->next);

    if (!word->is_looked_up)
        look_up(reader, word);
    return word;
}

const DrillWord *drill_take(DrillReader *reader)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind != WORD_END)
        reader->next++;
    return word;
}

gboolean drill_next_is(DrillReader *reader, char sign)
{
    const DrillWord *word = drill_peek(reader);

    return word->kind == WORD_SIGN && word->sign == sign;
}

gboolean drill_next_is_name(DrillReader *reader, const char *name)
{
    const DrillWord *word = drill_peek(reader);

    return word->kind == WORD_NAME && strcmp(word->text, name) == 0;
}

gboolean drill_take_if(DrillReader *reader, char sign)
{
    if (!drill_next_is(reader, sign))
        return FALSE;
    drill_take(reader);
    return TRUE;
}

gboolean drill_take_name_if(DrillReader *reader, const char *name)
{
    if (!drill_next_is_name(reader, name))
        return FALSE;
    drill_take(reader);
    return TRUE;
}

gboolean drill_need(DrillReader *reader, char sign)
{
    char what[] = {'\'', sign, '\'', '\0'};

    return drill_take_if(reader, sign) || drill_expected(reader, what, NULL);
}

gboolean drill_need_name(DrillReader *reader, const char *name)
{
    g_autofree char *what = g_strdup_printf("'%s'", name);

    return drill_take_name_if(reader, name) || drill_expected(reader, what, NULL);
}

/* A number that has the form of one; FALSE: it is beyond 64 bits. */
static gboolean to_number(const DrillWord *word, gint64 *value)
{
    const char *digits = word->text;
    gboolean is_negative = *digits == '-';
    guint64 most = (guint64)G_MAXINT64 + is_negative, number;

    digits += is_negative;
    if (word->kind == WORD_HEX)
        digits += 2;
    if (!g_ascii_string_to_unsigned(digits, word->kind == WORD_HEX ? 16 : 10, 0, most, &number,
                                    NULL))
        return FALSE;
    *value = is_negative ? (gint64)(0 - number) : (gint64)number;
    return TRUE;
}

static gboolean need_number(DrillReader *reader, const char *what, gint64 least, gint64 most,
                            gint64 *value)
{
    const DrillWord *word = drill_take(reader);

    if (to_number(word, value) && *value >= least && *value <= most)
        return TRUE;
    return drill_error(reader, word, NULL,
                       "%s is from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not %s", what,
                       least, most, word->text);
}

gboolean drill_need_integer(DrillReader *reader, const char *what, gint64 least, gint64 most,
                            gint64 *value)
{
    const DrillWord *word = drill_peek(reader);

    if (word->kind != WORD_INTEGER) {
        g_autofree char *undefined = drill_undefined(word);

        return drill_expected(reader, what,
                              word->kind == WORD_HEX ? "write it in decimal" : undefined);
    }
    return need_number(reader, what, least, most, value);
}

gboolean drill_need_any_integer(DrillReader *reader, const char *what, gint64 least, gint64 most,
                                gint64 *value)
{
    if (drill_peek(reader)->kind != WORD_HEX)
        return drill_need_integer(reader, what, least, most, value);
    return need_number(reader, what, least, most, value);
}

/* --- words of other protocols ---------------------------------------------------------------- */

gboolean drill_stop(DrillReader *reader, const char *reason)
{
    reader->reason = reason;
    reader->stops = TRUE;
    return FALSE;
}

static gboolean fits(const DrillForeign *foreign, const char *word)
{
    gsize length = strcspn(foreign->word, "*");

    return strncmp(word, foreign->word, length) == 0 &&
           (foreign->word[length] == '*' || word[length] == '\0');
}

gboolean drill_is_foreign(DrillReader *reader, const DrillForeign *words)
{
    const DrillWord *word = drill_peek(reader);

    for (; word->kind == WORD_NAME && words->word != NULL; words++) {
        if (fits(words, word->text))
            return !drill_stop(reader, words->reason);
    }
    return FALSE;
}

/* --- errors -------------------------------------------------------------------------------- */

char *drill_shown(DrillReader *reader, const DrillWord *word)
{
    g_autofree char *line =
        drill_one_line(reader->source.bytes + word->offset, MIN(word->length, (gsize)60));

    return word->length > 60 ? g_strconcat(line, "…", NULL) : g_steal_pointer(&line);
}

gboolean drill_begins_event(const DrillWord *word)
{
    return word->kind == WORD_FLOAT || word->kind == WORD_INTEGER ||
           (word->kind == WORD_SIGN && (word->sign == '+' || word->sign == '*'));
}

gboolean drill_line_ends(DrillReader *reader, const DrillWord **word)
{
    *word = drill_peek(reader);
    gboolean begins = drill_begins_event(*word) || (*word)->kind == WORD_END ||
                      (*word)->kind == WORD_SETTING || (*word)->kind == WORD_COMMAND;

    if (!(*word)->first || !begins || reader->next == 0)
        return FALSE;
    const DrillWord *before = &g_array_index(reader->words, DrillWord, reader->next - 1);

    reader->behind = (DrillWord){.kind = WORD_END, .offset = before->offset + before->length};
    *word = &reader->behind;
    return TRUE;
}

gboolean drill_expected(DrillReader *reader, const char *what, const char *hint)
{
    const DrillWord *word = drill_peek(reader);

    if (drill_line_ends(reader, &word))
        return drill_error(reader, word, hint, "expected %s, but the line ends here", what);
    if (word->kind == WORD_END)
        return drill_error(reader, word, hint, "expected %s, but the script ends here", what);
    g_autofree char *shown = drill_shown(reader, word);

    return drill_error(reader, word, hint, "expected %s, not '%s'", what, shown);
}

gboolean drill_error(DrillReader *reader, const DrillWord *word, const char *hint,
                     const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    drill_source_error(&reader->source, reader->diagnostics, word->offset, word->length, hint, "%s",
                       message);
    return FALSE;
}

gboolean drill_error_from(DrillReader *reader, guint first, guint last, const char *hint,
                          const char *format, ...)
{
    const DrillWord *from = &g_array_index(reader->words, DrillWord, first);
    const DrillWord *to = &g_array_index(reader->words, DrillWord, last);
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    drill_source_error(&reader->source, reader->diagnostics, from->offset,
                       to->offset + to->length - from->offset, hint, "%s", message);
    return FALSE;
}

SourcePlace drill_place(DrillReader *reader, const DrillWord *word)
{
    return drill_source_place(&reader->source, word->offset, word->length);
}

char *drill_undefined(const DrillWord *word)
{
    if (word->kind != WORD_NAME || !g_ascii_isupper(word->text[0]))
        return NULL;
    return g_strdup_printf("give it a value: --define %s=…", word->text);
}

char *drill_meant(const char *nearest)
{
    return nearest != NULL ? g_strdup_printf("did you mean '%s'?", nearest) : NULL;
}
