/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve_api.c: what programs post, by the server's own table of routes, in front of a real store. The first byte says where to, the rest is the body */

/*
 * Whoever was answered well and asks again is answered well, or told why not; nothing that is sent makes the server say that it cannot. Signatures of authorities are taken as good (--wrap), and
 * today is a day of 2027, so that what lies behind them is reached; proofs of members are judged.
 */
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "http/loop.h"
#include "serve/parts.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum { FRESH = 2000 /* inputs that one store sees */, FILE_MAX = 1 << 20 };

enum und_err __wrap_und_record_check_signatures(const struct und_record *r, struct und_diag *diag)
{
	(void)r, (void)diag;
	return UND_OK;
}
und_day __wrap_und_os_today(void)
{
	und_day day = UND_DAY_NONE;

	FUZZ_ASSERT(und_date_decode(&day, und_cstr("2027-01-15")) == UND_OK);
	return day;
}

/* The same run for the same inputs; names of files must differ. */
static enum und_err fill(void *ctx, uint8_t *out, size_t n)
{
	static atomic_uint_fast64_t at;
	uint64_t v = 0;

	(void)ctx;
	for (size_t i = 0; i < n; i++) {
		if (i % 8 == 0) {
			v = atomic_fetch_add(&at, 0x9e3779b97f4a7c15u);
			v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u;
			v = (v ^ (v >> 27)) * 0x94d049bb133111ebu;
		}
		out[i] = (uint8_t)(v >> 8 * (i % 8));
	}
	return UND_OK;
}
static const struct und_random repeatable = { fill, NULL };

/* ---- the server ---- */

#define NO_SIGNATURE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* the keys of valid-life.letter and of valid-base.letter */
static const char *const organisers[] = { "joouO10y_WpyNuw8sw6nzTr_OZ2ZjiOks8Mzlg8QJB4", "RNcfmc7z_kMEamyzjl2Ef0JxfEsk4nT7a7KO3yPXMTc" };
static const char registrar[] = "2y1_ThkPr9z38_ITS3WHUsBia92teSCfi_z3vID4Qtc";
#define BRING(letter, nonce, subject)                                                                                                                                    \
	"{\"act\":\"create\",\"letter\":\"" letter "\",\"nonce\":\"" nonce "\",\"on\":\"2027-01-15\","                                                                  \
	"\"server\":\"https://x\",\"signatures\":[{\"key\":\"joouO10y_WpyNuw8sw6nzTr_OZ2ZjiOks8Mzlg8QJB4\",\"signature\":\"" NO_SIGNATURE "\"}],\"subject\":\"" subject "\"," \
	"\"type\":\"request\",\"v\":1}\n"
static const char bring[] = BRING("Vb7iQ5srujIOK0b1mNz941EcmuAGIoZBZhPEk8rGCFw", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "our");
static const char bring_sealed[] = BRING("Vb7iQ5srujIOK0b1mNz941EcmuAGIoZBZhPEk8rGCFw", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "sealed");
static const char card[] =
	"{\"cards\":[{\"body\":\"harbour\",\"code\":\"swMNOr9S_Wmw4ouRwgyXisLnBrJKt0pD6ni3dAUj2Yo\",\"state\":\"open\"}],\"series\":\"staff\","
	"\"signatures\":[{\"key\":\"2y1_ThkPr9z38_ITS3WHUsBia92teSCfi_z3vID4Qtc\",\"signature\":\"" NO_SIGNATURE "\"}],\"type\":\"cards\",\"v\":1}\n";

/* Two servers: the sealed letter is the other one before its words came out, and has its id. */
enum { OUR, SEALED, SERVERS };
static struct und_serve *servers[SERVERS], *server;
static char folders[SERVERS][64];
static struct und_buf first, sealed; /* what is posted to a new server: a letter as far as its words, and a sealed one */
static unsigned seen;

