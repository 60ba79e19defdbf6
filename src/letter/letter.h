/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/letter.h: the fold: lines go in, in order; what may be appended and why not comes out, and the letter's state (spec/records.md) */
#ifndef UND_LETTER_LETTER_H
#define UND_LETTER_LETTER_H

#include "proof/ring.h"
#include "record/record.h"

struct und_letter;

enum und_letter_mode {
	UND_LETTER_FILE,   /* a letter file: end requires a letter and every roster's keys */
	UND_LETTER_BUNDLE, /* a signing bundle: keys of other bodies may be missing; no signatures, withdrawals or votes in it; shares are unknown */
	UND_LETTER_ROSTER  /* a ROSTER file: rosters with their keys and nothing else; quorum unknown, so only that the signatures verify */
};

struct und_letter_options {
	enum und_letter_mode mode;
	const struct und_random *random;     /* for batch weights; must be given */
	const struct und_runner *runner;     /* may be NULL */
	const struct und_progress *progress; /* told during batches: done = bytes of lines judged, total = 0; may be NULL */
	size_t pending_max;                  /* bytes of proofs that may wait for a batch; 0: 8 MiB, or 64 for each key of the file, whichever is more */
	bool proven;                         /* proofs of signatures, withdrawals and votes are not judged: the caller has judged every line (letter/collect.h). For a server's own store, and for what letter/ put together of letters that were read */
	bool unsigned_ok;                    /* a draft: quorums of rosters, letter, words and sealed may be unmet (not wrong); for cosign and show, never for verify */
};

UND_MUST_USE enum und_err und_letter_new(struct und_letter **out, const struct und_letter_options *options);
void und_letter_free(struct und_letter *l);

/*
 * The next line, without LF. Proofs are judged in batches, so an error may be about an earlier line: diag->line is the first line at fault among those given.
 * After any error the letter takes no more lines and its state means nothing. UND_ERR_NEWER: needs a newer reader, at diag->line.
 */
UND_MUST_USE enum und_err und_letter_line(struct und_letter *l, struct und_bytes line, struct und_diag *diag);
/* The same from a stream, in chunks of any size (record/reader.h). */
UND_MUST_USE enum und_err und_letter_feed(struct und_letter *l, struct und_bytes chunk, struct und_diag *diag);
/* No more lines: waiting proofs are judged, and what is missing is the fault of the line after the last; a last chunk without LF: UND_ERR_TRUNCATED at that line. */
UND_MUST_USE enum und_err und_letter_end(struct und_letter *l, struct und_diag *diag);

/* Whether all of file (every byte in memory) is a valid letter: new, feed, end. */
UND_MUST_USE enum und_err und_letter_read(struct und_letter **out, struct und_bytes file, const struct und_letter_options *options,
                                          struct und_diag *diag);

/*
 * After end: one further line, judged at once, and the letter is as before when it is refused. What `add` and a server use: a letter plus a line.
 * diag->line is 0.
 */
UND_MUST_USE enum und_err und_letter_append(struct und_letter *l, struct und_bytes line, struct und_diag *diag);

/*
 * After end: further lines may follow by und_letter_line, judged in batches, until the next end. What `add` uses for many signatures. Unlike append, an error leaves a letter that takes
 * no more lines.
 */
void und_letter_resume(struct und_letter *l);

/* ---- the state ---- */

struct und_state_ring {
	const uint8_t *roster; /* UND_ID_SIZE */
	struct und_bytes id;   /* a body's id or "*" */
	struct und_bytes name; /* the body's; "" for "*" */
	uint64_t headcount;    /* newest; for "*": the sum, 0 if any is unknown */
	uint64_t keys;
	uint64_t made;         /* signatures ever made in this ring, the withdrawn too */
	uint64_t signers;      /* not withdrawn */
	bool above_share;
};
struct und_state_stance {
	struct und_bytes party, demand; /* demand "*": the whole letter */
	enum und_stance stance;
	bool authenticated;
	const uint8_t *statement;       /* the id of the statement that counts */
};
struct und_state_question {
	const uint8_t *id;
	const struct und_question *question;
	const uint64_t *tally;          /* one count a choice, in the question's order */
};
struct und_state_wait {                 /* an addressee to whom the letter was delivered */
	struct und_bytes party;
	und_day delivered;              /* its first delivery */
	bool answered;                  /* a statement with `on` at that day or later */
};
/* Who vouches: every key of both councils. */
struct und_state_voucher {
	const struct und_council_member *member;
	bool registrar, organiser;
};

