/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* slice.c: borrowed bytes, the diag, running jobs */
#include "base/base.h"

int und_bytes_compare_var(struct und_bytes a, struct und_bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool und_bytes_equal_var(struct und_bytes a, struct und_bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool und_bytes_is(struct und_bytes a, const char *s)
{
	return und_bytes_equal_var(a, und_cstr(s));
}

void und_diag_member(struct und_diag *diag, const char *member)
{
	size_t n;

	if (diag == NULL)
		return;
	n = strlen(member);
	if (n >= sizeof diag->member) { /* the end of a path says most */
		member += n - (sizeof diag->member - 1);
		n = sizeof diag->member - 1;
	}
	memmove(diag->member, member, n);
	memset(diag->member + n, 0, sizeof diag->member - n);
}

void und_run(const struct und_runner *runner, void (*job)(void *arg, size_t i), void *arg, size_t count)
{
	if (runner != NULL) {
		runner->run(runner->ctx, job, arg, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		job(arg, i);
}
