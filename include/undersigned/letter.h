/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.h: letters read, verified, counted, grown and merged. Keys and acts of members: undersigned/member.h */
#ifndef UNDERSIGNED_LETTER_H
#define UNDERSIGNED_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <undersigned.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What holds for every call here and in undersigned/member.h
 *
 * Nothing is opened, no clock is read, no thread is started, nothing is printed, no signal is touched, nothing ends
 * the program but a fault of our own (abort). Bytes come in and go out; what else is needed the caller lends (struct
 * und_lent, a day as a number).
 *
 * Errors: enum und_err of undersigned.h; und_err_name and und_err_text say it. Outputs are untouched on failure. Each
 * call may say UND_ERR_MEMORY where its comment says that it allocates. UND_ERR_MISUSE: a pointer is NULL that must
 * not be, an index is too large, the call comes at the wrong time; nothing was done then. A pointer with a length of
 * 0 may be NULL, and so may every diag.
 *
 * Structs that a call fills come with their size: `sizeof *out`. Later versions add members at the end alone; a
 * program that was compiled against an older header gets the members that it knows. Members that the library does not
 * know yet become zero. UND_ERR_MISUSE: smaller than in the first version. What the caller lends (struct und_lent)
 * comes with its size in the same way; zero bytes there mean: as if not given.
 *
 * Lifetimes: struct und_bytes and pointers in what a call fills belong to the copy. They live until the next call
 * that may change it (one that takes `struct und_copy *` without const), or its end. They are checked UTF-8 without
 * control characters (spec/records.md, Form), not terminated by a zero byte: print them with "%.*s". Escape them
 * where markup is made. What comes as `uint8_t **` belongs to the caller: und_bytes_free.
 *
 * Threads: one copy, one thread at a time. Calls that take `const struct und_copy *` may run at once on one copy.
 * Different copies have nothing in common.
 *
 * Time: depends on what letters hold, which is public. What depends on secrets is in undersigned/member.h, which says
 * how.
 */

/*
 * Makes libsodium ready. Calls that need it do it themselves; a program that closes doors behind it (chroot, seccomp)
 * calls it first. Any number of times, from any thread. Errors: UND_ERR_RANDOM, the machine has no randomness.
 */
UND_MUST_USE enum und_err und_init(void);

/* The library's version, as of the program that runs: "0.1.0". */
const char *und_version(void);

/* Gives back what a call allocated for the caller; its n bytes are overwritten first. p may be NULL. */
void und_bytes_free(uint8_t *p, size_t n);

/* ---- ids and days ---- */

enum {
	UND_ID_TEXT_SIZE = 44,  /* 43 characters of base64url and a zero byte */
	UND_DAY_TEXT_SIZE = 11, /* "2027-01-31" and a zero byte */
	UND_NO_DAY = -1
};

/*
 * An id, a pin, a key: 32 bytes as records write them, base64url without padding; "" for NULL. Constant time: serves
 * for the key of a link too.
 */
void und_id_print(char out[UND_ID_TEXT_SIZE], const uint8_t *id);
/*
 * Exactly what und_id_print gives. Errors: UND_ERR_BASE64, UND_ERR_SIZE (not 43 characters). Constant time where it
 * is 43 characters.
 */
UND_MUST_USE enum und_err und_id_parse(uint8_t id[UND_ID_SIZE], const char *text, size_t n);
/*
 * The short form, for eye and telephone: 24 digits in groups of four, "8137 8484 4704 6465 3605 2394"
 * (spec/records.md, Form); "" for NULL.
 */
void und_id_print_short(char out[UND_SHORT_ID_SIZE], const uint8_t *id);
/*
 * Whether a short form that somebody typed is that of id: digits, with spaces anywhere. A short form does not give
 * the id back: 24 digits are 80 bits, enough to compare, not to be looked up. Errors: UND_ERR_ID_FORM: not 24 digits;
 * UND_ERR_PIN: of another id.
 */
UND_MUST_USE enum und_err und_id_check_short(const uint8_t id[UND_ID_SIZE], const char *text, size_t n);

