/* KEY=VALUE: keys of the key table, options of actions; and statements that stand once. */
#include <string.h>

#include "core/decimal.h"
#include "core/text.h"
#include "scenario/parser.h"

enum { OPTIONS_MAX = 16 /* of one action */ };

/* --- KEY=VALUE ---------------------------------------------------------------------------- */

gsize sysctl_prefix(const char *key)
{
    static const char *const prefixes[] = {"net.ipv4.", "net.core."};

    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(key, prefixes[i]))
            return strlen(prefixes[i]);
    }
    return 0;
}

/* "delay 10ms" lacks its sign; else the form of the statement. */
static char *setting_hint(const Line *line, const Word *word)
{
    const Word *next = line->next + 1 < line->words->len ? line_word(line, line->next + 1) : NULL;
    gsize prefix = sysctl_prefix(word->text);
    gboolean is_key =
        key_find(KEY_SCOPE_HOST, word->text + prefix, word->length - prefix) != NULL ||
        key_find(KEY_SCOPE_LINK, word->text, word->length) != NULL;

    if (next != NULL && word_is(next, "=") && line->next + 2 < line->words->len)
        next = line_word(line, line->next + 2);
    if (word->quoted || !is_key || next == NULL || next->equals >= 0)
        return form_hint(line);
    return g_strdup_printf("did you mean '%s=%s'?", word->text, next->text);
}

gboolean word_setting(Parser *parser, const Line *line, const Word *word, Word *key, Word *value)
{
    if (word->equals <= 0) {
        g_autofree char *hint = setting_hint(line, word);

        line_error(parser, line, word, hint, "expected KEY=VALUE, not '%s'", shown(parser, word));
        return FALSE;
    }
    gsize equals = (gsize)word->equals, prefix = sysctl_prefix(word->text);

    *key = word_part(parser, word, prefix, equals - prefix);
    *value = word_part(parser, word, equals + 1, word->length - equals - 1);
    /* What stands in the file may be longer than the value: quotes, escapes. */
    value->width = word->width > key->width + 1 ? word->width - key->width - 1 : 1;
    if (value->length > 0)
        return TRUE;
    line_error(parser, line, value, NULL, "'%s' lacks its value", shown(parser, key));
    return FALSE;
}

gboolean line_has_setting(Parser *parser, const Line *line)
{
    const Word *word = line_peek(line);
    Word key, value;

    if (word == NULL)
        line_missing(parser, line, "KEY=VALUE");
    else if (!word_is(word, "source"))
        return TRUE;
    else
        (void)word_setting(parser, line, word, &key, &value);
    return FALSE;
}

gboolean word_first_of_line(Parser *parser, const Line *line, guint first, const Word *key)
{
    for (guint i = first; i < line->words->len; i++) {
        const Word *other = line_word(line, i);

        gsize prefix = sysctl_prefix(other->text);

        if (other->column + prefix >= key->column)
            return TRUE;
        if (other->equals == (gssize)(prefix + key->length) &&
            strncmp(other->text + prefix, key->text, key->length) == 0)
            break;
    }
    line_error(parser, line, key, NULL, "'%s' stands twice on this line", shown(parser, key));
    return FALSE;
}

/* --- keys of the key table ---------------------------------------------------------------- */

static const char **key_names(KeyScope scope)
{
    size_t count;
    const Key *keys = key_table(scope, &count);
    const char **names = g_new0(const char *, count + 1);

    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].name;
    return names;
}

