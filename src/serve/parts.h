/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/parts.h: what the parts of the server share. For serve/ only */
#ifndef UND_SERVE_PARTS_H
#define UND_SERVE_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "http/work.h"
#include "letter/collect.h"
#include "os/os.h"
#include "serve/serve.h"

/* A folded letter. Whoever judges proofs holds it, so that its rings stay while the letter is folded anew. */
struct serve_fold {
	struct und_letter *l;
	atomic_uint held;
};

/* ---- rooms.c: how many may still sign in each ring. Signatures that wait count: a ring is never released above its share ---- */

struct serve_room {
	uint8_t roster[UND_ID_SIZE];
	char label[UND_ID_TEXT_MAX + 1];
	size_t all;      /* the room "*" of its roster; counts of it are `all_…` */
	uint64_t keys, made, coming;
	int64_t waiting; /* below 0: so many were released that are still among those who come; made and waiting together are never below 0 */
	uint64_t fresh;  /* waits since a recount began */
	uint64_t all_made;
};
struct serve_rooms {
	pthread_mutex_t lock; /* for moments: the store's thread takes it */
	struct serve_room *rooms; /* in the order of und_state's rings: rosters, "*", then ids ascending */
	size_t count;
	uint64_t max_share, max_share_all;
	uint64_t waiting[UND_STORE_KINDS];
	struct und_store_crowd known; /* what the rooms were counted from */
	bool counted;                 /* … and they are what it says */
	struct und_store_crowd fresh; /* of it, what came since a recount began */
	uint64_t release;
	uint64_t stuck;       /* votes, enough for a batch, whose signatures wait themselves */
	bool recount;         /* a signature that waited was withdrawn */
	bool counting;        /* a recount is going on */
	bool releasing;       /* a job is queued */
};
enum { SERVE_NO_ROOM = -1 };

/* ---- a letter ---- */

/* ---- hash.c: what a letter's bytes are, followed as they pass: nothing is read again, and it is the same at every server ---- */

enum { SERVE_MARK_MAX = 32 };
struct serve_sums {
	struct und_sha256 file;
	uint64_t size, look;            /* bytes of the file so far; the mark of how many of them is wanted */
	char looked[SERVE_MARK_MAX + 1]; /* … it, or "" while they are fewer */
};
void serve_sums_init(struct serve_sums *s, uint64_t look);
void serve_sums_add(struct serve_sums *s, struct und_bytes bytes);
void serve_mark(char out[SERVE_MARK_MAX + 1], const struct und_sha256 *sum); /* the first half of it, in hex */

struct serve_made { /* one variant of a document, or a bundle */
	struct und_http_shared *bytes; /* NULL: not made yet */
	char mark[SERVE_MARK_MAX + 1]; /* of a bundle */
	uint64_t generation, turn;
	und_day day;
	bool enrols;                   /* what it says of that */
};
struct serve_cache {
	pthread_mutex_t lock; /* for moments */
	struct serve_made *made;
	size_t count;
	uint64_t generation; /* of the letter; of the site: grows with every change */
	uint64_t turn;       /* grows when the letter was read anew: the same generation may be another's then */
	bool closed;         /* nothing is kept any more */
};

/* ---- hash.c: SHA-256 of the first size bytes of a letter's file ---- */

struct serve_hash {
	pthread_mutex_t lock; /* after the letter's, held while reading from the store */
	struct und_sha256 sha256;
	uint64_t size;
};

struct serve_submission;

enum serve_presence {
	SERVE_HERE,
	SERVE_GOING, /* the store is asked to drop it: nothing more is handed to the store, and what is there is awaited. Then gone, or here again */
	SERVE_GONE   /* dropped: fold, spine and documents are empty, and it is in no list. Who holds a pointer to it is told UND_ERR_LETTER_UNKNOWN */
};
enum { SERVE_MADE_MAX = 16 };

struct serve_letter {
	struct und_serve *serve;
	char slug[UND_STORE_SLUG_MAX + 1];
	uint8_t id[UND_ID_SIZE];
	char made[SERVE_MADE_MAX + 1];   /* the store's note of it, random: tells it from one of the same name and id that was dropped, in etags too. "" in letters of older versions */
	_Atomic enum serve_presence presence; /* changes under write, lock and serve->tick_lock */
	unsigned in_store;               /* submissions of it that the store has; under serve->tick_lock */
	struct serve_letter *next_gone;

