/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* crowd.c: enrolments and signatures of an invented crowd, for ./dev scale: real ones, made fast because one program holds every secret of the ring */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "group/msm.h"
#include "letter/letter.h"
#include "os/os.h"
#include "proof/edition.h"
#include "proof/ring_parts.h"
#include "proof/tag.h"

/*
 *	crowd enrol PEOPLE BODIES    an enrolment a line on standard output; member i is of body b(i mod BODIES)
 *	crowd code I                 the written code of member i
 *	crowd sign LETTER PEOPLE BODIES FIRST COUNT EVERY
 *	                             signatures of members FIRST, FIRST + 1, … on standard output, one of EVERY in `*` (0: nobody), the others in their body's ring
 *
 * A prover who does not know the others' secrets sums multiples of their keys: 4N/3 multiplications of points. Here every key is x*G with x at hand, so the same sums are made of numbers, and
 * a signature of a ring of 1,000 takes two milliseconds. The lines are what any signer would hand in: the command verifies them like others, and ./dev scale has it verify all.
 */
#define SERIES "crowd"
enum { EDITION = 1, BLOCK = 4096, BODY = 24 };

static void die(const char *what, enum und_err e)
{
	fprintf(stderr, "crowd: %s: %s\n", what, und_err_text(e));
	exit(2);
}

static size_t number(const char *text)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (*text == 0 || *end != 0)
		die(text, UND_ERR_NUMBER);
	return v;
}

static void put(const struct und_buf *b)
{
	if (b->err != UND_OK)
		die("output", b->err);
	if (fwrite(b->p, 1, b->n, stdout) != b->n)
		die("output", UND_ERR_IO);
}

/* ---- who they are ---- */

static struct und_chain chain_of(size_t i)
{
	struct und_chain c = { .edition = EDITION };
	uint8_t name[4], hash[32];

	und_store_u32be(name, (uint32_t)i);
	und_sha256(hash, (const struct und_bytes[]){ und_cstr("one of the crowd"), und_bytes(name, sizeof name) }, 2);
	memcpy(c.state, hash, sizeof c.state);
	return c;
}

static struct und_scalar secret_of(size_t i)
{
	const struct und_chain c = chain_of(i);
	struct und_scalar x;
	enum und_err e = und_chain_secret(&x, &c, und_cstr(SERIES));

	if (e != UND_OK)
		die("a secret", e);
	return x;
}

static void name_body(char out[BODY], size_t i, size_t bodies)
{
	snprintf(out, BODY, "b%zu", i % bodies);
}

static void fresh(uint8_t out[UND_FRESH_SIZE])
{
	const struct und_random *random = und_os_random();
	enum und_err e = random->fill(random->ctx, out, UND_FRESH_SIZE);

	if (e != UND_OK)
		die("randomness", e);
}

/* ---- blocks of lines, made by all threads, put out in order ---- */

struct work {
	void (*one)(struct und_buf *out, const struct work *w, size_t i);
	size_t first, bodies, every;
	const struct crowd *crowd;
	struct und_buf *lines;
};

static void job(void *arg, size_t i)
{
	struct work *w = arg;

	und_buf_init(&w->lines[i], 1 << 20);
	w->one(&w->lines[i], w, w->first + i);
	und_buf_add_u8(&w->lines[i], '\n');
}

static void work(struct work *w, size_t count, const struct und_runner *runner)
{
	w->lines = und_alloc(BLOCK, sizeof *w->lines);
	if (w->lines == NULL)
		die("lines", UND_ERR_MEMORY);
	for (size_t n; count != 0; count -= n, w->first += n) {
		n = count < BLOCK ? count : BLOCK;
		und_run(runner, job, w, n);
		for (size_t i = 0; i < n; i++) {
			put(&w->lines[i]);
			und_buf_clear(&w->lines[i]);
		}
	}
	free(w->lines);
}

/* ---- enrol ---- */

static void enrol_one(struct und_buf *out, const struct work *w, size_t i)
{
	const struct und_scalar x = secret_of(i);
	struct und_enrolment_key key = { .edition = EDITION };
	struct und_record r = { .type = UND_TYPE_ENROLMENT };
	uint8_t bytes[UND_FRESH_SIZE];
	struct und_point p;
	char body[BODY];
	enum und_err e;

	und_point_mul_base(&p, &x);
	und_point_encode(key.key, &p);
	fresh(bytes);
	e = und_possession_prove(key.proof, &x, und_cstr(SERIES), EDITION, bytes);
	name_body(body, i, w->bodies);
	r.u.enrolment = (struct und_enrolment){ und_cstr(SERIES), und_cstr(body), &key, 1 };
	if (e == UND_OK)
		e = und_record_encode(out, &r);
	if (e != UND_OK)
		die("an enrolment", e);
}

