/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/picture.h: the signers around their letter, as sailors stood in a round robin, so that nobody is the first */
#ifndef UND_PAGE_PICTURE_H
#define UND_PAGE_PICTURE_H

#include "base/base.h"

enum {
	UND_PICTURE_SIDE = 900,
	UND_PICTURE_PRINT_SIDE = 1800, UND_PICTURE_PRINT_DPI = 300, /* 15 cm */
	UND_PREVIEW_WIDTH = 1200, UND_PREVIEW_HEIGHT = 630,
	UND_PICTURE_MARKS_MAX = 24000 /* beyond it one mark stands for several signers */
};

/*
 * Appends a PNG: a mark a signer, in rings around a sheet, those of one body side by side in one colour, nameless. square: side by side, on nothing (for light and dark ground); else the preview for
 * other sites, on paper. groups: how many signed in each body, in the order of the file; zeros leave nothing.
 * Whole numbers only: the same counts give the same pixels on every machine. Under 256 KiB. Errors: UND_ERR_MEMORY, or out's own. Cost: some 20 ms: to be kept, not made for each request.
 */
UND_MUST_USE enum und_err und_picture_png(struct und_buf *out, const uint64_t *groups, size_t count, bool square);
/* The same side by side on white, for paper: UND_PICTURE_PRINT_SIDE wide at UND_PICTURE_PRINT_DPI. Under 1 MiB; cost: four times as much, whatever the counts are. */
UND_MUST_USE enum und_err und_picture_print(struct und_buf *out, const uint64_t *groups, size_t count);

#endif
