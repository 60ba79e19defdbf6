/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bundle.c: the signing bundle of a ring, and the letter's file, as answers */
#include <stdio.h>

#include "letter/union.h"
#include "serve/parts.h"

enum { BUNDLES_KEPT_MAX = 64 << 20 /* bytes of bundles that are kept, a letter */ };

/* ---- bundles ---- */

struct bundling {
	struct serve_letter *letter;
	struct und_http_request *request;
	uint8_t roster[UND_ID_SIZE];
	char label[UND_ID_TEXT_MAX + 1];
	size_t room;
	uint64_t generation, turn;
	char mark[SERVE_MARK_MAX + 1];
};

static void answer(const struct bundling *b, struct und_http_shared *bytes)
{
	struct und_http_response response = { .status = 200, .type = UND_HTTP_LETTER, .cache = UND_HTTP_REVALIDATE };
	char etag[128];

	snprintf(etag, sizeof etag, "b%zu.%s.%s", b->room, b->letter->made, b->mark);
	response.etag = etag;
	response.ranges = true;
	response.body.kind = UND_HTTP_SHARED;
	response.body.shared = bytes;
	und_http_answer(b->request, &response);
}

static struct und_http_shared *find(struct bundling *b)
{
	struct serve_cache *c = &b->letter->bundles;
	struct und_http_shared *bytes = NULL;

	pthread_mutex_lock(&c->lock);
	b->generation = c->generation;
	b->turn = c->turn;
	if (b->room < c->count && c->made[b->room].bytes != NULL && c->made[b->room].generation == c->generation && c->made[b->room].turn == c->turn) {
		bytes = und_http_shared_hold(c->made[b->room].bytes);
		memcpy(b->mark, c->made[b->room].mark, sizeof b->mark);
	}
	pthread_mutex_unlock(&c->lock);
	return bytes;
}

/* Under the cache's lock. Rooms come with waves; those of another generation go. */
static bool make_place(struct serve_letter *h, size_t room, size_t n)
{
	struct serve_cache *c = &h->bundles;
	struct serve_made *more;

	for (size_t i = 0; i < c->count; i++)
		if (c->made[i].bytes != NULL && (c->made[i].generation != c->generation || c->made[i].turn != c->turn)) {
			h->bundle_bytes -= und_http_shared_bytes(c->made[i].bytes).n;
			und_http_shared_drop(c->made[i].bytes);
			c->made[i].bytes = NULL;
		}
	if (room >= c->count) {
		more = und_alloc(room + 1, sizeof *more);
		if (more == NULL)
			return false;
		memcpy(more, c->made, c->count * sizeof *more);
		free(c->made);
		c->made = more;
		c->count = room + 1;
	}
	return c->made[room].bytes == NULL && n <= BUNDLES_KEPT_MAX - h->bundle_bytes;
}

static void put(const struct bundling *b, struct und_http_shared *bytes)
{
	struct serve_letter *h = b->letter;
	size_t n = und_http_shared_bytes(bytes).n;

	pthread_mutex_lock(&h->bundles.lock);
	if (!h->bundles.closed && b->generation == h->bundles.generation && b->turn == h->bundles.turn && make_place(h, b->room, n)) {
		h->bundles.made[b->room] = (struct serve_made){ .bytes = und_http_shared_hold(bytes), .generation = b->generation, .turn = b->turn };
		memcpy(h->bundles.made[b->room].mark, b->mark, sizeof b->mark);
		h->bundle_bytes += n;
	}
	pthread_mutex_unlock(&h->bundles.lock);
}

static enum und_err add_piece(void *ctx, struct und_bytes piece)
{
	und_buf_add_bytes(ctx, piece);
	return ((struct und_buf *)ctx)->err;
}

/* The letter without its members' lines; whole where a notice is about one of them. */
static enum und_err cut(struct und_buf *out, const struct bundling *b, struct und_bytes spine, uint64_t size)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = b->letter->serve->options.random, .proven = true };
	struct und_buf whole;
	enum und_err e;

	e = und_bundle(out, spine, b->roster, und_cstr(b->label), &options, NULL);
	if (e != UND_ERR_ABOUT_UNKNOWN)
		return e;
	und_buf_init(&whole, size);
	e = serve_read(b->letter, 0, size, add_piece, &whole);
	if (e == UND_OK)
		e = und_bundle(out, und_buf_bytes(&whole), b->roster, und_cstr(b->label), &options, NULL);
	und_buf_clear(&whole);
	return e;
}

