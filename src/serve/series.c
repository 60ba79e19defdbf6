/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* series.c: what the store notes of a series: whose it is, and which requests were answered */
#include "serve/series.h"

static enum und_err decode_used(struct serve_series *s, struct und_bytes text)
{
	struct serve_used *u;
	enum und_err e;

	if ((e = und_grow(&s->used, &s->used_cap, s->used_count + 1, sizeof *s->used)) != UND_OK)
		return e;
	u = &s->used[s->used_count];
	if (text.n != 10 + 1 + 43 || und_date_decode(&u->on, und_bytes(text.p, 10)) != UND_OK ||
	    und_base64_decode(u->nonce, sizeof u->nonce, und_bytes(text.p + 11, 43)) != UND_OK)
		return UND_ERR_STORE_DAMAGED;
	s->used_count++;
	return UND_OK;
}

static enum und_err decode_line(struct serve_series *s, struct und_bytes line)
{
	if (line.n > 5 && memcmp(line.p, "used ", 5) == 0)
		return decode_used(s, und_bytes(line.p + 5, line.n - 5));
	if (line.n != 4 + 43 || memcmp(line.p, "key ", 4) != 0 || s->key_count == UND_SIGNATURES_MAX)
		return UND_ERR_STORE_DAMAGED;
	if (und_base64_decode(s->keys[s->key_count], UND_ED25519_KEY_SIZE, und_bytes(line.p + 4, 43)) != UND_OK)
		return UND_ERR_STORE_DAMAGED;
	s->key_count++;
	return UND_OK;
}

enum und_err serve_series_decode(struct serve_series *out, struct und_bytes note)
{
	struct und_bytes line;
	enum und_err e = UND_OK;

	memset(out, 0, sizeof *out);
	while (e == UND_OK && serve_next_line(&line, &note))
		e = decode_line(out, line);
	return e;
}

enum und_err serve_series_encode(struct und_buf *out, const struct serve_series *s)
{
	char day[11];

	for (size_t i = 0; i < s->key_count; i++) {
		und_buf_add_str(out, "key ");
		und_base64_add(out, und_bytes(s->keys[i], UND_ED25519_KEY_SIZE));
		und_buf_add_u8(out, '\n');
	}
	for (size_t i = 0; i < s->used_count; i++) {
		und_date_encode(day, s->used[i].on);
		und_buf_add_str(out, "used ");
		und_buf_add_str(out, day);
		und_buf_add_u8(out, ' ');
		und_base64_add(out, und_bytes(s->used[i].nonce, sizeof s->used[i].nonce));
		und_buf_add_u8(out, '\n');
	}
	return out->err;
}

void serve_series_clear(struct serve_series *s)
{
	free(s->used);
	s->used = NULL;
	und_buf_clear(&s->was);
}

static enum und_err take_note(struct serve_series *out, struct und_bytes note)
{
	enum und_err e;

	if ((e = serve_series_decode(out, note)) != UND_OK)
		return e;
	out->is_kept = true;
	und_buf_init(&out->was, UND_STORE_NOTE_MAX);
	und_buf_add_bytes(&out->was, note);
	return out->was.err;
}

enum und_err serve_series_read(struct serve_series *out, struct und_serve *s, struct und_bytes id)
{
	struct und_store_reader *r;
	struct und_bytes note;
	enum und_err e;

	memset(out, 0, sizeof *out);
	if ((e = serve_reader_take(&r, s)) != UND_OK)
		return e;
	e = und_store_series(&note, r, id);
	if (e == UND_OK)
		e = take_note(out, note);
	serve_reader_give(s, r);
	return e;
}

enum und_err serve_series_write(struct und_serve *s, struct und_bytes id, const struct serve_series *series)
{
	const struct und_bytes was = und_buf_bytes(&series->was);
	struct und_buf note;
	enum und_err e;

	und_buf_init(&note, UND_STORE_NOTE_MAX);
	e = serve_series_encode(&note, series);
	if (e == UND_OK)
		e = und_store_series_change(s->store, id, series->is_kept ? &was : NULL, und_buf_bytes(&note));
	und_buf_clear(&note);
	if (e == UND_OK)
		atomic_store(&s->enrols, true);
	return e;
}

void serve_series_look(struct und_serve *s)
{
	char id[UND_ID_TEXT_MAX + 1];
	struct und_store_reader *r;

	if (atomic_load(&s->enrols) || serve_reader_take(&r, s) != UND_OK)
		return; /* else the next time */
	if (und_store_series_after(id, r, und_cstr("")) == UND_OK)
		atomic_store(&s->enrols, true);
	serve_reader_give(s, r);
}

size_t serve_series_keys(uint8_t out[UND_SIGNATURES_MAX][UND_ED25519_KEY_SIZE], const struct serve_series *series, const struct und_serve *s)
{
	size_t n = 0;

	for (size_t i = 0; i < series->key_count; i++)
		for (size_t j = 0; j < s->options.registrar_count; j++)
			if (memcmp(series->keys[i], s->options.registrars[j], UND_ED25519_KEY_SIZE) == 0) {
				memcpy(out[n++], series->keys[i], UND_ED25519_KEY_SIZE);
				break;
			}
	return n;
}

enum und_err serve_series_use(struct serve_series *s, und_day on, const uint8_t nonce[32], und_day today)
{
	size_t kept = 0;
	enum und_err e;

	for (size_t i = 0; i < s->used_count; i++)
		if (s->used[i].on + 1 >= today)
			s->used[kept++] = s->used[i];
	s->used_count = kept;
	for (size_t i = 0; i < kept; i++)
		if (memcmp(s->used[i].nonce, nonce, sizeof s->used[i].nonce) == 0)
			return UND_ERR_REQUEST_TWICE;
	if (kept == SERVE_USED_MAX)
		return UND_ERR_LIMIT;
	if ((e = und_grow(&s->used, &s->used_cap, kept + 1, sizeof *s->used)) != UND_OK)
		return e;
	s->used[kept].on = on;
	memcpy(s->used[kept].nonce, nonce, sizeof s->used[kept].nonce);
	s->used_count++;
	return UND_OK;
}
