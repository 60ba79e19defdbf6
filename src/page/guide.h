/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/guide.h: the guides of doc/guide and their pictures, as the build found them (guides.py) */
#ifndef UND_PAGE_GUIDE_H
#define UND_PAGE_GUIDE_H

#include "page/view.h"

/* A guide is parts in order. A table is followed by its cells, row by row, the heads first. */
enum und_guide_kind {
	UND_GUIDE_WORDS,   /* a: CommonMark, of our own */
	UND_GUIDE_HEADING, /* a: plain text, b: its id; n: level, 2 or 3 */
	UND_GUIDE_CODE,    /* a: what is typed and shown, or a file; b: the file's name, or empty */
	UND_GUIDE_TABLE,   /* n: columns, rows: with the head */
	UND_GUIDE_CELL,    /* a: CommonMark of one line, b: the head of its column */
	UND_GUIDE_PICTURE  /* a: what is to be seen; n: which of und_guide_pictures */
};
struct und_guide_part {
	enum und_guide_kind kind;
	unsigned n, rows;
	struct und_bytes a, b;
};
struct und_guide_version {
	struct und_bytes title;
	const struct und_guide_part *parts;
	size_t part_count;
};
struct und_guide {
	struct und_bytes name; /* as in its address */
	const struct und_guide_version *versions[UND_PAGE_LANGUAGES]; /* in English always; else NULL where there is none */
};
extern const struct und_guide und_guides[];
extern const size_t und_guide_count; /* UND_GUIDES_MAX at most */

/* Taken from the real pages (./dev pictures), three dots of theirs for two of the reader's. */
struct und_guide_picture {
	struct und_bytes name; /* holds a hash: serve for ever */
	unsigned width, height;
	struct und_bytes png;
};
extern const struct und_guide_picture und_guide_pictures[];
extern const size_t und_guide_picture_count;

/* The guide of this name, or und_guide_count. */
size_t und_guide_find(struct und_bytes name);
/* The picture, or NULL. */
const struct und_guide_picture *und_guide_picture_find(struct und_bytes name);

#endif
