/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/seal.h: words that only those with the link can read (spec/records.md, Sealing) */
#ifndef UND_LETTER_SEAL_H
#define UND_LETTER_SEAL_H

#include "letter/letter.h"

enum { UND_LINK_SIZE = 32 };

/*
 * The ciphertext of a `sealed` record. lines: the words line with empty signatures, then translation lines, each with LF. Errors: UND_ERR_LIMIT (more than 1,024 blocks), UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_seal(struct und_buf *ciphertext, const uint8_t link[UND_LINK_SIZE], const uint8_t nonce[24],
                                   const uint8_t letter_id[UND_ID_SIZE], struct und_bytes lines);
/*
 * Opens the sealed record of a letter that has ended, checks every line as if it stood in the file (the words' quorum excepted) and the words' id;
 * then the words count as opened: und_letter_state shows them, acts are allowed. The file's own state (sealed) does not change.
 * Errors: UND_ERR_LINK (does not decrypt), UND_ERR_SEALED (no sealed record here), UND_ERR_WORDS_OTHER, any error of form; nothing is shown then.
 */
UND_MUST_USE enum und_err und_letter_open(struct und_letter *l, const uint8_t link[UND_LINK_SIZE], struct und_diag *diag);
/* The plain lines that were sealed (words with empty signatures, translations), each with LF, appended to out; checked as above. For `letter open`. */
UND_MUST_USE enum und_err und_letter_unseal(struct und_buf *out, struct und_letter *l, const uint8_t link[UND_LINK_SIZE], struct und_diag *diag);

/* What und_letter_open opened: the words, then translations; none before. They live as long as l, or until it is opened again. */
size_t und_letter_opened(const struct und_record *const **out, const struct und_letter *l);

/*
 * Whether a translation belongs to this letter and to its words, in the file or opened; its signatures are not looked at. Errors: UND_ERR_SEALED (the words are neither), and the fold's own.
 */
UND_MUST_USE enum und_err und_letter_translation_fits(const struct und_letter *l, const struct und_record *translation, struct und_diag *diag);

#endif
