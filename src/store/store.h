/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/store.h: what a server keeps, behind one interface whose unit is a batch: letters, submissions that wait, cards with their enrolments */
#ifndef UND_STORE_STORE_H
#define UND_STORE_STORE_H

#include "base/base.h"
#include "record/record.h"

/*
 * What is kept, and nothing else: no address, no time, no order of arrival.
 *
 *   a letter     slug, id, its file as append-only segments, a generation that grows by one with each segment, a note of the server
 *   an act       (letter, kind, tag, question) and its line, while it waits; when released, the line stands in the file and a digest in the index of acts
 *   a request    nonce and day of one that dropped a letter, until that day is over
 *   a series     id and a note of the server
 *   a card       (series, code) with body and state; the latest enrolment made with it
 *
 * The store reads no record: lines are bytes to it. Whoever calls has judged them (letter/letter.h) against a generation of the letter and says which; a writer
 * that comes second is told UND_ERR_STORE_MOVED, folds what is new, and judges again. So several servers may share one store (one that allows it), none of them
 * with a state of its own; that no two of them take one tag is the primary key's business.
 *
 * Threads: every call on a struct und_store may be made from any thread, at once. A reader belongs to one thread at a time. `done` is called on a thread of the
 * store, must not wait for anything and must make no blocking call of the store (und_store_submit and und_store_enrol are allowed).
 *
 * Errors of every call that says "and the machine's": UND_ERR_MEMORY; UND_ERR_STORE_FULL (no space: nothing was changed; works again when there is some);
 * UND_ERR_IO (reading, writing or fsync failed: not acknowledged, and whether it will be there after a crash is unknown; asking again is harmless);
 * UND_ERR_STORE_DAMAGED. After any of them the store can be used further: it mends itself, or says so again.
 *
 * UND_OK means on disk: the commit was fsynced before the answer.
 */
struct und_store;
struct und_store_reader;

/* ---- opening ---- */

enum { UND_STORE_SAID = 256 };
struct und_store_options {
	const struct und_random *random; /* must be given */
	unsigned quiet_ms;   /* after so long without a change, what waits is laid out anew (below, order); 0: 2,000 */
	unsigned tidy_rows;  /* … and also after so many changes, or as many as rows wait, whichever is more; 0: 1,024 */
	char *said;          /* UND_STORE_SAID bytes, or NULL: PostgreSQL's own words when it cannot be opened */
};

/*
 * SQLite in a folder, which is made (0700) where there is none; its parent must exist. One process at a time.
 * Whatever a crash left is put in order; the whole is checked (cost: reads all of it): letters and what waits byte by byte, against digests, and again whenever they are read, enrolments then. Schemas of older versions are brought up to date.
 * Errors: UND_ERR_STORE_LOCKED: another process has it open; UND_ERR_STORE_FOREIGN: something else lies there; UND_ERR_NEWER: a later version's; and the machine's.
 *
 * Order. What waits, and enrolments, lie in files of their own (waiting-*.db, cards-*.db), apart from the letters: they are never changed in place for long. At each release, when
 * it has been quiet, when many came, when opened and when closed, a new file is written in the order of the keys, and the old one is overwritten and removed (cost: some
 * 15 µs for each row that stays, during which the writer does nothing else; except at releases, at most a twentieth of the time). So a copy of the
 * folder shows no order of what was released, ever; of what still waits, at most the order of what came since the last new file (seconds). Modification times of
 * files are set back to midnight with each new file; what a file system keeps beyond our reach (ctime, blocks that a disk or a snapshot holds elsewhere) remains.
 */
UND_MUST_USE enum und_err und_store_open_sqlite(struct und_store **out, const char *folder, const struct und_store_options *options);

/*
 * A database of PostgreSQL, version 13 or later, for any number of servers at once. where: "postgresql://…", as libpq takes it; what it does not name comes from libpq's environment and files (PGPASSFILE,
 * PGSERVICEFILE). Tables are in the schema `undersigned`, which is made where there is none, and brought up to date.
 * Checked: that the tables agree (cost: their indexes); bytes and lines against digests, whenever they are read.
 * UND_OK means on disk and, where synchronous_standby_names says so, with the standby: a commit whose wait for it was cancelled is UND_ERR_IO, as is one whose answer was lost; asking again is harmless.
 * Connections: one for writing, at most eight for reading; made anew when they break, and a transaction that broke before its commit is done again.
 * Order: what waits is laid out anew as in a folder, but the log of the database, and pages that it gave back to the disk, keep what was: doc/threat-model.md, A store in PostgreSQL.
 * Errors: UND_ERR_IO: not reached (said tells why); UND_ERR_STORE_LOGS: the database would write down who asks what and when; UND_ERR_STORE_FOREIGN, UND_ERR_NEWER, and the machine's.
 */
