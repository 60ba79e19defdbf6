/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* year.c: ten thousand people of forty bodies, from cards to two signed rolls: three waves, lost keys, moves, double enrolments; who is in and who is out is known exactly */
#include "tap.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/encode.h"
#include "cli/book_build.h"
#include "cli/book_import.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "proof/authority.h"
#include "proof/edition.h"
#include "proof/tag.h"

enum { PEOPLE = 10000, BODIES = 40, LIVES = 3, EDITIONS = 2 };

/*
 * Who is who, by number. Everybody below WAVE_1 enrols in time for the first roll, and so on.
 *
 * Lost keys: 100 of those on the roll, 100 before their wave is built. Moves: 50 and 50. Double enrolments: 25 before the roll is built, 25 after.
 */
enum {
	TWICE = 100, TWICE_END = 125,                 /* enrol twice before the first roll: the later counts */
	TWICE_LATE = 200, TWICE_LATE_END = 225,       /* once more after it: counts from the next edition */
	LOST = 1000, LOST_END = 1100,                 /* lose the key that stands on the roll */
	MOVED = 2000, MOVED_END = 2050,               /* move after the roll is built */
	LEFT = 3000, LEFT_END = 3030,                 /* leave after it */
	WAVE_1 = 7000, WAVE_2 = 8500,
	LOST_EARLY = 8500, LOST_EARLY_END = 8600,     /* lose the key before their wave is built */
	LEFT_EARLY = 8600, LEFT_EARLY_END = 8610,     /* enrol, and leave before it */
	WAVE_3 = 9500,
	MOVED_EARLY = 9500, MOVED_EARLY_END = 9550,   /* move before their wave */
	SECOND = 9800, SECOND_END = 9900              /* enrol in time for the second edition only; nobody after them enrols at all */
};

/* A key chain that a person has had; the last one is the present one. */
struct life {
	uint8_t keys[EDITIONS][UND_POINT_SIZE];
};
struct person {
	struct life lives[LIVES];
	unsigned lived;
	struct und_invite_code code; /* of the card in hand */
};
/* What must be so: which life's key stands on the roll, in which body. */
struct expected {
	int life; /* -1: none */
	unsigned body;
};

static struct person people[PEOPLE];
static struct cli_book book;
static char folder[] = "/tmp/undersigned-year.XXXXXX";
static char paths[8][64];
static const char *const names[] = { "book", "lines", "a", "b", "c", "d", "e" };
enum { BOOK, LINES, FIRST_ROLL, ROLL_1, ROLL_2, ROLL_3, NEXT_ROLL };
static const uint8_t registrars[2][32] = { { 1 }, { 2 } };

static bool between(unsigned i, unsigned from, unsigned end)
{
	return i >= from && i < end;
}

static const char *body_id(char out[16], unsigned body)
{
	snprintf(out, 16, "body-%02u", body);
	return out;
}

/* ---- the member's side: card text in, enrolment line out ---- */

struct device {
	const char *card;
	uint8_t state[UND_STATE_SIZE];
	struct life *life;
	struct und_buf line;
};

static void must(enum und_err e)
{
	if (e != UND_OK) {
		printf("# %s\n", und_err_name(e));
		abort();
	}
}

static void make_key(struct und_enrolment_key *out, struct und_chain *chain, struct und_bytes series)
{
	struct und_scalar x;
	struct und_point point;
	uint8_t fresh[UND_FRESH_SIZE];

	randombytes_buf(fresh, sizeof fresh);
	must(und_chain_secret(&x, chain, series));
	und_point_mul_base(&point, &x);
	out->edition = chain->edition;
	und_point_encode(out->key, &point);
	must(und_possession_prove(out->proof, &x, series, chain->edition, fresh));
}

