/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* later.c: bodies whose bytes come from elsewhere: the next piece is asked for when the client has taken the one before */
#include <stdlib.h>

#include "http/loop.h"

struct und_later {
	struct und_http_piece piece; /* first */
	struct und_loop *loop;
	struct und_conn *conn;       /* NULL: it is gone. The loop's thread alone looks */
	struct und_later *next;      /* among those that came */
	struct und_http_body body;
	uint64_t at, end;            /* what was not passed on yet */
	bool under_way;              /* others have the piece */
	atomic_bool unwanted;
};

enum { PIECE_MAX = UND_LOOP_OUT };

static struct und_later *later_of(struct und_http_piece *p)
{
	return (struct und_later *)(void *)p;
}

struct und_later *und_later_new(struct und_conn *c, struct und_reply *reply)
{
	struct und_later *w = und_alloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->loop = c->loop;
	w->conn = c;
	w->body = reply->body;
	reply->body.done = NULL; /* it is ours to call */
	w->piece.ctx = w->body.ctx;
	w->at = reply->from;
	w->end = reply->from + reply->length;
	und_buf_init_secret(&w->piece.bytes, PIECE_MAX);
	atomic_init(&w->unwanted, false);
	c->loop->laters++;
	return w;
}

static void forget(struct und_later *w)
{
	und_body_release(&w->body);
	und_buf_clear(&w->piece.bytes);
	free(w);
}

void und_later_end(struct und_conn *c)
{
	struct und_later *w = c->later;

	c->later = NULL;
	if (w == NULL)
		return;
	c->loop->laters--;
	w->conn = NULL;
	atomic_store(&w->unwanted, true);
	if (!w->under_way)
		forget(w);
}

struct und_bytes und_later_piece(const struct und_later *w)
{
	return w->under_way ? und_bytes(NULL, 0) : und_buf_bytes(&w->piece.bytes);
}

void und_later_taken(struct und_later *w)
{
	w->at += w->piece.bytes.n;
	und_buf_clear(&w->piece.bytes);
}

bool und_later_ask(struct und_later *w)
{
	if (w->under_way || w->at == w->end)
		return !w->under_way;
	w->under_way = true;
	w->piece.offset = w->at;
	w->piece.n = w->end - w->at < PIECE_MAX ? (size_t)(w->end - w->at) : PIECE_MAX;
	atomic_fetch_add(&w->loop->server->outstanding, 1);
	w->body.fetch(w->piece.ctx, &w->piece);
	return false;
}

bool und_http_is_wanted(const struct und_http_piece *piece)
{
	return !atomic_load(&((const struct und_later *)(const void *)piece)->unwanted);
}

void und_http_give(struct und_http_piece *piece)
{
	struct und_later *w = later_of(piece);
	struct und_loop *l = w->loop;

	pthread_mutex_lock(&l->lock);
	if (l->came == NULL)
		und_loop_wake(l);
	w->next = l->came;
	l->came = w;
	pthread_mutex_unlock(&l->lock);
}

void und_laters_take(struct und_loop *l)
{
	struct und_later *w, *next;

	pthread_mutex_lock(&l->lock);
	w = l->came;
	l->came = NULL;
	pthread_mutex_unlock(&l->lock);
	for (; w != NULL; w = next) {
		next = w->next;
		w->under_way = false;
		atomic_fetch_sub(&l->server->outstanding, 1);
		if (w->conn == NULL)
			forget(w);
		else
			und_conn_came(w->conn, w->piece.bytes.err == UND_OK && w->piece.bytes.n != 0 && w->piece.bytes.n <= w->piece.n);
	}
}
