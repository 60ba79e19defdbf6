/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_bench.c: how fast, beside V = one libsodium Ed25519 verification measured between the runs */
#include <stdarg.h>
#include <stdio.h>

#include "cli/bench_letter.h"
#include "cli/bench_measure.h"
#include "cli/commands.h"
#include "cli/json_print.h"

/* What is measured, and what must be reached: in V a signature, one thread; 0: nothing is asked. */
struct scene {
	const char *name;
	size_t rings, ring_size, signatures, distinct; /* signatures: of each ring */
	double decoded, included;
	size_t kib;
	unsigned rounds;
};
static const struct scene scenes[] = {
	{ "400 in one ring of 1,024", 1, 1024, 400, 8, 0, 4, 0, 7 },
	{ "40 x 10 in rings of 256", 40, 256, 10, 2, 5.5, 8, 0, 7 },
	{ "40 x 10 in rings of 1,024", 40, 1024, 10, 1, 13, 0, 0, 5 },
	{ "400 in one ring of 4,096", 1, 4096, 400, 4, 5.75, 6.75, 0, 7 },
	{ "10,000 in one ring of 16,384", 1, 16384, 10000, 4, 0, 8, 192 << 10, 2 },
};
static const struct {
	size_t n;
	double limit;
	unsigned rounds;
} signings[] = { { 256, 0, 7 }, { 1024, 1600, 5 }, { 4096, 0, 3 }, { 16384, 0, 2 } };

enum { LETTER_MS_MAX = 500, LETTER_KIB_MAX = 64 << 10, LETTER_ROUNDS = 5 };

struct bench {
	bool json;
	const char *letter, *only;
	const struct und_runner *two;
	struct und_json j;
	struct und_buf out;
	unsigned missed; /* limits */
	bool any;        /* something was measured */
	enum und_err e;
};

/* The least of some rounds, and the least V measured beside them. */
struct least {
	double ns, v;
};

static void add_round(struct least *l, double ns)
{
	double v = und_bench_v();

	if (l->ns == 0 || ns < l->ns)
		l->ns = ns;
	if (l->v == 0 || v < l->v)
		l->v = v;
}

static double ratio(const struct least *l)
{
	return l->v == 0 ? 0 : l->ns / l->v;
}

/* ---- output: people's lines at once, JSON at the end ---- */

static void json_ns(struct bench *b, const char *name, double ns)
{
	und_member_number(&b->j, name, (uint64_t)(ns + 0.5));
}

static void json_least(struct bench *b, const char *name, const struct least *l)
{
	und_json_name(&b->j, name);
	und_json_open_object(&b->j);
	json_ns(b, "ns", l->ns);
	json_ns(b, "v_ns", l->v);
	und_json_close_object(&b->j);
}

/* " (at most 4: yes)" */
static void judge(struct bench *b, double value, double limit)
{
	if (limit == 0)
		return;
	b->missed += value > limit;
	if (!b->json)
		printf(" (at most %g: %s)", limit, value <= limit ? "yes" : "NO");
}

