/* Values by name: `let rtt=20ms`, and $rtt in the lines behind it.
 *
 * A value is put in before its line is looked at, in words that have no quotes; so a name may stand for anything that
 * a word may say, or for a part of one: delay=$rtt, #$first..$last, $host.
 */
#include <string.h>

#include "scenario/parser.h"

const PlanName *plan_find_name(const Plan *plan, const char *name)
{
    for (guint i = 0; i < plan->names->len; i++) {
        const PlanName *known = &g_array_index(plan->names, PlanName, i);

        if (strcmp(known->name, name) == 0)
            return known;
    }
    return NULL;
}

/* --- putting in --------------------------------------------------------------------------- */

/* How long a name is that begins here; 0: none does. */
static gsize name_length(const char *at)
{
    gsize length = 0;

    if (!g_ascii_isalpha(*at))
        return 0;
    while (g_ascii_isalnum(at[length]) || at[length] == '_')
        length++;
    return length;
}

static void unknown_name(Parser *parser, const Line *line, const Word *word, const char *name)
{
    g_autofree const char **names = g_new0(const char *, parser->plan->names->len + 1);

    for (guint i = 0; i < parser->plan->names->len; i++)
        names[i] = g_array_index(parser->plan->names, PlanName, i).name;
    g_autofree char *hint = names[0] != NULL ? words_hint(name, names)
                                             : g_strdup("form: let NAME=VALUE …, in a line before");

    line_error(parser, line, word, hint, "no line has given '$%s' a value", name);
}

/* FALSE: a name is not known. */
static gboolean expand(Parser *parser, const Line *line, const Word *word, GString *out)
{
    for (const char *at = word->text; *at != '\0';) {
        gsize length = *at == '$' ? name_length(at + 1) : 0;

        if (length == 0) {
            g_string_append_c(out, *at++);
            continue;
        }
        g_autofree char *name = g_strndup(at + 1, length);
        const PlanName *known = plan_find_name(parser->plan, name);

        if (known == NULL) {
            unknown_name(parser, line, word, name);
            return FALSE;
        }
        g_string_append(out, known->value);
        at += 1 + length;
    }
    return TRUE;
}

/* Text in quotes is nobody's but the reader's. */
static gboolean has_name(const Word *word)
{
    return strchr(word->text, '$') != NULL && memchr(word->raw, '"', word->raw_length) == NULL;
}

static void put(Parser *parser, Word *word, const GString *text)
{
    const char *equals = strchr(text->str, '=');

    word->named = word->text;
    word->text = line_reader_keep(parser->reader, text->str, text->len);
    word->length = text->len;
    word->equals = equals != NULL ? equals - text->str : -1;
    word->raw = word->text;
    word->raw_length = word->length;
}

gboolean line_put_values(Parser *parser, Line *line)
{
    gboolean good = TRUE;

    for (guint i = 0; i < line->words->len; i++) {
        Word *word = &g_array_index(line->words, Word, i);
        g_autoptr(GString) text = g_string_new(NULL);

        if (!has_name(word))
            continue;
        if (!expand(parser, line, word, text))
            good = FALSE;
        else if (strcmp(text->str, word->text) != 0)
            put(parser, word, text);
    }
    return good;
}

/* --- let ---------------------------------------------------------------------------------- */

static gboolean is_well_formed(const Word *name)
{
    return name->length > 0 && name_length(name->text) == name->length;
}

/* What the command line gives it, the last time; NULL: nothing. */
static const char *given(const Parser *parser, const char *name)
{
    const char *const *override = parser->options->overrides, *value = NULL;
    gsize length = strlen(name);

    for (; override != NULL && *override != NULL; override++) {
        if (strncmp(*override, name, length) == 0 && (*override)[length] == '=' &&
            (*override)[length + 1] != '\0')
            value = *override + length + 1;
    }
    return value;
}

static gboolean is_new(Parser *parser, const Line *line, const Word *name)
{
    const PlanName *known = plan_find_name(parser->plan, name->text);

    if (known == NULL)
        return TRUE;
    line_error(parser, line, name, NULL, "'%s' has a value already, by %s:%u", shown(parser, name),
               known->place.file, known->place.line);
    return FALSE;
}

static void declare(Parser *parser, const Line *line, const Word *word)
{
    Word name, value;

    if (!word_setting(parser, line, word, &name, &value) || !is_new(parser, line, &name))
        return;
    if (!is_well_formed(&name)) {
        line_error(parser, line, &name, "letters, digits and _; a letter first",
                   "'%s' cannot be a name", shown(parser, &name));
        return;
    }
    const char *other = given(parser, name.text);
    PlanName known = {.name = g_strdup(name.text),
                      .value = g_strdup(other != NULL ? other : value.text),
                      .is_set = other != NULL,
                      .place = line_place(line, word)};

    g_array_append_val(parser->plan->names, known);
}

void parse_let(Parser *parser, Line *line)
{
    const Word *word = line_take(parser, line, "NAME=VALUE");

    for (; word != NULL; word = line_peek(line) != NULL ? line_take(parser, line, "") : NULL)
        declare(parser, line, word);
}
