/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* undersigned.h: what every part of undersigned shares: slices, errors, the place of an error, and what a caller lends */
#ifndef UNDERSIGNED_H
#define UNDERSIGNED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UND_MUST_USE __attribute__((warn_unused_result))

/* A borrowed run of bytes: whoever hands it out says how long it lives. p may be NULL iff n is 0. */
struct und_bytes {
	const uint8_t *p;
	size_t n;
};

/*
 * Why something was refused. One list: code, and the short English sentence that und_err_text gives
 * (programs put the place before it and advice after it). New ones come at the end, wherever they belong: compiled
 * programs know the numbers (test/api/abi.txt).
 */
#define UND_ERRORS(X)                                                                                                  \
	X(OK, "no error")                                                                                              \
	/* the machine */                                                                                              \
	X(MEMORY, "out of memory")                                                                                     \
	X(RANDOM, "the random generator failed")                                                                       \
	X(IO, "input or output failed")                                                                                \
	X(STOPPED, "stopped by the caller")                                                                            \
	/* the form of a value */                                                                                      \
	X(LIMIT, "longer than the limit")                                                                              \
	X(BASE64, "not canonical base64url")                                                                           \
	X(SIZE, "wrong size")                                                                                          \
	X(DATE, "not a date YYYY-MM-DD of the years 2000 to 2999")                                                     \
	X(NUMBER_FORM, "not a whole number in canonical form")                                                         \
	X(NUMBER, "not a number in the allowed range")                                                                 \
	X(ID_FORM, "not an id (a-z, then up to 31 of a-z, 0-9 and -)")                                                 \
	X(LANGUAGE_FORM, "not a language tag")                                                                         \
	X(URL, "not a web address (http or https, printable ASCII)")                                                   \
	X(TEXT, "not a text")                                                                                          \
	X(TEXT_LENGTH, "a text that is empty or too long")                                                             \
	X(TEXT_CONTROL, "a control character in a text")                                                               \
	X(TEXT_INVISIBLE, "an invisible character in a text")                                                          \
	X(TEXT_NONCHARACTER, "a noncharacter in a text")                                                               \
	X(LIST_LENGTH, "a list that is too short or too long")                                                         \
	X(NOT_ASCENDING, "not in ascending order")                                                                     \
	X(DOUBLED, "something stands twice")                                                                           \
	X(CHOICE, "not one of the allowed words")                                                                      \
	X(SCALAR, "not a canonical scalar")                                                                            \
	X(POINT, "not a group element")                                                                                \
	X(IDENTITY, "the identity element")                                                                            \
	X(ED25519_POINT, "not an Ed25519 point of the prime-order subgroup")                                           \
	X(RING_SIZE, "a ring of no key, or of too many")                                                               \
	X(NOT_IN_RING, "the key is not in this ring")                                                                  \
	/* the form of a line */                                                                                       \
	X(TRUNCATED, "the last line is cut off")                                                                       \
	X(JSON, "not JSON in UTF-8")                                                                                   \
	X(NESTING, "nested too deeply")                                                                                \
	X(DUPLICATE_MEMBER, "a member stands twice")                                                                   \
	X(CANONICAL, "not in canonical form")                                                                          \
	X(NOT_OBJECT, "not a JSON object")                                                                             \
	X(MEMBER_MISSING, "a member is missing")                                                                       \
	X(MEMBER_UNKNOWN, "a member that does not belong there")                                                       \
	X(MEMBER_TYPE, "a member of the wrong JSON type")                                                              \
	X(TYPE, "an unknown type of record")                                                                           \
	X(VERSION, "an unknown version")                                                                               \
	X(NEWER, "needs a newer undersigned")                                                                          \
	/* what a record may be, given those above it */                                                               \
	X(NO_LETTER, "the letter record is missing")                                                                   \
	X(SECOND_LETTER, "a second letter in one file")                                                                \
	X(BEFORE_LETTER, "stands before the letter")                                                                   \
	X(BEFORE_WORDS, "stands before the words")                                                                     \
	X(REPEATED, "this record stands above already")                                                                \
	X(KEYS_DUE, "the keys of the roster above are due here")                                                       \
	X(KEYS_UNASKED, "keys that no roster asks for here")                                                           \
	X(KEYS_OTHER, "not the keys that the roster names")                                                            \
	X(KEY_DOUBLED, "a member key stands twice in this file")                                                       \
	X(KEYS_TOO_MANY, "more than 1,048,576 keys in a file")                                                         \
	X(EXTENDS, "does not extend the roster above")                                                                 \
	X(ROSTER_OTHER, "extends a roster of other series, name, edition or dates")                                    \
	X(BODY_RENAMED, "renames a body")                                                                              \
	X(BODY_GAINS_NOTHING, "lists a body that gains nothing")                                                       \
	X(ROSTER_FIXED, "the letter's roster is fixed")                                                                \
	X(WAVE_SMALL, "fewer new keys than the letter's release and min_ring")                                         \
	X(ROSTER_UNKNOWN, "not the roster above the letter")                                                           \
	X(ROSTER_EARLIER, "not the letter's roster nor a later one")                                                   \
	X(DATES_ORDER, "the dates are in the wrong order")                                                             \
	X(OUTSIDE_EDITION, "outside the dates of the roster's edition")                                                \
	X(AFTER_ENDS, "after the letter's last day")                                                                   \
	X(QUORUM_SIZE, "a quorum larger than the council")                                                             \
	X(RULES_BODIES, "a threshold of bodies where signatures name no body")                                         \
	X(MIN_RING_ABOVE_ROSTER, "min_ring is above the whole roster")                                                 \
	X(OTHER_LETTER, "belongs to another letter")                                                                   \
	X(WORDS_OTHER, "not the words that the letter names")                                                          \
	X(SEALED_TWICE, "a second sealed record")                                                                      \
	X(SEALED_AFTER_WORDS, "a sealed record after the words")                                                       \
	X(NO_ROLE, "signed with a key that has no role for this record")                                               \
	X(AUTHORITY_SIGNATURE, "a wrong Ed25519 signature")                                                            \
	X(QUORUM_REGISTRARS, "fewer registrars signed than their quorum")                                              \
	X(QUORUM_ORGANISERS, "fewer organisers signed than their quorum")                                              \
	X(QUORUM_PARTY, "not signed by the party, nor by the organisers' quorum")                                      \
	X(RING_UNKNOWN, "no such ring in that roster")                                                                 \
	X(RING_NOT_ALLOWED, "the letter's rules do not allow this ring")                                               \
	X(RING_BELOW_MIN, "the ring is smaller than min_ring")                                                         \
	X(RING_ABOVE_SHARE, "the ring is full: one more would be above its share")                                     \
	X(PROOF, "the proof is wrong")                                                                                 \
	X(TAG_KNOWN, "this tag has signed already")                                                                    \
	X(TAG_UNKNOWN, "this tag has not signed")                                                                      \
	X(WITHDRAWN_ALREADY, "a second withdrawal")                                                                    \
	X(VOTED_ALREADY, "a second vote on the same question")                                                         \
	X(QUESTION_UNKNOWN, "no such question above")                                                                  \
	X(CHOICE_UNKNOWN, "no such choice in the question")                                                            \
	X(PARTY_UNKNOWN, "no such party above")                                                                        \
	X(PARTY_KNOWN, "this party is known already")                                                                  \
	X(NOT_ADDRESSEE, "not an addressee of the letter")                                                             \
	X(NAME_TAKEN, "somebody else's name")                                                                          \
	X(KEY_TAKEN, "somebody else's key")                                                                            \
	X(DEMAND_UNKNOWN, "no such demand in the letter")                                                              \
	X(ABOUT_UNKNOWN, "no such record above")                                                                       \
	X(CLARIFIES_UNKNOWN, "not a statement of that party above")                                                    \
	X(CLARIFIES_LATER, "dated before what it clarifies")                                                           \
	X(CLARIFIES_AUTHENTICATED, "a recorded statement cannot clarify an authenticated one")                         \
	X(CLOSES_KIND, "a closing day goes with the kind deadline only")                                               \
	X(LANGUAGE_OWN, "the letter's own language")                                                                   \
	X(DEMANDS_OTHER, "not the demands of the letter")                                                              \
	/* acts and files outside the letter */                                                                        \
	X(PIN, "the roster's registrars are not those of the pin")                                                     \
	X(SEALED, "the letter is sealed and its words were not opened")                                                \
	X(LINK, "the link does not open the sealed words")                                                             \
	X(PASSPHRASE, "wrong passphrase, or the file was altered")                                                     \
	X(KEY_FILE, "not an undersigned key file")                                                                     \
	X(KEY_KIND, "the wrong kind of key file")                                                                      \
	X(CODE_FORM, "not a written code")                                                                             \
	X(CODE_CHECK, "a mistyped written code")                                                                       \
	X(EDITION, "another edition")                                                                                  \
	X(POSSESSION, "a wrong proof of possession")                                                                   \
	X(UNION_ROSTERS, "two copies extend one roster differently: double dealing by the registrars")                 \
	X(UNION_LETTERS, "copies of different letters")                                                                \
	X(BUNDLE, "does not belong in a signing bundle")                                                               \
	/* tables and keys from elsewhere */                                                                           \
	X(CSV_QUOTE, "a quotation mark in the wrong place of a CSV field")                                             \
	X(CSV_OPEN, "a quoted CSV field that never ends")                                                              \
	X(CSV_BREAK, "a carriage return without a line feed")                                                          \
	X(CSV_FIELDS, "the wrong number of CSV fields")                                                                \
	X(SSH_FORM, "not an OpenSSH key")                                                                              \
	X(SSH_TYPE, "not an Ed25519 key")                                                                              \
	X(SSH_LOCKED, "an OpenSSH key under a passphrase")                                                             \
	/* the server's store */                                                                                       \
	X(STORE_LOCKED, "another server has this store open")                                                          \
	X(STORE_FOREIGN, "not a store of undersigned")                                                                 \
	X(STORE_DAMAGED, "the store is damaged")                                                                       \
	X(STORE_FULL, "no space is left for the store")                                                                \
	X(STORE_MOVED, "the letter has changed meanwhile")                                                             \
	X(STORE_LOGS, "the database would write down what it is asked, and when")                                      \
	X(LETTER_UNKNOWN, "no such letter here")                                                                       \
	X(LETTER_TAKEN, "a letter of this id or short name is here already")                                           \
	X(SERIES_UNKNOWN, "no such series here")                                                                       \
	/* cards and the registrar's book */                                                                           \
	X(CARD_FORM, "not a card's code: seven groups of five digits")                                                 \
	X(CARD_CHECK, "a mistyped group in a card's code")                                                             \
	X(CARD_TEXT, "not the text of an invitation card")                                                             \
	X(CARD_UNKNOWN, "no such card here")                                                                           \
	X(CARD_USED, "this card was used already")                                                                     \
	X(CARD_VOID, "this card was replaced or withdrawn")                                                            \
	X(BOOK, "not a registrar's book")                                                                              \
	X(BODY_UNKNOWN, "no such body here")                                                                           \
	X(LEDGER, "not the ledger that the roster names")                                                              \
	/* the web */                                                                                                  \
	X(HTTP_ADDRESS, "not an address to listen on (127.0.0.1:PORT, [::1]:PORT or unix:PATH)")                       \
	X(HTTP_LOOPBACK, "an address that other machines reach; only 127.x.y.z and [::1] do not")                      \
	X(HTTP_ROUTE, "not a pattern of a route")                                                                      \
	X(FORM, "not a form as browsers send them")                                                                    \
	/* what a server is asked */                                                                                   \
	X(CLOSED, "the last day for this has passed")                                                                  \
	X(REQUEST_OTHER, "a request to another server, or for something else")                                         \
	X(REQUEST_DATE, "a request of another day")                                                                    \
	X(REQUEST_TWICE, "this very request was answered already")                                                     \
	X(TOO_MANY_CODES, "too many wrong codes were tried lately, by everybody together")                             \
	X(ENROLLING_FORM, "not a code with an enrolment")                                                              \
	X(DATED_AHEAD, "dated after today")                                                                            \
	X(THRESHOLDS, "the letter's thresholds are not met")                                                           \
	X(OPENED, "the words are out")                                                                                 \
	X(NOT_SEALED, "the letter was never sealed")                                                                   \
	X(SAID_ENOUGH, "the party has said as much as a server takes from it")                                         \
	/* the library */                                                                                              \
	X(MISUSE, "a call at the wrong time, or without what it needs")