/* ---- rings whose secrets are all known ---- */

struct known_ring {
	const struct und_ring *ring;
	struct und_pub *x; /* one a key */
};

struct person {
	uint8_t key[UND_POINT_SIZE];
	struct und_pub x;
};

struct crowd {
	struct und_letter *l;
	struct und_state state;
	struct und_point h[UND_RING_GENERATORS_MAX], u;
	struct person *people; /* ascending by key */
	size_t n;
	struct known_ring *rings; /* of the bodies, by number, then `*` */
};

static void meet_one(void *arg, size_t i)
{
	struct person *p = &((struct person *)arg)[i];
	const struct und_scalar x = secret_of(i);
	struct und_point point;

	und_pub_from_scalar(&p->x, &x);
	und_point_mul_base(&point, &x);
	und_point_encode(p->key, &point);
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, UND_POINT_SIZE);
}

static void know_ring(struct known_ring *out, struct crowd *c, const char *label)
{
	const struct person *p;
	enum und_err e = und_letter_ring(&out->ring, c->l, c->state.roster, und_cstr(label));

	out->x = e == UND_OK ? und_alloc(out->ring->n, sizeof *out->x) : NULL;
	if (out->x == NULL)
		die(label, e != UND_OK ? e : UND_ERR_MEMORY);
	for (size_t k = 0; k < out->ring->n; k++) {
		p = bsearch(out->ring->keys[k]->encoded, c->people, c->n, sizeof *p, by_key);
		if (p == NULL)
			die(label, UND_ERR_NOT_IN_RING);
		out->x[k] = p->x;
	}
}

/* ---- sign: spec/protocol.md §3, where every X_k is x_k*G ---- */

struct proof {
	unsigned m, digit[UND_RING_DIGITS_MAX];
	struct und_scalar r_a, r_b, rho[UND_RING_DIGITS_MAX], a[UND_RING_DIGITS_MAX][4];
};

static struct und_scalar draw(void)
{
	struct und_scalar s;
	uint8_t wide[64];

	fresh(wide);
	fresh(wide + 32);
	und_scalar_reduce(&s, wide);
	return s;
}

static void draw_all(struct proof *p, size_t n, size_t index)
{
	p->m = und_ring_digits(n);
	p->r_a = draw();
	p->r_b = draw();
	for (unsigned j = 0; j < p->m; j++, index /= 4) {
		p->digit[j] = (unsigned)(index % 4);
		p->rho[j] = draw();
		und_scalar_from_u64(&p->a[j][0], 0);
		for (unsigned i = 1; i < 4; i++) {
			p->a[j][i] = draw();
			und_scalar_sub(&p->a[j][0], &p->a[j][0], &p->a[j][i]);
		}
	}
}

/* out[e] = sum over k of p_{k,e}*x_k, e = 0 … m: one digit at a time. After j digits an element is a polynomial of degree j, and padding is the last key's x_last*t^j. */
static void fold(struct und_pub *out, const struct known_ring *r, const struct proof *p)
{
	size_t n = r->ring->n, cells = n / 4 * 2 + n / 8 + 64;
	struct und_pub *rooms[2] = { und_alloc(cells, sizeof *out), und_alloc(cells, sizeof *out) }, pad[UND_RING_DIGITS_MAX + 1] = { { { 0 } } }, a[4], part;
	const struct und_pub *from = r->x;

	if (rooms[0] == NULL || rooms[1] == NULL)
		die("a fold", UND_ERR_MEMORY);
	for (unsigned j = 0; j < p->m; j++) {
		struct und_pub *to = rooms[j % 2];
		size_t width = j + 1, folded = (n + 3) / 4;

		pad[j] = r->x[r->ring->n - 1];
		for (unsigned i = 0; i < 4; i++)
			und_pub_from_scalar(&a[i], &p->a[j][i]);
		memset(to, 0, folded * (width + 1) * sizeof *to);
		for (size_t k = 0; k < 4 * folded; k++) {
			const struct und_pub *old = k < n ? from + k * width : pad;
			struct und_pub *new = to + k / 4 * (width + 1);

			for (size_t c = 0; c < width; c++) {
				und_pub_mul(&part, &a[k % 4], &old[c]);
				und_pub_add(&new[c], &new[c], &part);
				if (k % 4 == p->digit[j])
					und_pub_add(&new[c + 1], &new[c + 1], &old[c]);
			}
		}
		pad[j] = und_pub_zero;
		from = to;
		n = folded;
	}
	memcpy(out, from, (p->m + 1) * sizeof *out);
	free(rooms[0]);
	free(rooms[1]);
}

