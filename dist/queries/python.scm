; What the Python reader (../python.ts) is handed. One match is one scope, one comment or one candidate.

(class_definition name: (identifier) @scope.name) @scope.class
(function_definition name: (identifier) @scope.name) @scope.function

(comment) @comment

(assert_statement) @statement

((call
  function: (identifier) @name
  arguments: (argument_list) @arguments) @call
  (#match? @name "^(assert|raises$|warns$|approx$)"))

((call
  function: (attribute
    object: (_) @object
    attribute: (identifier) @name)
  arguments: (argument_list) @arguments) @call
  (#match? @name "^(assert|raises$|warns$|approx$)"))
