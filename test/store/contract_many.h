/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract_many.h: the contract: many callers at once, and random acts against a model */
#ifndef UND_TEST_STORE_CONTRACT_MANY_H
#define UND_TEST_STORE_CONTRACT_MANY_H

/* ---- many at once ---- */

enum { CROWD = 8, CROWD_TAGS = 150 };
struct crowd {
	struct und_store *store;
	atomic_int *news; /* of each tag: how many were told that it is new */
	uint32_t first;
	unsigned errors;
};

static void *crowd_submit(void *arg)
{
	struct crowd *c = arg;

	for (uint32_t i = 0; i < CROWD_TAGS; i++) {
		uint32_t tag = (c->first + i * 7) % CROWD_TAGS;
		struct und_act a = act_of(UND_STORE_SIGNATURE, tag, "line");

		if (submit_acts(c->store, letter_a, &a, 1) != UND_OK)
			c->errors++;
		else if (a.outcome == UND_STORE_NEW)
			atomic_fetch_add(&c->news[tag], 1);
		else if (a.outcome != UND_STORE_SAME)
			c->errors++;
	}
	return NULL;
}

/* Releases whatever waits until it has taken all. */
static void *crowd_release(void *arg)
{
	struct crowd *c = arg;
	size_t released = 0;

	while (released < CROWD_TAGS && c->errors == 0) {
		uint64_t generation = generation_of(c->store, letter_a);
		struct und_waiting w;
		enum und_err e;

		if (und_store_waiting(&w, c->store, letter_a, NULL, 1000) != UND_OK) {
			c->errors++;
			break;
		}
		e = w.count > 0 ? und_store_release(c->store, letter_a, generation, w.acts, w.count, und_bytes(NULL, 0)) : UND_ERR_STORE_MOVED;
		if (e == UND_OK)
			released += w.count;
		else if (e != UND_ERR_STORE_MOVED)
			c->errors++;
		und_waiting_clear(&w);
	}
	return NULL;
}

TEST(of_many_callers_one_is_told_that_an_act_is_new)
{
	static atomic_int news[CROWD_TAGS];
	struct crowd crowd[CROWD + 1];
	pthread_t threads[CROWD + 1];
	struct und_store *s = store_begin();
	struct und_buf file;

	OK(create(s, "a", letter_a, "one\n"));
	for (uint32_t i = 0; i < CROWD_TAGS; i++)
		atomic_store(&news[i], 0);
	for (uint32_t i = 0; i <= CROWD; i++) {
		crowd[i] = (struct crowd){ s, news, i * 13, 0 };
		if (pthread_create(&threads[i], NULL, i < CROWD ? crowd_submit : crowd_release, &crowd[i]) != 0)
			abort();
	}
	for (int i = 0; i <= CROWD; i++) {
		pthread_join(threads[i], NULL);
		EQ(crowd[i].errors, 0);
	}
	for (int i = 0; i < CROWD_TAGS; i++)
		EQ(atomic_load(&news[i]), 1);
	EQ(waiting_of(s, letter_a), 0);
	OK(file_range(&file, s, letter_a, 0, UINT64_MAX));
	EQ(file.n, 4 + 5 * CROWD_TAGS);
	und_buf_clear(&file);
	store_end(s);
}

TEST(of_two_appends_to_one_generation_one_wins)
{
	const struct und_store_segment one = { .bytes = und_cstr("x\n") }, two = { .bytes = und_cstr("y\n") };
	struct und_store *s = store_begin();

	OK(create(s, "a", letter_a, "one\n"));
	OK(und_store_append(s, letter_a, 1, &one));
	IS(UND_ERR_STORE_MOVED, und_store_append(s, letter_a, 1, &two));
	FILE_IS(s, letter_a, "one\nx\n");
	store_end(s);
}

/* ---- against a model ---- */

enum { MODEL_TAGS = 12, MODEL_STEPS = 600 };
enum model_place { ABSENT, WAITS, STANDS };
struct model {
	enum model_place place[UND_STORE_KINDS][MODEL_TAGS];
	char line[UND_STORE_KINDS][MODEL_TAGS]; /* of what waits or stands: one letter */
	struct und_buf file;
	uint64_t generation;
};

