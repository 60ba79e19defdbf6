#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# at.sh [-m] TIME COMMAND…: faketime, which otherwise stumbles over what one of the same process number left when it was killed
rm -f "/dev/shm/sem.faketime_sem_$$" "/dev/shm/faketime_shm_$$"
exec faketime "$@"
