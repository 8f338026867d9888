// The floor under every room server: no rights, no rows, no objects; one message, framed once, written to each socket.
// floor PORT; answers a handshake, "40", "421…", and sends what follows "42[\"tell\"," to everybody.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536, READ = 16384 };
static int is_open[MOST], is_upgraded[MOST], highest;

static size_t frame(uint8_t *to, const char *text, size_t size) {
    size_t at = 0;
    to[at++] = 0x81;
    if (size < 126) to[at++] = (uint8_t)size;
    else to[at++] = 126, to[at++] = (uint8_t)(size >> 8), to[at++] = (uint8_t)size;
    memcpy(to + at, text, size);
    return at + size;
}

static void put(int fd, const char *text) {
    uint8_t bytes[READ];
    size_t size = frame(bytes, text, strlen(text));
    (void)!send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void tell(const char *sent, size_t size) {
    static const char head[] = "42[\"told\",";
    char text[READ];
    uint8_t bytes[READ + 16];
    memcpy(text, head, sizeof head - 1);
    memcpy(text + sizeof head - 1, sent, size);
    size_t framed = frame(bytes, text, sizeof head - 1 + size);
    for (int fd = 0; fd <= highest; fd++)
        if (is_open[fd]) (void)!send(fd, bytes, framed, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void take(int fd, const char *text, size_t size) {
    static const char asked[] = "42[\"tell\",";
    if (size >= 2 && !memcmp(text, "40", 2)) put(fd, "40{\"sid\":\"x\"}");
    else if (size >= 3 && !memcmp(text, "421", 3)) is_open[fd] = 1, put(fd, "431[{\"ok\":true}]");
    else if (size > sizeof asked && !memcmp(text, asked, sizeof asked - 1))
        tell(text + sizeof asked - 1, size - (sizeof asked - 1));
}

static void take_bytes(int fd, uint8_t *bytes, size_t size) {
    if (!is_upgraded[fd]) {
        static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: HSmrc0sMlYUkAGmm5OPpG2HaGWk=\r\n\r\n";
        is_upgraded[fd] = 1;
        (void)!send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        put(fd, "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}");
        return;
    }
    for (size_t at = 0; size - at >= 6;) {  // our own client never splits a frame
        size_t head = 2, length = bytes[at + 1] & 127;
        if (length == 126) length = (size_t)bytes[at + 2] << 8 | bytes[at + 3], head = 4;
        uint8_t *mask = bytes + at + head, *text = mask + 4;
        if (size - at < head + 4 + length) return;
        for (size_t i = 0; i < length; i++) text[i] ^= mask[i & 3];
        if ((bytes[at] & 15) == 1) take(fd, (char *)text, length);
        at += head + 4 + length;
    }
}

int main(int count, char **given) {
    struct rlimit files;
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct epoll_event events[512];
    static uint8_t bytes[READ];
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poller = epoll_create1(0);
    if (count < 2) return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < MOST ? files.rlim_max : MOST;
    setrlimit(RLIMIT_NOFILE, &files);
    address.sin_port = htons((uint16_t)atoi(given[1])), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) return perror("floor"), 1;
    struct epoll_event one = {EPOLLIN, {.fd = listener}};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &one);
    for (;;) {
        int ready = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && fd < MOST) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                    is_open[fd] = is_upgraded[fd] = 0, highest = fd > highest ? fd : highest;
                    one.data.fd = fd;
                    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &one);
                }
                continue;
            }
            ssize_t got = recv(fd, bytes, sizeof bytes, 0);
            if (got > 0) take_bytes(fd, bytes, (size_t)got);
            else is_open[fd] = 0, close(fd);
        }
    }
}
