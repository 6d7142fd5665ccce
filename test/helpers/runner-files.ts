/**
 * What the runner makes of a step's standard output and output file.
 *
 * Written after the runner's own parser (actions/runner: ActionCommand.cs, OutputManager.cs), so that text that would
 * be a command there is one here.
 */

export interface RunnerAnnotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  /** `title`, `file`, `line`, `endLine`, `col`, `endColumn`. */
  [property: string]: string;
}

export interface RunnerLog {
  stdout: string;
  /** Lines that are no command. */
  log: string[];
  annotations: RunnerAnnotation[];
  groups: string[];
  /** What the runner hides. */
  secrets: string[];
  /** Commands of any other kind; there should be none. */
  otherCommands: string[];
}

export function parseStdout(stdout: string): RunnerLog {
  const result: RunnerLog = { stdout, log: [], annotations: [], groups: [], secrets: [], otherCommands: [] };
  for (const line of stdout.split(/\r\n|\r|\n/)) {
    const command = parseCommand(line);
    if (command === null) result.log.push(line);
    else take(result, command);
  }
  return result;
}

/** `name<<delimiter`, lines, `delimiter`; the last value of a name counts. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, delimiter] = /^(.+?)<<(.+)$/.exec(lines[at] as string) ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`output ${name} has no end`);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}

interface Command {
  name: string;
  properties: Record<string, string>;
  data: string;
}

/** Version 2 at the start of a line, or version 1 anywhere in it. */
function parseCommand(line: string): Command | null {
  const second = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/.exec(line);
  const first = second ?? /##\[([^\s\]]+)(?: (.*?))?\](.*)$/.exec(line);
  if (!first) return null;
  const [, name = '', properties = '', data = ''] = first;
  const pairs = properties.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))]];
  });
  return { name, properties: Object.fromEntries(pairs), data: unescapeData(data) };
}

function take(result: RunnerLog, { name, properties, data }: Command): void {
  if (name === 'error' || name === 'warning' || name === 'notice') {
    result.annotations.push({ level: name, message: data, ...properties });
  } else if (name === 'group') result.groups.push(data);
  else if (name === 'add-mask') result.secrets.push(data);
  else if (name !== 'endgroup') result.otherCommands.push(name);
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

const unescapeProperty = (text: string): string =>
  unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
