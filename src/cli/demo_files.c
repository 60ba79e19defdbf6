/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_files.c: what the acts of the demo share: days, lines, files that come and go */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/demo_acts.h"

void demo_day(char out[11], const struct demo *d, int days)
{
	und_date_encode(out, d->today + days);
}

uint64_t demo_act_cost(const struct demo_plan *p)
{
	return p->member_count;
}

int demo_out_of_memory(void)
{
	return cli_fail(CLI_TRIED, cli_advice(UND_ERR_MEMORY), "%s.", und_err_text(UND_ERR_MEMORY));
}

int demo_remove(const char *path)
{
	return unlink(path) == 0 ? -1 : cli_fail_file(path, "remove", UND_ERR_IO);
}

int demo_take_line(struct und_buf *out, const struct demo_said *said)
{
	const uint8_t *end = said->out.n == 0 ? NULL : memchr(said->out.p, '\n', said->out.n);

	und_bug_if(end == NULL); /* it succeeded */
	und_buf_add(out, said->out.p, (size_t)(end - said->out.p));
	return out->err == UND_OK ? -1 : demo_out_of_memory();
}

int demo_write_buf(const char *path, struct und_buf *b)
{
	struct und_bytes piece = und_buf_bytes(b);
	int code = b->err == UND_OK ? cli_write_file(path, false, &piece, 1, 0644) : demo_out_of_memory();

	und_buf_clear(b);
	return code;
}

int demo_add(struct demo *d, const char *file)
{
	static const struct demo_part all[] = { { "", NULL, 0 }, { NULL, NULL, 0 } };
	struct demo_said said;
	int code = demo_do(&d->stage, &said, &cmd_add, DEMO_ARGS(DEMO_LETTER, file), NULL);

	if (code == -1)
		demo_tell(&d->stage, und_buf_bytes(&said.err), all);
	demo_said_clear(&said);
	return code == -1 ? demo_remove(file) : code;
}

int demo_show_parts(struct demo *d, const struct cli_command *command, const char *const *args, const struct demo_part *parts)
{
	struct demo_said said;
	int code = demo_do(&d->stage, &said, command, args, NULL);

	if (code == -1)
		demo_tell(&d->stage, und_buf_bytes(&said.out), parts);
	demo_said_clear(&said);
	return code;
}
