/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* documents.c: what is made of letters, kept until a letter changes or a day ends */
#include "serve/parts.h"

#include <stdio.h>

enum { DOCUMENT_MAX = 64 << 20 };

/* ---- caches ---- */

enum und_err serve_cache_init(struct serve_cache *c, size_t count)
{
	pthread_mutex_init(&c->lock, NULL);
	c->made = und_alloc(count, sizeof *c->made);
	c->count = c->made == NULL ? 0 : count;
	return c->made == NULL ? UND_ERR_MEMORY : UND_OK;
}

void serve_cache_clear(struct serve_cache *c)
{
	for (size_t i = 0; i < c->count; i++)
		und_http_shared_drop(c->made[i].bytes);
	free(c->made);
	c->made = NULL;
	c->count = 0;
}

/* The places stay: somebody may be about to look into one. */
void serve_cache_close(struct serve_cache *c)
{
	pthread_mutex_lock(&c->lock);
	c->closed = true;
	for (size_t i = 0; i < c->count; i++) {
		und_http_shared_drop(c->made[i].bytes);
		c->made[i].bytes = NULL;
	}
	pthread_mutex_unlock(&c->lock);
}

/* generation 0: one more than before. */
void serve_cache_changed(struct serve_cache *c, uint64_t generation)
{
	pthread_mutex_lock(&c->lock);
	c->generation = generation != 0 ? generation : c->generation + 1;
	pthread_mutex_unlock(&c->lock);
}

void serve_cache_turned(struct serve_cache *c)
{
	pthread_mutex_lock(&c->lock);
	c->turn++;
	pthread_mutex_unlock(&c->lock);
}

/* A hold on what is wanted, or NULL: to be made. Sets wanted's generation and turn as they are now. */
static struct und_http_shared *find(struct serve_cache *c, size_t slot, struct serve_made *wanted)
{
	const struct serve_made *made = &c->made[slot];
	struct und_http_shared *bytes = NULL;

	pthread_mutex_lock(&c->lock);
	wanted->generation = c->generation;
	wanted->turn = c->turn;
	if (made->bytes != NULL && made->generation == c->generation && made->turn == c->turn && made->day == wanted->day && made->enrols == wanted->enrols)
		bytes = und_http_shared_hold(made->bytes);
	pthread_mutex_unlock(&c->lock);
	return bytes;
}

static void put(struct serve_cache *c, size_t slot, struct und_http_shared *bytes, const struct serve_made *made)
{
	struct und_http_shared *old = NULL;

	pthread_mutex_lock(&c->lock);
	if (!c->closed) {
		old = c->made[slot].bytes;
		c->made[slot] = *made;
		c->made[slot].bytes = und_http_shared_hold(bytes);
	}
	pthread_mutex_unlock(&c->lock);
	und_http_shared_drop(old);
}

/* ---- which there are ---- */

/* The server's own stand behind those of the options. */
static const struct und_serve_document own[SERVE_OWN] = {
	[SERVE_STATE] = { serve_put_state, 1, false, 0 },
	[SERVE_LIST] = { serve_put_list, 1, true, 0 },
};

static const struct und_serve_document *document(const struct und_serve *s, size_t i)
{
	size_t n = s->options.document_count;

	und_bug_if(i >= n + SERVE_OWN);
	return i < n ? &s->options.documents[i] : &own[i - n];
}

size_t serve_document_slots(const struct und_serve *s, bool of_site)
{
	size_t slots = 0;

	for (size_t i = 0; i < s->options.document_count + SERVE_OWN; i++)
		if (document(s, i)->of_site == of_site)
			slots += document(s, i)->variants;
	return slots;
}

static size_t slot_of(const struct und_serve *s, size_t d, unsigned variant)
{
	size_t slot = variant;

	und_bug_if(variant >= document(s, d)->variants);
	for (size_t i = 0; i < d; i++)
		if (document(s, i)->of_site == document(s, d)->of_site)
			slot += document(s, i)->variants;
	return slot;
}

/* ---- views ---- */

enum und_err serve_with(struct serve_letter *h, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx)
{
	struct und_serve_view view = { .slug = h->slug, .today = und_os_today() };
	struct und_state state;
	enum und_err e;

	pthread_mutex_lock(&h->lock);
	if (h->broken)
		serve_mend_soon(h);
	e = h->presence == SERVE_GONE ? UND_ERR_LETTER_UNKNOWN : h->broken ? UND_ERR_STOPPED : und_letter_state(&state, h->fold->l);
	if (e == UND_OK) {
		view.generation = h->generation;
		view.size = h->size;
		view.l = h->fold->l;
		view.state = &state;
		e = with(ctx, &view);
		und_state_clear(&state);
	}
	pthread_mutex_unlock(&h->lock);
	return e;
}

enum und_err und_serve_with(struct und_serve *s, struct und_bytes slug, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx)
{
	struct serve_letter *h = serve_find(s, slug);

	return h == NULL ? UND_ERR_LETTER_UNKNOWN : serve_with(h, with, ctx);
}

enum und_err und_serve_each(struct und_serve *s, enum und_err (*with)(void *ctx, const struct und_serve_view *view), void *ctx)
{
	struct serve_letter *h;
	enum und_err e = UND_OK;

	for (size_t i = 0; e == UND_OK && (h = serve_letter_at(s, i)) != NULL; i++)
		if ((e = serve_with(h, with, ctx)) == UND_ERR_LETTER_UNKNOWN)
			e = UND_OK; /* dropped just now */
	return e;
}