static void mark(struct bundling *b, struct und_bytes bundle)
{
	struct und_sha256 sum;

	und_sha256_init(&sum);
	und_sha256_add(&sum, bundle);
	serve_mark(b->mark, &sum);
}

static enum und_err make(struct und_http_shared **out, struct bundling *b)
{
	struct serve_letter *h = b->letter;
	struct und_buf spine, bundle;
	uint64_t size;
	enum und_err e;

	pthread_mutex_lock(&h->lock); /* a copy: making takes longer than others can wait */
	e = h->presence == SERVE_GONE ? UND_ERR_LETTER_UNKNOWN : UND_OK;
	und_buf_init(&spine, h->spine.n);
	und_buf_add_bytes(&spine, und_buf_bytes(&h->spine));
	b->generation = h->spine_generation;
	size = h->size;
	pthread_mutex_lock(&h->bundles.lock);
	b->turn = h->bundles.turn;
	pthread_mutex_unlock(&h->bundles.lock);
	pthread_mutex_unlock(&h->lock);
	und_buf_init(&bundle, SIZE_MAX);
	if (e == UND_OK)
		e = spine.err;
	if (e == UND_OK)
		e = cut(&bundle, b, und_buf_bytes(&spine), size);
	if (e == UND_OK)
		e = und_http_shared_new(out, &bundle);
	if (e == UND_OK)
		mark(b, und_http_shared_bytes(*out));
	und_buf_clear(&spine);
	und_buf_clear(&bundle);
	return e;
}

static void run(void *arg)
{
	struct bundling *b = arg;
	struct und_http_shared *bytes = find(b);
	enum und_err e = UND_OK;

	if (bytes == NULL && (e = make(&bytes, b)) == UND_OK)
		put(b, bytes);
	if (e == UND_OK)
		answer(b, bytes);
	else if (e == UND_ERR_LETTER_UNKNOWN)
		und_http_answer_fault(b->request, 404);
	else
		und_http_answer_busy(b->request, 10);
	free(b);
}

/* roster NULL: the letter's own, which stands first. */
static bool find_ring(struct bundling *b, struct und_bytes label, const uint8_t *roster)
{
	struct serve_rooms *rooms = &b->letter->rooms;
	int64_t room;

	if (label.n == 0 || label.n > UND_ID_TEXT_MAX)
		return false;
	pthread_mutex_lock(&rooms->lock);
	memcpy(b->roster, roster != NULL ? roster : rooms->rooms[0].roster, UND_ID_SIZE);
	pthread_mutex_unlock(&rooms->lock);
	room = serve_room_find(rooms, b->roster, label);
	if (room == SERVE_NO_ROOM)
		return false;
	pthread_mutex_lock(&rooms->lock);
	if (rooms->rooms[room].keys == 0)
		room = SERVE_NO_ROOM;
	pthread_mutex_unlock(&rooms->lock);
	b->room = (size_t)room;
	memcpy(b->label, label.p, label.n);
	return room != SERVE_NO_ROOM;
}

void serve_answer_bundle(struct und_http_request *r, struct serve_letter *h, struct und_bytes label, const uint8_t *roster)
{
	struct bundling b = { .letter = h, .request = r }, *copy;
	struct und_http_shared *bytes;

	if (!find_ring(&b, label, roster)) {
		und_http_answer_problem(r, 404, und_err_name(UND_ERR_RING_UNKNOWN), und_err_text(UND_ERR_RING_UNKNOWN), NULL, 0);
		return;
	}
	bytes = find(&b);
	if (bytes != NULL) {
		answer(&b, bytes);
		return;
	}
	copy = und_alloc(1, sizeof *copy);
	if (copy != NULL)
		*copy = b;
	if (copy == NULL || und_work_add(h->serve->pages, run, copy) != UND_OK) {
		free(copy);
		und_http_answer_busy(r, 10);
	}
}

/* ---- the file ---- */

struct streaming {
	uint8_t *out;
	size_t n, max;
};

