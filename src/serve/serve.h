/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/serve.h: a server of letters: what it keeps folded in memory, what may be asked of it, what pages are made of (spec/server.md) */
#ifndef UND_SERVE_SERVE_H
#define UND_SERVE_SERVE_H

#include "http/http.h"
#include "letter/letter.h"
#include "store/store.h"

/*
 * One folded letter for each that the store holds, behind its own lock; documents (the state, pages) are made of it once a generation and day and kept. What members hand in is judged in a pool of
 * threads at low priority, pages in another, so that pages stay quick while proofs are checked.
 *
 * Threads: every call below, but open, run and close, may be made from any thread. `done` is called exactly once, perhaps before the call returns, perhaps on a thread of the store: it must not wait, and
 * may make none of these calls.
 * Nothing is logged. What a request held is gone when it is answered, but for the record itself.
 */
struct und_serve;

enum { UND_SERVE_KEYS_MAX = 64, UND_SERVE_LINES_MAX = 16 /* records of members in one request */, UND_SERVE_POLICY_MAX = 2048 };

struct und_serve_options {
	const char *listen;        /* http.h; NULL: "127.0.0.1:8080" */
	const char *store;         /* und_store_open: a folder, whose parent must exist, or postgresql://… */
	char *said;                /* UND_STORE_SAID bytes, or NULL: what a database said when the store could not be opened */
	const char *address;       /* what requests and cards call this server: "https://…" without a slash at the end; NULL: where it listens */
	uint8_t organisers[UND_SERVE_KEYS_MAX][UND_ED25519_KEY_SIZE]; /* keys that may create letters */
	size_t organiser_count;
	uint8_t registrars[UND_SERVE_KEYS_MAX][UND_ED25519_KEY_SIZE]; /* keys that may open series */
	size_t registrar_count;
	unsigned queue_max;        /* submissions, and other work, that may wait; 0: 4,096 */
	unsigned wrong_codes;      /* codes of no card that may be tried in a minute, by everybody together; 0: 600 */
	unsigned threads;          /* that judge; 0: as many as cores */
	const struct und_random *random;
	const struct und_runner *runner; /* for folding at the start; may be NULL */
	void (*ready)(void *ctx);  /* once, when connections are taken; may be NULL */
	void *ready_ctx;
	struct und_bytes app;      /* the one HTML file for browsers, or empty; outlives the server. This and what follows: serve/pages.h sets them */
	char app_policy[UND_SERVE_POLICY_MAX + 1];
	/* pages: added behind the routes of the interface. Strings and tables must outlive the server */
	const struct und_http_route *routes; /* ctx of each is replaced by the struct und_serve */
	size_t route_count;
	const struct und_serve_document *documents;
	size_t document_count;
	void (*fault)(void *ctx, struct und_http_response *out, unsigned status, struct und_bytes language); /* http.h */
	void *fault_ctx;
};

/*
 * Opens the store, folds every letter (cost: checks every proof), listens. Errors: those of und_store_open and und_http_open; UND_ERR_STORE_DAMAGED also where a letter does not fold (member: its
 * short name; line: the first at fault); UND_ERR_MEMORY, UND_ERR_RANDOM.
 */
UND_MUST_USE enum und_err und_serve_open(struct und_serve **out, const struct und_serve_options *options, struct und_diag *diag);
const char *und_serve_where(const struct und_serve *s); /* und_http_address */
/* Serves until und_serve_stop. Errors: as und_http_run. */
UND_MUST_USE enum und_err und_serve_run(struct und_serve *s);
/* From a signal handler too. */
void und_serve_stop(struct und_serve *s);
/* What waits to be judged is refused, what waits for the store is kept, then all ends. */
void und_serve_close(struct und_serve *s);

/* ---- what pages are made of ---- */

/* A letter as it is released. Everything lives during the call it is handed to, and l is the caller's for that time. */
struct und_serve_view {
	const char *slug;
	uint64_t generation, size; /* of the file */
	und_day today;
	struct und_letter *l;
	const struct und_state *state;
	const uint8_t *sha256; /* of the file; NULL where nobody asked for it */
};

/*
 * Something made of a letter, or of all (view NULL: und_serve_each), and kept until a letter changes or a day ends: make appends it to out. variant: 0 … variants-1, a language for example. Called on the
 * pool for pages. An error is answered by 503.
 */