/*
 * Days are numbers: whole days since 2000-01-01, UTC. Of a moment, in seconds since 1970 (time(2)); UND_NO_DAY
 * outside of the years 2000 to 2999.
 */
int32_t und_day_of(int64_t unix_seconds);
/* "2027-01-31"; "" for UND_NO_DAY and whatever is not a day of those years. */
void und_day_print(char out[UND_DAY_TEXT_SIZE], int32_t day);
/* Exactly what und_day_print gives, but "". Errors: UND_ERR_DATE. */
UND_MUST_USE enum und_err und_day_parse(int32_t *day, const char *text, size_t n);

/* ---- one copy of a letter: a file, as somebody has it ---- */

struct und_copy;

/*
 * A signing bundle is what members of one ring need to act: signatures are not in it, so counts of signers mean
 * nothing. In a roster file that signatures verify is checked; whose those should be, no roster can tell.
 */
enum und_copy_kind {
	UND_COPY_LETTER = 0, /* NAME.letter: the whole */
	UND_COPY_BUNDLE = 1,
	UND_COPY_ROSTER = 2  /* NAME.roster: rosters with their keys, and nothing else */
};

/*
 * What the caller lends; members may be NULL or 0. The structs that it names are copied, so only their ctx must live
 * as long as the copy.
 */
struct und_lent {
	const struct und_random *random;     /* NULL: the machine's, through libsodium. For weights of batches, and acts */
	const struct und_runner *runner;     /* NULL: all work in the calling thread */
	const struct und_progress *progress; /* told while proofs are judged: done = bytes of lines judged, total = 0 */
	size_t pending_max; /* bytes of lines whose proofs wait to be judged together; 0: 8 MiB, or 64 a member key, if more */
};

/*
 * A copy to be read: und_copy_feed any number of times, then und_copy_end. lent may be NULL, with size 0. Allocates.
 * Errors: UND_ERR_MISUSE, UND_ERR_RANDOM.
 *
 * Memory of a copy: some 350 bytes a member key; 100 to 200 a signature; its other lines decoded, about their size;
 * the line that comes in, at most 64 MiB, and twice that while it grows; the proofs that wait, pending_max. While these
 * are judged: 32 MiB beside 40 bytes a key of the largest ring, and a third more; 2.1 MiB for each job that the runner's
 * width lets run at once.
 */
UND_MUST_USE enum und_err und_copy_new(struct und_copy **out, enum und_copy_kind kind, const struct und_lent *lent,
                                       size_t size);
/* The end of a copy; NULL is nothing. */
void und_copy_free(struct und_copy *copy);

/*
 * The next bytes of the file, cut anywhere. Every rule of spec/records.md is checked on every line, and every proof
 * (spec/protocol.md), in batches: an error may be about a line that came earlier. diag->line is the first line at
 * fault, from 1, diag->member the member there where one is to blame ("rules.closes"), or "". Once refused, the copy
 * says the same again and again, and is good for und_copy_free alone. Allocates. Errors: any of undersigned.h's that
 * a line or a proof can have; UND_ERR_NEWER: nobody can tell, this library is too old (neither valid nor not);
 * UND_ERR_STOPPED: progress asked to stop; UND_ERR_MISUSE: after the end. Cost of a signature in a ring of N keys: a
 * few Ed25519 verifications where many stand together (doc/library.md has figures), and a sum over N keys a batch.
 */
UND_MUST_USE enum und_err und_copy_feed(struct und_copy *copy, const void *p, size_t n, struct und_diag *diag);
/*
 * No more bytes. UND_OK: the copy is valid, every line and every proof of it, and the calls below tell what it says.
 * What is missing is the fault of the line after the last; a last line without LF: UND_ERR_TRUNCATED. Errors as
 * und_copy_feed. Allocates. May be asked again later (see und_copy_append).
 */
UND_MUST_USE enum und_err und_copy_end(struct und_copy *copy, struct und_diag *diag);
/*
 * new, feed and end of a file that is in memory whole. *out is set on UND_OK alone. The bytes are not needed
 * afterwards.
 */
UND_MUST_USE enum und_err und_copy_read(struct und_copy **out, enum und_copy_kind kind, const void *p, size_t n,
                                        const struct und_lent *lent, size_t size, struct und_diag *diag);

