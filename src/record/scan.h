/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/scan.h: one pass over a line that allocates nothing and lets only canonical JSON through */
#ifndef UND_RECORD_SCAN_H
#define UND_RECORD_SCAN_H

#include "base/base.h"

/* The text of the line's top-level values "type" and "v", as they stand; n 0 where there is none. */
struct und_scan {
	struct und_bytes type, v;
};

/*
 * Whether line is an object in the canonical form of RFC 8785, for the JSON that a record may be made of (spec/records.md, Form and Limits): UTF-8, no space, names strictly
 * ascending by UTF-16 code units (so none stands twice), the one spelling of every string, whole numbers 0 … 2^53-1, nesting up to 8. That the line is canonical is settled
 * here; whoever reads it afterwards meets no other JSON.
 * Errors: UND_ERR_JSON, UND_ERR_NOT_OBJECT, UND_ERR_NESTING, UND_ERR_CANONICAL, UND_ERR_DUPLICATE_MEMBER, UND_ERR_NUMBER_FORM; diag names the top-level member.
 * Cost: about 1 ns a byte, a stack of eight frames.
 */
UND_MUST_USE enum und_err und_scan_line(struct und_scan *out, struct und_bytes line, struct und_diag *diag);

/* The longest value of a number, and what it may be at most: 2^53-1. */
#define UND_NUMBER_DIGITS_MAX 16
#define UND_NUMBER_MAX UINT64_C(9007199254740991)

#endif