	pthread_mutex_t write; /* held by whoever changes the letter in the store. Before lock */
	pthread_mutex_t lock;  /* fold and what follows; rooms.lock and the locks of caches are taken within it */
	struct serve_fold *fold;
	uint64_t generation, size;
	uint64_t epoch;        /* und_store_epoch before the fold was read */
	struct serve_sums sums; /* of size bytes */
	struct und_buf spine;  /* every line but those of members: a letter by itself, for bundles */
	uint64_t spine_generation;
	und_day closes, ends;
	bool broken;           /* the fold holds what the store does not, or what follows from it is missing: nothing is made of it until somebody mends it */

	struct serve_rooms rooms;
	struct serve_cache documents, bundles; /* bundles: one a room, of the spine's generation */
	size_t bundle_bytes;                   /* in all of them; under bundles.lock */
	struct serve_hash hash;
	/* Of the file at documents.generation; under documents.lock, and changed only with the letter's too. past: grows when what was shown was another file's beginning than this one's */
	uint64_t shown_size, shown_epoch, past;
	char shown_mark[SERVE_MARK_MAX + 1];

	pthread_mutex_t queue_lock;
	struct serve_submission *first, **last;
	size_t queued_lines;
	unsigned judging;    /* jobs that are queued, or run: at most two */
};

/* What /counters says: counts as they stood when the day began. Live ones would tell whoever watches them when somebody came. */
struct serve_told {
	und_day day;
	struct und_http_counters http;
#define UND_SERVE_COUNTER(name, text) uint64_t name;
	UND_SERVE_COUNTERS(UND_SERVE_COUNTER)
#undef UND_SERVE_COUNTER
};

struct und_serve {
	struct und_serve_options options;
	struct und_store *store;
	struct und_http *http;
	struct und_work *judges, *pages;
	struct und_work *files; /* read pieces of files for downloads; NULL where the store is a folder, whose files are in the page cache */
	uint64_t started;   /* random: tells the etags of one run from those of another */
	unsigned threads;
	struct und_pool *helpers; /* of whoever judges many lines; NULL: not made yet. Under helpers_lock */
	pthread_mutex_t helpers_lock;
	atomic_uint queued; /* submissions that nobody judges yet */
	atomic_bool enrols; /* there is a series */
	struct und_http_route *routes;
	struct und_serve_counters counters;
	struct serve_told told; /* under tick_lock */

	pthread_mutex_t making; /* held by whoever makes or drops a letter, in the store and in the list: both change together. After a letter's write, before its lock */
	pthread_rwlock_t letters_lock;
	struct serve_letter **letters; /* ascending by slug */
	struct serve_letter *gone;     /* dropped; they live as long as the server, since others hold pointers to them */
	size_t letter_count, letters_cap;
	struct serve_cache site;

	pthread_mutex_t readers_lock;
	struct und_store_reader **readers; /* that nobody uses */
	size_t reader_count, readers_cap;

	pthread_mutex_t cards_lock;    /* series are changed one after the other; guards the budget too */
	double tokens;                 /* wrong codes that may still be tried */
	int64_t tokens_at;             /* milliseconds */

	pthread_t ticker;
	bool ticking;
	pthread_mutex_t tick_lock;
	unsigned in_store;             /* submissions that the store has; under tick_lock */
	pthread_cond_t tick_cond;
	bool stopping;
};

/* ---- letters.c: the list, folding, publishing ---- */

