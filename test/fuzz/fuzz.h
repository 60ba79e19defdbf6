/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz.h: what a fuzz target (test/fuzz/NAME.c) is: one function, which aborts when something that must hold does not */
#ifndef UND_TEST_FUZZ_H
#define UND_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer calls it with inputs of its own making, replay.c with the files of test/fuzz/corpus/NAME. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Optional; libFuzzer and replay.c call it once. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Must hold for every input. */
#define FUZZ_ASSERT(cond)                                                                                              \
	do {                                                                                                           \
		if (!(cond)) {                                                                                         \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #cond);                      \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

#endif