UND_MUST_USE enum und_err und_store_open_postgres(struct und_store **out, const char *where, const struct und_store_options *options);
bool und_store_is_postgres(const char *where); /* "postgresql://…", "postgres://…" */
/* Whether a password stands in it: everybody on a machine can read what stands on a command line. */
bool und_store_tells_password(const char *where);
/*
 * Makes the folder where there is none, so that it survives; for who gives up reaching its parent before it is opened (os/sandbox.h). Nothing, for a database. Errors: the machine's.
 */
UND_MUST_USE enum und_err und_store_place(const char *where);
/* Either, by its name. */
UND_MUST_USE enum und_err und_store_open(struct und_store **out, const char *where, const struct und_store_options *options);

/*
 * Grows when what was read may be no longer so: another database server took the place of the one that was read from, or may have. 0 in a store that one process holds. Whoever keeps what it read compares,
 * and reads anew.
 */
uint64_t und_store_epoch(struct und_store *s);
bool und_store_is_shared(const struct und_store *s);
/* Ends what is queued, then closes. No reader may be open and no call may be going on. */
void und_store_close(struct und_store *s);

/* ---- acts: signatures, withdrawals, votes ---- */

enum und_store_kind { UND_STORE_SIGNATURE, UND_STORE_WITHDRAWAL, UND_STORE_VOTE };
enum { UND_STORE_KINDS = 3 };

enum und_store_outcome {
	UND_STORE_NEW,     /* kept: it waits now */
	UND_STORE_SAME,    /* this very line waits or stands already */
	UND_STORE_OTHER,   /* another line waits or stands in its place, which stays */
	UND_STORE_REMOVED, /* a withdrawal: the signature that waited is gone, with the votes that waited; nothing waits of this tag */
	UND_STORE_NOTHING  /* a withdrawal or a vote, but no signature of this tag waits or stands: not kept */
};

struct und_act {
	enum und_store_kind kind;
	uint8_t tag[UND_POINT_SIZE];
	uint8_t question[UND_ID_SIZE]; /* of a vote; else zeros */
	struct und_bytes line;         /* without LF, 1 … 64 KiB (spec/records.md, Limits) */
	enum und_store_outcome outcome; /* set by submit */
	bool stands;                   /* set by submit: what was there is released, not waiting */
};
/* Order of keys: kind, tag, question. What a release asks of its acts; qsort's shape. */
int und_act_compare_var(const void *a, const void *b);

/* What lies in every request and belongs to the store while it is under way. */
struct und_store_job {
	struct und_store_job *next;
	int what;
	void *waiter;
	void (*finish)(struct und_store_job *job, enum und_err e);
};

/* What a letter is when a batch is about to be kept: two states of the same numbers are the same, chance aside. */
struct und_store_crowd {
	uint64_t generation, signatures; /* signatures: that wait */
	uint64_t sum;                    /* of the first four bytes of their tags, as numbers */
};

/*
 * One caller's batch. acts, and the bytes that they point to, are lent until done is called; outcomes are set then (UND_OK), each as if the acts had come one after the other.
 * Many callers' batches go to disk together: one fsync. All of a batch is kept or, on any error, nothing of it.
 */
struct und_submission {
	uint8_t letter[UND_ID_SIZE];
	struct und_act *acts;
	size_t count;
	/*
	 * NULL, or what a store that several servers share (und_store_is_shared) asks before it keeps the batch, while nobody else changes the letter: UND_OK, or the batch's own error, and nothing of it is kept.
	 * On the store's thread, as done, with the same duties; perhaps twice.
	 */
	enum und_err (*admit)(struct und_submission *sub, const struct und_store_crowd *crowd);
	void (*done)(struct und_submission *sub, enum und_err e);
	void *ctx; /* the caller's */
	struct und_store_job job;
};
/* Queues the batch; never fails, allocates nothing. Errors in done: UND_ERR_LETTER_UNKNOWN; UND_ERR_LIMIT (a line of no bytes or above the limit); and the machine's. */
void und_store_submit(struct und_store *s, struct und_submission *sub);
/* The same, waiting; done and ctx are not used. */
UND_MUST_USE enum und_err und_store_submit_wait(struct und_store *s, struct und_submission *sub);

/* ---- letters, writing. All of them wait ---- */

enum {
	UND_STORE_SLUG_MAX = 64,           /* a-z 0-9 -, not first or last a - */
	UND_STORE_NOTE_MAX = 1 << 20,
	UND_STORE_SEGMENT_MAX = 512 << 20, /* larger ones in parts */
	UND_STORE_PAGE_MAX = 64 << 20      /* of lists: bytes at once */
};

