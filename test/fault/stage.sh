# SPDX-License-Identifier: AGPL-3.0-or-later
# stage.sh: for sweep.py: in an empty folder, all that the commands of commands.txt work on ($U is the program)
printf 'correct horse\n' >passphrase
"$U" key new -o me.key --series staff --no-passphrase >/dev/null
"$U" key new -o locked.key --series staff --passphrase-file passphrase >/dev/null
"$U" authority new -o org.key --no-passphrase >/dev/null