struct und_serve_document {
	enum und_err (*make)(struct und_buf *out, struct und_serve *s, const struct und_serve_view *view, unsigned variant);
	unsigned variants;
	bool of_site; /* of all letters, not of one */
	size_t max;   /* bytes; 0: 64 MiB */
	bool hashed;  /* view->sha256 is there */
	/* What make appended is not it yet: this makes it of that, while nobody waits for the letter. For what takes longer than text; NULL: it is. */
	enum und_err (*finish)(struct und_buf *out, struct und_bytes made);
};
/*
 * Answers with document number `document` of options.documents (of this letter where it is one of a letter), at once where it is made already: response says all but etag and body. An unknown letter: 404
 * in the route's form.
 */
void und_serve_answer_document(struct und_serve *s, struct und_http_request *r, struct und_bytes slug, size_t document, unsigned variant, const struct und_http_response *response);
/* Calls with for each letter, in the order of short names, one after the other; ends at its first error, which is returned. Not from within a view of a letter. */
UND_MUST_USE enum und_err und_serve_each(struct und_serve *s, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx);
/* UND_ERR_LETTER_UNKNOWN, or what with returns. For what is not kept. May wait some milliseconds: from the pool for pages only. */
UND_MUST_USE enum und_err und_serve_with(struct und_serve *s, struct und_bytes slug, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx);
/* Runs job in the pool for pages. UND_ERR_LIMIT: full (und_http_answer_busy). */
UND_MUST_USE enum und_err und_serve_later(struct und_serve *s, void (*job)(void *arg), void *arg);
const char *und_serve_address(const struct und_serve *s);

/* ---- what may be asked ---- */

/* How something that was asked ended: a status of HTTP, and why; the API answers with these, a page with words of its own. */
struct und_serve_result {
	unsigned status;           /* 202 kept, 201 made, 200 done; else refused */
	enum und_err why;          /* UND_OK where status is 2xx */
	const char *name;          /* of the problem: und_err_name(why), or one of spec/server.md, Problems */
	struct und_diag diag;      /* line counts within what was sent, from 1; 0: none */
	unsigned retry_after;      /* seconds, or 0 */
	uint64_t missing_signers, missing_bodies; /* UND_ERR_THRESHOLDS */
	uint64_t added, known, refused; /* push, cards: records */
	struct und_buf body;       /* collect: lines; the callback takes it over */
};
typedef void und_serve_done(void *ctx, struct und_serve_result *result);

/*
 * Lines of members, at most UND_SERVE_LINES_MAX; the last with any number of LF. 202: they are on disk, or were, or need not be: it never tells which. lines are lent until done. Refused are all or none.
 */
void und_serve_submit(struct und_serve *s, struct und_bytes slug, struct und_bytes lines, und_serve_done *done, void *ctx);
/*
 * An enrolment with a card's code as people type it. 202: it is kept, now or already. Refused: UND_ERR_CARD_FORM and UND_ERR_CARD_CHECK (diag.member: "code", and "groups 2 4" or "swapped 2 4" where that
 * is known), UND_ERR_CARD_UNKNOWN, _USED, _VOID, those of form of the line, UND_ERR_POSSESSION. code and line are lent until done.
 */
void und_serve_enrol(struct und_serve *s, struct und_bytes series, struct und_bytes code, struct und_bytes line, und_serve_done *done, void *ctx);
/* text, lent until done: spec/server.md, of each. */
void und_serve_create(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx);
void und_serve_push(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx);
void und_serve_drop(struct und_serve *s, struct und_bytes slug, struct und_bytes text, und_serve_done *done, void *ctx);
void und_serve_cards(struct und_serve *s, struct und_bytes series, struct und_bytes text, und_serve_done *done, void *ctx);
void und_serve_collect(struct und_serve *s, struct und_bytes series, struct und_bytes text, und_serve_done *done, void *ctx);

/* The routes of the interface, for the test that compares them with doc/openapi.json. false: there are not so many. */
struct und_serve_route {
	const char *method, *pattern; /* "get", "/api/v1/letters/:slug" */
	size_t body_max;
	const char *const *types;
};
UND_MUST_USE bool und_serve_route(struct und_serve_route *out, size_t i);

/* ---- counters since the start. All there is to say about people's requests, with http.h's: and /counters says it of days that are over ---- */
#define UND_SERVE_COUNTERS(X)                                                                                          \
	X(kept, "submissions answered by 202")                                                                         \
	X(refused, "submissions refused")                                                                              \
	X(released, "records of members released into letters")                                                       \
	X(pushed, "other records appended to letters")                                                                 \
	X(wrong_codes, "codes of no card")                                                                             \
	X(busy, "requests refused because too much waited")
struct und_serve_counters {
#define UND_SERVE_COUNTER(name, text) _Atomic uint64_t name;
	UND_SERVE_COUNTERS(UND_SERVE_COUNTER)
#undef UND_SERVE_COUNTER
};

#endif