struct und_store_segment {
	struct und_bytes bytes;    /* whole lines, each with its LF; may be empty when only the note changes */
	const struct und_act *acts; /* the signatures, withdrawals, votes among them: ascending; their lines go into the index */
	size_t act_count;
	struct und_bytes note;     /* the letter's from now on; p NULL: as it was */
};
/*
 * A new letter of generation 1, whose first segment is seg. slug: see above. Errors: UND_ERR_LETTER_TAKEN (slug or id); UND_ERR_ID_FORM (slug); UND_ERR_LIMIT;
 * UND_ERR_NOT_ASCENDING; and the machine's.
 */
UND_MUST_USE enum und_err und_store_create(struct und_store *s, struct und_bytes slug, const uint8_t letter[UND_ID_SIZE], const struct und_store_segment *seg);
/*
 * Appends a segment to generation `generation` of the letter. An act of it that waits waits no longer, whichever its line. Errors: UND_ERR_LETTER_UNKNOWN; UND_ERR_STORE_MOVED: the letter is
 * at another generation, or one of the acts stands already; UND_ERR_LIMIT; UND_ERR_NOT_ASCENDING; and the machine's.
 */
UND_MUST_USE enum und_err und_store_append(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_store_segment *seg);
/*
 * Takes these acts out of those that wait and appends their lines as one segment, in one transaction: after a crash both are so or neither. acts must be ascending: their order in the file says
 * nothing. Errors: as append; UND_ERR_STORE_MOVED also when one of them does not wait with exactly this line (it was withdrawn meanwhile). note: as in a segment.
 */
UND_MUST_USE enum und_err und_store_release(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_act *acts, size_t count, struct und_bytes note);

/* The request that a letter be dropped (spec/server.md, Requests). */
struct und_store_asked {
	uint8_t nonce[32];
	und_day on, today;
};
/*
 * Removes the letter at generation `generation`: its file, the index of its acts, what waits of it, in one transaction: after a crash all of it is there or nothing. Its id and its slug may be created again. Of
 * it no byte stays in the store's files (what a file system keeps beyond our reach remains; and what a database does: doc/threat-model.md, A store in PostgreSQL); of the request the nonce does, until its day is before yesterday and another letter is dropped.
 * Errors: UND_ERR_LETTER_UNKNOWN; UND_ERR_REQUEST_TWICE: this nonce is kept; UND_ERR_STORE_MOVED; and the machine's.
 */
UND_MUST_USE enum und_err und_store_drop(struct und_store *s, const uint8_t letter[UND_ID_SIZE], uint64_t generation, const struct und_store_asked *asked);

/* What waits, ascending by key; acts and lines lie in the arena. */
struct und_waiting {
	struct und_act *acts;
	size_t count;
	bool more; /* there are further ones */
	struct und_arena arena;
};
/*
 * Those that wait of a letter, behind `after` (NULL: from the first), until their lines have max_bytes (at least one comes; at most UND_STORE_PAGE_MAX). A letter that is not here: none.
 * Cost: keeps the writer for about 1 ms a MiB. Errors: the machine's.
 */
UND_MUST_USE enum und_err und_store_waiting(struct und_waiting *out, struct und_store *s, const uint8_t letter[UND_ID_SIZE], const struct und_act *after, size_t max_bytes);
void und_waiting_clear(struct und_waiting *w);
/* How many wait, by kind. Cost: in proportion to them. */
UND_MUST_USE enum und_err und_store_waiting_count(uint64_t counts[UND_STORE_KINDS], struct und_store *s, const uint8_t letter[UND_ID_SIZE]);

/* ---- rosters: series, cards, enrolments ---- */

/* Makes the series, or gives it this note. id: as record.h's ids. Errors: UND_ERR_ID_FORM, UND_ERR_LIMIT, and the machine's. */
UND_MUST_USE enum und_err und_store_series_put(struct und_store *s, struct und_bytes series, struct und_bytes note);
/*
 * The same, when the note is still the one that was read; was NULL: when there is no such series yet. So no server writes over what another wrote meanwhile. Errors: as und_store_series_put;
 * UND_ERR_STORE_MOVED: it is another note, and stays.
 */
UND_MUST_USE enum und_err und_store_series_change(struct und_store *s, struct und_bytes series, const struct und_bytes *was, struct und_bytes note);