/* What a page or `key enrol` does, and the server after it. */
static void enrol(void *arg, size_t i)
{
	struct device *d = &((struct device *)arg)[i];
	struct und_enrolment_key keys[EDITIONS];
	struct und_chain chain = { .edition = 1 };
	struct und_invite card;
	struct und_record r;
	struct und_buf line;
	uint8_t hash[32];

	must(und_invite_decode(&card, und_cstr(d->card)));
	memcpy(chain.state, d->state, sizeof chain.state);
	for (unsigned e = 0; e < EDITIONS; e++) {
		make_key(&keys[e], &chain, card.series);
		memcpy(d->life->keys[e], keys[e].key, UND_POINT_SIZE);
		must(und_chain_advance(&chain));
	}
	und_record_init(&r);
	r.type = UND_TYPE_ENROLMENT;
	r.v = 1;
	r.u.enrolment = (struct und_enrolment){ card.series, und_cstr("anywhere"), keys, EDITIONS };
	und_buf_init(&line, 64 << 10);
	must(und_record_encode(&line, &r));
	und_invite_hash(hash, card.series, &card.code);
	must(und_enrolled_encode(&d->line, hash, und_buf_bytes(&line)));
	und_buf_add_u8(&d->line, '\n');
	und_buf_clear(&line);
	und_record_clear(&r);
}

/* The card that the registrar handed out, as text. */
static const char *card_text(struct und_buf *out, unsigned i)
{
	struct und_invite card = { .address = book.book.address, .series = book.book.series, .edition = 1, .pin = book.book.pin, .code = people[i].code };

	und_buf_reset(out);
	must(und_invite_encode(out, &card));
	und_buf_add_u8(out, 0);
	must(out->err);
	return (const char *)out->p;
}

/* ---- many at once: a file of lines, imported ---- */

struct batch {
	struct device *devices;
	struct und_buf *cards;
	size_t n;
};

static void batch_init(struct batch *b)
{
	b->devices = und_alloc(PEOPLE, sizeof *b->devices);
	b->cards = und_alloc(PEOPLE, sizeof *b->cards);
	b->n = 0;
	if (b->devices == NULL || b->cards == NULL)
		abort();
}

/* Person i enrols a fresh key with the card in hand. */
static void batch_add(struct batch *b, unsigned i)
{
	struct device *d = &b->devices[b->n];

	if (people[i].lived == LIVES)
		abort();
	und_buf_init(&b->cards[b->n], UND_INVITE_TEXT_MAX + 1);
	und_buf_init(&d->line, 64 << 10);
	d->card = card_text(&b->cards[b->n], i);
	d->life = &people[i].lives[people[i].lived++];
	tap_random_bytes(d->state, sizeof d->state);
	b->n++;
}

/* On the devices, then through the server's file into the book. */
static struct cli_book_import batch_run(struct batch *b)
{
	struct cli_book_import result;
	struct und_buf file;
	struct und_bytes piece;
	const char *path = paths[LINES];

	und_run(cli_runner(0), enrol, b->devices, b->n);
	und_buf_init(&file, 256 << 20);
	for (size_t i = 0; i < b->n; i++) {
		und_buf_add_bytes(&file, und_buf_bytes(&b->devices[i].line));
		und_buf_clear(&b->devices[i].line);
		und_buf_clear(&b->cards[i]);
	}
	must(file.err);
	piece = und_buf_bytes(&file);
	must(und_file_write(path, &piece, 1, UND_WRITE_REPLACE, 0600));
	und_buf_clear(&file);
	free(b->devices);
	free(b->cards);
	EQ(-1, cli_book_import(&result, &book.book, &path, 1, 0));
	return result;
}

static struct cli_book_import enrol_range(unsigned from, unsigned end)
{
	struct batch b;

	batch_init(&b);
	for (unsigned i = from; i < end; i++)
		batch_add(&b, i);
	return batch_run(&b);
}

/* ---- the registrar's side ---- */

static void take_card(unsigned i)
{
	struct und_invite card;

	must(und_book_card(&card, &book.book, und_book_slot(&book.book, i + 1)));
	people[i].code = card.code;
}

