/* Times appended to a text. */
#include "trace/time_text.h"

void time_append(SimTime t, GString *out)
{
    char text[SIM_TIME_TEXT_MAX];
    size_t length = sim_time_format(t, text);

    g_string_append_len(out, text, (gssize)length);
}

void time_append_seconds(SimTime t, int decimals_min, GString *out)
{
    char text[SIM_TIME_TEXT_MAX];
    size_t length = sim_time_format_seconds(t, decimals_min, text);

    g_string_append_len(out, text, (gssize)length);
}

void time_append_about(SimTime t, GString *out)
{
    time_append_seconds(sim_time_nearest(t, 10 * SIM_MILLISECOND), 0, out);
}

void time_append_value(SimTime t, GString *out)
{
    if (t >= SIM_SECOND) {
        time_append_seconds(t, 0, out);
        g_string_append_c(out, 's');
    } else if (t % SIM_MILLISECOND == 0) {
        g_string_append_printf(out, "%" G_GINT64_FORMAT "ms", t / SIM_MILLISECOND);
    } else {
        g_string_append_printf(out, "%" G_GINT64_FORMAT "ns", t);
    }
}
