/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book.c: the registrar's book: its file, its slots and cards, picks for rolls, the ledger's tree */
#include "tap.h"

#include <sodium.h>

#include "base/base.h"
#include "base/hash.h"
#include "book/book.h"

static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	tap_random_bytes(out, n);
	return UND_OK;
}
static const struct und_random any = { fill, NULL };
static const struct und_book_lock open_lock = { .kdf = 0 };

/* Bodies "a" and "b"; slots 1 … n, the odd ones of a. */
static void make(struct und_book *b, unsigned n)
{
	if (sodium_init() < 0)
		abort();
	tap_seed(90 + n);
	OK(und_book_new(b, &any));
	OK(und_arena_copy(&b->series, &b->arena, und_cstr("staff")));
	OK(und_arena_copy(&b->name, &b->arena, und_cstr("Staff \"of\" the Republic")));
	b->address = und_bytes("", 0);
	OK(und_book_body_put(b, und_cstr("b"), und_cstr("Body B"), 0));
	OK(und_book_body_put(b, und_cstr("a"), und_cstr("Body A"), 7));
	for (unsigned i = 1; i <= n; i++)
		OK(und_book_issue(b, und_cstr(i % 2 == 1 ? "a" : "b"), und_cstr(i == 1 ? "Ann" : ""), &any));
}

/* An enrolment whose keys for editions 1 … editions say whose they are. The book does not ask whether they are points. */
struct made {
	struct und_enrolment_key keys[4];
	struct und_enrolment e;
};
static struct und_enrolment *enrolment(struct made *m, unsigned who, unsigned editions)
{
	memset(m, 0, sizeof *m);
	for (unsigned i = 0; i < editions; i++) {
		m->keys[i].edition = i + 1;
		memset(m->keys[i].key, (int)(16 * who + i + 1), UND_POINT_SIZE);
	}
	m->e = (struct und_enrolment){ und_cstr("staff"), und_cstr("anywhere"), m->keys, editions };
	return &m->e;
}

static enum und_book_fate enrol(struct und_book *b, uint64_t slot, unsigned who)
{
	struct made m;
	enum und_book_fate fate;
	uint64_t number = 0, other = 0;
	uint8_t hash[32];

	memcpy(hash, und_book_slot(b, slot)->hash, sizeof hash);
	OK(und_book_enrol(&fate, &number, &other, b, hash, enrolment(&m, who, 2)));
	EQ(slot, number);
	return fate;
}

static void same_books(const struct und_book *x, const struct und_book *y)
{
	struct und_buf a, b;

	und_buf_init_secret(&a, 1 << 24);
	und_buf_init_secret(&b, 1 << 24);
	OK(und_book_encode(&a, x));
	OK(und_book_encode(&b, y));
	EQ(a.n, b.n);
	if (a.n == b.n)
		MEM(a.p, b.p, a.n);
	und_buf_clear(&a);
	und_buf_clear(&b);
}

TEST(bodies_stand_in_order_however_they_came)
{
	char id[16], name[16];
	struct und_book b;
	unsigned n;

	make(&b, 2);
	for (unsigned i = 0; i < 1000; i++) {
		n = i * 7 % 1000; /* every number once */
		snprintf(id, sizeof id, "c%03u", n);
		snprintf(name, sizeof name, "Body %u", n);
		OK(und_book_body_put(&b, und_cstr(id), und_cstr(name), n));
	}
	EQ(1002, b.body_count);
	for (size_t i = 1; i < b.body_count; i++)
		CHECK(und_bytes_compare_var(b.bodies[i - 1].id, b.bodies[i].id) < 0);
	EQ(500, und_book_body(&b, und_cstr("c500"))->headcount);
	CHECK(und_book_body(&b, und_cstr("c1000")) == NULL);
	CHECK(und_bytes_is(b.slots[0].body, "a")); /* whatever moved */
	IS(UND_ERR_BODY_RENAMED, und_book_body_put(&b, und_cstr("c500"), und_cstr("Another"), 1));
	EQ(500, und_book_body(&b, und_cstr("c500"))->headcount);
	und_book_clear(&b);
}