static void people(struct bench *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void people(struct bench *b, const char *format, ...)
{
	va_list args;

	if (b->json)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
}

static bool goes_on(struct bench *b, enum und_err e)
{
	if (b->e == UND_OK)
		b->e = e != UND_OK ? e : cli_interrupted() ? UND_ERR_STOPPED : UND_OK;
	return b->e == UND_OK;
}

/* Whether --only lets this one through. */
static bool is_asked(struct bench *b, const char *name)
{
	bool asked = b->only == NULL || strstr(name, b->only) != NULL;

	b->any |= asked;
	return asked;
}

/* ---- operations of the group ---- */

static void operations(struct bench *b)
{
	double v = und_bench_v();

	if (!is_asked(b, "operations"))
		return;
	people(b, "Operations (V = one Ed25519 verification: %.1f us)\n", v / 1e3);
	und_json_name(&b->j, "operations");
	und_json_open_list(&b->j);
	for (size_t i = 0; i < und_bench_operations_n && goes_on(b, UND_OK); i++) {
		const struct und_bench_operation *o = &und_bench_operations[i];
		double ns = o->measure();

		people(b, "  %-40s %10.0f ns %9.4f V\n", o->name, ns, ns / v);
		und_json_open_object(&b->j);
		und_member_text(&b->j, "name", und_cstr(o->name));
		json_ns(b, "picoseconds", ns * 1e3);
		json_ns(b, "v_ns", v);
		und_json_close_object(&b->j);
	}
	und_json_close_list(&b->j);
}

/* ---- signing ---- */

static void sign_one(struct bench *b, size_t n, double limit, unsigned rounds)
{
	struct least one = { 0 }, two = { 0 };
	struct und_bench_world *w;
	double ns;

	if (!goes_on(b, und_bench_world_new(&w, 1, n, 0, 0, b->two)))
		return;
	for (unsigned i = 0; i < rounds && b->e == UND_OK; i++) {
		if (goes_on(b, und_bench_sign(&ns, w, NULL)))
			add_round(&one, ns);
		if (goes_on(b, und_bench_sign(&ns, w, b->two)))
			add_round(&two, ns);
	}
	und_bench_world_free(w);
	people(b, "  N = %-6zu %8.0f V", n, ratio(&one));
	judge(b, ratio(&one), limit);
	people(b, "  %.3f V a key  two threads %.2f times as fast  [%.1f ms]\n", ratio(&one) / (double)n, one.ns / two.ns, one.ns / 1e6);
	und_json_open_object(&b->j);
	und_member_number(&b->j, "keys", n);
	json_least(b, "one_thread", &one);
	json_least(b, "two_threads", &two);
	und_json_close_object(&b->j);
}

static void signing(struct bench *b)
{
	if (!is_asked(b, "signing"))
		return;
	people(b, "\nSigning, the decoding of the ring and the prover's own verification included\n");
	und_json_name(&b->j, "sign");
	und_json_open_list(&b->j);
	for (size_t i = 0; i < UND_COUNT_OF(signings) && b->e == UND_OK; i++)
		sign_one(b, signings[i].n, signings[i].limit, signings[i].rounds);
	und_json_close_list(&b->j);
}

/* ---- verifying ---- */

static void batch(struct bench *b, struct least *l, struct und_bench_world *w, unsigned rounds, bool decode, const struct und_runner *runner)
{
	double ns;

	for (unsigned i = 0; i < rounds && b->e == UND_OK; i++)
		if (goes_on(b, und_bench_verify_batch(&ns, w, decode, cli_random(), runner)))
			add_round(l, ns);
}

static void scene(struct bench *b, const struct scene *s)
{
	struct least decoded = { 0 }, included = { 0 }, two = { 0 }, alone = { 0 };
	struct und_bench_world *w;
	size_t peak;
	double ns;

	if (!goes_on(b, und_bench_world_new(&w, s->rings, s->ring_size, s->signatures, s->distinct, b->two)))
		return;
	und_bench_peak_reset();
	batch(b, &decoded, w, s->rounds, false, NULL);
	batch(b, &included, w, s->rounds, true, NULL);
	peak = und_bench_peak();
	batch(b, &two, w, s->rounds, true, b->two);
	for (unsigned i = 0; i < 3 && b->e == UND_OK; i++)
		if (goes_on(b, und_bench_verify_one(&ns, w, true, NULL)))
			add_round(&alone, ns);
	und_bench_world_free(w);
	people(b, "  %-29s decoded %5.2f V", s->name, ratio(&decoded));
	judge(b, ratio(&decoded), s->decoded);
	people(b, "  included %5.2f V", ratio(&included));
	judge(b, ratio(&included), s->included);
	people(b, "\n    two threads %.2f times as fast  one alone, with its ring, %.0f V  peak %zu MiB", included.ns / two.ns, ratio(&alone), peak >> 10);
	judge(b, (double)peak / 1024, (double)s->kib / 1024);
	people(b, "  [%.1f us]\n", included.ns / 1e3);
	und_json_open_object(&b->j);
	json_least(b, "alone_included", &alone);
	json_least(b, "decoded", &decoded);
	json_least(b, "included", &included);
	json_least(b, "included_two_threads", &two);
	und_member_number(&b->j, "keys", s->ring_size);
	und_member_text(&b->j, "name", und_cstr(s->name));
	und_member_number(&b->j, "peak_kib", peak);
	und_member_number(&b->j, "rings", s->rings);
	und_member_number(&b->j, "signatures", s->signatures * s->rings);
	und_json_close_object(&b->j);
}

static void verifying(struct bench *b)
{
	people(b, "\nVerifying a batch, a signature of it, one thread; the rings decoded beforehand, and with their decoding included\n"
	          "(the letters hold copies of a few proofs: verification cannot tell)\n");
	und_json_name(&b->j, "verify");
	und_json_open_list(&b->j);
	for (size_t i = 0; i < UND_COUNT_OF(scenes) && b->e == UND_OK; i++)
		if (is_asked(b, scenes[i].name))
			scene(b, &scenes[i]);
	und_json_close_list(&b->j);
}

/* ---- a whole letter ---- */

static bool letter_rounds(struct bench *b, struct und_bench_run *least, const char *path, unsigned threads)
{
	struct und_bench_run run;

	*least = (struct und_bench_run){ 0 };
	for (unsigned i = 0; i < LETTER_ROUNDS && goes_on(b, UND_OK); i++) {
		if (!und_bench_letter_verify(&run, path, threads))
			return false;
		if (i == 0 || run.ns < least->ns)
			least->ns = run.ns;
		if (run.peak_kib > least->peak_kib)
			least->peak_kib = run.peak_kib;
	}
	return true;
}

/* Returns -1, or an exit code. */
static int letter(struct bench *b)
{
	struct und_bench_run one, two;
	char *made = NULL;
	const char *path = b->letter;
	bool good;

	if (path == NULL && (path = made = und_bench_letter_make()) == NULL)
		return cli_fail(CLI_TRIED, "See whether `undersigned demo` works; or name a letter: --letter FILE.", "cannot make the demo's letter to measure.");
	good = letter_rounds(b, &two, path, 2) && letter_rounds(b, &one, path, 1);
	if (made != NULL)
		und_bench_letter_remove(made);
	if (!good)
		return cli_fail(CLI_TRIED, NULL, "cannot verify the letter to measure.");
	people(b, "\nA whole letter from its file, the command started anew (%s)\n  two threads %.0f ms", b->letter != NULL ? b->letter : "the demo's", two.ns / 1e6);
	judge(b, two.ns / 1e6, b->letter != NULL ? 0 : LETTER_MS_MAX);
	people(b, "  one thread %.0f ms  peak %.1f MiB", one.ns / 1e6, (double)two.peak_kib / 1024);
	judge(b, (double)two.peak_kib / 1024, b->letter != NULL ? 0 : LETTER_KIB_MAX / 1024);
	people(b, "\n");
	und_json_name(&b->j, "letter");
	und_json_open_object(&b->j);
	json_ns(b, "one_thread_ns", one.ns);
	und_member_number(&b->j, "peak_kib", two.peak_kib);
	json_ns(b, "two_threads_ns", two.ns);
	und_json_close_object(&b->j);
	return -1;
}

/* ---- all ---- */

/* In the order in which JSON names its members. */
static int bench(struct bench *b)
{
	int code;

	und_buf_init(&b->out, 1 << 20);
	und_json_init(&b->j, &b->out);
	und_json_open_object(&b->j);
	code = is_asked(b, "letter") ? letter(b) : -1;
	operations(b);
	signing(b);
	verifying(b);
	und_member_flag(&b->j, "within_limits", b->missed == 0);
	und_json_close_object(&b->j);
	return code;
}

static int run(int argc, char **argv)
{
	struct bench b = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("letter", 0, &b.letter),
		CLI_VALUE("only", 0, &b.only),
		CLI_FLAG("json", 0, &b.json),
	};
	int code = cli_parse(&cmd_bench, options, UND_COUNT_OF(options), argc, argv, NULL, 0, 0, NULL);

	if (code != -1)
		return code;
	b.two = cli_runner(2);
	code = bench(&b);
	if (code == -1 && b.e != UND_OK)
		code = cli_fail(cli_exit_of(b.e), cli_advice(b.e), "%s.", und_err_text(b.e));
	if (code == -1 && !b.any)
		code = cli_fail(CLI_TRIED, "`undersigned bench --help` names them.", "--only %s: nothing has this name.", b.only);
	if (code == -1 && b.json)
		return cli_json_print(&b.out, CLI_OK);
	und_buf_clear(&b.out);
	if (code != -1)
		return code;
	if (b.missed == 0)
		people(&b, "\nEvery limit was kept.\n");
	else
		people(&b, "\nLimits not kept: %u. Is the machine busy? V is measured between the runs, yet caches are shared.\n", b.missed);
	return CLI_OK;
}

const struct cli_command cmd_bench = {
	.name = "bench",
	.run = run,
	.group = "Try",
	.summary = "how fast, beside one Ed25519 verification on the same machine",
	.usage = "undersigned bench [--letter FILE] [--only NAME] [--json]",
	.help = "Measures operations of the group, signing, verifying alone and in batches, and\n"
	        "a whole letter from its file. Times are given in V, one Ed25519 verification by\n"
	        "libsodium in the same run, because machines differ: processor time for one\n"
	        "thread, wall clock for two and for whole letters, which need a quiet machine.\n"
	        "Takes about two minutes.\n"
	        "\n"
	        "  --letter FILE        the letter to verify; without it the demo's, made in a\n"
	        "                       temporary folder\n"
	        "  --only NAME          letter, operations, signing, or part of a batch's name:\n"
	        "                       16,384\n"
	        "  --json               nanoseconds for programs; the V of the same moment stands\n"
	        "                       beside each\n",
};
