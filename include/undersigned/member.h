/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* member.h: members' keys, and what is done with them. What holds for every call: the top of undersigned/letter.h */
#ifndef UNDERSIGNED_MEMBER_H
#define UNDERSIGNED_MEMBER_H

#include <undersigned/letter.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Secrets: a signer's memory is libsodium's guarded memory: locked where the system lets it be, left out of core
 * dumps, wiped when it is freed. What is computed from it on the way is wiped on every path. Calls are constant-time
 * in secrets: no branch and no address depends on the key, on the place of its owner in a ring, or on what is drawn
 * (test/ct shows it of the same code under valgrind), save what a comment names. What leads from a signer to a
 * signature is the line itself, in the hands of whoever holds it together with a name: pass it on by a way that names
 * nobody, and keep no copy.
 *
 * Passphrases, codes and seeds that come in are the caller's: wipe them there.
 */
struct und_signer;

enum {
	UND_SIGNER_FILE_SIZE = 208,
	UND_SIGNER_CODE_SIZE = 50,    /* ten groups of four, joined by '-', and a zero byte */
	UND_SIGNER_SERIES_SIZE = 33,  /* an id of at most 32 characters and a zero byte */
	UND_SIGNER_EDITIONS_MAX = 4096
};

/* ---- a signer: one member's key ---- */

/*
 * A new key for rosters of that series (an id: a-z, then up to 31 of a-z, 0-9 and -), beginning at an edition of 1 to
 * 65535. pin: of the registrars, kept with it and compared before every act; NULL: none. random: NULL: the machine's.
 * Errors: UND_ERR_ID_FORM, UND_ERR_EDITION, UND_ERR_RANDOM, UND_ERR_MEMORY, UND_ERR_MISUSE. Source: spec/protocol.md
 * §6.
 */
UND_MUST_USE enum und_err und_signer_new(struct und_signer **out, const char *series, size_t series_n,
                                         unsigned edition, const uint8_t *pin, const struct und_random *random);
/*
 * From the written code (und_signer_code), read without regard to case, white space and dashes. Errors:
 * UND_ERR_CODE_FORM; UND_ERR_CODE_CHECK: mistyped; UND_ERR_ID_FORM, UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_signer_restore(struct und_signer **out, const char *code, size_t n, const char *series,
                                             size_t series_n, const uint8_t *pin);
/*
 * From an Ed25519 key that somebody had before, by its seed: for rosters of edition 0. Errors: UND_ERR_MEMORY.
 * Source: spec/protocol.md §7.
 */
UND_MUST_USE enum und_err und_signer_import(struct und_signer **out, const uint8_t seed[32], const uint8_t *pin);
/*
 * From the bytes of a key file (spec/records.md, Outside the letter file). passphrase: NFC UTF-8; n 0 where there is
 * none. Errors: UND_ERR_KEY_FILE: no such file; UND_ERR_PASSPHRASE: wrong, or the file was altered; UND_ERR_KEY_KIND:
 * an organiser's, registrar's or party's key; UND_ERR_MEMORY. Cost: Argon2id with 256 or 64 MiB, about a second.
 */
UND_MUST_USE enum und_err und_signer_open(struct und_signer **out, const void *file, size_t n, const char *passphrase,
                                          size_t passphrase_n);
/*
 * The bytes of its key file. mebibytes: 256 or, where there is no such memory, 64, for Argon2id; 0 and an empty
 * passphrase: the file itself is the secret, and file is to be wiped. Errors: UND_ERR_MEMORY, UND_ERR_RANDOM,
 * UND_ERR_MISUSE. Writing it where only its owner reads it (0600) is the caller's.
 */
UND_MUST_USE enum und_err und_signer_seal(uint8_t file[UND_SIGNER_FILE_SIZE], const struct und_signer *signer,
                                          const char *passphrase, size_t n, unsigned mebibytes,
                                          const struct und_random *random);
/* Its end: wiped and freed; NULL is nothing. */
void und_signer_free(struct und_signer *signer);

struct und_signer_facts {
	uint8_t key[UND_POINT_SIZE]; /* the member key of this edition: public, as on a roster */
	unsigned edition;            /* 0: imported */
	bool imported;
	bool has_pin;
	uint8_t pin[UND_ID_SIZE];
	char series[UND_SIGNER_SERIES_SIZE]; /* "": imported */
};
UND_MUST_USE enum und_err und_signer_get_facts(struct und_signer_facts *out, size_t size,
                                               const struct und_signer *signer);
/* Remembers the registrars' pin, or forgets it (NULL). Errors: UND_ERR_MISUSE. */
UND_MUST_USE enum und_err und_signer_set_pin(struct und_signer *signer, const uint8_t *pin);
/* The written code: whoever has it has the key. Wipe it. Errors: UND_ERR_KEY_KIND: imported keys have none. */
UND_MUST_USE enum und_err und_signer_code(char out[UND_SIGNER_CODE_SIZE], const struct und_signer *signer);
/*
 * One edition on. The key of the old edition cannot be computed any more, by nobody: letters of it are silent for
 * this member then, and nobody can learn from the key whether it signed them. The key file and written codes of
 * before still hold it: write them anew. Errors: UND_ERR_EDITION at 65535; UND_ERR_KEY_KIND: imported.
 */