static void commit(uint8_t out[UND_POINT_SIZE], const struct crowd *c, const struct und_pub *scalars, size_t n)
{
	const struct und_point *points[UND_RING_GENERATORS_MAX];
	struct und_point sum;
	enum und_err e;

	for (size_t i = 0; i < n; i++)
		points[i] = &c->h[i];
	e = und_msm_var(&sum, scalars, points, n, NULL);
	if (e != UND_OK)
		die("a sum", e);
	und_point_encode(out, &sum);
}

/* A and B, steps 2 */
static void commit_both(uint8_t *out, const struct crowd *c, const struct proof *p)
{
	struct und_pub A[UND_RING_GENERATORS_MAX] = { { { 0 } } }, B[UND_RING_GENERATORS_MAX] = { { { 0 } } };

	und_pub_from_scalar(&A[0], &p->r_a);
	und_pub_from_scalar(&B[0], &p->r_b);
	for (unsigned j = 0; j < p->m; j++) {
		for (unsigned i = 0; i < 4; i++) {
			size_t at = 1 + 4 * j + i, square = at + 4 * p->m;

			und_pub_from_scalar(&A[at], &p->a[j][i]);
			und_pub_mul(&A[square], &A[at], &A[at]);
			und_pub_negate(&A[square], &A[square]);
			B[square] = A[at];
			if (i == p->digit[j]) {
				B[at] = und_pub_one;
				und_pub_negate(&B[square], &A[at]);
			}
		}
	}
	commit(out, c, A, 8 * p->m + 1);
	commit(out + UND_POINT_SIZE, c, B, 8 * p->m + 1);
}

static void elements(uint8_t *out, const struct crowd *c, const struct known_ring *r, const struct proof *p)
{
	struct und_pub sums[UND_RING_DIGITS_MAX + 1];
	struct und_scalar s;
	struct und_point point;

	commit_both(out, c, p);
	out += 2 * UND_POINT_SIZE;
	fold(sums, r, p);
	for (unsigned e = 0; e < p->m; e++, out += UND_POINT_SIZE) {
		und_pub_to_scalar(&s, &sums[e]);
		und_scalar_add(&s, &s, &p->rho[e]);
		und_point_mul_base(&point, &s);
		und_point_encode(out, &point);
	}
	for (unsigned e = 0; e < p->m; e++, out += UND_POINT_SIZE) {
		und_point_mul(&point, &p->rho[e], &c->u);
		und_point_encode(out, &point);
	}
}

/* Step 5 */
static void answers(uint8_t *out, const struct proof *p, const struct und_scalar *xi, const struct und_scalar *x)
{
	struct und_scalar v, power, z;

	for (unsigned j = 0; j < p->m; j++) {
		for (unsigned i = 1; i < 4; i++, out += UND_SCALAR_SIZE) {
			v = p->a[j][i];
			if (i == p->digit[j])
				und_scalar_add(&v, &v, xi);
			und_scalar_encode(out, &v);
		}
	}
	und_scalar_mul(&v, &p->r_b, xi);
	und_scalar_add(&v, &v, &p->r_a);
	und_scalar_encode(out, &v);
	und_scalar_from_u64(&power, 1);
	und_scalar_from_u64(&z, 0);
	for (unsigned e = 0; e < p->m; e++) {
		und_scalar_mul(&v, &p->rho[e], &power);
		und_scalar_sub(&z, &z, &v);
		und_scalar_mul(&power, &power, xi);
	}
	und_scalar_mul(&v, x, &power);
	und_scalar_add(&z, &z, &v);
	und_scalar_encode(out + UND_SCALAR_SIZE, &z);
}

