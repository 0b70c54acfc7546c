/* Messages on standard error. */
#include "cli/message.h"

#include <stdio.h>

#include "escape/escape.h"
#include "scenario/diagnostics.h"

static void G_GNUC_PRINTF(1, 0) say(const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    g_autoptr(GString) shown = g_string_new(NULL);

    escape_terminal(text, shown);
    fprintf(stderr, "tcpwaltz: %s\n", shown->str);
}

int say_trouble(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return STATUS_TROUBLE;
}

static void point_to_help(const Command *command)
{
    fprintf(stderr, "try 'tcpwaltz help%s%s'\n", command != NULL ? " " : "",
            command != NULL ? command->name : "");
}

int say_usage(const Command *command, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    point_to_help(command);
    return STATUS_TROUBLE;
}

int say_unknown(const Command *command, const char *what, const char *word,
                const char *const *words)
{
    const char *near = nearest_word(word, words);

    if (near != NULL)
        say_trouble("unknown %s '%s': did you mean '%s'?", what, word, near);
    else
        say_trouble("unknown %s '%s'", what, word);
    point_to_help(command);
    return STATUS_TROUBLE;
}
