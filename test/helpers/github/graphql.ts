/**
 * A small GraphQL executor: enough to answer a real query for what it asks and nothing else.
 *
 * In: a document, variables, the root objects. Out: data, or errors as GitHub words them. Values are plain; a
 * function is a field with arguments; `__typename` names the type. An unknown field, a variable that is missing
 * or of the wrong type, a connection without `first` or `last`: each is an error, as it is there.
 */

export type Fields = { __typename: string; [field: string]: unknown };
export type Arguments = Record<string, unknown>;
export type Variables = Record<string, unknown>;

export interface GraphqlProblem {
  message: string;
  type?: string;
}

/** Thrown by a field: its value becomes null and the problem goes into `errors`. */
export class FieldError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

interface Selection {
  name: string;
  alias: string;
  args: [string, Value][];
  fields: Selection[];
}
type Value = { variable: string } | { literal: unknown } | { entries: [string, Value][] };

export interface Operation {
  kind: 'query' | 'mutation';
  name: string;
  /** Name → type, such as `Int!`. */
  variables: Map<string, string>;
  fields: Selection[];
}

const TOKEN = /#[^\n]*|[\s,]+|(\.\.\.|\$?[A-Za-z_]\w*|-?\d+|"(?:[^"\\\n]|\\.)*"|[{}()[\]:!=@])|(.)/g;

/** Throws when it is no query or mutation that this understands. */
export function parseOperation(document: string): Operation {
  const tokens = [...document.matchAll(TOKEN)].flatMap(([, token, stray]) => {
    if (stray !== undefined) throw new Error(`Parse error on ${JSON.stringify(stray)}`);
    return token === undefined ? [] : [token];
  });
  const take = (expected?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`Parse error: expected ${expected ?? 'more'}, found ${token ?? 'the end'}`);
    }
    return token;
  };
  const skip = (token: string): boolean => {
    if (tokens[0] !== token) return false;
    take();
    return true;
  };
  const parseValue = (): Value => {
    const token = take();
    if (token.startsWith('$')) return { variable: token.slice(1) };
    if (token !== '{') return { literal: /^["\d-]/.test(token) ? JSON.parse(token) : token };
    const entries: [string, Value][] = [];
    while (!skip('}')) entries.push(parseEntry());
    return { entries };
  };
  const parseEntry = (): [string, Value] => {
    const name = take();
    take(':');
    return [name, parseValue()];
  };
  const parseFields = (): Selection[] => {
    const fields: Selection[] = [];
    take('{');
    while (!skip('}')) {
      const alias = take();
      const name = skip(':') ? take() : alias;
      if (!/^\w+$/.test(name)) throw new Error(`Parse error on "${name}"`);
      const args: [string, Value][] = [];
      if (skip('(')) while (!skip(')')) args.push(parseEntry());
      fields.push({ name, alias, args, fields: tokens[0] === '{' ? parseFields() : [] });
    }
    return fields;
  };
  const kind = take();
  if (kind !== 'query' && kind !== 'mutation') throw new Error(`Parse error on "${kind}"`);
  const name = take();
  const variables = new Map<string, string>();
  if (skip('(')) {
    while (!skip(')')) {
      const variable = take().slice(1);
      take(':');
      variables.set(variable, take() + (skip('!') ? '!' : ''));
    }
  }
  const operation: Operation = { kind, name, variables, fields: parseFields() };
  if (tokens.length > 0) throw new Error(`Parse error on "${tokens[0]}"`);
  return operation;
}

/** The answer to one request: `data`, and `errors` when something was not to be had. */
export function execute(
  operation: Operation,
  variables: Variables,
  root: Fields,
): { data?: unknown; errors?: GraphqlProblem[] } {
  const wrong = variableProblems(operation, variables);
  if (wrong.length > 0) return { errors: wrong };
  const errors: (GraphqlProblem & { path: string[] })[] = [];
  try {
    const data = project(root, operation.fields, { variables, errors, path: [] });
    return errors.length > 0 ? { data, errors } : { data };
  } catch (error) {
    return { errors: [{ message: (error as Error).message }] };
  }
}

interface Context {
  variables: Variables;
  errors: (GraphqlProblem & { path: string[] })[];
  path: string[];
}

function project(object: Fields, selections: readonly Selection[], context: Context): unknown {
  return Object.fromEntries(
    selections.map((selection) => {
      const path = [...context.path, selection.alias];
      return [selection.alias, resolve(object, selection, { ...context, path })];
    }),
  );
}

function resolve(object: Fields, selection: Selection, context: Context): unknown {
  const { name } = selection;
  if (!(name in object)) throw new Error(`Field '${name}' doesn't exist on type '${object.__typename}'`);
  const field = object[name];
  try {
    const value = typeof field === 'function' ? field(argumentsOf(selection, context)) : field;
    return complete(value, selection, context);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    context.errors.push({ type: error.type, path: context.path, message: error.message });
    return null;
  }
}

function complete(value: unknown, selection: Selection, context: Context): unknown {
  const { name, fields } = selection;
  if (Array.isArray(value)) return value.map((item) => complete(item, selection, context));
  if (value === null) return null;
  const isObject = typeof value === 'object';
  if (isObject && fields.length === 0) throw new Error(`Field must have selections (field '${name}')`);
  if (!isObject && fields.length > 0)
    throw new Error(`Selections can't be made on scalars (field '${name}')`);
  return isObject ? project(value as Fields, fields, context) : value;
}

function argumentsOf({ args }: Selection, { variables }: Context): Arguments {
  const read = (value: Value): unknown => {
    if ('variable' in value) return variables[value.variable];
    if ('literal' in value) return value.literal;
    return Object.fromEntries(value.entries.map(([name, item]) => [name, read(item)]));
  };
  return Object.fromEntries(args.map(([name, value]) => [name, read(value)]));
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  Int: Number.isInteger,
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
};

function variableProblems({ variables: declared }: Operation, given: Variables): GraphqlProblem[] {
  return [...declared].flatMap(([name, type]) => {
    const value = given[name] ?? null;
    const fits = value === null ? !type.endsWith('!') : TYPES[type.replace('!', '')]?.(value);
    return fits ? [] : [{ message: `Variable $${name} of type ${type} was provided invalid value` }];
  });
}

/** A page of a list by GitHub's rules for `first`, `last`, `after` and `before`. */
export function connection(field: string, items: readonly Fields[]) {
  return ({ first, last, after, before }: Arguments): Fields => {
    const count = first ?? last;
    if (typeof count !== 'number') {
      throw new FieldError(
        'MISSING_PAGINATION_BOUNDARIES',
        `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`,
      );
    }
    if (count > 100) {
      throw new FieldError(
        'EXCESSIVE_PAGINATION',
        `Requesting ${count} records on the \`${field}\` connection exceeds the limit of 100 records.`,
      );
    }
    const from = after === undefined ? 0 : positionOf(after) + 1;
    const to = before === undefined ? items.length : positionOf(before);
    const [start, end] =
      first === undefined ? [Math.max(from, to - count), to] : [from, Math.min(to, from + count)];
    return {
      __typename: 'Connection',
      totalCount: items.length,
      nodes: items.slice(start, end),
      pageInfo: {
        __typename: 'PageInfo',
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
        startCursor: cursorOf(start),
        endCursor: end > start ? cursorOf(end - 1) : null,
      },
    };
  };
}

const cursorOf = (position: number): string => Buffer.from(`cursor:${position}`).toString('base64');
const positionOf = (cursor: unknown): number =>
  Number(Buffer.from(String(cursor), 'base64').toString().slice('cursor:'.length));
