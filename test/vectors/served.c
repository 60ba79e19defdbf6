/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* served.c: the 293 letters of the vectors in the answers of a server: brought whole, and the first line at fault handed in behind what stands above it */

/*
 * Requests are the one thing that the vectors have no keys for: their signatures alone are taken as good (--wrap); everything else is judged. Routes are called as a loop would call them. The letters share ids, so each
 * has a server of its own; a bad line is tried on a server that has the lines above it.
 */
#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <unistd.h>

#include "http/loop.h"
#include "serve/parts.h"
#include "tap.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum { FILE_MAX = 16 << 20, LETTERS = 293 };
#define LATE "2027-06-01"  /* every valid letter is dated before */
#define EARLY "2027-01-15" /* signatures may be handed in */

static und_day today;

enum und_err __real_und_record_check_signatures(const struct und_record *r, struct und_diag *diag);
enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag)
{
	return r->type == UND_TYPE_REQUEST ? UND_OK : __real_und_record_check_signatures(r, diag);
}
und_day __wrap_und_os_today(void)
{
	return today;
}

static void set_today(const char *day)
{
	if (und_date_decode(&today, und_cstr(day)) != UND_OK)
		abort();
}

/* ---- a server ---- */

static const uint8_t organiser[UND_ED25519_KEY_SIZE] = "an organiser of no letter";
static struct und_serve *server;
static char folder[64];

