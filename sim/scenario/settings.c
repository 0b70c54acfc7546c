/* KEY=VALUE: keys of the key table, options of actions; and statements that stand once. */
#include <string.h>

#include "scenario/parser.h"

enum { OPTIONS_MAX = 16 /* of one action */ };

/* --- KEY=VALUE ---------------------------------------------------------------------------- */

gboolean word_setting(Parser *parser, const Line *line, const Word *word, Word *key, Word *value)
{
    if (word->equals <= 0) {
        g_autofree char *hint = form_hint(line);

        line_error(parser, line, word, hint, "expected KEY=VALUE, not '%s'", shown(parser, word));
        return FALSE;
    }
    gsize equals = (gsize)word->equals;

    *key = word_part(parser, word, 0, equals);
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

        if (other->column >= key->column)
            return TRUE;
        if (other->equals == (gssize)key->length &&
            strncmp(other->text, key->text, key->length) == 0)
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

static void bad_value(Parser *parser, const Line *line, const Key *key, const Word *value,
                      KeyError error)
{
    char range[KEY_TEXT_MAX];

    (void)key_range(key, range);
    g_autofree char *hint =
        g_strdup_printf("%s takes %s; default %s", key->name, range, key->initial);

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
