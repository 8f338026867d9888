// One client: TCP, WebSocket, Engine.IO 4, Socket.IO 5, and what the room expects of it.
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10, MOST_TEXT = 8192 };
static const double FIRST_WAIT = 0.5, LONGEST_FIRST_WAIT = 5, LONGEST_WAIT = 30;  // seconds
static int poller;
static uint8_t incoming[1 << 18];

void begin_polling(void) {
    struct epoll_event commands = {EPOLLIN, {.ptr = NULL}};
    poller = epoll_create1(0);
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &commands);
}

static void watch(struct client *client, int operation, uint32_t events) {
    struct epoll_event event = {events, {.ptr = client}};
    epoll_ctl(poller, operation, client->fd, &event);
}

void close_client(struct client *client) {
    if (client->fd >= 0) close(client->fd);
    client->fd = -1;
    client->input_size = client->output_size = 0;
    client->state = GONE;
}

// Stop reading, as a page does whose machine is too slow; the connection stays.
void pause_client(struct client *client) {
    client->is_paused = 1;
    watch(client, EPOLL_CTL_MOD, 0);
}

// As the page does: what a restarting server asked for and up to half of it more, else full jitter that doubles.
static void come_back_later(struct client *client) {
    double most = client->patience < LONGEST_FIRST_WAIT ? LONGEST_FIRST_WAIT : client->patience;
    double wait = FIRST_WAIT + drand48() * (most - FIRST_WAIT);
    if (client->asked_to_wait > 0) wait = (1 + drand48() / 2) * client->asked_to_wait;
    else client->patience = client->patience * 2 > LONGEST_WAIT ? LONGEST_WAIT : client->patience * 2;
    client->asked_to_wait = 0;
    client->due = now() + (uint64_t)(wait * 1e9);
}

static void lose(struct client *client) {
    enum state state = client->state;
    int was_ready = state == READY;
    if (was_ready) {
        load.ready--, load.dropped++;
        client->lost = now();
        client->patience = LONGEST_FIRST_WAIT / 2;
    }
    close_client(client);
    if (load.does_return && client->lost) come_back_later(client);
    else if (!was_ready && ++load.failed <= 3)
        fprintf(stderr, "load: client %d was cut in state %d after %.0f ms\n", client->number, state, since(client->begun));
}