enum und_card_state { UND_CARD_UNUSED, UND_CARD_USED, UND_CARD_VOID };
enum und_card_outcome {
	UND_CARD_DONE,    /* added, made void, used, enrolled */
	UND_CARD_SAME,    /* so it was already */
	UND_CARD_OTHER,   /* add: this code is another body's; enrol: the card was used with another line, or is void (state tells). Nothing changed */
	UND_CARD_UNKNOWN  /* no such code in this series */
};
enum und_card_act {
	UND_CARD_ADD,    /* code, body */
	UND_CARD_REVOKE, /* code: void from now on, its enrolment gone */
	UND_CARD_USE,    /* code: used elsewhere: from now on it enrols nobody here. A card that is used or void stays as it is: SAME */
	UND_CARD_ENROL,  /* code, key, line: uses a card that is unused. Of two lines that come at once one is kept, and the other told */
	UND_CARD_FIND    /* code: changes nothing */
};
struct und_card {
	enum und_card_act act;
	uint8_t code[32]; /* what the server makes of a card's code: a keyed hash */
	char body[UND_ID_TEXT_MAX + 1]; /* ADD: given. Else set by the store where the card is known, also when not DONE */
	uint8_t key[32];  /* ENROL: by which enrolments are sorted: a member key of the line */
	struct und_bytes line; /* ENROL: without LF, 1 … 1 MiB */
	enum und_card_state state;   /* set: as it is after the act */
	enum und_card_outcome outcome; /* set; FIND: DONE or UNKNOWN */
};
/* One caller's batch, as a submission: cards are lent until done, go to disk with those of others, all or nothing. */
struct und_enrolling {
	char series[UND_ID_TEXT_MAX + 1];
	struct und_card *cards;
	size_t count;
	void (*done)(struct und_enrolling *e, enum und_err err);
	void *ctx;
	struct und_store_job job;
};
/* Errors in done: UND_ERR_SERIES_UNKNOWN, UND_ERR_ID_FORM (a body), UND_ERR_LIMIT (a line), and the machine's. */
void und_store_enrol(struct und_store *s, struct und_enrolling *e);
UND_MUST_USE enum und_err und_store_enrol_wait(struct und_store *s, struct und_enrolling *e);

/* The cards that were used, ascending by key, then code: no order of arrival. state is USED, outcome and act mean nothing. */
struct und_enrolled {
	struct und_card *cards;
	size_t count;
	bool more;
	struct und_arena arena;
};
/* As und_store_waiting. A series that is not here: none. Cards that are unused or void are not in it (their code finds them). */
UND_MUST_USE enum und_err und_store_enrolled(struct und_enrolled *out, struct und_store *s, struct und_bytes series, const struct und_card *after, size_t max_bytes);
void und_enrolled_clear(struct und_enrolled *e);
/* How many cards of the series are in each state (by enum und_card_state). */
UND_MUST_USE enum und_err und_store_card_count(uint64_t counts[3], struct und_store *s, struct und_bytes series);

/* ---- order ---- */

/* Lays out anew now what would be when quiet. Errors: the machine's. */
UND_MUST_USE enum und_err und_store_tidy(struct und_store *s);

/* ---- reading letters and series: readers of their own, which neither wait for writers nor keep them waiting ---- */

UND_MUST_USE enum und_err und_store_reader_open(struct und_store_reader **out, struct und_store *s);
void und_store_reader_close(struct und_store_reader *r); /* NULL is nothing */

/* A letter as it is now. note lives until the next call on this reader. */
struct und_store_letter {
	uint8_t id[UND_ID_SIZE];
	char slug[UND_STORE_SLUG_MAX + 1];
	uint64_t generation, size; /* size: bytes of the file at this generation */
	struct und_bytes note;
};
/* Errors: UND_ERR_LETTER_UNKNOWN, and the machine's. Cost: about 10 µs. */
UND_MUST_USE enum und_err und_store_letter(struct und_store_letter *out, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE]);
UND_MUST_USE enum und_err und_store_letter_by_slug(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug);
/* The first letter whose slug comes after this one ("": the first of all). Errors: UND_ERR_LETTER_UNKNOWN: there is none; and the machine's. */
UND_MUST_USE enum und_err und_store_letter_after(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug);
/* The size of the letter's file when it was at that generation. Errors: UND_ERR_LETTER_UNKNOWN (also: no such generation), and the machine's. */
UND_MUST_USE enum und_err und_store_size_at(uint64_t *size, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t generation);
/*
 * Hands the bytes [start, start + n) of the letter's file to take, in order, in pieces of at most 32 KiB that live during the call; less than n where the file ends (no piece of 0 bytes). What a reader has
 * seen never changes: files only grow, until the letter is dropped (UND_ERR_LETTER_UNKNOWN then). An error of take ends it and is returned. take may make no call on this reader. Memory: one piece. Errors: UND_ERR_LETTER_UNKNOWN, and the machine's.
 */
UND_MUST_USE enum und_err und_store_read(struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
                                         enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx);

/* The note of a series; lives until the next call on this reader. Errors: UND_ERR_SERIES_UNKNOWN, and the machine's. */
UND_MUST_USE enum und_err und_store_series(struct und_bytes *note, struct und_store_reader *r, struct und_bytes series);
/* The first series after this one ("": the first). Errors: UND_ERR_SERIES_UNKNOWN: there is none; and the machine's. */
UND_MUST_USE enum und_err und_store_series_after(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *r, struct und_bytes series);

#endif
