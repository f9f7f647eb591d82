"""Whether the tests of a package hold its rules: each rule is broken in turn, and its own tests must notice."""