static enum und_store_outcome model_submit(struct model *m, enum und_store_kind k, uint32_t tag, char line, bool *stands)
{
	*stands = m->place[k][tag] == STANDS;
	if (m->place[k][tag] != ABSENT)
		return m->line[k][tag] == line ? UND_STORE_SAME : UND_STORE_OTHER;
	if (k == UND_STORE_WITHDRAWAL && m->place[0][tag] == WAITS) {
		m->place[0][tag] = ABSENT;
		if (m->place[UND_STORE_VOTE][tag] == WAITS)
			m->place[UND_STORE_VOTE][tag] = ABSENT;
		return UND_STORE_REMOVED;
	}
	if (k != UND_STORE_SIGNATURE && m->place[0][tag] == ABSENT)
		return UND_STORE_NOTHING;
	m->place[k][tag] = WAITS;
	m->line[k][tag] = line;
	return UND_STORE_NEW;
}

/* A random part of what waits; signatures first, so that no vote comes before its signature. */
static void model_release(struct model *m, struct und_store *s)
{
	struct und_act acts[UND_STORE_KINDS * MODEL_TAGS];
	char lines[UND_STORE_KINDS * MODEL_TAGS][2];
	size_t n = 0;

	for (int k = 0; k < UND_STORE_KINDS; k++) {
		for (uint32_t tag = 0; tag < MODEL_TAGS; tag++) {
			if (m->place[k][tag] != WAITS || tap_below(2) == 0)
				continue;
			lines[n][0] = m->line[k][tag];
			lines[n][1] = '\0';
			acts[n] = act_of((enum und_store_kind)k, tag, lines[n]);
			und_buf_add_str(&m->file, lines[n]);
			und_buf_add_str(&m->file, "\n");
			m->place[k][tag] = STANDS;
			n++;
		}
	}
	OK(und_store_release(s, letter_a, m->generation, acts, n, und_bytes(NULL, 0)));
	m->generation++;
}

static void model_compare(const struct model *m, struct und_store *s)
{
	struct und_waiting w = { .count = 0 };
	struct und_buf file;
	size_t at = 0;

	OK(und_store_waiting(&w, s, letter_a, NULL, UND_STORE_PAGE_MAX));
	for (int k = 0; k < UND_STORE_KINDS; k++) {
		for (uint32_t tag = 0; tag < MODEL_TAGS; tag++) {
			const char line[2] = { m->line[k][tag], '\0' };
			struct und_act expected = act_of((enum und_store_kind)k, tag, line);

			if (m->place[k][tag] != WAITS)
				continue;
			CHECK(at < w.count && und_act_compare_var(&expected, &w.acts[at]) == 0 && und_bytes_equal_var(expected.line, w.acts[at].line));
			at++;
		}
	}
	EQ(w.count, at);
	und_waiting_clear(&w);
	OK(file_range(&file, s, letter_a, 0, UINT64_MAX));
	CHECK(und_bytes_equal_var(und_buf_bytes(&file), und_buf_bytes(&m->file)));
	und_buf_clear(&file);
}

TEST(random_acts_come_out_as_a_model_says)
{
	struct und_store *s = store_begin();
	struct model m = { .generation = 1 };

	tap_seed((uint64_t)time(NULL));
	und_buf_init(&m.file, 1 << 20);
	und_buf_add_str(&m.file, "one\n");
	OK(create(s, "a", letter_a, "one\n"));
	for (int step = 0; step < MODEL_STEPS && tap_failures == 0; step++) {
		uint64_t dice = tap_below(100);

		if (dice < 3) {
			s = store_again(s);
		} else if (dice < 6) {
			OK(und_store_tidy(s));
		} else if (dice < 12) {
			model_release(&m, s);
		} else {
			enum und_store_kind k = (enum und_store_kind)tap_below(UND_STORE_KINDS);
			uint32_t tag = (uint32_t)tap_below(MODEL_TAGS);
			const char line[2] = { (char)('a' + tap_below(2)), '\0' };
			bool stands = false;
			enum und_store_outcome o = model_submit(&m, k, tag, line[0], &stands);

			SUBMITS(s, letter_a, act_of(k, tag, line), o, stands);
		}
		if (step % 20 == 0)
			model_compare(&m, s);
	}
	model_compare(&m, s);
	und_buf_clear(&m.file);
	store_end(s);
}

#endif
