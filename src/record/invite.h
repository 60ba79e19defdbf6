/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/invite.h: what an invitation card says, and the lines that are made with it (spec/cards.md); for the book, the command and the server alike */
#ifndef UND_RECORD_INVITE_H
#define UND_RECORD_INVITE_H

#include "record/record.h"

enum {
	UND_INVITE_GROUPS = 7,
	UND_INVITE_GROUP = 5,   /* digits of a group: four drawn ones and their check digit */
	UND_INVITE_DRAWN = 28,  /* digits drawn: 93 bits */
	UND_INVITE_TYPED = 35,  /* digits that people type */
	UND_INVITE_CODE_SIZE = UND_INVITE_TYPED + UND_INVITE_GROUPS, /* with spaces and a zero byte */
	UND_INVITE_TEXT_MAX = UND_URL_MAX + 256,
	UND_ENROLLED_LINE_MAX = (64 << 10) + 128
};

/* A card's code: the digits drawn, ASCII, without check digits. A secret until it was used: whoever holds one wipes it. */
struct und_invite_code {
	uint8_t digits[UND_INVITE_DRAWN];
};

/* Errors: UND_ERR_RANDOM. */
UND_MUST_USE enum und_err und_invite_code_draw(struct und_invite_code *out, const struct und_random *random);
/* "48213 90554 …": seven groups of five digits, check digits last in each. spec/cards.md §1 */
void und_invite_code_encode(char out[UND_INVITE_CODE_SIZE], const struct und_invite_code *code);

/* What is wrong with a code that somebody typed; groups count from 1. */
struct und_invite_slip {
	unsigned groups;        /* bit i-1: group i is mistyped, or has not five digits. 0: nobody can tell which */
	unsigned digits;        /* how many digits were typed */
	unsigned first, second; /* these two groups have changed places; 0: none have */
	bool letter;            /* something stands there that is neither a digit nor between digits */
};
/*
 * Digits, read without regard to white space, '-' and '.' between them. Errors: UND_ERR_CARD_FORM (other characters, not 35 digits), UND_ERR_CARD_CHECK (a check digit is wrong); *slip (may be
 * NULL) is set then, and out untouched. A wrong digit, two neighbours swapped within a group and groups that changed places are always found. Variable time.
 */
UND_MUST_USE enum und_err und_invite_code_decode(struct und_invite_code *out, struct und_invite_slip *slip, struct und_bytes text);
bool und_invite_digits_are_valid(const uint8_t digits[UND_INVITE_DRAWN]);

/* What a server keeps of a code: SHA-256("undersigned/1 card" | 0 | series | 0 | the 28 digits). */
void und_invite_hash(uint8_t out[32], struct und_bytes series, const struct und_invite_code *code);

/* ---- the text of a card, for its QR and for pasting: ADDRESS#card:series=ID;edition=E;pin=PIN;code=DIGITS. spec/cards.md §2 ---- */

struct und_invite {
	struct und_bytes address; /* "" or a web address without '#' */
	struct und_bytes series;
	uint64_t edition;         /* 1 … 65535 */
	struct und_ref pin;
	struct und_invite_code code;
};
/* und_url_is_valid, and no '#'. */
bool und_invite_address_is_valid(struct und_bytes address);
/* Appends the text. out holds a secret then. The members must be valid. */
UND_MUST_USE enum und_err und_invite_encode(struct und_buf *out, const struct und_invite *card);
/* Takes exactly what encode gives; slices borrow text. Errors: UND_ERR_CARD_TEXT, UND_ERR_CARD_FORM, UND_ERR_CARD_CHECK, UND_ERR_LIMIT. out untouched on failure, and a secret afterwards. */
UND_MUST_USE enum und_err und_invite_decode(struct und_invite *out, struct und_bytes text);

/* ---- an enrolment with the hash of the code that it was made with: {"code":…,"enrolment":{…}}, no LF. spec/cards.md §3 ---- */

/* Appends it. enrolment: a canonical enrolment line. */
UND_MUST_USE enum und_err und_enrolled_encode(struct und_buf *out, const uint8_t code[32], struct und_bytes enrolment);
/* Sets code and *enrolment, which borrows line and is for und_record_decode to judge. Errors: UND_ERR_CANONICAL (another form), UND_ERR_BASE64, UND_ERR_LIMIT. */
UND_MUST_USE enum und_err und_enrolled_decode(uint8_t code[32], struct und_bytes *enrolment, struct und_bytes line);

/* Whether each key of an enrolment comes with the proof that its owner holds its secret (spec/protocol.md §5). diag: keys[i].proof. Errors: as und_possession_verify_var. Cost: two multiplications a key. */
UND_MUST_USE enum und_err und_enrolment_check_var(const struct und_enrolment *e, struct und_diag *diag);

#endif