static void open_book(void)
{
	struct cli_secret_options secret = { .no_passphrase = true };
	struct und_book *b = &book.book;
	char id[16], name[32];

	must(und_book_new(b, cli_random()));
	book.open = true;
	must(und_arena_copy(&b->series, &b->arena, und_cstr("staff")));
	must(und_arena_copy(&b->name, &b->arena, und_cstr("Staff of the Republic")));
	must(und_arena_copy(&b->address, &b->arena, und_cstr("https://letters.example.org/")));
	b->pin.set = true;
	tap_random_bytes(b->pin.id, sizeof b->pin.id);
	for (unsigned i = 0; i < BODIES; i++) {
		snprintf(name, sizeof name, "Body %u", i);
		must(und_book_body_put(b, und_cstr(body_id(id, i)), und_cstr(name), 255));
	}
	EQ(-1, cli_book_create(&book, paths[BOOK], false, &secret));
	EQ(-1, cli_guard_begin(&book.guard, book.path));
	for (unsigned i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof name, "Person %u", i);
		must(und_book_issue(b, und_cstr(body_id(id, i % BODIES)), und_cstr(name), cli_random()));
		take_card(i);
	}
}

/* What a restart of the laptop does: the book goes through its file. */
static void through_the_file(void)
{
	const struct cli_secret_options none = { NULL, false };

	EQ(-1, cli_book_save(&book));
	cli_book_close(&book);
	EQ(-1, cli_book_open(&book, paths[BOOK], &none));
}

static int build_quietly(const struct cli_book_build *o)
{
	int out, null, code;

	fflush(stdout);
	out = dup(STDOUT_FILENO);
	null = open("/dev/null", O_WRONLY);
	if (out < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0)
		abort();
	code = cli_book_build(&book, &cmd_book_build, o);
	fflush(stdout);
	if (dup2(out, STDOUT_FILENO) < 0)
		abort();
	close(out);
	close(null);
	return code;
}

/* The newest roster of the file, signed by both registrars, as `cosign` does it. */
static void sign_roll(const char *path)
{
	struct und_buf file, out;
	struct und_bytes rest, line;
	struct und_record r;
	uint64_t rosters = 0, seen = 0;

	und_buf_init(&file, 256 << 20);
	und_buf_init(&out, 256 << 20);
	must(und_file_read(&file, path, 256 << 20));
	for (rest = und_buf_bytes(&file); cli_next_line(&line, &rest);)
		rosters += memmem(line.p, line.n, "\"type\":\"roster\"", 15) != NULL;
	for (rest = und_buf_bytes(&file); cli_next_line(&line, &rest);) {
		must(und_record_decode(&r, line, NULL));
		seen += r.type == UND_TYPE_ROSTER;
		if (r.type == UND_TYPE_ROSTER && seen == rosters)
			for (unsigned i = 0; i < 2; i++)
				must(und_record_sign(&r, registrars[i]));
		must(cli_add_line(&out, &r));
		und_record_clear(&r);
	}
	line = und_buf_bytes(&out);
	must(und_file_write(path, &line, 1, UND_WRITE_REPLACE, 0644));
	und_buf_clear(&file);
	und_buf_clear(&out);
}

static void first_roll(const char *edition, unsigned roll)
{
	struct cli_book_build o = { .roster = { .edition = edition, .from = "2027-01-01", .until = "2027-12-31", .out = paths[roll] }, .ledger = true };

	EQ(-1, build_quietly(&o));
	sign_roll(paths[roll]);
}

static void wave(unsigned from, unsigned to)
{
	struct cli_book_build o = { .roster = { .extends = paths[from], .out = paths[to] } };

	EQ(-1, build_quietly(&o));
	sign_roll(paths[to]);
}

/* Slots of these people, changed one by one. */
static void reissue(unsigned from, unsigned end)
{
	for (unsigned i = from; i < end; i++) {
		must(und_book_reissue(&book.book, und_book_slot(&book.book, i + 1), cli_random()));
		take_card(i);
	}
}