/* ---- the file ---- */

TEST(a_book_comes_back_from_its_file)
{
	struct und_book b, again;
	struct und_book_lock lock, unlocked;
	struct und_buf file, second;
	unsigned kdf;

	make(&b, 9);
	enrol(&b, 1, 1);
	enrol(&b, 2, 2);
	OK(und_book_reissue(&b, und_book_slot(&b, 2), &any));
	und_book_leave(und_book_slot(&b, 3));
	OK(und_book_lock_new(&lock, 2, und_cstr("correct horse"), &any));
	und_buf_init(&file, 1 << 24);
	und_buf_init(&second, 1 << 24);
	OK(und_book_seal(&file, &b, &lock, &any));
	OK(und_book_seal(&second, &b, &lock, &any));
	EQ(UND_BOOK_HEADER_SIZE + UND_BOOK_SIZE_MIN + 16, file.n);
	CHECK(memcmp(file.p + 40, second.p + 40, file.n - 40) != 0); /* a nonce of its own each time */
	OK(und_book_kdf(&kdf, und_buf_bytes(&file)));
	EQ(2, kdf);
	OK(und_book_unlock(&unlocked, und_buf_bytes(&file), und_cstr("correct horse")));
	OK(und_book_open(&again, und_buf_bytes(&file), &unlocked, &any, NULL));
	same_books(&b, &again);
	EQ(UND_BOOK_SAME, enrol(&again, 1, 1));
	und_book_clear(&again);
	OK(und_book_unlock(&unlocked, und_buf_bytes(&file), und_cstr("correct hors")));
	IS(UND_ERR_PASSPHRASE, und_book_open(&again, und_buf_bytes(&file), &unlocked, &any, NULL));
	und_book_lock_wipe(&lock);
	und_buf_clear(&file);
	und_buf_clear(&second);
	und_book_clear(&b);
}

TEST(an_altered_file_is_no_book)
{
	static const size_t places[] = { 24, 40, 63, 64, 100, UND_BOOK_HEADER_SIZE + UND_BOOK_SIZE_MIN, UND_BOOK_HEADER_SIZE + UND_BOOK_SIZE_MIN + 15 };
	struct und_book b, again;
	struct und_buf file;
	unsigned kdf;

	make(&b, 3);
	und_buf_init(&file, 1 << 24);
	OK(und_book_seal(&file, &b, &open_lock, &any));
	for (size_t i = 0; i < UND_COUNT_OF(places); i++) {
		file.p[places[i]] ^= 1;
		IS(UND_ERR_PASSPHRASE, und_book_open(&again, und_buf_bytes(&file), &open_lock, &any, NULL));
		file.p[places[i]] ^= 1;
	}
	OK(und_book_open(&again, und_buf_bytes(&file), &open_lock, &any, NULL));
	und_book_clear(&again);
	for (size_t at = 0; at < 24; at++) { /* magic, version, kdf, zeros */
		file.p[at] ^= 0x80;
		IS(at == 16 ? UND_ERR_NEWER : UND_ERR_BOOK, und_book_kdf(&kdf, und_buf_bytes(&file)));
		file.p[at] ^= 0x80;
	}
	file.n -= 1;
	IS(UND_ERR_BOOK, und_book_kdf(&kdf, und_buf_bytes(&file)));
	file.n = 10;
	IS(UND_ERR_BOOK, und_book_kdf(&kdf, und_buf_bytes(&file)));
	und_buf_clear(&file);
	und_book_clear(&b);
}

