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
