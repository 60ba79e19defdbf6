/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* memo.c: short answers that are the same for everybody: written once, then sent again */
#include "http/memo.h"

#include <stdlib.h>

/* Only what the server always says: nothing that came with a request, or was made for one, stays in memory. */
static struct und_bytes body_of(const struct und_reply *reply)
{
	return und_bytes(reply->length == 0 ? (const uint8_t *)"" : reply->body.bytes.p + reply->from, (size_t)reply->length);
}

static bool fits(const struct und_memo *memo, const struct und_reply *reply)
{
	struct und_bytes a = und_buf_bytes(&memo->made_of), headers = und_buf_bytes(&reply->headers), body = body_of(reply);

	return memo->status == reply->status && memo->head == reply->head && memo->close == reply->close && a.n == headers.n + body.n &&
	       memcmp(a.p, headers.p, headers.n) == 0 && (body.n == 0 || memcmp(a.p + headers.n, body.p, body.n) == 0);
}

struct und_bytes und_memos_find(const struct und_memos *m, const struct und_reply *reply)
{
	for (size_t i = 0; reply->fixed && i < m->n; i++)
		if (fits(m->kept[i], reply))
			return und_buf_bytes(&m->kept[i]->written);
	return und_bytes(NULL, 0);
}

struct und_memo *und_memo_begin(const struct und_memos *m, const struct und_reply *reply)
{
	struct und_memo *memo;

	if (!reply->fixed || m->n == UND_MEMOS_MAX)
		return NULL;
	memo = und_alloc(1, sizeof *memo);
	if (memo == NULL)
		return NULL;
	memo->status = reply->status;
	memo->head = reply->head;
	memo->close = reply->close;
	und_buf_init(&memo->made_of, UND_HTTP_ANSWER_HEAD_MAX + UND_MEMO_BODY_MAX);
	und_buf_init(&memo->written, 2 * UND_HTTP_ANSWER_HEAD_MAX + UND_MEMO_BODY_MAX);
	und_buf_add_bytes(&memo->made_of, und_buf_bytes(&reply->headers));
	und_buf_add_bytes(&memo->made_of, body_of(reply));
	if (memo->made_of.err == UND_OK)
		return memo;
	und_memo_free(memo);
	return NULL;
}

void und_memos_keep(struct und_memos *m, struct und_memo *memo, struct und_bytes written)
{
	und_buf_add_bytes(&memo->written, written);
	if (memo->written.err == UND_OK && m->n < UND_MEMOS_MAX)
		m->kept[m->n++] = memo;
	else
		und_memo_free(memo);
}

void und_memo_free(struct und_memo *memo)
{
	if (memo == NULL)
		return;
	und_buf_clear(&memo->made_of);
	und_buf_clear(&memo->written);
	free(memo);
}

void und_memos_clear(struct und_memos *m)
{
	while (m->n > 0)
		und_memo_free(m->kept[--m->n]);
}