TEST(the_size_tells_little)
{
	struct und_book b;
	struct und_buf file;
	size_t sizes[3];

	for (unsigned i = 0; i < 3; i++) {
		make(&b, i == 0 ? 0 : i == 1 ? 200 : 600);
		und_buf_init(&file, 1 << 24);
		OK(und_book_seal(&file, &b, &open_lock, &any));
		sizes[i] = file.n - UND_BOOK_HEADER_SIZE - 16;
		EQ(0, sizes[i] & (sizes[i] - 1));
		und_buf_clear(&file);
		und_book_clear(&b);
	}
	EQ(UND_BOOK_SIZE_MIN, sizes[0]);
	EQ(UND_BOOK_SIZE_MIN, sizes[1]);
	CHECK(sizes[2] > UND_BOOK_SIZE_MIN);
}

/* Lines of a book, one of them changed: the first place where from stands becomes to. */
static enum und_err decode_changed(const struct und_book *b, const char *from, const char *to, struct und_diag *diag)
{
	struct und_buf plain, changed;
	struct und_book out;
	const uint8_t *at;
	enum und_err e;

	und_buf_init_secret(&plain, 1 << 20);
	und_buf_init_secret(&changed, 1 << 20);
	OK(und_book_encode(&plain, b));
	at = memmem(plain.p, plain.n, from, strlen(from));
	if (at == NULL)
		tap_fail("no %s", from);
	if (at == NULL)
		return UND_OK;
	und_buf_add(&changed, plain.p, (size_t)(at - plain.p));
	und_buf_add_str(&changed, to);
	und_buf_add(&changed, at + strlen(from), plain.n - (size_t)(at - plain.p) - strlen(from));
	e = und_book_decode(&out, und_buf_bytes(&changed), &any, diag);
	if (e == UND_OK)
		und_book_clear(&out);
	und_buf_clear(&plain);
	und_buf_clear(&changed);
	return e;
}

TEST(lines_that_contradict_each_other_are_refused)
{
	static const struct {
		enum und_err e;
		uint64_t line;
		const char *from, *to;
	} cases[] = {
		{ UND_OK, 0, "Staff", "Stuff" },
		{ UND_ERR_CANONICAL, 1, ",\"edition\"", ", \"edition\"" },
		{ UND_ERR_NUMBER, 1, "\"edition\":1", "\"edition\":0" },
		{ UND_ERR_NUMBER, 1, "\"v\":1", "\"v\":2" },
		{ UND_ERR_URL, 1, "\"address\":\"\"", "\"address\":\"https://x/#\"" },
		{ UND_ERR_NOT_ASCENDING, 1, "\"id\":\"b\"", "\"id\":\"a\"" },
		{ UND_ERR_MEMBER_MISSING, 1, "\"pin\":\"\",", "" },
		{ UND_ERR_MEMBER_UNKNOWN, 1, "\"pin\":\"\"", "\"pin\":\"\",\"pun\":\"\"" },
		{ UND_ERR_LIST_LENGTH, 5, "\"slots\":4", "\"slots\":3" },
		{ UND_ERR_LIST_LENGTH, 0, "\"slots\":4", "\"slots\":5" },
		{ UND_ERR_BODY_UNKNOWN, 2, "{\"body\":\"a\"", "{\"body\":\"c\"" },
		{ UND_ERR_NUMBER, 2, "\"number\":1", "\"number\":2" },
		{ UND_ERR_SIZE, 2, "\"card\":\"used\"", "\"card\":\"unused\"" },
		{ UND_ERR_CHOICE, 2, "\"card\":\"used\"", "\"card\":\"lost\"" },
		{ UND_ERR_CHOICE, 2, "\"left\":\"no\"", "\"left\":\"yes\"" },
		{ UND_ERR_CARD_UNKNOWN, 3, "\"series\":\"staff\"", "\"series\":\"stuff\"" }, /* a code that is not its hash's */
		{ UND_ERR_SIZE, 3, "{\"body\":\"b\",\"card\":\"unused\"", "{\"body\":\"b\",\"card\":\"void\"" },
	};
	struct und_diag diag;
	struct und_book b;

	make(&b, 4);
	enrol(&b, 1, 1);
	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		enum und_err e;

		diag = (struct und_diag){ 0 };
		e = decode_changed(&b, cases[i].from, cases[i].to, &diag);
		if (e != cases[i].e || (e != UND_OK && diag.line != cases[i].line))
			tap_fail("%s: %s at line %d", cases[i].to, und_err_name(e), (int)diag.line);
		CHECK(e == cases[i].e);
	}
	und_book_clear(&b);
}

