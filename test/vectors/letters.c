/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letters.c: the 293 letters of the vectors: every state, every first line at fault, however the bytes come and however many proofs wait */
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>

#include "base/base.h"
#include "base/encode.h"
#include "letter/letter.h"
#include "letter/seal.h"
#include "tap.h"

/* ---- what a caller lends ---- */

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
static const struct und_random repeatable = { fill, NULL };

struct half {
	void (*job)(void *arg, size_t i);
	void *arg;
	size_t first, count;
};
static void *run_half(void *p)
{
	const struct half *h = p;

	for (size_t i = h->first; i < h->count; i += 2)
		h->job(h->arg, i);
	return NULL;
}
static void run_two(void *ctx, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	struct half even = { job, arg, 0, count }, odd = { job, arg, 1, count };
	pthread_t other;

	(void)ctx;
	if (pthread_create(&other, NULL, run_half, &odd) != 0)
		abort();
	run_half(&even);
	pthread_join(other, NULL);
}
static const struct und_runner two_threads = { run_two, NULL, 2 };

static int count_tells(void *ctx, uint64_t done, uint64_t total)
{
	uint64_t *last = ctx;

	(void)total;
	if (done < *last)
		abort(); /* progress never goes back */
	*last = done;
	return 0;
}

/* ---- files ---- */

static struct und_bytes read_file(const char *name)
{
	char path[512];
	uint8_t *p = NULL;
	size_t n = 0, cap = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/letters/%s", getenv("UND_VECTORS"), name);
	f = fopen(path, "rb");
	if (f == NULL)
		abort();
	for (;;) {
		if (n == cap)
			p = realloc(p, cap = cap == 0 ? 65536 : 2 * cap);
		size_t got = fread(p + n, 1, cap - n, f);
		if (got == 0)
			break;
		n += got;
	}
	fclose(f);
	return und_bytes(p, n);
}

/* ---- a state as expected.json writes it ---- */

static json_t *text(struct und_bytes s)
{
	return json_stringn((const char *)s.p, s.n);
}
static json_t *id(const uint8_t *p)
{
	struct und_buf b;
	json_t *j;

	und_buf_init(&b, 64);
	und_base64_add(&b, und_bytes(p, 32));
	j = text(und_buf_bytes(&b));
	und_buf_clear(&b);
	return j;
}
static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *rings_of(const struct und_state *s, bool above)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->ring_count; i++) {
		const struct und_state_ring *r = &s->rings[i];

		if (above && r->above_share)
			json_array_append_new(list, json_pack("{so so}", "roster", id(r->roster), "ring", text(r->id)));
		if (!above)
			json_array_append_new(list, json_pack("{so so so so}", "roster", id(r->roster), "id", text(r->id), "keys",
			                                      number(r->keys), "signers", number(r->signers)));
	}
	return list;
}

static json_t *stances_of(const struct und_state *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->stance_count; i++) {
		const struct und_state_stance *t = &s->stances[i];

		json_array_append_new(list, json_pack("{so so ss sb so}", "party", text(t->party), "demand", text(t->demand), "stance",
		                                      und_stance_name(t->stance), "authenticated", t->authenticated, "statement",
		                                      id(t->statement)));
	}
	return list;
}

static json_t *questions_of(const struct und_state *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->question_count; i++) {
		json_t *tally = json_object();

		for (size_t c = 0; c < s->questions[i].question->choice_count; c++) {
			json_t *name = text(s->questions[i].question->choices[c].id);

			json_object_set_new(tally, json_string_value(name), number(s->questions[i].tally[c]));
			json_decref(name);
		}
		json_array_append_new(list, json_pack("{so so}", "id", id(s->questions[i].id), "tally", tally));
	}
	return list;
}

static json_t *state_of(const struct und_letter *l)
{
	struct und_state s;
	json_t *j;

	if (und_letter_state(&s, l) != UND_OK)
		abort();
	j = json_pack("{sb so so so so so sb sb so so so so so so so}", "valid", 1, "signers", number(s.signers), "bodies", number(s.bodies),
	              "undisclosed", number(s.undisclosed), "withdrawn", number(s.withdrawn), "keys", number(s.keys), "sealed", s.sealed,
	              "thresholds_met", s.thresholds_met, "above_share", rings_of(&s, true), "rings", rings_of(&s, false), "statements",
	              number(s.statements), "stances", stances_of(&s), "questions", questions_of(&s), "letter", id(s.letter), "roster",
	              id(s.roster));
	und_state_clear(&s);
	return j;
}

/* ---- one letter ---- */

/* In chunks of that many bytes; 0: all at once. */
static enum und_err read_in_chunks(struct und_letter **out, struct und_bytes file, size_t chunk, const struct und_letter_options *o,
                                   struct und_diag *diag)
{
	enum und_err e;

	if (chunk == 0)
		return und_letter_read(out, file, o, diag);
	if ((e = und_letter_new(out, o)) != UND_OK)
		return e;
	for (size_t at = 0; e == UND_OK && at < file.n; at += chunk)
		e = und_letter_feed(*out, und_bytes(file.p + at, file.n - at < chunk ? file.n - at : chunk), diag);
	if (e == UND_OK)
		e = und_letter_end(*out, diag);
	if (e != UND_OK)
		und_letter_free(*out);
	return e;
}