static void sign_one(struct und_buf *out, const struct work *w, size_t i)
{
	const struct crowd *c = w->crowd;
	bool all = w->every != 0 && (i + i / w->bodies) % w->every == 0;
	const struct known_ring *r = &c->rings[all ? w->bodies : i % w->bodies];
	const struct und_scalar x = secret_of(i);
	struct und_record record = { .type = UND_TYPE_SIGNATURE };
	uint8_t proof[UND_PROOF_SIZE_MAX], key[UND_POINT_SIZE];
	struct und_signature *s = &record.u.signature;
	struct und_scalar xi;
	struct und_point point;
	struct proof p;
	char body[BODY];
	size_t index;
	enum und_err e;

	und_point_mul_base(&point, &x);
	und_point_encode(key, &point);
	if ((e = und_ring_find_var(&index, r->ring, key)) != UND_OK)
		die("a ring", e);
	draw_all(&p, r->ring->n, index);
	und_tag(s->tag, &x, c->state.letter);
	elements(proof, c, r, &p);
	und_ring_challenge(&xi, c->state.letter, r->ring, s->tag, proof);
	answers(proof + (2 + 2 * p.m) * UND_POINT_SIZE, &p, &xi, &x);
	memcpy(s->letter, c->state.letter, UND_ID_SIZE);
	memcpy(s->roster, c->state.roster, UND_ID_SIZE);
	name_body(body, i, w->bodies);
	s->ring = und_cstr(all ? "*" : body);
	s->proof = und_bytes(proof, und_ring_proof_size(r->ring->n));
	if ((e = und_record_encode(out, &record)) != UND_OK)
		die("a signature", e);
}

static void read_letter(struct crowd *c, const char *path, const struct und_runner *runner)
{
	const struct und_letter_options options = { .mode = UND_LETTER_FILE, .random = und_os_random(), .runner = runner };
	struct und_diag diag = { 0 };
	struct und_file_view v;
	enum und_err e = und_file_view_open(&v, path, SIZE_MAX);

	if (e == UND_OK)
		e = und_letter_read(&c->l, v.bytes, &options, &diag);
	if (e == UND_OK)
		e = und_letter_state(&c->state, c->l);
	if (e != UND_OK)
		die(path, e);
	und_file_view_close(&v);
}

static void sign(char **argv, const struct und_runner *runner)
{
	size_t people = number(argv[1]), bodies = number(argv[2]), every = number(argv[5]);
	struct crowd c = { .n = people, .people = und_alloc(people, sizeof *c.people), .rings = und_alloc(bodies + 1, sizeof *c.rings) };
	struct work w = { .one = sign_one, .first = number(argv[3]), .bodies = bodies, .every = every, .crowd = &c };
	char body[BODY];

	if (c.people == NULL || c.rings == NULL)
		die("the crowd", UND_ERR_MEMORY);
	read_letter(&c, argv[0], runner);
	und_run(runner, meet_one, c.people, people);
	qsort(c.people, people, sizeof *c.people, by_key);
	und_ring_generators(c.h, UND_RING_DIGITS_MAX);
	und_tag_base(&c.u, c.state.letter);
	for (size_t b = 0; b <= bodies; b++) {
		name_body(body, b, bodies);
		know_ring(&c.rings[b], &c, b == bodies ? "*" : body);
	}
	work(&w, number(argv[4]), runner);
	for (size_t b = 0; b <= bodies; b++)
		free(c.rings[b].x);
	free(c.rings);
	free(c.people);
	und_state_clear(&c.state);
	und_letter_free(c.l);
}

int main(int argc, char **argv)
{
	char code[UND_CODE_SIZE];
	struct und_pool *pool;
	struct und_chain c;

	if (sodium_init() < 0 || und_pool_new(&pool, und_os_cpus()) != UND_OK)
		die("the start", UND_ERR_MEMORY);
	if (argc == 4 && strcmp(argv[1], "enrol") == 0) {
		work(&(struct work){ .one = enrol_one, .bodies = number(argv[3]) }, number(argv[2]), und_pool_runner(pool));
	} else if (argc == 3 && strcmp(argv[1], "code") == 0) {
		c = chain_of(number(argv[2]));
		und_code_encode(code, &c);
		puts(code);
	} else if (argc == 8 && strcmp(argv[1], "sign") == 0) {
		sign(argv + 2, und_pool_runner(pool));
	} else {
		fprintf(stderr, "usage: crowd enrol PEOPLE BODIES | code I | sign LETTER PEOPLE BODIES FIRST COUNT EVERY\n");
		return 2;
	}
	und_pool_free(pool);
	if (fflush(stdout) != 0)
		die("output", UND_ERR_IO);
	return 0;
}
