# >>> code2lora >>>
# Wakes the worker of this clone in the background, if "code2lora init" was run here. CODE2LORA=0: off.
if [ "${CODE2LORA-}" != 0 ]; then
  { d=$(git rev-parse --git-common-dir) && sh "$d/code2lora/launch.sh" @hook@ "$@"; } </dev/null >/dev/null 2>&1 &
fi
# <<< code2lora <<<
