/**
 * The part of SARIF 2.1.0 (OASIS, with errata 01) that our log uses, as JSON Schema: the same names, types, bounds and
 * required properties, and nothing besides them. The whole schema is 112 KB, and no maintained npm package has it.
 */
const closed = { type: 'object', additionalProperties: false };
const text = { type: 'string' };
const message = { ...closed, required: ['text'], properties: { text, markdown: text } };
const level = { enum: ['none', 'note', 'warning', 'error'] };
const properties = {
  type: 'object',
  properties: { tags: { type: 'array', uniqueItems: true, items: text } },
};
const position = { type: 'integer', minimum: 1 };

const region = {
  ...closed,
  required: ['startLine'],
  properties: { startLine: position, startColumn: position, endLine: position, endColumn: position },
};
const artifactLocation = {
  ...closed,
  properties: {
    // a relative reference of RFC 3986: no space, no character beyond ASCII, percent signs only as escapes
    uri: { type: 'string', pattern: "^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-Fa-f]{2})+$" },
    uriBaseId: text,
  },
};
const location = {
  ...closed,
  properties: {
    physicalLocation: { ...closed, required: ['artifactLocation'], properties: { artifactLocation, region } },
  },
};
const result = {
  ...closed,
  required: ['message'],
  properties: {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message,
    locations: { type: 'array', items: location },
    partialFingerprints: { type: 'object', additionalProperties: text },
    rank: { type: 'number', minimum: -1, maximum: 100 },
    properties,
  },
};
const reportingDescriptor = {
  ...closed,
  required: ['id'],
  properties: {
    id: text,
    name: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: { ...closed, properties: { level } },
    properties,
  },
};
const driver = {
  ...closed,
  required: ['name'],
  properties: {
    name: text,
    rules: { type: 'array', uniqueItems: true, items: reportingDescriptor },
    properties,
  },
};
const run = {
  ...closed,
  required: ['tool'],
  properties: {
    tool: { ...closed, required: ['driver'], properties: { driver } },
    automationDetails: { ...closed, properties: { id: text } },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    results: { type: 'array', items: result },
  },
};

export const SARIF_SCHEMA = {
  ...closed,
  required: ['version', 'runs'],
  properties: {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: { type: 'array', items: run },
  },
};