static void move(unsigned from, unsigned end)
{
	char id[16];

	for (unsigned i = from; i < end; i++)
		must(und_book_move(&book.book, und_book_slot(&book.book, i + 1), und_cstr(body_id(id, (i + 1) % BODIES))));
}

static void leave(unsigned from, unsigned end)
{
	for (unsigned i = from; i < end; i++)
		und_book_leave(und_book_slot(&book.book, i + 1));
}

/* ---- what must be so, by the story alone ---- */

static struct expected on_roll(unsigned i, unsigned edition)
{
	struct expected x = { 0, i % BODIES };

	if (i >= SECOND_END || (edition == 1 && i >= SECOND))
		x.life = -1;
	if (between(i, TWICE, TWICE_END) || between(i, LOST_EARLY, LOST_EARLY_END))
		x.life = 1;
	if (edition == 2 && (between(i, TWICE_LATE, TWICE_LATE_END) || between(i, LOST, LOST_END)))
		x.life = 1;
	if (between(i, LEFT_EARLY, LEFT_EARLY_END) || (edition == 2 && between(i, LEFT, LEFT_END)))
		x.life = -1;
	if (between(i, MOVED_EARLY, MOVED_EARLY_END) || (edition == 2 && between(i, MOVED, MOVED_END)))
		x.body = (i + 1) % BODIES;
	return x;
}

/* Every key that anybody has had for the edition: on the roll, in that body, or not on it. */
static void check_people(const struct und_letter *l, unsigned edition, uint64_t in_body[BODIES], uint64_t *total)
{
	const uint8_t *roster;
	struct und_bytes body;
	unsigned wrong = 0;
	char id[16];

	for (unsigned i = 0; i < PEOPLE; i++) {
		const struct expected x = on_roll(i, edition);

		for (unsigned life = 0; life < people[i].lived; life++) {
			enum und_err e = und_letter_find_key(&roster, &body, l, people[i].lives[life].keys[edition - 1]);
			bool want = x.life == (int)life;

			if (want ? e == UND_OK && und_bytes_is(body, body_id(id, x.body)) : e == UND_ERR_NOT_IN_RING)
				continue;
			if (wrong++ < 5)
				tap_fail("edition %u, person %u, life %u: %s", edition, i, life, und_err_name(e));
		}
		if (x.life >= (int)people[i].lived)
			tap_fail("person %u never lived so", i);
		in_body[x.body] += x.life >= 0;
		*total += x.life >= 0;
	}
	EQ(0, wrong);
}

static void check_roll(unsigned roll, unsigned edition, unsigned rosters)
{
	const struct und_letter_options options = { .mode = UND_LETTER_ROSTER, .random = cli_random(), .runner = cli_runner(0) };
	uint64_t in_body[BODIES] = { 0 }, total = 0;
	struct cli_letter roster = { 0 };
	const struct und_kept *kept;
	char id[16];
	size_t n;

	(void)options;
	REQUIRE(cli_letter_open(&roster, paths[roll], UND_LETTER_ROSTER, false, 0) == -1);
	check_people(roster.l, edition, in_body, &total);
	EQ(total, roster.state.keys);
	EQ((uint64_t)255 * BODIES, roster.state.headcount);
	EQ(1 + BODIES, roster.state.ring_count);
	for (unsigned i = 0; i < BODIES && i + 1 < roster.state.ring_count; i++) {
		CHECK(und_bytes_is(roster.state.rings[i + 1].id, body_id(id, i)));
		EQ(in_body[i], roster.state.rings[i + 1].keys);
	}
	n = und_letter_kept(&kept, roster.l);
	EQ(rosters, n);
	for (size_t i = 0; i < n; i++) {
		EQ(2, kept[i].record->signature_count);
		OK(und_record_check_signatures(kept[i].record, NULL));
		EQ(edition, kept[i].record->u.roster.edition);
		EQ(i == 0, kept[i].record->u.roster.ledger.set);
	}
	printf("# edition %u: %llu keys\n", edition, (unsigned long long)total);
	cli_letter_close(&roster);
}

/* ---- the year ---- */

