/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ssh_lists.c: published SSH keys into a roster in the making */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/lines.h"
#include "cli/openssh.h"
#include "cli/ssh_lists.h"
#include "proof/authority.h"

enum { LIST_MAX = 16 << 20 };

struct gathering {
	struct cli_roster_plan *plan;
	struct cli_roster_body *body;
	const char *file;  /* in the plan's arena: places name it */
	bool is_person;    /* one person's list */
	uint64_t taken, left_out;
};

static void leave_out(struct gathering *g, uint64_t line, const char *reason)
{
	g->left_out++;
	cli_note("%s: line %llu: left out: %s.", g->file, (unsigned long long)line, reason);
}

static enum und_err take_line(struct gathering *g, struct und_bytes line, uint64_t number)
{
	const struct cli_place place = { g->file, number };
	uint8_t key[UND_POINT_SIZE];
	struct cli_ssh_public ssh;

	if (cli_ssh_line_is_blank(line))
		return UND_OK;
	if (cli_ssh_public_decode(&ssh, line) != UND_OK) {
		leave_out(g, number, "not an OpenSSH public key");
		return UND_OK;
	}
	if (cli_ssh_type_reason(ssh.type) != NULL) {
		leave_out(g, number, cli_ssh_type_reason(ssh.type));
		return UND_OK;
	}
	if (ssh.is_authority) {
		leave_out(g, number, "a certificate authority's key, not a person's");
		return UND_OK;
	}
	if (und_member_key_from_ed25519_var(key, ssh.key) != UND_OK) {
		leave_out(g, number, und_err_text(UND_ERR_ED25519_POINT));
		return UND_OK;
	}
	if (g->is_person && g->taken > 0) {
		leave_out(g, number, "a further Ed25519 key of the same person: the first one counts");
		return UND_OK;
	}
	g->taken++;
	return cli_roster_key_add(g->body, key, place);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static int read_list(struct gathering *g)
{
	struct und_bytes rest, line;
	struct und_buf text;
	enum und_err e;
	int code = -1;

	g->taken = g->left_out = 0;
	g->is_person = ends_with(g->file, ".keys");
	und_buf_init(&text, LIST_MAX);
	e = und_file_read(&text, g->file, LIST_MAX);
	rest = und_buf_bytes(&text);
	if (e != UND_OK)
		code = cli_fail_file(g->file, "read", e);
	for (uint64_t n = 1; code == -1 && cli_next_line(&line, &rest); n++)
		if ((e = take_line(g, line, n)) != UND_OK)
			code = cli_fail_at(g->file, e, NULL);
	if (code == -1 && g->taken == 0)
		cli_note("%s: no Ed25519 key that will do: nobody joins the roll from here.", g->file);
	und_buf_clear(&text);
	return code;
}

/* The path stays as long as the plan does, for places. */
static int read_path(struct gathering *g, const char *path)
{
	struct und_bytes copy;
	enum und_err e = und_arena_copy(&copy, &g->plan->arena, und_cstr(path));

	if (e != UND_OK)
		return cli_fail_at(path, e, NULL);
	g->file = (const char *)copy.p;
	return read_list(g);
}

static int is_user(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && ends_with(entry->d_name, ".keys");
}

/* In the order of their names, whatever the folder's own is. */
static int read_folder(struct gathering *g, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, is_user, alphasort), code = -1;
	char *file;

	if (n < 0)
		return cli_fail_file(path, "read", UND_ERR_IO);
	if (n == 0)
		code = cli_fail(CLI_FALSE, "A forge's keys of one user go into USER.keys.", "%s: no *.keys in this folder.", path);
	for (int i = 0; i < n; i++) {
		if (code == -1 && asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			code = cli_fail_at(path, UND_ERR_MEMORY, NULL);
		if (code == -1) {
			code = read_path(g, file);
			free(file);
		}
		free(entries[i]);
	}
	free(entries);
	return code;
}

int cli_ssh_lists_read(struct cli_roster_plan *p, const char *const *lists, size_t count)
{
	struct gathering g = { .plan = p };
	struct stat st;
	int code = -1;

	for (size_t i = 0; i < count && code == -1; i++) {
		const char *path = strchr(lists[i], '=');
		struct und_bytes id;

		if (path == NULL || path[1] == '\0')
			return cli_fail(CLI_TRIED, "For example: --ssh harbour=authorized_keys", "--ssh: \"%s\" is not BODY=FILE.", lists[i]);
		id = und_bytes(lists[i], (size_t)(path - lists[i]));
		path++;
		g.body = cli_roster_body_find(p, id);
		if (g.body == NULL)
			return cli_fail(CLI_FALSE, NULL, "--ssh: the body \"%.*s\" is not in %s.", (int)id.n, (const char *)id.p, p->bodies_path);
		code = stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? read_folder(&g, path) : read_path(&g, path);
	}
	return code;
}
