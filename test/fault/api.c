/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api.c: every allocation made to fail behind the public library: outputs stay untouched, copies stay as they were or are good for their end alone */
#include "alloc.h"
#include "api_fixture.h"

/* A letter with something of each kind; and a line that it would take. */
static void prepare(struct story *s)
{
	tap_seed(1);
	story_open(s);
	fixture_encode(&s->x.f, fixture_signature(&s->x.f, 4, s->x.f.roster, "a"), 0);
}

TEST(reading_and_telling)
{
	struct story s;

	prepare(&s);
	ALLOC_SWEEP() {
		struct und_copy *copy = NULL;
		uint8_t *json = NULL, *text = NULL;
		size_t n = 0, m = 0;
		enum und_err e = signers_read(&copy, &s.x, NULL);

		if (e == UND_OK)
			e = und_copy_json(&json, &n, copy, 9000);
		if (e == UND_OK)
			e = und_copy_line_text(&text, &m, copy, 2);
		ALLOC_RESULT(e);
		EQ(0, e == UND_OK ? 0 : m);
		und_bytes_free(json, n);
		und_bytes_free(text, m);
		und_copy_free(copy);
	}
	signers_clear(&s.x);
}

TEST(growing)
{
	struct story s;

	prepare(&s);
	ALLOC_SWEEP() {
		struct und_copy *copy = NULL;
		struct und_copy_counts c = { 0 };
		enum und_err e, again;

		ALLOC_PAUSED(e = signers_read(&copy, &s.x, NULL));
		OK(e);
		e = und_copy_append(copy, s.x.f.line.p, s.x.f.line.n, NULL);
		ALLOC_RESULT(e);
		ALLOC_PAUSED(again = GET(und_copy_get_counts, &c, copy));
		if (e == UND_OK || again == UND_OK)
			EQ(e == UND_OK ? 4 : 3, c.signers); /* taken, or as before … */
		else
			IS(UND_ERR_MISUSE, again); /* … or good for its end alone */
		if (e != UND_OK && again == UND_OK) {
			ALLOC_PAUSED(again = und_copy_append(copy, s.x.f.line.p, s.x.f.line.n, NULL));
			OK(again);
		}
		und_copy_free(copy);
	}
	signers_clear(&s.x);
}

TEST(whole_files)
{
	struct signed_fixture x;

	tap_seed(1);
	signers_open(&x);
	ALLOC_SWEEP() {
		struct und_bytes files[2] = { und_buf_bytes(&x.f.file), und_buf_bytes(&x.f.file) };
		uint8_t *out = NULL, *bundle = NULL, id[32];
		const char *type;
		size_t n = 0, m = 0;
		enum und_err e = und_copies_unite(&out, &n, NULL, 0, files, 2, NULL, &x.lent, sizeof x.lent, NULL);

		if (e == UND_OK)
			e = und_bundle_make(&bundle, &m, x.f.file.p, x.f.file.n, NULL, "*", 1, &x.lent, sizeof x.lent, NULL);
		if (e == UND_OK)
			e = und_line_id(id, &type, x.f.line.p, x.f.line.n, NULL);
		ALLOC_RESULT(e);
		CHECK(e == UND_OK || out == NULL || bundle == NULL || m > 0);
		und_bytes_free(out, n);
		und_bytes_free(bundle, m);
	}
	signers_clear(&x);
}

TEST(acting)
{
	struct story s;

	prepare(&s);
	for (unsigned act = 0; act < 4; act++)
		ALLOC_SWEEP() {
			struct und_copy *copy = NULL;
			enum und_signed state = UND_SIGNED_WITHDRAWN;
			uint8_t *line = NULL;
			size_t n = 0;
			enum und_err e;

			ALLOC_PAUSED(e = signers_read(&copy, &s.x, NULL));
			OK(e);
			e = act == 0 ? und_sign(&line, &n, copy, s.x.s[6], "*", 1, UND_NO_DAY) :
			    act == 1 ? und_withdraw(&line, &n, copy, s.x.s[0], UND_NO_DAY) :
			    act == 2 ? und_vote(&line, &n, copy, s.x.s[3], s.question, "yes", 3, UND_NO_DAY) :
			               und_signer_enrol(&line, &n, s.x.s[0], "harbour", 7, 3, &s.x.f.random);
			ALLOC_RESULT(e);
			CHECK((e == UND_OK) == (line != NULL));
			ALLOC_PAUSED(e = und_signer_signed(&state, copy, s.x.s[0]));
			OK(e);
			EQ(UND_SIGNED_YES, state);
			und_bytes_free(line, n);
			und_copy_free(copy);
		}
	signers_clear(&s.x);
}
