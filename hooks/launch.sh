#!/bin/sh
# Written by "code2lora init" for this clone. Its git hooks run it in the background: HOOK [HOOK'S ARGUMENTS].
node=@node@ hook=@program@
[ "${CODE2LORA-}" != 0 ] || exit 0
case "${CI-}" in '' | 0 | false) ;; *) exit 0 ;; esac
[ "$1" != post-checkout ] || [ "${4-}" = 1 ] || exit 0
[ "$1" != post-commit ] || [ ! -d "$(git rev-parse --git-path rebase-merge)" ] || exit 0
[ -x "$node" ] || node=$(command -v node) || exit 0
[ ! -f "$hook" ] || exec "$node" "$hook" "$@"
exec code2lora hook "$@"
