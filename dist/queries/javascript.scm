; What the JavaScript reader (../javascript.ts) is handed, for TypeScript and TSX too: the node names are the
; same in the three grammars. One match is one scope, one comment or one candidate.

; describe('title', () => …), test.each(table)('title', async function () { … })
(call_expression
  function: (_) @scope.callee
  arguments: (arguments
    .
    [(string) (template_string)] @scope.name
    [(arrow_function) (function_expression)])) @scope

(comment) @comment

; equal(actual, expected)
(call_expression
  function: (identifier) @name
  arguments: (arguments) @arguments) @call

; assert.equal(actual, expected), expect(actual).not.toBe(expected), t.is(actual, expected)
(call_expression
  function: (member_expression
    object: (_) @object
    property: (property_identifier) @name)
  arguments: (arguments) @arguments) @call
