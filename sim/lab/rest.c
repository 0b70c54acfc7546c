/* What the lab knows of connections that are over, as long as their applications can read what they have left
 * (sim/socket/application.h keeps that): whose bytes these should be.
 */
#include "lab/world.h"

void lab_rest_keep(LabHost *host, TcpConnId conn)
{
    const LabConn *known = lab_host_conn(host, conn);
    LabConn last = known != NULL ? *known : (LabConn){.ends = lab_host_ends(host, conn)};

    if (!application_ending(host->application, conn))
        return;
    lab_host_find_peer_stream(host, &last);
    LabConn *rest = memory_pool_take_unset(host->run->conns);
    *rest = last;
    id_map_set(&host->rests, conn, rest);
}

LabConn *lab_rest_conn(const LabHost *host, TcpConnId conn)
{
    return id_map_get(&host->rests, conn);
}

void lab_rest_forget(LabHost *host, TcpConnId conn)
{
    LabConn *rest = lab_rest_conn(host, conn);

    if (rest == NULL)
        return;
    id_map_remove(&host->rests, conn);
    memory_pool_give(host->run->conns, rest);
}

void lab_rests_forget(LabHost *host)
{
    if (!host->keeps_rests)
        return;
    application_forget_all(host->application);
    for (TcpConnId conn = 1; conn <= tcp_stack_newest(host->stack); conn++)
        lab_rest_forget(host, conn);
}
