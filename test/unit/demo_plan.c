/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_plan.c: whatever number of signers and bodies: all sign once, every body has a signer, no ring is above its share */
#include "tap.h"

#include "cli/demo_plan.h"

/* Counts from 0: the plan must hold for any randomness. */
static enum und_err count_up(void *ctx, uint8_t *out, size_t n)
{
	uint32_t *state = ctx;

	for (size_t i = 0; i < n; i++) {
		*state = *state * 1664525 + 1013904223;
		out[i] = (uint8_t)(*state >> 24);
	}
	return UND_OK;
}

static enum und_err no_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	(void)out;
	(void)n;
	return UND_ERR_RANDOM;
}

struct census {
	size_t signers, in_all, doubled, bodies, above;
};

static struct census take_census(const struct demo_plan *p)
{
	size_t own[DEMO_BODIES] = { 0 };
	bool *signs = calloc(p->member_count, sizeof *signs);
	struct census c = { 0 };

	if (signs == NULL)
		exit(99);
	for (size_t i = 0; i < p->made; i++) {
		const struct demo_signer *s = &p->list[i];

		c.doubled += signs[s->member];
		signs[s->member] = true;
		c.signers++;
		c.in_all += s->in_all && i < p->in_all;
		if (!s->in_all)
			own[p->members[s->member].body - p->bodies]++;
	}
	for (size_t b = 0; b < p->body_count; b++) {
		c.bodies += own[b] > 0;
		c.above += own[b] * 100 > (size_t)DEMO_MAX_SHARE * p->bodies[b].keys;
	}
	free(signs);
	return c;
}

static void holds(size_t signers, size_t bodies)
{
	uint32_t state = 7;
	const struct und_random random = { count_up, &state };
	struct demo_plan p;
	struct census c;
	size_t most;

	OK(demo_plan_make(&p, signers, bodies, &random, &most));
	EQ(bodies, p.body_count);
	c = take_census(&p);
	EQ(signers + DEMO_WITHDRAW, c.signers);
	EQ(p.in_all, c.in_all);
	EQ(bodies, c.bodies);
	EQ(0, c.doubled);
	EQ(0, c.above);
	CHECK(p.in_all >= DEMO_WITHDRAW && p.in_all <= DEMO_IN_ALL_MAX);
	demo_plan_clear(&p);
}

static size_t most_of(size_t bodies)
{
	uint32_t state = 7;
	const struct und_random random = { count_up, &state };
	struct demo_plan p;
	size_t most;

	OK(demo_plan_make(&p, bodies, bodies, &random, &most));
	demo_plan_clear(&p);
	return most;
}

TEST(any_number_of_signers_and_bodies)
{
	for (size_t bodies = 1; bodies <= DEMO_BODIES; bodies++) {
		size_t most = most_of(bodies);

		for (size_t signers = bodies; signers < most; signers += 1 + signers / 3)
			holds(signers, bodies);
		holds(most, bodies);
	}
	holds(400, 40);
}

TEST(too_few_or_too_many_are_refused)
{
	uint32_t state = 7;
	const struct und_random random = { count_up, &state };
	struct demo_plan p;

	for (size_t bodies = 1; bodies <= DEMO_BODIES; bodies++) {
		size_t most = most_of(bodies);

		IS(UND_ERR_LIMIT, demo_plan_make(&p, most + 1, bodies, &random, &most));
		if (bodies > 1)
			IS(UND_ERR_LIMIT, demo_plan_make(&p, bodies - 1, bodies, &random, &most));
	}
}

TEST(no_randomness_no_plan)
{
	const struct und_random random = { no_random, NULL };
	struct demo_plan p;
	size_t most;

	IS(UND_ERR_RANDOM, demo_plan_make(&p, 400, 40, &random, &most));
}

/* What the README says of it. */
TEST(the_institution_is_as_large_as_told)
{
	size_t keys = 0, headcount = 0, weight = 0;

	for (size_t i = 0; i < DEMO_BODIES; i++) {
		const struct demo_body *b = &demo_bodies[i];

		keys += b->keys;
		headcount += b->headcount;
		weight += b->weight;
		CHECK(b->headcount > b->keys && b->weight > 0 && b->keys >= DEMO_MIN_RING);
		CHECK(i == 0 || demo_bodies[i - 1].keys <= b->keys);
	}
	EQ(24, demo_bodies[0].keys);
	EQ(1024, demo_bodies[DEMO_BODIES - 1].keys);
	EQ(9871, keys);
	EQ(10200, headcount);
	EQ(381, weight);
}
