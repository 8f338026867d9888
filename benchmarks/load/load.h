// Many Socket.IO clients in one thread, for loopback only. `load.c` reads commands, `client.c` speaks the protocol,
// `measure.c` counts. Every command answers with one line of JSON.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum state { IDLE, CONNECTING, UPGRADING, GREETED, ENTERING, SYNCING, READY, GONE };

struct client {
    int fd;
    enum state state;
    int number, attempt;         // attempt: how often it has connected; each needs a ticket of its own
    uint8_t *input;              // bytes that are no whole frame yet
    size_t input_size, input_room;
    uint8_t *output;             // bytes that the socket did not take
    size_t output_size;
    uint64_t begun, asked;       // when it began to connect; when it sent the act that is not acknowledged yet
    uint64_t lost, due;          // when the connection broke; when to come back or to send again
    double patience;             // longest wait before it comes back next, in seconds
    double asked_to_wait;        // what the server asked for as it left, in seconds
    long act;                    // number of the act that is not acknowledged, 0 when there is none
    long last;                   // last number of the stream `all`, -1 when none was seen
    long round;                  // last round whose message it got
    int is_paused;
};

struct samples {                 // milliseconds
    double *values;
    size_t count, room;
};

struct load {                    // what all commands share
    int port, count, opened, ready, failed, busy, dropped, returned, does_return;
    char **auths;                // JSON of `auth`, one line a connection
    long auth_count;
    const char *sync;            // what a client sends when it is let in, such as ["room.sync",{…}]
    const char *act;             // what a vote sends
    const char *prefix;          // of keys, so that two runs on one room differ
    long next_act, votes_left, acknowledged, refused;
    int is_closed_loop, next_voter, first_voter;
    long round, reached;
    char marker[200];
    uint64_t round_begun;
    struct samples joins, rounds, votes, returns;
    void *acknowledged_file;
};
extern struct load load;
extern struct client *clients;

// client.c
void begin_polling(void);
void open_client(struct client *client);
void close_client(struct client *client);
void pause_client(struct client *client);
void send_text(struct client *client, const char *text);
void send_act(struct client *client, long act);
int vote_next(void);
int turn(int milliseconds);
void look_after_returns(void);
size_t fill(char *to, size_t room, const char *text, const struct client *client, long act);

// measure.c
uint64_t now(void);
double since(uint64_t begun);    // milliseconds
void add_sample(struct samples *samples, double value);
double percentile(struct samples *samples, double share);
double cpu_of(int pid);          // milliseconds on a CPU so far, all threads
long memory_of(int pid);         // resident KB