static int forget(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void close_servers(void)
{
	for (int i = 0; i < SERVERS; i++) {
		if (servers[i] == NULL)
			continue;
		und_serve_close(servers[i]);
		servers[i] = NULL;
		FUZZ_ASSERT(nftw(folders[i], forget, 16, FTW_DEPTH | FTW_PHYS) == 0);
	}
}

static void open_server(int which)
{
	static char stores[SERVERS][80], paths[SERVERS][80];
	char *folder = folders[which], *store = stores[which], *path = paths[which];
	struct und_serve_options o = { .listen = path, .store = store, .address = "https://x", .wrong_codes = UINT32_MAX, .threads = 1, .random = &repeatable };

	snprintf(folder, sizeof folders[0], "%s/serve-api-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	FUZZ_ASSERT(mkdtemp(folder) != NULL);
	snprintf(store, sizeof stores[0], "%s/store", folder);
	snprintf(path, sizeof paths[0], "unix:%s/at", folder);
	o.organiser_count = UND_COUNT_OF(organisers);
	for (size_t i = 0; i < o.organiser_count; i++)
		FUZZ_ASSERT(und_base64_decode(o.organisers[i], UND_ED25519_KEY_SIZE, und_cstr(organisers[i])) == UND_OK);
	FUZZ_ASSERT(und_base64_decode(o.registrars[0], UND_ED25519_KEY_SIZE, und_cstr(registrar)) == UND_OK);
	o.registrar_count = 1;
	FUZZ_ASSERT(und_serve_open(&servers[which], &o, NULL) == UND_OK);
	server = servers[which];
}

/* ---- one request: what a loop would do with it ---- */

struct place {
	char key;
	const char *path, *query;
	unsigned good, again; /* statuses: the answer to whom all is well, and to whoever sends that again */
};
static const struct place places[] = {
	{ 's', "/api/v1/letters/our/submissions", "", 202, 202 },
	{ 'r', "/api/v1/letters/our/records", "", 200, 200 },
	{ 'l', "/api/v1/letters", "slug=made", 201, 409 },
	{ 'e', "/api/v1/series/staff/enrolments", "", 202, 202 },
	{ 'c', "/api/v1/series/staff/cards", "", 200, 200 },
	{ 'o', "/api/v1/series/staff/collections", "", 200, 403 },
	{ '1', "/api/v1/letters", "slug=our", 201, 409 },
	{ '2', "/api/v1/letters/nobody/submissions", "", 404, 404 },
	{ '3', "/api/v1/series/-/cards", "", 422, 422 },
	{ 'd', "/api/v1/letters/sealed/drop", "", 200, 404 },
	{ 'D', "/api/v1/letters/our/drop", "", 200, 404 },
	{ '4', "/api/v1/letters", "slug=sealed", 201, 409 },
};

static const struct place *place_of(char key)
{
	const struct place *p = places;

	while (p->key != key)
		p++;
	return p;
}

static struct und_http_request *await(struct und_loop *l)
{
	struct pollfd p = { .fd = l->wake, .events = POLLIN };
	struct und_http_request *r;
	uint64_t ignored;

	while (poll(&p, 1, 600000) < 0)
		FUZZ_ASSERT(errno == EINTR); /* libFuzzer's clock */
	FUZZ_ASSERT(read(l->wake, &ignored, sizeof ignored) == (ssize_t)sizeof ignored);
	pthread_mutex_lock(&l->lock);
	r = l->answers;
	l->answers = NULL;
	pthread_mutex_unlock(&l->lock);
	FUZZ_ASSERT(r != NULL && r->next == NULL);
	return r;
}

static struct und_bytes body_of(const struct und_http_body *b)
{
	switch (b->kind) {
	case UND_HTTP_STATIC: return b->bytes;
	case UND_HTTP_OWNED: return und_buf_bytes(&b->buf);
	case UND_HTTP_SHARED: return und_http_shared_bytes(b->shared);
	default: return und_bytes(NULL, 0);
	}
}

static bool holds(struct und_bytes s, const char *what)
{
	return s.n != 0 && memmem(s.p, s.n, what, strlen(what)) != NULL;
}

static void check_answer(const struct place *at, const struct und_reply *a)
{
	struct und_bytes body = body_of(&a->body);

	if (a->status == 202)
		FUZZ_ASSERT(und_bytes_is(body, "{\"kept\":true}\n"));
	if (a->status < 400) {
		FUZZ_ASSERT(a->status == at->good);
		return;
	}
	FUZZ_ASSERT(a->status == 400 || a->status == 403 || a->status == 404 || a->status == 409 || a->status == 422);
	FUZZ_ASSERT(holds(body, "\"status\":") && holds(body, "\"title\":\"") && holds(body, "\"type\":\"/problems/"));
	for (size_t i = 0; i < body.n; i++) /* what was sent is not sent back */
		FUZZ_ASSERT((body.p[i] >= ' ' && body.p[i] <= '~') || body.p[i] == '\n');
}

static unsigned post(const struct place *at, struct und_bytes body)
{
	struct und_loop *l = server->http->loops[0];
	struct und_head head = { .method = UND_HEAD_POST, .path = und_cstr(at->path), .query = und_cstr(at->query) };
	struct und_http_request *r = und_request_new(&server->http->options, &head);
	unsigned status;

	FUZZ_ASSERT(r != NULL && und_routes_find(r, UND_HTTP_POST, false) == 200 && und_request_decode_query(r));
	if (body.n > r->route->body_max) {
		und_request_free(r);
		return 413;
	}
	und_buf_init_secret(&r->body, r->route->body_max);
	und_buf_add_bytes(&r->body, body);
	r->loop = l;
	atomic_fetch_add(&server->http->outstanding, 1);
	r->route->handle(r->route->ctx, r);
	FUZZ_ASSERT(await(l) == r && r->reply != NULL);
	atomic_fetch_sub(&server->http->outstanding, 1);
	check_answer(at, r->reply);
	status = r->reply->status;
	und_request_free(r);
	return status;
}

/* ---- */

static void read_letter(struct und_buf *out, const char *path, const char *request)
{
	struct und_buf file;
	size_t lines = 0, n = 0;

	und_buf_init(&file, FILE_MAX);
	FUZZ_ASSERT(und_file_read(&file, path, FILE_MAX) == UND_OK);
	for (; n < file.n && lines < 8; n++) /* roster, keys of five bodies, letter, words or sealed */
		lines += file.p[n] == '\n';
	und_buf_init(out, FILE_MAX);
	und_buf_add_str(out, request);
	und_buf_add(out, file.p, n);
	FUZZ_ASSERT(out->err == UND_OK);
	und_buf_clear(&file);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FUZZ_ASSERT(sodium_init() >= 0);
	read_letter(&first, UND_LETTER, bring);
	read_letter(&sealed, UND_SEALED, bring_sealed);
	return atexit(close_servers);
}

/* A letter that was dropped begins anew, and the request that dropped it drops nothing more. */
static void begin_anew(const struct place *at, struct und_bytes body)
{
	FUZZ_ASSERT(at->key == 'd'); /* the other was never sealed */
	FUZZ_ASSERT(post(place_of('4'), und_buf_bytes(&sealed)) == 201);
	FUZZ_ASSERT(post(at, body) == 403);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned status;

	if (size < 1)
		return 0;
	if (servers[OUR] == NULL || ++seen == FRESH) {
		seen = 0;
		close_servers();
		open_server(OUR);
		FUZZ_ASSERT(post(place_of('1'), und_buf_bytes(&first)) == 201 && post(place_of('c'), und_cstr(card)) == 200);
		open_server(SEALED);
		FUZZ_ASSERT(post(place_of('4'), und_buf_bytes(&sealed)) == 201);
	}
	server = servers[data[0] == 'd' ? SEALED : OUR];
	for (size_t i = 0; i < UND_COUNT_OF(places); i++) {
		if (data[0] != (uint8_t)places[i].key)
			continue;
		status = post(&places[i], und_bytes(data + 1, size - 1));
		if (status == places[i].good) {
			status = post(&places[i], und_bytes(data + 1, size - 1));
			FUZZ_ASSERT(status == places[i].again || (places[i].key == 's' && status == 409)); /* by now the ring may be full */
			if (places[i].key == 'd' || places[i].key == 'D')
				begin_anew(&places[i], und_bytes(data + 1, size - 1));
		}
	}
	return 0;
}
