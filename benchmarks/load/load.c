// Reads commands from standard input, one a line, and answers each with a line of JSON:
//   join COUNT AT_ONCE SPREAD_MS        let more clients in, evenly over a time or as fast as AT_ONCE allows
//   rest MS                             do nothing; what idle connections cost, and who came back since `votes` began
//   round FROM LIMIT_MS MARKER<tab>TEXT client FROM sends TEXT; until everybody has a message that holds MARKER
//   votes AT_ONCE RATE MS MOST FROM     AT_ONCE acts open at any time, or RATE a second; by clients FROM and later
//   pause COUNT                         the last clients stop reading
//   server PID                          measure another process from now on
//   leave                               close everything without a word
// Arguments: PORT PID CLIENTS AUTHS_FILE SYNC ACT PREFIX SECONDS [RETURN_FILE]; with RETURN_FILE clients come back when they
// are cut, and every acknowledged act is written there as "client act option".
#define _GNU_SOURCE
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MOST_LINE = 4096, SETTLE_MS = 10, LAST_ANSWERS_MS = 10000 };
struct load load = {.prefix = ""};
struct client *clients;
static int server;

static void out_of_time(int signal) {
    (void)signal;
    static const char words[] = "load: out of time\n";
    (void)!write(2, words, sizeof words - 1);
    _exit(3);
}

static void read_auths(const char *path) {
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(2);
    }
    load.auths = NULL;
    while ((size = getline(&line, &room, file)) >= 0) {
        while (size && line[size - 1] == '\n') line[--size] = 0;
        if (load.auth_count % 1024 == 0)
            load.auths = realloc(load.auths, (size_t)(load.auth_count + 1024) * sizeof *load.auths);
        load.auths[load.auth_count++] = strdup(line);
    }
    free(line);
    fclose(file);
}

static void go_on(double milliseconds) {
    for (uint64_t begun = now(); since(begun) < milliseconds;) {
        turn(10);
        if (load.does_return) look_after_returns();
    }
}

static void join(int count, int at_once, double spread) {
    int first = load.opened, before = load.failed, ready = load.ready, busy = load.busy;
    double cpu = cpu_of(server);
    uint64_t begun = now();
    load.joins.count = 0;
    if (first + count > load.count) count = load.count - first;
    while (load.ready - ready + load.failed - before < count) {
        int due = spread > 0 ? (int)(since(begun) / spread * count) + 1 : count;
        while (load.opened - first < due && load.opened - first < count
               && load.opened - first - (load.ready - ready) - (load.failed - before) < at_once)
            open_client(&clients[load.opened++]);
        turn(2);
        look_after_returns();
    }
    double took = since(begun);
    printf("{\"joined\":%d,\"failed\":%d,\"busy\":%d,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
           "\"max_ms\":%.1f,\"cpu_ms_each\":%.4f}\n", load.ready - ready, load.failed - before, load.busy - busy, took / 1e3,
           (load.ready - ready) / took * 1e3, percentile(&load.joins, .5), percentile(&load.joins, .99),
           percentile(&load.joins, 1), (cpu_of(server) - cpu) / count);
}

static void rest(double milliseconds) {
    double cpu = cpu_of(server);
    uint64_t begun = now();
    go_on(milliseconds);
    printf("{\"ready\":%d,\"cpu_percent\":%.2f,\"memory_kb\":%ld,\"dropped\":%d,\"returned\":%d,\"back_p50_ms\":%.0f,"
           "\"back_p99_ms\":%.0f,\"back_max_ms\":%.0f}\n", load.ready, (cpu_of(server) - cpu) / since(begun) * 100,
           memory_of(server), load.dropped, load.returned, percentile(&load.returns, .5), percentile(&load.returns, .99),
           percentile(&load.returns, 1));
}

static void spread_one(int from, double limit, const char *marker, const char *text) {
    char filled[MOST_LINE], whole[MOST_LINE + 2];
    int expected = load.ready;
    load.round++, load.reached = 0, load.rounds.count = 0;
    for (int i = 0; i < load.opened; i++) expected -= clients[i].is_paused && clients[i].state == READY;
    fill(load.marker, sizeof load.marker, marker, &clients[from], load.round);
    fill(filled, sizeof filled, text, &clients[from], load.round);
    snprintf(whole, sizeof whole, "42%s", filled);
    double cpu = cpu_of(server);
    load.round_begun = now();
    send_text(&clients[from], whole);
    while (load.reached < expected && since(load.round_begun) < limit) turn(5);
    double first = percentile(&load.rounds, 0), last = percentile(&load.rounds, 1);
    go_on(SETTLE_MS);
    printf("{\"reached\":%ld,\"of\":%d,\"first_ms\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"last_ms\":%.2f,"
           "\"cpu_ms\":%.3f,\"seconds\":%.4f}\n", load.reached, expected, first, percentile(&load.rounds, .5),
           percentile(&load.rounds, .99), last, cpu_of(server) - cpu, since(load.round_begun) / 1e3);
}