/*
 * Opens sealed words with the key of the link (43 characters, und_id_parse). Every line inside is checked, and that
 * the words are those that the letter names. Then und_copy_get_words shows them, and members may act. The file does
 * not change. Allocates. Errors: UND_ERR_LINK: the wrong key; UND_ERR_SEALED: nothing is sealed here;
 * UND_ERR_WORDS_OTHER; any error of a line. link is a secret: it is used in constant time, and no copy of it stays.
 */
UND_MUST_USE enum und_err und_copy_open(struct und_copy *copy, const uint8_t link[UND_ID_SIZE],
                                        struct und_diag *diag);

/* ---- what it says, after und_copy_end. Before: UND_ERR_MISUSE, and NULL, 0 or false where no error is returned ---- */

struct und_copy_counts {
	uint64_t lines;
	uint64_t signers;              /* signatures, less those withdrawn: what "400 people" means */
	uint64_t bodies;               /* with a signer in the body's own ring */
	uint64_t undisclosed;          /* signers in the ring of all, which names no body */
	uint64_t withdrawn;
	uint64_t keys;                 /* on the rosters: who could sign */
	uint64_t headcount;            /* members of all bodies, the newest that rosters tell; 0: unknown for some */
	uint64_t statements;
	uint64_t threshold_signers, threshold_bodies; /* when the letter counts as carried, by its rules */
	uint64_t min_ring;             /* its rules: keys that a ring needs at least */
	uint64_t release;              /* … and how many signatures come out together at least */
	int32_t closes;                /* the last day to sign, deadline notices counted in; UND_NO_DAY in a roster file */
	int32_t ends;                  /* the last day to withdraw and vote; likewise */
	bool thresholds_met;
	bool sealed;                   /* the words are not in the file … */
	bool opened;                   /* … but were opened with the link */
	bool was_sealed;               /* a sealed record stands in the file; the words may be out since */
};
UND_MUST_USE enum und_err und_copy_get_counts(struct und_copy_counts *out, size_t size, const struct und_copy *copy);

/*
 * UND_ID_SIZE bytes: the letter's id (NULL in a roster file); the last roster's; the pin of the letter's registrars
 * (NULL in a roster file).
 */
const uint8_t *und_copy_letter_id(const struct und_copy *copy);
const uint8_t *und_copy_roster_id(const struct und_copy *copy);
const uint8_t *und_copy_pin(const struct und_copy *copy);
/*
 * Whether the registrars are those that the reader knows by their pin, which came by another way than the letter.
 * Errors: UND_ERR_PIN; UND_ERR_NO_LETTER in a roster file. Without this a letter proves only that somebody made a
 * roster.
 */
UND_MUST_USE enum und_err und_copy_check_pin(const struct und_copy *copy, const uint8_t pin[UND_ID_SIZE]);

/*
 * A ring: among whom signers hide. First those of the letter's roster, then each wave's: "*", the ring of all, then
 * bodies by id.
 */
struct und_copy_ring {
	const uint8_t *roster;   /* UND_ID_SIZE: the roster that the ring belongs to */
	struct und_bytes id;     /* the body's, or "*" */
	struct und_bytes name;   /* the body's; "" for "*" */
	uint64_t headcount;      /* members, the newest number; 0: unknown */
	uint64_t keys;           /* among so many each signer of it is hidden */
	uint64_t made, signers;  /* signatures ever made in it; not withdrawn */
	bool above_share;        /* more signed than the rules allow of a ring, so that little is left to hide among */
};
size_t und_copy_ring_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_ring(struct und_copy_ring *out, size_t size, const struct und_copy *copy,
                                            size_t i);

/*
 * Who vouches: a key of a council. Registrars for the roster, organisers for the words. A key that goes by two names
 * stands here twice.
 */
struct und_copy_voucher {
	const uint8_t *key;            /* UND_ED25519_KEY_SIZE */
	struct und_bytes name, where;  /* as the letter says: believe it only where the key was published */
	bool registrar, organiser;
};
size_t und_copy_voucher_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_voucher(struct und_copy_voucher *out, size_t size, const struct und_copy *copy,
                                               size_t i);

