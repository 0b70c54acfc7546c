/* lwIP behind a TUN device, for tests/live/tun.sh, and as an example: a user-space stack and what it needs to be a
 * host of a scenario, which is nothing but the device.
 *
 * usage: lwip_tun DEVICE ADDRESS serve PORT              an echo: what comes goes back; it closes when the peer does
 *        lwip_tun DEVICE ADDRESS once PORT               the same, but the program ends then
 *        lwip_tun DEVICE ADDRESS connect ADDRESS PORT    sends ten bytes, reads until the peer closes, then closes
 *
 * All but "once" go on until they are killed. */
#define _DEFAULT_SOURCE /* struct ifreq; and lwIP knows ssize_t by SSIZE_MAX */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>

typedef struct Example {
    int device;
    struct netif netif;
    ip4_addr_t own;
    ip_addr_t peer;
    u16_t port;
    int connects, serves_once;
    sys_sem_t is_ready;
} Example;

static void fail(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- The device ---- */

static int open_device(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    int device = open("/dev/net/tun", O_RDWR);

    if (device < 0)
        fail("/dev/net/tun");
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (ioctl(device, TUNSETIFF, &request) != 0)
        fail(name);
    return device;
}

static err_t send_packet(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    const Example *example = netif->state;
    unsigned char bytes[2048];
    u16_t size = pbuf_copy_partial(packet, bytes, sizeof bytes, 0);

    (void)to;
    return write(example->device, bytes, size) == size ? ERR_OK : ERR_IF;
}

static err_t init_netif(struct netif *netif)
{
    memcpy(netif->name, "tn", 2);
    netif->output = send_packet;
    netif->mtu = 1500;
    return ERR_OK;
}

static void take_packets(Example *example)
{
    unsigned char bytes[2048];
    ssize_t size;

    while ((size = read(example->device, bytes, sizeof bytes)) >= 0) {
        struct pbuf *packet = pbuf_alloc(PBUF_RAW, (u16_t)size, PBUF_RAM);
        if (packet == NULL)
            continue;
        pbuf_take(packet, bytes, (u16_t)size);
        if (example->netif.input(packet, &example->netif) != ERR_OK)
            pbuf_free(packet);
    }
    fail("reading the device");
}

/* ---- The application ---- */

/* `argument`: the example, where it serves. */
static err_t take_data(void *argument, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    const Example *server = argument;

    (void)error;
    if (data == NULL) {
        tcp_close(pcb);
        if (server != NULL && server->serves_once)
            exit(0);
        return ERR_OK;
    }
    for (struct pbuf *part = data; part != NULL && server != NULL; part = part->next)
        tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    tcp_output(pcb);
    return ERR_OK;
}

static err_t accepted(void *example, struct tcp_pcb *pcb, err_t error)
{
    (void)error;
    tcp_arg(pcb, example);
    tcp_recv(pcb, take_data);
    return ERR_OK;
}

static err_t connected(void *nothing, struct tcp_pcb *pcb, err_t error)
{
    (void)nothing;
    (void)error;
    tcp_recv(pcb, take_data);
    return tcp_write(pcb, "ten bytes.", 10, TCP_WRITE_FLAG_COPY);
}

/* In lwIP's own thread. */
static void begin(void *argument)
{
    Example *example = argument;
    ip4_addr_t mask, gateway;
    struct tcp_pcb *pcb = tcp_new();

    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    netif_add(&example->netif, &example->own, &mask, &gateway, example, init_netif, tcpip_input);
    netif_set_default(&example->netif);
    netif_set_link_up(&example->netif);
    netif_set_up(&example->netif);
    if (example->connects) {
        tcp_connect(pcb, &example->peer, example->port, connected);
    } else {
        tcp_bind(pcb, IP_ADDR_ANY, example->port);
        pcb = tcp_listen(pcb);
        tcp_arg(pcb, example);
        tcp_accept(pcb, accepted);
    }
    sys_sem_signal(&example->is_ready);
}

static u16_t port_in(const char *text)
{
    return (u16_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    static Example example;
    int serves = argc == 5 && (strcmp(argv[3], "serve") == 0 || strcmp(argv[3], "once") == 0);

    example.serves_once = serves && strcmp(argv[3], "once") == 0;
    example.connects = argc == 6 && strcmp(argv[3], "connect") == 0;
    if ((!serves && !example.connects) || !ip4addr_aton(argv[2], &example.own) ||
        (example.connects && !ipaddr_aton(argv[4], &example.peer))) {
        fprintf(stderr, "usage: lwip_tun DEVICE ADDRESS serve|once PORT\n"
                        "       lwip_tun DEVICE ADDRESS connect ADDRESS PORT\n");
        return 2;
    }
    example.port = port_in(argv[argc - 1]);
    example.device = open_device(argv[1]);
    sys_sem_new(&example.is_ready, 0);
    tcpip_init(begin, &example);
    sys_sem_wait(&example.is_ready);
    take_packets(&example);
}