struct und_state {
	const uint8_t *letter, *roster; /* ids: the letter's, the last roster's. letter is NULL in UND_LETTER_ROSTER */
	const struct und_letter_record *record;
	const struct und_words *words;  /* NULL while they are not in the file and were not opened by und_letter_open */
	bool sealed;                    /* the words are not in the file */
	bool opened;                    /* … but were opened with the link */
	uint64_t signers, bodies, undisclosed, withdrawn, keys, headcount; /* headcount: newest of every body; 0 if any is unknown */
	bool thresholds_met;
	und_day closes;                 /* last day to sign, by rules and deadline notices */
	struct und_state_ring *rings;   /* the letter's roster, then each wave: "*", then its bodies by id */
	size_t ring_count;
	struct und_state_stance *stances; /* by party and demand */
	size_t stance_count;
	struct und_state_question *questions; /* by id as bytes */
	size_t question_count;
	struct und_state_wait *waits;
	size_t wait_count;
	struct und_state_voucher *vouchers;
	size_t voucher_count;
	uint64_t statements;
	uint64_t lines;
	struct und_arena arena;
};
/* Everything points into l or the state's arena. */
UND_MUST_USE enum und_err und_letter_state(struct und_state *out, const struct und_letter *l);
void und_state_clear(struct und_state *s);

/* The records that are kept decoded, in file order: all but keys, signature, withdrawal, vote. line: where it stands. */
struct und_kept {
	uint64_t line;
	const struct und_record *record;
	bool authenticated; /* a statement signed by its party's key */
	size_t size;        /* of its line, without LF */
};
size_t und_letter_kept(const struct und_kept **out, const struct und_letter *l);
/* Whether it has a sealed record; its words may be out since. */
bool und_letter_was_sealed(const struct und_letter *l);
/* Whether a line of this id stands in the letter (rosters, keys and the letter itself too). */
bool und_letter_holds(const struct und_letter *l, const uint8_t id[UND_ID_SIZE]);
/* Lines dated after today (`on` of statements, notices, …): the first below the line that was told last (0: of all), or 0 when there are no more. */
uint64_t und_letter_dated_after(const struct und_letter *l, und_day today, uint64_t last);

/* ---- rings, members, tags ---- */

/*
 * The ring that a roster and a label name, decoded; lives as long as l. Errors: UND_ERR_ROSTER_UNKNOWN, UND_ERR_RING_UNKNOWN (also: not in this bundle), UND_ERR_MEMORY.
 * In UND_LETTER_ROSTER: the rings that a letter on this roster would have.
 */
UND_MUST_USE enum und_err und_letter_ring(const struct und_ring **out, struct und_letter *l, const uint8_t roster[UND_ID_SIZE],
                                          struct und_bytes label);
/* Where a member key stands: the roster in whose rings it counts (the letter's or a wave) and its body. Errors: UND_ERR_NOT_IN_RING. Variable time: see cli. */
UND_MUST_USE enum und_err und_letter_find_key(const uint8_t **roster, struct und_bytes *body, const struct und_letter *l,
                                              const uint8_t key[UND_POINT_SIZE]);
/* The i-th member key of the file, in the order of its `keys` lines, i < und_state.keys, and its body; not for bundles, which lack some. */
const uint8_t *und_letter_key(struct und_bytes *body, const struct und_letter *l, uint64_t i);
/* May one more sign there? UND_OK, UND_ERR_RING_NOT_ALLOWED, UND_ERR_RING_BELOW_MIN, UND_ERR_RING_ABOVE_SHARE (body or all), UND_ERR_RING_UNKNOWN. */
UND_MUST_USE enum und_err und_letter_may_sign(const struct und_letter *l, const uint8_t roster[UND_ID_SIZE], struct und_bytes label);

enum und_tag_state { UND_TAG_NEW, UND_TAG_SIGNED, UND_TAG_WITHDRAWN };
enum und_tag_state und_letter_tag(const struct und_letter *l, const uint8_t tag[UND_POINT_SIZE], const uint8_t **roster, struct und_bytes *ring);
/* The index of the choice that this tag took on the question, or -1. */
int und_letter_vote_of(const struct und_letter *l, const uint8_t question[UND_ID_SIZE], const uint8_t tag[UND_POINT_SIZE]);
/* The pin of the letter's registrars. */
void und_letter_pin(uint8_t out[UND_ID_SIZE], const struct und_letter *l);

#endif