/*
 * The words that were signed. body is CommonMark. Errors: UND_ERR_SEALED: they are neither in the file nor opened;
 * UND_ERR_NO_LETTER.
 */
struct und_copy_words {
	struct und_bytes title, body, language, contact;
	int32_t dated;           /* UND_NO_DAY: none */
	const uint8_t *replaces; /* the letter in whose place this one came, or NULL */
};
UND_MUST_USE enum und_err und_copy_get_words(struct und_copy_words *out, size_t size, const struct und_copy *copy);

/* What it demands, in the order of the words; none while these are sealed. */
struct und_copy_demand {
	struct und_bytes id, text;
};
size_t und_copy_demand_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_demand(struct und_copy_demand *out, size_t size, const struct und_copy *copy,
                                              size_t i);

/* Whom it is addressed to, in the order of the words; none while these are sealed. */
struct und_copy_addressee {
	struct und_bytes id, name;
	int32_t delivered; /* the first delivery, UND_NO_DAY: none */
	bool answered;     /* said something on that day or later */
};
size_t und_copy_addressee_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_addressee(struct und_copy_addressee *out, size_t size,
                                                 const struct und_copy *copy, size_t i);

/* Where a party stands on a demand, by its newest statement: one for each pair, by party and demand. */
struct und_copy_stance {
	struct und_bytes party, demand; /* ids; demand "*": the letter as a whole */
	const char *stance;             /* "accepts", "rejects", "partly", "counter", "supports", "none" */
	const uint8_t *statement;       /* its id */
	bool authenticated;             /* signed with the party's own key, not recorded by the organisers */
};
size_t und_copy_stance_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_stance(struct und_copy_stance *out, size_t size, const struct und_copy *copy,
                                              size_t i);

/* What parties said, in the order of the file. */
struct und_copy_statement {
	const uint8_t *id;
	uint64_t line;
	struct und_bytes party, language, text, source; /* party: its id. source: a web address, or "" */
	const uint8_t *clarifies;                       /* an earlier statement, or NULL */
	int32_t on;
	bool authenticated;
};
size_t und_copy_statement_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_statement(struct und_copy_statement *out, size_t size,
                                                 const struct und_copy *copy, size_t i);

/* What the signers were asked, by id as bytes, and the votes of those who have not withdrawn. */
struct und_copy_question {
	const uint8_t *id;
	const uint8_t *about; /* a statement, or NULL */
	struct und_bytes language, text;
	int32_t closes;       /* the last day to vote */
	size_t choices;
};
struct und_copy_choice {
	struct und_bytes id, text;
	uint64_t votes;
};
size_t und_copy_question_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_question(struct und_copy_question *out, size_t size,
                                                const struct und_copy *copy, size_t i);
UND_MUST_USE enum und_err und_copy_get_choice(struct und_copy_choice *out, size_t size, const struct und_copy *copy,
                                              size_t question, size_t choice);

/*
 * Everything else that a letter says (parties, deliveries, publications, notices, translations) stands in its lines,
 * which are JSON. Here are all but keys, signatures, withdrawals and votes, in the order of the file; behind them
 * those that und_copy_open opened, with line 0.
 */
struct und_copy_line {
	uint64_t line;
	const char *type;  /* "letter", "words", "notice", … (spec/records.md, Types) */
	const uint8_t *id;
};
size_t und_copy_line_count(const struct und_copy *copy);
UND_MUST_USE enum und_err und_copy_get_line(struct und_copy_line *out, size_t size, const struct und_copy *copy,
                                            size_t i);
/* Its canonical JSON, without LF: the file's own bytes. Allocates. */
UND_MUST_USE enum und_err und_copy_line_text(uint8_t **out, size_t *n, const struct und_copy *copy, size_t i);

/*
 * What `undersigned verify --json` prints, without LF: the counts, rings, stances and tallies as one object. today:
 * und_day_of, or UND_NO_DAY: nothing is dated ahead. Allocates. Errors: UND_ERR_NO_LETTER in a roster file.
 */
