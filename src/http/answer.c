/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* answer.c: where the bytes of an answer come from: libmicrohttpd, or what it wrote before */
#include "http/loop.h"

void und_conn_answer_end(struct und_conn *c)
{
	if (c->channel != NULL)
		und_channel_end(c->channel);
	c->channel = NULL;
	und_memo_free(c->lesson);
	c->lesson = NULL;
}

/* A body that is fetched elsewhere does not go through the channel: of the reply the head is written. false: memory. */
static bool keep_body(struct und_conn *c, struct und_reply *reply)
{
	if (reply->body.kind != UND_HTTP_LATER || reply->head || reply->status == 304 || reply->length == 0)
		return true;
	und_room_for_later(c->loop);
	c->later = und_later_new(c, reply);
	reply->head = true;
	return c->later != NULL;
}

bool und_conn_answer(struct und_conn *c, struct und_reply *reply)
{
	struct und_memos *memos = &c->loop->memos;

	c->written = und_memos_find(memos, reply);
	c->answer_read = c->written.n > 0;
	if (c->answer_read) {
		und_reply_free(reply);
		return true;
	}
	c->lesson = und_memo_begin(memos, reply);
	und_room_for_answer(c->loop);
	if (!keep_body(c, reply)) {
		und_reply_free(reply);
		return false;
	}
	c->channel = und_channel_send(c->loop->mhd, reply);
	if (c->channel == NULL) {
		und_conn_answer_end(c);
		und_later_end(c);
	}
	return c->channel != NULL;
}

void und_conn_learn(struct und_conn *c, struct und_bytes piece)
{
	if (c->lesson != NULL && c->answer_read)
		und_memos_keep(&c->loop->memos, c->lesson, piece);
	else
		und_memo_free(c->lesson);
	c->lesson = NULL;
}
