/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* memo.h: short answers that are the same for everybody: written once, then sent again */
#ifndef UND_HTTP_MEMO_H
#define UND_HTTP_MEMO_H

#include "http/exchange.h"

enum {
	UND_MEMO_BODY_MAX = 512,
	UND_MEMOS_MAX = 16
};

/* What an answer was made of, and what libmicrohttpd wrote for it. */
struct und_memo {
	unsigned status;
	bool head, close;
	struct und_buf made_of; /* headers, then the body */
	struct und_buf written;
};

/* Of one loop. What is kept stays, where it is, until und_memos_clear. */
struct und_memos {
	struct und_memo *kept[UND_MEMOS_MAX];
	size_t n;
};

void und_memos_clear(struct und_memos *m);
/* What was written for an answer made of the very same; no bytes: nothing is known of it. */
struct und_bytes und_memos_find(const struct und_memos *m, const struct und_reply *reply);
/* What reply is made of, to be kept with what will be written. NULL: not such an answer, no room, or no memory. */
struct und_memo *und_memo_begin(const struct und_memos *m, const struct und_reply *reply);
/* Takes the memo over. */
void und_memos_keep(struct und_memos *m, struct und_memo *memo, struct und_bytes written);
void und_memo_free(struct und_memo *memo); /* NULL is nothing */

#endif