TEST(no_hash_and_no_key_belongs_to_two_slots)
{
	struct und_book b, out;
	struct und_buf plain;

	make(&b, 3);
	enrol(&b, 1, 1);
	enrol(&b, 2, 2);
	memcpy(b.slots[1].keys[0].key, b.slots[0].keys[1].key, UND_POINT_SIZE);
	und_buf_init_secret(&plain, 1 << 20);
	OK(und_book_encode(&plain, &b));
	IS(UND_ERR_DOUBLED, und_book_decode(&out, und_buf_bytes(&plain), &any, NULL));
	und_buf_reset(&plain);
	memset(b.slots[1].keys[0].key, 99, UND_POINT_SIZE);
	memcpy(b.slots[1].hash, b.slots[0].hash, 32);
	OK(und_book_encode(&plain, &b));
	IS(UND_ERR_DOUBLED, und_book_decode(&out, und_buf_bytes(&plain), &any, NULL));
	und_buf_clear(&plain);
	und_book_clear(&b);
}

/* ---- cards ---- */

TEST(a_code_is_kept_until_it_is_used)
{
	struct und_invite card;
	struct und_book b;
	uint8_t hash[32];

	make(&b, 3);
	OK(und_book_card(&card, &b, und_book_slot(&b, 1)));
	und_invite_hash(hash, b.series, &card.code);
	MEM(hash, b.slots[0].hash, 32);
	EQ(UND_BOOK_ENROLLED, enrol(&b, 1, 1));
	IS(UND_ERR_CARD_USED, und_book_card(&card, &b, und_book_slot(&b, 1)));
	EQ(0, b.slots[0].code.n);
	und_book_leave(und_book_slot(&b, 2));
	IS(UND_ERR_CARD_VOID, und_book_card(&card, &b, und_book_slot(&b, 2)));
	OK(und_book_card(&card, &b, und_book_slot(&b, 3)));
	IS(UND_ERR_CARD_VOID, und_book_reissue(&b, und_book_slot(&b, 2), &any));
	IS(UND_ERR_CARD_VOID, und_book_move(&b, und_book_slot(&b, 2), und_cstr("a")));
	IS(UND_ERR_BODY_UNKNOWN, und_book_move(&b, und_book_slot(&b, 1), und_cstr("c")));
	IS(UND_ERR_BODY_UNKNOWN, und_book_issue(&b, und_cstr("c"), und_cstr(""), &any));
	CHECK(und_book_slot(&b, 0) == NULL && und_book_slot(&b, 4) == NULL);
	und_book_clear(&b);
}