static int forget(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void close_server(void)
{
	und_serve_close(server);
	server = NULL;
	nftw(folder, forget, 16, FTW_DEPTH | FTW_PHYS);
}

/* key: of whoever may bring letters. */
static void open_server(const uint8_t key[UND_ED25519_KEY_SIZE])
{
	static char store[80], path[80];
	struct und_serve_options o = { .listen = path, .store = store, .address = "https://x", .threads = 1, .random = und_os_random(), .organiser_count = 1 };

	snprintf(folder, sizeof folder, "%s/served-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(store, sizeof store, "%s/store", folder);
	snprintf(path, sizeof path, "unix:%s/at", folder);
	memcpy(o.organisers[0], key, UND_ED25519_KEY_SIZE);
	if (und_serve_open(&server, &o, NULL) != UND_OK)
		abort();
}

/* ---- asking ---- */

static struct und_http_request *await(struct und_loop *l)
{
	struct pollfd p = { .fd = l->wake, .events = POLLIN };
	struct und_http_request *r;
	uint64_t ignored;

	while (poll(&p, 1, 600000) < 0)
		if (errno != EINTR)
			abort();
	if (read(l->wake, &ignored, sizeof ignored) != (ssize_t)sizeof ignored)
		abort();
	pthread_mutex_lock(&l->lock);
	r = l->answers;
	l->answers = NULL;
	pthread_mutex_unlock(&l->lock);
	return r;
}

static void add_body(struct und_buf *out, const struct und_http_body *b)
{
	uint8_t piece[4096];
	size_t n;

	switch (b->kind) {
	case UND_HTTP_STATIC:
		und_buf_add_bytes(out, b->bytes);
		break;
	case UND_HTTP_OWNED:
		und_buf_add_bytes(out, und_buf_bytes(&b->buf));
		break;
	case UND_HTTP_SHARED:
		und_buf_add_bytes(out, und_http_shared_bytes(b->shared));
		break;
	case UND_HTTP_READER:
		for (uint64_t at = 0; at < b->size && (n = b->read(b->ctx, at, piece, b->size - at < sizeof piece ? (size_t)(b->size - at) : sizeof piece)) != 0; at += n)
			und_buf_add(out, piece, n);
		break;
	default:
		abort();
	}
}

/* The status; the body is in out, which the caller clears. */
static unsigned ask(struct und_buf *out, enum und_http_method method, const char *path, const char *query, struct und_bytes body)
{
	struct und_loop *l = server->http->loops[0];
	struct und_head head = { .method = method == UND_HTTP_GET ? UND_HEAD_GET : UND_HEAD_POST, .path = und_cstr(path), .query = und_cstr(query) };
	struct und_http_request *r = und_request_new(&server->http->options, &head);
	unsigned status;

	if (r == NULL || und_routes_find(r, method, false) != 200 || !und_request_decode_query(r))
		abort();
	if (method == UND_HTTP_POST) {
		und_buf_init_secret(&r->body, r->route->body_max);
		und_buf_add_bytes(&r->body, body);
	}
	r->loop = l;
	atomic_fetch_add(&server->http->outstanding, 1);
	r->route->handle(r->route->ctx, r);
	if (await(l) != r || r->reply == NULL)
		abort();
	atomic_fetch_sub(&server->http->outstanding, 1);
	und_buf_init(out, FILE_MAX);
	add_body(out, &r->reply->body);
	status = r->reply->status;
	und_request_free(r);
	return status;
}

/* ---- what is expected of an answer ---- */

/* "Line 7, member proof.", as spec/server.md, Form, says it. */
static void put_place(char out[160], uint64_t line, const char *member)
{
	if (line != 0 && member[0] != '\0')
		snprintf(out, 160, "Line %" PRIu64 ", member %s.", line, member);
	else if (line != 0)
		snprintf(out, 160, "Line %" PRIu64 ".", line);
	else
		snprintf(out, 160, "%s%s%s", member[0] != '\0' ? "Member " : "", member, member[0] != '\0' ? "." : "");
}

static void check_refusal(const char *name, const char *where, unsigned status, const struct und_buf *body, enum und_err e, uint64_t line, const char *member)
{
	json_t *said = json_loadb((const char *)body->p, body->n, 0, NULL);
	const char *detail = json_string_value(json_object_get(said, "detail")), *type = json_string_value(json_object_get(said, "type"));
	char place[160], problem[80];

	put_place(place, line, member);
	snprintf(problem, sizeof problem, "/problems/%s", und_err_name(e));
	tap_checks++;
	if (status < 400 || status >= 500 || type == NULL || strcmp(type, problem) != 0 || strcmp(detail != NULL ? detail : "", place) != 0)
		tap_fail("%s, %s: %u %.*s, expected %s, %s", name, where, status, (int)body->n, (const char *)body->p, problem, place);
	json_decref(said);
}

static void check_state(const char *name, const json_t *expected, const struct und_buf *body)
{
	json_t *state = json_loadb((const char *)body->p, body->n, 0, NULL), *wanted;
	const char *member;

	json_object_foreach((json_t *)(uintptr_t)expected, member, wanted) {
		tap_checks++;
		if (strcmp(member, "link") != 0 && !json_equal(json_object_get(state, member), wanted))
			tap_fail("%s: %s: %.*s", name, member, (int)body->n, (const char *)body->p);
	}
	json_decref(state);
}

/* ---- letters ---- */

static void read_file(struct und_buf *out, const char *name, const char *ending)
{
	char path[512];

	snprintf(path, sizeof path, "%s/letters/%s%s", getenv("UND_VECTORS"), name, ending);
	und_buf_init(out, FILE_MAX);
	if (und_file_read(out, path, FILE_MAX) != UND_OK)
		abort();
}

/* The letter as the core reads it: its error and place, or id and an organiser. */
static enum und_err judge(uint8_t id[UND_ID_SIZE], uint8_t key[UND_ED25519_KEY_SIZE], struct und_bytes file, struct und_diag *diag)
{
	const struct und_letter_options options = { .random = und_os_random() };
	struct und_letter *l;
	struct und_state s;
	enum und_err e = und_letter_read(&l, file, &options, diag);

	if (e != UND_OK)
		return e;
	if (und_letter_state(&s, l) != UND_OK)
		abort();
	memcpy(id, s.letter, UND_ID_SIZE);
	memcpy(key, s.record->organisers.keys[0].key, UND_ED25519_KEY_SIZE);
	und_state_clear(&s);
	und_letter_free(l);
	return UND_OK;
}

static unsigned create(struct und_buf *out, const uint8_t id[UND_ID_SIZE], const uint8_t key[UND_ED25519_KEY_SIZE], struct und_bytes file)
{
	static const char fixed[] = "\",\"nonce\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\",\"on\":\"";
	static const char unsigned_[] = "\",\"signature\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}],\"subject\":\"x\",\"type\":\"request\",\"v\":1}\n";
	struct und_buf text;
	unsigned status;
	char day[11];

	und_date_encode(day, today);
	und_buf_init(&text, FILE_MAX);
	und_buf_add_str(&text, "{\"act\":\"create\",\"letter\":\"");
	und_base64_add(&text, und_bytes(id, UND_ID_SIZE));
	und_buf_add_str(&text, fixed);
	und_buf_add_str(&text, day);
	und_buf_add_str(&text, "\",\"server\":\"https://x\",\"signatures\":[{\"key\":\"");
	und_base64_add(&text, und_bytes(key, UND_ED25519_KEY_SIZE));
	und_buf_add_str(&text, unsigned_);
	und_buf_add_bytes(&text, file);
	status = ask(out, UND_HTTP_POST, "/api/v1/letters", "slug=x", und_buf_bytes(&text));
	und_buf_clear(&text);
	return status;
}

/* The file there is this, byte for byte; n 0: there is none. */
static void check_file(const char *name, const char *where, struct und_bytes file)
{
	struct und_buf body;
	unsigned status = ask(&body, UND_HTTP_GET, "/letters/x.letter", "", und_bytes(NULL, 0));

	tap_checks++;
	if (file.n == 0 ? status != 404 : status != 200 || !und_bytes_equal_var(und_buf_bytes(&body), file))
		tap_fail("%s, %s: the file there is another one (%u)", name, where, status);
	und_buf_clear(&body);
}

static void bring_valid(const char *name, const json_t *expected, struct und_bytes file)
{
	uint8_t id[UND_ID_SIZE], key[UND_ED25519_KEY_SIZE];
	struct und_buf body;

	OK(judge(id, key, file, NULL));
	set_today(LATE);
	open_server(key);
	EQ(create(&body, id, key, file), 201);
	und_buf_clear(&body);
	EQ(ask(&body, UND_HTTP_GET, "/api/v1/letters/x", "", und_bytes(NULL, 0)), 200);
	check_state(name, expected, &body);
	und_buf_clear(&body);
	check_file(name, "brought", file);
	close_server();
}

/* Each on one server, which keeps nothing of any. */
static void bring_bad(const char *name, const json_t *expected, struct und_bytes file)
{
	uint8_t id[UND_ID_SIZE] = { 0 }, key[UND_ED25519_KEY_SIZE];
	struct und_diag diag = { 0 };
	enum und_err e = judge(id, key, file, &diag);
	struct und_buf body;
	unsigned status;

	CHECK(e != UND_OK);
	set_today(LATE);
	status = create(&body, id, organiser, file);
	check_refusal(name, "brought", status, &body, e, (uint64_t)json_integer_value(json_object_get(expected, "line")) + 1, diag.member);
	und_buf_clear(&body);
	check_file(name, "brought", und_bytes(NULL, 0));
}

/* ---- the line at fault, behind what stands above it ---- */

static struct und_bytes line_of(struct und_bytes file, uint64_t number, struct und_bytes *above)
{
	struct und_bytes rest = file, line = und_bytes(NULL, 0);

	for (uint64_t i = 0; i < number && serve_next_line(&line, &rest); i++)
		;
	*above = und_bytes(file.p, line.p == NULL ? 0 : (size_t)(line.p - file.p));
	return line;
}

/* What the core says of one more line. */
static enum und_err judge_line(struct und_bytes above, struct und_bytes line, struct und_diag *diag)
{
	const struct und_letter_options options = { .random = und_os_random() };
	struct und_letter *l;
	enum und_err e;

	OK(und_letter_read(&l, above, &options, NULL));
	e = und_letter_append(l, line, diag);
	und_letter_free(l);
	return e;
}

/* What is not told: whether a tag is known. */
static bool is_of_tags(enum und_err e)
{
	return e == UND_ERR_TAG_KNOWN || e == UND_ERR_TAG_UNKNOWN || e == UND_ERR_WITHDRAWN_ALREADY || e == UND_ERR_VOTED_ALREADY;
}

/* What stands already is skipped, and no fault. */
static void hand_in_again(const char *name, struct und_bytes line, bool member)
{
	struct und_buf body;
	unsigned status = ask(&body, UND_HTTP_POST, member ? "/api/v1/letters/x/submissions" : "/api/v1/letters/x/records", "", line);

	tap_checks++;
	if (status != (member ? 202 : 200) || !und_bytes_is(und_buf_bytes(&body), member ? "{\"kept\":true}\n" : "{\"added\":0,\"known\":1}\n"))
		tap_fail("%s: %u %.*s", name, status, (int)body.n, (const char *)body.p);
	und_buf_clear(&body);
}

static void hand_in(const char *name, struct und_bytes line, bool member, enum und_err e, const struct und_diag *diag)
{
	struct und_buf body;
	unsigned status = ask(&body, UND_HTTP_POST, member ? "/api/v1/letters/x/submissions" : "/api/v1/letters/x/records", "", line);

	if (member && is_of_tags(e)) {
		tap_checks++;
		if (status != 202 || !und_bytes_is(und_buf_bytes(&body), "{\"kept\":true}\n"))
			tap_fail("%s: %u %.*s, but whether a tag is known is not told", name, status, (int)body.n, (const char *)body.p);
	} else {
		check_refusal(name, "handed in", status, &body, e, 1, diag->member);
	}
	und_buf_clear(&body);
}

/* Those of which nothing stands above that is a letter already are left out: what comes with the letter is brought, not handed in. */
static bool try_line(const char *name, const json_t *expected, struct und_bytes file)
{
	uint8_t id[UND_ID_SIZE], key[UND_ED25519_KEY_SIZE];
	struct und_bytes above, line = line_of(file, (uint64_t)json_integer_value(json_object_get(expected, "line")), &above);
	struct und_diag diag = { 0 };
	struct und_buf body;
	enum und_err e;
	bool member;

	if (line.n == 0 || judge(id, key, above, NULL) != UND_OK)
		return false;
	e = judge_line(above, line, &diag);
	if (e == UND_OK) /* at fault by what comes below: the keys of a roster */
		return false;
	member = serve_is_member_line(line);
	set_today(LATE);
	open_server(key);
	EQ(create(&body, id, key, above), 201);
	und_buf_clear(&body);
	set_today(member ? EARLY : LATE);
	if (e == UND_ERR_REPEATED)
		hand_in_again(name, line, member);
	else
		hand_in(name, line, member, e, &diag);
	check_file(name, "handed in", above);
	close_server();
	return true;
}

/* ---- all of them ---- */

static json_t *all;

static void read_expected(void)
{
	struct und_buf file;

	if (sodium_init() < 0)
		abort();
	read_file(&file, "expected", ".json");
	all = json_loadb((const char *)file.p, file.n, 0, NULL);
	if (all == NULL || json_object_size(all) != LETTERS)
		abort();
	und_buf_clear(&file);
}

TEST(valid_letters_are_brought_and_have_the_expected_state)
{
	const char *name;
	json_t *expected;
	unsigned n = 0;

	read_expected();
	json_object_foreach(all, name, expected) {
		struct und_buf file;

		if (!json_is_true(json_object_get(expected, "valid")))
			continue;
		read_file(&file, name, ".letter");
		bring_valid(name, expected, und_buf_bytes(&file));
		und_buf_clear(&file);
		n++;
	}
	EQ(n, 35);
	json_decref(all);
}

TEST(bad_letters_are_refused_at_the_expected_line_and_nothing_is_kept)
{
	const char *name;
	json_t *expected;
	struct und_buf body;
	unsigned n = 0;

	read_expected();
	open_server(organiser);
	json_object_foreach(all, name, expected) {
		struct und_buf file;

		if (json_is_true(json_object_get(expected, "valid")))
			continue;
		read_file(&file, name, ".letter");
		bring_bad(name, expected, und_buf_bytes(&file));
		und_buf_clear(&file);
		n++;
	}
	EQ(n, 258);
	EQ(ask(&body, UND_HTTP_GET, "/api/v1/letters", "", und_bytes(NULL, 0)), 200);
	CHECK(und_bytes_is(und_buf_bytes(&body), "{\"letters\":[]}\n"));
	und_buf_clear(&body);
	close_server();
	json_decref(all);
}

TEST(the_bad_line_is_refused_too_when_it_comes_alone)
{
	const char *name;
	json_t *expected;
	unsigned n = 0;

	read_expected();
	json_object_foreach(all, name, expected) {
		struct und_buf file;

		if (json_is_true(json_object_get(expected, "valid")))
			continue;
		read_file(&file, name, ".letter");
		n += try_line(name, expected, und_buf_bytes(&file));
		und_buf_clear(&file);
	}
	printf("# %u lines came alone\n", n);
	CHECK(n > 100);
	json_decref(all);
}
