/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contract.h: what any store must hold (store/store.h); a program a store includes it, after it has said how to open it */
#ifndef UND_TEST_STORE_CONTRACT_H
#define UND_TEST_STORE_CONTRACT_H

#include <pthread.h>
#include <stdatomic.h>

#include "fixture.h"

/*
 * What the program gives. begin: an empty store, open. again: closed and opened again, with what it held. end: closed and gone.
 */
static struct und_store *store_begin(void);
static struct und_store *store_again(struct und_store *s);
static void store_end(struct und_store *s);

#include "contract_letters.h"
#include "contract_acts.h"
#include "contract_cards.h"
#include "contract_many.h"

#endif
