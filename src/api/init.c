/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* init.c: the library made ready; what callers lend and get; ids and days as text */
#include <sodium.h>
#include <stdlib.h>

#include "api/api.h"
#include "base/encode.h"
#include "base/hash.h"
#include "base/secret.h"

enum { SHORT_DIGITS = 24 };

enum und_err und_init(void)
{
	return sodium_init() < 0 ? UND_ERR_RANDOM : UND_OK;
}

const char *und_version(void)
{
	return UND_VERSION;
}

void und_bytes_free(uint8_t *p, size_t n)
{
	if (p != NULL)
		und_wipe(p, n);
	free(p);
}

/* ---- what callers lend ---- */

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	randombytes_buf(out, n);
	return UND_OK;
}

enum und_err und_lent_random(const struct und_random **out, const struct und_random *lent)
{
	static const struct und_random machine = { fill, NULL };
	enum und_err e;

	if (lent != NULL && lent->fill == NULL)
		return UND_ERR_MISUSE;
	if ((e = und_init()) == UND_OK)
		*out = lent != NULL ? lent : &machine;
	return e;
}

enum und_err und_lent_take(struct und_lent *out, const struct und_lent *lent, size_t size)
{
	memset(out, 0, sizeof *out);
	if (lent == NULL)
		return size == 0 ? UND_OK : UND_ERR_MISUSE;
	if (size < sizeof *lent)
		return UND_ERR_MISUSE;
	for (size_t i = sizeof *lent; i < size; i++)
		if (((const uint8_t *)lent)[i] != 0)
			return UND_ERR_MISUSE;
	if ((lent->runner != NULL && lent->runner->run == NULL) || (lent->progress != NULL && lent->progress->tell == NULL))
		return UND_ERR_MISUSE;
	*out = *lent;
	return UND_OK;
}

enum und_err und_lent_options(struct und_letter_options *out, const struct und_lent *lent, size_t size)
{
	const struct und_random *random;
	struct und_lent taken;
	enum und_err e;

	if ((e = und_lent_take(&taken, lent, size)) != UND_OK)
		return e;
	if ((e = und_lent_random(&random, taken.random)) != UND_OK)
		return e;
	*out = (struct und_letter_options){ .mode = UND_LETTER_FILE, .random = random, .runner = taken.runner, .progress = taken.progress,
		                            .pending_max = taken.pending_max };
	return UND_OK;
}

/* ---- what callers get ---- */

enum und_err und_api_fill(void *out, size_t size, const void *full, size_t full_size, size_t least)
{
	if (out == NULL || size < least)
		return UND_ERR_MISUSE;
	memcpy(out, full, size < full_size ? size : full_size);
	if (size > full_size)
		memset((uint8_t *)out + full_size, 0, size - full_size);
	return UND_OK;
}

enum und_err und_api_give(uint8_t **out, size_t *n, struct und_buf *b)
{
	if (b->err != UND_OK)
		return b->err;
	*out = b->p;
	*n = b->n;
	b->p = NULL;
	b->n = b->cap = 0;
	return UND_OK;
}

/* ---- ids and days ---- */

void und_id_print(char out[UND_ID_TEXT_SIZE], const uint8_t *id)
{
	out[0] = '\0';
	if (id != NULL)
		und_base64_encode_secret(out, id);
}

enum und_err und_id_parse(uint8_t id[UND_ID_SIZE], const char *text, size_t n)
{
	if (id == NULL || (text == NULL && n != 0))
		return UND_ERR_MISUSE;
	return und_base64_decode_secret(id, und_bytes(text, n));
}

void und_id_print_short(char out[UND_SHORT_ID_SIZE], const uint8_t *id)
{
	out[0] = '\0';
	if (id != NULL)
		und_short_id(out, id);
}

/* The digits of a text of digits and spaces: false where there are not as many as a short form has. */
static bool take_digits(char out[SHORT_DIGITS], const char *text, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == ' ')
			continue;
		if (text[i] < '0' || text[i] > '9' || count == SHORT_DIGITS)
			return false;
		out[count++] = text[i];
	}
	return count == SHORT_DIGITS;
}

enum und_err und_id_check_short(const uint8_t id[UND_ID_SIZE], const char *text, size_t n)
{
	char full[UND_SHORT_ID_SIZE], want[SHORT_DIGITS], have[SHORT_DIGITS];

	if (id == NULL || (text == NULL && n != 0))
		return UND_ERR_MISUSE;
	if (!take_digits(have, text, n))
		return UND_ERR_ID_FORM;
	und_short_id(full, id);
	und_bug_if(!take_digits(want, full, strlen(full)));
	return memcmp(have, want, sizeof want) == 0 ? UND_OK : UND_ERR_PIN;
}

/* The last one that has a text. */
static int32_t last_day(void)
{
	und_day day = 0;

	und_bug_if(und_date_decode(&day, und_cstr("2999-12-31")) != UND_OK);
	return day;
}

int32_t und_day_of(int64_t unix_seconds)
{
	const int64_t first = 946684800, day = 86400; /* 2000-01-01 */

	if (unix_seconds < first || (unix_seconds - first) / day > last_day())
		return UND_NO_DAY;
	return (int32_t)((unix_seconds - first) / day);
}

void und_day_print(char out[UND_DAY_TEXT_SIZE], int32_t day)
{
	und_date_encode(out, day < 0 || day > last_day() ? UND_DAY_NONE : day);
}

enum und_err und_day_parse(int32_t *day, const char *text, size_t n)
{
	if (day == NULL || (text == NULL && n != 0))
		return UND_ERR_MISUSE;
	return und_date_decode(day, und_bytes(text, n));
}
