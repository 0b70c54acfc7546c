/* Tolerances. */
#include "cli/tolerance.h"

#include <string.h>

#include "cli/message.h"
#include "core/decimal.h"

enum { PPB_OF_PERCENT = 10000000 };

static gboolean read_part(const char *text, PlanTolerance *out)
{
    gsize length = strlen(text);

    if (length > 1 && text[length - 1] == '%')
        return decimal_read(text, length - 1, PPB_OF_PERCENT, &out->within_ppb) == DECIMAL_OK;
    return sim_time_parse(text, length, &out->within) == SIM_TIME_OK;
}

/* One, or one of each kind. */
static gboolean read_parts(char *const *parts, PlanTolerance *out)
{
    guint count = 0;

    *out = (PlanTolerance){0};
    for (; parts[count] != NULL; count++)
        if (!read_part(parts[count], out))
            return FALSE;
    return count == 1 ||
           (count == 2 && g_str_has_suffix(parts[0], "%") != g_str_has_suffix(parts[1], "%"));
}

gboolean tolerance_read(const Command *command, const char *text, PlanTolerance *out)
{
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ",", -1);

    if (text == NULL || read_parts(parts, out))
        return TRUE;
    say_usage(command, "--tolerance is a time (5ms), a part (10%%) or both (5ms,10%%), not '%s'",
              text);
    return FALSE;
}

/* A timer of Linux is late by as much as a slot of its wheel, which is 8/63 of the wait at most
 * (kernel/time/timer.c: slots of level n are 8^n ticks wide, for waits from 63 * 8^(n-1) ticks): 12.7 %.  And
 * a machine has other things to do: it wakes us some milliseconds late, each way. */
PlanTolerance tolerance_of_real_time(void)
{
    return (PlanTolerance){.within = 10 * SIM_MILLISECOND, .within_ppb = 13 * PPB_OF_PERCENT};
}