/* Those that are in the store and not here; looks at the others. running: those that cannot be taken in keep none behind them out; else the first of them ends it. */
UND_MUST_USE enum und_err serve_letters_load(struct und_serve *s, bool running, struct und_diag *diag);
void serve_letters_free(struct und_serve *s);
struct serve_letter *serve_find(struct und_serve *s, struct und_bytes slug); /* NULL: none. Lives as long as s */
struct serve_letter *serve_letter_at(struct und_serve *s, size_t i);
/* A new one from a fold that holds what the store has of it (at), whose bytes sums have seen; takes fold and spine over, also on failure. */
UND_MUST_USE enum und_err serve_letter_new(struct serve_letter **out, struct und_serve *s, const struct und_store_letter *at, struct serve_fold *fold, struct und_buf *spine, const struct serve_sums *sums);
void serve_letter_free(struct serve_letter *h);
/* Under making. UND_ERR_LETTER_TAKEN: somebody else added it; h is still the caller's on failure. */
UND_MUST_USE enum und_err serve_letters_add(struct und_serve *s, struct serve_letter *h);
/* Under write and making, not lock. GOING: from now on nothing of it is handed to the store, and the store has nothing of it any more. HERE: so it is again. */
void serve_letter_set_going(struct serve_letter *h, bool going);
/* Under write and making, not lock, of one that is going: the store has it no more. Forgets it. */
void serve_letter_forget(struct serve_letter *h);
/* Before a submission is handed to the store, and when it came back. UND_ERR_LETTER_UNKNOWN: it is gone; UND_ERR_STOPPED: it may go. */
UND_MUST_USE enum und_err serve_letter_enter_store(struct serve_letter *h);
void serve_letter_leave_store(struct serve_letter *h);
/* Under write and lock: what the state says of rooms and days; documents are stale from now on. Where it fails the letter is broken: what is shown would be what was. */
UND_MUST_USE enum und_err serve_publish(struct serve_letter *h);
/* Under write and lock: everything from the store, anew. proven: no proof is judged. The old fold stays on failure. */
UND_MUST_USE enum und_err serve_refold(struct serve_letter *h, bool proven, struct und_diag *diag);
/* Under write and lock: the fold as the store has it, or broken. */
UND_MUST_USE enum und_err serve_mend(struct serve_letter *h);
/* Any thread, also under lock: who finds it broken asks for that. */
void serve_mend_soon(struct serve_letter *h);
/* Under write, not lock: takes in what others appended; mends what is broken. UND_ERR_LETTER_UNKNOWN: gone, or others dropped it. */
UND_MUST_USE enum und_err serve_catch_up(struct serve_letter *h);

UND_MUST_USE enum und_err serve_fold_new(struct serve_fold **out, struct und_letter *l);
struct serve_fold *serve_fold_hold(struct serve_fold *f);
void serve_fold_drop(struct serve_fold *f);
bool serve_is_member_line(struct und_bytes line); /* of a canonical record: signature, withdrawal, vote */
/* Takes the next line off rest, without its LF; false: there is none. */
bool serve_next_line(struct und_bytes *line, struct und_bytes *rest);

UND_MUST_USE enum und_err serve_reader_take(struct und_store_reader **out, struct und_serve *s);
void serve_reader_give(struct und_serve *s, struct und_store_reader *r);
/* und_store_read of this letter, and of no other that took its place: UND_ERR_LETTER_UNKNOWN then, whatever was taken. */
UND_MUST_USE enum und_err serve_read(struct serve_letter *h, uint64_t start, uint64_t n, enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx);

/* ---- rooms.c ---- */

UND_MUST_USE enum und_err serve_rooms_set(struct serve_rooms *r, const struct und_state *state); /* keys and made as they are now */
int64_t serve_room_find(struct serve_rooms *r, const uint8_t roster[UND_ID_SIZE], struct und_bytes label);
/* Not while a recount is due, or going on: somebody withdrew, and the ring only seems full. */
bool serve_room_is_full(struct serve_rooms *r, int64_t room);
/* One is coming. UND_ERR_RING_ABOVE_SHARE: full. UND_ERR_STOPPED: it may be: a recount is due, or when those have come that are coming; else whoever sends released signatures again and again keeps others out for good. own: of the
 * same submission, entered in this room before, and in any. */
UND_MUST_USE enum und_err serve_room_enter(struct serve_rooms *r, int64_t room, uint64_t own, uint64_t own_all);
void serve_room_left(struct serve_rooms *r, int64_t room, bool waits); /* it came: it waits now, or not */
/* What waits by a count of the store. Where somebody came since it began (fresh), or is in the store and not back from there (coming), the count may hold them or not: then what was noted as they came counts, within what the
 * count allows, until the next one. So nobody is counted twice; for a moment a ring seems fuller by what was withdrawn before it came out, emptier by what came through another server of this store: there serve_room_admit has the last word. */
int64_t serve_room_waiting(const struct serve_room *room, uint64_t counted);
/*
 * Of a store that several servers share: whether those that are coming into this room still fit, when this is what waits. UND_ERR_STORE_MOVED: perhaps not, since others brought what was not counted yet.
 */