UND_MUST_USE enum und_err und_signer_advance(struct und_signer *signer);
/*
 * The enrolment: a line for the registrars, who put the keys of this and the coming editions (1 to
 * UND_SIGNER_EDITIONS_MAX in all, fewer where editions end) on a roster, with proofs that somebody holds their
 * secrets. body: an id. It names keys, no person; it comes from one, though. Allocates. Errors: UND_ERR_ID_FORM,
 * UND_ERR_KEY_KIND, UND_ERR_RANDOM, UND_ERR_MISUSE. Source: spec/protocol.md §5.
 */
UND_MUST_USE enum und_err und_signer_enrol(uint8_t **line, size_t *n, const struct und_signer *signer,
                                           const char *body, size_t body_n, unsigned editions,
                                           const struct und_random *random);

/* ---- acts ---- */

/*
 * What all of them check first, in this order: the copy is a letter or a bundle that has ended (UND_ERR_MISUSE), with
 * a letter (UND_ERR_NO_LETTER), and of the signer's series and edition (UND_ERR_EDITION); its words are in the file
 * or opened (UND_ERR_SEALED: nobody should sign what they have not read); the signer's pin, if it has one, is that of
 * its registrars (UND_ERR_PIN); its key is on the roster (UND_ERR_NOT_IN_RING). No tag is computed before: a tag
 * links all that the signer does on this letter (spec/protocol.md §2).
 *
 * today: und_day_of, or UND_NO_DAY: days are not looked at. UND_ERR_CLOSED: the last day has passed.
 *
 * Lines are canonical, without LF; they count once they stand in the letter (und_copy_append; `undersigned add`;
 * `undersigned submit`). The copy is not changed by them, and what it lent stays valid. All use the copy's random and
 * runner, and allocate.
 */

/*
 * Where the signer stands, and in which rings it may sign now: UND_OK, UND_ERR_RING_NOT_ALLOWED,
 * UND_ERR_RING_BELOW_MIN, UND_ERR_RING_ABOVE_SHARE, or UND_ERR_RING_UNKNOWN: its keys are not in this bundle.
 * Whichever hides better is the caller's to show and the signer's to choose: in which the smaller part has signed.
 */
struct und_signer_place {
	const uint8_t *roster; /* UND_ID_SIZE: the letter's roster or the wave that holds the key */
	struct und_bytes body; /* an id */
	enum und_err may_body; /* in the body's own ring, which names it */
	enum und_err may_all;  /* in "*" */
};
/*
 * Computes no tag, and asks for no words. Time and memory accesses depend on where the key stands: for the signer's
 * own machine, as everything here is.
 */
UND_MUST_USE enum und_err und_signer_get_place(struct und_signer_place *out, size_t size, struct und_copy *copy,
                                               const struct und_signer *signer);

enum und_signed { UND_SIGNED_NOT = 0, UND_SIGNED_YES = 1, UND_SIGNED_WITHDRAWN = 2 };
/*
 * Whether this copy holds a signature of this signer. A bundle cannot tell: UND_SIGNED_NOT. The answer is as secret
 * as the signature.
 */
UND_MUST_USE enum und_err und_signer_signed(enum und_signed *out, struct und_copy *copy,
                                            const struct und_signer *signer);

/*
 * A signature. ring: the id of the signer's body, which the signature then names, or "*", which names none; see
 * und_signer_get_place. Further errors: UND_ERR_TAG_KNOWN: it has signed, in whichever ring; UND_ERR_RING_UNKNOWN,
 * UND_ERR_NOT_IN_RING: another body's; UND_ERR_RING_NOT_ALLOWED, _BELOW_MIN, _ABOVE_SHARE. Last day: closes. Cost: a
 * few thousand multiplications in a ring of a thousand keys (doc/library.md); the proof is verified before it is
 * given. Where the key stands is looked up in variable time, as by und_signer_get_place.
 */
UND_MUST_USE enum und_err und_sign(uint8_t **line, size_t *n, struct und_copy *copy, const struct und_signer *signer,
                                   const char *ring, size_t ring_n, int32_t today);
/*
 * It no longer counts, for ever: a withdrawn signer cannot sign this letter again. Further errors in a letter:
 * UND_ERR_TAG_UNKNOWN: it has not signed; UND_ERR_WITHDRAWN_ALREADY. A bundle cannot tell. Last day: ends.
 */
UND_MUST_USE enum und_err und_withdraw(uint8_t **line, size_t *n, struct und_copy *copy,
                                       const struct und_signer *signer, int32_t today);
/*
 * A signer's vote on a question, once. question: its id. choice: the id of one. Further errors:
 * UND_ERR_QUESTION_UNKNOWN, UND_ERR_CHOICE_UNKNOWN; in a letter UND_ERR_TAG_UNKNOWN, UND_ERR_WITHDRAWN_ALREADY,
 * UND_ERR_VOTED_ALREADY. Last day: the question's closes, and ends.
 */
UND_MUST_USE enum und_err und_vote(uint8_t **line, size_t *n, struct und_copy *copy, const struct und_signer *signer,
                                   const uint8_t question[UND_ID_SIZE], const char *choice, size_t choice_n,
                                   int32_t today);

#ifdef __cplusplus
}
#endif

#endif