static void send_bytes(struct client *client, const void *bytes, size_t size) {
    if (client->fd < 0) return;
    ssize_t sent = client->output_size ? 0 : send(client->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) sent = 0;
    if ((size_t)sent == size) return;
    size -= (size_t)sent;
    client->output = realloc(client->output, client->output_size + size);
    memcpy(client->output + client->output_size, (const uint8_t *)bytes + sent, size);
    client->output_size += size;
    watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void send_frame(struct client *client, int opcode, const char *text, size_t size) {
    static const uint8_t mask[4] = {0x11, 0x22, 0x33, 0x44};
    uint8_t frame[MOST_TEXT + 16];
    size_t at = 0;
    if (size > MOST_TEXT) return;
    frame[at++] = (uint8_t)(0x80 | opcode);
    if (size < 126) frame[at++] = (uint8_t)(0x80 | size);
    else frame[at++] = 0xFE, frame[at++] = (uint8_t)(size >> 8), frame[at++] = (uint8_t)size;
    memcpy(frame + at, mask, 4), at += 4;
    for (size_t i = 0; i < size; i++) frame[at + i] = (uint8_t)text[i] ^ mask[i & 3];
    send_bytes(client, frame, at + size);
}

void send_text(struct client *client, const char *text) {
    send_frame(client, TEXT, text, strlen(text));
}

// Put numbers into a text: {n} the act, {last} the last event seen or null, {prefix} that of this run.
size_t fill(char *to, size_t room, const char *text, const struct client *client, long act) {
    size_t at = 0;
    while (*text && at + 40 < room) {
        if (!strncmp(text, "{n}", 3)) at += (size_t)snprintf(to + at, room - at, "%ld", act), text += 3;
        else if (!strncmp(text, "{o}", 3)) at += (size_t)snprintf(to + at, room - at, "%ld", act % 4), text += 3;
        else if (!strncmp(text, "{prefix}", 8)) at += (size_t)snprintf(to + at, room - at, "%s", load.prefix), text += 8;
        else if (!strncmp(text, "{last}", 6)) {
            if (client->last < 0) at += (size_t)snprintf(to + at, room - at, "null");
            else at += (size_t)snprintf(to + at, room - at, "%ld", client->last);
            text += 6;
        } else to[at++] = *text++;
    }
    to[at] = 0;
    return at;
}

void send_act(struct client *client, long act) {
    char text[MOST_TEXT];
    client->act = act;
    client->asked = now();
    memcpy(text, "422", 3);
    fill(text + 3, sizeof text - 3, load.act, client, act);
    send_text(client, text);
}

// Let the next client that has nothing open vote; 0 when there is none, or no vote left.
int vote_next(void) {
    for (int tried = load.first_voter; tried < load.opened && load.votes_left > 0; tried++) {
        struct client *client = &clients[load.next_voter];
        if (++load.next_voter >= load.opened) load.next_voter = load.first_voter;
        if (client->state != READY || client->act) continue;
        load.votes_left--;
        send_act(client, ++load.next_act);
        return 1;
    }
    return 0;
}

void open_client(struct client *client) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load.port)};
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->fd < 0) {
        perror("load: socket (raise the limit of open files)");
        exit(2);
    }
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!client->begun) client->begun = now();
    client->state = CONNECTING;
    client->due = 0;
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        lose(client);
        return;
    }
    watch(client, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void ask_upgrade(struct client *client) {
    char request[512];
    int size = snprintf(request, sizeof request,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n\r\n", load.port, load.port);
    client->state = UPGRADING;
    send_bytes(client, request, (size_t)size);
}

static void ask_in(struct client *client) {
    char text[MOST_TEXT];
    long line = (long)client->attempt * load.count + client->number;
    const char *auth = line < load.auth_count ? load.auths[line] : "";
    client->attempt++;
    client->state = ENTERING;
    snprintf(text, sizeof text, "40%s", auth);
    send_text(client, text);
}

// The room was too busy to let it in: its ticket still holds, and the page would try again in a second or two.
static void ask_in_later(struct client *client) {
    load.busy++;
    close_client(client);
    client->attempt--;
    client->due = now() + (uint64_t)((1 + drand48()) * 1e9);
}

static void ask_sync(struct client *client) {
    char text[MOST_TEXT];
    client->state = SYNCING;
    memcpy(text, "421", 3);
    fill(text + 3, sizeof text - 3, load.sync, client, 0);
    send_text(client, text);
}

static void is_in(struct client *client) {
    client->state = READY;
    load.ready++;
    if (!client->lost) {
        add_sample(&load.joins, since(client->begun));
        return;
    }
    load.returned++;
    add_sample(&load.returns, since(client->lost));
    client->lost = 0;
    if (client->act) send_act(client, client->act);
}

static void is_acknowledged(struct client *client, const char *text, size_t size) {
    if (!client->act) return;
    int is_ok = memmem(text, size < 40 ? size : 40, "\"ok\":true", 9) != NULL;
    int is_again = !is_ok && (memmem(text, size, "\"busy\"", 6) || memmem(text, size, "\"try_again\"", 11)
                               || memmem(text, size, "\"outcome_unknown\"", 17));
    if (is_again && load.does_return) {
        client->due = now() + 1000000000ull;
        return;
    }
    if (is_ok) {
        load.acknowledged++;
        add_sample(&load.votes, since(client->asked));
        if (load.acknowledged_file)
            fprintf(load.acknowledged_file, "%d %ld %ld\n", client->number, client->act, client->act % 4);
    } else load.refused++;
    client->act = 0;
    if (load.is_closed_loop) vote_next();
}

static void note_state(struct client *client, const char *text, size_t size) {
    static const char event[] = "42[\"room.event\",{\"audience\":\"all\",\"number\":";
    static const char snapshot[] = "\"numbers\":{\"all\":";
    static const char restarting[] = "42[\"room.restarting\",{\"in_s\":";
    const char *found = NULL;
    if (size > sizeof event && !memcmp(text, event, sizeof event - 1)) found = text + sizeof event - 1;
    else if (client->state == SYNCING && (found = memmem(text, size, snapshot, sizeof snapshot - 1)))
        found += sizeof snapshot - 1;
    if (found) client->last = atol(found);
    if (size > sizeof restarting && !memcmp(text, restarting, sizeof restarting - 1))
        client->asked_to_wait = atof(text + sizeof restarting - 1);
}

static void note_round(struct client *client, const char *text, size_t size) {
    if (!load.round || client->round == load.round || !memmem(text, size, load.marker, strlen(load.marker))) return;
    client->round = load.round;
    load.reached++;
    add_sample(&load.rounds, since(load.round_begun));
}

static void take_message(struct client *client, const char *text, size_t size) {
    if (load.does_return || client->state == SYNCING) note_state(client, text, size);
    if (size == 1 && text[0] == '2') send_text(client, "3");
    else if (client->state == GREETED && text[0] == '0') ask_in(client);
    else if (size < 2 || text[0] != '4') return;
    else if (client->state == ENTERING && text[1] == '0') ask_sync(client);
    else if (client->state == ENTERING && text[1] == '4' && memmem(text, size, "\"busy\"", 6)) ask_in_later(client);
    else if (client->state == ENTERING && text[1] == '4') {
        if (load.failed < 3) fprintf(stderr, "load: not let in: %.*s\n", (int)size, text);
        lose(client);
    } else if (client->state == SYNCING && text[1] == '3') is_in(client);
    else if (size > 3 && text[1] == '3' && text[2] == '2') is_acknowledged(client, text, size);
    else note_round(client, text, size);
}

// Take every whole frame of these bytes; give how many bytes they were. The client may be gone after it.
static size_t take_frames(struct client *client, const uint8_t *bytes, size_t size) {
    size_t at = 0;
    while (client->fd >= 0 && size - at >= 2) {
        size_t head = 2, length = bytes[at + 1] & 127;
        if (length == 126) {
            if (size - at < 4) break;
            length = (size_t)bytes[at + 2] << 8 | bytes[at + 3], head = 4;
        } else if (length == 127) {
            if (size - at < 10) break;
            length = 0, head = 10;
            for (int i = 2; i < 10; i++) length = length << 8 | bytes[at + (size_t)i];
        }
        if (size - at < head + length) break;
        int opcode = bytes[at] & 15;
        const char *text = (const char *)bytes + at + head;
        at += head + length;
        if (opcode == CLOSE) lose(client);
        else if (opcode == PING) send_frame(client, PONG, text, length);
        else if (opcode == TEXT) take_message(client, text, length);
    }
    return at;
}

static void keep(struct client *client, const uint8_t *bytes, size_t size) {
    if (client->input_room < client->input_size + size + 1) {
        client->input_room = client->input_size + size + 4096;
        client->input = realloc(client->input, client->input_room);
    }
    memcpy(client->input + client->input_size, bytes, size);
    client->input_size += size;
}

static void take_upgrade(struct client *client) {
    client->input[client->input_size] = 0;
    char *end = strstr((char *)client->input, "\r\n\r\n");
    if (!end) return;
    if (strncmp((char *)client->input + 9, "101", 3)) {
        if (load.failed < 3) fprintf(stderr, "load: refused: %.60s\n", client->input);
        lose(client);
        return;
    }
    size_t head = (size_t)(end + 4 - (char *)client->input);
    client->state = GREETED;
    memmove(client->input, client->input + head, client->input_size -= head);
}

static void take_bytes(struct client *client, const uint8_t *bytes, size_t size) {
    if (!client->input_size && client->state >= GREETED) {  // most often: parse where they lie
        size_t taken = take_frames(client, bytes, size);
        if (client->fd >= 0 && taken < size) keep(client, bytes + taken, size - taken);
        return;
    }
    keep(client, bytes, size);
    if (client->state == UPGRADING) take_upgrade(client);
    if (client->state < GREETED || client->state == GONE) return;
    size_t taken = take_frames(client, client->input, client->input_size);
    if (client->fd < 0 || !taken) return;
    memmove(client->input, client->input + taken, client->input_size -= taken);
}

static void flush(struct client *client) {
    ssize_t sent = send(client->fd, client->output, client->output_size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) memmove(client->output, client->output + sent, client->output_size -= (size_t)sent);
    if (!client->output_size) watch(client, EPOLL_CTL_MOD, EPOLLIN);
}

static void take_event(struct client *client, uint32_t events) {
    if (client->fd < 0) return;
    if (client->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            lose(client);
            return;
        }
        watch(client, EPOLL_CTL_MOD, EPOLLIN);
        ask_upgrade(client);
        return;
    }
    if (events & EPOLLOUT && client->output_size) flush(client);
    if (client->is_paused || !(events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return;
    ssize_t got = recv(client->fd, incoming, sizeof incoming, 0);
    if (got > 0) take_bytes(client, incoming, (size_t)got);
    else if (got == 0 || errno != EAGAIN) lose(client);
}

// Take what has come, or wait for it so long; give whether a command waits to be read.
int turn(int milliseconds) {
    struct epoll_event events[512];
    int count = epoll_wait(poller, events, 512, milliseconds), has_command = 0;
    for (int i = 0; i < count; i++)
        if (events[i].data.ptr) take_event(events[i].data.ptr, events[i].events);
        else has_command = 1;
    return has_command;
}

// Bring back who waits for it, and send again what was answered with "busy".
void look_after_returns(void) {
    uint64_t moment = now();
    for (int i = 0; i < load.opened; i++) {
        struct client *client = &clients[i];
        if (!client->due || client->due > moment) continue;
        client->due = 0;
        if (client->state == GONE) open_client(client);
        else if (client->act) send_act(client, client->act);
    }
}
