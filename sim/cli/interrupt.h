/* ^C, SIGTERM and a terminal that hangs up: one line, nothing half written, and the end that whoever sent
 * the signal expects, which a shell shows as 130, 143 and 129. */
#ifndef TCPWALTZ_CLI_INTERRUPT_H
#define TCPWALTZ_CLI_INTERRUPT_H

#include <glib.h>
#include <signal.h>

/* From now on.  A signal that is ignored (nohup, a shell's background) stays so.  `says_so` FALSE: without
 * the line, which somebody else says. */
void interrupt_expect(gboolean says_so);

/* As if the signal had come now; returns only where it is none of these. */
void interrupt_end_by(int signal_number);

/* Between the two no signal comes: what is done there is done wholly or not at all. */
void interrupt_hold(sigset_t *before);
void interrupt_release(const sigset_t *before);

/* One is waiting, since interrupt_hold(). */
gboolean interrupt_waits(void);

#endif
