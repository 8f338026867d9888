// Node peer: one room of socket.io, and votes that are committed before they are acknowledged.
// node room.js PORT [DATABASE]; without a database votes are not taken.
'use strict';
const http = require('http');
const { Server } = require('socket.io');

const [port, file] = [Number(process.argv[2]), process.argv[3]];
const PEOPLE = 20000;
const DONE = { ok: true };
const refuse = (code) => ({ ok: false, error: { code } });

function openDatabase(path) {
  const Database = require('better-sqlite3');
  const db = new Database(path);
  for (const setting of ['journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON']) db.pragma(setting);
  db.exec(`
    CREATE TABLE room (id INTEGER PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE room_event (room_id INTEGER REFERENCES room (id), number INTEGER, name TEXT, payload TEXT,
      PRIMARY KEY (room_id, number));
    CREATE TABLE poll (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES room (id), state TEXT NOT NULL,
      options INTEGER NOT NULL);
    CREATE TABLE registration (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES room (id), state TEXT NOT NULL);
    CREATE TABLE ballot (id INTEGER PRIMARY KEY, poll_id INTEGER NOT NULL REFERENCES poll (id),
      registration_id INTEGER NOT NULL REFERENCES registration (id), choice INTEGER NOT NULL, at REAL NOT NULL,
      UNIQUE (poll_id, registration_id));
    CREATE TABLE act (registration_id INTEGER, key TEXT, work TEXT NOT NULL, PRIMARY KEY (registration_id, key));
    INSERT INTO room VALUES (1, 0);
    INSERT INTO poll VALUES (7, 1, 'open', 4);`);
  const add = db.prepare("INSERT INTO registration VALUES (?, 1, 'registered')");
  db.transaction(() => { for (let id = 0; id < PEOPLE; id++) add.run(id); })();
  return db;
}

// Give a function that does a batch of votes in one transaction and returns their answers in order.
function voting(db) {
  const poll = db.prepare('SELECT * FROM poll WHERE id = ?');
  const registration = db.prepare('SELECT room_id, state FROM registration WHERE id = ?');
  const claim = db.prepare('INSERT INTO act VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const known = db.prepare('SELECT work FROM act WHERE registration_id = ? AND key = ?');
  const cast = db.prepare(`INSERT INTO ballot (poll_id, registration_id, choice, at) VALUES (?, ?, ?, ?)
    ON CONFLICT (poll_id, registration_id) DO UPDATE SET choice = excluded.choice, at = excluded.at`);

  function one({ person, sent }, at) {
    const [about, who] = [poll.get(sent.poll), registration.get(person)];
    if (!about || !who) return refuse('not_found');
    if (about.state !== 'open') return refuse('poll.closed');
    if (who.room_id !== about.room_id || who.state !== 'registered') return refuse('forbidden');
    const choice = sent.options[0];
    if (!(choice >= 0 && choice < about.options)) return refuse('payload');
    const work = `vote:${about.id}:${choice}`;
    if (claim.run(person, sent.key, work).changes === 0) {
      return known.get(person, sent.key).work === work ? DONE : refuse('key_reused');
    }
    cast.run(about.id, person, choice, at);
    return DONE;
  }
  return db.transaction((acts) => { const at = Date.now() / 1000; return acts.map((act) => one(act, at)); }).immediate;
}

const answer = file ? voting(openDatabase(file)) : null;
let waiting = [];

// All votes of one turn of the loop share a commit; each is answered after it.
function commit() {
  const acts = waiting;
  waiting = [];
  const answers = answer(acts);
  acts.forEach((act, at) => act.acknowledge(answers[at]));
}

const server = http.createServer((request, response) => response.end('ok'));
const io = new Server(server, { perMessageDeflate: false, serveClient: false, transports: ['websocket'] });
io.on('connection', (socket) => {
  const { person } = socket.handshake.auth;
  socket.on('join', (sent, acknowledge) => { socket.join('room'); acknowledge(DONE); });
  socket.on('tell', (sent) => io.to('room').emit('told', sent));
  socket.on('vote', (sent, acknowledge) => {
    if (!answer) return acknowledge(refuse('no_database'));
    if (waiting.push({ person, sent, acknowledge }) === 1) setImmediate(commit);
  });
});
server.listen({ port, host: '127.0.0.1', backlog: 4096 });
