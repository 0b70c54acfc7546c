/* Errors as values: diagnostics, as others may see them. */
#include "api/api.h"

struct TcpwaltzErrors {
    GArray *items; /* TcpwaltzError; their texts are the diagnostics' */
    Diagnostics *diagnostics;
    char *text;
};

static TcpwaltzError error_of(const Diagnostic *diagnostic)
{
    const SourcePlace *place = &diagnostic->place;

    return (TcpwaltzError){
        .file = place->file,
        .line = place->line,
        .column = place->column,
        .width = place->width,
        .is_note = diagnostic->is_note ? 1 : 0,
        .message = diagnostic->message,
        .hint = diagnostic->hint,
    };
}

void errors_give(TcpwaltzErrors **errors, Diagnostics *diagnostics)
{
    g_assert(diagnostics_any(diagnostics));
    if (errors == NULL) {
        diagnostics_free(diagnostics);
        return;
    }
    TcpwaltzErrors *given = g_new0(TcpwaltzErrors, 1);

    given->items = g_array_new(FALSE, FALSE, sizeof(TcpwaltzError));
    given->diagnostics = diagnostics;
    given->text = diagnostics_format(diagnostics);
    for (guint i = 0; i < diagnostics->items->len; i++) {
        TcpwaltzError error = error_of(g_ptr_array_index(diagnostics->items, i));

        g_array_append_val(given->items, error);
    }
    *errors = given;
}

void errors_say(TcpwaltzErrors **errors, const char *hint, const char *format, ...)
{
    Diagnostics *diagnostics = diagnostics_new();
    SourcePlace nowhere = {.file = NULL};
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    diagnostics_add(diagnostics, nowhere, NULL, hint, "%s", message);
    errors_give(errors, diagnostics);
}

size_t tcpwaltz_errors_count(const TcpwaltzErrors *errors)
{
    return errors != NULL ? errors->items->len : 0;
}

const TcpwaltzError *tcpwaltz_errors_at(const TcpwaltzErrors *errors, size_t index)
{
    return index < tcpwaltz_errors_count(errors)
               ? &g_array_index(errors->items, TcpwaltzError, index)
               : NULL;
}

const char *tcpwaltz_errors_text(const TcpwaltzErrors *errors)
{
    return errors != NULL ? errors->text : "";
}

void tcpwaltz_errors_free(TcpwaltzErrors *errors)
{
    if (errors == NULL)
        return;
    g_array_unref(errors->items);
    diagnostics_free(errors->diagnostics);
    g_free(errors->text);
    g_free(errors);
}