static void vote(int at_once, double rate, double milliseconds, long most, int from) {
    double cpu = cpu_of(server);
    uint64_t begun = now();
    long sent = load.next_act, skipped = 0;
    load.votes.count = load.returns.count = 0, load.acknowledged = load.refused = load.dropped = load.returned = 0;
    load.is_closed_loop = rate <= 0, load.votes_left = most, load.first_voter = load.next_voter = from;
    for (int i = 0; load.is_closed_loop && i < at_once && vote_next(); i++) {}
    while (since(begun) < milliseconds) {
        long due = load.is_closed_loop ? 0 : (long)(since(begun) / 1e3 * rate) - (load.next_act - sent) - skipped;
        for (; due > 0; due--)
            if (!vote_next()) skipped++;
        turn(1);
        if (load.does_return) look_after_returns();
        if (!load.votes_left && load.acknowledged + load.refused >= load.next_act - sent) break;
    }
    double took = since(begun), used = cpu_of(server) - cpu;
    long acknowledged = load.acknowledged;
    load.is_closed_loop = 0;
    for (uint64_t ended = now(); load.acknowledged + load.refused < load.next_act - sent && since(ended) < LAST_ANSWERS_MS;) {
        turn(5);
        if (load.does_return) look_after_returns();
    }
    printf("{\"sent\":%ld,\"acknowledged\":%ld,\"refused\":%ld,\"unanswered\":%ld,\"skipped\":%ld,\"per_second\":%.1f,"
           "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"cpu_ms_each\":%.4f,\"seconds\":%.3f}\n",
           load.next_act - sent, load.acknowledged, load.refused,
           load.next_act - sent - load.acknowledged - load.refused, skipped, (double)acknowledged / took * 1e3,
           percentile(&load.votes, .5), percentile(&load.votes, .99), percentile(&load.votes, 1),
           used / (double)(acknowledged ? acknowledged : 1), took / 1e3);
}

static void pause_last(int count) {
    for (int i = load.opened - count; i < load.opened; i++)
        if (i >= 0 && clients[i].state == READY) pause_client(&clients[i]);
    printf("{\"paused\":%d}\n", count);
}

static void leave(void) {
    load.does_return = 0;
    for (int i = 0; i < load.opened; i++) close_client(&clients[i]);
    printf("{\"left\":%d}\n", load.opened);
}

static int obey(char *line) {
    int a, b, from;
    double x, y;
    long most;
    char *tab = strchr(line, '\t');
    char marker[200];
    if (sscanf(line, "join %d %d %lf", &a, &b, &x) == 3) join(a, b, x);
    else if (sscanf(line, "rest %lf", &x) == 1) rest(x);
    else if (tab && sscanf(line, "round %d %lf %199[^\t]", &from, &x, marker) == 3) spread_one(from, x, marker, tab + 1);
    else if (sscanf(line, "votes %d %lf %lf %ld %d", &a, &x, &y, &most, &from) == 5) vote(a, x, y, most, from);
    else if (sscanf(line, "pause %d", &a) == 1) pause_last(a);
    else if (sscanf(line, "server %d", &server) == 1) printf("{\"server\":%d}\n", server);
    else if (!strncmp(line, "leave", 5)) leave();
    else return 0;
    return 1;
}

// Obey what stands on standard input, and answer the server meanwhile; 0 when there will be no more.
static int take_commands(void) {
    static char waiting[4 * MOST_LINE];
    static size_t size;
    int has_command = turn(100);
    if (load.does_return) look_after_returns();
    if (!has_command) return 1;
    ssize_t got = read(STDIN_FILENO, waiting + size, sizeof waiting - 1 - size);
    if (got <= 0) return 0;
    waiting[size += (size_t)got] = 0;
    for (char *end; (end = strchr(waiting, '\n'));) {
        *end = 0;
        if (!obey(waiting)) {
            fprintf(stderr, "load: not a command: %.80s\n", waiting);
            exit(2);
        }
        fflush(stdout);
        size -= (size_t)(end + 1 - waiting);
        memmove(waiting, end + 1, size + 1);
    }
    return 1;
}

int main(int count, char **given) {
    struct rlimit files;
    if (count < 9) {
        fprintf(stderr, "load: PORT PID CLIENTS AUTHS_FILE SYNC ACT PREFIX SECONDS [RETURN_FILE]\n");
        return 2;
    }
    load.port = atoi(given[1]), server = atoi(given[2]), load.count = atoi(given[3]);
    read_auths(given[4]);
    load.sync = given[5], load.act = given[6], load.prefix = given[7];
    signal(SIGALRM, out_of_time);
    alarm((unsigned)atoi(given[8]));
    if (count > 9) {
        load.does_return = 1;
        load.acknowledged_file = fopen(given[9], "w");
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    clients = calloc((size_t)load.count, sizeof *clients);
    for (int i = 0; i < load.count; i++) clients[i] = (struct client){.fd = -1, .number = i, .last = -1, .patience = 2.5};
    begin_polling();
    while (take_commands()) {}
    if (load.acknowledged_file) fclose(load.acknowledged_file);
    return 0;
}