UND_MUST_USE enum und_err und_copy_json(uint8_t **out, size_t *n, const struct und_copy *copy, int32_t today);

/*
 * Whether a member key is on its rosters, and where: the roster in whose rings it counts, and its body. Errors:
 * UND_ERR_NOT_IN_RING. In a bundle keys may be missing.
 */
UND_MUST_USE enum und_err und_copy_find_key(const uint8_t **roster, struct und_bytes *body, const struct und_copy *copy,
                                            const uint8_t key[UND_POINT_SIZE]);
/* Whether a line of this id stands in it, of any type. */
bool und_copy_holds(const struct und_copy *copy, const uint8_t id[UND_ID_SIZE]);
/*
 * Lines with a date after today: the first below the line that was told last (0: of all), or 0: no more. A letter may
 * hold them; readers should be told.
 */
uint64_t und_copy_dated_after(const struct und_copy *copy, int32_t today, uint64_t last);

/* ---- growing and merging ---- */

/*
 * A valid letter (not a bundle) and one line more, without LF, judged at once: UND_OK means that the file with this
 * line and LF behind it is valid; refused, all is as before, diag->line 0. Not asked: dates, and a promised size of
 * batches (release): those bind whoever collects. A roster (a wave) may come so; its keys must follow, and
 * und_copy_end says UND_ERR_KEYS_DUE until then. Allocates; after UND_ERR_MEMORY the copy is good for und_copy_free
 * alone. Cost: that of one proof alone, which grows with its ring, and of counting anew; for many lines
 * und_copy_resume is faster by far. Errors: as und_copy_feed; UND_ERR_MISUSE: not a letter, or it has not ended.
 */
UND_MUST_USE enum und_err und_copy_append(struct und_copy *copy, const void *line, size_t n, struct und_diag *diag);
/*
 * A valid letter or bundle takes further lines by und_copy_feed until the next und_copy_end, judged in batches.
 * Unlike append, one refused line ends it. Errors: UND_ERR_MISUSE.
 */
UND_MUST_USE enum und_err und_copy_resume(struct und_copy *copy);

/* What a union left out. */
struct und_copy_union {
	uint64_t lines, added, dropped; /* of the result; that were not in files[0]; that gave way to others in their place */
};
/*
 * Several copies of one letter become one file: a function of the set of their lines, whatever their order
 * (spec/records.md, The state of a letter). files: whole letter files, each valid by itself, which is checked; so is
 * the result. Allocates: some four times what the files hold. Errors: UND_ERR_UNION_LETTERS: of different letters;
 * UND_ERR_UNION_ROSTERS: registrars dealt double, which nobody may merge silently; any error of a file, at diag, with
 * *which its number. which may be NULL; it is n where the result itself is at fault (which would be a fault of ours).
 */
UND_MUST_USE enum und_err und_copies_unite(uint8_t **out, size_t *out_n, struct und_copy_union *report,
                                           size_t report_size, const struct und_bytes *files, size_t n, size_t *which,
                                           const struct und_lent *lent, size_t size, struct und_diag *diag);
/*
 * The signing bundle of one ring, from a valid letter file: what its members need to sign, withdraw and vote, without
 * other signatures and other bodies' keys. roster: of the ring; NULL: the letter's own. ring: a body's id, or "*".
 * Allocates. Errors: UND_ERR_ROSTER_UNKNOWN, UND_ERR_RING_UNKNOWN; any error of the file.
 */
UND_MUST_USE enum und_err und_bundle_make(uint8_t **out, size_t *out_n, const void *file, size_t n,
                                          const uint8_t *roster, const char *ring, size_t ring_n,
                                          const struct und_lent *lent, size_t size, struct und_diag *diag);

/*
 * The id and the type of one line of any type, without LF: whether it is the canonical form of a record. Only what a
 * line shows by itself is checked: no signature, no proof, no line above it. *type lives for ever. Errors: any of
 * form, diag->member says where.
 */
UND_MUST_USE enum und_err und_line_id(uint8_t id[UND_ID_SIZE], const char **type, const void *line, size_t n,
                                      struct und_diag *diag);

#ifdef __cplusplus
}
#endif

#endif