static enum und_err copy_piece(void *ctx, struct und_bytes piece)
{
	struct streaming *f = ctx;

	if (piece.n > f->max - f->n)
		return UND_ERR_LIMIT;
	memcpy(f->out + f->n, piece.p, piece.n);
	f->n += piece.n;
	return UND_OK;
}

static size_t read_file(void *ctx, uint64_t offset, uint8_t *out, size_t n)
{
	struct streaming f = { .out = out, .max = n };

	return serve_read(ctx, offset, n, copy_piece, &f) == UND_OK ? f.n : 0;
}

/* A download of a file in a database. */
struct download {
	struct serve_letter *letter;
	uint64_t past; /* as it was when it began */
};

/* Whether the database is still the one whose letter is shown, and this goes on with what the download has: a standby in its place may have another file by the same name. */
static bool goes_on(const struct download *d, bool *current)
{
	struct serve_letter *h = d->letter;
	bool same;

	pthread_mutex_lock(&h->documents.lock);
	*current = h->shown_epoch == und_store_epoch(h->serve->store);
	same = d->past == h->past;
	pthread_mutex_unlock(&h->documents.lock);
	return same;
}

static enum und_err look_again(struct serve_letter *h)
{
	enum und_err e;

	pthread_mutex_lock(&h->write);
	e = serve_catch_up(h);
	pthread_mutex_unlock(&h->write);
	return e;
}

static enum und_err read_piece(const struct download *d, struct und_http_piece *piece)
{
	bool current;
	enum und_err e;

	for (int i = 0; i < 3; i++) {
		if ((e = serve_read(d->letter, piece->offset, piece->n, add_piece, &piece->bytes)) != UND_OK)
			return e;
		if (!goes_on(d, &current))
			return UND_ERR_STORE_MOVED;
		if (current)
			return UND_OK;
		und_buf_reset(&piece->bytes);
		if ((e = look_again(d->letter)) != UND_OK)
			return e;
	}
	return UND_ERR_IO;
}

static void fetch(void *arg)
{
	struct und_http_piece *piece = arg;
	const struct download *d = piece->ctx;

	if (!und_work_stopping(d->letter->serve->files) && und_http_is_wanted(piece) && read_piece(d, piece) != UND_OK)
		und_buf_reset(&piece->bytes);
	und_http_give(piece);
}

/* A database may keep whoever asks it waiting for as long as it likes. */
static void fetch_file(void *ctx, struct und_http_piece *piece)
{
	const struct download *d = ctx;

	if (und_work_add(d->letter->serve->files, fetch, piece) != UND_OK)
		und_http_give(piece);
}

/* false: memory. */
static bool set_body(struct und_http_body *body, struct serve_letter *h, const struct download *d)
{
	struct download *copy;

	if (h->serve->files == NULL) {
		body->kind = UND_HTTP_READER;
		body->read = read_file;
		body->ctx = h;
		return true;
	}
	if ((copy = und_alloc(1, sizeof *copy)) == NULL)
		return false;
	*copy = *d;
	body->kind = UND_HTTP_LATER;
	body->fetch = fetch_file;
	body->done = free;
	body->ctx = copy;
	return true;
}

void serve_answer_file(struct und_http_request *r, struct serve_letter *h)
{
	struct und_http_response response = { .status = 200, .type = UND_HTTP_LETTER, .cache = UND_HTTP_REVALIDATE, .ranges = true };
	char etag[128], name[UND_STORE_SLUG_MAX + 16], mark[SERVE_MARK_MAX + 1];
	struct download d = { .letter = h };
	uint64_t generation;

	pthread_mutex_lock(&h->documents.lock); /* not the letter's lock: it may be held for long */
	generation = h->documents.generation;
	response.body.size = h->shown_size;
	memcpy(mark, h->shown_mark, sizeof mark);
	d.past = h->past;
	pthread_mutex_unlock(&h->documents.lock);
	snprintf(etag, sizeof etag, "f%llu%s.%s", (unsigned long long)generation, h->made, mark);
	snprintf(name, sizeof name, "%s.letter", h->slug);
	response.etag = etag;
	response.disposition = name;
	if (set_body(&response.body, h, &d))
		und_http_answer(r, &response);
	else
		und_http_answer_busy(r, 10);
}