/* ---- making and answering ---- */

struct asked {
	struct und_serve *serve;
	struct serve_letter *letter; /* NULL: of the site */
	struct und_http_request *request;
	struct und_http_response response;
	size_t document;
	unsigned variant;
	struct und_buf out;
	struct serve_made made; /* what it is of; enrols: as it was before anything was made: what says otherwise is made again */
};

static struct serve_cache *cache_of(const struct asked *a)
{
	return a->letter != NULL ? &a->letter->documents : &a->serve->site;
}

static void answer(const struct asked *a, struct und_http_shared *bytes)
{
	struct und_http_response response = a->response;
	char etag[128];

	snprintf(etag, sizeof etag, "d%zu.%u.%llu.%llu.%ld.%d.%llx%s", a->document, a->variant, (unsigned long long)a->made.generation, (unsigned long long)a->made.turn, (long)a->made.day, a->made.enrols,
	         (unsigned long long)a->serve->started, a->letter != NULL ? a->letter->made : "");
	response.etag = etag;
	response.body.kind = UND_HTTP_SHARED;
	response.body.shared = bytes;
	und_http_answer(a->request, &response);
}

static enum und_err make(void *ctx, const struct und_serve_view *view)
{
	struct asked *a = ctx;
	const struct und_serve_document *d = document(a->serve, a->document);
	struct und_serve_view hashed = *view;
	uint8_t sha256[32];
	enum und_err e;

	a->made.generation = view->generation;
	a->made.day = view->today;
	pthread_mutex_lock(&a->letter->documents.lock);
	a->made.turn = a->letter->documents.turn; /* changes under the letter's lock, which is held */
	pthread_mutex_unlock(&a->letter->documents.lock);
	if (!d->hashed)
		return d->make(&a->out, a->serve, view, a->variant);
	if ((e = serve_file_hash(sha256, a->letter, view->size)) != UND_OK)
		return e;
	hashed.sha256 = sha256;
	return d->make(&a->out, a->serve, &hashed, a->variant);
}

/* What was made becomes what is kept. */
static enum und_err finish(struct asked *a, enum und_err (*finish_it)(struct und_buf *out, struct und_bytes made))
{
	struct und_buf made = a->out;
	enum und_err e;

	und_buf_init(&a->out, made.max);
	e = finish_it(&a->out, und_buf_bytes(&made));
	und_buf_clear(&made);
	return e;
}

static enum und_err make_any(struct asked *a)
{
	const struct und_serve_document *d = document(a->serve, a->document);
	uint8_t sha256[32];
	enum und_err e;

	if (a->letter == NULL)
		return d->make(&a->out, a->serve, NULL, a->variant);
	/* nearly all of the file, before anybody has to wait for the letter; the rest with it */
	if (d->hashed && (e = serve_file_hash(sha256, a->letter, serve_file_size(a->letter))) != UND_OK)
		return e;
	e = serve_with(a->letter, make, a);
	return e == UND_OK && d->finish != NULL ? finish(a, d->finish) : e;
}

static void run(void *arg)
{
	struct asked *a = arg;
	size_t max = document(a->serve, a->document)->max, slot = slot_of(a->serve, a->document, a->variant);
	struct und_http_shared *bytes;
	enum und_err e = UND_OK;

	a->made.day = und_os_today();
	bytes = find(cache_of(a), slot, &a->made);
	if (bytes == NULL) {
		und_buf_init(&a->out, max != 0 ? max : DOCUMENT_MAX);
		e = make_any(a);
		if (e == UND_OK)
			e = und_http_shared_new(&bytes, &a->out);
		und_buf_clear(&a->out);
		if (e == UND_OK)
			put(cache_of(a), slot, bytes, &a->made);
	}
	if (e == UND_OK)
		answer(a, bytes);
	else if (e == UND_ERR_LETTER_UNKNOWN)
		und_http_answer_fault(a->request, 404);
	else
		und_http_answer_busy(a->request, 10);
	free(a);
}

static void ask(const struct asked *a)
{
	struct asked *copy = und_alloc(1, sizeof *copy);
	enum und_err e = UND_ERR_MEMORY;

	if (copy != NULL) {
		*copy = *a;
		e = und_work_add(a->serve->pages, run, copy);
	}
	if (e != UND_OK) {
		free(copy);
		und_http_answer_busy(a->request, 10);
	}
}

void und_serve_answer_document(struct und_serve *s, struct und_http_request *r, struct und_bytes slug, size_t d, unsigned variant, const struct und_http_response *response)
{
	struct asked a = { .serve = s, .request = r, .response = *response, .document = d, .variant = variant, .made = { .day = und_os_today(), .enrols = atomic_load(&s->enrols) } };
	struct und_http_shared *bytes;

	if (!document(s, d)->of_site && (a.letter = serve_find(s, slug)) == NULL) {
		und_http_answer_fault(r, 404);
		return;
	}
	bytes = find(cache_of(&a), slot_of(s, d, variant), &a.made);
	if (bytes != NULL)
		answer(&a, bytes);
	else
		ask(&a);
}

void serve_answer_own(struct und_serve *s, struct und_http_request *r, struct und_bytes slug, enum serve_own_document d, const struct und_http_response *response)
{
	und_serve_answer_document(s, r, slug, s->options.document_count + d, 0, response);
}

enum und_err und_serve_later(struct und_serve *s, void (*job)(void *arg), void *arg)
{
	return und_work_add(s->pages, job, arg);
}
