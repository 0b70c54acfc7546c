/* Fields of the CSV views. */
#include "view/csv.h"

#include "escape/escape.h"
#include "trace/time_text.h"
#include "view/setup.h"

enum { DECIMALS_MIN = 4 };

void csv_host(const Trace *trace, TraceHost host, GString *out)
{
    if (host < trace->hosts->len)
        escape_csv(g_ptr_array_index(trace->hosts, host), out);
    else
        g_string_append_c(out, '?');
}

void csv_seconds(SimTime t, GString *out)
{
    time_append_seconds(t, DECIMALS_MIN, out);
}

/* printf() would be half of the time that a large table takes. */
void csv_number(guint64 number, GString *out)
{
    char digits[20];
    gsize at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

void csv_setup(const Trace *trace, GString *out)
{
    const ViewStyle style = view_style(NULL);
    g_autoptr(GString) sentence = g_string_new(NULL);

    if (setup_append(trace, &style, sentence))
        csv_note(sentence->str, out);
}

void csv_note(const char *text, GString *out)
{
    g_string_append(out, "# ");
    escape_terminal(text, out);
    g_string_append_c(out, '\n');
}