TEST(the_latest_enrolment_counts_and_a_new_card_drops_it)
{
	struct und_book b;
	struct made m;
	enum und_book_fate fate;
	uint64_t number = 0, other;
	uint8_t old[32], unknown[32] = { 1 };

	make(&b, 4);
	EQ(UND_BOOK_ENROLLED, enrol(&b, 1, 1));
	EQ(UND_BOOK_SAME, enrol(&b, 1, 1));
	EQ(UND_BOOK_REPLACED, enrol(&b, 1, 2));
	EQ(16 * 2 + 2, und_slot_key(und_book_slot(&b, 1), 2)[0]);
	CHECK(und_slot_key(und_book_slot(&b, 1), 3) == NULL);
	EQ(UND_BOOK_ENROLLED, enrol(&b, 2, 1)); /* dropped by slot 1 and on no roll: whoever holds it may bring it */
	EQ(UND_BOOK_TAKEN, enrol(&b, 3, 2));
	memcpy(old, b.slots[0].hash, 32);
	OK(und_book_reissue(&b, und_book_slot(&b, 1), &any));
	CHECK(und_slot_key(und_book_slot(&b, 1), 1) == NULL);
	OK(und_book_enrol(&fate, &number, &other, &b, old, enrolment(&m, 3, 2)));
	EQ(UND_BOOK_VOID, fate);
	EQ(1, number);
	OK(und_book_enrol(&fate, &number, &other, &b, unknown, enrolment(&m, 3, 2)));
	EQ(UND_BOOK_UNKNOWN, fate);
	EQ(0, number);
	number = 4; /* handed in */
	OK(und_book_enrol(&fate, &number, &other, &b, NULL, enrolment(&m, 4, 1)));
	EQ(UND_BOOK_ENROLLED, fate);
	EQ(UND_SLOT_VOID, b.slots[3].card);
	number = 5;
	OK(und_book_enrol(&fate, &number, &other, &b, NULL, enrolment(&m, 5, 1)));
	EQ(UND_BOOK_UNKNOWN, fate);
	und_book_clear(&b);
}

TEST(the_server_learns_every_card_s_state)
{
	struct und_book_entries e;
	struct und_book b;
	unsigned states[3] = { 0 };

	make(&b, 5);
	enrol(&b, 1, 1);
	und_book_leave(und_book_slot(&b, 2));
	OK(und_book_reissue(&b, und_book_slot(&b, 3), &any));
	OK(und_book_entries(&e, &b));
	EQ(6, e.count);
	for (size_t i = 0; i < e.count; i++) {
		states[e.entries[i].state]++;
		CHECK(i == 0 || memcmp(e.entries[i - 1].code, e.entries[i].code, 32) < 0);
	}
	EQ(3, states[UND_ENTRY_OPEN]);
	EQ(1, states[UND_ENTRY_USED]);
	EQ(2, states[UND_ENTRY_VOID]);
	und_book_entries_clear(&e);
	und_book_clear(&b);
}

/* ---- picks ---- */

TEST(a_wave_is_judged_by_the_letter_s_rules)
{
	struct und_rules rules = { .rings = UND_RINGS_EITHER, .grows = true, .min_ring = 3, .release = 5 };
	const struct und_bytes without = und_cstr("b");
	struct und_book_picks p;
	struct und_bytes body;
	struct und_book b;
	uint64_t count;

	make(&b, 8);
	for (unsigned i = 1; i <= 5; i++) /* three of a, two of b */
		enrol(&b, i, i);
	OK(und_book_pick(&p, &b, 1, NULL, NULL, 0));
	EQ(5, p.count);
	EQ(3, p.missing);
	OK(und_book_wave_check(&body, &count, &p, &rules));
	rules.release = 6;
	IS(UND_ERR_WAVE_SMALL, und_book_wave_check(&body, &count, &p, &rules));
	rules.release = 1;
	rules.min_ring = 6;
	IS(UND_ERR_WAVE_SMALL, und_book_wave_check(&body, &count, &p, &rules));
	rules.min_ring = 3;
	rules.rings = UND_RINGS_BODY;
	IS(UND_ERR_RING_BELOW_MIN, und_book_wave_check(&body, &count, &p, &rules));
	EQ(2, count);
	CHECK(und_bytes_is(body, "b"));
	rules.rings = UND_RINGS_ROSTER;
	OK(und_book_wave_check(&body, &count, &p, &rules));
	rules.grows = false;
	IS(UND_ERR_ROSTER_FIXED, und_book_wave_check(&body, &count, &p, &rules));
	und_book_picks_clear(&p);
	rules = (struct und_rules){ .rings = UND_RINGS_BODY, .grows = true, .min_ring = 3, .release = 3 };
	OK(und_book_pick(&p, &b, 1, NULL, &without, 1));
	EQ(3, p.count);
	EQ(2, p.held);
	OK(und_book_wave_check(&body, &count, &p, &rules));
	und_book_picks_clear(&p);
	und_book_clear(&b);
}

