/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client_files.c: files as one body to be sent, and where in them a line of it stands; signed requests */
#include "cli/authority_io.h"
#include "cli/client.h"
#include "cli/lines.h"

#include <stdlib.h>

static int read_one(struct cli_client_files *f, const char *path, uint64_t *lines)
{
	size_t before = f->text.n;
	struct und_bytes rest, line;
	enum und_err e = und_file_read(&f->text, path, f->text.max - f->text.n);

	if (e == UND_ERR_LIMIT)
		return cli_fail(CLI_FALSE, "Send it in parts.", "%s: more than is sent at once.", path);
	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	if (f->text.n == before)
		return cli_fail_at(path, UND_ERR_TRUNCATED, NULL);
	if (f->text.p[f->text.n - 1] != '\n')
		und_buf_add_u8(&f->text, '\n');
	if (f->text.err != UND_OK)
		return cli_fail(CLI_FALSE, "Send it in parts.", "%s: more than is sent at once.", path);
	rest = und_bytes(f->text.p + before, f->text.n - before);
	while (cli_next_line(&line, &rest))
		++*lines;
	return -1;
}

int cli_client_files_read(struct cli_client_files *f, const char *const *paths, size_t count, size_t max)
{
	int code = -1;

	*f = (struct cli_client_files){ .paths = paths, .count = count };
	und_buf_init_secret(&f->text, max);
	f->lines = und_alloc(count, sizeof *f->lines);
	if (f->lines == NULL)
		return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
	for (size_t i = 0; code == -1 && i < count; i++)
		code = read_one(f, paths[i], &f->lines[i]);
	return code;
}

void cli_client_files_clear(struct cli_client_files *f)
{
	und_buf_clear(&f->text);
	free(f->lines);
	f->lines = NULL;
}

struct cli_sent cli_client_sent(const struct cli_client_files *f, uint64_t before)
{
	return (struct cli_sent){ .paths = f->paths, .lines = f->lines, .count = f->count, .before = before };
}

const char *cli_client_place(const struct cli_sent *sent, uint64_t *line)
{
	uint64_t n = *line;

	if (n <= sent->before)
		return NULL;
	n -= sent->before;
	if (sent->numbers != NULL)
		n = n <= sent->lines[0] ? sent->numbers[n - 1] : 0;
	if (n == 0)
		return NULL;
	for (size_t i = 0; i < sent->count; i++) {
		if (n <= sent->lines[i]) {
			*line = n;
			return sent->paths[i];
		}
		n -= sent->lines[i];
	}
	return NULL; /* behind the last: what is missing there */
}

int cli_client_request(struct und_buf *out, enum und_act_asked act, const char *server, const char *subject, const uint8_t *letter, const char *authority,
                       const struct cli_secret_options *secret)
{
	struct cli_authority signer = { { 0 }, { 0 } };
	struct und_request *q;
	struct und_record r;
	enum und_err e;
	int code = cli_authority_open(&signer, authority, secret);

	und_record_init(&r);
	r.type = UND_TYPE_REQUEST;
	r.v = 1;
	q = &r.u.request;
	*q = (struct und_request){ .act = act, .on = cli_today(), .server = und_cstr(server), .subject = und_cstr(subject) };
	if (letter != NULL) {
		q->letter.set = true;
		memcpy(q->letter.id, letter, UND_ID_SIZE);
	}
	if (code == -1) {
		e = cli_random()->fill(cli_random()->ctx, q->nonce, sizeof q->nonce);
		if (e == UND_OK)
			e = und_record_check(&r, NULL);
		if (e == UND_OK)
			e = und_record_sign(&r, signer.seed);
		if (e == UND_OK)
			e = cli_add_line(out, &r);
		if (e != UND_OK)
			code = cli_fail(CLI_TRIED, cli_advice(e), "the request: %s.", und_err_text(e));
	}
	cli_authority_wipe(&signer);
	und_record_clear(&r);
	return code;
}