/* What other tools call a link's keys; NULL: none is called so. */
static const char *usual_name(const Word *key)
{
    static const struct {
        const char *name, *hint;
    } names[] = {
        {"bandwidth", "did you mean 'rate'?"},
        {"bw", "did you mean 'rate'?"},
        {"speed", "did you mean 'rate'?"},
        {"throughput", "did you mean 'rate'?"},
        {"latency", "did you mean 'delay'?"},
        {"rtt", "did you mean 'delay'? It is one way: half of it"},
        {"drop", "did you mean 'loss'?"},
        {"plr", "did you mean 'loss'?"},
        {"limit", "did you mean 'queue'?"},
        {"buffer", "did you mean 'queue'?"},
        {"dup", "did you mean 'duplicate'?"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (word_is(key, names[i].name))
            return names[i].hint;
    }
    return NULL;
}

static void unknown_key(Parser *parser, const Line *line, KeyScope scope, const Word *key)
{
    gboolean host = scope == KEY_SCOPE_HOST;
    KeyScope other = host ? KEY_SCOPE_LINK : KEY_SCOPE_HOST;

    if (key_find(other, key->text, key->length) != NULL) {
        line_error(parser, line, key,
                   host ? "form: link A B KEY=VALUE …" : "form: set NAME KEY=VALUE …",
                   "'%s' is a key of %s, not of %s", shown(parser, key), host ? "links" : "hosts",
                   host ? "hosts" : "links");
        return;
    }
    const char *meant = host ? NULL : usual_name(key);

    if (meant != NULL) {
        line_error(parser, line, key, meant, "unknown key of links '%s'", shown(parser, key));
        return;
    }
    g_autofree const char **names = key_names(scope);

    line_unknown(parser, line, key, host ? "key" : "key of links", names);
}

static void unknown_value(Parser *parser, const Line *line, const Key *key, const Word *value)
{
    g_auto(GStrv) words = g_strsplit(key->type == KEY_YES_NO ? "yes|no" : key->words, "|", -1);
    g_autofree char *hint = words_hint(value->text, (const char *const *)words);
    g_autofree char *both = g_strdup_printf("%s; default %s", hint, key->initial);

    line_error(parser, line, value, both, "%s cannot be '%s'", key->name, shown(parser, value));
}

/* "did you mean '10%'?" for a probability of 0.1, and a line's end; else nothing. */
static char *part_as_percentage(const Key *key, const Word *value)
{
    gint64 hundredths = 0;

    if (key->type != KEY_PROBABILITY ||
        decimal_read(value->text, value->length, 10000000, &hundredths) != DECIMAL_OK ||
        hundredths > 10000000)
        return g_strdup("");
    char text[KEY_TEXT_MAX];
    Text percent = text_begin(text, sizeof text);

    text_add_decimal(&percent, (guint64)hundredths, 100000, 0);
    return g_strdup_printf("did you mean '%s%%'?\n", text);
}

static void bad_value(Parser *parser, const Line *line, const Key *key, const Word *value,
                      KeyError error)
{
    char range[KEY_TEXT_MAX];

    (void)key_range(key, range);
    g_autofree char *meant = part_as_percentage(key, value);
    /* What is no key of ours has no default: a range of values by name. */
    g_autofree char *hint = g_strdup_printf("%s%s takes %s%s%s", meant, key->name, range,
                                            key->initial != NULL ? "; default " : "",
                                            key->initial != NULL ? key->initial : "");

    if (error == KEY_OUT_OF_RANGE)
        line_error(parser, line, value, hint, "%s=%s is out of range", key->name,
                   shown(parser, value));
    else
        line_error(parser, line, value, hint, "%s cannot be '%s'", key->name, shown(parser, value));
}

const Key *word_key(Parser *parser, const Line *line, KeyScope scope, const Word *key)
{
    const Key *found = key_find(scope, key->text, key->length);

    if (found == NULL)
        unknown_key(parser, line, scope, key);
    return found;
}

gboolean set_value(Parser *parser, const Line *line, const Key *key, void *config,
                   const Word *value)
{
    SimTimeError why = SIM_TIME_OK;
    KeyError error = key_set(key, config, value->text, value->length, &why);

    if (error == KEY_BAD_TIME)
        word_time_error(parser, line, value, why);
    else if (error == KEY_UNKNOWN_WORD)
        unknown_value(parser, line, key, value);
    else if (error != KEY_OK)
        bad_value(parser, line, key, value, error);
    return error == KEY_OK;
}

gboolean set_key(Parser *parser, const Line *line, KeyScope scope, void *config, const Word *key,
                 const Word *value)
{
    const Key *found = word_key(parser, line, scope, key);

    return found != NULL && set_value(parser, line, found, config, value);
}

void set_keys(Parser *parser, Line *line, KeyScope scope, void *config)
{
    guint first = line->next;

    for (const Word *word; (word = line_peek(line)) != NULL; line->next++) {
        Word key, value;

        if (word_is(word, "source"))
            return;
        if (!word_setting(parser, line, word, &key, &value))
            break; /* "mss 100" is one mistake, not two */
        if (word_first_of_line(parser, line, first, &key))
            (void)set_key(parser, line, scope, config, &key, &value);
    }
    line->next = line->words->len;
}

/* --- options of actions ------------------------------------------------------------------- */

static const Option *find_option(Parser *parser, const Line *line, const Option *options,
                                 const Word *key)
{
    const char *names[OPTIONS_MAX + 1] = {NULL};

    for (guint i = 0; options[i].name != NULL; i++) {
        g_assert(i < OPTIONS_MAX);
        if (word_is(key, options[i].name))
            return &options[i];
        names[i] = options[i].name;
    }
    line_unknown(parser, line, key, "option", names);
    return NULL;
}

/* An option that is a word alone: its form has no "=". */
static const Option *find_word_option(const Option *options, const Word *word)
{
    for (guint i = 0; options[i].name != NULL; i++)
        if (strchr(options[i].form, '=') == NULL && word_is(word, options[i].name))
            return &options[i];
    return NULL;
}

gboolean line_take_options(Parser *parser, Line *line, const Option *options, void *into)
{
    guint first = line->next;
    gboolean ok = TRUE;

    if (options == NULL || options->name == NULL)
        return line_done(parser, line);
    for (const Word *word; (word = line_peek(line)) != NULL; line->next++) {
        Word key, value;

        if (word->equals <= 0) {
            const Option *alone = find_word_option(options, word);

            if (alone == NULL)
                return line_done(parser, line);
            ok = alone->set(parser, line, word, into) && ok;
            continue;
        }
        if (!word_setting(parser, line, word, &key, &value) ||
            !word_first_of_line(parser, line, first, &key)) {
            ok = FALSE;
            continue;
        }
        const Option *option = find_option(parser, line, options, &key);

        ok = option != NULL && option->set(parser, line, &value, into) && ok;
    }
    return ok;
}

/* --- statements that stand once ----------------------------------------------------------- */

gboolean line_once(Parser *parser, const Line *line, Once what)
{
    SourcePlace *first = &parser->once[what];
    const Word *verb = line_word(line, 0);

    if (first->line == 0) {
        *first = line_place(line, verb);
        return TRUE;
    }
    if (first->file == line->source->name)
        line_error(parser, line, verb, NULL, "'%s' may stand once; the first is in line %u",
                   verb->text, first->line);
    else
        line_error(parser, line, verb, NULL, "'%s' may stand once; the first is at %s:%u",
                   verb->text, first->file, first->line);
    return FALSE;
}