/* ---- the ledger ---- */

TEST(every_leaf_has_its_path_in_trees_of_every_shape)
{
	struct und_ledger_leaf leaves[40];
	struct und_ledger l = { .leaves = leaves };
	uint8_t path[UND_LEDGER_PATH_MAX][32], root[32], empty[32], other[32] = { 0 };
	size_t length;

	tap_seed(95);
	und_ledger_root(root, &l);
	tap_hex(empty, sizeof empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"); /* RFC 6962: of nothing */
	MEM(empty, root, 32);
	for (size_t i = 0; i < UND_COUNT_OF(leaves); i++)
		tap_random_bytes(leaves[i].hash, 32);
	l.count = 3; /* RFC 6962 §2.1: the node of a node of the first two, and the third */
	und_ledger_root(root, &l);
	und_sha256(other, (const struct und_bytes[]){ und_bytes("\1", 1), und_bytes(leaves[0].hash, 32), und_bytes(leaves[1].hash, 32) }, 3);
	und_sha256(empty, (const struct und_bytes[]){ und_bytes("\1", 1), und_bytes(other, 32), und_bytes(leaves[2].hash, 32) }, 3);
	MEM(empty, root, 32);
	for (l.count = 1; l.count <= UND_COUNT_OF(leaves); l.count++) {
		und_ledger_root(root, &l);
		for (size_t i = 0; i < l.count; i++) {
			length = und_ledger_path(path, &l, i);
			OK(und_ledger_verify(root, leaves[i].hash, i, l.count, (const uint8_t(*)[32])path, length));
			IS(UND_ERR_LEDGER, und_ledger_verify(root, other, i, l.count, (const uint8_t(*)[32])path, length));
			IS(UND_ERR_LEDGER, und_ledger_verify(root, leaves[i].hash, l.count, l.count, (const uint8_t(*)[32])path, length));
			if (length == 0)
				continue;
			IS(UND_ERR_LEDGER, und_ledger_verify(root, leaves[i].hash, i, l.count, (const uint8_t(*)[32])path, length - 1));
			path[length - 1][0] ^= 1;
			IS(UND_ERR_LEDGER, und_ledger_verify(root, leaves[i].hash, i, l.count, (const uint8_t(*)[32])path, length));
		}
	}
}

TEST(a_ledger_holds_those_whom_the_book_placed)
{
	struct und_book_picks p;
	struct und_ledger l;
	struct und_book b;
	uint8_t keys[3][UND_POINT_SIZE], stranger[UND_POINT_SIZE] = { 200 };
	size_t at = 9;

	make(&b, 3);
	for (unsigned i = 1; i <= 3; i++)
		enrol(&b, i, i);
	for (unsigned i = 0; i < 3; i++)
		memcpy(keys[i], und_slot_key(&b.slots[i], 1), UND_POINT_SIZE);
	IS(UND_ERR_LEDGER, und_ledger_make(&l, &at, &b, keys[0], 3, 1)); /* enrolled, but on no roll */
	EQ(0, at);
	OK(und_book_pick(&p, &b, 1, NULL, NULL, 0));
	OK(und_book_place(&b, &p, 1));
	OK(und_book_place(&b, &p, 1)); /* building again remembers nothing twice */
	EQ(1, b.slots[0].placed_count);
	OK(und_ledger_make(&l, &at, &b, keys[0], 3, 1));
	CHECK(und_bytes_is(l.leaves[0].name, "Ann") && und_bytes_is(l.leaves[1].name, "slot 2"));
	CHECK(memcmp(l.leaves[0].salt, l.leaves[1].salt, 32) != 0);
	und_ledger_clear(&l);
	IS(UND_ERR_LEDGER, und_ledger_make(&l, &at, &b, keys[0], 3, 2));
	IS(UND_ERR_LEDGER, und_ledger_make(&l, &at, &b, stranger, 1, 1));
	und_book_picks_clear(&p);
	und_book_clear(&b);
}
