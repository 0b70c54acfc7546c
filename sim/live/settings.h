/* What a scenario sets of a host, as its kernel takes it: sysctls, and options of sockets. */
#ifndef TCPWALTZ_LIVE_SETTINGS_H
#define TCPWALTZ_LIVE_SETTINGS_H

#include <glib.h>

#include "scenario/plan.h"

/* Before the host's space is opened. */
guint settings_mtu(const PlanHost *host);

/* In the host's space.  FALSE: *trouble names the key that this kernel cannot be given, and its place;
 * `lenient` goes on without it. */
gboolean settings_apply(const PlanHost *host, gboolean lenient, char **trouble);

/* Of a host that can be given nothing.  FALSE: *trouble names the first key that the scenario sets. */
gboolean settings_are_none(const PlanHost *host, char **trouble);

/* To each socket of the host, before it listens or connects. */
void settings_apply_to_socket(const PlanHost *host, int socket);

/* A key of one connection.  FALSE with errno: EINVAL where no option is like it. */
gboolean settings_set_on_socket(const PlanSetting *setting, int socket);

#endif