static void check_valid(const char *name, const json_t *expected, const struct und_letter *l)
{
	json_t *state = state_of(l), *wanted = json_deep_copy(expected);
	char *text_of_state;

	json_object_del(wanted, "link");
	tap_checks++;
	if (!json_equal(state, wanted)) {
		text_of_state = json_dumps(state, JSON_SORT_KEYS);
		tap_fail("%s: %s", name, text_of_state);
		free(text_of_state);
	}
	json_decref(state);
	json_decref(wanted);
}

static void check_letter(const char *name, const json_t *expected, size_t chunk, const struct und_letter_options *o)
{
	char file_name[256];
	struct und_bytes file;
	struct und_diag diag = { 0 };
	struct und_letter *l;
	const json_t *valid = json_object_get(expected, "valid");
	enum und_err e;

	snprintf(file_name, sizeof file_name, "%s.letter", name);
	file = read_file(file_name);
	e = read_in_chunks(&l, file, chunk, o, &diag);
	tap_checks++;
	if (json_is_true(valid) != (e == UND_OK) || json_is_null(valid) != (e == UND_ERR_NEWER))
		tap_fail("%s: %s at line %" PRIu64, name, und_err_name(e), diag.line);
	else if (e != UND_OK && (json_int_t)diag.line != json_integer_value(json_object_get(expected, "line")))
		tap_fail("%s: %s at line %" PRIu64 " instead", name, und_err_name(e), diag.line);
	else if (e == UND_OK)
		check_valid(name, expected, l);
	if (e == UND_OK)
		und_letter_free(l);
	if (getenv("UND_SHOW") != NULL)
		printf("# %s: %s line %" PRIu64 " %s (%s)\n", name, und_err_name(e), diag.line, diag.member,
		       json_is_string(json_object_get(expected, "reason")) ? json_string_value(json_object_get(expected, "reason")) : "");
	free((void *)(uintptr_t)file.p);
}

/* Every step-th letter. */
static unsigned check_letters(size_t step, size_t chunk, const struct und_letter_options *o)
{
	struct und_bytes file = read_file("expected.json");
	json_t *all = json_loadb((const char *)file.p, file.n, 0, NULL);
	const char *name;
	json_t *expected;
	unsigned n = 0;

	if (all == NULL || sodium_init() < 0)
		abort();
	tap_seed(1);
	json_object_foreach(all, name, expected)
		if (n++ % step == 0)
			check_letter(name, expected, chunk, o);
	json_decref(all);
	free((void *)(uintptr_t)file.p);
	return n;
}

TEST(every_letter_as_expected)
{
	EQ(293, check_letters(1, 0, &(struct und_letter_options){ .random = &repeatable }));
}

TEST(every_letter_when_no_proof_waits)
{
	check_letters(1, 0, &(struct und_letter_options){ .random = &repeatable, .pending_max = 1 });
}

TEST(every_letter_on_two_threads_with_progress)
{
	uint64_t last = 0;
	struct und_progress progress = { count_tells, &last };
	struct und_bytes file = read_file("valid-life.letter");
	struct und_letter_options o = { .random = &repeatable, .runner = &two_threads, .pending_max = 8000, .progress = &progress };
	struct und_letter *l;

	OK(und_letter_read(&l, file, &o, NULL));
	und_letter_free(l);
	EQ(file.n, last);
	o.progress = NULL;
	check_letters(1, 4096, &o);
	free((void *)(uintptr_t)file.p);
}

TEST(letters_in_pieces_of_one_and_of_seven_bytes)
{
	check_letters(11, 1, &(struct und_letter_options){ .random = &repeatable });
	check_letters(7, 7, &(struct und_letter_options){ .random = &repeatable, .pending_max = 3000 });
}

/* ---- the sealed one ---- */

TEST(the_link_opens_the_sealed_letter)
{
	static const char link_text[] = "bDfCJca5BSQ42HNTEOgSembDofNRNO9Y_e3vvlUD0nw";
	struct und_bytes file = read_file("valid-sealed.letter");
	struct und_letter_options o = { .random = &repeatable };
	struct und_letter *l;
	struct und_state s;
	struct und_buf lines;
	uint8_t link[UND_LINK_SIZE];

	tap_seed(1);
	REQUIRE(sodium_init() >= 0);
	OK(und_base64_decode(link, sizeof link, und_cstr(link_text)));
	OK(und_letter_read(&l, file, &o, NULL));
	link[0] ^= 1;
	IS(UND_ERR_LINK, und_letter_open(l, link, NULL));
	OK(und_letter_state(&s, l));
	CHECK(s.sealed && !s.opened && s.words == NULL);
	und_state_clear(&s);
	link[0] ^= 1;
	OK(und_letter_open(l, link, NULL));
	OK(und_letter_open(l, link, NULL)); /* again is as well */
	OK(und_letter_state(&s, l));
	CHECK(s.sealed && s.opened && s.words != NULL);
	if (s.words != NULL)
		CHECK(und_bytes_is(s.words->title, "On the relief of the valley"));
	und_state_clear(&s);
	und_buf_init(&lines, 1 << 20);
	OK(und_letter_unseal(&lines, l, link, NULL));
	CHECK(lines.n != 0 && lines.p[lines.n - 1] == '\n');
	und_buf_clear(&lines);
	und_letter_free(l);
	free((void *)(uintptr_t)file.p);
}