UND_MUST_USE enum und_err serve_room_admit(struct serve_rooms *r, int64_t room, const struct und_store_crowd *crowd);
/* A signature with this tag waits now. Under r->lock. */
void serve_rooms_note(struct serve_rooms *r, const uint8_t tag[UND_POINT_SIZE]);
/* Under write: counts anew what waits. */
UND_MUST_USE enum und_err serve_rooms_recount(struct serve_letter *h);

/* ---- release.c ---- */

/* Queues a look at what waits, where one is due. Any thread, never waits. */
void serve_release_soon(struct serve_letter *h);
void serve_release_job(void *letter);

/* ---- documents.c ---- */

UND_MUST_USE enum und_err serve_cache_init(struct serve_cache *c, size_t count);
void serve_cache_clear(struct serve_cache *c);
void serve_cache_close(struct serve_cache *c); /* keeps nothing, from now on */
void serve_cache_changed(struct serve_cache *c, uint64_t generation);
void serve_cache_turned(struct serve_cache *c); /* nothing that was made counts any more */
/* The server's own documents stand behind those of the options. */
enum serve_own_document { SERVE_STATE, SERVE_LIST, SERVE_OWN };
size_t serve_document_slots(const struct und_serve *s, bool of_site);
void serve_answer_own(struct und_serve *s, struct und_http_request *r, struct und_bytes slug, enum serve_own_document d, const struct und_http_response *response);
UND_MUST_USE enum und_err serve_with(struct serve_letter *h, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx);

/* ---- hash.c ---- */

/* Of the first size bytes of the file. Cost: reading what no earlier call read. Any thread, with or without the letter's lock. Errors: the store's. */
UND_MUST_USE enum und_err serve_file_hash(uint8_t out[32], struct serve_letter *h, uint64_t size);
/* What was read counts no more: the file may be another. With or without the letter's lock. */
void serve_hash_forget(struct serve_letter *h);
uint64_t serve_file_size(struct serve_letter *h); /* of the file as it is shown */

/* ---- state.c: the server's own documents ---- */

enum und_err serve_put_state(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant);
enum und_err serve_put_list(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant);

/* ---- bundle.c ---- */

/* Answers with the signing bundle of a ring; label and roster (NULL: the letter's) are looked for. */
void serve_answer_bundle(struct und_http_request *r, struct serve_letter *h, struct und_bytes label, const uint8_t *roster);
/* The letter's file, in the form of its route. */
void serve_answer_file(struct und_http_request *r, struct serve_letter *h);

/* ---- request.c: what somebody with a role asks ---- */

/*
 * line must be a `request` of that act for that subject, addressed to this server, of yesterday, today or tomorrow (UTC), with only valid signatures, one of them at least by one of keys. Errors: those of form;
 * UND_ERR_NO_ROLE; UND_ERR_AUTHORITY_SIGNATURE; UND_ERR_REQUEST_OTHER (act, subject or server); UND_ERR_REQUEST_DATE. out must be cleared on UND_OK.
 */
UND_MUST_USE enum und_err serve_request_check(struct und_record *out, struct und_serve *s, struct und_bytes line, enum und_act_asked act, struct und_bytes subject,
                                              const uint8_t (*keys)[UND_ED25519_KEY_SIZE], size_t count, struct und_diag *diag);
/* How many of the letter's organisers signed. *listed: whether the configuration lists one of these. */
size_t serve_organisers_signed(bool *listed, const struct und_record *r, const struct und_council *organisers, const struct und_serve *s);
bool serve_signed_by(const struct und_record *r, const uint8_t (*keys)[UND_ED25519_KEY_SIZE], size_t count);

/* ---- answers ---- */

/* Calls done with a refusal by that error: status and name go by it. */
void serve_refuse(und_serve_done *done, void *ctx, enum und_err e, const struct und_diag *diag);
/* Sets what a refusal by that error says. */
void serve_refusal(struct und_serve_result *out, enum und_err e, const struct und_diag *diag);

/* A call that was queued in the pool of judges: its arguments. */
struct serve_call {
	struct und_serve *serve;
	struct serve_letter *letter;
	struct und_bytes name, text, code;
	und_serve_done *done;
	void *ctx;
	void (*run)(struct serve_call *call);
};
void serve_call_later(const struct serve_call *call);

extern const struct und_http_route serve_routes[];
extern const size_t serve_route_count;

#endif