static void until_the_first_roll(void)
{
	struct cli_book_import r;
	struct batch b;

	open_book();
	batch_init(&b);
	for (unsigned i = 0; i < WAVE_1; i++)
		batch_add(&b, i);
	for (unsigned i = TWICE; i < TWICE_END; i++)
		batch_add(&b, i);
	r = batch_run(&b);
	EQ(WAVE_1, r.fates[UND_BOOK_ENROLLED]);
	EQ(TWICE_END - TWICE, r.fates[UND_BOOK_REPLACED]);
	EQ(0, r.late);
	through_the_file();
	first_roll("1", FIRST_ROLL);
}

static void life_goes_on(void)
{
	struct und_invite_code old = people[LOST].code;
	struct und_invite_code fresh;
	struct cli_book_import r;

	reissue(LOST, LOST_END);
	move(MOVED, MOVED_END);
	leave(LEFT, LEFT_END);
	/* whoever has the lost card, or the card of somebody who left, gets nowhere */
	fresh = people[LOST].code;
	people[LOST].code = old;
	r = enrol_range(LOST, LOST + 1);
	EQ(1, r.fates[UND_BOOK_VOID]);
	people[LOST].code = fresh;
	people[LOST].lived--;
	r = enrol_range(LEFT, LEFT + 1);
	EQ(1, r.fates[UND_BOOK_VOID]);
	people[LEFT].lived--;
	r = enrol_range(LOST, LOST_END);
	EQ(LOST_END - LOST, r.fates[UND_BOOK_ENROLLED]);
	r = enrol_range(TWICE_LATE, TWICE_LATE_END);
	EQ(TWICE_LATE_END - TWICE_LATE, r.fates[UND_BOOK_REPLACED]);
}

static void three_waves(void)
{
	struct cli_book_import r;

	r = enrol_range(WAVE_1, WAVE_2);
	EQ(WAVE_2 - WAVE_1, r.fates[UND_BOOK_ENROLLED]);
	wave(FIRST_ROLL, ROLL_1);
	r = enrol_range(WAVE_2, WAVE_3);
	EQ(WAVE_3 - WAVE_2, r.fates[UND_BOOK_ENROLLED]);
	reissue(LOST_EARLY, LOST_EARLY_END);
	leave(LEFT_EARLY, LEFT_EARLY_END);
	r = enrol_range(LOST_EARLY, LOST_EARLY_END);
	EQ(LOST_EARLY_END - LOST_EARLY, r.fates[UND_BOOK_ENROLLED]);
	through_the_file();
	wave(ROLL_1, ROLL_2);
	enrol_range(WAVE_3, SECOND);
	move(MOVED_EARLY, MOVED_EARLY_END);
	wave(ROLL_2, ROLL_3);
}

static void the_next_edition(void)
{
	struct und_book_count c;

	enrol_range(SECOND, SECOND_END);
	through_the_file();
	first_roll("2", NEXT_ROLL);
	EQ(2, book.book.edition);
	und_book_count(&c, &book.book, NULL, 2);
	EQ(LEFT_END - LEFT + LEFT_EARLY_END - LEFT_EARLY, c.left);
	EQ(PEOPLE - c.left, c.slots);
	EQ(PEOPLE - SECOND_END, c.unused);
	EQ(SECOND_END - c.left, c.enrolled);
}

TEST(a_year_of_ten_thousand_people)
{
	tap_seed(1);
	REQUIRE(sodium_init() >= 0 && mkdtemp(folder) != NULL);
	for (unsigned i = 0; i < UND_COUNT_OF(names); i++)
		snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
	until_the_first_roll();
	life_goes_on();
	three_waves();
	the_next_edition();
	check_roll(ROLL_3, 1, 4);
	check_roll(NEXT_ROLL, 2, 1);
	cli_book_close(&book);
	for (unsigned i = 0; i < UND_COUNT_OF(names); i++)
		unlink(paths[i]);
	rmdir(folder);
	EQ(CLI_OK, cli_end(CLI_OK));
}