enum und_err {
#define UND_ERROR_CODE(name, text) UND_ERR_##name,
	UND_ERRORS(UND_ERROR_CODE)
#undef UND_ERROR_CODE
	UND_ERR_COUNT
};
#define UND_OK UND_ERR_OK

/* Short English for an error; never NULL. */
const char *und_err_text(enum und_err e);

/* The name of an error as in the list above, in lower case with '-' for '_' ("tag-known"): for --json and tests. */
const char *und_err_name(enum und_err e);

/* Where something went wrong. line counts from 1, 0 where there is none; member is "" or a path such as "rules.closes". */
struct und_diag {
	uint64_t line;
	char member[64];
};

/*
 * Fresh randomness, lent by the caller: fill out with n bytes. Everything that needs it takes it as an argument.
 * Errors: UND_ERR_RANDOM.
 */
struct und_random {
	enum und_err (*fill)(void *ctx, uint8_t *out, size_t n);
	void *ctx;
};

/*
 * Parallel work, lent by the caller: run job(arg, 0) … job(arg, count-1), in any order and on any threads, and return
 * when all have returned. width: how many may run at once (1 or more). A NULL runner means one after the other, here.
 */
struct und_runner {
	void (*run)(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count);
	void *ctx;
	unsigned width;
};

/* Progress of long work: done of total units; returning non-zero asks to stop (UND_ERR_STOPPED). May be NULL. */
struct und_progress {
	int (*tell)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* Sizes in bytes (spec/protocol.md). */
enum {
	UND_ID_SIZE = 32,          /* ids of records, letters, rosters, rings; pins */
	UND_POINT_SIZE = 32,       /* encoded group element: member key, tag */
	UND_SCALAR_SIZE = 32,      /* encoded scalar */
	UND_FRESH_SIZE = 32,       /* fresh random bytes of one act */
	UND_TAG_SIGNATURE_SIZE = 64,
	UND_ED25519_KEY_SIZE = 32,
	UND_ED25519_SIGNATURE_SIZE = 64,
	UND_RING_DIGITS_MAX = 10,  /* m */
	UND_RING_SIZE_MAX = 1 << 20,
	UND_PROOF_SIZE_MAX = 32 * (5 * UND_RING_DIGITS_MAX + 4),
	UND_SHORT_ID_SIZE = 30     /* 24 digits, five spaces, a zero byte */
};

#ifdef __cplusplus
}
#endif

#endif
