/*---
a: &a [*a, <<]
? {b: !!binary aa}
: |+
  x
---*/
