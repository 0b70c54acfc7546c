/* Interrupts. */
#include "cli/interrupt.h"

#include <string.h>
#include <unistd.h>

#include "cli/output.h"

static const struct {
    int number;
    const char *line;
} signals[] = {
    {SIGINT, "tcpwaltz: interrupted\n"},
    {SIGTERM, "tcpwaltz: terminated\n"},
    {SIGHUP, "tcpwaltz: hung up\n"},
};

static gboolean is_silent;

static void say(int signal_number)
{
    for (gsize i = 0; i < G_N_ELEMENTS(signals) && !is_silent; i++) {
        if (signals[i].number != signal_number)
            continue;
        ssize_t ignored = write(STDERR_FILENO, signals[i].line, strlen(signals[i].line));

        (void)ignored;
    }
}

/* The signal once more, which ends us when this returns: SA_RESETHAND. */
static void on_interrupt(int signal_number)
{
    output_abandon();
    say(signal_number);
    raise(signal_number);
}

static void expect_one(int signal_number)
{
    const struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;

    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal_number, &action, NULL);
}

void interrupt_expect(gboolean says_so)
{
    is_silent = !says_so;
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        expect_one(signals[i].number);
}

void interrupt_end_by(int signal_number)
{
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        if (signals[i].number == signal_number)
            raise(signal_number);
    }
}

static sigset_t all_of_them(void)
{
    sigset_t all;

    sigemptyset(&all);
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaddset(&all, signals[i].number);
    return all;
}

void interrupt_hold(sigset_t *before)
{
    const sigset_t all = all_of_them();

    sigprocmask(SIG_BLOCK, &all, before);
}

void interrupt_release(const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
}

gboolean interrupt_waits(void)
{
    sigset_t pending;

    if (sigpending(&pending) != 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        if (sigismember(&pending, signals[i].number) == 1)
            return TRUE;
    }
    return FALSE;
}
