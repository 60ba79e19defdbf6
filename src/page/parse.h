/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/parse.h: CommonMark read by cmark, with a memory that may run out */
#ifndef UND_PAGE_PARSE_H
#define UND_PAGE_PARSE_H

#include <cmark.h>

#include "base/base.h"

struct und_parse_block;

/* What cmark made of a text. document and iter may be read, and moved along, but not changed or freed: that takes memory of cmark's own. */
struct und_parsed {
	cmark_node *document;
	cmark_iter *iter;
	struct und_parse_block *blocks; /* everything that it allocated */
};

/* Errors: UND_ERR_MEMORY (cmark by itself ends the program). Clear it when it was UND_OK. */
UND_MUST_USE enum und_err und_parse(struct und_parsed *out, struct und_bytes text);
void und_parsed_clear(struct und_parsed *p);

#endif
