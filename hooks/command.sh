sh -c '{ d=$(git rev-parse --git-common-dir) && sh "$d/code2lora/launch.sh" @hook@ "$@"; } </dev/null >/dev/null 2>&1 &' code2lora
