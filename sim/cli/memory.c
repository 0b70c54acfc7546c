/* Out of memory: said in a line, without asking for any more of it, and exit status 2. */
#include "cli/memory.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "core/memory.h"

_Noreturn void memory_exhausted(size_t bytes)
{
    static const char text[] =
        "tcpwaltz: out of memory: the system gives no more; a run that may use "
        "less ends before that (--max-memory)\n";

    output_abandon();
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)ignored;
    (void)bytes;
    _exit(STATUS_TROUBLE);
}

/* g_malloc() calls it "failed to allocate" or an overflow in "allocating". */
static void on_error(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    if (strstr(message, "allocat") != NULL)
        memory_exhausted(0);
    g_log_default_handler(domain, level, message, data);
}

void memory_say_exhausted(void)
{
    g_log_set_handler("GLib", (GLogLevelFlags)(G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL), on_error,
                      NULL);
}
